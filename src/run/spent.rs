//! What a run has spent, read from the answers and the charges in its journal.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde::{Deserialize, Serialize};
use wavecrew_exec::{History, Payload, Record, read_records};
use wavecrew_providers::{Response, Spending, TokenEstimator};

use super::folder::RunError;
use crate::crew::{ANSWER, Asked, CHARGES, Charges};
use crate::provider_chain::Charge;

/// What a run's calls came to, over all its sessions: also those whose answers were refused or thrown away, and those that
/// failed and that a server may have charged for all the same.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Spent {
    /// Answers.
    pub answers: u64,
    /// Calls, answered or not.
    pub calls: u64,
    /// Calls among them whose server did not say what they used: they count by an estimate.
    pub estimated: u64,
    /// Tokens in and out.
    pub tokens: u64,
    /// What they cost in billionths of a US dollar; `None` as soon as one has no known price.
    pub nano_usd: Option<u64>,
    /// The same by provider, in the order of their names.
    pub providers: Vec<ProviderSpent>,
    /// Attempts that a session left under way when it was stopped, without an answer on record: each may have been one more
    /// call, and what it came to is not known. By task.
    pub dropped: BTreeMap<String, u64>,
    /// Tasks whose attempts were under way at the end of the journal.
    #[serde(skip)]
    under_way: Vec<String>,
    /// What the calls came to by task.
    #[serde(skip)]
    pub tasks: BTreeMap<String, TaskSpent>,
}

/// What the calls for one task came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct TaskSpent {
    /// Calls, answered or not.
    pub calls: u64,
    /// Tokens in and out.
    pub tokens: u64,
    /// What they cost in billionths of a US dollar; `None` as soon as one has no known price.
    pub nano_usd: Option<u64>,
}

impl Default for TaskSpent {
    fn default() -> Self {
        Self {
            calls: 0,
            tokens: 0,
            nano_usd: Some(0),
        }
    }
}

/// What the calls of one provider came to.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct ProviderSpent {
    /// The provider.
    pub provider: String,
    /// Answers.
    pub answers: u64,
    /// Calls, answered or not.
    pub calls: u64,
    /// Calls among them that count by an estimate.
    pub estimated: u64,
    /// Tokens in and out.
    pub tokens: u64,
    /// What they cost in billionths of a US dollar; `None` as soon as one has no known price.
    pub nano_usd: Option<u64>,
    /// What is known of it.
    pub known_nano_usd: u64,
    /// Calls without a known price.
    pub unpriced: u64,
    /// Whether rules gave them, and no model.
    pub by_rule: bool,
}

impl Spent {
    fn none() -> Self {
        Self {
            nano_usd: Some(0),
            ..Self::default()
        }
    }

    /// An answer, and what it says that it came to.
    fn add(&mut self, task: &str, response: &Response) {
        let told = response.usage.total_tokens();
        let charge = Charge {
            provider: response.provider.clone(),
            calls: response.attempts,
            tokens: told.unwrap_or_else(|| TokenEstimator::of_text(&response.text)),
            nano_usd: response.cost.map(|cost| cost.nano_usd()),
            estimated: told.is_none() && !response.degraded,
        };
        self.answered(response);
        self.charge(task, &charge);
    }

    /// An answer whose calls are on record by themselves.
    fn answered(&mut self, response: &Response) {
        let own = self.of(&response.provider);
        own.answers += 1;
        own.by_rule = response.degraded;
        self.answers += 1;
    }

    /// How a task was divided, with what that came to.
    fn divided(&mut self, task: &str, asked: &Asked) {
        match (&asked.paid, &asked.answer) {
            (None, None) => {}
            (None, Some(answer)) => self.add(task, answer),
            (Some(paid), answer) => {
                paid.calls.iter().for_each(|one| self.charge(task, one));
                answer.iter().for_each(|answer| self.answered(answer));
            }
        }
    }

    fn charge(&mut self, task: &str, charge: &Charge) {
        let calls = u64::from(charge.calls);
        let estimated = if charge.estimated { calls } else { 0 };
        let plus = |sum: Option<u64>| {
            let both = sum.zip(charge.nano_usd);
            both.map(|(sum, cost)| sum.saturating_add(cost))
        };
        let own = self.of(&charge.provider);
        own.calls += calls;
        own.estimated += estimated;
        own.tokens = own.tokens.saturating_add(charge.tokens);
        own.nano_usd = plus(own.nano_usd);
        let known = charge.nano_usd.unwrap_or(0);
        own.known_nano_usd = own.known_nano_usd.saturating_add(known);
        own.unpriced += if charge.nano_usd.is_none() { calls } else { 0 };
        self.calls += calls;
        self.estimated += estimated;
        self.tokens = self.tokens.saturating_add(charge.tokens);
        self.nano_usd = plus(self.nano_usd);
        let task = self.tasks.entry(task.to_owned()).or_default();
        task.calls += calls;
        task.tokens = task.tokens.saturating_add(charge.tokens);
        task.nano_usd = plus(task.nano_usd);
    }

    fn of(&mut self, provider: &str) -> &mut ProviderSpent {
        let providers = &mut self.providers;
        let place = providers.binary_search_by(|known| known.provider.as_str().cmp(provider));
        let place = place.unwrap_or_else(|place| {
            providers.insert(
                place,
                ProviderSpent {
                    provider: provider.to_owned(),
                    nano_usd: Some(0),
                    ..ProviderSpent::default()
                },
            );
            place
        });
        &mut providers[place]
    }

