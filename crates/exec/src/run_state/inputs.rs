//! What goes into a [`RunState`](crate::RunState) and what comes out of it, but for events.

use std::time::Duration;

use wavecrew_dag::{Money, NodeId};

use crate::{Answer, FailureClass};

/// Something that happened, as the driver tells it to a [`RunState`](crate::RunState).
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
        /// The finer kind; may be empty.
        label: String,
        /// The failure in one line.
        reason: String,
        /// How long the other side asked to wait.
        retry_after: Option<Duration>,
    },
    /// An attempt gave a sign.
    Progress {
        /// The task.
        node: NodeId,
    },
    /// Money was spent, or is about to be: a call that is killed counts as spent.
    Spent {
        /// How much more than before; `None` if nobody knows.
        amount: Option<Money>,
    },
    /// What the task did was undone, or could not be. Answers [`Request::RollBack`].
    RolledBack {
        /// The task.
        node: NodeId,
        /// Why it could not be.
        error: Option<String>,
    },
    /// The task is split. Answers [`Request::Split`].
    Split {
        /// The task.
        node: NodeId,
        /// At least one.
        parts: Vec<NewPart>,
    },
    /// The task cannot be split. Answers [`Request::Split`].
    NotSplit {
        /// The task.
        node: NodeId,
        /// Why not.
        reason: String,
    },
    /// A person has decided, or nobody is there who could. Answers [`Request::Ask`].
    Answered {
        /// What was asked about.
        about: Subject,
        /// `None` if nobody is there.
        answer: Option<Answer>,
    },
    /// A checkpoint was held. Answers [`Request::Check`].
    Checked {
        /// Whether the next phase may start.
        passed: bool,
        /// Why, as a sentence without a full stop.
        reason: String,
    },
    /// Start nothing until [`Continue`](Self::Continue); what runs goes on.
    Suspend,
    /// Start tasks again.
    Continue,
    /// End one task where it is; what depends on it is skipped. Nothing happens if it has ended.
    CancelTask {
        /// The task.
        node: NodeId,
    },
    /// Start no more.
    Drain,
    /// Nothing is running any more, and nothing shall start.
    Cancel,
}

/// A task that takes the place of another one, with others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewPart {
    /// Its id.
    pub id: String,
    /// Those of the parts before this one that it waits for, by their places.
    pub waits_for: Vec<usize>,
}

/// An attempt that is to begin now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Start {
    /// The task.
    pub node: NodeId,
    /// From 1.
    pub attempt: u32,
    /// Whether the attempt goes on after a pause, or is run again: it had its `Started` event before.
    pub resumed: bool,
    /// Which time in a row the attempt is run again unchanged; 0 if it is not.
    pub rerun: u32,
}

/// An attempt that is to be dropped now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stop {
    /// The task. Its attempt may be over already, if it waited for another one.
    pub node: NodeId,
    /// Why.
    pub cause: StopCause,
}

/// Why an attempt is dropped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum StopCause {
    /// The attempt has taken this long.
    AttemptDeadline(Duration),
    /// The task has taken this long.
    TaskDeadline(Duration),
    /// The attempt has given no sign for this long.
    Stalled(Duration),
    /// The task was cancelled.
    Cancelled,
}

/// What a question is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Subject {
    /// What becomes of a task.
    Task(NodeId),
    /// Whether the run goes on although a phase did not pass.
    Phase,
    /// Whether the run goes on although one of its thresholds was passed.
    Threshold,
}

/// Something that somebody else has to do for the run to go on.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Request {
    /// Undo what the task did. The answer is [`Input::RolledBack`].
    RollBack {
        /// The task.
        node: NodeId,
    },
    /// Make smaller tasks of one. The answer is [`Input::Split`] or [`Input::NotSplit`].
    Split {
        /// The task.
        node: NodeId,
        /// Why its attempt failed.
        reason: String,
    },
    /// Ask a person. The answer is [`Input::Answered`].
    Ask {
        /// What it is about.
        about: Subject,
        /// What to ask.
        question: String,
    },
    /// Hold the checkpoint of a phase. The answer is [`Input::Checked`].
    Check {
        /// The name of the phase.
        phase: String,
    },
}

/// Where a task stands in a [`RunState`](crate::RunState).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Standing {
    /// It has not started.
    Waiting,
    /// An attempt runs.
    Running,
    /// It has a slot and waits for the end of a pause.
    Paused,
    /// Its attempt failed and is about to be run again unchanged.
    Flaky,
    /// Its attempt failed and is being undone.
    RollingBack,
    /// It waits for its next attempt.
    BetweenAttempts,
    /// It waits for a person.
    Asking,
    /// Smaller tasks are being made of it.
    Splitting,
    /// It delivered.
    Succeeded,
    /// It failed for good.
    Failed,
    /// It delivered, and that was undone because its stage of a rollout failed.
    RolledBack,
    /// Others took its place.
    Split,
    /// It waits for a person, or for this task, which does; nothing more happens to it in this session.
    PutAside(NodeId),
    /// It does not run, because this task failed, was left out or was cancelled; the task itself if
    /// it was left out.
    Skipped(NodeId),
    /// The task or the run was stopped before it ended.
    Cancelled,
}

impl Standing {
    /// Whether it can change no more.
    #[must_use]
    pub const fn is_final(self) -> bool {
        matches!(
            self,
            Self::Succeeded
                | Self::RolledBack
                | Self::Failed
                | Self::Split
                | Self::Skipped(_)
                | Self::PutAside(_)
                | Self::Cancelled
        )
    }

    /// Whether something is going on that a drain lets end.
    pub(super) const fn is_at_work(self) -> bool {
        matches!(self, Self::Running | Self::RollingBack)
    }

    /// Whether it has a slot.
    pub(super) const fn has_slot(self) -> bool {
        matches!(
            self,
            Self::Running | Self::Paused | Self::Flaky | Self::RollingBack | Self::Splitting
        )
    }
}
