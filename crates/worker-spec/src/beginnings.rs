//! Whether a text may begin with any phrase of a vocabulary, told by its first two bytes.
//!
//! A vocabulary is asked about every word of a text, and nearly always in vain. Its phrases stand all over memory, this is a
//! kilobyte.

/// Which two bytes the phrases of a vocabulary begin with. Some other pairs pass too.
#[derive(Debug)]
pub(crate) struct Beginnings {
    /// For each first byte a bit for each second one, by its low five bits, which tell all letters apart.
    seconds: [u32; 256],
}

impl Beginnings {
    pub(crate) const fn of(lists: &[&[&str]]) -> Beginnings {
        let mut seconds = [0; 256];
        let mut list = 0;
        while list < lists.len() {
            let mut phrase = 0;
            while phrase < lists[list].len() {
                let bytes = lists[list][phrase].as_bytes();
                seconds[bytes[0] as usize] |= match bytes.len() {
                    1 => u32::MAX,
                    _ => 1 << (bytes[1] % 32),
                };
                phrase += 1;
            }
            list += 1;
        }
        Beginnings { seconds }
    }

    /// Whether a text may begin with a phrase; in which case, the phrases say.
    pub(crate) fn may_be_of(&self, text: &[u8]) -> bool {
        match *text {
            [first, second, ..] => self.seconds[usize::from(first)] & 1 << (second % 32) != 0,
            // Only a phrase of one byte could be at its start.
            [first] => self.seconds[usize::from(first)] != 0,
            [] => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Beginnings;

    #[test]
    fn a_text_that_begins_with_a_phrase_is_let_through() {
        const WORDS: &[&str] = &["after", "y", "依存"];
        const BEGINNINGS: Beginnings = Beginnings::of(&[WORDS]);
        for text in ["after", "after all", "y", "y T1", "依存先"] {
            assert!(BEGINNINGS.may_be_of(text.as_bytes()), "{text}");
        }
        for text in ["", "b", "before", "and", "不"] {
            assert!(!BEGINNINGS.may_be_of(text.as_bytes()), "{text}");
        }
    }
}
