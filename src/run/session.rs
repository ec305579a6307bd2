//! One session of a run: from its start, or from where the one before was stopped.

use std::collections::{BTreeMap, BTreeSet};
use std::iter;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use wavecrew_exec::{
    Answer, Control, Event, EventKind, Executor, FileJournal, FileLock, Header, Journal, Record,
    TaskIds, TaskState, TornTail,
};
use wavecrew_providers::{Provider, Spending};
use wavecrew_sandbox::{Digest, Isolation, Root, Runner};

use super::board::Board;
use super::course::{Course, WaitingFor, open_questions};
use super::drift::{Drift, drift};
use super::folder::{HOME, RunError, RunFolder, lock_root, make_runs_folder};
use super::limits::limits;
use super::options::RunOptions;
use super::person::PreparedAnswers;
use super::report::{RunReport, TaskReport, shares};
use super::reserve::Reserve;
use super::spent::{Spent, spent_in};
use super::status::with_parts;
use crate::crew::{
    CallMeter, CrewOptions, CrewWorker, DeliveredWork, Deliveries, Permit, Proposals, SplitBy,
    Splits, TestRunner, UndoLog, fingerprint,
};
use crate::graph::{LeftOut, PlanGraph};
use crate::provider_chain::KnownKeys;

/// Where compilers and interpreters are: commands have a home folder of their own, and would not find
/// them by it.
const TOOLCHAINS: [&str; 6] = [
    "CARGO_HOME",
    "RUSTUP_HOME",
    "JAVA_HOME",
    "PYENV_ROOT",
    "VIRTUAL_ENV",
    "NVM_DIR",
];

/// A run that is open for work. While this lives, no other process works on the run or in its root.
#[derive(Debug)]
pub struct Session {
    folder: RunFolder,
    root: Root,
    journal: FileJournal,
    options: RunOptions,
    recorded: Meta,
    resumed: bool,
    torn: Option<TornTail>,
    meter: CallMeter,
    splits: Splits,
    others: BTreeMap<String, Arc<dyn Provider>>,
    keys: KnownKeys,
    answers: PreparedAnswers,
    _lock: FileLock,
}

/// What the journal says of the run beyond its name: in the header, and again when the plan has changed.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Meta {
    pub(super) options: RunOptions,
    /// Ids of the tasks in plan order.
    pub(super) tasks: Vec<String>,
    /// The other tasks of the plan.
    #[serde(default)]
    pub(super) left_out: Vec<LeftOut>,
}

/// What was done before a resumed run starts anything.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Recovery {
    /// Tasks that were in flight, whose files were put back.
    pub put_back: Vec<String>,
    /// Where there are copies of what stood in these files, if it was anything else.
    pub kept: Option<PathBuf>,
    /// Tasks that ended well and whose files are gone since, each with the reason; and those that wait for one of them and wrote
    /// in a file that it writes again.
    pub gone: Vec<(String, String)>,
    /// Tasks that ended well and whose files somebody has changed since, each with the reason. They
    /// are left alone, and count as not checked.
    pub changed: Vec<(String, String)>,
}

impl Session {
    /// Starts a run of `graph` in `root`, which is made if it is not there.
    ///
    /// # Errors
    ///
    /// [`RunError::Exists`] if there is a run of this name; [`RunError::Busy`] if another process works
    /// in the root; [`RunError::Root`], [`RunError::Io`] and
    /// [`RunError::Journal`] if the disk refuses.
    pub fn create(
        root: &Path,
        id: Option<&str>,
        graph: &PlanGraph,
        options: RunOptions,
    ) -> Result<Self, RunError> {
        id.map_or(Ok(()), RunFolder::check)?;
        let root = Root::create(root)?;
        make_runs_folder(root.path())?;
        let lock = lock_root(root.path())?;
        let folder = RunFolder::create(root.path(), id)?;
        folder.seal()?;
        folder.keep_plan(options.stdin.as_deref())?;
        let recorded = Meta::new(options.clone(), graph);
        let header = Header::new(folder.id(), plan_digest(graph), json!(recorded));
        let journal = FileJournal::create(folder.journal(), &header)?;
        Ok(Self {
            folder,
            root,
            journal,
            options,
            recorded,
            resumed: false,
            torn: None,
            meter: CallMeter::default(),
            splits: Splits::default(),
            others: BTreeMap::new(),
            keys: KnownKeys::default(),
            answers: PreparedAnswers::default(),
            _lock: lock,
        })
    }

