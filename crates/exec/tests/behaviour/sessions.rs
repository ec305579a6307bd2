//! Runs that are stopped in any way and killed after any record, held to what an unharmed one comes to.

use std::collections::{BTreeMap, BTreeSet};
use std::num::NonZeroUsize;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use proptest::collection::vec;
use proptest::prelude::*;
use serde_json::{Value, json};
use wavecrew_dag::{Claims, Dag, Money, NodeId, Resources};
use wavecrew_exec::{
    Action, Answer, Context, Control, Decision, Event, EventKind, Executor, FailureClass, Limits,
    Part, Person, Phase, Phases, Policy, Question, Record, Split, TaskState, Threshold, Worker,
};

use crate::support::{MemoryJournal, Refusal, check_grammar, dag, fold, log, plain_policy};

/// Some letters; one at a time can be done, so more are split:
///
/// - `a` is done,
/// - `i` at its second attempt,
/// - `f` when it is run again,
/// - `q` when a person has been asked about it,
/// - `g` never, however often it is run again,
/// - `x` never.
#[derive(Clone, Debug)]
struct Job {
    /// The id of the task.
    name: String,
    letters: String,
}

struct Crew {
    journal: MemoryJournal,
    /// What this session ran, and what it paid for.
    runs: Mutex<BTreeSet<String>>,
    paid: Mutex<Vec<(String, String)>>,
}

impl Crew {
    /// Whether an attempt is known to have been run again.
    fn is_again(&self, name: &str) -> bool {
        let is_rerun = |record: &Record| matches!(record, Record::Decided { task: Some(task), decision: Decision { action: Action::Rerun, .. } } if task == name);
        self.journal.records().iter().any(is_rerun)
    }
}

impl Worker<Job> for Crew {
    type Output = String;
    type Error = Refusal;

    async fn run(&self, job: &Job, cx: Context<'_, String>) -> Result<String, Refusal> {
        let Job { name, letters } = job;
        let runs = || self.runs.lock().expect("no test panics here");
        runs().insert(name.clone());
        let key = format!("answer {}", cx.attempt());
        let pay = async {
            cx.spend(Money::from_picos(1));
            tokio::time::sleep(Duration::from_secs(1)).await;
            let mut paid = self.paid.lock().expect("no test panics here");
            paid.push((name.clone(), key.clone()));
            Ok::<_, Refusal>(letters.clone())
        };
        let answer: String = cx.memo(&key, pay).await.expect("it is a text");
        tokio::time::sleep(Duration::from_secs(1)).await;
        let class = match answer.as_str() {
            "i" if cx.attempt() == 1 => FailureClass::Invalid,
            "f" if !self.is_again(name) => FailureClass::Transient,
            "q" if cx.attempt() == 1 => FailureClass::Stalled,
            "g" => FailureClass::Transient,
            "x" => FailureClass::Permanent,
            letters if letters.len() > 1 => FailureClass::Timeout,
            _ => {
                let before = cx.upstream().map(|(_, output)| format!("({output})"));
                return Ok(before.collect::<String>() + &answer);
            }
        };
        Err(Refusal::new(class, "no such luck"))
    }

    fn splitter(&self) -> Option<&dyn Split<Job>> {
        Some(self)
    }
}

/// Two halves; of an odd number of letters the second half after the first.
#[async_trait::async_trait]
impl Split<Job> for Crew {
    async fn split(&self, whole: &Job, _: &str) -> Result<Vec<Part<Job>>, String> {
        let notes = [json!(1), json!(2)];
        let part = |note: Value| {
            let is_second = note == json!(2) && whole.letters.len() % 2 == 1;
            Ok(Part {
                task: self.part(whole, &note)?,
                note,
                waits_for: if is_second { vec![0] } else { vec![] },
            })
        };
        notes.into_iter().map(part).collect()
    }

