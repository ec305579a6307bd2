//! What one dialect reads from one document, before names are resolved.

use std::sync::Arc;
use std::time::Duration;

use crate::{
    Checkpoint, Deliverable, EdgeKind, EdgeSource, Figures, Group, GroupDependency, Location, Risk,
    Rule, Statement, Status, WorkerSpec,
};

/// What one dialect reads from one document.
///
/// Names are as written: an edge may name a task by any id, alias or title, of this document or another one;
/// [`merge`](crate::merge()) resolves them.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Fragment {
    /// The document's title.
    pub title: Option<String>,
    /// Tasks, in the order of the text; one task may be mentioned many times.
    pub tasks: Vec<TaskMention>,
    /// Edges, in the order of the text.
    pub edges: Vec<EdgeMention>,
    /// The fields that list all that a task waits for, or all that waits for it, so that what one of them leaves out
    /// can be told.
    pub order_fields: Vec<OrderField>,
    /// Groups. `tasks` may stay empty: a [`TaskMention::groups`] makes a task a member too. `prerequisites` are
    /// ids or names of groups.
    pub groups: Vec<Group>,
    /// Quality gates; `group` is the id of a group.
    pub checkpoints: Vec<Checkpoint>,
    /// What the document says about itself.
    pub statements: Vec<Statement>,
    /// What the document reckons.
    pub figures: Figures,
    /// Who works on which tasks, and with which model.
    pub rules: Vec<Rule>,
    /// What may go wrong.
    pub risks: Vec<Risk>,
}

impl Fragment {
    /// Whether nothing at all was read.
    pub fn is_empty(&self) -> bool {
        *self == Fragment::default()
    }

    /// Adds all that another fragment of the same document holds.
    pub fn append(&mut self, other: Fragment) {
        self.title = self.title.take().or(other.title);
        join(&mut self.tasks, other.tasks);
        join(&mut self.edges, other.edges);
        join(&mut self.order_fields, other.order_fields);
        join(&mut self.groups, other.groups);
        join(&mut self.checkpoints, other.checkpoints);
        join(&mut self.statements, other.statements);
        self.figures.append(other.figures);
        join(&mut self.rules, other.rules);
        join(&mut self.risks, other.risks);
    }
}

/// Adds a list to another one, which most often is empty still.
pub(crate) fn join<T>(list: &mut Vec<T>, mut other: Vec<T>) {
    if list.is_empty() {
        *list = other;
    } else {
        list.append(&mut other);
    }
}

/// One place that speaks of a task, with whatever it says about it.
#[derive(Clone, Debug, PartialEq)]
pub struct TaskMention {
    /// The id, or the words that serve as id.
    pub id: String,
    /// What `id` is. A mention by words joins the task whose alias, id or title it is: equal but for case and
    /// punctuation, or, when exactly one task fits, all words of the shorter name among those of the longer one.
    /// When no task fits it is a task of its own.
    pub named_by: Reference,
    /// Other names of the same task, such as an issue number or a table's wording of the title. A name that turns
    /// out to belong to several tasks is no alias.
    pub aliases: Vec<String>,
    /// How much this place says.
    pub kind: TaskMentionKind,
    /// What the task is about.
    pub title: Option<String>,
    /// Ids of groups that this place puts the task in.
    pub groups: Vec<String>,
    /// The task's own estimate. A group's stated duration is never a task's estimate.
    pub estimate: Option<Duration>,
    /// The task's own estimate in tokens.
    pub tokens: Option<u64>,
    /// The model or tier.
    pub model: Option<String>,
    /// Who is to do it.
    pub agent: Option<String>,
    /// Whether this place marks it as one that may run beside others.
    pub parallel: bool,
    /// The complexity, as written.
    pub complexity: Option<String>,
    /// How far it is.
    pub status: Option<Status>,
    /// Paths that the task owns.
    pub claims: Vec<String>,
    /// Where each of the claims is stated; empty when all of them are stated at [`TaskMention::location`].
    pub claimed_at: Vec<Location>,
    /// Groups that the task's own dependency field names; `groups` of each may stay empty.
    pub depends_on_groups: Vec<GroupDependency>,
    /// Files to change that are named without their folder; they join the deliverables of `spec` when exactly one
    /// known path ends with the name.
    pub unplaced: Vec<Deliverable>,
    /// What this place says about it besides, as written.
    pub details: Option<String>,
    /// The worker spec.
    pub spec: Option<Arc<WorkerSpec>>,
    /// Where.
    pub location: Location,
}

impl TaskMention {
    /// A mention that says nothing but the id.
    pub fn new(id: impl Into<String>, kind: TaskMentionKind, location: Location) -> Self {
        TaskMention {
            id: id.into(),
            named_by: Reference::Id,
            aliases: Vec::new(),
            kind,
            title: None,
            groups: Vec::new(),
            estimate: None,
            tokens: None,
            model: None,
            agent: None,
            parallel: false,
            complexity: None,
            status: None,
            claims: Vec::new(),
            claimed_at: Vec::new(),
            depends_on_groups: Vec::new(),
            unplaced: Vec::new(),
            details: None,
            spec: None,
            location,
        }
    }
}

/// How much a place says about a task, which decides what a second one means.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TaskMentionKind {
    /// Names it: an id in a list, a node of a diagram. Any number of these are one task; naming it in two groups is
    /// a warning, and the first group counts.
    Mention,
    /// Defines it in a row or an entry. Two of one id that state different titles are an error.
    Definition,
    /// Holds its worker spec. Two of one id are an error; it wins over the others on title and estimate.
    Spec,
}

/// One place that states an edge.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EdgeMention {
    /// The task that must finish first: an id, an alias or a title.
    pub from: String,
    /// The task that waits: an id, an alias or a title.
    pub to: String,
    /// What `from` is, which decides what it means when no task has that name.
    pub reference: Reference,
    /// How strict it is.
    pub kind: EdgeKind,
    /// What kind of place states it.
    pub stated_in: EdgeSource,
    /// The place, best the name of `from` there.
    pub location: Location,
}

/// A cell or a line that lists all that a task waits for, or all that waits for it; or a node of a diagram, which draws
/// all that it waits for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OrderField {
    /// The task, as the edges name it.
    pub task: String,
    /// Whether it lists what waits for the task ("Blocks"), not what the task waits for ("Depends on").
    pub feeds: bool,
    /// What kind of place it is.
    pub stated_in: EdgeSource,
    /// Where it stands.
    pub location: Location,
}

/// How a task is named.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Reference {
    /// By id: when an edge's id belongs to no task, that is an error.
    #[default]
    Id,
    /// By the id of what has a document of its own: read alone, a document may wait for what is not at hand.
    Elsewhere,
    /// By a word that may be an id (`UTF-8`, `CORE-001`): when no task has it, it is taken as a word, and only a
    /// near miss of an id is a warning.
    Perhaps,
    /// In words: when an edge's words fit no task, that is a warning and there is no edge.
    Words,
}
