use std::cmp::Reverse;
use std::collections::{BinaryHeap, VecDeque};
use std::time::Duration;

use wavecrew_dag::{Claims, Dag, Frontier, HeldClaims, NodeId};

use crate::{Action, EventKind, FailureClass, Limits, Policy};

/// One run as a value: folds what happened and says what to start next.
///
/// It has no clock and does no I/O: time is what its driver says it is ([`advance`](Self::advance)),
/// so the same state runs live and in a simulation. A driver
///
/// 1. takes every [`next_start`](Self::next_start) and begins those attempts,
/// 2. takes every [`next_event`](Self::next_event) and tells them to whoever listens,
/// 3. waits until an attempt ends, or until [`next_due`](Self::next_due), and says so with
///    [`apply`](Self::apply) and [`advance`](Self::advance),
///
/// until [`is_done`](Self::is_done). [`Executor`](crate::Executor) is such a driver.
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
    held: HeldClaims,
    policy: Policy,
    despite_failures: bool,
    slots: usize,
    used_slots: usize,
    tasks: Vec<Task>,
    remaining: usize,
    /// Tasks whose pause is over; they still have their slots.
    resumed: VecDeque<NodeId>,
    /// When to go on with paused tasks and those between attempts.
    due: BinaryHeap<Reverse<(Duration, NodeId)>>,
    now: Duration,
    stopped: Stopped,
    events: VecDeque<(NodeId, EventKind)>,
}

/// Something that happened, as the driver tells it to a [`RunState`].
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Input {
    /// A started attempt delivered.
    Succeeded {
        /// The task.
        node: NodeId,
        /// What the worker calls the output.
        label: String,
    },
    /// A started attempt failed.
    Failed {
        /// The task.
        node: NodeId,
        /// The kind of failure.
        class: FailureClass,
        /// The failure in one line.
        reason: String,
        /// How long the other side asked to wait.
        retry_after: Option<Duration>,
    },
    /// Start no more.
    Drain,
    /// Nothing is running any more, and nothing shall start.
    Cancel,
}

/// An attempt that is to begin now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Start {
    /// The task.
    pub node: NodeId,
    /// From 1.
    pub attempt: u32,
    /// Whether the attempt goes on after a pause; it had its `Started` event before.
    pub resumed: bool,
}

/// Where a task stands in a [`RunState`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Standing {
    /// It has not started.
    Waiting,
    /// An attempt runs.
    Running,
    /// It has a slot and waits for the end of a pause.
    Paused,
    /// It waits for its next attempt.
    BetweenAttempts,
    /// It delivered.
    Succeeded,
    /// It failed for good.
    Failed,
    /// It never starts, because this task failed.
    Skipped(NodeId),
    /// The run was stopped before it ended.
    Cancelled,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Stopped {
    No,
    Draining,
    Cancelled,
}

#[derive(Clone, Copy, Debug)]
struct Task {
    standing: Standing,
    /// The attempt that runs or is to run next, from 1.
    attempt: u32,
    /// Pauses of this attempt.
    pauses: u32,
}

impl RunState {
    /// The start of a run.
    ///
    /// # Panics
    ///
    /// If ranks or claims are given and are not for as many nodes as the graph has.
    #[must_use]
    pub fn new<T>(dag: &Dag<T>, limits: Limits) -> Self {
        let ranks = limits.ranks.unwrap_or_else(|| vec![0; dag.len()]);
        let claims = limits.claims.unwrap_or_else(|| Claims::none(dag.len()));
        assert_eq!(
            claims.len(),
            dag.len(),
            "claims are for as many nodes as the graph has"
        );
        let waiting = Task {
            standing: Standing::Waiting,
            attempt: 1,
            pauses: 0,
        };
        Self {
            frontier: Frontier::new(dag, ranks),
            held: HeldClaims::new(&claims),
            policy: limits.policy,
            despite_failures: limits.despite_failures,
            slots: limits.concurrency.get(),
            used_slots: 0,
            tasks: vec![waiting; dag.len()],
            remaining: dag.len(),
            resumed: VecDeque::new(),
            due: BinaryHeap::new(),
            now: Duration::ZERO,
            stopped: Stopped::No,
            events: VecDeque::new(),
        }
    }

