//! How a crew works.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use wavecrew_providers::Provider;

use super::meter::CallMeter;
use super::proposals::Proposals;
use super::undo::UndoLog;

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
    /// Counts the calls.
    pub meter: CallMeter,
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
            meter: CallMeter::default(),
        }
    }
}
