//! Functions that are there in name only.

mod braces;
mod python;
mod shell;

use std::collections::HashMap;

use crate::source::{Language, excerpt, line_list};
use crate::{Candidate, Report, Validator};

/// Fails a program with a function, method or test that does nothing yet.
///
/// | language | what is a stub |
/// |---|---|
/// | Python | a body of nothing but docstrings, `pass`, `...`, `raise NotImplementedError`, or a docstring and `return None`; an empty public class without bases that nothing in the file uses |
/// | Python tests | the same, and bodies of `assert True`, `self.assertTrue(True)`, prints, or `pytest.skip(…)` alone |
/// | shell | a function of nothing but `:`, `true`, `return 0`, or an `echo` that says it is not implemented; a script without any command |
/// | Rust | `todo!`, `unimplemented!`, `panic!("not implemented")`; a `#[test]` with an empty body |
/// | JavaScript, TypeScript | `throw new Error("not implemented")` and the like; a test with an empty body or of only `expect(true).toBe(true)`; `it.todo` |
/// | Go, Java, C#, Kotlin, Swift, Dart | `panic("not implemented")`, `throw new UnsupportedOperationException`, `NotImplementedException`, `TODO()`, `fatalError("not implemented")` |
///
/// Not stubs in Python: abstract methods, overloads and hook specifications (by decorator), members
/// of a `Protocol`, `raise NotImplementedError` in an abstract base class or in a method that a class
/// of the same file overrides, fallbacks of `singledispatch`, command groups (`@….group()`,
/// `@….callback()`), classes with bases and an empty body (exceptions), constructors without
/// parameters, `__exit__` and `__del__`, functions inside functions, classes and helpers inside
/// test files that are no tests, and `.pyi` files.
///
/// # Limits
///
/// A function that returns a made-up constant is no stub to this check; only tests tell. A method
/// that is empty on purpose, such as an override that silences its base class, is taken for one. A
/// stub that was there before the task does not count, unless nothing was changed.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoStub;

/// No more stubs than these are told of one file.
const MANY: usize = 50;

/// One function that does nothing yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Stub {
    pub line: usize,
    /// `Class.method`, `function`, or what was found there.
    pub name: String,
    /// What it does instead of its work.
    pub body: String,
}

/// The stubs of a file; nothing if the language is not read.
fn stubs(path: &str, content: &str, language: Language) -> Option<Vec<Stub>> {
    match language {
        Language::Python if path.ends_with(".pyi") => Some(Vec::new()),
        Language::Python => Some(python::stubs(path, content)),
        Language::Shell => Some(shell::stubs(content)),
        Language::Rust | Language::Script | Language::Go | Language::CLike => {
            Some(braces::stubs(content, language))
        }
        _ => None,
    }
}

impl Validator<Candidate<'_>> for NoStub {
    fn validate(&self, file: &Candidate<'_>, report: &mut Report) {
        let Some(language) = Language::of(file.path) else {
            return;
        };
        let Some(found) = stubs(file.path, file.content, language) else {
            return;
        };
        let subject = format!("stubs in `{}`", file.path);
        let before = file
            .earlier()
            .and_then(|earlier| stubs(file.path, earlier, language));
        // As many as there were before are old: two functions of different classes may have one name.
        let mut before_by_what: HashMap<(String, String), usize> = HashMap::new();
        for stub in before.into_iter().flatten() {
            *before_by_what.entry((stub.name, stub.body)).or_default() += 1;
        }
        let (old, mut new): (Vec<Stub>, Vec<Stub>) = found.into_iter().partition(|stub| {
            let count = before_by_what.get_mut(&(stub.name.clone(), stub.body.clone()));
            count.is_some_and(|count| match *count {
                0 => false,
                _ => {
                    *count -= 1;
                    true
                }
            })
        });
        new.truncate(MANY);
        let lines: Vec<usize> = new.iter().map(|stub| stub.line).collect();
        match new.first() {
            Some(first) => {
                let what = format!("`{}` is only {}", excerpt(&first.name), first.body);
                report.fail(subject, format!("{}: {what}", line_list(&lines)));
                if let Some(check) = report.checks.last_mut() {
                    check.detail = Some(list(&new));
                }
            }
            None if old.is_empty() => report.pass(subject, "every function has a body"),
            None => {
                let names: Vec<String> = old
                    .iter()
                    .take(MANY)
                    .map(|stub| format!("`{}`", stub.name))
                    .collect();
                report.pass(
                    subject,
                    format!("none new; there before the task: {}", names.join(", ")),
                );
            }
        }
    }
}

fn list(stubs: &[Stub]) -> String {
    let each = stubs.iter().map(|stub| {
        format!(
            "line {}: `{}` is only {}",
            stub.line,
            excerpt(&stub.name),
            stub.body
        )
    });
    each.collect::<Vec<_>>().join("\n")
}
