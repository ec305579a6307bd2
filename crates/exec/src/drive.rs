use std::pin::pin;
use std::sync::OnceLock;
use std::task::{self, Poll};
use std::time::Duration;

use futures::future::poll_fn;
use futures::stream::{FuturesUnordered, StreamExt};
use wavecrew_dag::Dag;

use crate::attempt::{Finished, attempt};
use crate::desk::Desk;
use crate::recorder::Recorder;
use crate::resume::Resume;
use crate::run::Run;
use crate::timer::Timer;
use crate::{Context, Control, ControlState, Event, Limits, Outcome, RunState, Worker};

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
            let task = dag.payload(start.node);
            let cx = Context {
                node: start.node,
                attempt: start.attempt,
                previous_failure: run.previous.get(&start.node).cloned(),
                dependencies: dag.predecessors(start.node),
                outputs: &outputs,
                control,
                desk: &desk,
            };
            in_flight.push(attempt(worker, task, cx, attempt_timeout));
        }
        if run.state.is_done() {
            break;
        }
        rounds += 1;
        if rounds % ROUNDS_BEFORE_YIELD == 0 {
            yield_now().await;
        }
        timer.set(run.state.next_due().map(|due| run.at(due)));
        let mut happened = Happened {
            finished: &mut finished,
            timer: &mut timer,
            desk: &desk,
            control,
            stopped: run.stopped,
        };
        happened.wait(&mut in_flight).await;
    }
    drop(in_flight);
    let ends = run.into_ends();
    Ok(ends.outcomes(outputs))
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

/// What a driver waits for.
struct Happened<'a, O, E> {
    finished: &'a mut Vec<Finished<O, E>>,
    timer: &'a mut Timer,
    desk: &'a Desk,
    control: &'a Control,
    /// How far the control has gone already.
    stopped: ControlState,
}

impl<O, E> Happened<'_, O, E> {
    /// Waits until something has happened.
    async fn wait<A>(&mut self, in_flight: &mut FuturesUnordered<A>)
    where
        A: Future<Output = Finished<O, E>>,
    {
        assert!(
            !in_flight.is_empty() || !self.finished.is_empty() || self.timer.is_set(),
            "a run that is not done has something to wait for"
        );
        let mut draining = pin!(self.control.draining());
        let mut cancelled = pin!(self.control.cancelled());
        poll_fn(|cx| {
            poll_attempts(in_flight, self.finished, cx);
            let timer = self.timer.poll(cx);
            if !self.finished.is_empty() || self.desk.has_mail() || timer.is_ready() {
                return Poll::Ready(());
            }
            match self.stopped {
                ControlState::Running => draining.as_mut().poll(cx),
                _ => cancelled.as_mut().poll(cx),
            }
        })
        .await;
    }
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
