//! Lists in brackets and maps in braces: `[T1, T2]`, `{id: T1, after: [T2]}`, over as many lines as they take.

use std::ops::Range;

use super::{empty, plain, unquoted};
use crate::json::{Kind, MOST_DEPTH, Member, Value};

/// A list or a map that may go on in the lines below.
#[derive(Debug)]
pub(super) struct Flow {
    /// How far the line is indented that it begins on.
    pub(super) indent: usize,
    start: usize,
    /// The text, with as many spaces between its lines as there are bytes between them in the document.
    text: String,
    depth: usize,
    quote: Option<char>,
}

impl Flow {
    /// Begins one at a text that begins with a bracket or a brace.
    pub(super) fn new(indent: usize, start: usize, text: &str) -> Flow {
        let mut flow = Flow {
            indent,
            start,
            text: String::new(),
            depth: 0,
            quote: None,
        };
        flow.add(start, text);
        flow
    }

    /// Takes up a line without what is before it.
    pub(super) fn add(&mut self, start: usize, line: &str) {
        let gap = start.saturating_sub(self.start + self.text.len());
        self.text.extend(std::iter::repeat_n(' ', gap));
        let mut last = ' ';
        for (at, c) in line.char_indices() {
            match c {
                '\\' if self.quote == Some('"') && last == '\\' => {
                    last = ' ';
                    continue;
                }
                _ if Some(c) == self.quote && last != '\\' => self.quote = None,
                _ if self.quote.is_some() => {}
                '"' | '\'' if matches!(last, ' ' | '[' | '{' | ',' | ':') => self.quote = Some(c),
                '#' if last == ' ' => {
                    self.text.push_str(line[..at].trim_end());
                    return;
                }
                '[' | '{' => self.depth += 1,
                ']' | '}' => {
                    self.depth = self.depth.saturating_sub(1);
                    if self.depth == 0 {
                        self.text.push_str(&line[..=at]);
                        return;
                    }
                }
                _ => {}
            }
            last = c;
        }
        self.text.push_str(line);
    }

    pub(super) fn is_closed(&self) -> bool {
        self.depth == 0
    }

    /// Where it begins.
    pub(super) fn place(&self) -> Range<usize> {
        self.start..self.start + 1
    }

    /// Where its text ends.
    pub(super) fn end(&self) -> usize {
        self.start + self.text.len()
    }

    /// What stands behind it on the line that it begins on; `None` where it goes on in the lines below.
    pub(super) fn behind<'l>(&self, line: &'l str) -> Option<&'l str> {
        self.is_closed().then(|| &line[self.text.len()..])
    }

    /// What it holds, as far as it goes.
    pub(super) fn value(&self) -> Option<Value> {
        Parser {
            text: &self.text,
            base: self.start,
            open: Vec::new(),
            root: None,
        }
        .read()
    }
}

struct Parser<'t> {
    text: &'t str,
    base: usize,
    open: Vec<Open>,
    root: Option<Value>,
}

/// A list or a map that is still open.
struct Open {
    start: usize,
    inside: Inside,
}

enum Inside {
    List(Vec<Value>),
    Map {
        members: Vec<Member>,
        key: Option<(Box<str>, Range<usize>)>,
    },
}

impl Parser<'_> {
    fn read(mut self) -> Option<Value> {
        let mut from = 0;
        // Whether more than blanks stands between `from` and here: looked up once for each character, not from `from` again.
        let mut is_begun = false;
        let mut quote = None;
        let mut is_escaped = false;
        for (at, c) in self.text.char_indices() {
            if let Some(open) = quote {
                if c == open && !is_escaped {
                    quote = None;
                }
                is_escaped = open == '"' && c == '\\' && !is_escaped;
                continue;
            }
            let next = at + c.len_utf8();
            let was_begun = is_begun;
            is_begun |= !c.is_whitespace();
            match c {
                '"' | '\'' if !was_begun => quote = Some(c),
                '[' | '{' if !was_begun => {
                    if self.open.len() == MOST_DEPTH {
                        return self.root;
                    }
                    let inside = match c {
                        '[' => Inside::List(Vec::new()),
                        _ => Inside::Map {
                            members: Vec::new(),
                            key: None,
                        },
                    };
                    self.open.push(Open { start: at, inside });
                    (from, is_begun) = (next, false);
                }
                ',' => {
                    self.scalar(from..at);
                    self.end_member();
                    (from, is_begun) = (next, false);
                }
                ']' | '}' => {
                    self.scalar(from..at);
                    self.end_member();
                    self.close(next);
                    (from, is_begun) = (next, false);
                }
                ':' if was_begun && self.is_key(from..at, next) => {
                    let written = &self.text[from..at];
                    let start = from + written.len() - written.trim_start().len();
                    let span = self.base + start..self.base + start + written.trim().len();
                    let name = unquoted(written).into();
                    if let Some(Inside::Map { key, .. }) =
                        self.open.last_mut().map(|open| &mut open.inside)
                    {
                        *key = Some((name, span));
                    }
                    (from, is_begun) = (next, false);
                }
                _ => {}
            }
        }
        let end = self.text.len();
        self.scalar(from..end);
        while !self.open.is_empty() {
            self.end_member();
            self.close(end);
        }
        self.root
    }

    /// Whether a colon makes the text before it a key.
    fn is_key(&self, before: Range<usize>, next: usize) -> bool {
        let is_open = matches!(
            self.open.last().map(|open| &open.inside),
            Some(Inside::Map { key: None, .. })
        );
        let rest = &self.text[next..];
        // Only the blanks right before this colon are gone over: another colon has others.
        is_open
            && (rest.is_empty()
                || rest.starts_with([' ', ',', '}', '['])
                || self.text[before].trim_end().ends_with('"'))
    }

    fn scalar(&mut self, place: Range<usize>) {
        if let Some(value) = plain(&self.text[place.clone()], self.base + place.start) {
            self.give(value);
        }
    }

    fn give(&mut self, value: Value) {
        match self.open.last_mut().map(|open| &mut open.inside) {
            Some(Inside::List(items)) => items.push(value),
            Some(Inside::Map { members, key }) => {
                if let Some((key, key_span)) = key.take() {
                    members.push(Member {
                        key,
                        key_span,
                        value,
                    });
                }
            }
            None => self.root = self.root.take().or(Some(value)),
        }
    }

    /// A key that has no value by now has none.
    fn end_member(&mut self) {
        if let Some(Inside::Map { members, key }) =
            self.open.last_mut().map(|open| &mut open.inside)
        {
            members.extend(key.take().map(|(key, span)| empty(key, span)));
        }
    }

    fn close(&mut self, end: usize) {
        let Some(open) = self.open.pop() else { return };
        let kind = match open.inside {
            Inside::List(items) => Kind::Array(items),
            Inside::Map { members, .. } => Kind::Object(members),
        };
        let span = self.base + open.start..self.base + end;
        self.give(Value { kind, span });
    }
}
