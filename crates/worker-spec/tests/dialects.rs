//! Documents of every dialect, written by someone who had not seen the readers, with what they mean.
//!
//! Every folder with an `expected.json` below `tests/dialects` is one plan. Its keys:
//!
//! - `inputs`: files or folders, in reading order. A folder is all files below it.
//! - `clean`: nothing in it deserves an error or a warning, estimates that are missing aside.
//! - `tasks`: by id; of a task only what is listed is compared. `id_also`, `title_also`, `status_also` and `estimate_also` are
//!   as good; `group: null` is no group; `status_not` is any other. `tasks_accepted_too` may be tasks.
//! - `edges`: `[from, to, kind]`. `edges_accepted_too` may be there.
//! - `task_group_dependencies`: the names of groups that a task depends on.
//! - `group_edges`: `["phase 1", "phase 2"]`, the prerequisites of groups; `group_edges_accepted_too` may be there.
//! - `diagnostics`: those with a `code` are looked for, at the line or the next to it. One without a code is not this crate's
//!   to give.
//! - `notes`: where a reader may go wrong.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use serde_json::Value;
use wavecrew_worker_spec::{Code, Document, Parsed, Plan, Severity, Task, read};

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
        let name = folder
            .strip_prefix(&root)
            .expect("below the root")
            .display()
            .to_string();
        wrong.extend(
            check(&folder)
                .into_iter()
                .map(|what| format!("{name}: {what}")),
        );
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
    let own = |id: &str| names.get(id).map_or(id, String::as_str).to_owned();
    let found: BTreeMap<String, &Task> = plan
        .tasks
        .iter()
        .map(|task| (own(&task.id), task))
        .collect();
    for (id, fields) in entries(&expected["tasks"]) {
        match found.get(id) {
            Some(task) => check_task(id, task, fields, wrong),
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

fn check_task(id: &str, task: &Task, fields: &Value, wrong: &mut Vec<String>) {
    let found = serde_json::to_value(task).expect("a value");
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
            "title" | "group" | "status" | "model" | "tokens" => {
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
                let count = spec.map_or(0, |spec| spec.test_commands().count());
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
    let mut found: Pairs = plan
        .edges
        .iter()
        .map(|edge| (own(&edge.from), own(&edge.to), kind(edge)))
        .collect();
    // "All -> T9" holds for every other task, whether the author lists the edges or not.
    let waits_for_all = |edge: &wavecrew_worker_spec::Edge| {
        let task = plan.task(&edge.to).expect("a task");
        task.depends_on_groups
            .iter()
            .any(|group| group.name.starts_with("all"))
    };
    let sure = pairs(&expected["edges"]);
    found.extend(
        plan.group_edges()
            .iter()
            .filter(|edge| waits_for_all(edge))
            .map(|edge| (own(&edge.from), own(&edge.to), "hard".to_owned()))
            .filter(|edge| sure.contains(edge)),
    );
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
    if !plan.groups.is_empty() {
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
}

fn check_diagnostics(parsed: &Parsed<Plan>, expected: &Value, wrong: &mut Vec<String>) {
    let clean = expected["clean"] == true;
    for diagnostic in parsed.diagnostics.iter().filter(|_| clean) {
        if diagnostic.severity > Severity::Note && diagnostic.code != Code::NO_ESTIMATE {
            wrong.push(format!("nothing is wrong, but it says: {diagnostic}"));
        }
    }
    let told = |file: &Value, line: u64, code: &str| {
        parsed.diagnostics.iter().any(|diagnostic| {
            let places = diagnostic
                .location
                .iter()
                .chain(diagnostic.related.iter().map(|place| &place.location));
            let near = |place: &wavecrew_worker_spec::Location| {
                (place.line as u64).abs_diff(line) <= 1
                    && file.as_str().is_none_or(|file| *place.file == *file)
            };
            diagnostic.code.as_str() == code && places.into_iter().any(near)
        })
    };
    for diagnostic in expected["diagnostics"].as_array().into_iter().flatten() {
        if let Some(code) = diagnostic["code"].as_str()
            && !told(
                &diagnostic["file"],
                diagnostic["line"].as_u64().unwrap_or(1),
                code,
            )
        {
            wrong.push(format!("it does not say {code}: {}", diagnostic["says"]));
        }
    }
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
