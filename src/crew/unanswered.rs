//! Why there is no answer that could be checked.

use serde::{Deserialize, Serialize};
use wavecrew_providers::{ErrorKind, FinishReason, ProviderError};

/// Why a task has no answer that could be checked. Each has a mend of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Unanswered {
    /// Nobody was there, or nobody came to an end: no connection, a server that failed or was too busy, no answer in time.
    Unreachable,
    /// The key is missing or wrong, or the account is used up.
    NotAllowed,
    /// The server has no such model.
    ModelNotFound,
    /// The question does not fit in what the model or the server takes.
    TooLong,
    /// The server found fault with the question, or our own settings are wrong.
    Faulty,
    /// An answer came and was cut off at the most tokens that it may have.
    CutOff,
    /// An answer came that holds no text or cannot be read.
    Unreadable,
    /// The model declined, or a filter withheld what it said.
    Declined,
}

impl Unanswered {
    /// Whether something did answer, and is paid for.
    pub fn was_answered(self) -> bool {
        matches!(self, Self::CutOff | Self::Unreadable | Self::Declined)
    }

    /// What an error says, and for a chain what each of its members said; sorted, each once. Nothing, if it is no word of a
    /// provider: a budget that is used up, or a caller who gave up.
    pub(super) fn of(error: &ProviderError) -> Vec<Self> {
        let mut all = Vec::new();
        let mut open = vec![error];
        while let Some(error) = open.pop() {
            open.extend(error.failures());
            all.extend(Self::of_one(error));
        }
        all.sort_unstable();
        all.dedup();
        all
    }

    fn of_one(error: &ProviderError) -> Option<Self> {
        Some(match error.kind() {
            ErrorKind::Authentication | ErrorKind::Quota => Self::NotAllowed,
            ErrorKind::ModelNotFound => Self::ModelNotFound,
            ErrorKind::ContextOverflow | ErrorKind::RequestTooLarge => Self::TooLong,
            ErrorKind::BadRequest | ErrorKind::Configuration => Self::Faulty,
            ErrorKind::Incomplete if is_cut_off(error) => Self::CutOff,
            ErrorKind::BadResponse => Self::Unreadable,
            ErrorKind::Refusal | ErrorKind::ContentFilter => Self::Declined,
            ErrorKind::Budget | ErrorKind::Exhausted | ErrorKind::Cancelled => return None,
            _ => Self::Unreachable,
        })
    }
}

/// Whether the text ended at a limit of tokens, and not with the connection.
fn is_cut_off(error: &ProviderError) -> bool {
    let reason = error.partial().map(|partial| &partial.finish_reason);
    reason == Some(&FinishReason::Length) || !error.is_transient()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_member_of_a_chain_is_heard() {
        let of = |kind| ProviderError::new(kind, "p", "x");
        let chain = ProviderError::exhausted(
            "chain",
            vec![
                of(ErrorKind::Refusal),
                of(ErrorKind::ModelNotFound),
                of(ErrorKind::Incomplete),
                of(ErrorKind::Incomplete).with_transient(false),
                of(ErrorKind::Refusal),
            ],
        );
        let all = Unanswered::of(&chain);
        assert_eq!(
            all,
            [
                Unanswered::Unreachable,
                Unanswered::ModelNotFound,
                Unanswered::CutOff,
                Unanswered::Declined
            ]
        );
        assert_eq!(Unanswered::of(&of(ErrorKind::Budget)), []);
    }
}
