//! The part of YAML in which people write lists of tasks, with a place for every value and key.
//!
//! Maps and lists by indentation, lists in brackets and maps in braces, quoted and plain text, text in blocks (`|`, `>`), comments.
//! What it holds is given as [`Value`]s, so that whoever reads tasks in JSON reads these too. A bracket that is left open is told;
//! what else cannot be read is passed over: the text around is Markdown that is read anyhow. Linear in the length of the text, and
//! no recursion.

mod flow;

use std::borrow::Cow;
use std::ops::Range;

use self::flow::Flow;
use crate::json::{Kind, MOST_DEPTH, Member, Problem, Value};

/// Reads lines, each with its place in the document. `None` where they hold no map and no list. What is left open goes to
/// `problems`.
pub(crate) fn read<'t>(
    lines: impl Iterator<Item = (usize, &'t str)>,
    problems: &mut Vec<Problem>,
) -> Option<Value> {
    let mut reader = Reader::default();
    for (start, line) in lines {
        reader.line(start, line.trim_end());
    }
    reader.end_flow();
    problems.append(&mut reader.problems);
    reader.finish()
}

/// The lines of a part of a text, each with its place.
pub(crate) fn lines(text: &str, part: Range<usize>) -> impl Iterator<Item = (usize, &str)> {
    let base = text.as_ptr() as usize;
    let lines = text[part].lines();
    lines.map(move |line| (line.as_ptr() as usize - base, line))
}

/// Longer plain texts than a title or a description takes; what follows is left out.
const LONGEST_PLAIN: usize = 4096;

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
    /// `>`: its lines are one.
    is_folded: bool,
    text: String,
    span: Option<Range<usize>>,
}

