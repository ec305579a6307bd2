mod reader;
mod role;
mod value;

use self::reader::Reader;
pub(super) use self::value::{literal, quoted};
use super::signature::{Parameter, Signature, is_identifier};
use crate::heuristic::statement::Clause;

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

pub(super) fn is_module(text: &str) -> bool {
    text.split('.').all(is_identifier)
}
