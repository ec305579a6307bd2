//! The words of our own form, as they are read and written.

use crate::Subject;

/// The key of the front matter by which the form is known; its value is [`VERSION`].
pub(crate) const KEY: &str = "wavecrew";

/// The version of the form that is read and written.
pub(crate) const VERSION: &str = "1";

/// The heading above tasks that are in no group.
pub(crate) const TASKS: &str = "Tasks";

/// The heading above what the plan says about itself.
pub(crate) const STATEMENTS: &str = "Statements";

/// The word that begins the heading of a checkpoint.
pub(crate) const CHECKPOINT: &str = "Checkpoint";

/// The info string of a fence that holds a worker spec as it stands elsewhere.
pub(crate) const SPEC_FENCE: &str = "markdown worker-spec";

/// What a line of the list below a task's heading states.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum TaskField {
    Aliases,
    Group,
    DependsOn,
    HelpedBy,
    ByGroup,
    AfterGroups,
    Estimate,
    Tokens,
    Model,
    Complexity,
    Status,
    Files,
    Classification,
}

/// The fields of a task, in the order in which they are written.
pub(crate) const TASK_FIELDS: [(&str, TaskField); 13] = [
    ("aliases", TaskField::Aliases),
    ("group", TaskField::Group),
    ("depends on", TaskField::DependsOn),
    ("helped by", TaskField::HelpedBy),
    ("depends on by group", TaskField::ByGroup),
    ("after groups", TaskField::AfterGroups),
    ("estimate", TaskField::Estimate),
    ("tokens", TaskField::Tokens),
    ("model", TaskField::Model),
    ("complexity", TaskField::Complexity),
    ("status", TaskField::Status),
    ("files", TaskField::Files),
    ("classification", TaskField::Classification),
];

/// What a line of the list below a group's heading states.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum GroupField {
    Id,
    Kind,
    After,
    TaskCount,
    Duration,
    Members,
}

/// The fields of a group, in the order in which they are written.
pub(crate) const GROUP_FIELDS: [(&str, GroupField); 6] = [
    ("id", GroupField::Id),
    ("kind", GroupField::Kind),
    ("after", GroupField::After),
    ("task count", GroupField::TaskCount),
    ("duration", GroupField::Duration),
    ("members", GroupField::Members),
];

/// What a line of the list below a checkpoint's heading states.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum CheckpointField {
    Group,
    Run,
}

/// The fields of a checkpoint, in the order in which they are written.
pub(crate) const CHECKPOINT_FIELDS: [(&str, CheckpointField); 2] = [
    ("group", CheckpointField::Group),
    ("run", CheckpointField::Run),
];

/// What a plan may state about itself.
pub(crate) const SUBJECTS: [(&str, Subject); 10] = [
    ("task count", Subject::TaskCount),
    ("group count", Subject::GroupCount),
    ("critical path", Subject::CriticalPath),
    ("speed-up", Subject::Speedup),
    ("total duration", Subject::TotalDuration),
    ("work", Subject::Work),
    ("tokens", Subject::Tokens),
    ("cost", Subject::Cost),
    ("concurrency", Subject::Concurrency),
    ("task duration", Subject::TaskDuration),
];

/// The name of a field in a table of them.
pub(crate) fn name_of<F: PartialEq>(table: &[(&'static str, F)], field: F) -> &'static str {
    table
        .iter()
        .find(|(_, other)| *other == field)
        .map_or("", |(name, _)| name)
}
