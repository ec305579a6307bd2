//! A task's heading, fields and worker spec.

use super::spec;
use super::value::{
    duration, group_item, group_name_item, heading_text, is_plain, item, joined, list, path_item,
    scalar, task_item, tokens,
};
use super::write_fields;
use crate::dialect::wavecrew_plan::{Name, checkpoint_heading, task_name};
use crate::plan_form::{TASK_FIELDS, TaskField};
use crate::quoted::quote;
use crate::{Edge, EdgeKind, Status, Task};

/// Writes a task. `group` is its own one when it does not stand below it; `edges` are those that lead to it.
pub(super) fn write(out: &mut String, task: &Task, group: Option<&str>, edges: &[&Edge]) {
    out.push_str(&format!("\n### {}\n", heading(&task.id, &task.title)));
    let spec = task.spec.as_deref().map(|spec| spec::written(task, spec));
    let classification = spec.as_ref().and_then(|spec| spec.classification.clone());
    let fields = fields(task, group, edges, classification);
    write_fields(out, &TASK_FIELDS, fields);
    if let Some(spec) = spec {
        out.push_str(&spec.text);
    }
}

/// `ID: Title`, with quotes where the reader would take it otherwise.
pub(super) fn heading(id: &str, title: &str) -> String {
    let name = Name {
        id: id.to_owned(),
        title: title.to_owned(),
    };
    let behind = |id: String| {
        if title.is_empty() {
            id
        } else {
            format!("{id}: {}", heading_text(title))
        }
    };
    let same = (id == title).then(|| id.to_owned());
    let plain = behind(id.to_owned());
    let survives = |text: &String| {
        is_plain(text)
            && !text.ends_with('#')
            && checkpoint_heading(text).is_none()
            && task_name(text) == name
    };
    same.into_iter()
        .chain([plain])
        .find(survives)
        .unwrap_or_else(|| behind(quote(id)))
}

fn fields(
    task: &Task,
    group: Option<&str>,
    edges: &[&Edge],
    classification: Option<String>,
) -> [(TaskField, Option<String>); 16] {
    let some = |list: String| Some(list).filter(|list| !list.is_empty());
    let from = |kind: EdgeKind| {
        let edges = edges.iter().filter(|edge| edge.kind == kind);
        some(joined(edges.map(|edge| match kind {
            EdgeKind::Hard => task_item(&edge.from),
            EdgeKind::Soft | EdgeKind::Group => item(&edge.from),
        })))
    };
    let waits = task.depends_on_groups.iter();
    [
        (TaskField::Aliases, some(list(task.aliases.iter()))),
        (TaskField::Group, group.map(group_item)),
        (TaskField::DependsOn, from(EdgeKind::Hard)),
        (TaskField::HelpedBy, from(EdgeKind::Soft)),
        (TaskField::ByGroup, from(EdgeKind::Group)),
        (
            TaskField::AfterGroups,
            some(joined(waits.map(|group| group_name_item(&group.name)))),
        ),
        (TaskField::Estimate, task.estimate.map(duration)),
        (TaskField::Tokens, task.tokens.map(tokens)),
        (TaskField::Agent, task.agent.as_deref().map(scalar)),
        (TaskField::Model, task.model.as_deref().map(scalar)),
        (
            TaskField::Complexity,
            task.complexity.as_deref().map(scalar),
        ),
        (TaskField::Status, status(task.status).map(str::to_owned)),
        (TaskField::Parallel, task.parallel.then(|| "yes".to_owned())),
        (
            TaskField::Files,
            some(joined(task.claims.iter().map(|path| path_item(path)))),
        ),
        (TaskField::Details, task.details.as_deref().map(scalar)),
        (
            TaskField::Classification,
            classification.map(|words| scalar(&words)),
        ),
    ]
}

/// How a status is written; one that is pending is not.
fn status(status: Status) -> Option<&'static str> {
    match status {
        Status::Pending => None,
        Status::InProgress => Some("in progress"),
        Status::Done => Some("done"),
        Status::Deferred => Some("deferred"),
        Status::Optional => Some("optional"),
    }
}
