use std::num::NonZeroUsize;
use std::sync::Arc;
use std::time::Duration;

use serde::Serialize;
use serde::de::DeserializeOwned;
use wavecrew_dag::{Claims, Dag, Resources};

use crate::drive::{Setup, drive};
use crate::errands::Helpers;
use crate::lineage::Lineages;
use crate::recorder::{Recorded, Unrecorded};
use crate::resume::Resume;
use crate::{
    Checkpoint, Control, Event, Journal, JournalError, Limits, Outcome, Pace, Person, Phases,
    Policy, Record, Worker,
};

/// Runs the tasks of a graph through one worker.
///
/// Nothing is spawned: the worker's futures are polled by the future that [`run`](Self::run)
/// returns, so tasks need not be `'static`, and dropping that future ends all of them. Timeouts,
/// backoffs and pauses need a tokio runtime with its time driver; without them any runtime does.
///
/// ```
/// use std::convert::Infallible;
/// use std::num::NonZeroUsize;
/// use wavecrew_dag::DagBuilder;
/// use wavecrew_exec::{Context, Executor, worker_fn};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), wavecrew_dag::BuildError> {
/// let mut builder = DagBuilder::new();
/// builder.node("two", 2).node("three", 3).node("sum", 0);
/// builder.edge("two", "sum").edge("three", "sum");
/// let dag = builder.build()?;
///
/// let adding = worker_fn(async |task: &u32, cx: Context<'_, u32>| {
///     Ok::<_, Infallible>(task + cx.upstream().map(|(_, output)| output).sum::<u32>())
/// });
/// let executor = Executor::new(adding).concurrency(NonZeroUsize::new(2).expect("not zero"));
/// let outcomes = executor.run(&dag, |_| {}).await;
/// assert_eq!(outcomes[2].output(), Some(&5));
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct Executor<W> {
    worker: W,
    /// Without ranks.
    limits: Limits,
    /// Those of the limits; a run makes no copy of them.
    ranks: Option<Arc<Vec<u64>>>,
    control: Control,
    helpers: Helpers,
}

/// Why a recorded run ended before its tasks did. What the journal holds by then is good, and
/// another session can go on from it.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ExecError {
    /// The journal could not be read or written.
    #[error(transparent)]
    Journal(#[from] JournalError),
    /// An output cannot be written as JSON.
    #[error("the output of task `{task}` cannot be recorded: {source}")]
    Output {
        /// The task.
        task: String,
        /// Why it cannot.
        source: serde_json::Error,
    },
}

impl<W> Executor<W> {
    /// An executor with the default [`Limits`] and [`Policy`], without timeouts.
    #[must_use]
    pub fn new(worker: W) -> Self {
        Self {
            worker,
            limits: Limits::default(),
            ranks: None,
            control: Control::new(),
            helpers: Helpers::default(),
        }
    }

    /// How many tasks run at once. A paused task counts; one between two attempts does not.
    #[must_use]
    pub fn concurrency(mut self, concurrency: NonZeroUsize) -> Self {
        self.limits.concurrency = concurrency;
        self
    }

    /// One rank per node, indexed by node: among the tasks that may start the largest goes first,
    /// then the one added first. A [`Planner`](wavecrew_dag::Planner) makes ranks.
    #[must_use]
    pub fn ranks(mut self, ranks: Vec<u64>) -> Self {
        self.ranks = Some(Arc::new(ranks));
        self
    }

    /// What each task needs for itself alone, from the start of its first attempt to its end.
    #[must_use]
    pub fn claims(mut self, claims: Claims) -> Self {
        self.limits.claims = Some(claims);
        self
    }

    /// What to do about failures.
    #[must_use]
    pub fn policy(mut self, policy: Policy) -> Self {
        self.limits.policy = policy;
        self
    }

    /// Sets all limits at once; what was set of them before is lost.
    #[must_use]
    pub fn limits(mut self, mut limits: Limits) -> Self {
        self.ranks = limits.ranks.take().map(Arc::new);
        self.limits = limits;
        self
    }

    /// What tasks need a share of while they run ([`Limits::resources`]).
    #[must_use]
    pub fn resources(mut self, resources: Resources) -> Self {
        self.limits.resources = Some(resources);
        self
    }

    /// How many attempts may start in how much time.
    #[must_use]
    pub fn pace(mut self, pace: Pace) -> Self {
        self.limits.pace = Some(pace);
        self
    }

    /// How long an attempt may take, its wait for the journal included.
    #[must_use]
    pub fn attempt_timeout(mut self, timeout: Duration) -> Self {
        self.limits.attempt_deadline = Some(timeout);
        self
    }

    /// How long a task may take, with all its attempts and waits ([`Limits::task_deadline`]).
    #[must_use]
    pub fn task_timeout(mut self, timeout: Duration) -> Self {
        self.limits.task_deadline = Some(timeout);
        self
    }

