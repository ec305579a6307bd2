//! Who waits for a resource, against a model that looks through all who wait.

use std::cmp::Reverse;
use std::collections::BTreeSet;

use proptest::prelude::*;
use wavecrew_dag::{HeldResources, NodeId, Resources};

/// A driver that starts one ready node now and then, by lines or by looking through all.
struct Driver {
    needs: Vec<[u64; 2]>,
    ranks: Vec<u64>,
    held: HeldResources<'static>,
    /// Those that are worth a try.
    called: BTreeSet<(Reverse<u64>, NodeId)>,
    running: Vec<NodeId>,
    /// The model: what is free, and everyone who is ready.
    free: [u64; 2],
    ready: BTreeSet<(Reverse<u64>, NodeId)>,
}

const CAPACITIES: [u64; 2] = [4, 3];

impl Driver {
    fn new(needs: Vec<[u64; 2]>, ranks: Vec<u64>) -> Self {
        let mut resources = Resources::new(needs.len());
        let ids = [("seats", 0), ("keys", 1)].map(|(name, id)| resources.add(name, CAPACITIES[id]));
        for (node, needs) in needs.iter().enumerate() {
            for (id, &amount) in ids.into_iter().zip(needs) {
                resources.need(NodeId::from_index(node), id, amount);
            }
        }
        Self {
            held: HeldResources::owned(resources, ranks.clone()),
            needs,
            ranks,
            called: BTreeSet::new(),
            running: Vec::new(),
            free: CAPACITIES,
            ready: BTreeSet::new(),
        }
    }

    fn turn(&self, node: NodeId) -> (Reverse<u64>, NodeId) {
        (Reverse(self.ranks[node.index()]), node)
    }

    fn becomes_ready(&mut self, node: NodeId) {
        let turn = self.turn(node);
        self.called.insert(turn);
        self.ready.insert(turn);
    }

    /// Starts the first that fits, as lines tell and as the model does.
    fn start(&mut self) -> (Option<NodeId>, Option<NodeId>) {
        let fits = |(_, node): &&(Reverse<u64>, NodeId)| {
            let needs = self.needs[node.index()];
            needs
                .iter()
                .zip(self.free)
                .all(|(need, free)| *need <= free)
        };
        let expected = self.ready.iter().find(fits).map(|&(_, node)| node);
        let mut started = None;
        while let Some((_, node)) = self.called.pop_first() {
            let starts = self.held.fits_or_waits(node);
            if starts {
                self.held.take(node);
                self.running.push(node);
                started = Some(node);
            }
            let mut next = Vec::new();
            self.held.settle(node, |called| next.push(called));
            let next: Vec<_> = next.into_iter().map(|node| self.turn(node)).collect();
            self.called.extend(next);
            if starts {
                break;
            }
        }
        if let Some(node) = expected {
            let turn = self.turn(node);
            self.ready.remove(&turn);
            for (free, need) in self.free.iter_mut().zip(self.needs[node.index()]) {
                *free -= need;
            }
        }
        (started, expected)
    }

    fn end(&mut self, place: usize) {
        let node = self.running.swap_remove(place % self.running.len());
        let mut next = Vec::new();
        self.held.give_back(node, |called| next.push(called));
        let next: Vec<_> = next.into_iter().map(|node| self.turn(node)).collect();
        self.called.extend(next);
        for (free, need) in self.free.iter_mut().zip(self.needs[node.index()]) {
            *free += need;
        }
    }
}

proptest! {
    #[test]
    fn nobody_who_fits_is_overtaken(
        nodes in prop::collection::vec(([0_u64..4, 0_u64..3], 0_u64..4), 1..16),
        steps in prop::collection::vec((0_u8..3, 0_usize..8), 0..80),
    ) {
        let (needs, ranks): (Vec<[u64; 2]>, Vec<u64>) = nodes.into_iter().unzip();
        let mut coming = (0..ranks.len()).map(NodeId::from_index);
        let mut driver = Driver::new(needs, ranks);
        for (kind, place) in steps {
            match kind {
                0 => {
                    if let Some(node) = coming.next() {
                        driver.becomes_ready(node);
                    }
                }
                1 if !driver.running.is_empty() => driver.end(place),
                _ => {
                    let (started, expected) = driver.start();
                    prop_assert_eq!(started, expected);
                }
            }
        }
    }
}

/// One who was called and has not been tried yet is in nobody's way who goes before it.
#[test]
fn a_better_one_that_came_later_goes_first() {
    let mut resources = Resources::new(4);
    let seats = resources.add("seats", 2);
    let [first, called, hungry, better] = [0, 1, 2, 3].map(NodeId::from_index);
    resources.need(first, seats, 2).need(called, seats, 1);
    resources.need(hungry, seats, 2).need(better, seats, 1);
    let mut held = HeldResources::owned(resources, vec![9, 1, 9, 5]);
    held.take(first);
    assert!(!held.fits_or_waits(called));
    let mut calls = Vec::new();
    held.give_back(first, |node| calls.push(node));
    // Before it is tried, another takes all, and a better one comes too late.
    held.take(hungry);
    assert!(!held.fits_or_waits(better));
    held.give_back(hungry, |node| calls.push(node));
    assert_eq!(calls, [called, better]);
}
