//! 226 real worker specs, field by field against an independent extraction of them.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Debug;
use std::path::{Path, PathBuf};

use serde_json::Value;
use wavecrew::validate::{Strength, strength};
use wavecrew::worker_spec::{Code, Document, Location, Parsed, Plan, Task, WorkerSpec, read};

/// The share of fields that must agree, in percent.
const LEAST: f64 = 99.5;

/// The ten sections, in the order of the framework.
const TEN: [&str; 10] = [
    "DELIVERABLES",
    "SUCCESS_CRITERIA",
    "BOUNDARIES",
    "DEPENDENCIES",
    "MITIGATION",
    "TEST_PROCESS",
    "TEST_RESULTS_FORMAT",
    "TASK_CLASSIFICATION",
    "RETROSPECTIVE",
    "PERFORMANCE_REQUIREMENTS",
];

#[test]
#[ignore = "needs WAVECREW_SHARED"]
#[expect(
    clippy::print_stdout,
    reason = "the figure and what differs are what this test is for"
)]
fn agreement_with_an_independent_extraction() {
    let folder = folder();
    let plan = read(&documents(&folder));
    let truth = std::fs::read(folder.join("truth.json")).expect("truth.json");
    let truth: Value = serde_json::from_slice(&truth).expect("JSON");
    let mut tally = Tally::default();
    for worker in truth["workers"].as_array().expect("workers") {
        compare(&plan, worker, &mut tally);
    }
    let same = tally.fields - tally.differences.len();
    let percent = 100.0 * same as f64 / tally.fields as f64;
    println!("{same} of {} fields agree: {percent:.3} %", tally.fields);
    for difference in &tally.differences {
        println!("{difference}");
    }
    assert!(tally.fields > 226 * 20, "{} fields are few", tally.fields);
    assert!(percent >= LEAST, "{percent:.3} % agree");
}

fn folder() -> PathBuf {
    let shared = std::env::var_os("WAVECREW_SHARED")
        .expect("WAVECREW_SHARED names the folder of test documents");
    Path::new(&shared).join("wingman-workers")
}

fn documents(folder: &Path) -> Vec<Document> {
    let mut paths: Vec<PathBuf> = std::fs::read_dir(folder)
        .expect("the folder can be read")
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "md"))
        .collect();
    paths.sort();
    let document = |path: &PathBuf| {
        let name = path.file_name().expect("a name").to_string_lossy();
        let bytes = std::fs::read(path).expect("a file");
        Document::from_bytes(&*name, bytes).expect("text")
    };
    paths.iter().map(document).collect()
}

/// How many fields were compared, and which differ.
#[derive(Default)]
struct Tally {
    fields: usize,
    differences: Vec<String>,
}

impl Tally {
    fn check<T: PartialEq + Debug>(&mut self, at: &Location, field: &str, expected: T, found: T) {
        self.fields += 1;
        if expected != found {
            self.differences.push(format!(
                "{}:{}: {field}\n  truth {expected:?}\n  read  {found:?}",
                at.file, at.line
            ));
        }
    }
}

fn compare(plan: &Parsed<Plan>, worker: &Value, tally: &mut Tally) {
    let id = worker["id"].as_str().expect("an id");
    let task = plan
        .value
        .task(id)
        .unwrap_or_else(|| panic!("{id} is read"));
    let spec = task.spec.as_deref().expect("a spec");
    let mut check = Checks {
        worker,
        at: &spec.location,
        tally,
    };
    check.text("id", Some(&spec.id));
    check.text("file", Some(&task.location.file));
    check.text("title", Some(&task.title));
    check.same(
        "phase",
        Some(format!(
            "phase-{}",
            worker["phase"].as_str().expect("a phase")
        )),
        task.group.clone(),
    );
    check.text("task_type", spec.classification.as_deref());
    compare_header(task, spec, &mut check);
    compare_sections(plan, spec, &mut check);
    compare_files(spec, &mut check);
    compare_dependencies(&plan.value, task, &mut check);
    compare_tests(spec, &mut check);
}

