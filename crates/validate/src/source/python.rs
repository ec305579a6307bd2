//! Python's logical lines: what belongs together, how deep it stands, and what is string.

use super::{Language, Lines, Scan, scan};

/// One simple statement, or the header of a compound one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Statement {
    /// 1-based line on which it begins.
    pub line: usize,
    /// Columns of indentation of the logical line it stands in (a tab counts to the next 8).
    pub indent: usize,
    /// Whether it begins its logical line, and not after a `;` or a header's `:`.
    pub first: bool,
    /// The code with comments gone, strings as `""`, and white space as single spaces.
    pub code: String,
    /// The statement as written.
    pub source: String,
}

impl Statement {
    /// Whether it is only a string: a docstring, or a comment in disguise.
    pub(crate) fn is_string(&self) -> bool {
        let code = self
            .code
            .trim_start_matches(|c: char| c.is_ascii_alphabetic());
        !code.is_empty() && code.split(' ').all(|part| part == "\"\"")
    }

    /// Whether it opens a block.
    pub(crate) fn is_header(&self) -> bool {
        self.code.ends_with(':') && self.first
    }

    /// The first word.
    pub(crate) fn keyword(&self) -> &str {
        let end = self.code.find(|c: char| !c.is_alphanumeric() && c != '_');
        &self.code[..end.unwrap_or(self.code.len())]
    }
}

/// What is certainly wrong with the shape of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Flaw {
    pub line: usize,
    pub message: String,
}

pub(crate) struct Module {
    pub statements: Vec<Statement>,
    pub flaw: Option<Flaw>,
}

/// Splits a text into statements, and says what is wrong with brackets and strings.
pub(crate) fn read(text: &str) -> Module {
    let found = scan(text, Language::Python);
    let code = found.code(text);
    let lines = Lines::new(text);
    let mut reader = Reader {
        text,
        code: &code,
        lines: &lines,
        statements: Vec::new(),
        brackets: Vec::new(),
        flaw: None,
    };
    reader.run();
    let flaw = string_flaw(text, &found, &lines).or(reader.flaw);
    Module {
        statements: reader.statements,
        flaw,
    }
}

fn string_flaw(text: &str, found: &Scan, lines: &Lines) -> Option<Flaw> {
    let at = found.unclosed?;
    let triple = text[at..].starts_with("\"\"\"") || text[at..].starts_with("'''");
    let what = if triple {
        "triple-quoted string"
    } else {
        "string"
    };
    Some(Flaw {
        line: lines.number(at),
        message: format!("a {what} is not closed"),
    })
}

struct Reader<'a> {
    text: &'a str,
    code: &'a str,
    lines: &'a Lines,
    statements: Vec<Statement>,
    brackets: Vec<(u8, usize)>,
    flaw: Option<Flaw>,
}

impl Reader<'_> {
    fn run(&mut self) {
        let bytes = self.code.as_bytes();
        let mut start = 0;
        // Where the current logical line's first statement ends, if a header's colon was seen.
        let mut at = 0;
        while at < bytes.len() {
            match bytes[at] {
                open @ (b'(' | b'[' | b'{') => self.brackets.push((open, at)),
                close @ (b')' | b']' | b'}') => self.close(close, at),
                b'\\' => {
                    at += 1 + usize::from(bytes.get(at + 1) == Some(&b'\r'));
                }
                b'\n' if self.brackets.is_empty() => {
                    self.logical(start, at);
                    start = at + 1;
                }
                _ => {}
            }
            at += 1;
        }
        if let Some((open, at)) = self.brackets.first().copied() {
            let line = self.lines.number(at);
            let message = format!("`{}` is not closed", open as char);
            self.flaw.get_or_insert(Flaw { line, message });
        }
        self.logical(start, bytes.len());
    }

    fn close(&mut self, close: u8, at: usize) {
        let fits = |open: u8| matches!((open, close), (b'(', b')') | (b'[', b']') | (b'{', b'}'));
        match self.brackets.pop() {
            Some((open, _)) if fits(open) => {}
            other => {
                let line = self.lines.number(at);
                let message = match other {
                    Some((open, _)) => {
                        format!("`{}` closes `{}`", close as char, open as char)
                    }
                    None => format!("`{}` closes nothing", close as char),
                };
                self.flaw.get_or_insert(Flaw { line, message });
            }
        }
    }

    /// One logical line: split at `;` and after a header's colon.
    fn logical(&mut self, start: usize, end: usize) {
        let code = &self.code[start..end];
        if code.trim().is_empty() {
            return;
        }
        let offset = code.len() - code.trim_start().len();
        let indent = columns(&self.text[start..start + offset]);
        let mut depth = 0usize;
        let mut from = offset;
        let mut first = true;
        let mut header = is_block_keyword(&code[offset..]);
        let mut lambdas = 0usize;
        let bytes = code.as_bytes();
        for index in offset..bytes.len() {
            match bytes[index] {
                b'(' | b'[' | b'{' => depth += 1,
                b')' | b']' | b'}' => depth = depth.saturating_sub(1),
                b'l' if depth == 0 && word_at(code, index, "lambda") => lambdas += 1,
                b':' if depth == 0 && lambdas > 0 => lambdas -= 1,
                b':' if depth == 0 && header && bytes.get(index + 1) != Some(&b'=') => {
                    self.statement(start + from, start + index + 1, indent, first);
                    (from, first, header) = (index + 1, false, false);
                }
                b';' if depth == 0 => {
                    self.statement(start + from, start + index, indent, first);
                    (from, first) = (index + 1, false);
                }
                _ => {}
            }
        }
        self.statement(start + from, end, indent, first);
    }

    fn statement(&mut self, start: usize, end: usize, indent: usize, first: bool) {
        let code = &self.code[start..end];
        let words: Vec<&str> = code
            .split_whitespace()
            .filter(|word| *word != "\\")
            .collect();
        // The space between a string's marks is its content.
        let code = words.join(" ").replace("\" \"", "\"\"");
        if code.is_empty() {
            return;
        }
        let lead = self.code[start..end].len() - self.code[start..end].trim_start().len();
        self.statements.push(Statement {
            line: self.lines.number(start + lead),
            indent,
            first,
            code,
            source: self.text[start..end].trim().to_owned(),
        });
    }
}

fn columns(white: &str) -> usize {
    white.chars().fold(0, |column, c| match c {
        '\t' => (column / 8 + 1) * 8,
        '\u{c}' => 0,
        _ => column + 1,
    })
}

fn word_at(code: &str, index: usize, word: &str) -> bool {
    let edge = |byte: Option<&u8>| !byte.is_some_and(|b| b.is_ascii_alphanumeric() || *b == b'_');
    let bytes = code.as_bytes();
    bytes[index..].starts_with(word.as_bytes())
        && edge(index.checked_sub(1).and_then(|before| bytes.get(before)))
        && edge(bytes.get(index + word.len()))
}

const BLOCKS: [&str; 15] = [
    "def", "class", "if", "elif", "else", "for", "while", "try", "except", "finally", "with",
    "async", "match", "case", "except*",
];

fn is_block_keyword(code: &str) -> bool {
    let end = code.find(|c: char| !c.is_alphanumeric() && c != '_' && c != '*');
    let word = &code[..end.unwrap_or(code.len())];
    // `match = 3` and `case.x: int` are no headers; their lines do not end in a colon.
    match word {
        "match" | "case" => {
            code.trim_end().ends_with(':')
                && !code[word.len()..].trim_start().starts_with(['=', '.', ':'])
        }
        _ => BLOCKS.contains(&word),
    }
}
