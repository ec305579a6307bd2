use std::sync::Arc;

use crate::topology::Adjacency;
use crate::{Dag, NodeId};

/// Which node follows which in a chain, as tokens that move along edges.
///
/// Every node may give out one token and take one; whoever takes a token comes right after its
/// giver in a chain. A token may pass through nodes that do not take it. The more tokens are taken,
/// the fewer chains there are. In terms of networks: the source leads to every giver and every
/// taker to the sink, both once; edges lead from givers to takers, and every taker to its own giver,
/// any number of times.
pub(super) struct Flow {
    pub(super) after: Arc<Adjacency>,
    before: Arc<Adjacency>,
    /// For each predecessor in `before` the same edge in `after`.
    edge_before: Vec<u32>,
    /// How many tokens move along each edge of `after`.
    pub(super) on_edge: Vec<u32>,
    /// How many tokens of others pass through each node.
    passing: Vec<u32>,
    pub(super) gives: Vec<bool>,
    pub(super) takes: Vec<bool>,
}

impl Flow {
    /// No token moves.
    pub(super) fn new<T>(dag: &Dag<T>) -> Self {
        let edges = dag.edges_both_ways();
        let (after, before) = (Arc::clone(edges.after), Arc::clone(edges.before));
        let mut next: Vec<usize> = dag.nodes().map(|node| before.span(node).start).collect();
        let mut edge_before = vec![0; dag.edge_count()];
        for edge in 0..dag.edge_count() {
            let place = &mut next[after.neighbour(edge).index()];
            edge_before[*place] = edge as u32;
            *place += 1;
        }
        Self {
            edge_before,
            on_edge: vec![0; dag.edge_count()],
            passing: vec![0; dag.len()],
            gives: vec![false; dag.len()],
            takes: vec![false; dag.len()],
            after,
            before,
        }
    }

    /// Moves tokens the way of the edges, as many at once as there are, each node taking one and
    /// giving out its own; then takes back those that nobody took.
    pub(super) fn sweep(&mut self, order: &[NodeId]) {
        let mut arrived = vec![0_u32; order.len()];
        let tails = self.longest_tails(order);
        for &node in order {
            self.spread(node, &mut arrived, &tails);
        }
        for &node in order.iter().rev() {
            self.take_back(node, arrived[node.index()]);
        }
    }

    /// How many edges lead on from each node at most.
    fn longest_tails(&self, order: &[NodeId]) -> Vec<u32> {
        let mut tails = vec![0_u32; order.len()];
        for &node in order.iter().rev() {
            let after = self.after.row(node).iter();
            let longest = after.map(|next| tails[next.index()] + 1).max();
            tails[node.index()] = longest.unwrap_or(0);
        }
        tails
    }

    /// One token for every successor that has none yet; the rest go the longest way.
    fn spread(&mut self, node: NodeId, arrived: &mut [u32], tails: &[u32]) {
        let takes = arrived[node.index()] > 0;
        self.takes[node.index()] = takes;
        let mut left = arrived[node.index()] - u32::from(takes) + 1;
        let mut heir = None;
        for edge in self.after.span(node) {
            let next = self.after.neighbour(edge).index();
            if left > 0 && arrived[next] == 0 {
                self.on_edge[edge] = 1;
                arrived[next] = 1;
                left -= 1;
            }
            if heir.is_none_or(|(_, heir)| tails[next] > tails[heir]) {
                heir = Some((edge, next));
            }
        }
        if let Some((edge, next)) = heir {
            self.on_edge[edge] += left;
            arrived[next] += left;
        }
    }

    /// Settles what a node gives and lets pass once its successors have settled, and returns the
    /// tokens for which there is no use to its predecessors.
    fn take_back(&mut self, node: NodeId, arrived: u32) {
        let sent: u32 = self.on_edge[self.after.span(node)].iter().sum();
        let takes = u32::from(self.takes[node.index()]);
        let passing = sent.min(arrived - takes);
        self.passing[node.index()] = passing;
        self.gives[node.index()] = sent > passing;
        let mut surplus = arrived - takes - passing;
        for edge in self.before.span(node) {
            let on_edge = &mut self.on_edge[self.edge_before[edge] as usize];
            let back = surplus.min(*on_edge);
            *on_edge -= back;
            surplus -= back;
        }
    }

    /// The tokens on the edge between two nodes.
    fn between(&mut self, from: usize, to: usize) -> &mut u32 {
        let (from, to) = (NodeId::from_index(from), NodeId::from_index(to));
        let place = self.after.row(from).binary_search(&to);
        let place = place.expect("tokens move along edges");
        &mut self.on_edge[self.after.span(from).start + place]
    }

