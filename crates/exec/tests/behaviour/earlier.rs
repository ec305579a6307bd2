//! What a session takes over from those before it: questions, money, shares, flaky tasks.

use std::collections::BTreeMap;
use std::fmt;
use std::num::NonZeroUsize;
use std::sync::Mutex;
use std::time::Duration;

use insta::assert_snapshot;
use wavecrew_dag::{Dag, Money};
use wavecrew_exec::{
    Action, Answer, Context, Event, Executor, Failure, FailureClass, Header, History, Journal,
    JournalError, Matching, Measure, Outcome, Person, Policy, Question, Record, Rule, Target,
    Threshold, Worker,
};

use crate::support::{MemoryJournal, check_grammar, dag, fold, log, plain_policy};

#[derive(Clone, Debug, PartialEq, Eq)]
struct Wrong(&'static str);

impl fmt::Display for Wrong {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "wrong {}", self.0)
    }
}

impl Failure for Wrong {
    fn class(&self) -> FailureClass {
        FailureClass::Invalid
    }

    fn label(&self) -> &str {
        self.0
    }

    fn detail(&self) -> serde_json::Value {
        serde_json::json!({ "kind": self.0 })
    }
}

/// Fails as often as a task says, over all sessions, and pays one for each call.
#[derive(Default)]
struct Fallible {
    calls: Mutex<BTreeMap<usize, usize>>,
    is_priced: bool,
}

impl Worker<usize> for Fallible {
    type Output = ();
    type Error = Wrong;

    async fn run(&self, fails: &usize, cx: Context<'_, ()>) -> Result<(), Wrong> {
        let call = {
            let mut calls = self.calls.lock().expect("no test panics here");
            let call = calls.entry(cx.node().index()).or_default();
            *call += 1;
            *call
        };
        if let Some(directive) = cx.directive() {
            cx.progress(format!("told: {directive}"));
        }
        if let Some(detail) = cx.previous_detail() {
            cx.progress(format!("knows: {detail}"));
        }
        tokio::time::sleep(Duration::from_secs(1)).await;
        match self.is_priced {
            true => cx.spend(Money::from_picos(1_000_000_000_000)),
            false => cx.spend_unknown(),
        }
        if call > *fails {
            Ok(())
        } else {
            Err(Wrong("tests"))
        }
    }
}

#[derive(Debug)]
struct Says(Answer);

#[async_trait::async_trait]
impl Person for Says {
    async fn ask(&self, _: &Question) -> Option<Answer> {
        Some(self.0.clone())
    }
}

/// One session, as lines; times are left out.
async fn session(
    dag: &Dag<usize>,
    worker: &Fallible,
    journal: &mut impl Journal,
    policy: &Policy,
    answer: Answer,
) -> (String, Vec<Outcome<(), Wrong>>) {
    let mut events: Vec<Event> = Vec::new();
    let outcomes = Executor::new(worker)
        .concurrency(NonZeroUsize::MIN)
        .policy(policy.clone())
        .person(Says(answer))
        .run_durable(dag, journal, ToString::to_string, |event| {
            events.push(event.clone());
        })
        .await
        .expect("the journal works");
    check_grammar(dag, &events);
    let told = log(dag, &events);
    let told = told.replace('"', "`");
    let line = |line: &str| line.split_once(' ').map(|(_, rest)| format!("{rest}\n"));
    (told.lines().filter_map(line).collect(), outcomes)
}

fn asks_at_once() -> Policy {
    plain_policy().rule(Rule::new(Matching::label("tests")).at_last(Action::Ask))
}

