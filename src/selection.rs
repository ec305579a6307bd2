//! A part of a plan: some tasks, what they need, or what needs them.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use wavecrew_dag::{DagBuilder, Gaps, NodeId, Subgraph};
use wavecrew_worker_spec::{EdgeKind, Plan};

use crate::graph::{LeftOut, PlanGraph, claims};

/// Which tasks of a plan are meant, by ids or by names of groups. Where several are set a task has to be meant by each.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Selection {
    /// These and no others; what they wait for counts as done.
    pub only: Vec<String>,
    /// These, and all that they wait for.
    pub until: Vec<String>,
    /// These, and all that waits for them.
    pub from: Vec<String>,
}

/// Names that mean nothing in a plan, or a selection of nothing that is to be done.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}", lines.join("\n"))]
pub struct SelectionError {
    /// One for each name, with the one that was probably meant.
    pub lines: Vec<String>,
}

/// Why a task is left out that was not selected.
pub(crate) const NOT_SELECTED: &str = "not selected";

impl Selection {
    /// Whether the whole plan is meant.
    pub fn is_all(&self) -> bool {
        self.only.is_empty() && self.until.is_empty() && self.from.is_empty()
    }

    /// The part of the graph of `plan` that is meant. A task that waits for selected ones through others that are not
    /// still waits for them. A task that is not to be done counts as done.
    ///
    /// # Errors
    ///
    /// Every name that is neither a task nor a group; a selection that leaves nothing to do.
    ///
    /// # Complexity
    ///
    /// O(tasks + edges), and O(tasks + edges) for each selected task that one which is not selected waits for, at worst.
    pub fn of(&self, plan: &Plan, graph: PlanGraph) -> Result<PlanGraph, SelectionError> {
        let (part, mut nothing) = self.rest_and_why(plan, graph)?;
        if !part.dag.is_empty() || self.is_all() {
            return Ok(part);
        }
        if nothing.is_empty() {
            nothing.push("no task is meant by all of --only, --until and --from".to_owned());
        }
        Err(SelectionError { lines: nothing })
    }

    /// As [`of`](Self::of), for a run that is taken up again: where nothing is left to do, everything is done.
    ///
    /// # Errors
    ///
    /// Every name that is neither a task nor a group.
    pub fn rest_of(&self, plan: &Plan, graph: PlanGraph) -> Result<PlanGraph, SelectionError> {
        let (part, _) = self.rest_and_why(plan, graph)?;
        Ok(part)
    }

    /// The part, which may be empty, and a line for each name that has nothing to do.
    fn rest_and_why(
        &self,
        plan: &Plan,
        graph: PlanGraph,
    ) -> Result<(PlanGraph, Vec<String>), SelectionError> {
        if self.is_all() {
            return Ok((graph, Vec::new()));
        }
        let names = Names::of(plan, &graph);
        let (mut unknown, mut nothing) = (Vec::new(), Vec::new());
        let dag = &graph.dag;
        let mut keeps = vec![true; dag.len()];
        let mut narrow = |asked: &[String], part: &dyn Fn(&[NodeId]) -> Vec<NodeId>| {
            if asked.is_empty() {
                return;
            }
            let mut nodes = Vec::new();
            for name in asked {
                match names.find(name) {
                    Ok(Found::ToDo(found)) => nodes.extend(found),
                    Ok(Found::Nothing(line)) => nothing.push(line),
                    Err(line) => unknown.push(line),
                }
            }
            let mut kept = vec![false; keeps.len()];
            for node in part(&nodes) {
                kept[node.index()] = true;
            }
            for (keep, kept) in keeps.iter_mut().zip(kept) {
                *keep &= kept;
            }
        };
        let whole = |part: &Subgraph<_>| -> Vec<NodeId> {
            let nodes = part.dag.nodes();
            nodes.map(|node| part.whole(node)).collect()
        };
        narrow(&self.only, &|nodes| nodes.to_vec());
        narrow(&self.until, &|nodes| whole(&Subgraph::until(dag, nodes)));
        narrow(&self.from, &|nodes| whole(&Subgraph::from(dag, nodes)));
        if !unknown.is_empty() {
            return Err(SelectionError { lines: unknown });
        }
        let kept: Vec<NodeId> = dag.nodes().filter(|node| keeps[node.index()]).collect();
        Ok((part(plan, graph, &kept), nothing))
    }
}

