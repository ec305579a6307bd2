use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{Answer, AttemptFailure, Decision, FailureClass};

/// One line of a journal. Tasks go by their ids, since indices change with the plan.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
#[non_exhaustive]
pub enum Record {
    /// The first record of a journal, and only that.
    Header(Header),
    /// What the caller needs to take the run up again, in place of that of the header.
    Meta {
        /// As [`Header::meta`].
        meta: Value,
    },
    /// Another session takes the run up; what was in flight before is not any more.
    Resumed,
    /// What was recorded of the task no longer counts, its steps included.
    Stale {
        /// The task.
        task: String,
        /// What has changed.
        reason: String,
    },
    /// The task is to be done again, from the steps that it has done.
    Reopened {
        /// The task.
        task: String,
        /// What is wrong with what it delivered.
        reason: String,
    },
    /// An attempt starts, or goes on after a pause.
    Started {
        /// The task.
        task: String,
        /// From 1.
        attempt: u32,
        /// The digest of what the task and all it depends on are.
        lineage: String,
    },
    /// A step of the task is done ([`Context::memo`](crate::Context::memo)).
    Memo {
        /// The task.
        task: String,
        /// The name of the step.
        key: String,
        /// The digest of what the task and all it depends on are.
        lineage: String,
        /// What the step gave.
        value: Payload,
    },
    /// The attempt waits.
    Paused {
        /// The task.
        task: String,
        /// For how long, in milliseconds.
        wait_ms: u64,
        /// What for.
        reason: String,
    },
    /// An attempt failed.
    Failed {
        /// The task.
        task: String,
        /// From 1.
        attempt: u32,
        /// The kind of failure.
        class: FailureClass,
        /// The finer kind ([`Failure::label`](crate::Failure::label)).
        #[serde(default, skip_serializing_if = "String::is_empty")]
        label: String,
        /// The failure in one line.
        reason: String,
        /// Whether another attempt follows.
        will_retry: bool,
        /// What the error wants to be shown ([`Failure::detail`](crate::Failure::detail)).
        #[serde(default, skip_serializing_if = "Payload::is_null")]
        detail: Payload,
    },
    /// The task is done.
    Succeeded {
        /// The task.
        task: String,
        /// How many attempts it took.
        attempts: u32,
        /// Whether its last attempt failed first and passed when it was run again unchanged.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        flaky: bool,
        /// What the worker calls the output.
        label: String,
        /// What the caller says the task is.
        fingerprint: String,
        /// The digest of what the task and all it depends on are.
        lineage: String,
        /// The output.
        output: Payload,
    },
    /// What the policy made of a failure of the task, or of the run as a whole.
    Decided {
        /// The task; nothing if it is about the run.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        task: Option<String>,
        /// What was decided, and why.
        decision: Decision,
    },
    /// What the task did was undone, or could not be. If it was done, it is to be done again.
    RolledBack {
        /// The task.
        task: String,
        /// Why it could not be undone.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        error: Option<String>,
    },
    /// Money was spent.
    Spent {
        /// The task that it was spent for.
        task: String,
        /// How much, in picos; nothing if nobody knows.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        picos: Option<u64>,
    },
    /// A person has to decide.
    Asked {
        /// The task; nothing if it is about the run.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        task: Option<String>,
        /// What is asked.
        question: String,
        /// The failure that it is about.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        failure: Option<AttemptFailure>,
        /// What the error wants to be shown.
        #[serde(default, skip_serializing_if = "Payload::is_null")]
        detail: Payload,
    },
    /// A person has decided.
    Answered {
        /// The task; nothing if it is about the run.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        task: Option<String>,
        /// What.
        answer: Answer,
    },
    /// The task waits for a person, or for a task that does.
    PutAside {
        /// The task.
        task: String,
        /// The task that a person is asked about.
        because: String,
    },
    /// Smaller tasks took the place of the task.
    Split {
        /// The task.
        task: String,
        /// The digest of what the task and all it depends on are.
        lineage: String,
        /// What is in its place.
        parts: Vec<PartNote>,
    },
    /// At the end of a session, whether something that the run was meant to reach was reached.
    Target {
        /// Whether it was.
        met: bool,
        /// What was reached, as a sentence without a full stop.
        reason: String,
    },
    /// The task was not started, because this one failed.
    Skipped {
        /// The task.
        task: String,
        /// The task that failed.
        because: String,
    },
    /// The run was stopped before the task ended.
    Cancelled {
        /// The task.
        task: String,
    },
}

/// A part of a task that was split, as a journal notes it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PartNote {
    /// Its id.
    pub id: String,
    /// All that it takes, with the whole task, to make it again ([`Split::part`](crate::Split::part)).
    #[serde(default)]
    pub note: Value,
    /// Those of the parts before this one that it waits for, by their places.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub waits_for: Vec<usize>,
}

/// What a journal says about its run as a whole.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Header {
    /// The version of the journal's format; [`Header::new`] sets it.
    pub version: u32,
    /// The name of the run.
    pub run: String,
    /// A digest of the whole plan, as the caller makes it.
    pub plan: String,
    /// Whatever the caller needs to take the run up again.
    #[serde(default)]
    pub meta: Value,
}

/// A value in a journal: in the line itself or, if it is large, in a file of its own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Payload {
    /// The value.
    Inline(Value),
    /// The value is in the file of this name beside the journal.
    Blob {
        /// SHA-256 of the file, in hexadecimal; also its name.
        sha256: String,
        /// Its length.
        bytes: u64,
    },
}

impl Header {
    /// The version that this crate writes, and the newest that it reads: it reads all before it. A journal
    /// that an older version began is gone on with in the present one.
    ///
    /// - 1: sessions, attempts, steps, decisions.
    /// - 2: also money, questions and answers, parts of tasks, targets, labels of failures.
    pub const VERSION: u32 = 2;

    /// A header in the current version.
    #[must_use]
    pub fn new(run: impl Into<String>, plan: impl Into<String>, meta: Value) -> Self {
        Self {
            version: Self::VERSION,
            run: run.into(),
            plan: plan.into(),
            meta,
        }
    }
}

impl Payload {
    /// Whether it is an inline `null`.
    #[must_use]
    pub fn is_null(&self) -> bool {
        matches!(self, Self::Inline(Value::Null))
    }
}

impl Default for Payload {
    fn default() -> Self {
        Self::Inline(Value::Null)
    }
}

impl From<Value> for Payload {
    fn from(value: Value) -> Self {
        Self::Inline(value)
    }
}
