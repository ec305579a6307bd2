//! Task graphs of the Standard Task Graph Set (Tobita and Kasahara, Journal of Scheduling 5, 2002,
//! 379-394), checked by code that shares nothing with the scheduler, against the optima that are known.

mod support;

use std::num::NonZeroUsize;

use support::known::{Row, check_on_workers, folder, rows};
use wavecrew_dag::{Dag, DagBuilder, Schedule, Search, Workload, search};

/// A line for each task: number, time, how many it waits for, and which.
fn graph(row: &Row) -> Dag<u64> {
    let path = folder("stg").join(row.text("instance"));
    let text = std::fs::read_to_string(path).expect("the graph is readable");
    let mut builder = DagBuilder::new();
    for line in text.lines().skip(1).filter(|line| !line.contains('#')) {
        let mut words = line.split_whitespace();
        let (Some(task), Some(time)) = (words.next(), words.next()) else {
            continue;
        };
        builder.node(task, time.parse().expect("times are numbers"));
        for before in words.skip(1) {
            builder.edge(before, task);
        }
    }
    let dag = builder.build().expect("a task graph has no cycle");
    assert_eq!(dag.payloads().iter().sum::<u64>(), row.number("total_work"));
    dag
}

/// The problems whose optimum lies above the larger of critical path and work, or the others.
fn solve(is_hard: bool) -> Vec<(Row, Schedule)> {
    let of_kind = |row: &Row| (row.number("best_known") > row.number("simple_lb")) == is_hard;
    let problems = rows("stg", "optima.csv").into_iter().filter(of_kind);
    let solved = problems.map(|row| {
        let dag = graph(&row);
        let workers = row.number("processors") as usize;
        let slots = NonZeroUsize::new(workers).expect("there is a processor");
        let workload = Workload::new(dag.payloads(), slots);
        let found = search(&dag, &workload, &Search::schedules(5_000)).expect("times fit");
        check_on_workers(&dag, workers, &found);
        assert!(
            found.makespan >= row.number("opt_lb"),
            "shorter than can be"
        );
        assert!(
            found.lower_bound <= row.number("best_known"),
            "a bound above a known schedule"
        );
        (row, found)
    });
    solved.collect()
}

#[test]
#[ignore = "needs WAVECREW_SHARED"]
fn where_the_simple_bound_is_met_it_is_met() {
    let solved = solve(false);
    assert_eq!(solved.len(), 262);
    for (row, found) in solved {
        assert!(found.is_proved_optimal(), "{}", row.text("instance"));
    }
}

#[test]
#[ignore = "needs WAVECREW_SHARED"]
fn where_it_is_not_schedules_are_nearly_optimal() {
    let solved = solve(true);
    let longer = solved
        .iter()
        .map(|(row, found)| found.makespan as f64 / row.number("best_known") as f64 - 1.0);
    let mean = longer.sum::<f64>() / solved.len() as f64;
    assert_eq!(solved.len(), 18);
    assert!(mean <= 0.003, "{mean}");
}
