//! Tells texts apart without keeping them.

/// A number that two texts share by chance alone, four times eight bytes at a time: prompts are long. Not for secrets, and
/// not against someone who knows the seed.
pub(crate) fn digest(seed: u64, bytes: &[u8]) -> u64 {
    // Odd, without a pattern: the fraction of the golden ratio.
    const MULTIPLIER: u64 = 0x9E37_79B9_7F4A_7C15;
    let mix = |state: u64, word: u64| {
        let product = u128::from(state ^ word) * u128::from(MULTIPLIER);
        // The halves of the product: the upper one depends on all bits.
        (product as u64) ^ ((product >> 64) as u64).rotate_left(32) ^ state.rotate_left(5)
    };
    // Four states that do not wait for each other, each with a beginning of its own.
    let (blocks, rest) = bytes.as_chunks::<32>();
    let mut states = [1, 2, 3, 4].map(|number: u64| seed ^ MULTIPLIER.wrapping_mul(number));
    for block in blocks {
        let (words, _) = block.as_chunks::<8>();
        for (state, word) in states.iter_mut().zip(words) {
            *state = mix(*state, u64::from_le_bytes(*word));
        }
    }
    let start = states.into_iter().fold(seed ^ bytes.len() as u64, mix);
    let (words, rest) = rest.as_chunks::<8>();
    let state = words
        .iter()
        .fold(start, |state, word| mix(state, u64::from_le_bytes(*word)));
    let mut last = [0; 8];
    last[..rest.len()].copy_from_slice(rest);
    mix(mix(state, u64::from_le_bytes(last)), MULTIPLIER)
}

#[cfg(test)]
mod tests {
    use super::digest;

    #[test]
    fn every_byte_counts() {
        for seed in [0, 0x1234_5678_9ABC_DEF0] {
            let digest = |bytes: &[u8]| digest(seed, bytes);
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
    }
}
