//! Policies in whole runs: what a model is told next, whom it is asked of, what a person decides, and what it
//! comes to.

mod support;

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use support::tree;
use wavecrew::dag::Money;
use wavecrew::exec::{
    Action, Answer, Backoff, Control, Event, EventKind, FailureClass, Matching, Measure, Policy,
    Rule, Target, TaskIds, Threshold,
};
use wavecrew::providers::{Cost, Provider, Request, Response, Scripted};
use wavecrew::worker_spec::{Document, read};
use wavecrew::{
    Board, GraphOptions, PlanGraph, RunOptions, RunReport, RunStatus, Session, TaskEnd, TaskState,
    graph,
};

const RIGHT: &str = "```python answer.py\nprint(42)\n```\n";
const WRONG: &str = "```python answer.py\nprint(41)\n```\n";
const GUIDE: &str = "To answer this, follow these steps.\n\nStep 1: create a file called answer.py.\n\
                     Step 2: print the number in it.\n";
const STUB: &str = "```python answer.py\ndef answer():\n    # TODO: implement\n    pass\n```\n";

/// A task with a test, and one that waits for it.
fn plan(test: &str) -> PlanGraph {
    let text = format!(
        "---\nwavecrew: 1\n---\n\n# Numbers\n\n## Wave 1: Work\n\n### A-1: Answer\n\n- files: answer.py\n- estimate: 1h\n\n\
         #### Test process\n\n```sh\n{test}\n```\n\n### B-1: Tell it\n\n- depends on: A-1\n- files: told.txt\n- estimate: 1h\n\n\
         #### Test process\n\n```sh\ngrep -q told told.txt\n```\n"
    );
    from(&text)
}

fn from(text: &str) -> PlanGraph {
    let read = read(&[Document::new("plan.md", text)]);
    assert!(!read.has_errors(), "{:#?}", read.diagnostics);
    graph(&read.value, GraphOptions::default()).expect("no cycle")
}

const TEST: &str = "test \"$(python3 answer.py)\" = 42";

/// Answers for `answer.py` one after the other, the last again and again; `told.txt` is always right.
fn model(name: &str, answers: &'static [&'static str]) -> Arc<Scripted> {
    let asked = std::sync::atomic::AtomicUsize::new(0);
    let script = Scripted::by(move |request: &Request| {
        let prompt = &request.messages[1].content;
        let text = if prompt.contains("# Task B-1") {
            "```text told.txt\ntold\n```\n"
        } else {
            let place = asked.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
            answers[place.min(answers.len() - 1)]
        };
        let mut response = Response::from(text);
        response.attempts = 1;
        response.cost = Some(Cost::from_nano_usd(1_000_000_000));
        Ok(response)
    });
    Arc::new(script.named(name))
}

/// What one session of a run was, and what it told.
struct Told {
    report: RunReport,
    lines: Vec<String>,
    board: Board,
}

impl Told {
    fn end(&self, id: &str) -> TaskEnd {
        let task = self.report.tasks.iter().find(|task| task.id == id);
        task.unwrap_or_else(|| panic!("{id} is in the report")).end
    }

    /// What was told of a task, or of the run (`-`), without what only shows that it goes on.
    fn of(&self, id: &str) -> Vec<&str> {
        let own = format!("{id} ");
        let lines = self.lines.iter().filter_map(|line| line.strip_prefix(&own));
        lines.collect()
    }
}

/// How a run is done.
#[derive(Clone, Default)]
struct How {
    policy: Policy,
    others: BTreeMap<String, Arc<dyn Provider>>,
    answers: BTreeMap<String, Answer>,
    accept: bool,
}

impl How {
    fn by(policy: Policy) -> Self {
        Self {
            policy: policy.backoff(Backoff::NONE),
            ..Self::default()
        }
    }

    fn other(mut self, provider: &Arc<Scripted>) -> Self {
        let name = provider.name().to_owned();
        self.others
            .insert(name, Arc::clone(provider) as Arc<dyn Provider>);
        self
    }
}

