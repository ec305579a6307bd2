//! How languages write comments and strings.

use super::Language;

/// How a language writes comments and strings.
pub(super) struct Grammar {
    pub(super) line_comments: &'static [&'static str],
    /// Line comments count at the start of a line only, or after white space.
    pub(super) comment_at: At,
    pub(super) block_comments: &'static [(&'static str, &'static str)],
    pub(super) nested: bool,
    pub(super) quotes: &'static [Quote],
}

#[derive(Clone, Copy, PartialEq)]
pub(super) enum At {
    Anywhere,
    Word,
    Line,
}

pub(super) struct Quote {
    pub(super) mark: &'static str,
    pub(super) multiline: bool,
    pub(super) escapes: bool,
}

const fn quote(mark: &'static str, multiline: bool, escapes: bool) -> Quote {
    Quote {
        mark,
        multiline,
        escapes,
    }
}

const C_BLOCK: &[(&str, &str)] = &[("/*", "*/")];
const PLAIN: &[Quote] = &[quote("\"", false, true), quote("'", false, true)];

pub(super) fn grammar(language: Language) -> Grammar {
    let none = Grammar {
        line_comments: &[],
        comment_at: At::Anywhere,
        block_comments: &[],
        nested: false,
        quotes: &[],
    };
    match language {
        Language::Python => Grammar {
            line_comments: &["#"],
            quotes: const {
                &[
                    quote("\"\"\"", true, true),
                    quote("'''", true, true),
                    quote("\"", false, true),
                    quote("'", false, true),
                ]
            },
            ..none
        },
        Language::Shell => Grammar {
            line_comments: &["#"],
            comment_at: At::Word,
            quotes: const { &[quote("\"", true, true), quote("'", true, false)] },
            ..none
        },
        Language::Rust => Grammar {
            line_comments: &["//"],
            block_comments: C_BLOCK,
            nested: true,
            quotes: const { &[quote("\"", true, true)] },
            ..none
        },
        Language::Script => Grammar {
            line_comments: &["//"],
            block_comments: C_BLOCK,
            quotes: const {
                &[
                    quote("\"", false, true),
                    quote("'", false, true),
                    quote("`", true, true),
                ]
            },
            ..none
        },
        Language::Go => Grammar {
            line_comments: &["//"],
            block_comments: C_BLOCK,
            quotes: const {
                &[
                    quote("\"", false, true),
                    quote("'", false, true),
                    quote("`", true, false),
                ]
            },
            ..none
        },
        Language::CLike => Grammar {
            line_comments: &["//"],
            block_comments: C_BLOCK,
            quotes: const {
                &[
                    quote("\"\"\"", true, true),
                    quote("\"", false, true),
                    quote("'", false, true),
                ]
            },
            ..none
        },
        Language::Ruby => Grammar {
            line_comments: &["#"],
            comment_at: At::Word,
            quotes: PLAIN,
            ..none
        },
        Language::Sql => Grammar {
            line_comments: &["--"],
            block_comments: C_BLOCK,
            quotes: const { &[quote("'", true, false), quote("\"", false, false)] },
            ..none
        },
        Language::Lua => Grammar {
            line_comments: &["--"],
            block_comments: &[("--[[", "]]")],
            quotes: PLAIN,
            ..none
        },
        Language::Css => Grammar {
            block_comments: C_BLOCK,
            quotes: PLAIN,
            ..none
        },
        Language::Markup | Language::Prose => Grammar {
            block_comments: &[("<!--", "-->")],
            ..none
        },
        Language::Toml => Grammar {
            line_comments: &["#"],
            quotes: const {
                &[
                    quote("\"\"\"", true, true),
                    quote("'''", true, false),
                    quote("\"", false, true),
                    quote("'", false, false),
                ]
            },
            ..none
        },
        Language::Yaml => Grammar {
            line_comments: &["#"],
            comment_at: At::Word,
            ..none
        },
        Language::Config => Grammar {
            line_comments: &["#", ";"],
            comment_at: At::Line,
            ..none
        },
        Language::Json => Grammar {
            quotes: const { &[quote("\"", false, true)] },
            ..none
        },
    }
}
