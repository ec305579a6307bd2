//! Front matter: the keys and values between `---` lines at the top of a document.
//!
//! This reads the part of YAML that people write there: `key: value`, quoted text, folded text, lists in brackets or
//! on lines of their own. Maps within a value are passed over. Anchors, aliases and tags are refused, not followed, so
//! no document grows when it is read; the number of keys and of list items is bounded, and the time is linear.

use std::collections::HashSet;
use std::ops::Range;

use crate::{Code, Diagnostic, Document};

/// More keys than any front matter in earnest.
const MOST_KEYS: usize = 256;

/// More list items than any front matter in earnest.
const MOST_ITEMS: usize = 4096;

/// Longer than any key in earnest.
const LONGEST_KEY: usize = 128;

/// The keys and values of a front matter.
#[derive(Debug, Default)]
pub(crate) struct FrontMatter {
    fields: Vec<Field>,
    /// What cannot be read.
    pub(crate) diagnostics: Vec<Diagnostic>,
}

#[derive(Debug)]
struct Field {
    key: String,
    span: Range<usize>,
    value: Value,
}

#[derive(Debug)]
enum Value {
    Empty,
    Text(Scalar),
    List(Vec<Scalar>),
    Nested,
    Refused(&'static str),
}

/// A text and where it is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Scalar {
    pub(crate) text: String,
    pub(crate) span: Range<usize>,
}

impl FrontMatter {
    /// The front matter of a document; `None` when it has none.
    pub(crate) fn read(document: &Document) -> Option<FrontMatter> {
        let span = document.markdown().front_matter.clone()?;
        let mut reader = Reader {
            document,
            text: document.text(),
            items: 0,
            front_matter: FrontMatter::default(),
            known: HashSet::new(),
        };
        reader.fields(span);
        Some(reader.front_matter)
    }

    /// The keys, in the order of the text.
    pub(crate) fn keys(&self) -> impl Iterator<Item = &str> {
        self.fields.iter().map(|field| field.key.as_str())
    }

    /// Whether one of these keys is there, whatever its value. Keys are in lower case with `_`.
    pub(crate) fn has(&self, keys: &[&str]) -> bool {
        self.field(keys).is_some()
    }

    /// The text of the first of these keys that has one.
    pub(crate) fn text(&self, keys: &[&str]) -> Option<&Scalar> {
        match &self.field(keys)?.value {
            Value::Text(scalar) if !is_null(&scalar.text) => Some(scalar),
            _ => None,
        }
    }

    /// The place of the first of these keys.
    pub(crate) fn span(&self, keys: &[&str]) -> Option<Range<usize>> {
        Some(self.field(keys)?.span.clone())
    }

    /// The texts of a list, or of one text with commas. What is no list of texts is told.
    pub(crate) fn list(
        &self,
        keys: &[&str],
        document: &Document,
        diagnostics: &mut Vec<Diagnostic>,
    ) -> Vec<Scalar> {
        let Some(field) = self.field(keys) else {
            return Vec::new();
        };
        match &field.value {
            Value::Empty => Vec::new(),
            Value::List(items) => items.clone(),
            Value::Text(scalar) => split_at_commas(document.text(), scalar),
            Value::Nested | Value::Refused(_) => {
                let why = match field.value {
                    Value::Refused(why) => why,
                    _ => "it holds maps",
                };
                diagnostics.push(
                    Diagnostic::error(
                        Code::BAD_VALUE,
                        format!("`{}` is no plain list: {why}", field.key.escape_debug()),
                    )
                    .at(document.location(field.span.clone()))
                    .help(format!("write `{}: [\"a\", \"b\"]`", field.key)),
                );
                Vec::new()
            }
        }
    }

    fn field(&self, keys: &[&str]) -> Option<&Field> {
        keys.iter()
            .find_map(|key| self.fields.iter().find(|field| field.key == *key))
    }
}

fn is_null(text: &str) -> bool {
    matches!(text, "" | "~" | "null" | "Null" | "NULL")
}

fn split_at_commas(text: &str, scalar: &Scalar) -> Vec<Scalar> {
    if is_null(&scalar.text) || scalar.text.eq_ignore_ascii_case("none") || scalar.text == "-" {
        return Vec::new();
    }
    // Parts have places of their own only where the text is as written.
    let as_written = text.get(scalar.span.clone()) == Some(scalar.text.as_str());
    let mut at = 0;
    let mut parts = Vec::new();
    for part in scalar.text.split(',') {
        let start = at + (part.len() - part.trim_start().len());
        at += part.len() + 1;
        let part = part.trim();
        if !part.is_empty() && parts.len() < MOST_ITEMS {
            let start = scalar.span.start + start;
            parts.push(Scalar {
                text: part.to_owned(),
                span: if as_written {
                    start..start + part.len()
                } else {
                    scalar.span.clone()
                },
            });
        }
    }
    parts
}

