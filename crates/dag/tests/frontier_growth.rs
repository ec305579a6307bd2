//! Nodes that come during the run.

mod support;

use std::cmp::Reverse;

use proptest::prelude::*;
use support::{any_dag, graph};
use wavecrew_dag::{Dag, Frontier, GrowError, NodeId, NodeState};

fn nodes<const N: usize>() -> [NodeId; N] {
    std::array::from_fn(NodeId::from_index)
}

#[test]
fn parts_inherit_dependencies_and_dependants() {
    let dag = graph("a b c", "a>b b>c");
    let [a, b, c] = nodes();
    let mut frontier = Frontier::new(&dag, vec![0; 3]);
    let parts = frontier.split(b, &[0, 5]).unwrap();
    assert_eq!(frontier.state(b), NodeState::Split);
    assert_eq!(frontier.remaining(), 4);
    assert_eq!(frontier.pop(), Some(a));
    assert_eq!(frontier.pop(), None);
    frontier.succeed(a);
    assert_eq!(
        [frontier.pop(), frontier.pop()],
        [Some(parts[1]), Some(parts[0])]
    );
    frontier.succeed(parts[0]);
    assert_eq!(frontier.pop(), None);
    frontier.succeed(parts[1]);
    assert_eq!(frontier.pop(), Some(c));
}

#[test]
fn a_running_node_is_split_into_ready_parts() {
    let dag = graph("a b", "a>b");
    let [a, b] = nodes();
    let mut frontier = Frontier::new(&dag, vec![0; 2]);
    frontier.pop();
    let parts = frontier.split(a, &[0, 0]).unwrap();
    frontier.add_edge(parts[0], parts[1]).unwrap();
    assert_eq!((frontier.running(), frontier.ready()), (0, 1));
    let part = frontier.pop().unwrap();
    assert_eq!(frontier.fail(part), [b, parts[1]]);
    assert!(frontier.is_done());
}

#[test]
fn what_cannot_be_is_refused_and_changes_nothing() {
    let dag = graph("a b c", "a>b b>c");
    let [a, b, c] = nodes();
    let mut frontier = Frontier::new(&dag, vec![0; 3]);
    let cycle = |path: &[NodeId]| GrowError::Cycle {
        path: path.to_vec(),
    };
    assert_eq!(frontier.add(0, &[c], &[a]), Err(cycle(&[a, b, c])));
    assert_eq!(frontier.add_edge(b, b), Err(cycle(&[b])));
    assert_eq!(frontier.split(a, &[]), Err(GrowError::NoParts { node: a }));
    frontier.pop();
    let started = GrowError::Started {
        node: a,
        state: NodeState::Running,
    };
    assert_eq!(frontier.add(0, &[], &[a]), Err(started));
    frontier.fail(a);
    let ended = |node, state| GrowError::Ended { node, state };
    assert_eq!(frontier.add(0, &[a], &[]), Err(ended(a, NodeState::Failed)));
    assert_eq!(frontier.split(b, &[1]), Err(ended(b, NodeState::Skipped)));
    assert!(frontier.is_done());
    assert_eq!(
        cycle(&[a, b]).to_string(),
        "nodes would wait for each other: 0 -> 1"
    );
}

#[test]
fn nobody_waits_through_a_node_that_ended() {
    let dag = graph("a b c d", "a>b b>c");
    let [a, b, c, d] = nodes();
    let mut frontier = Frontier::new(&dag, vec![0; 4]);
    frontier.fail_alone(b); // before `a` has started; `c` may start now
    frontier.add_edge(d, c).unwrap();
    frontier.add_edge(c, a).unwrap();
    let order: Vec<NodeId> = std::iter::from_fn(|| {
        let node = frontier.pop()?;
        frontier.succeed(node);
        Some(node)
    })
    .collect();
    assert_eq!(order, [d, c, a]);
    assert!(frontier.is_done());
}

#[test]
fn a_run_may_begin_with_nothing() {
    let mut frontier = Frontier::new(&graph("", ""), Vec::new());
    let first = frontier.add(1, &[], &[]).unwrap();
    let last = frontier.add(2, &[first, first], &[]).unwrap();
    assert_eq!(frontier.pop(), Some(first));
    frontier.succeed(first);
    assert_eq!(frontier.pop(), Some(last));
}

#[test]
fn a_run_grows_by_a_million() {
    let mut frontier = Frontier::new(&graph("a", ""), vec![0]);
    let [mut last] = nodes();
    for _ in 0..1_000_000 {
        last = frontier.add(0, &[last], &[]).unwrap();
    }
    while let Some(node) = frontier.pop() {
        frontier.succeed(node);
    }
    assert!(frontier.is_done());
}

