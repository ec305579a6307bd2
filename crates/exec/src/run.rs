use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;
use tokio::time::Instant;
use wavecrew_dag::NodeId;

use crate::attempt::{Ended, Failing, Finished};
use crate::context::Told;
use crate::control::Order;
use crate::desk::{Desk, Mail, Step};
use crate::outputs::Outputs;
use crate::recorder::Recorder;
use crate::resume::{Earlier, Left, Resume};
use crate::shown::Shown;
use crate::{
    Control, ControlState, Event, EventKind, Failed, Input, Outcome, RunState, Standing, Start,
    Stop, StopCause,
};

/// A run as its driver sees it: the pure state, and what goes with its events.
pub(crate) struct Run<'a, O, E, F> {
    pub(crate) state: RunState,
    began: Instant,
    /// What workers have left since the last round.
    mail: Mail,
    /// How many orders have been obeyed.
    known_orders: usize,
    now: Duration,
    pub(crate) stopped: ControlState,
    desk: &'a Desk,
    outputs: &'a Outputs<O>,
    on_event: F,
    /// What happened this round: written down, to be told.
    events: Vec<Event>,
    pub(crate) starts: Vec<Start>,
    replayed: Vec<NodeId>,
    /// The latest errors of tasks that failed.
    errors: HashMap<NodeId, Failed<E>>,
    shown: Shown,
}

impl<'a, O, E, F: FnMut(&Event)> Run<'a, O, E, F> {
    pub(crate) fn new(
        state: RunState,
        desk: &'a Desk,
        outputs: &'a Outputs<O>,
        on_event: F,
    ) -> Self {
        Self {
            state,
            began: Instant::now(),
            mail: Mail::default(),
            known_orders: 0,
            now: Duration::ZERO,
            stopped: ControlState::Running,
            desk,
            outputs,
            on_event,
            events: Vec::new(),
            starts: Vec::new(),
            replayed: Vec::new(),
            errors: HashMap::new(),
            shown: Shown::default(),
        }
    }

    pub(crate) fn take_over(&mut self, resume: &mut Resume<O>) {
        for stale in std::mem::take(&mut resume.stale) {
            let reason = stale.reason;
            self.push(Some(stale.node), EventKind::Stale { reason });
        }
        for part in resume.parts.values().flatten() {
            if let Some(earlier) = &part.earlier {
                let is_done = matches!(earlier.left, Left::Done(_));
                self.state.recall_part(is_done, &earlier.failed_as);
            }
        }
        for (node, earlier) in std::mem::take(&mut resume.tasks) {
            self.take_up(node, earlier);
        }
        let spent = resume.spent;
        self.state
            .recall_costs(spent.known, spent.is_more, resume.lasted);
    }

    /// Takes over what is known of one task.
    pub(crate) fn take_up(&mut self, node: NodeId, earlier: Earlier<O>) {
        let Earlier {
            failed_attempts,
            failed_as,
            left,
        } = earlier;
        self.state
            .recall_failures(node, failed_attempts, &failed_as);
        match left {
            Left::Done(done) => {
                self.keep_output(node, done.output);
                self.replayed.push(node);
                self.state
                    .replay(node, done.label, done.attempts, done.flaky);
            }
            Left::Begun(begun) => {
                self.state.resume_at(node, begun.attempt, &begun.decisions);
                if let Some(previous) = begun.previous {
                    self.shown.recall(node, previous);
                }
                self.remember(node, begun.steps);
                if let Some(open) = begun.asked {
                    let failed = Failed::Earlier(Box::new(open.failure.clone()));
                    self.errors.insert(node, failed);
                    self.shown.show(node, open.detail);
                    self.state.resume_asking(node, open.failure, open.question);
                }
            }
            Left::Split(parted) => {
                let failure = parted.failure;
                self.state
                    .resume_at(node, failure.attempt, &parted.decisions);
                self.remember(node, parted.steps);
                let failed = Failed::Earlier(Box::new(failure.clone()));
                self.errors.insert(node, failed);
                self.state.resume_splitting(node, failure);
            }
        }
    }

    fn remember(&self, node: NodeId, steps: BTreeMap<String, Value>) {
        for (key, value) in steps {
            self.desk.remember(node, key, value);
        }
    }