    /// Whether [`create`](Self::create) may begin such a run now, as far as that is to be seen: another process may come in between.
    /// Nothing is made.
    ///
    /// # Errors
    ///
    /// [`RunError::BadId`], [`RunError::Exists`], [`RunError::Busy`], [`RunError::Journal`].
    pub fn may_create(root: &Path, id: Option<&str>) -> Result<(), RunError> {
        id.map_or(Ok(()), |id| RunFolder::check_new(root, id))?;
        match root.join(HOME).is_dir() {
            true => lock_root(root).map(drop),
            false => Ok(()),
        }
    }

    /// Opens a run again: the named one, or the latest in `root`.
    ///
    /// # Errors
    ///
    /// [`RunError::NoRun`] or [`RunError::Unknown`] if it is not there, [`RunError::Journal`] if its
    /// journal is damaged, [`RunError::Busy`] if another process works in the root, [`RunError::Header`] if the journal is
    /// not one of ours.
    pub fn open(root: &Path, id: Option<&str>) -> Result<Self, RunError> {
        let folder = RunFolder::find(root, id)?;
        let root = Root::open(root)?;
        let lock = lock_root(root.path())?;
        let (journal, replay) = FileJournal::open(folder.journal())?;
        let recorded = Meta::read(&folder, replay.header.meta)?;
        Ok(Self {
            folder,
            root,
            journal,
            options: recorded.options.clone(),
            recorded,
            resumed: true,
            torn: replay.truncated,
            meter: CallMeter::default(),
            splits: Splits::default(),
            others: BTreeMap::new(),
            keys: KnownKeys::default(),
            answers: PreparedAnswers::default(),
            _lock: lock,
        })
    }

    /// The run's folder.
    pub fn folder(&self) -> &RunFolder {
        &self.folder
    }

    /// The folder that is worked in, absolute.
    pub fn root(&self) -> &Path {
        self.root.path()
    }

    /// How the run was started.
    pub fn options(&self) -> &RunOptions {
        &self.options
    }

    /// Changes how this session works. The journal keeps how the run was started; only the documents of the plan are
    /// changed there, too.
    pub fn set_options(&mut self, options: RunOptions) {
        self.options = options;
    }

    /// Whom the policy may switch a task to, by name.
    pub fn set_others(&mut self, others: BTreeMap<String, Arc<dyn Provider>>) {
        self.others = others;
    }

    /// Keys that are taken out of answers, and that files which held them are not to lose.
    pub fn set_keys(&mut self, keys: KnownKeys) {
        self.keys = keys;
    }

    /// What a person has decided about tasks that wait for it, by their ids.
    pub fn set_answers(&mut self, answers: BTreeMap<String, Answer>) {
        self.answers = PreparedAnswers(answers);
    }

    /// What a person was asked in earlier sessions about tasks of `graph`, or parts of them, and has not answered.
    ///
    /// # Errors
    ///
    /// [`RunError::Journal`] if the journal cannot be read.
    pub async fn questions(&mut self, graph: &PlanGraph) -> Result<Vec<WaitingFor>, RunError> {
        let history = self.journal.history().await?;
        let planned = ids(graph);
        let here: BTreeSet<&String> = with_parts(&history, &planned).into_iter().collect();
        let mut questions = open_questions(&history);
        questions.retain(|open| open.task.as_ref().is_some_and(|task| here.contains(task)));
        Ok(questions)
    }

    /// How test commands are kept apart from the machine here.
    pub fn isolation(&self) -> Isolation {
        self.runner().isolation()
    }

