//! How the tasks of a session were split.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

/// How tasks were split for which a model was asked; clones are the same.
#[derive(Clone, Debug, Default)]
pub struct Splits(Arc<Mutex<BTreeMap<String, String>>>);

impl Splits {
    /// How this task was split, in a few words: as a model divides it, or why by its deliverables all the same. `None` if
    /// nobody was asked.
    pub fn how(&self, task: &str) -> Option<String> {
        let splits = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        splits.get(task).cloned()
    }

    pub(super) fn note(&self, task: &str, how: String) {
        let mut splits = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        splits.insert(task.to_owned(), how);
    }
}