#[tokio::test(start_paused = true)]
async fn a_task_that_nobody_decides_about_is_put_aside_and_asked_about_again() {
    let dag = dag(&[("a", 1), ("after", 0), ("other", 0)], &[("a", "after")]);
    for (answer, ending) in [
        (
            Answer::Retry {
                directive: Some("mind the gap".to_owned()),
            },
            r"
a answered: try again with `mind the gap`
a failed 1 (invalid): wrong tests, will retry
a started 2
a progress: told: mind the gap
a progress: knows: {`kind`:`tests`}
a succeeded 2
after started 1
after succeeded 1
",
        ),
        (
            Answer::Skip,
            "
a answered: leave it out
a skipped because of a
after skipped because of a
",
        ),
        (
            Answer::Fail,
            "
a answered: it has failed
a failed 1 (invalid): wrong tests
after skipped because of a
",
        ),
        (
            Answer::Abort,
            "
a answered: start nothing more
a failed 1 (invalid): wrong tests
after skipped because of a
",
        ),
        (
            Answer::Later,
            "
a put aside because of a
after put aside because of a
",
        ),
    ] {
        let (worker, mut journal) = (Fallible::default(), MemoryJournal::default());
        let policy = asks_at_once();
        let (told, outcomes) = session(&dag, &worker, &mut journal, &policy, Answer::Later).await;
        insta::allow_duplicates! {
        assert_snapshot!(told, @r"
        a started 1
        a decided: attempt 1 of 3 failed (invalid, `tests`), so a person is asked
        a asked: attempt 1 of 3 failed (invalid, `tests`), so a person is asked: wrong tests
        other started 1
        a put aside because of a
        after put aside because of a
        other succeeded 1
        ");
        }
        let [a, after, _] = dag.nodes().collect::<Vec<_>>()[..] else {
            panic!("three tasks");
        };
        assert_eq!(outcomes[a.index()], Outcome::PutAside { because: a });
        assert_eq!(outcomes[after.index()], Outcome::PutAside { because: a });
        let asked = fold(&journal.records()).tasks["a"].asked.clone();
        assert!(asked.is_some_and(|asked| asked.question.ends_with("wrong tests")));

        let (told, _) = session(&dag, &worker, &mut journal, &policy, answer.clone()).await;
        let expected = format!(
            "other succeeded 1, replayed\na asked: attempt 1 of 3 failed (invalid, `tests`), so a person is asked: wrong tests{ending}"
        );
        assert_eq!(told, expected, "{answer:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn money_is_counted_over_all_sessions() {
    let tasks: Vec<(String, usize)> = (0..6).map(|task| (format!("t{task}"), 0)).collect();
    let tasks: Vec<(&str, usize)> = tasks.iter().map(|(id, fails)| (&**id, *fails)).collect();
    let dag = dag(&tasks, &[]);
    let worker = Fallible {
        is_priced: true,
        ..Fallible::default()
    };
    let mut journal = MemoryJournal::default();
    let dollars = |dollars: u128| Money::from_picos(dollars * 1_000_000_000_000);
    let ceiling = |most| {
        let target = Target::Cost {
            at_most: dollars(5),
        };
        let threshold = Threshold::cost(dollars(most));
        plain_policy().threshold(threshold).target(target)
    };
    let (told, _) = session(&dag, &worker, &mut journal, &ceiling(2), Answer::Fail).await;
    assert!(
        told.contains("(run) decided: the run has cost 3.00, more than 2.00"),
        "{told}"
    );
    let (told, _) = session(&dag, &worker, &mut journal, &ceiling(2), Answer::Fail).await;
    assert_snapshot!(told, @r"
    t0 succeeded 1, replayed
    t1 succeeded 1, replayed
    t2 succeeded 1, replayed
    (run) decided: the run has cost 3.00, more than 2.00, so nothing more starts
    t3 cancelled
    t4 cancelled
    t5 cancelled
    (run) target met: true: the run cost 3.00, no more than 5.00
    ");
    let (told, _) = session(&dag, &worker, &mut journal, &ceiling(20), Answer::Fail).await;
    assert!(
        told.ends_with("(run) target met: false: the run cost 6.00, more than 5.00\n"),
        "{told}"
    );
    let history = fold(&journal.records());
    assert_eq!(
        (history.spent.known, history.spent.is_more),
        (dollars(6), false)
    );
    assert_eq!(history.targets.len(), 1);
}

#[tokio::test(start_paused = true)]
async fn an_unknown_price_misses_a_target_and_is_told_once() {
    let dag = dag(&[("a", 0), ("b", 0)], &[]);
    let (worker, mut journal) = (Fallible::default(), MemoryJournal::default());
    let most = Money::from_picos(5_000_000_000_000);
    let policy = plain_policy()
        .threshold(Threshold::cost(most))
        .target(Target::Cost { at_most: most });
    let (told, _) = session(&dag, &worker, &mut journal, &policy, Answer::Fail).await;
    assert_snapshot!(told, @r"
    a started 1
    (run) decided: the price of a call is not known, and the bound of cost holds for the known 0.00 alone, so this is only told
    a succeeded 1
    b started 1
    b succeeded 1
    (run) target met: false: the run cost 0.00 and an unknown sum; 5.00 was the most
    ");
    assert!(fold(&journal.records()).spent.is_more);
}

#[tokio::test(start_paused = true)]
async fn a_share_that_stopped_a_run_stops_it_again_when_one_more_task_fails_so() {
    let tasks = [("a", 1), ("b", 0), ("c", 0), ("d", 9), ("e", 0)];
    let dag = dag(&tasks, &[]);
    let (worker, mut journal) = (Fallible::default(), MemoryJournal::default());
    let policy = plain_policy()
        .threshold(Threshold::share(Matching::label("tests"), 10, 1))
        .target(Target::FirstAttempt { at_least: 50 });
    let (told, _) = session(&dag, &worker, &mut journal, &policy, Answer::Fail).await;
    assert_snapshot!(told, @r"
    a started 1
    a decided: attempt 1 of 3 failed (invalid, `tests`), so attempt 2 follows after 1s
    a failed 1 (invalid): wrong tests, will retry
    (run) decided: 1 of 1 tasks failed as `tests`, which is more than 10 %, so nothing more starts
    a cancelled
    b cancelled
    c cancelled
    d cancelled
    e cancelled
    (run) target met: false: 0 of 1 tasks succeeded at the first attempt, less than 50 %
    ");
    let (told, _) = session(&dag, &worker, &mut journal, &policy, Answer::Fail).await;
    assert_snapshot!(told, @r"
    a started 2
    a progress: knows: {`kind`:`tests`}
    a succeeded 2
    b started 1
    b succeeded 1
    c started 1
    c succeeded 1
    d started 1
    d decided: attempt 1 of 3 failed (invalid, `tests`), so attempt 2 follows after 1s
    d failed 1 (invalid): wrong tests, will retry
    (run) decided: 2 of 4 tasks failed as `tests`, which is more than 10 %, so nothing more starts
    d cancelled
    e cancelled
    (run) target met: true: 2 of 4 tasks succeeded at the first attempt, at least 50 %
    ");
}

#[tokio::test(start_paused = true)]
async fn a_flaky_task_stays_flaky() {
    let dag = dag(&[("a", 1)], &[]);
    let (worker, mut journal) = (Fallible::default(), MemoryJournal::default());
    let rerun = Rule::new(Matching::label("tests")).then(Measure::new(Action::Rerun));
    let policy = plain_policy().rule(rerun);
    for expected in ["a succeeded 1, flaky\n", "a succeeded 1, replayed, flaky\n"] {
        let (told, _) = session(&dag, &worker, &mut journal, &policy, Answer::Fail).await;
        assert!(told.ends_with(expected), "{told}");
    }
    assert!(fold(&journal.records()).tasks["a"].flaky);
}

#[tokio::test(start_paused = true)]
async fn a_run_that_asks_about_itself_is_taken_up_as_the_answer() {
    let dag = dag(&[("a", 9), ("b", 0)], &[]);
    let (worker, mut journal) = (Fallible::default(), MemoryJournal::default());
    let share = Threshold::share(Matching::label("tests"), 10, 1).then(Action::Ask);
    let policy = plain_policy().threshold(share);
    let (told, _) = session(&dag, &worker, &mut journal, &policy, Answer::Later).await;
    assert_snapshot!(told, @r"
    a started 1
    a decided: attempt 1 of 3 failed (invalid, `tests`), so attempt 2 follows after 1s
    a failed 1 (invalid): wrong tests, will retry
    (run) decided: 1 of 1 tasks failed as `tests`, which is more than 10 %, so a person is asked
    (run) suspended
    (run) asked: 1 of 1 tasks failed as `tests`, which is more than 10 %
    (run) continued
    a cancelled
    b cancelled
    ");
    assert!(fold(&journal.records()).question.is_some());
    let (told, _) = session(&dag, &worker, &mut journal, &policy, Answer::Later).await;
    assert!(
        told.contains("b succeeded 1\n") && !told.contains("asked"),
        "{told}"
    );
    assert_eq!(fold(&journal.records()).question, None);
}

/// A journal in memory that knows when each record was written.
struct Clocked {
    began: tokio::time::Instant,
    records: Vec<(u64, Record)>,
}

#[async_trait::async_trait]
impl Journal for Clocked {
    async fn history(&mut self) -> Result<History, JournalError> {
        let mut history = History::new(Header::new("test", "plan", serde_json::Value::Null));
        for (at_ms, record) in &self.records {
            history.apply(*at_ms, record.clone());
        }
        Ok(history)
    }

    async fn append(&mut self, records: Vec<Record>) -> Result<(), JournalError> {
        let at_ms = u64::try_from(self.began.elapsed().as_millis()).expect("not for ever");
        let records = records.into_iter().map(|record| (at_ms, record));
        self.records.extend(records);
        Ok(())
    }

    async fn sync(&mut self) -> Result<(), JournalError> {
        Ok(())
    }
}

#[tokio::test(start_paused = true)]
async fn time_is_counted_over_all_sessions_and_not_between_them() {
    let names: Vec<String> = (0..6).map(|task| format!("t{task}")).collect();
    let tasks: Vec<(&str, usize)> = names.iter().map(|id| (&**id, 0)).collect();
    let dag = dag(&tasks, &[]);
    let worker = Fallible::default();
    let mut journal = Clocked {
        began: tokio::time::Instant::now(),
        records: Vec::new(),
    };
    let limit = |millis| {
        let target = Target::Time {
            at_most: Duration::from_millis(5900),
        };
        let threshold = Threshold::time(Duration::from_millis(millis));
        plain_policy().threshold(threshold).target(target)
    };
    let (told, _) = session(&dag, &worker, &mut journal, &limit(2500), Answer::Fail).await;
    assert!(
        told.contains("t2 succeeded") && told.contains("t3 cancelled"),
        "{told}"
    );
    for _ in 0..2 {
        // Over a weekend, with another plan.
        tokio::time::sleep(Duration::from_secs(3 * 24 * 3600)).await;
        let meta = Record::Meta {
            meta: serde_json::Value::Null,
        };
        journal.append(vec![meta]).await.expect("it is in memory");
        let (told, _) = session(&dag, &worker, &mut journal, &limit(2500), Answer::Fail).await;
        insta::allow_duplicates! {
        assert_snapshot!(told, @r"
        t0 succeeded 1, replayed
        t1 succeeded 1, replayed
        t2 succeeded 1, replayed
        (run) decided: the run has lasted longer than 2.5s, so nothing more starts
        t3 cancelled
        t4 cancelled
        t5 cancelled
        (run) target met: true: the run took 3s, no longer than 5.9s
        ");
        }
    }
    tokio::time::sleep(Duration::from_secs(3 * 24 * 3600)).await;
    let (told, _) = session(&dag, &worker, &mut journal, &limit(7000), Answer::Fail).await;
    let target = "t5 succeeded 1\n(run) target met: false: the run took 6s, longer than 5.9s\n";
    assert!(told.ends_with(target), "{told}");
}
