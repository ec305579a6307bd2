//! Traces of real workflows (`WfCommons`: Coleman and others, Future Generation Computer Systems 128,
//! 2022, 16-27), checked by code that shares nothing with the scheduler, against the best that is known.

mod support;

use std::collections::BTreeSet;
use std::num::NonZeroUsize;

use serde_json::Value;
use support::known::{Row, check_on_workers, folder, rows};
use wavecrew_dag::{Dag, DagBuilder, Search, Workload, search};

/// Milliseconds per task; arcs as either end states them.
fn graph(row: &Row) -> Dag<u64> {
    let path = folder("wfinstances").join(row.text("file"));
    let text = std::fs::read_to_string(path).expect("the trace is readable");
    let trace: Value = serde_json::from_str(&text).expect("a trace is JSON");
    let list = |pointer: &str| trace.pointer(pointer).and_then(Value::as_array).cloned();
    let specified = list("/workflow/specification/tasks").expect("a specification");
    let executed = list("/workflow/execution/tasks").expect("an execution");
    let mut arcs: BTreeSet<(String, String)> = BTreeSet::new();
    let mut builder = DagBuilder::new();
    for task in &specified {
        let id = task["id"].as_str().expect("an id");
        let run = executed.iter().find(|run| run["id"] == task["id"]);
        let seconds = run.and_then(|run| run["runtimeInSeconds"].as_f64());
        builder.node(id, (seconds.unwrap_or(0.0) * 1_000.0).round() as u64);
        for (end, list) in [("parents", 0), ("children", 1)] {
            for other in task[end].as_array().into_iter().flatten() {
                let other = other.as_str().expect("an id").to_owned();
                let mut arc = [other, id.to_owned()];
                arc.rotate_left(list);
                let [from, to] = arc;
                arcs.insert((from, to));
            }
        }
    }
    for (from, to) in arcs {
        builder.edge(from, to);
    }
    let dag = builder.build().expect("a workflow has no cycle");
    assert_eq!(
        (dag.len() as u64, dag.edge_count() as u64),
        (row.number("tasks"), row.number("edges"))
    );
    assert_eq!(
        dag.payloads().iter().sum::<u64>(),
        row.number("total_work_ms")
    );
    dag
}

#[test]
#[ignore = "needs WAVECREW_SHARED"]
fn traces_are_scheduled_as_well_as_is_known() {
    let mut longer = Vec::new();
    for row in rows("wfinstances", "bounds.csv") {
        let dag = graph(&row);
        let workers = row.number("workers") as usize;
        let slots = NonZeroUsize::new(workers).expect("there is a worker");
        let workload = Workload::new(dag.payloads(), slots);
        let found = search(&dag, &workload, &Search::schedules(1_000)).expect("times fit");
        check_on_workers(&dag, workers, &found);
        let (simple, best) = (row.number("lower_bound_ms"), row.number("best_known_ms"));
        assert!(simple <= found.lower_bound && found.lower_bound <= best);
        assert!(
            found.makespan >= row.number("best_lb_ms"),
            "shorter than can be"
        );
        assert!(
            best > simple || found.is_proved_optimal(),
            "{}",
            row.text("file")
        );
        longer.push(found.makespan as f64 / best as f64 - 1.0);
    }
    let mean = longer.iter().sum::<f64>() / longer.len() as f64;
    assert_eq!(longer.len(), 52);
    assert!(mean <= 0.0, "{mean}");
}
