//! JSON and JSON Lines with a place for every value and key.
//!
//! Made for documents that people edit: it reads on after what can be read in one way only (a comment, a comma too many or
//! too few, single quotes, a bare word, a bracket left out) and tells all of it, so that a plan is shown whole
//! with all that is wrong in it. A text without problems is JSON by the letter (RFC 8259), or several such values on lines of
//! their own.
//!
//! Linear in the length of the text. Depth is bounded by [`MOST_DEPTH`], and what reads the text keeps its own stack.

mod literals;
mod open;
mod problem;
mod reader;
mod strings;
#[cfg(test)]
mod tests;

use std::ops::Range;

use crate::{Diagnostic, Document};

pub(crate) use problem::Problem;

/// Values inside values. A list of tasks needs ten of them; the bound is that of `serde_json`.
pub(crate) const MOST_DEPTH: usize = 127;

/// What a text holds.
#[derive(Debug, Default)]
pub(crate) struct Json {
    /// The values: one in JSON, any number in JSON Lines.
    pub(crate) roots: Vec<Value>,
    /// What breaks the rules of JSON, and keys that occur twice, in the order of the text.
    pub(crate) problems: Vec<Problem>,
}

impl Json {
    /// Reads a text.
    pub(crate) fn read(text: &str) -> Json {
        reader::Reader::new(text).read()
    }

    /// The problems, as complaints about a document.
    pub(crate) fn report(&self, document: &Document, diagnostics: &mut Vec<Diagnostic>) {
        diagnostics.extend(
            self.problems
                .iter()
                .map(|problem| problem.diagnostic(document)),
        );
    }
}

/// A value and its place.
#[derive(Debug)]
pub(crate) struct Value {
    pub(crate) kind: Kind,
    pub(crate) span: Range<usize>,
}

/// What a value is.
#[derive(Debug)]
pub(crate) enum Kind {
    Null,
    Bool(bool),
    /// As written: `1.10` is not `1.1`.
    Number(Box<str>),
    String(Box<str>),
    Array(Vec<Value>),
    Object(Vec<Member>),
}

/// A key of an object with its value. Repeated keys are all kept.
#[derive(Debug)]
pub(crate) struct Member {
    pub(crate) key: Box<str>,
    /// With the quotes.
    pub(crate) key_span: Range<usize>,
    pub(crate) value: Value,
}

impl Value {
    /// The value of a key. Of a repeated key the last one counts, as in other readers of JSON.
    pub(crate) fn get(&self, key: &str) -> Option<&Value> {
        let member = self
            .members()
            .iter()
            .rev()
            .find(|member| &*member.key == key);
        member.map(|member| &member.value)
    }

    /// The members of an object; none for another value.
    pub(crate) fn members(&self) -> &[Member] {
        match &self.kind {
            Kind::Object(members) => members,
            _ => &[],
        }
    }

    /// The items of an array; none for another value.
    pub(crate) fn items(&self) -> &[Value] {
        match &self.kind {
            Kind::Array(items) => items,
            _ => &[],
        }
    }

    /// The text of a string.
    pub(crate) fn text(&self) -> Option<&str> {
        match &self.kind {
            Kind::String(text) => Some(text),
            _ => None,
        }
    }

    /// The text of a string or of a number, as ids are written.
    pub(crate) fn name(&self) -> Option<&str> {
        match &self.kind {
            Kind::String(text) | Kind::Number(text) => Some(text.trim()),
            _ => None,
        }
    }

    pub(crate) fn is_object(&self) -> bool {
        matches!(self.kind, Kind::Object(_))
    }

    pub(crate) fn is_array(&self) -> bool {
        matches!(self.kind, Kind::Array(_))
    }

    /// What kind of value it is, for messages: `a number`.
    pub(crate) fn what(&self) -> &'static str {
        match self.kind {
            Kind::Null => "null",
            Kind::Bool(_) => "true or false",
            Kind::Number(_) => "a number",
            Kind::String(_) => "a string",
            Kind::Array(_) => "a list",
            Kind::Object(_) => "an object",
        }
    }
}

/// Whether a text is meant as JSON, by its first signs. Markdown may begin with a link `[a](b)`, a checkbox or a
/// placeholder `{{name}}`; JSON that holds objects begins with none of these.
pub(crate) fn is_json(text: &str) -> bool {
    let rest = after_comments(text.trim_start_matches('\u{feff}'));
    let inside = |open: char| {
        let rest = rest.strip_prefix(open)?;
        Some(after_comments(rest))
    };
    if let Some(rest) = inside('{') {
        let word = rest.trim_start_matches(|c: char| c.is_alphanumeric() || matches!(c, '_' | '-'));
        let bare_key = word.len() < rest.len() && word.trim_start().starts_with(':');
        return rest.starts_with(['"', '\'', '}']) || bare_key || rest.is_empty();
    }
    if let Some(rest) = inside('[') {
        let linked = rest
            .find(']')
            .is_some_and(|end| rest[end + 1..].starts_with(['(', '[', ':']));
        let closed = rest.strip_prefix(']');
        let empty = closed.is_some_and(|rest| rest.trim().is_empty());
        let inner = rest.trim_start_matches(|c: char| c == '[' || c.is_whitespace());
        return empty || (inner.starts_with(['{', '"']) && !linked);
    }
    false
}

/// A text without white space and comments at its start.
fn after_comments(mut text: &str) -> &str {
    loop {
        text = text.trim_start();
        if let Some(comment) = text.strip_prefix("//") {
            text = comment.find('\n').map_or("", |end| &comment[end..]);
        } else if let Some(comment) = text.strip_prefix("/*") {
            text = comment.find("*/").map_or("", |end| &comment[end + 2..]);
        } else {
            return text;
        }
    }
}
