//! A real plan of 49 tasks, read just as far as its tables of ids, durations and dependencies go.

use std::num::NonZeroUsize;

use wavecrew_dag::{CriticalPath, Dag, DagBuilder, Schedule, Workload, schedule};

/// Minutes per task, from the rows `| agent | id | duration | dependencies | slots |`.
fn plan() -> Dag<u64> {
    let shared = std::env::var("WAVECREW_SHARED").expect("WAVECREW_SHARED names the folder");
    let path = std::path::Path::new(&shared).join("seed-plans/daw-agent-plan.md");
    let text = std::fs::read_to_string(path).expect("the plan is readable");
    let mut builder = DagBuilder::new();
    for line in text.lines() {
        let cells: Vec<&str> = line
            .split('|')
            .map(|cell| cell.trim().trim_matches('*'))
            .collect();
        let [_, _, id, duration, dependencies, _, _] = cells[..] else {
            continue;
        };
        let Some(minutes) = minutes(duration) else {
            continue;
        };
        builder.node(id, minutes);
        for dependency in dependencies.split(", ").filter(|id| *id != "None") {
            builder.edge(dependency, id);
        }
    }
    builder.build().expect("the plan is acyclic")
}

fn minutes(duration: &str) -> Option<u64> {
    let hours = |text: &str| text.parse::<u64>().ok().map(|hours| hours * 60);
    match duration.strip_suffix("min") {
        Some(minutes) => minutes.parse().ok(),
        None => duration.strip_suffix("hr").and_then(hours),
    }
}

fn schedule_with(slots: usize) -> Schedule {
    let dag = plan();
    let slots = NonZeroUsize::new(slots).expect("at least one slot");
    let workload = Workload::new(dag.payloads(), slots);
    let schedule = schedule(&dag, &workload).expect("the workload fits the graph");
    schedule
        .verify(&dag, &workload)
        .expect("the schedule is valid");
    schedule
}

#[test]
#[ignore = "needs WAVECREW_SHARED"]
fn has_the_stated_size_and_critical_path() {
    let dag = plan();
    assert_eq!((dag.len(), dag.edge_count()), (49, 80));
    assert_eq!(dag.payloads().iter().sum::<u64>(), 166 * 60);
    let times = CriticalPath::new(&dag, dag.payloads()).unwrap();
    assert_eq!(times.makespan, 23 * 60 + 30);
}

#[test]
#[ignore = "needs WAVECREW_SHARED"]
fn a_standard_rule_reaches_the_critical_path_with_eight_workers() {
    let schedule = schedule_with(8);
    assert_eq!(schedule.makespan, 23 * 60 + 30, "by {:?}", schedule.rule);
    assert!(schedule.is_proved_optimal());
}

#[test]
#[ignore = "needs WAVECREW_SHARED"]
fn four_workers_need_little_more_than_the_work_divided_by_four() {
    let schedule = schedule_with(4);
    assert!(
        schedule.makespan <= 42 * 60 + 30,
        "{} by {:?}",
        schedule.makespan,
        schedule.rule
    );
}
