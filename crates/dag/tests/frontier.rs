//! The run-time state machine, and what it promises to whoever drives it.

mod support;

use proptest::prelude::*;
use support::{any_dag, graph, ids};
use wavecrew_dag::{Dag, Frontier, NodeId, NodeState};

#[test]
fn the_largest_rank_goes_first_then_the_first_added() {
    let dag = graph("a b c d", "");
    let mut frontier = Frontier::new(&dag, vec![1, 7, 7, 9]);
    let order: Vec<_> = std::iter::from_fn(|| frontier.pop()).collect();
    assert_eq!(ids(&dag, &order), "d b c a");
}

#[test]
fn a_node_starts_after_its_last_dependency() {
    let dag = graph("a b c", "a>c b>c");
    let mut frontier = Frontier::new(&dag, vec![0; 3]);
    let (a, b) = (frontier.pop().unwrap(), frontier.pop().unwrap());
    frontier.succeed(a);
    assert_eq!(frontier.pop(), None);
    frontier.succeed(b);
    assert_eq!(frontier.pop(), dag.node("c"));
}

#[test]
fn a_failure_skips_each_dependent_once() {
    let dag = graph("a b c d e", "a>b a>c b>d c>d e>d");
    let mut frontier = Frontier::new(&dag, vec![0; 5]);
    let (a, e) = (frontier.pop().unwrap(), frontier.pop().unwrap());
    assert_eq!(ids(&dag, &frontier.fail(a)), "b c d");
    assert_eq!(ids(&dag, &frontier.fail(e)), "");
    assert!(frontier.is_done());
    assert_eq!(frontier.state(dag.node("d").unwrap()), NodeState::Skipped);
}

#[test]
fn a_node_that_is_pushed_back_keeps_its_turn() {
    let dag = graph("a b", "");
    let mut frontier = Frontier::new(&dag, vec![0; 2]);
    let a = frontier.pop().unwrap();
    frontier.push_back(a);
    assert_eq!(frontier.running(), 0);
    assert_eq!(frontier.peek(), Some(a));
    assert_eq!(frontier.pop(), Some(a));
}

#[test]
fn a_failure_that_is_to_stop_nobody_lets_dependents_start() {
    let dag = graph("a b", "a>b");
    let mut frontier = Frontier::new(&dag, vec![0; 2]);
    let a = frontier.pop().unwrap();
    frontier.fail_alone(a);
    assert_eq!(frontier.state(a), NodeState::Failed);
    assert_eq!(frontier.pop(), dag.node("b"));
}

#[test]
fn an_empty_graph_is_done() {
    let dag = graph("", "");
    let mut frontier = Frontier::new(&dag, Vec::new());
    assert!(frontier.is_done());
    assert_eq!(frontier.pop(), None);
}

/// What a frontier should say, recomputed from scratch each time.
struct Naive<'a> {
    dag: &'a Dag<u64>,
    ranks: Vec<u64>,
    ended: Vec<Option<End>>,
    running: Vec<NodeId>,
}

#[derive(Clone, Copy, PartialEq)]
enum End {
    Succeeded,
    Failed,
    FailedAlone,
    Skipped,
}

impl Naive<'_> {
    fn state(&self, node: NodeId) -> NodeState {
        let lets_go = |before: &NodeId| {
            matches!(
                self.ended[before.index()],
                Some(End::Succeeded | End::FailedAlone)
            )
        };
        match self.ended[node.index()] {
            Some(End::Succeeded) => NodeState::Succeeded,
            Some(End::Failed | End::FailedAlone) => NodeState::Failed,
            Some(End::Skipped) => NodeState::Skipped,
            None if self.running.contains(&node) => NodeState::Running,
            None if self.dag.predecessors(node).iter().all(lets_go) => NodeState::Ready,
            None => NodeState::Waiting,
        }
    }

    fn next(&self) -> Option<NodeId> {
        let ready = self
            .dag
            .nodes()
            .filter(|&node| self.state(node) == NodeState::Ready);
        ready.min_by_key(|node| (std::cmp::Reverse(self.ranks[node.index()]), *node))
    }

    fn end(&mut self, node: NodeId, end: End) {
        self.ended[node.index()] = Some(end);
        self.running.retain(|&running| running != node);
    }

    /// Skips what follows a failed or skipped node until nothing more does.
    fn skip(&mut self) -> Vec<NodeId> {
        let mut skipped = Vec::new();
        loop {
            let stops = |before: &NodeId| {
                matches!(self.ended[before.index()], Some(End::Failed | End::Skipped))
            };
            let doomed = |node: &NodeId| {
                self.ended[node.index()].is_none() && self.dag.predecessors(*node).iter().any(stops)
            };
            let Some(node) = self.dag.nodes().find(doomed) else {
                return skipped;
            };
            self.end(node, End::Skipped);
            skipped.push(node);
        }
    }
}

#[derive(Clone, Copy, Debug)]
enum Step {
    Pop,
    PushBack,
    Succeed,
    Fail,
    FailAlone,
    /// Ends a node that has not started.
    FailEarly,
}

fn any_steps() -> impl Strategy<Value = Vec<(Step, usize)>> {
    let step = prop_oneof![
        5 => Just(Step::Pop),
        1 => Just(Step::PushBack),
        4 => Just(Step::Succeed),
        1 => Just(Step::Fail),
        1 => Just(Step::FailAlone),
        1 => Just(Step::FailEarly),
    ];
    prop::collection::vec((step, 0..100_usize), 0..60)
}

