//! What all documents together say.

use std::sync::Arc;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::{Amount, Figures, GroupKind, Location, Risk, Rule, TestCommand, WorkerSpec};

/// A plan: tasks, their order, and what the documents state about them.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct Plan {
    /// The title of the first document that has one.
    pub title: Option<String>,
    /// The tasks, in the order in which the documents first mention them. Ids are distinct.
    pub tasks: Vec<Task>,
    /// The edges between tasks; no two have the same ends, and both ends are ids of `tasks`.
    pub edges: Vec<Edge>,
    /// The groups, in the order in which the documents first mention them. Ids are distinct.
    pub groups: Vec<Group>,
    /// What must hold between groups.
    pub checkpoints: Vec<Checkpoint>,
    /// What the documents say about themselves.
    pub statements: Vec<Statement>,
    /// What the documents reckon.
    pub figures: Figures,
    /// Who works on which tasks, and with which model, by patterns of ids. Tasks that state neither have taken it from
    /// here already.
    pub rules: Vec<Rule>,
    /// What the documents say may go wrong.
    pub risks: Vec<Risk>,
}

/// One piece of work.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct Task {
    /// The id by which edges name it.
    pub id: String,
    /// Other names that mean this task.
    pub aliases: Vec<String>,
    /// What it is about, in one line; empty when the documents give only an id.
    pub title: String,
    /// The group it runs in, as the plan states it.
    pub group: Option<String>,
    /// How long it takes, by its own estimate.
    pub estimate: Option<Duration>,
    /// How many tokens it takes, by its own estimate.
    pub tokens: Option<u64>,
    /// The model or tier that the plan asks for.
    pub model: Option<String>,
    /// Who is to do it, as the plan states it: an agent, a team, a person.
    pub agent: Option<String>,
    /// Whether the document marks it as one that may run beside others: `[P]`.
    pub parallel: bool,
    /// The stated complexity, as written.
    pub complexity: Option<String>,
    /// How far it is.
    pub status: Status,
    /// Paths that the task owns; a trailing `/` means everything below.
    pub claims: Vec<String>,
    /// Where each of the claims is stated.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub claimed_at: Vec<Location>,
    /// Groups that the task's own dependency field names.
    pub depends_on_groups: Vec<GroupDependency>,
    /// What the documents say about it besides, as written; where there is a worker spec, that says it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub details: Option<String>,
    /// The worker spec, when a document holds one.
    pub spec: Option<Arc<WorkerSpec>>,
    /// Where the task is defined (its spec if there is one, else its first mention).
    pub location: Location,
}

/// How far a task is, as the document states it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Status {
    /// To be done.
    #[default]
    Pending,
    /// Being done.
    InProgress,
    /// Done.
    Done,
    /// Put off: not part of this plan's work.
    Deferred,
    /// Wanted only if there is time.
    Optional,
}

/// A group named in a task's own dependency field: "Phase 4.1 complete".
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct GroupDependency {
    /// The group as named, in lower case: `phase 4.1`; or `all` tasks of the plan, or `all previous` ones. Tasks that are
    /// said to be no part of it stand behind it, as named: `all except T7, T8`.
    pub name: String,
    /// The ids of the groups meant; filled when fragments are merged. `phase 1` means `phase-1`, `phase-1.1`, …,
    /// never `phase-10`.
    pub groups: Vec<String>,
    /// Where it is named.
    pub location: Location,
}

impl GroupDependency {
    const EXCEPT: &str = " except ";

    /// The name of a group without some of its tasks.
    pub(crate) fn name_without(group: &str, tasks: &[String]) -> String {
        format!("{group}{}{}", Self::EXCEPT, tasks.join(", "))
    }

    /// The group, and the tasks that are no part of it.
    pub(crate) fn group_and_except(&self) -> (&str, Vec<&str>) {
        match self.name.split_once(Self::EXCEPT) {
            Some((group, tasks)) => (group, tasks.split(", ").collect()),
            None => (&self.name, Vec::new()),
        }
    }
}

/// One task must finish before another one starts.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct Edge {
    /// The task that must finish first.
    pub from: String,
    /// The task that waits.
    pub to: String,
    /// How strict it is.
    pub kind: EdgeKind,
    /// Every kind of place that states it, without repeats.
    pub stated_in: Vec<EdgeSource>,
    /// Every place that states it.
    pub locations: Vec<Location>,
}

/// How strict an edge is.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum EdgeKind {
    /// The first task must be finished.
    #[default]
    Hard,
    /// The first task, or part of it, helps; the order is a wish.
    Soft,
    /// Follows from a group, not from a statement about two tasks.
    Group,
}

/// What kind of place states an edge.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum EdgeSource {
    /// A cell of a table.
    Table,
    /// A header field of a worker spec.
    Header,
    /// The dependencies section of a worker spec.
    Section,
    /// A Mermaid diagram.
    Mermaid,
    /// A JSON value.
    Json,
    /// A list item or a line of text.
    List,
    /// A tree or arrows drawn with characters.
    Tree,
    /// The members or the order of groups.
    Group,
    /// A cell or a field of what a task blocks: the edge from its other end.
    Blocks,
    /// A square table with a task for each row and column.
    Matrix,
}

