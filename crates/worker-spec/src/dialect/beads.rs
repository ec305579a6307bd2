//! beads: one issue on each line, or a list of issues as `bd list --json` prints it.
//!
//! Every issue is a task, an epic too: it has its own state and its own dependencies. `blocks`, `conditional-blocks` and
//! `waits-for` order work; `parent-child` makes a group, named like the parent; all other relations are none. A tombstone is an
//! issue that was deleted: it is no task, and what it blocked waits for it no more.

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use indexmap::IndexSet;

use super::json::amounts::status;
use super::json::dependencies::id_of;
use super::json::details::details;
use crate::json::{Json, Kind, Value};
use crate::{
    Code, Confidence, Diagnostic, Dialect, Document, EdgeKind, EdgeMention, EdgeSource, Fragment,
    Group, GroupDependency, Parsed, Reference, Status, TaskMention, TaskMentionKind,
};

/// Issues of beads.
#[derive(Debug)]
pub(super) struct Beads;

impl Dialect for Beads {
    fn name(&self) -> &'static str {
        "beads"
    }

    fn recognise(&self, document: &Document) -> Confidence {
        let Some(json) = document.json() else {
            return Confidence::No;
        };
        let marked = issues(json).filter(|issue| is_issue(issue)).count();
        if marked > 0 && marked * 2 >= issues(json).count() {
            Confidence::Whole
        } else {
            Confidence::No
        }
    }

    fn read(&self, document: &Document) -> Parsed<Fragment> {
        let mut parsed = Parsed::<Fragment>::default();
        let Some(json) = document.json() else {
            return parsed;
        };
        json.report(document, &mut parsed.diagnostics);
        let deleted: HashSet<&str> = issues(json)
            .filter(|issue| is_deleted(issue))
            .filter_map(id)
            .collect();
        for issue in issues(json).filter(|issue| !is_deleted(issue)) {
            read_issue(document, issue, &deleted, &mut parsed);
        }
        let titles: HashMap<String, &str> = issues(json)
            .filter_map(|issue| Some((group_of(id(issue)?), issue.get("title")?.text()?)))
            .collect();
        for group in &mut parsed.value.groups {
            if let Some(title) = titles.get(&group.id) {
                group.title = (*title).to_owned();
            }
        }
        let is_epic =
            |issue: &&Value| issue.get("issue_type").and_then(Value::text) == Some("epic");
        let epics: HashSet<String> = issues(json)
            .filter(is_epic)
            .filter_map(id)
            .map(group_of)
            .collect();
        wait_for_children(&mut parsed.value, &epics);
        parsed
    }

    fn reads_markdown(&self) -> bool {
        false
    }
}

/// Who waits for an epic waits for its children, and for theirs where they are epics: an epic is done when they are, and takes no
/// time itself.
fn wait_for_children(fragment: &mut Fragment, epics: &HashSet<String>) {
    let with_children: HashSet<&str> = fragment
        .groups
        .iter()
        .map(|group| group.id.as_str())
        .filter(|group| epics.contains(*group))
        .collect();
    let own_group = |id: &str| with_children.get(group_of(id).as_str()).copied();
    // The epics right below each epic, and those that each epic is in.
    let mut below: HashMap<&str, Vec<&str>> = HashMap::new();
    let mut above: HashMap<&str, Vec<&str>> = HashMap::new();
    for task in &fragment.tasks {
        let Some(inner) = own_group(&task.id) else {
            continue;
        };
        for outer in task
            .groups
            .iter()
            .filter_map(|group| with_children.get(group.as_str()))
        {
            below.entry(outer).or_default().push(inner);
            above.entry(inner).or_default().push(outer);
        }
    }
    let mut waits: HashMap<&str, Vec<GroupDependency>> = HashMap::new();
    let groups_of: HashMap<&str, &[String]> = fragment
        .tasks
        .iter()
        .map(|task| (task.id.as_str(), task.groups.as_slice()))
        .collect();
    for edge in &fragment.edges {
        let Some(group) = own_group(&edge.from) else {
            continue;
        };
        let own = groups_of.get(edge.to.as_str()).copied().unwrap_or_default();
        let own = own
            .iter()
            .filter_map(|group| with_children.get(group.as_str()));
        // A child that waits for its own epic waits for the epic alone.
        let around = reached(own.copied(), &above);
        if around.contains(group) {
            continue;
        }
        let all = reached([group].into_iter(), &below);
        let itself = own_group(&edge.to);
        let waits = waits.entry(&edge.to).or_default();
        for group in all.into_iter().filter(|group| Some(*group) != itself) {
            waits.push(GroupDependency {
                name: group.replacen('-', " ", 1),
                groups: Vec::new(),
                location: edge.location.clone(),
            });
        }
    }
    let mut waits: HashMap<String, Vec<GroupDependency>> = waits
        .into_iter()
        .map(|(task, waits)| (task.to_owned(), waits))
        .collect();
    for task in &mut fragment.tasks {
        for wait in waits.remove(&task.id).unwrap_or_default() {
            let told = &mut task.depends_on_groups;
            if told.iter().all(|known| known.name != wait.name) {
                told.push(wait);
            }
        }
    }
}

