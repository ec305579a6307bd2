//! The tasks of a story: `- [ ] Task 2: Offline check (AC: 1, 2) - depends on Task 1`.

use std::ops::Range;
use std::time::Duration;

use crate::dialect::wave_plan::{KnownNames, Tail, numbered};
use crate::label::split_label;
use crate::markdown::BlockKind;
use crate::{
    Document, EdgeKind, EdgeMention, EdgeSource, Fragment, Group, Reference, Status, TaskMention,
    TaskMentionKind,
};

use super::words;

/// A numbered task of a story.
pub(super) struct StoryTask {
    number: String,
    title: String,
    estimate: Option<Duration>,
    done: bool,
    span: Range<usize>,
    /// The numbers of the tasks that it waits for, with their places.
    pub(super) needs: Vec<(String, Range<usize>)>,
}

/// The tasks in the section of tasks. `first` is the block after the title.
pub(super) fn read(document: &Document, first: usize) -> Vec<StoryTask> {
    let text = document.text();
    let mut tasks: Vec<StoryTask> = Vec::new();
    let mut section: Option<u8> = None;
    for block in &document.markdown().blocks[first..] {
        match &block.kind {
            BlockKind::Heading { level, text: span } => {
                let heading = &text[span.clone()];
                if section.is_some_and(|section| *level > section) {
                    tasks.extend(task(document, span, false));
                } else {
                    let name = words(heading);
                    let holds_tasks = name == "tasks" || name.starts_with("tasks subtasks");
                    section = holds_tasks.then_some(*level);
                }
            }
            BlockKind::Item(item) if section.is_some() => {
                let line = first_line(text, &item.text);
                if item.depth == 0 && item.checkbox.is_some() {
                    tasks.extend(task(document, &line, item.checkbox == Some(true)));
                } else if item.checkbox.is_none()
                    && let Some(last) = tasks.last_mut()
                    && let Some((name, value)) = split_label(&text[line.clone()])
                    && is_dependency(name)
                {
                    last.needs
                        .extend(named(text, line.end - value.len()..line.end));
                }
            }
            _ => {}
        }
    }
    tasks
}

/// The outermost boxes in the section of tasks, by their places.
pub(super) fn read_boxes(document: &Document, first: usize) -> Vec<StoryTask> {
    let text = document.text();
    let mut tasks: Vec<StoryTask> = Vec::new();
    let mut section: Option<u8> = None;
    for block in &document.markdown().blocks[first..] {
        match &block.kind {
            BlockKind::Heading { level, text: span } if section.is_none_or(|own| *level <= own) => {
                let name = words(&text[span.clone()]);
                let holds_tasks = name == "tasks" || name.starts_with("tasks subtasks");
                section = holds_tasks.then_some(*level);
            }
            BlockKind::Item(item) if section.is_some() && item.depth == 0 => {
                let Some(ticked) = item.checkbox else {
                    continue;
                };
                let span = first_line(text, &item.text);
                let tail = Tail::new(&text[span.clone()]);
                tasks.push(StoryTask {
                    number: (tasks.len() + 1).to_string(),
                    title: without_criteria(&tail.title),
                    estimate: tail.estimate,
                    done: ticked || tail.status == Some(Status::Done),
                    span,
                    needs: Vec::new(),
                });
            }
            _ => {}
        }
    }
    tasks
}

fn first_line(text: &str, span: &Range<usize>) -> Range<usize> {
    let line = text[span.clone()].lines().next().unwrap_or_default();
    span.start..span.start + line.trim_end().len()
}

fn is_dependency(label: &str) -> bool {
    matches!(
        words(label).as_str(),
        "depends on" | "dependencies" | "dependency" | "blocked by" | "requires" | "after"
    )
}

