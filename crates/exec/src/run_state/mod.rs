//! The core of a run, one file for each thing that it has to know about:
//!
//! - [`admission`]: what may start; [`pace`]: how often; [`gates`]: what must have ended before
//! - [`clocks`]: what happens because time goes by
//! - [`failures`]: what becomes of a failed attempt; [`answers`]: what others had to say about it
//! - [`stops`]: draining, cancelling, suspending
//! - [`tasks`]: where each task stands
//! - [`tally`]: bounds and targets of the whole run
//! - [`growth`]: smaller tasks in place of one
//! - [`earlier`]: what earlier sessions left to do
//!
//! Whatever a run does not use is `None` here, and is asked for nothing.

mod admission;
mod answers;
mod clocks;
mod earlier;
mod failures;
mod gates;
mod growth;
mod inputs;
mod pace;
mod stops;
mod tally;
mod tasks;

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap, HashSet, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use clocks::{Line, Silence};
use earlier::LeftOpen;
use failures::{Facts, Past};
use gates::Gates;
pub use inputs::{Input, NewPart, Request, Standing, Start, Stop, StopCause, Subject};
use pace::Starts;
use tally::Tally;
use tasks::Tasks;
use wavecrew_dag::{ClaimLines, Dag, Frontier, HeldResources, NodeId};

use crate::{Event, EventKind, Limits, Policy};

/// One run as a value: folds what happened and says what to start next.
///
/// It has no clock and does no I/O: time is what its driver says it is ([`advance`](Self::advance)),
/// so the same state runs live and in a simulation. A driver
///
/// 1. drops the attempts of every [`next_stop`](Self::next_stop), takes every
///    [`next_start`](Self::next_start) and begins those attempts, and takes every
///    [`next_request`](Self::next_request) and sees to it,
/// 2. takes every [`next_event`](Self::next_event) and tells them to whoever listens,
/// 3. waits until an attempt ends, or a request is answered, or until
///    [`next_due`](Self::next_due), and says so with [`apply`](Self::apply) and
///    [`advance`](Self::advance),
///
/// until [`is_done`](Self::is_done). [`Executor`](crate::Executor) is such a driver, and
/// [`rehearse`](crate::rehearse) another one.
///
/// ```
/// use wavecrew_dag::DagBuilder;
/// use wavecrew_exec::{Input, Limits, RunState};
///
/// let mut builder = DagBuilder::new();
/// builder.node("build", ()).node("test", ()).edge("build", "test");
/// let dag = builder.build()?;
///
/// let mut run = RunState::new(&dag, Limits::default());
/// let build = run.next_start().expect("nothing precedes `build`");
/// assert!(run.next_start().is_none(), "`test` waits for `build`");
/// run.apply(Input::Succeeded { node: build.node, label: String::new() });
/// let test = run.next_start().expect("`build` is done");
/// assert_eq!(dag.id(test.node), "test");
/// # Ok::<(), wavecrew_dag::BuildError>(())
/// ```
#[derive(Debug)]
pub struct RunState {
    frontier: Frontier,
    tasks: Tasks,
    slots: usize,
    used_slots: usize,
    remaining: usize,
    /// Tasks that go on, or run again; they still have their slots.
    resumed: VecDeque<NodeId>,
    /// When to look at a task again, and which of its calls that is about.
    alarms: BinaryHeap<Reverse<(Duration, NodeId, u32)>>,
    now: Duration,
    /// The same in whole microseconds.
    elapsed: Duration,
    stopped: Stopped,
    /// By whoever drives it.
    suspended: bool,
    /// Questions about the run that a person has not answered; nothing starts until then.
    open_questions: usize,
    /// What happened since they were asked for.
    events: Vec<Event>,
    /// Events that were asked for and wait to be taken one by one.
    told_next: VecDeque<Event>,
    stops: VecDeque<Stop>,
    requests: VecDeque<Request>,
    /// Requests about the run, or about tasks that have ended, that are not answered.
    open_requests: usize,
    policy: Policy,
    despite_failures: bool,
    claims: Option<ClaimLines<'static>>,
    resources: Option<HeldResources<'static>>,
    pace: Option<Starts>,
    gates: Option<Gates>,
    attempt_deadline: Option<Line>,
    task_deadline: Option<Line>,
    silence: Option<Silence>,
    tally: Option<Box<Tally>>,
    /// Of tasks that failed at least once.
    past: HashMap<NodeId, Past>,
    /// What is to be done about tasks in place of an attempt, when their turn comes.
    left_open: HashMap<NodeId, LeftOpen>,
    /// Tasks about which that was done and that have not started since.
    taken_up: HashSet<NodeId>,
    /// For each part of a task that was split, the first whole.
    parts: HashMap<NodeId, NodeId>,
    /// How many parts of each whole have not ended.
    open_parts: HashMap<NodeId, u32>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Stopped {
    No,
    Draining,
    Cancelled,
}

impl RunState {
    /// The start of a run.
    ///
    /// # Panics
    ///
    /// If ranks, claims, resources or phases are given and are not for as many nodes as the graph
    /// has.
    #[must_use]
    pub fn new<T>(dag: &Dag<T>, mut limits: Limits) -> Self {
        let ranks = limits.ranks.take().map(Arc::new);
        Self::with_shared_ranks(dag, limits, ranks)
    }

