//! From tokens to statements, and on to the next line when one cannot be read.

use std::collections::VecDeque;
use std::ops::Range;

use super::builder::Builder;
use super::flowchart::{Direction, Flowchart};
use super::lexer::Lexer;
use super::problem::{Problem, Problems};
use super::source::Source;
use super::token::{Kind, Token};

/// Why a statement cannot be read further.
#[derive(Debug)]
pub(super) struct Fault {
    pub(super) range: Range<usize>,
    pub(super) message: String,
}

#[derive(Debug)]
pub(super) struct Parser<'s> {
    pub(super) source: &'s Source,
    lexer: Lexer<'s>,
    ahead: VecDeque<Token>,
    pub(super) builder: Builder,
    pub(super) problems: Problems,
    /// The subgraphs that are open, outermost first.
    pub(super) open: Vec<OpenSubgraph>,
    /// Where the node or edge that is being read begins; a statement that fails is given up to the end of this
    /// line.
    pub(super) anchor: usize,
    /// A `--` without its `-->` was found: there is none up to the end, so do not look again.
    pub(super) no_link_end: bool,
    /// How many edges fans have made.
    pub(super) fanned: usize,
}

#[derive(Debug)]
pub(super) struct OpenSubgraph {
    pub(super) id: Option<String>,
    pub(super) title: String,
    pub(super) members: Vec<String>,
    pub(super) range: Range<usize>,
}

/// Reads a flowchart.
pub(super) fn parse(source: &Source) -> (Flowchart, Problems) {
    let mut parser = Parser {
        source,
        lexer: Lexer::new(source),
        ahead: VecDeque::new(),
        builder: Builder::default(),
        problems: Problems::default(),
        open: Vec::new(),
        anchor: 0,
        no_link_end: false,
        fanned: 0,
    };
    parser.header();
    parser.statements();
    parser.end_all();
    let accepted = parser.problems.accepted();
    (parser.builder.finish(accepted), parser.problems)
}

