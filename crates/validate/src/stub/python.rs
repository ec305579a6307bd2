use std::collections::{HashMap, HashSet};

use super::Stub;
use crate::source::python::{self, Statement};

/// The stubs of a Python file, by line.
pub(super) fn stubs(path: &str, content: &str) -> Vec<Stub> {
    let module = python::read(content);
    let items = items(&module.statements);
    let name = path.rsplit('/').next().unwrap_or(path);
    let file = File {
        statements: &module.statements,
        overridden: overridden(&items),
        used: used_names(&module.statements),
        tests: name.starts_with("test_") || name.ends_with("_test.py") || name == "conftest.py",
        items: &items,
    };
    let mut stubs: Vec<Stub> = (0..items.len())
        .filter_map(|index| file.judge(index))
        .collect();
    stubs.sort_by_key(|stub| stub.line);
    stubs
}

/// A `def` or `class`.
struct Item {
    class: bool,
    name: String,
    line: usize,
    /// What stands in the header's parentheses.
    arguments: String,
    decorators: Vec<String>,
    /// The statements of its body.
    body: std::ops::Range<usize>,
    parent: Option<usize>,
}

fn items(statements: &[Statement]) -> Vec<Item> {
    let mut items: Vec<Item> = Vec::new();
    let mut open: Vec<(usize, usize)> = Vec::new();
    let mut decorators: Vec<String> = Vec::new();
    for (index, statement) in statements.iter().enumerate() {
        if !statement.first {
            continue;
        }
        while let Some((_, indent)) = open.last()
            && statement.indent <= *indent
        {
            let (item, _) = open.pop().expect("one is open");
            items[item].body.end = index;
        }
        if let Some(decorator) = statement.code.strip_prefix('@') {
            decorators.push(decorator.trim().to_owned());
            continue;
        }
        let decorators = std::mem::take(&mut decorators);
        let Some((class, name, arguments)) = definition(&statement.code) else {
            continue;
        };
        let parent = open.last().map(|(item, _)| *item);
        open.push((items.len(), statement.indent));
        items.push(Item {
            class,
            name,
            line: statement.line,
            arguments,
            decorators,
            body: index + 1..statements.len(),
            parent,
        });
    }
    items
}

/// Whether a class, its name, and its parenthesis.
fn definition(code: &str) -> Option<(bool, String, String)> {
    let rest = code.strip_prefix("async ").unwrap_or(code);
    let (class, rest) = match rest.strip_prefix("def ") {
        Some(rest) => (false, rest),
        None => (true, rest.strip_prefix("class ")?),
    };
    if !code.ends_with(':') {
        return None;
    }
    let end = rest.find(|c: char| !c.is_alphanumeric() && c != '_')?;
    let after = &rest[end..];
    let arguments = match (after.find('('), after.rfind(')')) {
        (Some(open), Some(close)) if open < close => {
            // The return type may hold parentheses of its own.
            let close = after
                .rfind(") ->")
                .filter(|arrow| *arrow > open)
                .unwrap_or(close);
            &after[open + 1..close]
        }
        _ => "",
    };
    Some((class, rest[..end].to_owned(), arguments.trim().to_owned()))
}

/// Methods that a class of the file overrides: (class, method).
fn overridden(items: &[Item]) -> HashSet<(String, String)> {
    let mut methods: HashMap<usize, Vec<&str>> = HashMap::new();
    for item in items.iter().filter(|item| !item.class) {
        if let Some(parent) = item.parent {
            methods.entry(parent).or_default().push(&item.name);
        }
    }
    let mut found = HashSet::new();
    for (index, item) in items.iter().enumerate().filter(|(_, item)| item.class) {
        for base in bases(&item.arguments) {
            for method in methods.get(&index).into_iter().flatten() {
                found.insert((base.to_owned(), (*method).to_owned()));
            }
        }
    }
    found
}