    /// The same with ranks of which no copy is made, in place of those of the limits.
    pub(crate) fn with_shared_ranks<T>(
        dag: &Dag<T>,
        limits: Limits,
        ranks: Option<Arc<Vec<u64>>>,
    ) -> Self {
        let nodes = dag.len();
        let is_for_all = |given: Option<usize>, what| {
            let fits = given.is_none_or(|given| given == nodes);
            assert!(fits, "{what} are for as many nodes as the graph has");
        };
        is_for_all(limits.claims.as_ref().map(|claims| claims.len()), "claims");
        is_for_all(
            limits.resources.as_ref().map(|all| all.nodes()),
            "resources",
        );
        is_for_all(limits.phases.as_ref().map(|all| all.tasks()), "phases");
        let ranks = ranks.unwrap_or_else(|| Arc::new(vec![0; nodes]));
        let resources = limits
            .resources
            .map(|resources| HeldResources::owned(resources, ranks.to_vec()));
        let claims = limits.claims.as_ref();
        let claims = claims.map(|claims| ClaimLines::owned(claims, ranks.to_vec()));
        let mut run = Self {
            frontier: Frontier::with_shared_ranks(dag, ranks),
            tasks: Tasks::new(nodes),
            slots: limits.concurrency.get(),
            used_slots: 0,
            remaining: nodes,
            resumed: VecDeque::new(),
            alarms: BinaryHeap::new(),
            now: Duration::ZERO,
            elapsed: Duration::ZERO,
            stopped: Stopped::No,
            suspended: false,
            open_questions: 0,
            events: Vec::new(),
            told_next: VecDeque::new(),
            stops: VecDeque::new(),
            requests: VecDeque::new(),
            open_requests: 0,
            tally: Tally::new(&limits.policy).map(Box::new),
            policy: limits.policy,
            despite_failures: limits.despite_failures,
            claims,
            resources,
            pace: limits.pace.map(Starts::new),
            gates: limits.phases.map(Gates::new),
            attempt_deadline: limits.attempt_deadline.map(Line::new),
            task_deadline: limits.task_deadline.map(Line::new),
            silence: limits.stall_after.map(Silence::new),
            past: HashMap::new(),
            left_open: HashMap::new(),
            taken_up: HashSet::new(),
            parts: HashMap::new(),
            open_parts: HashMap::new(),
        };
        run.open_first_gate();
        run
    }

    /// Says, before the task has started, that an earlier session has done it: perhaps only after its attempt
    /// had been run again unchanged (`flaky`).
    ///
    /// # Panics
    ///
    /// If the task has started or ended.
    pub fn replay(&mut self, node: NodeId, label: String, attempts: u32, flaky: bool) {
        assert_eq!(
            self.standing(node),
            Standing::Waiting,
            "node {node} is replayed once, first"
        );
        // The task may have ended although tasks that it depends on have not; what counts for the
        // frontier is only that it has ended and holds nobody up.
        self.frontier.fail_alone(node);
        self.tasks.go_on_at(node, attempts);
        let event = EventKind::Succeeded {
            label,
            attempts,
            replayed: true,
            flaky,
        };
        let is_part = self.parts.contains_key(&node);
        if let Some(tally) = &mut self.tally {
            tally.replayed(node, attempts, is_part);
        }
        self.end(node, Standing::Succeeded, event);
        self.forget_part(node);
    }

    /// What is to be told next. Events are in order.
    pub fn next_event(&mut self) -> Option<Event> {
        if self.told_next.is_empty() {
            let mut new = std::mem::take(self.next_events());
            self.told_next.extend(new.drain(..));
            self.events = new;
        }
        self.told_next.pop_front()
    }

    /// All that is to be told now, to be taken out, by those who do not take it one by one.
    #[inline]
    pub(crate) fn next_events(&mut self) -> &mut Vec<Event> {
        if self.events.is_empty() && self.is_done() {
            self.report_targets();
        }
        &mut self.events
    }

    /// Something that happens to a task now, or to the run.
    #[inline]
    pub(crate) fn event(&self, node: Option<NodeId>, kind: EventKind) -> Event {
        Event {
            elapsed: self.elapsed,
            node,
            kind,
        }
    }

    /// The next attempt that is to be dropped. What it would have delivered does not count any more.
    #[inline]
    pub fn next_stop(&mut self) -> Option<Stop> {
        self.stops.pop_front()
    }

    /// The next thing that somebody else has to do; the answer comes as an [`Input`].
    #[inline]
    pub fn next_request(&mut self) -> Option<Request> {
        self.requests.pop_front()
    }