proptest! {
    #[test]
    fn a_run_agrees_with_a_naive_simulation(
        dag in any_dag(14),
        ranks in prop::collection::vec(0_u64..4, 14),
        steps in any_steps(),
    ) {
        let ranks = ranks[..dag.len()].to_vec();
        let mut frontier = Frontier::new(&dag, ranks.clone());
        let ended = vec![None; dag.len()];
        let mut naive = Naive { dag: &dag, ranks, ended, running: Vec::new() };
        for (step, choice) in steps {
            let early: Vec<NodeId> = dag
                .nodes()
                .filter(|&node| matches!(naive.state(node), NodeState::Waiting | NodeState::Ready))
                .collect();
            let choices = match step {
                Step::FailEarly => &early,
                _ => &naive.running,
            };
            let chosen = choices.get(choice % choices.len().max(1)).copied();
            match (step, chosen) {
                (Step::Pop, _) => {
                    let next = naive.next();
                    prop_assert_eq!(frontier.peek(), next);
                    prop_assert_eq!(frontier.pop(), next);
                    naive.running.extend(next);
                }
                (Step::PushBack, Some(node)) => {
                    frontier.push_back(node);
                    naive.running.retain(|&running| running != node);
                }
                (Step::Succeed, Some(node)) => {
                    frontier.succeed(node);
                    naive.end(node, End::Succeeded);
                }
                (Step::FailAlone, Some(node)) => {
                    frontier.fail_alone(node);
                    naive.end(node, End::FailedAlone);
                }
                (Step::Fail | Step::FailEarly, Some(node)) => {
                    let mut skipped = frontier.fail(node);
                    skipped.sort();
                    naive.end(node, End::Failed);
                    let mut expected = naive.skip();
                    expected.sort();
                    prop_assert_eq!(skipped, expected);
                }
                (_, None) => {}
            }
            for node in dag.nodes() {
                prop_assert_eq!(frontier.state(node), naive.state(node));
            }
            let ready = dag.nodes().filter(|&node| naive.state(node) == NodeState::Ready);
            prop_assert_eq!(frontier.ready(), ready.count());
            prop_assert_eq!(frontier.running(), naive.running.len());
            let remaining = naive.ended.iter().filter(|end| end.is_none()).count();
            prop_assert_eq!(frontier.remaining(), remaining);
            prop_assert_eq!(frontier.is_done(), remaining == 0);
        }
    }
}

/// Many nodes become ready at once, some are taken out again, and ranks are far apart: whatever holds
/// the ready ones, the next is the one of the largest rank, and of those the first added.
fn bursts_come_out_in_order(rank: impl Fn(u64) -> u64) {
    let hubs = 6_usize;
    let each = 4_000;
    let dag = graph_of_hubs(hubs, each);
    let mut state = 7_u64;
    let mut random = || {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        state >> 33
    };
    let mut ranks: Vec<u64> = dag.nodes().map(|_| rank(random())).collect();
    ranks[..hubs].fill(rank(u64::MAX >> 33));
    let mut frontier = Frontier::new(&dag, ranks.clone());
    let turn = |node: NodeId| (std::cmp::Reverse(ranks[node.index()]), node);
    let mut ready: std::collections::BTreeSet<_> = dag.nodes().take(1).map(turn).collect();
    let mut running = Vec::new();
    while !frontier.is_done() {
        match random() % 8 {
            // A node that is ready and has nobody behind it.
            0 if ready.len() > 1 => {
                let middle = ready.iter().nth(random() as usize % ready.len().min(3_000));
                let &(rank, node) = middle.unwrap();
                if node.index() >= hubs {
                    ready.remove(&(rank, node));
                    assert_eq!(frontier.fail(node), []);
                }
            }
            1 | 2 if !running.is_empty() => {
                let node: NodeId = running.swap_remove(random() as usize % running.len());
                frontier.push_back(node);
                ready.insert(turn(node));
            }
            _ => {
                let first = ready.pop_first().map(|(_, node)| node);
                assert_eq!(frontier.peek(), first);
                assert_eq!(frontier.pop(), first);
                match first {
                    Some(node) if node.index() < hubs || random() % 2 == 0 => {
                        frontier.succeed(node);
                        ready.extend(dag.successors(node).iter().copied().map(turn));
                    }
                    other => running.extend(other),
                }
                if first.is_none() {
                    running.drain(..).for_each(|node| frontier.succeed(node));
                }
            }
        }
        assert_eq!(frontier.ready(), ready.len());
    }
}

/// A chain of hubs, each with many nodes that wait for it alone.
fn graph_of_hubs(hubs: usize, each: usize) -> Dag<()> {
    let mut builder = wavecrew_dag::DagBuilder::new();
    for node in 0..hubs + hubs * each {
        builder.node(node.to_string(), ());
    }
    for hub in 0..hubs {
        let first = hubs + hub * each;
        for node in (first..first + each).chain(Some(hub + 1).filter(|next| *next < hubs)) {
            builder.edge(hub.to_string(), node.to_string());
        }
    }
    builder.build().unwrap()
}

#[test]
fn bursts_of_near_ranks_come_out_in_order() {
    bursts_come_out_in_order(|number| number % 50);
}

#[test]
fn bursts_of_far_ranks_come_out_in_order() {
    bursts_come_out_in_order(|number| number << 31);
}
