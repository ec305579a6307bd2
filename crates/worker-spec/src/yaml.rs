//! The part of YAML in which people write lists of tasks, with a place for every value and key.
//!
//! Maps and lists by indentation, lists in brackets, quoted and plain text, text in blocks (`|`, `>`), comments. What it holds is
//! given as [`Value`]s, so that whoever reads tasks in JSON reads these too. What cannot be read is passed over: the text around is
//! Markdown that is read anyhow. Linear in the length of the text, and no recursion.

use std::ops::Range;

use crate::json::{Kind, MOST_DEPTH, Member, Value};

/// Reads lines, each with its place in the document. `None` where they hold no map and no list.
pub(crate) fn read<'t>(lines: impl Iterator<Item = (usize, &'t str)>) -> Option<Value> {
    let mut reader = Reader::default();
    for (start, line) in lines {
        reader.line(start, line.trim_end());
    }
    reader.finish()
}

/// The lines of a part of a text, each with its place.
pub(crate) fn lines(text: &str, part: Range<usize>) -> impl Iterator<Item = (usize, &str)> {
    let base = text.as_ptr() as usize;
    let lines = text[part].lines();
    lines.map(move |line| (line.as_ptr() as usize - base, line))
}

/// A map or a list that is still open.
#[derive(Debug)]
struct Open {
    indent: usize,
    start: usize,
    inside: Inside,
}

#[derive(Debug)]
enum Inside {
    List(Vec<Value>),
    Map {
        members: Vec<Member>,
        key: Option<(Box<str>, Range<usize>)>,
    },
}

/// A text over several lines: those that are indented deeper than its key.
#[derive(Debug)]
struct TextBlock {
    indent: usize,
    text: String,
    span: Option<Range<usize>>,
}

#[derive(Debug, Default)]
struct Reader {
    open: Vec<Open>,
    block: Option<TextBlock>,
    root: Option<Value>,
    end: usize,
}

impl Reader {
    fn line(&mut self, start: usize, line: &str) {
        let content = line.trim_start_matches([' ', '\t']);
        let indent = line.len() - content.len();
        if let Some(block) = &mut self.block {
            if content.is_empty() || indent > block.indent {
                block.add(content, start + indent);
                return;
            }
            self.end_block();
        }
        if content.is_empty() || content.starts_with('#') || matches!(content, "---" | "...") {
            return;
        }
        self.content(start + indent, content, indent);
        self.end = start + line.len();
    }

    /// Reads what stands at an indentation: the marks of lists before it indent it further.
    fn content(&mut self, mut at: usize, mut content: &str, mut indent: usize) {
        while let Some(rest) = content.strip_prefix('-') {
            if !rest.is_empty() && !rest.starts_with(' ') {
                break;
            }
            self.item(at, indent);
            let inner = rest.trim_start();
            let deeper = content.len() - inner.len();
            (at, content, indent) = (at + deeper, inner, indent + deeper);
            if content.is_empty() {
                return;
            }
        }
        let Some((key, value)) = key_of(content) else {
            if let Some(scalar) = scalar(content, at) {
                self.give(scalar);
            }
            return;
        };
        self.key(key, at, indent);
        let rest = &content[value..];
        let inner = rest.trim_start();
        let at = at + value + rest.len() - inner.len();
        if inner.starts_with(['|', '>']) && inner.len() <= 3 {
            self.block = Some(TextBlock {
                indent,
                text: String::new(),
                span: None,
            });
        } else if let Some(scalar) = scalar(inner, at) {
            self.give(scalar);
        }
    }

    /// Begins the next item of a list.
    fn item(&mut self, at: usize, indent: usize) {
        while let Some(open) = self.open.last() {
            let is_over = open.indent > indent
                || open.indent == indent && matches!(open.inside, Inside::Map { key: None, .. });
            if !is_over {
                break;
            }
            self.close();
        }
        let is_list = |open: &Open| open.indent == indent && matches!(open.inside, Inside::List(_));
        if !self.open.last().is_some_and(is_list) {
            self.begin(indent, at, Inside::List(Vec::new()));
        }
    }

