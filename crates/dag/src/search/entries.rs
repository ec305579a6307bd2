//! From schedules to orders and back.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::instance::Instance;
use crate::list_schedule::Slots;
use crate::{Entry, NodeId, Schedule, Workload};

/// The nodes of a schedule in an order for the way back: whoever ends last comes first.
pub(crate) fn order_of(instance: &Instance, given: &Schedule) -> Vec<u32> {
    let mut order: Vec<u32> = (0..instance.len() as u32).collect();
    let end = |node: u32| given.entries[instance.nodes[node as usize].index()].finish;
    order.sort_unstable_by_key(|&node| Reverse((end(node), node)));
    order
}

/// The entries of a schedule, in ticks of the workload, each node in the first slot that is free.
pub(crate) fn entries(instance: &Instance, workload: &Workload<'_>, starts: &[u64]) -> Vec<Entry> {
    let mut entries: Vec<Entry> = Vec::with_capacity(starts.len());
    for (position, start) in starts.iter().enumerate() {
        let start = start * instance.unit;
        entries.push(Entry {
            node: instance.nodes[position],
            start,
            finish: start + instance.durations[position] * instance.unit,
            slot: 0,
        });
    }
    entries.sort_by_key(|entry| entry.node);
    let mut by_start: Vec<NodeId> = entries.iter().map(|entry| entry.node).collect();
    by_start.sort_by_key(|node| entries[node.index()].start);
    let mut slots = Slots::new(workload.slots);
    let mut taken = BinaryHeap::new();
    for node in by_start {
        let entry = &mut entries[node.index()];
        while let Some(&Reverse((finish, slot))) = taken.peek() {
            if finish > entry.start {
                break;
            }
            taken.pop();
            slots.free(slot);
        }
        if entry.start < entry.finish {
            entry.slot = slots.take();
            taken.push(Reverse((entry.finish, entry.slot)));
        }
    }
    entries
}