impl Parser<'_> {
    pub(super) fn peek(&mut self) -> Token {
        self.peek_at(0)
    }

    pub(super) fn kind(&mut self) -> Kind {
        self.peek().kind
    }

    pub(super) fn peek_at(&mut self, index: usize) -> Token {
        while self.ahead.len() <= index {
            let token = self.lexer.next();
            self.ahead.push_back(token);
        }
        self.ahead[index].clone()
    }

    pub(super) fn next(&mut self) -> Token {
        let token = self.peek();
        self.ahead.pop_front();
        token
    }

    /// Takes the next token if it is of this kind.
    pub(super) fn take(&mut self, kind: Kind) -> Option<Token> {
        (self.kind() == kind).then(|| self.next())
    }

    pub(super) fn expect(&mut self, kind: Kind, what: &str) -> Result<Token, Fault> {
        match self.take(kind) {
            Some(token) => Ok(token),
            None => Err(self.unexpected(what)),
        }
    }

    pub(super) fn unexpected(&mut self, what: &str) -> Fault {
        let token = self.peek();
        let found = match token.kind {
            Kind::Eof => "the end of the diagram".to_owned(),
            Kind::Newline => "the end of the line".to_owned(),
            _ => {
                let text: String = self.text(&token).trim().chars().take(20).collect();
                if text.is_empty() {
                    "a space".to_owned()
                } else {
                    format!("`{text}`")
                }
            }
        };
        Fault {
            range: token.range,
            message: format!("expected {what}, found {found}"),
        }
    }

    pub(super) fn text(&self, token: &Token) -> String {
        self.source.text(token.range.clone())
    }

    /// Passes over single spaces and says how many there were.
    pub(super) fn spaces(&mut self) -> usize {
        let mut count = 0;
        while self.take(Kind::Space).is_some() {
            count += 1;
        }
        count
    }

    /// Goes on at another place of the text.
    pub(super) fn set(&mut self, at: usize) {
        self.ahead.clear();
        self.lexer.set(at);
    }

    /// Reads what was taken for a link id once more, as something else.
    pub(super) fn set_without_link_id(&mut self, link_id: Range<usize>) {
        self.ahead.clear();
        self.lexer.set_without_link_id(link_id);
    }

    /// Where the next token begins.
    pub(super) fn here(&mut self) -> usize {
        self.peek().range.start
    }

    /// What must follow a statement; a comment behind it is passed over.
    pub(super) fn end_of_statement(&mut self) -> Result<(), Fault> {
        if self.kind().ends_statement() {
            self.next();
            return Ok(());
        }
        let start = self.here();
        let after = self.source.after_space(start);
        let end = self.source.line_end(start);
        if self.source.starts_with(after, "%%") && after < end {
            self.problems.push(
                Problem::mended(
                    after..end,
                    "Mermaid takes a comment only on a line of its own",
                )
                .help("put the comment on the line above"),
            );
            self.set(end);
            return Ok(());
        }
        if after >= end {
            self.problems.push(
                Problem::mended(start..end, "Mermaid takes no space at the end of this line")
                    .help("remove it")
                    .replacement(""),
            );
            self.set(end);
            return Ok(());
        }
        Err(self.unexpected("the end of the line"))
    }

    fn header(&mut self) {
        if self.kind() != Kind::Graph {
            let end = self.source.line_end(0);
            self.problems.push(
                Problem::mended(0..end, "the diagram does not begin with its kind")
                    .help("begin it with `flowchart TD`"),
            );
            return;
        }
        self.next();
        match self.kind() {
            Kind::NoDirection => {
                self.next();
            }
            Kind::Direction => {
                let token = self.next();
                self.builder.direction = direction(self.text(&token).trim());
                self.header_end();
            }
            _ => {
                let start = self.here();
                let end = self.source.line_end(start);
                self.problems.push(
                    Problem::mended(start..end, "this is no direction of a flowchart")
                        .help("use TB, TD, BT, LR or RL"),
                );
                let next = (start..end)
                    .find(|&i| self.source.get(i) == Some(';'))
                    .unwrap_or(end);
                self.set(next);
            }
        }
    }

    fn header_end(&mut self) {
        let spaces = self.spaces();
        match self.kind() {
            Kind::Newline => {}
            Kind::Semicolon if spaces == 0 => {}
            _ => {
                let start = self.here();
                let gap = start - spaces..start;
                let mut problem =
                    Problem::mended(gap, "what follows the header needs a line of its own")
                        .help("put a line end or `;` right after the direction");
                if spaces > 0 {
                    problem = problem.replacement("; ");
                }
                self.problems.push(problem);
            }
        }
    }

    fn statements(&mut self) {
        loop {
            if self.problems.are_too_many() {
                let start = self.here();
                self.problems.push(Problem::lost(
                    start..self.source.len(),
                    "too many mistakes: the rest of the diagram is not read",
                ));
                return;
            }
            match self.kind() {
                Kind::Eof => return,
                Kind::Semicolon | Kind::Newline | Kind::Space => {
                    self.next();
                }
                Kind::End if !self.end_is_a_node() => self.end_subgraph(),
                _ => {
                    let start = self.here();
                    self.anchor = start;
                    if let Err(fault) = self.statement() {
                        self.give_up(fault);
                    }
                }
            }
        }
    }

    fn statement(&mut self) -> Result<(), Fault> {
        match self.kind() {
            Kind::Subgraph => self.subgraph(),
            Kind::Style => self.style(),
            Kind::LinkStyle => self.link_style(),
            Kind::ClassDef => self.class_definition(),
            Kind::Class => self.class(),
            Kind::Click => self.click(),
            Kind::DirectionStatement => {
                self.direction_statement();
                Ok(())
            }
            Kind::AccessibleTitle | Kind::AccessibleText => {
                self.next();
                self.take(Kind::Text);
                Ok(())
            }
            _ => self.vertices(),
        }
    }

    /// Leaves the rest of the line out.
    fn give_up(&mut self, fault: Fault) {
        let end = self.source.line_end(self.anchor);
        let start = fault.range.start.min(end).max(self.anchor);
        let until = fault.range.end.min(end).max(start);
        self.problems
            .push(Problem::lost(start..until, fault.message));
        self.set(end + 1);
    }

    fn direction_statement(&mut self) {
        let token = self.next();
        let text = self.text(&token);
        if !text.trim_start().starts_with("direction") {
            self.problems.push(
                Problem::trap(token.range, "Mermaid takes this whole line for a direction")
                    .help("write the word differently, or break it with an entity code"),
            );
        }
    }

    /// Whether an `end` is meant as a node: an edge follows on the same line.
    fn end_is_a_node(&mut self) -> bool {
        let end = self.peek().range.start + "end".len();
        let line_end = self.source.line_end(end);
        self.source.after_space(end) < line_end
            && matches!(self.peek_at(1).kind, Kind::Link | Kind::LinkStart)
    }

    fn end_subgraph(&mut self) {
        let token = self.next();
        match self.open.pop() {
            Some(subgraph) => self.close(subgraph),
            None => self.problems.push(Problem::lost(
                token.range.start..token.range.start + "end".len(),
                "`end` without a subgraph",
            )),
        }
    }

    fn close(&mut self, subgraph: OpenSubgraph) {
        let span = self.source.span(subgraph.range);
        let key = self
            .builder
            .subgraph(subgraph.id, subgraph.title, subgraph.members, span);
        self.member(&key);
    }

    fn end_all(&mut self) {
        while let Some(subgraph) = self.open.pop() {
            self.problems.push(
                Problem::mended(subgraph.range.clone(), "the subgraph is never closed")
                    .help("add a line `end`"),
            );
            self.close(subgraph);
        }
    }

    /// Puts a node or a subgraph into the subgraph that is open.
    pub(super) fn member(&mut self, id: &str) {
        if let Some(subgraph) = self.open.last_mut() {
            subgraph.members.push(id.to_owned());
        }
    }
}

fn direction(text: &str) -> Direction {
    match text {
        "LR" | ">" => Direction::LeftToRight,
        "RL" | "<" => Direction::RightToLeft,
        "BT" | "^" => Direction::BottomToTop,
        "BR" => Direction::BottomRight,
        _ => Direction::TopToBottom,
    }
}
