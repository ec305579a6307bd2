//! What earlier sessions left, and what becomes of it.

use std::time::Duration;

use wavecrew_dag::{Claims, Dag};
use wavecrew_exec::{
    Action, Answer, AttemptFailure, Decision, EventKind, FailureClass, FailureKind, Input, Limits,
    Matching, Phases, Request, RunState, Standing, Subject, Threshold,
};

use super::{failed, limits, node, one_slot, parts, starts, succeeded, told};
use crate::support::{dag, plain_policy};

fn failure(class: FailureClass) -> AttemptFailure {
    AttemptFailure {
        attempt: 1,
        class,
        label: String::new(),
        reason: "it was too much".to_owned(),
    }
}

fn replay(run: &mut RunState, index: usize) {
    run.replay(node(index), String::new(), 1, false);
}

/// The first task was split, and its parts are back.
fn with_parts(dag: &Dag<()>, limits: Limits, waits_for: &[&[usize]]) -> RunState {
    let mut run = RunState::new(dag, limits);
    run.resume_splitting(node(0), failure(FailureClass::Timeout));
    assert_eq!(run.next_start(), None);
    let asked = run.next_request();
    assert!(matches!(asked, Some(Request::Split { .. })), "{asked:?}");
    run.apply(Input::Split {
        node: node(0),
        parts: parts(waits_for),
    });
    run
}

#[test]
fn parts_that_are_done_hold_no_claims() {
    let dag = dag(&[("big", ()), ("rival", ())], &[]);
    let claims = Claims::new(2, [(node(0), "src"), (node(1), "src")]);
    for done in 1..=2 {
        let limits = Limits {
            claims: Some(claims.clone()),
            ..limits(8)
        };
        let mut run = with_parts(&dag, limits, &[&[], &[0]]);
        for part in 0..done {
            replay(&mut run, 2 + part);
        }
        if done == 1 {
            assert_eq!(starts(&mut run), [3], "`rival` waits for the claim");
            run.apply(succeeded(node(3)));
        }
        assert_eq!(starts(&mut run), [1]);
        run.apply(succeeded(node(1)));
        assert!(run.is_done());
    }
}
