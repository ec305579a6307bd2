use super::blocks::{Block, BlockKind};
use super::lexer::{Token, lex};
use super::module::bound_names;

const TYPING: &[&str] = &[
    "Any",
    "Awaitable",
    "Callable",
    "ClassVar",
    "Dict",
    "Final",
    "FrozenSet",
    "Generator",
    "Iterable",
    "Iterator",
    "List",
    "Literal",
    "Mapping",
    "NamedTuple",
    "Optional",
    "Protocol",
    "Sequence",
    "Set",
    "Tuple",
    "Type",
    "TypedDict",
    "Union",
];

const NAMED: &[(&str, &str)] = &[
    ("Path", "pathlib"),
    ("dataclass", "dataclasses"),
    ("Decimal", "decimal"),
    ("Enum", "enum"),
];

const MODULES: &[&str] = &[
    "collections",
    "itertools",
    "json",
    "logging",
    "math",
    "os",
    "pytest",
    "random",
    "re",
    "subprocess",
    "sys",
    "time",
];

/// True for names that [`complete_imports`] knows where to find.
pub(super) fn is_importable(name: &str) -> bool {
    TYPING.contains(&name) || NAMED.iter().any(|(own, _)| *own == name)
}

/// Import lines for names of the standard library that the code uses and nothing binds.
pub(super) fn complete_imports(blocks: &[Block]) -> Vec<String> {
    let text: Vec<&str> = blocks.iter().map(|block| block.text.as_str()).collect();
    let text = text.join("\n");
    let Some(lines) = lex(&text) else {
        return Vec::new();
    };
    let tokens: Vec<Token> = lines.into_iter().flat_map(|line| line.tokens).collect();
    let is_bound = |name: &str| {
        blocks.iter().any(|block| match block.kind {
            BlockKind::Import | BlockKind::Future => bound_names(&block.text).contains(&name),
            _ => block.name.as_deref() == Some(name),
        })
    };
    let is_free = |name: &str| !is_bound(name) && uses(&tokens, name);
    let mut imports = Vec::new();
    for module in MODULES {
        if !is_bound(module) && uses_as_module(&tokens, module) {
            imports.push(format!("import {module}"));
        }
    }
    for (name, module) in NAMED {
        if is_free(name) {
            imports.push(format!("from {module} import {name}"));
        }
    }
    let typing: Vec<&str> = TYPING
        .iter()
        .copied()
        .filter(|name| is_free(name))
        .collect();
    if !typing.is_empty() {
        imports.push(format!("from typing import {}", typing.join(", ")));
    }
    imports
}

fn uses(tokens: &[Token], name: &str) -> bool {
    tokens.iter().enumerate().any(|(index, token)| {
        let is_attribute = index > 0 && tokens[index - 1] == Token::Operator('.');
        *token == Token::Name(name) && !is_attribute
    })
}

/// True if the name only ever stands before a dot: it is no variable.
fn uses_as_module(tokens: &[Token], name: &str) -> bool {
    let mut found = false;
    for (index, token) in tokens.iter().enumerate() {
        let is_attribute = index > 0 && tokens[index - 1] == Token::Operator('.');
        if *token != Token::Name(name) || is_attribute {
            continue;
        }
        if tokens.get(index + 1) != Some(&Token::Operator('.')) {
            return false;
        }
        found = true;
    }
    found
}
