//! How soon real plans can be done, from the documents to the schedule: as short as is known, and the bound
//! that says so.

use std::num::NonZeroUsize;
use std::path::PathBuf;

use wavecrew::dag::Workload;
use wavecrew::worker_spec::read;
use wavecrew::{Forecast, GraphOptions, PlanGraph, forecast, graph, read_documents};

const MINUTE: u64 = 60;
const HOUR: u64 = 60 * MINUTE;

fn plan(names: &[&str]) -> PlanGraph {
    let shared = std::env::var("WAVECREW_SHARED").expect("WAVECREW_SHARED names the folder");
    let paths = names.iter().map(|name| PathBuf::from(&shared).join(name));
    let documents = read_documents(&paths.collect::<Vec<_>>()).expect("the documents are readable");
    let plan = read(&documents).value;
    graph(&plan, GraphOptions::default()).expect("the plan has no cycle")
}

/// The figures for so many workers; the schedule is checked against edges, slots and claims.
fn with(graph: &PlanGraph, workers: usize) -> Forecast {
    let workers = NonZeroUsize::new(workers).expect("at least one worker");
    let found = forecast(graph, workers).expect("times fit");
    let workload = Workload {
        claims: Some(&graph.claims),
        ..Workload::new(&graph.durations, workers)
    };
    found
        .schedule
        .verify(&graph.dag, &workload)
        .expect("the schedule keeps to the plan");
    found
}

#[test]
#[ignore = "needs WAVECREW_SHARED"]
fn daw_takes_eight_workers_its_critical_path() {
    let plan = plan(&["seed-plans/daw-agent-plan.md"]);
    let eight = with(&plan, 8);
    assert_eq!(eight.schedule.makespan, 23 * HOUR + 30 * MINUTE);
    assert!(eight.schedule.is_proved_optimal());
    // 166 hours of work for four.
    let four = with(&plan, 4);
    assert!(four.schedule.makespan <= 42 * HOUR + 30 * MINUTE);
    assert!(four.schedule.lower_bound >= 41 * HOUR + 30 * MINUTE);
}

#[test]
#[ignore = "needs WAVECREW_SHARED"]
fn gadugi_takes_forty_hours() {
    let found = with(&plan(&["seed-plans/gadugi-v03-plan.md"]), 8);
    assert_eq!(found.schedule.makespan, 40 * HOUR);
    assert!(found.schedule.is_proved_optimal());
}

#[test]
#[ignore = "needs WAVECREW_SHARED"]
fn the_wingman_specs_wait_for_phases_and_for_files() {
    let plan = plan(&["wingman-workers"]);
    let found = with(&plan, 8);
    let (makespan, bound) = (found.schedule.makespan, found.schedule.lower_bound);
    assert!(
        makespan <= 43 * HOUR + 42 * MINUTE,
        "{makespan}, at least {bound}"
    );
    assert!(bound >= found.critical_path);
}
