//! A clause about a module, read span by span.

use super::role::{Role, last_role, role_after};
use super::value::{default_in_brackets, type_in_brackets, type_word};
use super::{Facts, Raise, is_module};
use crate::heuristic::python::lexer::lex_module;
use crate::heuristic::python::signature::{
    Parameter, Signature, expression, is_class_name, is_identifier, split_once_outside,
};
use crate::heuristic::statement::{Clause, Span, is_separator};
use crate::heuristic::wants::{is_link, plain_value};

pub(super) struct Reader<'a> {
    pub(super) facts: &'a mut Facts,
    pub(super) clause: &'a Clause,
    pub(super) class: Option<String>,
    pub(super) function: Option<usize>,
    pub(super) role: Option<Role>,
}

impl Reader<'_> {
    pub(super) fn span(&mut self, index: usize) {
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
        if let Some((name, value)) = split_once_outside(text, '=') {
            let name = name.split(':').next().unwrap_or(name).trim();
            return is_name(name).then_some((name.to_owned(), expression(value)?));
        }
        let after = self.clause.after(index);
        let value = match spans.get(index + 1) {
            Some(next) if is_link(after) => expression(&next.text),
            _ => plain_value(after).map(|value| match value.as_str() {
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
        if lex_module(&line).is_some() && !self.facts.imports.contains(&line) {
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
