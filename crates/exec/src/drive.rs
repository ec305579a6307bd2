use std::collections::HashMap;
use std::pin::{Pin, pin};
use std::sync::{Arc, OnceLock};
use std::task::{self, Poll};
use std::time::Duration;

use futures::future::poll_fn;
use futures::stream::{FuturesUnordered, StreamExt};
use serde_json::Value;
use tokio::time::{Instant, Sleep};
use wavecrew_dag::{Dag, NodeId};

use crate::attempt::{Ended, Finished, attempt};
use crate::desk::{Desk, Step};
use crate::recorder::Recorder;
use crate::resume::Resume;
use crate::{
    Context, Control, ControlState, Event, EventKind, Failed, Input, Limits, Outcome, RunState,
    Standing, Start, Worker,
};

/// All that one run is made of.
pub(crate) struct Setup<'a, T, W: Worker<T>> {
    pub(crate) dag: &'a Dag<T>,
    pub(crate) worker: &'a W,
    pub(crate) limits: Limits,
    pub(crate) attempt_timeout: Option<Duration>,
    pub(crate) control: &'a Control,
    pub(crate) resume: Resume<W::Output>,
}

/// How many rounds may go by without letting other tasks of the runtime have a turn.
const ROUNDS_BEFORE_YIELD: u32 = 64;

/// How many ended attempts make a round at most.
const ROUND: usize = 1024;

/// Drives a [`RunState`] to its end: polls attempts in place, and in rounds writes down what
/// happened, tells it, and starts what may start next.
pub(crate) async fn drive<T, W, R>(
    setup: Setup<'_, T, W>,
    recorder: &mut R,
    on_event: &mut (impl FnMut(&Event) + Send),
) -> Result<Vec<Outcome<W::Output, W::Error>>, R::Error>
where
    T: Sync,
    W: Worker<T>,
    R: Recorder<W::Output>,
{
    let Setup {
        dag,
        worker,
        limits,
        attempt_timeout,
        control,
        resume,
    } = setup;
    let desk = Desk::new(R::DURABLE);
    let outputs: Vec<OnceLock<W::Output>> = dag.nodes().map(|_| OnceLock::new()).collect();
    let mut run = Run::new(RunState::new(dag, limits), &desk, &outputs, on_event);
    run.take_over(resume);

    let mut in_flight = FuturesUnordered::new();
    let mut finished = Vec::new();
    let mut timer = Timer::default();
    let mut rounds = 0;
    loop {
        run.fold(&mut finished, control);
        if run.stopped == ControlState::Cancelled {
            in_flight.clear();
        }
        run.next_starts(recorder);
        let steps = run.note(recorder)?;
        commit(recorder, &mut in_flight, &mut finished).await?;
        run.tell();
        for step in steps {
            // Nobody waits for it any more if its attempt has been dropped.
            let _ = step.recorded.send(());
        }
        for start in run.starts.drain(..) {
            let cx = Context {
                node: start.node,
                attempt: start.attempt,
                previous_failure: run.previous.get(&start.node).cloned(),
                dependencies: dag.predecessors(start.node),
                outputs: &outputs,
                control,
                desk: &desk,
            };
            in_flight.push(attempt(
                worker,
                dag.payload(start.node),
                cx,
                attempt_timeout,
            ));
        }
        if run.state.is_done() {
            break;
        }
        rounds += 1;
        if rounds % ROUNDS_BEFORE_YIELD == 0 {
            yield_now().await;
        }
        timer.set(run.state.next_due().map(|due| run.began + due));
        wait(&mut in_flight, &mut finished, &mut timer, &run, control).await;
    }
    drop(in_flight);
    let (state, errors, replayed) = run.into_parts();
    Ok(outcomes(&state, outputs, errors, &replayed))
}

/// A run as its driver sees it: the pure state, and what goes with its events.
struct Run<'a, O, E, F> {
    state: RunState,
    began: Instant,
    now: Duration,
    stopped: ControlState,
    desk: &'a Desk,
    outputs: &'a [OnceLock<O>],
    on_event: F,
    /// What happened this round: to be written down, then told.
    events: Vec<Event>,
    starts: Vec<Start>,
    replayed: Vec<NodeId>,
    /// The latest errors of tasks that failed.
    errors: HashMap<NodeId, Failed<E>>,
    details: HashMap<NodeId, Value>,
    /// Why the attempt before failed.
    previous: HashMap<NodeId, Arc<str>>,
}

