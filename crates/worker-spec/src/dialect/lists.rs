//! Lists of checkboxes: spec-kit `tasks.md`, Kiro tasks, OpenSpec tasks, and plain lists under phases.
//!
//! What counts as a task:
//!
//! - A checkbox whose text begins with an id (`T012`, `CORE-3`, `1.2`, `4.`), wherever it stands, unless the section
//!   only shows how to write one. A checkbox that says an id again, in a summary or in an example of a parallel run,
//!   adds nothing.
//! - A numbered checkbox that has numbered ones below it (`2.` with `2.1` and `2.2`) is their group `group-2`, not a
//!   task: its parts are the work, and who does them all has done it. So is a numbered heading (`## 2. Storage`).
//! - In a list without any ids, a checkbox that is not inside another one; the ones inside are steps of it. Such a
//!   task has an id made of its group and its place (`phase-2-3`) and its text as title.
//! - A checkbox without an id in a list with ids is a detail or a point of a gate. In a section where most have one it is a
//!   task without, is told, and is called by its place. Where few have what looks like an id (`R2 bucket`), none has one.
//!
//! A document that gives its tasks in no other way, and has three such checkboxes or more, is a list whatever its title and
//! its headings say and in whatever language; checkboxes below what says that they are checks ("Acceptance criteria",
//! `验收标准`) are no tasks there.
//!
//! Edges are what the text states: `(depends on T003)`, `_Depends: 1.1_`, "T008 blocks T009", "Tests (T004-T007)
//! before implementation (T008-T014)". A marker `[P]` and the order of the list are none. What is stated between
//! phases or stories is a prerequisite of the group.

mod checks;
mod entry;
mod groups;
mod headings;
mod layout;
mod order;
mod phrases;
mod references;

use std::collections::{HashMap, HashSet};
use std::ops::Range;

use super::gsd_roadmap::GsdRoadmap;
use super::wave_plan::{self, WavePlan};
use super::{Confidence, Dialect};
use crate::duration::parse_duration;
use crate::label::split_label;
use crate::markdown::BlockKind;
use crate::path::normal_path;
use crate::{Code, Diagnostic, Document, Fragment, Parsed, Status, TaskMention, TaskMentionKind};

pub(super) use headings::speaks_of_building;
pub(super) use layout::waited_for;

use super::written_paths::{
    claims_of, labels_written, paths_in, says_written, scopes_paths, written, written_by_verb,
};
use entry::Name;
use groups::GroupList;
use layout::{Layout, Row};
use references::Directory;

/// A document that is a list of checkboxes.
#[derive(Debug)]
pub(super) struct Lists;

/// Whether the document is no plan of a form that holds more than checkboxes.
fn no_other_plan(document: &Document) -> bool {
    WavePlan.recognise(document) == Confidence::No
        && GsdRoadmap.recognise(document) == Confidence::No
}

