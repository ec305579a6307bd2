use std::ops::Range;

use super::Language;
use super::grammar::{At, Grammar, Quote, grammar};

/// What a piece of text that is not code is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Comment,
    /// A string literal, delimiters included; also a here-document or a regular expression.
    Text,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Piece {
    pub kind: Kind,
    pub range: Range<usize>,
}

/// The comments and strings of a source text, in order.
#[derive(Clone, Debug, Default)]
pub(crate) struct Scan {
    pub pieces: Vec<Piece>,
    /// Where a string or block comment begins that the text never closes.
    pub unclosed: Option<usize>,
}

impl Scan {
    pub(crate) fn comments(&self) -> impl Iterator<Item = Range<usize>> + '_ {
        self.of(Kind::Comment)
    }

    pub(crate) fn strings(&self) -> impl Iterator<Item = Range<usize>> + '_ {
        self.of(Kind::Text)
    }

    fn of(&self, kind: Kind) -> impl Iterator<Item = Range<usize>> + '_ {
        let pieces = self.pieces.iter().filter(move |piece| piece.kind == kind);
        pieces.map(|piece| piece.range.clone())
    }

    /// The text with everything but code turned to spaces, byte for byte of the same length.
    /// Newlines in comments stay, those in strings do not; a string keeps a `"` at either end.
    pub(crate) fn code(&self, text: &str) -> String {
        let mut bytes = text.as_bytes().to_vec();
        for piece in &self.pieces {
            let string = piece.kind == Kind::Text;
            for byte in &mut bytes[piece.range.clone()] {
                if *byte != b'\n' || string {
                    *byte = b' ';
                }
            }
            if string {
                bytes[piece.range.start] = b'"';
                bytes[piece.range.end - 1] = b'"';
            }
        }
        String::from_utf8(bytes).expect("whole characters are replaced by ASCII")
    }
}

/// Longer regular expressions than this are none; bounds the time.
const REGEX: usize = 1000;

/// Finds the comments and strings of a text, in time linear in its length.
pub(crate) fn scan(text: &str, language: Language) -> Scan {
    let mut scanner = Scanner {
        text,
        language,
        grammar: grammar(language),
        at: 0,
        scan: Scan::default(),
        heredocs: Vec::new(),
        significant: 0,
        no_regex: 0,
    };
    scanner.run();
    scanner.scan
}

struct Scanner<'a> {
    text: &'a str,
    language: Language,
    grammar: Grammar,
    at: usize,
    scan: Scan,
    /// Here-document delimiters announced on this line of a shell script.
    heredocs: Vec<String>,
    /// The last code byte that was not white space.
    significant: u8,
    /// Up to here a `/` was seen to open no regular expression.
    no_regex: usize,
}

impl<'a> Scanner<'a> {
    fn run(&mut self) {
        let bytes = self.text.as_bytes();
        while self.at < bytes.len() {
            if self.comment() || self.string() || self.special() {
                continue;
            }
            let byte = bytes[self.at];
            if byte == b'\\' && matches!(self.language, Language::Shell) {
                self.at += 1;
            }
            if !byte.is_ascii_whitespace() {
                self.significant = byte;
            }
            self.at += 1;
            if byte == b'\n' && !self.heredocs.is_empty() {
                self.heredoc_bodies();
            }
        }
    }

