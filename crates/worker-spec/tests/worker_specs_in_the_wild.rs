//! 226 real worker specs against an independent extraction of them.

use std::collections::{BTreeSet, HashMap};
use std::path::{Path, PathBuf};

use serde_json::Value;
use wavecrew_worker_spec::{Code, Document, EdgeKind, Parsed, Plan, Severity, read};

fn folder() -> PathBuf {
    let shared = std::env::var_os("WAVECREW_SHARED")
        .expect("WAVECREW_SHARED names the folder of test documents");
    Path::new(&shared).join("wingman-workers")
}

fn documents() -> Vec<Document> {
    let mut paths: Vec<PathBuf> = std::fs::read_dir(folder())
        .expect("the folder can be read")
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "md"))
        .collect();
    paths.sort();
    let document = |path: PathBuf| {
        let name = path
            .file_name()
            .expect("a name")
            .to_string_lossy()
            .into_owned();
        Document::from_bytes(name, std::fs::read(&path).expect("a file")).expect("text")
    };
    paths.into_iter().map(document).collect()
}

fn truth() -> Value {
    serde_json::from_slice(&std::fs::read(folder().join("truth.json")).expect("truth.json"))
        .expect("JSON")
}

fn strings(value: &Value) -> Vec<&str> {
    value
        .as_array()
        .expect("a list")
        .iter()
        .map(|item| item.as_str().expect("a string"))
        .collect()
}