impl Dialect for Lists {
    fn name(&self) -> &'static str {
        "task list"
    }

    fn recognise(&self, document: &Document) -> Confidence {
        if !document.text().contains('[') || is_of_another_form(document) {
            return Confidence::No;
        }
        let layout = Layout::new(document);
        if layout.has_ranges {
            return Confidence::No;
        }
        let ids = layout.ids();
        if ids.len() < 2 {
            if is_longer_than_others(document) {
                return Confidence::Whole;
            }
            let is_list = is_known_list(document, &layout) || is_last_resort(document);
            return match is_list {
                true => Confidence::Weak,
                false => Confidence::No,
            };
        }
        if layout.are_steps_of_tasks(document) {
            return Confidence::No;
        }
        // A plan in tables may have a few checkboxes beside them.
        let others = wave_plan::table_tasks(document);
        if others
            .iter()
            .filter(|id| !ids.contains(id.as_str()))
            .count()
            >= ids.len()
        {
            return Confidence::No;
        }
        // Nor is one whose lists have a box for some of the tasks only.
        let plain = wave_plan::listed_tasks(document);
        if plain.iter().filter(|id| !ids.contains(id.as_str())).count() * 2 >= ids.len() {
            return Confidence::No;
        }
        Confidence::Whole
    }

    fn read(&self, document: &Document) -> Parsed<Fragment> {
        let mut layout = Layout::new(document);
        if layout.ids().len() < 2 && !is_known_list(document, &layout) {
            layout = Layout::for_want_of_better(document);
        }
        let mut parsed = Parsed::<Fragment>::default();
        let mut groups = GroupList::new(document, &layout);
        let names = names(document, &layout, &groups);
        let mut mentions: HashMap<usize, usize> = HashMap::new();
        for (at, row) in layout.rows.iter().enumerate() {
            let Some(id) = &names[at] else { continue };
            if row.entry.id().is_none() && !layout.ids().is_empty() {
                parsed.diagnostics.push(nameless(document, row, id));
            }
            mentions.insert(at, parsed.value.tasks.len());
            let mention = mention(document, &layout, row, id, &groups);
            parsed.value.tasks.push(mention);
        }
        let directory = Directory::new(&layout, &names, &groups, &parsed.value.tasks);
        order::read(
            document,
            &layout,
            &names,
            &mentions,
            &directory,
            &mut groups,
            &mut parsed,
        );
        wave_plan::read_drawn(
            document,
            &layout.beside,
            &mut parsed.value,
            &mut parsed.diagnostics,
        );
        parsed.value.groups = groups.used_by(&parsed.value.tasks);
        wave_plan::read_around(document, &mut parsed.value, &mut parsed.diagnostics);
        parsed
    }
}

/// Whether a list without ids is known for one of tasks by its title, by what its boxes say or by where they stand.
fn is_known_list(document: &Document, layout: &Layout<'_>) -> bool {
    layout.ids().is_empty()
        && (layout.is_plain_list()
            || (layout.is_weighed() || layout.is_list_of_plan()) && no_other_plan(document))
}

/// Whether a document that was read as a list has nothing but boxes to say that it is one.
pub(super) fn is_for_want_of_better(document: &Document) -> bool {
    if is_of_another_form(document) {
        return false;
    }
    let layout = Layout::new(document);
    layout.ids().len() < 2
        && !is_known_list(document, &layout)
        && (is_longer_than_others(document) || is_last_resort(document))
}

/// Whether the boxes of a document are its tasks because it holds nothing that is more like a plan.
fn is_last_resort(document: &Document) -> bool {
    let others = super::dialects()
        .iter()
        .filter(|other| other.name() != Lists.name());
    Layout::for_want_of_better(document).is_enough()
        && others
            .into_iter()
            .all(|other| other.recognise(document) == Confidence::No)
}

/// Whether a list of boxes is the plan, and what else reads like tasks is not: some words of the boxes that look like ids
/// (`R2 bucket`), or a short list elsewhere that sums them up ("Quick wins"). It states no order, and there are four boxes
/// for each of its entries.
fn is_longer_than_others(document: &Document) -> bool {
    let layout = Layout::for_want_of_better(document);
    let others = super::dialects()
        .iter()
        .filter(|other| other.name() != Lists.name());
    let boxes: Vec<Range<usize>> = layout.spans_of_work().collect();
    if boxes.len() < LONG
        || others.into_iter().any(|other| {
            other.name() != WavePlan.name() && other.recognise(document) != Confidence::No
        })
        || WavePlan.recognise(document) != Confidence::Strong
    {
        return false;
    }
    let read = WavePlan.read(document).value;
    let mut items: Vec<Range<usize>> = Vec::new();
    for block in &document.markdown().blocks {
        if matches!(&block.kind, BlockKind::Item(item) if item.depth == 0) {
            items.push(block.span.clone());
        }
    }
    let within = |spans: &[Range<usize>], at: usize| {
        let next = spans.partition_point(|span| span.start <= at);
        next.checked_sub(1)
            .map(|last| spans[last].clone())
            .filter(|span| at < span.end)
    };
    let is_stray = |task: &TaskMention| {
        let at = task.location.span.start;
        within(&boxes, at).is_some()
            || within(&items, at).is_some_and(|item| {
                let first = boxes.partition_point(|span| span.start < item.start);
                boxes.get(first).is_none_or(|next| next.start >= item.end)
            })
    };
    let no_order = read.edges.is_empty()
        && read
            .tasks
            .iter()
            .all(|task| task.depends_on_groups.is_empty());
    no_order && read.tasks.len() * 4 <= boxes.len() && read.tasks.iter().all(is_stray)
}

