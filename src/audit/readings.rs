//! The ways in which a plan can be read, and what each comes to.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use wavecrew_dag::{CriticalPath, Dag, NodeId};
use wavecrew_worker_spec::{Amount, EdgeSource, Measure, Plan, Task};

use crate::graph::{GraphOptions, PlanGraph, Unit, graph};

/// What the plan comes to under every way of reading it.
pub(super) struct Readings<'g> {
    /// The graph as it is planned with.
    pub(super) graph: &'g PlanGraph,
    /// All ways; the first one is as it is planned with.
    pub(super) all: Vec<Reading>,
    /// Sum of all durations, in ticks.
    pub(super) work: u64,
    /// Whether every task states its own duration (or tokens, when those are the unit).
    pub(super) all_estimated: bool,
    /// Whether the documents state what tasks wait for: most of them stand in some order.
    pub(super) is_ordered: bool,
}

/// What makes a reading differ in which no group begins before the ones above it have ended.
const AS_BARRIERS: &str = "with groups as barriers";

/// One way to read a plan.
pub(super) struct Reading {
    /// What makes it differ: "with groups as barriers".
    pub(super) name: String,
    /// The length of its longest chain, in ticks.
    pub(super) length: u64,
    /// The ids of a longest chain.
    pub(super) chain: Vec<String>,
    /// The ids of all tasks that delay the end when they are late.
    pub(super) critical: BTreeSet<String>,
    /// Whether groups are barriers in it.
    pub(super) barriers: bool,
    /// The edges, by place in the graph that it was computed from.
    pub(super) graph: Option<PlanGraph>,
}

impl<'g> Readings<'g> {
    /// Reads the plan with and without its groups, and by each form of statement alone.
    pub(super) fn new(plan: &Plan, planned: &'g PlanGraph) -> Self {
        let mut all = vec![reading(String::new(), planned, None)];
        for (name, options) in [
            (
                "without group dependencies",
                GraphOptions {
                    group_dependencies: false,
                    barriers: false,
                },
            ),
            (
                AS_BARRIERS,
                GraphOptions {
                    group_dependencies: true,
                    barriers: true,
                },
            ),
        ] {
            if let Ok(other) = graph(plan, options) {
                let read = reading(name.to_owned(), &other, None);
                all.push(read);
            }
        }
        let forms: BTreeSet<&str> = plan
            .edges
            .iter()
            .flat_map(|edge| edge.stated_in.iter().map(|source| form(*source)))
            .collect();
        if forms.len() > 1 {
            for form_name in forms {
                let mut part = plan.clone();
                part.edges.retain(|edge| {
                    edge.stated_in
                        .iter()
                        .any(|source| form(*source) == form_name)
                });
                for barriers in [false, true] {
                    let options = GraphOptions {
                        group_dependencies: true,
                        barriers,
                    };
                    if let Ok(other) = graph(&part, options) {
                        let alone = format!("by the {form_name} alone");
                        let name = if barriers {
                            format!("{alone}, {AS_BARRIERS}")
                        } else {
                            alone
                        };
                        let read = reading(name, &other, None);
                        all.push(Reading {
                            graph: (!barriers).then_some(other),
                            ..read
                        });
                    }
                }
            }
        }
        let work = planned
            .durations
            .iter()
            .fold(0_u64, |sum, ticks| sum.saturating_add(*ticks));
        let all_estimated = planned.dag.nodes().all(|node| {
            let task = planned.dag.payload(node);
            match planned.unit {
                Unit::Seconds => task.estimate.is_some(),
                Unit::Tokens => task.tokens.is_some(),
            }
        });
        let in_order = planned.dag.nodes().filter(|node| {
            let dag = &planned.dag;
            !dag.predecessors(*node).is_empty() || !dag.successors(*node).is_empty()
        });
        let is_ordered = in_order.count() * 3 > planned.dag.len() * 2;
        Readings {
            is_ordered,
            graph: planned,
            all,
            work,
            all_estimated,
        }
    }

    /// The shortest of the longest chains: no schedule is shorter under any reading.
    pub(super) fn shortest(&self) -> &Reading {
        self.all
            .iter()
            .min_by_key(|reading| reading.length)
            .unwrap_or(&self.all[0])
    }

    /// Whether time is counted in seconds, and there is any.
    pub(super) fn is_timed(&self) -> bool {
        self.graph.unit == Unit::Seconds && self.work > 0
    }

    /// The graphs by which tasks may be ordered: all edges, and each form of statement alone.
    pub(super) fn graphs(&self) -> impl Iterator<Item = &PlanGraph> {
        std::iter::once(self.graph)
            .chain(self.all.iter().filter_map(|reading| reading.graph.as_ref()))
    }
}

