//! From text to tokens.
//!
//! The rules are those of Mermaid's own flowchart lexer, traps included: the first rule that fits wins, not the
//! longest one, and what fits depends on which bracket, quote or edge is open.

mod within;

use std::ops::Range;

use super::source::{Source, is_space, is_word};
use super::token::{Kind, Token};

/// Gives one token after the other, and can be set back to any place.
#[derive(Debug)]
pub(super) struct Lexer<'s> {
    source: &'s Source,
    at: usize,
    modes: Vec<Mode>,
    seen_header: bool,
    /// For each character the last `@` of the run of non-spaces around it that ends a link id, if any.
    link_ids: Vec<usize>,
    /// Before this place no `@` is taken for the end of a link id.
    no_link_id_before: usize,
    directions: Vec<DirectionLine>,
}

/// What is open at a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mode {
    Header,
    Text,
    EllipseText,
    SlashText,
    EdgeText(Stroke),
    Quote,
    MarkdownQuote,
    ShapeData,
    ShapeQuote,
    Click,
    CallbackName,
    CallbackArguments,
    AccessibleTitle,
    AccessibleText,
    AccessibleBlock,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stroke {
    Normal,
    Thick,
    Dotted,
}

/// A `direction LR` somewhere on a line: it takes the whole line from wherever a token begins.
#[derive(Debug)]
struct DirectionLine {
    line_start: usize,
    word: usize,
    end: usize,
}

/// What a rule gives.
enum Step {
    /// A token that ends here.
    Token(Kind, usize),
    /// Nothing, up to here.
    Skip(usize),
}

const KEYWORDS: [(&str, Kind); 6] = [
    ("style", Kind::Style),
    ("default", Kind::Default),
    ("linkStyle", Kind::LinkStyle),
    ("interpolate", Kind::Interpolate),
    ("classDef", Kind::ClassDef),
    ("class", Kind::Class),
];

const HEADERS: [&str; 3] = ["flowchart-elk", "graph", "flowchart"];

const LINK_TARGETS: [&str; 4] = ["_self", "_blank", "_parent", "_top"];

/// In the order in which they are tried; each opens a text of the given kind.
const OPENINGS: [(&str, Kind, Mode); 10] = [
    ("(-", Kind::EllipseOpen, Mode::EllipseText),
    ("([", Kind::StadiumOpen, Mode::Text),
    ("[[", Kind::SubroutineOpen, Mode::Text),
    ("[(", Kind::CylinderOpen, Mode::Text),
    ("(((", Kind::DoubleCircleOpen, Mode::Text),
    ("[/", Kind::SlashOpen, Mode::SlashText),
    ("[\\", Kind::BackslashOpen, Mode::SlashText),
    ("(", Kind::RoundOpen, Mode::Text),
    ("[", Kind::SquareOpen, Mode::Text),
    ("{", Kind::CurlyOpen, Mode::Text),
];

impl<'s> Lexer<'s> {
    pub(super) fn new(source: &'s Source) -> Self {
        Lexer {
            source,
            at: 0,
            modes: Vec::new(),
            seen_header: false,
            link_ids: link_ids(source),
            no_link_id_before: 0,
            directions: direction_lines(source),
        }
    }

    /// Goes on at another place, with nothing open.
    pub(super) fn set(&mut self, at: usize) {
        self.at = at;
        self.modes.clear();
    }

    /// Goes on at a place where a link id was found that cannot be one.
    pub(super) fn set_without_link_id(&mut self, link_id: Range<usize>) {
        self.set(link_id.start);
        self.no_link_id_before = link_id.end;
    }

    pub(super) fn next(&mut self) -> Token {
        loop {
            let start = self.at;
            if start >= self.source.len() {
                return Token {
                    kind: Kind::Eof,
                    range: start..start,
                };
            }
            let step = match self.modes.last().copied() {
                None => self.plain(),
                Some(mode) => self.within(mode),
            };
            match step.unwrap_or(Step::Token(Kind::Stray, start + 1)) {
                Step::Token(kind, end) => {
                    self.at = end;
                    return Token {
                        kind,
                        range: start..end,
                    };
                }
                Step::Skip(end) => self.at = end,
            }
        }
    }

