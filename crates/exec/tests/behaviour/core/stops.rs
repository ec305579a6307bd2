//! Cancelling, draining, and what comes too late.

use std::time::Duration;

use insta::assert_snapshot;
use wavecrew_dag::{Claims, Money, Resources};
use wavecrew_exec::{
    Action, Answer, FailureClass, Input, Limits, Matching, Measure, Policy, Rule, RunState,
    Standing, Subject, Threshold,
};

use super::{failed, limits, node, one_slot, parts, starts, succeeded, told};
use crate::support::{dag, plain_policy};

#[test]
fn answers_that_come_too_late_are_ignored() {
    let dag = dag(&[("a", ())], &[]);
    let policy = Policy::default().on(FailureClass::Invalid, Action::Ask);
    let mut run = RunState::new(
        &dag,
        Limits {
            policy,
            ..Limits::default()
        },
    );
    assert_eq!(starts(&mut run), [0]);
    run.apply(failed(node(0), FailureClass::Invalid));
    assert_eq!(run.standing(node(0)), Standing::Asking);
    run.apply(Input::CancelTask { node: node(0) });
    run.apply(Input::Answered {
        about: Subject::Task(node(0)),
        answer: None,
    });
    run.apply(Input::Split {
        node: node(0),
        parts: parts(&[&[]]),
    });
    assert!(run.is_done());
    assert_snapshot!(told(&dag, &mut run), @r"
    a started 1
    a decided: attempt 1 of 3 failed (invalid), so a person is asked
    a asked: attempt 1 of 3 failed (invalid), so a person is asked: no such luck
    a decided: this task alone was cancelled from outside
    a cancelled
    ");
}

#[test]
fn a_drain_waits_for_no_answer() {
    let dag = dag(&[("task", ()), ("later", ())], &[("task", "later")]);
    let hour = Duration::from_secs(3600);
    let threshold = Threshold::time(hour).then(Action::Ask);
    let policy = plain_policy().threshold(threshold);
    let mut run = RunState::new(&dag, one_slot(policy));
    assert_eq!(starts(&mut run), [0]);
    run.advance(2 * hour);
    assert!(run.is_suspended());
    run.apply(succeeded(node(0)));
    run.apply(Input::Drain);
    assert!(run.is_done());
    run.apply(Input::Answered {
        about: Subject::Threshold,
        answer: Some(Answer::Skip),
    });
    assert_eq!(starts(&mut run), [0; 0], "it comes too late");
}

#[test]
fn a_task_that_is_cancelled_when_it_was_called_from_a_line_lets_the_next_be_called() {
    let dag = dag(&[("user", ()), ("first", ()), ("second", ())], &[]);
    let mut resources = Resources::new(3);
    let seats = resources.add("seats", 1);
    for task in 0..3 {
        resources.need(node(task), seats, 1);
    }
    let limits = Limits {
        resources: Some(resources),
        ..limits(8)
    };
    let mut run = RunState::new(&dag, limits);
    assert_eq!(starts(&mut run), [0]);
    run.apply(Input::Suspend);
    run.apply(succeeded(node(0)));
    run.apply(Input::CancelTask { node: node(1) });
    run.apply(Input::Continue);
    assert_eq!(starts(&mut run), [2]);
}

#[test]
fn a_run_that_drains_has_no_more_bounds_of_time() {
    let dag = dag(&[("task", ())], &[]);
    let hour = Duration::from_secs(3600);
    let policy = plain_policy().threshold(Threshold::time(hour));
    let mut run = RunState::new(&dag, one_slot(policy));
    assert_eq!(starts(&mut run), [0]);
    assert_eq!(run.next_due(), Some(hour + Duration::from_millis(1)));
    run.apply(Input::Drain);
    assert_eq!(run.next_due(), None, "nobody would act on it");
}

#[test]
fn silence_is_heard_while_a_run_drains() {
    let dag = dag(&[("task", ())], &[]);
    let second = Duration::from_secs(1);
    let limits = Limits {
        stall_after: Some(300 * second),
        ..limits(1)
    };
    let mut run = RunState::new(&dag, limits);
    assert_eq!(starts(&mut run), [0]);
    run.advance(200 * second);
    run.apply(Input::Progress { node: node(0) });
    run.advance(300 * second);
    run.advance(400 * second);
    run.apply(Input::Drain);
    assert_eq!(run.next_due(), Some(500 * second));
    run.advance(500 * second);
    assert!(run.is_done(), "it has stalled");
}

#[test]
fn what_has_begun_to_be_undone_is_undone_before_a_cancelled_task_lets_go() {
    let dag = dag(&[("task", ()), ("rival", ())], &[]);
    let measure = Measure::new(Action::Retry).roll_back();
    let rule = Rule::new(Matching::class(FailureClass::Invalid)).then(measure);
    let limits = Limits {
        claims: Some(Claims::new(2, [(node(0), "src"), (node(1), "src")])),
        policy: plain_policy().rule(rule),
        ..limits(8)
    };
    let mut run = RunState::new(&dag, limits);
    assert_eq!(starts(&mut run), [0]);
    run.apply(failed(node(0), FailureClass::Invalid));
    assert_eq!(run.standing(node(0)), Standing::RollingBack);
    for _ in 0..2 {
        run.apply(Input::CancelTask { node: node(0) });
        assert_eq!(starts(&mut run), [0; 0], "its files are being put back");
    }
    let undone = Input::RolledBack {
        node: node(0),
        error: None,
    };
    run.apply(undone);
    assert_eq!(starts(&mut run), [1]);
    assert_snapshot!(told(&dag, &mut run), @r"
    task started 1
    task decided: attempt 1 of 3 failed (invalid), so what it did is rolled back and attempt 2 follows after 1s
    task decided: this task alone was cancelled from outside
    task rolled back
    task cancelled
    rival started 1
    ");
}

#[test]
fn nobody_is_asked_about_a_run_that_another_bound_stops() {
    let dollars = |dollars: u128| Money::from_picos(dollars * 1_000_000_000_000);
    let stop = Threshold::cost(dollars(15));
    let ask = Threshold::cost(dollars(10)).then(Action::Ask);
    for thresholds in [[stop.clone(), ask.clone()], [ask, stop]] {
        let dag = dag(&[("task", ()), ("later", ())], &[]);
        let mut policy = plain_policy();
        for threshold in thresholds {
            policy = policy.threshold(threshold);
        }
        let mut run = RunState::new(&dag, one_slot(policy));
        assert_eq!(starts(&mut run), [0]);
        run.apply(Input::Spent {
            amount: Some(dollars(16)),
        });
        assert!(!run.is_suspended());
        run.apply(succeeded(node(0)));
        assert!(run.is_done());
        assert_eq!(run.next_request(), None);
        insta::allow_duplicates! {
            assert_snapshot!(told(&dag, &mut run), @r"
            task started 1
            (run) decided: the run has cost 16.00, more than 15.00, so nothing more starts
            later cancelled
            (run) decided: the run has cost 16.00, more than 10.00, so this is only told
            task succeeded 1
            ");
        }
    }
}

#[test]
fn a_task_that_stops_the_run_is_not_a_failed_one() {
    let dag = dag(&[("task", ()), ("other", ()), ("later", ())], &[]);
    for measure in [
        Measure::new(Action::Stop),
        Measure::new(Action::Stop).roll_back(),
    ] {
        let is_undone = measure.roll_back;
        let rule = Rule::new(Matching::class(FailureClass::Invalid)).then(measure);
        let policy = plain_policy().rule(rule);
        let mut run = RunState::new(
            &dag,
            Limits {
                policy,
                ..limits(2)
            },
        );
        assert_eq!(starts(&mut run), [0, 1]);
        run.apply(failed(node(0), FailureClass::Invalid));
        if is_undone {
            let (node, error) = (node(0), None);
            run.apply(Input::RolledBack { node, error });
        }
        for ended in [0, 2] {
            assert_eq!(run.standing(node(ended)), Standing::Cancelled);
        }
        run.apply(succeeded(node(1)));
        assert!(run.is_done());
    }
}
