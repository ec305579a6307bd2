//! Backlog.md tasks: one file a task (`back-100.2 - Title.md`), with front matter.
//!
//! Every file is a task of its own, a sub-task too: it has its own state and its own dependencies. Being a part of a task
//! is no order, so a parent only makes a group, named like the parent. Labels, priorities and ordinals order nothing and
//! are passed over. `BACK-100.2`, `back-100.2` and `task-100.2` are one task.

use crate::details;
use crate::duration::parse_duration;
use crate::front_matter::{FrontMatter, Scalar};
use crate::ids::is_id;
use crate::status_words::status_of;
use crate::{
    Code, Confidence, Diagnostic, Dialect, Document, EdgeKind, EdgeMention, EdgeSource, Fragment,
    Group, Parsed, Reference, TaskMention, TaskMentionKind,
};

/// A file with the front matter of one task.
#[derive(Debug)]
pub(super) struct BacklogTask;

impl Dialect for BacklogTask {
    fn name(&self) -> &'static str {
        "Backlog.md task"
    }

    fn recognise(&self, document: &Document) -> Confidence {
        let sure = FrontMatter::read(document).is_some_and(|front_matter| {
            let also = [
                "dependencies",
                "labels",
                "assignee",
                "created_date",
                "parent_task_id",
                "parent",
                "priority",
                "ordinal",
                "milestone",
            ];
            front_matter
                .text(&["id"])
                .is_some_and(|id| is_id(&id.text) && parts(&id.text).is_some())
                && front_matter.text(&["title"]).is_some()
                && front_matter.has(&["status"])
                && also.iter().filter(|key| front_matter.has(&[key])).count() >= 2
        });
        if sure {
            Confidence::Whole
        } else {
            Confidence::No
        }
    }

    fn read(&self, document: &Document) -> Parsed<Fragment> {
        let mut parsed = Parsed::<Fragment>::default();
        let Some(mut front_matter) = FrontMatter::read(document) else {
            return parsed;
        };
        parsed.diagnostics.append(&mut front_matter.diagnostics);
        let Some(id) = front_matter.text(&["id"]) else {
            return parsed;
        };
        let place = document.location(id.span.clone());
        let mut task = TaskMention::new(&id.text, TaskMentionKind::Definition, place);
        task.aliases = aliases(document.name(), &id.text);
        task.title = front_matter
            .text(&["title"])
            .map(|title| title.text.clone());
        task.estimate = front_matter
            .text(&["estimate", "estimated_time"])
            .and_then(|estimate| parse_duration(&estimate.text));
        task.details = details::body(document);
        if let Some(status) = front_matter.text(&["status"]) {
            task.status = status_of(&status.text);
            if task.status.is_none() {
                parsed.diagnostics.push(unknown_status(document, status));
            }
        }
        for name in front_matter.list(
            &["dependencies", "depends_on"],
            document,
            &mut parsed.diagnostics,
        ) {
            parsed.value.edges.push(EdgeMention {
                from: full_id(&id.text, &name.text),
                to: id.text.clone(),
                reference: Reference::Id,
                kind: EdgeKind::Hard,
                stated_in: EdgeSource::Header,
                location: document.location(name.span.clone()),
            });
        }
        if let Some(parent) = front_matter.text(&["parent_task_id", "parent"]) {
            let group = full_id(&id.text, &parent.text).to_lowercase();
            parsed.value.groups.push(Group {
                title: format!("Sub-tasks of {}", parent.text),
                ..Group::new(group.clone(), document.location(parent.span.clone()))
            });
            task.groups.push(group);
        }
        parsed.value.tasks.push(task);
        parsed
    }
}

pub(super) fn unknown_status(document: &Document, status: &Scalar) -> Diagnostic {
    Diagnostic::note(
        Code::BAD_VALUE,
        format!(
            "`{}` is no known status; the task counts as not yet begun",
            status.text.escape_debug()
        ),
    )
    .at(document.location(status.span.clone()))
    .help("write one of: To Do, In Progress, Done, Deferred, Optional")
}

/// The series and the number of an id: `back` and `100.2`.
fn parts(id: &str) -> Option<(&str, &str)> {
    let (series, number) = id.rsplit_once('-')?;
    let numbered = number.starts_with(|c: char| c.is_ascii_digit())
        && number.chars().all(|c| c.is_ascii_digit() || c == '.');
    (numbered && !series.is_empty()).then_some((series, number))
}

/// A bare number is of the series of the task that names it.
fn full_id(own: &str, name: &str) -> String {
    let name = name.trim();
    match parts(own) {
        Some((series, _))
            if name.starts_with(|c: char| c.is_ascii_digit())
                && name.chars().all(|c| c.is_ascii_digit() || c == '.') =>
        {
            format!("{series}-{name}")
        }
        _ => name.to_owned(),
    }
}

/// Names of the same task: by the series that the tool gives when none is chosen, by the one that its own project
/// uses, and by the one in the file's name.
fn aliases(name: &str, id: &str) -> Vec<String> {
    let Some((series, number)) = parts(id) else {
        return Vec::new();
    };
    let mut aliases = Vec::new();
    let other = if series.eq_ignore_ascii_case("task") {
        "back"
    } else {
        "task"
    };
    aliases.push(format!("{other}-{number}"));
    let file = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let stem = file.split(" - ").next().unwrap_or_default().trim();
    if stem.len() < file.len()
        && let Some((file_series, file_number)) = parts(stem)
        && file_number == number
        && !file_series.eq_ignore_ascii_case(series)
        && !file_series.eq_ignore_ascii_case(other)
    {
        aliases.push(stem.to_owned());
    }
    aliases
}
