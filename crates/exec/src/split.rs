//! Smaller tasks in place of one.

use async_trait::async_trait;
use serde_json::Value;

/// Makes smaller tasks of one ([`Action::Split`](crate::Action::Split)). A
/// [`Worker`](crate::Worker::splitter) has one if its tasks can be split.
///
/// # Contract
///
/// The parts of a task wait for what it waited for, and what waited for it waits for all of them. They
/// share its claims, and need the resources that it needed; which of them must not run at once is for the
/// splitter to say, by letting one wait for the other. The parts together do what the task was to do.
///
/// A run that is taken up again makes the parts anew of what was noted about them: equal tasks and notes
/// give equal parts.
#[async_trait]
pub trait Split<T>: Send + Sync {
    /// Makes the parts of a task whose attempt failed for this reason: at least two. May take as long as it
    /// likes, and is dropped when the run ends.
    ///
    /// # Errors
    ///
    /// Why the task cannot be split, as half a sentence: the policy's next measure is taken.
    async fn split(&self, task: &T, reason: &str) -> Result<Vec<Part<T>>, String>;

    /// Makes a part again.
    ///
    /// # Errors
    ///
    /// Why that is not possible: the whole task is done anew.
    fn part(&self, whole: &T, note: &Value) -> Result<T, String>;
}

/// One of the tasks that take the place of another one.
#[derive(Clone, Debug, PartialEq)]
pub struct Part<T> {
    /// The task.
    pub task: T,
    /// All that it takes, with the whole task, to [make it again](Split::part): kept in the journal.
    pub note: Value,
    /// Those of the parts before this one that it waits for, by their places.
    pub waits_for: Vec<usize>,
}
