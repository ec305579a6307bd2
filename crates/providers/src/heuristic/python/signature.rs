use std::fmt;

use super::complete::is_importable;
use super::lexer::{Token, is_keyword, lex};

/// What a function takes and gives, as far as it is stated.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Signature {
    pub(super) owner: Option<String>,
    pub(super) name: String,
    pub(super) parameters: Vec<Parameter>,
    pub(super) returns: Option<String>,
    pub(super) is_async: bool,
    /// False if only the name is stated, as in `` `run()` ``.
    pub(super) is_full: bool,
    /// True if `self` was written among the parameters.
    pub(super) has_self: bool,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Parameter {
    /// The name, with its stars.
    pub(super) name: String,
    pub(super) annotation: Option<String>,
    pub(super) default: Option<String>,
}

impl Signature {
    /// Reads `name`, `name()`, `Class.name(a: int = 1) -> str` or a whole `def` line.
    pub(super) fn read(text: &str) -> Option<Signature> {
        let text = text.trim().trim_end_matches(':').trim();
        let (text, is_async) = match text.strip_prefix("async ") {
            Some(rest) => (rest, true),
            None => (text, false),
        };
        let text = text.strip_prefix("def ").unwrap_or(text).trim();
        let open = text.find('(').unwrap_or(text.len());
        let (owner, name) = split_owner(&text[..open])?;
        let mut signature = Signature {
            owner,
            name,
            is_async,
            ..Signature::default()
        };
        if open == text.len() {
            return Some(signature);
        }
        let close = closing(&text[open..])? + open;
        signature.read_parameters(&text[open + 1..close])?;
        let rest = text[close + 1..].trim();
        if let Some(returns) = rest.strip_prefix("->") {
            signature.returns = Some(annotation(returns)?);
        } else if !rest.is_empty() {
            return None;
        }
        signature.is_full |= signature.returns.is_some() || !signature.parameters.is_empty();
        Some(signature)
    }

    fn read_parameters(&mut self, text: &str) -> Option<()> {
        let mut has_default = false;
        for part in split_outside(text, ',') {
            let part = part.trim();
            if part.is_empty() {
                continue;
            }
            if matches!(part, "self" | "cls") && self.parameters.is_empty() {
                self.has_self = true;
                self.is_full = true;
                continue;
            }
            let parameter = Parameter::read(part)?;
            let is_plain = !parameter.name.starts_with(['*', '/']);
            if is_plain && has_default && parameter.default.is_none() && !self.has_star() {
                return None;
            }
            has_default |= parameter.default.is_some();
            if self.parameters.iter().any(|own| own.name == parameter.name) {
                return None;
            }
            self.parameters.push(parameter);
        }
        Some(())
    }

    fn has_star(&self) -> bool {
        self.parameters
            .iter()
            .any(|parameter| parameter.name.starts_with('*'))
    }

    /// Adds a parameter, or what is newly known of one; those with defaults stay last.
    pub(super) fn add(&mut self, parameter: Parameter) {
        self.is_full = true;
        match self
            .parameters
            .iter_mut()
            .find(|own| own.name == parameter.name)
        {
            Some(own) => {
                own.annotation = own.annotation.take().or(parameter.annotation);
                own.default = own.default.take().or(parameter.default);
            }
            None => self.parameters.push(parameter),
        }
        self.parameters.sort_by_key(|own| match own.name.as_str() {
            name if name.starts_with("**") => 3,
            name if name.starts_with('*') => 2,
            _ if own.default.is_some() => 1,
            _ => 0,
        });
    }

    /// Puts types in quotes that may not be bound yet, and takes away defaults that use names that
    /// nothing binds.
    pub(super) fn settle(&mut self, is_bound: impl Fn(&str) -> bool) {
        let quoted = |hint: String| {
            let is_known = names_in(&hint).all(|name| is_type(name) || is_bound(name));
            match is_known {
                true => hint,
                false => format!("\"{}\"", hint.replace('"', "'")),
            }
        };
        self.returns = self.returns.take().map(quoted);
        for parameter in &mut self.parameters {
            parameter.annotation = parameter.annotation.take().map(quoted);
            let default = parameter.default.take();
            let is_known = |name: &str| is_type(name) || is_keyword(name) || is_bound(name);
            parameter.default = default.map(|value| {
                let is_bound = names_in(&value).all(is_known);
                if is_bound { value } else { "None".to_owned() }
            });
        }
    }

