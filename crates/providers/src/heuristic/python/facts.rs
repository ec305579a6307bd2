use super::signature::{Parameter, Signature, expression, is_class_name, is_identifier};
use crate::heuristic::cues::last_word_match;
use crate::heuristic::statement::{Clause, Span, is_separator};

/// What the brief states about a module.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Facts {
    pub(super) docstring: Option<String>,
    pub(super) imports: Vec<String>,
    pub(super) constants: Vec<(String, String)>,
    pub(super) classes: Vec<ClassFact>,
    pub(super) functions: Vec<FunctionFact>,
    /// Test functions with the expressions that they assert.
    pub(super) asserts: Vec<(String, String)>,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct ClassFact {
    pub(super) name: String,
    pub(super) base: Option<String>,
    pub(super) is_dataclass: bool,
    pub(super) fields: Vec<Parameter>,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct FunctionFact {
    pub(super) signature: Signature,
    /// It belongs in a class, though the class may not be named beside it.
    pub(super) is_method: bool,
    pub(super) returns: Vec<String>,
    pub(super) raises: Vec<Raise>,
}

/// An error that a function raises when a condition holds.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Raise {
    pub(super) error: String,
    pub(super) condition: String,
    pub(super) message: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Role {
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

impl Facts {
    /// Adds what a clause about this module states.
    pub(super) fn read(&mut self, clause: &Clause) {
        let mut reader = Reader {
            facts: self,
            clause,
            class: None,
            function: None,
            role: None,
        };
        for index in 0..clause.spans.len() {
            reader.span(index);
        }
    }

    /// Adds what a statement says without any span: defaults and the docstring of the module.
    pub(super) fn read_words(&mut self, text: &str) {
        let lower = text.to_ascii_lowercase();
        if lower.contains("module docstring") {
            let quoted = text
                .split_once('"')
                .and_then(|(_, rest)| rest.split_once('"'));
            self.docstring = self
                .docstring
                .take()
                .or(quoted.map(|(doc, _)| doc.to_owned()));
        }
    }

    /// "ollama endpoint parameter (default: x)": a default for the parameter of that name.
    pub(super) fn read_default(&mut self, text: &str) {
        let lower = text.to_ascii_lowercase();
        let Some((words, rest)) = lower.split_once(" parameter (default: ") else {
            return;
        };
        let value = &text[text.len() - rest.len()..];
        let Some((value, _)) = value.rsplit_once(')') else {
            return;
        };
        let words: Vec<&str> = words.split_whitespace().collect();
        let parameters = self
            .functions
            .iter_mut()
            .flat_map(|function| &mut function.signature.parameters);
        for parameter in parameters {
            let name: Vec<&str> = parameter.name.split('_').collect();
            if words.ends_with(&name) && parameter.default.is_none() {
                parameter.default = Some(literal(value));
            }
        }
        for function in &mut self.functions {
            let parameters = std::mem::take(&mut function.signature.parameters);
            for parameter in parameters {
                function.signature.add(parameter);
            }
        }
    }

    pub(super) fn class(&mut self, name: &str) -> &mut ClassFact {
        let index = self.classes.iter().position(|class| class.name == name);
        let index = index.unwrap_or_else(|| {
            self.classes.push(ClassFact {
                name: name.to_owned(),
                ..ClassFact::default()
            });
            self.classes.len() - 1
        });
        &mut self.classes[index]
    }

    /// The function of that name and owner; a fuller signature completes one that is less so.
    pub(super) fn function(&mut self, signature: Signature, is_method: bool) -> usize {
        let same = |function: &FunctionFact| {
            let own = &function.signature;
            let owners =
                own.owner.is_none() || signature.owner.is_none() || own.owner == signature.owner;
            own.name == signature.name && owners
        };
        match self.functions.iter().position(same) {
            Some(index) => {
                let function = &mut self.functions[index];
                function.is_method |= is_method;
                let owner = function.signature.owner.take().or(signature.owner.clone());
                if signature.is_full && !function.signature.is_full {
                    function.signature = signature;
                }
                function.signature.owner = owner;
                index
            }
            None => {
                self.functions.push(FunctionFact {
                    signature,
                    is_method,
                    ..FunctionFact::default()
                });
                self.functions.len() - 1
            }
        }
    }
}

struct Reader<'a> {
    facts: &'a mut Facts,
    clause: &'a Clause,
    class: Option<String>,
    function: Option<usize>,
    role: Option<Role>,
}

impl Reader<'_> {
    fn span(&mut self, index: usize) {
        let clause = self.clause;
        let span = &clause.spans[index];
        if span.before.to_ascii_lowercase().contains("constructor") {
            self.constructor();
        }
        let role = self.role_of(index);
        self.role = role;
        let text = span.text.trim();
        match role {
            Some(Role::Ignore | Role::Condition) => {}
            Some(Role::Class) => self.define_class(text, false),
            Some(Role::Dataclass) => self.define_class(text, true),
            Some(Role::Exception) => {
                self.define_class(text, false);
                if let Some(class) = self.class.clone() {
                    let class = self.facts.class(&class);
                    class.base.get_or_insert_with(|| "Exception".to_owned());
                }
            }
            Some(Role::Base) => {
                if let (Some(class), true) = (self.class.clone(), is_identifier(text)) {
                    self.facts.class(&class).base = Some(text.to_owned());
                }
            }
            Some(Role::Method) => self.define(text, true),
            Some(Role::Function) => self.define(text, false),
            Some(Role::Define | Role::Constructor) | None => self.define_by_shape(text, index),
            Some(Role::Constant) => self.constant(index),
            Some(Role::Parameter) => self.parameter(index),
            Some(Role::Default) => self.default(text),
            Some(Role::Field) => {
                if let (Some(class), Some(field)) = (self.class.clone(), Parameter::read(text)) {
                    self.facts.class(&class).fields.push(field);
                }
            }
            Some(Role::Returns) => self.returns(index),
            Some(Role::Raises) => self.raises(index),
            Some(Role::Import) => self.import(index),
            Some(Role::From) => {}
            Some(Role::Asserts) => self.asserts(text),
        }
    }

    fn role_of(&self, index: usize) -> Option<Role> {
        let span = &self.clause.spans[index];
        let before = last_role(&span.before);
        let noun = role_after(self.clause.after(index));
        match (before, noun) {
            (None | Some(Role::Define | Role::Parameter | Role::Constructor), Some(noun)) => {
                Some(noun)
            }
            (Some(before), _) => Some(before),
            (None, None) if index > 0 && is_separator(&span.before) => self.role,
            (None, None) => None,
        }
    }

    fn define_class(&mut self, text: &str, is_dataclass: bool) {
        let text = text
            .strip_prefix("class ")
            .unwrap_or(text)
            .trim_end_matches(':');
        let (name, base) = match text.split_once('(') {
            Some((name, base)) => (name, Some(base.trim_end_matches(')').trim())),
            None => (text, None),
        };
        if !is_class_name(name) {
            return;
        }
        let class = self.facts.class(name);
        class.is_dataclass |= is_dataclass;
        if let Some(base) = base.filter(|base| is_identifier(base)) {
            class.base = Some(base.to_owned());
        }
        self.class = Some(name.to_owned());
        self.function = None;
    }

    fn define(&mut self, text: &str, is_method: bool) {
        let Some(mut signature) = Signature::read(text) else {
            return;
        };
        if is_class_name(&signature.name) && signature.owner.is_none() {
            return;
        }
        let is_method = is_method || signature.has_self || signature.owner.is_some();
        if is_method && signature.owner.is_none() {
            signature.owner = self.class.clone();
        }
        self.function = Some(self.facts.function(signature, is_method));
    }

    /// What a span without a noun is can often be seen: `class A`, `A.b() -> int`, `f(x) -> int`.
    fn define_by_shape(&mut self, text: &str, index: usize) {
        let words = self.clause.after(index);
        let is_subject = ["returns", "raises", "accepts", "takes"]
            .iter()
            .any(|verb| words.trim_start().starts_with(verb));
        let is_stated = self.role == Some(Role::Define);
        if text.starts_with("class ") {
            return self.define_class(text, false);
        }
        if is_stated && is_class_name(text) {
            return self.define_class(text, false);
        }
        if is_stated && self.constant_pair(index).is_some() {
            return self.constant(index);
        }
        let is_call = text.contains('(');
        let shows_type = text.contains("->") || text.starts_with("def ");
        if is_call && (is_subject || is_stated || shows_type) {
            self.define(text, false);
        }
    }

    fn constructor(&mut self) {
        let owner = self.class.clone();
        let signature = Signature {
            owner,
            name: "__init__".to_owned(),
            ..Signature::default()
        };
        self.function = Some(self.facts.function(signature, true));
    }

    fn parameter(&mut self, index: usize) {
        let span = &self.clause.spans[index];
        let Some(mut parameter) = Parameter::read(&span.text) else {
            return;
        };
        let Some(function) = self.function else {
            return;
        };
        let after = self.clause.after(index);
        if parameter.annotation.is_none() {
            parameter.annotation = type_word(&span.before).or_else(|| type_in_brackets(after));
        }
        if parameter.default.is_none() {
            parameter.default = default_in_brackets(after);
        }
        self.facts.functions[function].signature.add(parameter);
    }

    fn default(&mut self, text: &str) {
        let Some(function) = self.function else {
            return;
        };
        let signature = &mut self.facts.functions[function].signature;
        if let (Some(last), Some(value)) = (signature.parameters.last().cloned(), expression(text))
        {
            signature.add(Parameter {
                default: Some(value),
                ..last
            });
        }
    }

    /// "`f(x)` returns `x + 1`", if nothing follows that could limit it.
    fn returns(&mut self, index: usize) {
        let span = &self.clause.spans[index];
        let Some(function) = self.function else {
            return;
        };
        let value = expression(&span.text);
        let is_whole = ends_statement(self.clause.after(index))
            && span.before.to_ascii_lowercase().trim().ends_with("returns");
        if let (Some(value), true) = (value, is_whole) {
            let function = &mut self.facts.functions[function];
            if !function.returns.contains(&value) {
                function.returns.push(value);
            }
        }
    }

    /// "raises `ValueError` when `x` is empty".
    fn raises(&mut self, index: usize) {
        let spans = &self.clause.spans;
        let (Some(function), Some(subject)) = (self.function, spans.get(index + 1)) else {
            return;
        };
        let error = spans[index].text.trim();
        let joins = matches!(
            subject.before.trim().to_ascii_lowercase().as_str(),
            "when" | "if"
        );
        if !joins || !is_class_name(error) {
            return;
        }
        if let Some(condition) = condition(subject, self.clause, index + 1) {
            let function = &mut self.facts.functions[function];
            let names = |own: &str| function.signature.names().any(|name| name == own);
            if names(&subject.text) || condition == subject.text {
                let words = self.clause.after(index + 1).trim().trim_end_matches('.');
                let value = match condition.starts_with("not ") || words.is_empty() {
                    true => "",
                    false => spans.get(index + 2).map_or("", |span| span.text.as_str()),
                };
                let message = format!("{} {words} {value}", subject.text);
                let message = message.split_whitespace().collect::<Vec<_>>().join(" ");
                function.raises.push(Raise {
                    error: error.to_owned(),
                    condition,
                    message,
                });
            }
        }
    }

    fn constant_pair(&self, index: usize) -> Option<(String, String)> {
        let spans = &self.clause.spans;
        let text = spans[index].text.trim();
        let is_name =
            |name: &str| is_identifier(name) && name.chars().all(|sign| !sign.is_ascii_lowercase());
        if let Some((name, value)) = super::signature::split_once_outside(text, '=') {
            let name = name.split(':').next().unwrap_or(name).trim();
            return is_name(name).then_some((name.to_owned(), expression(value)?));
        }
        let after = self.clause.after(index);
        let value = match spans.get(index + 1) {
            Some(next) if crate::heuristic::wants::is_link(after) => expression(&next.text),
            _ => crate::heuristic::wants::plain_value(after).map(|value| match value.as_str() {
                "true" => "True".to_owned(),
                "false" => "False".to_owned(),
                "null" => "None".to_owned(),
                _ => value,
            }),
        };
        is_name(text).then_some((text.to_owned(), value?))
    }

    fn constant(&mut self, index: usize) {
        if let Some((name, value)) = self.constant_pair(index)
            && !self.facts.constants.iter().any(|(own, _)| *own == name)
        {
            self.facts.constants.push((name, value));
        }
    }

    fn import(&mut self, index: usize) {
        let spans = &self.clause.spans;
        let text = spans[index].text.trim();
        let source = spans[index + 1..]
            .iter()
            .find(|span| last_role(&span.before) == Some(Role::From));
        let line = match source {
            _ if text.starts_with("import ") || text.starts_with("from ") => text.to_owned(),
            Some(source) if is_identifier(text) && is_module(&source.text) => {
                format!("from {} import {text}", source.text)
            }
            None if is_module(text) => format!("import {text}"),
            _ => return,
        };
        if super::lexer::lex_module(&line).is_some() && !self.facts.imports.contains(&line) {
            self.facts.imports.push(line);
        }
    }

    fn asserts(&mut self, text: &str) {
        let test = self
            .clause
            .spans
            .iter()
            .find(|span| span.text.starts_with("test"));
        if let (Some(test), Some(condition)) = (test, expression(text)) {
            let name = test.text.trim_end_matches("()").to_owned();
            if is_identifier(&name) {
                self.facts.asserts.push((name, condition));
            }
        }
    }
}