impl<'a, O, E, F: FnMut(&Event)> Run<'a, O, E, F> {
    fn new(state: RunState, desk: &'a Desk, outputs: &'a [OnceLock<O>], on_event: F) -> Self {
        Self {
            state,
            began: Instant::now(),
            now: Duration::ZERO,
            stopped: ControlState::Running,
            desk,
            outputs,
            on_event,
            events: Vec::new(),
            starts: Vec::new(),
            replayed: Vec::new(),
            errors: HashMap::new(),
            details: HashMap::new(),
            previous: HashMap::new(),
        }
    }

    fn take_over(&mut self, resume: Resume<O>) {
        for stale in resume.stale {
            let reason = stale.reason;
            self.push(stale.node, EventKind::Stale { reason });
        }
        for done in resume.done {
            self.keep_output(done.node, done.output);
            self.replayed.push(done.node);
            self.state.replay(done.node, done.label, done.attempts);
        }
        for begun in resume.begun {
            self.state.resume_at(begun.node, begun.attempt);
            if let Some(reason) = begun.previous_failure {
                self.previous.insert(begun.node, Arc::from(reason));
            }
            for (key, value) in begun.steps {
                self.desk.remember(begun.node, key, value);
            }
        }
    }

    /// Takes in what happened since the last round.
    fn fold(&mut self, finished: &mut Vec<Finished<O, E>>, control: &Control) {
        self.now = whole_micros(self.began.elapsed());
        self.state.advance(self.now);
        for Finished { node, ended } in finished.drain(..) {
            let input = self.input(node, ended);
            self.state.apply(input);
        }
        let asked = control.state();
        if asked > self.stopped {
            self.stopped = asked;
            self.state.apply(match asked {
                ControlState::Cancelled => Input::Cancel,
                _ => Input::Drain,
            });
        }
    }

    fn input(&mut self, node: NodeId, ended: Ended<O, E>) -> Input {
        match ended {
            Ended::Delivered { output, label } => {
                self.keep_output(node, output);
                Input::Succeeded { node, label }
            }
            Ended::Failed {
                error,
                class,
                reason,
                retry_after,
                detail,
            } => {
                self.errors.insert(node, error);
                if !detail.is_null() {
                    self.details.insert(node, detail);
                }
                Input::Failed {
                    node,
                    class,
                    reason,
                    retry_after,
                }
            }
        }
    }

    fn keep_output(&mut self, node: NodeId, output: O) {
        let kept = self.outputs[node.index()].set(output);
        assert!(kept.is_ok(), "node {node} delivers once");
    }

    fn next_starts<R: Recorder<O>>(&mut self, recorder: &mut R) {
        while let Some(start) = self.state.next_start() {
            if start.resumed {
                recorder.resumed(start.node, start.attempt);
            }
            self.starts.push(start);
        }
    }

    /// Notes what is to be written down, in the order in which it happened. Gives the steps whose
    /// workers wait for that.
    fn note<R: Recorder<O>>(&mut self, recorder: &mut R) -> Result<Vec<Step>, R::Error> {
        let mut mail = self.desk.collect();
        for step in &mut mail.steps {
            let (key, value) = (std::mem::take(&mut step.key), step.value.take());
            recorder.step(step.node, key, value);
        }
        for (node, message) in mail.progress {
            self.push(node, EventKind::Progress { message });
        }
        while let Some((node, kind)) = self.state.next_event() {
            let detail = match kind {
                EventKind::Failed { .. } => self.details.remove(&node).unwrap_or_default(),
                _ => Value::Null,
            };
            recorder.event(node, &kind, self.outputs[node.index()].get(), detail)?;
            self.push(node, kind);
        }
        Ok(mail.steps)
    }

    fn push(&mut self, node: NodeId, kind: EventKind) {
        let elapsed = self.now;
        self.events.push(Event {
            elapsed,
            node,
            kind,
        });
    }

    fn tell(&mut self) {
        for event in self.events.drain(..) {
            match &event.kind {
                EventKind::Failed {
                    will_retry: true,
                    reason,
                    ..
                } => {
                    self.previous.insert(event.node, Arc::from(reason.as_str()));
                }
                kind if kind.is_final() => {
                    self.desk.forget(event.node);
                    self.previous.remove(&event.node);
                }
                _ => {}
            }
            (self.on_event)(&event);
        }
    }

    fn into_parts(self) -> (RunState, HashMap<NodeId, Failed<E>>, Vec<NodeId>) {
        (self.state, self.errors, self.replayed)
    }
}