fn part(plan: &Plan, graph: PlanGraph, kept: &[NodeId]) -> PlanGraph {
    let dag = Subgraph::only(&graph.dag, kept, Gaps::Bridge).dag;
    let mut left_out = graph.left_out;
    let others = graph.dag.nodes().map(|node| graph.dag.id(node));
    left_out.extend(
        others
            .filter(|id| dag.node(id).is_none())
            .map(|id| LeftOut {
                id: id.to_owned(),
                reason: NOT_SELECTED.to_owned(),
            }),
    );
    let ids: BTreeSet<&str> = dag.nodes().map(|node| dag.id(node)).collect();
    let stated = plan.edges.iter().filter(|edge| {
        let ends = [edge.from.as_str(), edge.to.as_str()];
        edge.kind == EdgeKind::Hard && ends.iter().all(|end| ids.contains(end))
    });
    PlanGraph {
        durations: kept
            .iter()
            .map(|node| graph.durations[node.index()])
            .collect(),
        unit: graph.unit,
        claims: claims(&dag),
        stated_edges: stated.count(),
        left_out,
        dag,
    }
}

/// What a name of a plan means.
enum Found {
    /// These are to be done.
    ToDo(Vec<NodeId>),
    /// Nothing of it is, and why.
    Nothing(String),
}

/// What tasks and groups of a plan are called.
struct Names<'a> {
    graph: &'a PlanGraph,
    /// Ids of tasks by all names, in small letters.
    by_name: BTreeMap<String, Vec<&'a str>>,
}

impl<'a> Names<'a> {
    fn of(plan: &'a Plan, graph: &'a PlanGraph) -> Self {
        let mut by_name: BTreeMap<String, Vec<&str>> = BTreeMap::new();
        // The last that says what a name means counts: ids go before groups.
        for group in &plan.groups {
            let below = format!("{}.", group.id);
            let is_in = |id: &str| id == group.id || id.starts_with(&below);
            let inner = plan.groups.iter().filter(|inner| is_in(&inner.id));
            let mut tasks: Vec<&str> = inner
                .flat_map(|inner| &inner.tasks)
                .map(String::as_str)
                .collect();
            let own = plan
                .tasks
                .iter()
                .filter(|task| task.group.as_deref().is_some_and(is_in));
            tasks.extend(own.map(|task| task.id.as_str()));
            tasks.sort_unstable();
            tasks.dedup();
            let spoken = group.id.replacen('-', " ", 1);
            let names = [group.id.as_str(), spoken.as_str(), group.title.as_str()];
            for name in names.into_iter().filter(|name| !name.is_empty()) {
                by_name.insert(name.to_lowercase(), tasks.clone());
            }
        }
        for task in &plan.tasks {
            for alias in &task.aliases {
                by_name.insert(alias.to_lowercase(), vec![&task.id]);
            }
        }
        for task in &plan.tasks {
            by_name.insert(task.id.to_lowercase(), vec![&task.id]);
        }
        Self { graph, by_name }
    }

    /// The nodes that are meant, or that nothing in the plan is.
    fn find(&self, name: &str) -> Result<Found, String> {
        let dag = &self.graph.dag;
        if let Some(node) = dag.node(name) {
            return Ok(Found::ToDo(vec![node]));
        }
        let Some(tasks) = self.by_name.get(&name.trim().to_lowercase()) else {
            return Err(self.unknown(name));
        };
        let nodes: Vec<NodeId> = tasks.iter().filter_map(|id| dag.node(id)).collect();
        if nodes.is_empty() {
            let left_out = self.graph.left_out.iter();
            let mut left_out = left_out.filter(|task| tasks.contains(&task.id.as_str()));
            let why = left_out
                .next()
                .map_or("it has no tasks", |task| &task.reason);
            let why = format!("`{name}` has nothing to do: {why}");
            return Ok(Found::Nothing(why));
        }
        Ok(Found::ToDo(nodes))
    }

    fn unknown(&self, name: &str) -> String {
        let mut builder = DagBuilder::new();
        for known in self.by_name.keys() {
            builder.node(known.clone(), ());
        }
        let dag = builder
            .build()
            .expect("names are distinct, and there are no edges");
        let lower = name.trim().to_lowercase();
        let suggestion = dag.select([&lower]).err();
        let suggestion = suggestion.and_then(|error| error.ids.into_iter().next()?.suggestion);
        let known = suggestion
            .as_ref()
            .and_then(|known| self.by_name.get(known));
        let shown = match known.map(Vec::as_slice) {
            // A task is shown as the plan writes it.
            Some([id]) if id.to_lowercase() == suggestion.clone().unwrap_or_default() => {
                Some((*id).to_owned())
            }
            _ => suggestion,
        };
        let meant = shown.map_or_else(String::new, |known| format!("; did you mean `{known}`?"));
        format!("the plan has no task and no group `{name}`{meant}")
    }
}
