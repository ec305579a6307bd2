//! What a run does, told by its events.

use std::convert::Infallible;
use std::num::{NonZeroU32, NonZeroUsize};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use crate::support::{Call, Refusal, Script, Scripted, check_grammar, dag, log, plain_policy};
use futures::FutureExt;
use insta::assert_snapshot;
use wavecrew_exec::{
    Action, Backoff, Context, Control, ControlState, EventKind, Executor, Failed, FailureClass,
    Outcome, Policy, Worker, worker_fn,
};

type Outcomes = Vec<Outcome<(), Refusal>>;

/// Runs scripts two at a time and gives the log.
async fn check(
    tasks: &[(&str, Script)],
    edges: &[(&str, &str)],
    configure: impl FnOnce(Executor<Scripted>) -> Executor<Scripted>,
) -> (String, Outcomes) {
    let dag = dag(tasks, edges);
    let executor = Executor::new(Scripted::default())
        .concurrency(NonZeroUsize::new(2).expect("two"))
        .policy(plain_policy());
    let mut events = Vec::new();
    let executor = configure(executor);
    let outcomes = executor.run(&dag, |event| events.push(event.clone())).await;
    check_grammar(&dag, &events);
    (log(&dag, &events), outcomes)
}

fn deliver(seconds: u64) -> Script {
    Script(vec![(seconds, Call::Deliver)])
}

fn refuse(class: FailureClass, times: usize) -> Script {
    let call = Call::Refuse(Refusal::new(class, "no such luck"));
    Script(vec![(1, call); times])
}

