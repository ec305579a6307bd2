//! Links between issues, as trackers export them.

use std::ops::Range;

use super::super::cells::pieces;
use super::super::columns::Column;
use super::super::known_names::KnownNames;
use crate::ids::is_id;

/// The links of an issue that a cell lists, each with its own words: `is blocked by A-1, blocks A-3; relates to A-4`. One alone is a
/// remark like others. "Blocks the main thread" is no link, and neither is `blocks PROJ-12`, of another list.
pub(super) fn links(
    text: &str,
    cell: &Range<usize>,
    known: &KnownNames,
) -> Vec<(Column, Range<usize>)> {
    const WORDS: [(&str, Column); 10] = [
        ("is blocked by ", Column::Dependencies),
        ("blocked by ", Column::Dependencies),
        ("is blocked by: ", Column::Dependencies),
        ("blocked by: ", Column::Dependencies),
        ("depends on ", Column::Dependencies),
        ("is dependent on ", Column::Dependencies),
        ("blocks ", Column::Blocks),
        ("blocks: ", Column::Blocks),
        ("is blocking ", Column::Blocks),
        ("unblocks ", Column::Blocks),
    ];
    let words = &text[cell.clone()];
    let mut links = Vec::new();
    let mut open = None;
    let mut worded = 0;
    for piece in pieces(words) {
        let part = words[piece.clone()].trim_start();
        let start = cell.start + piece.end - part.len();
        let by = |(link, _): &&(&str, Column)| {
            part.get(..link.len())
                .is_some_and(|head| head.eq_ignore_ascii_case(link))
        };
        let length = match WORDS.iter().find(by) {
            Some((link, column)) => {
                let is_link = are_names(&part[link.len()..], known);
                open = is_link.then_some(*column);
                worded += usize::from(is_link);
                link.len()
            }
            // `blocks A-3, A-4`
            None if are_names(part, known) => 0,
            None => {
                open = None;
                0
            }
        };
        if let Some(column) = open {
            links.push((column, start + length..cell.start + piece.end));
        }
    }
    let feeds = links.iter().any(|(column, _)| *column == Column::Blocks);
    if worded < 2 && !feeds {
        links.clear();
    }
    links
}

/// Whether a text is nothing but names of tasks, or ids like theirs.
fn are_names(text: &str, known: &KnownNames) -> bool {
    let text = text.trim();
    let is_name = |word: &str| known.holds(word) || is_id(word) && known.has_series_of(word);
    let mut words = text
        .split([' ', '&', '+', '/'])
        .map(|word| word.trim_matches(['`', '*', '[', ']', '.']))
        .filter(|word| !matches!(*word, "" | "and"));
    let is_list = text.contains(|c: char| c.is_alphanumeric()) && words.all(is_name);
    is_list || known.names_at_start(text) == text.len() && !text.is_empty()
}