#[derive(Debug, Default)]
struct Reader {
    open: Vec<Open>,
    block: Option<TextBlock>,
    flow: Option<Flow>,
    problems: Vec<Problem>,
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
        if let Some(flow) = &mut self.flow {
            // One that is left open ends before what stands no deeper than it.
            let goes_on = indent > flow.indent || content.starts_with([']', '}', ',', '#']);
            if content.is_empty() || goes_on {
                flow.add(start + indent, content);
                if flow.is_closed() {
                    self.end_flow();
                }
                return;
            }
            self.end_flow();
        }
        if content.is_empty() || content.starts_with('#') || matches!(content, "---" | "...") {
            return;
        }
        self.content(start + indent, content, indent);
        self.end = start + line.len();
    }

    /// Reads what stands at an indentation: the marks of lists before it indent it further.
    fn content(&mut self, mut at: usize, mut content: &str, mut indent: usize) {
        let mut is_item = false;
        while let Some(rest) = content.strip_prefix('-') {
            if !rest.is_empty() && !rest.starts_with(' ') {
                break;
            }
            self.item(at, indent);
            is_item = true;
            let inner = rest.trim_start();
            let deeper = content.len() - inner.len();
            (at, content, indent) = (at + deeper, inner, indent + deeper);
            if content.is_empty() {
                return;
            }
        }
        let Some((key, value)) = key_of(content) else {
            if is_item || !self.goes_on(content, at, indent) {
                self.value(content, at, indent);
            }
            return;
        };
        self.key(key, at, indent);
        let rest = &content[value..];
        let inner = rest.trim_start();
        let at = at + value + rest.len() - inner.len();
        if let Some(is_folded) = block_style(inner) {
            self.block = Some(TextBlock {
                indent,
                is_folded,
                text: String::new(),
                span: None,
            });
        } else {
            self.value(inner, at, indent);
        }
    }

    /// A value that begins on a line.
    fn value(&mut self, text: &str, at: usize, indent: usize) {
        if text.starts_with(['[', '{']) {
            let flow = Flow::new(indent, at, text);
            let behind = flow.behind(text).map(without_comment);
            // `title: [WIP] Log in`, `title: {{name}} page`: people write text like this.
            if behind.is_some_and(|behind| !behind.trim_matches([' ', '\t', ',']).is_empty()) {
                self.text(text, at);
                return;
            }
            self.flow = Some(flow);
            if behind.is_some() {
                self.end_flow();
            }
        } else {
            self.text(text, at);
        }
    }

    /// A value that is no list and no map.
    fn text(&mut self, text: &str, at: usize) {
        if let Some(scalar) = scalar(text, at) {
            self.give(scalar);
        }
    }

    /// Whether a line goes on with the plain text of the line before it, which then takes it up.
    fn goes_on(&mut self, content: &str, at: usize, indent: usize) -> bool {
        let Some(open) = self.open.last_mut().filter(|open| indent > open.indent) else {
            return false;
        };
        let last = match &mut open.inside {
            Inside::List(items) => items.last_mut(),
            Inside::Map { key: Some(_), .. } => None,
            Inside::Map { members, .. } => members.last_mut().map(|member| &mut member.value),
        };
        let Some(Value {
            kind: Kind::String(text),
            span,
        }) = last
        else {
            return false;
        };
        let more = without_comment(content);
        if text.len() + more.len() < LONGEST_PLAIN {
            *text = format!("{text} {more}").into();
            span.end = at + more.len();
        }
        true
    }

    fn end_flow(&mut self) {
        let Some(flow) = self.flow.take() else { return };
        if !flow.is_closed() {
            let message = "this bracket is not closed";
            let help = "close it with `]` or `}`; what stands behind it is read as far as it goes";
            self.problems
                .push(Problem::syntax(flow.place(), message, help));
        }
        self.end = flow.end();
        if let Some(value) = flow.value() {
            match self.open.is_empty() {
                true => self.root = self.root.take().or(Some(value)),
                false => self.give(value),
            }
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
            self.text.push(if self.is_folded { ' ' } else { '\n' });
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
    plain(without_comment(text), start)
}

/// Whether a value is a text in the lines below (`|`, `>-`), and if so whether its lines are one.
fn block_style(value: &str) -> Option<bool> {
    let value = without_comment(value);
    let rest = value.strip_prefix(['|', '>'])?;
    let is_style = rest.len() <= 2
        && rest
            .bytes()
            .all(|byte| byte.is_ascii_digit() || matches!(byte, b'-' | b'+'));
    is_style.then(|| value.starts_with('>'))
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

fn is_number(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    digits.starts_with(|c: char| c.is_ascii_digit())
        && digits
            .bytes()
            .all(|byte| byte.is_ascii_digit() || byte == b'.')
        && digits.matches('.').count() < 2
}

/// A text without the quotes around it, and without the marks that only stand for a quote inside.
fn unquoted(text: &str) -> Cow<'_, str> {
    let text = text.trim();
    let inside = |quote: char| text.strip_prefix(quote)?.strip_suffix(quote);
    if let Some(inner) = inside('\'') {
        return match inner.contains("''") {
            true => Cow::Owned(inner.replace("''", "'")),
            false => Cow::Borrowed(inner),
        };
    }
    let Some(inner) = inside('"') else {
        return Cow::Borrowed(text);
    };
    if !inner.contains('\\') {
        return Cow::Borrowed(inner);
    }
    let mut out = String::with_capacity(inner.len());
    let mut chars = inner.chars();
    while let Some(c) = chars.next() {
        match (c, c == '\\') {
            (_, true) => match chars.next() {
                Some('n') => out.push('\n'),
                Some('t') => out.push('\t'),
                Some(c @ ('"' | '\\' | '/')) => out.push(c),
                other => {
                    out.push(c);
                    out.extend(other);
                }
            },
            _ => out.push(c),
        }
    }
    Cow::Owned(out)
}

/// A value without the comment behind it.
fn without_comment(text: &str) -> &str {
    if text.starts_with('#') {
        return "";
    }
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
                "t: # all\n- {id: A, on: [B, 'C'], x: }\n- { id: B }\n",
                r#"{t:[{id:"A",on:["B","C"],x:null},{id:"B"}]}"#,
            ),
            (
                "t:\n- on: [\n    B, # why\n    C\n  ]\n  x: 1\n- on: [B,\n    C]\n",
                r#"{t:[{on:["B","C"],x:1},{on:["B","C"]}]}"#,
            ),
            (
                "a: >-\n  one\n  two\nb: more\n  words\nc: >2h\n",
                r#"{a:"one two",b:"more words",c:">2h"}"#,
            ),
            (
                r#"a: 'it''s'
b: "say \"so\"""#,
                r#"{a:"it's",b:"say \"so\""}"#,
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
            let value = read(lines(text, 0..text.len()), &mut Vec::new());
            assert_eq!(
                value.as_ref().map(shown).as_deref(),
                Some(expected),
                "{text}"
            );
        }
        assert!(read(lines("just words\n", 0..11), &mut Vec::new()).is_none());
    }

    #[test]
    fn text_may_begin_with_a_bracket() {
        for (text, expected) in [
            (
                "a: [WIP] Log in\nb: {{name}} page\n",
                r#"{a:"[WIP] Log in",b:"{{name}} page"}"#,
            ),
            ("- [P] Build # why\n- [x]\n", r#"["[P] Build",["x"]]"#),
            ("a: [x], # all\nb: [x]# y\n", r#"{a:["x"],b:["x"]}"#),
        ] {
            let value = read(lines(text, 0..text.len()), &mut Vec::new());
            let shown = value.as_ref().map(shown);
            assert_eq!(shown.as_deref(), Some(expected), "{text}");
        }
    }

    /// With work that grows with the square of the text, this would take minutes.
    #[test]
    fn blanks_in_brackets_are_gone_over_once() {
        const MANY: usize = 200_000;
        let blanks = " ".repeat(MANY);
        for (text, items) in [
            (format!("a: [{blanks}{}]", "\"x\" ".repeat(MANY)), 1),
            (
                format!("a: [{}{}]", "\n ".repeat(MANY), "x'[{ ".repeat(MANY)),
                1,
            ),
            (format!("a: {{{blanks}{}}}", "a:".repeat(MANY)), 0),
            (format!("a: {{{}x: 1}}", ":".repeat(MANY)), 0),
        ] {
            let value = read(lines(&text, 0..text.len()), &mut Vec::new()).unwrap();
            assert_eq!(value.get("a").unwrap().items().len(), items);
        }
    }

    #[test]
    fn open_brackets_are_told() {
        let text = "a: [B, C\nb: 1\n";
        let mut problems = Vec::new();
        let value = read(lines(text, 0..text.len()), &mut problems).unwrap();
        assert_eq!(shown(&value), r#"{a:["B","C"],b:1}"#);
        assert_eq!(problems.len(), 1);
        assert_eq!(&text[problems[0].span.clone()], "[");
    }

    #[test]
    fn values_have_places() {
        let text = "tasks:\n  - id: \"T1\"\n    after: [T2,  T3]\n";
        let value = read(lines(text, 0..text.len()), &mut Vec::new()).unwrap();
        let task = &value.get("tasks").unwrap().items()[0];
        assert_eq!(&text[task.get("id").unwrap().span.clone()], "\"T1\"");
        let after = task.get("after").unwrap().items();
        assert_eq!(&text[after[1].span.clone()], "T3");
    }
}
