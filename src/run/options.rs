//! How a run is done: what its journal remembers, so that it can be taken up as it began.

use std::collections::BTreeSet;
use std::num::{NonZeroU32, NonZeroUsize};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use wavecrew_exec::Policy;
use wavecrew_providers::Spending;
use wavecrew_sandbox::RelPath;
use wavecrew_worker_spec::Document;

use crate::documents::{STDIN_NAME, plan_documents, seen_from};
use crate::graph::{GraphOptions, PlanGraph};
use crate::provider_chain::ProviderSettings;
use crate::selection::Selection;

/// The settings of a run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct RunOptions {
    /// What was named as the plan: documents, folders of them, `-`. Relative paths are below the root.
    /// [`set_plan`](Self::set_plan) sets this and the next two.
    pub paths: Vec<PathBuf>,
    /// The documents that this came to: a run that is taken up again reads these, whatever has come to the folders since.
    /// No task writes over them.
    pub documents: Vec<PathBuf>,
    /// What standard input held, if `-` is among the documents. It is kept in the run's folder, not in its journal.
    #[serde(skip)]
    pub stdin: Option<Arc<str>>,
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
    /// What was spent before the run began, on judging its specs: it counts against the budget.
    pub judged: Spending,
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

impl RunOptions {
    /// Notes what the plan is read from: what was named, and the documents that it came to. Paths below `root` are kept
    /// relative to it, so that a run can be taken up where the whole folder was moved.
    pub fn set_plan(
        &mut self,
        root: &Path,
        named: &[PathBuf],
        documents: &[Document],
        graph: &PlanGraph,
    ) {
        let from_root = |path: &PathBuf| seen_from(root, path);
        self.paths = named.iter().map(from_root).collect();
        self.documents = plan_documents(root, documents, graph);
        let mut from_stdin = documents
            .iter()
            .filter(|document| document.name() == STDIN_NAME);
        self.stdin = from_stdin.next().map(|document| document.text().into());
    }

    /// The documents of the plan that are below the root.
    pub(super) fn documents_in_root(&self) -> BTreeSet<RelPath> {
        let below = self.documents.iter().filter(|path| path.is_relative());
        below
            .filter_map(|path| RelPath::new(path.to_str()?).ok())
            .collect()
    }
}

impl Default for RunOptions {
    fn default() -> Self {
        Self {
            paths: Vec::new(),
            documents: Vec::new(),
            stdin: None,
            graph: GraphOptions::default(),
            selection: Selection::default(),
            workers: NonZeroUsize::new(8).expect("eight is not zero"),
            providers: vec!["heuristic".to_owned()],
            model: None,
            provider_settings: ProviderSettings::default(),
            judged: Spending::default(),
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
