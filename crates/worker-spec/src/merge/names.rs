//! By which names a task is known.

use std::cell::{Cell, OnceCell};
use std::collections::hash_map::Entry;
use std::collections::{HashMap, HashSet};

use super::tasks::Drafts;
use crate::{Reference, TaskMention};

/// The names of all tasks.
#[derive(Debug)]
pub(super) struct Names<'d> {
    drafts: &'d Drafts<'d>,
    by_id: HashMap<&'d str, usize>,
    by_alias: HashMap<&'d str, Owner>,
    aliases: Vec<Vec<&'d str>>,
    /// Made when a name is found by neither id nor alias.
    by_loose_key: OnceCell<HashMap<String, Owner>>,
    /// Made when a name in words is looked for.
    words: OnceCell<WordIndex>,
    /// The codes that titles begin with, made when nothing else fits.
    by_head: OnceCell<HashMap<String, Owner>>,
    /// The forms that ids have here, made when a word is met that may be one.
    shapes: OnceCell<HashSet<String>>,
    /// How many more comparisons [`nearest`](Self::nearest) may make, so that many unknown names stay cheap.
    comparisons: Cell<usize>,
}

/// Whose name something is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Owner {
    One(usize),
    Several,
}

impl Owner {
    fn add(&mut self, other: usize) {
        if *self != Owner::One(other) {
            *self = Owner::Several;
        }
    }

    fn one(self) -> Option<usize> {
        match self {
            Owner::One(task) => Some(task),
            Owner::Several => None,
        }
    }
}

impl<'d> Names<'d> {
    pub(super) fn new(drafts: &'d Drafts<'d>) -> Self {
        let mut names = Names {
            drafts,
            by_id: HashMap::with_capacity(drafts.drafts.len()),
            by_alias: HashMap::new(),
            aliases: vec![Vec::new(); drafts.drafts.len()],
            by_loose_key: OnceCell::new(),
            words: OnceCell::new(),
            by_head: OnceCell::new(),
            shapes: OnceCell::new(),
            comparisons: Cell::new(200_000),
        };
        for (at, draft) in drafts.with_mentions() {
            names.by_id.insert(draft.id, at);
            let mut seen = HashSet::from([draft.id]);
            for mention in &draft.mentions {
                for alias in std::iter::once(&mention.id).chain(&mention.aliases) {
                    if seen.insert(alias) {
                        names.aliases[at].push(alias);
                        add(&mut names.by_alias, alias.as_str(), at);
                    }
                }
            }
        }
        names
    }

