//! What a document says about a task besides its title and its fields: the text that its worker is to read.
//!
//! Below a heading it is all up to the next task or the next heading of that level, of a list item all that is nested in
//! it, of a row the cells that hold sentences, of a document that is one task all of it.

use std::ops::Range;

use crate::line_ends::with_line_feeds;
use crate::markdown::{Block, BlockKind, Table};
use crate::{Document, TaskMention, TaskMentionKind};

/// Words that make a cell a sentence; what is shorter is a value, and read as one.
const SENTENCE: usize = 4;

/// Gives each task that the document defines, and whose worker spec it does not hold, the text that belongs to it.
pub(crate) fn add(document: &Document, tasks: &mut [TaskMention]) {
    let is_without = |task: &TaskMention| {
        task.kind == TaskMentionKind::Definition && task.spec.is_none() && task.details.is_none()
    };
    if !tasks.iter().any(is_without) {
        return;
    }
    let mut starts: Vec<usize> = tasks
        .iter()
        .filter(|task| task.kind > TaskMentionKind::Mention)
        .map(|task| task.location.span.start)
        .collect();
    starts.sort_unstable();
    for task in tasks.iter_mut().filter(|task| is_without(task)) {
        let passage = passage(document, task, &starts);
        task.details = passage.filter(|passage| !passage.is_empty());
    }
}

/// The text of a document that is one task, without its front matter and first heading.
pub(crate) fn body(document: &Document) -> Option<String> {
    let markdown = document.markdown();
    let mut from = markdown.front_matter.as_ref().map_or(0, |front| {
        let rest = &document.text()[front.end..];
        front.end + rest.find('\n').map_or(rest.len(), |end| end + 1)
    });
    if let Some(first) = markdown.blocks.first()
        && matches!(first.kind, BlockKind::Heading { .. })
    {
        from = first.span.end;
    }
    let body = document.text()[from..].trim();
    (!body.is_empty()).then(|| with_line_feeds(body))
}

fn passage(document: &Document, task: &TaskMention, starts: &[usize]) -> Option<String> {
    let blocks = &document.markdown().blocks;
    let start = task.location.span.start;
    let at = block_at(blocks, start)?;
    let block = &blocks[at];
    if block.span.end <= start {
        return None;
    }
    let next = starts.partition_point(|other| *other <= start);
    let twice = next > 1 && starts[next - 2] == start;
    let next = starts.get(next).copied();
    // What several tasks share says nothing about one of them.
    let shared = |place: &Range<usize>| twice || next.is_some_and(|next| place.contains(&next));
    let until =
        next.and_then(|next| block_at(blocks, next).map(|at| blocks[at].span.start.min(next)));
    let place = match &block.kind {
        BlockKind::Heading { level, text } if !shared(text) => {
            let ends = |block: &Block| match &block.kind {
                BlockKind::Heading { level: other, .. } => other <= level,
                _ => false,
            };
            block.span.end..end_of(document, at, until, ends)
        }
        BlockKind::Paragraph { text } if !shared(text) => {
            let ends =
                |block: &Block| matches!(block.kind, BlockKind::Heading { .. } | BlockKind::Rule);
            block.span.end..end_of(document, at, until, ends)
        }
        BlockKind::Item(item) if !shared(&item.text) => {
            item.text.end..until.map_or(block.span.end, |until| until.min(block.span.end))
        }
        BlockKind::Table(table) if !twice => return cells(document, table, task, next),
        _ => return None,
    };
    let text = document.text().get(place)?;
    Some(without_margin(text))
}

/// The last block that begins at or before a place.
fn block_at(blocks: &[Block], place: usize) -> Option<usize> {
    blocks
        .partition_point(|block| block.span.start <= place)
        .checked_sub(1)
}

/// Where the first block after `at` that ends a passage begins, `until` at the latest.
fn end_of(
    document: &Document,
    at: usize,
    until: Option<usize>,
    ends: impl Fn(&Block) -> bool,
) -> usize {
    let until = until.unwrap_or(document.text().len());
    let behind = document.markdown().blocks[at + 1..].iter();
    behind
        .take_while(|block| block.span.start < until)
        .find(|block| ends(block))
        .map_or(until, |block| block.span.start)
}

/// The cells of the task's row that hold sentences, each with the name of its column.
fn cells(
    document: &Document,
    table: &Table,
    task: &TaskMention,
    next: Option<usize>,
) -> Option<String> {
    let text = document.text();
    let markdown = document.markdown();
    let header = markdown.rows(table).next()?;
    let row = markdown.row_at(table, task.location.span.start)?;
    let (first, last) = (row.cells.first()?, row.cells.last()?);
    if next.is_some_and(|next| (first.start..last.end).contains(&next)) {
        return None;
    }
    let title = task.title.as_deref().unwrap_or_default();
    let told: Vec<String> = row
        .cells
        .iter()
        .zip(header.cells)
        .map(|(cell, name)| (text[cell.clone()].trim(), text[name.clone()].trim()))
        .filter(|(cell, _)| cell.split_whitespace().count() >= SENTENCE && !title.contains(cell))
        .map(|(cell, name)| format!("{name}: {cell}"))
        .collect();
    Some(told.join("\n"))
}

/// The lines of a text without the indentation that they share, and without rules and blank lines at its ends.
fn without_margin(text: &str) -> String {
    let is_blank = |line: &&str| {
        let line = line.trim();
        line.is_empty() || (line.len() > 2 && line.bytes().all(|byte| byte == b'-'))
    };
    let lines: Vec<&str> = text.lines().collect();
    let from = lines.iter().position(|line| !is_blank(line));
    let to = lines.iter().rposition(|line| !is_blank(line));
    let (Some(from), Some(to)) = (from, to) else {
        return String::new();
    };
    let lines = &lines[from..=to];
    let margin = lines
        .iter()
        .filter(|line| !line.trim().is_empty())
        .map(|line| line.len() - line.trim_start_matches(' ').len())
        .min()
        .unwrap_or(0);
    let kept: Vec<&str> = lines
        .iter()
        .map(|line| line.get(margin..).unwrap_or_default().trim_end())
        .collect();
    kept.join("\n")
}
