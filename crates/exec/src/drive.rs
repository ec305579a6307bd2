use std::collections::HashSet;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{self, Poll};

use futures::future::poll_fn;
use futures::stream::StreamExt;
use wavecrew_dag::{Dag, NodeId};

use crate::attempt::{Ended, Finished, attempt};
use crate::context::Shared;
use crate::desk::Desk;
use crate::errands::{Errand, Errands, Helpers};
use crate::flights::Flights;
use crate::outputs::Outputs;
use crate::parts::Parts;
use crate::recorder::Recorder;
use crate::resume::Resume;
use crate::roster::Roster;
use crate::run::Run;
use crate::timer::Timer;
use crate::unsynced::Unsynced;
use crate::{
    Context, Control, ControlState, Event, Failure, Limits, Outcome, Request, RunState, Start,
    Stop, Worker,
};

/// All that one run is made of.
pub(crate) struct Setup<'a, T, W: Worker<T>> {
    pub(crate) dag: &'a Dag<T>,
    pub(crate) worker: &'a W,
    /// Without ranks.
    pub(crate) limits: Limits,
    pub(crate) ranks: Option<Arc<Vec<u64>>>,
    pub(crate) control: &'a Control,
    pub(crate) helpers: &'a Helpers,
    pub(crate) resume: Resume<W::Output>,
}

/// How many rounds may go by without letting other tasks of the runtime have a turn.
const ROUNDS_BEFORE_YIELD: u32 = 16;

/// How many attempts start in a round at most. The clock and timers are looked at once a round: attempts
/// that never wait would otherwise spend most of their time on asking for it.
const AT_ONCE: u32 = 256;

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
    T: Send + Sync,
    W: Worker<T>,
    R: Recorder<W::Output>,
{
    let Setup {
        dag,
        worker,
        limits,
        ranks,
        control,
        helpers,
        mut resume,
    } = setup;
    let claims = limits.claims.clone();
    let desk = Desk::new(R::DURABLE);
    let outputs = Outputs::new(dag.len());
    let roster = Roster::new(dag);
    let state = RunState::with_shared_ranks(dag, limits, ranks);
    let mut run = Run::new(state, &desk, &outputs, on_event);
    run.take_over(&mut resume);
    let mut parts = Parts::new(&roster, &outputs, worker.splitter(), resume.parts);

    let shared = Shared {
        outputs: &outputs,
        control,
        desk: &desk,
    };
    let begin = |run: &mut Run<'_, _, _, _>,
                 flights: &mut Flights<_>,
                 start: Start,
                 cx: &mut task::Context<'_>| {
        let context = Context {
            node: start.node,
            attempt: start.attempt,
            rerun: start.rerun,
            told: run.told(start.node),
            dependencies: roster.dependencies(start.node),
            shared: &shared,
        };
        let attempt = attempt(worker, roster.task(start.node), context);
        flights.start(start.node, attempt, cx)
    };
    let mut flights = Flights::new();
    let mut errands = Errands::new();
    let mut finished = Vec::new();
    let mut answers = Vec::new();
    let mut timer = Timer::default();
    let mut ordered = pin!(control.changed());
    let mut is_ordered = false;
    let mut are_parts_back = false;
    let mut rounds = 0;
    loop {
        if std::mem::take(&mut is_ordered) {
            // Before the orders are looked at: one that comes in between is told by it.
            ordered.set(control.changed());
        }
        run.fold(&mut finished, control, |run| {
            for errand in answers.drain(..) {
                match errand {
                    Errand::Done(answer) => run.state.apply(answer),
                    Errand::Split { node, parts: new } => parts.add(run, recorder, node, new),
                }
            }
        });
        if run.stopped == ControlState::Cancelled {
            flights.clear();
            errands.clear();
        }
        stop(&mut run, &mut flights);
        run.next_starts(recorder);
        while let Some(request) = run.state.next_request() {
            match request {
                Request::Split { node, .. } if parts.is_split(node) => {
                    parts.add_earlier(&mut run, recorder, node);
                    are_parts_back = true;
                }
                request => errands.push(helpers.see_to(request, &roster, worker)),
            }
        }
        if std::mem::take(&mut are_parts_back) {
            run.next_starts(recorder);
        }
        let steps = run.note(recorder)?;
        if R::DURABLE {
            let unsynced = Unsynced::of(run.untold());
            beside(recorder.write(), &mut flights, &mut finished).await?;
            // The others need not wait for the disk.
            let waits = |start: &mut Start| unsynced.holds_up(start.node, &roster, claims.as_ref());
            let mut starts = std::mem::take(&mut run.starts);
            let late: Vec<Start> = starts.extract_if(.., waits).collect();
            poll_fn(|cx| {
                let starts = starts.drain(..);
                finished
                    .extend(starts.filter_map(|start| begin(&mut run, &mut flights, start, cx)));
                Poll::Ready(())
            })
            .await;
            run.starts = late;
            beside(recorder.sync(), &mut flights, &mut finished).await?;
            run.tell();
        }
        for step in steps {
            // Nobody waits for it any more if its attempt has been dropped.
            let _ = step.recorded.send(());
        }
        let mut is_cut_short = false;
        poll_fn(|cx| {
            if R::DURABLE {
                for start in std::mem::take(&mut run.starts) {
                    finished.extend(begin(&mut run, &mut flights, start, cx));
                }
                return Poll::Ready(Ok(()));
            }
            for started in 1..=AT_ONCE {
                let Some(start) = run.state.next_start() else {
                    break;
                };
                is_cut_short = started == AT_ONCE;
                if let Err(error) = run.note(recorder) {
                    return Poll::Ready(Err(error));
                }
                let ended = begin(&mut run, &mut flights, start, cx);
                if desk.has_mail() || run.is_ordered(control) {
                    // What the worker had to say comes before its end, and what was ordered before the next start.
                    finished.extend(ended);
                    break;
                }
                if let Some(ended) = ended {
                    run.take_in_one(ended);
                }
            }
            Poll::Ready(run.note(recorder).map(|_| ()))
        })
        .await?;
        if run.state.is_done() {
            if desk.has_mail() {
                // What attempts had to say when they were dropped.
                continue;
            }
            break;
        }
        rounds += 1;
        if rounds % ROUNDS_BEFORE_YIELD == 0 {
            yield_now().await;
        }
        if !finished.is_empty() || is_cut_short || run.state.has_requests() {
            continue;
        }
        timer.set(run.state.next_due().map(|due| run.at(due)));
        let mut happened = Happened {
            finished: &mut finished,
            answers: &mut answers,
            timer: &mut timer,
            desk: &desk,
            ordered: ordered.as_mut(),
            is_ordered: &mut is_ordered,
            is_suspended: run.state.is_suspended(),
        };
        happened.wait(&mut flights, &mut errands).await;
    }
    drop(flights);
    let ends = run.into_ends();
    Ok(ends.outcomes(outputs))
}

