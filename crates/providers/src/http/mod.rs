//! What the network back-ends share: addresses, keys, bounded calls, and reading failures leniently.

mod api_key;
mod classify;
mod client;
mod deadlines;
mod endpoint;
mod error_body;
mod exchange;
mod frames;
mod idempotency;
mod incoming;
mod json_text;
mod key_file;
mod lines;
mod look;
mod ndjson;
mod options;
mod proxies;
mod reader;
mod request_id;
mod retry_after;
mod settings;
mod sse;
mod streaming;
mod tls;
mod turn;
mod values;

pub use api_key::ApiKey;
pub(crate) use classify::failure;
pub(crate) use client::{Answer, Client};
pub(crate) use deadlines::Deadlines;
pub(crate) use endpoint::{Address, Endpoint};
pub(crate) use error_body::ErrorBody;
pub(crate) use frames::Frame;
pub(crate) use incoming::Incoming;
pub(crate) use look::listed;
pub(crate) use look::names;
pub(crate) use ndjson::NdJson;
pub use options::HttpOptions;
pub use proxies::Proxies;
pub(crate) use reader::{Protocol, Reader, finish_reason, states_error};
pub(crate) use request_id::with_request_id;
pub(crate) use settings::{Settings, Vars, common_settings};
pub(crate) use sse::Sse;
pub(crate) use streaming::{EventReader, Step, streaming};
pub(crate) use turn::with_turns;
pub(crate) use values::few;

use serde_json::Value;

/// Whether a base address leads away from this machine, as it is read when it is called: a text may look otherwise. One that
/// cannot be called leads nowhere.
pub fn leads_elsewhere(address: &str) -> bool {
    Endpoint::parse(&Address::new(address)).is_ok_and(|endpoint| !endpoint.is_loopback())
}

/// A count of tokens as servers state it: whole, a float, absurdly large (saturates) or nonsense (unknown).
pub(crate) fn count(value: Option<&Value>) -> Option<u64> {
    let number = value?.as_number()?;
    if let Some(count) = number.as_u64() {
        return Some(count);
    }
    let count = number.as_f64().filter(|count| *count >= 0.0)?;
    // The cast of a float saturates.
    Some(count as u64)
}

/// Parses a body as JSON, with or without a byte order mark. One of very many values is refused before they are made.
pub(crate) fn json(body: &[u8]) -> serde_json::Result<Value> {
    let body = body.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(body);
    values::few(body)?;
    serde_json::from_slice(body)
}

/// Parses an event of which only these few fields count. The whole is checked to be UTF-8 once, and not string by string.
pub(crate) fn plain<'a, T: serde::Deserialize<'a>>(data: &'a [u8]) -> Option<T> {
    serde_json::from_str(std::str::from_utf8(data).ok()?).ok()
}

/// The number as it was written: 0.2, and not 0.20000000298023224.
pub(crate) fn shortest(number: f32) -> Value {
    number
        .to_string()
        .parse::<f64>()
        .map_or(Value::Null, Value::from)
}