/// The last names of the bases: `abc.ABC` is `ABC`, `Protocol[T]` is `Protocol`.
fn bases(arguments: &str) -> impl Iterator<Item = &str> {
    arguments.split(',').map(|base| {
        let base = base.split('[').next().unwrap_or(base);
        let base = base
            .strip_prefix("metaclass =")
            .or(base.strip_prefix("metaclass="))
            .unwrap_or(base);
        base.trim()
            .trim_start_matches("metaclass=")
            .rsplit('.')
            .next()
            .unwrap_or(base)
            .trim()
    })
}

/// How often each name occurs in code.
fn used_names(statements: &[Statement]) -> HashMap<String, usize> {
    let mut names = HashMap::new();
    for statement in statements {
        let words = statement
            .code
            .split(|c: char| !c.is_alphanumeric() && c != '_');
        for word in words.filter(|word| !word.is_empty()) {
            *names.entry(word.to_owned()).or_default() += 1;
        }
    }
    names
}

struct File<'a> {
    statements: &'a [Statement],
    items: &'a [Item],
    overridden: HashSet<(String, String)>,
    used: HashMap<String, usize>,
    tests: bool,
}

impl File<'_> {
    fn judge(&self, index: usize) -> Option<Stub> {
        let item = &self.items[index];
        let body = self.body(item)?;
        let exempt = if item.class {
            self.exempt_class(item)
        } else {
            self.exempt_function(item, &body)
        };
        (!exempt).then(|| Stub {
            line: item.line,
            name: self.full_name(item),
            body: body.said,
        })
    }

    fn full_name(&self, item: &Item) -> String {
        match item.parent.map(|parent| &self.items[parent]) {
            Some(parent) if parent.class => format!("{}.{}", self.full_name(parent), item.name),
            _ => item.name.clone(),
        }
    }

    /// What a body that does nothing consists of; nothing if it does something.
    fn body(&self, item: &Item) -> Option<Body> {
        self.idle_body(item).or_else(|| self.unfinished_body(item))
    }

    /// A body that checks or prepares something and then always raises `NotImplementedError`.
    fn unfinished_body(&self, item: &Item) -> Option<Body> {
        let statements = &self.statements[item.body.clone()];
        let indent = statements.first()?.indent;
        let last = statements.iter().rfind(|statement| statement.first)?;
        let raises = !item.class && last.indent == indent && is_not_implemented(&last.code);
        let ends = |statement: &Statement| {
            matches!(statement.keyword(), "return" | "yield") || statement.code.contains("yield ")
        };
        (raises && !statements.iter().any(ends)).then(|| Body {
            raises: true,
            said: "a way to `raise NotImplementedError`".into(),
            ..Body::default()
        })
    }

    fn idle_body(&self, item: &Item) -> Option<Body> {
        let test = self.is_test(item);
        let mut body = Body::default();
        for statement in &self.statements[item.body.clone()] {
            let code = statement.code.as_str();
            let trivial = if statement.is_string() {
                body.docstring = true;
                continue;
            } else if matches!(code, "pass" | "...") {
                code
            } else if is_not_implemented(code) {
                body.raises = true;
                "raise NotImplementedError"
            } else if matches!(code, "return" | "return None") {
                body.returns = true;
                code
            } else if code.starts_with("print(\"\")") && not_implemented(&statement.source) {
                "a print that says it is not implemented"
            } else if test && is_empty_assertion(code) {
                "an assertion of nothing"
            } else if test && code.starts_with("print(") {
                "prints"
            } else if test
                && (code.starts_with("pytest.skip(") || code.starts_with("self.skipTest("))
            {
                "a skip"
            } else {
                return None;
            };
            body.parts.push(trivial.to_owned());
        }
        body.finish()
    }

    fn is_test(&self, item: &Item) -> bool {
        !item.class && item.name.starts_with("test") && self.tests
    }

    fn exempt_class(&self, item: &Item) -> bool {
        let used = self.used.get(&item.name).copied().unwrap_or(0) > 1;
        !item.arguments.is_empty()
            || !item.decorators.is_empty()
            || item.name.starts_with('_')
            || used
            || self.tests
            || item.parent.is_some()
    }

    fn exempt_function(&self, item: &Item, body: &Body) -> bool {
        const BY_DECORATOR: [&str; 9] = [
            "abstractmethod",
            "abstractproperty",
            "abstractclassmethod",
            "abstractstaticmethod",
            "overload",
            "hookspec",
            "singledispatch",
            "singledispatchmethod",
            "type_check_only",
        ];
        let decorated = item.decorators.iter().any(|decorator| {
            let name = decorator.split('(').next().unwrap_or(decorator).trim();
            let last = name.rsplit('.').next().unwrap_or(name);
            BY_DECORATOR.contains(&last)
                || name.contains('.') && matches!(last, "group" | "callback")
                || last == "group"
        });
        let parent = item.parent.map(|parent| &self.items[parent]);
        let inside_function = self.inside_function(item);
        if decorated || inside_function {
            return true;
        }
        if self.tests {
            return !self.is_test(item);
        }
        let plain = !body.raises;
        match item.name.as_str() {
            "__init__" if plain => return parameters(&item.arguments) == 0,
            "__exit__" | "__aexit__" | "__del__" if plain => return true,
            _ => {}
        }
        let Some(parent) = parent else {
            return false;
        };
        let bases: Vec<&str> = bases(&parent.arguments).collect();
        let abstract_base = bases.iter().any(|base| matches!(*base, "ABC" | "ABCMeta"));
        let overridden = (self.overridden).contains(&(parent.name.clone(), item.name.clone()));
        bases.contains(&"Protocol") || body.raises && (abstract_base || overridden)
    }

    fn inside_function(&self, item: &Item) -> bool {
        let mut parent = item.parent;
        while let Some(index) = parent {
            if !self.items[index].class {
                return true;
            }
            parent = self.items[index].parent;
        }
        false
    }
}