    /// The names that a body may use.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.parameters
            .iter()
            .map(|parameter| parameter.name.trim_start_matches('*'))
    }

    /// The `def` line. A function that is known by its name only takes anything.
    pub(super) fn header(&self, in_class: bool) -> String {
        let mut parts: Vec<String> = Vec::new();
        if in_class {
            parts.push("self".to_owned());
        }
        match self.is_full {
            true => parts.extend(self.parameters.iter().map(ToString::to_string)),
            false => parts.extend(["*args: Any".to_owned(), "**kwargs: Any".to_owned()]),
        }
        let returns = match (&self.returns, self.name.as_str()) {
            (_, "__init__") => " -> None".to_owned(),
            (Some(returns), _) => format!(" -> {returns}"),
            (None, _) => " -> Any".to_owned(),
        };
        let marker = if self.is_async { "async def" } else { "def" };
        format!("{marker} {}({}){returns}:", self.name, parts.join(", "))
    }
}

impl Parameter {
    /// Reads `name`, `name: type`, `name = default`, `*args`.
    pub(super) fn read(text: &str) -> Option<Parameter> {
        if matches!(text, "*" | "/") {
            return Some(Parameter {
                name: text.to_owned(),
                ..Parameter::default()
            });
        }
        let (head, default) = match split_once_outside(text, '=') {
            Some((head, default)) => (head, Some(expression(default)?)),
            None => (text, None),
        };
        let (name, hint) = match head.split_once(':') {
            Some((name, hint)) => (name.trim(), Some(annotation(hint)?)),
            None => (head.trim(), None),
        };
        let bare = name.trim_start_matches('*');
        (is_identifier(bare) && name.len() - bare.len() <= 2).then(|| Parameter {
            name: name.to_owned(),
            annotation: hint,
            default,
        })
    }
}

impl fmt::Display for Parameter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)?;
        let is_mark = matches!(self.name.as_str(), "*" | "/");
        match (&self.annotation, &self.default) {
            (Some(hint), Some(default)) => write!(f, ": {hint} = {default}"),
            (Some(hint), None) => write!(f, ": {hint}"),
            (None, Some(default)) => write!(f, ": Any = {default}"),
            (None, None) if is_mark => Ok(()),
            (None, None) => f.write_str(": Any"),
        }
    }
}

pub(super) fn is_identifier(text: &str) -> bool {
    text.starts_with(|sign: char| sign.is_ascii_alphabetic() || sign == '_')
        && text
            .chars()
            .all(|sign| sign.is_ascii_alphanumeric() || sign == '_')
        && !is_keyword(text)
}

/// True for the usual spelling of a class name.
pub(super) fn is_class_name(text: &str) -> bool {
    is_identifier(text)
        && text
            .trim_start_matches('_')
            .starts_with(|sign: char| sign.is_ascii_uppercase())
        && (text.len() == 1 || text.chars().any(|sign| sign.is_ascii_lowercase()))
}

/// One Python expression on one line, or `None`.
pub(super) fn expression(text: &str) -> Option<String> {
    let text = text.trim();
    let lines = lex(text)?;
    let [line] = lines.as_slice() else {
        return None;
    };
    let sides = |pair: &[Token]| {
        let operand = |token: &Token| match token {
            Token::Name(name) => !is_word_operator(name),
            Token::Operator(_) => false,
            _ => true,
        };
        operand(&pair[0]) && operand(&pair[1])
    };
    let is_assignment = split_once_outside(text, '=').is_some();
    let ends_open =
        matches!(line.tokens.last(), Some(Token::Operator(sign)) if !")]}".contains(*sign));
    let starts_open =
        matches!(line.tokens.first(), Some(Token::Operator(sign)) if !"([{-+~".contains(*sign));
    let bad = ends_open || starts_open || is_assignment || line.tokens.windows(2).any(sides);
    let has_statement = line.tokens.iter().any(|token| {
        matches!(
            token,
            Token::Name(
                "return" | "raise" | "import" | "def" | "class" | "yield" | "pass" | "assert"
            )
        ) || matches!(token, Token::Operator(';' | '@'))
    });
    (!bad && !has_statement && !text.contains('\n')).then(|| text.to_owned())
}

