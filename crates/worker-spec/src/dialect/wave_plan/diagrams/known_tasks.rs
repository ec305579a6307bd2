//! The tasks that a document names, to tell whether a diagram is about them.

use std::collections::{BTreeSet, HashMap, HashSet};

use super::about::About;
use crate::dialect::mermaid::Flowchart;
use crate::{Reference, TaskMention};

/// So many names with one word in them are compared.
const MOST_OF_A_WORD: usize = 100;

/// The tasks that a document names so far.
#[derive(Default)]
pub(super) struct KnownTasks {
    names: Vec<BTreeSet<String>>,
    by_word: HashMap<String, Vec<usize>>,
    /// For ids, titles and aliases of tasks that have ids, in letters and digits: whose they are, if only one's.
    by_key: HashMap<String, Option<String>>,
}

impl KnownTasks {
    pub(super) fn add(&mut self, tasks: &[TaskMention]) {
        for task in tasks {
            let names = [Some(task.id.as_str()), task.title.as_deref()];
            let aliases = task.aliases.iter().map(String::as_str);
            for name in names.into_iter().flatten().chain(aliases) {
                if task.named_by == Reference::Id {
                    self.add_key(name, &task.id);
                }
                self.add_name(name);
            }
        }
    }

    fn add_name(&mut self, name: &str) {
        let words = words(name);
        for word in &words {
            let places = self.by_word.entry(word.clone()).or_default();
            // More of one word tell nothing more.
            if places.len() < MOST_OF_A_WORD {
                places.push(self.names.len());
            }
        }
        self.names.push(words);
    }

    pub(super) fn is_empty(&self) -> bool {
        self.names.is_empty()
    }

    fn add_key(&mut self, name: &str, id: &str) {
        let owner = self
            .by_key
            .entry(key(name))
            .or_insert_with(|| Some(id.to_owned()));
        if owner.as_deref() != Some(id) {
            *owner = None;
        }
    }

    /// For each node that is a task with an id of its own, that id: the node is called by it, begins its text with
    /// it, or has its title or issue. No two nodes have one id.
    pub(super) fn ids_of(&self, chart: &Flowchart) -> HashMap<String, String> {
        let mut ids: HashMap<String, String> = HashMap::new();
        let mut taken: HashSet<&str> = HashSet::new();
        for node in &chart.nodes {
            let about = About::new(node);
            let names = [
                Some(node.id.as_str()),
                about.id.as_deref(),
                Some(about.title.as_str()),
                about.issue.as_deref(),
            ];
            let id = names
                .into_iter()
                .flatten()
                .find_map(|name| self.by_key.get(&key(name))?.as_deref());
            if let Some(id) = id
                && taken.insert(id)
            {
                ids.insert(node.id.clone(), id.to_owned());
            }
        }
        ids
    }

    /// Whether at least half of a flowchart's nodes are tasks that are known.
    pub(super) fn are_most_of(&self, chart: &Flowchart) -> bool {
        let known = chart.nodes.iter().filter(|node| {
            let about = About::new(node);
            let names = [
                Some(node.id.as_str()),
                about.id.as_deref(),
                Some(about.title.as_str()),
            ];
            let mut names = names.into_iter().flatten().chain(about.issue.as_deref());
            names.any(|name| self.has(name))
        });
        known.count() * 2 >= chart.nodes.len()
    }

    /// Whether a task has this name, or a name of which one is a part of the other.
    fn has(&self, name: &str) -> bool {
        let words = words(name);
        let Some(rarest) = words
            .iter()
            .filter_map(|word| self.by_word.get(word))
            .min_by_key(|places| places.len())
        else {
            return false;
        };
        rarest.iter().any(|&place| {
            let other = &self.names[place];
            words.is_subset(other) && words.len() * 2 >= other.len()
                || other.is_subset(&words) && other.len() * 2 >= words.len()
        })
    }
}

fn key(name: &str) -> String {
    name.chars()
        .filter(|c| c.is_alphanumeric() || *c == '#')
        .flat_map(char::to_lowercase)
        .collect()
}

fn words(name: &str) -> BTreeSet<String> {
    name.split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_lowercase)
        .collect()
}
