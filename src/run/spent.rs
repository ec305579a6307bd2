//! What a run has spent, read from the answers in its journal.

use std::collections::BTreeSet;
use std::path::Path;

use serde::{Deserialize, Serialize};
use wavecrew_exec::{History, Payload, Record, read_records};
use wavecrew_providers::{Response, Spending, TokenEstimator};

use super::folder::RunError;
use crate::crew::{ANSWER, Asked};

/// What a run's answers came to, over all its sessions; also those that were refused. Calls that failed, and that a
/// server may have charged for all the same, are not on record.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Spent {
    /// Answers.
    pub answers: u64,
    /// Calls that they took.
    pub calls: u64,
    /// Tokens in and out; where a server did not say, those of the answer's text.
    pub tokens: u64,
    /// What they cost in billionths of a US dollar; `None` as soon as one has no known price.
    pub nano_usd: Option<u64>,
    /// The same by provider, in the order of their names.
    pub providers: Vec<ProviderSpent>,
}

/// What the answers of one provider came to.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct ProviderSpent {
    /// The provider.
    pub provider: String,
    /// Answers.
    pub answers: u64,
    /// Calls that they took, those of others that were asked before included.
    pub calls: u64,
    /// Tokens in and out.
    pub tokens: u64,
    /// What is known of their cost, in billionths of a US dollar.
    pub nano_usd: u64,
    /// Answers without a known price.
    pub unpriced: u64,
    /// Whether rules gave them, and no model.
    pub by_rule: bool,
}

impl Spent {
    fn add(&mut self, response: &Response) {
        let providers = &mut self.providers;
        let place = providers.binary_search_by(|known| known.provider.cmp(&response.provider));
        let place = place.unwrap_or_else(|place| {
            providers.insert(
                place,
                ProviderSpent {
                    provider: response.provider.clone(),
                    by_rule: response.degraded,
                    ..ProviderSpent::default()
                },
            );
            place
        });
        let own = &mut providers[place];
        let told = response.usage.total_tokens();
        let tokens = told.unwrap_or_else(|| TokenEstimator::of_text(&response.text));
        let calls = u64::from(response.attempts);
        let cost = response.cost.map(|cost| cost.nano_usd());
        own.answers += 1;
        own.calls += calls;
        own.tokens = own.tokens.saturating_add(tokens);
        own.nano_usd = own.nano_usd.saturating_add(cost.unwrap_or(0));
        own.unpriced += u64::from(cost.is_none());
        self.answers += 1;
        self.calls += calls;
        self.tokens = self.tokens.saturating_add(tokens);
        self.nano_usd = (self.nano_usd.zip(cost)).map(|(sum, cost)| sum.saturating_add(cost));
    }

    /// What counts against a budget: rules cost nothing, and neither do they call anybody.
    pub fn spending(&self) -> Spending {
        let mut sum = Spending::default();
        for own in self.providers.iter().filter(|own| !own.by_rule) {
            sum.nano_usd = sum.nano_usd.saturating_add(own.nano_usd);
            sum.tokens = sum.tokens.saturating_add(own.tokens);
            sum.calls = sum.calls.saturating_add(own.calls);
        }
        sum
    }
}

/// Reads a journal, and what all answers in it came to. Its history alone does not tell: an attempt that failed for
/// good takes its steps along, and they were paid for.
pub(super) fn spent_in(journal: impl AsRef<Path>) -> Result<(History, Spent), RunError> {
    let mut spent = Spent {
        nano_usd: Some(0),
        ..Spent::default()
    };
    let mut divided = BTreeSet::new();
    let history = read_records(journal, |record| {
        match record {
            Record::Memo {
                key,
                value: Payload::Inline(value),
                ..
            } if key.starts_with(ANSWER) => {
                if let Ok(response) = Response::deserialize(value) {
                    spent.add(&response);
                }
            }
            // A task that is done anew may be split again by the answer that is there.
            Record::Split { parts, .. } => {
                let asked = Asked::of(parts).filter(|asked| divided.insert(asked.question.clone()));
                if let Some(answer) = asked.and_then(|asked| asked.answer) {
                    spent.add(&answer);
                }
            }
            _ => {}
        }
    })?;
    Ok((history, spent))
}
