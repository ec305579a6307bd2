//! Keys by which a server can know a repeated call.

use std::hash::{BuildHasher, Hasher, RandomState};
use std::sync::OnceLock;

use reqwest::header::{HeaderName, HeaderValue};

pub(super) const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");

/// The key of a call with this body: the same whenever the same call is repeated with the same body, and no other's.
pub(super) fn idempotency_key(call: u64, body: &[u8]) -> HeaderValue {
    static PROCESS: OnceLock<u64> = OnceLock::new();
    let process = PROCESS.get_or_init(|| RandomState::new().build_hasher().finish());
    let key = format!("{process:016x}-{call:x}-{:016x}", digest(body));
    // Hexadecimal digits can always be sent.
    HeaderValue::try_from(key).unwrap_or_else(|_| HeaderValue::from_static("0"))
}

/// Tells the few bodies of one call apart, eight bytes at a time: prompts are long.
fn digest(body: &[u8]) -> u64 {
    // Odd, without a pattern: the fraction of the golden ratio.
    const MULTIPLIER: u64 = 0x9E37_79B9_7F4A_7C15;
    let mix = |state: u64, word: u64| {
        let product = u128::from(state ^ word) * u128::from(MULTIPLIER);
        // The halves of the product: the upper one depends on all bits.
        (product as u64) ^ ((product >> 64) as u64).rotate_left(32) ^ state.rotate_left(5)
    };
    let (words, rest) = body.as_chunks::<8>();
    let state = words.iter().fold(body.len() as u64, |state, word| {
        mix(state, u64::from_le_bytes(*word))
    });
    let mut last = [0; 8];
    last[..rest.len()].copy_from_slice(rest);
    mix(mix(state, u64::from_le_bytes(last)), MULTIPLIER)
}

#[cfg(test)]
mod tests {
    use super::{digest, idempotency_key};

    #[test]
    fn every_byte_counts() {
        let body: Vec<u8> = (0..99).collect();
        let mut seen = std::collections::BTreeSet::from([
            digest(&body),
            digest(&body[1..]),
            digest(&body[..98]),
        ]);
        for at in 0..body.len() {
            for bit in 0..8 {
                let mut other = body.clone();
                other[at] ^= 1 << bit;
                seen.insert(digest(&other));
            }
        }
        for words in 1..12 {
            let mut other = body.clone();
            other.rotate_left(8 * words);
            seen.insert(digest(&other));
            seen.insert(digest(&vec![0; words]));
        }
        assert_eq!(seen.len(), 3 + 99 * 8 + 2 * 11);
    }

    #[test]
    fn the_same_call_with_the_same_body_and_no_other() {
        let key = idempotency_key(1, b"a");
        assert_eq!(key, idempotency_key(1, b"a"));
        assert_ne!(key, idempotency_key(1, b"b"));
        assert_ne!(key, idempotency_key(2, b"a"));
        assert_eq!(key.to_str().unwrap().matches('-').count(), 2);
    }
}
