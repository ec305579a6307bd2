//! From a plan to a graph: the glue between `worker-spec` and `dag`.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use wavecrew_dag::{Claims, Dag, DagBuilder, NodeId, Problem};
use wavecrew_worker_spec::{Diagnostic, EdgeKind, Location, Plan, Status, Task};

use crate::codes;
use crate::selection::NOT_SELECTED;

/// Which orders of a plan bind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GraphOptions {
    /// A group that a task names in its own dependencies ("Phase 1-2 complete") must be finished first.
    pub group_dependencies: bool,
    /// Every group of the plan waits for the one before it.
    pub barriers: bool,
}

impl Default for GraphOptions {
    fn default() -> Self {
        Self {
            group_dependencies: true,
            barriers: false,
        }
    }
}

/// What a tick of the planner's integer time is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    /// Seconds of the tasks' estimates.
    Seconds,
    /// Tokens: the plan states tokens and no durations.
    Tokens,
}

/// A plan's tasks that are still to do, as a graph with durations and claims.
#[derive(Debug)]
pub struct PlanGraph {
    /// The tasks in plan order; an edge where one must finish before the other starts.
    pub dag: Dag<Task>,
    /// Ticks of each task, by [`NodeId::index`].
    pub durations: Vec<u64>,
    /// What a tick is.
    pub unit: Unit,
    /// Paths that each task owns while it runs.
    pub claims: Claims,
    /// Hard edges between these tasks as the documents state them, each once.
    pub stated_edges: usize,
    /// Tasks that are not in the graph, each with the reason.
    pub left_out: Vec<LeftOut>,
}

/// A task that a plan has and the graph has not.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct LeftOut {
    /// The task.
    pub id: String,
    /// Why it is not scheduled: `done`, `deferred`, `depends on ID, which is deferred`, or `not selected`.
    pub reason: String,
}

impl LeftOut {
    /// Whether the task itself is to be done, and only what it needs is not.
    pub fn is_pending(&self) -> bool {
        self.reason.starts_with(NEEDS)
    }

    /// Whether somebody chose other tasks than this.
    pub fn is_not_selected(&self) -> bool {
        self.reason == NOT_SELECTED
    }
}

/// How the reason of a task begins that is left out because of another one.
const NEEDS: &str = "depends on ";

/// Builds the graph of all tasks that are neither done nor deferred.
///
/// Soft edges say what would be good to know first; they do not order. A task that needs a deferred
/// one is left out with it.
///
/// # Errors
///
/// One diagnostic for every cycle, as a full path with the lines that state its edges.
///
/// # Complexity
///
/// O(tasks + edges), where a group dependency counts one edge for every task of the group.
pub fn graph(plan: &Plan, options: GraphOptions) -> Result<PlanGraph, Vec<Diagnostic>> {
    let left_out = left_out(plan);
    let absent: BTreeSet<&str> = left_out.iter().map(|task| task.id.as_str()).collect();
    let tasks = || {
        plan.tasks
            .iter()
            .filter(|task| !absent.contains(task.id.as_str()))
    };

    let mut builder = DagBuilder::new();
    for task in tasks() {
        builder.node(task.id.clone(), task.clone());
    }
    let mut stated = BTreeSet::new();
    let mut locations: BTreeMap<(String, String), Location> = BTreeMap::new();
    let group_edges = if options.group_dependencies {
        plan.group_edges()
    } else {
        Vec::new()
    };
    let barrier_edges = if options.barriers {
        plan.barrier_edges()
    } else {
        Vec::new()
    };
    for edge in plan.edges.iter().chain(&group_edges).chain(&barrier_edges) {
        let bound = edge.kind != EdgeKind::Soft;
        if !bound || absent.contains(edge.from.as_str()) || absent.contains(edge.to.as_str()) {
            continue;
        }
        let ends = (edge.from.clone(), edge.to.clone());
        if edge.kind == EdgeKind::Hard {
            stated.insert(ends.clone());
        }
        if let Some(location) = edge.locations.first() {
            locations.entry(ends).or_insert_with(|| location.clone());
        }
        builder.edge(edge.from.clone(), edge.to.clone());
    }
    let dag = builder.build().map_err(|error| {
        error
            .problems
            .iter()
            .map(|problem| describe(problem, &locations))
            .collect::<Vec<_>>()
    })?;
    let unit = unit(plan);
    let durations = dag
        .nodes()
        .map(|node| ticks(dag.payload(node), unit))
        .collect();
    let claims = claims(&dag);
    Ok(PlanGraph {
        dag,
        durations,
        unit,
        claims,
        stated_edges: stated.len(),
        left_out,
    })
}