/// The checks of one worker.
struct Checks<'t> {
    worker: &'t Value,
    at: &'t Location,
    tally: &'t mut Tally,
}

impl<'t> Checks<'t> {
    fn same<T: PartialEq + Debug>(&mut self, field: &str, expected: T, found: T) {
        self.tally.check(self.at, field, expected, found);
    }

    fn text(&mut self, field: &str, found: Option<&str>) {
        let worker = self.worker;
        self.same(field, worker[field].as_str(), found);
    }

    fn number(&mut self, field: &str, found: Option<u64>) {
        let worker = self.worker;
        self.same(field, worker[field].as_u64(), found);
    }

    fn list(&mut self, field: &str, found: Vec<&str>) {
        let worker = self.worker;
        self.same(field, strings(&worker[field]), found);
    }

    /// A list whose order says nothing.
    fn set<'f>(&mut self, field: &str, found: impl IntoIterator<Item = &'f str>) {
        let worker = self.worker;
        let expected: BTreeSet<&str> = strings(&worker[field]).into_iter().collect();
        self.same(field, expected, found.into_iter().collect());
    }
}

fn strings(value: &Value) -> Vec<&str> {
    let items = value.as_array().expect("a list").iter();
    items.map(|item| item.as_str().expect("a string")).collect()
}

fn compare_header(task: &Task, spec: &WorkerSpec, check: &mut Checks<'_>) {
    let expected = check.worker["meta"].as_object().expect("fields");
    let text = |value: &'_ Value| value.as_str().expect("text").to_owned();
    let expected: BTreeMap<String, String> = expected
        .iter()
        .map(|(name, value)| (name.clone(), text(value)))
        .collect();
    let found = spec.header.iter();
    let found = found.map(|field| (field.name.clone(), field.value.clone()));
    check.same("meta", expected, found.collect());
    let minutes = task.estimate.map(|estimate| estimate.as_secs() / 60);
    check.number("duration_minutes", minutes);
    let label = ["Duration", "Estimated Time"]
        .into_iter()
        .find(|name| spec.header_field(name).is_some());
    check.text("duration_label", label.filter(|_| minutes.is_some()));
}

fn compare_sections(plan: &Parsed<Plan>, spec: &WorkerSpec, check: &mut Checks<'_>) {
    let names: Vec<&str> = spec
        .sections
        .iter()
        .map(|section| section.name.as_str())
        .collect();
    let present: Vec<&str> = TEN
        .into_iter()
        .filter(|name| names.contains(name))
        .collect();
    check.list("canonical_sections_present", present.clone());
    let announced = plan.diagnostics.iter().any(|found| {
        let here = found
            .location
            .as_ref()
            .is_some_and(|at| at.file == spec.location.file);
        here && found.code == Code::PLACEHOLDER_SECTION
    });
    let missing = TEN.into_iter().filter(|name| !names.contains(name));
    let missing: Vec<&str> = missing.collect();
    let abbreviated = missing.iter().copied().filter(|_| announced);
    check.list("canonical_sections_abbreviated", abbreviated.collect());
    check.list("canonical_sections_missing", missing);
    let others = spec
        .sections
        .iter()
        .filter(|section| !TEN.contains(&section.name.as_str()));
    let (numbered, unnumbered): (Vec<_>, Vec<_>) =
        others.partition(|section| section.heading.starts_with(|c: char| c.is_ascii_digit()));
    let named = |sections: Vec<&'_ wavecrew::worker_spec::Section>| -> Vec<String> {
        sections
            .iter()
            .map(|section| section.name.clone())
            .collect()
    };
    let (numbered, unnumbered) = (named(numbered), named(unnumbered));
    check.list(
        "other_numbered_sections",
        numbered.iter().map(String::as_str).collect(),
    );
    check.list(
        "unnumbered_sections",
        unnumbered.iter().map(String::as_str).collect(),
    );
    let expected = check.worker["sections"]
        .as_array()
        .expect("sections")
        .iter();
    let expected: Vec<(String, u64)> = expected
        .filter_map(|section| {
            let name = section["heading"].as_str()?.to_owned();
            section["name"].as_str()?;
            Some((name, section["line"].as_u64()?))
        })
        .collect();
    let found = spec.sections.iter();
    let found = found.map(|section| (section.heading.clone(), section.location.line as u64));
    check.same("sections", expected, found.collect());
}