    /// How long an attempt may go without a sign of progress ([`Limits::stall_after`]).
    #[must_use]
    pub fn stall_after(mut self, silence: Duration) -> Self {
        self.limits.stall_after = Some(silence);
        self
    }

    /// What must have ended before what may start.
    #[must_use]
    pub fn phases(mut self, phases: Phases) -> Self {
        self.limits.phases = Some(phases);
        self
    }

    /// Who decides what the policy leaves to a person. Without anybody such a task fails.
    #[must_use]
    pub fn person(mut self, person: impl Person + 'static) -> Self {
        self.helpers.person = Some(Arc::new(person));
        self
    }

    /// Who checks a phase that has a checkpoint. Without anybody such a phase does not pass.
    #[must_use]
    pub fn checkpoint(mut self, checkpoint: impl Checkpoint + 'static) -> Self {
        self.helpers.checkpoint = Some(Arc::new(checkpoint));
        self
    }

    /// What stops the run from outside.
    #[must_use]
    pub fn control(mut self, control: Control) -> Self {
        self.control = control;
        self
    }

    /// Whether tasks start although a task that they depend on failed.
    #[must_use]
    pub fn despite_failures(mut self, despite_failures: bool) -> Self {
        self.limits.despite_failures = despite_failures;
        self
    }

    /// The worker.
    #[must_use]
    pub fn worker(&self) -> &W {
        &self.worker
    }

    /// Runs every task, and tells `on_event` in order what happens. Gives one outcome per node,
    /// indexed by node; those of parts of tasks that were split come behind.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future drops all running attempts; what has been delivered is lost with it.
    ///
    /// # Panics
    ///
    /// If ranks, claims, resources or phases are for another number of nodes than the graph has.
    pub async fn run<T>(
        &self,
        dag: &Dag<T>,
        mut on_event: impl FnMut(&Event) + Send,
    ) -> Vec<Outcome<W::Output, W::Error>>
    where
        T: Send + Sync,
        W: Worker<T>,
    {
        let setup = self.setup(dag, Resume::nothing());
        match drive(setup, &mut Unrecorded, &mut on_event).await {
            Ok(outcomes) => outcomes,
            Err(never) => match never {},
        }
    }

    /// Runs every task that the journal does not show as done, and records what happens before
    /// telling it.
    ///
    /// `fingerprint` says what a task is: a task that is done runs again if its fingerprint is
    /// another than the recorded one, or that of any task it depends on, or which tasks those
    /// are. Tasks that failed, were skipped or were cancelled are tried anew; one that was
    /// underway goes on at its attempt, with the steps that it has done
    /// ([`Context::memo`](crate::Context::memo)).
    ///
    /// That an attempt starts is written before its worker is polled; a success is durable before
    /// anything that builds on it starts: its dependants, tasks that claim the same, its own next attempt. All that is
    /// ready at once is one write and one sync, and what builds on none of it does not wait for the sync.
    ///
    /// # Errors
    ///
    /// If the journal cannot be read or written, or an output is no JSON. Running attempts are
    /// dropped then, no worker has been told that a step is recorded when it is not, and a new
    /// session goes on from what the journal holds.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future drops all running attempts. The journal then looks as if the process
    /// had been killed, and another session can go on from it.
    ///
    /// # Panics
    ///
    /// As [`run`](Self::run).
    pub async fn run_durable<T, J>(
        &self,
        dag: &Dag<T>,
        journal: &mut J,
        fingerprint: impl Fn(&T) -> String + Send,
        mut on_event: impl FnMut(&Event) + Send,
    ) -> Result<Vec<Outcome<W::Output, W::Error>>, ExecError>
    where
        T: Send + Sync,
        W: Worker<T>,
        W::Output: Serialize + DeserializeOwned,
        J: Journal + ?Sized,
    {
        let history = journal.history().await?;
        let lineages = Lineages::new(dag, fingerprint);
        let mut recorder = Recorded::new(dag, journal, &lineages);
        if history.records > 1 {
            recorder.note(Record::Resumed);
        }
        let resume = Resume::new(dag, &lineages, history);
        for stale in &resume.stale {
            let (task, reason) = (dag.id(stale.node).to_owned(), stale.reason.clone());
            recorder.note(match stale.steps_kept {
                true => Record::Reopened { task, reason },
                false => Record::Stale { task, reason },
            });
        }
        drive(self.setup(dag, resume), &mut recorder, &mut on_event).await
    }

    fn setup<'a, T>(&'a self, dag: &'a Dag<T>, resume: Resume<W::Output>) -> Setup<'a, T, W>
    where
        W: Worker<T>,
    {
        Setup {
            dag,
            worker: &self.worker,
            limits: self.limits.clone(),
            ranks: self.ranks.clone(),
            control: &self.control,
            helpers: &self.helpers,
            resume,
        }
    }
}
