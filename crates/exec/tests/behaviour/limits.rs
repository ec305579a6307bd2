//! Resources, pace, deadlines, silence, phases, and steering from outside.

use std::num::{NonZeroU32, NonZeroUsize};
use std::sync::Mutex;
use std::time::Duration;

use insta::assert_snapshot;
use wavecrew_dag::{Claims, Dag, NodeId, Resources};
use wavecrew_exec::{
    Action, Answer, Backoff, Checkpoint, Context, Control, Event, Executor, FailureClass, Outcome,
    Pace, Person, Phase, Phases, Policy, Question, Threshold, Worker,
};

use crate::support::{Call, Refusal, Script, Scripted, check_grammar, dag, log, plain_policy};

async fn check<W: Worker<Script>>(dag: &Dag<Script>, executor: Executor<W>) -> String {
    outcomes(dag, executor).await.0
}

async fn outcomes<W: Worker<Script>>(
    dag: &Dag<Script>,
    executor: Executor<W>,
) -> (String, Vec<Outcome<W::Output, W::Error>>) {
    let mut events: Vec<Event> = Vec::new();
    let outcomes = executor.run(dag, |event| events.push(event.clone())).await;
    check_grammar(dag, &events);
    (log(dag, &events), outcomes)
}

fn executor() -> Executor<Scripted> {
    Executor::new(Scripted::default())
        .concurrency(NonZeroUsize::new(8).expect("eight"))
        .policy(plain_policy())
}

fn deliver(seconds: u64) -> Script {
    Script(vec![(seconds, Call::Deliver)])
}

fn refuse(class: FailureClass, times: usize) -> Script {
    let refusal = Call::Refuse(Refusal::new(class, "no such luck"));
    Script(vec![(1, refusal); times])
}

