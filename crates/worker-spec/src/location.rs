//! Where in a document something stands.

use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

/// A place in a document, for people (line and column) and for programs (byte span).
///
/// `Display` gives `file:line:column`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct Location {
    /// The name of the document, as given to [`Document::new`](crate::Document::new).
    pub file: Arc<str>,
    /// The bytes of the document's text.
    pub span: Range<usize>,
    /// The line of the span's first byte, counted from 1.
    pub line: usize,
    /// The column of the span's first byte, counted from 1, in characters (Unicode scalar values).
    pub column: usize,
}

impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}", self.file, self.line, self.column)
    }
}

/// The beginning of a document without a name.
impl Default for Location {
    fn default() -> Self {
        Location {
            file: Arc::from(""),
            span: 0..0,
            line: 1,
            column: 1,
        }
    }
}
