//! Paths that the text of a task says it writes.

use std::ops::Range;

use crate::path::{looks_like_file, normal_path};

/// Words before a path that is only read.
const READ: [&str; 14] = [
    "from", "using", "uses", "use", "with", "matches", "match", "per", "see", "follow", "follows",
    "by", "via", "like",
];

/// Further such words in a sentence about what is done: "Write tests for `src/a.py`".
const READ_IN_SENTENCES: [&str; 8] = [
    "for", "against", "of", "covering", "import", "imports", "calling", "calls",
];

/// Words that begin a line which says what is written, as a label (`Create: src/a.py`) or as the verb ("Update
/// `src/a.py` to …").
const WRITE: [&str; 36] = [
    "add",
    "added",
    "adjust",
    "change",
    "changed",
    "create",
    "created",
    "creates",
    "delete",
    "deleted",
    "edit",
    "edited",
    "extend",
    "extract",
    "fix",
    "generate",
    "implement",
    "migrate",
    "modified",
    "modifies",
    "modify",
    "move",
    "new",
    "patch",
    "refactor",
    "remove",
    "removed",
    "rename",
    "replace",
    "rewrite",
    "touch",
    "touches",
    "update",
    "updated",
    "write",
    "writes",
];

/// Labels of files that come to be beside those of a task, in a list of its files: `Test: tests/test_a.py`.
const KINDS: [&str; 8] = [
    "test", "tests", "docs", "doc", "config", "output", "outputs", "source",
];

/// Whether a label says that the file behind it is written: `Create`, `Modify (2 places)`; below `Files:` also by what
/// kind of file it is: `Test file`. Never `Read` or `Reference`.
pub(super) fn labels_written(label: &str, among_files: bool) -> bool {
    let (first, rest) = first_word(label);
    let more = rest
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty());
    let about_files = |word: &str| {
        let word = word.to_lowercase();
        is_one_of(&word, &WRITE) || matches!(word.as_str(), "or" | "and" | "file" | "files")
    };
    let is_word = is_one_of(first, &WRITE) || among_files && is_one_of(first, &KINDS);
    is_word && more.take(4).all(about_files)
}

/// Whether a field with a name such as "Scope" holds paths and nothing else: those that the task owns.
pub(super) fn scopes_paths(label: &str, value: &str) -> bool {
    const SCOPES: [&str; 18] = [
        "scope",
        "file scope",
        "working scope",
        "territory",
        "area",
        "working area",
        "workspace",
        "umfang",
        "bereich",
        "périmètre",
        "alcance",
        "ámbito",
        "escopo",
        "ambito",
        "范围",
        "担当範囲",
        "範囲",
        "범위",
    ];
    let label = label
        .trim_matches(|c: char| !c.is_alphanumeric())
        .to_lowercase();
    SCOPES.contains(&label.as_str()) && are_paths(value)
}

/// Whether a text is paths and nothing else: "`crates/tail/**`, `README.md`".
fn are_paths(text: &str) -> bool {
    let mut any = false;
    for word in text.split_whitespace() {
        let bare = word.trim_matches(['`', '*', ',', ';', '_']);
        if matches!(bare, "" | "and" | "+" | "&" | "und" | "et" | "y" | "e") {
            continue;
        }
        let pieces = match bare.contains('{') {
            true => vec![bare],
            false => bare.split([',', ';', '、']).collect(),
        };
        for piece in pieces {
            let piece = piece.trim_matches('`');
            let quoted = word.starts_with('`');
            let last = piece.rsplit('/').next().unwrap_or_default();
            let is_one = piece.contains('/')
                && !piece.contains("://")
                && (quoted || last.is_empty() || last.contains(['.', '*']))
                || looks_like_file(piece);
            if !is_one {
                return false;
            }
            any = true;
        }
    }
    any
}

/// Whether a line begins with a verb for writing: "Update the loader in `src/a.py`".
pub(super) fn says_written(line: &str) -> bool {
    // Without a mark of a path there is nothing to be found.
    line.bytes().any(|byte| matches!(byte, b'`' | b'/')) && is_one_of(first_word(line).0, &WRITE)
}

