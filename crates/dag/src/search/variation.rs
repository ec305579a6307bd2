//! How new orders come from those that are there. All keep each node behind those it waits for.

use std::ops::Range;

use super::individual::Individual;
use super::instance::{Direction, Instance};
use crate::random::Random;
use crate::sense::Sense;

/// So many segments of the first parent are looked at, and the densest is kept.
const SEGMENTS: usize = 8;

/// A shuffled window holds between half and one and a half times so many nodes.
const WINDOW: usize = 6;

/// Makes orders for one population.
#[derive(Debug)]
pub(crate) struct Variation<'a> {
    instance: &'a Instance,
    /// The part of the order that each node is in; scratch of the crossover.
    part: Vec<Part>,
    is_waiting: Vec<bool>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    Before,
    Within,
    After,
}

impl<'a> Variation<'a> {
    pub(crate) fn new(instance: &'a Instance) -> Self {
        Self {
            instance,
            part: vec![Part::Before; instance.len()],
            is_waiting: vec![false; instance.len()],
        }
    }

    /// A segment of the first parent as it is; the nodes before it, and those behind it, in the
    /// order of the second.
    ///
    /// The segment is one in which resources are well used, as in the peak crossover of Valls,
    /// Ballestín and Quintanilla, "A hybrid genetic algorithm for the resource-constrained project
    /// scheduling problem" (EJOR 185, 2008, 495-508).
    pub(crate) fn cross(
        &mut self,
        first: &Individual,
        second: &Individual,
        random: &mut Random,
        child: &mut [u32],
    ) {
        let (begin, end) = self.dense_segment(first, random);
        for (place, &node) in first.order.iter().enumerate() {
            self.part[node as usize] = match place {
                _ if place < begin => Part::Before,
                _ if place < end => Part::Within,
                _ => Part::After,
            };
        }
        child[begin..end].copy_from_slice(&first.order[begin..end]);
        let (mut before, mut after) = (0, end);
        for &node in &second.order {
            let place = match self.part[node as usize] {
                Part::Before => &mut before,
                Part::Within => continue,
                Part::After => &mut after,
            };
            child[*place] = node;
            *place += 1;
        }
    }

    /// Of some segments at random, each a tenth to a half of all nodes, the one that does the most
    /// work in its time.
    fn dense_segment(&self, parent: &Individual, random: &mut Random) -> (usize, usize) {
        let nodes = parent.order.len();
        let (shortest, longest) = ((nodes / 10).max(1), nodes.div_ceil(2));
        let end_of = |place: usize| {
            let node = parent.order[place] as usize;
            parent.starts[node] + self.instance.durations[node]
        };
        let segment = |random: &mut Random| {
            let length = shortest + random.below(longest + 1 - shortest);
            let begin = random.below(nodes + 1 - length);
            let end = begin + length;
            let work = parent.order[begin..end]
                .iter()
                .map(|&node| u128::from(self.instance.weights[node as usize]))
                .sum::<u128>();
            let time = u128::from(end_of(begin) - end_of(end - 1)) + 1;
            (work, time, begin, end)
        };
        let mut best = segment(random);
        for _ in 1..SEGMENTS {
            let other = segment(random);
            if other.0 * best.1 > best.0 * other.1 {
                best = other;
            }
        }
        (best.2, best.3)
    }

    /// The beginning of a schedule that was made this way, as it is; whatever starts later in the
    /// order of another that was made the other way. Gives the number of nodes in that beginning,
    /// which need not be placed again.
    pub(crate) fn graft(
        &mut self,
        sense: Sense,
        stock: &Individual,
        scion: &Individual,
        random: &mut Random,
        child: &mut [u32],
    ) -> usize {
        stock.order_again(sense, child);
        let nodes = child.len();
        let (fewest, most) = (nodes / 5, nodes - nodes.div_ceil(5));
        let kept = fewest + random.below(most + 1 - fewest);
        for (place, &node) in child.iter().enumerate() {
            self.part[node as usize] = if place < kept {
                Part::Before
            } else {
                Part::After
            };
        }
        let is_after = |node: &&u32| self.part[**node as usize] == Part::After;
        let after = scion.order.iter().filter(is_after);
        for (place, &node) in child[kept..].iter_mut().zip(after) {
            *place = node;
        }
        kept
    }

    /// Puts a few nodes that follow each other, from some place on, into an order at random; gives
    /// where they are.
    pub(crate) fn shuffle_window(
        &mut self,
        direction: &Direction,
        order: &mut [u32],
        from: usize,
        random: &mut Random,
    ) -> Range<usize> {
        let places = order.len() - from;
        let length = (WINDOW / 2 + random.below(WINDOW)).clamp(1, places);
        let begin = from + random.below(places + 1 - length);
        let window = &mut order[begin..begin + length];
        for &node in window.iter() {
            self.is_waiting[node as usize] = true;
        }
        for place in 0..length {
            let waits = |node: u32| {
                let mut before = direction.before(node as usize).iter();
                before.any(|wait| self.is_waiting[wait.node as usize])
            };
            // The first of those that are left waits for none of them, so one is found.
            let chosen = loop {
                let chosen = place + random.below(length - place);
                if !waits(window[chosen]) {
                    break chosen;
                }
            };
            self.is_waiting[window[chosen] as usize] = false;
            window[place..=chosen].rotate_right(1);
        }
        begin..begin + length
    }
}
