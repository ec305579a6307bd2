use wavecrew_dag::{Dag, NodeId};

/// Which tasks must have ended before which others may start, whatever the edges say: barriers by
/// group, a canary that goes first, a rollout in stages.
///
/// The phases come one after the other. A phase is open when all tasks of those before it have
/// ended and their checks have passed. Skipped tasks have ended.
///
/// ```
/// use wavecrew_dag::DagBuilder;
/// use wavecrew_exec::{Phase, Phases};
///
/// let mut builder = DagBuilder::new();
/// builder.node("one", ()).node("two", ()).node("three", ());
/// let dag = builder.build()?;
///
/// let canary = Phases::canary(&dag, &dag.select(["two"])?)?;
/// assert_eq!(canary.phase(dag.node("two").expect("it is there")), 0);
/// assert_eq!(canary.phase(dag.node("one").expect("it is there")), 1);
///
/// let stages = Phases::rollout(&dag, &[34, 100], 5);
/// assert_eq!(stages.all().len(), 2);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Phases {
    phases: Vec<Phase>,
    of: Vec<u32>,
}

/// One of the [`Phases`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Phase {
    /// What it is called in events.
    pub name: String,
    /// Whether a check outside of the run decides, when all its tasks have ended
    /// ([`Checkpoint`](crate::Checkpoint)).
    pub checkpoint: bool,
    /// Up to how many per cent of its tasks may fail. Once more have, nothing more starts. What does not
    /// run counts as failed in the phase of the task because of which it does not, and so does a task that is
    /// put aside.
    pub error_rate: Option<u8>,
    /// Whether its tasks that succeeded, in whichever session, are undone when too many others failed
    /// ([`Worker::roll_back`](crate::Worker::roll_back)). What earlier sessions did of later phases that are rolled back
    /// goes first.
    pub roll_back: bool,
    /// Whether a person is asked when it does not pass; otherwise nothing more starts.
    pub ask: bool,
}

/// A task of an earlier phase depends on one of a later phase, so that neither could ever start.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{task}` is of phase `{earlier}` and waits for `{dependency}` of the later phase `{later}`"
)]
pub struct PhaseError {
    /// The task of the earlier phase.
    pub task: String,
    /// Its phase.
    pub earlier: String,
    /// The task that it depends on.
    pub dependency: String,
    /// The phase of that.
    pub later: String,
}

impl Phases {
    /// These phases; `of` says for each node which it belongs to. A node of no phase goes with the
    /// latest phase of what it depends on, or else with the first.
    ///
    /// O(V + E).
    ///
    /// # Errors
    ///
    /// If a task depends on a task of a later phase.
    ///
    /// # Panics
    ///
    /// If `of` is not for as many nodes as the graph has, or names a phase that is not there, or if
    /// there are no phases.
    pub fn new<T>(
        dag: &Dag<T>,
        phases: Vec<Phase>,
        of: &[Option<usize>],
    ) -> Result<Self, PhaseError> {
        assert_eq!(of.len(), dag.len(), "phases are for each node of the graph");
        assert!(!phases.is_empty(), "there is a phase at least");
        let mut own = vec![0_u32; dag.len()];
        for &node in dag.topological() {
            let before = dag.predecessors(node).iter();
            let latest = before.copied().max_by_key(|before| own[before.index()]);
            let least = latest.map_or(0, |latest| own[latest.index()]);
            let Some(phase) = of[node.index()] else {
                own[node.index()] = least;
                continue;
            };
            assert!(phase < phases.len(), "there is no phase {phase}");
            if let Some(latest) = latest
                && (phase as u32) < least
            {
                return Err(PhaseError {
                    task: dag.id(node).to_owned(),
                    earlier: phases[phase].name.clone(),
                    dependency: dag.id(latest).to_owned(),
                    later: phases[least as usize].name.clone(),
                });
            }
            own[node.index()] = phase as u32;
        }
        Ok(Self { phases, of: own })
    }

    /// These tasks, and all that they depend on, go first, and all must succeed before any other
    /// task starts.
    ///
    /// # Errors
    ///
    /// None that a sound graph could cause; as [`new`](Self::new).
    pub fn canary<T>(dag: &Dag<T>, canary: &[NodeId]) -> Result<Self, PhaseError> {
        let mut of = vec![Some(1); dag.len()];
        for node in canary {
            of[node.index()] = Some(0);
        }
        for &node in dag.topological().iter().rev() {
            let mut after = dag.successors(node).iter();
            if after.any(|next| of[next.index()] == Some(0)) {
                of[node.index()] = Some(0);
            }
        }
        let canary = Phase::named("canary").error_rate(0);
        Self::new(dag, vec![canary, Phase::named("the rest")], &of)
    }

    /// Stages of so many per cent of all tasks, in an order that respects dependencies and otherwise
    /// is the plan's: `[10, 50, 100]` is a tenth, then what is missing to a half, then the rest. A
    /// stage of which more than `error_rate` per cent fail stops the run and is rolled back.
    ///
    /// Percentages beyond 100 and those that do not rise are left out; the last stage has all that is
    /// left.
    #[must_use]
    pub fn rollout<T>(dag: &Dag<T>, percents: &[u8], error_rate: u8) -> Self {
        let mut ends: Vec<u8> = Vec::new();
        for &percent in percents {
            if percent < 100 && ends.last().is_none_or(|&last| percent > last) {
                ends.push(percent);
            }
        }
        ends.push(100);
        let stage = |percent: &u8| Phase {
            roll_back: true,
            ..Phase::named(format!("{percent} %")).error_rate(error_rate)
        };
        let phases = ends.iter().map(stage).collect();
        let mut of = vec![0; dag.len()];
        let bound = |percent: u8| (dag.len() * usize::from(percent)).div_ceil(100);
        let mut phase = 0;
        for (place, node) in dag.topological().iter().enumerate() {
            while place >= bound(ends[phase]) {
                phase += 1;
            }
            of[node.index()] = phase as u32;
        }
        Self { phases, of }
    }

    /// The phases in order.
    #[must_use]
    pub fn all(&self) -> &[Phase] {
        &self.phases
    }

    /// The place of a task's phase among them.
    ///
    /// # Panics
    ///
    /// If there is no such task.
    #[must_use]
    pub fn phase(&self, node: NodeId) -> usize {
        self.of[node.index()] as usize
    }

    /// The number of tasks.
    #[must_use]
    pub fn tasks(&self) -> usize {
        self.of.len()
    }

    /// Any number of the phase's tasks may fail from now on.
    pub(crate) fn forgive(&mut self, phase: usize) {
        self.phases[phase].error_rate = None;
    }

    /// Puts a task that is added to the run in the phase of another.
    pub(crate) fn add_like(&mut self, other: NodeId) {
        self.of.push(self.of[other.index()]);
    }
}

impl Phase {
    /// A phase that only has to end.
    #[must_use]
    pub fn named(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            ..Self::default()
        }
    }

    /// A check outside of the run decides when all its tasks have ended.
    #[must_use]
    pub fn checkpoint(self) -> Self {
        Self {
            checkpoint: true,
            ..self
        }
    }

    /// Up to how many per cent of its tasks may fail.
    #[must_use]
    pub fn error_rate(self, percent: u8) -> Self {
        Self {
            error_rate: Some(percent),
            ..self
        }
    }

    /// A person is asked if it does not pass.
    #[must_use]
    pub fn ask(self) -> Self {
        Self { ask: true, ..self }
    }
}