/// Fewer boxes than these do not take a document from what else is in it.
const LONG: usize = 12;

/// Whether a document has boxes enough to be its tasks where nothing else is.
pub(super) fn holds_work(document: &Document) -> bool {
    document.text().contains('[') && Layout::for_want_of_better(document).is_enough()
}

/// Whether a heading is above what is checked, needed or handed over.
pub(super) fn is_checked(heading: &str) -> bool {
    checks::checked(heading).is_some()
}

/// Whether the document has marks of a story or of one task, whose checkboxes are parts of it.
fn is_of_another_form(document: &Document) -> bool {
    let markdown = document.markdown();
    let text = document.text();
    let one_task = markdown.front_matter.clone().is_some_and(|body| {
        text[body]
            .lines()
            .any(|line| line.starts_with("id:") || line.starts_with("depends_on:"))
    });
    one_task || headings::all(document).any(|heading| headings::is_of_a_story(&text[heading]))
}

/// The id under which every row is a task; `None` for a row that is none.
fn names(document: &Document, layout: &Layout<'_>, groups: &GroupList) -> Vec<Option<String>> {
    if layout.ids().is_empty() {
        let mut counts: HashMap<&str, usize> = HashMap::new();
        let name = |row: &Row<'_>| {
            let is_task = row.outer.is_none() && !row.place.aside && !row.entry.title.is_empty();
            is_task.then(|| {
                let group = groups.id_of(row).unwrap_or("task");
                let count = counts.entry(group).or_default();
                *count += 1;
                format!("{group}-{count}")
            })
        };
        return layout.rows.iter().map(name).collect();
    }
    let restart = restart(layout);
    let mut known: HashSet<&str> = HashSet::new();
    let mut names = vec![None; layout.rows.len()];
    // What stands in its own place goes before what a summary says again.
    for aside in [false, true] {
        for (at, row) in layout.rows.iter().enumerate() {
            let Some(id) = row.entry.id() else { continue };
            if row.place.aside != aside || row.place.sample {
                continue;
            }
            if layout.is_parent(id) || (aside && known.contains(id)) {
                continue;
            }
            known.insert(id);
            let group = groups.id_of(row).filter(|_| restart);
            names[at] = Some(match (&row.entry.name, group) {
                (Name::Number(number), Some(group)) => format!("{group}-{number}"),
                _ => id.to_owned(),
            });
        }
    }
    name_those_beside(document, layout, groups, &mut names);
    names
}

/// Names the boxes without an id in sections where most have one, by their places.
fn name_those_beside(
    document: &Document,
    layout: &Layout<'_>,
    groups: &GroupList,
    names: &mut [Option<String>],
) {
    let beside = layout.ids_by_section();
    let mut counts: HashMap<&str, usize> = HashMap::new();
    let known: HashSet<String> = names.iter().flatten().cloned().collect();
    for (at, row) in layout.rows.iter().enumerate() {
        let is_one = row.entry.id().is_none() && layout.is_beside_ids(row, &beside);
        if !is_one || is_below_checks(document, row) {
            continue;
        }
        let group = groups.id_of(row).unwrap_or("task");
        let count = counts.entry(group).or_default();
        *count += 1;
        let mut name = format!("{group}-without-id-{count}");
        while known.contains(&name) {
            *count += 1;
            name = format!("{group}-without-id-{count}");
        }
        names[at] = Some(name);
    }
}

fn is_below_checks(document: &Document, row: &Row<'_>) -> bool {
    let block = row
        .place
        .heading
        .map(|at| &document.markdown().blocks[at].kind);
    match block {
        Some(BlockKind::Heading { text, .. }) => is_checked(&document.text()[text.clone()]),
        _ => false,
    }
}

