//! Statements about nodes and the edges between them.

use super::builder::Link;
use super::label::label;
use super::parser::{Fault, Parser};
use super::problem::Problem;
use super::token::{Kind, Token};

/// More edges from fans (`a & b --> c & d`) than any diagram in earnest: a short text makes very many.
const MOST_FANNED: usize = 100_000;

impl Parser<'_> {
    fn join(&mut self, from: &[String], to: &[String], link: &Link) {
        if from.len() > 1 && to.len() > 1 {
            let before = self.fanned;
            self.fanned = before.saturating_add(from.len().saturating_mul(to.len()));
            if self.fanned > MOST_FANNED {
                if before <= MOST_FANNED {
                    let message =
                        format!("fans make more than {MOST_FANNED} edges; this one is left out");
                    let here = self.here();
                    self.problems.push(
                        Problem::lost(self.anchor..here, message)
                            .help("join the two lists by one node between them"),
                    );
                }
                return;
            }
        }
        self.builder.link(from, to, link);
    }

    /// `a & b --> c[text]:::class --> d`
    pub(super) fn vertices(&mut self) -> Result<(), Fault> {
        let mut left = self.node_list(true)?;
        loop {
            match self.kind() {
                Kind::Link | Kind::LinkStart | Kind::LinkId => {
                    let link = self.link()?;
                    let right = self.node_list(false)?;
                    self.join(&left, &right, &link);
                    left = right;
                }
                _ if self.short_arrow().is_some() => {
                    let link = self.mend_short_arrow();
                    let right = self.node_list(false)?;
                    self.join(&left, &right, &link);
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
                    let gap = here - before..here;
                    self.problems.push(
                        Problem::mended(gap, "Mermaid takes no space here behind `}`")
                            .help("remove it")
                            .replacement(""),
                    );
                }
                for id in &ids {
                    self.member(id);
                }
                return Ok(ids);
            }
            let sign = self.next();
            let mut after = self.spaces();
            let mut is_one_line = true;
            while self.kind() == Kind::Newline {
                self.next();
                self.spaces();
                (after, is_one_line) = (0, false);
            }
            if before == 0 || after == 0 {
                let spaced = ["", " "];
                let (left, right) = (
                    spaced[usize::from(before == 0)],
                    spaced[usize::from(after == 0)],
                );
                let mut problem =
                    Problem::mended(sign.range, "Mermaid wants a space on both sides of `&`")
                        .help("write `a & b` on one line");
                if is_one_line {
                    problem = problem.replacement(format!("{left}&{right}"));
                }
                self.problems.push(problem);
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
        if id.starts_with("%%") {
            self.problems.push(
                Problem::trap(
                    start..start + 2,
                    "Mermaid takes an empty comment for a node",
                )
                .help("write something behind `%%`, or leave the line blank"),
            );
        }
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
            let shown: String = id.chars().take(40).flat_map(char::escape_debug).collect();
            self.problems.push(
                Problem::mended(start..end, format!("the id `{shown}` holds {wrong}"))
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
