//! Providers by name, first choice first.

use std::sync::Arc;

use wavecrew_providers::{
    Anthropic, AnthropicConfig, Command, CommandConfig, ErrorKind, Fallback, Generate,
    GenerateConfig, Health, Heuristic, Ollama, OllamaConfig, OpenAi, OpenAiConfig, Probe, Provider,
    ProviderError, ProviderExt, RetryPolicy,
};

/// What starts the name of an agent program.
const COMMAND: &str = "command:";

/// The names that [`provider_chain`] knows. `command:` stands for the many that start so.
pub const PROVIDER_NAMES: [&str; 6] = [
    "openai",
    "anthropic",
    "ollama",
    "generate",
    COMMAND,
    "heuristic",
];

/// Whether a provider may be called this.
pub fn is_provider_name(name: &str) -> bool {
    match name.strip_prefix(COMMAND) {
        Some(program) => !program.trim().is_empty(),
        None => PROVIDER_NAMES.contains(&name),
    }
}

/// Builds the providers that `names` lists (`openai`, `anthropic`, `ollama`, `generate`, `command:NAME`, `heuristic`),
/// each the fallback of the one before. `vars` looks up addresses and keys by the vendors' own names.
///
/// `command:NAME` is one of [`CommandConfig::presets`], or else any program that takes a prompt by its standard input and
/// writes a text; it runs in a folder of its own, and is not asked again when it fails.
///
/// # Errors
///
/// [`ErrorKind::Configuration`] for a name that is not known, an empty list, a missing key or a bad
/// address.
pub fn provider_chain(
    names: &[String],
    vars: impl Fn(&str) -> Option<String>,
) -> Result<Arc<dyn Provider>, ProviderError> {
    let mut chain: Vec<Box<dyn Provider>> = Vec::new();
    for name in names {
        let provider = back_end(name, &vars)?;
        let repeats = !name.starts_with(COMMAND) && name != "heuristic";
        chain.push(match repeats {
            true => Box::new(provider.retry(RetryPolicy::default())),
            false => Box::new(provider),
        });
    }
    match chain.len() {
        0 => Err(ProviderError::new(
            ErrorKind::Configuration,
            "",
            "no provider is named",
        )),
        1 => Ok(Arc::from(chain.remove(0))),
        _ => Ok(Arc::new(Fallback::new(chain))),
    }
}

/// Looks whether the provider of this name can be asked, without a call that is paid for.
///
/// # Errors
///
/// What is wrong with its settings, or what a call would fail with.
pub async fn probe_provider(
    name: &str,
    vars: impl Fn(&str) -> Option<String>,
) -> Result<Health, ProviderError> {
    let back_end = back_end(name, &vars)?;
    back_end.probe().await
}

/// A provider that can be looked at.
trait BackEnd: Provider + Probe {}

impl<B: Provider + Probe> BackEnd for B {}

fn back_end(
    name: &str,
    vars: &impl Fn(&str) -> Option<String>,
) -> Result<Box<dyn BackEnd>, ProviderError> {
    if let Some(program) = name.strip_prefix(COMMAND) {
        let config = CommandConfig::preset(program);
        let config = config.unwrap_or_else(|| CommandConfig::new(program));
        let command = Command::new(config.name(name).private_directory())?;
        return Ok(Box::new(command));
    }
    Ok(match name {
        "openai" => Box::new(OpenAi::new(OpenAiConfig::from_vars(vars))?),
        "anthropic" => Box::new(Anthropic::new(AnthropicConfig::from_vars(vars))?),
        "ollama" => Box::new(Ollama::new(OllamaConfig::from_vars(vars))?),
        "generate" => Box::new(Generate::new(GenerateConfig::from_vars(vars))?),
        "heuristic" => Box::new(Heuristic::new()),
        unknown => {
            return Err(ProviderError::new(
                ErrorKind::Configuration,
                unknown,
                "no such provider; there are openai, anthropic, ollama, generate, command:NAME and heuristic",
            ));
        }
    })
}