    fn starts(&self, text: &str) -> bool {
        self.source.starts_with(self.at, text)
    }

    fn char_at(&self, index: usize) -> Option<char> {
        self.source.get(index)
    }

    /// The first index from `from` on whose character does not fit.
    fn run(&self, from: usize, fits: impl Fn(char) -> bool) -> usize {
        let mut index = from;
        while self.char_at(index).is_some_and(&fits) {
            index += 1;
        }
        index
    }

    /// The end of a whole word that stands here.
    fn word(&self, text: &str) -> Option<usize> {
        let end = self.at + text.len();
        (self.starts(text) && !self.char_at(end).is_some_and(is_word)).then_some(end)
    }

    /// The end of a word and the space that must follow it.
    fn word_and_space(&self, text: &str) -> Option<usize> {
        let end = self.at + text.len();
        (self.starts(text) && self.char_at(end).is_some_and(is_space))
            .then(|| self.source.after_space(end))
    }

    fn push(&mut self, mode: Mode, step: Step) -> Option<Step> {
        self.modes.push(mode);
        Some(step)
    }

    fn pop(&mut self, step: Step) -> Option<Step> {
        self.modes.pop();
        Some(step)
    }

    fn plain(&mut self) -> Option<Step> {
        self.accessibility()
            .or_else(|| self.shape_data_open())
            .or_else(|| self.call())
            .or_else(|| self.quote())
            .or_else(|| self.keyword())
            .or_else(|| self.direction_statement())
            .or_else(|| self.link_id())
            .or_else(|| self.sign())
            .or_else(|| self.link())
            .or_else(|| self.opening())
            .or_else(|| self.id_part())
            .or_else(|| self.space())
    }

    fn accessibility(&mut self) -> Option<Step> {
        let (word, one_line) = [
            ("accTitle", Mode::AccessibleTitle),
            ("accDescr", Mode::AccessibleText),
        ]
        .into_iter()
        .find(|(word, _)| self.starts(word))?;
        let mark = self.source.after_space(self.at + word.len());
        let after = self.source.after_space(mark + 1);
        match self.char_at(mark) {
            Some(':') => {
                let kind = match one_line {
                    Mode::AccessibleTitle => Kind::AccessibleTitle,
                    _ => Kind::AccessibleText,
                };
                self.push(one_line, Step::Token(kind, after))
            }
            Some('{') if word == "accDescr" => self.push(Mode::AccessibleBlock, Step::Skip(after)),
            _ => None,
        }
    }

    fn shape_data_open(&mut self) -> Option<Step> {
        let end = self.at + 2;
        self.starts("@{")
            .then(|| self.push(Mode::ShapeData, Step::Token(Kind::ShapeOpen, end)))?
    }

    fn call(&mut self) -> Option<Step> {
        let end = self.word_and_space("call")?;
        self.push(Mode::CallbackName, Step::Skip(end))
    }

    fn quote(&mut self) -> Option<Step> {
        let at = self.at;
        if self.starts("\"`") {
            self.push(Mode::MarkdownQuote, Step::Skip(at + 2))
        } else if self.starts("\"") {
            self.push(Mode::Quote, Step::Skip(at + 1))
        } else {
            None
        }
    }