/// Writes down what was noted, while attempts go on.
async fn commit<O, E, A, R>(
    recorder: &mut R,
    in_flight: &mut FuturesUnordered<A>,
    finished: &mut Vec<Finished<O, E>>,
) -> Result<(), R::Error>
where
    A: Future<Output = Finished<O, E>>,
    R: Recorder<O>,
{
    if !R::DURABLE {
        return Ok(());
    }
    let mut committing = pin!(recorder.commit());
    poll_fn(|cx| {
        if let Poll::Ready(committed) = committing.as_mut().poll(cx) {
            return Poll::Ready(committed);
        }
        poll_attempts(in_flight, finished, cx);
        Poll::Pending
    })
    .await
}

/// Waits until something has happened.
async fn wait<O, E, A, F: FnMut(&Event)>(
    in_flight: &mut FuturesUnordered<A>,
    finished: &mut Vec<Finished<O, E>>,
    timer: &mut Timer,
    run: &Run<'_, O, E, F>,
    control: &Control,
) where
    A: Future<Output = Finished<O, E>>,
{
    assert!(
        !in_flight.is_empty() || !finished.is_empty() || timer.is_set(),
        "a run that is not done has something to wait for"
    );
    let mut draining = pin!(control.draining());
    let mut cancelled = pin!(control.cancelled());
    poll_fn(|cx| {
        poll_attempts(in_flight, finished, cx);
        if !finished.is_empty() || run.desk.has_mail() || timer.poll(cx).is_ready() {
            return Poll::Ready(());
        }
        match run.stopped {
            ControlState::Running => draining.as_mut().poll(cx),
            _ => cancelled.as_mut().poll(cx),
        }
    })
    .await;
}

fn poll_attempts<O, E, A>(
    in_flight: &mut FuturesUnordered<A>,
    finished: &mut Vec<Finished<O, E>>,
    cx: &mut task::Context<'_>,
) where
    A: Future<Output = Finished<O, E>>,
{
    while finished.len() < ROUND {
        match in_flight.poll_next_unpin(cx) {
            Poll::Ready(Some(ended)) => finished.push(ended),
            Poll::Ready(None) | Poll::Pending => return,
        }
    }
}

/// Wakes the driver when a pause or backoff is over.
#[derive(Default)]
struct Timer {
    due: Option<Instant>,
    sleep: Option<Pin<Box<Sleep>>>,
}

impl Timer {
    fn set(&mut self, due: Option<Instant>) {
        if let (Some(due), true) = (due, self.due != due) {
            match &mut self.sleep {
                Some(sleep) => sleep.as_mut().reset(due),
                None => self.sleep = Some(Box::pin(tokio::time::sleep_until(due))),
            }
        }
        self.due = due;
    }

    fn is_set(&self) -> bool {
        self.due.is_some()
    }

    fn poll(&mut self, cx: &mut task::Context<'_>) -> Poll<()> {
        match (&self.due, &mut self.sleep) {
            (Some(_), Some(sleep)) => sleep.as_mut().poll(cx),
            _ => Poll::Pending,
        }
    }
}

/// Lets other tasks of the runtime have a turn, whichever runtime that is.
async fn yield_now() {
    let mut yielded = false;
    poll_fn(|cx| {
        if std::mem::replace(&mut yielded, true) {
            return Poll::Ready(());
        }
        cx.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
}

fn outcomes<O, E>(
    state: &RunState,
    outputs: Vec<OnceLock<O>>,
    mut errors: HashMap<NodeId, Failed<E>>,
    replayed: &[NodeId],
) -> Vec<Outcome<O, E>> {
    let mut is_replayed = vec![false; outputs.len()];
    for node in replayed {
        is_replayed[node.index()] = true;
    }
    let outcome = |(index, output): (usize, OnceLock<O>)| {
        let node = NodeId::from_index(index);
        let attempts = state.attempt(node);
        match state.standing(node) {
            Standing::Succeeded => Outcome::Succeeded {
                output: output
                    .into_inner()
                    .expect("a task that succeeded has an output"),
                attempts,
                replayed: is_replayed[index],
            },
            Standing::Failed => Outcome::Failed {
                error: errors
                    .remove(&node)
                    .expect("a task that failed has an error"),
                attempts,
            },
            Standing::Skipped(because) => Outcome::Skipped { because },
            _ => Outcome::Cancelled,
        }
    };
    outputs.into_iter().enumerate().map(outcome).collect()
}

/// What an event can carry.
fn whole_micros(elapsed: Duration) -> Duration {
    Duration::from_micros(u64::try_from(elapsed.as_micros()).unwrap_or(u64::MAX))
}
