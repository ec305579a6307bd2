//! How a run is done: what its journal remembers, so that it can be taken up as it began.

use std::num::{NonZeroU32, NonZeroUsize};
use std::path::PathBuf;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use wavecrew_exec::Policy;

use crate::graph::GraphOptions;
use crate::provider_chain::ProviderSettings;
use crate::selection::Selection;

/// The settings of a run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct RunOptions {
    /// The documents of the plan, absolute.
    pub paths: Vec<PathBuf>,
    /// Which stated orders bind.
    pub graph: GraphOptions,
    /// Which part of the plan is meant.
    pub selection: Selection,
    /// Tasks at a time.
    pub workers: NonZeroUsize,
    /// Providers by name, first choice first.
    pub providers: Vec<String>,
    /// The model to ask for; the provider's own default otherwise.
    pub model: Option<String>,
    /// How they are asked: limits, prices, budget, routes.
    pub provider_settings: ProviderSettings,
    /// What to do about failures; without it they are retried up to `attempts`.
    pub policy: Option<Policy>,
    /// Attempts at a task, where no policy says it.
    pub attempts: NonZeroU32,
    /// The longest time for one attempt.
    pub timeout: Duration,
    /// The longest time for one test command.
    pub test_timeout: Duration,
    /// Programs that test commands may start although they act outside the root.
    pub allowed_programs: Vec<String>,
    /// Start tasks whose dependencies failed, too.
    pub despite_failures: bool,
    /// A task that is not checked counts as failed.
    pub require_verified: bool,
}

impl Default for RunOptions {
    fn default() -> Self {
        Self {
            paths: Vec::new(),
            graph: GraphOptions::default(),
            selection: Selection::default(),
            workers: NonZeroUsize::new(8).expect("eight is not zero"),
            providers: vec!["heuristic".to_owned()],
            model: None,
            provider_settings: ProviderSettings::default(),
            policy: None,
            attempts: NonZeroU32::new(3).expect("three is not zero"),
            timeout: Duration::from_secs(20 * 60),
            test_timeout: Duration::from_secs(120),
            allowed_programs: Vec::new(),
            despite_failures: false,
            require_verified: false,
        }
    }
}
