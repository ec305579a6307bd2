//! A provider that is left alone for a while takes no attempt away from the tasks that would have asked it.

use std::num::NonZeroUsize;
use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;
use wavecrew::exec::{Control, EventKind};
use wavecrew::providers::{
    Breaker, BreakerPolicy, ErrorKind, Provider, ProviderError, Request, Response, ResponseStream,
    Scripted, async_trait,
};
use wavecrew::worker_spec::{Document, read};
use wavecrew::{GraphOptions, PlanGraph, RunOptions, RunReport, Session, TaskEnd, graph};

const TASKS: usize = 12;

fn plan() -> PlanGraph {
    let mut text = "---\nwavecrew: 1\n---\n\n# Harbour\n\n## Tasks\n".to_owned();
    for task in 1..=TASKS {
        text.push_str(&format!(
            "\n### T{task}: Log\n\n#### Deliverables\n\n- [ ] Create file: `{task}.txt`\n"
        ));
    }
    let read = read(&[Document::new("plan.md", text)]);
    graph(&read.value, GraphOptions::default()).expect("no cycle")
}

fn options() -> RunOptions {
    RunOptions {
        providers: vec!["openai".to_owned()],
        workers: NonZeroUsize::new(4).expect("four"),
        ..RunOptions::default()
    }
}

/// Answers for the tasks that it is well for, and fails for the others.
fn provider(is_well: impl Fn(usize) -> bool + Send + Sync + 'static) -> Arc<Scripted> {
    let answer = move |request: &Request| {
        let question = &request.messages.last().expect("a question").content;
        let is_asked = |task: &usize| question.contains(&format!("`{task}.txt`"));
        let task = (1..=TASKS).find(is_asked).expect("it names the file");
        if !is_well(task) {
            return Err(ProviderError::new(
                ErrorKind::Server,
                "openai",
                "out of order",
            ));
        }
        Ok(format!("```text {task}.txt\nline\n```\n"))
    };
    Arc::new(Scripted::by(answer).named("openai"))
}

/// Whether so long has passed, from now on.
fn after(time: Duration) -> impl Fn() -> bool {
    let began = Instant::now();
    move || began.elapsed() >= time
}

struct Seen {
    report: RunReport,
    /// Attempts that ended without an answer.
    failed: usize,
    paused: usize,
}

async fn run(session: &mut Session, plan: &PlanGraph, provider: &Arc<Scripted>) -> Seen {
    let guarded = Breaker::new(Arc::clone(provider), BreakerPolicy::default());
    let (mut failed, mut paused) = (0, 0);
    let ran = session.run(plan, Arc::new(guarded), Control::new(), |event| {
        failed += usize::from(matches!(event.kind, EventKind::Failed { .. }));
        paused += usize::from(matches!(event.kind, EventKind::Paused { .. }));
    });
    let report = ran.await.expect("the journal works");
    Seen {
        report,
        failed,
        paused,
    }
}

#[tokio::test(start_paused = true)]
async fn tasks_wait_for_a_provider_at_rest_without_losing_an_attempt() {
    let (root, plan) = (tempfile::tempdir().expect("a folder"), plan());
    let mut session = Session::create(root.path(), None, &plan, options()).expect("new");
    let is_over = after(Duration::from_secs(40));
    let provider = provider(move |_| is_over());
    let seen = run(&mut session, &plan, &provider).await;

    assert_eq!(
        seen.report.count(TaskEnd::NotChecked),
        TASKS,
        "{:#?}",
        seen.report
    );
    assert!(seen.paused > 0, "nobody had to wait");
    assert_eq!(
        seen.failed,
        provider.calls() - TASKS,
        "an attempt failed for which nobody was asked"
    );
}

#[tokio::test(start_paused = true)]
async fn a_run_in_which_nobody_answers_ends_soon_and_can_be_resumed() {
    let (root, plan) = (tempfile::tempdir().expect("a folder"), plan());
    let began = Instant::now();
    let mut session = Session::create(root.path(), None, &plan, options()).expect("new");
    let seen = run(&mut session, &plan, &provider(|_| false)).await;
    assert!(
        began.elapsed() < Duration::from_secs(180),
        "{:?}",
        began.elapsed()
    );
    let told = format!("{:#?}", seen.report);
    assert!(told.contains("nobody has answered for"), "{told}");
    assert_eq!(seen.report.count(TaskEnd::NotChecked), 0);
    drop(session);

    let mut session = Session::open(root.path(), None).expect("it is there");
    let seen = run(&mut session, &plan, &provider(|_| true)).await;
    assert_eq!(
        seen.report.count(TaskEnd::NotChecked),
        TASKS,
        "{:#?}",
        seen.report
    );
}

#[tokio::test(start_paused = true)]
async fn whoever_has_answered_is_waited_for_as_long_as_for_an_answer() {
    let (root, plan) = (tempfile::tempdir().expect("a folder"), plan());
    let mut session = Session::create(root.path(), None, &plan, options()).expect("new");
    let is_over = after(Duration::from_secs(600));
    let provider = provider(move |task| task <= 3 || is_over());
    let seen = run(&mut session, &plan, &provider).await;
    assert!(
        seen.report.count(TaskEnd::NotChecked) >= TASKS - 2,
        "{:#?}",
        seen.report
    );
}

/// Out of order for a while, and slow from then on.
#[derive(Debug)]
struct Slow(Arc<Scripted>);

#[async_trait]
impl Provider for Slow {
    fn name(&self) -> &str {
        "openai"
    }

    async fn complete(&self, request: &Request) -> Result<Response, ProviderError> {
        let answer = self.0.complete(request).await?;
        tokio::time::sleep(Duration::from_secs(45)).await;
        Ok(answer)
    }

    async fn stream<'a>(&'a self, request: &Request) -> Result<ResponseStream<'a>, ProviderError> {
        self.0.stream(request).await
    }
}

#[tokio::test(start_paused = true)]
async fn nobody_is_given_up_while_he_is_being_asked() {
    let (root, plan) = (tempfile::tempdir().expect("a folder"), plan());
    let mut session = Session::create(root.path(), None, &plan, options()).expect("new");
    let is_over = after(Duration::from_secs(40));
    let slow = Arc::new(Slow(provider(move |_| is_over())));
    let guarded = Breaker::new(slow, BreakerPolicy::default());
    let ran = session.run(&plan, Arc::new(guarded), Control::new(), |_| {});
    let report = ran.await.expect("the journal works");
    assert_eq!(report.count(TaskEnd::NotChecked), TASKS, "{report:#?}");
}
