use super::kind::base_name;

/// One bullet, cut into its code spans and the words before each.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Statement {
    pub(super) spans: Vec<Span>,
    /// The words after the last span.
    pub(super) tail: String,
}

/// A literal of a bullet.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Span {
    /// The words between the span before this one and this one.
    pub(super) before: String,
    /// What stands between the marks.
    pub(super) text: String,
    /// True if the marks are double quotes, false if they are backticks.
    pub(super) quoted: bool,
}

/// A run of spans about the same files.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Clause {
    pub(super) scope: Scope,
    pub(super) spans: Vec<Span>,
    pub(super) tail: String,
    /// Arguments of a call that named the file, as in `` `greet.sh --version` prints ``.
    pub(super) call: Option<Vec<String>>,
}

/// Which files a clause speaks of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Scope {
    /// It names none.
    Open,
    /// It says "every file".
    All,
    /// It names these deliverables, by their indices.
    Files(Vec<usize>),
    /// It names a file that is no deliverable.
    Foreign,
}

impl Statement {
    /// Reads backticked spans.
    pub(super) fn read(text: &str) -> Statement {
        Self::scan(text, false)
    }

    /// Reads backticked spans and passages in double quotes.
    pub(super) fn read_quoted(text: &str) -> Statement {
        Self::scan(text, true)
    }

    fn scan(text: &str, quotes: bool) -> Statement {
        let mut statement = Statement::default();
        let mut before = String::new();
        let mut rest = text;
        while let Some(next) = rest.chars().next() {
            let found = match next {
                '`' => code_span(rest).map(|(text, length)| (text, length, false)),
                '"' | '“' if quotes && opens_quote(&before) => {
                    quotation(rest).map(|(text, length)| (text, length, true))
                }
                _ => None,
            };
            if let Some((text, length, quoted)) = found {
                let before = std::mem::take(&mut before);
                statement.spans.push(Span {
                    before,
                    text,
                    quoted,
                });
                rest = &rest[length..];
            } else if next == '`' {
                let ticks = rest.len() - rest.trim_start_matches('`').len();
                before.push_str(&rest[..ticks]);
                rest = &rest[ticks..];
            } else {
                before.push(next);
                rest = &rest[next.len_utf8()..];
            }
        }
        statement.tail = before;
        statement
    }

    /// Cuts the statement where it names a file. `is_content` tells whether the words before a
    /// span make it content, so that "mentions `docs/a.md`" does not change the subject.
    pub(super) fn clauses(&self, files: &[&str], is_content: impl Fn(&str) -> bool) -> Vec<Clause> {
        let mut clauses = vec![Clause::open()];
        let mut after_name = false;
        let mut in_content = false;
        let mut lead = String::new();
        for (index, span) in self.spans.iter().enumerate() {
            let is_next = is_separator(&span.before);
            let follows_name = after_name && is_next;
            in_content = is_content(&span.before) || in_content && is_next && !self.says_of(index);
            let named = match in_content || span.quoted {
                true => None,
                false => name_of(&span.text, files),
            };
            after_name = named.is_some();
            let last = clauses.last_mut().expect("there is always a clause");
            match named {
                None => {
                    let before = format!("{}{}", std::mem::take(&mut lead), span.before);
                    let span = span.clone();
                    last.spans.push(Span { before, ..span });
                }
                Some((scope, call)) => {
                    if follows_name && last.spans.is_empty() {
                        last.widen(scope);
                        continue;
                    }
                    last.tail.push_str(&span.before);
                    lead = last_part(&span.before).to_owned();
                    clauses.push(Clause {
                        scope,
                        call,
                        ..Clause::open()
                    });
                }
            }
        }
        let every = self.says_every();
        let last = clauses.last_mut().expect("there is always a clause");
        last.tail.insert_str(0, &lead);
        last.tail.push_str(&self.tail);
        lend_scope_to_the_first(&mut clauses);
        if every {
            for clause in clauses
                .iter_mut()
                .filter(|clause| clause.scope == Scope::Open)
            {
                clause.scope = Scope::All;
            }
        }
        clauses
    }

    /// True if a verb follows the span: "`a` and `b.md` exists" speaks of another file.
    fn says_of(&self, index: usize) -> bool {
        const VERBS: &[&str] = &[
            "exists", "contains", "is ", "has ", "starts", "ends", "lists", "prints", "includes",
            "mentions", "defines", "sets", "takes", ":",
        ];
        let after = self
            .spans
            .get(index + 1)
            .map_or(&self.tail, |span| &span.before);
        let after = after.trim_start().to_ascii_lowercase();
        VERBS.iter().any(|verb| after.starts_with(verb))
    }

    fn says_every(&self) -> bool {
        let words = self
            .spans
            .first()
            .map_or(&self.tail, |span| &span.before)
            .to_ascii_lowercase();
        [
            "each file",
            "every file",
            "all files",
            "both files",
            "each of the files",
        ]
        .iter()
        .any(|phrase| words.contains(phrase))
    }
}

impl Clause {
    fn open() -> Clause {
        Clause {
            scope: Scope::Open,
            spans: Vec::new(),
            tail: String::new(),
            call: None,
        }
    }