fn reading(name: String, of: &PlanGraph, graph: Option<PlanGraph>) -> Reading {
    let id = |node: &NodeId| of.dag.id(*node).to_owned();
    let (length, chain, critical) = match CriticalPath::new(&of.dag, &of.durations) {
        Ok(path) => (
            path.makespan,
            path.path().iter().map(id).collect(),
            path.critical().iter().map(id).collect(),
        ),
        Err(_) => (u64::MAX, Vec::new(), BTreeSet::new()),
    };
    Reading {
        barriers: name.contains(AS_BARRIERS),
        name,
        length,
        chain,
        critical,
        graph,
    }
}

/// The form in which a document states an edge. A worker spec states its own in its header or in a section, never
/// all in one of them.
fn form(source: EdgeSource) -> &'static str {
    match source {
        EdgeSource::Table => "tables",
        EdgeSource::Mermaid => "Mermaid diagrams",
        EdgeSource::Header | EdgeSource::Section => "worker specs",
        EdgeSource::List => "lists",
        EdgeSource::Tree => "trees",
        EdgeSource::Json => "JSON",
        _ => "groups",
    }
}

/// Seconds in millionths.
pub(super) fn seconds(ticks: u64) -> i128 {
    i128::from(ticks) * i128::from(Amount::ONE)
}

/// Seconds as a person writes them.
pub(super) fn shown(ticks: u64) -> wavecrew_worker_spec::Shown {
    wavecrew_worker_spec::Shown(Measure::Seconds, seconds(ticks))
}

/// Names of a chain, the middle left out when it is long.
pub(super) fn chain_text(chain: &[String]) -> String {
    const MOST: usize = 8;
    if chain.len() <= MOST {
        return chain.join(" → ");
    }
    let (head, tail) = (&chain[..MOST / 2], &chain[chain.len() - MOST / 2..]);
    format!(
        "{} → … ({} more) … → {}",
        head.join(" → "),
        chain.len() - MOST,
        tail.join(" → ")
    )
}

/// The longest chain among some tasks, edges through other tasks left out: its length and its tasks.
///
/// # Complexity
///
/// O(tasks given + their edges), plus a sort.
pub(super) fn chain_within(graph: &PlanGraph, tasks: &[NodeId]) -> (u64, Vec<NodeId>) {
    let inside: BTreeSet<NodeId> = tasks.iter().copied().collect();
    let mut waits: BTreeMap<NodeId, usize> = BTreeMap::new();
    for node in &inside {
        let before = graph.dag.predecessors(*node);
        waits.insert(
            *node,
            before.iter().filter(|from| inside.contains(from)).count(),
        );
    }
    let mut open: VecDeque<NodeId> = waits
        .iter()
        .filter(|(_, count)| **count == 0)
        .map(|(node, _)| *node)
        .collect();
    let mut best: BTreeMap<NodeId, (u64, Option<NodeId>)> = BTreeMap::new();
    let mut last: Option<(u64, NodeId)> = None;
    while let Some(node) = open.pop_front() {
        let before = best.get(&node).map_or(0, |(length, _)| *length);
        let end = before.saturating_add(graph.durations[node.index()]);
        if last.is_none_or(|(length, _)| end > length) {
            last = Some((end, node));
        }
        for next in graph
            .dag
            .successors(node)
            .iter()
            .filter(|next| inside.contains(next))
        {
            let entry = best.entry(*next).or_insert((0, None));
            if entry.1.is_none() || end > entry.0 {
                *entry = (end, Some(node));
            }
            if let Some(count) = waits.get_mut(next) {
                *count -= 1;
                if *count == 0 {
                    open.push_back(*next);
                }
            }
        }
    }
    let Some((length, end)) = last else {
        return (0, Vec::new());
    };
    let mut chain = vec![end];
    while let Some((_, Some(before))) = best.get(&chain[chain.len() - 1]) {
        chain.push(*before);
    }
    chain.reverse();
    (length, chain)
}

/// The nodes of a group's tasks.
pub(super) fn nodes_of(dag: &Dag<Task>, tasks: &[String]) -> Vec<NodeId> {
    let mut nodes: Vec<NodeId> = tasks.iter().filter_map(|task| dag.node(task)).collect();
    nodes.sort_unstable();
    nodes.dedup();
    nodes
}

/// Every node that waits for one, directly or not.
pub(super) fn descendants(dag: &Dag<Task>, node: NodeId) -> BTreeSet<NodeId> {
    let mut seen = BTreeSet::new();
    let mut open = vec![node];
    while let Some(node) = open.pop() {
        for next in dag.successors(node) {
            if seen.insert(*next) {
                open.push(*next);
            }
        }
    }
    seen
}