fn first_word(text: &str) -> (&str, &str) {
    let text = text.trim_start_matches(|c: char| !c.is_alphanumeric());
    let end = text.find(|c: char| !c.is_alphanumeric());
    text.split_at(end.unwrap_or(text.len()))
}

fn is_one_of(word: &str, words: &[&str]) -> bool {
    words.iter().any(|known| known.eq_ignore_ascii_case(word))
}

/// The paths of a task's own text: `in src/a.rs`, `` `src/a.ts` ``. A path after "from", "using", "see" … is read,
/// not written, and what looks like a path only for a slash (`create/update`) is none.
pub(super) fn claims_of(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    for place in written(text, false) {
        if let Some(path) = path(&text[place], true)
            && !found.contains(&path)
        {
            found.push(path);
        }
    }
    found
}

/// The places of the paths that a text says are written. `with_names`: names of files without a folder too, where they
/// stand in marks of code, or alone.
pub(super) fn written(text: &str, with_names: bool) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut before = "";
    for word in text.split_whitespace() {
        let around = |c: char| "`,;:()\"'*[".contains(c);
        let bare = word.trim_start_matches(around);
        let bare =
            without_lines(bare.trim_end_matches(|c: char| around(c) || c == '.' || c == ']'));
        let quoted = word.contains('`');
        let is_name = with_names && (quoted || before.is_empty()) && looks_like_file(bare);
        let word_before = before.trim_matches(|c: char| !c.is_alphabetic());
        let is_read = is_one_of(word_before, &READ)
            || with_names && is_one_of(word_before, &READ_IN_SENTENCES);
        if (path(bare, quoted).is_some() || is_name) && !is_read {
            let start = bare.as_ptr() as usize - text.as_ptr() as usize;
            found.push(start..start + bare.len());
        }
        before = word;
    }
    found
}

/// The places of the paths that a sentence which begins with a verb for writing says are written: the first one behind the verb, and
/// those joined to it. "Update `src/a.rs` to call `src/b.rs`" writes one, "Add no code to `src/c.rs`" none.
pub(super) fn written_by_verb(sentence: &str) -> Vec<Range<usize>> {
    let mut found: Vec<Range<usize>> = Vec::new();
    let mut first_preposition = None;
    for place in written(sentence, true) {
        let end = found.last().map_or(0, |last| last.end);
        let gap = &sentence[end..place.start];
        let words = words(&without_brackets(gap));
        let last = words.last().map(String::as_str).unwrap_or_default();
        let preposition = PLACES.contains(&last).then(|| last.to_owned());
        let is_written = match found.is_empty() {
            true => is_object(&words),
            false => goes_on(gap, &words, first_preposition.as_deref(), sentence),
        };
        // "Add no code to `src/c.rs` and `src/d.rs`"
        if found.is_empty() && !is_written {
            return found;
        }
        if is_written {
            if found.is_empty() {
                first_preposition = preposition;
            }
            found.push(place);
        }
    }
    found
}

/// Words before the place where something is written.
const PLACES: [&str; 7] = ["in", "to", "into", "under", "at", "inside", "within"];

/// Whether the words before the first path of a sentence lead to what is written, and not to what is only spoken of.
fn is_object(words: &[String]) -> bool {
    const DENYING: [&str; 12] = [
        "no",
        "not",
        "nothing",
        "never",
        "none",
        "neither",
        "nor",
        "without",
        "don't",
        "cannot",
        "unchanged",
        "avoid",
    ];
    // "the crash that `src/a.rs` shows", "a check which runs `b.sh`"
    const RELATIVE: [&str; 14] = [
        "that", "which", "who", "whose", "because", "since", "while", "as", "so", "when", "until",
        "unless", "if", "where",
    ];
    const BESIDE: [&str; 16] = [
        "on",
        "next",
        "similar",
        "close",
        "according",
        "compared",
        "relative",
        "parallel",
        "equivalent",
        "identical",
        "about",
        "than",
        "behind",
        "beside",
        "above",
        "below",
    ];
    let any = |list: &[&str]| words.iter().any(|word| list.contains(&word.as_str()));
    let mut back = words.iter().rev().map(String::as_str);
    let last = back.next().unwrap_or_default();
    let is_place = PLACES.contains(&last);
    let before = match is_place {
        true => back.next().unwrap_or_default(),
        false => last,
    };
    !any(&DENYING) && !BESIDE.contains(&before) && (is_place || !any(&RELATIVE))
}

