//! Tasks that are split while a run goes on, and those that were when it is taken up.

use std::collections::BTreeMap;
use std::num::NonZeroUsize;
use std::sync::Mutex;
use std::time::Duration;

use insta::assert_snapshot;
use serde_json::{Value, json};
use wavecrew_dag::{Claims, Dag};
use wavecrew_exec::{
    Action, Context, Control, Event, EventKind, Executor, FailureClass, Matching, Measure, Outcome,
    Part, Policy, Rule, Split, TaskState, Worker,
};

use crate::support::{MemoryJournal, Refusal, check_grammar, dag, fold, log, plain_policy};

/// Some letters to be written; more than two are too many at a time.
type Letters = String;

#[derive(Default)]
struct Writer {
    splits: bool,
    /// How often each was written.
    written: Mutex<BTreeMap<Letters, usize>>,
}

impl Worker<Letters> for Writer {
    type Output = String;
    type Error = Refusal;

    async fn run(&self, task: &Letters, cx: Context<'_, String>) -> Result<String, Refusal> {
        tokio::time::sleep(Duration::from_secs(1)).await;
        if task.len() > 2 {
            return Err(Refusal::new(FailureClass::Timeout, "too long"));
        }
        let mut written = self.written.lock().expect("no test panics here");
        *written.entry(task.clone()).or_default() += 1;
        let before: String = cx.upstream().map(|(_, output)| output.as_str()).collect();
        // Only the last one is about what went before.
        Ok(match task.as_str() {
            "z" => format!("{before}{task}"),
            _ => task.clone(),
        })
    }

    fn splitter(&self) -> Option<&dyn Split<Letters>> {
        self.splits.then_some(self)
    }
}

/// Two halves, the second after the first.
#[async_trait::async_trait]
impl Split<Letters> for Writer {
    async fn split(&self, task: &Letters, _: &str) -> Result<Vec<Part<Letters>>, String> {
        let middle = task.len().div_ceil(2);
        let part = |from: usize, to: usize, waits_for: Vec<usize>| Part {
            task: task[from..to].to_owned(),
            note: json!([from, to]),
            waits_for,
        };
        Ok(vec![
            part(0, middle, vec![]),
            part(middle, task.len(), vec![0]),
        ])
    }

    fn part(&self, whole: &Letters, note: &Value) -> Result<Letters, String> {
        let place = |index: usize| note[index].as_u64().and_then(|at| usize::try_from(at).ok());
        let range = place(0).zip(place(1));
        let part = range.and_then(|(from, to)| whole.get(from..to));
        part.map(str::to_owned)
            .ok_or_else(|| "the note is wrong".to_owned())
    }
}

fn splitting() -> Policy {
    let rule = Rule::new(Matching::class(FailureClass::Timeout));
    plain_policy().rule(rule.then(Measure::new(Action::Split)).at_last(Action::Fail))
}

/// `rival` needs what `long` needs, and comes after it.
const EDGES: [(&str, &str); 3] = [("first", "long"), ("long", "last"), ("first", "rival")];

fn letters() -> Dag<Letters> {
    let tasks = [
        ("first", ""),
        ("long", "abcde"),
        ("last", "z"),
        ("rival", "r"),
    ];
    let tasks = tasks.map(|(id, letters)| (id, letters.to_owned()));
    dag(&tasks, &EDGES)
}

/// One session; `stop_at` ends it when so many successes have been told, or before it begins.
async fn session(
    dag: &Dag<Letters>,
    worker: &Writer,
    journal: &mut MemoryJournal,
    stop_at: Option<usize>,
) -> (String, Vec<Outcome<String, Refusal>>) {
    let nodes: Vec<_> = dag.nodes().collect();
    let claims = Claims::new(dag.len(), [(nodes[1], "paper"), (nodes[3], "paper")]);
    let control = Control::new();
    if stop_at == Some(0) {
        control.cancel();
    }
    let mut events: Vec<Event> = Vec::new();
    let outcomes = Executor::new(worker)
        .concurrency(NonZeroUsize::new(3).expect("not zero"))
        .claims(claims)
        .policy(splitting())
        .control(control.clone())
        .run_durable(dag, journal, Clone::clone, |event| {
            events.push(event.clone());
            let own = |event: &&Event| {
                matches!(
                    event.kind,
                    EventKind::Succeeded {
                        replayed: false,
                        ..
                    }
                )
            };
            if stop_at == Some(events.iter().filter(own).count()) {
                control.cancel();
            }
        })
        .await
        .expect("the journal works");
    check_grammar(dag, &events);
    (log(dag, &events), outcomes)
}

