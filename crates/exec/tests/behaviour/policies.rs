//! Policies as data: every transition of the presets, walked and told.

use std::fmt::{self, Write as _};
use std::num::NonZeroUsize;
use std::sync::Mutex;
use std::time::Duration;

use insta::assert_snapshot;
use wavecrew_dag::{Dag, Money, NodeId};
use wavecrew_exec::{
    Action, Answer, Backoff, Context, Event, Executor, FailedAttempt, Failure, FailureClass,
    Matching, Measure, Person, Policy, Question, Rule, Target, Threshold, Uses, Worker,
};

use crate::support::{check_grammar, dag, log};

/// What a task's attempts and re-runs do, one after the other; after the end of the list they deliver.
type Fails = Vec<(FailureClass, &'static str)>;

#[derive(Clone, Debug, PartialEq, Eq)]
struct Wrong(FailureClass, &'static str);

impl fmt::Display for Wrong {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.1 {
            "" => write!(f, "something {}", self.0),
            label => write!(f, "wrong {label}"),
        }
    }
}

impl Failure for Wrong {
    fn class(&self) -> FailureClass {
        self.0
    }

    fn label(&self) -> &str {
        self.1
    }
}

/// Fails as its tasks say, and says what it was told.
#[derive(Default)]
struct Fallible(Mutex<Vec<usize>>);

impl Worker<Fails> for Fallible {
    type Output = ();
    type Error = Wrong;

    async fn run(&self, task: &Fails, cx: Context<'_, ()>) -> Result<(), Wrong> {
        let call = {
            let mut calls = self.0.lock().expect("no test panics here");
            let node = cx.node().index();
            if calls.len() <= node {
                calls.resize(node + 1, 0);
            }
            calls[node] += 1;
            calls[node] - 1
        };
        if let Some(directive) = cx.directive() {
            cx.progress(format!("told: {directive}"));
        }
        if let Some(provider) = cx.provider() {
            cx.progress(format!("uses: {provider}"));
        }
        tokio::time::sleep(Duration::from_secs(1)).await;
        cx.spend(Money::from_picos(1_000_000_000_000));
        match task.get(call) {
            Some(&(class, label)) => Err(Wrong(class, label)),
            None => Ok(()),
        }
    }
}

/// Always says the same.
#[derive(Debug)]
struct Says(Answer);

#[async_trait::async_trait]
impl Person for Says {
    async fn ask(&self, _: &Question) -> Option<Answer> {
        tokio::time::sleep(Duration::from_secs(60)).await;
        Some(self.0.clone())
    }
}

async fn check(dag: &Dag<Fails>, policy: Policy, answer: Answer) -> String {
    let mut events: Vec<Event> = Vec::new();
    let policy = policy.backoff(Backoff::NONE);
    let executor = Executor::new(Fallible::default())
        .concurrency(NonZeroUsize::new(1).expect("one"))
        .policy(policy)
        .person(Says(answer));
    executor.run(dag, |event| events.push(event.clone())).await;
    check_grammar(dag, &events);
    log(dag, &events)
}

async fn fails(policy: Policy, class: FailureClass, label: &'static str, times: usize) -> String {
    let tasks = [("a", vec![(class, label); times]), ("after", Vec::new())];
    check(&dag(&tasks, &[("a", "after")]), policy, Answer::Fail).await
}

fn wingman() -> Policy {
    Policy::mitigation_authority("local", Money::from_picos(15_000_000_000_000))
}

#[tokio::test(start_paused = true)]
async fn mitigation_authority_mends_twice_and_then_escalates() {
    let guide = fails(wingman(), FailureClass::Invalid, Policy::GUIDE, 9).await;
    assert_snapshot!(guide, @r"
    0ns a started 1
    1s a decided: attempt 1 of 3 failed (invalid, `guide`), so what it did is rolled back and attempt 2 follows with `enhanced`
    1s a rolled back
    1s a failed 1 (invalid): wrong guide, will retry
    1s a started 2
    1s a progress: told: enhanced
    2s a decided: attempt 2 of 3 failed (invalid, `guide`), so what it did is rolled back, the task switches to `local` and attempt 3 follows with `enhanced`
    2s a rolled back
    2s a failed 2 (invalid): wrong guide, will retry
    2s a started 3
    2s a progress: told: enhanced
    2s a progress: uses: local
    3s a decided: attempt 3 of 3 failed (invalid, `guide`), so the task has failed and is left to a person
    3s a failed 3 (invalid): wrong guide
    3s after skipped because of a
    ");
    let tests = fails(wingman(), FailureClass::Invalid, Policy::TESTS, 2).await;
    assert_snapshot!(tests, @r"
    0ns a started 1
    1s a decided: attempt 1 of 3 failed (invalid, `tests`), so what it did is rolled back and attempt 2 follows with `enhanced`
    1s a rolled back
    1s a failed 1 (invalid): wrong tests, will retry
    1s a started 2
    1s a progress: told: enhanced
    2s a decided: attempt 2 of 3 failed (invalid, `tests`), so what it did is rolled back, the task switches to `local` and attempt 3 follows with `enhanced`
    2s a rolled back
    2s a failed 2 (invalid): wrong tests, will retry
    2s a started 3
    2s a progress: told: enhanced
    2s a progress: uses: local
    3s a succeeded 3
    3s after started 1
    4s after succeeded 1
    ");
}

#[tokio::test(start_paused = true)]
async fn mitigation_authority_splits_what_is_late_or_switches() {
    let late = fails(wingman(), FailureClass::Timeout, "", 9).await;
    assert_snapshot!(late, @r"
    0ns a started 1
    1s a decided: attempt 1 of 3 failed (timeout), so what it did is rolled back and smaller tasks are to take its place
    1s a rolled back
    1s a decided: the task cannot be split (nobody is there who could split it); attempt 1 of 3 failed (timeout), so the task switches to `local` and attempt 2 follows
    1s a failed 1 (timeout): something timeout, will retry
    1s a started 2
    1s a progress: uses: local
    2s a decided: attempt 2 of 3 failed (timeout), so what it did is rolled back and attempt 3 follows
    2s a rolled back
    2s a failed 2 (timeout): something timeout, will retry
    2s a started 3
    2s a progress: uses: local
    3s a decided: attempt 3 of 3 failed (timeout), so the task has failed and is left to a person
    3s a failed 3 (timeout): something timeout
    3s after skipped because of a
    ");
}

#[tokio::test(start_paused = true)]
async fn mitigation_authority_switches_when_a_service_fails_and_escalates_silence() {
    let service = fails(wingman(), FailureClass::Transient, "", 9).await;
    assert_snapshot!(service, @r"
    0ns a started 1
    1s a decided: attempt 1 of 3 failed (transient), so attempt 2 follows
    1s a failed 1 (transient): something transient, will retry
    1s a started 2
    2s a decided: attempt 2 of 3 failed (transient), so the task switches to `local` and attempt 3 follows
    2s a failed 2 (transient): something transient, will retry
    2s a started 3
    2s a progress: uses: local
    3s a decided: attempt 3 of 3 failed (transient), so the task has failed and is left to a person
    3s a failed 3 (transient): something transient
    3s after skipped because of a
    ");
    let stalled = fails(wingman(), FailureClass::Stalled, "", 9).await;
    assert_snapshot!(stalled, @r"
    0ns a started 1
    1s a decided: attempt 1 of 3 failed (stalled), so the task has failed and is left to a person
    1s a failed 1 (stalled): something stalled
    1s after skipped because of a
    ");
}

/// So many tasks, of which the first ones fail once in this way.
fn crowd(tasks: usize, failing: usize, class: FailureClass, label: &'static str) -> Dag<Fails> {
    let names: Vec<String> = (0..tasks).map(|task| format!("t{task:02}")).collect();
    let script = |task: usize| match task < failing {
        true => vec![(class, label)],
        false => Vec::new(),
    };
    let tasks: Vec<(&str, Fails)> = names
        .iter()
        .enumerate()
        .map(|(task, name)| (name.as_str(), script(task)))
        .collect();
    dag(&tasks, &[])
}

async fn run_decisions(dag: &Dag<Fails>, policy: Policy) -> String {
    let told = check(dag, policy, Answer::Fail).await;
    let own = told.lines().filter(|line| line.contains("(run)"));
    own.map(|line| format!("{line}\n")).collect()
}

#[tokio::test(start_paused = true)]
async fn mitigation_authority_stops_above_its_thresholds() {
    let roomy = || {
        let ceiling = Money::from_picos(1_000_000_000_000_000);
        Policy::mitigation_authority("local", ceiling)
    };
    let mut told = String::new();
    for (class, label, above) in [
        (FailureClass::Invalid, Policy::GUIDE, 3),
        (FailureClass::Invalid, Policy::TESTS, 5),
        (FailureClass::Timeout, "", 7),
    ] {
        told += &run_decisions(&crowd(20, above, class, label), roomy()).await;
        // Below the sample nothing is said.
        let small = run_decisions(&crowd(9, 9, class, label), roomy()).await;
        assert_eq!(small, "", "{class} {label}");
    }
    told += &run_decisions(&crowd(20, 0, FailureClass::Invalid, ""), wingman()).await;
    assert_snapshot!(told, @r"
    13s (run) decided: 3 of 10 tasks failed as `guide`, which is more than 10 %, so nothing more starts
    15s (run) decided: 5 of 10 tasks failed as `tests`, which is more than 20 %, so nothing more starts
    17s (run) decided: 7 of 10 tasks failed as timeout, which is more than 30 %, so nothing more starts
    16s (run) decided: the run has cost 16.00, more than 15.00, so nothing more starts
    ");
}

#[tokio::test(start_paused = true)]
async fn three_tries_runs_failed_tests_again_before_it_asks() {
    let flaky = fails(
        Policy::three_tries(),
        FailureClass::Invalid,
        Policy::TESTS,
        2,
    )
    .await;
    assert_snapshot!(flaky, @r"
    0ns a started 1
    1s a decided: attempt 1 of 3 failed (invalid, `tests`), so it is run again unchanged (re-run 1)
    1s a re-run 1: wrong tests
    2s a decided: attempt 1 of 3 failed (invalid, `tests`), so it is run again unchanged (re-run 2)
    2s a re-run 2: wrong tests
    3s a succeeded 1, flaky
    3s after started 1
    4s after succeeded 1
    ");
    let broken = fails(
        Policy::three_tries(),
        FailureClass::Invalid,
        Policy::TESTS,
        9,
    )
    .await;
    assert_snapshot!(broken, @r"
    0ns a started 1
    1s a decided: attempt 1 of 3 failed (invalid, `tests`), so it is run again unchanged (re-run 1)
    1s a re-run 1: wrong tests
    2s a decided: attempt 1 of 3 failed (invalid, `tests`), so it is run again unchanged (re-run 2)
    2s a re-run 2: wrong tests
    3s a decided: attempt 1 of 3 failed (invalid, `tests`), so it is run again unchanged (re-run 3)
    3s a re-run 3: wrong tests
    4s a decided: attempt 1 of 3 failed (invalid, `tests`), so a person is asked
    4s a asked: attempt 1 of 3 failed (invalid, `tests`), so a person is asked: wrong tests
    64s a answered: it has failed
    64s a failed 1 (invalid): wrong tests
    64s after skipped because of a
    ");
}

#[tokio::test(start_paused = true)]
async fn three_tries_asks_a_person_after_three_attempts() {
    let tasks = [
        ("a", vec![(FailureClass::Timeout, ""); 4]),
        ("after", Vec::new()),
    ];
    let dag = dag(&tasks, &[("a", "after")]);
    for answer in [
        Answer::Retry {
            directive: Some("smaller steps".to_owned()),
        },
        Answer::Skip,
        Answer::Fail,
        Answer::Abort,
    ] {
        let told = check(&dag, Policy::three_tries(), answer.clone()).await;
        // The first three attempts go as always.
        let rest = told.lines().skip(9);
        let rest: String = rest.map(|line| format!("{line}\n")).collect();
        match answer {
            Answer::Retry { .. } => assert_snapshot!(rest, @r"
            63s a answered: try again with `smaller steps`
            63s a failed 3 (timeout): something timeout, will retry
            63s a started 4
            63s a progress: told: smaller steps
            64s a decided: attempt 4 failed (timeout) and there are no attempts left, so a person is asked
            64s a asked: attempt 4 failed (timeout) and there are no attempts left, so a person is asked: something timeout
            124s a answered: try again with `smaller steps`
            124s a failed 4 (timeout): something timeout, will retry
            124s a started 5
            124s a progress: told: smaller steps
            125s a succeeded 5
            125s after started 1
            126s after succeeded 1
            "),
            Answer::Skip => assert_snapshot!(rest, @r"
            63s a answered: leave it out
            63s a skipped because of a
            63s after skipped because of a
            "),
            Answer::Fail => assert_snapshot!(rest, @r"
            63s a answered: it has failed
            63s a failed 3 (timeout): something timeout
            63s after skipped because of a
            "),
            _ => assert_snapshot!(rest, @r"
            63s a answered: start nothing more
            63s a failed 3 (timeout): something timeout
            63s after skipped because of a
            "),
        }
    }
}

#[tokio::test(start_paused = true)]
async fn targets_are_met_or_missed() {
    let policy = Policy::default()
        .target(Target::FirstAttempt { at_least: 95 })
        .target(Target::Succeeded { at_least: 100 })
        .target(Target::Cost {
            at_most: Money::from_picos(15_000_000_000_000),
        })
        .target(Target::Time {
            at_most: Duration::from_secs(20),
        });
    let told = run_decisions(&crowd(20, 1, FailureClass::Invalid, ""), policy).await;
    assert_snapshot!(told, @r"
    21s (run) target met: true: 19 of 20 tasks succeeded at the first attempt, at least 95 %
    21s (run) target met: true: 20 of 20 tasks succeeded, at least 100 %
    21s (run) target met: false: the run cost 21.00, more than 15.00
    21s (run) target met: false: the run took 21s, longer than 20s
    ");
}

#[tokio::test(start_paused = true)]
async fn a_threshold_may_only_tell() {
    let share = Threshold::share(Matching::class(FailureClass::Invalid), 10, 1);
    let policy = Policy::default().threshold(share.then(Action::Escalate));
    let told = check(
        &crowd(2, 1, FailureClass::Invalid, ""),
        policy,
        Answer::Fail,
    )
    .await;
    assert_snapshot!(told, @r"
    0ns t00 started 1
    1s t00 decided: attempt 1 of 3 failed (invalid), so attempt 2 follows
    1s t00 failed 1 (invalid): something invalid, will retry
    1s (run) decided: 1 of 1 tasks failed as invalid, which is more than 10 %, so this is only told
    1s t00 started 2
    2s t00 succeeded 2
    2s t01 started 1
    3s t01 succeeded 1
    ");
}

/// Policies survive being written down.
#[test]
fn policies_are_data() {
    let own = Policy::default()
        .rule(
            Rule::new(Matching {
                classes: vec![FailureClass::Invalid],
                label: Some("style".to_owned()),
            })
            .then(Measure::new(Action::Rerun))
            .at_last(Action::Skip),
        )
        .threshold(Threshold::time(Duration::from_secs(9)).then(Action::Ask))
        .target(Target::FirstAttempt { at_least: 95 });
    for policy in [wingman(), Policy::three_tries(), own, Policy::default()] {
        let json = serde_json::to_string(&policy).expect("a policy is data");
        let read: Policy = serde_json::from_str(&json).expect("what was written");
        assert_eq!(read, policy);
    }
}

/// The table of `docs/policies.md` is what the presets do.
#[test]
fn every_transition_is_in_the_docs() {
    let docs = include_str!("../../../../docs/policies.md");
    for (name, policy) in [
        ("Mitigation authority", wingman()),
        ("Three tries", Policy::three_tries()),
    ] {
        let table = transitions(&policy);
        assert!(
            docs.contains(&table),
            "the table of `{name}` should read\n\n{table}"
        );
    }
}

/// For each kind of failure what follows the first, the second, and so on, to the end of the task.
fn transitions(policy: &Policy) -> String {
    let mut table = "| An attempt fails as | for the | then |\n|---|---|---|\n".to_owned();
    let classes = [
        FailureClass::Invalid,
        FailureClass::Timeout,
        FailureClass::Stalled,
        FailureClass::Transient,
        FailureClass::RateLimited,
        FailureClass::Permanent,
        FailureClass::Panic,
        FailureClass::Fatal,
        FailureClass::OutOfBudget,
    ];
    let labelled = [Policy::GUIDE, Policy::TESTS].map(|label| (FailureClass::Invalid, label));
    let plain = classes.map(|class| (class, ""));
    for (class, label) in labelled.into_iter().chain(plain) {
        walk(policy, class, label, &mut table);
    }
    table
}

fn walk(policy: &Policy, class: FailureClass, label: &str, table: &mut String) {
    let kind = match label {
        "" => class.to_string(),
        label => format!("{class}, `{label}`"),
    };
    let mut uses = Uses::new();
    let (mut attempt, mut reruns) = (1, 0);
    for time in 1.. {
        let failed = FailedAttempt {
            node: NodeId::from_index(0),
            attempt,
            pauses: 0,
            reruns,
            class,
            label: label.to_owned(),
            reason: String::new(),
            retry_after: None,
        };
        let decision = policy.clone().backoff(Backoff::NONE).decide(&failed, &uses);
        let (_, then) = decision.reason.split_once(" failed (").expect("a sentence");
        let (_, then) = then.split_once(')').expect("a class in parentheses");
        let then = then.trim_start_matches(", so ").trim_start_matches(" and ");
        writeln!(table, "| {kind} | {} time | {then} |", ordinal(time)).expect("a string");
        if let Some(rule) = decision.rule {
            *uses.entry(rule).or_default() += 1;
        }
        match decision.action {
            Action::Retry => (attempt, reruns) = (attempt + 1, 0),
            Action::Rerun => reruns += 1,
            // What follows if it cannot be split.
            Action::Split => {}
            _ => return,
        }
    }
}

fn ordinal(number: u32) -> String {
    match number {
        1 => "first".to_owned(),
        2 => "second".to_owned(),
        3 => "third".to_owned(),
        other => format!("{other}th"),
    }
}
