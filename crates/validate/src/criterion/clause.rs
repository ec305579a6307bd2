//! What a criterion says about files.

/// One thing that a criterion says about files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Clause {
    pub files: Files,
    pub claim: Claim,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Files {
    /// Named paths.
    Named(Vec<String>),
    /// "The file": the only one there is.
    The,
    /// No file is spoken of: the only one there is.
    Unsaid,
    /// Every file there is.
    Every,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Claim {
    Exists,
    NotEmpty,
    /// All of these (or, with `any`, one of these) are there as what the noun says.
    Has {
        what: What,
        texts: Vec<String>,
        any: bool,
    },
    Lacks(Vec<String>),
    Count {
        unit: Unit,
        bound: Bound,
        number: u64,
    },
    FirstLine(String),
    LastLine(String),
    StartsWith(String),
    EndsWith(String),
    Shebang(Option<String>),
    FinalNewline,
    Valid(Format),
    KeyIs(String, String),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum What {
    Text,
    Line,
    LineStart,
    Heading,
    Key,
    Definition,
    /// A column of a Markdown table or of a CSV file.
    Column,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unit {
    Lines,
    FilledLines,
    Words,
    Characters,
    Bytes,
    Headings,
    Bullets,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Bound {
    AtLeast,
    AtMost,
    Exactly,
    MoreThan,
    FewerThan,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Format {
    Json,
    Toml,
}
