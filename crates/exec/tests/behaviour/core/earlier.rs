//! What earlier sessions left, taken over by the core alone.

use std::time::Duration;

use wavecrew_dag::{Claims, Money, NodeId};
use wavecrew_exec::{
    Action, Answer, AttemptFailure, Decision, EventKind, FailureClass, FailureKind, Input, Limits,
    Matching, Request, RunState, Standing, Subject, Threshold,
};

use super::{limits, node, one_slot, parts, starts, succeeded, told};
use crate::support::{dag, plain_policy};

fn failure() -> AttemptFailure {
    AttemptFailure {
        attempt: 1,
        class: FailureClass::Timeout,
        label: String::new(),
        reason: "too long".to_owned(),
    }
}

fn replay(run: &mut RunState, node: NodeId) {
    run.replay(node, String::new(), 1, false);
}

/// Gives the task so many parts, as an earlier session did.
fn split_again(run: &mut RunState, whole: usize, count: usize) {
    assert_eq!(starts(run), [0; 0], "its parts are asked for first");
    let asked = run.next_request();
    assert!(matches!(asked, Some(Request::Split { .. })), "{asked:?}");
    run.apply(Input::Split {
        node: node(whole),
        parts: parts(&vec![&[][..]; count]),
    });
}

#[test]
fn parts_that_are_done_already_let_go_of_what_their_task_claims() {
    for done in [1, 2] {
        let dag = dag(&[("big", ()), ("rival", ())], &[]);
        let limits = Limits {
            claims: Some(Claims::new(2, [(node(0), "src"), (node(1), "src")])),
            ..limits(8)
        };
        let mut run = RunState::new(&dag, limits);
        run.resume_splitting(node(0), failure());
        split_again(&mut run, 0, 2);
        for part in 2..2 + done {
            replay(&mut run, node(part));
        }
        if done == 1 {
            assert_eq!(starts(&mut run), [3]);
            run.apply(succeeded(node(3)));
        }
        assert_eq!(starts(&mut run), [1], "{done} of two were done");
        run.apply(succeeded(node(1)));
        assert!(run.is_done());
    }
}

#[test]
fn a_share_that_parts_have_passed_before_stops_nothing_until_another_fails_so() {
    let tests = |label: &str| FailureKind {
        class: FailureClass::Invalid,
        label: label.to_owned(),
    };
    let dag = dag(&[("big", ()), ("other", ())], &[]);
    let share = Threshold::share(Matching::label("tests"), 20, 2);
    let mut run = RunState::new(&dag, one_slot(plain_policy().threshold(share)));
    run.resume_splitting(node(0), failure());
    run.recall_costs(Money::default(), false, Duration::ZERO);
    split_again(&mut run, 0, 3);
    for part in [2, 3] {
        run.recall_failures(node(part), 1, &[tests("tests")]);
        run.resume_at(node(part), 2, &[]);
    }
    for next in [1, 2, 3] {
        assert_eq!(starts(&mut run), [next]);
        run.apply(succeeded(node(next)));
    }
    assert_eq!(starts(&mut run), [4]);
    run.apply(Input::Failed {
        node: node(4),
        class: FailureClass::Invalid,
        label: "tests".to_owned(),
        reason: "no such luck".to_owned(),
        retry_after: None,
    });
    let told = told(&dag, &mut run);
    let decided = "(run) decided: 3 of 4 tasks failed as `tests`, which is more than 20 %";
    assert_eq!(told.matches("(run) decided").count(), 1, "{told}");
    assert!(told.contains(decided), "{told}");
}

#[test]
fn a_task_about_which_somebody_was_asked_first_has_its_deadline_from_its_start() {
    let dag = dag(&[("task", ())], &[]);
    let hour = Duration::from_secs(3600);
    let limits = Limits {
        task_deadline: Some(hour),
        ..limits(1)
    };
    let mut run = RunState::new(&dag, limits);
    run.resume_asking(node(0), failure(), "what now?".to_owned());
    assert_eq!(starts(&mut run), [0; 0]);
    run.advance(2 * hour);
    run.apply(Input::Answered {
        about: Subject::Task(node(0)),
        answer: Some(Answer::Retry { directive: None }),
    });
    run.advance(2 * hour);
    assert_eq!(starts(&mut run), [0]);
    assert_eq!(run.next_due(), Some(3 * hour));
    run.advance(3 * hour);
    assert_eq!(run.standing(node(0)), Standing::Failed);
}

#[test]
fn a_task_that_passes_where_a_kill_came_into_its_re_run_is_flaky() {
    let rerun = || Decision::new(Action::Rerun, "it may be flaky");
    let retry = Decision::new(Action::Retry, "another attempt");
    for (decisions, expected) in [
        (vec![rerun()], true),
        (vec![rerun(), retry], false),
        (vec![], false),
    ] {
        let dag = dag(&[("task", ())], &[]);
        let mut run = RunState::new(&dag, limits(1));
        run.resume_at(node(0), 1, &decisions);
        assert_eq!(starts(&mut run), [0]);
        run.apply(succeeded(node(0)));
        let events = std::iter::from_fn(|| run.next_event());
        let flaky = events.filter_map(|event| match event.kind {
            EventKind::Succeeded { flaky, .. } => Some(flaky),
            _ => None,
        });
        assert_eq!(flaky.collect::<Vec<_>>(), [expected], "{decisions:?}");
    }
}