    /// Takes in what happened since the last round.
    pub(crate) fn fold(
        &mut self,
        finished: &mut Vec<Finished<O, E>>,
        control: &Control,
        answer: impl FnOnce(&mut Self),
    ) {
        self.now = self.began.elapsed();
        self.state.set_time(self.now);
        if self.desk.has_mail() {
            self.mail = self.desk.collect();
        }
        for (node, _) in &self.mail.progress {
            self.state.apply(Input::Progress { node: *node });
        }
        for spent in &self.mail.spent {
            self.state.apply(Input::Spent {
                amount: spent.amount,
            });
        }
        self.take_in(finished);
        answer(self);
        self.state.advance(self.now);
        self.obey(control);
    }

    /// Takes in attempts that have ended.
    pub(crate) fn take_in(&mut self, finished: &mut Vec<Finished<O, E>>) {
        for ended in finished.drain(..) {
            self.take_in_one(ended);
        }
    }

    /// The same for one.
    #[inline]
    pub(crate) fn take_in_one(&mut self, Finished { node, ended }: Finished<O, E>) {
        match ended {
            Ended::Delivered { output, label } => {
                self.keep_output(node, output);
                self.state.succeed(node, label);
            }
            Ended::Failed(failing) => self.fail(node, *failing),
        }
    }

    /// Whether anything was ordered since the last time.
    #[inline]
    pub(crate) fn is_ordered(&self, control: &Control) -> bool {
        control.has_orders_after(self.known_orders)
    }

    /// Does what was ordered since the last time.
    fn obey(&mut self, control: &Control) {
        let orders = control.orders_after(self.known_orders);
        self.known_orders += orders.len();
        for order in &orders {
            let input = match *order {
                Order::Pause => Input::Suspend,
                Order::Resume => Input::Continue,
                Order::CancelTask(node) if node.index() < self.state.tasks() => {
                    Input::CancelTask { node }
                }
                Order::CancelTask(_) => continue,
                Order::Drain => {
                    self.stopped = self.stopped.max(ControlState::Draining);
                    Input::Drain
                }
                Order::Cancel => {
                    self.stopped = ControlState::Cancelled;
                    Input::Cancel
                }
            };
            self.state.apply(input);
        }
    }

    fn fail(&mut self, node: NodeId, failing: Failing<E>) {
        let Failing {
            error,
            class,
            label,
            reason,
            retry_after,
            detail,
        } = failing;
        self.errors.insert(node, error);
        self.shown.show(node, detail);
        self.state.apply(Input::Failed {
            node,
            class,
            label,
            reason,
            retry_after,
        });
    }

    /// Keeps why an attempt is dropped, as its error.
    pub(crate) fn keep_cause(&mut self, stop: Stop) {
        let failed = match stop.cause {
            StopCause::AttemptDeadline(limit) => Failed::TimedOut(limit),
            StopCause::TaskDeadline(limit) => Failed::Overdue(limit),
            StopCause::Stalled(limit) => Failed::Stalled(limit),
            StopCause::Cancelled => return,
        };
        self.shown.show(stop.node, Value::Null);
        self.errors.insert(stop.node, failed);
    }

    /// What an attempt is to know of those before it.
    #[inline]
    pub(crate) fn told(&self, node: NodeId) -> Option<Arc<Told>> {
        let is_anything_past = self.shown.has_previous() || self.state.has_past();
        is_anything_past.then(|| self.told_of_past(node)).flatten()
    }

    fn told_of_past(&self, node: NodeId) -> Option<Arc<Told>> {
        let previous = self.shown.previous(node);
        let directive = self.state.directive(node).map(str::to_owned);
        let provider = self.state.provider(node).map(str::to_owned);
        if previous.is_none() && directive.is_none() && provider.is_none() {
            return None;
        }
        Some(Arc::new(Told {
            previous,
            directive,
            provider,
        }))
    }

    fn keep_output(&mut self, node: NodeId, output: O) {
        self.outputs.set(node, output);
    }

    /// What may start now. Without a journal each starts as soon as it is known, which is left to the
    /// driver.
    pub(crate) fn next_starts<R: Recorder<O>>(&mut self, recorder: &mut R) {
        if !R::DURABLE {
            return;
        }
        while let Some(start) = self.state.next_start() {
            if start.resumed {
                recorder.resumed(start.node, start.attempt);
            }
            self.starts.push(start);
        }
    }

