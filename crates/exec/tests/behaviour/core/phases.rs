//! Phases that do not pass, and who is asked about them.

use std::time::Duration;

use wavecrew_exec::{
    Action, Answer, FailureClass, Input, Limits, Phase, Phases, Played, Request, RunState,
    Standing, Subject, Target, Threshold, rehearse,
};

use super::{failed, limits, node, starts, succeeded, told};
use crate::support::{dag, log, plain_policy};

#[test]
fn a_canary_that_is_left_out_does_not_let_the_rest_start() {
    let dag = dag(&[("canary", ()), ("other", ()), ("rest", ())], &[]);
    let phases = Phases::canary(&dag, &[node(0), node(1)]).expect("sound");
    let limits = Limits {
        phases: Some(phases),
        ..limits(8)
    };
    let mut run = RunState::new(&dag, limits);
    assert_eq!(starts(&mut run), [0, 1]);
    run.apply(Input::CancelTask { node: node(0) });
    run.apply(succeeded(node(1)));
    assert_eq!(starts(&mut run), [0; 0]);
    assert_eq!(run.standing(node(2)), Standing::Cancelled);
}

#[test]
fn an_answer_is_about_its_own_question_and_lifts_no_other_pause() {
    let dag = dag(&[("a", ()), ("b", ()), ("c", ())], &[]);
    let hour = Duration::from_secs(3600);
    let strict = Phase::named("first").error_rate(0).ask();
    let phases = Phases::new(
        &dag,
        vec![strict, Phase::named("second")],
        &[Some(0), Some(0), Some(1)],
    );
    let limits = Limits {
        phases: Some(phases.expect("sound")),
        policy: plain_policy().threshold(Threshold::time(hour).then(Action::Ask)),
        ..limits(8)
    };
    let mut run = RunState::new(&dag, limits);
    assert_eq!(starts(&mut run), [0, 1]);
    run.apply(failed(node(0), FailureClass::Permanent));
    run.apply(succeeded(node(1)));
    run.advance(2 * hour);
    run.apply(Input::Suspend);
    let go_on = |about| Input::Answered {
        about,
        answer: Some(Answer::Skip),
    };
    run.apply(go_on(Subject::Threshold));
    assert!(run.is_suspended(), "the phase is still asked about");
    run.apply(Input::Continue);
    assert!(run.is_suspended(), "so it is now");
    run.apply(Input::Suspend);
    run.apply(go_on(Subject::Phase));
    assert!(run.is_suspended(), "nobody has taken the pause back");
    run.apply(Input::Continue);
    assert_eq!(starts(&mut run), [2]);
}

#[test]
fn a_phase_that_a_person_gives_up_is_undone_whole_one_task_after_the_other() {
    let dag = dag(&[("a", ()), ("b", ()), ("c", ()), ("d", ())], &[]);
    let stage = Phase {
        roll_back: true,
        ..Phase::named("stage").error_rate(0).ask()
    };
    let phases = Phases::new(&dag, vec![stage], &[Some(0); 4]).expect("sound");
    let limits = Limits {
        phases: Some(phases),
        ..limits(8)
    };
    let mut run = RunState::new(&dag, limits);
    assert_eq!(starts(&mut run), [0, 1, 2, 3]);
    run.apply(succeeded(node(0)));
    run.apply(failed(node(1), FailureClass::Permanent));
    run.apply(succeeded(node(2)));
    run.next_request().expect("a person is asked");
    run.apply(Input::Answered {
        about: Subject::Phase,
        answer: Some(Answer::Fail),
    });
    assert_eq!(run.next_request(), None, "`d` is at work");
    run.apply(succeeded(node(3)));
    for last in [3, 2, 0] {
        let node = node(last);
        assert_eq!(run.next_request(), Some(Request::RollBack { node }));
        assert_eq!(run.next_request(), None, "one after the other");
        assert!(!run.is_done());
        run.apply(Input::RolledBack { node, error: None });
    }
    assert!(run.is_done());
}

#[test]
fn what_an_earlier_session_did_of_a_later_stage_is_undone_with_it() {
    let dag = dag(&[("a", ()), ("b", ()), ("c", ()), ("d", ())], &[]);
    let stage = |name: &str| Phase {
        roll_back: true,
        ..Phase::named(name).error_rate(0)
    };
    let phases = Phases::new(
        &dag,
        vec![stage("half"), stage("all")],
        &[Some(0), Some(0), Some(1), Some(1)],
    );
    let limits = Limits {
        phases: Some(phases.expect("sound")),
        ..limits(8)
    };
    let mut run = RunState::new(&dag, limits);
    for done in [0, 2] {
        run.replay(node(done), String::new(), 1, false);
    }
    assert_eq!(starts(&mut run), [1]);
    run.apply(succeeded(node(1)));
    assert_eq!(starts(&mut run), [3]);
    run.apply(failed(node(3), FailureClass::Permanent));
    let asked = std::iter::from_fn(|| run.next_request());
    assert!(asked.eq([Request::RollBack { node: node(2) }]));
    run.apply(Input::RolledBack {
        node: node(2),
        error: None,
    });
    assert!(run.is_done());
}

