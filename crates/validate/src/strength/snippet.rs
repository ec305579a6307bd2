//! Code on a command line that holds whatever the worker did.

use crate::source::Language;
use crate::source::python::{self, Statement};

/// Modules of Python's own library that tests import for themselves.
const STANDARD: [&str; 28] = [
    "sys",
    "os",
    "re",
    "json",
    "math",
    "time",
    "datetime",
    "pathlib",
    "typing",
    "collections",
    "itertools",
    "functools",
    "random",
    "string",
    "subprocess",
    "shutil",
    "tempfile",
    "unittest",
    "io",
    "csv",
    "logging",
    "inspect",
    "importlib",
    "traceback",
    "textwrap",
    "hashlib",
    "asyncio",
    "dataclasses",
];

/// Why Python code succeeds whatever the worker did, if it does.
pub(super) fn vacuous_python(code: &str) -> Option<String> {
    let module = python::read(code);
    if module.flaw.is_some() {
        return None;
    }
    let caught = caught(&module.statements);
    let mut star = None;
    for (statement, caught) in module.statements.iter().zip(&caught) {
        match weigh(statement) {
            _ if *caught => {}
            Weight::Nothing => {}
            Weight::Star(package) => star = Some(package),
            Weight::Something => return None,
        }
    }
    Some(match star {
        _ if caught.contains(&true) => {
            "the code catches every exception, and raises none itself".into()
        }
        Some(package) => format!(
            "`from {package} import *` succeeds as soon as the package exists, whatever is in it"
        ),
        None => "the code looks at nothing".into(),
    })
}

/// Which statements cannot make the code fail: the `try` blocks at the outermost level whose
/// handlers catch everything and end nothing.
fn caught(statements: &[Statement]) -> Vec<bool> {
    let mut caught = vec![false; statements.len()];
    let outer = |statement: &Statement| statement.first && statement.indent == 0;
    let mut index = 0;
    while index < statements.len() {
        if !(outer(&statements[index]) && statements[index].code == "try:") {
            index += 1;
            continue;
        }
        let start = index;
        let (mut all, mut quiet, mut handler) = (false, true, false);
        index += 1;
        while index < statements.len() {
            let statement = &statements[index];
            let code = statement.code.as_str();
            if outer(statement) {
                if !["except", "else", "finally"].contains(&statement.keyword()) {
                    break;
                }
                handler = true;
                all |= matches!(
                    code,
                    "except:" | "except Exception:" | "except BaseException:"
                ) || code.starts_with("except Exception as ")
                    || code.starts_with("except BaseException as ");
            } else if handler {
                quiet &= statement.is_string()
                    || matches!(code, "pass" | "...")
                    || code.starts_with("print(");
            } else {
                // Ending the program is no exception that `except Exception` sees.
                quiet &= !code.contains("exit(") && !code.contains("SystemExit");
            }
            index += 1;
        }
        if all && quiet {
            caught[start..index].fill(true);
        }
    }
    caught
}

enum Weight {
    Nothing,
    Star(String),
    Something,
}

fn weigh(statement: &Statement) -> Weight {
    let code = statement.code.as_str();
    if statement.is_string() || matches!(code, "pass" | "...") {
        return Weight::Nothing;
    }
    if let Some(rest) = code.strip_prefix("from ")
        && let Some((package, "*")) = rest.split_once(" import ")
    {
        return if is_standard(package) {
            Weight::Nothing
        } else {
            Weight::Star(package.to_owned())
        };
    }
    let nothing = match statement.keyword() {
        "import" => code["import".len()..]
            .split(',')
            .all(|module| is_standard(module.split_whitespace().next().unwrap_or_default())),
        "from" => (code.split(' ').nth(1)).is_some_and(is_standard),
        "print" => prints_fixed(statement),
        "assert" => {
            let claim = code["assert".len()..].split(',').next().unwrap_or_default();
            is_fixed(claim) && !matches!(claim.trim(), "False" | "None" | "0")
        }
        "exit" | "quit" => matches!(code, "exit()" | "exit(0)" | "quit()" | "quit(0)"),
        _ => matches!(code, "sys.exit()" | "sys.exit(0)" | "raise SystemExit(0)"),
    };
    if nothing {
        Weight::Nothing
    } else {
        Weight::Something
    }
}

fn is_standard(module: &str) -> bool {
    let root = module.trim().split('.').next().unwrap_or_default();
    STANDARD.contains(&root)
}

fn prints_fixed(statement: &Statement) -> bool {
    let arguments = statement.code.strip_prefix("print(");
    let Some(arguments) = arguments.and_then(|rest| rest.strip_suffix(')')) else {
        return false;
    };
    // A formatted string may hold an expression.
    let formatted = arguments.contains("f\"") && statement.source.contains('{');
    !formatted && arguments.split(',').all(is_fixed)
}

/// A literal, or a comparison of literals.
fn is_fixed(expression: &str) -> bool {
    expression
        .split(|c: char| c.is_whitespace() || "=<>!+-*/".contains(c))
        .filter(|part| !part.is_empty())
        .all(|part| {
            matches!(
                part,
                "True"
                    | "False"
                    | "None"
                    | "\"\""
                    | "not"
                    | "is"
                    | "end"
                    | "flush"
                    | "sep"
                    | "and"
                    | "or"
            ) || part.trim_matches(|c: char| c.is_ascii_alphabetic()) == "\"\""
                || part.bytes().all(|b| b.is_ascii_digit() || b == b'.')
        })
}

/// The same for JavaScript, Ruby and Perl, of which only printing is known.
pub(super) fn vacuous_script(code: &str) -> Option<String> {
    let found = crate::source::scan(code, Language::Script);
    let masked = found.code(code);
    // A template or formatted string may hold an expression.
    if code.contains("${") || code.contains("#{") {
        return None;
    }
    let fixed = masked
        .split([';', '\n'])
        .map(str::trim)
        .filter(|statement| !statement.is_empty())
        .all(|statement| {
            let printed = ["console.log(", "puts ", "print ", "say "]
                .iter()
                .find_map(|print| statement.strip_prefix(print));
            printed.is_some_and(|rest| {
                rest.trim_end_matches(')').split(',').all(|part| {
                    let part = part.trim();
                    part.starts_with('"') && part.ends_with('"') && part.matches('"').count() == 2
                })
            })
        });
    fixed.then(|| "the code looks at nothing".into())
}

/// Whether code may look at its standard input.
pub(super) fn reads_input(code: &str) -> bool {
    ["stdin", "input(", "STDIN", "fileinput", "<>"]
        .iter()
        .any(|name| code.contains(name))
}
