//! Edge lists of real documents, written by hand by someone who had not seen the reader, against what is read; needs
//! the folder of test data. `edge_lists/` has one file a document.
#![allow(clippy::print_stdout, reason = "the table is what the test is run for")]

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use serde_json::Value;
use wavecrew_worker_spec::{Document, EdgeKind, Plan, read};

/// `from` before `to`, in the words of the list.
type Pair = (String, String);

/// What was found against what is so.
#[derive(Clone, Copy, Debug, Default)]
struct Score {
    right: usize,
    wrong: usize,
    missed: usize,
}

impl Score {
    /// Compares sets; what is accepted counts neither for nor against.
    fn new<T: Ord>(found: &BTreeSet<T>, wanted: &BTreeSet<T>, accepted: &BTreeSet<T>) -> Score {
        Score {
            right: found.intersection(wanted).count(),
            wrong: found
                .iter()
                .filter(|one| !wanted.contains(*one) && !accepted.contains(*one))
                .count(),
            missed: wanted.difference(found).count(),
        }
    }

    fn add(&mut self, other: Score) {
        self.right += other.right;
        self.wrong += other.wrong;
        self.missed += other.missed;
    }

    fn precision(self) -> f64 {
        share(self.right, self.right + self.wrong)
    }

    fn recall(self) -> f64 {
        share(self.right, self.right + self.missed)
    }

    fn f1(self) -> f64 {
        share(2 * self.right, 2 * self.right + self.wrong + self.missed)
    }

    fn line(self) -> String {
        format!(
            "{:>4} right {:>3} wrong {:>3} missed  P {:.3} R {:.3} F1 {:.3}",
            self.right,
            self.wrong,
            self.missed,
            self.precision(),
            self.recall(),
            self.f1()
        )
    }
}

/// Of nothing everything is right.
fn share(part: usize, whole: usize) -> f64 {
    if whole == 0 {
        1.0
    } else {
        part as f64 / whole as f64
    }
}

/// A name without case, kind of gap, and the ending that the lists allow to leave out.
fn key(name: &str) -> String {
    let lower = name.to_lowercase().replace(['_', ' '], "-");
    lower.strip_suffix("-plan.md").unwrap_or(&lower).to_owned()
}

/// The name of a group, or of all tasks.
fn group_key(name: &str) -> String {
    match key(name).as_str() {
        "all-phases" | "all-tasks" | "all-previous" => "all".to_owned(),
        other => other.to_owned(),
    }
}

/// A list written by hand.
struct List {
    value: Value,
    /// The tasks by key.
    tasks: BTreeSet<String>,
}

impl List {
    fn new(text: &str) -> List {
        let value: Value = serde_json::from_str(text).expect("the list is JSON");
        let tasks = names(&value["tasks"]).map(|task| key(&task)).collect();
        List { value, tasks }
    }

    fn pairs(&self, field: &str, key: fn(&str) -> String) -> BTreeSet<Pair> {
        let pairs = self.value[field].as_array().into_iter().flatten();
        pairs
            .map(|pair| {
                let mut ends = names(pair).map(|name| key(&name));
                (ends.next().expect("from"), ends.next().expect("to"))
            })
            .collect()
    }

    /// How the plan's ids are called here: by id, else by an alias.
    fn calls(&self, plan: &Plan) -> BTreeMap<String, String> {
        let name = |task: &wavecrew_worker_spec::Task| {
            let names = std::iter::once(&task.id).chain(&task.aliases);
            let mut keys = names.map(|name| key(name));
            keys.find(|key| self.tasks.contains(key))
                .unwrap_or_else(|| key(&task.id))
        };
        plan.tasks
            .iter()
            .map(|task| (task.id.clone(), name(task)))
            .collect()
    }
}

fn names(value: &Value) -> impl Iterator<Item = String> + '_ {
    let all = value.as_array().into_iter().flatten();
    all.map(|name| name.as_str().expect("a name").to_owned())
}

