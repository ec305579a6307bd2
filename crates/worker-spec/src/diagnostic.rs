//! What is wrong with a document, told to its author.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{Code, Location};

/// A value that was read, and everything there is to say about the text it was read from.
///
/// Reading never fails: a broken document gives as much of the value as could be read.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Parsed<T> {
    /// What was read.
    pub value: T,
    /// The complaints, in the order of the text.
    pub diagnostics: Vec<Diagnostic>,
}

impl<T> Parsed<T> {
    /// A value without complaints.
    pub fn new(value: T) -> Self {
        Parsed {
            value,
            diagnostics: Vec::new(),
        }
    }

    /// Whether any complaint is an error.
    pub fn has_errors(&self) -> bool {
        self.diagnostics
            .iter()
            .any(|d| d.severity == Severity::Error)
    }
}

/// How much a diagnostic matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Worth knowing.
    Note,
    /// Probably not what the author meant; the plan can be used.
    Warning,
    /// The plan cannot be used as it stands.
    Error,
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Severity::Note => "note",
            Severity::Warning => "warning",
            Severity::Error => "error",
        })
    }
}

/// One complaint about a document.
///
/// `Display` gives one line: `severity[CODE]: message (file:line:column)`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Diagnostic {
    /// The stable name of the kind of complaint.
    pub code: Code,
    /// How much it matters.
    pub severity: Severity,
    /// One lowercase sentence without a full stop, which names the thing.
    pub message: String,
    /// Where it is; `None` for a complaint about all documents together.
    pub location: Option<Location>,
    /// Other places that belong to it.
    pub related: Vec<Related>,
    /// What to do about it.
    pub help: Option<String>,
    /// An edit that mends it and harms nothing.
    pub fix: Option<Fix>,
}

/// A second place that belongs to a diagnostic.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Related {
    /// Where it is.
    pub location: Location,
    /// What is there.
    pub message: String,
}

/// A safe edit: the text at `location` is replaced by `replacement`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fix {
    /// The bytes to replace; an empty span inserts.
    pub location: Location,
    /// The new text.
    pub replacement: String,
}

// Complaints are few: the code that makes them is kept out of the way of the code that reads.
impl Diagnostic {
    /// An error without a place.
    #[cold]
    pub fn error(code: Code, message: impl Into<String>) -> Self {
        Self::new(Severity::Error, code, message)
    }

    /// A warning without a place.
    #[cold]
    pub fn warning(code: Code, message: impl Into<String>) -> Self {
        Self::new(Severity::Warning, code, message)
    }

    /// A note without a place.
    #[cold]
    pub fn note(code: Code, message: impl Into<String>) -> Self {
        Self::new(Severity::Note, code, message)
    }

    fn new(severity: Severity, code: Code, message: impl Into<String>) -> Self {
        Diagnostic {
            code,
            severity,
            message: message.into(),
            location: None,
            related: Vec::new(),
            help: None,
            fix: None,
        }
    }

    /// Says where.
    #[must_use]
    pub fn at(mut self, location: Location) -> Self {
        self.location = Some(location);
        self
    }

    /// Adds a second place.
    #[must_use]
    pub fn related(mut self, location: Location, message: impl Into<String>) -> Self {
        self.related.push(Related {
            location,
            message: message.into(),
        });
        self
    }

    /// Says what to do.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Offers a safe edit.
    #[must_use]
    pub fn fix(mut self, location: Location, replacement: impl Into<String>) -> Self {
        self.fix = Some(Fix {
            location,
            replacement: replacement.into(),
        });
        self
    }
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}[{}]: {}", self.severity, self.code, self.message)?;
        match &self.location {
            Some(location) => write!(f, " ({location})"),
            None => Ok(()),
        }
    }
}
