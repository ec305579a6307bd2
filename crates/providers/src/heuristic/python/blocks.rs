use super::function::not_determined;
use super::lexer::{Logical, Token, lex_module};

/// One top-level part of a module: a docstring, an import, a function with its decorators, …
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Block {
    pub(super) kind: BlockKind,
    pub(super) name: Option<String>,
    /// The lines as written, with the comments just above, without blank lines around.
    pub(super) text: String,
    /// Blank lines above it where it was found; `None` for a part that is new.
    pub(super) gap: Option<usize>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum BlockKind {
    Docstring,
    Future,
    Import,
    Assign,
    Def,
    Class,
    Other,
}

/// A member of a class body, by lines of the text of the class.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Member {
    pub(super) name: String,
    pub(super) start: usize,
    pub(super) end: usize,
}

impl Block {
    pub(super) fn new(kind: BlockKind, name: Option<&str>, text: impl Into<String>) -> Block {
        Block {
            kind,
            name: name.map(str::to_owned),
            text: text.into(),
            gap: None,
        }
    }

    /// True for a function whose first parameter says that it belongs in a class.
    pub(super) fn is_method(&self) -> bool {
        let Some(lines) = lex_module(&self.text) else {
            return false;
        };
        let header = lines
            .iter()
            .find(|line| line.tokens.contains(&Token::Name("def")));
        let after_name = header.and_then(|line| {
            let open = line
                .tokens
                .iter()
                .position(|token| *token == Token::Operator('('))?;
            line.word(open + 1)
        });
        self.kind == BlockKind::Def && matches!(after_name, Some("self" | "cls"))
    }

    /// The same part; a function of nothing but a docstring gets a body that says that it is not
    /// written.
    pub(super) fn with_body(self) -> Block {
        let lines = lex_module(&self.text).unwrap_or_default();
        let mut body = lines.iter().filter(|line| line.indent > 0).peekable();
        let is_open = self.kind == BlockKind::Def && body.peek().is_some();
        if !is_open || !body.all(Logical::is_string) {
            return self;
        }
        let name = self.name.clone().unwrap_or_default();
        let text = format!("{}\n    {}", self.text, not_determined(&name));
        Block { text, ..self }
    }

    /// True for a function that does nothing but say that it is not written.
    pub(super) fn is_stub(&self) -> bool {
        is_stub(&self.text)
    }
}

/// Cuts a module into its parts; `None` if it is not Python as far as a light reading can tell.
pub(super) fn blocks(text: &str) -> Option<Vec<Block>> {
    let lines = lex_module(text)?;
    let source: Vec<&str> = text.lines().collect();
    let starts = starts(&lines, &source, 0);
    let mut blocks = Vec::new();
    let head_end = starts.first().map_or(source.len(), |(_, line)| *line);
    let head = joined(&source[..head_end]);
    push(
        &mut blocks,
        Block {
            gap: Some(0),
            ..Block::new(BlockKind::Other, None, head)
        },
    );
    for (position, (index, line)) in starts.iter().enumerate() {
        let end = starts
            .get(position + 1)
            .map_or(source.len(), |(_, line)| *line);
        let text = joined(&source[*line..end]);
        let (kind, name) = kind_of(&lines[*index..], position == 0);
        let blank = |line: &&&str| line.trim().is_empty();
        let gap = Some(source[..*line].iter().rev().take_while(blank).count());
        push(
            &mut blocks,
            Block {
                kind,
                name,
                text,
                gap,
            },
        );
    }
    Some(blocks)
}

/// The functions and attributes of a class, in order.
pub(super) fn members(class: &str) -> Vec<Member> {
    let Some(lines) = lex_module(class) else {
        return Vec::new();
    };
    let Some(indent) = body_indent(&lines) else {
        return Vec::new();
    };
    let source: Vec<&str> = class.lines().collect();
    let starts = starts(&lines, &source, indent);
    let mut members = Vec::new();
    for (position, (index, line)) in starts.iter().enumerate() {
        let next = starts
            .get(position + 1)
            .map_or(source.len(), |(_, line)| *line);
        let used = source[*line..next]
            .iter()
            .rposition(|line| !line.trim().is_empty());
        let end = line + used.map_or(0, |used| used + 1);
        if let (_, Some(name)) = kind_of(&lines[*index..], false) {
            members.push(Member {
                name,
                start: *line,
                end,
            });
        }
    }
    members
}

