//! What fences state: labelled lines, chains of tasks, and which tasks write a file or come after another one.

use std::ops::Range;

use super::after::{After, after};
use super::labels::{Here, is_chain, subject_of_label};
use super::named::value_of;
use super::owners::owners;
use super::path_chain::{Chain, chain};
use super::{Reader, value_span};
use crate::Subject;
use crate::dialect::wave_plan::outline::Place;
use crate::label::split_label;
use crate::markdown::CodeFence;
use crate::span::trimmed;

impl Reader<'_> {
    /// A statement that names tasks, each in its place.
    pub(super) fn name(
        &mut self,
        subject: Subject,
        span: Range<usize>,
        names: Vec<String>,
        places: Vec<Range<usize>>,
        place: Place,
    ) {
        let places = places.into_iter().map(|span| self.document.location(span));
        let places = places.collect();
        self.state(subject, span, None, place);
        if let Some(statement) = self.found.statements.last_mut() {
            statement.tasks = names;
            statement.places = places;
        }
    }

    /// Which tasks a fence gives files to, and which it draws after another one.
    pub(super) fn names(&mut self, fence: &CodeFence, place: Place) {
        let text = self.document.text();
        for piece in self.document.markdown().code_stretches(text, fence) {
            for owned in owners(text, piece.clone()) {
                let value = value_of(&owned.path, &owned.tasks);
                self.name(Subject::Owners, owned.span, owned.tasks, Vec::new(), place);
                if let Some(statement) = self.found.statements.last_mut() {
                    statement.value = value;
                }
            }
            for After {
                names,
                places,
                span,
            } in after(text, piece.clone())
            {
                let value = names
                    .split_first()
                    .map(|(first, others)| value_of(first, others));
                self.name(Subject::After, span, names, places, place);
                if let (Some(statement), Some(value)) = (self.found.statements.last_mut(), value) {
                    statement.value = value;
                }
            }
        }
    }

    /// Labelled lines of a fence without a language, and a chain of names under a heading about the critical path.
    pub(super) fn fence(&mut self, fence: &CodeFence, place: Place) {
        self.names(fence, place);
        self.fallbacks_in(fence, place);
        self.idle_script(fence, place);
        self.excerpts(fence, place);
        if !self.text(&fence.info).trim().is_empty() {
            return;
        }
        let about_path = self
            .heading_of(place)
            .to_lowercase()
            .contains("critical path");
        let pieces = self.document.markdown().code_pieces(fence);
        if about_path
            && let (Some(first), Some(last)) = (pieces.first(), pieces.last())
            && let Some(Chain {
                names,
                places,
                span,
            }) = chain(self.document.text(), first.start..last.end)
        {
            self.name(Subject::CriticalPath, span, names, places, place);
        }
        for piece in pieces {
            let mut start = piece.start;
            for line in self.text(piece).split_inclusive('\n') {
                let at = trimmed(self.document.text(), start..start + line.len());
                start += line.len();
                let text = self.text(&at);
                if text.contains(is_of_box) {
                    self.tests(at, place);
                    continue;
                }
                self.reckon(at.clone());
                if about_path && is_chain(text) {
                    self.push(Subject::CriticalPath, at, place);
                } else if let Some((label, value)) = split_label(text)
                    && let Some(subject) = subject_of_label(label, value, Here::ELSEWHERE)
                {
                    self.push(subject, value_span(text, value, at.start), place);
                }
            }
        }
    }
}

/// What boxes are drawn with, also when it was decoded wrongly.
fn is_of_box(c: char) -> bool {
    matches!(c, '\u{2500}'..='\u{257F}' | 'â')
}
