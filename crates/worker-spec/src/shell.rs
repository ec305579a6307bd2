//! Shell text cut into whole commands.
//!
//! A command goes on over line ends within quotes, substitutions, here-documents and compound commands, after a
//! backslash, and after `|`, `||` and `&&`. Nothing is expanded or run.

mod here_document;
#[cfg(test)]
mod tests;

use std::ops::Range;

use self::here_document::{HereDocument, here_document_end};

/// One whole command in a shell text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Command {
    /// Its bytes, from its first character to its last one; comments before and after it are left out.
    pub(crate) span: Range<usize>,
    /// Whether the text ends before the command does: an open quote or an unfinished here-document.
    pub(crate) open: bool,
}

/// The commands of a shell text, in order. Comments between commands are dropped.
///
/// # Complexity
///
/// Linear in the length of the text; nesting costs memory, never stack.
pub(crate) fn split_commands(code: &str) -> Vec<Command> {
    let mut splitter = Splitter::new(code);
    while splitter.at < code.len() {
        splitter.step();
    }
    splitter.finish();
    splitter.commands
}

/// The bytes that end a word.
const ENDS_WORD: [bool; 256] = {
    let marks = b" \t\r\n\\'\"`$();&|<>";
    let mut ends = [false; 256];
    let mut at = 0;
    while at < marks.len() {
        ends[marks[at] as usize] = true;
        at += 1;
    }
    ends
};

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// The text itself.
    Text,
    /// `( … )` or `$( … )`.
    Parentheses,
    /// `` ` … ` ``.
    Backticks,
    /// `" … "`.
    Quotes,
    /// `${ … }`.
    Braces,
}

struct Frame {
    kind: Kind,
    /// How many compound commands (`if`, `for`, `{`, …) are open. Small, since a text may open millions of frames.
    compounds: u32,
    /// How many of them are `case`, within which `)` ends a pattern.
    cases: u32,
}

struct Splitter<'c> {
    code: &'c str,
    bytes: &'c [u8],
    at: usize,
    commands: Vec<Command>,
    /// The text itself.
    text: Frame,
    /// What is open within it, innermost last.
    frames: Vec<Frame>,
    here_documents: Vec<HereDocument<'c>>,
    start: Option<usize>,
    end: usize,
    /// After `|`, `||` or `&&`.
    continues: bool,
    /// Where a keyword can stand.
    command_position: bool,
    /// Where a comment can begin.
    word_start: bool,
    /// After `name()`, before its body.
    function_head: bool,
}

impl<'c> Splitter<'c> {
    fn new(code: &'c str) -> Self {
        Splitter {
            code,
            bytes: code.as_bytes(),
            at: 0,
            commands: Vec::new(),
            text: Frame {
                kind: Kind::Text,
                compounds: 0,
                cases: 0,
            },
            frames: Vec::new(),
            here_documents: Vec::new(),
            start: None,
            end: 0,
            continues: false,
            command_position: true,
            word_start: true,
            function_head: false,
        }
    }

    fn top(&mut self) -> &mut Frame {
        self.frames.last_mut().unwrap_or(&mut self.text)
    }

    fn push(&mut self, kind: Kind, length: usize) {
        self.take(length);
        self.frames.push(Frame {
            kind,
            compounds: 0,
            cases: 0,
        });
    }

    fn pop(&mut self, length: usize) {
        self.take(length);
        self.frames.pop();
    }

    /// Makes the next bytes part of the command.
    fn take(&mut self, length: usize) {
        self.start.get_or_insert(self.at);
        self.at = (self.at + length).min(self.bytes.len());
        self.end = self.at;
        self.continues = false;
        self.word_start = false;
        self.function_head = false;
    }

    fn step(&mut self) {
        match self.top().kind {
            Kind::Quotes => self.step_in_quotes(),
            Kind::Braces => self.step_in_braces(),
            Kind::Text | Kind::Parentheses | Kind::Backticks => self.step_in_code(),
        }
    }

    fn step_in_quotes(&mut self) {
        match self.bytes[self.at] {
            b'"' => self.pop(1),
            _ => self.step_in_word(b'"'),
        }
    }

