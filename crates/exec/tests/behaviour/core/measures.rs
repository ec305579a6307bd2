//! What a policy has done about a failure.

use std::time::Duration;

use insta::assert_snapshot;
use wavecrew_exec::{
    Action, FailureClass, Input, Limits, Matching, Measure, Request, Rule, RunState,
};

use super::{failed, limits, node, one_slot, starts, succeeded, told};
use crate::support::{dag, plain_policy};

#[test]
fn the_next_measure_after_a_split_that_cannot_be_is_rolled_back_too() {
    let dag = dag(&[("task", ())], &[]);
    let rule = Rule::new(Matching::class(FailureClass::Invalid))
        .then(Measure::new(Action::Split))
        .then(Measure::new(Action::Retry).roll_back());
    let policy = plain_policy().rule(rule);
    let mut run = RunState::new(&dag, one_slot(policy));
    assert_eq!(starts(&mut run), [0]);
    run.apply(failed(node(0), FailureClass::Invalid));
    let reason = "it is one file".to_owned();
    run.next_request().expect("it is to be split");
    run.apply(Input::NotSplit {
        node: node(0),
        reason,
    });
    let asked = run.next_request();
    assert!(matches!(asked, Some(Request::RollBack { .. })), "{asked:?}");
}

#[test]
fn a_pause_by_a_rule_is_told_with_all_that_it_does() {
    let dag = dag(&[("task", ())], &[]);
    let elsewhere = Measure::new(Action::Pause).roll_back().switch("local");
    let rule = Rule::new(Matching::class(FailureClass::RateLimited)).then(elsewhere);
    let policy = plain_policy().rule(rule);
    let mut run = RunState::new(&dag, one_slot(policy));
    assert_eq!(starts(&mut run), [0]);
    run.apply(failed(node(0), FailureClass::RateLimited));
    let asked = run.next_request();
    assert!(matches!(asked, Some(Request::RollBack { .. })), "{asked:?}");
    run.apply(Input::RolledBack {
        node: node(0),
        error: None,
    });
    run.advance(Duration::from_secs(60));
    assert_eq!(starts(&mut run), [0]);
    assert_eq!(run.provider(node(0)), Some("local"));
    run.apply(succeeded(node(0)));
    assert_snapshot!(told(&dag, &mut run), @r"
    task started 1
    task decided: attempt 1 of 3 failed (rate limited), so what it did is rolled back, the task switches to `local` and it goes on after 1s
    task rolled back
    task paused 1s: no such luck
    task succeeded 1
    ");
}

#[test]
fn what_is_run_again_without_a_stated_number_is_so_three_times() {
    let dag = dag(&[("task", ())], &[]);
    let policy = plain_policy().on(FailureClass::Panic, Action::Rerun);
    let mut run = RunState::new(&dag, one_slot(policy));
    let mut calls = 0;
    while !run.is_done() {
        assert_eq!(starts(&mut run), [0]);
        run.apply(failed(node(0), FailureClass::Panic));
        calls += 1;
    }
    assert_eq!(calls, 4);
}

#[test]
fn a_run_that_stops_at_a_split_that_cannot_be_ends_the_task_once() {
    let dag = dag(&[("task", ()), ("other", ())], &[]);
    let rule = Rule::new(Matching::class(FailureClass::Invalid))
        .then(Measure::new(Action::Split))
        .at_last(Action::Stop);
    let limits = Limits {
        policy: plain_policy().rule(rule),
        ..limits(2)
    };
    let mut run = RunState::new(&dag, limits);
    assert_eq!(starts(&mut run), [0, 1]);
    run.apply(failed(node(0), FailureClass::Invalid));
    run.apply(Input::NotSplit {
        node: node(0),
        reason: "it is one file".to_owned(),
    });
    assert!(!run.is_done(), "`other` is at work");
    run.apply(succeeded(node(1)));
    assert!(run.is_done());
    assert_snapshot!(told(&dag, &mut run), @r"
    task started 1
    other started 1
    task decided: attempt 1 of 3 failed (invalid), so smaller tasks are to take its place
    task decided: the task cannot be split (it is one file); attempt 1 of 3 failed (invalid), so nothing more starts, and the task waits for another session
    task cancelled
    other succeeded 1
    ");
}