/// Starts a run in `root`, or takes the one that is there up again.
async fn session(root: &Path, plan: &PlanGraph, provider: &Arc<Scripted>, how: &How) -> Told {
    let options = RunOptions {
        policy: Some(how.policy.clone()),
        require_verified: how.accept,
        ..RunOptions::default()
    };
    let mut session = match root.join(".wavecrew/runs/run").exists() {
        true => Session::open(root, Some("run")).expect("it is there"),
        false => Session::create(root, Some("run"), plan, options.clone()).expect("a new run"),
    };
    session.set_options(options);
    session.set_others(how.others.clone());
    session.set_answers(how.answers.clone());
    session
        .recover(plan)
        .await
        .expect("the tree can be put right");
    let mut board = session.board(plan).await.expect("the journal reads");
    let mut ids = TaskIds::new(&plan.dag);
    let mut lines = Vec::new();
    let provider = Arc::clone(provider) as Arc<dyn Provider>;
    let report = session
        .run(plan, provider, Control::new(), |event| {
            ids.note(event);
            board.note(event);
            let task = event.node.map_or("-", |node| ids.of(node));
            if let Some(said) = said(event) {
                lines.push(format!("{task} {said}"));
            }
        })
        .await
        .expect("the journal works");
    board.conclude(&report);
    Told {
        report,
        lines,
        board,
    }
}

fn said(event: &Event) -> Option<String> {
    Some(match &event.kind {
        EventKind::Started { attempt } => format!("started {attempt}"),
        EventKind::Decided { decision } => decision.reason.clone(),
        EventKind::RolledBack { error } => format!("rolled back: {error:?}"),
        EventKind::Rerun { rerun, .. } => format!("re-run {rerun}"),
        EventKind::Asked { .. } => "asked".to_owned(),
        EventKind::Answered { answer } => format!("answered: {answer}"),
        EventKind::PutAside { .. } => "put aside".to_owned(),
        EventKind::Failed {
            label, will_retry, ..
        } => format!(
            "failed [{label}]{}",
            if *will_retry { ", will retry" } else { "" }
        ),
        EventKind::Succeeded {
            replayed, flaky, ..
        } => {
            let how = if *replayed { ", replayed" } else { "" };
            format!("succeeded{how}{}", if *flaky { ", flaky" } else { "" })
        }
        EventKind::Split { parts, .. } => {
            let ids: Vec<&str> = parts.iter().map(|part| part.id.as_str()).collect();
            format!("split into {}", ids.join(", "))
        }
        EventKind::Skipped { .. } => "skipped".to_owned(),
        EventKind::Cancelled => "cancelled".to_owned(),
        EventKind::Target { met, reason } => format!("target met: {met}: {reason}"),
        _ => return None,
    })
}

fn mitigation(other: &str) -> Policy {
    Policy::mitigation_authority(other, Money::from_picos(100_000_000_000_000))
}

