//! Spans of a text.

use std::ops::Range;

/// A span without the blanks at its ends.
pub(crate) fn trimmed(text: &str, span: Range<usize>) -> Range<usize> {
    let inner = &text[span.clone()];
    let start = span.start + (inner.len() - inner.trim_start().len());
    start..start + inner.trim().len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blanks_at_both_ends() {
        assert_eq!(trimmed("a  b c ", 1..7), 3..6);
        assert_eq!(trimmed("a   ", 1..4), 4..4);
    }
}