    fn part(&self, whole: &Job, note: &Value) -> Result<Job, String> {
        let (first, second) = whole.letters.split_at(whole.letters.len().div_ceil(2));
        let half = if *note == json!(1) { first } else { second };
        Ok(Job {
            name: format!("{}/{note}", whole.name),
            letters: half.to_owned(),
        })
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

/// How a session ends before its time.
#[derive(Clone, Copy, Debug)]
enum Harm {
    /// Stopped after so many events; or before the first.
    Cancelled(usize),
    Drained(usize),
    /// By a ceiling of cost.
    Spent(u128),
    /// No question is answered.
    Alone,
}

#[derive(Clone, Debug)]
struct Case {
    letters: Vec<String>,
    edges: Vec<(usize, usize)>,
    /// What each task claims.
    claims: Vec<Option<usize>>,
    needs: Vec<u64>,
    phases: Option<Vec<usize>>,
    concurrency: usize,
    /// Sessions after the one that is killed and before the one that is not harmed.
    harms: Vec<Harm>,
}

impl Case {
    fn dag(&self) -> Dag<Job> {
        let names: Vec<String> = (0..self.letters.len())
            .map(|task| format!("t{task}"))
            .collect();
        let jobs: Vec<(&str, Job)> = names.iter().zip(&self.letters).map(job).collect();
        let edge = |&(from, to): &(usize, usize)| (&*names[from], &*names[to]);
        dag(&jobs, &self.edges.iter().map(edge).collect::<Vec<_>>())
    }

    fn limits(&self, dag: &Dag<Job>, harm: Option<Harm>) -> Limits {
        let tasks = dag.len();
        let keys = self.claims.iter().enumerate();
        let keys = keys.filter_map(|(task, key)| Some((NodeId::from_index(task), (*key)?)));
        let keys: Vec<(NodeId, String)> =
            keys.map(|(task, key)| (task, format!("k{key}"))).collect();
        let mut resources = Resources::new(tasks);
        let seats = resources.add("seats", 2);
        for (task, &needed) in self.needs.iter().enumerate() {
            resources.need(NodeId::from_index(task), seats, needed);
        }
        let phases = self.phases.as_ref().map(|of| {
            let phases = ["one", "two"].map(Phase::named).to_vec();
            let of: Vec<Option<usize>> = of.iter().copied().map(Some).collect();
            Phases::new(dag, phases, &of).expect("phases ascend")
        });
        Limits {
            concurrency: NonZeroUsize::new(self.concurrency).expect("at least one"),
            claims: Some(Claims::new(
                tasks,
                keys.iter().map(|(task, key)| (*task, key.as_str())),
            )),
            resources: Some(resources),
            phases,
            policy: policy(harm),
            ..Limits::default()
        }
    }
}

fn job<'a>((name, letters): (&'a String, &String)) -> (&'a str, Job) {
    let job = Job {
        name: name.clone(),
        letters: letters.clone(),
    };
    (name, job)
}

fn policy(harm: Option<Harm>) -> Policy {
    let policy = plain_policy()
        .on(FailureClass::Timeout, Action::Split)
        .on(FailureClass::Transient, Action::Rerun)
        .on(FailureClass::Stalled, Action::Ask);
    match harm {
        Some(Harm::Spent(most)) => policy.threshold(Threshold::cost(Money::from_picos(most))),
        _ => policy,
    }
}

/// One session, and what must be so of any.
async fn session(case: &Case, dag: &Dag<Job>, journal: &mut MemoryJournal, harm: Option<Harm>) {
    let before = fold(&journal.records());
    let crew = Crew {
        journal: journal.clone(),
        runs: Mutex::default(),
        paid: Mutex::default(),
    };
    let control = Control::new();
    let stop = |told: usize| match harm {
        Some(Harm::Cancelled(after)) if after == told => control.cancel(),
        Some(Harm::Drained(after)) if after == told => control.drain(),
        _ => {}
    };
    stop(0);
    let answer = match harm {
        Some(Harm::Alone) => Answer::Later,
        _ => Answer::Retry { directive: None },
    };
    let mut events: Vec<Event> = Vec::new();
    let executor = Executor::new(&crew)
        .limits(case.limits(dag, harm))
        .person(Says(answer))
        .control(control.clone());
    let fingerprint = |job: &Job| job.letters.clone();
    let running = executor.run_durable(dag, journal, fingerprint, |event| {
        events.push(event.clone());
        stop(events.len());
    });
    let ended = tokio::time::timeout(Duration::from_secs(3600), running).await;
    ended.expect("it ends").expect("the journal works");
    check_grammar(dag, &events);
    let told = || log(dag, &events);
    check_ends(dag, &events);
    let runs = crew.runs.into_inner().expect("no test panics here");
    let paid = crew.paid.into_inner().expect("no test panics here");
    for (id, task) in &before.tasks {
        let is_done = task.state == TaskState::Succeeded;
        assert!(!is_done || !runs.contains(id), "{id} ran again\n{}", told());
        let again = paid
            .iter()
            .find(|(name, key)| name == id && task.memos.contains_key(key));
        assert_eq!(again, None, "paid again\n{}", told());
    }
}