pub(super) fn is_module(text: &str) -> bool {
    text.split('.').all(is_identifier)
}

fn last_role(words: &str) -> Option<Role> {
    let words = words.to_ascii_lowercase();
    let found = CUES
        .iter()
        .filter_map(|(phrase, role)| Some((last_word_match(&words, phrase)?, phrase.len(), *role)));
    found
        .max_by_key(|(end, length, _)| (*end, *length))
        .map(|(_, _, role)| role)
}

fn role_after(words: &str) -> Option<Role> {
    let words = words.trim_start().to_ascii_lowercase();
    NOUNS.iter().find_map(|(noun, role)| {
        let rest = words.strip_prefix(noun)?;
        (!rest.starts_with(char::is_alphanumeric)).then_some(*role)
    })
}

fn ends_statement(words: &str) -> bool {
    let words = words.trim();
    words.is_empty() || words.starts_with([',', '.', ';']) || words.starts_with("and ")
}

/// A condition on one name, as an expression that is true when it holds.
fn condition(subject: &Span, clause: &Clause, index: usize) -> Option<String> {
    let name = subject.text.trim();
    let words = clause
        .after(index)
        .trim()
        .trim_end_matches('.')
        .to_ascii_lowercase();
    if !is_identifier(name) {
        return (ends_statement(&words)).then(|| expression(name)).flatten();
    }
    let next = clause
        .spans
        .get(index + 1)
        .and_then(|span| expression(&span.text));
    let value = |phrase: &str| (words == phrase).then(|| next.clone()).flatten();
    match words.as_str() {
        "is empty" => Some(format!("not {name}")),
        "is negative" => Some(format!("{name} < 0")),
        "is zero" => Some(format!("{name} == 0")),
        "is not positive" => Some(format!("{name} <= 0")),
        _ => None,
    }
    .or_else(|| {
        value("is").map(|value| match value.as_str() {
            "None" | "True" | "False" => format!("{name} is {value}"),
            _ => format!("{name} == {value}"),
        })
    })
    .or_else(|| value("is less than").map(|value| format!("{name} < {value}")))
    .or_else(|| value("is greater than").map(|value| format!("{name} > {value}")))
    .or_else(|| value("is not in").map(|value| format!("{name} not in {value}")))
}

