//! Carrying out the safe edits that diagnostics offer.

use crate::{Document, Fix};

/// A document's text after edits, and which of them were made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edited {
    /// The new text.
    pub text: String,
    /// Whether each edit, in the order in which they were given, is in the new text. One that overlaps an edit made
    /// before it, or lies outside the text, is not: read the new text again, and what is still wrong will be offered
    /// anew.
    pub applied: Vec<bool>,
}

/// Makes the edits that are meant for `document`; those for other documents are passed over as not applied.
///
/// Edits are made in the order of the text, and insertions at one place in the order given. Of two edits that overlap the
/// one that begins first wins; an edit that is given twice is made once and counts twice.
///
/// # Complexity
///
/// O(text + edits · log edits).
pub fn apply_fixes(document: &Document, fixes: &[&Fix]) -> Edited {
    let text = document.text();
    let mut order: Vec<usize> = (0..fixes.len()).collect();
    order.sort_by_key(|&index| {
        (
            fixes[index].location.span.start,
            fixes[index].location.span.end,
        )
    });
    let mut edited = Edited {
        text: String::with_capacity(text.len()),
        applied: vec![false; fixes.len()],
    };
    let mut copied = 0;
    let mut last: Option<usize> = None;
    for index in order {
        let fix = fixes[index];
        let span = fix.location.span.clone();
        if &*fix.location.file != document.name() {
            continue;
        }
        if last.is_some_and(|last| fixes[last] == fix) {
            edited.applied[index] = true;
            continue;
        }
        let overlaps = span.start < copied;
        if overlaps || text.get(span.clone()).is_none() {
            continue;
        }
        edited.text.push_str(&text[copied..span.start]);
        edited.text.push_str(&fix.replacement);
        edited.applied[index] = true;
        copied = span.end;
        last = Some(index);
    }
    edited.text.push_str(&text[copied..]);
    edited
}
