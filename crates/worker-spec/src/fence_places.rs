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
pub(crate) struct FencePlaces<'p> {
    /// Where the pieces are in the document.
    pieces: &'p [Range<usize>],
    /// Where each piece behind the first one begins in the code. Most code is one piece.
    starts: Vec<usize>,
}

impl<'p> FencePlaces<'p> {
    pub(crate) fn new(pieces: &'p [Range<usize>]) -> Self {
        let mut before = 0;
        let behind = pieces.iter().map(|piece| {
            before += piece.end - piece.start;
            before
        });
        FencePlaces {
            pieces,
            starts: behind.take(pieces.len().saturating_sub(1)).collect(),
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
        let at = self.starts.partition_point(|start| *start <= offset);
        let start = at.checked_sub(1).map_or(0, |before| self.starts[before]);
        let piece = self.pieces.get(at);
        piece.map_or(0, |piece| (piece.start + (offset - start)).min(piece.end))
    }
}
