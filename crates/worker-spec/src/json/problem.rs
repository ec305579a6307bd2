//! What is wrong with a text that should be JSON.

use std::borrow::Cow;
use std::ops::Range;

use crate::{Code, Diagnostic, Document, Severity};

/// One thing that is wrong, and its mend.
#[derive(Debug)]
pub(crate) struct Problem {
    pub(crate) code: Code,
    pub(crate) severity: Severity,
    pub(crate) span: Range<usize>,
    pub(crate) message: String,
    pub(crate) help: String,
    /// A second place, and what is there.
    pub(super) related: Option<(Range<usize>, &'static str)>,
    /// What to put in the place of which bytes, where that is safe.
    pub(super) fix: Option<(Range<usize>, Cow<'static, str>)>,
}

impl Problem {
    /// Something that breaks the rules of JSON.
    pub(crate) fn syntax(
        span: Range<usize>,
        message: impl Into<String>,
        help: impl Into<String>,
    ) -> Self {
        Problem {
            code: Code::JSON,
            severity: Severity::Error,
            span,
            message: message.into(),
            help: help.into(),
            related: None,
            fix: None,
        }
    }

    /// A key that an object has twice.
    pub(super) fn repeated_key(key: &str, span: Range<usize>, first: Range<usize>) -> Self {
        let message = format!(
            "`{}` is here twice; the last one counts",
            key.escape_debug()
        );
        Problem {
            code: Code::DUPLICATE_FIELD,
            severity: Severity::Warning,
            related: Some((first, "first here")),
            ..Problem::syntax(span, message, "keep one of them")
        }
    }

    pub(super) fn fix(
        mut self,
        span: Range<usize>,
        replacement: impl Into<Cow<'static, str>>,
    ) -> Self {
        self.fix = Some((span, replacement.into()));
        self
    }

    pub(super) fn related(mut self, span: Range<usize>, message: &'static str) -> Self {
        self.related = Some((span, message));
        self
    }

    pub(super) fn diagnostic(&self, document: &Document) -> Diagnostic {
        let mut diagnostic = match self.severity {
            Severity::Error => Diagnostic::error(self.code, &self.message),
            Severity::Warning => Diagnostic::warning(self.code, &self.message),
            Severity::Note => Diagnostic::note(self.code, &self.message),
        }
        .at(document.location(self.span.clone()))
        .help(&self.help);
        if let Some((span, message)) = &self.related {
            diagnostic = diagnostic.related(document.location(span.clone()), *message);
        }
        if let Some((span, replacement)) = &self.fix {
            diagnostic = diagnostic.fix(document.location(span.clone()), replacement.as_ref());
        }
        diagnostic
    }
}
