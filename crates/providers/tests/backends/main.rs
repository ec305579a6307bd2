//! The network back-ends against a server on this machine that answers as real servers do.

mod aimock;
mod anthropic;
mod endpoints;
mod faults;
mod generate;
#[cfg(feature = "testing")]
mod llamacpp;
mod loading;
mod ollama;
mod openai;
mod probes;
#[cfg(feature = "testing")]
mod promises;
mod server;
mod streams;
mod traces;
mod transcripts;
mod transport;
mod tricks;
mod waits;

use std::time::Duration;

use wavecrew_providers::{
    Anthropic, AnthropicConfig, ErrorKind, Generate, GenerateConfig, HttpOptions, Ollama,
    OllamaApi, OllamaConfig, OpenAi, OpenAiApi, OpenAiConfig, Provider, ProviderError, Request,
    Response, StreamEvent,
};

/// A key that must never be seen again.
const KEY: &str = "sk-canary-0123456789abcdef";

/// Bounds that keep a test of a silent server short.
fn options() -> HttpOptions {
    HttpOptions::default().timeout(Duration::from_secs(5))
}

/// Every network back-end, in each of the ways in which it asks, at this address.
fn everyone(url: &str, options: &HttpOptions) -> Vec<Box<dyn Provider>> {
    let chat = OpenAiConfig::new().base_url(url).api_key(KEY).model("m");
    let responses = chat.clone().name("responses").api(OpenAiApi::Responses);
    let openai = [chat, responses]
        .map(|config| Box::new(OpenAi::new(config.http(options.clone())).unwrap()) as _);
    let chat = OllamaConfig::new().host(url).api_key(KEY).model("m");
    let generate = chat
        .clone()
        .name("ollama-generate")
        .api(OllamaApi::Generate);
    let ollama = [chat, generate]
        .map(|config| Box::new(Ollama::new(config.http(options.clone())).unwrap()) as _);
    let anthropic = AnthropicConfig::new().base_url(url).api_key(KEY).model("m");
    let generate = GenerateConfig::new(url).api_key(KEY);
    let others: [Box<dyn Provider>; 2] = [
        Box::new(Anthropic::new(anthropic.http(options.clone())).unwrap()),
        Box::new(Generate::new(generate.http(options.clone())).unwrap()),
    ];
    openai.into_iter().chain(ollama).chain(others).collect()
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

/// Asks once for a stream: its pieces, and how it ended. The text of the end is all the pieces, unless there was no stream
/// at all: an answer that came whole and was no good. No piece holds the key.
async fn ask_stream(
    provider: &impl Provider,
    request: &Request,
) -> (Vec<String>, Result<Response, ProviderError>) {
    let (mut pieces, mut began) = (Vec::new(), false);
    let end = async {
        let mut answer = provider.stream(request).await?;
        began = true;
        while let Some(event) = answer.next().await {
            match event? {
                StreamEvent::Text(piece) => pieces.push(piece),
                StreamEvent::Done(response) => return Ok(*response),
                other => panic!("{other:?}"),
            }
        }
        panic!("a stream ends with a response or an error");
    };
    let end: Result<Response, ProviderError> = end.await;
    let text = pieces.concat();
    let told = match &end {
        Ok(response) => Some(response.text.as_str()),
        Err(error) => error.partial().map(|partial| partial.text.as_str()),
    };
    assert!(
        !began || told.is_none_or(|told| told == text),
        "{:.300}",
        format!("{text:?} {end:?}")
    );
    let shown = format!("{pieces:?} {text} {end:?}");
    assert!(!shown.contains(KEY), "{shown:.300}");
    (pieces, end)
}

/// What came of one call: a failure of this kind, and nothing asked again.
fn failed_once(
    (end, seen): (Result<Response, ProviderError>, Vec<server::Seen>),
    (kind, transient): (ErrorKind, bool),
    name: &str,
) -> ProviderError {
    let error = end.unwrap_err();
    let found = (error.kind(), error.is_transient());
    assert_eq!(found, (kind, transient), "{error}");
    let found = (seen.len(), error.attempts(), error.provider());
    assert_eq!(found, (1, 1, name), "{error}");
    error
}
