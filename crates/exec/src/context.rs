use std::fmt;
use std::sync::Arc;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use wavecrew_dag::{Money, NodeId};

use crate::desk::Desk;
use crate::outputs::Outputs;
use crate::{Control, ControlState, Failure, FailureClass};

/// What a worker knows about its attempt, and how it talks to the run.
pub struct Context<'a, O> {
    pub(crate) node: NodeId,
    pub(crate) attempt: u32,
    pub(crate) rerun: u32,
    /// What there is to know of attempts before, if there were any.
    pub(crate) told: Option<Arc<Told>>,
    pub(crate) dependencies: &'a [NodeId],
    pub(crate) shared: &'a Shared<'a, O>,
}

/// What all attempts of a run share.
pub(crate) struct Shared<'a, O> {
    pub(crate) outputs: &'a Outputs<O>,
    pub(crate) control: &'a Control,
    pub(crate) desk: &'a Desk,
}

/// What an attempt is told about those before it.
#[derive(Debug)]
pub(crate) struct Told {
    pub(crate) previous: Option<Arc<Previous>>,
    pub(crate) directive: Option<String>,
    pub(crate) provider: Option<String>,
}

/// The failure of the attempt before.
#[derive(Debug)]
pub(crate) struct Previous {
    pub(crate) reason: String,
    pub(crate) detail: serde_json::Value,
}

impl<'a, O> Context<'a, O> {
    /// The task's place in the graph.
    #[must_use]
    pub fn node(&self) -> NodeId {
        self.node
    }

    /// The number of this attempt, from 1. It goes on counting when an interrupted run is resumed.
    #[must_use]
    pub fn attempt(&self) -> u32 {
        self.attempt
    }

    /// Why the attempt before this one failed, if there was one.
    #[must_use]
    pub fn previous_failure(&self) -> Option<&str> {
        let previous = self.told.as_ref()?.previous.as_ref()?;
        Some(&previous.reason)
    }

    /// What that failure had to show ([`Failure::detail`]); the same after the run is taken up again.
    #[must_use]
    pub fn previous_detail(&self) -> Option<&serde_json::Value> {
        let previous = self.told.as_ref()?.previous.as_ref()?;
        Some(&previous.detail).filter(|detail| !detail.is_null())
    }

    /// Which time in a row this attempt is run again unchanged, to see whether its failure was a
    /// flaky one; 0 if it is not. What it kept by [`memo`](Self::memo) is there.
    #[must_use]
    pub fn rerun(&self) -> u32 {
        self.rerun
    }

    /// What the policy has this attempt told, after the failure of the one before
    /// ([`Measure::directive`](crate::Measure::directive)).
    #[must_use]
    pub fn directive(&self) -> Option<&str> {
        self.told.as_ref()?.directive.as_deref()
    }

    /// What the policy has the task switched to, in place of what it would use
    /// ([`Measure::switch`](crate::Measure::switch)).
    #[must_use]
    pub fn provider(&self) -> Option<&str> {
        self.told.as_ref()?.provider.as_deref()
    }

    /// Says that money is spent, for the thresholds and targets of the policy. Where it is known before the
    /// call that costs it, say it then: a call that is killed counts as spent. What is said together with a
    /// step ([`memo`](Self::memo)) is recorded with it, and a run that is taken up goes on counting from there.
    pub fn spend(&self, amount: Money) {
        self.shared.desk.spend(self.node, Some(amount));
    }

    /// Says that money is spent and nobody knows how much. The sum is a lower bound from then on: a target
    /// of cost is missed, and a threshold of cost tells once that it no longer holds.
    pub fn spend_unknown(&self) {
        self.shared.desk.spend(self.node, None);
    }