struct Reader<'d> {
    document: &'d Document,
    text: &'d str,
    items: usize,
    front_matter: FrontMatter,
    known: HashSet<String>,
}

impl Reader<'_> {
    fn fields(&mut self, span: Range<usize>) {
        let mut open: Option<(Range<usize>, usize)> = None;
        let mut value_end = span.start;
        for line in lines(self.text, span) {
            let written = &self.text[line.clone()];
            let first = written.chars().next();
            let goes_on = first
                .is_none_or(|c| c.is_whitespace() || matches!(c, '#' | '-' | ']' | '}'))
                && open.is_some();
            if goes_on || written.trim().is_empty() || first == Some('#') {
                value_end = line.end;
                continue;
            }
            if let Some((key, from)) = open.take() {
                self.field(key, from..value_end);
            }
            match key_of(written) {
                Some((length, value)) => {
                    let key = line.start..line.start + length;
                    if self.front_matter.fields.len() == MOST_KEYS {
                        self.complain(
                            key,
                            format!("more than {MOST_KEYS} keys in a front matter"),
                            "move what is no property of the document into its text",
                        );
                        return;
                    }
                    open = Some((key, line.start + value));
                }
                None => self.complain(
                    line.clone(),
                    "this line of the front matter is no `key: value`".to_owned(),
                    "write `key: value`, and indent what belongs to the line before",
                ),
            }
            value_end = line.end;
        }
        if let Some((key, from)) = open {
            self.field(key, from..value_end);
        }
    }

    fn field(&mut self, key: Range<usize>, value: Range<usize>) {
        let name = self.text[key.clone()]
            .trim()
            .trim_matches(['"', '\''])
            .to_ascii_lowercase()
            .replace(['-', ' '], "_");
        if !self.known.insert(name.clone()) {
            self.complain(
                key,
                format!(
                    "`{}` stands twice in the front matter; the first one counts",
                    name.escape_debug()
                ),
                "remove one of them",
            );
            return;
        }
        let value = self.value(value);
        self.front_matter.fields.push(Field {
            key: name,
            span: key,
            value,
        });
    }

    /// At most five complaints about lines; a broken front matter is broken all over.
    fn complain(&mut self, span: Range<usize>, message: String, help: &str) {
        if self.front_matter.diagnostics.len() < 5 {
            self.front_matter.diagnostics.push(
                Diagnostic::warning(Code::UNREADABLE_BLOCK, message)
                    .at(self.document.location(span))
                    .help(help),
            );
        }
    }

    fn value(&mut self, span: Range<usize>) -> Value {
        let at = skip_blank(self.text, span.clone());
        let first_line = !self.text[span.start..at].contains('\n');
        let rest = &self.text[at..span.end];
        match rest.chars().next() {
            None => Value::Empty,
            Some('[') => self.flow_list(at + 1, span.end),
            Some('{') => Value::Nested,
            Some('&' | '*' | '!') => Value::Refused("anchors, aliases and tags are not followed"),
            Some('|' | '>') if first_line => Value::Text(folded(self.text, at..span.end, true)),
            Some('-') if !first_line && begins_item(rest) => self.block_list(at, span.end),
            Some('"' | '\'') => match quoted(self.text, at, span.end) {
                Some((scalar, _)) => Value::Text(scalar),
                None => Value::Refused("a quote is never closed"),
            },
            Some(_) if !first_line && rest.lines().next().and_then(key_of).is_some() => {
                Value::Nested
            }
            Some(_) => Value::Text(folded(self.text, at..span.end, false)),
        }
    }

    fn count_item(&mut self, span: Range<usize>) -> bool {
        self.items += 1;
        if self.items == MOST_ITEMS + 1 {
            self.complain(
                span,
                format!("more than {MOST_ITEMS} list items in a front matter"),
                "split the task, or name folders instead of files",
            );
        }
        self.items <= MOST_ITEMS
    }

    fn flow_list(&mut self, mut at: usize, end: usize) -> Value {
        let mut items = Vec::new();
        loop {
            at = skip_blank(self.text, at..end);
            let rest = &self.text[at..end];
            let scalar = match rest.chars().next() {
                None => return Value::Refused("its bracket is never closed"),
                Some(']') => return Value::List(items),
                Some(',') => {
                    at += 1;
                    continue;
                }
                Some('[' | '{') => return Value::Nested,
                Some('&' | '*' | '!') => {
                    return Value::Refused("anchors, aliases and tags are not followed");
                }
                Some('"' | '\'') => match quoted(self.text, at, end) {
                    Some((scalar, after)) => {
                        at = after;
                        scalar
                    }
                    None => return Value::Refused("a quote is never closed"),
                },
                Some(_) => {
                    let length = rest.find([',', ']', '\n', '\r']).unwrap_or(rest.len());
                    let plain = without_comment(&rest[..length]).trim_end();
                    let span = at..at + plain.len();
                    at += length;
                    Scalar {
                        text: plain.to_owned(),
                        span,
                    }
                }
            };
            if !self.count_item(scalar.span.clone()) {
                return Value::List(items);
            }
            if !is_null(&scalar.text) {
                items.push(scalar);
            }
        }
    }

    fn block_list(&mut self, at: usize, end: usize) -> Value {
        let mut items: Vec<Scalar> = Vec::new();
        let mut nested = false;
        let mut indent = None;
        for line in lines(self.text, start_of_line(self.text, at)..end) {
            let written = &self.text[line.clone()];
            let body = written.trim_start();
            let depth = written.len() - body.len();
            if !begins_item(body) || depth != *indent.get_or_insert(depth) {
                continue;
            }
            let from = skip_blank(self.text, line.start + depth + 1..line.end);
            let body = &self.text[from..line.end];
            if !self.count_item(from..line.end) {
                break;
            }
            match body.chars().next() {
                None => nested = true,
                Some('&' | '*' | '!') => {
                    return Value::Refused("anchors, aliases and tags are not followed");
                }
                Some('[' | '{') => nested = true,
                Some('"' | '\'') => match quoted(self.text, from, line.end) {
                    Some((_, after)) if self.text[after..line.end].starts_with(':') => {
                        nested = true;
                    }
                    Some((scalar, _)) => items.push(scalar),
                    None => return Value::Refused("a quote is not closed on its line"),
                },
                Some(_) if key_of(body).is_some() => nested = true,
                Some(_) => {
                    let plain = without_comment(body).trim_end();
                    items.push(Scalar {
                        text: plain.to_owned(),
                        span: from..from + plain.len(),
                    });
                }
            }
        }
        if nested {
            Value::Nested
        } else {
            Value::List(items)
        }
    }
}