/// `Task 2: Words (AC: 1) - depends on Task 1`.
fn task(document: &Document, line: &Range<usize>, done: bool) -> Option<StoryTask> {
    let text = document.text();
    let written = &text[line.clone()];
    let plain = written.trim_start_matches(['*', '_', '`', ' ']);
    let head = plain.get(..5)?;
    if !head.eq_ignore_ascii_case("task ") {
        return None;
    }
    let rest = plain[5..].trim_start();
    let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
    let after = &rest[digits..];
    if !(1..=4).contains(&digits) || after.starts_with(|c: char| c == '.' || c.is_alphanumeric()) {
        return None;
    }
    let start = line.end - after.len();
    let tail = Tail::new(after);
    let needs = tail.needs.clone().map(|needs| {
        let span = start + needs.start..start + needs.end;
        named(text, span)
    });
    let number = rest[..digits].trim_start_matches('0');
    Some(StoryTask {
        number: number.to_owned(),
        title: without_criteria(&tail.title),
        estimate: tail.estimate,
        done: done || tail.status == Some(Status::Done),
        span: start - digits - (plain.len() - rest.len())..start,
        needs: needs.unwrap_or_default(),
    })
}

/// A title without `(AC: 1, 2)` and the signs that join it to its number.
fn without_criteria(title: &str) -> String {
    let title = title.trim_start_matches(|c: char| {
        c.is_whitespace() || matches!(c, ':' | '-' | '–' | '—' | '.' | '*')
    });
    let criteria = title.rfind("(AC").or_else(|| title.rfind("(ac"));
    let end = criteria.filter(|_| title.ends_with(')'));
    title[..end.unwrap_or(title.len())].trim_end().to_owned()
}

/// The tasks that a text names: `Task 1`, `Tasks 2-4`.
fn named(text: &str, span: Range<usize>) -> Vec<(String, Range<usize>)> {
    let mut found = Vec::new();
    let mut known = KnownNames::default();
    known.add_kind("task", "Task ");
    let add = |at: Range<usize>, name: Result<String, String>| {
        if let Ok(name) = name
            && let Some(number) = name.strip_prefix("Task ")
        {
            let place = span.start + at.start..span.start + at.end;
            found.push((number.trim_start_matches('0').to_owned(), place));
        }
    };
    numbered(&text[span.clone()], &known, None, add);
    found
}

/// Makes the tasks of a story tasks of the plan. What the story waits for, those of its tasks wait for that wait for none
/// of the others.
pub(super) fn split(
    document: &Document,
    story: &TaskMention,
    tasks: &[StoryTask],
    fragment: &mut Fragment,
) {
    let id = |number: &str| format!("{}-T{number}", story.id);
    let group = format!("story-{}", story.id.to_lowercase());
    let title = story.title.as_deref().unwrap_or_default();
    let before = std::mem::take(&mut fragment.edges);
    fragment.groups.insert(
        0,
        Group {
            title: format!("Story {}: {title}", story.id),
            ..Group::new(&group, story.location.clone())
        },
    );
    for task in tasks {
        let place = document.location(task.span.clone());
        let id_of_task = id(&task.number);
        let mut mention = TaskMention::new(&id_of_task, TaskMentionKind::Definition, place);
        mention.title = Some(task.title.clone()).filter(|title| !title.is_empty());
        mention.status = match story.status {
            _ if task.done => Some(Status::Done),
            Some(Status::Done | Status::Deferred) => story.status,
            _ => None,
        };
        mention.aliases = vec![
            format!("Story {} Task {}", story.id, task.number),
            format!("Task {}", task.number),
        ];
        mention.estimate = task.estimate;
        mention.groups.push(group.clone());
        mention.groups.extend(story.groups.iter().cloned());
        fragment.tasks.push(mention);
        for (number, span) in &task.needs {
            fragment.edges.push(EdgeMention {
                from: id(number),
                to: id_of_task.clone(),
                reference: Reference::Id,
                kind: EdgeKind::Hard,
                stated_in: EdgeSource::List,
                location: document.location(span.clone()),
            });
        }
        if task.needs.is_empty() {
            fragment.edges.extend(before.iter().map(|edge| EdgeMention {
                to: id_of_task.clone(),
                ..edge.clone()
            }));
        }
    }
}
