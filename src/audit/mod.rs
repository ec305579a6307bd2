//! What a plan states, held against what is so. One file for every kind of check.

mod after;
mod arithmetic;
mod concurrency;
mod contradictions;
mod count_slips;
mod counts;
mod critical_path;
mod critical_tasks;
mod elapsed;
mod failures;
mod group_days;
mod group_order;
mod group_totals;
mod group_writers;
mod left_out;
mod limits;
mod listed_twice;
mod members;
mod missing_ids;
mod own_documents;
mod own_tests;
mod owners;
mod places;
mod prices;
mod readings;
mod scope;
mod series_models;
mod spec_sections;
mod speedup;
mod steps;
mod tables;
mod test_numbers;
mod test_reads;
mod test_targets;
mod tokens;
mod uncounted;
mod value;
mod waits;
mod weak_tests;
mod windows;
mod words;
mod work;
mod writers;
mod wrong_way;

use wavecrew_worker_spec::{Diagnostic, Plan};

use crate::graph::{GraphOptions, graph};
pub use own_documents::overwritten_documents;
use readings::Readings;

/// Recomputes, under the orders that `options` bind, what the plan claims and reports every difference; each names
/// the lines of both sides.
///
/// A claim is reported only when no reading of the document makes it true: lengths and speed-ups are computed with and
/// without groups as barriers, and from each form in which the document states its edges; amounts are taken with
/// the rounding that they show, and a twentieth more where they are "about" so much.
///
/// Covered: counts of tasks and groups; dependencies inside a group or on a later one; critical path, work, elapsed
/// time, speed-up, concurrency; windows too short for their chains; tokens; equations, savings and totals of tables;
/// two tasks that write one file without an order, and tasks that write over the plan itself; tests whose verdict says nothing or that aim at a file that
/// nobody delivers; what specs are said to hold, and files that are named in two folders; steps that cannot be run as
/// listed; statements and documents that contradict each other; tasks left out because of deferred ones.
///
/// # Complexity
///
/// O(tasks + edges + statements) for each of at most a dozen readings, O(edges) for every task that shares a file with
/// another, and O(n · edges) for a group of n tasks that states how many of them run at once (n up to 512).
pub fn audit(plan: &Plan, options: GraphOptions) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    counts::check(plan, &mut found);
    count_slips::check(plan, &mut found);
    group_totals::check(plan, &mut found);
    missing_ids::check(plan, &mut found);
    members::check(plan, &mut found);
    listed_twice::check(plan, &mut found);
    group_order::check(plan, &mut found);
    group_writers::check(plan, &mut found);
    limits::check(plan, &mut found);
    tokens::check(plan, &mut found);
    arithmetic::check(plan, &mut found);
    tables::check(plan, &mut found);
    series_models::check(plan, &mut found);
    uncounted::check(plan, &mut found);
    group_days::check(plan, &mut found);
    contradictions::check(plan, &mut found);
    failures::check(plan, &mut found);
    prices::check(plan, &mut found);
    spec_sections::check(plan, &mut found);
    weak_tests::check(plan, &mut found);
    test_targets::check(plan, &mut found);
    own_tests::check(plan, &mut found);
    test_numbers::check(plan, &mut found);
    waits::check(plan, &mut found);
    match graph(plan, options) {
        Ok(graph) => {
            left_out::check(plan, &graph, &mut found);
            writers::check(plan, &graph, &mut found);
            owners::check(plan, &graph, &mut found);
            own_documents::check(plan, &graph, &mut found);
            let readings = Readings::new(plan, &graph);
            work::check(plan, &readings, &mut found);
            critical_path::check(plan, &readings, &mut found);
            critical_tasks::check(plan, &readings, &mut found);
            after::check(plan, &readings, &mut found);
            steps::check(plan, &readings, &mut found);
            elapsed::check(plan, &readings, &mut found);
            speedup::check(plan, &readings, &mut found);
            windows::check(plan, &readings, &mut found);
            concurrency::check(plan, &readings, &mut found);
        }
        Err(cycles) => found.extend(cycles),
    }
    found
}
