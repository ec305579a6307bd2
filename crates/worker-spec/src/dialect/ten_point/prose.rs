//! What stands between a task's heading and its first section besides fields: sentences, lists, tables.

use std::ops::Range;

use crate::markdown::BlockKind;
use crate::{Document, HeaderField};

/// What of these blocks is for the worker to read: all of it without the lines of `fields`, without the blocks that `skips`
/// names by their places, and without what Markdown does not show. `None` if nothing is left.
///
/// Where there is a spec, code is a note of that and not told twice; so it is skipped with the path before it.
///
/// # Complexity
///
/// O(blocks + text), times the logarithm of the number of fields.
pub(in crate::dialect) fn prose(
    document: &Document,
    blocks: Range<usize>,
    fields: &[HeaderField],
    has_spec: bool,
    skips: impl Fn(usize) -> bool,
) -> Option<String> {
    let mut starts: Vec<usize> = fields
        .iter()
        .map(|field| field.location.span.start)
        .collect();
    starts.sort_unstable();
    let is_field = |line: &Range<usize>| {
        let at = starts.partition_point(|start| *start < line.start);
        starts.get(at).is_some_and(|start| *start < line.end)
    };
    let all = &document.markdown().blocks;
    let mut told: Vec<(String, bool)> = Vec::new();
    let mut end = 0;
    for at in blocks {
        let (block, span) = (&all[at], &all[at].span);
        // What is nested in a block is a part of it.
        if span.start < end {
            continue;
        }
        let is_item = match &block.kind {
            BlockKind::Rule => continue,
            BlockKind::Item(_) => true,
            // Of a table of fields nothing is left to say.
            BlockKind::Table(_) if is_field(span) => continue,
            _ => false,
        };
        end = span.end;
        if skips(at) || has_spec && is_note(document, at) {
            continue;
        }
        let text = without_lines(document.text(), span, &is_field);
        if !text.is_empty() {
            told.push((text, is_item));
        }
    }
    let mut out = String::new();
    let mut was_item = false;
    for (text, is_item) in told {
        if !out.is_empty() {
            out.push_str(if was_item && is_item { "\n" } else { "\n\n" });
        }
        out.push_str(&text);
        was_item = is_item;
    }
    (!out.is_empty()).then_some(out)
}

/// Whether a block is code, or nothing but the path of the code that follows.
fn is_note(document: &Document, at: usize) -> bool {
    let blocks = &document.markdown().blocks;
    let is_code = |at: usize| {
        matches!(
            blocks.get(at).map(|block| &block.kind),
            Some(BlockKind::Fence(_))
        )
    };
    match &blocks[at].kind {
        BlockKind::Paragraph { text } => {
            let text = document.text()[text.clone()].trim();
            let path = text
                .strip_prefix('`')
                .and_then(|text| text.strip_suffix('`'));
            is_code(at + 1) && path.is_some_and(|path| !path.contains(['`', '\n']))
        }
        _ => is_code(at),
    }
}

/// A stretch of text, without the lines that are left out and without blank lines at its ends.
fn without_lines(
    text: &str,
    span: &Range<usize>,
    is_out: &impl Fn(&Range<usize>) -> bool,
) -> String {
    let mut kept = Vec::new();
    let mut at = span.start;
    for line in text[span.clone()].split_inclusive('\n') {
        let place = at..at + line.len();
        at = place.end;
        if !is_out(&place) {
            kept.push(line.trim_end());
        }
    }
    let is_blank = |line: &&str| line.is_empty();
    let from = kept.iter().position(|line| !is_blank(line));
    let to = kept.iter().rposition(|line| !is_blank(line));
    match (from, to) {
        (Some(from), Some(to)) => kept[from..=to].join("\n"),
        _ => String::new(),
    }
}