fn type_word(words: &str) -> Option<String> {
    words
        .split_whitespace()
        .find_map(|word| type_named(word.trim_matches(['(', ')', ','])))
}

fn type_in_brackets(words: &str) -> Option<String> {
    let (_, rest) = words.split_once('(')?;
    let inner = rest.split(')').next()?;
    inner
        .split([',', ';'])
        .find_map(|part| type_named(part.trim()))
}

fn type_named(word: &str) -> Option<String> {
    let name = match word.to_ascii_lowercase().as_str() {
        "string" | "str" => "str",
        "integer" | "int" => "int",
        "float" => "float",
        "bool" | "boolean" => "bool",
        "list" => "List[Any]",
        "dict" | "dictionary" => "Dict[str, Any]",
        "path" => "Path",
        _ => return None,
    };
    Some(name.to_owned())
}

fn default_in_brackets(words: &str) -> Option<String> {
    let (_, rest) = words
        .split_once("default:")
        .or_else(|| words.split_once("default "))?;
    let value = rest.split(')').next()?.split([',', ';']).next()?.trim();
    (!value.is_empty()).then(|| literal(value))
}

/// A value as Python writes it: as it is if it is an expression of literals, else as a string.
pub(super) fn literal(value: &str) -> String {
    let value = value.trim();
    let is_literal = super::super::wants::is_number(value)
        || matches!(value, "None" | "True" | "False" | "[]" | "{}" | "()")
        || value.starts_with(['"', '\'']) && expression(value).is_some();
    match is_literal {
        true => value.to_owned(),
        false => quoted(value),
    }
}

pub(super) fn quoted(text: &str) -> String {
    format!(
        "\"{}\"",
        text.replace('\\', "\\\\")
            .replace('"', "\\\"")
            .replace('\n', "\\n")
    )
}
