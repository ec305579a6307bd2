//! How criteria about files are worded.

use super::clause::{Claim, Clause, Files, What};
use super::words::Token;

/// Reads all of a criterion as clauses about files.
///
/// # Errors
///
/// The index of the first token that no rule reads.
pub(super) fn clauses(
    tokens: &[Token],
    is_file: &dyn Fn(&str) -> bool,
) -> Result<Vec<Clause>, usize> {
    let mut reader = Reader {
        tokens,
        at: 0,
        furthest: 0,
        is_file,
    };
    match reader.all() {
        Some(clauses) if reader.at == tokens.len() && !clauses.is_empty() => Ok(clauses),
        _ => Err(reader.furthest),
    }
}

pub(super) struct Reader<'a> {
    pub(super) tokens: &'a [Token],
    pub(super) at: usize,
    /// How far any rule came.
    furthest: usize,
    pub(super) is_file: &'a dyn Fn(&str) -> bool,
}

const FILE_NOUNS: [&str; 16] = [
    "file",
    "deliverable",
    "document",
    "script",
    "module",
    "output",
    "report",
    "it",
    "readme",
    "page",
    "config",
    "configuration",
    "text",
    "program",
    "manifest",
    "schema",
];

impl Reader<'_> {
    pub(super) fn peek(&self) -> Option<&Token> {
        self.tokens.get(self.at)
    }

    /// Takes these words if they come next.
    pub(super) fn words(&mut self, phrase: &str) -> bool {
        let mut at = self.at;
        for word in phrase.split(' ') {
            if !self.tokens.get(at).is_some_and(|token| token.is(word)) {
                return false;
            }
            at += 1;
        }
        self.step(at - self.at);
        true
    }

    pub(super) fn step(&mut self, tokens: usize) {
        self.at += tokens;
        self.furthest = self.furthest.max(self.at);
    }

    pub(super) fn any(&mut self, phrases: &[&str]) -> bool {
        phrases.iter().any(|phrase| self.words(phrase))
    }

    pub(super) fn mark(&mut self, mark: char) -> bool {
        let found = self.peek() == Some(&Token::Mark(mark));
        self.step(usize::from(found));
        found
    }

    pub(super) fn code(&mut self) -> Option<String> {
        let Some(Token::Code(code)) = self.peek() else {
            return None;
        };
        let code = code.clone();
        self.step(1);
        Some(code)
    }

    pub(super) fn number(&mut self) -> Option<u64> {
        let Some(Token::Number(number)) = self.peek() else {
            return None;
        };
        let number = *number;
        self.step(1);
        Some(number)
    }

    /// Tries a rule; on nothing the position is as before.
    pub(super) fn attempt<T>(&mut self, rule: impl FnOnce(&mut Self) -> Option<T>) -> Option<T> {
        let at = self.at;
        let found = rule(self);
        if found.is_none() {
            self.at = at;
        }
        found
    }

    fn all(&mut self) -> Option<Vec<Clause>> {
        let mut clauses = Vec::new();
        let mut files = None;
        loop {
            let clause = self.clause(files.as_ref())?;
            files = Some(clause[0].files.clone());
            clauses.extend(clause);
            let with = self.peek().is_some_and(|token| token.is("with"));
            if !self.connector() && !with {
                return Some(clauses);
            }
        }
    }

    pub(super) fn connector(&mut self) -> bool {
        let at = self.at;
        while self.mark(',') || self.mark(';') || self.words("and") {}
        self.at > at
    }

    /// One clause: subject and claim, or a claim about the subject before.
    fn clause(&mut self, earlier: Option<&Files>) -> Option<Vec<Clause>> {
        if let Some(clause) = self.attempt(Self::line_clause) {
            return Some(vec![clause]);
        }
        if let Some(clause) = self.attempt(Self::passive) {
            return Some(vec![clause]);
        }
        let subject = self.attempt(Self::subject);
        if subject.is_some() {
            self.mark(':');
        }
        let files = subject
            .or_else(|| earlier.cloned())
            .unwrap_or(Files::Unsaid);
        let mut claims = self.claim()?;
        let files = match self.attempt(Self::place) {
            Some(place) if files == Files::Unsaid => place,
            Some(_) => return None,
            None => files,
        };
        let clauses = claims.drain(..).map(|claim| Clause {
            files: files.clone(),
            claim,
        });
        Some(clauses.collect())
    }

    /// The files that a clause is about.
    fn subject(&mut self) -> Option<Files> {
        if self.any(&[
            "all files",
            "every file",
            "each file",
            "all deliverables",
            "every deliverable",
            "each deliverable",
            "files",
            "deliverables",
        ]) {
            return Some(Files::Every);
        }
        let noun = self.noun();
        if let Some(paths) = self.attempt(Self::paths) {
            return Some(Files::Named(paths));
        }
        noun.then_some(Files::The)
    }

    fn noun(&mut self) -> bool {
        let at = self.at;
        self.any(&["delivered", "new", "created"]);
        let named = self.any(&FILE_NOUNS);
        while named && self.any(&["file", "script", "document"]) {}
        if !named {
            self.at = at;
        }
        named
    }

    fn paths(&mut self) -> Option<Vec<String>> {
        let mut paths = Vec::new();
        loop {
            let code = self.code().filter(|code| (self.is_file)(code))?;
            paths.push(code);
            let more = self.attempt(|reader| {
                let joined = reader.connector();
                let path =
                    matches!(reader.peek(), Some(Token::Code(code)) if (reader.is_file)(code));
                (joined && path).then_some(())
            });
            if more.is_none() {
                return Some(paths);
            }
        }
    }

    /// "in `path`", "of `path`", "in file".
    fn place(&mut self) -> Option<Files> {
        if !self.any(&["in", "of", "inside", "within"]) {
            return None;
        }
        let noun = self.noun();
        match self.attempt(Self::paths) {
            Some(paths) => Some(Files::Named(paths)),
            None => noun.then_some(Files::The),
        }
    }

    /// "first line (of `path`) is `x`".
    fn line_clause(&mut self) -> Option<Clause> {
        let mut files = self.attempt(Self::subject).unwrap_or(Files::Unsaid);
        if files != Files::Unsaid {
            // "`a.sh` first line …" is no English; "`a.sh`: first line is …" is.
            self.mark(':').then_some(())?;
        }
        let first = self.words("first line");
        if !first && !self.words("last line") {
            return None;
        }
        if let Some(place) = self.attempt(Self::place) {
            files = place;
        }
        if !self.any(&["is", "equals", "reads", "is exactly"]) {
            return None;
        }
        self.words("exactly");
        let text = self.code()?;
        let claim = if first {
            Claim::FirstLine(text)
        } else {
            Claim::LastLine(text)
        };
        Some(Clause { files, claim })
    }

    /// "`x` appears in `path`", "heading `x` exists".
    fn passive(&mut self) -> Option<Clause> {
        let noun = self.attempt(Self::what);
        let (texts, any) = self.texts()?;
        let what = noun.unwrap_or(What::Text);
        let in_place = self.any(&[
            "appears",
            "appear",
            "occurs",
            "is listed",
            "is mentioned",
            "is found",
        ]);
        let there = in_place
            || noun.is_some()
                && self.any(&[
                    "exists",
                    "exist",
                    "is present",
                    "are present",
                    "is defined",
                    "are defined",
                    "is there",
                ])
            || self.any(&[
                "is present",
                "are present",
                "is contained",
                "is included",
                "are included",
                "is",
                "exists",
            ]) && matches!(self.peek(), Some(token) if token.is("in"));
        if !there {
            return None;
        }
        let files = self.attempt(Self::place).unwrap_or(Files::Unsaid);
        let known = noun.is_some() || texts.iter().all(|text| !(self.is_file)(text));
        known.then_some(Clause {
            files,
            claim: Claim::Has { what, texts, any },
        })
    }
}