    fn keyword(&mut self) -> Option<Step> {
        for (word, kind) in KEYWORDS {
            if let Some(end) = self.word(word) {
                return Some(Step::Token(kind, end));
            }
        }
        if self.word_and_space("href").is_some() {
            return Some(Step::Token(Kind::Href, self.at + "href".len() + 1));
        }
        if let Some(end) = self.word_and_space("click") {
            return self.push(Mode::Click, Step::Skip(end));
        }
        for word in HEADERS {
            if let Some(end) = self.word(word) {
                if !self.seen_header {
                    self.seen_header = true;
                    self.modes.push(Mode::Header);
                }
                return Some(Step::Token(Kind::Graph, end));
            }
        }
        if let Some(end) = self.word("subgraph") {
            return Some(Step::Token(Kind::Subgraph, end));
        }
        if let Some(end) = self.word("end") {
            return Some(Step::Token(Kind::End, self.source.after_space(end)));
        }
        let end = LINK_TARGETS.iter().find_map(|word| self.word(word))?;
        Some(Step::Token(Kind::LinkTarget, end))
    }

    fn direction_statement(&self) -> Option<Step> {
        let next = self.directions.partition_point(|line| line.word < self.at);
        let line = self.directions.get(next)?;
        (line.line_start <= self.at)
            .then(|| Step::Token(Kind::DirectionStatement, self.source.line_end(line.end)))
    }

    fn link_id(&self) -> Option<Step> {
        let sign = self.link_ids[self.at];
        (sign > self.at && sign != usize::MAX && self.at >= self.no_link_id_before)
            .then(|| Step::Token(Kind::LinkId, sign + 1))
    }

    fn sign(&self) -> Option<Step> {
        let end = self.at + 1;
        let kind = match self.char_at(self.at)? {
            c if c.is_ascii_digit() => {
                let end = self.run(end, |c| c.is_ascii_digit());
                return Some(Step::Token(Kind::Number, end));
            }
            ':' if self.starts(":::") => {
                return Some(Step::Token(Kind::StyleSeparator, self.at + 3));
            }
            '#' => Kind::Hash,
            ':' => Kind::Colon,
            '&' => Kind::Ampersand,
            ';' => Kind::Semicolon,
            ',' => Kind::Comma,
            '*' => Kind::Star,
            _ => return None,
        };
        Some(Step::Token(kind, end))
    }

    fn link(&mut self) -> Option<Step> {
        for stroke in [Stroke::Normal, Stroke::Thick, Stroke::Dotted] {
            if let Some(end) = self.link_end(stroke) {
                return Some(Step::Token(Kind::Link, end));
            }
            if let Some(end) = self.link_start(stroke) {
                return self.push(Mode::EdgeText(stroke), Step::Token(Kind::LinkStart, end));
            }
        }
        self.invisible_link()
    }

    /// Where the line of an edge begins: after the space and the head on its left side.
    fn line_start(&self) -> usize {
        let start = self.source.after_space(self.at);
        match self.char_at(start) {
            Some('x' | 'o' | '<') => start + 1,
            _ => start,
        }
    }

    /// The end of a whole edge (`-->`), or of the second half of one with a text.
    fn link_end(&self, stroke: Stroke) -> Option<usize> {
        let start = self.line_start();
        let end = match stroke {
            Stroke::Normal => self.solid_end(start, '-')?,
            Stroke::Thick => self.solid_end(start, '=')?,
            Stroke::Dotted => {
                let dots = start + usize::from(self.char_at(start) == Some('-'));
                let end = self.run(dots, |c| c == '.');
                if end == dots || self.char_at(end) != Some('-') {
                    return None;
                }
                let head = matches!(self.char_at(end + 1), Some('x' | 'o' | '>'));
                end + 1 + usize::from(head)
            }
        };
        Some(self.source.after_space(end))
    }

    fn solid_end(&self, start: usize, line: char) -> Option<usize> {
        let end = self.run(start, |c| c == line);
        match (end - start, self.char_at(end)) {
            (2.., Some('x' | 'o' | '>')) => Some(end + 1),
            (3.., _) => Some(end),
            _ => None,
        }
    }

    fn link_start(&self, stroke: Stroke) -> Option<usize> {
        let start = self.line_start();
        let line = match stroke {
            Stroke::Normal => "--",
            Stroke::Thick => "==",
            Stroke::Dotted => "-.",
        };
        self.source
            .starts_with(start, line)
            .then(|| self.source.after_space(start + 2))
    }

