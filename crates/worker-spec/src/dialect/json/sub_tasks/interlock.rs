//! Tasks whose sub-tasks wait for sub-tasks of each other.
//!
//! When 2.2 waits for 3.1 and 3.2 for 2.2, the steps have an order and the tasks 2 and 3 have none: done as wholes, each would
//! wait for the other. That is no fault of the list, so the edges between the two are left out and told.

use std::collections::{HashMap, HashSet};

use indexmap::map::Entry;
use indexmap::{IndexMap, IndexSet};

use crate::{Code, Diagnostic, EdgeMention, Fragment, Related};

/// More steps than help to see where two tasks interlock.
const MOST_TOLD: usize = 12;

/// What a sub-task needs from another task, as an edge between the two tasks.
pub(super) struct Lift {
    pub(super) edge: EdgeMention,
    /// The sub-task that waits: `2.2`.
    pub(super) step: String,
    /// What it waits for, as written: `3.1`.
    pub(super) needs: String,
}

/// The sub-tasks of all tasks, and what each waits for.
#[derive(Default)]
pub(super) struct Steps {
    of_task: HashMap<String, Vec<String>>,
    waits: Vec<(Node, Node)>,
}

/// What the order of steps is between.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Node {
    Step(String),
    /// Before all steps of a task, and after all of them.
    Start(String),
    End(String),
}

impl Steps {
    pub(super) fn add(&mut self, task: &str, step: String) {
        self.of_task.entry(task.to_owned()).or_default().push(step);
    }

    pub(super) fn wait(&mut self, first: String, then: String) {
        self.waits.push((Node::Step(first), Node::Step(then)));
    }

    pub(super) fn wait_for_task(&mut self, task: &str, then: String) {
        self.waits
            .push((Node::End(task.to_owned()), Node::Step(then)));
    }

    /// Whether the steps can all be done, with what the tasks themselves wait for.
    fn have_order(mut self, edges: &[EdgeMention]) -> bool {
        let mut tasks: HashSet<String> = self.of_task.keys().cloned().collect();
        for edge in edges {
            tasks.extend([edge.from.clone(), edge.to.clone()]);
            let (from, to) = (edge.from.clone(), edge.to.clone());
            self.waits.push((Node::End(from), Node::Start(to)));
        }
        for task in tasks {
            for step in self.of_task.get(&task).into_iter().flatten() {
                let step = Node::Step(step.clone());
                self.waits.push((Node::Start(task.clone()), step.clone()));
                self.waits.push((step, Node::End(task.clone())));
            }
            self.waits
                .push((Node::Start(task.clone()), Node::End(task)));
        }
        on_cycles(self.waits.iter().map(|(first, then)| (first, then))).is_empty()
    }
}

/// Puts the edges into the fragment, but for those of tasks that interlock.
pub(super) fn add(
    steps: Steps,
    lifts: Vec<Lift>,
    fragment: &mut Fragment,
    diagnostics: &mut Vec<Diagnostic>,
) {
    let own = fragment.edges.iter();
    let pairs = own.chain(lifts.iter().map(|lift| &lift.edge));
    let pairs: Vec<(&String, &String)> = pairs.map(|edge| (&edge.from, &edge.to)).collect();
    let cycle_of = cycles(&pairs);
    let interlock = !cycle_of.is_empty() && steps.have_order(&fragment.edges);
    let cycle = |lift: &Lift| {
        let (from, to) = (cycle_of.get(&lift.edge.from)?, cycle_of.get(&lift.edge.to)?);
        (interlock && from == to).then_some(*from)
    };
    let cycles: Vec<Option<usize>> = lifts.iter().map(cycle).collect();
    // One complaint for each cycle, at its first step.
    let mut told: IndexMap<usize, Diagnostic> = IndexMap::new();
    for (lift, cycle) in lifts.into_iter().zip(cycles) {
        let Some(cycle) = cycle else {
            fragment.edges.push(lift.edge);
            continue;
        };
        let (step, needs) = (lift.step.escape_debug(), lift.needs.escape_debug());
        match told.entry(cycle) {
            Entry::Vacant(first) => {
                let message = format!(
                    "sub-task {step} waits for {needs}, and as wholes the two tasks wait for each other: the order between them is left out"
                );
                let place = lift.edge.location;
                first.insert(Diagnostic::warning(Code::EDGE_DISAGREEMENT, message).at(place));
            }
            Entry::Occupied(mut first) => {
                let told = first.get_mut();
                if told.related.len() < MOST_TOLD {
                    let note = format!("sub-task {step} waits for {needs}");
                    let place = lift.edge.location;
                    told.related.push(Related {
                        location: place,
                        message: note,
                    });
                }
            }
        }
    }
    let help = "make the sub-tasks that other tasks wait for tasks of their own";
    diagnostics.extend(told.into_values().map(|told| told.help(help)));
}

