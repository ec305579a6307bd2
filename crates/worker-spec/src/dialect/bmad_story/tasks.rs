//! The numbered tasks of a story: items or headings `Task 2: Offline check (AC: 1, 2) - depends on Task 1`.

use std::ops::Range;
use std::time::Duration;

use super::super::lists::{Direction, direction_of_label};
use super::super::wave_plan::{KnownNames, Named, Tail, read_cell};
use crate::label::split_label;
use crate::markdown::{Block, BlockKind};
use crate::{
    Document, EdgeKind, EdgeMention, EdgeSource, Fragment, GroupDependency, Reference, Status,
    TaskMention, TaskMentionKind,
};

/// A numbered task of a story.
#[derive(Debug)]
pub(super) struct StoryTask {
    number: String,
    title: String,
    estimate: Option<Duration>,
    status: Option<Status>,
    /// What it depends on, by texts of the document.
    needs: Vec<Range<usize>>,
    /// Its name in the document.
    span: Range<usize>,
}

/// The numbered tasks among the blocks of a section, once there are two of them.
pub(super) fn numbered<'b>(
    document: &Document,
    blocks: impl Iterator<Item = &'b Block>,
) -> Vec<StoryTask> {
    let text = document.text();
    let mut tasks: Vec<StoryTask> = Vec::new();
    for block in blocks {
        let (span, done) = match &block.kind {
            BlockKind::Heading { text, .. } => (text.clone(), None),
            BlockKind::Item(item) => (item.text.clone(), item.checkbox),
            BlockKind::Paragraph { text } => (text.clone(), None),
            _ => continue,
        };
        let is_paragraph = matches!(block.kind, BlockKind::Paragraph { .. });
        match task(text, &span, done).filter(|_| !is_paragraph) {
            Some(task) => tasks.push(task),
            None => {
                if let Some(task) = tasks.last_mut() {
                    task.detail(text, span);
                }
            }
        }
    }
    if tasks.len() < 2 {
        tasks.clear();
    }
    tasks
}

/// `Task 2: Words`, perhaps in bold.
fn task(text: &str, span: &Range<usize>, done: Option<bool>) -> Option<StoryTask> {
    let line = text[span.clone()].lines().next()?;
    let bare = line.trim_start_matches(['*', '_', '`', ' ']);
    let head = bare.get(..4)?;
    let rest = bare[4..].trim_start_matches([' ', '#']);
    if !head.eq_ignore_ascii_case("task") || rest.len() == bare.len() - 4 {
        return None;
    }
    let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
    let after = &rest[digits..];
    if digits == 0 || digits > 4 || after.starts_with(|c: char| c.is_alphanumeric() || c == '.') {
        return None;
    }
    let name = &bare[..bare.len() - after.len()];
    let start = span.start + (line.len() - bare.len());
    let after = after.trim_start_matches(['*', '_', ':', '.', ')', '-', '–', '—', ' ']);
    let tail = Tail::new(after);
    let base = after.as_ptr() as usize - text.as_ptr() as usize;
    let needs = tail.needs.as_ref();
    let needs = needs.map(|needs| base + needs.start..base + needs.end);
    // The number of a criterion is no part of the title, wherever it stands.
    let again = Tail::new(&without_criteria(&tail.title));
    Some(StoryTask {
        number: rest[..digits].to_owned(),
        title: again.title,
        estimate: tail.estimate.or(again.estimate),
        status: match done {
            Some(true) => Some(Status::Done),
            _ => tail.status.or(again.status),
        },
        needs: needs.into_iter().collect(),
        span: start..start + name.len(),
    })
}

/// A title without `(AC: 1, 2)`.
fn without_criteria(title: &str) -> String {
    let lower = title.to_ascii_lowercase();
    let Some(start) = lower.find("(ac") else {
        return title.to_owned();
    };
    let goes_on = lower[start + 3..].starts_with(|c: char| c.is_alphabetic() && c != 's');
    match title[start..].find(')') {
        Some(end) if !goes_on => format!(
            "{} {}",
            title[..start].trim_end(),
            title[start + end + 1..].trim_start()
        ),
        _ => title.to_owned(),
    }
}

impl StoryTask {
    /// A line below the task: `Depends on: Tasks 2-4`.
    fn detail(&mut self, text: &str, span: Range<usize>) {
        let mut at = span.start;
        for line in text[span].split_inclusive('\n') {
            let start = at;
            at += line.len();
            let bare = line.trim_end().trim_start_matches(['-', ' ', '_']);
            if let Some((label, value)) = split_label(bare)
                && direction_of_label(label) == Some(Direction::Needs)
            {
                let end = start + line.trim_end().len();
                self.needs.push(end - value.trim_end().len()..end);
            }
        }
    }

    fn id(&self, story: &str) -> String {
        format!("{story}/{}", self.number)
    }
}

/// Puts the tasks of a story into the fragment: each in the groups given, waiting for what the story waits for.
pub(super) fn put(
    document: &Document,
    story: &str,
    tasks: &[StoryTask],
    whole: &TaskMention,
    groups: &[String],
    fragment: &mut Fragment,
) {
    let mut known = KnownNames::default();
    for task in tasks {
        known.add(&task.id(story));
    }
    known.add_kind("task", &format!("{story}/"));
    // What is done or put off as a whole is so in its parts.
    let of_story = whole
        .status
        .filter(|status| matches!(status, Status::Done | Status::Deferred));
    for task in tasks {
        let place = document.location(task.span.clone());
        let mut mention = TaskMention::new(task.id(story), TaskMentionKind::Definition, place);
        mention.title = Some(task.title.clone()).filter(|title| !title.is_empty());
        mention.aliases = vec![
            format!("Task {}", task.number),
            format!("{story}/Task {}", task.number),
        ];
        mention.groups = groups.to_vec();
        mention.estimate = task.estimate;
        mention.status = of_story.or(task.status);
        mention
            .depends_on_groups
            .clone_from(&whole.depends_on_groups);
        for span in &task.needs {
            let text = &document.text()[span.clone()];
            for (piece, named) in read_cell(text, &known) {
                let location = document.location(span.start + piece.start..span.start + piece.end);
                match named {
                    Named::Task {
                        name,
                        reference: Reference::Id,
                        kind,
                    } => fragment.edges.push(edge(name, &mention.id, kind, location)),
                    Named::Group(name) => mention.depends_on_groups.push(GroupDependency {
                        name,
                        groups: Vec::new(),
                        location,
                    }),
                    _ => {}
                }
            }
        }
        fragment.tasks.push(mention);
    }
}

fn edge(from: String, to: &str, kind: EdgeKind, location: crate::Location) -> EdgeMention {
    EdgeMention {
        from,
        to: to.to_owned(),
        reference: Reference::Id,
        kind,
        stated_in: EdgeSource::List,
        location,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_tasks() {
        for (line, expected) in [
            ("Task 1: Store (AC: 1, 2)", Some(("1", "Store"))),
            ("**Task 2**: Check (AC 1) (2h)", Some(("2", "Check"))),
            (
                "Task 3 - Field test - depends on Task 2",
                Some(("3", "Field test")),
            ),
            ("Tasks 3: x", None),
            ("Task 3.1: x", None),
            ("Taskbar 3", None),
        ] {
            let found = task(line, &(0..line.len()), None);
            let found = found
                .as_ref()
                .map(|task| (task.number.as_str(), task.title.as_str()));
            assert_eq!(found, expected, "{line}");
        }
    }
}