fn is_word_operator(name: &str) -> bool {
    matches!(
        name,
        "and" | "or" | "not" | "in" | "is" | "if" | "else" | "for" | "lambda" | "await"
    )
}

/// A type as written; `None` if it is prose.
pub(super) fn annotation(text: &str) -> Option<String> {
    let text = text.trim();
    let signs = text
        .chars()
        .all(|sign| sign.is_ascii_alphanumeric() || "_.,[]| \"'".contains(sign));
    (signs && expression(text).is_some()).then(|| text.to_owned())
}

/// Names in an expression that are not attributes of another name.
fn names_in(text: &str) -> impl Iterator<Item = &str> {
    let tokens = lex(text)
        .and_then(|lines| lines.into_iter().next())
        .map(|line| line.tokens);
    let tokens = tokens.unwrap_or_default();
    let names: Vec<&str> = (0..tokens.len())
        .filter(|index| *index == 0 || tokens[index - 1] != Token::Operator('.'))
        .filter_map(|index| match tokens[index] {
            Token::Name(name) => Some(name),
            _ => None,
        })
        .collect();
    names.into_iter()
}

fn is_type(name: &str) -> bool {
    const BUILTIN: &[&str] = &[
        "None",
        "bool",
        "bytearray",
        "bytes",
        "complex",
        "dict",
        "float",
        "frozenset",
        "int",
        "list",
        "object",
        "range",
        "set",
        "str",
        "tuple",
        "type",
    ];
    BUILTIN.contains(&name) || is_importable(name)
}

fn split_owner(text: &str) -> Option<(Option<String>, String)> {
    let text = text.trim();
    match text.rsplit_once('.') {
        Some((owner, name)) => (is_class_name(owner) && is_identifier(name))
            .then(|| (Some(owner.to_owned()), name.to_owned())),
        None => is_identifier(text).then(|| (None, text.to_owned())),
    }
}

/// Where the bracket that opens the text is closed.
fn closing(text: &str) -> Option<usize> {
    let mut depth = 0_i32;
    let mut quote: Option<char> = None;
    for (at, sign) in text.char_indices() {
        match (quote, sign) {
            (Some(open), _) if sign == open => quote = None,
            (Some(_), _) => {}
            (None, '"' | '\'') => quote = Some(sign),
            (None, '(' | '[' | '{') => depth += 1,
            (None, ')' | ']' | '}') => {
                depth -= 1;
                if depth == 0 {
                    return Some(at);
                }
            }
            _ => {}
        }
    }
    None
}

/// Cuts at a sign outside brackets and quotes.
pub(super) fn split_outside(text: &str, at: char) -> Vec<&str> {
    let mut parts = Vec::new();
    let mut rest = text;
    while let Some((part, tail)) = split_once_any(rest, at) {
        parts.push(part);
        rest = tail;
    }
    parts.push(rest);
    parts
}

fn split_once_any(text: &str, at: char) -> Option<(&str, &str)> {
    let mut depth = 0_i32;
    let mut quote: Option<char> = None;
    for (index, sign) in text.char_indices() {
        match (quote, sign) {
            (Some(open), _) if sign == open => quote = None,
            (Some(_), _) => {}
            (None, '"' | '\'') => quote = Some(sign),
            (None, '(' | '[' | '{') => depth += 1,
            (None, ')' | ']' | '}') => depth -= 1,
            (None, _) if depth == 0 && sign == at => {
                return Some((&text[..index], &text[index + sign.len_utf8()..]));
            }
            _ => {}
        }
    }
    None
}

/// Cuts at the first `=` that assigns: not `==`, `<=`, `!=`, `>=`.
pub(super) fn split_once_outside(text: &str, at: char) -> Option<(&str, &str)> {
    let mut from = 0;
    loop {
        let (head, tail) = split_once_any(&text[from..], at)?;
        let end = from + head.len();
        let compares = tail.starts_with('=') || text[..end].ends_with(['=', '<', '>', '!', ':']);
        if !compares {
            return Some((&text[..end], tail));
        }
        from = end + at.len_utf8() + usize::from(tail.starts_with('='));
    }
}
