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
    let [process, call, body] = [*process, call, digest(0, body)].map(hexadecimal);
    let key = [process.as_slice(), b"-", &call, b"-", &body].concat();
    // Hexadecimal digits can always be sent.
    HeaderValue::try_from(key).unwrap_or_else(|_| HeaderValue::from_static("0"))
}

fn hexadecimal(number: u64) -> [u8; 16] {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let mut text = [0; 16];
    for (byte, digits) in number
        .to_be_bytes()
        .into_iter()
        .zip(text.as_chunks_mut::<2>().0)
    {
        *digits = [byte >> 4, byte & 15].map(|digit| DIGITS[usize::from(digit)]);
    }
    text
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
