//! The words of our own form, as they are read and written.

use crate::Subject;

/// The key of the front matter by which the form is known; its value is [`VERSION`].
pub(crate) const KEY: &str = "wavecrew";

/// The version of the form that is read and written.
pub(crate) const VERSION: &str = "1";

/// The key of a plan in JSON that makes it one.
pub(crate) const JSON_KEY: &str = "wavecrew_plan";

/// The version of the form in JSON.
pub(crate) const JSON_VERSION: u32 = 1;

/// The heading above tasks that are in no group.
pub(crate) const TASKS: &str = "Tasks";

/// The heading above what the plan says about itself.
pub(crate) const STATEMENTS: &str = "Statements";

/// What follows the group of a statement that may as well be about the whole plan.
pub(crate) const OR_WHOLE: &str = "or the plan";

/// The heading above rules: who works on which tasks.
pub(crate) const RULES: &str = "Rules";

/// The heading above what may go wrong.
pub(crate) const RISKS: &str = "Risks";

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
    Agent,
    Model,
    Complexity,
    Status,
    Parallel,
    Files,
    Details,
    Classification,
}

/// The fields of a task, in the order in which they are written.
pub(crate) const TASK_FIELDS: [(&str, TaskField); 16] = [
    ("aliases", TaskField::Aliases),
    ("group", TaskField::Group),
    ("depends on", TaskField::DependsOn),
    ("helped by", TaskField::HelpedBy),
    ("depends on by group", TaskField::ByGroup),
    ("after groups", TaskField::AfterGroups),
    ("estimate", TaskField::Estimate),
    ("tokens", TaskField::Tokens),
    ("agent", TaskField::Agent),
    ("model", TaskField::Model),
    ("complexity", TaskField::Complexity),
    ("status", TaskField::Status),
    ("parallel", TaskField::Parallel),
    ("files", TaskField::Files),
    ("details", TaskField::Details),
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

/// What a line of the list below a rule's heading states.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum RuleField {
    Agent,
    Model,
}

/// The fields of a rule, in the order in which they are written.
pub(crate) const RULE_FIELDS: [(&str, RuleField); 2] =
    [("agent", RuleField::Agent), ("model", RuleField::Model)];

/// What a line of the list below a risk's heading states.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum RiskField {
    Likelihood,
    Impact,
    Mitigation,
}

/// The fields of a risk, in the order in which they are written.
pub(crate) const RISK_FIELDS: [(&str, RiskField); 3] = [
    ("likelihood", RiskField::Likelihood),
    ("impact", RiskField::Impact),
    ("mitigation", RiskField::Mitigation),
];

/// What a plan may state about itself.
pub(crate) const SUBJECTS: [(&str, Subject); 34] = [
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
    ("window", Subject::Window),
    ("batch size", Subject::BatchSize),
    ("timeout", Subject::Timeout),
    ("retries", Subject::Retries),
    ("task tokens", Subject::TaskTokens),
    ("task cost", Subject::TaskCost),
    ("test count", Subject::TestCount),
    ("owners", Subject::Owners),
    ("after", Subject::After),
    ("test numbers", Subject::TestNumbers),
    ("first try", Subject::FirstTry),
    ("uncounted", Subject::Uncounted),
    ("critical task", Subject::Critical),
    ("steps", Subject::Steps),
    ("step time", Subject::StepTime),
    ("series model", Subject::SeriesModel),
    ("spec sections", Subject::SpecSections),
    ("idle script", Subject::IdleScript),
    ("on test failure", Subject::OnTestFailure),
    ("fallback", Subject::Fallback),
    ("price", Subject::Price),
    ("spec excerpt", Subject::SpecExcerpt),
    ("started by", Subject::StartedBy),
    ("count slip", Subject::CountSlip),
];

/// The name of a field in a table of them.
pub(crate) fn name_of<F: PartialEq>(table: &[(&'static str, F)], field: F) -> &'static str {
    table
        .iter()
        .find(|(_, other)| *other == field)
        .map_or("", |(name, _)| name)
}