    #[inline]
    pub(crate) fn has_requests(&self) -> bool {
        !self.requests.is_empty()
    }

    /// Folds in what happened, at the time of the last [`set_time`](Self::set_time) or
    /// [`advance`](Self::advance).
    ///
    /// # Panics
    ///
    /// If an attempt ended that does not run. An answer that comes too late is ignored.
    pub fn apply(&mut self, input: Input) {
        match input {
            Input::Succeeded { node, label } => self.succeed(node, label),
            Input::Failed {
                node,
                class,
                label,
                reason,
                retry_after,
            } => {
                let facts = Facts {
                    class,
                    label,
                    reason,
                    retry_after,
                };
                self.fail(node, facts);
            }
            Input::Progress { node } => self.sign(node),
            Input::Spent { amount } => self.spend(amount),
            Input::RolledBack { node, error } => self.rolled_back(node, error),
            Input::Split { node, parts } => self.split(node, parts),
            Input::NotSplit { node, reason } => self.not_split(node, &reason),
            Input::Answered { about, answer } => self.answered(about, answer),
            Input::Checked { reason, passed } => self.checked(passed, reason),
            Input::Suspend => self.suspend(),
            Input::Continue => self.carry_on(),
            Input::CancelTask { node } => self.cancel_task(node),
            Input::Drain => self.drain(),
            Input::Cancel => self.cancel(),
        }
    }

    /// Whether every task has ended, and nothing else is to be waited for.
    #[must_use]
    #[inline]
    pub fn is_done(&self) -> bool {
        self.remaining == 0
            && self.open_requests == 0
            && self.open_questions == 0
            && !self.has_to_undo()
    }

    /// Whether no attempt runs or goes on by itself: only an answer, or whoever suspended the run, can
    /// bring it further.
    #[must_use]
    pub fn is_suspended(&self) -> bool {
        self.suspended || self.open_questions > 0
    }

    /// The number of tasks, those added during the run included.
    #[must_use]
    pub fn tasks(&self) -> usize {
        self.tasks.len()
    }

    /// Where the task stands.
    #[must_use]
    #[inline]
    pub fn standing(&self, node: NodeId) -> Standing {
        self.tasks.standing(node)
    }

    /// The number of the task's latest attempt, from 1; of the coming one if it waits for that.
    #[must_use]
    #[inline]
    pub fn attempt(&self, node: NodeId) -> u32 {
        self.tasks.tries(node).attempt
    }

    /// What the policy has the task's attempt told.
    #[must_use]
    #[inline]
    pub fn directive(&self, node: NodeId) -> Option<&str> {
        self.past.get(&node)?.directive.as_deref()
    }

    /// What the policy has the task switched to.
    #[must_use]
    #[inline]
    pub fn provider(&self, node: NodeId) -> Option<&str> {
        self.past.get(&node)?.provider.as_deref()
    }

    /// Whether any task has failed yet.
    #[inline]
    pub(crate) fn has_past(&self) -> bool {
        !self.past.is_empty()
    }

    /// As [`Input::Succeeded`].
    pub(crate) fn succeed(&mut self, node: NodeId, label: String) {
        self.expect_running(node);
        self.tasks.set(node, Standing::Succeeded);
        if self.has_clocks() {
            self.leave_clocks(node);
        }
        let attempts = self.attempt(node);
        self.frontier.succeed(node);
        self.release_slot(node);
        self.release_claims(node);
        let flaky = self.past.get(&node).is_some_and(|past| past.reruns > 0);
        if let Some(tally) = &mut self.tally {
            tally.succeeded(node, attempts);
        }
        self.remaining -= 1;
        self.tell(
            node,
            EventKind::Succeeded {
                label,
                attempts,
                replayed: false,
                flaky,
            },
        );
        self.ended(node, Standing::Succeeded);
        self.check_shares();
    }

    /// The task leaves the run: its one final event.
    fn end(&mut self, node: NodeId, standing: Standing, event: EventKind) {
        self.tasks.set(node, standing);
        self.remaining -= 1;
        self.tell(node, event);
        self.ended(node, standing);
    }

    /// What follows from that.
    #[inline]
    fn ended(&mut self, node: NodeId, standing: Standing) {
        // It may have been called from a line and never come to its turn.
        self.settle(node);
        self.stop_task_clock();
        if self.gates.is_some() {
            self.count_at_gate(node, standing);
            self.undo_next();
        }
    }

    #[inline]
    fn tell(&mut self, node: NodeId, event: EventKind) {
        self.events.push(self.event(Some(node), event));
    }

    fn tell_of_run(&mut self, event: EventKind) {
        self.events.push(self.event(None, event));
    }

    #[inline]
    fn expect_running(&self, node: NodeId) {
        assert!(
            self.tasks.is_running(node),
            "node {node} ended an attempt, and is {:?}",
            self.standing(node)
        );
    }
}