    /// Begins the next member of a map.
    fn key(&mut self, key: &str, at: usize, indent: usize) {
        while let Some(open) = self.open.last() {
            let is_list = matches!(open.inside, Inside::List(_));
            if open.indent < indent || open.indent == indent && !is_list {
                break;
            }
            self.close();
        }
        let is_map = |open: &Open| open.indent == indent && !matches!(open.inside, Inside::List(_));
        if !self.open.last().is_some_and(is_map) {
            let inside = Inside::Map {
                members: Vec::new(),
                key: None,
            };
            self.begin(indent, at, inside);
        }
        let span = at..at + key.len();
        if let Some(Open {
            inside: Inside::Map { members, key: open },
            ..
        }) = self.open.last_mut()
        {
            let name = unquoted(key).into();
            if let Some((key, key_span)) = open.replace((name, span)) {
                members.push(empty(key, key_span));
            }
        }
    }

    fn begin(&mut self, indent: usize, start: usize, inside: Inside) {
        // What stands deeper than this is no list of tasks.
        if self.open.len() < MOST_DEPTH {
            self.open.push(Open {
                indent,
                start,
                inside,
            });
        }
    }

    /// Gives a value to what is open: a list takes every one, a map one for each key.
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
            None => {}
        }
    }

    fn close(&mut self) {
        let Some(open) = self.open.pop() else { return };
        let kind = match open.inside {
            Inside::List(items) => Kind::Array(items),
            Inside::Map { mut members, key } => {
                members.extend(key.map(|(key, span)| empty(key, span)));
                Kind::Object(members)
            }
        };
        let value = Value {
            kind,
            span: open.start..self.end.max(open.start),
        };
        match self.open.is_empty() {
            true => self.root = self.root.take().or(Some(value)),
            false => self.give(value),
        }
    }

    fn end_block(&mut self) {
        if let Some(block) = self.block.take()
            && let Some(span) = block.span
        {
            self.end = span.end;
            self.give(Value {
                kind: Kind::String(block.text.trim_end().into()),
                span,
            });
        }
    }

    fn finish(mut self) -> Option<Value> {
        self.end_block();
        while !self.open.is_empty() {
            self.close();
        }
        self.root
    }
}

impl TextBlock {
    fn add(&mut self, content: &str, start: usize) {
        if !self.text.is_empty() {
            self.text.push('\n');
        }
        self.text.push_str(content);
        let end = start + content.len();
        let from = self.span.as_ref().map_or(start, |span| span.start);
        self.span = Some(from..end);
    }
}

/// A key without a value.
fn empty(key: Box<str>, key_span: Range<usize>) -> Member {
    let value = Value {
        kind: Kind::Null,
        span: key_span.clone(),
    };
    Member {
        key,
        key_span,
        value,
    }
}

/// The key that a line begins with, and where its value does.
fn key_of(content: &str) -> Option<(&str, usize)> {
    let quote = content.chars().next().filter(|c| matches!(c, '"' | '\''));
    let from = match quote {
        Some(quote) => 1 + content[1..].find(quote)? + 1,
        None if content.starts_with(['[', '{', '&', '*', '!', '|', '>', '%', '@', '`']) => {
            return None;
        }
        None => 0,
    };
    for (at, _) in content[from..].match_indices(':') {
        let at = from + at;
        let rest = &content[at + 1..];
        if rest.is_empty() || rest.starts_with([' ', '\t']) {
            return Some((&content[..at], at + 1));
        }
        if quote.is_some() {
            return None;
        }
    }
    None
}

/// A value on one line; `None` where there is none.
fn scalar(text: &str, start: usize) -> Option<Value> {
    let text = without_comment(text);
    if text.is_empty() {
        return None;
    }
    let span = start..start + text.len();
    if let Some(inner) = text
        .strip_prefix('[')
        .and_then(|rest| rest.strip_suffix(']'))
    {
        let items = pieces(inner).filter_map(|(at, piece)| plain(piece, start + 1 + at));
        return Some(Value {
            kind: Kind::Array(items.collect()),
            span,
        });
    }
    plain(text, start)
}

