//! A run without running anything: the same core, on time that is only counted.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::time::Duration;

use wavecrew_dag::{Dag, Money, NodeId};

use crate::{Answer, Event, FailureClass, Input, Limits, Request, RunState, Standing, Start};

/// How an attempt goes in a [`rehearse`]d run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Played {
    /// How long it takes.
    pub takes: Duration,
    /// What it costs; spent when it starts.
    pub cost: Money,
    /// How it fails, if it does.
    pub fails: Option<PlayedFailure>,
}

/// How an attempt fails in a [`rehearse`]d run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlayedFailure {
    /// The kind of failure.
    pub class: FailureClass,
    /// The finer kind; may be empty.
    pub label: String,
    /// The failure in one line.
    pub reason: String,
    /// How long the other side asks to wait.
    pub retry_after: Option<Duration>,
}

impl Played {
    /// An attempt that succeeds.
    #[must_use]
    pub fn well(takes: Duration) -> Self {
        Self {
            takes,
            ..Self::default()
        }
    }

    /// An attempt that fails.
    #[must_use]
    pub fn badly(takes: Duration, class: FailureClass, reason: impl Into<String>) -> Self {
        Self {
            takes,
            fails: Some(PlayedFailure {
                class,
                label: String::new(),
                reason: reason.into(),
                retry_after: None,
            }),
            ..Self::default()
        }
    }

    /// Sets what it costs.
    #[must_use]
    pub fn cost(self, cost: Money) -> Self {
        Self { cost, ..self }
    }
}

/// What a run would come to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rehearsal {
    /// From the start to the last end.
    pub makespan: Duration,
    /// What all attempts cost together.
    pub cost: Money,
    /// How many attempts started, those that were run again included.
    pub attempts: u64,
    /// How many of them were not the first of their task.
    pub retries: u64,
    /// How many tasks succeeded.
    pub succeeded: usize,
    /// How many failed.
    pub failed: usize,
    /// How many were skipped.
    pub skipped: usize,
    /// How many had succeeded, and were undone because their stage of a rollout failed.
    pub rolled_back: usize,
    /// How many were cancelled.
    pub cancelled: usize,
    /// All that happened, in order.
    pub events: Vec<Event>,
}

/// Plays a run from its start to its end with the given limits, and policy, on time that is only
/// counted: nothing waits and nothing is run. `play` says how each attempt goes.
///
/// Roll-backs take no time and succeed, checkpoints pass, a task that is to be split cannot be, and a
/// person who is asked says that it has failed.
///
/// Equal input gives an equal rehearsal.
///
/// # Complexity
///
/// O(log V) for each attempt, besides what the limits cost.
///
/// # Panics
///
/// As [`RunState::new`].
///
/// ```
/// use std::num::NonZeroUsize;
/// use std::time::Duration;
/// use wavecrew_dag::DagBuilder;
/// use wavecrew_exec::{Limits, Played, rehearse};
///
/// let mut builder = DagBuilder::new();
/// builder.node("build", 60).node("test", 30).node("docs", 20);
/// builder.edge("build", "test");
/// let dag = builder.build()?;
///
/// let limits = Limits {
///     concurrency: NonZeroUsize::new(2).expect("not zero"),
///     ..Limits::default()
/// };
/// let run = rehearse(&dag, limits, |start| {
///     Played::well(Duration::from_secs(*dag.payload(start.node)))
/// });
/// assert_eq!(run.makespan, Duration::from_secs(90));
/// # Ok::<(), wavecrew_dag::BuildError>(())
/// ```
pub fn rehearse<T>(
    dag: &Dag<T>,
    limits: Limits,
    mut play: impl FnMut(&Start) -> Played,
) -> Rehearsal {
    let mut stage = Stage {
        state: RunState::new(dag, limits),
        now: Duration::ZERO,
        in_flight: BinaryHeap::new(),
        calls: vec![0; dag.len()],
        played: Vec::new(),
        sum: Rehearsal::default(),
    };
    loop {
        stage.answer_requests();
        stage.begin(&mut play);
        stage.take_events();
        if stage.state.is_done() || !stage.go_on() {
            break;
        }
    }
    stage.take_events();
    stage.sum.makespan = stage
        .sum
        .events
        .last()
        .map_or(Duration::ZERO, |event| event.elapsed);
    for node in dag.nodes() {
        match stage.state.standing(node) {
            Standing::Succeeded => stage.sum.succeeded += 1,
            Standing::Failed => stage.sum.failed += 1,
            Standing::Skipped(_) => stage.sum.skipped += 1,
            Standing::RolledBack => stage.sum.rolled_back += 1,
            _ => stage.sum.cancelled += 1,
        }
    }
    stage.sum
}

