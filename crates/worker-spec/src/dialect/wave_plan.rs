//! Plans in waves, batches or phases: headings with task tables or lists of ids, and dependency diagrams.

mod below;
mod cells;
mod checkpoints;
mod columns;
mod dependencies;
mod diagrams;
mod drawings;
mod figures;
mod gantt;
mod group_heading;
mod group_order;
mod group_tables;
mod id_ranges;
mod known_names;
mod numbered;
mod order_tables;
mod outline;
mod plain_lists;
mod records;
mod rows;
mod sections;
mod statements;
mod tables;
mod tail;
mod task_names;

use std::collections::{HashMap, HashSet};

use super::waiting::Direction;
use crate::label::split_label;
use crate::{
    Code, Confidence, Diagnostic, Dialect, Document, Fragment, Group, GroupDependency, Parsed,
    Subject, TaskMention,
};

use outline::Outline;

pub(super) use cells::{is_nothing, is_picture};
pub(super) use dependencies::{Named, read_cell};
pub(super) use diagrams::speaks_of_plan;
pub(super) use group_heading::group_heading;
pub(super) use known_names::KnownNames;
pub(super) use numbered::kind_of;
pub(super) use numbered::numbered;
pub(super) use rows::{is_remark_on_remark, paths_of_patterns};
pub(super) use statements::{amount_of, tasks_of};
pub(super) use tail::Tail;
pub(super) use task_names::is_part_of_a_phase;

/// A plan document: groups as headings, tasks in tables and lists, edges in tables and diagrams.
#[derive(Debug)]
pub(super) struct WavePlan;

/// More mentions of tasks than any document in earnest; reading stops there.
const MOST_MENTIONS: usize = 200_000;

impl Dialect for WavePlan {
    fn name(&self) -> &'static str {
        "wave plan"
    }

    fn recognise(&self, document: &Document) -> Confidence {
        let outline = Outline::new(document);
        let holds_tasks = tables::are_there(document, &outline)
            || !sections::rows(document, &outline, false).is_empty()
            || id_ranges::are_there(document, &outline)
            || group_tables::are_there(document, &outline)
            || diagrams::are_there(document, &outline)
            || drawings::are_there(document, &outline)
            || !drawings::task_lines::rows(document, &outline).is_empty()
            || gantt::are_there(document, &outline)
            || plain_lists::are_there(document, &outline)
            || !sections::rows_by_fields(document, &outline).is_empty();
        if holds_tasks {
            Confidence::Strong
        } else if sections::groups_as_tasks(document, &outline).is_empty()
            && sections::rows_by_numbers(document, &outline).is_empty()
            || super::task_yaml::in_fences(document)
        {
            Confidence::No
        } else {
            Confidence::Weak
        }
    }

    fn read(&self, document: &Document) -> Parsed<Fragment> {
        let outline = Outline::new(document);
        let mut parsed = Parsed::<Fragment>::default();
        let fragment = &mut parsed.value;
        let diagnostics = &mut parsed.diagnostics;
        fragment.title = outline.title.clone();
        let mut rows = tables::rows(document, &outline);
        let drawn_rows = match rows.is_empty() {
            true => drawings::task_lines::rows(document, &outline),
            false => Vec::new(),
        };
        rows.extend(sections::rows(document, &outline, !rows.is_empty()));
        // Those who do what a tree names are no tasks beside it, and what it names again is defined there.
        if !drawn_rows.is_empty() {
            let ids: HashSet<&str> = drawn_rows.iter().map(|row| row.id.as_str()).collect();
            rows.retain(|row| !rows::is_of_doer(row) && !ids.contains(row.id.as_str()));
            rows.extend(drawn_rows);
        }
        rows.extend(id_ranges::read(document, &outline, fragment, diagnostics));
        let about = tables::rows_about(document, &outline, &rows::known_names_of(&rows));
        rows.extend(about);
        rows::read(document, &outline, rows, fragment, diagnostics);
        group_tables::read(document, &outline, fragment, diagnostics);
        diagrams::read(document, &outline, fragment, diagnostics);
        let drawn = fragment.tasks.is_empty();
        drawings::read(document, &outline, fragment, diagnostics);
        if fragment.tasks.is_empty() {
            gantt::read(document, &outline, fragment, diagnostics);
        }
        if fragment.tasks.is_empty() {
            let mut rows = plain_lists::rows(document, &outline);
            if rows.is_empty() {
                rows = sections::rows_by_fields(document, &outline);
            }
            rows::read(document, &outline, rows, fragment, diagnostics);
            if fragment.tasks.is_empty() {
                let mut rows = sections::rows_by_numbers(document, &outline);
                if rows.is_empty() {
                    rows = sections::groups_as_tasks(document, &outline);
                }
                rows::read(document, &outline, rows, fragment, diagnostics);
            }
            // Now that there are tasks, arrows between them say something.
            drawings::read(document, &outline, fragment, diagnostics);
        }
        let rows = plain_lists::rows_of_empty_groups(document, &outline, &fragment.tasks);
        rows::read_beside(document, &outline, rows, fragment, diagnostics);
        order_tables::read(document, &outline, fragment, diagnostics);
        let in_prose = !fragment.tasks.is_empty()
            && drawings::prose::names_more_issues(document, &outline, &fragment.tasks);
        if (drawn || in_prose) && fragment.tasks.iter().all(|task| task.id.starts_with('#')) {
            drawings::prose::issues(document, &outline, fragment);
            drawings::prose::read_prose(document, &outline, fragment);
        }
        if fragment.tasks.len() > MOST_MENTIONS {
            let place = fragment.tasks[MOST_MENTIONS].location.clone();
            fragment.tasks.truncate(MOST_MENTIONS);
            diagnostics.push(
                Diagnostic::error(Code::BAD_RANGE, format!("more than {MOST_MENTIONS} tasks"))
                    .at(place)
                    .help("split the plan into several documents"),
            );
        }
        fragment.tasks.sort_by_key(|task| task.location.span.start);
        fragment.groups = groups(document, &outline, fragment);
        fragment.checkpoints = checkpoints::read(document, &outline);
        records::read(document, &outline, fragment);
        let read = statements::read(document, &outline);
        let tasks = distinct(&fragment.tasks);
        if let Some(estimate) = read.estimate_of_each(tasks) {
            for task in &mut fragment.tasks {
                task.estimate.get_or_insert(estimate);
            }
        }
        fragment.statements = read.statements;
        fragment.figures = read.figures;
        // What every task takes is only stated when it was taken for that.
        fragment
            .statements
            .retain(|statement| statement.subject != Subject::TaskDuration || tasks > 0);
        parsed
    }
}

