use std::fmt;

use serde::{Deserialize, Serialize};

/// What a person decides when they are asked about a task, or about the run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Answer {
    /// Another attempt, whatever the number of attempts so far; for the run: go on.
    Retry {
        /// What the attempt is told ([`Context::directive`](crate::Context::directive)).
        #[serde(default)]
        directive: Option<String>,
    },
    /// The task is left out, and so is what depends on it; for the run: go on.
    Skip,
    /// The task has failed; for the run: start nothing more.
    Fail,
    /// Nothing more starts.
    Abort,
    /// Nobody decides now: the task is put aside, with what depends on it, and is asked about again when the
    /// run is taken up; for the run: nothing more starts until then.
    Later,
}

impl fmt::Display for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Retry { directive: None } => f.write_str("try again"),
            Self::Retry {
                directive: Some(directive),
            } => write!(f, "try again with `{directive}`"),
            Self::Skip => f.write_str("leave it out"),
            Self::Fail => f.write_str("it has failed"),
            Self::Abort => f.write_str("start nothing more"),
            Self::Later => f.write_str("later"),
        }
    }
}
