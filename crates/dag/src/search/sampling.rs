//! Orders to begin with, drawn at random in favour of nodes that must end early.

use super::instance::{Direction, Instance};
use super::profile::{Profile, Steps};
use crate::random::Random;

/// What the nodes of an order are drawn from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Scheme {
    /// All that wait for nothing else: the serial scheme.
    Serial,
    /// Those of them that fit when the first of what runs ends: the parallel scheme.
    Parallel,
}

/// Draws an order for the forward direction by the rule of the earliest latest finish.
///
/// A node is drawn with a chance that grows with its regret, which is how much earlier it must
/// end than the one that may end last: Drexl, "Scheduling of project networks by job assignment"
/// (Management Science 37, 1991, 1590-1602).
pub(crate) fn draw(instance: &Instance, scheme: Scheme, random: &mut Random) -> Vec<u32> {
    match scheme {
        Scheme::Serial => serial(instance, random),
        Scheme::Parallel => parallel(instance, random),
    }
}

/// What waits for nothing else, kept up to date while nodes go.
struct Ready {
    nodes: Vec<u32>,
    missing: Vec<u32>,
    after: Vec<Vec<u32>>,
}

impl Ready {
    fn new(direction: &Direction, nodes: usize) -> Self {
        let mut after = vec![Vec::new(); nodes];
        let mut missing: Vec<u32> = vec![0; nodes];
        for (node, missing) in missing.iter_mut().enumerate() {
            for wait in direction.before(node) {
                after[wait.node as usize].push(node as u32);
                *missing += 1;
            }
        }
        let is_ready = |node: &u32| missing[*node as usize] == 0;
        Self {
            nodes: (0..nodes as u32).filter(is_ready).collect(),
            missing,
            after,
        }
    }

    /// The node is done: those that waited for nothing else are ready.
    fn release(&mut self, node: u32) {
        for &next in &self.after[node as usize] {
            self.missing[next as usize] -= 1;
            if self.missing[next as usize] == 0 {
                self.nodes.push(next);
            }
        }
    }
}

/// The place of one of the nodes, drawn by regret.
fn draw_one(instance: &Instance, nodes: &[u32], random: &mut Random) -> usize {
    // The longer the way from a node's end to the end of all, the earlier it must end.
    let rest =
        |node: u32| instance.forwards.to_end[node as usize] - instance.durations[node as usize];
    let rests = || nodes.iter().map(|&node| rest(node));
    let (least, most) = (rests().min().unwrap_or(0), rests().max().unwrap_or(0));
    // In ticks, or if these are too many, in a unit that lets all regrets together fit.
    let unit = (most - least) / (u64::MAX / 2 / nodes.len() as u64) + 1;
    let regret = |node: u32| (rest(node) - least) / unit + 1;
    let mut drawn = random.number_below(nodes.iter().map(|&node| regret(node)).sum());
    let is_reached = |node: &u32| {
        let reached = drawn < regret(*node);
        drawn = drawn.wrapping_sub(regret(*node));
        reached
    };
    nodes.iter().position(is_reached).unwrap_or(0)
}

fn serial(instance: &Instance, random: &mut Random) -> Vec<u32> {
    let mut ready = Ready::new(&instance.forwards, instance.len());
    let mut order = Vec::with_capacity(instance.len());
    while !ready.nodes.is_empty() {
        let place = draw_one(instance, &ready.nodes, random);
        let node = ready.nodes.swap_remove(place);
        order.push(node);
        ready.release(node);
    }
    order
}

/// Claims, lags and releases are not looked at: this is an order, not yet a schedule.
fn parallel(instance: &Instance, random: &mut Random) -> Vec<u32> {
    let mut ready = Ready::new(&instance.forwards, instance.len());
    let mut order = Vec::with_capacity(instance.len());
    let mut profile = Steps::new(instance);
    let mut running: Vec<(u64, u32)> = Vec::new();
    let mut now = 0;
    let mut fitting: Vec<u32> = Vec::new();
    while order.len() < instance.len() {
        fitting.clear();
        let fits = |node: &u32| {
            let node = *node as usize;
            instance.durations[node] == 0 || profile.first_fit(node, now) == now
        };
        fitting.extend(ready.nodes.iter().copied().filter(fits));
        if !fitting.is_empty() {
            let node = fitting[draw_one(instance, &fitting, random)];
            ready.nodes.retain(|other| *other != node);
            order.push(node);
            profile.take(node as usize, now);
            running.push((now + instance.durations[node as usize], node));
            continue;
        }
        let next = running.iter().map(|(end, _)| *end).min();
        now = next.expect("what is ready fits when nothing runs");
        running.retain(|&(end, node)| {
            if end == now {
                ready.release(node);
            }
            end > now
        });
    }
    order
}