/// The strongly connected component of each name that is on a cycle (Tarjan, with a stack of its own).
fn cycles(edges: &[(&String, &String)]) -> HashMap<String, usize> {
    let mut places: IndexSet<&String> = IndexSet::new();
    let mut next: Vec<Vec<usize>> = Vec::new();
    for (from, to) in edges {
        let (from, to) = (places.insert_full(*from).0, places.insert_full(*to).0);
        next.resize(places.len(), Vec::new());
        next[from].push(to);
    }
    let all = places.len();
    const NONE: usize = usize::MAX;
    let (mut order, mut low) = (vec![NONE; all], vec![NONE; all]);
    let (mut on_path, mut path) = (vec![false; all], Vec::new());
    let (mut found, mut component_of) = (0, HashMap::new());
    for root in 0..all {
        // Each with the number of its edges that have been followed.
        let mut open = match order[root] {
            NONE => vec![(root, 0)],
            _ => continue,
        };
        while let Some((node, followed)) = open.pop() {
            if followed == 0 {
                order[node] = found;
                low[node] = found;
                found += 1;
                on_path[node] = true;
                path.push(node);
            } else {
                let behind = next[node][followed - 1];
                if on_path[behind] {
                    low[node] = low[node].min(low[behind]);
                }
            }
            match next[node].get(followed) {
                Some(&behind) => {
                    open.push((node, followed + 1));
                    if order[behind] == NONE {
                        open.push((behind, 0));
                    }
                }
                None if low[node] == order[node] => {
                    let start = path.iter().rposition(|other| *other == node).unwrap_or(0);
                    let members = path.split_off(start);
                    let is_cycle = members.len() > 1 || next[node].contains(&node);
                    for member in members {
                        on_path[member] = false;
                        if is_cycle {
                            component_of.insert(places[member].clone(), node);
                        }
                    }
                }
                None => {}
            }
        }
    }
    component_of
}

/// The nodes of a graph that are on cycles, or between two of them.
fn on_cycles<'n, N: Eq + std::hash::Hash>(
    edges: impl Iterator<Item = (&'n N, &'n N)>,
) -> HashSet<&'n N> {
    let edges: Vec<(&N, &N)> = edges.collect();
    let mut left: HashSet<&N> = edges.iter().flat_map(|(from, to)| [*from, *to]).collect();
    for backwards in [false, true] {
        let mut behind: HashMap<&N, Vec<&N>> = HashMap::new();
        let mut waiting: HashMap<&N, usize> = left.iter().map(|node| (*node, 0)).collect();
        for (from, to) in &edges {
            let (from, to) = if backwards { (to, from) } else { (from, to) };
            if left.contains(from) && left.contains(to) {
                behind.entry(from).or_default().push(to);
                *waiting.entry(to).or_default() += 1;
            }
        }
        let free = waiting.iter().filter(|(_, count)| **count == 0);
        let mut open: Vec<&N> = free.map(|(node, _)| *node).collect();
        while let Some(node) = open.pop() {
            left.remove(node);
            for next in behind.remove(node).unwrap_or_default() {
                let count = waiting.entry(next).or_default();
                *count = count.saturating_sub(1);
                if *count == 0 {
                    open.push(next);
                }
            }
        }
    }
    left
}
