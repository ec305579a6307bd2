//! What the words beside a name say that it is.

use crate::heuristic::cues::last_word_match;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    Class,
    Exception,
    Dataclass,
    Base,
    Method,
    Function,
    Constructor,
    Define,
    Constant,
    Parameter,
    Default,
    Field,
    Returns,
    Raises,
    Condition,
    Import,
    From,
    Asserts,
    Ignore,
}

const CUES: &[(&str, Role)] = &[
    ("class", Role::Class),
    ("classes", Role::Class),
    ("exception", Role::Exception),
    ("exceptions", Role::Exception),
    ("dataclass", Role::Dataclass),
    ("subclass of", Role::Base),
    ("inherits from", Role::Base),
    ("extends", Role::Base),
    ("derives from", Role::Base),
    ("method", Role::Method),
    ("methods", Role::Method),
    ("function", Role::Function),
    ("functions", Role::Function),
    ("constructor", Role::Constructor),
    ("signature", Role::Define),
    ("defines", Role::Define),
    ("define", Role::Define),
    ("implements", Role::Define),
    ("implement", Role::Define),
    ("adds", Role::Define),
    ("add", Role::Define),
    ("creates", Role::Define),
    ("create", Role::Define),
    ("provides", Role::Define),
    ("exposes", Role::Define),
    ("exports", Role::Define),
    ("update", Role::Define),
    ("constant", Role::Constant),
    ("constants", Role::Constant),
    ("parameter", Role::Parameter),
    ("parameters", Role::Parameter),
    ("argument", Role::Parameter),
    ("arguments", Role::Parameter),
    ("accepts", Role::Parameter),
    ("takes", Role::Parameter),
    ("default", Role::Default),
    ("defaults to", Role::Default),
    ("default value", Role::Default),
    ("field", Role::Field),
    ("fields", Role::Field),
    ("returns", Role::Returns),
    ("always returns", Role::Returns),
    ("raises", Role::Raises),
    ("when", Role::Condition),
    ("if", Role::Condition),
    ("imports", Role::Import),
    ("import", Role::Import),
    ("from", Role::From),
    ("asserts", Role::Asserts),
    ("asserts that", Role::Asserts),
    ("checks that", Role::Asserts),
    ("calls", Role::Ignore),
    ("called", Role::Ignore),
    ("uses", Role::Ignore),
    ("wraps", Role::Ignore),
    ("without", Role::Ignore),
    ("not", Role::Ignore),
    ("no", Role::Ignore),
    ("passes", Role::Ignore),
    ("successfully", Role::Ignore),
    ("imported", Role::Ignore),
    ("can import", Role::Ignore),
    ("import works", Role::Ignore),
    ("import of", Role::Ignore),
];

const NOUNS: &[(&str, Role)] = &[
    ("class", Role::Class),
    ("exception", Role::Exception),
    ("dataclass", Role::Dataclass),
    ("method", Role::Method),
    ("function", Role::Function),
    ("constant", Role::Constant),
    ("parameter", Role::Parameter),
    ("argument", Role::Parameter),
    ("field", Role::Field),
];

pub(super) fn last_role(words: &str) -> Option<Role> {
    let words = words.to_ascii_lowercase();
    let found = CUES
        .iter()
        .filter_map(|(phrase, role)| Some((last_word_match(&words, phrase)?, phrase.len(), *role)));
    found
        .max_by_key(|(end, length, _)| (*end, *length))
        .map(|(_, _, role)| role)
}

pub(super) fn role_after(words: &str) -> Option<Role> {
    let words = words.trim_start().to_ascii_lowercase();
    NOUNS.iter().find_map(|(noun, role)| {
        let rest = words.strip_prefix(noun)?;
        (!rest.starts_with(char::is_alphanumeric)).then_some(*role)
    })
}
