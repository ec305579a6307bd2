//! Names behind a remark in brackets.

use std::ops::Range;

use super::super::cells::plain;
use super::super::known_names::KnownNames;
use super::names_any;
use crate::dialect::waiting::joint_length;

/// The parts of a piece that goes on with names behind a remark: `T1 (soft)` and `T3` of "T1 (soft) and T3".
pub(super) fn behind_remarks(
    cell: &str,
    piece: Range<usize>,
    known: &KnownNames,
) -> Vec<Range<usize>> {
    let written = &cell[piece.clone()];
    let mut parts = Vec::new();
    let mut start = piece.start;
    if written.contains(['(', '（']) && !known.holds(&plain(written)) {
        let mut depth = 0_usize;
        for (at, c) in written.char_indices() {
            match c {
                '(' | '（' => depth += 1,
                ')' | '）' if depth == 1 => {
                    depth = 0;
                    let end = piece.start + at + c.len_utf8();
                    let joint = joint(&cell[end..piece.end]);
                    let rest = &cell[end + joint..piece.end];
                    let near = &rest[..rest.find(['(', '（']).unwrap_or(rest.len())];
                    if joint > 0 && names_any(near, known)
                        || known.names_at_start(rest.trim_start()) > 0
                    {
                        parts.push(start..end);
                        start = end + joint;
                    }
                }
                ')' | '）' => depth = depth.saturating_sub(1),
                _ => {}
            }
        }
    }
    parts.push(start..piece.end);
    parts
}

/// The length of a word or mark that joins names, with the space around it.
fn joint(text: &str) -> usize {
    let rest = text.trim_start();
    let signs = ["plus ", "&", "+", "/"].iter();
    let mut signs = signs.filter_map(|sign| rest.starts_with(sign).then_some(sign.len()));
    match signs.next().unwrap_or_else(|| joint_length(rest)) {
        0 => 0,
        length => text.len() - rest.len() + length,
    }
}
