//! Whom to ask, within which limits, and what that may cost.

use std::path::PathBuf;

use clap::Args;
use wavecrew::providers::Cost;
use wavecrew::{Choice, PerProvider, TokenPrice};

/// Who does the work, and what it may cost.
#[derive(Debug, Args)]
pub struct ProviderArgs {
    /// A configuration file; `wavecrew.toml` in the root if absent and there (a resumed run reads it only if it is named)
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Who does the work, first choice first; the others are fallbacks: openai, anthropic, ollama, generate, command:NAME
    /// (an agent program such as claude or codex), heuristic, and names of the configuration file. With weights, as in
    /// `openai=90,ollama=10`, each gets its part of the requests, and those without one stand by [default: heuristic]
    #[arg(long, value_name = "NAME[=WEIGHT]", value_delimiter = ',')]
    pub provider: Vec<Choice>,
    /// The model to ask for; `PROVIDER=NAME`, as often as wanted, is for one of several providers
    #[arg(long, value_name = "[PROVIDER=]NAME")]
    pub model: Vec<String>,
    #[command(flatten)]
    pub budget: BudgetArgs,
    /// Send no more requests than this in any minute, to each provider or to one: `60`, `openai=60`
    #[arg(long, value_name = "[NAME=]N", value_delimiter = ',')]
    pub requests_per_minute: Vec<PerProvider>,
    /// Use no more tokens than this in any minute, in and out together: `100000`, `openai=100000`
    #[arg(long, value_name = "[NAME=]N", value_delimiter = ',')]
    pub tokens_per_minute: Vec<PerProvider>,
    /// Let an answer have no more tokens than this, of each provider or of one: `16000`, `anthropic=32000`; where nothing is
    /// said, as many as the server has it (8192 for anthropic)
    #[arg(long, value_name = "[NAME=]N", value_delimiter = ',')]
    pub max_output_tokens: Vec<PerProvider>,
}

/// What may be spent, and what things cost.
#[derive(Debug, Args)]
pub struct BudgetArgs {
    /// Spend no more than this in all, in US dollars; when it is used up a run stops with exit code 4, and
    /// `resume` with a larger budget goes on
    #[arg(long, value_name = "DOLLARS", value_parser = wavecrew::dollars)]
    pub budget: Option<Cost>,
    /// Use no more tokens than this in all, in and out together
    #[arg(long, value_name = "N")]
    pub budget_tokens: Option<u64>,
    /// Make no more calls than this in all
    #[arg(long, value_name = "N")]
    pub budget_calls: Option<u64>,
    /// What a model costs, in US dollars for a million tokens in and out, as in `--price gpt-4o=2.50/10`; a name that ends in
    /// `*` is a family
    #[arg(long, value_name = "MODEL=IN/OUT", value_parser = price)]
    pub price: Vec<(String, TokenPrice)>,
    /// Ask models whose price is not known although there is a budget of money; they count as far as their answers say
    #[arg(long)]
    pub allow_unknown_prices: bool,
}

/// A model and its price. Names of models may hold `=`, prices do not.
fn price(text: &str) -> Result<(String, TokenPrice), String> {
    match text.rsplit_once('=') {
        Some((model, price)) if !model.trim().is_empty() => {
            Ok((model.trim().to_owned(), price.parse()?))
        }
        _ => Err("a model and its price are meant, as in `gpt-4o=2.50/10`".to_owned()),
    }
}

/// The name of a provider that asks a model.
pub fn model_name(text: &str) -> Result<String, String> {
    match text {
        "heuristic" => {
            Err("rules judge by themselves; name a provider that asks a model".to_owned())
        }
        _ => provider_name(text),
    }
}

/// The name of a provider.
fn provider_name(text: &str) -> Result<String, String> {
    if wavecrew::is_provider_name(text) {
        return Ok(text.to_owned());
    }
    let names = wavecrew::PROVIDER_NAMES.join(", ").replace(':', ":NAME");
    Err(format!("there are {names}"))
}
