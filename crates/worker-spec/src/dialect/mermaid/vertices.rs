//! Statements about nodes and the edges between them.

use std::ops::Range;

use super::builder::Link;
use super::label::{decode_entities, label};
use super::link::read_link;
use super::parser::{Fault, Parser};
use super::problem::Problem;
use super::shape_data;
use super::source::is_space;
use super::token::{Kind, Token};

impl Parser<'_> {
    /// `a & b --> c[text]:::class --> d`
    pub(super) fn vertices(&mut self) -> Result<(), Fault> {
        let mut left = self.node_list(true)?;
        loop {
            match self.kind() {
                Kind::Link | Kind::LinkStart | Kind::LinkId => {
                    let link = self.link()?;
                    let right = self.node_list(false)?;
                    self.builder.link(&left, &right, &link);
                    left = right;
                }
                _ if self.short_arrow().is_some() => {
                    let link = self.mend_short_arrow();
                    let right = self.node_list(false)?;
                    self.builder.link(&left, &right, &link);
                    left = right;
                }
                kind if kind.is_id_part() && !self.at_comment() => {
                    let here = self.here();
                    self.problems.push(
                        Problem::mended(here..here, "two statements on one line")
                            .help("put `;` or a line end between them"),
                    );
                    return Ok(());
                }
                _ => return self.end_of_statement(),
            }
        }
    }

    fn at_comment(&mut self) -> bool {
        let here = self.here();
        self.source.starts_with(here, "%%")
    }

    /// Nodes with `&` between them, and the space behind them.
    fn node_list(&mut self, is_first: bool) -> Result<Vec<String>, Fault> {
        let mut ids = vec![self.styled_node(is_first)?];
        loop {
            let has_data = self.shape_data(&ids)?;
            let before = self.spaces();
            if self.kind() != Kind::Ampersand {
                if has_data && before > 0 {
                    let here = self.here();
                    self.problems.push(Problem::mended(
                        here - before..here,
                        "Mermaid takes no space here behind `}`",
                    ));
                }
                for id in &ids {
                    self.member(id);
                }
                return Ok(ids);
            }
            let sign = self.next();
            let mut after = self.spaces();
            while self.kind() == Kind::Newline {
                self.next();
                self.spaces();
                after = 0;
            }
            if before == 0 || after == 0 {
                self.problems.push(
                    Problem::mended(sign.range, "Mermaid wants a space on both sides of `&`")
                        .help("write `a & b` on one line"),
                );
            }
            ids.push(self.styled_node(false)?);
        }
    }

    fn styled_node(&mut self, is_first: bool) -> Result<String, Fault> {
        let start = self.here();
        if self.kind() != Kind::Eof {
            self.anchor = start;
        }
        let id = self.node_id(is_first)?;
        let id_end = self.here();
        let text = self.shaped_text()?;
        let end = self.here();
        let range = start..if text.is_some() { end } else { id_end };
        let span = self.source.span(range);
        let text = text.as_ref().map(|(text, shape)| (label(text), *shape));
        self.builder.node(&id, text, span);
        if self.take(Kind::StyleSeparator).is_some() {
            let class = self.plain_id("the name of a class")?;
            self.builder.class(&id, &class);
        }
        Ok(id)
    }

    /// An id as Mermaid takes it.
    pub(super) fn plain_id(&mut self, what: &str) -> Result<String, Fault> {
        let mut id = String::new();
        while self.kind().is_id_part() {
            let token = self.next();
            id.push_str(&self.text(&token));
        }
        if id.is_empty() {
            return Err(self.unexpected(what));
        }
        Ok(id)
    }

    /// An id, or what is clearly meant as one.
    fn node_id(&mut self, is_first: bool) -> Result<String, Fault> {
        let start = self.here();
        let mut id = String::new();
        let mut wrong = None;
        loop {
            let token = self.peek();
            if self.short_arrow().is_some() && !id.is_empty() {
                break;
            } else if token.kind == Kind::LinkId && id.is_empty() {
                self.problems.push(
                    Problem::mended(
                        token.range.clone(),
                        "Mermaid takes what stands before this `@` for the name of an edge",
                    )
                    .help("put text with `@` in it in double quotes"),
                );
                self.set_without_link_id(token.range);
            } else if token.kind.is_id_part() {
                id.push_str(&self.text(&token));
                self.next();
                if self.source.get(token.range.start) == Some('+') {
                    wrong = Some("a sign that no id may hold");
                }
            } else if token.kind == Kind::Stray && self.may_be_in_id(&token) {
                wrong = Some("a sign that no id may hold");
                id.push_str(&self.text(&token));
                self.next();
            } else if id.is_empty()
                && is_reserved(token.kind)
                && (!is_first || token.kind == Kind::End)
            {
                wrong = Some("a word of Mermaid's own, which no node may be called");
                let word = self.text(&token).trim().to_owned();
                self.set(token.range.start + word.chars().count());
                id.push_str(&word);
            } else if self.id_goes_on(&id) {
                wrong = Some("a space, which no id may hold");
                self.spaces();
                id.push(' ');
            } else {
                break;
            }
        }
        if id.is_empty() {
            return Err(self.unexpected("a node"));
        }
        if let Some(wrong) = wrong {
            let end = start + id.chars().count();
            self.problems.push(
                Problem::mended(start..end, format!("the id `{id}` holds {wrong}"))
                    .help("use letters, digits, `-` and `_`, and put other text in brackets: `id[\"text\"]`"),
            );
        }
        Ok(id)
    }

    /// Whether a sign that Mermaid does not know here can be meant as part of a name.
    fn may_be_in_id(&self, token: &Token) -> bool {
        let sign = self.source.get(token.range.start);
        !sign.is_some_and(|c| "[](){}|\"<>^`\\".contains(c))
    }

    /// `->` or `=>`, which is no edge: where it ends.
    fn short_arrow(&mut self) -> Option<usize> {
        let here = self.here();
        let is_arrow = ["->", "=>"]
            .iter()
            .any(|sign| self.source.starts_with(here, sign));
        is_arrow.then_some(here + 2)
    }

    fn mend_short_arrow(&mut self) -> Link {
        let start = self.here();
        let end = start + 2;
        let sign = self.source.text(start..end);
        let whole = if sign == "=>" { "==>" } else { "-->" };
        self.problems.push(
            Problem::mended(start..end, format!("`{sign}` is no edge"))
                .help(format!("write `{whole}`"))
                .replacement(whole),
        );
        self.set(self.source.after_space(end));
        let (arrow, stroke, length) = read_link(None, whole);
        Link {
            arrow,
            stroke,
            length,
            label: None,
            id: None,
            span: self.source.span(start..end),
        }
    }

    /// Whether more of an id, or its text, follows after spaces.
    fn id_goes_on(&mut self, id: &str) -> bool {
        if id.is_empty() || self.kind() != Kind::Space {
            return false;
        }
        let mut index = 0;
        while self.peek_at(index).kind == Kind::Space {
            index += 1;
        }
        let next = self.peek_at(index);
        let start = next.range.start;
        next.kind.is_id_part()
            && next.kind != Kind::Ampersand
            && !["%%", "->", "=>"]
                .iter()
                .any(|sign| self.source.starts_with(start, sign))
    }

    /// `[text]` and its like.
    fn shaped_text(&mut self) -> Result<Option<(String, &'static str)>, Fault> {
        let open = self.peek();
        let Some(closings) = closings(open.kind) else {
            return Ok(None);
        };
        match self.closed_text(closings) {
            Ok(found) => Ok(Some(found)),
            Err(fault) => self.mend_text(&open, closings).map(Some).ok_or(fault),
        }
    }

    /// The text behind an opening, up to the closing that fits.
    fn closed_text(&mut self, closings: &[Closing]) -> Result<(String, &'static str), Fault> {
        let open = self.next();
        if open.kind == Kind::PropertiesOpen {
            self.expect(Kind::Word, "a property")?;
            self.expect(Kind::Colon, "`:`")?;
            self.expect(Kind::Word, "a value")?;
            self.expect(Kind::Pipe, "`|`")?;
        }
        // `((` and `{{` are two signs each.
        let double = matches!(open.kind, Kind::RoundOpen | Kind::CurlyOpen)
            && self.take(open.kind).is_some();
        let text = self.bare_text("a text")?;
        let close = self.peek();
        let found = closings
            .iter()
            .find(|closing| closing.kind == close.kind && closing.double == double);
        let Some(closing) = found else {
            return Err(self.unexpected(&format!("`{}`", closings[0].sign)));
        };
        self.next();
        if double {
            self.expect(close.kind, "a second closing bracket")?;
        }
        Ok((text, closing.shape))
    }

    /// A text: one in quotes, or one without any sign that has a meaning.
    pub(super) fn bare_text(&mut self, what: &str) -> Result<String, Fault> {
        if let Some(token) = self
            .take(Kind::Quoted)
            .or_else(|| self.take(Kind::Markdown))
        {
            return Ok(self.text(&token));
        }
        let mut text = String::new();
        while let Some(token) = self.take(Kind::Text) {
            text.push_str(&self.text(&token));
        }
        if text.is_empty() {
            return Err(self.unexpected(what));
        }
        Ok(text)
    }

    /// A text that needs quotes and has none: up to a closing after which an edge or the end of the line follows.
    fn mend_text(&mut self, open: &Token, closings: &[Closing]) -> Option<(String, &'static str)> {
        let from = open.range.start;
        let end = self.source.line_end(from);
        let double = closings.iter().any(|c| c.double) && {
            let sign = self.source.get(from);
            self.source.get(from + 1) == sign
        };
        let mut candidates = closings.iter().filter(|c| c.double == double);
        let start = open.range.end + usize::from(double);
        let (at, closing) = (start..end).find_map(|at| {
            let closing = candidates.clone().find(|c| {
                self.source.starts_with(at, c.sign)
                    && self.statement_may_end(at + c.sign.chars().count(), end)
            })?;
            Some((at, closing))
        })?;
        candidates.next();
        let raw = self.source.text(start..at);
        let mut problem = Problem::mended(start..at, "this text needs quotes")
            .help("put it in double quotes; write a double quote in it as `#quot;`");
        if !raw.contains('"') {
            problem = problem.replacement(format!("\"{}\"", raw.trim()));
        }
        self.problems.push(problem);
        self.set(at + closing.sign.chars().count());
        Some((raw, closing.shape))
    }

    fn statement_may_end(&self, at: usize, line_end: usize) -> bool {
        let next = self.source.after_space(at);
        next >= line_end
            || [
                ";", "&", ":::", "@{", "%%", "--", "==", "-.", "~~~", "->", "<-", "<=", "x--",
                "o--",
            ]
            .iter()
            .any(|sign| self.source.starts_with(next, sign))
    }

    /// `@{ shape: doc, label: "text" }`, about the last node.
    fn shape_data(&mut self, ids: &[String]) -> Result<bool, Fault> {
        if self.kind() != Kind::ShapeOpen {
            return Ok(false);
        }
        let open = self.next();
        let mut text = String::new();
        while let Some(token) = self.take_shape_data() {
            let piece = self.text(&token);
            text.push_str(&match token.kind {
                Kind::ShapeQuoted => joined_lines(&piece),
                _ => piece,
            });
        }
        let start = open.range.start;
        let end = self.expect(Kind::ShapeClose, "`}`")?.range.end;
        match (shape_data::read(&text), ids.last()) {
            (Ok(data), Some(id)) => self.builder.shape_data(id, data),
            (Ok(_), None) => {}
            (Err(message), _) => self.problems.push(Problem::mended(start..end, message)),
        }
        Ok(true)
    }

    fn take_shape_data(&mut self) -> Option<Token> {
        let is_data = matches!(
            self.kind(),
            Kind::ShapeText | Kind::ShapeQuote | Kind::ShapeQuoted
        );
        is_data.then(|| self.next())
    }

    fn link(&mut self) -> Result<Link, Fault> {
        self.anchor = self.here_without_space();
        let start = self.anchor;
        let id = self.take(Kind::LinkId).map(|token| {
            let text = self.text(&token);
            text.trim_end_matches('@').to_owned()
        });
        if let Some(first) = self.take(Kind::LinkStart) {
            return self.link_with_text(first, start, id);
        }
        let sign = self.expect(Kind::Link, "an edge")?;
        let (arrow, stroke, length) = read_link(None, &self.text(&sign));
        let mut end = self.trimmed_end(&sign.range);
        let mut text = None;
        if self.kind() == Kind::Pipe {
            let (found, after) = self.text_in_pipes()?;
            text = Some(found);
            end = after;
        }
        while self.kind() == Kind::Link {
            let again = self.next();
            self.problems
                .push(Problem::mended(again.range, "two arrows in a row"));
        }
        Ok(Link {
            arrow,
            stroke,
            length,
            label: text.as_deref().and_then(edge_label),
            id,
            span: self.source.span(start..end),
        })
    }

    fn here_without_space(&mut self) -> usize {
        let here = self.here();
        self.source.after_space(here)
    }

    fn trimmed_end(&self, range: &Range<usize>) -> usize {
        let mut end = range.end;
        while end > range.start && self.source.get(end - 1).is_some_and(is_space) {
            end -= 1;
        }
        end
    }

    fn text_in_pipes(&mut self) -> Result<(String, usize), Fault> {
        let open = self.next();
        let text = match self.bare_text("the text of the edge") {
            Ok(text) if self.kind() == Kind::Pipe => {
                self.next();
                text
            }
            Ok(_) | Err(_) => self.mend_pipes(&open)?,
        };
        let end = self.here();
        let mut spaces = self.spaces();
        while self.kind() == Kind::Newline {
            self.next();
            self.spaces();
            spaces = 2;
        }
        if spaces > 1 {
            self.problems.push(Problem::mended(
                end..end,
                "Mermaid takes at most one space between `|` and the node",
            ));
        }
        Ok((text, end))
    }

    fn mend_pipes(&mut self, open: &Token) -> Result<String, Fault> {
        let end = self.source.line_end(open.range.end);
        let close = (open.range.end..end).find(|&at| self.source.get(at) == Some('|'));
        let Some(close) = close.filter(|&close| close > open.range.end) else {
            return Err(Fault {
                range: open.range.clone(),
                message: "the text of the edge is empty or never ends".to_owned(),
            });
        };
        self.problems.push(
            Problem::mended(open.range.end..close, "this text needs quotes")
                .help("put it in double quotes"),
        );
        self.set(close + 1);
        Ok(self.source.text(open.range.end..close))
    }

    /// `-- text -->`
    fn link_with_text(
        &mut self,
        first: Token,
        start: usize,
        id: Option<String>,
    ) -> Result<Link, Fault> {
        let opening = self.text(&first);
        let text = self.edge_text(&first);
        let found = (!self.no_link_end).then(|| self.take(Kind::Link)).flatten();
        let Some(last) = found.filter(|_| !text.is_empty()) else {
            self.no_link_end |= self.kind() == Kind::Eof;
            return Ok(self.mend_link(&first, &opening, start, id));
        };
        let (arrow, stroke, length) = read_link(Some(&opening), &self.text(&last));
        let end = self.trimmed_end(&last.range);
        if arrow == super::flowchart::Arrow::Invalid {
            self.problems.push(Problem::trap(
                start..end,
                "the two halves of this edge do not match",
            ));
        }
        Ok(Link {
            arrow,
            stroke,
            length,
            label: edge_label(&text),
            id,
            span: self.source.span(start..end),
        })
    }

    fn edge_text(&mut self, first: &Token) -> String {
        if self.no_link_end {
            return String::new();
        }
        if let Some(token) = self
            .take(Kind::Quoted)
            .or_else(|| self.take(Kind::Markdown))
        {
            return self.text(&token);
        }
        let mut end = first.range.end;
        while let Some(token) = self.take(Kind::EdgeText) {
            end = token.range.end;
        }
        self.source.text(first.range.end..end)
    }

    /// `--`, `->` and `=>`, which are no edges but meant as such.
    fn mend_link(
        &mut self,
        first: &Token,
        opening: &str,
        start: usize,
        id: Option<String>,
    ) -> Link {
        let end = self.trimmed_end(&first.range);
        self.problems.push(
            Problem::mended(start..end, format!("`{}` is no edge", opening.trim()))
                .help("write `-->` for an arrow and `---` for a line"),
        );
        self.set(first.range.end);
        let (arrow, stroke, length) = read_link(None, "---");
        Link {
            arrow,
            stroke,
            length,
            label: None,
            id,
            span: self.source.span(start..end),
        }
    }
}

