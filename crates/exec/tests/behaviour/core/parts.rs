//! Smaller tasks in place of one.

use insta::assert_snapshot;
use wavecrew_dag::{Claims, Resources};
use wavecrew_exec::{FailureClass, Input, Limits, Request, RunState, Standing};

use super::{failed, limits, node, starts, succeeded, told};
use crate::support::dag;

#[test]
fn parts_take_the_place_of_a_task_with_its_claims_and_resources() {
    let dag = dag(
        &[("before", ()), ("big", ()), ("after", ()), ("rival", ())],
        &[("before", "big"), ("big", "after"), ("before", "rival")],
    );
    let mut resources = Resources::new(4);
    let seats = resources.add("seats", 1);
    resources.need(node(1), seats, 1);
    let mut run = RunState::new(
        &dag,
        Limits {
            claims: Some(Claims::new(4, [(node(1), "src"), (node(3), "src/lib.rs")])),
            resources: Some(resources),
            ..limits(8)
        },
    );
    assert_eq!(starts(&mut run), [0]);
    run.apply(succeeded(node(0)));
    assert_eq!(starts(&mut run), [1], "`rival` waits for the claim");
    run.apply(failed(node(1), FailureClass::Timeout));
    let asked = run.next_request();
    assert!(matches!(asked, Some(Request::Split { .. })), "{asked:?}");
    run.apply(Input::Split {
        node: node(1),
        parts: vec![vec![], vec![], vec![0]],
    });
    assert_eq!(run.tasks(), 7);
    assert_eq!(run.standing(node(1)), Standing::Split);
    assert_eq!(
        starts(&mut run),
        [4],
        "one seat, and `rival` waits for all parts"
    );
    run.apply(succeeded(node(4)));
    assert_eq!(starts(&mut run), [5]);
    run.apply(succeeded(node(5)));
    assert_eq!(starts(&mut run), [6]);
    run.apply(succeeded(node(6)));
    assert_eq!(starts(&mut run), [2, 3]);
    run.apply(succeeded(node(2)));
    run.apply(succeeded(node(3)));
    assert!(run.is_done());
    assert_snapshot!(told(&dag, &mut run), @r"
    before started 1
    before succeeded 1
    big started 1
    big decided: attempt 1 of 3 failed (timeout), so smaller tasks are to take its place
    big split into [NodeId(4), NodeId(5), NodeId(6)]
    part4 started 1
    part4 succeeded 1
    part5 started 1
    part5 succeeded 1
    part6 started 1
    part6 succeeded 1
    after started 1
    rival started 1
    after succeeded 1
    rival succeeded 1
    ");
}

#[test]
fn a_part_may_be_split_again_and_the_claims_are_held_until_the_last_part_ends() {
    let dag = dag(&[("big", ()), ("after", ())], &[("big", "after")]);
    let claims = Claims::new(2, [(node(0), "src"), (node(1), "src")]);
    let mut run = RunState::new(
        &dag,
        Limits {
            claims: Some(claims),
            despite_failures: true,
            ..limits(8)
        },
    );
    let split = |run: &mut RunState, whole: usize, parts: usize| {
        run.apply(failed(node(whole), FailureClass::Timeout));
        assert!(run.next_request().is_some());
        run.apply(Input::Split {
            node: node(whole),
            parts: vec![Vec::new(); parts],
        });
    };
    assert_eq!(starts(&mut run), [0]);
    split(&mut run, 0, 2);
    assert_eq!(starts(&mut run), [2, 3]);
    split(&mut run, 3, 2);
    assert_eq!(starts(&mut run), [4, 5]);
    run.apply(succeeded(node(2)));
    run.apply(failed(node(4), FailureClass::Permanent));
    assert_eq!(starts(&mut run), [0; 0], "a part still has the claims");
    run.apply(succeeded(node(5)));
    assert_eq!(starts(&mut run), [1]);
    run.apply(succeeded(node(1)));
    assert!(run.is_done());
}
