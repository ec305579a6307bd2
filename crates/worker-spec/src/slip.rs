//! Slips of the pen.

/// Whether a word is another one but for at most `most` slips: a letter wrong, left out, too much, or two letters
/// swapped. Case plays no part; `known` is ASCII.
pub(crate) fn is_slip_of(word: &str, known: &str, most: usize) -> bool {
    // One slip changes at most two letters of the set, so most words are told apart without comparing them.
    word.len().abs_diff(known.len()) <= most
        && (letters_of(word) ^ letters_of(known)).count_ones() as usize <= 2 * most
        && strsim::damerau_levenshtein(&word.to_ascii_lowercase(), &known.to_ascii_lowercase())
            <= most
}

/// The set of letters of a word, one bit each.
fn letters_of(word: &str) -> u32 {
    let letters = word.bytes().filter(u8::is_ascii_alphabetic);
    letters.fold(0, |letters, byte| {
        letters | 1 << (byte.to_ascii_lowercase() - b'a')
    })
}

#[cfg(test)]
mod tests {
    use super::is_slip_of;

    #[test]
    fn slips() {
        for word in [
            "DEPENDANCIES",
            "dependencis",
            "dependnecies",
            "Dependencies",
        ] {
            assert!(is_slip_of(word, "DEPENDENCIES", 2), "{word}");
        }
        for word in ["dependents", "DELIVERABLES", "", "日本"] {
            assert!(!is_slip_of(word, "DEPENDENCIES", 2), "{word}");
        }
    }
}