fn edge_label(text: &str) -> Option<String> {
    let label = label(text);
    (!label.is_empty()).then_some(label)
}

/// A line end in a quoted value is a line break.
fn joined_lines(text: &str) -> String {
    let mut lines = text.split('\n');
    let mut joined = lines.next().unwrap_or_default().to_owned();
    for line in lines {
        joined.push_str("<br/>");
        joined.push_str(line.trim_start());
    }
    joined
}

/// Words that Mermaid keeps for itself.
fn is_reserved(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::Graph
            | Kind::Subgraph
            | Kind::End
            | Kind::Style
            | Kind::LinkStyle
            | Kind::Interpolate
            | Kind::ClassDef
            | Kind::Class
            | Kind::LinkTarget
    )
}

/// How a text may close, and which shape that makes.
#[derive(Debug)]
struct Closing {
    kind: Kind,
    sign: &'static str,
    /// Whether the opening was a double one.
    double: bool,
    shape: &'static str,
}

const fn closing(kind: Kind, sign: &'static str, shape: &'static str) -> Closing {
    Closing {
        kind,
        sign,
        double: false,
        shape,
    }
}

fn closings(open: Kind) -> Option<&'static [Closing]> {
    const SQUARE: &[Closing] = &[closing(Kind::SquareClose, "]", "square")];
    const ROUND: &[Closing] = &[
        closing(Kind::RoundClose, ")", "round"),
        Closing {
            kind: Kind::RoundClose,
            sign: "))",
            double: true,
            shape: "circle",
        },
    ];
    const CURLY: &[Closing] = &[
        closing(Kind::CurlyClose, "}", "diamond"),
        Closing {
            kind: Kind::CurlyClose,
            sign: "}}",
            double: true,
            shape: "hexagon",
        },
    ];
    const STADIUM: &[Closing] = &[closing(Kind::StadiumClose, "])", "stadium")];
    const SUBROUTINE: &[Closing] = &[closing(Kind::SubroutineClose, "]]", "subroutine")];
    const CYLINDER: &[Closing] = &[closing(Kind::CylinderClose, ")]", "cylinder")];
    const DOUBLE: &[Closing] = &[closing(Kind::DoubleCircleClose, ")))", "doublecircle")];
    const ELLIPSE: &[Closing] = &[closing(Kind::EllipseClose, "-)", "ellipse")];
    const FLAG: &[Closing] = &[closing(Kind::SquareClose, "]", "odd")];
    const PROPERTIES: &[Closing] = &[closing(Kind::SquareClose, "]", "rect")];
    const SLASH: &[Closing] = &[
        closing(Kind::SlashClose, "/]", "lean_right"),
        closing(Kind::BackslashClose, "\\]", "trapezoid"),
    ];
    const BACKSLASH: &[Closing] = &[
        closing(Kind::BackslashClose, "\\]", "lean_left"),
        closing(Kind::SlashClose, "/]", "inv_trapezoid"),
    ];
    Some(match open {
        Kind::SquareOpen => SQUARE,
        Kind::RoundOpen => ROUND,
        Kind::CurlyOpen => CURLY,
        Kind::StadiumOpen => STADIUM,
        Kind::SubroutineOpen => SUBROUTINE,
        Kind::CylinderOpen => CYLINDER,
        Kind::DoubleCircleOpen => DOUBLE,
        Kind::EllipseOpen => ELLIPSE,
        Kind::FlagOpen => FLAG,
        Kind::PropertiesOpen => PROPERTIES,
        Kind::SlashOpen => SLASH,
        Kind::BackslashOpen => BACKSLASH,
        _ => return None,
    })
}

/// The title of a subgraph as Mermaid hands it on.
pub(super) fn title(text: &str) -> String {
    decode_entities(&label(text))
}
