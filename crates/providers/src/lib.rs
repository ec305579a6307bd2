#![doc = include_str!("../README.md")]
#![cfg_attr(docsrs, feature(doc_cfg))]

#[cfg(feature = "anthropic")]
mod anthropic;
mod breaker;
mod budget;
mod cache;
mod call_limits;
#[cfg(feature = "command")]
mod command;
mod deadline;
mod digest;
mod error;
mod error_kind;
mod excerpt;
mod fallback;
#[cfg(feature = "generate")]
mod generate;
pub mod heuristic;
// Each back-end takes a part of what all of them share.
#[cfg_attr(
    not(all(
        feature = "anthropic",
        feature = "command",
        feature = "generate",
        feature = "ollama",
        feature = "openai"
    )),
    allow(dead_code, unused_imports)
)]
#[cfg(feature = "http")]
mod http;
mod limit;
mod metrics;
#[cfg(feature = "ollama")]
mod ollama;
#[cfg(feature = "openai")]
mod openai;
mod price;
mod probe;
#[cfg(any(
    feature = "anthropic",
    feature = "command",
    feature = "generate",
    feature = "ollama"
))]
#[cfg_attr(not(feature = "command"), allow(dead_code, unused_imports))]
mod prompt;
mod provider;
mod rate_limit;
mod record;
#[cfg(any(feature = "http", feature = "command"))]
#[cfg_attr(not(feature = "http"), allow(dead_code))]
mod redact;
mod request;
mod response;
mod retry;
mod router;
mod scripted;
mod stream;
mod tally;
#[cfg(feature = "testing")]
pub mod testing;
mod ticket;
mod tokens;
mod within;

#[cfg(all(feature = "testing", any(doc, doctest)))]
#[doc = include_str!("../guides/write-a-provider.md")]
pub mod guide {}

pub use async_trait::async_trait;

#[cfg(feature = "anthropic")]
pub use anthropic::{Anthropic, AnthropicConfig};
pub use breaker::{Breaker, BreakerPolicy};
pub use budget::{Budget, BudgetLimits, Purse, Spending};
pub use cache::{Cache, CacheCounts};
pub use call_limits::CallLimits;
#[cfg(feature = "command")]
pub use command::{Command, CommandConfig, CommandOutput, CommandPart, CommandRule};
pub use deadline::Deadline;
pub use error::ProviderError;
pub use error_kind::{ErrorKind, LimitScope, TimeoutPhase};
pub use fallback::Fallback;
#[cfg(feature = "generate")]
pub use generate::{Generate, GenerateConfig};
pub use heuristic::{Brief, BriefFile, Heuristic, Material};
#[cfg(feature = "http")]
pub use http::{ApiKey, HttpOptions, Proxies, leads_elsewhere};
pub use limit::Limit;
pub use metrics::{Latency, Metered, ProviderMetrics};
#[cfg(feature = "ollama")]
pub use ollama::{Ollama, OllamaApi, OllamaConfig};
#[cfg(feature = "openai")]
pub use openai::{OpenAi, OpenAiApi, OpenAiConfig, TokenLimit};
pub use price::{ImportedPrices, ModelPrice, PriceError, PriceTable, Priced, Rates};
pub use probe::{Health, Probe};
pub use provider::{Provider, ProviderExt};
pub use rate_limit::{RateLimit, RateLimits};
pub use record::{Exchange, Record, Recording, RecordingError, Replay};
#[cfg(any(feature = "http", feature = "command"))]
pub use redact::REDACTED;
pub use request::{Message, Request, ResponseFormat, Role};
pub use response::{Cost, FinishReason, Response, Usage};
pub use retry::{Retry, RetryBudget, RetryPolicy};
pub use router::{RouteRule, Router, Share, Target, wildcard_matches};
pub use scripted::Scripted;
pub use stream::{ResponseStream, StreamEvent};
pub use tokens::TokenEstimator;
