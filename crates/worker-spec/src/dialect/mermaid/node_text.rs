//! The texts and shapes of nodes.

use super::label::{decode_entities, label};
use super::parser::{Fault, Parser};
use super::problem::Problem;
use super::shape_data;
use super::token::{Kind, Token};

impl Parser<'_> {
    /// `[text]` and its like.
    pub(super) fn shaped_text(&mut self) -> Result<Option<(String, &'static str)>, Fault> {
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
    pub(super) fn shape_data(&mut self, ids: &[String]) -> Result<bool, Fault> {
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
