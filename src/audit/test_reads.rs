//! The files that a test command looks at without running them: `test -f a`, `grep -q x a`, `diff a b`.

use std::collections::BTreeSet;

/// A file that a command looks at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Look<'c> {
    pub(super) path: &'c str,
    /// Whether the command only asks whether it is there, which means that the task is to make it.
    pub(super) only_asks: bool,
}

/// The files that a command looks at.
pub(super) fn looks(command: &str) -> Vec<Look<'_>> {
    let mut found = Vec::new();
    for part in parts(command) {
        // What stands behind the first sign is where output goes to, not what is read.
        let end = part.iter().position(|word| word.text.contains(['>', '<']));
        let words = &part[..end.unwrap_or(part.len())];
        let Some((program, words)) = words.split_first() else {
            continue;
        };
        let paths = |words: &[Word<'_>]| -> Vec<usize> {
            let is_path = |word: &Word<'_>| !word.quoted && is_file(word.text);
            let at = words.iter().enumerate().filter(|(_, word)| is_path(word));
            at.map(|(at, _)| at).collect()
        };
        let (from, only_asks) = match program.text {
            "test" | "[" | "[[" => {
                let asks = words
                    .first()
                    .is_some_and(|word| matches!(word.text, "-f" | "-e" | "-s"));
                if !asks {
                    continue;
                }
                (1, true)
            }
            "grep" | "egrep" | "fgrep" | "rg" | "jq" => {
                let pattern = words
                    .iter()
                    .position(|word| word.quoted || !word.text.starts_with('-'));
                match pattern {
                    Some(at) => (at + 1, false),
                    None => continue,
                }
            }
            "cat" | "diff" | "cmp" | "head" | "tail" | "wc" => (0, false),
            _ => continue,
        };
        let words = words.get(from..).unwrap_or_default();
        found.extend(paths(words).into_iter().map(|at| Look {
            path: words[at].text,
            only_asks,
        }));
    }
    found
}

/// The files that a command writes: behind `>`, `tee`, `-o`, `cp`, `mv`, `touch`.
pub(super) fn written(command: &str) -> BTreeSet<&str> {
    let mut found = BTreeSet::new();
    for part in parts(command) {
        let program = part.first().map_or("", |word| word.text);
        let makes = matches!(program, "tee" | "touch" | "cp" | "mv" | "mkdir" | "ln");
        let mut is_output = false;
        for word in &part {
            let bare = word.text.trim_start_matches(|c: char| c.is_ascii_digit());
            if let Some(file) = bare.strip_prefix('>') {
                let file = file.trim_start_matches('>');
                is_output = file.is_empty();
                found.insert(file);
                continue;
            }
            if is_output || makes {
                found.insert(word.text);
            }
            is_output = matches!(word.text, "-o" | "--output" | "--out" | "-O");
            if let Some((option, file)) = word.text.split_once('=')
                && option.starts_with("--")
            {
                found.insert(file);
            }
        }
    }
    found
}

/// A word of a command.
#[derive(Clone, Copy, Debug)]
struct Word<'c> {
    text: &'c str,
    /// Whether a part of it stands in quotes.
    quoted: bool,
}

/// The words of the commands that a text puts in a row, with `;`, `|` or `&&` between them.
fn parts(text: &str) -> Vec<Vec<Word<'_>>> {
    let mut parts = vec![Vec::new()];
    let mut start: Option<usize> = None;
    let mut quote: Option<char> = None;
    let mut quoted = false;
    let ends = text.char_indices().chain([(text.len(), '\n')]);
    for (at, c) in ends {
        if let Some(open) = quote {
            if c == open {
                quote = None;
            }
            if at < text.len() {
                continue;
            }
        }
        match c {
            '"' | '\'' => {
                quote = Some(c);
                quoted = true;
                start = start.or(Some(at));
            }
            _ if c.is_whitespace() || matches!(c, ';' | '|' | '&') => {
                if let (Some(from), Some(part)) = (start.take(), parts.last_mut()) {
                    let word = Word {
                        text: &text[from..at],
                        quoted,
                    };
                    part.push(word);
                }
                quoted = false;
                if matches!(c, ';' | '|' | '&' | '\n') {
                    parts.push(Vec::new());
                }
            }
            _ => start = start.or(Some(at)),
        }
    }
    parts.retain(|part| !part.is_empty());
    parts
}

/// Whether a word is a plain relative path of a file with an ending.
fn is_file(word: &str) -> bool {
    let plain = |c: char| c.is_alphanumeric() || matches!(c, '/' | '.' | '_' | '-');
    let name = word.rsplit('/').next().unwrap_or(word);
    let has_ending = name.rsplit_once('.').is_some_and(|(stem, ending)| {
        !stem.is_empty() && ending.starts_with(|c: char| c.is_alphabetic())
    });
    // A name that begins with a dot holds settings, which are there.
    has_ending
        && !name.starts_with('.')
        && !word.starts_with(['-', '/', '.'])
        && word.chars().all(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_that_are_looked_at() {
        for (command, expected) in [
            ("test -f docs/a.md", vec![("docs/a.md", true)]),
            ("[ -s out/a.json ] && echo ok", vec![("out/a.json", true)]),
            ("test ! -f docs/a.md", vec![]),
            (
                "grep -q 'see docs/b.md' docs/a.md",
                vec![("docs/a.md", false)],
            ),
            ("grep -c TODO src/a.rs | grep 0", vec![("src/a.rs", false)]),
            (
                "diff a.txt want/a.txt",
                vec![("a.txt", false), ("want/a.txt", false)],
            ),
            ("cat a.txt > b.txt", vec![("a.txt", false)]),
            ("head -n 5 notes.md", vec![("notes.md", false)]),
            ("cat /etc/hosts.allow", vec![]),
            ("echo a.md", vec![]),
        ] {
            let found: Vec<_> = looks(command)
                .iter()
                .map(|look| (look.path, look.only_asks))
                .collect();
            assert_eq!(found, expected, "{command}");
        }
    }

    #[test]
    fn files_that_are_written() {
        assert!(written("make > out.txt 2>&1").contains("out.txt"));
        assert!(written("make | tee out.txt").contains("out.txt"));
        assert!(written("cc -o a.out a.c").contains("a.out"));
        assert!(written("pytest --junitxml=out.xml").contains("out.xml"));
        assert!(!written("grep x out.txt").contains("out.txt"));
    }
}