/// The scores of tasks, edges and group edges.
fn compare(list: &List, plan: &Plan) -> [Score; 3] {
    let calls = list.calls(plan);
    let found: BTreeSet<String> = calls.values().cloned().collect();
    let also: BTreeSet<String> = names(&list.value["accept_also_tasks"])
        .map(|task| key(&task))
        .collect();
    let tasks = Score::new(&found, &list.tasks, &also);

    let edges: BTreeSet<Pair> = plan
        .edges
        .iter()
        .filter(|edge| edge.kind != EdgeKind::Group)
        .map(|edge| (calls[&edge.from].clone(), calls[&edge.to].clone()))
        .collect();
    let mut accepted = list.pairs("accept_also_edges", key);
    let mut wanted = list.pairs("edges", key);
    wanted.extend(
        list.pairs("soft_edges", key)
            .into_iter()
            .filter(|pair| !accepted.contains(pair)),
    );
    if list.value["accept_also_expansion"] == true {
        let expanded = plan.group_edges();
        accepted.extend(
            expanded
                .iter()
                .map(|edge| (calls[&edge.from].clone(), calls[&edge.to].clone())),
        );
    }

    let wanted_orders = list.pairs("group_edges", group_key);
    let mut orders: BTreeSet<Pair> = BTreeSet::new();
    for group in &plan.groups {
        let before = group.prerequisites.iter();
        orders.extend(before.map(|before| (group_key(before), group_key(&group.id))));
    }
    for task in &plan.tasks {
        // What all tasks of a group wait for is the order of that group once more, unless the list has it twice too.
        let own = task.group.as_deref().map(group_key).unwrap_or_default();
        let before = task
            .depends_on_groups
            .iter()
            .map(|before| group_key(&before.name));
        let stated: Vec<String> = before
            .filter(|before| {
                wanted_orders.contains(&(before.clone(), calls[&task.id].clone()))
                    || !orders.contains(&(before.clone(), own.clone()))
            })
            .collect();
        orders.extend(
            stated
                .into_iter()
                .map(|before| (before, calls[&task.id].clone())),
        );
    }
    let groups = Score::new(
        &orders,
        &wanted_orders,
        &list.pairs("accept_also_group_edges", group_key),
    );
    show("task", &found, &list.tasks, &also);
    show("edge", &edges, &wanted, &accepted);
    show(
        "group edge",
        &orders,
        &wanted_orders,
        &list.pairs("accept_also_group_edges", group_key),
    );
    [tasks, Score::new(&edges, &wanted, &accepted), groups]
}

fn show<T: Ord + std::fmt::Debug>(
    what: &str,
    found: &BTreeSet<T>,
    wanted: &BTreeSet<T>,
    accepted: &BTreeSet<T>,
) {
    let wrong: Vec<&T> = found
        .difference(wanted)
        .filter(|one| !accepted.contains(one))
        .take(20)
        .collect();
    let missed: Vec<&T> = wanted.difference(found).take(20).collect();
    if !wrong.is_empty() || !missed.is_empty() {
        println!("    {what}: wrong {wrong:?}\n    {what}: missed {missed:?}");
    }
}

/// Reads a document whose name in the folder has `__` for its folder.
fn plan_of(shared: &Path, name: &str) -> Plan {
    let path = shared.join("corpus").join(name);
    let text = std::fs::read_to_string(&path).expect("the document is there");
    read(&[Document::new(name, text)]).value
}

#[test]
#[ignore = "needs WAVECREW_SHARED"]
fn edge_lists_written_by_hand() {
    let shared =
        PathBuf::from(std::env::var_os("WAVECREW_SHARED").expect("WAVECREW_SHARED is set"));
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/edge_lists");
    let mut lists: Vec<PathBuf> = std::fs::read_dir(folder)
        .expect("the lists are there")
        .map(|entry| entry.expect("an entry").path())
        .collect();
    lists.sort();
    let mut all = [Score::default(); 3];
    let mut bad = Vec::new();
    for path in lists {
        let list = List::new(&std::fs::read_to_string(&path).expect("a list"));
        let name = list.value["document"].as_str().expect("its document");
        println!("{name}");
        let scores = compare(&list, &plan_of(&shared, name));
        for ((sum, score), what) in
            all.iter_mut()
                .zip(scores)
                .zip(["tasks", "edges", "group edges"])
        {
            println!("  {what:<12} {}", score.line());
            sum.add(score);
        }
        if scores[1].f1() < 0.97 || scores[0].f1() < 0.97 {
            bad.push(name.to_owned());
        }
    }
    println!("in all");
    for (score, what) in all.iter().zip(["tasks", "edges", "group edges"]) {
        println!("  {what:<12} {}", score.line());
    }
    println!("below the mark: {bad:?}");
    assert!(bad.is_empty(), "{bad:?}");
}