/// Whether what stands between two paths joins the second one to what is written: `,`, "and", ", new routes to".
fn goes_on(gap: &str, words: &[String], preposition: Option<&str>, sentence: &str) -> bool {
    const JOINTS: [&str; 12] = [
        "and", "or", "plus", "then", "also", "the", "a", "its", "new", "file", "files", "both",
    ];
    let joined = |words: &[String]| {
        let mut words = words.iter().map(String::as_str);
        words.all(|word| JOINTS.contains(&word) || is_one_of(word, &WRITE))
    };
    let marked = gap.contains([',', ';', '+', '&', '、']) || words.iter().any(|word| word == "and");
    let is_list = marked || words.is_empty() || words.iter().any(|word| is_one_of(word, &WRITE));
    if is_list && joined(words) {
        return true;
    }
    let Some((last, others)) = words.split_last() else {
        return false;
    };
    // "Move `a.rs` to `b.rs`", "Update `a.rs` in `src/`"
    let moves = ["move", "rename", "extract", "migrate", "copy", "split"];
    let first = first_word(sentence).0.to_lowercase();
    let is_target = ["to", "into"].contains(&last.as_str());
    if others.is_empty() && is_target && moves.contains(&first.as_str()) {
        return true;
    }
    // "Add a field to `a.rs`, a test to `b.rs`"
    marked && preposition == Some(last.as_str()) && is_object(words)
}

/// The words of a text in lower case.
fn words(text: &str) -> Vec<String> {
    text.split(|c: char| !(c.is_alphanumeric() || matches!(c, '\'' | '’')))
        .filter(|word| !word.is_empty())
        .map(|word| word.replace('’', "'").to_lowercase())
        .collect()
}

/// A text without what stands in brackets.
fn without_brackets(text: &str) -> String {
    let mut depth = 0_usize;
    let mut out = String::new();
    for c in text.chars() {
        match c {
            '(' | '[' => depth += 1,
            ')' | ']' => depth = depth.saturating_sub(1),
            _ if depth == 0 => out.push(c),
            _ => {}
        }
    }
    out
}

/// All paths of a text.
pub(super) fn paths_in(text: &str) -> Vec<String> {
    let words =
        text.split(|c: char| c.is_whitespace() || matches!(c, ',' | ';' | '`' | '(' | ')' | '、'));
    words
        .filter_map(|word| path(without_lines(word), true))
        .collect()
}

/// A path without the lines that stand behind it: `src/a.py:10-25`, `src/a.py#L10`.
pub(super) fn without_lines(path: &str) -> &str {
    let is_lines = |lines: &str| {
        let rest = lines.trim_start_matches(['L', 'l']);
        rest.starts_with(|c: char| c.is_ascii_digit())
            && rest
                .bytes()
                .all(|byte| byte.is_ascii_digit() || matches!(byte, b'-' | b'L' | b':' | b'+'))
    };
    match path.find([':', '#']) {
        Some(at) if is_lines(&path[at + 1..]) => &path[..at],
        _ => path,
    }
}