/// What some groups lead to, themselves first.
fn reached<'g>(
    from: impl Iterator<Item = &'g str>,
    next: &HashMap<&'g str, Vec<&'g str>>,
) -> IndexSet<&'g str> {
    let mut found: IndexSet<&str> = from.collect();
    let mut at = 0;
    while let Some(group) = found.get_index(at) {
        let more = next.get(group).into_iter().flatten();
        found.extend(more.copied().collect::<Vec<_>>());
        at += 1;
    }
    found
}

/// The objects on all lines, or in the one list.
fn issues(json: &Json) -> impl Iterator<Item = &Value> {
    let items = json.roots.iter().flat_map(|root| match &root.kind {
        Kind::Array(items) => items.as_slice(),
        _ => std::slice::from_ref(root),
    });
    items.filter(|item| item.is_object() && !is_other_record(item))
}

/// An export may hold what is no issue, such as what the agents shall remember: `{"_type": "memory", …}`.
fn is_other_record(item: &Value) -> bool {
    let kind = item.get("_type").and_then(Value::text);
    kind.is_some_and(|kind| kind != "issue") && id(item).is_none()
}

fn id(issue: &Value) -> Option<&str> {
    issue
        .get("id")?
        .text()
        .map(str::trim)
        .filter(|id| !id.is_empty())
}

/// The id of the group of an issue's children.
fn group_of(parent: &str) -> String {
    format!("epic-{}", parent.to_lowercase())
}

/// Whether an object has the marks of an issue of beads.
fn is_issue(issue: &Value) -> bool {
    let dependencies = || {
        issue
            .get("dependencies")
            .map_or(&[][..], Value::items)
            .iter()
    };
    let typed = |dependency: &Value| {
        dependency.get("depends_on_id").is_some() || dependency.get("dependency_type").is_some()
    };
    let alone = issue.get("issue_id").is_some() && issue.get("depends_on_id").is_some();
    let dated = issue.get("created_at").is_some()
        && issue.get("status").is_some()
        && issue.get("priority").is_some();
    id(issue).is_some() && (issue.get("issue_type").is_some() || dated || dependencies().any(typed))
        || alone
}

fn is_deleted(issue: &Value) -> bool {
    let is = |key: &str, word: &str| issue.get(key).and_then(Value::text) == Some(word);
    let template = issue
        .get("is_template")
        .is_some_and(|value| matches!(value.kind, Kind::Bool(true)));
    is("status", "tombstone") || is("issue_type", "tombstone") || template
}