    fn rest(&self) -> &'a str {
        // `at` moves by bytes through code; a position within a character starts nothing.
        self.text.get(self.at..).unwrap_or("")
    }

    fn piece(&mut self, kind: Kind, end: usize) {
        let end = end.min(self.text.len());
        self.scan.pieces.push(Piece {
            kind,
            range: self.at..end,
        });
        self.at = end;
        if kind == Kind::Text {
            self.significant = b'"';
        }
    }

    fn previous(&self) -> u8 {
        let before = self.at.checked_sub(1);
        before.map_or(b'\n', |index| self.text.as_bytes()[index])
    }

    fn comment(&mut self) -> bool {
        let rest = self.rest();
        for (open, close) in self.grammar.block_comments {
            if rest.starts_with(open) {
                let end = self.block_end(open, close);
                self.piece(Kind::Comment, end);
                return true;
            }
        }
        let starts = |mark: &&&str| rest.starts_with(**mark);
        if self.grammar.line_comments.iter().find(starts).is_none() {
            return false;
        }
        let placed = match self.grammar.comment_at {
            At::Anywhere => true,
            At::Word => matches!(self.previous(), b' ' | b'\t' | b'\n' | b';' | b'(' | b'\r'),
            At::Line => self.text[..self.at]
                .rsplit('\n')
                .next()
                .is_none_or(|before| before.trim().is_empty()),
        };
        // `#!` is an instruction to the system and `#[` none of ours to judge.
        let shebang = self.at == 0 && rest.starts_with("#!");
        if !placed || shebang {
            return false;
        }
        let end = self.at + rest.find('\n').unwrap_or(rest.len());
        self.piece(Kind::Comment, end);
        true
    }

    fn block_end(&mut self, open: &str, close: &str) -> usize {
        let mut depth = 0usize;
        let mut at = self.at;
        while at < self.text.len() {
            let rest = &self.text.as_bytes()[at..];
            if rest.starts_with(open.as_bytes()) && (depth == 0 || self.grammar.nested) {
                depth += 1;
                at += open.len();
            } else if rest.starts_with(close.as_bytes()) {
                depth -= 1;
                at += close.len();
                if depth == 0 {
                    return at;
                }
            } else {
                at += 1;
            }
        }
        self.scan.unclosed.get_or_insert(self.at);
        self.text.len()
    }

    fn string(&mut self) -> bool {
        let rest = self.rest();
        let Some(quote) = (self.grammar.quotes.iter()).find(|quote| rest.starts_with(quote.mark))
        else {
            return false;
        };
        if self.language == Language::Ruby && self.previous().is_ascii_alphanumeric() {
            return false;
        }
        let end = self.string_end(quote);
        self.piece(Kind::Text, end);
        true
    }

    fn string_end(&mut self, quote: &Quote) -> usize {
        let bytes = self.text.as_bytes();
        let mark = quote.mark.as_bytes();
        let mut at = self.at + mark.len();
        while at < bytes.len() {
            match bytes[at] {
                b'\\' if quote.escapes => at += 1,
                b'\n' if !quote.multiline => {
                    self.scan.unclosed.get_or_insert(self.at);
                    return at;
                }
                _ if bytes[at..].starts_with(mark) => return at + mark.len(),
                _ => {}
            }
            at += 1;
        }
        self.scan.unclosed.get_or_insert(self.at);
        bytes.len()
    }

    /// What a table of marks cannot say.
    fn special(&mut self) -> bool {
        match self.language {
            Language::Rust => self.rust_raw() || self.rust_char(),
            Language::Script => self.regex(),
            Language::Shell => self.heredoc_mark(),
            Language::Ruby => self.ruby_block(),
            _ => false,
        }
    }

    /// `=begin` to `=end`, both at the start of a line.
    fn ruby_block(&mut self) -> bool {
        let rest = self.rest();
        if !rest.starts_with("=begin") || self.previous() != b'\n' {
            return false;
        }
        let end = rest.find("\n=end").map(|end| end + "\n=end".len());
        if end.is_none() {
            self.scan.unclosed.get_or_insert(self.at);
        }
        let end = self.at + end.unwrap_or(rest.len());
        self.piece(Kind::Comment, end);
        true
    }

    fn rust_raw(&mut self) -> bool {
        let rest = self.rest();
        if !rest.starts_with('r') || is_word(self.previous()) && self.previous() != b'b' {
            return false;
        }
        let hashes = rest[1..].bytes().take_while(|b| *b == b'#').count();
        if rest.as_bytes().get(1 + hashes) != Some(&b'"') {
            return false;
        }
        let close = format!("\"{}", "#".repeat(hashes));
        let body = 2 + hashes;
        let end = rest[body..].find(&close);
        let end = end.map_or(self.text.len(), |end| self.at + body + end + close.len());
        if end == self.text.len() && !rest.ends_with(&close) {
            self.scan.unclosed.get_or_insert(self.at);
        }
        self.piece(Kind::Text, end);
        true
    }

    /// A character literal; a lifetime is code.
    fn rust_char(&mut self) -> bool {
        let rest = self.rest();
        let Some(inner) = rest.strip_prefix('\'') else {
            return false;
        };
        let mut chars = inner.char_indices();
        let end = match chars.next() {
            Some((_, '\\')) => inner[1..]
                .char_indices()
                .skip(1)
                .take(12)
                .find(|(_, c)| *c == '\'')
                .map(|(index, _)| index + 1),
            Some((_, c)) => (inner[c.len_utf8()..].starts_with('\'')).then(|| c.len_utf8()),
            None => None,
        };
        let Some(end) = end else {
            self.at += 1;
            return true;
        };
        let end = self.at + 1 + end + 1;
        self.piece(Kind::Text, end);
        true
    }

    /// A `/` where a value may begin opens a regular expression.
    fn regex(&mut self) -> bool {
        let rest = self.rest();
        let value = matches!(
            self.significant,
            0 | b'(' | b',' | b'=' | b':' | b'[' | b'!' | b'&' | b'|' | b'?' | b'{' | b'}' | b';'
        );
        let value = value || self.text.as_bytes()[..self.at].ends_with(b"return ");
        if !rest.starts_with('/') || !value || self.at < self.no_regex {
            return false;
        }
        let mut looked_at = 0;
        let mut class = false;
        let mut escaped = false;
        for (index, byte) in rest.bytes().enumerate().take(REGEX).skip(1) {
            looked_at = index;
            match byte {
                b'\n' => break,
                _ if escaped => escaped = false,
                b'\\' => escaped = true,
                b'[' => class = true,
                b']' => class = false,
                b'/' if !class => {
                    let end = self.at + index + 1;
                    self.piece(Kind::Text, end);
                    return true;
                }
                _ => {}
            }
        }
        self.no_regex = self.at + looked_at;
        false
    }

    fn heredoc_mark(&mut self) -> bool {
        let rest = self.rest();
        let Some(after) = rest.strip_prefix("<<") else {
            return false;
        };
        if after.starts_with('<') {
            self.at += 3;
            return true;
        }
        let delimiter = after
            .trim_start_matches('-')
            .trim_start_matches([' ', '\t']);
        let word: String = (delimiter.chars())
            .take_while(|c| !c.is_whitespace() && !";|&<>)".contains(*c))
            .filter(|c| !"'\"\\".contains(*c))
            .collect();
        self.at += 2;
        // `1 << 2` in arithmetic is no here-document.
        if word.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_') {
            self.heredocs.push(word);
            let line = rest.find('\n').unwrap_or(rest.len());
            let used = rest.len() - delimiter.len();
            let skip = (delimiter.find(|c: char| c.is_whitespace() || ";|&<>)".contains(c)))
                .unwrap_or(delimiter.len());
            self.at += (used + skip).min(line) - 2;
        }
        true
    }

    fn heredoc_bodies(&mut self) {
        for word in std::mem::take(&mut self.heredocs) {
            let start = self.at;
            let mut end = start;
            let mut body = start;
            let mut closed = false;
            for line in self.text[start..].split_inclusive('\n') {
                end += line.len();
                if line.trim_end_matches(['\n', '\r']).trim_start_matches('\t') == word {
                    closed = true;
                    break;
                }
                body = end;
            }
            if !closed {
                self.scan.unclosed.get_or_insert(start);
            }
            if body > start {
                // The last newline stays code, so that the lines stay apart.
                let last = body - usize::from(self.text[..body].ends_with('\n'));
                if last > start {
                    self.piece(Kind::Text, last);
                }
            }
            self.at = end;
        }
    }
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}