/// What the name of a column, or of a field, says about order.
pub(super) fn direction_of_column(name: &str) -> Option<Direction> {
    match columns::column(name) {
        columns::Column::Dependencies => Some(Direction::Needs),
        columns::Column::Blocks => Some(Direction::Feeds),
        _ => None,
    }
}

/// Whether the name of a column, or of a field, says that the paths of what is written follow.
pub(super) fn names_files(name: &str) -> bool {
    columns::column(name) == columns::Column::Claims
}

/// Whether a line is a field that only tasks have, about time or order: `- **Estimate:** 2h`.
pub(super) fn is_field_of_task(line: &str) -> bool {
    let bare = line.trim_matches([' ', '\t', '-', '_', '*']);
    let label =
        split_label(line.trim_start_matches([' ', '\t', '-'])).or_else(|| split_label(bare));
    label.is_some_and(|(label, value)| {
        let is_of_task = matches!(
            columns::column(label),
            columns::Column::Dependencies | columns::Column::Blocks | columns::Column::Estimate(_)
        );
        is_of_task && !value.is_empty()
    })
}

/// The ids of the tasks that tables define.
pub(super) fn table_tasks(document: &Document) -> Vec<String> {
    let outline = Outline::new(document);
    let rows = tables::rows(document, &outline);
    rows.into_iter().map(|row| row.id).collect()
}

/// The ids of the tasks that lists give outside of checkboxes.
pub(super) fn listed_tasks(document: &Document) -> Vec<String> {
    let outline = Outline::new(document);
    id_ranges::plain_tasks(document, &outline)
}

