//! How a crew works.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use wavecrew_providers::Provider;
use wavecrew_sandbox::RelPath;

use super::deliveries::Deliveries;
use super::meter::CallMeter;
use super::proposals::Proposals;
use super::splits::Splits;
use super::undo::UndoLog;
use crate::provider_chain::KnownKeys;

/// How a task is split that a policy wants split.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SplitBy {
    /// A part for each file that it delivers.
    #[default]
    Deliverable,
    /// As a model of the run divides it; by deliverable where its answer is no division.
    Model,
}

impl SplitBy {
    /// The words that a policy has for them.
    pub const WORDS: [&str; 2] = ["deliverable", "model"];
}

impl FromStr for SplitBy {
    type Err = String;

    fn from_str(word: &str) -> Result<Self, String> {
        match word {
            "deliverable" => Ok(Self::Deliverable),
            "model" => Ok(Self::Model),
            _ => Err(format!("tasks are not split by `{word}`")),
        }
    }
}

/// How a crew works.
#[derive(Debug)]
pub struct CrewOptions {
    /// A task that is not checked counts as failed.
    pub require_verified: bool,
    /// The model to ask for; the provider's own default otherwise.
    pub model: Option<String>,
    /// The longest time for an answer. Tests have their own limit: an answer that has come is never
    /// lost to the time that its tests take.
    pub answer_timeout: Duration,
    /// Where refused answers are kept for a person to read; nowhere if `None`.
    pub refused_folder: Option<PathBuf>,
    /// Where the files of tasks in flight are kept against a crash; only in memory if `None`.
    pub undo_log: Option<Arc<UndoLog>>,
    /// Which files the plan gives to whom, for tasks to which it gives none.
    pub proposals: Arc<Proposals>,
    /// Whom a policy may switch a task to, by name.
    pub others: BTreeMap<String, Arc<dyn Provider>>,
    /// Keys that are taken out of answers, and that files which held them are not to lose.
    pub keys: KnownKeys,
    /// Files of the root that no task writes: the documents of the plan.
    pub protected: BTreeSet<RelPath>,
    /// How tasks are split.
    pub split_by: SplitBy,
    /// Where a model's answers about that are kept, so that none is asked for twice; nowhere if `None`.
    pub divided_folder: Option<PathBuf>,
    /// How they were split.
    pub splits: Splits,
    /// Counts the calls.
    pub meter: CallMeter,
    /// What earlier sessions delivered.
    pub(crate) deliveries: Option<Arc<Deliveries>>,
}

impl Default for CrewOptions {
    fn default() -> Self {
        Self {
            require_verified: false,
            model: None,
            answer_timeout: Duration::from_secs(20 * 60),
            refused_folder: None,
            undo_log: None,
            proposals: Arc::default(),
            others: BTreeMap::new(),
            keys: KnownKeys::default(),
            protected: BTreeSet::new(),
            split_by: SplitBy::default(),
            divided_folder: None,
            splits: Splits::default(),
            meter: CallMeter::default(),
            deliveries: None,
        }
    }
}