    /// Says, before anything has started, that an earlier session has done the task.
    ///
    /// # Panics
    ///
    /// If the task has started or ended.
    pub fn replay(&mut self, node: NodeId, label: String, attempts: u32) {
        assert_eq!(
            self.standing(node),
            Standing::Waiting,
            "node {node} is replayed once, first"
        );
        // The task may have ended although tasks that it depends on have not; what counts for the
        // frontier is only that it has ended and holds nobody up.
        self.frontier.fail_alone(node);
        self.tasks[node.index()].attempt = attempts;
        let event = EventKind::Succeeded {
            label,
            attempts,
            replayed: true,
        };
        self.end(node, Standing::Succeeded, event);
    }

    /// Says, before the task has started, that an earlier session got as far as this attempt.
    ///
    /// # Panics
    ///
    /// If the task has started or ended.
    pub fn resume_at(&mut self, node: NodeId, attempt: u32) {
        assert_eq!(
            self.standing(node),
            Standing::Waiting,
            "node {node} has not started"
        );
        self.tasks[node.index()].attempt = attempt.max(1);
    }

    /// The next attempt to begin now, or `None` if nothing may begin before something else
    /// happens. The task has its slot and its claims from here on.
    pub fn next_start(&mut self) -> Option<Start> {
        if self.stopped > Stopped::No {
            return None;
        }
        if let Some(node) = self.resumed.pop_front() {
            self.tasks[node.index()].standing = Standing::Running;
            return Some(Start {
                node,
                attempt: self.tasks[node.index()].attempt,
                resumed: true,
            });
        }
        while self.used_slots < self.slots {
            let node = self.frontier.pop()?;
            let task = &mut self.tasks[node.index()];
            // Between two attempts a task keeps its claims.
            if task.standing == Standing::Waiting && !self.held.acquire_or_park(node) {
                continue;
            }
            self.used_slots += 1;
            task.standing = Standing::Running;
            task.pauses = 0;
            let attempt = task.attempt;
            self.events
                .push_back((node, EventKind::Started { attempt }));
            return Some(Start {
                node,
                attempt,
                resumed: false,
            });
        }
        None
    }

    /// What is to be told next. Events are in order.
    pub fn next_event(&mut self) -> Option<(NodeId, EventKind)> {
        self.events.pop_front()
    }

    /// When the state should be [`advance`](Self::advance)d at the latest, if ever.
    #[must_use]
    pub fn next_due(&self) -> Option<Duration> {
        self.due.peek().map(|Reverse((due, _))| *due)
    }

    /// Says how long the run has lasted. Time that runs backwards is ignored.
    pub fn advance(&mut self, now: Duration) {
        self.now = self.now.max(now);
        while self.next_due().is_some_and(|due| due <= self.now) {
            let Some(Reverse((_, node))) = self.due.pop() else {
                return;
            };
            match self.standing(node) {
                Standing::Paused => self.resumed.push_back(node),
                Standing::BetweenAttempts => self.frontier.push_back(node),
                // The run was stopped while the task waited.
                _ => {}
            }
        }
    }

    /// Folds in what happened, at the time of the last [`advance`](Self::advance).
    ///
    /// # Panics
    ///
    /// If an attempt ended that has not started.
    pub fn apply(&mut self, input: Input) {
        match input {
            Input::Succeeded { node, label } => self.succeed(node, label),
            Input::Failed {
                node,
                class,
                reason,
                retry_after,
            } => self.fail(node, class, reason, retry_after),
            Input::Drain => self.drain(),
            Input::Cancel => self.cancel(),
        }
    }

    /// Whether every task has ended.
    #[must_use]
    pub fn is_done(&self) -> bool {
        self.remaining == 0
    }

    /// Where the task stands.
    #[must_use]
    pub fn standing(&self, node: NodeId) -> Standing {
        self.tasks[node.index()].standing
    }

    /// The number of the task's latest attempt, from 1; of the coming one if it waits for that.
    #[must_use]
    pub fn attempt(&self, node: NodeId) -> u32 {
        self.tasks[node.index()].attempt
    }

    fn succeed(&mut self, node: NodeId, label: String) {
        self.expect_running(node);
        self.used_slots -= 1;
        self.frontier.succeed(node);
        self.release_claims(node);
        let event = EventKind::Succeeded {
            label,
            attempts: self.attempt(node),
            replayed: false,
        };
        self.end(node, Standing::Succeeded, event);
    }

