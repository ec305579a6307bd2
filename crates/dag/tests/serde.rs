//! Results as JSON and back.

#![cfg(feature = "serde")]

mod support;

use std::fmt::Debug;
use std::num::NonZeroUsize;

use serde::Serialize;
use serde::de::DeserializeOwned;
use support::{builder, graph};
use wavecrew_dag::{
    CriticalPath, Distribution, Estimate, Simulation, Waves, Width, Workload, schedule, simulate,
};

fn check<V: Serialize + DeserializeOwned + PartialEq + Debug>(value: &V, expected: &str) {
    let json = serde_json::to_string(value).unwrap();
    assert_eq!(json, expected);
    assert_eq!(&serde_json::from_str::<V>(&json).unwrap(), value);
}

#[test]
fn results_survive_the_way_there_and_back() {
    let dag = graph("a=2 b=1 c=3", "b>a");
    check(&dag.node("c"), "2");
    check(&Waves::levels(&dag), "[[1,2],[0]]");
    let times = CriticalPath::new(&dag, dag.payloads()).unwrap();
    check(
        &times,
        r#"{"earliest_start":[1,0,0],"earliest_finish":[3,1,3],"latest_start":[1,0,0],"latest_finish":[3,1,3],"total_float":[0,0,0],"free_float":[0,0,0],"makespan":3,"path":[1,0]}"#,
    );
    let workload = Workload::new(dag.payloads(), NonZeroUsize::MIN);
    check(
        &schedule(&dag, &workload).unwrap(),
        r#"{"entries":[{"node":0,"start":1,"finish":3,"slot":0},{"node":1,"start":0,"finish":1,"slot":0},{"node":2,"start":3,"finish":6,"slot":0}],"makespan":6,"lower_bound":6,"rule":"latest_finish"}"#,
    );
}

#[test]
fn problems_are_tagged_by_kind() {
    let problems = builder("a b b", "a>b b>a c>a")
        .build()
        .unwrap_err()
        .problems;
    check(
        &problems,
        r#"[{"duplicate_id":{"id":"b"}},{"unknown_id":{"id":"c","named_by":"a","suggestion":null}},{"cycle":{"path":["a","b"]}}]"#,
    );
}

#[test]
fn what_no_graph_has_is_not_read() {
    let dag = graph("a=2 b=1 c=3", "b>a");
    let width = r#"{"antichain":[0,2],"chain_nodes":[1,0,2],"chain_ends":[2,3]}"#;
    check(&Width::new(&dag), width);
    for (what, instead) in [
        ("[2,3]", "[2,4]"),
        ("[2,3]", "[3,2]"),
        ("[2,3]", "[0,3]"),
        ("[2,3]", "[3]"),
        ("[0,2]", "[2,0]"),
        ("[0,2]", "[0,3]"),
        ("[1,0,2]", "[1,1,2]"),
        ("[1,0,2]", "[1,0,7]"),
    ] {
        let wrong = width.replace(what, instead);
        assert!(serde_json::from_str::<Width>(&wrong).is_err(), "{wrong}");
    }
}

#[test]
fn what_no_simulation_gives_is_not_read() {
    let dag = graph("a=2", "");
    let workload = Workload::new(dag.payloads(), NonZeroUsize::MIN);
    let simulation = Simulation {
        draws: 2,
        ..Simulation::new(&[Estimate::Fixed(3)])
    };
    let ends = simulate(&dag, &workload, &simulation).unwrap().ends;
    check(&ends, r#"{"samples":[3,3],"parts":1}"#);
    for wrong in [
        r#"{"samples":[3,2],"parts":1}"#,
        r#"{"samples":[3],"parts":0}"#,
    ] {
        assert!(
            serde_json::from_str::<Distribution>(wrong).is_err(),
            "{wrong}"
        );
    }
}