/// Whether numbers begin again in every phase: several of them occur in two phases with different texts.
fn restart(layout: &Layout<'_>) -> bool {
    let mut first: HashMap<&str, &Row<'_>> = HashMap::new();
    let mut again = 0;
    let mut numbered = 0;
    for row in layout.rows.iter().filter(|row| !row.place.aside) {
        let Name::Number(number) = &row.entry.name else {
            continue;
        };
        if number.contains('.') {
            continue;
        }
        numbered += 1;
        let other = first.entry(number.as_str()).or_insert(row);
        if other.place.phase != row.place.phase && other.entry.title != row.entry.title {
            again += 1;
        }
    }
    again > 1 && again * 4 >= numbered
}

fn mention(
    document: &Document,
    layout: &Layout<'_>,
    row: &Row<'_>,
    id: &str,
    groups: &GroupList,
) -> TaskMention {
    let location = document.location(row.entry.span.clone());
    let mut mention = TaskMention::new(id, TaskMentionKind::Definition, location);
    if let Some(number) = row.entry.id().filter(|number| *number != id) {
        mention.aliases.push(number.to_owned());
    }
    mention.title = (!row.entry.title.is_empty()).then(|| row.entry.title.clone());
    mention.groups = groups.ids_of(layout, row);
    mention.parallel = row.entry.parallel;
    mention.agent.clone_from(&row.entry.agent);
    mention.complexity.clone_from(&row.entry.points);
    let outer = layout.is_optional_above(row);
    mention.status = match row.entry.status {
        None if row.place.deferred => Some(Status::Deferred),
        None if outer => Some(Status::Optional),
        status => status,
    };
    mention.claims = claims_of(row.entry.text);
    read_details(document, row, &mut mention);
    if mention.estimate.is_none() {
        mention.estimate = row.entry.estimate;
    }
    mention
}

/// Takes up the labelled lines inside the item of a task, and those that say what is written: "Create `src/a.ts`".
fn read_details(document: &Document, row: &Row<'_>, mention: &mut TaskMention) {
    let mut are_files = false;
    let mut known: HashSet<String> = mention.claims.iter().cloned().collect();
    for line in row
        .details
        .iter()
        .flat_map(|span| document.text()[span.clone()].lines())
    {
        let line = line.trim_matches([' ', '\t', '-']);
        let bare = line.trim_matches(['_', '*']);
        let label = split_label(line).or_else(|| split_label(bare));
        let mut add = |paths: Vec<String>| {
            for path in paths {
                if known.insert(path.clone()) {
                    mention.claims.push(path);
                }
            }
        };
        let Some((label, value)) = label else {
            if says_written(line) {
                add(paths(line, written_by_verb(line)));
            } else if are_files {
                add(paths(line, written(line, true)));
            }
            continue;
        };
        if labels_written(label, are_files) {
            are_files |= value.is_empty();
            add(paths(value, written(value, true)));
            continue;
        }
        are_files = false;
        match label.to_lowercase().as_str() {
            "estimate" | "estimated time" | "estimated duration" | "duration" | "time"
            | "effort" | "推定時間" | "工数" => {
                mention.estimate = mention.estimate.or_else(|| parse_duration(value));
            }
            label if wave_plan::names_files(label) || scopes_paths(label, value) => {
                are_files = value.is_empty();
                match value.contains(['{', '*']) {
                    true => add(wave_plan::paths_of_patterns(value)),
                    false => add(paths_in(value)),
                }
            }
            _ if says_written(line) => add(paths(line, written_by_verb(line))),
            _ => {}
        }
    }
}

fn paths(text: &str, places: Vec<Range<usize>>) -> Vec<String> {
    let places = places.into_iter();
    places
        .filter_map(|place| normal_path(&text[place]).ok())
        .collect()
}

/// A checkbox without an id beside tasks that have one: it was forgotten, or is a step of one of them.
fn nameless(document: &Document, row: &Row<'_>, id: &str) -> Diagnostic {
    let message = format!("this checkbox has no id, unlike those around it; it is called `{id}`");
    Diagnostic::warning(Code::BAD_ID, message)
        .at(document.location(row.entry.span.clone()))
        .help("give it an id of its own, or indent it below the task that it is a step of")
}