fn prompt(provider: &Scripted, call: usize) -> String {
    provider.requests()[call].messages[1].content.clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_guide_is_mended_by_enhanced_instructions() {
    for guide in [GUIDE, STUB] {
        let root = tempfile::tempdir().unwrap();
        let answers: &'static [&'static str] = Box::leak(Box::new([guide, RIGHT]));
        let provider = model("first", answers);
        let told = session(
            root.path(),
            &plan(TEST),
            &provider,
            &How::by(mitigation("local")),
        )
        .await;
        assert_eq!(
            told.of("A-1"),
            [
                "started 1",
                "attempt 1 of 3 failed (invalid, `guide`), so what it did is rolled back and attempt 2 follows with `enhanced`",
                "rolled back: None",
                "failed [guide], will retry",
                "started 2",
                "succeeded",
            ]
        );
        assert_eq!(told.end("B-1"), TaskEnd::Verified);
        assert_eq!(told.board.guide_alerts(), 1);
        let second = prompt(&provider, 1);
        for part in [
            "## What was wrong last time\n\nYour last answer was checked and refused:\n\n- ",
            "## What to do otherwise",
            "no placeholder",
            "Exactly these files are expected",
            "  - `answer.py` (it is new)",
        ] {
            assert!(second.contains(part), "{part}\n\n{second}");
        }
        assert!(!prompt(&provider, 0).contains("What was wrong"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn failed_tests_are_told_with_their_evidence_and_then_another_provider_is_asked() {
    let root = tempfile::tempdir().unwrap();
    std::fs::write(root.path().join("answer.py"), "print(0)\n").unwrap();
    let (first, local) = (model("first", &[WRONG]), model("local", &[RIGHT]));
    let how = How::by(mitigation("local")).other(&local);
    let told = session(root.path(), &plan(TEST), &first, &how).await;
    assert_eq!(
        told.of("A-1"),
        [
            "started 1",
            "attempt 1 of 3 failed (invalid, `tests`), so what it did is rolled back and attempt 2 follows with `enhanced`",
            "rolled back: None",
            "failed [tests], will retry",
            "started 2",
            "attempt 2 of 3 failed (invalid, `tests`), so what it did is rolled back, the task switches to `local` and attempt 3 follows with `enhanced`",
            "rolled back: None",
            "failed [tests], will retry",
            "started 3",
            "succeeded",
        ]
    );
    let second = prompt(&first, 1);
    for part in [
        "- test `test \"$(python3 answer.py)\" = 42`: failed: exit status 1",
        "The commands named above are run on your files as they are",
        "  - `answer.py` (it exists; give its whole new content)",
    ] {
        assert!(second.contains(part), "{part}\n\n{second}");
    }
    // Each attempt began from the file as it was.
    assert!(second.contains("print(0)") && prompt(&local, 0).contains("print(0)"));
    let done = told
        .report
        .tasks
        .iter()
        .find(|task| task.id == "A-1")
        .unwrap();
    assert!(done.reason.contains("local"), "{}", done.reason);
    // What follows is asked of the run's own providers again.
    assert_eq!((first.calls(), local.calls()), (3, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_fails_three_times_is_a_persons_and_its_files_are_as_they_were() {
    let root = tempfile::tempdir().unwrap();
    std::fs::write(root.path().join("answer.py"), "print(0)\n").unwrap();
    let before = tree(root.path());
    let (first, local) = (model("first", &[WRONG]), model("local", &[GUIDE]));
    let how = How::by(mitigation("local")).other(&local);
    let told = session(root.path(), &plan(TEST), &first, &how).await;
    assert_eq!(told.end("A-1"), TaskEnd::Failed);
    assert_eq!(told.end("B-1"), TaskEnd::Skipped);
    assert!(told.of("A-1").contains(
        &"attempt 3 of 3 failed (invalid, `guide`) and there are no attempts left, so what it did is rolled back \
          and the task has failed and is left to a person"
    ));
    let files: Vec<_> = tree(root.path())
        .into_iter()
        .filter(|(name, _)| !name.contains("__pycache__"))
        .collect();
    assert_eq!(files, before);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_provider_that_is_not_set_up_is_told_and_not_replaced() {
    let root = tempfile::tempdir().unwrap();
    let first = model("first", &[WRONG]);
    let told = session(
        root.path(),
        &plan(TEST),
        &first,
        &How::by(mitigation("elsewhere")),
    )
    .await;
    let task = told
        .report
        .tasks
        .iter()
        .find(|task| task.id == "A-1")
        .unwrap();
    assert_eq!(
        task.reason,
        "the policy switches to `elsewhere`, which is not set up in this run"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_flaky_test_is_run_again_and_no_other_answer_is_paid_for() {
    let root = tempfile::tempdir().unwrap();
    // Passes with the right answer from the third time on that there is one.
    let flaky = "test -f answer.py && echo x >> runs && test $(wc -l < runs) -ge 3 && test \"$(python3 answer.py)\" = 42";
    let provider = model("first", &[RIGHT]);
    let plan = plan(flaky);
    let told = session(
        root.path(),
        &plan,
        &provider,
        &How::by(Policy::three_tries()),
    )
    .await;
    assert_eq!(
        told.of("A-1"),
        [
            "started 1",
            "attempt 1 of 3 failed (invalid, `tests`), so it is run again unchanged (re-run 1)",
            "re-run 1",
            "attempt 1 of 3 failed (invalid, `tests`), so it is run again unchanged (re-run 2)",
            "re-run 2",
            "succeeded, flaky",
        ]
    );
    assert_eq!(provider.calls(), 2, "one for each task");
    let status = RunStatus::read(root.path(), None).unwrap();
    let (end, state) = (told.end("A-1"), status.tasks[0].state);
    match end {
        TaskEnd::Flaky => assert_eq!(state, TaskState::Flaky),
        // The test tells nothing where it passes without the work by then.
        other => assert_eq!((other, state), (TaskEnd::NotChecked, TaskState::NotChecked)),
    }
    let again = session(
        root.path(),
        &plan,
        &provider,
        &How::by(Policy::three_tries()),
    )
    .await;
    assert_eq!(again.of("A-1"), ["succeeded, replayed, flaky"]);
    assert_eq!(again.end("A-1"), end);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_task_waits_for_a_person_while_the_rest_goes_on() {
    let asks =
        Policy::default().rule(Rule::new(Matching::label(Policy::TESTS)).at_last(Action::Ask));
    let text = "---\nwavecrew: 1\n---\n\n# Two\n\n## Wave 1: Work\n\n### A-1: Answer\n\n- files: answer.py\n- estimate: 1h\n\n\
                #### Test process\n\n```sh\ntest \"$(python3 answer.py)\" = 42\n```\n\n\
                ### B-1: Tell it\n\n- files: told.txt\n- estimate: 1h\n\n#### Test process\n\n```sh\ngrep -q told told.txt\n```\n";
    let plan = from(text);
    let root = tempfile::tempdir().unwrap();
    let provider = model("first", &[WRONG, RIGHT]);
    let how = How::by(asks);
    let told = session(root.path(), &plan, &provider, &how).await;
    assert_eq!(told.end("A-1"), TaskEnd::Waiting);
    assert_eq!(told.end("B-1"), TaskEnd::Verified);
    let open = &told.report.course.questions;
    assert_eq!(open.len(), 1);
    assert_eq!(open[0].task.as_deref(), Some("A-1"));
    assert!(
        open[0].question.contains("exit status 1"),
        "{}",
        open[0].question
    );
    let status = RunStatus::read(root.path(), None).unwrap();
    assert_eq!(status.tasks[0].state, TaskState::Asking);
    assert_eq!(&status.questions, open);

    // Nobody has answered: it waits on, and nothing is asked of a model.
    let told = session(root.path(), &plan, &provider, &how).await;
    assert_eq!(told.of("A-1"), ["asked", "put aside"]);
    assert_eq!(provider.calls(), 2);

    let mut answered = how.clone();
    let retry = Answer::Retry {
        directive: Some("the number is 42".to_owned()),
    };
    answered.answers.insert("A-1".to_owned(), retry);
    let told = session(root.path(), &plan, &provider, &answered).await;
    assert_eq!(
        told.of("A-1"),
        [
            "asked",
            "answered: try again with `the number is 42`",
            "failed [tests], will retry",
            "started 2",
            "succeeded",
        ]
    );
    let last = prompt(&provider, 2);
    assert!(
        last.contains("## What to do otherwise\n\nthe number is 42\n"),
        "{last}"
    );
    assert!(last.contains("= 42`: failed: exit status 1"), "{last}");
    assert!(told.report.course.questions.is_empty());
    assert_eq!(told.end("A-1"), TaskEnd::Verified);
}

#[tokio::test(flavor = "multi_thread")]
async fn answers_that_end_a_task_end_it() {
    for (answer, end, follower) in [
        (Answer::Skip, TaskEnd::Skipped, TaskEnd::Skipped),
        (Answer::Fail, TaskEnd::Failed, TaskEnd::Skipped),
        (Answer::Abort, TaskEnd::Failed, TaskEnd::Skipped),
    ] {
        let asks =
            Policy::default().rule(Rule::new(Matching::label(Policy::TESTS)).at_last(Action::Ask));
        let root = tempfile::tempdir().unwrap();
        let provider = model("first", &[WRONG]);
        let mut how = How::by(asks);
        session(root.path(), &plan(TEST), &provider, &how).await;
        how.answers.insert("A-1".to_owned(), answer.clone());
        let told = session(root.path(), &plan(TEST), &provider, &how).await;
        assert_eq!(
            (told.end("A-1"), told.end("B-1")),
            (end, follower),
            "{answer:?}"
        );
        assert_eq!(provider.calls(), 1, "{answer:?}");
    }
}

/// Many tasks of which each has its file, and a test for it.
fn many(tasks: usize) -> PlanGraph {
    let mut text = "---\nwavecrew: 1\n---\n\n# Many\n\n## Wave 1: Work\n".to_owned();
    for task in 0..tasks {
        text.push_str(&format!(
            "\n### T-{task}: Make {task}\n\n- files: f{task}.py\n- estimate: 1h\n\n#### Test process\n\n```sh\ntest \"$(python3 f{task}.py)\" = ok\n```\n"
        ));
    }
    from(&text)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_stops_above_its_share_of_guides_and_its_cost_and_goes_on_counting() {
    let guides = |_: &Request| {
        let mut response = Response::from(GUIDE);
        response.attempts = 1;
        response.cost = Some(Cost::from_nano_usd(250_000_000));
        Ok(response)
    };
    let provider = Arc::new(Scripted::by(guides).named("first"));
    let root = tempfile::tempdir().unwrap();
    let policy = Policy::default()
        .on(FailureClass::Invalid, Action::Fail)
        .threshold(Threshold::share(Matching::label(Policy::GUIDE), 10, 10))
        .target(Target::Cost {
            at_most: Money::from_picos(1_000_000_000_000),
        })
        .target(Target::FirstAttempt { at_least: 95 });
    let plan = many(30);
    let told = session(root.path(), &plan, &provider, &How::by(policy.clone())).await;
    let stopped = told.report.course.stopped.as_deref().unwrap_or_default();
    assert!(
        stopped
            .contains("tasks failed as `guide`, which is more than 10 %, so nothing more starts"),
        "{stopped}"
    );
    let calls = provider.calls();
    assert!((10..30).contains(&calls), "{calls}");
    let [cost, first] = &told.report.course.targets[..] else {
        panic!("{:?}", told.report.course.targets);
    };
    assert!(
        !cost.met && cost.reason.starts_with("the run cost "),
        "{}",
        cost.reason
    );
    assert!(!first.met, "{}", first.reason);
    let status = RunStatus::read(root.path(), None).unwrap();
    assert_eq!(status.targets, told.report.course.targets);
    assert_eq!(status.stopped.as_deref(), Some(stopped));

    // The next session knows what was spent, and stops at once above a ceiling.
    let ceiling = policy.threshold(Threshold::cost(Money::from_picos(1_000_000_000_000)));
    let told = session(root.path(), &plan, &provider, &How::by(ceiling)).await;
    let stopped = told.report.course.stopped.as_deref().unwrap_or_default();
    assert!(stopped.starts_with("the run has cost "), "{stopped}");
    assert_eq!(provider.calls(), calls, "nothing more is asked");
}

const SPLIT: &str = "---\nwavecrew: 1\n---\n\n# Big\n\n## Wave 1: Work\n\n### A-1: Two files\n\n- files: one.py, two.py\n- estimate: 2h\n\n\
    #### Test process\n\n```sh\ntest \"$(python3 one.py)\" = 1\ntest \"$(python3 two.py)\" = 2\n\
    test \"$(cat one.py two.py | wc -l)\" = 2\n```\n\n### B-1: Tell it\n\n- depends on: A-1\n- files: told.txt\n- estimate: 1h\n\n\
    #### Test process\n\n```sh\ngrep -q told told.txt\n```\n";

#[tokio::test(flavor = "multi_thread")]
async fn a_task_that_is_too_big_is_split_by_its_files() {
    let answer = |request: &Request| {
        let prompt = &request.messages[1].content;
        let parts = [
            ("# Task A-1/1", "```python one.py\nprint(1)\n```\n"),
            ("# Task A-1/2", "```python two.py\nprint(2)\n```\n"),
            ("# Task B-1", "```text told.txt\ntold\n```\n"),
        ];
        let part = parts.iter().find(|(id, _)| prompt.contains(id));
        let mut response = Response::from(part.map_or(GUIDE, |(_, answer)| answer));
        response.attempts = 1;
        response.cost = Some(Cost::ZERO);
        Ok(response)
    };
    let provider = Arc::new(Scripted::by(answer).named("first"));
    let splits = Policy::default().rule(
        Rule::new(Matching::label(Policy::GUIDE)).then(Measure::new(Action::Split).roll_back()),
    );
    let root = tempfile::tempdir().unwrap();
    let plan = from(SPLIT);
    let told = session(root.path(), &plan, &provider, &How::by(splits.clone())).await;
    assert_eq!(
        told.of("A-1"),
        [
            "started 1",
            "attempt 1 of 3 failed (invalid, `guide`), so what it did is rolled back and smaller tasks are to take its place",
            "rolled back: None",
            "split into A-1/1, A-1/2",
        ]
    );
    assert_eq!(told.end("A-1"), TaskEnd::Split);
    assert_eq!(told.end("A-1/1"), TaskEnd::Verified);
    assert_eq!(told.end("A-1/2"), TaskEnd::Verified);
    assert_eq!(told.end("B-1"), TaskEnd::Verified);
    let second = prompt(&provider, 1);
    assert!(
        second.contains("This is part 1 of 2 of the task. Deliver `one.py` and no other file"),
        "{second}"
    );
    let ids: Vec<(&str, TaskState)> = told
        .board
        .tasks()
        .iter()
        .map(|task| (task.id.as_str(), task.state))
        .collect();
    assert_eq!(
        ids,
        [
            ("A-1", TaskState::Split),
            ("B-1", TaskState::Verified),
            ("A-1/1", TaskState::Verified),
            ("A-1/2", TaskState::Verified),
        ]
    );
    let status = RunStatus::read(root.path(), None).unwrap();
    let listed: Vec<&str> = status.tasks.iter().map(|task| task.id.as_str()).collect();
    assert_eq!(listed, ["A-1", "A-1/1", "A-1/2", "B-1"]);

    // A session that takes it up makes the parts again and asks for nothing.
    let calls = provider.calls();
    let again = session(root.path(), &plan, &provider, &How::by(splits.clone())).await;
    assert_eq!(again.of("A-1"), ["split into A-1/1, A-1/2"]);
    assert_eq!(again.of("A-1/1"), ["succeeded, replayed"]);
    assert_eq!(provider.calls(), calls);

    // A part whose file is gone is done again, and only that.
    std::fs::remove_file(root.path().join("one.py")).unwrap();
    let again = session(root.path(), &plan, &provider, &How::by(splits)).await;
    assert_eq!(again.end("A-1/1"), TaskEnd::Verified);
    assert_eq!(provider.calls(), calls + 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_last_part_is_judged_by_criteria_about_the_files_of_those_before() {
    let answer = |request: &Request| {
        let prompt = &request.messages[1].content;
        let parts = [
            ("# Task A-1/1", "```python one.py\nprint(1)\n```\n"),
            ("# Task A-1/2", "```python two.py\nprint(2)\n```\n"),
            ("# Task B-1", "```text told.txt\ntold\n```\n"),
        ];
        let part = parts.iter().find(|(id, _)| prompt.contains(id));
        Ok(Response::from(part.map_or(GUIDE, |(_, answer)| answer)))
    };
    let provider = Arc::new(Scripted::by(answer).named("first"));
    let splits = Policy::default()
        .rule(Rule::new(Matching::label(Policy::GUIDE)).then(Measure::new(Action::Split)));
    let criteria = "#### Success criteria\n\n- [ ] `one.py` contains `print(1)`\n- [ ] `two.py` contains `print(2)`\n\n\
        #### Test process";
    let plan = from(&SPLIT.replacen("#### Test process", criteria, 1));
    let root = tempfile::tempdir().unwrap();
    let told = session(root.path(), &plan, &provider, &How::by(splits.clone())).await;
    assert_eq!(told.end("A-1/1"), TaskEnd::Verified, "{:?}", told.lines);
    assert_eq!(told.end("A-1/2"), TaskEnd::Verified, "{:?}", told.lines);
    // Another session makes the parts again, and knows it as well.
    std::fs::remove_file(root.path().join("two.py")).unwrap();
    let again = session(root.path(), &plan, &provider, &How::by(splits)).await;
    assert_eq!(again.of("A-1/1"), ["succeeded, replayed"]);
    assert_eq!(again.end("A-1/2"), TaskEnd::Verified, "{:?}", again.lines);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_part_writes_no_file_of_another() {
    let answer = |request: &Request| {
        let prompt = &request.messages[1].content;
        let parts = [
            (
                "# Task A-1/1",
                "```python one.py\nprint(1)\n```\n```python two.py\nprint(9)\n```\n```text out/early.txt\nx\n```\n",
            ),
            (
                "# Task A-1/2",
                "```python two.py\nprint(2)\n```\n```python one.py\nprint(9)\n```\n```text out/late.txt\nx\n```\n",
            ),
            ("# Task B-1", "```text told.txt\ntold\n```\n"),
        ];
        let part = parts.iter().find(|(id, _)| prompt.contains(id));
        Ok(Response::from(part.map_or(GUIDE, |(_, answer)| answer)))
    };
    let provider = Arc::new(Scripted::by(answer).named("first"));
    let splits = Policy::default()
        .rule(Rule::new(Matching::label(Policy::GUIDE)).then(Measure::new(Action::Split)));
    let boundaries =
        "#### Boundaries\n\n- **CAN modify:** `out/`, `one.py`, `two.py`\n\n#### Test process";
    let plan = from(&SPLIT.replacen("#### Test process", boundaries, 1));
    let root = tempfile::tempdir().unwrap();
    let told = session(root.path(), &plan, &provider, &How::by(splits)).await;
    assert_eq!(told.end("A-1/1"), TaskEnd::Verified);
    assert_eq!(told.end("A-1/2"), TaskEnd::Verified);
    let second = (0..provider.calls()).map(|call| prompt(&provider, call));
    let second = second
        .into_iter()
        .find(|prompt| prompt.contains("# Task A-1/2"));
    let second = second.expect("it was asked");
    assert!(second.contains("- `two.py` (new)"), "{second}");
    let is = |path: &str| std::fs::read_to_string(root.path().join(path)).ok();
    assert_eq!(is("one.py").as_deref(), Some("print(1)\n"));
    assert_eq!(is("two.py").as_deref(), Some("print(2)\n"));
    assert_eq!(is("out/early.txt"), None, "others may want to make it");
    assert_eq!(is("out/late.txt").as_deref(), Some("x\n"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_whose_name_lets_it_be_empty_is_delivered_empty_and_stays_so() {
    let plan = from(
        "---\nwavecrew: 1\n---\n\n# Package\n\n## Tasks\n\n### A-1: Package\n\n- files: pkg/__init__.py\n- estimate: 1h\n\n\
         #### Test process\n\n```sh\ntest -f pkg/__init__.py\n```\n",
    );
    let answer = |_: &Request| Ok(Response::from("```python pkg/__init__.py\n```\n"));
    let provider = Arc::new(Scripted::by(answer).named("first"));
    let root = tempfile::tempdir().unwrap();
    let how = How::by(Policy::default());
    let told = session(root.path(), &plan, &provider, &how).await;
    assert_eq!(told.end("A-1"), TaskEnd::Verified, "{:?}", told.lines);
    let again = session(root.path(), &plan, &provider, &how).await;
    assert_eq!(again.of("A-1"), ["succeeded, replayed"]);
    assert_eq!(provider.calls(), 1);
    // Where something was delivered, nothing is not it.
    std::fs::write(root.path().join("pkg/__init__.py"), "x = 1\n").unwrap();
    let status = RunStatus::read(root.path(), None).unwrap();
    assert_eq!(status.tasks[0].state, TaskState::NotChecked);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_board_counts_what_was_edited_by_hand_as_a_journals_reader_does() {
    let root = tempfile::tempdir().unwrap();
    let provider = model("first", &[RIGHT]);
    let how = How::by(Policy::default());
    let told = session(root.path(), &plan(TEST), &provider, &how).await;
    assert_eq!(told.board.count(TaskState::Verified), 2);
    std::fs::write(root.path().join("answer.py"), "print(40 + 2)\n").unwrap();
    let told = session(root.path(), &plan(TEST), &provider, &how).await;
    let stands =
        |board: &Board| -> Vec<TaskState> { board.tasks().iter().map(|task| task.state).collect() };
    let now = [TaskState::NotChecked, TaskState::Verified];
    assert_eq!(stands(&told.board), now);
    let reason = &told.board.tasks()[0].reason;
    assert!(reason.contains("`answer.py` was changed since"), "{reason}");
    let status = RunStatus::read(root.path(), None).unwrap();
    assert_eq!(
        status
            .tasks
            .iter()
            .map(|task| task.state)
            .collect::<Vec<_>>(),
        now
    );

    // What has to be verified and is not is not called failed.
    let root = tempfile::tempdir().unwrap();
    let strict = How {
        accept: true,
        ..how
    };
    let told = session(
        root.path(),
        &plan("true"),
        &model("first", &[RIGHT]),
        &strict,
    )
    .await;
    assert_eq!(told.end("A-1"), TaskEnd::NotChecked);
    assert_eq!(told.board.tasks()[0].state, TaskState::NotChecked);
}