/// What a growing frontier should say, recomputed from scratch each time.
struct Naive {
    ranks: Vec<u64>,
    edges: Vec<(NodeId, NodeId)>,
    ended: Vec<Option<NodeState>>,
    /// Failed nodes that let their dependents start.
    lets_go: Vec<bool>,
    running: Vec<NodeId>,
}

impl Naive {
    fn new(dag: &Dag<u64>, ranks: Vec<u64>) -> Self {
        Self {
            ranks,
            edges: dag.edges().collect(),
            ended: vec![None; dag.len()],
            lets_go: vec![false; dag.len()],
            running: Vec::new(),
        }
    }

    fn nodes(&self) -> impl Iterator<Item = NodeId> + Clone + use<> {
        (0..self.ranks.len()).map(NodeId::from_index)
    }

    fn before(&self, node: NodeId) -> Vec<NodeId> {
        let edges = self.edges.iter().filter(|edge| edge.1 == node);
        edges.map(|edge| edge.0).collect()
    }

    fn after(&self, node: NodeId) -> Vec<NodeId> {
        let edges = self.edges.iter().filter(|edge| edge.0 == node);
        edges.map(|edge| edge.1).collect()
    }

    fn state(&self, node: NodeId) -> NodeState {
        if let Some(state) = self.ended[node.index()] {
            return state;
        }
        if self.running.contains(&node) {
            return NodeState::Running;
        }
        match self
            .before(node)
            .iter()
            .all(|before| self.lets_go[before.index()])
        {
            true => NodeState::Ready,
            false => NodeState::Waiting,
        }
    }

    fn next(&self) -> Option<NodeId> {
        let ready = self
            .nodes()
            .filter(|&node| self.state(node) == NodeState::Ready);
        ready.min_by_key(|node| (Reverse(self.ranks[node.index()]), *node))
    }

    fn end(&mut self, node: NodeId, state: NodeState, lets_go: bool) {
        self.ended[node.index()] = Some(state);
        self.lets_go[node.index()] = lets_go;
        self.running.retain(|&running| running != node);
    }

    fn skip(&mut self) {
        let stops = |naive: &Self, node: &NodeId| {
            naive.ended[node.index()].is_some() && !naive.lets_go[node.index()]
        };
        let doomed = |naive: &Self| {
            let open = naive
                .nodes()
                .filter(|node| naive.ended[node.index()].is_none());
            open.into_iter()
                .find(|&node| naive.before(node).iter().any(|b| stops(naive, b)))
        };
        while let Some(node) = doomed(self) {
            self.end(node, NodeState::Skipped, false);
        }
    }

    /// Whether `to` still waits for `from`: nobody waits for what has ended, nor through it.
    fn leads(&self, from: NodeId, to: NodeId) -> bool {
        let after = self.after(from).into_iter();
        let mut open = after.filter(|next| !self.state(*next).is_final());
        from == to || open.any(|next| self.leads(next, to))
    }

    fn may_add(&self, after: &[NodeId], before: &[NodeId]) -> bool {
        use NodeState::{Failed, Ready, Skipped, Split, Waiting};
        after
            .iter()
            .all(|&node| !matches!(self.state(node), Failed | Skipped | Split))
            && before
                .iter()
                .all(|&node| matches!(self.state(node), Waiting | Ready))
            && !before
                .iter()
                .any(|&b| after.iter().any(|&a| self.leads(b, a)))
    }

    fn add(&mut self, rank: u64, after: &[NodeId], before: &[NodeId]) -> NodeId {
        let node = NodeId::from_index(self.ranks.len());
        self.ranks.push(rank);
        self.ended.push(None);
        self.lets_go.push(false);
        self.edges.extend(after.iter().map(|&after| (after, node)));
        self.edges
            .extend(before.iter().map(|&before| (node, before)));
        node
    }
}

#[derive(Clone, Debug)]
enum Step {
    Pop,
    Succeed(usize),
    Fail(usize),
    FailAlone(usize),
    PushBack(usize),
    Add(u64, Vec<usize>, Vec<usize>),
    AddEdge(usize, usize),
    Split(usize, Vec<u64>),
}

