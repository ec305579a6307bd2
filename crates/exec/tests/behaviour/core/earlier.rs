//! What earlier sessions left, taken over by the core alone.

use std::time::Duration;

use wavecrew_dag::{Claims, Dag, Money, NodeId};
use wavecrew_exec::{
    Action, Answer, AttemptFailure, Decision, EventKind, FailureClass, FailureKind, Input, Limits,
    Matching, Phases, Request, RunState, Standing, Subject, Threshold,
};

use super::{failed, limits, node, one_slot, parts, starts, succeeded, told};
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

fn recall(run: &mut RunState, index: usize, class: FailureClass) {
    let label = String::new();
    run.recall_failures(node(index), 1, &[FailureKind { class, label }]);
}

/// A task that was split into ten, of which so many had failed once, and another one.
fn ten_parts(dag: &Dag<()>, had_failed: usize, before: impl FnOnce(&mut RunState)) -> RunState {
    let invalid = Matching::class(FailureClass::Invalid);
    let limits = Limits {
        policy: plain_policy()
            .on(FailureClass::Timeout, Action::Split)
            .threshold(Threshold::share(invalid.clone(), 20, 10))
            .threshold(Threshold::share(invalid, 20, 1).then(Action::Escalate)),
        ..limits(16)
    };
    let mut run = RunState::new(dag, limits);
    let class = FailureClass::Invalid;
    let kind = FailureKind {
        class,
        label: String::new(),
    };
    for part in 0..10 {
        let failed = part < had_failed;
        let kinds = &[kind.clone()][usize::from(!failed)..];
        run.recall_part(!failed, kinds);
    }
    recall(&mut run, 0, FailureClass::Timeout);
    run.resume_splitting(node(0), failure());
    run.recall_costs(Default::default(), false, Duration::ZERO);
    assert_eq!(starts(&mut run), [1]);
    before(&mut run);
    run.apply(Input::Split {
        node: node(0),
        parts: parts(&[&[][..]; 10]),
    });
    for part in 0..10 {
        if part < had_failed {
            recall(&mut run, 2 + part, class);
        } else {
            replay(&mut run, node(2 + part));
        }
    }
    run
}

#[test]
fn a_share_that_was_passed_by_parts_is_known_and_stops_a_run_by_one_more() {
    let dag = dag(&[("big", ()), ("other", ())], &[]);
    for is_one_more in [false, true] {
        let mut run = ten_parts(&dag, 5, |_| {});
        assert_eq!(starts(&mut run), [2, 3, 4, 5, 6]);
        run.apply(if is_one_more {
            failed(node(1), FailureClass::Invalid)
        } else {
            succeeded(node(1))
        });
        // It is one of the five.
        run.apply(failed(node(2), FailureClass::Invalid));
        let told = told(&dag, &mut run);
        let stops = "(run) decided: 6 of 12 tasks failed as invalid, which is more than 20 %, so nothing more starts";
        assert_eq!(told.contains(stops), is_one_more, "{told}");
        assert_eq!(told.contains("more than"), is_one_more, "{told}");
    }
}

#[test]
fn parts_count_in_a_share_before_their_task_has_its_turn() {
    let dag = dag(&[("big", ()), ("other", ())], &[]);
    let mut run = ten_parts(&dag, 1, |run| {
        run.apply(failed(node(1), FailureClass::Invalid));
    });
    assert_eq!(starts(&mut run), [2], "2 of 12 is below 20 %");
    let said = told(&dag, &mut run);
    assert!(!said.contains("more than"), "{said}");
    run.apply(succeeded(node(2)));
    let said = told(&dag, &mut run);
    assert!(!said.contains("more than"), "{said}");
}

#[test]
fn a_stage_is_undone_with_what_earlier_sessions_did_of_it() {
    let tasks: Vec<(String, ())> = (0..6).map(|task| (format!("t{task}"), ())).collect();
    let tasks: Vec<(&str, ())> = tasks.iter().map(|(id, ())| (&**id, ())).collect();
    let dag = dag(&tasks, &[]);
    for first_stage_passes in [true, false] {
        let limits = Limits {
            phases: Some(Phases::rollout(&dag, &[50, 100], 10)),
            ..limits(8)
        };
        let mut run = RunState::new(&dag, limits);
        // The last task of the first stage had failed, as it might, and is tried again.
        for done in [0, 1, 3, 4] {
            replay(&mut run, node(done));
        }
        assert_eq!(starts(&mut run), [2]);
        let undone: &[usize] = if first_stage_passes {
            run.apply(succeeded(node(2)));
            assert_eq!(starts(&mut run), [5]);
            run.apply(failed(node(5), FailureClass::Permanent));
            &[4, 3]
        } else {
            // The second stage stands on the first.
            run.apply(failed(node(2), FailureClass::Permanent));
            &[4, 3, 1, 0]
        };
        for &last in undone {
            let node = node(last);
            assert_eq!(run.next_request(), Some(Request::RollBack { node }));
            assert!(!run.is_done());
            run.apply(Input::RolledBack { node, error: None });
        }
        assert!(run.is_done());
    }
}

#[test]
fn a_task_that_begins_with_a_question_or_with_old_parts_has_its_deadline() {
    let dag = dag(&[("task", ())], &[]);
    let minute = Duration::from_secs(60);
    for is_split in [false, true] {
        let limits = Limits {
            task_deadline: Some(30 * minute),
            ..one_slot(plain_policy().on(FailureClass::Timeout, Action::Retry))
        };
        let mut run = RunState::new(&dag, limits);
        let (node, failure) = (node(0), failure());
        if is_split {
            run.resume_splitting(node, failure);
        } else {
            run.resume_asking(node, failure, "what now?".to_owned());
        }
        assert_eq!(starts(&mut run), [0; 0]);
        run.advance(5 * minute);
        run.apply(if is_split {
            let reason = "nobody knows its parts".to_owned();
            Input::NotSplit { node, reason }
        } else {
            let directive = None;
            Input::Answered {
                about: Subject::Task(node),
                answer: Some(Answer::Retry { directive }),
            }
        });
        run.advance(6 * minute);
        assert_eq!(starts(&mut run), [0]);
        run.apply(failed(node, FailureClass::Transient));
        run.advance(7 * minute);
        assert_eq!(starts(&mut run), [0]);
        run.advance(36 * minute - Duration::from_secs(1));
        assert_eq!(run.standing(node), Standing::Running);
        run.advance(36 * minute);
        assert_eq!(
            run.standing(node),
            Standing::Failed,
            "since its first start"
        );
    }
}

fn rerun() -> Decision {
    Decision::new(Action::Rerun, "it may be flaky")
}

#[test]
fn re_runs_are_counted_over_all_sessions() {
    let dag = dag(&[("task", ())], &[]);
    let policy = plain_policy().on(FailureClass::Panic, Action::Rerun);
    let mut run = RunState::new(&dag, one_slot(policy));
    run.resume_at(node(0), 1, &[rerun(), rerun()]);
    let mut calls = 0;
    while !run.is_done() {
        let start = run.next_start().expect("it goes on");
        assert_eq!(start.rerun, 2 + calls);
        run.apply(failed(node(0), FailureClass::Panic));
        calls += 1;
    }
    assert_eq!(calls, 2, "three are all");
}
