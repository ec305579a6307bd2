//! Documents of every dialect, written by someone who had not seen the readers, with what they mean.
//!
//! Every folder with an `expected.json` below `tests/dialects` is one plan; the README there explains its keys. What only the
//! facade sees (cycles, writers without an order) is checked there.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use serde_json::Value;
use wavecrew_worker_spec::{
    Code, Diagnostic, Document, Parsed, Plan, Severity, Task, TestCommand, WorkerSpec, read,
};

/// Folders whose documents are not yet read as their author means them.
const NOT_YET: &[&str] = &[
    "03-id-range-batches/table",
    "05-ascii/arrows",
    "05-ascii/tree",
    "06-mermaid/only",
    "07-spec-kit/hand-edited",
    "07-spec-kit/template",
    "16-openspec",
    "18-issues/issue-list",
    "19-cjk/chinese",
    "19-cjk/japanese",
    "20-free-lists/bullets",
    "20-free-lists/headings",
];

#[test]
fn documents_mean_what_their_authors_mean() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/dialects");
    let mut plans = Vec::new();
    let mut open = vec![root.clone()];
    while let Some(folder) = open.pop() {
        for entry in std::fs::read_dir(&folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                open.push(path);
            } else if path.file_name().is_some_and(|name| name == "expected.json") {
                plans.push(folder.clone());
            }
        }
    }
    plans.sort();
    assert!(!plans.is_empty());
    let mut wrong = Vec::new();
    for folder in plans {
        let name = folder.strip_prefix(&root).expect("below the root");
        let name = name.to_string_lossy().replace('\\', "/");
        let found = check(&folder);
        if NOT_YET.contains(&name.as_str()) {
            if found.is_empty() {
                wrong.push(format!("{name} is right by now: take it off the list"));
            }
            continue;
        }
        wrong.extend(found.into_iter().map(|what| format!("{name}: {what}")));
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

/// Reads the inputs of a folder; names are relative to it.
fn documents(folder: &Path, expected: &Value) -> Vec<Document> {
    let mut documents = Vec::new();
    for input in texts(&expected["inputs"]) {
        let mut files: Vec<PathBuf> = Vec::new();
        let mut open = vec![folder.join(input)];
        while let Some(path) = open.pop() {
            if path.is_dir() {
                let entries = std::fs::read_dir(&path).expect("a folder");
                open.extend(entries.map(|entry| entry.expect("an entry").path()));
            } else {
                files.push(path);
            }
        }
        files.sort();
        for file in files.iter().filter(|file| !file.ends_with("expected.json")) {
            let name = file
                .strip_prefix(folder)
                .expect("below it")
                .to_string_lossy()
                .replace('\\', "/");
            let bytes = std::fs::read(file).expect("a file");
            documents.push(Document::from_bytes(name, bytes).expect("text"));
        }
    }
    documents
}

fn check(folder: &Path) -> Vec<String> {
    let text = std::fs::read_to_string(folder.join("expected.json")).expect("a file");
    let expected: Value = serde_json::from_str(&text).expect("JSON");
    let parsed = read(&documents(folder, &expected));
    let mut wrong = Vec::new();
    let names = check_tasks(&parsed.value, &expected, &mut wrong);
    check_edges(&parsed.value, &expected, &names, &mut wrong);
    check_groups(&parsed.value, &expected, &names, &mut wrong);
    check_sections(&parsed.value, &expected, &mut wrong);
    check_diagnostics(&parsed, &expected, &mut wrong);
    wrong
}

/// Compares the tasks; gives the author's id of every id.
fn check_tasks(plan: &Plan, expected: &Value, wrong: &mut Vec<String>) -> BTreeMap<String, String> {
    let mut names = BTreeMap::new();
    for (id, fields) in entries(&expected["tasks"]) {
        for name in std::iter::once(id).chain(texts(&fields["id_also"])) {
            names
                .entry(name.to_owned())
                .or_insert_with(|| id.to_owned());
        }
    }
    for task in &plan.tasks {
        let by_title = entries(&expected["tasks_accepted_too"])
            .find(|(_, fields)| fields["title"] == *task.title);
        if let Some((id, _)) = by_title
            && !names.contains_key(&task.id)
        {
            names.insert(task.id.clone(), id.to_owned());
        }
    }
    let own = |id: &str| names.get(id).map_or(id, String::as_str).to_owned();
    let mut found: BTreeMap<String, &Task> = BTreeMap::new();
    for task in &plan.tasks {
        if let Some(other) = found.insert(own(&task.id), task) {
            wrong.push(format!("{} and {} are one task", other.id, task.id));
        }
    }
    for (id, fields) in entries(&expected["tasks"]) {
        match found.get(id) {
            Some(task) => check_task(id, task, fields, expected, wrong),
            None => wrong.push(format!("{id} is missing")),
        }
    }
    for id in found.keys() {
        if expected["tasks"].get(id).is_none() && expected["tasks_accepted_too"].get(id).is_none() {
            wrong.push(format!("{id} is no task"));
        }
    }
    names
}

fn check_task(id: &str, task: &Task, fields: &Value, expected: &Value, wrong: &mut Vec<String>) {
    let mut found = serde_json::to_value(task).expect("a value");
    found["title"] = task.title.replace(['`', '*'], "").into();
    let spec = task.spec.as_deref();
    let mut compare = |field: &str, found: Value, accepted: Vec<&Value>| {
        if !accepted.contains(&&found) {
            wrong.push(format!("{id}: {field} is {found}, not {}", accepted[0]));
        }
    };
    for (field, value) in entries(fields) {
        let also = fields[format!("{field}_also")].as_array();
        let accepted: Vec<&Value> = std::iter::once(value)
            .chain(also.into_iter().flatten())
            .collect();
        match field {
            "group" => {
                let also = expected["group_also"].as_array().into_iter().flatten();
                compare(
                    field,
                    found[field].clone(),
                    accepted.into_iter().chain(also).collect(),
                );
            }
            "title" | "status" | "model" | "tokens" | "parallel" => {
                compare(field, found[field].clone(), accepted)
            }
            "estimate_seconds" => {
                let also = fields["estimate_also"].as_array();
                let accepted = std::iter::once(value)
                    .chain(also.into_iter().flatten())
                    .collect();
                compare(
                    field,
                    task.estimate.map(|estimate| estimate.as_secs()).into(),
                    accepted,
                );
            }
            "status_not" if found["status"] == *value => compare("status", Value::Null, accepted),
            "claims" => compare(
                field,
                sorted(task.claims.iter().map(String::as_str)),
                vec![&sorted(texts(value))],
            ),
            "deliverables" => {
                let paths = spec.into_iter().flat_map(|spec| &spec.deliverables);
                compare(
                    field,
                    sorted(paths.map(|file| file.path.as_str())),
                    vec![&sorted(texts(value))],
                );
            }
            "result_files" => {
                let paths = spec.into_iter().flat_map(|spec| &spec.result_files);
                compare(
                    field,
                    sorted(paths.map(|file| file.path.as_str())),
                    vec![&sorted(texts(value))],
                );
            }
            "test_commands" => {
                let commands = spec.into_iter().flat_map(WorkerSpec::test_commands);
                let is_bare_cd = |command: &&TestCommand| {
                    command.text.starts_with("cd ") && !command.text.contains(['&', ';', '|'])
                };
                let count = commands.filter(|command| !is_bare_cd(command)).count();
                compare(field, count.into(), accepted);
            }
            _ => {}
        }
    }
}

type Pairs = BTreeSet<(String, String, String)>;

/// `[from, to, kind]`; without a kind it is hard.
fn pairs(value: &Value) -> Pairs {
    let rows = value.as_array().into_iter().flatten();
    rows.map(|row| {
        let text = |at: usize| {
            row.get(at)
                .and_then(Value::as_str)
                .unwrap_or("hard")
                .to_owned()
        };
        (text(0), text(1), text(2))
    })
    .collect()
}

fn check_edges(
    plan: &Plan,
    expected: &Value,
    names: &BTreeMap<String, String>,
    wrong: &mut Vec<String>,
) {
    let own = |id: &String| names.get(id).unwrap_or(id).clone();
    let kind = |edge: &wavecrew_worker_spec::Edge| {
        let kind = serde_json::to_value(edge.kind).expect("a value");
        kind.as_str().unwrap_or_default().to_owned()
    };
    let sub_tasks = pairs(&expected["subtask_edges"]);
    let found: Pairs = plan
        .edges
        .iter()
        .map(|edge| (own(&edge.from), own(&edge.to), kind(edge)))
        .filter(|edge| !sub_tasks.contains(edge))
        .collect();
    compare_pairs("edge", &found, expected, "edges", wrong);
}

fn compare_pairs(what: &str, found: &Pairs, expected: &Value, key: &str, wrong: &mut Vec<String>) {
    let (sure, too) = (
        pairs(&expected[key]),
        pairs(&expected[format!("{key}_accepted_too")]),
    );
    for pair in sure.difference(found) {
        wrong.push(format!("{what} {pair:?} is missing"));
    }
    for pair in found
        .iter()
        .filter(|pair| !sure.contains(pair) && !too.contains(pair))
    {
        wrong.push(format!("{what} {pair:?} is none"));
    }
}

fn check_groups(
    plan: &Plan,
    expected: &Value,
    names: &BTreeMap<String, String>,
    wrong: &mut Vec<String>,
) {
    for (id, title) in entries(&expected["groups"]) {
        let found = plan.group(id).map_or("", |group| group.title.as_str());
        // `Phase 2: Key` is called "Key".
        let title = title.as_str().unwrap_or_default();
        if !found.ends_with(title) {
            wrong.push(format!("{id} is called {found}, not {title}"));
        }
    }
    for (id, groups) in entries(&expected["task_group_dependencies"]) {
        let is_it = |task: &&Task| names.get(&task.id).is_some_and(|name| name == id);
        let task = plan.tasks.iter().find(is_it);
        let found = task
            .into_iter()
            .flat_map(|task| &task.depends_on_groups)
            .map(|group| group.name.as_str());
        let (found, groups) = (sorted(found), sorted(texts(groups)));
        if found != groups {
            wrong.push(format!("{id} depends on {found}, not {groups}"));
        }
    }
    let name = |id: &str| id.replacen('-', " ", 1);
    let edges = plan.groups.iter().flat_map(|group| {
        let before = group.prerequisites.iter();
        before.map(move |before| (name(before), name(&group.id), "hard".to_owned()))
    });
    compare_pairs(
        "group edge",
        &edges.collect(),
        expected,
        "group_edges",
        wrong,
    );
}

/// Compares the sections of worker specs.
fn check_sections(plan: &Plan, expected: &Value, wrong: &mut Vec<String>) {
    for (id, sections) in entries(&expected["sections"]) {
        let spec = plan.task(id).and_then(|task| task.spec.as_deref());
        let of_the_framework = |name: &str| !name.contains(' ');
        let found = spec.into_iter().flat_map(|spec| &spec.sections);
        let found = found.filter(|section| of_the_framework(&section.name));
        let (found, sections) = (
            sorted(found.map(|section| section.name.as_str())),
            sorted(texts(sections)),
        );
        if found != sections {
            wrong.push(format!("{id} has the sections {found}, not {sections}"));
        }
    }
}

/// What is planted is told, and nothing else.
fn check_diagnostics(parsed: &Parsed<Plan>, expected: &Value, wrong: &mut Vec<String>) {
    let planted = || rows(expected, "diagnostics");
    for row in planted().filter(|row| of_this_crate(row)) {
        if !parsed.diagnostics.iter().any(|found| tells(found, row)) {
            wrong.push(format!("it does not say {}: {}", row["code"], row["says"]));
        }
    }
    for found in &parsed.diagnostics {
        let heavy = found.severity > Severity::Note && found.code != Code::NO_ESTIMATE;
        let meant = planted().chain(rows(expected, "diagnostics_accepted_too"));
        if heavy && !meant.into_iter().any(|row| tells(found, row)) {
            wrong.push(format!("nothing is wrong, but it says: {found}"));
        }
        if rows(expected, "must_not_say").any(|row| tells(found, row)) {
            wrong.push(format!("it must not say: {found}"));
        }
    }
}

fn of_this_crate(row: &Value) -> bool {
    row["code"].as_str().is_some_and(|code| code < "WC1000")
}

/// Whether a diagnostic is the one that a row describes: the code, and the line or the next to it.
fn tells(found: &Diagnostic, row: &Value) -> bool {
    let line = row["line"].as_u64().unwrap_or(1);
    let related = found.related.iter().map(|place| &place.location);
    let mut places = found.location.iter().chain(related);
    row["code"] == found.code.as_str()
        && places.any(|place| row["file"] == *place.file && (place.line as u64).abs_diff(line) <= 1)
}

fn rows<'v>(value: &'v Value, key: &str) -> impl Iterator<Item = &'v Value> {
    value[key].as_array().into_iter().flatten()
}

fn entries(value: &Value) -> impl Iterator<Item = (&str, &Value)> {
    let members = value.as_object().into_iter().flatten();
    members.map(|(key, value)| (key.as_str(), value))
}

fn texts(value: &Value) -> impl Iterator<Item = &str> {
    value
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
}

fn sorted<'t>(texts: impl Iterator<Item = &'t str>) -> Value {
    let texts: BTreeSet<&str> = texts.collect();
    texts.into_iter().collect()
}