#[derive(Default)]
struct Body {
    docstring: bool,
    raises: bool,
    returns: bool,
    parts: Vec<String>,
    said: String,
}

impl Body {
    /// Decides whether it is a stub, and says what it is made of.
    fn finish(mut self) -> Option<Body> {
        // `return None` alone may be all that is wanted; under a docstring that promises more it
        // is a stub.
        let only_returns = self.returns && self.parts.iter().all(|part| part.starts_with("return"));
        if only_returns && !self.docstring {
            return None;
        }
        self.parts.dedup();
        self.said = match (self.docstring, self.parts.is_empty()) {
            (true, true) => "a docstring".into(),
            (true, false) => format!("a docstring and `{}`", self.parts.join("`, `")),
            (false, _) => format!("`{}`", self.parts.join("`, `")),
        };
        (self.docstring || !self.parts.is_empty()).then_some(self)
    }
}

fn is_not_implemented(code: &str) -> bool {
    let rest = code.strip_prefix("raise NotImplementedError");
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('('))
}

fn not_implemented(source: &str) -> bool {
    let lower = source.to_lowercase();
    [
        "not implemented",
        "not yet implemented",
        "todo",
        "unimplemented",
    ]
    .iter()
    .any(|phrase| lower.contains(phrase))
}

fn is_empty_assertion(code: &str) -> bool {
    let claim = code.split(',').next().unwrap_or(code);
    matches!(
        claim.trim_end_matches(')'),
        "assert True"
            | "assert 1"
            | "assert 1 == 1"
            | "assert (True"
            | "self.assertTrue(True"
            | "assert not False"
    )
}

/// How many parameters there are besides `self`.
fn parameters(arguments: &str) -> usize {
    arguments
        .split(',')
        .map(str::trim)
        .filter(|name| {
            !name.is_empty() && !matches!(*name, "self" | "/" | "*") && !name.starts_with("*")
        })
        .count()
}