    fn step_in_braces(&mut self) {
        match self.bytes[self.at] {
            b'}' => self.pop(1),
            b'"' => self.push(Kind::Quotes, 1),
            b'\'' => self.take_single_quoted(1),
            _ => self.step_in_word(b'}'),
        }
    }

    /// What means the same in quotes, in braces and outside: escapes and substitutions.
    fn step_in_word(&mut self, close: u8) {
        let in_backticks = self.top().kind == Kind::Backticks;
        match self.bytes[self.at] {
            b'\\' => self.take_escape(),
            b'`' if in_backticks => self.pop(1),
            b'`' => {
                self.push(Kind::Backticks, 1);
                self.open_command();
            }
            b'$' => self.take_dollar(),
            _ => {
                let rest = &self.bytes[self.at + 1..];
                let stops = |&byte: &u8| {
                    matches!(byte, b'\\' | b'`' | b'$' | b'"' | b'\'') || byte == close
                };
                self.take(1 + rest.iter().position(stops).unwrap_or(rest.len()));
            }
        }
    }

    fn step_in_code(&mut self) {
        match self.bytes[self.at] {
            b'\n' => self.line_end(),
            b' ' | b'\t' | b'\r' => {
                self.at += 1;
                self.word_start = true;
            }
            b'#' if self.word_start => self.skip_line(),
            b'\'' => self.take_single_quoted(1),
            b'"' => {
                self.push(Kind::Quotes, 1);
                self.command_position = false;
            }
            b'(' => {
                self.push(Kind::Parentheses, 1);
                self.open_command();
            }
            b')' => self.close_parenthesis(),
            b'|' => self.take_operator(true),
            b'&' => {
                let double = self.bytes.get(self.at + 1) == Some(&b'&');
                self.take_operator(double);
            }
            b';' => self.take_operator(false),
            b'<' => self.take_less(),
            b'\\' | b'`' | b'$' => {
                self.step_in_word(0);
            }
            _ => self.take_word(),
        }
    }

    /// After something with which a new command begins.
    fn open_command(&mut self) {
        self.command_position = true;
        self.word_start = true;
    }

    fn take_operator(&mut self, continues: bool) {
        let byte = self.bytes[self.at];
        let length = self.bytes[self.at..]
            .iter()
            .take(2)
            .take_while(|&&b| b == byte)
            .count();
        self.take(length);
        self.continues = continues;
        self.open_command();
    }

    fn close_parenthesis(&mut self) {
        let ends_pattern = self.top().cases > 0;
        let function = self.bytes[..self.at].ends_with(b"(");
        if self.top().kind == Kind::Parentheses && !ends_pattern {
            self.pop(1);
        } else {
            self.take(1);
        }
        self.open_command();
        self.function_head = function;
    }

    fn take_escape(&mut self) {
        let crlf = self.bytes[self.at + 1..].starts_with(b"\r\n");
        let next = self.code[self.at + 1..]
            .chars()
            .next()
            .map_or(0, char::len_utf8);
        self.take(if crlf { 3 } else { 1 + next });
        self.word_start = self.bytes[..self.at].ends_with(b"\n");
    }

    fn take_dollar(&mut self) {
        match self.bytes.get(self.at + 1) {
            Some(b'(') => {
                self.push(Kind::Parentheses, 2);
                self.open_command();
            }
            Some(b'{') => self.push(Kind::Braces, 2),
            Some(b'\'') if self.top().kind != Kind::Quotes => self.take_ansi_quoted(),
            // `$#` is a parameter, no comment.
            Some(b'#' | b'$') => self.take(2),
            _ => self.take(1),
        }
    }

    fn take_single_quoted(&mut self, opening: usize) {
        let from = self.at + opening;
        let length = self.code[from..]
            .find('\'')
            .map_or(usize::MAX - from, |length| length + 1);
        let closed = length != usize::MAX - from;
        self.take(if closed {
            opening + length
        } else {
            self.bytes.len() - self.at
        });
        self.command_position = false;
        if !closed {
            self.open_at_end();
        }
    }

