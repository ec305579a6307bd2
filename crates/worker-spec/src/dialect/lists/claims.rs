//! Paths that the text of a task says it writes.

use crate::path::normal_path;

/// Words before a path that is only read.
const READ: [&str; 14] = [
    "from", "using", "uses", "use", "with", "matches", "match", "per", "see", "follow", "follows",
    "by", "via", "like",
];

/// The paths of a task's own text: `in src/a.rs`, `` `src/a.ts` ``. A path after "from", "using", "see" … is read,
/// not written, and what looks like a path only for a slash (`create/update`) is none.
pub(super) fn claims_of(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut before = "";
    for word in text.split_whitespace() {
        let around = |c: char| "`,;:()\"'*[".contains(c);
        let bare = word.trim_start_matches(around);
        let bare = bare.trim_end_matches(|c: char| around(c) || c == '.' || c == ']');
        let quoted = word.contains('`');
        if let Some(path) = path(bare, quoted)
            && !READ.contains(
                &before
                    .trim_matches(|c: char| !c.is_alphabetic())
                    .to_lowercase()
                    .as_str(),
            )
            && !found.contains(&path)
        {
            found.push(path);
        }
        before = word;
    }
    found
}

/// All paths of a text.
pub(super) fn paths_in(text: &str) -> Vec<String> {
    let words =
        text.split(|c: char| c.is_whitespace() || matches!(c, ',' | ';' | '`' | '(' | ')' | '、'));
    words.filter_map(|word| path(word, true)).collect()
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
        ] {
            assert_eq!(claims_of(text), expected, "{text}");
        }
    }
}
