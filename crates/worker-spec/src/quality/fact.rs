//! The exact things that a text names: paths, names and values.
//!
//! Nothing here depends on the language of the text: what is exact is told by its shape.

use std::collections::HashSet;

/// One exact thing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Fact<'t> {
    pub(super) kind: FactKind,
    pub(super) text: &'t str,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum FactKind {
    /// A file, by its path or by its name with an ending.
    Path,
    /// What code is named by: `snake_case`, `CamelCase`, `call()`, a word in backticks.
    Name,
    /// A number or a quoted text.
    Value,
    /// A sign that ties two things together: `→`, `=`, `<`.
    Relation,
}

/// The exact things of a text, in order, line by line.
pub(super) fn facts(text: &str) -> Vec<Fact<'_>> {
    let mut found = Vec::new();
    for line in text.lines() {
        of_line(line, &mut found);
    }
    found
}

fn of_line<'t>(line: &'t str, found: &mut Vec<Fact<'t>>) {
    let line = line.trim_start_matches(|c: char| {
        c.is_whitespace() || matches!(c, '-' | '*' | '+' | '#' | '>' | '|')
    });
    let line = without_checkbox(line);
    let label = label_end(line);
    let mut coded = false;
    let mut at = 0;
    while let Some(c) = line[at..].chars().next() {
        let rest = &line[at..];
        if c == '`' {
            coded = !coded;
            at += 1;
        } else if !coded && matches!(c, '"' | '\'' | '“' | '「') {
            at += match quoted(line, at, c) {
                Some(inner) => {
                    found.push(Fact {
                        kind: FactKind::Value,
                        text: inner,
                    });
                    2 * c.len_utf8() + inner.len()
                }
                None => c.len_utf8(),
            };
        } else if is_word(c) || (c == '/' && rest[1..].starts_with(is_word)) {
            let end = rest
                .find(|c: char| !is_word(c) && !matches!(c, '.' | '/' | '-'))
                .unwrap_or(rest.len());
            let word = rest[..end].trim_end_matches(['.', '-']);
            let called = rest[word.len()..].starts_with('(') && word.len() > 2;
            of_word(word, coded, called, at >= label, found);
            at += end.max(1);
        } else {
            if matches!(c, '→' | '⇒' | '=' | '<' | '≤' | '≥' | '≠' | '±')
                || (c == '>' && !line[..at].ends_with('='))
            {
                found.push(Fact {
                    kind: FactKind::Relation,
                    text: &rest[..c.len_utf8()],
                });
            }
            at += c.len_utf8();
        }
    }
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

fn without_checkbox(line: &str) -> &str {
    match line.as_bytes() {
        [b'[', b' ' | b'x' | b'X', b']', ..] => &line[3..],
        _ => line,
    }
}

/// Where the label of a line ends (`Tests 54-58: …`): a number in it is part of a name, not a value.
fn label_end(line: &str) -> usize {
    match line.find([':', '：']) {
        Some(colon) if line[..colon].split_whitespace().count() <= 4 => colon,
        _ => 0,
    }
}

/// The longest quotation that is taken for a value, in bytes. It also bounds the search for its end.
const LONGEST_QUOTE: usize = 80;

fn quoted(line: &str, at: usize, quote: char) -> Option<&str> {
    if line[..at].ends_with(is_word) {
        return None;
    }
    let close = match quote {
        '“' => '”',
        '「' => '」',
        same => same,
    };
    let from = at + quote.len_utf8();
    let mut most = (from + LONGEST_QUOTE).min(line.len());
    while !line.is_char_boundary(most) {
        most -= 1;
    }
    let end = line[from..most].find(close)?;
    (end > 0 && close.len_utf8() == quote.len_utf8()).then(|| &line[from..from + end])
}

/// One run of letters, digits, `_`, `.`, `/` and `-`.
fn of_word<'t>(word: &'t str, coded: bool, called: bool, values: bool, found: &mut Vec<Fact<'t>>) {
    let mut push = |kind, text| found.push(Fact { kind, text });
    if is_path(word, coded) {
        return push(FactKind::Path, word);
    }
    let parts = word.split(['/', '-']).filter(|part| !part.is_empty());
    for part in parts {
        let number = part.starts_with(|c: char| c.is_numeric());
        if number && part.chars().all(|c| c.is_numeric() || c == '.') {
            if values || coded {
                push(FactKind::Value, part);
            }
        } else if number {
            push(FactKind::Value, part);
        } else if is_name(part) || called || (coded && part.chars().nth(1).is_some()) {
            push(FactKind::Name, part);
        }
    }
}