    fn take_ansi_quoted(&mut self) {
        let mut at = self.at + 2;
        while at < self.bytes.len() && self.bytes[at] != b'\'' {
            at += if self.bytes[at] == b'\\' { 2 } else { 1 };
        }
        let closed = at < self.bytes.len();
        self.take(at + 1 - self.at);
        if !closed {
            self.open_at_end();
        }
    }

    /// Remembers that the text ended within something.
    fn open_at_end(&mut self) {
        self.frames.push(Frame {
            kind: Kind::Quotes,
            compounds: 0,
            cases: 0,
        });
    }

    fn take_less(&mut self) {
        let rest = &self.code[self.at..];
        if rest.starts_with("<<<") {
            return self.take(3);
        }
        let Some(after) = rest.strip_prefix("<<") else {
            return self.take(1);
        };
        let strip_tabs = after.starts_with('-');
        let word = after[usize::from(strip_tabs)..].trim_start_matches([' ', '\t']);
        let (end, length) = here_document_end(word);
        let taken = rest.len() - word.len() + length;
        if !end.is_empty() {
            self.here_documents.push(HereDocument { end, strip_tabs });
        }
        self.take(taken);
    }

    fn take_word(&mut self) {
        let rest = &self.bytes[self.at..];
        let ends = |byte: &u8| ENDS_WORD[usize::from(*byte)];
        let length = rest.iter().position(ends).unwrap_or(rest.len()).max(1);
        let word = &rest[..length];
        let was_at_start = self.word_start;
        let mut stays = false;
        if self.command_position && was_at_start {
            let top = self.top();
            match word {
                b"if" | b"for" | b"while" | b"until" | b"select" | b"{" => {
                    top.compounds = top.compounds.saturating_add(1);
                    stays = !matches!(word, b"for" | b"select");
                }
                b"case" => {
                    top.compounds = top.compounds.saturating_add(1);
                    top.cases = top.cases.saturating_add(1);
                }
                b"fi" | b"done" | b"}" => top.compounds = top.compounds.saturating_sub(1),
                b"esac" => {
                    top.compounds = top.compounds.saturating_sub(1);
                    top.cases = top.cases.saturating_sub(1);
                }
                b"then" | b"do" | b"else" | b"elif" | b"!" | b"time" => stays = true,
                _ => {}
            }
        }
        self.take(length);
        self.command_position = stays;
    }

    fn line_end(&mut self) {
        self.at += 1;
        if !self.here_documents.is_empty() {
            self.skip_here_documents();
        }
        self.open_command();
        let whole = self.frames.is_empty() && self.text.compounds == 0;
        if whole && !self.continues && !self.function_head && self.here_documents.is_empty() {
            self.end_command(false);
        }
    }

    fn skip_here_documents(&mut self) {
        for document in std::mem::take(&mut self.here_documents) {
            let mut found = false;
            while !found && self.at < self.bytes.len() {
                let rest = &self.code[self.at..];
                let line = rest.split_inclusive('\n').next().unwrap_or(rest);
                let body = line.trim_end_matches(['\n', '\r']);
                let body = if document.strip_tabs {
                    body.trim_start_matches('\t')
                } else {
                    body
                };
                found = body == document.end;
                self.end = self.at + line.trim_end_matches(['\n', '\r']).len();
                self.at += line.len();
            }
            if !found {
                self.here_documents.push(document);
                return;
            }
        }
    }

    fn skip_line(&mut self) {
        let rest = &self.bytes[self.at..];
        self.at += rest
            .iter()
            .position(|&byte| byte == b'\n')
            .unwrap_or(rest.len());
    }

    fn end_command(&mut self, open: bool) {
        if let Some(start) = self.start.take() {
            self.commands.push(Command {
                span: start..self.end,
                open,
            });
        }
    }

    fn finish(&mut self) {
        let open = !self.frames.is_empty()
            || self.text.compounds > 0
            || !self.here_documents.is_empty()
            || self.continues;
        self.end_command(open);
    }
}