    /// Nobody works on the run: what was under way is not any more.
    pub(super) fn stopped(&mut self) {
        for task in std::mem::take(&mut self.under_way) {
            *self.dropped.entry(task).or_default() += 1;
        }
    }

    /// What counts against a budget: rules cost nothing, and neither do they call anybody.
    pub fn spending(&self) -> Spending {
        let mut sum = Spending::default();
        for own in self.providers.iter().filter(|own| !own.by_rule) {
            sum.nano_usd = sum.nano_usd.saturating_add(own.known_nano_usd);
            sum.tokens = sum.tokens.saturating_add(own.tokens);
            sum.calls = sum.calls.saturating_add(own.calls);
        }
        sum
    }
}

/// Reads a journal, and what all calls in it came to. Its history alone does not tell: an attempt that failed for
/// good takes its steps along, and they were paid for.
pub(super) fn spent_in(journal: impl AsRef<Path>) -> Result<(History, Spent), RunError> {
    let mut spent = Spent::none();
    let mut divided = BTreeSet::new();
    // Tasks whose next answer is among the charges that were read.
    let mut charged = BTreeSet::new();
    let mut under_way = UnderWay::default();
    let history = read_records(journal, |record| {
        under_way.note(record, &mut spent.dropped);
        match record {
            Record::Started { task, .. } => drop(charged.remove(task)),
            Record::Memo {
                task,
                key,
                value: Payload::Inline(value),
                ..
            } if key.starts_with(CHARGES) => {
                if let Ok(charges) = Charges::deserialize(value) {
                    charges.calls.iter().for_each(|one| spent.charge(task, one));
                    if charges.answered {
                        charged.insert(task.clone());
                    }
                }
            }
            Record::Memo {
                task,
                key,
                value: Payload::Inline(value),
                ..
            } if key.starts_with(ANSWER) => {
                if let Ok(response) = Response::deserialize(value) {
                    match charged.remove(task) {
                        true => spent.answered(&response),
                        false => spent.add(task, &response),
                    }
                }
            }
            // A task that is done anew may be split again by the answer that is there.
            Record::Split { task, parts, .. } => {
                let once = |asked: &Asked| match &asked.paid {
                    Some(paid) => divided.insert(paid.asking.clone()),
                    None => divided.insert(asked.question.clone()),
                };
                if let Some(asked) = Asked::of(parts).filter(once) {
                    spent.divided(task, &asked);
                }
            }
            _ => {}
        }
    })?;
    spent.under_way = under_way.asking.into_iter().collect();
    Ok((history, spent))
}

/// Whether charges are those of an answer, or say that nobody was asked; others are noted while a call is under way.
fn ends_asking(value: &Payload) -> bool {
    let Payload::Inline(value) = value else {
        return true;
    };
    Charges::deserialize(value).is_ok_and(|it| it.answered || it.ended || it.calls.is_empty())
}

/// Counts one less of a task.
fn take_one(dropped: &mut BTreeMap<String, u64>, task: &str) {
    if let Some(times) = dropped.get_mut(task) {
        *times -= 1;
        if *times == 0 {
            dropped.remove(task);
        }
    }
}

/// Attempts that may be asking.
#[derive(Default)]
struct UnderWay {
    asking: BTreeSet<String>,
    /// Attempts whose answers are on record: they ask nobody, however often they are made.
    answered: BTreeSet<(String, u32)>,
    /// Tasks whose attempts were cancelled and are counted as dropped, as long as nothing more is heard of them.
    cancelled: BTreeSet<String>,
}

impl UnderWay {
    fn note(&mut self, record: &Record, dropped: &mut BTreeMap<String, u64>) {
        match record {
            Record::Started { task, attempt, .. } => {
                match self.answered.contains(&(task.clone(), *attempt)) {
                    true => self.asking.remove(task),
                    false => self.asking.insert(task.clone()),
                };
            }
            Record::Memo {
                task, key, value, ..
            } => {
                let attempt = key.strip_prefix(ANSWER);
                let attempt = attempt.and_then(|rest| rest.split(' ').next()?.parse().ok());
                if let Some(attempt) = attempt {
                    self.answered.insert((task.clone(), attempt));
                }
                if attempt.is_some() || key.starts_with(CHARGES) && ends_asking(value) {
                    self.asking.remove(task);
                    // What is dropped with the attempt tells what it came to only then.
                    if self.cancelled.remove(task) {
                        take_one(dropped, task);
                    }
                }
            }
            Record::Stale { task, .. } => {
                self.answered.retain(|(answered, _)| answered != task);
                self.asking.remove(task);
            }
            // Its steps are forgotten: when it is taken up again, it asks again.
            Record::Failed {
                task,
                will_retry: false,
                class,
                ..
            } if !class.keeps_steps() => {
                self.answered.retain(|(answered, _)| answered != task);
                self.asking.remove(task);
            }
            Record::Paused { task, .. }
            | Record::Failed { task, .. }
            | Record::Succeeded { task, .. }
            | Record::Split { task, .. } => drop(self.asking.remove(task)),
            Record::Cancelled { task } if self.asking.remove(task) => {
                *dropped.entry(task.clone()).or_default() += 1;
                self.cancelled.insert(task.clone());
            }
            Record::Resumed => {
                self.cancelled.clear();
                for task in std::mem::take(&mut self.asking) {
                    *dropped.entry(task).or_default() += 1;
                }
            }
            _ => {}
        }
    }
}