fn is_path(word: &str, coded: bool) -> bool {
    let name = word.rsplit('/').next().unwrap_or(word);
    let ending = name.rsplit_once('.').is_some_and(|(stem, ending)| {
        (1..=5).contains(&ending.len())
            && ending.starts_with(|c: char| c.is_ascii_lowercase())
            && ending.chars().all(|c| c.is_ascii_alphanumeric())
            && (stem.chars().nth(1).is_some() || word.contains('/'))
    });
    let slashes = word.matches('/').count();
    ending
        || (slashes > 0 && (coded || word.starts_with('/') || slashes > 1)) && !word.ends_with("//")
}

/// Whether a word is written as code names are.
fn is_name(word: &str) -> bool {
    let mut before = ' ';
    for c in word.chars() {
        let joined = before.is_alphanumeric() && (c == '_' || c == '.')
            || before.is_lowercase() && c.is_uppercase();
        if joined {
            return true;
        }
        before = c;
    }
    word.starts_with('_') && word.len() > 1
}

/// Words that code of many kinds has, whatever it is about: `from app import total` names `app` and `total`.
const COMMON: [&str; 48] = [
    "and", "as", "assert", "async", "await", "bool", "cargo", "class", "const", "def", "dict",
    "echo", "else", "enum", "exit", "export", "false", "float", "fn", "for", "from", "function",
    "if", "import", "in", "int", "is", "let", "list", "main", "new", "node", "none", "not", "null",
    "or", "print", "pytest", "python", "python3", "raise", "return", "self", "str", "struct",
    "test", "true", "with",
];

/// Whether a word says nothing about what the code is about.
pub(super) fn is_common(word: &str) -> bool {
    COMMON
        .iter()
        .any(|common| common.eq_ignore_ascii_case(word))
}

/// The words of code or prose by which facts are found again: runs of name characters, whole and in parts.
pub(super) fn words(text: &str) -> HashSet<&str> {
    let mut found = HashSet::new();
    let runs = text.split(|c: char| !is_word(c) && !matches!(c, '.' | '/' | '-'));
    for run in runs
        .map(|run| run.trim_matches(['.', '-']))
        .filter(|run| !run.is_empty())
    {
        found.insert(run);
        let file = run.rsplit('/').next().unwrap_or(run);
        found.insert(file);
        found.extend(run.split('/').filter(|part| !part.is_empty()));
        found.extend(run.split(['/', '.', '-']).filter(|part| !part.is_empty()));
        found.insert(stem(file));
    }
    found
}

/// A path's last part.
pub(super) fn file_name(path: &str) -> &str {
    let path = path.trim_end_matches('/');
    path.rsplit('/').next().unwrap_or(path)
}

/// A file name without its ending.
pub(super) fn stem(name: &str) -> &str {
    name.rsplit_once('.')
        .map_or(name, |(stem, _)| if stem.is_empty() { name } else { stem })
}

/// The words by which a file is known: its path, its name, and a stem that tells it from others (`main` does not).
pub(super) fn names_of_file(path: &str) -> impl Iterator<Item = &str> {
    let name = file_name(path);
    let stem = stem(name);
    let telling = stem.contains(['_', '-']) || stem.chars().count() >= 6;
    [path, name].into_iter().chain(telling.then_some(stem))
}

/// What a file of tests tests, by its name: `test_sum`, `sum_test`, `sum.spec`, `SumTests`.
pub(super) fn tested(word: &str) -> Option<&str> {
    const ENDS: [&str; 9] = [
        "_test", "_tests", "_spec", ".test", ".tests", ".spec", "Test", "Tests", "Spec",
    ];
    let end = || ENDS.iter().find_map(|end| word.strip_suffix(end));
    let of = word.strip_prefix("test_").or_else(end)?;
    (!of.is_empty()).then_some(of)
}