    /// The unfinished end of the journal that was cut off when it was opened.
    pub fn torn(&self) -> Option<&TornTail> {
        self.torn.as_ref()
    }

    /// Makes the tree fit the journal: files of tasks that were in flight are put back, and tasks of `graph`
    /// whose files are gone are to be done again, with those that built on their files. Does nothing in a run's first session.
    ///
    /// # Errors
    ///
    /// [`RunError::Recovery`] if files cannot be put back; nothing was started, and calling again
    /// goes on.
    pub async fn recover(&mut self, graph: &PlanGraph) -> Result<Recovery, RunError> {
        if !self.resumed {
            return Ok(Recovery::default());
        }
        let history = self.journal.history().await?;
        let ended = |task: &str| {
            history
                .tasks
                .get(task)
                .is_some_and(|task| task.state == TaskState::Succeeded)
        };
        self.folder.clear_temp()?;
        // Each session has a folder of its own: what an earlier one kept may be somebody's work.
        let kept = self.folder.kept().join(history.sessions.to_string());
        let kept_root = Root::create(&kept)?;
        let put_back =
            UndoLog::open(&self.folder.undo())?.recover(&self.root, &kept_root, ended)?;
        // An empty folder would only be in the way.
        let is_kept = std::fs::remove_dir(&kept).is_err();
        let mut recovery = Recovery {
            put_back,
            kept: is_kept.then_some(kept),
            ..Recovery::default()
        };
        for (task, drift) in drift(&self.root, &history) {
            match drift {
                Drift::Gone(reason) => recovery.gone.push((task, reason)),
                Drift::Changed(reason) => recovery.changed.push((task, reason)),
            }
        }
        if !recovery.gone.is_empty() {
            let gone: Vec<String> = (recovery.gone.iter().map(|(task, _)| task.clone())).collect();
            let stays = |task: &str| recovery.changed.iter().any(|(changed, _)| changed == task);
            let work = DeliveredWork::read(&self.folder.journal())?;
            recovery.gone.extend(work.built_on(graph, &gone, stays));
        }
        let stale = recovery.gone.iter().map(|(task, reason)| Record::Stale {
            task: task.clone(),
            reason: reason.clone(),
        });
        self.journal.append(stale.collect()).await?;
        self.journal.sync().await?;
        Ok(recovery)
    }

    /// Where the tasks of `graph` stand by the journal, before this session's first event.
    ///
    /// # Errors
    ///
    /// [`RunError::Journal`] if the journal cannot be read.
    pub async fn board(&mut self, graph: &PlanGraph) -> Result<Board, RunError> {
        let history = self.journal.history().await?;
        let mut board = Board::new(self.folder.id(), graph, &history);
        let drifted = drift(&self.root, &history).into_iter();
        let changed = drifted.filter(|(_, drift)| matches!(drift, Drift::Changed(_)));
        board.set_changed(changed.map(|(id, drift)| (id, drift.to_string())).collect());
        Ok(board)
    }

    /// What the answers of the sessions before this one came to.
    ///
    /// # Errors
    ///
    /// [`RunError::Journal`] if the journal cannot be read.
    pub fn spent_before(&self) -> Result<Spent, RunError> {
        match self.resumed {
            true => {
                let (_, mut spent) = spent_in(self.folder.journal())?;
                spent.stopped();
                Ok(spent)
            }
            false => Ok(Spent::default()),
        }
    }