    /// The words after span `index`, up to the next span or the end of the clause.
    pub(super) fn after(&self, index: usize) -> &str {
        self.spans
            .get(index + 1)
            .map_or(&self.tail, |span| &span.before)
    }

    /// All words of the clause, spans left out.
    pub(super) fn words(&self) -> String {
        let mut words = String::new();
        for span in &self.spans {
            words.push_str(&span.before);
            words.push(' ');
        }
        words.push_str(&self.tail);
        words.to_ascii_lowercase()
    }

    fn widen(&mut self, scope: Scope) {
        match (&mut self.scope, scope) {
            (Scope::Files(files), Scope::Files(more)) => files.extend(more),
            (own @ Scope::Foreign, Scope::Files(more)) => *own = Scope::Files(more),
            _ => {}
        }
    }
}

/// "The heading `## A` is in `a.md`": what comes before the first name belongs to it, if nothing
/// comes after it.
fn lend_scope_to_the_first(clauses: &mut [Clause]) {
    let [first, rest @ ..] = clauses else { return };
    if first.spans.is_empty() || !rest.iter().all(|clause| clause.spans.is_empty()) {
        return;
    }
    if let Some(named) = rest.first() {
        first.scope = named.scope.clone();
    }
}

/// What belongs to the name that follows: "first line of" in "…, and the first line of `a.md`".
fn last_part(words: &str) -> &str {
    let words = words.rsplit([',', ';']).next().unwrap_or(words);
    match words.rfind(" and ") {
        Some(at) => &words[at + 4..],
        None => words,
    }
}

pub(super) fn is_separator(words: &str) -> bool {
    matches!(
        words.trim().to_ascii_lowercase().as_str(),
        "," | "and" | ", and" | "or" | ", or" | "&" | "/" | "+" | ";" | ", then" | "then" | "both"
    )
}

/// The text of a code span at the start of `rest` and its length with the marks.
fn code_span(rest: &str) -> Option<(String, usize)> {
    let ticks = rest.len() - rest.trim_start_matches('`').len();
    let mut from = ticks;
    while let Some(found) = rest[from..].find('`') {
        let start = from + found;
        let run = rest[start..].len() - rest[start..].trim_start_matches('`').len();
        if run == ticks {
            return Some((trim_span(&rest[ticks..start]), start + run));
        }
        from = start + run;
    }
    None
}

/// One space inside each mark is not content, so that a span may start with a backtick.
fn trim_span(text: &str) -> String {
    let inner = text
        .strip_prefix(' ')
        .and_then(|text| text.strip_suffix(' '));
    match inner {
        Some(inner) if !inner.trim().is_empty() => inner.to_owned(),
        _ => text.to_owned(),
    }
}

fn opens_quote(before: &str) -> bool {
    before
        .chars()
        .last()
        .is_none_or(|last| last.is_whitespace() || matches!(last, '(' | ':'))
}

fn quotation(rest: &str) -> Option<(String, usize)> {
    let open = rest.chars().next()?;
    let close = if open == '“' { '”' } else { '"' };
    let inner = &rest[open.len_utf8()..];
    let end = inner.find(close)?;
    let text = &inner[..end];
    let fits = !text.is_empty() && !text.contains(['`', '\n']) && text.trim() == text;
    fits.then(|| (text.to_owned(), open.len_utf8() + end + close.len_utf8()))
}

/// The file that a span names, with the arguments if it is a call of it.
fn name_of(text: &str, files: &[&str]) -> Option<(Scope, Option<Vec<String>>)> {
    if let Some(index) = file_index(text, files) {
        return Some((Scope::Files(vec![index]), None));
    }
    let mut words = text.split_whitespace();
    let mut program = words.next()?;
    if matches!(program, "sh" | "bash") {
        program = words.next()?;
    }
    if let Some(index) = file_index(program, files) {
        let call: Vec<String> = words.map(str::to_owned).collect();
        return Some((Scope::Files(vec![index]), Some(call)));
    }
    looks_like_a_path(text).then_some((Scope::Foreign, None))
}

fn file_index(text: &str, files: &[&str]) -> Option<usize> {
    let text = text.strip_prefix("./").unwrap_or(text);
    let exact = files.iter().position(|path| *path == text);
    exact.or_else(|| {
        let is_name = text.contains('.') || !text.contains('/') && text.len() > 2;
        let mut same = files.iter().enumerate().filter(|(_, path)| {
            is_name && (base_name(path) == text || path.ends_with(&format!("/{text}")))
        });
        match (same.next(), same.next()) {
            (Some((index, _)), None) => Some(index),
            _ => None,
        }
    })
}

fn looks_like_a_path(text: &str) -> bool {
    let plain = text
        .chars()
        .all(|sign| sign.is_ascii_alphanumeric() || matches!(sign, '_' | '-' | '.' | '/'));
    let extension = base_name(text)
        .rsplit_once('.')
        .map_or("", |(_, extension)| extension);
    let known = matches!(
        extension,
        "py" | "md"
            | "txt"
            | "json"
            | "toml"
            | "yaml"
            | "yml"
            | "sh"
            | "rs"
            | "js"
            | "ts"
            | "go"
            | "csv"
            | "ini"
            | "cfg"
            | "html"
            | "css"
            | "lock"
    );
    plain && known && !text.starts_with('.')
}
