//! A document: its name, its text, and where its lines are.

use std::fmt;
use std::ops::Range;
use std::sync::{Arc, OnceLock};

use crate::json::{Json, is_json};
use crate::markdown::Markdown;
use crate::{Code, Diagnostic, Location};

/// A document's name and text. Cheap to clone; lines and Markdown structure are found once, when first needed.
#[derive(Clone)]
pub struct Document {
    inner: Arc<Inner>,
}

struct Inner {
    name: Arc<str>,
    text: String,
    lines: OnceLock<LineIndex>,
    markdown: OnceLock<Markdown>,
    json: OnceLock<Option<Json>>,
}

impl Document {
    /// A document from text. A byte order mark and any kind of line end are accepted.
    pub fn new(name: impl Into<Arc<str>>, text: impl Into<String>) -> Document {
        Document {
            inner: Arc::new(Inner {
                name: name.into(),
                text: text.into(),
                lines: OnceLock::new(),
                markdown: OnceLock::new(),
                json: OnceLock::new(),
            }),
        }
    }

    /// A document from the bytes of a file.
    ///
    /// # Errors
    ///
    /// [`Code::NOT_TEXT`] when the bytes are not UTF-8, look like UTF-16, or hold a NUL byte; the diagnostic has
    /// the place of the first bad byte and says how to mend it.
    #[expect(
        clippy::result_large_err,
        reason = "read once per file; the diagnostic goes into a list as it is"
    )]
    pub fn from_bytes(name: impl Into<Arc<str>>, bytes: Vec<u8>) -> Result<Document, Diagnostic> {
        let name = name.into();
        if bytes.starts_with(&[0xFF, 0xFE]) || bytes.starts_with(&[0xFE, 0xFF]) {
            let place = Document::new(name, "").location(0..0);
            return Err(not_text(place, "this is UTF-16, not UTF-8"));
        }
        let (text, bad) = match String::from_utf8(bytes) {
            Ok(text) => match text.find('\0') {
                None => return Ok(Document::new(name, text)),
                Some(at) => (text, (at, "a NUL byte")),
            },
            Err(error) => {
                let at = error.utf8_error().valid_up_to();
                let bytes = error.into_bytes();
                let message =
                    if bytes[..at].contains(&0) || bytes[at..].iter().take(64).any(|&b| b == 0) {
                        "binary data, not UTF-8 text"
                    } else {
                        "not UTF-8"
                    };
                (
                    String::from_utf8_lossy(&bytes[..at]).into_owned(),
                    (at, message),
                )
            }
        };
        let place = Document::new(name, text).location(bad.0..bad.0 + 1);
        Err(not_text(place, bad.1))
    }

    /// The name, usually a path.
    pub fn name(&self) -> &str {
        &self.inner.name
    }

    /// The whole text.
    pub fn text(&self) -> &str {
        &self.inner.text
    }

    /// The place of a span of bytes. A span beyond the end is cut off there.
    ///
    /// # Complexity
    ///
    /// O(log lines), after one pass over the text for the first call.
    pub fn location(&self, span: Range<usize>) -> Location {
        let lines = self
            .inner
            .lines
            .get_or_init(|| LineIndex::new(&self.inner.text));
        let (line, column) = lines.line_and_column(&self.inner.text, span.start);
        Location {
            file: Arc::clone(&self.inner.name),
            span,
            line,
            column,
        }
    }

    /// The Markdown structure.
    pub(crate) fn markdown(&self) -> &Markdown {
        self.inner
            .markdown
            .get_or_init(|| Markdown::new(&self.inner.text))
    }

    /// The JSON values; `None` when the text is not meant as JSON.
    pub(crate) fn json(&self) -> Option<&Json> {
        let json = self.inner.json.get_or_init(|| {
            let text = &self.inner.text;
            is_json(text).then(|| Json::read(text))
        });
        json.as_ref()
    }
}

impl fmt::Debug for Document {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Document")
            .field("name", &self.inner.name)
            .field("bytes", &self.inner.text.len())
            .finish()
    }
}

fn not_text(place: Location, message: &str) -> Diagnostic {
    Diagnostic::error(Code::NOT_TEXT, message).at(place).help(
        "save the file as UTF-8 text: `iconv -t UTF-8`, or the editor's \"save with encoding\"",
    )
}

/// Where lines start, and how many characters there are before every `STEP`th byte, so that the column on a line
/// of any length is found in constant time.
struct LineIndex {
    starts: Vec<usize>,
    /// Empty when the text is ASCII.
    characters: Vec<usize>,
}

const STEP: usize = 128;

impl LineIndex {
    fn new(text: &str) -> LineIndex {
        let bytes = text.as_bytes();
        let first = if text.starts_with('\u{feff}') { 3 } else { 0 };
        let mut starts = Vec::with_capacity(bytes.len() / 32 + 1);
        starts.push(first);
        for at in memchr::memchr2_iter(b'\n', b'\r', bytes) {
            if bytes[at] == b'\n' || bytes.get(at + 1) != Some(&b'\n') {
                starts.push(at + 1);
            }
        }
        let mut characters = Vec::new();
        if !text.is_ascii() {
            let mut count = 0;
            for chunk in bytes.chunks(STEP) {
                characters.push(count);
                count += chunk.iter().filter(|&&byte| begins_character(byte)).count();
            }
        }
        LineIndex { starts, characters }
    }

    fn line_and_column(&self, text: &str, at: usize) -> (usize, usize) {
        let at = at.min(text.len());
        let line = self.starts.partition_point(|&start| start <= at).max(1);
        let start = self.starts[line - 1].min(at);
        (
            line,
            self.characters_before(text, at) - self.characters_before(text, start) + 1,
        )
    }

    fn characters_before(&self, text: &str, at: usize) -> usize {
        match self
            .characters
            .get((at / STEP).min(self.characters.len().saturating_sub(1)))
        {
            None => at,
            Some(count) => {
                let from = (at / STEP).min(self.characters.len() - 1) * STEP;
                let bytes = &text.as_bytes()[from..at];
                count + bytes.iter().filter(|&&byte| begins_character(byte)).count()
            }
        }
    }
}

fn begins_character(byte: u8) -> bool {
    byte & 0xC0 != 0x80
}
