//! The names of the tasks of a document.

use std::collections::{HashMap, HashSet};

use crate::ids::split_number;

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

    pub(super) fn holds(&self, name: &str) -> bool {
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

/// Letters and digits in lower case. A dot between digits counts: `1.2` is not `12`.
fn key(name: &str) -> String {
    name.chars()
        .filter(|c| c.is_alphanumeric() || *c == '.')
        .flat_map(char::to_lowercase)
        .collect::<String>()
        .trim_matches('.')
        .to_owned()
}