/// Drops the attempts that are not to go on.
fn stop<O, E, F: FnMut(&Event), A>(run: &mut Run<'_, O, E, F>, flights: &mut Flights<A>)
where
    A: Future<Output = Ended<O, E>>,
    E: Failure,
{
    let Some(first) = run.state.next_stop() else {
        return;
    };
    let others = std::iter::from_fn(|| run.state.next_stop());
    let stops: Vec<Stop> = std::iter::once(first).chain(others).collect();
    let stopped: HashSet<NodeId> = stops.iter().map(|stop| stop.node).collect();
    for stop in stops {
        run.keep_cause(stop);
    }
    flights.stop(&stopped);
}

/// Does something while attempts go on.
async fn beside<O, E, A, R>(
    other: impl Future<Output = R>,
    flights: &mut Flights<A>,
    finished: &mut Vec<Finished<O, E>>,
) -> R
where
    A: Future<Output = Ended<O, E>>,
    E: Failure,
{
    let mut other = pin!(other);
    poll_fn(|cx| {
        if let Poll::Ready(done) = other.as_mut().poll(cx) {
            return Poll::Ready(done);
        }
        poll_attempts(flights, finished, cx);
        Poll::Pending
    })
    .await
}

/// What a driver waits for.
struct Happened<'a, 'o, O, E, T, C> {
    finished: &'a mut Vec<Finished<O, E>>,
    answers: &'a mut Vec<Errand<T>>,
    timer: &'a mut Timer,
    desk: &'a Desk,
    ordered: Pin<&'o mut C>,
    is_ordered: &'a mut bool,
    /// Whether it may be that only an order brings the run further.
    is_suspended: bool,
}

impl<O, E, T, C: Future<Output = ()>> Happened<'_, '_, O, E, T, C> {
    /// Waits until something has happened.
    async fn wait<A>(&mut self, flights: &mut Flights<A>, errands: &mut Errands<'_, T>)
    where
        A: Future<Output = Ended<O, E>>,
        E: Failure,
    {
        let can_happen =
            !flights.is_empty() || !errands.is_empty() || self.timer.is_set() || self.is_suspended;
        assert!(
            can_happen,
            "a run that is not done has something to wait for"
        );
        poll_fn(|cx| {
            poll_attempts(flights, self.finished, cx);
            while let Poll::Ready(Some(answer)) = errands.poll_next_unpin(cx) {
                self.answers.push(answer);
            }
            let timer = self.timer.poll(cx);
            *self.is_ordered = self.ordered.as_mut().poll(cx).is_ready();
            if !self.finished.is_empty()
                || !self.answers.is_empty()
                || self.desk.has_mail()
                || timer.is_ready()
                || *self.is_ordered
            {
                return Poll::Ready(());
            }
            Poll::Pending
        })
        .await;
    }
}

fn poll_attempts<O, E, A>(
    flights: &mut Flights<A>,
    finished: &mut Vec<Finished<O, E>>,
    cx: &mut task::Context<'_>,
) where
    A: Future<Output = Ended<O, E>>,
    E: Failure,
{
    while finished.len() < ROUND {
        match flights.poll_next(cx) {
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