    fn invisible_link(&self) -> Option<Step> {
        let start = self.source.after_space(self.at);
        let end = self.run(start, |c| c == '~');
        (end >= start + 3).then(|| Step::Token(Kind::Link, self.source.after_space(end)))
    }

    fn opening(&mut self) -> Option<Step> {
        let at = self.at;
        if self.modes.is_empty() && self.starts("[|") {
            return Some(Step::Token(Kind::PropertiesOpen, at + 2));
        }
        if self.modes.is_empty() && self.starts(">") {
            return self.push(Mode::Text, Step::Token(Kind::FlagOpen, at + 1));
        }
        if self.starts("|") {
            return self.push(Mode::Text, Step::Token(Kind::Pipe, at + 1));
        }
        let (text, kind, mode) = *OPENINGS.iter().find(|(text, ..)| self.starts(text))?;
        self.push(mode, Step::Token(kind, at + text.len()))
    }

    fn id_part(&self) -> Option<Step> {
        if self.starts("\\|") {
            return Some(Step::Token(Kind::Stray, self.at + 2));
        }
        if let Some(end) = self.word("v") {
            return Some(Step::Token(Kind::Down, end));
        }
        let mut end = self.at;
        while let Some(c) = self.char_at(end) {
            let after = self.char_at(end + 1);
            let fits = is_id_character(c)
                || (c == '-' && after.is_some_and(|next| !matches!(next, '>' | '-' | '.')));
            if !fits {
                break;
            }
            end += 1;
        }
        if end > self.at {
            return Some(Step::Token(Kind::Word, end));
        }
        match self.char_at(self.at)? {
            '-' => Some(Step::Token(Kind::Minus, self.at + 1)),
            c if c.is_alphabetic() && u32::from(c) < 0x1_0000 => {
                Some(Step::Token(Kind::Letter, self.at + 1))
            }
            _ => None,
        }
    }

    fn space(&self) -> Option<Step> {
        let c = self.char_at(self.at)?;
        if c == '\n' {
            let end = self.run(self.at, |c| c == '\n');
            return Some(Step::Token(Kind::Newline, end));
        }
        is_space(c).then_some(Step::Token(Kind::Space, self.at + 1))
    }
}

fn is_id_character(c: char) -> bool {
    c.is_ascii_alphanumeric()
        || matches!(
            c,
            '!' | '"' | '#' | '$' | '%' | '&' | '\'' | '*' | '.' | '`' | '?' | '\\' | '_' | '/'
        )
}

fn link_ids(source: &Source) -> Vec<usize> {
    let mut signs = vec![usize::MAX; source.len() + 1];
    let mut start = 0;
    while start < source.len() {
        let fits = |i: usize| source.get(i).is_some_and(|c| !is_space(c) && c != '"');
        let mut end = start;
        while fits(end) {
            end += 1;
        }
        let sign = (start..end).rev().find(|&i| {
            source.get(i) == Some('@') && source.get(i + 1).is_some_and(|c| c != '{' && c != '"')
        });
        if let Some(sign) = sign {
            signs[start..sign].fill(sign);
        }
        start = end.max(start) + 1;
    }
    signs
}

fn direction_lines(source: &Source) -> Vec<DirectionLine> {
    let mut lines: Vec<DirectionLine> = Vec::new();
    let mut line_start = 0;
    for index in 0..source.len() {
        if source.get(index) == Some('\n') {
            line_start = index + 1;
        }
        if !source.starts_with(index, "direction") {
            continue;
        }
        let word = index + "direction".len();
        let value = source.after_space(word);
        let known = ["TB", "BT", "RL", "LR", "TD"]
            .iter()
            .any(|d| source.starts_with(value, d));
        if known && value > word {
            lines.push(DirectionLine {
                line_start,
                word: index,
                end: value,
            });
        }
    }
    lines
}
