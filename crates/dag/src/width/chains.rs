use super::flow::Flow;
use crate::NodeId;

const NONE: u32 = u32::MAX;

/// The chains that a flow stands for: all nodes, chain by chain, and where each chain ends.
pub(super) fn chains(flow: &Flow, order: &[NodeId]) -> (Vec<NodeId>, Vec<usize>) {
    let next = followers(flow, order);
    let mut nodes = Vec::with_capacity(order.len());
    let mut ends = Vec::new();
    for first in (0..order.len()).filter(|&node| !flow.takes[node]) {
        let follower = |&node: &u32| Some(next[node as usize]).filter(|next| *next != NONE);
        nodes.extend(std::iter::successors(Some(first as u32), follower).map(NodeId));
        ends.push(nodes.len());
    }
    (nodes, ends)
}

/// Who takes the token of each node. Tokens wait at nodes in lists; most of them move on in one
/// step, for whole lists are joined at once.
fn followers(flow: &Flow, order: &[NodeId]) -> Vec<u32> {
    let mut tokens = Tokens {
        behind: vec![NONE; order.len()],
        lists: vec![List::EMPTY; order.len()],
    };
    let mut next = vec![NONE; order.len()];
    for &node in order {
        let mut here = std::mem::replace(&mut tokens.lists[node.index()], List::EMPTY);
        if flow.takes[node.index()] {
            let token = tokens.split(&mut here, 1);
            next[token.first as usize] = node.0;
        }
        if flow.gives[node.index()] {
            here = tokens.join(
                here,
                List {
                    first: node.0,
                    last: node.0,
                },
            );
        }
        let edges = flow.after.span(node);
        let Some(most) = edges.clone().max_by_key(|&edge| flow.on_edge[edge]) else {
            continue;
        };
        for edge in edges.filter(|&edge| edge != most && flow.on_edge[edge] > 0) {
            let sent = tokens.split(&mut here, flow.on_edge[edge]);
            tokens.send(sent, flow.after.neighbour(edge));
        }
        tokens.send(here, flow.after.neighbour(most));
    }
    next
}

/// Tokens one behind the other, by the nodes that gave them.
#[derive(Clone, Copy)]
struct List {
    first: u32,
    last: u32,
}

impl List {
    const EMPTY: Self = Self {
        first: NONE,
        last: NONE,
    };
}

struct Tokens {
    /// The token behind each in its list.
    behind: Vec<u32>,
    /// The tokens that have arrived at each node.
    lists: Vec<List>,
}

impl Tokens {
    fn send(&mut self, list: List, to: NodeId) {
        self.lists[to.index()] = self.join(self.lists[to.index()], list);
    }

    fn join(&mut self, a: List, b: List) -> List {
        if a.first == NONE {
            return b;
        }
        if b.first == NONE {
            return a;
        }
        self.behind[a.last as usize] = b.first;
        List {
            first: a.first,
            last: b.last,
        }
    }

    /// Takes `count` tokens off the front of a list, which holds as many.
    fn split(&mut self, list: &mut List, count: u32) -> List {
        let first = list.first;
        let last = (1..count).fold(first, |token, _| self.behind[token as usize]);
        let rest = std::mem::replace(&mut self.behind[last as usize], NONE);
        *list = if rest == NONE {
            List::EMPTY
        } else {
            List {
                first: rest,
                last: list.last,
            }
        };
        List { first, last }
    }
}
