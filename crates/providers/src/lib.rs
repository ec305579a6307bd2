#![doc = include_str!("../README.md")]
#![cfg_attr(docsrs, feature(doc_cfg))]

mod call_limits;
mod error;
mod error_kind;
mod excerpt;
mod fallback;
pub mod heuristic;
#[cfg(any(feature = "openai", feature = "ollama"))]
mod http;
#[cfg(feature = "ollama")]
mod ollama;
#[cfg(feature = "openai")]
mod openai;
mod provider;
mod request;
mod response;
mod retry;
mod scripted;
mod stream;

pub use async_trait::async_trait;

pub use call_limits::CallLimits;
pub use error::ProviderError;
pub use error_kind::{ErrorKind, LimitScope, TimeoutPhase};
pub use fallback::Fallback;
pub use heuristic::{Brief, BriefFile, Heuristic, Material};
#[cfg(any(feature = "openai", feature = "ollama"))]
pub use http::{HttpOptions, Proxies};
#[cfg(feature = "ollama")]
pub use ollama::{Ollama, OllamaConfig};
#[cfg(feature = "openai")]
pub use openai::{OpenAi, OpenAiConfig, TokenLimit};
pub use provider::{Provider, ProviderExt};
pub use request::{Message, Request, ResponseFormat, Role};
pub use response::{Cost, FinishReason, Response, Usage};
pub use retry::{Retry, RetryPolicy};
pub use scripted::Scripted;
pub use stream::{ResponseStream, StreamEvent};
