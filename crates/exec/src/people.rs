//! Whoever decides what a run cannot decide by itself.

use std::fmt;

use async_trait::async_trait;
use wavecrew_dag::NodeId;

use crate::Answer;

/// Something that a person is to decide.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    /// The task that waits for the answer; `None` if the whole run does.
    pub node: Option<NodeId>,
    /// The task's id.
    pub task: Option<String>,
    /// What happened, and what is asked.
    pub text: String,
}

/// Answers questions of a run: a terminal, a chat, a form.
///
/// # Contract
///
/// The future is polled beside the attempts and may take as long as it likes; only what was asked
/// about waits for it. It is dropped when the run ends or is stopped. `None` says that nobody is
/// there: the task fails, or the run starts nothing more. A panic counts as `None`. What is answered about a
/// task with [`Answer::Later`] is asked again when the run is taken up; a run about which that was answered goes on then.
#[async_trait]
pub trait Person: fmt::Debug + Send + Sync {
    /// Asks.
    async fn ask(&self, question: &Question) -> Option<Answer>;
}

/// A check between two [`Phase`](crate::Phase)s: tests of the whole, a review.
///
/// # Contract
///
/// It is called once for each phase that has a checkpoint, when all tasks of the phase have ended; again
/// in each session that takes the run up. Nothing of later phases runs meanwhile. A panic counts as not
/// passed.
#[async_trait]
pub trait Checkpoint: fmt::Debug + Send + Sync {
    /// Says why the next phase may start.
    ///
    /// # Errors
    ///
    /// Why it must not.
    async fn check(&self, phase: &str) -> Result<String, String>;
}
