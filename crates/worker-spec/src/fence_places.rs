//! Where the code of a fence stands in its document.

use std::ops::Range;

use crate::markdown::CodeFence;
use crate::shell::split_commands;
use crate::{Document, TestCommand};

/// The commands of a fence, each with its place.
pub(crate) fn fence_commands(document: &Document, fence: &CodeFence) -> Vec<TestCommand> {
    let markdown = document.markdown();
    let code = markdown.code(document.text(), fence);
    let places = FencePlaces::new(markdown.code_pieces(fence));
    let located = split_commands(&code)
        .into_iter()
        .map(|command| TestCommand {
            text: code[command.span.clone()].to_owned(),
            location: document.location(places.span(command.span)),
        });
    located.collect()
}

/// Where the pieces of a fence's code are in the code and in the document.
pub(crate) struct FencePlaces {
    /// Where each piece begins in the code, and where it is in the document.
    pieces: Vec<(usize, Range<usize>)>,
}

impl FencePlaces {
    pub(crate) fn new(pieces: &[Range<usize>]) -> Self {
        let mut before = 0;
        let placed = pieces.iter().map(|piece| {
            let start = before;
            before += piece.end - piece.start;
            (start, piece.clone())
        });
        FencePlaces {
            pieces: placed.collect(),
        }
    }

    /// The bytes of the document of a stretch of the code.
    pub(crate) fn span(&self, span: Range<usize>) -> Range<usize> {
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
