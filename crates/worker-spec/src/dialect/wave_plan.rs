//! Plans in waves, batches or phases: headings with task tables or lists of ids, and dependency diagrams.

mod cells;
mod checkpoints;
mod columns;
mod dependencies;
mod diagrams;
mod group_heading;
mod id_ranges;
mod outline;
mod statements;
mod tables;

use std::collections::HashSet;

use crate::{
    Code, Confidence, Diagnostic, Dialect, Document, Fragment, Group, Parsed, Subject, TaskMention,
};

use outline::Outline;

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
            || id_ranges::are_there(document, &outline)
            || diagrams::are_there(document, &outline);
        if holds_tasks {
            Confidence::Strong
        } else {
            Confidence::No
        }
    }

    fn read(&self, document: &Document) -> Parsed<Fragment> {
        let outline = Outline::new(document);
        let mut parsed = Parsed::<Fragment>::default();
        let fragment = &mut parsed.value;
        let diagnostics = &mut parsed.diagnostics;
        fragment.title = outline.title.clone();
        tables::read(document, &outline, fragment, diagnostics);
        id_ranges::read(document, &outline, fragment, diagnostics);
        diagrams::read(document, &outline, fragment, diagnostics);
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
        let read = statements::read(document, &outline);
        let tasks = distinct(&fragment.tasks);
        if let Some(estimate) = read.estimate_of_each(tasks) {
            for task in &mut fragment.tasks {
                task.estimate.get_or_insert(estimate);
            }
        }
        fragment.statements = read.statements;
        // What every task takes is only stated when it was taken for that.
        fragment
            .statements
            .retain(|statement| statement.subject != Subject::TaskDuration || tasks > 0);
        parsed
    }
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
                id: heading.id.clone(),
                title: heading.title.clone(),
                stated_tasks: heading.stated_tasks,
                stated_duration: heading.stated_duration,
                tasks: Vec::new(),
                prerequisites: heading.prerequisites.clone(),
                location: document.location(heading.span.clone()),
            });
        }
    }
    for group in &fragment.groups {
        match groups.iter_mut().find(|known| known.id == group.id) {
            Some(known) => known
                .prerequisites
                .extend(group.prerequisites.iter().cloned()),
            None => groups.push(group.clone()),
        }
    }
    groups
}

fn distinct(tasks: &[TaskMention]) -> usize {
    let ids: HashSet<&str> = tasks.iter().map(|task| task.id.as_str()).collect();
    ids.len()
}
