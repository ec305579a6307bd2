use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;
use tokio::time::Instant;
use wavecrew_dag::NodeId;

use crate::attempt::{Ended, Failing, Finished};
use crate::context::{Previous, Told};
use crate::control::Order;
use crate::desk::{Desk, Mail, Step};
use crate::outputs::Outputs;
use crate::recorder::Recorder;
use crate::resume::{Earlier, Left, Resume};
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
    /// The same in whole microseconds.
    elapsed: Duration,
    pub(crate) stopped: ControlState,
    desk: &'a Desk,
    outputs: &'a Outputs<O>,
    on_event: F,
    /// What happened this round: to be written down, then told.
    events: Vec<Event>,
    pub(crate) starts: Vec<Start>,
    replayed: Vec<NodeId>,
    /// The latest errors of tasks that failed.
    errors: HashMap<NodeId, Failed<E>>,
    details: HashMap<NodeId, Value>,
    /// The failure of the attempt before.
    previous: HashMap<NodeId, Arc<Previous>>,
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
            elapsed: Duration::ZERO,
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
                    self.previous.insert(node, Arc::new(previous));
                }
                self.remember(node, begun.steps);
                if let Some(open) = begun.asked {
                    let failed = Failed::Earlier(open.failure.clone());
                    self.errors.insert(node, failed);
                    self.details.insert(node, open.detail);
                    self.state.resume_asking(node, open.failure, open.question);
                }
            }
            Left::Split(split) => {
                let failure = split.failure;
                self.state
                    .resume_at(node, failure.attempt, &split.decisions);
                self.remember(node, split.steps);
                let failed = Failed::Earlier(failure.clone());
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
        self.elapsed = whole_micros(self.now);
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
        for Finished { node, ended } in finished.drain(..) {
            match ended {
                Ended::Delivered { output, label } => {
                    self.keep_output(node, output);
                    self.state.succeed(node, label);
                }
                Ended::Failed(failing) => self.fail(node, *failing),
            }
        }
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
        match detail.is_null() {
            true => self.details.remove(&node),
            false => self.details.insert(node, detail),
        };
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
        self.details.remove(&stop.node);
        self.errors.insert(stop.node, failed);
    }

    /// What an attempt is to know of those before it.
    pub(crate) fn told(&mut self, node: NodeId) -> Option<Arc<Told>> {
        if self.previous.is_empty() && !self.state.has_past() {
            return None;
        }
        let previous = self.previous.get(&node).cloned();
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
        let steps = self.note_mail(recorder);
        while let Some((node, kind)) = self.state.next_event() {
            let detail = self.detail(node, &kind);
            let output = node.and_then(|node| self.outputs.get(node));
            recorder.event(node, &kind, output, detail)?;
            let event = self.event(node, kind);
            if R::DURABLE {
                self.events.push(event);
            } else {
                self.tell_one(&event);
            }
        }
        Ok(steps)
    }

    /// What an error had to show, for the event that tells of it, and for the attempt that follows.
    fn detail(&mut self, node: Option<NodeId>, kind: &EventKind) -> Value {
        let Some(node) = node else {
            return Value::Null;
        };
        match kind {
            EventKind::Asked { .. } => self.details.get(&node).cloned().unwrap_or_default(),
            EventKind::Failed {
                will_retry, reason, ..
            } => {
                let detail = self.details.remove(&node).unwrap_or_default();
                if *will_retry {
                    let previous = Previous {
                        reason: reason.clone(),
                        detail: detail.clone(),
                    };
                    self.previous.insert(node, Arc::new(previous));
                }
                detail
            }
            _ => Value::Null,
        }
    }

    /// The same for what workers have left.
    fn note_mail<R: Recorder<O>>(&mut self, recorder: &mut R) -> Vec<Step> {
        if self.mail.is_empty() {
            return Vec::new();
        }
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

    fn event(&self, node: Option<NodeId>, kind: EventKind) -> Event {
        Event {
            elapsed: self.elapsed,
            node,
            kind,
        }
    }

    fn push(&mut self, node: Option<NodeId>, kind: EventKind) {
        let event = self.event(node, kind);
        self.events.push(event);
    }

    /// Tells what was written down.
    pub(crate) fn tell(&mut self) {
        if self.events.is_empty() {
            return;
        }
        let mut events = std::mem::take(&mut self.events);
        for event in events.drain(..) {
            self.tell_one(&event);
        }
        self.events = events;
    }

    fn tell_one(&mut self, event: &Event) {
        if let Some(node) = event.node
            && event.kind.is_final()
        {
            self.desk.forget(node);
            if !self.previous.is_empty() {
                self.previous.remove(&node);
            }
        }
        (self.on_event)(event);
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
        let parts = outputs.parts();
        let outputs = outputs.into_all().enumerate();
        outputs
            .map(|(index, output)| {
                let node = NodeId::from_index(index);
                match parts.get(&node) {
                    Some(parts) => Outcome::Split {
                        parts: parts.clone(),
                    },
                    None => self.outcome(node, output),
                }
            })
            .collect()
    }

    fn outcome<O>(&mut self, node: NodeId, output: Option<O>) -> Outcome<O, E> {
        let attempts = self.state.attempt(node);
        match self.state.standing(node) {
            Standing::Succeeded => Outcome::Succeeded {
                output: output.expect("a task that succeeded has an output"),
                attempts,
                replayed: self.replayed.binary_search(&node).is_ok(),
            },
            Standing::Failed => Outcome::Failed {
                error: self
                    .errors
                    .remove(&node)
                    .expect("a task that failed has an error"),
                attempts,
            },
            Standing::RolledBack => Outcome::RolledBack,
            Standing::PutAside(because) => Outcome::PutAside { because },
            Standing::Skipped(because) => Outcome::Skipped { because },
            _ => Outcome::Cancelled,
        }
    }
}

/// What an event can carry.
fn whole_micros(elapsed: Duration) -> Duration {
    Duration::from_micros(u64::try_from(elapsed.as_micros()).unwrap_or(u64::MAX))
}