    /// What counts against the budget before this session of `graph` begins: the answers of the sessions before it, the judgement of
    /// the specs, and for each call that was under way when a session was stopped as much as such a call can take. `vars` looks
    /// up models by the vendors' own names.
    ///
    /// # Errors
    ///
    /// As [`spent_before`](Self::spent_before).
    pub fn spending_before(
        &self,
        graph: &PlanGraph,
        vars: impl Fn(&str) -> Option<String>,
    ) -> Result<Spending, RunError> {
        let spent = self.spent_before()?;
        let mut spending = spent.spending();
        let most = |node| Reserve::of(graph.dag.payload(node), &self.options, &vars);
        let dropped = spent.dropped.iter().filter_map(|(task, times)| {
            // A part asks for no more than its whole. Of a task that is not there any more nobody knows what it would ask.
            let mut wholes =
                iter::successors(Some(task.as_str()), |id| Some(id.rsplit_once('/')?.0));
            let reserve = match wholes.find_map(|id| graph.dag.node(id)) {
                Some(node) => most(node),
                None => graph
                    .dag
                    .nodes()
                    .filter_map(most)
                    .max_by_key(|most| (most.nano_usd, most.tokens())),
            };
            Some((reserve?, *times))
        });
        for (most, times) in dropped {
            let nano = most.nano_usd.unwrap_or(0);
            spending.calls = spending.calls.saturating_add(times);
            spending.tokens = (spending.tokens).saturating_add(most.tokens().saturating_mul(times));
            spending.nano_usd = spending.nano_usd.saturating_add(nano.saturating_mul(times));
        }
        let judged = self.options.judged;
        spending.calls = spending.calls.saturating_add(judged.calls);
        spending.tokens = spending.tokens.saturating_add(judged.tokens);
        spending.nano_usd = spending.nano_usd.saturating_add(judged.nano_usd);
        Ok(spending)
    }

    /// What this session's calls, costs and files add up to, now and while it works.
    pub fn meter(&self) -> &CallMeter {
        &self.meter
    }

    /// How this session's tasks are split for which a model is asked, now and while it works.
    pub fn splits(&self) -> &Splits {
        &self.splits
    }

    /// Works until every task has ended or `control` stops it.
    ///
    /// # Errors
    ///
    /// [`RunError::Exec`] when the journal cannot be written; what was done before is kept. [`RunError::Policy`] if the policy
    /// wants something that no crew does.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future stops the run where it is; it can be opened again.
    pub async fn run(
        &mut self,
        graph: &PlanGraph,
        provider: Arc<dyn Provider>,
        control: Control,
        mut on_event: impl FnMut(&Event) + Send,
    ) -> Result<RunReport, RunError> {
        self.record(graph).await?;
        let (mut course, mut ids) = (Course::default(), TaskIds::new(&graph.dag));
        let undo_log = Arc::new(UndoLog::open(&self.folder.undo())?);
        let meter = self.meter.clone();
        let deliveries = match self.resumed {
            false => None,
            true => {
                let history = self.journal.history().await?;
                let kept = self.folder.kept().join(history.sessions.to_string());
                let journal = self.folder.journal();
                let deliveries = Deliveries::of(journal, graph, &undo_log, kept);
                Some(Arc::new(deliveries))
            }
        };
        let crew = self.crew(graph, provider, &undo_log, deliveries.clone())?;
        let executor = Executor::new(crew)
            .limits(limits(graph, &self.options))
            .person(self.answers.clone())
            .control(control);
        let outcomes = executor
            .run_durable(&graph.dag, &mut self.journal, fingerprint, |event| {
                ids.note(event);
                course.note(event, &ids);
                // The end is on record: the files stay.
                if let (Some(node), EventKind::Succeeded { replayed, .. }) =
                    (event.node, &event.kind)
                {
                    undo_log.settle(ids.of(node));
                    if let Some(deliveries) = deliveries.as_ref().filter(|_| !replayed) {
                        deliveries.replaced(ids.of(node));
                    }
                }
                on_event(event);
            })
            .await?;
        // A test of another task may have removed what was verified before.
        let history = self.journal.history().await?;
        let drifted = drift(&self.root, &history);
        let is_flaky = |id: &str| history.tasks.get(id).is_some_and(|task| task.flaky);
        let tasks = outcomes
            .iter()
            .enumerate()
            .map(|(index, outcome)| TaskReport::new(&ids, index, outcome, &drifted, is_flaky))
            .collect();
        Ok(RunReport {
            tasks,
            calls: meter.calls(),
            cost_nano_usd: meter.cost_nano_usd(),
            course,
            shares: shares(&self.options, &meter),
        })
    }

