#![doc = include_str!("../README.md")]
#![cfg_attr(docsrs, feature(doc_cfg))]

#[cfg(feature = "anthropic")]
mod anthropic;
mod call_limits;
#[cfg(feature = "command")]
mod command;
mod error;
mod error_kind;
mod excerpt;
mod fallback;
#[cfg(feature = "generate")]
mod generate;
pub mod heuristic;
#[cfg(feature = "http")]
mod http;
#[cfg(feature = "ollama")]
mod ollama;
#[cfg(feature = "openai")]
mod openai;
mod probe;
#[cfg(any(feature = "anthropic", feature = "generate", feature = "command"))]
mod prompt;
mod provider;
#[cfg(any(feature = "http", feature = "command"))]
mod redact;
mod request;
mod response;
mod retry;
mod scripted;
mod stream;

pub use async_trait::async_trait;

#[cfg(feature = "anthropic")]
pub use anthropic::{Anthropic, AnthropicConfig};
pub use call_limits::CallLimits;
#[cfg(feature = "command")]
pub use command::{Command, CommandConfig, CommandOutput, CommandPart, CommandRule};
pub use error::ProviderError;
pub use error_kind::{ErrorKind, LimitScope, TimeoutPhase};
pub use fallback::Fallback;
#[cfg(feature = "generate")]
pub use generate::{Generate, GenerateConfig};
pub use heuristic::{Brief, BriefFile, Heuristic, Material};
#[cfg(feature = "http")]
pub use http::{HttpOptions, Proxies};
#[cfg(feature = "ollama")]
pub use ollama::{Ollama, OllamaConfig};
#[cfg(feature = "openai")]
pub use openai::{OpenAi, OpenAiConfig, TokenLimit};
pub use probe::{Health, Probe};
pub use provider::{Provider, ProviderExt};
pub use request::{Message, Request, ResponseFormat, Role};
pub use response::{Cost, FinishReason, Response, Usage};
pub use retry::{Retry, RetryPolicy};
pub use scripted::Scripted;
pub use stream::{ResponseStream, StreamEvent};
