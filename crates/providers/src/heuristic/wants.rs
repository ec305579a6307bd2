use super::cues::{self, Role};
use super::kind::Kind;
use super::statement::{Clause, Span, is_separator};

/// One thing that the brief states about one file, in words that a rule can fulfil.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Want {
    pub(super) what: What,
    /// The heading, table or parent key that it belongs under.
    pub(super) under: Option<String>,
    /// When a script is to do it.
    pub(super) when: When,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) enum What {
    Title(String),
    Heading(String),
    First(String),
    Last(String),
    Line(String),
    Contains(String),
    Absent(String),
    Remove(String),
    Items {
        key: Option<String>,
        items: Vec<String>,
        style: Style,
    },
    Columns(Vec<String>),
    Row(Vec<String>),
    Block {
        language: String,
        text: String,
    },
    Pair {
        key: String,
        value: Option<String>,
        exported: bool,
    },
    Prints {
        text: String,
        to_stderr: bool,
    },
    Exits(u8),
    Runs(String),
    Takes(String),
    Function(String),
    Target(String),
    Needs {
        target: String,
        sources: Vec<String>,
    },
    Sorted,
    /// Nothing but what is stated; and so many lines, if that is stated.
    Bare(Option<usize>),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Style {
    Bullet,
    Numbered,
    Check,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum When {
    Always,
    NoArgument,
    Argument(String),
    Inside(String),
}

impl What {
    /// True if it speaks of what files of this kind have and most others have not, so that it
    /// tells which file is meant.
    pub(super) fn is_particular(&self, kind: Kind) -> bool {
        match self {
            What::First(_)
            | What::Last(_)
            | What::Line(_)
            | What::Contains(_)
            | What::Absent(_)
            | What::Remove(_)
            | What::Sorted
            | What::Bare(_) => false,
            What::Title(_) | What::Heading(_) | What::Block { .. } => {
                !matches!(kind, Kind::Text | Kind::Csv)
            }
            What::Columns(_) | What::Row(_) => kind != Kind::Text,
            What::Pair { .. } => !matches!(kind, Kind::Text | Kind::Csv | Kind::Markdown),
            _ => true,
        }
    }
}

impl Want {
    /// True if the text would get into the file with it.
    pub(super) fn writes(&self, text: &str) -> bool {
        let holds = |own: &String| own.contains(text);
        match &self.what {
            What::Absent(_) | What::Remove(_) | What::Exits(_) | What::Sorted | What::Bare(_) => {
                false
            }
            What::Items { key, items, .. } => key.iter().chain(items).any(holds),
            What::Columns(cells) | What::Row(cells) => cells.iter().any(holds),
            What::Pair { key, value, .. } => holds(key) || value.as_ref().is_some_and(holds),
            What::Needs { target, sources } => holds(target) || sources.iter().any(holds),
            What::Block { text: own, .. } | What::Prints { text: own, .. } => holds(own),
            What::Title(own)
            | What::Heading(own)
            | What::First(own)
            | What::Last(own)
            | What::Line(own)
            | What::Contains(own)
            | What::Runs(own)
            | What::Takes(own)
            | What::Function(own)
            | What::Target(own) => holds(own),
        }
    }
}

/// Everything that a clause states about a file of this kind.
pub(super) fn wants(clause: &Clause, kind: Kind) -> Vec<Want> {
    let mut reader = Reader::new(clause, kind);
    for index in 0..clause.spans.len() {
        reader.span(index);
    }
    reader.words();
    reader.wants
}

struct Reader<'a> {
    clause: &'a Clause,
    kind: Kind,
    wants: Vec<Want>,
    role: Option<Role>,
    under: Option<String>,
    when: When,
    /// What "otherwise" returns to.
    usual: When,
    /// The first want of the part since the last semicolon.
    piece: usize,
    key: Option<String>,
    language: String,
    heading: Option<String>,
}

impl<'a> Reader<'a> {
    fn new(clause: &'a Clause, kind: Kind) -> Self {
        let mut reader = Reader {
            clause,
            kind,
            wants: Vec::new(),
            role: None,
            under: None,
            when: When::Always,
            usual: When::Always,
            piece: 0,
            key: None,
            language: String::new(),
            heading: None,
        };
        if kind == Kind::Shell {
            reader.read_call();
        }
        reader
    }

    /// `` `greet.sh --version` prints … `` sets the case, `` `greet.sh NAME` `` an argument.
    fn read_call(&mut self) {
        let Some(call) = &self.clause.call else {
            return;
        };
        match call.as_slice() {
            [] => self.when = When::NoArgument,
            [only] if !is_argument_name(only) => self.when = When::Argument(unquoted(only)),
            names => {
                for name in names.iter().filter(|name| is_argument_name(name)) {
                    self.push(What::Takes(argument_name(name)));
                }
            }
        }
    }

    fn push(&mut self, what: What) {
        let want = Want {
            what,
            under: self.under.clone(),
            when: self.when.clone(),
        };
        self.wants.push(want);
    }

    fn span(&mut self, index: usize) {
        let clause = self.clause;
        let span = &clause.spans[index];
        if self.takes_value(index) {
            return;
        }
        self.read_words(&span.before, index);
        let role = self.role_of(index);
        if let Some(heading) = self.heading.take() {
            let joins = starts_anew(&span.before) || role == Some(Role::Heading);
            self.under = if joins { None } else { Some(heading) };
        }
        let text = span.text.trim_end().to_owned();
        match role {
            None if span.quoted => {}
            None if self.kind.is_keyed() && self.is_key(index) => self.pair(index),
            None if is_table_name(&text, self.kind) => self.heading(text),
            None if clause.after(index).trim_start().starts_with("code block") => {
                self.language = text;
            }
            None => self.key = Some(text),
            Some(role) => self.content(role, index, text),
        }
        self.role = role;
    }

    fn content(&mut self, role: Role, index: usize, text: String) {
        let clause = self.clause;
        let span = &clause.spans[index];
        match role {
            Role::Absent => self.push(What::Absent(text)),
            Role::Remove => self.push(What::Remove(text)),
            Role::First => self.push(What::First(text)),
            Role::Last => self.push(What::Last(text)),
            Role::Line => self.push(What::Line(text)),
            Role::Contains if clause.after(index).trim_start().starts_with("code block") => {
                self.language = text;
            }
            Role::Contains => self.push(What::Contains(text)),
            Role::Title => self.push(What::Title(text)),
            Role::Heading => self.heading(text),
            Role::Under => self.under = Some(text),
            Role::Item => self.item(text, Style::Bullet),
            Role::Numbered => self.item(text, Style::Numbered),
            Role::Check => self.item(text, Style::Check),
            Role::Columns => self.cell(&text, false, is_separator(&span.before)),
            Role::Row => self.cell(&text, true, is_separator(&span.before)),
            Role::Block => {
                let language = std::mem::take(&mut self.language);
                self.push(What::Block { language, text });
            }
            Role::Key => self.pair(index),
            Role::Prints => {
                let to_stderr = self.speaks_of_stderr(index);
                self.push(What::Prints { text, to_stderr });
            }
            Role::Runs => self.push(What::Runs(text.trim().to_owned())),
            Role::Takes => self.push(What::Takes(argument_name(&text))),
            Role::Flag => self.flag(text),
            Role::Function => {
                let name = text.trim_end_matches("()").to_owned();
                self.when = When::Inside(name.clone());
                self.push(What::Function(name));
            }
            Role::Target => {
                self.when = When::Inside(text.clone());
                self.push(What::Target(text));
            }
            Role::Needs => self.need(text),
        }
    }

    fn heading(&mut self, text: String) {
        self.under = None;
        self.push(What::Heading(text.clone()));
        self.heading = Some(text);
    }

    /// The role that the words give the span, or the role of the span before it in a list.
    fn role_of(&self, index: usize) -> Option<Role> {
        let span = &self.clause.spans[index];
        let before = cues::role_before(&span.before, self.kind);
        let after = match span.quoted {
            true => None,
            false => cues::role_after(self.clause.after(index), self.kind),
        };
        match (before, after) {
            (None | Some(Role::Contains | Role::Key | Role::Flag), Some(after)) => Some(after),
            (Some(Role::Flag), None) if !span.text.starts_with('-') => None,
            (Some(before), _) => Some(before),
            (None, None) if index > 0 && is_separator(&span.before) => match self.is_key(index) {
                true => None,
                false => self.role,
            },
            (None, None) => None,
        }
    }

    fn is_key(&self, index: usize) -> bool {
        let after = self.clause.after(index);
        let next = self.clause.spans.get(index + 1);
        let span = &self.clause.spans[index];
        !span.quoted && (next.is_some() && is_link(after) || plain_value(after).is_some())
    }

    fn pair(&mut self, index: usize) {
        let span = &self.clause.spans[index];
        let after = self.clause.after(index);
        let value = match self.clause.spans.get(index + 1) {
            Some(next) if is_link(after) => Some(as_value(next)),
            _ => plain_value(after),
        };
        let exported = span.before.to_ascii_lowercase().contains("export");
        let key = span.text.clone();
        self.key = Some(key.clone());
        self.push(What::Pair {
            key,
            value,
            exported,
        });
    }

    /// True if the span is the value of the key just before it, and so is read already.
    fn takes_value(&self, index: usize) -> bool {
        let Some(previous) = index.checked_sub(1) else {
            return false;
        };
        let key = &self.clause.spans[previous].text;
        let last = self.wants.last().map(|want| &want.what);
        is_link(&self.clause.spans[index].before)
            && matches!(last, Some(What::Pair { key: own, value: Some(_), .. }) if own == key)
    }

    fn item(&mut self, text: String, style: Style) {
        // An item of blanks alone would not be known again.
        let text = text.trim().to_owned();
        if text.is_empty() {
            return;
        }
        if let Some(What::Items {
            items, style: own, ..
        }) = self.wants.last_mut().map(|want| &mut want.what)
            && *own == style
            && self.role.is_some()
        {
            items.push(text);
            return;
        }
        let key = self.key.clone();
        self.push(What::Items {
            key,
            items: vec![text],
            style,
        });
    }

    /// One more column or cell; a span that holds several cells is a row of its own.
    fn cell(&mut self, text: &str, is_row: bool, continues: bool) {
        let cells = split_cells(text);
        match self.wants.last_mut().map(|want| &mut want.what) {
            Some(What::Columns(own)) if !is_row && continues => own.extend(cells),
            Some(What::Row(own)) if is_row && continues && cells.len() == 1 => own.extend(cells),
            _ if is_row => self.push(What::Row(cells)),
            _ => self.push(What::Columns(cells)),
        }
    }

    fn flag(&mut self, text: String) {
        self.when = When::Argument(text);
    }

    fn need(&mut self, text: String) {
        let When::Inside(target) = self.when.clone() else {
            return;
        };
        match self.wants.last_mut().map(|want| &mut want.what) {
            Some(What::Needs { sources, .. }) => sources.push(text),
            _ => self.push(What::Needs {
                target,
                sources: vec![text],
            }),
        }
    }

    /// Reads what the words between two spans say to a script: "; without an argument it",
    /// "and exits with status 2", "otherwise".
    fn read_words(&mut self, words: &str, index: usize) {
        if self.kind != Kind::Shell {
            return;
        }
        let words = words.to_ascii_lowercase();
        for (piece, part) in words.split(';').enumerate() {
            if piece > 0 || part.contains("otherwise") {
                self.when = self.usual.clone();
                self.piece = self.wants.len();
            }
            if NO_ARGUMENT.iter().any(|phrase| part.contains(phrase)) {
                self.when = When::NoArgument;
                if index == self.clause.spans.len() {
                    self.apply_condition_to_the_piece();
                }
            }
            let span = self.clause.spans.get(index).map(|span| span.text.as_str());
            if let Some(status) = exit_status(part, span) {
                self.push(What::Exits(status));
            }
        }
    }

    /// "It prints `usage` when no argument is given": the condition comes last.
    fn apply_condition_to_the_piece(&mut self) {
        let when = self.when.clone();
        for want in &mut self.wants[self.piece..] {
            if want.when == When::Always {
                want.when = when.clone();
            }
        }
    }

    fn speaks_of_stderr(&self, index: usize) -> bool {
        let span = &self.clause.spans[index];
        let names = |words: &str| {
            let words = words.to_ascii_lowercase();
            words.contains("standard error") || words.contains("stderr")
        };
        names(&span.before) || names(self.clause.after(index))
    }

    /// What is stated without a span.
    fn words(&mut self) {
        self.read_words(&self.clause.tail.clone(), self.clause.spans.len());
        let words = self.clause.words();
        if ["sorted", "alphabetical order"]
            .iter()
            .any(|phrase| words.contains(phrase))
        {
            self.push(What::Sorted);
        }
        if BARE.iter().any(|phrase| words.contains(phrase)) {
            self.push(What::Bare(line_count(&words)));
        }
    }
}

const NO_ARGUMENT: &[&str] = &[
    "without argument",
    "without an argument",
    "without any argument",
    "with no argument",
    "no argument is given",
    "no arguments are given",
    "called without",
    "given no argument",
    "argument is missing",
];

const BARE: &[&str] = &[
    "exactly",
    "only the line",
    "nothing else",
    "consists of",
    "nothing but",
];

const LINKS: &[&str] = &[
    "is",
    "=",
    "to",
    "equals",
    "is set to",
    "set to",
    "has the value",
    "has value",
    "with the value",
    "with value",
    "is equal to",
    ":",
    "->",
    "→",
    "maps to",
    "must be",
    "should be",
    "is exactly",
    "being",
    "as",
    "has type",
    "is the string",
    "is the number",
];

/// Words that join a key to its value.
pub(super) fn is_link(words: &str) -> bool {
    LINKS.contains(&words.trim().to_ascii_lowercase().as_str())
}

/// A value without backticks: "is 8080", "is true", "is an empty list".
pub(super) fn plain_value(words: &str) -> Option<String> {
    let words = words.trim_start();
    let lower = words.to_ascii_lowercase();
    let link = LINKS.iter().filter(|link| {
        lower
            .strip_prefix(**link)
            .is_some_and(|rest| rest.starts_with(' '))
    });
    let link = link.max_by_key(|link| link.len())?;
    let rest = words[link.len()..].trim_start();
    let end = rest.find([',', ';']).unwrap_or(rest.len());
    let rest = rest[..end].split(" and ").next().unwrap_or_default();
    let value = rest.trim().trim_end_matches('.').trim();
    match value.to_ascii_lowercase().as_str() {
        "true" | "false" | "null" => Some(value.to_ascii_lowercase()),
        "an empty list" | "an empty array" => Some("[]".to_owned()),
        "an empty object" | "an empty map" => Some("{}".to_owned()),
        "an empty string" | "empty" => Some("\"\"".to_owned()),
        number if is_number(number) => Some(value.to_owned()),
        _ => None,
    }
}

pub(super) fn is_number(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    digits.starts_with(|sign: char| sign.is_ascii_digit())
        && digits.ends_with(|sign: char| sign.is_ascii_digit())
        && digits
            .chars()
            .all(|sign| sign.is_ascii_digit() || sign == '.')
        && digits.matches('.').count() <= 1
}

fn as_value(span: &Span) -> String {
    match span.quoted {
        true => format!("\"{}\"", span.text.replace('\\', "\\\\")),
        false => span.text.clone(),
    }
}

/// "… and the line `x`" after a heading is another demand, not one about the section.
fn starts_anew(words: &str) -> bool {
    let words = words.trim_start().to_ascii_lowercase();
    words.starts_with("and ") || words.starts_with([',', ';', '.']) || words.trim() == "and"
}

fn is_table_name(text: &str, kind: Kind) -> bool {
    matches!(kind, Kind::Toml | Kind::Ini) && text.starts_with('[') && text.ends_with(']')
}

fn split_cells(text: &str) -> Vec<String> {
    let inner = text.trim().trim_matches('|');
    let separator = if text.contains('|') { '|' } else { ',' };
    inner
        .split(separator)
        .map(|cell| cell.trim().to_owned())
        .collect()
}

fn is_argument_name(text: &str) -> bool {
    let name = argument_name(text);
    let is_upper = name.chars().all(|sign| {
        sign.is_ascii_uppercase() || sign.is_ascii_digit() || matches!(sign, '_' | '-')
    });
    !name.is_empty() && !name.starts_with('-') && (is_upper || text.starts_with(['<', '{', '[']))
}

fn argument_name(text: &str) -> String {
    text.trim_matches(['<', '>', '{', '}', '[', ']', '.', '$', '"'])
        .to_owned()
}

fn unquoted(text: &str) -> String {
    text.trim_matches(['"', '\'']).to_owned()
}

/// The status of "exits with status 2", given in words or in the span that follows them.
fn exit_status(words: &str, span: Option<&str>) -> Option<u8> {
    const PHRASES: &[&str] = &[
        "exits with",
        "exit with",
        "exit status",
        "exit code",
        "exits",
    ];
    const SKIPPED: &[&str] = &["status", "code", "is", "with", "of", "the", "exit", "a"];
    let end = PHRASES
        .iter()
        .filter_map(|phrase| cues::last_word_match(words, phrase))
        .max()?;
    let mut rest = words[end..]
        .split_whitespace()
        .filter(|word| !SKIPPED.contains(word));
    match rest.next() {
        Some(word) => word.trim_end_matches(['.', ',', ')']).parse().ok(),
        None => span?.parse().ok(),
    }
}

/// The number of "exactly 5 lines".
fn line_count(words: &str) -> Option<usize> {
    const NUMBERS: &[&str] = &[
        "no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten",
    ];
    let mut rest = words.split("exactly").nth(1)?.split_whitespace();
    let number = rest.next()?;
    let is_lines = rest
        .next()?
        .trim_matches([',', '.', ';'])
        .starts_with("line");
    let spelled = NUMBERS.iter().position(|name| *name == number);
    number.parse().ok().or(spelled).filter(|_| is_lines)
}