/// Calls a check for every worker of the truth, and lists all that differ.
fn check_each<T: PartialEq + std::fmt::Debug>(
    expected: impl Fn(&Value) -> T,
    found: impl Fn(&Plan, &str) -> T,
) {
    let Parsed { value: plan, .. } = read(&documents());
    let truth = truth();
    let mut wrong = Vec::new();
    for worker in truth["workers"].as_array().expect("workers") {
        let id = worker["id"].as_str().expect("an id");
        let (expected, found) = (expected(worker), found(&plan, id));
        if expected != found {
            wrong.push(format!(
                "{id}\n  expected {expected:?}\n  found    {found:?}"
            ));
        }
    }
    assert!(
        wrong.is_empty(),
        "{} differ:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}

#[test]
#[ignore = "needs WAVECREW_SHARED"]
fn all_workers_are_read_and_nothing_else() {
    let Parsed {
        value: plan,
        diagnostics,
    } = read(&documents());
    let errors: Vec<String> = diagnostics
        .iter()
        .filter(|d| d.severity == Severity::Error)
        .map(ToString::to_string)
        .collect();
    assert_eq!(errors, Vec::<String>::new());
    assert_eq!(plan.tasks.len(), 226);
    assert!(plan.tasks.iter().all(|task| task.spec.is_some()));
    let no_worker = diagnostics
        .iter()
        .filter(|d| d.code == Code::NO_TASK)
        .count();
    assert_eq!(no_worker, 7, "one for each META file");
}

#[test]
#[ignore = "needs WAVECREW_SHARED"]
fn ids_titles_estimates_and_phases() {
    check_each(
        |worker| {
            (
                worker["title"].as_str().expect("a title").to_owned(),
                worker["duration_minutes"].as_u64(),
                Some(format!(
                    "phase-{}",
                    worker["phase"].as_str().expect("a phase")
                )),
                worker["task_type"].as_str().map(str::to_owned),
            )
        },
        |plan, id| {
            let task = plan.task(id).expect(id);
            (
                task.title.clone(),
                task.estimate.map(|estimate| estimate.as_secs() / 60),
                task.group.clone(),
                task.spec.as_ref().expect("a spec").classification.clone(),
            )
        },
    );
}

#[test]
#[ignore = "needs WAVECREW_SHARED"]
fn sections_and_header_fields() {
    check_each(
        |worker| {
            let mut names = strings(&worker["canonical_sections_present"]);
            names.extend(strings(&worker["other_numbered_sections"]));
            names.extend(strings(&worker["unnumbered_sections"]));
            let names: BTreeSet<String> = names.into_iter().map(str::to_owned).collect();
            let fields = worker["meta"].as_object().expect("fields").iter();
            let fields: HashMap<String, String> = fields
                .map(|(name, value)| (name.clone(), value.as_str().expect("text").to_owned()))
                .collect();
            (names, fields)
        },
        |plan, id| {
            let spec = plan.task(id).expect(id).spec.as_ref().expect("a spec");
            (
                spec.sections
                    .iter()
                    .map(|section| section.name.clone())
                    .collect(),
                spec.header
                    .iter()
                    .map(|field| (field.name.clone(), field.value.clone()))
                    .collect(),
            )
        },
    );
}

#[test]
#[ignore = "needs WAVECREW_SHARED"]
fn test_commands_are_whole() {
    check_each(
        |worker| {
            strings(&worker["test_commands"])
                .into_iter()
                .map(str::to_owned)
                .collect::<Vec<_>>()
        },
        |plan, id| {
            let spec = plan.task(id).expect(id).spec.as_ref().expect("a spec");
            spec.test_commands()
                .map(|command| command.text.clone())
                .collect()
        },
    );
    let plan = read(&documents()).value;
    let specs = plan.tasks.iter().filter_map(|task| task.spec.as_ref());
    assert_eq!(
        specs
            .map(|spec| spec.test_commands().count())
            .sum::<usize>(),
        396
    );
}

#[test]
#[ignore = "needs WAVECREW_SHARED"]
fn deliverables_and_result_files() {
    // Three workers name only a bare file, which all documents together place.
    let placed = ["WORKER_056", "WORKER_057", "WORKER_058"];
    check_each(
        |worker| {
            let mut files = strings(&worker["deliverable_paths"]);
            if placed.contains(&worker["id"].as_str().expect("an id")) {
                files.push("wingman/validation/content_quality_validator.py");
            }
            let files: BTreeSet<String> = files.into_iter().map(str::to_owned).collect();
            let results: Vec<String> = strings(&worker["result_files"])
                .into_iter()
                .map(str::to_owned)
                .collect();
            (files, results)
        },
        |plan, id| {
            let spec = plan.task(id).expect(id).spec.as_ref().expect("a spec");
            (
                spec.deliverables
                    .iter()
                    .map(|file| file.path.clone())
                    .collect(),
                spec.result_files
                    .iter()
                    .map(|file| file.path.clone())
                    .collect(),
            )
        },
    );
    let plan = read(&documents()).value;
    let specs = || plan.tasks.iter().filter_map(|task| task.spec.as_ref());
    let files: BTreeSet<&str> = specs()
        .flat_map(|spec| &spec.deliverables)
        .map(|file| file.path.as_str())
        .collect();
    let results: BTreeSet<&str> = specs()
        .flat_map(|spec| &spec.result_files)
        .map(|file| file.path.as_str())
        .collect();
    assert_eq!((files.len(), results.len()), (209, 109));
}

#[test]
#[ignore = "needs WAVECREW_SHARED"]
fn dependencies_on_workers_and_phases() {
    check_each(
        |worker| {
            let others: BTreeSet<String> = strings(&worker["declared_worker_dependencies"])
                .into_iter()
                .map(str::to_owned)
                .collect();
            let phases: BTreeSet<String> = strings(&worker["phase_dependencies"])
                .into_iter()
                .flat_map(phases_of)
                .collect();
            (others, phases)
        },
        |plan, id| {
            let others = plan
                .edges
                .iter()
                .filter(|edge| edge.to == id)
                .map(|edge| edge.from.clone())
                .collect();
            let phases = plan
                .task(id)
                .expect(id)
                .depends_on_groups
                .iter()
                .map(|group| group.name.clone())
                .collect();
            (others, phases)
        },
    );
    let plan = read(&documents()).value;
    assert_eq!(
        plan.edges
            .iter()
            .filter(|edge| edge.kind == EdgeKind::Hard)
            .count(),
        272
    );
    let all: BTreeSet<(String, String)> = plan
        .edges
        .iter()
        .cloned()
        .chain(plan.group_edges())
        .map(|edge| (edge.from, edge.to))
        .collect();
    assert_eq!(all.len(), 10_092);
    assert_eq!(
        plan.edges.len() + plan.group_edges().len(),
        10_092,
        "no edge is given twice"
    );
}

/// `Phase 4.1-4.7 complete` is `phase 4.1`, …, `phase 4.7`.
fn phases_of(text: &str) -> Vec<String> {
    let numbers = text
        .trim_start_matches(['(', ' '])
        .trim_start_matches("Phase ");
    let numbers = numbers.split([' ', ')']).next().expect("numbers");
    let (first, last) = numbers.split_once('-').unwrap_or((numbers, numbers));
    let series = first.rfind('.').map_or("", |dot| &first[..=dot]);
    let number = |text: &str| {
        text[text.rfind('.').map_or(0, |dot| dot + 1)..]
            .parse::<u32>()
            .expect("a number")
    };
    (number(first)..=number(last))
        .map(|number| format!("phase {series}{number}"))
        .collect()
}

#[test]
#[ignore = "needs WAVECREW_SHARED"]
fn where_dependencies_are_stated() {
    check_each(
        |worker| {
            worker["dependency_source"]
                .as_str()
                .expect("a source")
                .to_owned()
        },
        |plan, id| {
            let sources: BTreeSet<String> = plan
                .edges
                .iter()
                .filter(|edge| edge.to == id)
                .flat_map(|edge| &edge.stated_in)
                .map(|source| format!("{source:?}"))
                .collect();
            let sources: Vec<&str> = sources.iter().map(String::as_str).collect();
            match sources.as_slice() {
                [] => "none",
                ["Header"] => "header_line",
                ["Section"] => "section",
                _ => "both",
            }
            .to_owned()
        },
    );
}

#[test]
#[ignore = "needs WAVECREW_SHARED"]
fn the_plan_and_its_specs_are_one_plan() {
    let path = folder()
        .with_file_name("seed-plans")
        .join("wingman-parallel-plan.md");
    let text = std::fs::read(path).expect("the plan");
    for first in [true, false] {
        let mut all = documents();
        let plan = Document::from_bytes("plan.md", text.clone()).expect("text");
        all.insert(if first { 0 } else { all.len() }, plan);
        let plan = read(&all).value;
        assert_eq!((plan.tasks.len(), plan.edges.len()), (226, 272));
        assert_eq!(plan.edges.len() + plan.group_edges().len(), 10_092);
        let task = plan.task("WORKER_055").expect("a task");
        assert_eq!(task.title, "Content Quality Validator - Class Skeleton");
        assert_eq!(task.group.as_deref(), Some("batch-1"));
        let minutes: u64 = plan
            .tasks
            .iter()
            .filter_map(|task| task.estimate)
            .map(|time| time.as_secs() / 60)
            .sum();
        assert_eq!(minutes, 4_500);
        let members = |id: &str| plan.group(id).expect(id).tasks.len();
        let batches = [1, 2, 3, 4, 5].map(|batch| members(&format!("batch-{batch}")));
        assert_eq!(batches, [45, 50, 50, 53, 39]);
        assert_eq!(members("phase-4.10"), 24);
    }
}