    /// The id of a task.
    pub(super) fn id(&self, task: usize) -> &'d str {
        self.drafts.drafts[task].id
    }

    /// Whether a task is called by exactly this id.
    pub(super) fn is_id(&self, name: &str) -> bool {
        self.by_id.contains_key(name)
    }

    fn loosely(&self, name: &str) -> Option<usize> {
        let keys = self.by_loose_key.get_or_init(|| {
            let mut keys = HashMap::with_capacity(self.by_id.len());
            for (at, draft) in self.drafts.with_mentions() {
                add(&mut keys, loose_key(draft.id), at);
                for alias in &self.aliases[at] {
                    add(&mut keys, loose_key(alias), at);
                }
            }
            keys
        });
        keys.get(&loose_key(name))?.one()
    }

    fn in_words(&self, name: &str) -> Option<usize> {
        let index = self.word_index();
        let name = words(name);
        index.same(&name).or_else(|| index.within(&name))
    }

    fn word_index(&self) -> &WordIndex {
        self.words.get_or_init(|| {
            let mut index = WordIndex::default();
            for (at, draft) in self.drafts.with_mentions() {
                index.add(at, draft.names());
            }
            index
        })
    }

    /// The names other than its id that mean this task alone.
    pub(super) fn aliases_of(&self, task: usize) -> Vec<String> {
        let own = |alias: &&&str| {
            self.by_alias[**alias] == Owner::One(task) && !self.by_id.contains_key(**alias)
        };
        self.aliases[task]
            .iter()
            .filter(own)
            .map(|alias| (*alias).to_owned())
            .collect()
    }

    /// The task of a name: by id, by alias, by a name that differs only in case, gaps and leading zeros, and, when
    /// it is given in words, by title.
    pub(super) fn resolve(&self, name: &str, reference: Reference) -> Option<usize> {
        let by_alias = || self.by_alias.get(name).and_then(|owner| owner.one());
        let in_words = || {
            if reference == Reference::Words {
                self.in_words(name)
            } else {
                None
            }
        };
        self.by_id
            .get(name)
            .copied()
            .or_else(by_alias)
            .or_else(|| self.loosely(name))
            .or_else(in_words)
            .or_else(|| self.by_head_of_title(name))
    }

    /// The one task whose title begins with a code: `P1` of "1. P1 — Parser".
    fn by_head_of_title(&self, name: &str) -> Option<usize> {
        let heads = self.by_head.get_or_init(|| {
            let mut heads = HashMap::new();
            for (at, draft) in self.drafts.with_mentions() {
                for head in draft.names().filter_map(code_at_head) {
                    add(&mut heads, head.to_owned(), at);
                }
            }
            heads
        });
        heads.get(name)?.one()
    }

    /// Whether a name means several tasks: it is an alias of them or, when it is given in words, their title.
    pub(super) fn is_ambiguous(&self, name: &str, reference: Reference) -> bool {
        self.by_alias.get(name) == Some(&Owner::Several)
            || reference == Reference::Words && self.word_index().is_of_several(&words(name))
    }

    /// Whether a word is formed as ids of this plan are: `PAY-004` beside `AUTH-001`, not `UTF-8`.
    pub(super) fn is_formed_as_an_id(&self, word: &str) -> bool {
        let shapes = self
            .shapes
            .get_or_init(|| self.by_id.keys().map(|id| shape(id)).collect());
        shapes.contains(&shape(word))
    }

    /// The id that is nearest to a name, if one is near.
    pub(super) fn nearest(&self, name: &str) -> Option<&'d str> {
        let left = self.comparisons.get().checked_sub(self.by_id.len())?;
        self.comparisons.set(left);
        if name.len() > 100 {
            return None;
        }
        let lower = name.to_lowercase();
        self.by_id
            .keys()
            .filter(|id| id.len().abs_diff(name.len()) <= name.len() / 2)
            .map(|id| {
                (
                    strsim::normalized_damerau_levenshtein(&lower, &id.to_lowercase()),
                    *id,
                )
            })
            .filter(|(likeness, _)| *likeness >= 0.6)
            // Of equally near ones the first by name, so that the answer does not depend on hashing.
            .max_by(|(a, first), (b, second)| a.total_cmp(b).then_with(|| second.cmp(first)))
            .map(|(_, id)| id)
    }
}

fn add<K: std::hash::Hash + Eq>(map: &mut HashMap<K, Owner>, key: K, task: usize) {
    match map.entry(key) {
        Entry::Vacant(vacant) => {
            vacant.insert(Owner::One(task));
        }
        Entry::Occupied(mut owner) => owner.get_mut().add(task),
    }
}

/// A name without what people vary: case, the kind of gap, leading zeros. `Worker_001` is `worker-1`.
pub(super) fn loose_key(name: &str) -> String {
    let mut key = String::with_capacity(name.len());
    let mut in_number = false;
    for c in name.trim().chars() {
        if matches!(c, '_' | '-' | ' ') {
            if !key.ends_with('-') {
                key.push('-');
            }
            in_number = false;
        } else if c == '0' && !in_number {
            // A leading zero, unless the number is zero itself.
            key.push('\0');
        } else {
            if c.is_ascii_digit() {
                if !in_number {
                    while key.ends_with('\0') {
                        key.pop();
                    }
                }
                in_number = true;
            } else {
                in_number = false;
            }
            key.extend(c.to_lowercase());
        }
    }
    key.replace('\0', "0")
}

/// The words of a name in lower case. Issue numbers (`#242`) are no words.
pub(super) fn words(name: &str) -> Vec<String> {
    name.split_whitespace()
        .filter(|part| !part.trim_start_matches('(').starts_with('#'))
        .flat_map(|part| part.split(|c: char| !c.is_alphanumeric()))
        .filter(|word| !word.is_empty())
        .map(str::to_lowercase)
        .collect()
}

/// Names by their words.
#[derive(Debug, Default)]
pub(super) struct WordIndex {
    /// The task and the number of words of every name.
    names: Vec<(usize, usize)>,
    /// The names that hold a word.
    holding: HashMap<String, Vec<usize>>,
    same: HashMap<Vec<String>, Owner>,
    aliases: HashMap<String, Owner>,
}

/// A word in more names than this tells nothing apart.
const COMMON: usize = 256;

impl WordIndex {
    pub(super) fn new<'n, I: Iterator<Item = &'n str>>(tasks: impl Iterator<Item = I>) -> Self {
        let mut index = WordIndex::default();
        for (task, names) in tasks.enumerate() {
            index.add(task, names);
        }
        index
    }

