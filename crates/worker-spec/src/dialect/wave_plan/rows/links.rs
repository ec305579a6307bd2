//! Links between issues, as trackers export them.

use std::ops::Range;

use super::super::cells::pieces;
use super::super::columns::Column;
use crate::ids::is_id;

/// The links of an issue that a cell lists, each with its own words: `is blocked by A-1, blocks A-3; relates to A-4`. One alone is a
/// remark like others.
pub(super) fn links(text: &str, cell: &Range<usize>) -> Vec<(Column, Range<usize>)> {
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
                open = Some(*column);
                worded += 1;
                link.len()
            }
            // `blocks A-3, A-4`
            None if is_id(part.trim_end()) => 0,
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
