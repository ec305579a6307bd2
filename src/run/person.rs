//! What a person has answered before a run is taken up.

use std::collections::BTreeMap;

use async_trait::async_trait;
use wavecrew_exec::{Answer, Person, Question};

/// Gives the answers that it has; everything else waits until the run is taken up again.
#[derive(Clone, Debug, Default)]
pub(super) struct PreparedAnswers(pub(super) BTreeMap<String, Answer>);

#[async_trait]
impl Person for PreparedAnswers {
    async fn ask(&self, question: &Question) -> Option<Answer> {
        let task = question.task.as_ref();
        let answer = task.and_then(|task| self.0.get(task));
        Some(answer.cloned().unwrap_or(Answer::Later))
    }
}
