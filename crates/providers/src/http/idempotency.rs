//! Keys by which a server can know a repeated call.

use std::hash::{BuildHasher, Hasher, RandomState};
use std::sync::OnceLock;

use reqwest::header::{HeaderName, HeaderValue};

use crate::digest::digest;

pub(super) const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");

/// The key of a call with this body: the same whenever the same call is repeated with the same body, and no other's; of the
/// few bodies of one call, no two share one.
pub(super) fn idempotency_key(call: u64, body: &[u8]) -> HeaderValue {
    static PROCESS: OnceLock<u64> = OnceLock::new();
    let process = PROCESS.get_or_init(|| RandomState::new().build_hasher().finish());
    let key = format!("{process:016x}-{call:x}-{:016x}", digest(0, body));
    // Hexadecimal digits can always be sent.
    HeaderValue::try_from(key).unwrap_or_else(|_| HeaderValue::from_static("0"))
}

#[cfg(test)]
mod tests {
    use super::idempotency_key;

    #[test]
    fn the_same_call_with_the_same_body_and_no_other() {
        let key = idempotency_key(1, b"a");
        assert_eq!(key, idempotency_key(1, b"a"));
        assert_ne!(key, idempotency_key(1, b"b"));
        assert_ne!(key, idempotency_key(2, b"a"));
        assert_eq!(key.to_str().unwrap().matches('-').count(), 2);
    }
}