#[tokio::test(start_paused = true)]
async fn a_resource_is_shared_by_as_many_as_fit() {
    let dag = dag(
        &[
            ("a", deliver(3)),
            ("b", deliver(1)),
            ("c", deliver(1)),
            ("never", deliver(1)),
        ],
        &[],
    );
    let mut resources = Resources::new(4);
    let seats = resources.add("seats", 3);
    for (node, needed) in [(0, 2), (1, 2), (2, 1), (3, 4)] {
        resources.need(NodeId::from_index(node), seats, needed);
    }
    assert_snapshot!(check(&dag, executor().resources(resources)).await, @r"
    0ns a started 1
    0ns c started 1
    0ns never decided: the task needs 4 of `seats`, of which there are 3, so it is left out
    0ns never skipped because of never
    1s c succeeded 1
    3s a succeeded 1
    3s b started 1
    4s b succeeded 1
    ");
}

#[tokio::test(start_paused = true)]
async fn no_more_attempts_start_than_the_pace_allows() {
    let dag = dag(&["a", "b", "c", "d", "e"].map(|id| (id, deliver(1))), &[]);
    let pace = Pace {
        starts: NonZeroU32::new(2).expect("two"),
        per: Duration::from_secs(10),
    };
    assert_snapshot!(check(&dag, executor().pace(pace)).await, @r"
    0ns a started 1
    0ns b started 1
    1s a succeeded 1
    1s b succeeded 1
    10s c started 1
    10s d started 1
    11s c succeeded 1
    11s d succeeded 1
    20s e started 1
    21s e succeeded 1
    ");
}

#[tokio::test(start_paused = true)]
async fn a_paused_run_starts_nothing_until_it_goes_on() {
    let dag = dag(&[("a", deliver(2)), ("b", deliver(1))], &[("a", "b")]);
    let control = Control::new();
    let steering = async {
        tokio::time::sleep(Duration::from_secs(1)).await;
        control.pause();
        tokio::time::sleep(Duration::from_secs(9)).await;
        control.resume();
    };
    let running = check(&dag, executor().control(control.clone()));
    let (told, ()) = tokio::join!(running, steering);
    assert_snapshot!(told, @r"
    0ns a started 1
    1s (run) suspended
    2s a succeeded 1
    10s (run) continued
    10s b started 1
    11s b succeeded 1
    ");
}

#[tokio::test(start_paused = true)]
async fn one_task_is_cancelled_and_what_depends_on_it_is_skipped() {
    let dag = dag(
        &[
            ("a", deliver(9)),
            ("after", deliver(1)),
            ("b", deliver(3)),
            ("late", deliver(1)),
        ],
        &[("a", "after"), ("b", "late")],
    );
    let control = Control::new();
    let steering = async {
        tokio::time::sleep(Duration::from_secs(1)).await;
        control.cancel_task(dag.node("a").expect("there"));
        control.cancel_task(dag.node("late").expect("there"));
        control.cancel_task(NodeId::from_index(99));
        tokio::time::sleep(Duration::from_secs(4)).await;
        // It has ended.
        control.cancel_task(dag.node("b").expect("there"));
    };
    let running = outcomes(&dag, executor().control(control.clone()));
    let ((told, outcomes), ()) = tokio::join!(running, steering);
    assert_eq!(outcomes[0], Outcome::Cancelled);
    assert_snapshot!(told, @r"
    0ns a started 1
    0ns b started 1
    1s a decided: this task alone was cancelled from outside
    1s a cancelled
    1s after skipped because of a
    1s late decided: this task alone was cancelled from outside
    1s late cancelled
    3s b succeeded 1
    ");
}

#[tokio::test(start_paused = true)]
async fn a_task_has_a_deadline_for_all_its_attempts_and_waits() {
    let hangs = Script(vec![(1, Call::Hang)]);
    let dag = dag(
        &[
            ("hangs", hangs),
            ("waits", refuse(FailureClass::Transient, 9)),
            ("in time", deliver(4)),
            ("after", deliver(1)),
        ],
        &[("hangs", "after")],
    );
    let backoff = Backoff {
        base: Duration::from_secs(60),
        cap: Duration::from_secs(60),
        jitter_percent: 0,
        ..Backoff::default()
    };
    let executor = executor()
        .policy(plain_policy().backoff(backoff))
        .task_timeout(Duration::from_secs(5));
    assert_snapshot!(check(&dag, executor).await, @r"
    0ns hangs started 1
    0ns waits started 1
    0ns in time started 1
    1s waits decided: attempt 1 of 3 failed (transient), so attempt 2 follows after 60s
    1s waits failed 1 (transient): no such luck, will retry
    4s in time succeeded 1
    5s hangs decided: the task has not ended within 5s, so it has failed
    5s hangs failed 1 (timeout): the task has not ended within 5s
    5s after skipped because of hangs
    5s waits decided: the task has not ended within 5s, so it has failed
    5s waits failed 1 (timeout): the task has not ended within 5s
    ");
}

#[tokio::test(start_paused = true)]
async fn a_result_at_the_very_deadline_counts() {
    let dag = dag(&[("a", deliver(5))], &[]);
    let executor = executor().attempt_timeout(Duration::from_secs(5));
    assert_snapshot!(check(&dag, executor).await, @r"
    0ns a started 1
    5s a succeeded 1
    ");
}

/// Gives a sign every so many seconds, and a last one before it hangs.
struct Signs;

impl Worker<(u64, u64)> for Signs {
    type Output = ();
    type Error = Refusal;

    async fn run(&self, &(every, times): &(u64, u64), cx: Context<'_, ()>) -> Result<(), Refusal> {
        for _ in 0..times {
            tokio::time::sleep(Duration::from_secs(every)).await;
            cx.progress("still here");
        }
        std::future::pending().await
    }
}

#[tokio::test(start_paused = true)]
async fn an_attempt_that_gives_no_sign_for_300_seconds_has_stalled() {
    let dag = dag(&[("talks", (299, 3)), ("silent", (301, 1))], &[]);
    let policy = Policy::default().on(FailureClass::Stalled, Action::Fail);
    let executor = Executor::new(Signs)
        .policy(policy)
        .concurrency(NonZeroUsize::new(2).expect("two"))
        .stall_after(Duration::from_secs(300));
    let mut events = Vec::new();
    let outcomes = executor.run(&dag, |event| events.push(event.clone())).await;
    check_grammar(&dag, &events);
    assert_snapshot!(log(&dag, &events), @r"
    0ns talks started 1
    0ns silent started 1
    299s talks progress: still here
    300s silent decided: attempt 1 of 3 failed (stalled), so the task has failed
    300s silent failed 1 (stalled): no progress within 300s
    598s talks progress: still here
    897s talks progress: still here
    1197s talks decided: attempt 1 of 3 failed (stalled), so the task has failed
    1197s talks failed 1 (stalled): no progress within 300s
    ");
    let error = wavecrew_exec::Failed::Stalled(Duration::from_secs(300));
    assert_eq!(
        outcomes[1],
        Outcome::Failed {
            error: Box::new(error),
            attempts: 1
        }
    );
}

/// Passes phases by their names.
#[derive(Debug)]
struct Passes(&'static [&'static str]);

#[async_trait::async_trait]
impl Checkpoint for Passes {
    async fn check(&self, phase: &str) -> Result<String, String> {
        tokio::time::sleep(Duration::from_secs(10)).await;
        match self.0.contains(&phase) {
            true => Ok("all tests of the whole pass".to_owned()),
            false => Err("the whole does not build".to_owned()),
        }
    }
}

fn three_in_two_phases(dag: &Dag<Script>, second: Phase) -> Phases {
    let phases = vec![
        Phase::named("ground").checkpoint(),
        second,
        Phase::named("roof"),
    ];
    Phases::new(dag, phases, &[Some(0), Some(1), Some(2)]).expect("no edges")
}

#[tokio::test(start_paused = true)]
async fn phases_are_barriers_with_checkpoints_between_them() {
    let dag = dag(&["a", "b", "c"].map(|id| (id, deliver(2))), &[]);
    let phases = three_in_two_phases(&dag, Phase::named("walls").checkpoint());
    let executor = executor().phases(phases).checkpoint(Passes(&["ground"]));
    assert_snapshot!(check(&dag, executor).await, @r"
    0ns (run) opened ground: 1 tasks
    0ns a started 1
    2s a succeeded 1
    12s (run) checked ground, passed: true: all tests of the whole pass
    12s (run) opened walls: 1 tasks
    12s b started 1
    14s b succeeded 1
    24s (run) checked walls, passed: false: the whole does not build
    24s (run) decided: phase `walls` did not pass, so it is the last
    24s c cancelled
    ");
}

/// Gives its answers in turn.
#[derive(Debug)]
struct Says(Mutex<Vec<Answer>>);

#[async_trait::async_trait]
impl Person for Says {
    async fn ask(&self, _: &Question) -> Option<Answer> {
        tokio::time::sleep(Duration::from_secs(60)).await;
        self.0.lock().expect("no test panics here").pop()
    }
}

#[tokio::test(start_paused = true)]
async fn many_tasks_that_share_a_claim_take_turns_without_being_asked_again_and_again() {
    let names: Vec<String> = (0..20_000).map(|task| format!("t{task}")).collect();
    let tasks: Vec<(&str, Script)> = names.iter().map(|name| (&**name, deliver(1))).collect();
    let dag = dag(&tasks, &[]);
    let claims = Claims::new(dag.len(), dag.nodes().map(|node| (node, "CHANGELOG.md")));
    let executor = executor().claims(claims);
    let mut last = Duration::ZERO;
    let outcomes = executor.run(&dag, |event| last = event.elapsed).await;
    assert!(outcomes.iter().all(|outcome| outcome.output().is_some()));
    assert_eq!(last, Duration::from_secs(20_000));
}

#[tokio::test(start_paused = true)]
async fn a_person_may_let_a_phase_pass() {
    let dag = dag(&["a", "b", "c"].map(|id| (id, deliver(2))), &[]);
    let phases = three_in_two_phases(&dag, Phase::named("walls").checkpoint().ask());
    let says = Says(Mutex::new(vec![Answer::Skip]));
    let executor = executor()
        .phases(phases)
        .checkpoint(Passes(&["ground"]))
        .person(says);
    assert_snapshot!(check(&dag, executor).await, @r"
    0ns (run) opened ground: 1 tasks
    0ns a started 1
    2s a succeeded 1
    12s (run) checked ground, passed: true: all tests of the whole pass
    12s (run) opened walls: 1 tasks
    12s b started 1
    14s b succeeded 1
    24s (run) checked walls, passed: false: the whole does not build
    24s (run) suspended
    24s (run) asked: phase `walls` did not pass: the whole does not build
    84s (run) answered: leave it out
    84s (run) continued
    84s (run) opened roof: 1 tasks
    84s c started 1
    86s c succeeded 1
    86s (run) checked roof, passed: true: all tasks succeeded
    ");
}

#[tokio::test(start_paused = true)]
async fn a_canary_goes_first_and_stops_the_rest_if_it_fails() {
    let tasks = [
        ("a", deliver(1)),
        ("before", deliver(1)),
        ("canary", refuse(FailureClass::Permanent, 1)),
    ];
    let dag = dag(&tasks, &[("before", "canary")]);
    let canary = dag.select(["canary"]).expect("there");
    let phases = Phases::canary(&dag, &canary).expect("sound");
    assert_snapshot!(check(&dag, executor().phases(phases)).await, @r"
    0ns (run) opened canary: 2 tasks
    0ns before started 1
    1s before succeeded 1
    1s canary started 1
    2s canary decided: attempt 1 of 3 failed (permanent), so the task has failed
    2s canary failed 1 (permanent): no such luck
    2s (run) checked canary, passed: false: 1 of 2 tasks did not succeed, which is more than 0 %
    2s (run) decided: phase `canary` did not pass, so it is the last
    2s a cancelled
    ");
}

/// Remembers what it undid.
#[derive(Default)]
struct Undoes {
    scripted: Scripted,
    undone: Mutex<Vec<NodeId>>,
}

impl Worker<Script> for Undoes {
    type Output = ();
    type Error = Refusal;

    async fn run(&self, task: &Script, cx: Context<'_, ()>) -> Result<(), Refusal> {
        self.scripted.run(task, cx).await
    }

    async fn roll_back(&self, _: &Script, node: NodeId) -> Result<(), String> {
        tokio::time::sleep(Duration::from_secs(5)).await;
        self.undone.lock().expect("no test panics here").push(node);
        Ok(())
    }
}

#[tokio::test(start_paused = true)]
async fn a_stage_with_too_many_errors_is_rolled_back_and_is_the_last() {
    let names: Vec<String> = (0..10).map(|task| format!("t{task}")).collect();
    let script = |task: usize| match task {
        1 => refuse(FailureClass::Permanent, 1),
        4 => deliver(3),
        _ => deliver(1),
    };
    let tasks: Vec<(&str, Script)> = names
        .iter()
        .enumerate()
        .map(|(task, name)| (name.as_str(), script(task)))
        .collect();
    let dag = dag(&tasks, &[]);
    let executor = Executor::new(Undoes::default())
        .concurrency(NonZeroUsize::new(8).expect("eight"))
        .phases(Phases::rollout(&dag, &[10, 50, 100], 20));
    let (told, outcomes) = outcomes(&dag, executor).await;
    assert_snapshot!(told, @r"
    0ns (run) opened 10 %: 1 tasks
    0ns t0 started 1
    1s t0 succeeded 1
    1s (run) checked 10 %, passed: true: all tasks succeeded
    1s (run) opened 50 %: 4 tasks
    1s t1 started 1
    1s t2 started 1
    1s t3 started 1
    1s t4 started 1
    2s t1 decided: attempt 1 of 3 failed (permanent), so the task has failed
    2s t1 failed 1 (permanent): no such luck
    2s (run) checked 50 %, passed: false: 1 of 4 tasks did not succeed, which is more than 20 %
    2s (run) decided: phase `50 %` did not pass, so it is rolled back and is the last
    2s t5 cancelled
    2s t6 cancelled
    2s t7 cancelled
    2s t8 cancelled
    2s t9 cancelled
    2s t2 succeeded 1
    2s t3 succeeded 1
    4s t4 succeeded 1
    9s t4 rolled back
    14s t3 rolled back
    19s t2 rolled back
    ");
    let undone = outcomes
        .iter()
        .filter(|outcome| **outcome == Outcome::RolledBack);
    assert_eq!(undone.count(), 3);
    assert_eq!(outcomes[0].output(), Some(&()), "the first stage stays");
}

/// Finds that what the first task delivered is gone.
struct Verifies(Scripted);

impl Worker<Script> for Verifies {
    type Output = ();
    type Error = Refusal;

    async fn run(&self, task: &Script, cx: Context<'_, ()>) -> Result<(), Refusal> {
        self.0.run(task, cx).await
    }

    async fn verify(&self, _: &Script, cx: &Context<'_, ()>) -> Result<(), Refusal> {
        match cx.upstream().count() {
            0 => Ok(()),
            _ => Err(Refusal::new(
                FailureClass::Permanent,
                "`a.txt` of `a` is gone",
            )),
        }
    }
}

#[tokio::test(start_paused = true)]
async fn what_a_task_builds_on_is_verified_before_it_runs() {
    let dag = dag(&[("a", deliver(1)), ("b", deliver(1))], &[("a", "b")]);
    let executor = Executor::new(Verifies(Scripted::default()));
    assert_snapshot!(check(&dag, executor).await, @r"
    0ns a started 1
    1s a succeeded 1
    1s b started 1
    1s b decided: attempt 1 of 3 failed (permanent), so the task has failed
    1s b failed 1 (permanent): `a.txt` of `a` is gone
    ");
}

#[tokio::test(start_paused = true)]
async fn a_person_decides_about_a_task_while_the_rest_goes_on() {
    let tasks = [
        ("a", refuse(FailureClass::Permanent, 1)),
        ("after", deliver(1)),
        ("b", deliver(90)),
    ];
    let dag = dag(&tasks, &[("a", "after")]);
    let policy = plain_policy().on(FailureClass::Permanent, Action::Ask);
    let answer = Answer::Retry {
        directive: Some("look at the docs".to_owned()),
    };
    let says = Says(Mutex::new(vec![answer]));
    let asking = executor().policy(policy.clone()).person(says);
    assert_snapshot!(check(&dag, asking).await, @r"
    0ns a started 1
    0ns b started 1
    1s a decided: attempt 1 of 3 failed (permanent), so a person is asked
    1s a asked: attempt 1 of 3 failed (permanent), so a person is asked: no such luck
    61s a answered: try again with `look at the docs`
    61s a failed 1 (permanent): no such luck, will retry
    61s a started 2
    62s a succeeded 2
    62s after started 1
    63s after succeeded 1
    90s b succeeded 1
    ");
    let nobody = executor().policy(policy);
    assert_snapshot!(check(&dag, nobody).await, @r"
    0ns a started 1
    0ns b started 1
    1s a decided: attempt 1 of 3 failed (permanent), so a person is asked
    1s a asked: attempt 1 of 3 failed (permanent), so a person is asked: no such luck
    1s a failed 1 (permanent): no such luck
    1s after skipped because of a
    90s b succeeded 1
    ");
}

#[tokio::test(start_paused = true)]
async fn a_bound_of_the_run_stops_it_or_suspends_it() {
    let dag = dag(
        &["a", "b", "c"].map(|id| (id, deliver(5))),
        &[("a", "b"), ("b", "c")],
    );
    let late = Threshold::time(Duration::from_secs(7));
    let stopped = executor().policy(plain_policy().threshold(late.clone()));
    assert_snapshot!(check(&dag, stopped).await, @r"
    0ns a started 1
    5s a succeeded 1
    5s b started 1
    7.001s (run) decided: the run has lasted longer than 7s, so nothing more starts
    7.001s c cancelled
    10s b succeeded 1
    ");
    let asked = plain_policy().threshold(late.then(Action::Ask));
    let says = Says(Mutex::new(vec![Answer::Retry { directive: None }]));
    let asked = executor().policy(asked).person(says);
    assert_snapshot!(check(&dag, asked).await, @r"
    0ns a started 1
    5s a succeeded 1
    5s b started 1
    7.001s (run) decided: the run has lasted longer than 7s, so a person is asked
    7.001s (run) suspended
    7.001s (run) asked: the run has lasted longer than 7s
    10s b succeeded 1
    67.001s (run) answered: try again
    67.001s (run) continued
    67.001s c started 1
    72.001s c succeeded 1
    ");
}