/// A wave, batch or phase, as the document states it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct Group {
    /// `wave-1`, `batch-2`, `phase-4.1`.
    pub id: String,
    /// What the document calls it.
    pub kind: GroupKind,
    /// What it is about, in one line; may be empty.
    pub title: String,
    /// How many tasks the document says it has.
    pub stated_tasks: Option<usize>,
    /// How long the document says it takes.
    pub stated_duration: Option<Duration>,
    /// The ids of the tasks that the document lists in it, in the order of the text. A task that an earlier group
    /// of the kind lists too is here as well; its own group ([`Task::group`]) is the first.
    pub tasks: Vec<String>,
    /// Every place that lists tasks in it, with the ids that it lists there; filled when fragments are merged.
    pub listed: Vec<Listing>,
    /// Ids of groups that the document says come before it.
    pub prerequisites: Vec<String>,
    /// Where it is named first.
    pub location: Location,
}

impl Group {
    /// A group without tasks of which only the id is known; the id tells its kind.
    pub fn new(id: impl Into<String>, location: Location) -> Group {
        let id = id.into();
        Group {
            kind: GroupKind::of_id(&id),
            id,
            title: String::new(),
            stated_tasks: None,
            stated_duration: None,
            tasks: Vec::new(),
            listed: Vec::new(),
            prerequisites: Vec::new(),
            location,
        }
    }
}

/// One place that lists tasks in a group: a row, or a range of ids.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct Listing {
    /// The ids, in the order of the text.
    pub tasks: Vec<String>,
    /// The place.
    pub location: Location,
}

/// A quality gate between groups.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct Checkpoint {
    /// The id of the group that it ends; `None` when it belongs to the whole plan.
    pub group: Option<String>,
    /// What it is about, in one line.
    pub title: String,
    /// The commands that decide it, whole, as written.
    pub commands: Vec<TestCommand>,
    /// Where it stands.
    pub location: Location,
}

/// Something that a document says about itself, to be compared with what is so.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Statement {
    /// What it is about.
    pub subject: Subject,
    /// What it says, as written.
    pub value: String,
    /// What it says, as an amount; `None` when it only names tasks, or speaks in words.
    pub amount: Option<Amount>,
    /// The tasks that it names, in its order; their ids once fragments are merged. Empty when one of them is no task.
    pub tasks: Vec<String>,
    /// Where it names each of them, or each section, when they stand in places of their own.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub places: Vec<Location>,
    /// The case in which it is meant to hold, such as `optimistic` or `with monitoring overhead`.
    pub case: Option<String>,
    /// The id of the group that it is about; `None` when it is about the whole plan.
    pub group: Option<String>,
    /// Whether it may as well be about the whole plan: it stands in the last group, or names a group in passing.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub or_whole: bool,
    /// Where it says so.
    pub location: Location,
}

/// What a statement is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Subject {
    /// How many tasks there are.
    TaskCount,
    /// How many groups there are.
    GroupCount,
    /// The length or the tasks of the critical path.
    CriticalPath,
    /// How much faster it is than one worker.
    Speedup,
    /// How long everything takes from start to end.
    TotalDuration,
    /// How long the window is that a group is given: "Hour 1.5-5".
    Window,
    /// The sum of all estimates.
    Work,
    /// The sum of all tokens.
    Tokens,
    /// What everything costs.
    Cost,
    /// How many tasks run at one time.
    Concurrency,
    /// How many tasks a group holds.
    BatchSize,
    /// How long one task takes.
    TaskDuration,
    /// How long one task may take before it is stopped.
    Timeout,
    /// How often a failed task is tried again.
    Retries,
    /// How many tokens one task takes.
    TaskTokens,
    /// What one task costs.
    TaskCost,
    /// How many tests there are.
    TestCount,
    /// Which tasks write a file.
    Owners,
    /// Which tasks come after the first one named.
    After,
    /// By which numbers the tests of a group go.
    TestNumbers,
    /// The share of tasks that are to pass at the first try.
    FirstTry,
    /// How many tasks a total leaves out.
    Uncounted,
    /// Which task is on the critical path; where none is named, the one of the group.
    Critical,
    /// Which tasks are run one after another, with nothing between.
    Steps,
    /// How long the tasks named take when they are run by themselves.
    StepTime,
    /// Which model does all tasks of a series: `4D: Small`.
    SeriesModel,
    /// Which sections every spec has, with their numbers: `1 DELIVERABLES, 2 SUCCESS_CRITERIA`.
    SpecSections,
    /// Which script is shown whole, and runs nothing of what it defines.
    IdleScript,
    /// What is done when a test fails: `try again`, `go on`, `stop`.
    OnTestFailure,
    /// To whom work falls back, first to last; or `not` and a name.
    Fallback,
    /// What is paid for so much of something: `Large: $0.03/1k`.
    Price,
    /// A file of a worker spec and another line of its deliverables, as a document shows them.
    SpecExcerpt,
    /// Which command starts a group.
    StartedBy,
    /// A number of tasks that is nearly one which the document repeats: `255 for 225`.
    CountSlip,
}
