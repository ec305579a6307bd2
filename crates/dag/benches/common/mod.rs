//! Graphs to measure with, and a bare pass to measure against.

#![allow(dead_code, reason = "no bench needs all of it")]

pub(crate) mod bare;
pub(crate) mod clock;

/// A graph as numbers: what a plan is made of before anybody has looked at it.
pub(crate) struct Shape {
    pub(crate) ids: Vec<String>,
    pub(crate) durations: Vec<u64>,
    pub(crate) edges: Vec<(u32, u32)>,
}

/// The predecessors of a node, all of smaller number.
pub(crate) type Before = fn(usize) -> Vec<usize>;

pub(crate) const SHAPES: [(&str, Before); 3] =
    [("chain", chain), ("wide", wide), ("layered", layered)];

pub(crate) fn chain(node: usize) -> Vec<usize> {
    node.checked_sub(1).into_iter().collect()
}

pub(crate) fn wide(node: usize) -> Vec<usize> {
    if node == 0 { Vec::new() } else { vec![0] }
}

/// Layers of 100, each node after four of the layer before.
pub(crate) fn layered(node: usize) -> Vec<usize> {
    let layer = node / 100;
    let before = |layer: usize| (0..4).map(move |k| (layer - 1) * 100 + (node * 7 + k * 31) % 100);
    if layer == 0 {
        Vec::new()
    } else {
        before(layer).collect()
    }
}

impl Shape {
    /// Nodes numbered as they may run, or in an order that says nothing of it. Ids always tell how
    /// they may run, so shuffled nodes have shuffled ids.
    pub(crate) fn new(before: Before, nodes: usize, is_shuffled: bool) -> Self {
        let number = numbers(nodes, is_shuffled);
        let edges = (0..nodes).flat_map(|node| {
            let before = before(node).into_iter();
            let number = &number;
            before.map(move |before| (number[before], number[node]))
        });
        let edges = edges.collect();
        let mut place = vec![0; nodes];
        for (node, &number) in number.iter().enumerate() {
            place[number as usize] = node;
        }
        Self {
            edges,
            ids: place.iter().map(|node| format!("T-{node:07}")).collect(),
            durations: (0..nodes).map(|node| node as u64 % 10 + 1).collect(),
        }
    }
}

/// A number for each node, all different.
fn numbers(nodes: usize, is_shuffled: bool) -> Vec<u32> {
    let mut numbers: Vec<u32> = (0..nodes as u32).collect();
    if is_shuffled {
        let mut state = 0x9E37_79B9_7F4A_7C15_u64;
        for last in (1..nodes).rev() {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1);
            numbers.swap(last, (state >> 33) as usize % (last + 1));
        }
    }
    numbers
}

pub(crate) fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}
