//! Slips of the pen.

/// Whether a word is another one but for at most `most` slips: a letter wrong, left out, too much, or two letters
/// swapped. Case plays no part; `known` is ASCII.
pub(crate) fn is_slip_of(word: &str, known: &str, most: usize) -> bool {
    word.len().abs_diff(known.len()) <= most
        && Letters::of(word).is_slip_of(&Letters::of(known), most, str::to_ascii_lowercase)
}

/// The first of some known words that a word is but for at most so many slips. How the parts of both are joined, by a
/// space, a dash or a stroke, plays no part.
pub(crate) fn slip_of_one(
    word: &str,
    known: &[Letters<'_>],
    most: impl Fn(&str) -> usize,
) -> Option<usize> {
    let mut letters = None;
    known.iter().position(|known| {
        let most = most(known.word);
        word.len().abs_diff(known.word.len()) <= most
            && letters.get_or_insert_with(|| Letters::of(word)).is_slip_of(
                known,
                most,
                joined_alike,
            )
    })
}

/// A word, and what tells it from most others without comparing them letter by letter.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Letters<'w> {
    word: &'w str,
    /// The letters that it has, one bit each.
    set: u32,
}

impl<'w> Letters<'w> {
    pub(crate) const fn of(word: &'w str) -> Self {
        let bytes = word.as_bytes();
        let (mut set, mut at) = (0, 0);
        while at < bytes.len() {
            if bytes[at].is_ascii_alphabetic() {
                set |= 1 << (bytes[at].to_ascii_lowercase() - b'a');
            }
            at += 1;
        }
        Letters { word, set }
    }

    /// The same of several words.
    pub(crate) const fn of_all<const N: usize>(words: [&'w str; N]) -> [Self; N] {
        let mut all = [Letters { word: "", set: 0 }; N];
        let mut at = 0;
        while at < N {
            all[at] = Letters::of(words[at]);
            at += 1;
        }
        all
    }

    fn is_slip_of(&self, known: &Letters<'_>, most: usize, plain: impl Fn(&str) -> String) -> bool {
        // One slip changes at most two letters of the set, and at most two counts by one.
        (self.set ^ known.set).count_ones() as usize <= 2 * most
            && counts_differ(self.word, known.word) <= 2 * most
            && strsim::damerau_levenshtein(&plain(self.word), &plain(known.word)) <= most
    }
}

/// A word in lower case, with a space between its parts.
fn joined_alike(word: &str) -> String {
    word.to_ascii_lowercase().replace(['_', '-'], " ")
}

/// By how much two words differ in how often they have each letter.
fn counts_differ(word: &str, known: &str) -> usize {
    let mut counts = [0_isize; 26];
    places(word).for_each(|place| counts[place] += 1);
    places(known).for_each(|place| counts[place] -= 1);
    counts.iter().map(|count| count.unsigned_abs()).sum()
}

/// The places of a word's letters in the alphabet.
fn places(word: &str) -> impl Iterator<Item = usize> {
    let letters = word.bytes().filter(u8::is_ascii_alphabetic);
    letters.map(|byte| usize::from(byte.to_ascii_lowercase() - b'a'))
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
