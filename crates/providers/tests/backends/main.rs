//! The network back-ends against a server on this machine that answers as real servers do.

mod ollama;
mod openai;
mod server;
mod transcripts;
mod transport;

use std::time::Duration;

use wavecrew_providers::{HttpOptions, Provider, ProviderError, Request, Response};

/// A key that must never be seen again.
const KEY: &str = "sk-canary-0123456789abcdef";

/// Bounds that keep a test of a silent server short.
fn options() -> HttpOptions {
    HttpOptions::default().timeout(Duration::from_secs(5))
}

/// Asks once; whatever comes of it must not hold the key.
async fn ask(provider: &impl Provider, request: &Request) -> Result<Response, ProviderError> {
    let result = provider.complete(request).await;
    let mut shown = format!("{provider:?} {result:?}");
    match &result {
        Ok(response) => shown += &serde_json::to_string(response).unwrap(),
        Err(error) => {
            shown += &error.to_string();
            shown += &serde_json::to_string(error).unwrap();
        }
    }
    assert!(!shown.contains(KEY), "{shown}");
    result
}
