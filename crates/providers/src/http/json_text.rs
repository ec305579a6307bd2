//! Writes texts as JSON, many bytes at a time: most of what is sent is one long text.

/// Appends the text as a JSON string, the way `serde_json` writes it.
///
/// # Complexity
///
/// O(n) for n bytes; eight at a time where nothing is to be escaped.
pub(super) fn push_text(out: &mut Vec<u8>, text: &str) {
    const HEX: &[u8; 16] = b"0123456789abcdef";
    out.push(b'"');
    let mut rest = text.as_bytes();
    while let Some(at) = first_to_escape(rest) {
        out.extend_from_slice(&rest[..at]);
        let byte = rest[at];
        match byte {
            b'"' | b'\\' => out.extend([b'\\', byte]),
            b'\n' => out.extend(b"\\n"),
            b'\r' => out.extend(b"\\r"),
            b'\t' => out.extend(b"\\t"),
            0x08 => out.extend(b"\\b"),
            0x0C => out.extend(b"\\f"),
            _ => {
                let digits = [byte >> 4, byte & 15].map(|digit| HEX[usize::from(digit)]);
                out.extend(b"\\u00");
                out.extend(digits);
            }
        }
        rest = &rest[at + 1..];
    }
    out.extend_from_slice(rest);
    out.push(b'"');
}

/// Where the first byte is that a JSON string may not hold as it is.
fn first_to_escape(bytes: &[u8]) -> Option<usize> {
    const ONES: u64 = u64::from_ne_bytes([1; 8]);
    const HIGHS: u64 = ONES << 7;
    // The highest bit of each byte that is smaller than the number. Bytes above the first such one may be marked too.
    let below = |word: u64, number: u64| word.wrapping_sub(ONES * number) & !word & HIGHS;
    let is = |word: u64, byte: u8| below(word ^ (ONES * u64::from(byte)), 1);
    let (words, rest) = bytes.as_chunks::<8>();
    for (number, word) in words.iter().enumerate() {
        let word = u64::from_le_bytes(*word);
        let marks = below(word, 0x20) | is(word, b'"') | is(word, b'\\');
        if marks != 0 {
            return Some(8 * number + marks.trailing_zeros() as usize / 8);
        }
    }
    let escapes = |byte: &u8| *byte < 0x20 || matches!(byte, b'"' | b'\\');
    Some(8 * words.len() + rest.iter().position(escapes)?)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::push_text;

    fn written(text: &str) -> String {
        let mut out = Vec::new();
        push_text(&mut out, text);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn every_byte_at_every_place() {
        for byte in 0..=0x7F_u8 {
            for before in 0..18 {
                let text = format!(
                    "{}{}{}",
                    "ä~!".repeat(before),
                    char::from(byte),
                    "z[#".repeat(3)
                );
                assert_eq!(written(&text), serde_json::to_string(&text).unwrap());
                let text = format!("{}{}", "~".repeat(before), char::from(byte));
                assert_eq!(written(&text), serde_json::to_string(&text).unwrap());
            }
        }
    }

    proptest! {
        #[test]
        fn as_the_library_writes_it(text in "(\\PC|[\\x00-\\x7f]|[\"\\\\\n]){0,80}") {
            prop_assert_eq!(written(&text), serde_json::to_string(&text).unwrap());
        }
    }
}
