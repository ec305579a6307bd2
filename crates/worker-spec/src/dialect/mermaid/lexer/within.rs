//! What tokens there are within brackets, quotes, edges and the like.

use super::{Lexer, Mode, Step, Stroke};
use crate::dialect::mermaid::source::{is_space, is_word};
use crate::dialect::mermaid::token::Kind;

const CLOSINGS: [(&str, Kind); 7] = [
    ("])", Kind::StadiumClose),
    ("]]", Kind::SubroutineClose),
    (")]", Kind::CylinderClose),
    (")))", Kind::DoubleCircleClose),
    (")", Kind::RoundClose),
    ("]", Kind::SquareClose),
    ("}", Kind::CurlyClose),
];

impl Lexer<'_> {
    pub(super) fn within(&mut self, mode: Mode) -> Option<Step> {
        match mode {
            Mode::Header => self.in_header(),
            Mode::Text => self.in_text(),
            Mode::EllipseText => self.in_ellipse(),
            Mode::SlashText => self.in_slashes(),
            Mode::EdgeText(stroke) => self.in_edge(stroke),
            Mode::Quote => self.in_quote(),
            Mode::MarkdownQuote => self.in_markdown_quote(),
            Mode::ShapeData | Mode::ShapeQuote => self.in_shape_data(mode),
            Mode::Click | Mode::CallbackName | Mode::CallbackArguments => self.in_click(mode),
            Mode::AccessibleTitle | Mode::AccessibleText => {
                let end = self.source.line_end(self.at);
                let step = if end > self.at {
                    Step::Token(Kind::Text, end)
                } else {
                    Step::Skip(end)
                };
                self.pop(step)
            }
            Mode::AccessibleBlock => match self.run(self.at, |c| c != '}') {
                end if end > self.at => Some(Step::Token(Kind::AccessibleText, end)),
                end => self.pop(Step::Skip(end + 1)),
            },
        }
    }

    fn in_header(&mut self) -> Option<Step> {
        if let Some(step) = self.quote() {
            return Some(step);
        }
        let after = self.source.after_space(self.at);
        let line_end = (self.at..after)
            .rev()
            .find(|&i| self.char_at(i) == Some('\n'));
        if let Some(line_end) = line_end {
            return self.pop(Step::Token(Kind::NoDirection, line_end + 1));
        }
        for direction in ["LR", "RL", "TB", "BT", "TD", "BR", "<", ">", "^", "v"] {
            let end = after + direction.len();
            let is_whole = !direction.ends_with(is_word) || !self.char_at(end).is_some_and(is_word);
            if self.source.starts_with(after, direction) && is_whole {
                return self.pop(Step::Token(Kind::Direction, end));
            }
        }
        self.invisible_link().or_else(|| self.opening())
    }

    fn in_text(&mut self) -> Option<Step> {
        if let Some(step) = self.quote().or_else(|| self.invisible_link()) {
            return Some(step);
        }
        if self.starts("|") {
            return self.pop(Step::Token(Kind::Pipe, self.at + 1));
        }
        if let Some((text, kind)) = CLOSINGS.iter().find(|(text, _)| self.starts(text)) {
            return self.pop(Step::Token(*kind, self.at + text.len()));
        }
        if let Some(step) = self.opening() {
            return Some(step);
        }
        let end = self.run(self.at, |c| {
            !matches!(c, '[' | ']' | '(' | ')' | '{' | '}' | '|' | '"')
        });
        (end > self.at).then_some(Step::Token(Kind::Text, end))
    }

    fn in_ellipse(&mut self) -> Option<Step> {
        if let Some(step) = self.quote().or_else(|| self.invisible_link()) {
            return Some(step);
        }
        let (here, next) = (self.char_at(self.at)?, self.char_at(self.at + 1));
        if matches!(here, '-' | '/' | ')') && next == Some(')') {
            return self.pop(Step::Token(Kind::EllipseClose, self.at + 2));
        }
        if !matches!(here, '(' | ')' | '[' | ']' | '{' | '}') {
            return Some(Step::Token(Kind::Text, self.at + 1));
        }
        self.opening()
    }

    fn in_slashes(&mut self) -> Option<Step> {
        if let Some(step) = self.quote().or_else(|| self.invisible_link()) {
            return Some(step);
        }
        let (here, next) = (self.char_at(self.at)?, self.char_at(self.at + 1));
        if next == Some(']') {
            match here {
                '/' => return self.pop(Step::Token(Kind::SlashClose, self.at + 2)),
                '\\' | '(' | '?' | '=' | ')' | ']' => {
                    return self.pop(Step::Token(Kind::BackslashClose, self.at + 2));
                }
                _ => {}
            }
        }
        if matches!(here, '/' | '\\') {
            return Some(Step::Token(Kind::Text, self.at + 1));
        }
        let special = |c| matches!(c, '/' | '\\' | '[' | ']' | '(' | ')' | '{' | '}');
        let end = self.run(self.at, |c| !special(c));
        if end > self.at {
            return Some(Step::Token(Kind::Text, end));
        }
        self.opening()
    }

    fn in_edge(&mut self, stroke: Stroke) -> Option<Step> {
        if let Some(step) = self.quote() {
            return Some(step);
        }
        if let Some(end) = self.link_end(stroke) {
            return self.pop(Step::Token(Kind::Link, end));
        }
        let (here, next) = (self.char_at(self.at)?, self.char_at(self.at + 1));
        let is_text = match stroke {
            Stroke::Normal => here != '-' || next != Some('-'),
            Stroke::Thick => here != '=',
            Stroke::Dotted => here != '.',
        };
        if is_text {
            return Some(Step::Token(Kind::EdgeText, self.at + 1));
        }
        self.invisible_link().or_else(|| self.opening())
    }

    fn in_quote(&mut self) -> Option<Step> {
        if self.starts("\"`") {
            return self.quote();
        }
        match self.run(self.at, |c| c != '"') {
            end if end > self.at => Some(Step::Token(Kind::Quoted, end)),
            end => self.pop(Step::Skip(end + 1)),
        }
    }

    fn in_markdown_quote(&mut self) -> Option<Step> {
        let end = self.run(self.at, |c| !matches!(c, '`' | '"'));
        if end > self.at {
            return Some(Step::Token(Kind::Markdown, end));
        }
        if self.starts("`\"") {
            return self.pop(Step::Skip(end + 2));
        }
        self.quote()
    }

    fn in_shape_data(&mut self, mode: Mode) -> Option<Step> {
        let end = self.at + 1;
        match (self.char_at(self.at)?, mode) {
            ('"', Mode::ShapeQuote) => self.pop(Step::Token(Kind::ShapeQuote, end)),
            (_, Mode::ShapeQuote) => {
                let end = self.run(self.at, |c| c != '"');
                Some(Step::Token(Kind::ShapeQuoted, end))
            }
            ('"', _) => self.push(Mode::ShapeQuote, Step::Token(Kind::ShapeQuote, end)),
            ('}', _) => self.pop(Step::Token(Kind::ShapeClose, end)),
            ('^', _) => None,
            _ => {
                let end = self.run(self.at, |c| !matches!(c, '}' | '^' | '"'));
                Some(Step::Token(Kind::ShapeText, end))
            }
        }
    }

    fn in_click(&mut self, mode: Mode) -> Option<Step> {
        let here = self.char_at(self.at)?;
        match mode {
            Mode::Click if is_space(here) => self.pop(Step::Skip(self.at + 1)),
            Mode::Click => self.quote().or_else(|| {
                let end = self.run(self.at, |c| !is_space(c));
                Some(Step::Token(Kind::Click, end))
            }),
            Mode::CallbackName if here == '(' => {
                let close = self.source.after_space(self.at + 1);
                self.modes.pop();
                if self.char_at(close) == Some(')') {
                    return Some(Step::Skip(close + 1));
                }
                self.push(Mode::CallbackArguments, Step::Skip(self.at + 1))
            }
            Mode::CallbackName => {
                let end = self.run(self.at, |c| c != '(');
                Some(Step::Token(Kind::CallbackName, end))
            }
            _ if here == ')' => self.pop(Step::Skip(self.at + 1)),
            _ => {
                let end = self.run(self.at, |c| c != ')');
                Some(Step::Token(Kind::CallbackArguments, end))
            }
        }
    }
}