fn any_steps() -> impl Strategy<Value = Vec<Step>> {
    let any = 0..1_000_usize;
    let some = prop::collection::vec(0..1_000_usize, 0..3);
    let rank = 0..4_u64;
    let step = prop_oneof![
        5 => Just(Step::Pop),
        4 => any.clone().prop_map(Step::Succeed),
        1 => any.clone().prop_map(Step::Fail),
        1 => any.clone().prop_map(Step::FailAlone),
        1 => any.clone().prop_map(Step::PushBack),
        3 => (rank.clone(), some.clone(), some).prop_map(|(r, a, b)| Step::Add(r, a, b)),
        2 => (any.clone(), any.clone()).prop_map(|(from, to)| Step::AddEdge(from, to)),
        2 => (any, prop::collection::vec(rank, 0..4)).prop_map(|(n, r)| Step::Split(n, r)),
    ];
    prop::collection::vec(step, 0..60)
}

fn pick(from: &[NodeId], choice: usize) -> Option<NodeId> {
    from.get(choice % from.len().max(1)).copied()
}

proptest! {
    #[test]
    fn a_growing_run_agrees_with_a_naive_one(
        dag in any_dag(10),
        ranks in prop::collection::vec(0_u64..4, 10),
        steps in any_steps(),
    ) {
        let ranks = ranks[..dag.len()].to_vec();
        let mut frontier = Frontier::new(&dag, ranks.clone());
        let mut naive = Naive::new(&dag, ranks);
        for step in steps {
            let all: Vec<NodeId> = naive.nodes().collect();
            let running = naive.running.clone();
            match step {
                Step::Pop => {
                    prop_assert_eq!(frontier.peek(), naive.next());
                    prop_assert_eq!(frontier.pop(), naive.next());
                    naive.running.extend(naive.next());
                }
                Step::Succeed(choice) => if let Some(node) = pick(&running, choice) {
                    frontier.succeed(node);
                    naive.end(node, NodeState::Succeeded, true);
                },
                Step::PushBack(choice) => if let Some(node) = pick(&running, choice) {
                    frontier.push_back(node);
                    naive.running.retain(|&running| running != node);
                },
                Step::Fail(choice) | Step::FailAlone(choice) => {
                    let open: Vec<NodeId> =
                        all.iter().copied().filter(|&n| !naive.state(n).is_final()).collect();
                    let Some(node) = pick(&open, choice) else { continue };
                    if matches!(step, Step::Fail(_)) {
                        let mut skipped = frontier.fail(node);
                        naive.end(node, NodeState::Failed, false);
                        naive.skip();
                        skipped.sort();
                        let expected = open.into_iter().filter(|&open| {
                            naive.state(open) == NodeState::Skipped
                        });
                        prop_assert_eq!(skipped, expected.collect::<Vec<_>>());
                    } else {
                        frontier.fail_alone(node);
                        naive.end(node, NodeState::Failed, true);
                    }
                }
                Step::Add(rank, after, before) => {
                    let picked = |choices: Vec<usize>| -> Vec<NodeId> {
                        choices.into_iter().filter_map(|choice| pick(&all, choice)).collect()
                    };
                    let (after, before) = (picked(after), picked(before));
                    let added = frontier.add(rank, &after, &before);
                    prop_assert_eq!(added.is_ok(), naive.may_add(&after, &before), "{:?}", added);
                    if let Ok(added) = added {
                        prop_assert_eq!(added, naive.add(rank, &after, &before));
                    }
                }
                Step::AddEdge(from, to) => {
                    let (Some(from), Some(to)) = (pick(&all, from), pick(&all, to)) else {
                        continue;
                    };
                    let added = frontier.add_edge(from, to);
                    prop_assert_eq!(added.is_ok(), naive.may_add(&[from], &[to]), "{:?}", added);
                    if added.is_ok() {
                        naive.edges.push((from, to));
                    }
                }
                Step::Split(node, ranks) => {
                    let Some(node) = pick(&all, node) else { continue };
                    let parts = frontier.split(node, &ranks);
                    let may = !naive.state(node).is_final() && !ranks.is_empty();
                    prop_assert_eq!(parts.is_ok(), may);
                    if let Ok(parts) = parts {
                        let (after, before) = (naive.before(node), naive.after(node));
                        let expected = ranks.iter().map(|&rank| naive.add(rank, &after, &before));
                        prop_assert_eq!(parts, expected.collect::<Vec<_>>());
                        naive.end(node, NodeState::Split, true);
                    }
                }
            }
            for node in naive.nodes() {
                prop_assert_eq!(frontier.state(node), naive.state(node), "node {}", node);
            }
            let ready = naive.nodes().filter(|&node| naive.state(node) == NodeState::Ready);
            prop_assert_eq!(frontier.ready(), ready.count());
            prop_assert_eq!(frontier.running(), naive.running.len());
            let open = naive.nodes().filter(|&node| !naive.state(node).is_final());
            prop_assert_eq!(frontier.remaining(), open.count());
        }
    }
}
