//! Trees whose lines are tasks by name: `├─ Task 1.3: Types ──┘ (needs 1.1 complete)`, below lines that name their groups.

use std::ops::Range;

use super::super::columns::Column;
use super::super::group_heading::group_heading;
use super::super::outline::Outline;
use super::super::rows::Row;
use super::super::tail::Tail;
use super::super::task_names::{Form, task_name};
use super::{Drawing, drawings};
use crate::{Document, EdgeSource, Reference, TaskMentionKind};

/// The tasks of such trees, with what comes first as cells.
pub(in crate::dialect::wave_plan) fn rows(document: &Document, outline: &Outline) -> Vec<Row> {
    let fences = drawings(document, outline).into_iter();
    fences
        .filter(|drawing| drawing.is_fence)
        .flat_map(|fence| rows_of(outline, &fence))
        .collect()
}

/// The tasks of one fence, if most of its branches are some.
pub(super) fn rows_of(outline: &Outline, fence: &Drawing<'_>) -> Vec<Row> {
    let (found, others) = read(outline, fence.text, fence.start, fence.block);
    match found.len() > 2 && found.len() >= others {
        true => found,
        false => Vec::new(),
    }
}

/// The rows of a fence, and how many of its branches are no tasks.
fn read(outline: &Outline, text: &str, base: usize, block: usize) -> (Vec<Row>, usize) {
    let mut rows: Vec<Row> = Vec::new();
    let mut others = 0;
    let mut group: Option<Range<usize>> = None;
    // Where the branches of the group begin among the rows, and what all of them wait for.
    let mut first = 0;
    let mut of_all: Option<(Column, Range<usize>)> = None;
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let start = at;
        at += line.len();
        let written = line.trim_end();
        let bare = written.trim_start_matches(|c: char| c.is_whitespace() || is_drawn(c));
        let marks = &written[..written.len() - bare.len()];
        if bare.is_empty() {
            continue;
        }
        let from = start + marks.len();
        if !marks.contains(['├', '└', '╰', '┣', '┗']) {
            close(&mut rows[first..], of_all.take());
            first = rows.len();
            let head = from..from + bare.len();
            group = group_heading(bare).map(|_| base + head.start..base + head.end);
            continue;
        }
        let name = task_name(bare).filter(|name| {
            // Signs may stand before the name.
            let behind = bare
                .find(name.written)
                .map(|at| &bare[at + name.written.len()..]);
            let marked = behind.is_some_and(|rest| rest.trim_start().starts_with([':', '：']));
            marked && name.form == Form::Kind("task")
        });
        let Some(name) = name else {
            others += 1;
            continue;
        };
        let rest = name.rest;
        let drawn = rest.find(is_drawn);
        let (title, remark) = match drawn {
            Some(end) => (
                &rest[..end],
                rest[end..].trim_start_matches(|c| is_drawn(c) || c == ' '),
            ),
            None => (rest, ""),
        };
        let tail = Tail::new(title);
        let place = |part: &str| {
            let offset = part.as_ptr() as usize - text.as_ptr() as usize;
            base + offset..base + offset + part.len()
        };
        let mut cells: Vec<(Column, Range<usize>)> = Vec::new();
        cells.extend(group.clone().map(|group| (Column::Group, group)));
        if let Some(needs) = &tail.needs {
            cells.push((Column::Dependencies, place(&title[needs.clone()])));
        }
        let needs = waited_for(remark).map(|object| (Column::Dependencies, place(object)));
        // "(all can run after 1.3)" beside one branch is said of its whole group.
        match remark.starts_with("(all ") || remark.starts_with("(both ") {
            true => of_all = needs.or(of_all),
            false => cells.extend(needs),
        }
        rows.push(Row {
            id: name.id,
            is_scoped: false,
            named_by: Reference::Id,
            aliases: name.aliases,
            title: tail.title,
            place: outline.places[block],
            kind: TaskMentionKind::Definition,
            status: tail.status,
            estimate: tail.estimate,
            agent: tail.agent,
            complexity: tail.points,
            parallel: tail.parallel,
            stated_in: EdgeSource::Tree,
            cells,
            tail: None,
            span: place(name.written),
        });
    }
    close(&mut rows[first..], of_all);
    (rows, others)
}

/// Gives the branches of a group what all of them wait for.
fn close(rows: &mut [Row], needs: Option<(Column, Range<usize>)>) {
    for row in rows {
        row.cells.extend(needs.clone());
    }
}

/// What a remark in brackets says to come first: the `1.1 complete` of `(needs 1.1 complete)`.
fn waited_for(remark: &str) -> Option<&str> {
    const PHRASES: [&str; 9] = [
        "needs ",
        "after ",
        "requires ",
        "depends on ",
        "once ",
        "waits for ",
        "blocked by ",
        "nach ",
        "après ",
    ];
    const DENIALS: [&str; 4] = ["not ", "no longer ", "without ", "n't "];
    let (inner, _) = remark.strip_prefix('(')?.split_once(')')?;
    if DENIALS.iter().any(|word| inner.contains(word)) {
        return None;
    }
    let begins = |at: usize| at == 0 || inner[..at].ends_with(' ');
    let found = PHRASES.iter().filter_map(|phrase| {
        let at = inner.find(phrase).filter(|at| begins(*at))?;
        Some(at + phrase.len())
    });
    found.min().map(|from| inner[from..].trim())
}

/// Signs of which trees and boxes are drawn.
fn is_drawn(c: char) -> bool {
    ('\u{2500}'..='\u{257f}').contains(&c)
}