    /// Finds a use for as many more tokens as there is any for, and gives a largest antichain: the
    /// nodes whose own token is of no use anywhere, and that no such token reaches (Kőnig's
    /// theorem, on the last search, which finds nothing more).
    pub(super) fn augment(&mut self) -> Vec<NodeId> {
        let nodes = self.gives.len();
        let mut search = Search::new(nodes);
        loop {
            search.restart();
            let mut has_found = false;
            for giver in 0..nodes {
                if !self.gives[giver] && !search.is_reached[giver] {
                    has_found |= search.run(self, giver);
                }
            }
            if !has_found {
                let in_antichain =
                    |node: &usize| search.is_reached[*node] && !search.is_reached[nodes + *node];
                let antichain = (0..nodes).filter(in_antichain);
                return antichain.map(NodeId::from_index).collect();
            }
        }
    }
}

/// A depth-first search for a use of one more token, with its own stack. Below the number of nodes
/// are givers, above are takers.
struct Search {
    nodes: usize,
    is_reached: Vec<bool>,
    /// The next way to try from each giver and taker.
    tried: Vec<u32>,
    /// How many successors of a node are known to take a token; they never stop.
    taking: Vec<u32>,
    path: Vec<usize>,
}

impl Search {
    fn new(nodes: usize) -> Self {
        Self {
            nodes,
            is_reached: vec![false; 2 * nodes],
            tried: vec![0; 2 * nodes],
            taking: vec![0; nodes],
            path: Vec::new(),
        }
    }

    fn restart(&mut self) {
        self.is_reached.fill(false);
        self.tried.fill(0);
    }

    /// Looks for a use of the giver's token, and moves tokens if there is one.
    ///
    /// What a path has reached may be reached again within the phase, but what was left as a dead
    /// end may not, although a path that was in its way then may have gone since; the next phase
    /// will see.
    fn run(&mut self, flow: &mut Flow, giver: usize) -> bool {
        self.path.clear();
        self.enter(giver);
        while let Some(&end) = self.path.last() {
            if let Some(taker) = self.idle_taker(flow, end) {
                self.path.push(self.nodes + taker);
                self.move_token(flow);
                for &end in &self.path {
                    self.is_reached[end] = false;
                }
                return true;
            }
            match self.next_end(flow, end) {
                Some(next) => self.enter(next),
                None => {
                    self.path.pop();
                }
            }
        }
        false
    }

    fn enter(&mut self, end: usize) {
        self.is_reached[end] = true;
        self.path.push(end);
    }

    /// A successor of a giver that takes no token yet.
    fn idle_taker(&mut self, flow: &Flow, giver: usize) -> Option<usize> {
        let taking = self.taking.get_mut(giver)?;
        let row = flow.after.row(NodeId::from_index(giver));
        let rest = row[*taking as usize..].iter();
        *taking += rest.take_while(|next| flow.takes[next.index()]).count() as u32;
        row.get(*taking as usize).map(|next| next.index())
    }

    /// The next end that has not been reached. A giver leads to the takers behind it, and to its
    /// own if it lets tokens pass, one of which it could keep back. A taker leads to its own giver,
    /// and to givers whose tokens it gets, which could send one another way.
    fn next_end(&mut self, flow: &Flow, end: usize) -> Option<usize> {
        let nodes = self.nodes;
        loop {
            let way = self.tried[end] as usize;
            self.tried[end] += 1;
            let next = if end < nodes {
                let row = flow.after.row(NodeId::from_index(end));
                match row.get(way) {
                    Some(taker) => Some(nodes + taker.index()),
                    None if way > row.len() => return None,
                    None => (flow.passing[end] > 0).then_some(nodes + end),
                }
            } else if way == 0 {
                Some(end - nodes)
            } else {
                let taker = NodeId::from_index(end - nodes);
                let edge = flow.before.span(taker).nth(way - 1)?;
                let has_tokens = flow.on_edge[flow.edge_before[edge] as usize] > 0;
                has_tokens.then(|| flow.before.neighbour(edge).index())
            };
            if let Some(next) = next.filter(|next| !self.is_reached[*next]) {
                // A way that succeeds may do so again.
                self.tried[end] -= 1;
                return Some(next);
            }
        }
    }

    /// Moves one more token along the path.
    fn move_token(&self, flow: &mut Flow) {
        let nodes = self.nodes;
        flow.gives[self.path[0]] = true;
        flow.takes[self.path[self.path.len() - 1] - nodes] = true;
        for step in self.path.windows(2) {
            match (step[0], step[1]) {
                (giver, taker) if giver < nodes && taker == nodes + giver => {
                    flow.passing[giver] -= 1;
                }
                (giver, taker) if giver < nodes => {
                    *flow.between(giver, taker - nodes) += 1;
                }
                (taker, giver) if taker == nodes + giver => flow.passing[giver] += 1,
                (taker, giver) => *flow.between(giver, taker - nodes) -= 1,
            }
        }
    }
}
