//! What a call for a task can take, before it is made.

use wavecrew_providers::{PriceTable, TokenEstimator};
use wavecrew_worker_spec::Task;

use super::options::RunOptions;
use crate::crew::question;
use crate::provider_chain::{ANSWER_TOKENS, first_choice};

/// The most that the first call for a task takes, as a budget reserves it; the files around the task come to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reserve {
    /// The model that is asked; nothing, if its provider chooses by itself.
    pub model: Option<String>,
    /// Tokens of the question.
    pub input_tokens: u64,
    /// Tokens of the answer.
    pub output_tokens: u64,
    /// What both cost in billionths of a US dollar; `None` if no price is known.
    pub nano_usd: Option<u64>,
}

impl Reserve {
    /// The call to the first provider that a task goes to; nothing, if that asks no model. `vars` looks up models by the vendors'
    /// own names.
    pub fn of(
        task: &Task,
        options: &RunOptions,
        vars: impl Fn(&str) -> Option<String>,
    ) -> Option<Self> {
        let prices = options.provider_settings.price_table();
        Self::priced(task, options, &prices, &vars)
    }

    pub(super) fn priced(
        task: &Task,
        options: &RunOptions,
        prices: &PriceTable,
        vars: &dyn Fn(&str) -> Option<String>,
    ) -> Option<Self> {
        let settings = &options.provider_settings;
        let model = options.model.as_deref();
        let first = first_choice(task, &options.providers, model, settings)?;
        let model = first.model(task, model, settings, vars)?;
        let question = question(task);
        let input_tokens = TokenEstimator::at_most_of(model.as_deref(), &question);
        let bound = settings.max_output_tokens.of(first.provider);
        let output_tokens = bound.map_or(ANSWER_TOKENS, u64::from);
        let price = model.as_deref().and_then(|model| prices.price(model));
        let cost = price.map(|price| price.at_most(input_tokens, output_tokens));
        Some(Self {
            model,
            input_tokens,
            output_tokens,
            nano_usd: cost.map(|cost| cost.nano_usd()),
        })
    }

    /// Tokens in and out.
    pub fn tokens(&self) -> u64 {
        self.input_tokens.saturating_add(self.output_tokens)
    }
}
