//! Runs that are taken up again after they were stopped, killed or changed.

use std::collections::BTreeMap;
use std::num::NonZeroUsize;
use std::sync::Mutex;
use std::time::Duration;

use crate::support::{MemoryJournal, Refusal, check_grammar, dag, fold, log, plain_policy};
use insta::assert_snapshot;
use wavecrew_dag::Dag;
use wavecrew_exec::{
    Context, Event, EventKind, ExecError, Executor, FailureClass, Outcome, Record, TaskState,
    Worker, worker_fn,
};

/// A task that makes two steps, each of which costs something, and then joins what they gave with
/// the outputs of the tasks before it.
#[derive(Clone, Debug, Default)]
struct Job {
    fingerprint: &'static str,
    /// How the attempts end, from the first on; those after the last deliver.
    failures: Vec<FailureClass>,
}

/// Keeps count of what was paid for, over all sessions.
#[derive(Debug, Default)]
struct Payer {
    paid: Mutex<BTreeMap<String, usize>>,
    runs: Mutex<Vec<String>>,
}

impl Payer {
    fn pay(&self, what: &str) -> String {
        *self
            .paid
            .lock()
            .expect("no test panics here")
            .entry(what.to_owned())
            .or_default() += 1;
        what.to_owned()
    }

    fn times_paid(&self, what: &str) -> usize {
        self.paid
            .lock()
            .expect("no test panics here")
            .get(what)
            .copied()
            .unwrap_or_default()
    }

    /// The tasks that ran since this was last asked for, by call.
    fn take_runs(&self) -> Vec<String> {
        std::mem::take(&mut self.runs.lock().expect("no test panics here"))
    }
}

