//! The names of the tasks of a document.

use std::collections::{HashMap, HashSet};

use super::numbered::{behind_number_word, kind_of};
use crate::dialect::waiting::joint_length;
use crate::ids::split_number;

/// Longer names than any in earnest, in words.
const MOST_WORDS: usize = 12;

/// The names of the tasks of a document, so that a text can be cut where names end.
#[derive(Debug, Default)]
pub(in crate::dialect) struct KnownNames {
    /// The name of every key; the first one of several.
    names: HashMap<String, String>,
    series: HashSet<String>,
    /// Words that stand before numbers in ids: `agent` of `Agent 7`, with what stands before the number there.
    kinds: HashMap<String, String>,
    /// The series of ids that are letters and a number, with the width of their numbers.
    lettered: HashMap<String, usize>,
    /// The ids that are a word and a letter, by the letter: `Track A` of `A`; none where two words have one.
    letters: HashMap<char, Option<String>>,
}

impl KnownNames {
    pub(in crate::dialect) fn add(&mut self, name: &str) {
        if name.is_empty() {
            return;
        }
        self.names
            .entry(key(name))
            .or_insert_with(|| name.to_owned());
        if let Some((series, number)) = split_number(name) {
            self.series.insert(series.to_lowercase());
            let letters = series.trim_end_matches(['-', '_']);
            if !letters.is_empty() && letters.chars().all(char::is_alphabetic) {
                self.lettered.insert(series.to_owned(), number.len());
            }
        }
    }

    /// Adds an id that is a word and a number: `Agent 7`, or a number that a word is written before: `#7` of `issue`.
    pub(in crate::dialect) fn add_kind(&mut self, kind: &str, before_number: &str) {
        self.kinds
            .insert(kind.to_lowercase(), before_number.to_owned());
    }

    /// Adds an id that is a word and a letter, `Track A`, which the letter alone may mean.
    pub(in crate::dialect) fn add_letter(&mut self, letter: char, id: &str) {
        let known = self
            .letters
            .entry(letter)
            .or_insert_with(|| Some(id.to_owned()));
        if known.as_deref() != Some(id) {
            *known = None;
        }
    }

    /// The one task that a letter alone means.
    pub(super) fn by_letter(&self, name: &str) -> Option<&str> {
        let mut chars = name.chars();
        let letter = chars.next().filter(|_| chars.next().is_none())?;
        self.letters.get(&letter)?.as_deref()
    }

    /// How many names there are, titles among them.
    pub(super) fn len(&self) -> usize {
        self.names.len()
    }

    pub(in crate::dialect) fn holds(&self, name: &str) -> bool {
        self.names.contains_key(&key(name))
    }

    /// Whether an id is of a series that the document has.
    pub(super) fn has_series_of(&self, id: &str) -> bool {
        split_number(id).is_some_and(|(series, _)| self.series.contains(&series.to_lowercase()))
    }

    /// The name as the document writes it.
    pub(super) fn written(&self, name: &str) -> Option<&str> {
        self.names.get(&key(name)).map(String::as_str)
    }

    /// How much of the start of a text is names of tasks, one or a list of them: all of `T3, T4 and the API`. Nothing
    /// when it begins with anything else.
    pub(super) fn names_at_start(&self, text: &str) -> usize {
        let mut end = 0;
        let mut at = 0;
        while let Some(length) = self.name_at_start(&text[at..]) {
            end = at + length;
            let rest = text[end..].trim_start_matches([' ', ',', '&', '+', ';', '/', '、']);
            let rest = &rest[joint_length(rest)..];
            at = text.len() - rest.trim_start().len();
            if at == end {
                break;
            }
        }
        end
    }

    /// The length of the longest name at the start of a text, with a word such as "task" before it.
    fn name_at_start(&self, text: &str) -> Option<usize> {
        let bare = text.trim_start_matches(['`', '*', '[', '"', '“', '„']);
        let bare = ["the ", "die ", "der ", "das "]
            .iter()
            .find_map(|word| bare.strip_prefix(word))
            .unwrap_or(bare);
        let (word, rest) = bare.split_once(' ').unwrap_or((bare, ""));
        let numbers = match kind_of(word) {
            Some(_) => behind_number_word(rest),
            None => bare,
        };
        let digits = numbers.trim_start_matches('#');
        let length = digits.bytes().take_while(u8::is_ascii_digit).count();
        let marked = digits.len() < numbers.len() || numbers.len() < bare.len();
        let ends = !digits[length..].starts_with(|c: char| c.is_alphanumeric());
        let number = &digits[..length];
        let is_known = match numbers.len() == bare.len() {
            true => self.holds(number),
            false => self.by_number(number).is_some(),
        };
        if marked && length > 0 && ends && is_known {
            return Some(text.len() - digits.len() + length);
        }
        let start = text.len() - bare.len();
        let mut longest = None;
        let mut words = 0;
        let ends = bare
            .char_indices()
            .filter(|(at, c)| !c.is_alphanumeric() && bare[..*at].ends_with(char::is_alphanumeric));
        for end in ends.map(|(at, _)| at).chain([bare.len()]) {
            words += 1;
            if words > MOST_WORDS {
                break;
            }
            let name = &bare[..end];
            let is_amount = name.bytes().all(|byte| byte.is_ascii_digit())
                && bare[end..].trim_start().starts_with(char::is_alphabetic);
            if !is_amount && !key(name).is_empty() && self.holds(name) {
                longest = Some(start + end);
            }
        }
        let longest = longest?;
        let closing = text[longest..].trim_start_matches(['`', '*', ']', '"', '”', '“']);
        Some(text.len() - closing.len())
    }

    /// What stands before the numbers of a kind: `Agent ` for `agent`.
    pub(super) fn before_number(&self, kind: &str) -> Option<&str> {
        self.kinds.get(kind).map(String::as_str)
    }

    /// The kind of a name that is a word and a number.
    pub(super) fn kind_of(&self, name: &str) -> Option<String> {
        let (word, _) = name.split_once(' ')?;
        let word = word.to_lowercase();
        self.kinds.contains_key(&word).then_some(word)
    }

    /// The task that a bare number means: the one whose id it is, or that of the only series of ids.
    pub(super) fn by_number(&self, number: &str) -> Option<String> {
        if let Some(name) = self.written(number) {
            return Some(name.to_owned());
        }
        let mut all = self.lettered.iter();
        let (Some((series, width)), None) = (all.next(), all.next()) else {
            return None;
        };
        let width = *width;
        self.written(&format!("{series}{number:0>width$}"))
            .map(str::to_owned)
    }
}

/// Letters and digits in lower case. What stands between two digits counts: neither `1.2` nor `1-2` is `12`.
fn key(name: &str) -> String {
    let mut key = String::with_capacity(name.len());
    let mut between = false;
    for c in name.chars() {
        if !c.is_alphanumeric() && c != '.' {
            between = true;
            continue;
        }
        if between && c.is_ascii_digit() && key.ends_with(|last: char| last.is_ascii_digit()) {
            key.push('-');
        }
        between = false;
        key.extend(c.to_lowercase());
    }
    key.trim_matches('.').to_owned()
}