#[tokio::test(start_paused = true)]
async fn tasks_run_after_those_they_depend_on() {
    let tasks = [("a", deliver(2)), ("b", deliver(1)), ("c", deliver(1))];
    let (log, _) = check(&tasks, &[("a", "c")], |executor| executor).await;
    assert_snapshot!(log, @r"
    0ns a started 1
    0ns b started 1
    1s b succeeded 1
    2s a succeeded 1
    2s c started 1
    3s c succeeded 1
    ");
}

#[tokio::test(start_paused = true)]
async fn ranks_decide_who_goes_first() {
    let tasks = [("a", deliver(1)), ("b", deliver(1)), ("c", deliver(1))];
    let one = NonZeroUsize::MIN;
    let (log, _) = check(&tasks, &[], |it| it.concurrency(one).ranks(vec![0, 7, 3])).await;
    assert_snapshot!(log, @r"
    0ns b started 1
    1s b succeeded 1
    1s c started 1
    2s c succeeded 1
    2s a started 1
    3s a succeeded 1
    ");
}

#[tokio::test(start_paused = true)]
async fn a_failure_is_retried_after_a_backoff_that_grows() {
    let backoff = Backoff {
        base: Duration::from_secs(2),
        factor: 3,
        cap: Duration::from_secs(10),
        jitter_percent: 0,
    };
    let policy = plain_policy()
        .backoff(backoff)
        .max_attempts(NonZeroU32::new(4).expect("four"));
    let tasks = [("a", refuse(FailureClass::Transient, 9))];
    let (log, outcomes) = check(&tasks, &[], |it| it.policy(policy)).await;
    assert_snapshot!(log, @r"
    0ns a started 1
    1s a decided: attempt 1 of 4 failed (transient), so attempt 2 follows after 2s
    1s a failed 1 (transient): no such luck, will retry
    3s a started 2
    4s a decided: attempt 2 of 4 failed (transient), so attempt 3 follows after 6s
    4s a failed 2 (transient): no such luck, will retry
    10s a started 3
    11s a decided: attempt 3 of 4 failed (transient), so attempt 4 follows after 10s
    11s a failed 3 (transient): no such luck, will retry
    21s a started 4
    22s a decided: attempt 4 of 4 failed (transient) and there are no attempts left, so the task has failed
    22s a failed 4 (transient): no such luck
    ");
    let error = Failed::Error(Refusal::new(FailureClass::Transient, "no such luck"));
    assert_eq!(
        outcomes,
        [Outcome::Failed {
            error: Box::new(error),
            attempts: 4
        }]
    );
}

#[tokio::test(start_paused = true)]
async fn a_backoff_gives_up_the_slot_and_a_pause_does_not() {
    let one = NonZeroUsize::MIN;
    let tasks = [("a", refuse(FailureClass::Transient, 1)), ("b", deliver(3))];
    let (log, _) = check(&tasks, &[], |it| it.concurrency(one)).await;
    assert_snapshot!(log, @r"
    0ns a started 1
    1s a decided: attempt 1 of 3 failed (transient), so attempt 2 follows after 1s
    1s a failed 1 (transient): no such luck, will retry
    1s b started 1
    4s b succeeded 1
    4s a started 2
    5s a succeeded 2
    ");

    let tasks = [
        ("a", refuse(FailureClass::RateLimited, 2)),
        ("b", deliver(3)),
    ];
    let (log, _) = check(&tasks, &[], |it| it.concurrency(one)).await;
    assert_snapshot!(log, @r"
    0ns a started 1
    1s a paused 1s: no such luck
    3s a paused 1s: no such luck
    5s a succeeded 1
    5s b started 1
    8s b succeeded 1
    ");
}

#[tokio::test(start_paused = true)]
async fn a_wait_is_at_least_as_long_as_was_asked_for_but_not_a_day() {
    let asking = |seconds| {
        let mut refusal = Refusal::new(FailureClass::RateLimited, "come back later");
        refusal.retry_after = Some(Duration::from_secs(seconds));
        Script(vec![(1, Call::Refuse(refusal))])
    };
    let tasks = [
        ("minute", asking(60)),
        ("day", asking(24 * 60 * 60)),
        ("ever", asking(u64::MAX)),
    ];
    let (log, _) = check(&tasks, &[], |executor| executor).await;
    assert_snapshot!(log, @r"
    0ns minute started 1
    0ns day started 1
    1s minute paused 60s: come back later
    1s day decided: attempt 1 of 3 failed (rate limited) and a wait of 86400s is longer than 900s, so the task has failed
    1s day failed 1 (rate limited): come back later (a wait of 86400s is longer than 900s)
    1s ever started 1
    2s ever decided: attempt 1 of 3 failed (rate limited) and a wait of 18446744073709551615s is longer than 900s, so the task has failed
    2s ever failed 1 (rate limited): come back later (a wait of 18446744073709551615s is longer than 900s)
    62s minute succeeded 1
    ");
}

#[tokio::test(start_paused = true)]
async fn waiting_for_ever_does_not_overflow_any_clock() {
    let mut refusal = Refusal::new(FailureClass::RateLimited, "come back later");
    refusal.retry_after = Some(Duration::MAX);
    let tasks = [
        ("a", Script(vec![(1, Call::Refuse(refusal))])),
        ("b", deliver(2)),
    ];
    let policy = Policy {
        longest_wait: Duration::MAX,
        ..plain_policy()
    };
    let control = Control::new();
    let running = check(&tasks, &[], |it| it.policy(policy).control(control.clone()));
    let stopping = async {
        tokio::time::sleep(Duration::from_secs(100)).await;
        control.drain();
    };
    let ((_, outcomes), ()) = tokio::join!(running, stopping);
    assert_eq!(outcomes[0], Outcome::Cancelled);
}

#[tokio::test(start_paused = true)]
async fn pauses_have_an_end() {
    let policy = Policy {
        max_pauses: 2,
        ..plain_policy()
    };
    let tasks = [("a", refuse(FailureClass::RateLimited, 9))];
    let (log, _) = check(&tasks, &[], |it| it.policy(policy)).await;
    assert_snapshot!(log, @r"
    0ns a started 1
    1s a paused 1s: no such luck
    3s a paused 1s: no such luck
    5s a decided: attempt 1 of 3 failed (rate limited) and it has paused 2 times, so the task has failed
    5s a failed 1 (rate limited): no such luck
    ");
}

#[tokio::test(start_paused = true)]
async fn a_failure_skips_what_depends_on_it_and_nothing_else() {
    let fails = refuse(FailureClass::Permanent, 1);
    let tasks = [
        ("a", fails),
        ("b", deliver(1)),
        ("c", deliver(1)),
        ("d", deliver(1)),
    ];
    let edges = [("a", "b"), ("b", "c")];
    let (told, _) = check(&tasks, &edges, |executor| executor).await;
    assert_snapshot!(told, @r"
    0ns a started 1
    0ns d started 1
    1s a decided: attempt 1 of 3 failed (permanent), so the task has failed
    1s a failed 1 (permanent): no such luck
    1s b skipped because of a
    1s c skipped because of a
    1s d succeeded 1
    ");

    let (told, _) = check(&tasks, &edges, |it| it.despite_failures(true)).await;
    assert_snapshot!(told, @r"
    0ns a started 1
    0ns d started 1
    1s a decided: attempt 1 of 3 failed (permanent), so the task has failed
    1s a failed 1 (permanent): no such luck
    1s d succeeded 1
    1s b started 1
    2s b succeeded 1
    2s c started 1
    3s c succeeded 1
    ");
}

#[tokio::test(start_paused = true)]
async fn a_panic_fails_its_task_and_nothing_else() {
    let tasks = [("a", Script(vec![(1, Call::Panic)])), ("b", deliver(2))];
    let (told, outcomes) = check(&tasks, &[], |executor| executor).await;
    assert_snapshot!(told, @r"
    0ns a started 1
    0ns b started 1
    1s a decided: attempt 1 of 3 failed (panic), so the task has failed
    1s a failed 1 (panic): the worker panicked: as scripted
    2s b succeeded 1
    ");
    let error = Failed::Panicked("as scripted".to_owned());
    assert_eq!(
        outcomes[0],
        Outcome::Failed {
            error: Box::new(error),
            attempts: 1
        }
    );

    let policy = plain_policy().on(FailureClass::Panic, Action::Retry);
    let (told, _) = check(&tasks, &[], |it| it.policy(policy)).await;
    assert_snapshot!(told, @r"
    0ns a started 1
    0ns b started 1
    1s a decided: attempt 1 of 3 failed (panic), so attempt 2 follows after 1s
    1s a failed 1 (panic): the worker panicked: as scripted, will retry
    2s b succeeded 1
    2s a started 2
    3s a succeeded 2
    ");
}

#[tokio::test(start_paused = true)]
async fn an_attempt_that_takes_too_long_is_dropped_and_tried_again() {
    let tasks = [("a", Script(vec![(1, Call::Hang)])), ("b", deliver(5))];
    let (told, _) = check(&tasks, &[], |it| {
        it.attempt_timeout(Duration::from_secs(10))
    })
    .await;
    assert_snapshot!(told, @r"
    0ns a started 1
    0ns b started 1
    5s b succeeded 1
    10s a decided: attempt 1 of 3 failed (timeout), so attempt 2 follows after 1s
    10s a failed 1 (timeout): no result within 10s, will retry
    11s a started 2
    12s a succeeded 2
    ");
}

#[tokio::test(start_paused = true)]
async fn a_fatal_failure_stops_the_run_but_not_what_runs() {
    let tasks = [
        ("fatal", refuse(FailureClass::Fatal, 1)),
        ("runs", deliver(3)),
        ("waits", deliver(1)),
        ("depends", deliver(1)),
    ];
    let (told, _) = check(&tasks, &[("fatal", "depends")], |executor| executor).await;
    assert_snapshot!(told, @r"
    0ns fatal started 1
    0ns runs started 1
    1s fatal decided: attempt 1 of 3 failed (fatal), so the task has failed and nothing more starts
    1s fatal failed 1 (fatal): no such luck
    1s depends skipped because of fatal
    1s waits cancelled
    3s runs succeeded 1
    ");
}

#[tokio::test(start_paused = true)]
async fn an_empty_purse_stops_the_run_and_fails_no_task() {
    let tasks = [
        ("short", refuse(FailureClass::OutOfBudget, 1)),
        ("runs", deliver(3)),
        ("waits", deliver(1)),
        ("depends", deliver(1)),
    ];
    let (told, _) = check(&tasks, &[("short", "depends")], |executor| executor).await;
    assert_snapshot!(told, @r"
    0ns short started 1
    0ns runs started 1
    1s short decided: attempt 1 of 3 failed (out of budget), so nothing more starts, and the task waits for another session
    1s waits cancelled
    1s depends cancelled
    1s short cancelled
    3s runs succeeded 1
    ");
}

#[tokio::test(start_paused = true)]
async fn draining_lets_tasks_end_and_cancelling_drops_them() {
    let tasks = [
        ("slow", deliver(9)),
        ("retries", refuse(FailureClass::Transient, 1)),
        ("late", deliver(1)),
    ];
    for stop in [Control::drain, Control::cancel] {
        let control = Control::new();
        let running = check(&tasks, &[("slow", "late")], |it| {
            it.control(control.clone())
        });
        let stopping = async {
            tokio::time::sleep(Duration::from_millis(500)).await;
            stop(&control);
        };
        let ((told, _), ()) = tokio::join!(running, stopping);
        match control.state() {
            ControlState::Draining => assert_snapshot!(told, @r"
            0ns slow started 1
            0ns retries started 1
            500ms late cancelled
            1s retries decided: attempt 1 of 3 failed (transient), so attempt 2 follows after 1s
            1s retries failed 1 (transient): no such luck, will retry
            1s retries cancelled
            9s slow succeeded 1
            "),
            _ => assert_snapshot!(told, @r"
            0ns slow started 1
            0ns retries started 1
            500ms slow cancelled
            500ms retries cancelled
            500ms late cancelled
            "),
        }
    }
}

#[tokio::test]
async fn nothing_starts_after_a_worker_has_ordered_so() {
    for order in [Control::drain, Control::cancel, Control::pause] {
        let tasks = ["a", "b", "c"].map(|id| (id, deliver(0)));
        let dag = dag(&tasks, &[]);
        let worker = worker_fn(async |_: &Script, cx: Context<'_, ()>| {
            order(cx.control());
            Ok::<_, Infallible>(())
        });
        let executor = Executor::new(worker).concurrency(NonZeroUsize::MIN);
        let mut started = 0;
        let running = executor.run(&dag, |event| {
            started += usize::from(matches!(event.kind, EventKind::Started { .. }));
        });
        let ended = running.now_or_never();
        assert_eq!(started, 1);
        if let Some(outcomes) = ended {
            assert!(matches!(outcomes[0], Outcome::Succeeded { .. }));
            assert!(matches!(
                outcomes[1..],
                [Outcome::Cancelled, Outcome::Cancelled]
            ));
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_control_that_has_stopped_stops_at_once() {
    let control = Control::new();
    control.cancel();
    let (told, _) = check(&[("a", deliver(1))], &[], |it| it.control(control)).await;
    assert_snapshot!(told, @"0ns a cancelled");
}

#[tokio::test(start_paused = true)]
async fn a_run_of_nothing_ends() {
    let (told, outcomes) = check(&[], &[], |executor| executor).await;
    assert_eq!((told.as_str(), outcomes.len()), ("", 0));
}

#[tokio::test(start_paused = true)]
async fn a_worker_knows_its_attempt_and_speaks() {
    let dag = dag(&[("a", 1), ("b", 2), ("c", 3)], &[("a", "c"), ("b", "c")]);
    let worker = worker_fn(async |task: &i32, cx: Context<'_, i32>| {
        let above: Vec<i32> = cx.upstream().map(|(_, output)| *output).collect();
        cx.progress(format!("after {above:?} and {:?}", cx.previous_failure()));
        if cx.attempt() == 1 && *task == 3 {
            return Err(Refusal::new(FailureClass::Invalid, "not good enough"));
        }
        Ok(task * 10)
    });
    let mut events = Vec::new();
    let executor = Executor::new(worker).policy(plain_policy());
    let outcomes = executor.run(&dag, |event| events.push(event.clone())).await;
    check_grammar(&dag, &events);
    assert_snapshot!(log(&dag, &events), @r#"
    0ns a started 1
    0ns a progress: after [] and None
    0ns a succeeded 1
    0ns b started 1
    0ns b progress: after [] and None
    0ns b succeeded 1
    0ns c started 1
    0ns c progress: after [10, 20] and None
    0ns c decided: attempt 1 of 3 failed (invalid), so attempt 2 follows after 1s
    0ns c failed 1 (invalid): not good enough, will retry
    1s c started 2
    1s c progress: after [10, 20] and Some("not good enough")
    1s c succeeded 2
    "#);
    assert_eq!(outcomes[2].output(), Some(&30));
}

#[tokio::test(start_paused = true)]
async fn steps_outlast_an_attempt() {
    let dag = dag(&[("a", ())], &[]);
    let worker = worker_fn(async |(): &(), cx: Context<'_, u32>| {
        let attempt = cx.attempt();
        let step = async { Ok::<_, Infallible>(attempt) };
        let Ok(paid) = cx.memo("paid", step).await else {
            unreachable!("the step cannot fail")
        };
        if attempt < 3 {
            return Err(Refusal::new(FailureClass::Transient, "the disk was busy"));
        }
        Ok(paid)
    });
    let executor = Executor::new(worker).policy(plain_policy());
    let outcomes = executor.run(&dag, |_| {}).await;
    assert_eq!(outcomes[0].output(), Some(&1), "the first attempt's step");
}

#[tokio::test(start_paused = true)]
async fn dropping_the_run_drops_its_workers() {
    static DROPPED: AtomicBool = AtomicBool::new(false);
    struct Guard;
    impl Drop for Guard {
        fn drop(&mut self) {
            DROPPED.store(true, Ordering::Relaxed);
        }
    }
    let dag = dag(&[("a", ())], &[]);
    let worker = worker_fn(async |(): &(), _: Context<'_, ()>| {
        let _guard = Guard;
        std::future::pending::<Result<(), Infallible>>().await
    });
    let executor = Executor::new(worker);
    let running = executor.run(&dag, |_| {});
    assert!(
        tokio::time::timeout(Duration::from_secs(1), running)
            .await
            .is_err()
    );
    assert!(DROPPED.load(Ordering::Relaxed));
}

#[test]
fn runs_can_be_spawned_whatever_the_callback_holds() {
    fn is_send<T: Send>(_: &T) {}
    let dag = dag(&[("a", Script::default())], &[]);
    let executor = Executor::new(Scripted::default());
    let (sender, _receiver) = std::sync::mpsc::channel();
    // `Cell` may be sent and not shared.
    let count = std::cell::Cell::new(0);
    let running = executor.run(&dag, move |event| {
        count.set(count.get() + 1);
        sender.send(event.clone()).expect("the receiver lives");
    });
    is_send(&running);
}

#[test]
fn a_run_without_timers_needs_no_runtime() {
    let dag = dag(&[("a", 1), ("b", 2)], &[("a", "b")]);
    let worker = worker_fn(async |task: &i32, _: Context<'_, i32>| Ok::<_, Infallible>(*task));
    let outcomes = futures::executor::block_on(Executor::new(worker).run(&dag, |_| {}));
    assert_eq!(outcomes[1].output(), Some(&2));
}

#[tokio::test(start_paused = true)]
async fn tasks_outputs_and_workers_may_borrow() {
    struct Suffixed<'a>(&'a str);
    impl<'t> Worker<&'t str> for Suffixed<'t> {
        type Output = (&'t str, &'t str);
        type Error = Infallible;

        async fn run(
            &self,
            task: &&'t str,
            _: Context<'_, Self::Output>,
        ) -> Result<Self::Output, Infallible> {
            Ok((*task, self.0))
        }
    }
    let (text, suffix) = ("one two".to_owned(), "!".to_owned());
    let words: Vec<(&str, &str)> = text.split(' ').map(|word| (word, word)).collect();
    let borrowing = Executor::new(Suffixed(&suffix));
    let outcomes = borrowing.run(&dag(&words, &[]), |_| {}).await;
    assert_eq!(outcomes[1].output(), Some(&("two", "!")));

    let closure = worker_fn(async |task: &usize, _: Context<'_, usize>| {
        Ok::<_, Infallible>(task + suffix.len())
    });
    let outcomes = Executor::new(closure)
        .run(&dag(&[("a", 1)], &[]), |_| {})
        .await;
    assert_eq!(outcomes[0].output(), Some(&2));
}
