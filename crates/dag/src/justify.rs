//! Improvement by the parallel scheme, for the schedules of rules. It costs no more than making
//! them did, whatever the number of nodes, which the serial scheme of [`search`](crate::search) does
//! not: that one looks for room along all that has been placed, and so finds more of it.

use crate::list_schedule::{list_schedule, makespan};
use crate::sense::Sense;
use crate::{Claims, Dag, Entry, Workload};

/// Goes over a schedule backwards, last finish first, and forwards again, first start first; gives
/// the shorter of the two schedules that come out. (Where more than slots and claims matters, the
/// one that goes forwards, which may be longer than the schedule was.)
///
/// Known as forward-backward improvement or double justification: Li and Willis (EJOR 56, 1992,
/// 370-379); Valls, Ballestín and Quintanilla, "Justification and RCPSP: a technique that pays"
/// (EJOR 165, 2005, 375-386).
pub(crate) fn justify<T>(dag: &Dag<T>, workload: &Workload<'_>, entries: &[Entry]) -> Vec<Entry> {
    let latest_first: Vec<u64> = entries.iter().map(|entry| entry.finish).collect();
    let edges = dag.edges_both_ways();
    let mirrored = mirror(&list_schedule(
        edges.reversed(),
        workload,
        &latest_first,
        Sense::Backwards,
    ));
    let earliest_first: Vec<u64> = mirrored
        .iter()
        .map(|entry| u64::MAX - entry.start)
        .collect();
    let forward = list_schedule(edges, workload, &earliest_first, Sense::Forwards);
    if !workload.is_plain() {
        return forward;
    }
    let backward = shift_left(dag, workload, &mirrored);
    if makespan(&forward) <= makespan(&backward) {
        forward
    } else {
        backward
    }
}

/// The schedule with time running the other way.
fn mirror(entries: &[Entry]) -> Vec<Entry> {
    let end = makespan(entries);
    let mirrored = entries.iter().map(|entry| Entry {
        start: end - entry.finish,
        finish: end - entry.start,
        ..*entry
    });
    mirrored.collect()
}

/// Starts every node as early as its predecessors allow and those that had its slot or its claims
/// before it. No node starts later than it did: whatever it waits for has been placed before it,
/// and no later than where it was.
fn shift_left<T>(dag: &Dag<T>, workload: &Workload<'_>, entries: &[Entry]) -> Vec<Entry> {
    let mut position = vec![0_u32; dag.len()];
    for (index, node) in dag.topological().iter().enumerate() {
        position[node.index()] = index as u32;
    }
    let mut order = entries.to_vec();
    // A node of no duration comes before one that takes over its slot at the same instant.
    order.sort_by_key(|entry| (entry.start, entry.finish, position[entry.node.index()]));

    let mut shifted = entries.to_vec();
    let mut slot_free = vec![
        0;
        entries
            .iter()
            .map(|entry| entry.slot + 1)
            .max()
            .unwrap_or(0)
    ];
    let mut claims_free = workload.claims.map(ClaimsFree::new);
    for entry in order {
        let before = dag.predecessors(entry.node).iter();
        let before = before.map(|before| shifted[before.index()].finish).max();
        let start = before
            .max(Some(slot_free[entry.slot]))
            .max(claims_free.as_ref().map(|claims| claims.at(entry)));
        let start = start.expect("at least the slot says when");
        let finish = start + (entry.finish - entry.start);
        let entry = Entry {
            start,
            finish,
            ..entry
        };
        slot_free[entry.slot] = finish;
        if let Some(claims) = &mut claims_free {
            claims.take(entry);
        }
        shifted[entry.node.index()] = entry;
    }
    shifted
}

/// When the claims of the nodes placed so far are free again.
struct ClaimsFree<'a> {
    claims: &'a Claims,
    held_until: Vec<u64>,
    held_below_until: Vec<u64>,
}

impl<'a> ClaimsFree<'a> {
    fn new(claims: &'a Claims) -> Self {
        Self {
            claims,
            held_until: vec![0; claims.place_count()],
            held_below_until: vec![0; claims.place_count()],
        }
    }

    fn at(&self, entry: Entry) -> u64 {
        let keys = self.claims.places(entry.node).iter();
        let below = keys.clone().map(|&key| self.held_below_until[key as usize]);
        let above = keys.flat_map(|&key| self.claims.upwards(key));
        let above = above.map(|place| self.held_until[place as usize]);
        below.chain(above).max().unwrap_or(0)
    }

    fn take(&mut self, entry: Entry) {
        for &key in self.claims.places(entry.node) {
            raise(&mut self.held_until[key as usize], entry.finish);
            for above in self.claims.above(key) {
                raise(&mut self.held_below_until[above as usize], entry.finish);
            }
        }
    }
}

fn raise(value: &mut u64, to: u64) {
    *value = (*value).max(to);
}