fn compare_files(spec: &WorkerSpec, check: &mut Checks<'_>) {
    check.set(
        "deliverable_paths",
        spec.deliverables.iter().map(|file| file.path.as_str()),
    );
    check.list(
        "result_files",
        spec.result_files
            .iter()
            .map(|file| file.path.as_str())
            .collect(),
    );
}

fn compare_dependencies(plan: &Plan, task: &Task, check: &mut Checks<'_>) {
    let edges: Vec<_> = plan
        .edges
        .iter()
        .filter(|edge| edge.to == task.id)
        .collect();
    check.set(
        "declared_worker_dependencies",
        edges.iter().map(|edge| edge.from.as_str()),
    );
    let sources: BTreeSet<String> = edges
        .iter()
        .flat_map(|edge| &edge.stated_in)
        .map(|source| format!("{source:?}"))
        .collect();
    let source = match sources
        .iter()
        .map(String::as_str)
        .collect::<Vec<_>>()
        .as_slice()
    {
        [] => "none",
        ["Header"] => "header_line",
        ["Section"] => "section",
        _ => "both",
    };
    check.text("dependency_source", Some(source));
    let expected = strings(&check.worker["phase_dependencies"]);
    let expected: BTreeSet<String> = expected.into_iter().flat_map(phases).collect();
    let found = task
        .depends_on_groups
        .iter()
        .map(|group| group.name.clone());
    check.same("phase_dependencies", expected, found.collect());
}

/// `Phase 4.1-4.3 complete` is `phase 4.1`, `phase 4.2`, `phase 4.3`.
fn phases(text: &str) -> Vec<String> {
    let text = text.trim_start_matches('(').trim_start_matches("Phase ");
    let numbers = text.split([' ', ')']).next().expect("numbers");
    let (first, last) = numbers.split_once('-').unwrap_or((numbers, numbers));
    let (series, first) = first.rsplit_once('.').unwrap_or(("", first));
    let last = last.rsplit_once('.').map_or(last, |(_, last)| last);
    let number = |text: &str| text.parse::<u32>().expect("a number");
    let dot = if series.is_empty() { "" } else { "." };
    (number(first)..=number(last))
        .map(|number| format!("phase {series}{dot}{number}"))
        .collect()
}

fn compare_tests(spec: &WorkerSpec, check: &mut Checks<'_>) {
    let commands: Vec<&str> = spec
        .test_commands()
        .map(|command| command.text.as_str())
        .collect();
    check.number("n_test_commands", Some(commands.len() as u64));
    let mut classes: BTreeMap<&str, u64> = BTreeMap::new();
    let mut tests = 0;
    for command in &commands {
        if let Some(class) = class(command) {
            *classes.entry(class).or_default() += 1;
            tests += 1;
        }
    }
    check.list("test_commands", commands);
    check.number("n_test_commands_without_cd", Some(tests));
    let expected = check.worker["test_command_classes"]
        .as_object()
        .expect("classes");
    let expected = expected
        .iter()
        .map(|(class, count)| (class.as_str(), count.as_u64().expect("a count")));
    check.same("test_command_classes", expected.collect(), classes);
}

/// What the truth calls a command of a strength; nothing for what only prepares tests.
fn class(command: &str) -> Option<&'static str> {
    Some(match strength(command) {
        Strength::Real => "real",
        Strength::NeverFails { .. } => "never_fails_echo",
        Strength::Vacuous { .. } => "vacuous_import",
        Strength::Masked { .. } => "status_masked_by_pipe",
        Strength::Indirect { why } if why.contains("curl") => "curl_without_fail",
        Strength::Indirect { .. } => "status_not_about_deliverable",
        Strength::Setup { .. } => return None,
    })
}