    /// Brings what the journal says of the plan up to date.
    async fn record(&mut self, graph: &PlanGraph) -> Result<(), RunError> {
        if self.resumed {
            self.folder.keep_plan(self.options.stdin.as_deref())?;
        }
        let options = RunOptions {
            paths: self.options.paths.clone(),
            documents: self.options.documents.clone(),
            ..self.recorded.options.clone()
        };
        let now = Meta::new(options, graph);
        if now != self.recorded {
            let meta = json!(now);
            self.journal.append(vec![Record::Meta { meta }]).await?;
            self.recorded = now;
        }
        Ok(())
    }

    /// Runs test commands. What the runs of this root have on disk is theirs: no command damages a journal.
    fn runner(&self) -> Runner {
        Runner::new()
            .read_only(self.root.path().join(HOME))
            .deadline(self.options.test_timeout)
            .temp(self.folder.temp())
            .allow_env(TOOLCHAINS)
    }

    /// How the policy wants tasks split.
    fn split_by(&self) -> Result<SplitBy, RunError> {
        let policy = self.options.policy.as_ref();
        let word = policy.and_then(|policy| policy.split_by.as_deref());
        let word = word.map(str::parse).transpose();
        word.map(Option::unwrap_or_default)
            .map_err(RunError::Policy)
    }

    fn crew(
        &self,
        graph: &PlanGraph,
        provider: Arc<dyn Provider>,
        undo_log: &Arc<UndoLog>,
        deliveries: Option<Arc<Deliveries>>,
    ) -> Result<CrewWorker, RunError> {
        let permit = self
            .options
            .allowed_programs
            .iter()
            .fold(Permit::new(), |permit, program| permit.allow(program));
        let options = CrewOptions {
            require_verified: self.options.require_verified,
            model: self.options.model.clone(),
            answer_timeout: self.options.timeout,
            refused_folder: Some(self.folder.refused()),
            undo_log: Some(Arc::clone(undo_log)),
            proposals: Arc::new(Proposals::new(graph)),
            others: self.others.clone(),
            keys: self.keys.clone(),
            protected: self.options.documents_in_root(),
            split_by: self.split_by()?,
            divided_folder: Some(self.folder.divided()),
            splits: self.splits.clone(),
            meter: self.meter.clone(),
            deliveries,
        };
        let root = Root::open(self.root.path())?;
        Ok(CrewWorker::new(
            provider,
            root,
            TestRunner::new(self.runner(), permit),
            options,
        ))
    }
}

impl Meta {
    fn new(options: RunOptions, graph: &PlanGraph) -> Self {
        Self {
            // What came by standard input has a file of its own.
            options: RunOptions {
                stdin: None,
                ..options
            },
            tasks: ids(graph),
            left_out: graph.left_out.clone(),
        }
    }

    pub(super) fn read(folder: &RunFolder, meta: Value) -> Result<Self, RunError> {
        serde_json::from_value(meta).map_err(|error| RunError::Header {
            run: folder.id().to_owned(),
            why: error.to_string(),
        })
    }
}

/// The ids of all tasks, in plan order.
fn ids(graph: &PlanGraph) -> Vec<String> {
    let ids = graph.dag.nodes().map(|node| graph.dag.id(node).to_owned());
    ids.collect()
}

/// A digest of all tasks and all edges.
fn plan_digest(graph: &PlanGraph) -> String {
    let dag = &graph.dag;
    let tasks: Vec<(&str, String)> = dag
        .nodes()
        .map(|node| (dag.id(node), fingerprint(dag.payload(node))))
        .collect();
    let edges: Vec<(&str, &str)> = dag
        .edges()
        .map(|(from, to)| (dag.id(from), dag.id(to)))
        .collect();
    Digest::of(json!([tasks, edges]).to_string().as_bytes()).to_string()
}
