//! What can be claimed of a file, and in which words.

use super::clause::{Bound, Claim, Format, Unit, What};
use super::grammar::Reader;

impl Reader<'_> {
    /// What kind of thing a text is to be.
    pub(super) fn what(&mut self) -> Option<What> {
        const KINDS: [(&str, What); 36] = [
            ("line starting with", What::LineStart),
            ("lines starting with", What::LineStart),
            ("line that starts with", What::LineStart),
            ("line beginning with", What::LineStart),
            ("exact line", What::Line),
            ("line", What::Line),
            ("lines", What::Line),
            ("top-level heading", What::Heading),
            ("heading", What::Heading),
            ("headings", What::Heading),
            ("section", What::Heading),
            ("sections", What::Heading),
            ("title", What::Heading),
            ("top-level key", What::Key),
            ("top-level keys", What::Key),
            ("key", What::Key),
            ("keys", What::Key),
            ("field", What::Key),
            ("fields", What::Key),
            ("function", What::Definition),
            ("functions", What::Definition),
            ("class", What::Definition),
            ("classes", What::Definition),
            ("method", What::Definition),
            ("methods", What::Definition),
            ("struct", What::Definition),
            ("table with columns", What::Column),
            ("table with column", What::Column),
            ("columns", What::Column),
            ("column", What::Column),
            ("word", What::Text),
            ("words", What::Text),
            ("text", What::Text),
            ("string", What::Text),
            ("phrase", What::Text),
            ("exact text", What::Text),
        ];
        let found = KINDS.iter().find(|(phrase, _)| self.words(phrase));
        found.map(|(_, what)| *what)
    }

    /// A list of quoted texts, and whether one of them will do.
    pub(super) fn texts(&mut self) -> Option<(Vec<String>, bool)> {
        let mut texts = vec![self.code()?];
        let mut any = false;
        let mut both = false;
        loop {
            let more = self.attempt(|reader| {
                let comma = reader.mark(',');
                let or = reader.words("or");
                let and = !or && reader.words("and");
                // "contains `a` and `b.md` exists": a path begins another clause.
                let text = reader.code()?;
                let claims = (reader.is_file)(&text)
                    && reader.peek().is_some_and(|token| {
                        ["exists", "contains", "is", "has", "starts", "ends"]
                            .iter()
                            .any(|verb| token.is(verb))
                    });
                (comma || or || and).then_some(())?;
                (!claims).then_some((text, or, and))
            });
            let Some((text, or, and)) = more else {
                return (!(any && both)).then_some((texts, any));
            };
            any |= or;
            both |= and;
            texts.push(text);
        }
    }

    pub(super) fn claim(&mut self) -> Option<Vec<Claim>> {
        let rules: [fn(&mut Self) -> Option<Claim>; 8] = [
            Self::existence,
            Self::emptiness,
            Self::count,
            Self::validity,
            Self::newline,
            Self::beginning,
            Self::absence,
            Self::key_value,
        ];
        let claim = rules.into_iter().find_map(|rule| self.attempt(rule));
        match claim {
            Some(claim) => Some(vec![claim]),
            None => self.attempt(Self::presence),
        }
    }

    fn existence(&mut self) -> Option<Claim> {
        let there = self.any(&[
            "exists",
            "exist",
            "is created",
            "are created",
            "created",
            "is delivered",
            "are delivered",
            "delivered",
            "is present",
            "are present",
            "has been created",
        ]);
        if !there {
            return None;
        }
        self.any(&[
            "at specified path",
            "at specified location",
            "at given path",
            "at stated path",
            "at path",
        ]);
        Some(Claim::Exists)
    }

    fn emptiness(&mut self) -> Option<Claim> {
        let said = self.any(&[
            "is not empty",
            "are not empty",
            "is non-empty",
            "are non-empty",
            "not empty",
            "non-empty",
            "isn't empty",
            "has content",
        ]);
        said.then_some(Claim::NotEmpty)
    }

    fn count(&mut self) -> Option<Claim> {
        self.any(&[
            "has",
            "have",
            "contains",
            "is",
            "holds",
            "consists of",
            "lists",
            "includes",
            "with",
        ]);
        let bound = self.bound();
        let number = self.number()?;
        let after = self.attempt(|reader| {
            let more = reader.words("or more").then_some(Bound::AtLeast);
            more.or_else(|| {
                reader
                    .any(&["or fewer", "or less"])
                    .then_some(Bound::AtMost)
            })
        });
        let bound = match (bound, after) {
            (Some(_), Some(_)) => return None,
            (Some(bound), None) | (None, Some(bound)) => bound,
            (None, None) => Bound::Exactly,
        };
        let unit = self.unit()?;
        self.any(&["long", "in total", "of text"]);
        Some(Claim::Count {
            unit,
            bound,
            number,
        })
    }

    fn bound(&mut self) -> Option<Bound> {
        const BOUNDS: [(&str, Bound); 13] = [
            ("at least", Bound::AtLeast),
            ("no fewer than", Bound::AtLeast),
            ("no less than", Bound::AtLeast),
            ("minimum of", Bound::AtLeast),
            ("at most", Bound::AtMost),
            ("no more than", Bound::AtMost),
            ("not more than", Bound::AtMost),
            ("up to", Bound::AtMost),
            ("maximum of", Bound::AtMost),
            ("exactly", Bound::Exactly),
            ("more than", Bound::MoreThan),
            ("fewer than", Bound::FewerThan),
            ("less than", Bound::FewerThan),
        ];
        let found = BOUNDS.iter().find(|(phrase, _)| self.words(phrase));
        found.map(|(_, bound)| *bound)
    }

    fn unit(&mut self) -> Option<Unit> {
        const UNITS: [(&str, Unit); 18] = [
            ("non-blank lines", Unit::FilledLines),
            ("non-empty lines", Unit::FilledLines),
            ("nonblank lines", Unit::FilledLines),
            ("lines", Unit::Lines),
            ("line", Unit::Lines),
            ("words", Unit::Words),
            ("characters", Unit::Characters),
            ("chars", Unit::Characters),
            ("bytes", Unit::Bytes),
            ("headings", Unit::Headings),
            ("heading", Unit::Headings),
            ("sections", Unit::Headings),
            ("bullet points", Unit::Bullets),
            ("bullets", Unit::Bullets),
            ("list items", Unit::Bullets),
            ("bullet items", Unit::Bullets),
            ("bulleted items", Unit::Bullets),
            ("checklist items", Unit::Bullets),
        ];
        let found = UNITS.iter().find(|(phrase, _)| self.words(phrase));
        found.map(|(_, unit)| *unit)
    }

    fn validity(&mut self) -> Option<Claim> {
        let parses = self.any(&["parses as", "is parsed as", "can be parsed as", "parse as"]);
        self.any(&["is", "are"]);
        let valid = self.any(&["valid", "well-formed", "syntactically valid"]);
        let format = if self.words("json") {
            Format::Json
        } else if self.words("toml") {
            Format::Toml
        } else {
            return None;
        };
        self.any(&["object", "document", "file", "syntax"]);
        (parses || valid).then_some(Claim::Valid(format))
    }

    fn newline(&mut self) -> Option<Claim> {
        let said = self.any(&[
            "ends with newline",
            "ends with final newline",
            "ends with trailing newline",
            "ends in newline",
            "has final newline",
            "has trailing newline",
            "ends with line break",
        ]);
        said.then_some(Claim::FinalNewline)
    }

    fn beginning(&mut self) -> Option<Claim> {
        if self.any(&[
            "starts with",
            "start with",
            "begins with",
            "begin with",
            "has",
        ]) {
            if self.any(&["shebang line", "shebang"]) {
                return Some(Claim::Shebang(self.code()));
            }
            if self.tokens[self.at - 1].is("has") {
                return None;
            }
            self.any(&["line", "text", "exactly", "heading", "title"]);
            return self.code().map(Claim::StartsWith);
        }
        if self.any(&["ends with", "end with", "ends in"]) {
            self.any(&["text", "exactly"]);
            return self.code().map(Claim::EndsWith);
        }
        let begins = self.any(&["first line is", "has first line"]);
        if begins {
            return self.code().map(Claim::FirstLine);
        }
        self.any(&["last line is", "has last line"])
            .then(|| self.code())?
            .map(Claim::LastLine)
    }

    fn absence(&mut self) -> Option<Claim> {
        let said = self.any(&[
            "does not contain",
            "do not contain",
            "doesn't contain",
            "don't contain",
            "contains no",
            "contain no",
            "has no",
            "have no",
            "does not mention",
            "does not include",
            "doesn't include",
            "doesn't mention",
            "no",
            "must not contain",
            "not contain",
            "without",
            "never contains",
            "never mentions",
        ]);
        if !said {
            return None;
        }
        self.attempt(Self::what);
        let (texts, _) = self.texts()?;
        self.any(&["anywhere", "in it"]);
        Some(Claim::Lacks(texts))
    }

    /// "has key `a` set to `b`", "sets `a` to `b`".
    fn key_value(&mut self) -> Option<Claim> {
        if self.words("sets") {
            self.any(&["key", "field"]);
            let key = self.code()?;
            self.words("to").then_some(())?;
            return Some(Claim::KeyIs(key, self.code()?));
        }
        self.any(&["has", "contains", "with"]);
        self.any(&["top-level key", "key", "field"]).then_some(())?;
        let key = self.code()?;
        self.any(&["set to", "with value", "equal to", "is", "equals"])
            .then_some(())?;
        Some(Claim::KeyIs(key, self.code()?))
    }

    /// "contains `a` and the heading `b`".
    fn presence(&mut self) -> Option<Vec<Claim>> {
        let defines = self.any(&["defines", "define", "implements", "declares", "exports"]);
        let said = defines
            || self.any(&[
                "contains", "contain", "includes", "include", "mentions", "mention", "has", "have",
                "holds", "lists", "list", "with", "names", "quotes", "states",
            ]);
        if !said {
            return None;
        }
        let what = self.attempt(Self::what);
        let what = match what {
            None if defines => What::Definition,
            Some(What::Text) if defines => return None,
            what => what.unwrap_or(What::Text),
        };
        let (texts, any) = self.texts()?;
        // "`a` and `b` keys", "`Usage` section"
        let after = self.attempt(Self::what);
        // "has `3` lines" counts, and wants its number without quotes.
        if after.is_some() && texts.iter().any(|text| text.parse::<u64>().is_ok()) {
            return None;
        }
        let what = match (what, after) {
            (What::Text, Some(after)) => after,
            (_, Some(_)) => return None,
            (what, None) => what,
        };
        let mut claims = vec![Claim::Has { what, texts, any }];
        while let Some(claim) = self.attempt(|reader| {
            reader.connector().then_some(())?;
            let what = reader.what()?;
            let (texts, any) = reader.texts()?;
            Some(Claim::Has { what, texts, any })
        }) {
            claims.push(claim);
        }
        Some(claims)
    }
}