fn path(text: &str, quoted: bool) -> Option<String> {
    let (folders, last) = text.rsplit_once('/')?;
    let words = |part: &str| {
        part.chars()
            .all(|c| c.is_alphanumeric() || "._-+@".contains(c))
    };
    let file = last.rsplit_once('.').is_some_and(|(stem, extension)| {
        (!stem.is_empty() || quoted)
            && (1..=8).contains(&extension.len())
            && extension.starts_with(|c: char| c.is_ascii_alphabetic())
            && words(last)
    });
    let folder = last.is_empty() && !folders.is_empty();
    if !(file || folder) || text.contains("://") {
        return None;
    }
    normal_path(text).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scopes_that_are_paths() {
        for (value, expected) in [
            ("`crates/tail/**`", true),
            ("`tests/**`, `README.md`", true),
            ("crates/core/src/{lib,event}.rs", true),
            ("`src/a/` and `src/b/`", true),
            ("src/app/", true),
            ("read/write of the cache", false),
            ("read/write", false),
            ("everything below `src/`", false),
            ("Medium", false),
            ("", false),
        ] {
            assert_eq!(scopes_paths("**Scope**", value), expected, "{value}");
        }
    }

    #[test]
    fn paths_of_tasks() {
        for (text, expected) in [
            ("Build in src/a/b.rs", &["src/a/b.rs"][..]),
            (
                "Types: `src/t.ts` and `src/u.ts`.",
                &["src/t.ts", "src/u.ts"],
            ),
            ("Tests in tests/unit/, see docs/x.md", &["tests/unit/"]),
            ("Create/update try/except from src/a.py", &[]),
            ("Open `/encounters/new` at http://a.b/c.html", &[]),
            ("Modify `src/a.py:10-25`", &["src/a.py"]),
        ] {
            assert_eq!(claims_of(text), expected, "{text}");
        }
    }

    #[test]
    fn names_of_files() {
        for (text, expected) in [
            (
                "Create `package.json` and `src/i.ts`",
                &["package.json", "src/i.ts"][..],
            ),
            ("`README.md#L3`", &["README.md"]),
            ("setup.py", &["setup.py"]),
            ("Update the loader of config.py", &[]),
            ("Add `Cache.get` from `src/a.py`", &[]),
            (
                "Write tests for `src/a.py` in `tests/test_a.py`",
                &["tests/test_a.py"],
            ),
        ] {
            let found = written(text, true);
            let found: Vec<&str> = found.into_iter().map(|place| &text[place]).collect();
            assert_eq!(found, expected, "{text}");
        }
    }

    #[test]
    fn sentences_about_files() {
        for (text, expected) in [
            ("Update `src/a.rs` to call `src/b.rs`", &["src/a.rs"][..]),
            ("Add `src/new.rs` next to `src/old.rs`", &["src/new.rs"]),
            ("Write docs similar to `docs/other.md`", &[]),
            ("Remove the dependency on `src/legacy/mod.rs`", &[]),
            ("Fix the crash that `src/crash.rs` shows", &[]),
            ("Change nothing in `src/keep.rs`", &[]),
            ("Add a check that runs `scripts/check.sh`", &[]),
            ("Add no code to `src/c.rs`", &[]),
            (
                "Change the default in `src/lexer.rs`, which `src/main.rs` reads",
                &["src/lexer.rs"],
            ),
            (
                "Update `src/a.py` and add `src/b.py`, `src/c.py` (types) + `src/d.py`",
                &["src/a.py", "src/b.py", "src/c.py", "src/d.py"],
            ),
            (
                "Add a field to `src/a.rs`, and a test to `tests/a.rs`",
                &["src/a.rs", "tests/a.rs"],
            ),
            ("Move `src/a.rs` to `src/b.rs`", &["src/a.rs", "src/b.rs"]),
            ("Add a helper that sorts in `src/sort.rs`", &["src/sort.rs"]),
            (
                "Write tests for `src/a.py` in `tests/a.py`",
                &["tests/a.py"],
            ),
        ] {
            let found = written_by_verb(text);
            let found: Vec<&str> = found.into_iter().map(|place| &text[place]).collect();
            assert_eq!(found, expected, "{text}");
        }
    }

    #[test]
    fn labels_of_files() {
        for label in [
            "Create",
            "Modify",
            "Test",
            "Test file",
            "New",
            "Create or modify",
        ] {
            assert!(labels_written(label, true), "{label}");
        }
        for label in [
            "Read",
            "Reference",
            "Run",
            "Add tests",
            "Test command",
            "Tests pass",
        ] {
            assert!(!labels_written(label, true), "{label}");
        }
    }
}
