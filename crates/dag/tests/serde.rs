//! Results as JSON and back.

#![cfg(feature = "serde")]

mod support;

use std::fmt::Debug;
use std::num::NonZeroUsize;

use serde::Serialize;
use serde::de::DeserializeOwned;
use support::{builder, graph};
use wavecrew_dag::{CriticalPath, Waves, Workload, schedule};

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