#[tokio::test(start_paused = true)]
async fn parts_do_what_the_task_was_to_do() {
    let dag = letters();
    let worker = Writer {
        splits: true,
        ..Writer::default()
    };
    let (told, outcomes) = session(&dag, &worker, &mut MemoryJournal::default(), None).await;
    assert_snapshot!(told, @r"
    0ns first started 1
    1s first succeeded 1
    1s long started 1
    2s long decided: attempt 1 of 3 failed (timeout), so smaller tasks are to take its place
    2s long split into long/1, long/2
    2s long/1 started 1
    3s long/1 decided: attempt 1 of 3 failed (timeout), so smaller tasks are to take its place
    3s long/1 split into long/1/1, long/1/2
    3s long/1/1 started 1
    4s long/1/1 succeeded 1
    4s long/1/2 started 1
    5s long/1/2 succeeded 1
    5s long/2 started 1
    6s long/2 succeeded 1
    6s last started 1
    6s rival started 1
    7s last succeeded 1
    7s rival succeeded 1
    ");
    assert_eq!(outcomes.len(), 8);
    let last = outcomes[2].output().map(String::as_str);
    assert_eq!(
        last,
        Some("abcdez"),
        "what depends on a split task has all its parts"
    );
    let parts = |index: usize| match &outcomes[index] {
        Outcome::Split { parts } => parts.len(),
        other => panic!("{other:?}"),
    };
    assert_eq!((parts(1), parts(4)), (2, 2));
}

#[tokio::test(start_paused = true)]
async fn a_run_that_is_taken_up_knows_the_parts() {
    // Stopped after every number of successes, by which it has begun to be split.
    for stop_at in 2..7 {
        let dag = letters();
        let (worker, mut journal) = (
            Writer {
                splits: true,
                ..Writer::default()
            },
            MemoryJournal::default(),
        );
        session(&dag, &worker, &mut journal, Some(stop_at)).await;
        // One that does not get to anything.
        session(&dag, &worker, &mut journal, Some(0)).await;
        let (told, outcomes) = session(&dag, &worker, &mut journal, None).await;
        let last = outcomes[2].output().map(String::as_str);
        assert_eq!(last, Some("abcdez"), "{stop_at}\n{told}");
        let (again, _) = session(&dag, &worker, &mut journal, None).await;
        assert!(!again.contains("started"), "{stop_at}\n{again}");
        let written = worker.written.lock().expect("no test panics here");
        let delivered = written.values().filter(|times| **times == 1).count();
        // Those that a stop dropped had not delivered.
        assert_eq!(delivered, written.len(), "{stop_at}: {written:?}");
        let history = fold(&journal.records());
        assert_eq!(history.tasks["long"].state, TaskState::Split);
        assert_eq!(history.tasks["long/1"].state, TaskState::Split);
        assert_eq!(history.tasks["long/1/1"].state, TaskState::Succeeded);
    }
}

#[tokio::test(start_paused = true)]
async fn a_task_that_has_changed_is_not_its_parts_any_more() {
    let worker = Writer {
        splits: true,
        ..Writer::default()
    };
    let mut journal = MemoryJournal::default();
    session(&letters(), &worker, &mut journal, None).await;
    let tasks = [("first", ""), ("long", "xy"), ("last", "z"), ("rival", "r")];
    let tasks = tasks.map(|(id, letters)| (id, letters.to_owned()));
    let changed = dag(&tasks, &EDGES);
    let (told, outcomes) = session(&changed, &worker, &mut journal, None).await;
    assert!(
        told.contains("long stale: it, or a task that it depends on, has changed"),
        "{told}"
    );
    assert_eq!(outcomes.len(), 4);
    assert_eq!(outcomes[2].output().map(String::as_str), Some("xyz"));
    let history = fold(&journal.records());
    assert!(
        !history.tasks.keys().any(|id| id.contains('/')),
        "{:?}",
        history.tasks.keys()
    );
}

#[tokio::test(start_paused = true)]
async fn parts_that_cannot_be_made_again_give_the_task_to_the_next_measure() {
    let dag = letters();
    let mut worker = Writer {
        splits: true,
        ..Writer::default()
    };
    let mut journal = MemoryJournal::default();
    session(&dag, &worker, &mut journal, Some(3)).await;
    worker.splits = false;
    let (told, _) = session(&dag, &worker, &mut journal, None).await;
    assert!(
        told.contains("long decided: the task cannot be split (its parts cannot be made again: nobody is there who could)"),
        "{told}"
    );
    let history = fold(&journal.records());
    assert!(
        !history.tasks.keys().any(|id| id.contains('/')),
        "{:?}",
        history.tasks.keys()
    );
}

/// Makes an outline first, which is paid for, and is split if that is all.
struct Outliner {
    splits: bool,
    outlines: Mutex<Vec<Letters>>,
}

impl Worker<Letters> for Outliner {
    type Output = String;
    type Error = Refusal;

    async fn run(&self, task: &Letters, cx: Context<'_, String>) -> Result<String, Refusal> {
        let outline = cx.memo("outline", async {
            let mut outlines = self.outlines.lock().expect("no test panics here");
            outlines.push(task.clone());
            Ok::<_, Refusal>(task.to_uppercase())
        });
        let outline = outline.await.expect("it is a text");
        tokio::time::sleep(Duration::from_secs(1)).await;
        match cx.attempt() {
            1 => Err(Refusal::new(FailureClass::Timeout, "too long")),
            _ => Ok(outline),
        }
    }

    fn splitter(&self) -> Option<&dyn Split<Letters>> {
        self.splits.then_some(self)
    }
}

#[async_trait::async_trait]
impl Split<Letters> for Outliner {
    async fn split(&self, task: &Letters, _: &str) -> Result<Vec<Part<Letters>>, String> {
        let part = |_| Part {
            task: format!("a part of {task}"),
            note: Value::Null,
            waits_for: vec![],
        };
        Ok((0..2).map(part).collect())
    }

    fn part(&self, _: &Letters, _: &Value) -> Result<Letters, String> {
        Err("it was lost".to_owned())
    }
}

#[tokio::test(start_paused = true)]
async fn what_a_task_has_paid_before_it_was_split_is_kept_for_its_next_attempt() {
    let dag = dag(&[("long", "abc".to_owned())], &[]);
    let mut journal = MemoryJournal::default();
    let mut worker = Outliner {
        splits: true,
        outlines: Mutex::default(),
    };
    let rule = Rule::new(Matching::class(FailureClass::Timeout));
    let rule = rule
        .then(Measure::new(Action::Split))
        .at_last(Action::Retry);
    let policy = plain_policy().rule(rule);
    for is_split in [true, false] {
        worker.splits = is_split;
        let control = Control::new();
        let outcomes = Executor::new(&worker)
            .policy(policy.clone())
            .control(control.clone())
            .run_durable(&dag, &mut journal, Clone::clone, |event| {
                if matches!(event.kind, EventKind::Split { .. }) {
                    control.cancel();
                }
            })
            .await
            .expect("the journal works");
        let output = outcomes[0].output().map(String::as_str);
        assert_eq!(output, (!is_split).then_some("ABC"));
    }
    let outlines = worker.outlines.lock().expect("no test panics here");
    let own = outlines.iter().filter(|outline| *outline == "abc");
    assert_eq!(own.count(), 1, "{outlines:?}");
}

#[tokio::test(start_paused = true)]
async fn an_id_that_is_taken_is_not_given_to_a_part() {
    let tasks = [("long", "abcd"), ("long/2", "z")];
    let tasks = tasks.map(|(id, letters)| (id, letters.to_owned()));
    let dag = dag(&tasks, &[]);
    let worker = Writer {
        splits: true,
        ..Writer::default()
    };
    let mut events = Vec::new();
    Executor::new(&worker)
        .policy(splitting())
        .run(&dag, |event| events.push(event.clone()))
        .await;
    check_grammar(&dag, &events);
    let told = log(&dag, &events);
    assert!(
        told.contains("the task cannot be split (there is a task `long/2` already)"),
        "{told}"
    );
}