/// Every path that a task may write: what it claims, delivers, and is allowed to change.
pub fn owned_paths(task: &Task) -> impl Iterator<Item = &str> {
    let spec = task.spec.as_deref();
    let delivered = spec
        .into_iter()
        .flat_map(|spec| &spec.deliverables)
        .map(|file| &file.path);
    let writable = spec.into_iter().flat_map(|spec| &spec.boundaries.writable);
    let results = spec
        .into_iter()
        .flat_map(|spec| &spec.result_files)
        .map(|file| &file.path);
    task.claims
        .iter()
        .chain(delivered)
        .chain(writable)
        .chain(results)
        .map(String::as_str)
}

pub(crate) fn claims(dag: &Dag<Task>) -> Claims {
    let owned: Vec<(NodeId, &str)> = dag
        .nodes()
        .flat_map(|node| owned_paths(dag.payload(node)).map(move |path| (node, path)))
        .collect();
    Claims::new(dag.len(), owned)
}

fn unit(plan: &Plan) -> Unit {
    let durations = plan.tasks.iter().any(|task| task.estimate.is_some());
    let tokens = plan.tasks.iter().any(|task| task.tokens.is_some());
    if tokens && !durations {
        Unit::Tokens
    } else {
        Unit::Seconds
    }
}

fn ticks(task: &Task, unit: Unit) -> u64 {
    match unit {
        Unit::Seconds => task.estimate.map_or(0, |estimate| estimate.as_secs()),
        Unit::Tokens => task.tokens.unwrap_or(0),
    }
}

/// Done and deferred tasks, and whatever needs a deferred one.
fn left_out(plan: &Plan) -> Vec<LeftOut> {
    let mut reasons: BTreeMap<&str, String> = BTreeMap::new();
    let mut waiting: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for edge in plan.edges.iter().filter(|edge| edge.kind == EdgeKind::Hard) {
        waiting
            .entry(edge.from.as_str())
            .or_default()
            .push(&edge.to);
    }
    let mut deferred = Vec::new();
    for task in &plan.tasks {
        match task.status {
            Status::Done => drop(reasons.insert(&task.id, "done".into())),
            Status::Deferred => {
                reasons.insert(&task.id, "deferred".into());
                deferred.push(task.id.as_str());
            }
            _ => {}
        }
    }
    while let Some(from) = deferred.pop() {
        for to in waiting.get(from).into_iter().flatten().copied() {
            if !reasons.contains_key(to) {
                reasons.insert(to, format!("{NEEDS}{from}, which is deferred"));
                deferred.push(to);
            }
        }
    }
    plan.tasks
        .iter()
        .filter_map(|task| {
            let reason = reasons.remove(task.id.as_str())?;
            Some(LeftOut {
                id: task.id.clone(),
                reason,
            })
        })
        .collect()
}

fn describe(problem: &Problem, locations: &BTreeMap<(String, String), Location>) -> Diagnostic {
    let Problem::Cycle(cycle) = problem else {
        return Diagnostic::error(codes::GRAPH, problem.to_string());
    };
    let mut diagnostic = Diagnostic::error(codes::CYCLE, format!("cycle: {cycle}")).help(
        "drop one of these dependencies, or split a task so that its first half comes before",
    );
    let ends = cycle.path.iter().zip(cycle.path.iter().cycle().skip(1));
    for (index, (from, to)) in ends.enumerate() {
        let Some(location) = locations.get(&(from.clone(), to.clone())) else {
            continue;
        };
        diagnostic = if index == 0 {
            diagnostic.at(location.clone())
        } else {
            diagnostic.related(location.clone(), format!("{to} waits for {from}"))
        };
    }
    diagnostic
}
