//! Statements about looks, and subgraphs.

use super::node_text::title;
use super::parser::{Fault, OpenSubgraph, Parser};
use super::problem::Problem;
use super::token::Kind;

impl Parser<'_> {
    /// `subgraph id [title]`; what is in it follows as statements of their own.
    pub(super) fn subgraph(&mut self) -> Result<(), Fault> {
        let start = self.next().range.start;
        let (id, text) = match self.subgraph_name() {
            Ok(name) => name,
            Err(fault) => self.mend_subgraph(start, &fault),
        };
        let end = self.source.line_end(start);
        self.open.push(OpenSubgraph {
            id,
            title: title(&text),
            members: Vec::new(),
            range: start..end,
        });
        Ok(())
    }

    fn subgraph_name(&mut self) -> Result<(Option<String>, String), Fault> {
        self.expect(Kind::Space, "a space and a name")?;
        let name = match self
            .take(Kind::Quoted)
            .or_else(|| self.take(Kind::Markdown))
        {
            Some(token) => self.text(&token),
            None => {
                let mut name = String::new();
                while self.kind().is_title_part() {
                    let token = self.next();
                    name.push_str(&self.text(&token));
                }
                name
            }
        };
        if name.is_empty() {
            return Err(self.unexpected("a name"));
        }
        if self.take(Kind::SquareOpen).is_some() {
            let text = self.bare_text("a title")?;
            self.expect(Kind::SquareClose, "`]`")?;
            self.end_of_statement()?;
            return Ok((Some(name.trim().to_owned()), text));
        }
        self.end_of_statement()?;
        // Without a title of its own, a name with a space in it is only a title.
        let id = (!name.contains(char::is_whitespace)).then(|| name.clone());
        Ok((id, name))
    }

    fn mend_subgraph(&mut self, start: usize, fault: &Fault) -> (Option<String>, String) {
        let end = self.source.line_end(start);
        let line = self.source.text(start + "subgraph".len()..end);
        let line = line.trim();
        self.problems.push(
            Problem::mended(
                start..end,
                format!("Mermaid cannot read this subgraph: {}", fault.message),
            )
            .help("write `subgraph id [\"title\"]`"),
        );
        self.set(end);
        let unquoted = |text: &str| text.trim().trim_matches('"').to_owned();
        match line.strip_suffix(']').and_then(|rest| rest.split_once('[')) {
            Some((id, text)) if !id.trim().is_empty() => {
                (Some(id.trim().to_owned()), unquoted(text))
            }
            _ => {
                let id = (!line.is_empty() && !line.contains(char::is_whitespace))
                    .then(|| line.to_owned());
                (id, unquoted(line))
            }
        }
    }

    /// `style id fill:#fff`, which makes the node if there is none.
    pub(super) fn style(&mut self) -> Result<(), Fault> {
        self.next();
        self.expect(Kind::Space, "a space")?;
        let start = self.here();
        let id = self.plain_id("a node")?;
        let span = self.source.span(start..start + id.chars().count());
        self.styles()?;
        self.builder.node(&id, None, span);
        Ok(())
    }

    pub(super) fn class_definition(&mut self) -> Result<(), Fault> {
        self.next();
        self.expect(Kind::Space, "a space")?;
        self.plain_id("the name of a class")?;
        self.styles()
    }

    /// `class a,b name`, which makes no node.
    pub(super) fn class(&mut self) -> Result<(), Fault> {
        self.next();
        self.expect(Kind::Space, "a space")?;
        let ids = self.plain_id("nodes")?;
        self.expect(Kind::Space, "a space and the name of a class")?;
        let class = self.plain_id("the name of a class")?;
        self.builder.class(&ids, &class);
        self.end_of_statement()
    }

    /// A space, styles with commas between them, and the end of the statement.
    fn styles(&mut self) -> Result<(), Fault> {
        self.expect(Kind::Space, "a space and a style")?;
        loop {
            if !self.kind().is_style_part() {
                return Err(self.unexpected("a style"));
            }
            while self.kind().is_style_part() {
                self.next();
            }
            if self.take(Kind::Comma).is_none() {
                return self.end_of_statement();
            }
        }
    }

    /// `linkStyle 0,1 stroke:red`, about edges that must be there.
    pub(super) fn link_style(&mut self) -> Result<(), Fault> {
        self.next();
        self.expect(Kind::Space, "a space")?;
        if self.take(Kind::Default).is_none() {
            self.link_numbers()?;
        }
        if self.peek_at(1).kind != Kind::Interpolate {
            return self.styles();
        }
        self.expect(Kind::Space, "a space")?;
        self.next();
        self.expect(Kind::Space, "a space")?;
        self.callback_name("a curve")?;
        match self.kind() {
            Kind::Space => self.styles(),
            _ => self.end_of_statement(),
        }
    }

    fn link_numbers(&mut self) -> Result<(), Fault> {
        loop {
            let token = self.expect(Kind::Number, "the number of an edge")?;
            let number = self.text(&token).parse::<usize>();
            let count = self.builder.edge_count();
            if number.map_or(true, |number| number >= count) {
                self.problems.push(Problem::mended(
                    token.range,
                    format!("there is no edge of this number; {count} came before"),
                ));
            }
            if self.take(Kind::Comma).is_none() {
                return Ok(());
            }
        }
    }

    fn callback_name(&mut self, what: &str) -> Result<(), Fault> {
        if !self.kind().is_callback_part() {
            return Err(self.unexpected(what));
        }
        while self.kind().is_callback_part() {
            self.next();
        }
        Ok(())
    }

    /// `click a "https://…" "tip" _blank`, `click a call f()`, `click a f "tip"`.
    pub(super) fn click(&mut self) -> Result<(), Fault> {
        let token = self.next();
        let ids = self.text(&token);
        match self.kind() {
            Kind::CallbackName => {
                self.next();
                self.take(Kind::CallbackArguments);
                self.tip()?;
            }
            Kind::Href => {
                self.next();
                self.expect(Kind::Quoted, "an address in quotes")?;
                self.tip()?;
                self.target()?;
            }
            Kind::Quoted => {
                self.next();
                self.tip()?;
                self.target()?;
            }
            _ => {
                self.callback_name("an address in quotes or the name of a function")?;
                self.tip()?;
            }
        }
        self.builder.class(&ids, "clickable");
        self.end_of_statement()
    }

    fn tip(&mut self) -> Result<(), Fault> {
        if self.kind() == Kind::Space && self.peek_at(1).kind == Kind::Quoted {
            self.next();
            self.next();
        }
        Ok(())
    }

    fn target(&mut self) -> Result<(), Fault> {
        if self.kind() == Kind::Space && self.peek_at(1).kind == Kind::LinkTarget {
            self.next();
            self.next();
        }
        Ok(())
    }
}
