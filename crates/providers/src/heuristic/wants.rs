mod reader;
mod words;

use self::reader::Reader;
pub(super) use self::words::{is_link, is_number, plain_value};
use super::kind::Kind;
use super::statement::Clause;

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
        // What it stands in is written too.
        let inside = matches!(&self.when, When::Inside(own) | When::Argument(own) if holds(own));
        match &self.what {
            What::Absent(_) | What::Remove(_) | What::Exits(_) | What::Sorted | What::Bare(_) => {
                false
            }
            _ if inside => true,
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
