//! A document: its name, its text, and where its lines are.

use std::borrow::Cow;
use std::fmt;
use std::ops::Range;
use std::sync::{Arc, OnceLock};

use crate::json::{Json, is_json};
use crate::line_ends::with_line_feeds;
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

    /// The place of a span of bytes. A span beyond the end is cut off there, and one that ends within a character behind it.
    ///
    /// # Complexity
    ///
    /// O(1), after one pass over the text for the first call.
    pub fn location(&self, mut span: Range<usize>) -> Location {
        let text = &self.inner.text;
        while span.end < text.len() && !text.is_char_boundary(span.end) {
            span.end += 1;
        }
        let (line, column) = self.lines().line_and_column(&self.inner.text, span.start);
        Location {
            file: Arc::clone(&self.inner.name),
            span,
            line,
            column,
        }
    }

    fn lines(&self) -> &LineIndex {
        self.inner
            .lines
            .get_or_init(|| LineIndex::new(&self.inner.text))
    }

    /// A piece of the text, or what is made of some, with lines that end in a line feed alone.
    pub(crate) fn with_line_feeds<'t>(&self, piece: impl Into<Cow<'t, str>>) -> String {
        let piece = piece.into();
        // Few documents have other line ends, and one look at the whole tells of all pieces.
        if self.lines().returns {
            with_line_feeds(&piece)
        } else {
            piece.into_owned()
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

/// How many lines have ended before every `STEP`th byte; what is between is counted when a place is asked for, of which there
/// are fewer than lines.
struct LineIndex {
    ended: Vec<usize>,
    /// Whether a carriage return may end a line too.
    returns: bool,
    /// What is found for places far down a line, which few documents have: counted when the first is asked for.
    far: OnceLock<Vec<Far>>,
}

/// What is so right before every `STEP`th byte, so that the column on a line of any length is found in constant time.
#[derive(Clone, Copy)]
struct Far {
    /// Where the line starts.
    start: usize,
    /// How many characters there are before.
    characters: usize,
}

/// So small that a byte holds how many lines end within a step, which lets the compiler count many bytes at once.
const STEP: usize = 64;
/// The places of the bytes of a step, in bytes too, so that many are compared at once.
static PLACES: [u8; STEP] = {
    let mut places = [0; STEP];
    let mut at = 0;
    while at < STEP {
        places[at] = at as u8;
        at += 1;
    }
    places
};

/// How far down a line it is cheaper to look back for its start and to count its characters than to do so for the whole text.
const NEAR: usize = 16 * STEP;

impl LineIndex {
    fn new(text: &str) -> LineIndex {
        let bytes = text.as_bytes();
        let mut index = LineIndex {
            ended: Vec::with_capacity(bytes.len() / STEP + 1),
            returns: memchr::memchr(b'\r', bytes).is_some(),
            far: OnceLock::new(),
        };
        let mut ended = 0;
        index.ended.push(ended);
        for step in 1..=bytes.len() / STEP {
            ended += index.ends_in(bytes, (step - 1) * STEP..step * STEP);
            index.ended.push(ended);
        }
        index
    }

    /// How many lines end within a span of no more than `STEP` bytes.
    fn ends_in(&self, bytes: &[u8], span: Range<usize>) -> usize {
        if self.returns {
            return span.filter(|&at| is_end(bytes, at)).count();
        }
        let (length, is_feed) = (span.len() as u8, |byte: &u8| u8::from(*byte == b'\n'));
        let count: u8 = match bytes[span.start..].first_chunk::<STEP>() {
            Some(step) if span.len() == STEP => step.iter().map(is_feed).sum(),
            // All of the step is looked at, whatever the length: that needs no branch.
            Some(step) => {
                let within = |at: &u8| u8::from(*at < length);
                let feeds = step.iter().zip(&PLACES);
                feeds.map(|(byte, at)| is_feed(byte) & within(at)).sum()
            }
            None => bytes[span].iter().map(is_feed).sum(),
        };
        usize::from(count)
    }

    /// Where the line of a place starts, if not before `from`.
    fn start_since(&self, bytes: &[u8], from: usize, at: usize) -> Option<usize> {
        let end = if self.returns {
            (from..at).rev().find(|&at| is_end(bytes, at))
        } else {
            memchr::memrchr(b'\n', &bytes[from..at]).map(|end| from + end)
        };
        Some(end? + 1)
    }

    fn line_and_column(&self, text: &str, at: usize) -> (usize, usize) {
        let bytes = text.as_bytes();
        let at = at.min(bytes.len());
        let step = at / STEP;
        let ended = self.ended[step] + self.ends_in(bytes, step * STEP..at);
        let near = at.saturating_sub(NEAR);
        let before = match self.start_since(bytes, near, at) {
            Some(start) => characters(&bytes[start..at]),
            None if near == 0 => characters(&bytes[first_line(text).min(at)..at]),
            None => self.characters_far_down(text, at),
        };
        (ended + 1, before + 1)
    }

    /// How many characters of its line there are before a place.
    fn characters_far_down(&self, text: &str, at: usize) -> usize {
        let bytes = text.as_bytes();
        let far = self.far.get_or_init(|| {
            let mut so = Far {
                start: first_line(text),
                characters: 0,
            };
            let mut from = 0;
            let steps = bytes.chunks(STEP).map(|chunk| {
                let before = so;
                let to = from + chunk.len();
                so.start = self.start_since(bytes, from, to).unwrap_or(so.start);
                so.characters += characters(chunk);
                from = to;
                before
            });
            steps.collect()
        });
        let before = |at: usize| {
            // A place at the very end may be behind the last step.
            let step = (at / STEP).min(far.len() - 1);
            far[step].characters + characters(&bytes[step * STEP..at])
        };
        let step = (at / STEP).min(far.len() - 1);
        before(at) - before(far[step].start)
    }
}

/// Where the first line starts: a byte order mark is no part of it.
fn first_line(text: &str) -> usize {
    if text.starts_with('\u{feff}') { 3 } else { 0 }
}

/// Whether a line ends right behind a byte. A line feed behind a carriage return is a part of the same end.
fn is_end(bytes: &[u8], at: usize) -> bool {
    match bytes[at] {
        b'\n' => true,
        b'\r' => bytes.get(at + 1) != Some(&b'\n'),
        _ => false,
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