fn read_issue(
    document: &Document,
    issue: &Value,
    deleted: &HashSet<&str>,
    parsed: &mut Parsed<Fragment>,
) {
    if issue.get("title").is_none() && issue.get("depends_on_id").is_some() {
        // A dependency on a line of its own.
        dependency(document, issue, None, deleted, parsed, &mut Vec::new());
        return;
    }
    let Some(id) = id(issue) else {
        let start = issue.span.start;
        parsed.diagnostics.push(
            Diagnostic::warning(Code::BAD_ID, "this issue has no id, and is no task")
                .at(document.location(start..start + 1))
                .help("give it an `id`"),
        );
        return;
    };
    let span = issue
        .get("id")
        .map_or(issue.span.clone(), |id| id.span.clone());
    let mut task = TaskMention::new(id, TaskMentionKind::Definition, document.location(span));
    task.title = issue
        .get("title")
        .and_then(Value::text)
        .map(|title| title.trim().to_owned());
    task.details = details(issue, task.title.as_deref());
    task.estimate = issue
        .get("estimated_minutes")
        .and_then(|value| estimate(document, value, &mut parsed.diagnostics));
    task.status = issue.get("status").and_then(|value| match value.text() {
        Some("pinned") => Some(Status::Deferred),
        Some("hooked") => Some(Status::InProgress),
        _ => status(document, value, &mut parsed.diagnostics),
    });
    let mut parents = Vec::new();
    for key in ["dependencies", "deps", "blocked_by", "depends_on"] {
        for value in issue.get(key).map_or(&[][..], Value::items) {
            dependency(document, value, Some(id), deleted, parsed, &mut parents);
        }
    }
    for key in ["parent", "parent_id"] {
        parents.extend(
            issue
                .get(key)
                .filter(|value| value.text().is_some_and(|text| !text.is_empty())),
        );
    }
    for parent in parents {
        let Some(name) = parent.name().filter(|name| !deleted.contains(name)) else {
            continue;
        };
        let group = group_of(name);
        if !task.groups.contains(&group) {
            task.groups.push(group.clone());
            let place = document.location(parent.span.clone());
            parsed.value.groups.push(Group::new(group, place));
        }
    }
    parsed.value.tasks.push(task);
}

/// Reads one dependency of an issue; a parent is given back in `parents`.
fn dependency<'v>(
    document: &Document,
    value: &'v Value,
    own: Option<&str>,
    deleted: &HashSet<&str>,
    parsed: &mut Parsed<Fragment>,
    parents: &mut Vec<&'v Value>,
) {
    let from = if value.is_object() {
        id_of(value)
    } else {
        Some(value)
    };
    let Some((from, name)) = from.and_then(|from| Some((from, from.name()?))) else {
        let message = format!(
            "a dependency is an object with `depends_on_id`, not {}",
            value.what()
        );
        parsed.diagnostics.push(
            Diagnostic::warning(Code::BAD_VALUE, message)
                .at(document.location(value.span.clone()))
                .help("write {\"depends_on_id\": \"…\", \"type\": \"blocks\"}"),
        );
        return;
    };
    let kind = value
        .get("type")
        .or_else(|| value.get("dependency_type"))
        .and_then(Value::text);
    let waiting = value.get("issue_id").and_then(Value::text).or(own);
    match kind.unwrap_or("blocks") {
        "blocks" | "conditional-blocks" | "waits-for" => {}
        "parent-child" => {
            parents.push(from);
            return;
        }
        _ => return,
    }
    let Some(waiting) =
        waiting.filter(|waiting| !deleted.contains(waiting) && !deleted.contains(name))
    else {
        return;
    };
    if name.starts_with("external:") {
        let message = format!(
            "{} waits for `{}`, which is outside of this plan",
            waiting.escape_debug(),
            name.escape_debug()
        );
        parsed.diagnostics.push(
            Diagnostic::note(Code::UNRESOLVED_DEPENDENCY, message)
                .at(document.location(from.span.clone()))
                .help("it is taken for done; see to it before the run"),
        );
        return;
    }
    parsed.value.edges.push(EdgeMention {
        from: name.to_owned(),
        to: waiting.to_owned(),
        reference: Reference::Id,
        kind: EdgeKind::Hard,
        stated_in: EdgeSource::Json,
        location: document.location(from.span.clone()),
    });
}

fn estimate(
    document: &Document,
    value: &Value,
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<Duration> {
    super::json::amounts::estimate(document, value, Some(60), diagnostics)
}
