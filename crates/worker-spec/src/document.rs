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
    /// O(1), after one pass over the text for the first call.
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

    /// The JSON values; `None` when the text is not meant as JSON: neither its first signs nor its name say so.
    pub(crate) fn json(&self) -> Option<&Json> {
        let json = self.inner.json.get_or_init(|| {
            let text = &self.inner.text;
            (is_json(text) || is_called_json(&self.inner.name)).then(|| Json::read(text))
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

fn is_called_json(name: &str) -> bool {
    let ending = name.rsplit_once('.').map(|(_, ending)| ending);
    ending.is_some_and(|ending| {
        ["json", "jsonl"]
            .iter()
            .any(|json| ending.eq_ignore_ascii_case(json))
    })
}

fn not_text(place: Location, message: &str) -> Diagnostic {
    Diagnostic::error(Code::NOT_TEXT, message).at(place).help(
        "save the file as UTF-8 text: `iconv -t UTF-8`, or the editor's \"save with encoding\"",
    )
}

/// Which line a place is on and where that line starts. Both are noted for every `STEP`th byte, and what is between is
/// counted when it is asked for: fewer places are than lines.
struct LineIndex {
    steps: Vec<Step>,
    /// Whether a carriage return may end a line too.
    returns: bool,
    /// How many characters there are before every `STEP`th byte, so that the column on a line of any length is found in
    /// constant time. Counted when a place far down a line is asked for, which few documents have.
    characters: OnceLock<Vec<usize>>,
}

/// What is so right before a byte.
#[derive(Clone, Copy)]
struct Step {
    /// How many lines have ended.
    ended: usize,
    /// Where the line starts.
    start: usize,
}

const STEP: usize = 128;
/// How far down a line it is cheaper to count its characters than those of the whole text.
const NEAR: usize = 8 * STEP;

impl LineIndex {
    fn new(text: &str) -> LineIndex {
        let bytes = text.as_bytes();
        let first = if text.starts_with('\u{feff}') { 3 } else { 0 };
        let returns = memchr::memchr(b'\r', bytes).is_some();
        let mut index = LineIndex {
            steps: Vec::with_capacity(bytes.len() / STEP + 1),
            returns,
            characters: OnceLock::new(),
        };
        let mut step = Step {
            ended: 0,
            start: first,
        };
        index.steps.push(step);
        for at in 1..=bytes.len() / STEP {
            step = index.after(bytes, step, (at - 1) * STEP..at * STEP);
            index.steps.push(step);
        }
        index
    }

    /// What is so behind some bytes, of which there are no more than `STEP`.
    fn after(&self, bytes: &[u8], before: Step, span: Range<usize>) -> Step {
        let within = &bytes[span.clone()];
        let mut step = before;
        if self.returns {
            // A line feed behind a carriage return is a part of the same end.
            let ends = memchr::memchr2_iter(b'\n', b'\r', within).map(|at| span.start + at);
            let whole = |at: &usize| bytes[*at] == b'\n' || bytes.get(at + 1) != Some(&b'\n');
            for end in ends.filter(whole) {
                step.ended += 1;
                step.start = end + 1;
            }
        } else if let Some(last) = memchr::memrchr(b'\n', within) {
            step.ended += memchr::memchr_iter(b'\n', within).count();
            step.start = span.start + last + 1;
        }
        step
    }

    fn line_and_column(&self, text: &str, at: usize) -> (usize, usize) {
        let bytes = text.as_bytes();
        let at = at.min(bytes.len());
        let from = at / STEP;
        let step = self.after(bytes, self.steps[from], from * STEP..at);
        let start = step.start.min(at);
        let before = if at - start <= NEAR {
            characters(&bytes[start..at])
        } else {
            self.characters_before(text, at) - self.characters_before(text, start)
        };
        (step.ended + 1, before + 1)
    }

    fn characters_before(&self, text: &str, at: usize) -> usize {
        let bytes = text.as_bytes();
        let counted = self.characters.get_or_init(|| {
            let mut count = 0;
            let chunks = bytes.chunks(STEP).map(|chunk| {
                let before = count;
                count += characters(chunk);
                before
            });
            chunks.collect()
        });
        // A place at the very end may be behind the last chunk.
        let chunk = (at / STEP).min(counted.len().saturating_sub(1));
        counted.get(chunk).copied().unwrap_or(0) + characters(&bytes[chunk * STEP..at])
    }
}

/// How many characters begin among some bytes.
fn characters(bytes: &[u8]) -> usize {
    bytes.iter().filter(|&&byte| byte & 0xC0 != 0x80).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_and_columns_are_those_of_a_slow_count() {
        let long = "é".repeat(3000);
        for text in [
            "",
            "\n",
            "a\nb\n\nc",
            "\n\n\n\n\n\n\n\n\n",
            "\u{feff}a\nb",
            "12345678\n1234567\n12345\u{8a}\u{10a}\n",
            "a\r\nb\rc\n\rd",
            &format!("{long}\n{long}x"),
        ] {
            let document = Document::new("a.md", text);
            let body = text.strip_prefix('\u{feff}').unwrap_or(text);
            let first = text.len() - body.len();
            let places = body.char_indices().map(|(at, _)| at).chain([body.len()]);
            let (mut line, mut column, mut before) = (1, 1, '\0');
            for at in places {
                let here = body[at..].chars().next();
                if before == '\n' || before == '\r' && here != Some('\n') {
                    (line, column) = (line + 1, 1);
                }
                let place = document.location(first + at..first + at);
                assert_eq!(
                    (place.line, place.column),
                    (line, column),
                    "{at} of {text:?}"
                );
                column += 1;
                before = here.unwrap_or_default();
            }
        }
    }
}
