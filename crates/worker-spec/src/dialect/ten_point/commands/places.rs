//! Where the code of a fence is in the document.

use std::ops::Range;

/// Where the pieces of a fence's code are in the code and in the document.
pub(super) struct Places {
    /// Where each piece begins in the code, and where it is in the document.
    pieces: Vec<(usize, Range<usize>)>,
}

impl Places {
    pub(super) fn new(pieces: &[Range<usize>]) -> Self {
        let mut before = 0;
        let placed = pieces.iter().map(|piece| {
            let start = before;
            before += piece.end - piece.start;
            (start, piece.clone())
        });
        Places {
            pieces: placed.collect(),
        }
    }

    /// The bytes of the document of a stretch of the code.
    pub(super) fn span(&self, span: Range<usize>) -> Range<usize> {
        let start = self.place(span.start);
        let end = if span.end > span.start {
            self.place(span.end - 1) + 1
        } else {
            start
        };
        start..end
    }

    fn place(&self, offset: usize) -> usize {
        let at = self.pieces.partition_point(|(start, _)| *start <= offset);
        match at.checked_sub(1).and_then(|at| self.pieces.get(at)) {
            Some((start, piece)) => (piece.start + (offset - start)).min(piece.end),
            None => 0,
        }
    }
}