/// The lines of a span without their ends.
fn lines(text: &str, span: Range<usize>) -> impl Iterator<Item = Range<usize>> {
    let mut at = span.start;
    text[span].split_inclusive('\n').map(move |line| {
        let start = at;
        at += line.len();
        start..start + line.trim_end_matches(['\n', '\r']).len()
    })
}

fn start_of_line(text: &str, at: usize) -> usize {
    text[..at].rfind('\n').map_or(0, |end| end + 1)
}

/// The length of a line's key, and where its value begins.
fn key_of(line: &str) -> Option<(usize, usize)> {
    let end = line
        .match_indices(':')
        .map(|(at, _)| at)
        .take_while(|at| *at <= LONGEST_KEY)
        .find(|at| {
            line[at + 1..]
                .chars()
                .next()
                .is_none_or(char::is_whitespace)
        })?;
    let key = line[..end].trim();
    let plain = !key.is_empty() && !key.starts_with(['[', '{', '&', '*', '!', '|', '>', '#', '`']);
    plain.then_some((end, end + 1))
}

fn begins_item(text: &str) -> bool {
    text.strip_prefix('-')
        .is_some_and(|rest| rest.is_empty() || rest.starts_with([' ', '\t', '\n', '\r']))
}

/// Behind white space, line ends and comments.
fn skip_blank(text: &str, span: Range<usize>) -> usize {
    let mut at = span.start;
    loop {
        let rest = &text[at..span.end];
        at += rest.len() - rest.trim_start().len();
        let rest = &text[at..span.end];
        // A mark counts only behind a gap; a value begins behind one anyway.
        if !rest.starts_with('#') {
            return at;
        }
        at += rest.find('\n').unwrap_or(rest.len());
    }
}

fn without_comment(text: &str) -> &str {
    text.find(" #")
        .or_else(|| text.find("\t#"))
        .map_or(text, |at| &text[..at])
}

/// Text over one or more lines; its line ends become gaps. Of a block text the first line is only a mark.
fn folded(text: &str, span: Range<usize>, block: bool) -> Scalar {
    let mut out = String::new();
    let mut place: Option<Range<usize>> = None;
    for line in lines(text, span.clone()).skip(usize::from(block)) {
        let written = &text[line.clone()];
        let body = if block {
            written.trim()
        } else {
            without_comment(written).trim()
        };
        if body.is_empty() || !block && body.starts_with('#') {
            continue;
        }
        let start = line.start + (written.len() - written.trim_start().len());
        match &mut place {
            Some(place) => place.end = start + body.len(),
            None => place = Some(start..start + body.len()),
        }
        if !out.is_empty() {
            out.push(' ');
        }
        out.push_str(body);
    }
    Scalar {
        text: out,
        span: place.unwrap_or(span.start..span.start),
    }
}