fn plain(text: &str, start: usize) -> Option<Value> {
    let bare = text.trim();
    let start = start + (text.len() - text.trim_start().len());
    let span = start..start + bare.len();
    let kind = match bare {
        "" => return None,
        "~" | "null" => Kind::Null,
        "true" | "yes" => Kind::Bool(true),
        "false" | "no" => Kind::Bool(false),
        _ if is_number(bare) => Kind::Number(bare.into()),
        _ => Kind::String(unquoted(bare).into()),
    };
    Some(Value { kind, span })
}

/// The parts of a list in brackets; commas in quotes do not separate.
fn pieces(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut quote = None;
    let mut at = 0;
    text.split_inclusive(move |c| {
        match quote {
            Some(open) if c == open => quote = None,
            None if matches!(c, '"' | '\'') => quote = Some(c),
            _ => {}
        }
        quote.is_none() && c == ','
    })
    .map(move |piece| {
        let start = at;
        at += piece.len();
        (start, piece.trim_end_matches(','))
    })
}

fn is_number(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    digits.starts_with(|c: char| c.is_ascii_digit())
        && digits
            .bytes()
            .all(|byte| byte.is_ascii_digit() || byte == b'.')
        && digits.matches('.').count() < 2
}

fn unquoted(text: &str) -> &str {
    let text = text.trim();
    for quote in ['"', '\''] {
        if let Some(inner) = text
            .strip_prefix(quote)
            .and_then(|rest| rest.strip_suffix(quote))
        {
            return inner;
        }
    }
    text
}

/// A value without the comment behind it.
fn without_comment(text: &str) -> &str {
    let quote = text.chars().next().filter(|c| matches!(c, '"' | '\''));
    let from = quote.map_or(0, |quote| {
        text[1..].find(quote).map_or(0, |close| close + 2)
    });
    let comment = text[from..].find(" #").map(|at| from + at);
    text[..comment.unwrap_or(text.len())].trim_end()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A value in one line.
    fn shown(value: &Value) -> String {
        match &value.kind {
            Kind::Null => "null".to_owned(),
            Kind::Bool(flag) => flag.to_string(),
            Kind::Number(number) => number.to_string(),
            Kind::String(text) => format!("{text:?}"),
            Kind::Array(items) => {
                format!(
                    "[{}]",
                    items.iter().map(shown).collect::<Vec<_>>().join(",")
                )
            }
            Kind::Object(members) => {
                let member = |member: &Member| format!("{}:{}", member.key, shown(&member.value));
                format!(
                    "{{{}}}",
                    members.iter().map(member).collect::<Vec<_>>().join(",")
                )
            }
        }
    }

    #[test]
    fn maps_and_lists() {
        for (text, expected) in [
            ("a: 1\nb: x y # why\n", r#"{a:1,b:"x y"}"#),
            ("- 1\n- 'a, b'\n-\n  - c\n", r#"[1,"a, b",["c"]]"#),
            (
                "t:\n- id: A\n  on: [B, 'C']\n- id: B\n",
                r#"{t:[{id:"A",on:["B","C"]},{id:"B"}]}"#,
            ),
            (
                "t:\n  - id: A\n    on:\n      - B\n      - C\n    x:\n  - id: B\nz: 1",
                r#"{t:[{id:"A",on:["B","C"],x:null},{id:"B"}],z:1}"#,
            ),
            (
                "a: |\n  one\n  two: 2\nb: true",
                r#"{a:"one\ntwo: 2",b:true}"#,
            ),
            (
                "url: http://x.y/z\n\"k\": ~",
                r#"{url:"http://x.y/z",k:null}"#,
            ),
        ] {
            let value = read(lines(text, 0..text.len()));
            assert_eq!(
                value.as_ref().map(shown).as_deref(),
                Some(expected),
                "{text}"
            );
        }
        assert!(read(lines("just words\n", 0..11)).is_none());
    }

    #[test]
    fn values_have_places() {
        let text = "tasks:\n  - id: \"T1\"\n    after: [T2,  T3]\n";
        let value = read(lines(text, 0..text.len())).unwrap();
        let task = &value.get("tasks").unwrap().items()[0];
        assert_eq!(&text[task.get("id").unwrap().span.clone()], "\"T1\"");
        let after = task.get("after").unwrap().items();
        assert_eq!(&text[after[1].span.clone()], "T3");
    }
}
