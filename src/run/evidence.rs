//! What a journal has to show for a task.

use serde::{Deserialize, Serialize};
use wavecrew_exec::TaskHistory;

use super::spent::TaskSpent;
use crate::crew::{Delivered, TaskEvidence, TaskOutput, Unanswered};

/// What a task's verdict rests on, whom the work is from, and what it came to.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Evidence {
    /// Who answered, or failed to.
    pub provider: Option<String>,
    /// The model that answered, where there is one.
    pub model: Option<String>,
    /// Whether rules wrote the files, and no model.
    pub by_rule: bool,
    /// Files that it delivered, as they were when it ended.
    pub files: Vec<Delivered>,
    /// Tests before and after the work, files that were not written, and what happened outside; of its latest attempt.
    #[serde(flatten)]
    pub seen: TaskEvidence,
    /// Why it has no answer that could be checked.
    pub unanswered: Vec<Unanswered>,
    /// What its calls came to, in all attempts and sessions.
    pub spent: TaskSpent,
}

/// What a failed attempt says of itself.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Detail {
    provider: Option<String>,
    evidence: TaskEvidence,
    unanswered: Vec<Unanswered>,
}

impl Evidence {
    pub(super) fn of(task: &TaskHistory, output: Option<&TaskOutput>, spent: TaskSpent) -> Self {
        if let Some(output) = output {
            return Self {
                provider: Some(output.provider.clone()),
                model: output.model.clone(),
                by_rule: output.degraded,
                files: output.files.clone(),
                seen: output.evidence.clone(),
                unanswered: Vec::new(),
                spent,
            };
        }
        let detail = task.failure.as_ref().map(|failure| &failure.detail);
        let detail = detail.and_then(|detail| Detail::deserialize(detail).ok());
        let detail = detail.unwrap_or_default();
        Self {
            provider: detail.provider,
            seen: detail.evidence,
            unanswered: detail.unanswered,
            spent,
            ..Self::default()
        }
    }
}
