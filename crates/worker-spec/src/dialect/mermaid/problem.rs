//! What is wrong with a diagram, before it becomes a diagnostic.

use std::ops::Range;

use crate::{Code, Diagnostic, Document, Severity};

use super::source::Source;

/// Reading stops after so many mistakes: what is left can hardly be a flowchart.
pub(super) const MOST: usize = 500;

/// The mistakes of one diagram, in the order in which they were found.
#[derive(Debug, Default)]
pub(super) struct Problems {
    list: Vec<Problem>,
}

#[derive(Debug)]
pub(super) struct Problem {
    severity: Severity,
    message: String,
    /// Characters of the source.
    range: Range<usize>,
    help: Option<String>,
    /// Replaces the range.
    replacement: Option<String>,
    /// Whether Mermaid itself takes the text in spite of it.
    accepted: bool,
}

impl Problem {
    /// Mermaid does not take it, but what is meant is clear.
    pub(super) fn mended(range: Range<usize>, message: impl Into<String>) -> Self {
        Problem {
            severity: Severity::Warning,
            message: message.into(),
            range,
            help: None,
            replacement: None,
            accepted: false,
        }
    }

    /// It cannot be read, and something is left out.
    pub(super) fn lost(range: Range<usize>, message: impl Into<String>) -> Self {
        Problem {
            severity: Severity::Error,
            ..Problem::mended(range, message)
        }
    }

    /// Mermaid takes it, but hardly as it was meant.
    pub(super) fn trap(range: Range<usize>, message: impl Into<String>) -> Self {
        Problem {
            accepted: true,
            ..Problem::mended(range, message)
        }
    }

    pub(super) fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    pub(super) fn replacement(mut self, replacement: impl Into<String>) -> Self {
        self.replacement = Some(replacement.into());
        self
    }
}

impl Problems {
    pub(super) fn push(&mut self, problem: Problem) {
        self.list.push(problem);
    }

    pub(super) fn are_too_many(&self) -> bool {
        self.list.len() >= MOST
    }

    /// Whether Mermaid takes the text.
    pub(super) fn accepted(&self) -> bool {
        self.list.iter().all(|problem| problem.accepted)
    }

    pub(super) fn into_diagnostics(self, document: &Document, source: &Source) -> Vec<Diagnostic> {
        self.list
            .into_iter()
            .map(|problem| {
                let location = document.location(source.span(problem.range));
                let mut diagnostic = match problem.severity {
                    Severity::Error => Diagnostic::error(Code::MERMAID, problem.message),
                    _ => Diagnostic::warning(Code::MERMAID, problem.message),
                };
                if let Some(replacement) = problem.replacement {
                    diagnostic = diagnostic.fix(location.clone(), replacement);
                }
                diagnostic.help = problem.help;
                diagnostic.at(location)
            })
            .collect()
    }
}