/// How far the body of a class is indented.
pub(super) fn class_indent(class: &str) -> usize {
    lex_module(class)
        .and_then(|lines| body_indent(&lines))
        .unwrap_or(4)
}

/// Moves code to the right. Lines inside strings stay, unless the string is a docstring.
pub(super) fn indent(code: &str, width: usize) -> String {
    let margin = " ".repeat(width);
    let inside = lines_inside_strings(code);
    let lines = code.lines().enumerate().map(|(index, line)| {
        match line.trim().is_empty() || inside.contains(&index) {
            true => line.to_owned(),
            false => format!("{margin}{line}"),
        }
    });
    lines.collect::<Vec<_>>().join("\n")
}

fn lines_inside_strings(code: &str) -> Vec<usize> {
    let Some(lines) = lex_module(code) else {
        return Vec::new();
    };
    let holds_long_string = |line: &&Logical| {
        !line.is_string() && line.tokens.contains(&Token::String) && line.end > line.start + 1
    };
    lines
        .iter()
        .filter(holds_long_string)
        .filter(|line| {
            code.lines()
                .skip(line.start)
                .take(line.end - line.start)
                .any(has_triple)
        })
        .flat_map(|line| line.start + 1..line.end)
        .collect()
}

fn has_triple(line: &str) -> bool {
    line.contains("\"\"\"") || line.contains("'''")
}

fn body_indent(lines: &[Logical]) -> Option<usize> {
    lines
        .iter()
        .map(|line| line.indent)
        .find(|indent| *indent > 0)
}

/// The statements that start a part at this indentation: index of the statement and first line.
fn starts(lines: &[Logical], source: &[&str], indent: usize) -> Vec<(usize, usize)> {
    let mut starts: Vec<(usize, usize)> = Vec::new();
    let mut after_decorator = false;
    let mut last_end = 0;
    for (index, line) in lines.iter().enumerate() {
        if line.indent == indent {
            let continues = matches!(line.word(0), Some("elif" | "else" | "except" | "finally"));
            if !after_decorator && !continues {
                starts.push((index, with_comments(line.start, last_end, source, indent)));
            }
            after_decorator = line.tokens.first() == Some(&Token::Operator('@'));
        }
        last_end = line.end;
    }
    starts
}

/// The first of the comment lines that stand just above a statement.
fn with_comments(start: usize, floor: usize, source: &[&str], indent: usize) -> usize {
    let mut start = start;
    while start > floor {
        let line = source[start - 1];
        let is_comment = line.trim_start().starts_with('#') && !line.starts_with("#!");
        if !is_comment || line.len() - line.trim_start().len() != indent {
            break;
        }
        start -= 1;
    }
    start
}

fn kind_of(lines: &[Logical], is_first: bool) -> (BlockKind, Option<String>) {
    let line = lines
        .iter()
        .find(|line| line.tokens.first() != Some(&Token::Operator('@')))
        .unwrap_or(&lines[0]);
    let name = |index| line.word(index).map(str::to_owned);
    match line.word(0) {
        Some("def") => (BlockKind::Def, name(1)),
        Some("async") if line.word(1) == Some("def") => (BlockKind::Def, name(2)),
        Some("class") => (BlockKind::Class, name(1)),
        Some("from") if line.word(1) == Some("__future__") => (BlockKind::Future, None),
        Some("import" | "from") => (BlockKind::Import, None),
        Some(_) if matches!(line.tokens.get(1), Some(Token::Operator('=' | ':'))) => {
            (BlockKind::Assign, name(0))
        }
        None if is_first && line.is_string() => (BlockKind::Docstring, None),
        _ => (BlockKind::Other, None),
    }
}

fn is_stub(function: &str) -> bool {
    let Some(lines) = lex_module(function) else {
        return false;
    };
    let body = lines.iter().filter(|line| line.indent > 0);
    let mut body = body.filter(|line| !line.is_string());
    let has_body = lines.iter().any(|line| line.indent > 0);
    has_body
        && body.all(|line| {
            line.tokens == [Token::Name("pass")]
                || line.tokens == [Token::Number]
                || line.word(0) == Some("raise") && line.word(1) == Some("NotImplementedError")
        })
}

fn push(blocks: &mut Vec<Block>, block: Block) {
    if !block.text.is_empty() {
        blocks.push(block);
    }
}

fn joined(lines: &[&str]) -> String {
    let start = lines
        .iter()
        .position(|line| !line.trim().is_empty())
        .unwrap_or(lines.len());
    lines[start..].join("\n").trim_end().to_owned()
}
