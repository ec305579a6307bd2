use super::facts::{Facts, FunctionFact, quoted};
use super::lexer::{Token, is_keyword, lex};
use super::signature::Signature;

const BUILTINS: &[&str] = &[
    "abs",
    "all",
    "any",
    "bool",
    "bytes",
    "dict",
    "divmod",
    "enumerate",
    "filter",
    "float",
    "frozenset",
    "int",
    "isinstance",
    "len",
    "list",
    "map",
    "max",
    "min",
    "object",
    "pow",
    "print",
    "range",
    "repr",
    "reversed",
    "round",
    "set",
    "sorted",
    "str",
    "sum",
    "tuple",
    "type",
    "zip",
];

impl FunctionFact {
    /// The function as code, from its `def` on, at no indentation.
    pub(super) fn code(&self, facts: &Facts) -> String {
        let in_class = self.signature.owner.is_some();
        let body = match self.signature.name.as_str() {
            "__init__" if in_class => stores(&self.signature),
            _ => self.body(facts),
        };
        let mut code = self.signature.header(in_class);
        for line in body {
            code.push_str("\n    ");
            code.push_str(&line);
        }
        code
    }

    /// True if what it does is stated in full.
    pub(super) fn is_determined(&self, facts: &Facts) -> bool {
        let is_constructor = self.signature.name == "__init__" && self.signature.owner.is_some();
        is_constructor || self.result(facts).is_some()
    }

    fn body(&self, facts: &Facts) -> Vec<String> {
        let mut lines = Vec::new();
        for raise in &self.raises {
            lines.push(format!("if {}:", raise.condition));
            lines.push(format!(
                "    raise {}({})",
                raise.error,
                quoted(&raise.message)
            ));
        }
        match self.result(facts) {
            Some(value) => lines.push(format!("return {value}")),
            None => lines.push(not_determined(&self.signature.name)),
        }
        lines
    }

    /// The one value that the function is stated to return, if all names in it are known.
    fn result(&self, facts: &Facts) -> Option<&str> {
        let [value] = self.returns.as_slice() else {
            return None;
        };
        let lines = lex(value)?;
        let tokens = &lines.first()?.tokens;
        let is_known = |name: &str| {
            is_keyword(name)
                || self.signature.names().any(|own| own == name)
                || name == "self" && self.signature.owner.is_some()
                || BUILTINS.contains(&name)
                || facts.constants.iter().any(|(own, _)| own == name)
                || facts.classes.iter().any(|own| own.name == name)
                || facts.functions.iter().any(|own| own.signature.name == name)
                || facts
                    .imports
                    .iter()
                    .any(|line| line.split([' ', '.', ',']).any(|own| own == name))
        };
        let all = tokens.iter().enumerate().all(|(index, token)| match token {
            Token::Name(name) => {
                let is_attribute = index > 0 && tokens[index - 1] == Token::Operator('.');
                is_attribute || is_known(name)
            }
            _ => true,
        });
        all.then_some(value.as_str())
    }
}

/// The body of a constructor: it keeps what it is given.
pub(super) fn stores(signature: &Signature) -> Vec<String> {
    if !signature.is_full {
        return vec![
            "self.args = args".to_owned(),
            "self.kwargs = kwargs".to_owned(),
        ];
    }
    let names: Vec<&str> = signature
        .names()
        .filter(|name| !matches!(*name, "" | "/"))
        .collect();
    match names.is_empty() {
        true => vec!["super().__init__()".to_owned()],
        false => names
            .iter()
            .map(|name| format!("self.{name} = {name}"))
            .collect(),
    }
}

/// The statement that says that a function is not written.
pub(super) fn not_determined(name: &str) -> String {
    format!("raise NotImplementedError(\"{name}: not determined by the task\")")
}
