//! The pieces of a diagram.

use std::ops::Range;

/// A piece of the text.
#[derive(Clone, Debug)]
pub(super) struct Token {
    pub(super) kind: Kind,
    /// Characters of the source.
    pub(super) range: Range<usize>,
}

/// What a piece is. Names follow what it means, not how it looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    // Words of the language.
    Graph,
    Subgraph,
    End,
    Style,
    Default,
    LinkStyle,
    Interpolate,
    ClassDef,
    Class,
    Href,
    LinkTarget,
    /// `direction LR`, with the rest of its line.
    DirectionStatement,
    AccessibleTitle,
    AccessibleText,
    // After the header word.
    NoDirection,
    Direction,
    // Parts of ids.
    Number,
    Word,
    Letter,
    Hash,
    Colon,
    Ampersand,
    Comma,
    Star,
    Minus,
    Down,
    // Edges.
    Link,
    /// `--`, with a text to come.
    LinkStart,
    LinkId,
    EdgeText,
    // Texts.
    Text,
    Quoted,
    Markdown,
    Pipe,
    SquareOpen,
    SquareClose,
    RoundOpen,
    RoundClose,
    CurlyOpen,
    CurlyClose,
    StadiumOpen,
    StadiumClose,
    SubroutineOpen,
    SubroutineClose,
    CylinderOpen,
    CylinderClose,
    DoubleCircleOpen,
    DoubleCircleClose,
    EllipseOpen,
    EllipseClose,
    /// `[/`
    SlashOpen,
    /// `/]`
    SlashClose,
    /// `[\`
    BackslashOpen,
    /// `\]`
    BackslashClose,
    /// `[|`
    PropertiesOpen,
    /// `>`
    FlagOpen,
    /// `@{`
    ShapeOpen,
    /// Text outside quotes within `@{ }`.
    ShapeText,
    /// A quote within `@{ }`.
    ShapeQuote,
    /// Text in quotes within `@{ }`.
    ShapeQuoted,
    /// The `}` after `@{`.
    ShapeClose,
    // `click`.
    Click,
    CallbackName,
    CallbackArguments,
    // Between statements.
    StyleSeparator,
    Semicolon,
    Newline,
    Space,
    Eof,
    /// A character that fits nowhere, or a sign without use here.
    Stray,
}

impl Kind {
    /// Whether it can be part of an id.
    pub(super) fn is_id_part(self) -> bool {
        matches!(
            self,
            Kind::Number
                | Kind::Word
                | Kind::Down
                | Kind::Minus
                | Kind::Default
                | Kind::Comma
                | Kind::Colon
                | Kind::Ampersand
                | Kind::Hash
                | Kind::Star
                | Kind::Letter
        )
    }

    /// Whether it can be part of a subgraph's bare title.
    pub(super) fn is_title_part(self) -> bool {
        matches!(
            self,
            Kind::Number
                | Kind::Word
                | Kind::Space
                | Kind::Minus
                | Kind::Ampersand
                | Kind::Letter
                | Kind::Colon
                | Kind::Star
                | Kind::Hash
                | Kind::Style
                | Kind::LinkStyle
                | Kind::ClassDef
                | Kind::Class
                | Kind::Click
                | Kind::Graph
                | Kind::Direction
                | Kind::Subgraph
                | Kind::End
                | Kind::Down
        )
    }

    /// Whether it can be part of a style.
    pub(super) fn is_style_part(self) -> bool {
        matches!(
            self,
            Kind::Number | Kind::Word | Kind::Colon | Kind::Space | Kind::Hash | Kind::Style
        )
    }

    /// Whether it can be part of a callback's name.
    pub(super) fn is_callback_part(self) -> bool {
        matches!(
            self,
            Kind::Number
                | Kind::Letter
                | Kind::Word
                | Kind::Direction
                | Kind::Down
                | Kind::Minus
                | Kind::Comma
                | Kind::Colon
                | Kind::Ampersand
                | Kind::Hash
                | Kind::Star
        )
    }

    /// Whether it ends a statement.
    pub(super) fn ends_statement(self) -> bool {
        matches!(self, Kind::Newline | Kind::Semicolon | Kind::Eof)
    }
}