    /// The outputs of the tasks that this one depends on directly, in ascending order of nodes.
    /// One that failed (see [`Executor::despite_failures`](crate::Executor::despite_failures)) is
    /// left out; one that was split gives those of its parts, in its place and in their order.
    pub fn upstream(&self) -> impl Iterator<Item = (NodeId, &'a O)> + use<'a, O> {
        let outputs = self.shared.outputs;
        let dependencies = outputs.unfold(self.dependencies);
        (0..dependencies.len()).filter_map(move |place| {
            let node = dependencies[place];
            Some((node, outputs.get(node)?))
        })
    }

    /// Whether the run is being cancelled: of use to work on other threads, for this future itself
    /// is dropped then.
    #[must_use]
    pub fn is_cancelled(&self) -> bool {
        self.shared.control.state() == ControlState::Cancelled
    }

    /// Completes when the run is cancelled.
    pub async fn cancelled(&self) {
        self.shared.control.cancelled().await;
    }

    /// The control of the run, to be taken along to other threads.
    #[must_use]
    pub fn control(&self) -> &Control {
        self.shared.control
    }

    /// Says something about how the attempt is getting on; it becomes an event, and is a sign that the
    /// attempt has not stalled.
    pub fn progress(&self, message: impl Into<String>) {
        self.shared.desk.progress(self.node, message.into());
    }

    /// Runs a step of the task, unless it has been done before: then its value is given again.
    ///
    /// With a journal the value is durable when this returns, and outlives a crash: whatever the
    /// step cost is paid once. It lasts until the task succeeds, or fails for good with a class
    /// that does not keep steps ([`FailureClass::keeps_steps`]), or the task or one that it
    /// depends on changes. Without a journal it lasts from attempt to attempt.
    ///
    /// Keys are per *task*, not per attempt. A step that another attempt must do anew, such as
    /// asking again after a wrong answer, needs [`attempt`](Self::attempt) in its key. Two steps
    /// at the same time need two keys.
    ///
    /// # Errors
    ///
    /// The step's own error, which is not kept; or if the value cannot be written as JSON, or what
    /// was kept is not such a value.
    ///
    /// # Cancel safety
    ///
    /// If the future is dropped after the step has ended, its value is kept all the same.
    pub async fn memo<V, E>(
        &self,
        key: &str,
        step: impl Future<Output = Result<V, E>>,
    ) -> Result<V, MemoError<E>>
    where
        V: Serialize + DeserializeOwned,
    {
        let wrong = |source| MemoError::Value {
            key: key.to_owned(),
            source,
        };
        if let Some(value) = self.shared.desk.recall(self.node, key) {
            return serde_json::from_value(value).map_err(wrong);
        }
        let value = step.await.map_err(MemoError::Step)?;
        let kept = serde_json::to_value(&value).map_err(wrong)?;
        self.shared.desk.keep(self.node, key, kept).await;
        Ok(value)
    }

    /// Keeps the value of a step that is done, as [`memo`](Self::memo) does, without waiting until it is durable: it is written together
    /// with the step that is kept next. Also where the attempt is just being dropped.
    pub fn note(&self, key: &str, value: Value) {
        self.shared.desk.note(self.node, key, value);
    }
}

impl<O> fmt::Debug for Context<'_, O> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Context")
            .field("node", &self.node)
            .field("attempt", &self.attempt)
            .finish_non_exhaustive()
    }
}

/// Why [`Context::memo`] gave no value.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum MemoError<E> {
    /// The step failed.
    #[error("{0}")]
    Step(E),
    /// The value cannot be written as JSON, or what was kept under the key is no such value.
    #[error("the value of step `{key}` does not fit its type: {source}")]
    Value {
        /// The step.
        key: String,
        /// What does not fit.
        source: serde_json::Error,
    },
}

impl<E: Failure> Failure for MemoError<E> {
    fn class(&self) -> FailureClass {
        match self {
            Self::Step(error) => error.class(),
            Self::Value { .. } => FailureClass::Permanent,
        }
    }

    fn label(&self) -> &str {
        match self {
            Self::Step(error) => error.label(),
            Self::Value { .. } => "",
        }
    }

    fn retry_after(&self) -> Option<std::time::Duration> {
        match self {
            Self::Step(error) => error.retry_after(),
            Self::Value { .. } => None,
        }
    }

    fn detail(&self) -> serde_json::Value {
        match self {
            Self::Step(error) => error.detail(),
            Self::Value { .. } => serde_json::Value::Null,
        }
    }
}