#[test]
fn what_waits_for_a_person_in_one_phase_fails_no_other() {
    let dag = dag(&[("a", ()), ("b", ()), ("c", ())], &[("a", "b")]);
    let phases = vec![Phase::named("one"), Phase::named("two").error_rate(0)];
    let phases = Phases::new(&dag, phases, &[Some(0), Some(1), Some(1)]);
    let limits = Limits {
        phases: Some(phases.expect("sound")),
        policy: plain_policy().on(FailureClass::Invalid, Action::Ask),
        ..limits(8)
    };
    let mut run = RunState::new(&dag, limits);
    assert_eq!(starts(&mut run), [0]);
    run.apply(failed(node(0), FailureClass::Invalid));
    run.apply(Input::Answered {
        about: Subject::Task(node(0)),
        answer: Some(Answer::Later),
    });
    assert_eq!(starts(&mut run), [2]);
    run.apply(succeeded(node(2)));
    assert!(run.is_done());
    let because = node(0);
    assert_eq!(run.standing(node(1)), Standing::PutAside(because));
}

#[test]
fn a_task_that_was_split_does_not_count_beside_its_parts() {
    let dag = dag(&[("big", ()), ("later", ())], &[]);
    let phases = vec![Phase::named("one").error_rate(40), Phase::named("two")];
    let phases = Phases::new(&dag, phases, &[Some(0), Some(1)]);
    let limits = Limits {
        phases: Some(phases.expect("sound")),
        ..limits(8)
    };
    let mut run = RunState::new(&dag, limits);
    assert_eq!(starts(&mut run), [0]);
    run.apply(failed(node(0), FailureClass::Timeout));
    run.apply(Input::Split {
        node: node(0),
        parts: super::parts(&[&[], &[]]),
    });
    assert_eq!(starts(&mut run), [2, 3]);
    run.apply(succeeded(node(2)));
    run.apply(failed(node(3), FailureClass::Permanent));
    let told = told(&dag, &mut run);
    let failed =
        "checked one, passed: false: 1 of 2 tasks did not succeed, which is more than 40 %";
    assert!(told.contains(failed), "{told}");
}

#[test]
fn a_canary_that_waits_for_an_answer_holds_the_rest_up() {
    let dag = dag(&[("canary", ()), ("rest", ())], &[]);
    let phases = Phases::canary(&dag, &[node(0)]).expect("sound");
    let limits = Limits {
        phases: Some(phases),
        policy: plain_policy().on(FailureClass::Invalid, Action::Ask),
        ..limits(8)
    };
    let mut run = RunState::new(&dag, limits);
    assert_eq!(starts(&mut run), [0]);
    run.apply(failed(node(0), FailureClass::Invalid));
    run.apply(Input::Answered {
        about: Subject::Task(node(0)),
        answer: Some(Answer::Later),
    });
    assert_eq!(run.standing(node(1)), Standing::Cancelled);
}

#[test]
fn what_was_undone_has_not_succeeded() {
    let dag = dag(&[("a", ()), ("b", ()), ("c", ())], &[]);
    let limits = Limits {
        phases: Some(Phases::rollout(&dag, &[100], 10)),
        policy: plain_policy()
            .target(Target::Succeeded { at_least: 60 })
            .target(Target::FirstAttempt { at_least: 60 }),
        ..limits(8)
    };
    let plays_badly = |failing: usize| {
        rehearse(&dag, limits.clone(), |start| {
            let second = Duration::from_secs(1);
            match start.node.index() == failing {
                true => Played::badly(2 * second, FailureClass::Permanent, "no such luck"),
                false => Played::well(second),
            }
        })
    };
    let run = plays_badly(2);
    let counts = (run.succeeded, run.failed, run.rolled_back, run.cancelled);
    assert_eq!(counts, (0, 1, 2, 0));
    let told = log(&dag, &run.events);
    let targets = "(run) target met: false: 0 of 3 tasks succeeded, less than 60 %\n\
                   2s (run) target met: true: 2 of 3 tasks succeeded at the first attempt, at least 60 %\n";
    assert!(told.ends_with(targets), "{told}");
    let run = plays_badly(3);
    assert_eq!((run.succeeded, run.rolled_back), (3, 0));
}

#[test]
fn what_is_undone_after_the_end_is_not_told() {
    let dag = dag(&[("a", ()), ("b", ())], &[]);
    let limits = Limits {
        phases: Some(Phases::rollout(&dag, &[100], 10)),
        ..limits(8)
    };
    let mut run = RunState::new(&dag, limits);
    assert_eq!(starts(&mut run), [0, 1]);
    run.apply(succeeded(node(0)));
    run.apply(failed(node(1), FailureClass::Permanent));
    let (node, error) = (node(0), None);
    assert_eq!(run.next_request(), Some(Request::RollBack { node }));
    run.apply(Input::Cancel);
    assert!(run.is_done());
    told(&dag, &mut run);
    run.apply(Input::RolledBack { node, error });
    assert_eq!(run.standing(node), Standing::Succeeded);
    assert_eq!(told(&dag, &mut run), "");
}