    fn fail(
        &mut self,
        node: NodeId,
        class: FailureClass,
        reason: String,
        retry_after: Option<Duration>,
    ) {
        self.expect_running(node);
        let task = self.tasks[node.index()];
        let action = self.policy.action(class);
        if let (Action::Pause | Action::Retry, Some(why)) =
            (action, self.asks_too_much(retry_after))
        {
            return self.fail_for_good(node, class, format!("{reason} ({why})"));
        }
        match action {
            Action::Pause if task.pauses < self.policy.max_pauses => {
                let usual = || self.policy.backoff.wait(node, task.pauses + 1);
                self.pause(node, retry_after.unwrap_or_else(usual), reason);
            }
            Action::Retry if task.attempt < self.policy.max_attempts.get() => {
                let usual = self.policy.backoff.wait(node, task.attempt);
                self.retry(
                    node,
                    class,
                    usual.max(retry_after.unwrap_or_default()),
                    reason,
                );
            }
            Action::Pause | Action::Retry | Action::Fail => {
                self.fail_for_good(node, class, reason);
            }
            Action::Abort => {
                self.fail_for_good(node, class, reason);
                self.drain();
            }
        }
        if self.stopped > Stopped::No {
            self.cancel_all(|standing| standing != Standing::Running);
        }
    }

    fn asks_too_much(&self, retry_after: Option<Duration>) -> Option<String> {
        let longest = self.policy.longest_wait;
        let wait = retry_after.filter(|&wait| wait > longest)?;
        Some(format!("a wait of {wait:?} is longer than {longest:?}"))
    }

    fn pause(&mut self, node: NodeId, wait: Duration, reason: String) {
        let task = &mut self.tasks[node.index()];
        task.standing = Standing::Paused;
        task.pauses += 1;
        self.wake_after(node, wait);
        self.events
            .push_back((node, EventKind::Paused { wait, reason }));
    }

    fn retry(&mut self, node: NodeId, class: FailureClass, wait: Duration, reason: String) {
        self.used_slots -= 1;
        let task = &mut self.tasks[node.index()];
        let attempt = task.attempt;
        task.standing = Standing::BetweenAttempts;
        task.attempt += 1;
        let event = EventKind::Failed {
            attempt,
            class,
            reason,
            will_retry: true,
        };
        self.events.push_back((node, event));
        self.wake_after(node, wait);
    }

    fn wake_after(&mut self, node: NodeId, wait: Duration) {
        self.due
            .push(Reverse((self.now.saturating_add(wait), node)));
    }

    fn fail_for_good(&mut self, node: NodeId, class: FailureClass, reason: String) {
        self.used_slots -= 1;
        self.release_claims(node);
        let event = EventKind::Failed {
            attempt: self.attempt(node),
            class,
            reason,
            will_retry: false,
        };
        self.end(node, Standing::Failed, event);
        if self.despite_failures {
            self.frontier.fail_alone(node);
            return;
        }
        for skipped in self.frontier.fail(node) {
            if self.standing(skipped) == Standing::Waiting {
                self.end(
                    skipped,
                    Standing::Skipped(node),
                    EventKind::Skipped { because: node },
                );
            }
        }
    }

    fn drain(&mut self) {
        if self.stopped == Stopped::No {
            self.stopped = Stopped::Draining;
            self.cancel_all(|standing| standing != Standing::Running);
        }
    }

    fn cancel(&mut self) {
        self.stopped = Stopped::Cancelled;
        self.cancel_all(|_| true);
    }

    /// Slots are not given back: nothing starts any more.
    fn cancel_all(&mut self, which: impl Fn(Standing) -> bool) {
        self.resumed.clear();
        self.due.clear();
        for node in (0..self.tasks.len()).map(NodeId::from_index) {
            let standing = self.standing(node);
            if standing.is_final() || !which(standing) {
                continue;
            }
            self.end(node, Standing::Cancelled, EventKind::Cancelled);
        }
    }

    fn end(&mut self, node: NodeId, standing: Standing, event: EventKind) {
        self.tasks[node.index()].standing = standing;
        self.remaining -= 1;
        self.events.push_back((node, event));
    }

    /// Lets those try again whom the claims of this task were in the way of.
    fn release_claims(&mut self, node: NodeId) {
        for woken in self.held.release(node) {
            if self.standing(woken) == Standing::Waiting {
                self.frontier.push_back(woken);
            }
        }
    }

    fn expect_running(&self, node: NodeId) {
        let standing = self.standing(node);
        assert_eq!(standing, Standing::Running, "node {node} ended an attempt");
    }
}

impl Standing {
    /// Whether it can change no more.
    #[must_use]
    pub const fn is_final(self) -> bool {
        matches!(
            self,
            Self::Succeeded | Self::Failed | Self::Skipped(_) | Self::Cancelled
        )
    }
}
