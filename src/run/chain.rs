//! Providers by name, first choice first.

use std::sync::Arc;

use wavecrew_providers::{
    ErrorKind, Fallback, Heuristic, Ollama, OllamaConfig, OpenAi, OpenAiConfig, Provider,
    ProviderError, ProviderExt, RetryPolicy,
};

/// Builds the providers that `names` lists (`openai`, `ollama`, `heuristic`), each the fallback of
/// the one before. `vars` looks up addresses and keys by the vendors' own names.
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
        chain.push(match name.as_str() {
            "openai" => {
                Box::new(OpenAi::new(OpenAiConfig::from_vars(&vars))?.retry(RetryPolicy::default()))
            }
            "ollama" => {
                Box::new(Ollama::new(OllamaConfig::from_vars(&vars))?.retry(RetryPolicy::default()))
            }
            "heuristic" => Box::new(Heuristic::new()),
            unknown => {
                return Err(ProviderError::new(
                    ErrorKind::Configuration,
                    unknown,
                    "no such provider; there are openai, ollama and heuristic",
                ));
            }
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
