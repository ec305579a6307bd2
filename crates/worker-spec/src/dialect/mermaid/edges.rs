//! Edges between nodes.

use std::ops::Range;

use super::builder::Link;
use super::flowchart::Arrow;
use super::label::label;
use super::link::read_link;
use super::parser::{Fault, Parser};
use super::problem::Problem;
use super::source::is_space;
use super::token::{Kind, Token};

impl Parser<'_> {
    /// `->` or `=>`, which is no edge: where it ends.
    pub(super) fn short_arrow(&mut self) -> Option<usize> {
        let here = self.here();
        let is_arrow = ["->", "=>"]
            .iter()
            .any(|sign| self.source.starts_with(here, sign));
        is_arrow.then_some(here + 2)
    }

    pub(super) fn mend_short_arrow(&mut self) -> Link {
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

    pub(super) fn link(&mut self) -> Result<Link, Fault> {
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
            let gap = end..self.here();
            self.problems.push(
                Problem::mended(
                    gap,
                    "Mermaid takes at most one space between `|` and the node",
                )
                .help("leave one space")
                .replacement(" "),
            );
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
        let raw = self.source.text(open.range.end..close);
        let mut problem = Problem::mended(open.range.end..close, "this text needs quotes")
            .help("put it in double quotes; write a double quote in it as `#quot;`");
        if !raw.contains('"') {
            problem = problem.replacement(format!("\"{}\"", raw.trim()));
        }
        self.problems.push(problem);
        self.set(close + 1);
        Ok(raw)
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
        if arrow == Arrow::Invalid {
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