/// Every task, and every part of one, ends once.
fn check_ends(dag: &Dag<Job>, events: &[Event]) {
    let mut ends: BTreeMap<NodeId, usize> = dag.nodes().map(|node| (node, 0)).collect();
    for event in events {
        if let EventKind::Split { parts, .. } = &event.kind {
            ends.extend(parts.iter().map(|part| (part.node, 0)));
        }
        if let Some(node) = event.node
            && event.kind.is_final()
        {
            *ends.entry(node).or_default() += 1;
        }
    }
    assert!(
        ends.values().all(|ends| *ends == 1),
        "{ends:?}\n{}",
        log(dag, events)
    );
}

/// Where each task stands at last, by its id.
fn standings(journal: &MemoryJournal) -> BTreeMap<String, (TaskState, Value)> {
    let tasks = fold(&journal.records()).tasks.into_iter();
    let standing = |(id, task): (String, wavecrew_exec::TaskHistory)| {
        let attempts = (task.state == TaskState::Succeeded).then_some(task.attempts);
        (id, (task.state, json!([task.output, attempts, task.flaky])))
    };
    tasks.map(standing).collect()
}

async fn check(case: &Case) {
    let dag = case.dag();
    let mut unharmed = MemoryJournal::default();
    session(case, &dag, &mut unharmed, None).await;
    let (records, expected) = (unharmed.records(), standings(&unharmed));
    for kept in 1..=records.len() {
        let mut journal = MemoryJournal {
            records: Arc::new(Mutex::new(records[..kept].to_vec())),
            ..MemoryJournal::default()
        };
        for &harm in &case.harms {
            session(case, &dag, &mut journal, Some(harm)).await;
        }
        session(case, &dag, &mut journal, None).await;
        assert_eq!(standings(&journal), expected, "killed after {kept} records");
    }
}

fn block_on(run: impl Future<Output = ()>) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build();
    runtime.expect("a runtime without I/O").block_on(run);
}

fn cases() -> impl Strategy<Value = Case> {
    (1..4_usize).prop_flat_map(|tasks| {
        let harm = prop_oneof![
            (0..12_usize).prop_map(Harm::Cancelled),
            (0..12_usize).prop_map(Harm::Drained),
            (0..12_u128).prop_map(Harm::Spent),
            Just(Harm::Alone),
        ];
        (
            vec("[aaaifqgx]{1,3}", tasks),
            vec((0..tasks, 0..tasks), 0..2 * tasks),
            vec(prop::option::of(0..2_usize), tasks),
            vec(0..3_u64, tasks),
            prop::option::of(vec(0..2_usize, tasks)),
            1..4_usize,
            vec(harm, 0..3),
        )
            .prop_map(
                |(letters, pairs, claims, needs, phases, concurrency, harms)| {
                    let edges: Vec<_> = pairs.into_iter().filter(|(from, to)| from < to).collect();
                    Case {
                        letters,
                        claims,
                        needs,
                        // No task is of an earlier phase than one before it.
                        phases: phases.map(|mut phases| {
                            phases.sort_unstable();
                            phases
                        }),
                        edges,
                        concurrency,
                        harms,
                    }
                },
            )
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(8))]

    #[test]
    fn a_run_comes_to_the_same_whatever_has_stopped_it(case in cases()) {
        block_on(check(&case));
    }
}

/// All that may happen to a task, with rivals, in two phases; stopped by every harm.
#[test]
fn a_run_of_all_sorts_of_tasks_comes_to_the_same_whatever_has_stopped_it() {
    for harms in [
        [Harm::Cancelled(0), Harm::Alone],
        [Harm::Drained(9), Harm::Spent(4)],
    ] {
        let case = Case {
            letters: ["aiq", "f", "gax", "ai"].map(str::to_owned).to_vec(),
            edges: vec![(0, 3)],
            claims: vec![Some(0), Some(0), Some(1), Some(1)],
            needs: vec![1, 0, 1, 2],
            phases: Some(vec![0, 0, 0, 1]),
            concurrency: 2,
            harms: harms.to_vec(),
        };
        block_on(check(&case));
    }
}