/// Reads what stands around tasks that another dialect has read: what tables and diagrams say about them, the order
/// of groups in diagrams, checkpoints and statements. No further tasks.
pub(super) fn read_around(
    document: &Document,
    fragment: &mut Fragment,
    diagnostics: &mut Vec<Diagnostic>,
) {
    let outline = Outline::new(document);
    fragment.title = outline.title.clone();
    let known: HashSet<String> = fragment.tasks.iter().map(|task| task.id.clone()).collect();
    let own_groups = std::mem::take(&mut fragment.groups);
    let mut around = Fragment {
        tasks: fragment.tasks.clone(),
        ..Fragment::default()
    };
    let own_tasks = around.tasks.len();
    let mut told = Vec::new();
    let mut rows = tables::rows(document, &outline);
    let names = rows::known_names(&around.tasks);
    rows.extend(tables::rows_about(document, &outline, &names));
    rows::read(document, &outline, rows, &mut around, &mut told);
    let of_tables = around.tasks.len();
    diagrams::read(document, &outline, &mut around, &mut told);
    order_tables::read(document, &outline, fragment, diagnostics);
    let adds = |task: &TaskMention| known.contains(&task.id);
    if around.tasks.len() > own_tasks || !around.groups.is_empty() {
        let unknown: HashSet<String> = around.tasks[own_tasks..]
            .iter()
            .filter(|task| !adds(task))
            .map(|task| task.id.clone())
            .collect();
        around
            .edges
            .retain(|edge| !unknown.contains(&edge.from) && !unknown.contains(&edge.to));
        let mentions = around.tasks.split_off(own_tasks.min(of_tables));
        fragment
            .tasks
            .extend(mentions.into_iter().filter(adds).map(|mut task| {
                task.groups.clear();
                task
            }));
        fragment.edges.extend(around.edges);
        fragment.order_fields.extend(around.order_fields);
        diagnostics.extend(told);
    }
    fragment.groups = own_groups;
    for heading in &outline.groups {
        let own = fragment.groups.iter_mut().find(|own| own.id == heading.id);
        if let Some(own) = own {
            take_up(&heading.prerequisites, own);
        }
    }
    for group in around.groups {
        match fragment.groups.iter_mut().find(|own| own.id == group.id) {
            Some(own) => take_up(&group.prerequisites, own),
            None => fragment.groups.push(group),
        }
    }
    fragment
        .checkpoints
        .extend(checkpoints::read(document, &outline));
    records::read(document, &outline, fragment);
    let read = statements::read(document, &outline);
    let tasks = distinct(&fragment.tasks);
    if let Some(estimate) = read.estimate_of_each(tasks) {
        for task in &mut fragment.tasks {
            task.estimate.get_or_insert(estimate);
        }
    }
    fragment.statements.extend(read.statements);
    fragment.figures.append(read.figures);
}

/// Reads what drawings and sentences say about the order of tasks that another dialect has read, in these blocks alone.
pub(super) fn read_drawn(
    document: &Document,
    blocks: &[usize],
    fragment: &mut Fragment,
    diagnostics: &mut Vec<Diagnostic>,
) {
    if fragment.tasks.is_empty() || blocks.is_empty() {
        return;
    }
    let mut around = Fragment {
        tasks: fragment.tasks.clone(),
        edges: fragment.edges.clone(),
        ..Fragment::default()
    };
    let outline = Outline::new(document);
    let mut told = Vec::new();
    drawings::read_in(document, &outline, blocks, &mut around, &mut told);
    // The other dialect may have told the same of a line.
    let key = |told: &Diagnostic| (told.code, told.location.as_ref().map(|place| place.line));
    let known: HashSet<_> = diagnostics.iter().map(key).collect();
    told.retain(|new| !known.contains(&key(new)));
    diagnostics.append(&mut told);
    let mentions = around.tasks.split_off(fragment.tasks.len());
    let mut waits: HashMap<String, Vec<GroupDependency>> = HashMap::new();
    for mention in mentions {
        let of_task = waits.entry(mention.id).or_default();
        of_task.extend(mention.depends_on_groups);
    }
    for task in &mut fragment.tasks {
        task.depends_on_groups
            .extend(waits.remove(&task.id).into_iter().flatten());
    }
    let stated: HashSet<(&str, &str)> = fragment
        .edges
        .iter()
        .map(|edge| (edge.from.as_str(), edge.to.as_str()))
        .collect();
    around
        .edges
        .retain(|edge| !stated.contains(&(edge.from.as_str(), edge.to.as_str())));
    fragment.edges.extend(around.edges);
    fragment.groups.extend(around.groups);
}

/// The groups that hold tasks or that others wait for, in the order of the text.
fn groups(document: &Document, outline: &Outline, fragment: &Fragment) -> Vec<Group> {
    let named: HashSet<&str> = fragment
        .tasks
        .iter()
        .flat_map(|task| task.groups.iter().map(String::as_str))
        .collect();
    let mut known = HashSet::new();
    let mut groups: Vec<Group> = Vec::new();
    for heading in &outline.groups {
        if named.contains(heading.id.as_str()) && known.insert(heading.id.as_str()) {
            groups.push(Group {
                title: heading.title.clone(),
                stated_tasks: heading.stated_tasks,
                stated_duration: heading.stated_duration,
                prerequisites: heading.prerequisites.clone(),
                ..Group::new(heading.id.clone(), document.location(heading.span.clone()))
            });
        }
    }
    for group in &fragment.groups {
        match groups.iter_mut().find(|known| known.id == group.id) {
            Some(known) => {
                take_up(&group.prerequisites, known);
                known.stated_tasks = known.stated_tasks.or(group.stated_tasks);
            }
            None => groups.push(group.clone()),
        }
    }
    groups
}

/// Adds groups to those that come before one.
fn take_up(prerequisites: &[String], group: &mut Group) {
    for id in prerequisites {
        if !group.prerequisites.contains(id) {
            group.prerequisites.push(id.clone());
        }
    }
}

fn distinct(tasks: &[TaskMention]) -> usize {
    let ids: HashSet<&str> = tasks.iter().map(|task| task.id.as_str()).collect();
    ids.len()
}