struct Stage {
    state: RunState,
    now: Duration,
    /// When which attempt ends; the number says which of the task's calls it is.
    in_flight: BinaryHeap<Reverse<(Duration, NodeId, u32, usize)>>,
    /// How many calls each task has had, stopped ones counted twice.
    calls: Vec<u32>,
    played: Vec<Option<Played>>,
    sum: Rehearsal,
}

impl Stage {
    fn begin(&mut self, play: &mut impl FnMut(&Start) -> Played) {
        self.drop_stopped();
        while let Some(start) = self.state.next_start() {
            let played = play(&start);
            self.sum.attempts += 1;
            self.sum.retries += u64::from(start.attempt > 1 || start.rerun > 0);
            self.sum.cost = self.sum.cost.plus(played.cost).unwrap_or(self.sum.cost);
            let node = start.node;
            self.calls[node.index()] += 1;
            let end = self.now.saturating_add(played.takes);
            let call = self.calls[node.index()];
            self.in_flight
                .push(Reverse((end, node, call, self.played.len())));
            if played.cost > Money::ZERO {
                self.state.apply(Input::Spent {
                    amount: Some(played.cost),
                });
            }
            self.played.push(Some(played));
            self.answer_requests();
        }
    }

    fn drop_stopped(&mut self) {
        while let Some(stop) = self.state.next_stop() {
            self.calls[stop.node.index()] += 1;
        }
    }

    fn take_events(&mut self) {
        let events = std::iter::from_fn(|| self.state.next_event());
        self.sum.events.extend(events);
    }

    fn answer_requests(&mut self) {
        while let Some(request) = self.state.next_request() {
            self.state.apply(match request {
                Request::RollBack { node } => Input::RolledBack { node, error: None },
                Request::Split { node, .. } => Input::NotSplit {
                    node,
                    reason: "nothing is split in a rehearsal".to_owned(),
                },
                Request::Ask { about, .. } => Input::Answered {
                    about,
                    answer: Some(Answer::Fail),
                },
                Request::Check { .. } => Input::Checked {
                    passed: true,
                    reason: "every checkpoint passes in a rehearsal".to_owned(),
                },
            });
        }
    }

    /// To the next time at which something happens, and what happens then.
    fn go_on(&mut self) -> bool {
        while let Some(&Reverse((_, node, call, place))) = self.in_flight.peek()
            && self.calls[node.index()] != call
        {
            self.in_flight.pop();
            self.played[place] = None;
        }
        let end = self.in_flight.peek().map(|Reverse((end, ..))| *end);
        let Some(now) = end.into_iter().chain(self.state.next_due()).min() else {
            return false;
        };
        self.now = self.now.max(now);
        self.state.set_time(self.now);
        while let Some(&Reverse((end, node, call, place))) = self.in_flight.peek()
            && end <= self.now
        {
            self.in_flight.pop();
            let played = self.played[place].take();
            if self.calls[node.index()] == call
                && let Some(played) = played
                && self.state.standing(node) == Standing::Running
            {
                self.state.apply(input(node, played));
                self.drop_stopped();
            }
        }
        self.state.advance(self.now);
        self.drop_stopped();
        true
    }
}

fn input(node: NodeId, played: Played) -> Input {
    match played.fails {
        None => Input::Succeeded {
            node,
            label: String::new(),
        },
        Some(failure) => Input::Failed {
            node,
            class: failure.class,
            label: failure.label,
            reason: failure.reason,
            retry_after: failure.retry_after,
        },
    }
}