/// A quoted text at a place, and what is behind it; its span is without the quotes.
fn quoted(text: &str, at: usize, end: usize) -> Option<(Scalar, usize)> {
    let mark = text[at..end].chars().next()?;
    let start = at + 1;
    let mut out = String::new();
    let mut characters = text[start..end].char_indices().peekable();
    while let Some((offset, c)) = characters.next() {
        match c {
            '\\' if mark == '"' => match characters.next()?.1 {
                c @ ('"' | '\\' | '/') => out.push(c),
                'n' | 't' | 'r' => out.push(' '),
                c => out.extend(['\\', c]),
            },
            '\'' if mark == '\'' && characters.peek().is_some_and(|next| next.1 == '\'') => {
                characters.next();
                out.push('\'');
            }
            c if c == mark => {
                let scalar = Scalar {
                    text: out.split_whitespace().collect::<Vec<_>>().join(" "),
                    span: start..start + offset,
                };
                return Some((scalar, start + offset + 1));
            }
            c => out.push(c),
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(body: &str) -> FrontMatter {
        let document = Document::new("a.md", format!("---\n{body}\n---\n# A\n"));
        FrontMatter::read(&document).expect("a front matter")
    }

    fn texts(body: &str, key: &str) -> Result<Vec<String>, String> {
        let document = Document::new("a.md", format!("---\n{body}\n---\n# A\n"));
        let front_matter = FrontMatter::read(&document).expect("a front matter");
        let mut diagnostics = Vec::new();
        let list = front_matter.list(&[key], &document, &mut diagnostics);
        match diagnostics.first() {
            Some(diagnostic) => Err(diagnostic.message.clone()),
            None => Ok(list.into_iter().map(|scalar| scalar.text).collect()),
        }
    }

    #[test]
    fn values_in_every_form() {
        for (body, expected) in [
            ("a: 01", Some("01")),
            ("a: 'it''s' # why", Some("it's")),
            ("a: \"x \\\"y\\\"\"", Some("x \"y\"")),
            ("a: x #1 y", Some("x")),
            ("a: x#1: y", Some("x#1: y")),
            ("a: >-\n  one\n  two", Some("one two")),
            ("a:\n  one\n  two", Some("one two")),
            ("a: one\n  two # c", Some("one two")),
            ("\"A\": x", Some("x")),
            ("a: null", None),
            ("a: &b x", None),
            ("a: !!python/object x", None),
            ("a: *b", None),
            ("a: {b: c}", None),
            ("a:\n  b: c", None),
            ("a:", None),
        ] {
            let found = read(body);
            assert_eq!(
                found.text(&["a"]).map(|scalar| scalar.text.as_str()),
                expected,
                "{body}"
            );
        }
    }

    #[test]
    fn lists_in_every_form() {
        for (body, expected) in [
            ("a: []", Ok(vec![])),
            ("a: none", Ok(vec![])),
            ("a: x-1, x-2", Ok(vec!["x-1", "x-2"])),
            ("a: [\"x, y\", 'z' , 1.2]", Ok(vec!["x, y", "z", "1.2"])),
            ("a: [\n  x, # c\n  y,\n]\nb: c", Ok(vec!["x", "y"])),
            ("a:\n  - x # c\n  # c\n  - \"y\"\n", Ok(vec!["x", "y"])),
            ("a:\n- x\n- y\nb: c", Ok(vec!["x", "y"])),
            (
                "a: [x",
                Err("`a` is no plain list: its bracket is never closed"),
            ),
            (
                "a:\n  - *x",
                Err("`a` is no plain list: anchors, aliases and tags are not followed"),
            ),
            (
                "a:\n  - b: c\n    d: e",
                Err("`a` is no plain list: it holds maps"),
            ),
        ] {
            let found = texts(body, "a");
            let found = found.as_ref().map(|texts| texts.iter().collect::<Vec<_>>());
            let expected = expected.map(|texts| texts.into_iter().map(str::to_owned).collect());
            let expected: Result<Vec<String>, &str> = expected;
            assert_eq!(
                found.map_err(String::as_str),
                expected
                    .as_ref()
                    .map(|texts| texts.iter().collect())
                    .map_err(|e| *e),
                "{body}"
            );
        }
    }

    #[test]
    fn bombs_are_bounded() {
        let many: String = (0..100_000).map(|n| format!("k{n}: 1\n")).collect();
        let found = read(&many);
        assert_eq!(
            (found.fields.len(), found.diagnostics.len()),
            (MOST_KEYS, 1)
        );
        let items = texts(&format!("a: [{}]", "x,".repeat(100_000)), "a");
        assert_eq!(items.map(|items| items.len()), Ok(MOST_ITEMS));
        let depth = format!("a: {}", "[".repeat(100_000));
        assert!(texts(&depth, "a").is_err());
        assert_eq!(read("a: 1\na: 2\nnonsense").diagnostics.len(), 2);
    }
}