impl Worker<(&'static str, Job)> for Payer {
    type Output = String;
    type Error = Refusal;

    async fn run(
        &self,
        (id, job): &(&'static str, Job),
        cx: Context<'_, String>,
    ) -> Result<String, Refusal> {
        let attempt = cx.attempt();
        self.runs
            .lock()
            .expect("no test panics here")
            .push(format!("{id}#{attempt}"));
        let mut output = String::new();
        for step in ["ask", "check"] {
            let key = format!("{step}{attempt}");
            let pay = async {
                tokio::time::sleep(Duration::from_secs(1)).await;
                Ok::<_, Refusal>(self.pay(&format!("{id}.{key}")))
            };
            let paid = cx.memo(&key, pay).await;
            output += &paid.expect("steps neither fail nor change their type");
            output += " ";
        }
        if let Some(&class) = job.failures.get(attempt as usize - 1) {
            return Err(Refusal::new(
                class,
                &format!("attempt {attempt} was no good"),
            ));
        }
        output.extend(cx.upstream().map(|(_, above)| format!("({above})")));
        Ok(output)
    }
}

type Jobs = Dag<(&'static str, Job)>;

fn jobs(tasks: &[(&'static str, Job)], edges: &[(&str, &str)]) -> Jobs {
    let named: Vec<_> = tasks
        .iter()
        .map(|(id, job)| (*id, (*id, job.clone())))
        .collect();
    dag(&named, edges)
}

fn job(fingerprint: &'static str) -> Job {
    Job {
        fingerprint,
        failures: Vec::new(),
    }
}

/// One session, with the events it told.
async fn session(
    payer: &Payer,
    jobs: &Jobs,
    journal: &mut MemoryJournal,
) -> (Result<Vec<Outcome<String, Refusal>>, ExecError>, Vec<Event>) {
    let mut events = Vec::new();
    let executor = Executor::new(payer)
        .concurrency(NonZeroUsize::new(2).expect("two"))
        .policy(plain_policy());
    let fingerprint = |(_, job): &(&str, Job)| job.fingerprint.to_owned();
    let ended = executor
        .run_durable(jobs, journal, fingerprint, |event| {
            events.push(event.clone())
        })
        .await;
    (ended, events)
}

/// One session that comes to its end.
async fn check(payer: &Payer, jobs: &Jobs, journal: &mut MemoryJournal) -> String {
    let (ended, events) = session(payer, jobs, journal).await;
    ended.expect("this journal does not fail");
    check_grammar(jobs, &events);
    log(jobs, &events)
}

fn diamond() -> Jobs {
    let second_attempt = Job {
        failures: vec![FailureClass::Invalid],
        ..job("1")
    };
    let tasks = [
        ("a", job("1")),
        ("b", second_attempt),
        ("c", job("1")),
        ("d", job("1")),
    ];
    jobs(&tasks, &[("a", "b"), ("a", "c"), ("b", "d"), ("c", "d")])
}

#[tokio::test(start_paused = true)]
async fn a_crash_anywhere_loses_nothing_and_repeats_nothing() {
    let jobs = diamond();
    let unharmed = session(&Payer::default(), &jobs, &mut MemoryJournal::default())
        .await
        .0;
    let unharmed: Vec<_> = unharmed
        .expect("it does not fail")
        .iter()
        .map(output)
        .collect();
    for then_keep in [0, 1, usize::MAX] {
        let mut survived = 0;
        for fail_in in 0.. {
            let payer = Payer::default();
            let mut journal = MemoryJournal {
                fail_in: Some(fail_in),
                then_keep,
                ..MemoryJournal::default()
            };
            let (ended, events) = session(&payer, &jobs, &mut journal).await;
            if ended.is_ok() {
                break;
            }
            survived += 1;
            check_crash(&payer, &jobs, &journal, &events);
            journal.fail_in = None;
            check_resumption(&payer, &jobs, &mut journal, &unharmed).await;
        }
        assert!(survived > 20, "only {survived} moments to crash at");
    }
}

/// What was told is recorded, and every step that is recorded was paid for once.
fn check_crash(payer: &Payer, jobs: &Jobs, journal: &MemoryJournal, events: &[Event]) {
    let history = fold(&journal.records());
    for event in events {
        let Some(node) = event.node else {
            continue;
        };
        let told = &history.tasks[jobs.id(node)];
        match event.kind {
            EventKind::Succeeded { .. } => assert_eq!(told.state, TaskState::Succeeded),
            EventKind::Started { attempt } => assert!(told.attempts >= attempt),
            _ => {}
        }
    }
    for (what, times) in payer.paid.lock().expect("no test panics here").iter() {
        assert_eq!(*times, 1, "{what}");
    }
}

async fn check_resumption(
    payer: &Payer,
    jobs: &Jobs,
    journal: &mut MemoryJournal,
    unharmed: &[Option<String>],
) {
    let before = fold(&journal.records());
    payer.take_runs();
    let (ended, events) = session(payer, jobs, journal).await;
    check_grammar(jobs, &events);
    let ended: Vec<_> = ended
        .expect("it does not fail any more")
        .iter()
        .map(output)
        .collect();
    assert_eq!(ended, unharmed);
    let runs = payer.take_runs();
    for (id, task) in &before.tasks {
        if task.state == TaskState::Succeeded {
            assert!(
                !runs.iter().any(|run| run.starts_with(&format!("{id}#"))),
                "{id} ran again"
            );
        }
        for key in task.memos.keys() {
            assert_eq!(
                payer.times_paid(&format!("{id}.{key}")),
                1,
                "{id}.{key} paid again"
            );
        }
    }
}

fn output(outcome: &Outcome<String, Refusal>) -> Option<String> {
    outcome.output().cloned()
}

#[tokio::test(start_paused = true)]
async fn what_is_done_is_not_done_again() {
    let (payer, jobs, mut journal) = (Payer::default(), diamond(), MemoryJournal::default());
    check(&payer, &jobs, &mut journal).await;
    payer.take_runs();
    assert_snapshot!(check(&payer, &jobs, &mut journal).await, @r"
    0ns a succeeded 1, replayed
    0ns b succeeded 2, replayed
    0ns c succeeded 1, replayed
    0ns d succeeded 1, replayed
    ");
    assert!(payer.take_runs().is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_changed_task_and_what_depends_on_it_run_again() {
    let tasks = [
        ("a", job("1")),
        ("b", job("1")),
        ("c", job("1")),
        ("d", job("1")),
    ];
    let edges = [("a", "b"), ("b", "c")];
    let (payer, mut journal) = (Payer::default(), MemoryJournal::default());
    check(&payer, &jobs(&tasks, &edges), &mut journal).await;

    let mut changed = tasks.clone();
    changed[1].1 = job("2");
    assert_snapshot!(check(&payer, &jobs(&changed, &edges), &mut journal).await, @r"
    0ns b stale: it has changed
    0ns c stale: `b`, which it depends on, has changed
    0ns a succeeded 1, replayed
    0ns d succeeded 1, replayed
    0ns b started 1
    2s b succeeded 1
    2s c started 1
    4s c succeeded 1
    ");
    assert_eq!(
        payer.times_paid("b.ask1"),
        2,
        "the old answer is to another question"
    );

    let more_edges = [("a", "b"), ("b", "c"), ("d", "c")];
    assert_snapshot!(check(&payer, &jobs(&changed, &more_edges), &mut journal).await, @r"
    0ns c stale: what it depends on has changed
    0ns a succeeded 1, replayed
    0ns b succeeded 1, replayed
    0ns d succeeded 1, replayed
    0ns c started 1
    2s c succeeded 1
    ");
}

#[tokio::test(start_paused = true)]
async fn order_of_the_plan_is_no_change_and_a_renamed_task_is_another() {
    let tasks = [("a", job("1")), ("b", job("1")), ("c", job("1"))];
    let edges = [("a", "c"), ("b", "c")];
    let (payer, mut journal) = (Payer::default(), MemoryJournal::default());
    check(&payer, &jobs(&tasks, &edges), &mut journal).await;

    let turned = [("c", job("1")), ("b", job("1")), ("a", job("1"))];
    let told = check(
        &payer,
        &jobs(&turned, &[("b", "c"), ("a", "c")]),
        &mut journal,
    )
    .await;
    assert_eq!(told.matches("replayed").count(), 3, "{told}");

    let renamed = [("a", job("1")), ("x", job("1")), ("c", job("1"))];
    let told = check(
        &payer,
        &jobs(&renamed, &[("a", "c"), ("x", "c")]),
        &mut journal,
    )
    .await;
    assert_snapshot!(told, @r"
    0ns c stale: what it depends on has changed
    0ns a succeeded 1, replayed
    0ns x started 1
    2s x succeeded 1
    2s c started 1
    4s c succeeded 1
    ");
}

#[tokio::test(start_paused = true)]
async fn a_paid_step_outlives_a_kill_right_after_it() {
    let (payer, mut journal) = (Payer::default(), MemoryJournal::default());
    let jobs = jobs(&[("a", job("1"))], &[]);
    // The first step takes a second; the process goes down while the second one runs.
    let killed = tokio::time::timeout(
        Duration::from_millis(1500),
        session(&payer, &jobs, &mut journal),
    );
    assert!(killed.await.is_err());
    assert_eq!(
        fold(&journal.records()).tasks["a"].state,
        TaskState::InFlight
    );

    let told = check(&payer, &jobs, &mut journal).await;
    assert_snapshot!(told, @r"
    0ns a started 1
    1s a succeeded 1
    ");
    assert_eq!(
        (payer.times_paid("a.ask1"), payer.times_paid("a.check1")),
        (1, 1)
    );
}

#[tokio::test(start_paused = true)]
async fn an_interrupted_task_goes_on_at_its_attempt() {
    let (payer, mut journal) = (Payer::default(), MemoryJournal::default());
    let failures = vec![FailureClass::Invalid; 2];
    let jobs = jobs(
        &[(
            "a",
            Job {
                failures,
                ..job("1")
            },
        )],
        &[],
    );
    // Two seconds an attempt, one between attempts.
    let killed = tokio::time::timeout(
        Duration::from_millis(4500),
        session(&payer, &jobs, &mut journal),
    );
    assert!(killed.await.is_err());
    assert_snapshot!(check(&payer, &jobs, &mut journal).await, @r"
    0ns a started 2
    1s a decided: attempt 2 of 3 failed (invalid), so attempt 3 follows after 1s
    1s a failed 2 (invalid): attempt 2 was no good, will retry
    2s a started 3
    4s a succeeded 3
    ");
    assert_eq!(payer.times_paid("a.ask2"), 1);
}

#[tokio::test(start_paused = true)]
async fn a_task_killed_between_attempts_goes_on_with_the_next() {
    let (payer, mut journal) = (Payer::default(), MemoryJournal::default());
    let failures = vec![FailureClass::Invalid];
    let retried = Job {
        failures,
        ..job("1")
    };
    let jobs = jobs(&[("a", retried)], &[]);
    let killed = session(&payer, &jobs, &mut journal);
    let killed = tokio::time::timeout(Duration::from_millis(2500), killed).await;
    assert!(killed.is_err());
    assert_snapshot!(check(&payer, &jobs, &mut journal).await, @r"
    0ns a started 2
    2s a succeeded 2
    ");
}

#[tokio::test(start_paused = true)]
async fn a_task_that_was_underway_and_changed_begins_anew() {
    // In its first attempt, with a step done; and between attempts, with one failure to tell.
    for (killed_after, steps) in [(1500, true), (500, false)] {
        let mut journal = MemoryJournal::default();
        let executor = Executor::new(worker_fn(async |_: &&str, cx: Context<'_, String>| {
            if steps {
                let paid = cx.memo("step", async { Ok::<_, Refusal>(()) }).await;
                paid.expect("the step does not fail");
                tokio::time::sleep(Duration::from_secs(2)).await;
            } else if cx.attempt() == 1 {
                return Err(Refusal::new(FailureClass::Transient, "not yet"));
            }
            Ok(format!(
                "{} after {:?}",
                cx.attempt(),
                cx.previous_failure()
            ))
        }));
        let executor = executor.policy(plain_policy());
        let fingerprint = |task: &&str| (*task).to_owned();
        let old = dag(&[("a", "old")], &[]);
        let killed = executor.run_durable(&old, &mut journal, fingerprint, |_| {});
        let killed = tokio::time::timeout(Duration::from_millis(killed_after), killed).await;
        assert!(killed.is_err());

        let new = dag(&[("a", "new")], &[]);
        let mut events = Vec::new();
        let told = |event: &Event| events.push(event.clone());
        let ended = executor.run_durable(&new, &mut journal, fingerprint, told);
        ended.await.expect("this journal does not fail");
        check_grammar(&new, &events);
        let told = log(&new, &events);
        let begins =
            "0ns a stale: it, or a task that it depends on, has changed\n0ns a started 1\n";
        assert!(told.starts_with(begins), "{told}");
    }
}

#[tokio::test(start_paused = true)]
async fn what_failed_is_tried_anew_with_steps_only_if_they_are_still_good() {
    for (class, times) in [(FailureClass::Fatal, 1), (FailureClass::Permanent, 2)] {
        let (payer, mut journal) = (Payer::default(), MemoryJournal::default());
        let failures = vec![class];
        let fails = jobs(
            &[
                (
                    "a",
                    Job {
                        failures,
                        ..job("1")
                    },
                ),
                ("b", job("1")),
            ],
            &[("a", "b")],
        );
        let told = check(&payer, &fails, &mut journal).await;
        assert!(told.contains("b skipped because of a"), "{told}");

        let mended = jobs(&[("a", job("1")), ("b", job("1"))], &[("a", "b")]);
        let told = check(&payer, &mended, &mut journal).await;
        assert!(told.contains("b succeeded 1"), "{told}");
        assert_eq!(payer.times_paid("a.ask1"), times, "{class}");
    }
}

#[tokio::test(start_paused = true)]
async fn what_was_done_despite_a_failure_stays_done() {
    let (payer, mut journal) = (Payer::default(), MemoryJournal::default());
    let failures = vec![FailureClass::Permanent; 2];
    let tasks = [
        (
            "a",
            Job {
                failures,
                ..job("1")
            },
        ),
        ("b", job("1")),
        ("c", job("1")),
    ];
    let jobs = jobs(&tasks, &[("a", "b"), ("b", "c"), ("a", "c")]);
    let executor = Executor::new(&payer)
        .policy(plain_policy())
        .despite_failures(true);
    let ended = executor.run_durable(
        &jobs,
        &mut journal,
        |(_, job)| job.fingerprint.to_owned(),
        |_| {},
    );
    ended.await.expect("this journal does not fail");
    // As if the process had been killed before `c` was done.
    journal
        .records
        .lock()
        .expect("no test panics here")
        .retain(|record| !matches!(record, Record::Succeeded { task, .. } if task == "c"));
    payer.take_runs();
    assert_snapshot!(check(&payer, &jobs, &mut journal).await, @r"
    0ns b succeeded 1, replayed
    0ns a started 1
    2s a decided: attempt 1 of 3 failed (permanent), so the task has failed
    2s a failed 1 (permanent): attempt 1 was no good
    2s c skipped because of a
    ");
}

#[tokio::test(start_paused = true)]
async fn an_output_of_another_type_is_made_anew_from_the_steps() {
    let (payer, mut journal) = (Payer::default(), MemoryJournal::default());
    let jobs = jobs(&[("a", job("1"))], &[]);
    check(&payer, &jobs, &mut journal).await;
    for record in journal
        .records
        .lock()
        .expect("no test panics here")
        .iter_mut()
    {
        if let Record::Succeeded { output, .. } = record {
            *output = serde_json::json!({ "newer": true }).into();
        }
    }
    assert_snapshot!(check(&payer, &jobs, &mut journal).await, @r"
    0ns a stale: its recorded output does not fit its type: invalid type: map, expected a string
    0ns a started 1
    0ns a succeeded 1
    ");
    assert_eq!(payer.times_paid("a.ask1"), 1);
    let reopened = |record: &Record| matches!(record, Record::Reopened { task, .. } if task == "a");
    assert!(journal.records().iter().any(reopened));
}

#[tokio::test(start_paused = true)]
async fn the_error_of_a_journal_ends_the_run_and_drops_the_workers() {
    let (payer, jobs) = (Payer::default(), diamond());
    let mut journal = MemoryJournal {
        fail_in: Some(4),
        ..MemoryJournal::default()
    };
    let (ended, events) = session(&payer, &jobs, &mut journal).await;
    let error = ended.expect_err("the journal failed");
    assert_snapshot!(error, @"the journal failed");
    assert!(!events.iter().any(|event| event.kind.is_final()));
}
