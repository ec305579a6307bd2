//! Counts that are made once for each text.

use std::collections::HashMap;
use std::fmt;
use std::hash::{BuildHasher, Hasher, RandomState};
use std::mem;
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::digest::digest;

/// So many texts are remembered at least, and twice as many at most. Their digests are kept, they themselves are not.
const REMEMBERED: usize = 2_048;

/// Tokens of a text to a model; `None` when the vocabulary of the model is not known.
type Counter = dyn Fn(&str, &str) -> Option<u64> + Send + Sync;

/// Counts texts and remembers the numbers: the layers of a stack, the repetitions of a call and the calls that begin with
/// the same instructions ask for the same ones.
pub(super) struct Counts {
    counter: Box<Counter>,
    /// Nobody outside can write texts that are taken for each other.
    seed: u64,
    made: Mutex<Made>,
}

/// What was counted lately, and what before.
#[derive(Default)]
struct Made {
    young: HashMap<Text, Option<u64>>,
    old: HashMap<Text, Option<u64>>,
}

/// A text and the model that is to read it.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
struct Text {
    model: u64,
    digest: u64,
    bytes: usize,
}

impl Counts {
    pub(super) fn new(counter: Box<Counter>) -> Self {
        Self {
            counter,
            seed: RandomState::new().build_hasher().finish(),
            made: Mutex::default(),
        }
    }

    /// The tokens of the text to the model.
    ///
    /// # Complexity
    ///
    /// O(n) for a text of n bytes: as the counter has it the first time, some nanoseconds for a hundred bytes later.
    pub(super) fn of(&self, model: &str, text: &str) -> Option<u64> {
        let key = Text {
            model: digest(self.seed, model.as_bytes()),
            digest: digest(self.seed, text.as_bytes()),
            bytes: text.len(),
        };
        if let Some(tokens) = self.made().recall(key) {
            return tokens;
        }
        // Others need not wait for a long text; whoever counts the same one meanwhile finds the same.
        let tokens = (self.counter)(model, text);
        self.made().remember(key, tokens);
        tokens
    }

    fn made(&self) -> MutexGuard<'_, Made> {
        self.made.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Made {
    fn recall(&mut self, key: Text) -> Option<Option<u64>> {
        if let Some(tokens) = self.young.get(&key) {
            return Some(*tokens);
        }
        let tokens = self.old.remove(&key)?;
        self.remember(key, tokens);
        Some(tokens)
    }

    fn remember(&mut self, key: Text, tokens: Option<u64>) {
        if self.young.len() >= REMEMBERED {
            self.old = mem::take(&mut self.young);
        }
        self.young.insert(key, tokens);
    }
}

impl fmt::Debug for Counts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Counts").finish_non_exhaustive()
    }
}
