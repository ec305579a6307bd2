//! A clause, read span by span.

use super::words::{
    BARE, NO_ARGUMENT, argument_name, as_value, exit_status, is_argument_name, is_link,
    is_table_name, line_count, plain_value, split_cells, starts_anew, unquoted,
};
use super::{Style, Want, What, When};
use crate::heuristic::cues::{self, Role};
use crate::heuristic::kind::Kind;
use crate::heuristic::statement::{Clause, is_separator};

pub(super) struct Reader<'a> {
    clause: &'a Clause,
    kind: Kind,
    pub(super) wants: Vec<Want>,
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
    pub(super) fn new(clause: &'a Clause, kind: Kind) -> Self {
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

    pub(super) fn span(&mut self, index: usize) {
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
    pub(super) fn words(&mut self) {
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