    pub(super) fn add<'n>(&mut self, task: usize, names: impl Iterator<Item = &'n str>) {
        for name in names {
            add(&mut self.aliases, name.to_owned(), task);
            let words = words(name);
            if words.is_empty() {
                continue;
            }
            let known = self
                .same
                .get(&words)
                .is_some_and(|owner| *owner == Owner::One(task));
            if known {
                continue;
            }
            let at = self.names.len();
            self.names.push((task, words.len()));
            for word in &words {
                match self.holding.get_mut(word) {
                    Some(names) => names.push(at),
                    None => {
                        self.holding.insert(word.clone(), vec![at]);
                    }
                }
            }
            add(&mut self.same, words, task);
        }
    }

    /// The one task that shares an alias with a mention.
    pub(super) fn by_alias(&self, mention: &TaskMention) -> Option<usize> {
        let mut owners = mention
            .aliases
            .iter()
            .filter_map(|alias| self.aliases.get(alias)?.one());
        let first = owners.next()?;
        owners.all(|owner| owner == first).then_some(first)
    }

    /// The one task with a name of these words.
    pub(super) fn same(&self, words: &[String]) -> Option<usize> {
        self.same.get(words)?.one()
    }

    /// Whether several tasks have a name of these words.
    fn is_of_several(&self, words: &[String]) -> bool {
        self.same.get(words) == Some(&Owner::Several)
    }

    /// The one task with a name that has all of these words, or whose words are all among these.
    pub(super) fn within(&self, words: &[String]) -> Option<usize> {
        let mut common: HashMap<usize, usize> = HashMap::new();
        for word in words {
            let names = self.holding.get(word).filter(|names| names.len() <= COMMON);
            for &name in names.into_iter().flatten() {
                *common.entry(name).or_default() += 1;
            }
        }
        let mut found = None;
        for (name, count) in common {
            let (task, length) = self.names[name];
            if count < length.min(words.len()) {
                continue;
            }
            if found.is_some_and(|found| found != task) {
                return None;
            }
            found = Some(task);
        }
        found
    }
}

/// The code in capitals that a title begins with, before a mark or with a number: `P1` of "P1 — Parser", `UI-LOGIN` of
/// "UI-LOGIN: Form".
fn code_at_head(title: &str) -> Option<&str> {
    let end = title.find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.')))?;
    let (code, rest) = title.split_at(end);
    let is_marked = [":", " - ", " – ", " — "]
        .iter()
        .any(|mark| rest.starts_with(mark))
        || rest.starts_with(' ') && code.ends_with(|c: char| c.is_ascii_digit());
    let is_code = code.starts_with(|c: char| c.is_ascii_uppercase())
        && !code.contains(|c: char| c.is_ascii_lowercase());
    (is_marked && is_code).then_some(code)
}

/// The form of an id: every run of letters is one `a`, every digit a `0`, the rest as it is.
fn shape(id: &str) -> String {
    let mut shape = String::with_capacity(id.len());
    for c in id.chars() {
        if c.is_ascii_digit() {
            shape.push('0');
        } else if !c.is_alphabetic() {
            shape.push(c);
        } else if !shape.ends_with('a') {
            shape.push('a');
        }
    }
    shape
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn loose_keys() {
        for (a, b) in [
            ("WORKER_001", "worker-1"),
            ("T 07", "t-7"),
            ("A_0", "a-0"),
            ("x10", "X10"),
        ] {
            assert_eq!(loose_key(a), loose_key(b), "{a} {b}");
        }
        for (a, b) in [
            ("4.1", "4.10"),
            ("T1", "T10"),
            ("1.2", "1-2"),
            ("T100", "T1"),
        ] {
            assert_ne!(loose_key(a), loose_key(b), "{a} {b}");
        }
    }

    #[test]
    fn names_in_words() {
        let tasks = [
            vec!["QA", "QA Framework #242"],
            vec!["NEO", "Neo4j Setup"],
            vec!["P", "Proto Definitions"],
        ];
        let index = WordIndex::new(tasks.iter().map(|names| names.iter().copied()));
        assert_eq!(index.same(&words("neo4j setup")), Some(1));
        assert_eq!(index.within(&words("Neo4j Service Setup")), Some(1));
        assert_eq!(index.within(&words("Definitions")), Some(2));
        assert_eq!(index.within(&words("Setup")), Some(1));
        assert_eq!(index.within(&words("Framework Definitions")), None);
    }
}