    /// Notes what is to be written down, in the order in which it happened. Gives the steps whose
    /// workers wait for that.
    pub(crate) fn note<R: Recorder<O>>(&mut self, recorder: &mut R) -> Result<Vec<Step>, R::Error> {
        let steps = match self.mail.is_empty() {
            true => Vec::new(),
            false => self.note_mail(recorder),
        };
        loop {
            // Where they are: most are many, and nobody keeps them.
            let new = self.state.next_events();
            if new.is_empty() {
                return Ok(steps);
            }
            for event in new.iter() {
                if R::DURABLE {
                    let output = event.node.and_then(|node| self.outputs.get(node));
                    recorder.event(event, output, self.shown.with(event))?;
                } else {
                    self.shown.note(event);
                    tell(event, self.desk, &mut self.shown, &mut self.on_event);
                }
            }
            if R::DURABLE {
                self.events.append(new);
            } else {
                new.clear();
            }
        }
    }

    /// The same for what workers have left.
    fn note_mail<R: Recorder<O>>(&mut self, recorder: &mut R) -> Vec<Step> {
        let mut mail = std::mem::take(&mut self.mail);
        for step in &mut mail.steps {
            let (key, value) = (std::mem::take(&mut step.key), step.value.take());
            recorder.step(step.node, key, value);
        }
        for spent in mail.spent {
            recorder.spent(spent);
        }
        for (node, message) in mail.progress {
            self.push(Some(node), EventKind::Progress { message });
        }
        if !R::DURABLE {
            // Before whatever happened after it.
            self.tell();
        }
        mail.steps
    }

    fn push(&mut self, node: Option<NodeId>, kind: EventKind) {
        let event = self.state.event(node, kind);
        self.events.push(event);
    }

    /// What is written down, or about to be, and was not told.
    pub(crate) fn untold(&self) -> &[Event] {
        &self.events
    }

    /// Tells what was written down.
    pub(crate) fn tell(&mut self) {
        if self.events.is_empty() {
            return;
        }
        for event in self.events.drain(..) {
            tell(&event, self.desk, &mut self.shown, &mut self.on_event);
        }
    }

    /// Clocks end somewhere, and no run waits for that.
    pub(crate) fn at(&self, due: Duration) -> Instant {
        let a_year = Duration::from_secs(365 * 24 * 60 * 60);
        self.began + due.min(self.now + a_year)
    }

    pub(crate) fn into_ends(self) -> Ends<E> {
        Ends {
            state: self.state,
            errors: self.errors,
            replayed: self.replayed,
        }
    }
}

/// Tells an event; of a task that has ended nothing more is kept.
#[inline]
fn tell(event: &Event, desk: &Desk, shown: &mut Shown, on_event: &mut impl FnMut(&Event)) {
    if let Some(node) = event.node
        && event.kind.is_final()
    {
        desk.forget(node);
        shown.forget(node);
    }
    on_event(event);
}

/// How all tasks of a run ended.
pub(crate) struct Ends<E> {
    state: RunState,
    errors: HashMap<NodeId, Failed<E>>,
    /// In any order.
    replayed: Vec<NodeId>,
}

impl<E> Ends<E> {
    /// One outcome per node, made of one output per node that delivered.
    pub(crate) fn outcomes<O>(mut self, outputs: Outputs<O>) -> Vec<Outcome<O, E>> {
        self.replayed.sort_unstable();
        let mut parts = outputs.parts();
        let is_any_split = !parts.is_empty();
        let mut outcomes = Vec::with_capacity(self.state.tasks());
        outputs.into_all().for_each(|output| {
            let node = NodeId::from_index(outcomes.len());
            let parts = is_any_split.then(|| parts.remove(&node)).flatten();
            outcomes.push(match parts {
                Some(parts) => Outcome::Split { parts },
                None => self.outcome(node, output),
            });
        });
        outcomes
    }

    fn outcome<O>(&mut self, node: NodeId, output: Option<O>) -> Outcome<O, E> {
        let attempts = self.state.attempt(node);
        match self.state.standing(node) {
            Standing::Succeeded => Outcome::Succeeded {
                output: output.expect("a task that succeeded has an output"),
                attempts,
                replayed: !self.replayed.is_empty() && self.replayed.binary_search(&node).is_ok(),
            },
            Standing::Failed => Outcome::Failed {
                error: Box::new(
                    self.errors
                        .remove(&node)
                        .expect("a task that failed has an error"),
                ),
                attempts,
            },
            Standing::RolledBack => Outcome::RolledBack,
            Standing::PutAside(because) => Outcome::PutAside { because },
            Standing::Skipped(because) => Outcome::Skipped { because },
            _ => Outcome::Cancelled,
        }
    }
}
