//! What well-known programs look at.

use super::command::{Input, atom, operands, real};
use super::play::{Class, Play};
use super::snippet;
use crate::shell::Word;

/// Filters that accept any input: their status says nothing about what went in.
pub(super) const FILTERS: [&str; 31] = [
    "wc",
    "cat",
    "tee",
    "head",
    "tail",
    "sort",
    "uniq",
    "tr",
    "cut",
    "nl",
    "column",
    "sed",
    "awk",
    "gawk",
    "jq",
    "yq",
    "less",
    "more",
    "fold",
    "fmt",
    "rev",
    "tac",
    "paste",
    "base64",
    "xxd",
    "hexdump",
    "od",
    "md5sum",
    "sha256sum",
    "json_pp",
    "bat",
];

pub(super) fn curl(arguments: &[Word], input: &Input<'_>) -> Play {
    let fails = arguments.iter().any(|word| {
        let text = word.text.as_str();
        let short = text.starts_with('-') && !text.starts_with("--") && !word.quoted;
        text.starts_with("--fail")
            || short
                && text[1..]
                    .chars()
                    .take_while(char::is_ascii_alphabetic)
                    .any(|c| c == 'f')
    });
    let _ = input;
    if fails {
        real()
    } else {
        atom(
            Class::Indirect,
            "`curl` without `--fail` succeeds on HTTP errors too",
        )
    }
}

pub(super) fn docker(name: &str, arguments: &[Word]) -> Play {
    // Options before the subcommand may take a value; the first known subcommand decides.
    const LISTS: [&str; 9] = [
        "ps", "logs", "images", "top", "stats", "info", "events", "port", "ls",
    ];
    const OTHERS: [&str; 14] = [
        "exec", "run", "build", "up", "down", "inspect", "start", "stop", "restart", "pull",
        "push", "config", "cp", "wait",
    ];
    let known = arguments.iter().map(|word| word.text.as_str());
    let mut known = known.filter(|word| LISTS.contains(word) || OTHERS.contains(word));
    match known.next() {
        Some(list) if LISTS.contains(&list) => atom(
            Class::Indirect,
            format!("`{name} … {list}` succeeds whatever state it lists"),
        ),
        _ => real(),
    }
}

pub(super) fn git(arguments: &[Word]) -> Play {
    let command = operands(arguments)
        .next()
        .map_or("", |word| word.text.as_str());
    let decides = |flags: &[&str]| {
        arguments
            .iter()
            .any(|word| flags.contains(&word.text.as_str()))
    };
    match command {
        "status" | "log" | "branch" | "remote" | "stash" => atom(
            Class::Indirect,
            format!("`git {command}` succeeds whatever it shows"),
        ),
        "diff" if !decides(&["--exit-code", "--quiet", "--check", "--no-index"]) => atom(
            Class::Indirect,
            "`git diff` without `--exit-code` succeeds with differences too",
        ),
        "add" | "checkout" | "commit" | "fetch" | "pull" | "clone" | "init" | "config" => atom(
            Class::Setup,
            format!("`git {command}` prepares, it tests nothing"),
        ),
        _ => real(),
    }
}

pub(super) fn find(arguments: &[Word]) -> Play {
    let decides = arguments
        .iter()
        .any(|word| matches!(word.text.as_str(), "-exec" | "-execdir"))
        && arguments.iter().any(|word| word.text == "+");
    if decides {
        real()
    } else {
        atom(
            Class::Indirect,
            "`find` succeeds whether or not it finds anything",
        )
    }
}

pub(super) fn filter(name: &str, arguments: &[Word], input: &Input<'_>) -> Play {
    let flag = |flags: &[&str]| {
        arguments
            .iter()
            .any(|word| flags.contains(&word.text.as_str()))
    };
    let decides = match name {
        "jq" | "yq" => {
            flag(&["-e", "--exit-status"])
                || arguments.iter().any(|word| short_flag(&word.text, 'e'))
        }
        "sort" => flag(&["-c", "-C", "--check"]),
        "sha256sum" | "md5sum" => flag(&["-c", "--check"]),
        "awk" | "gawk" | "sed" => {
            let exits = |word: &Word| {
                word.text.contains("exit") || name == "sed" && word.text.contains('q')
            };
            arguments.iter().any(exits)
        }
        _ => false,
    };
    if decides {
        return reading(name, arguments, input);
    }
    match input {
        Input::Pipe => atom(
            Class::Masked,
            format!(
                "the pipeline ends in `{name}`, which accepts any input: end it in a check such as `grep -q`"
            ),
        ),
        Input::Fixed | Input::Text(_) => Play::Const(true, name.to_owned()),
        // With a file to read it fails when the file is missing.
        Input::Other => real(),
    }
}

fn short_flag(text: &str, flag: char) -> bool {
    text.len() > 1
        && text.starts_with('-')
        && !text.starts_with("--")
        && text[1..].chars().all(|c| c.is_ascii_alphabetic())
        && text.contains(flag)
}

pub(super) fn is_interpreter(name: &str) -> bool {
    name.strip_prefix("python")
        .is_some_and(|rest| rest.bytes().all(|b| b.is_ascii_digit() || b == b'.'))
        || matches!(name, "node" | "ruby" | "perl" | "php" | "deno" | "bun")
}

/// An interpreter with code on its command line or standard input.
pub(super) fn interpreter(name: &str, arguments: &[Word], input: &Input<'_>) -> Play {
    let python = name.starts_with("python");
    let flags: &[&str] = match name {
        "php" => &["-r"],
        _ if python => &["-c"],
        _ => &["-e", "--eval", "-p"],
    };
    // `-ic`, `-Bc`: short flags may stand together.
    let found = arguments.iter().position(|word| {
        flags.contains(&word.text.as_str())
            || python && short_flag(&word.text, 'c') && word.text.ends_with('c')
    });
    let script = found.and_then(|index| arguments.get(index + 1));
    let stdin = || {
        operands(arguments)
            .next()
            .is_none_or(|word| word.text == "-")
    };
    let code = match (script, input) {
        (Some(script), _) if script.expands => return real(),
        (Some(script), _) => script.text.as_str(),
        (None, Input::Text(text)) if found.is_none() && stdin() => text,
        _ => return real(),
    };
    if input.is_pipe() && !input.is_fixed() {
        // The code may check what comes down the pipe.
        if snippet::reads_input(code) {
            return real();
        }
    }
    let why = if python {
        snippet::vacuous_python(code)
    } else {
        snippet::vacuous_script(code)
    };
    why.map_or_else(real, |why| atom(Class::Vacuous, why))
}

/// Any other program: it looks at the work, unless all it gets is fixed text.
pub(super) fn reading(name: &str, arguments: &[Word], input: &Input<'_>) -> Play {
    let greps = matches!(
        name,
        "grep" | "egrep" | "fgrep" | "rg" | "jq" | "awk" | "sort" | "sed"
    );
    // A pattern alone means that the input is what is searched.
    let files = operands(arguments).count() > 1 || arguments.iter().any(|word| word.text == "-f");
    if greps && input.is_fixed() && !files {
        atom(
            Class::Vacuous,
            format!("`{name}` looks at text that the command itself prints"),
        )
    } else {
        real()
    }
}
