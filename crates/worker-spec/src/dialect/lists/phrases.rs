//! Phrases about order: "depends on T003", "before", "blocks".

use std::ops::Range;

use super::references::Directory;

/// Which side of a phrase comes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::dialect) enum Direction {
    /// "depends on": what follows comes first.
    Needs,
    /// "blocks": what follows waits.
    Feeds,
}

/// Phrases that are about order whatever they name.
const PLAIN: [(&str, Direction); 12] = [
    ("depends on", Direction::Needs),
    ("depend on", Direction::Needs),
    ("dependent on", Direction::Needs),
    ("depends upon", Direction::Needs),
    ("blocked by", Direction::Needs),
    ("wait for", Direction::Needs),
    ("waits for", Direction::Needs),
    ("depends:", Direction::Needs),
    ("deps:", Direction::Needs),
    ("dependencies:", Direction::Needs),
    ("prerequisite for", Direction::Feeds),
    ("prerequisites:", Direction::Needs),
];

/// Words that are about order only when a name follows.
const BEFORE_NAMES: [(&str, Direction); 11] = [
    ("after", Direction::Needs),
    ("requires", Direction::Needs),
    ("require", Direction::Needs),
    ("needs", Direction::Needs),
    ("following", Direction::Needs),
    ("before", Direction::Feeds),
    ("blocks", Direction::Feeds),
    ("block", Direction::Feeds),
    ("unblocks", Direction::Feeds),
    ("precedes", Direction::Feeds),
    ("precede", Direction::Feeds),
];

/// What a label such as `Depends on:` or `Blocks:` says about what follows it.
pub(super) fn direction_of_label(label: &str) -> Option<Direction> {
    let label = label
        .trim_matches(|c: char| !c.is_alphanumeric())
        .to_lowercase();
    Some(match label.as_str() {
        "depends" | "depends on" | "depends_on" | "deps" | "dependencies" | "dependency"
        | "blocked by" | "requires task" | "requires tasks" | "after" | "prerequisite"
        | "prerequisites" | "waits for" | "依存" | "依存関係" | "依存タスク" | "前提"
        | "前提タスク" | "依赖" | "선행" => Direction::Needs,
        "blocks" | "unblocks" | "required by" | "needed by" => Direction::Feeds,
        _ => return None,
    })
}

/// The phrases of a task's line, each with the text that it is about.
pub(super) fn phrases(line: &str, directory: &Directory) -> Vec<(Direction, Range<usize>)> {
    let lower = line.to_ascii_lowercase();
    let mut found: Vec<(Direction, Range<usize>)> = Vec::new();
    for (phrase, direction) in PLAIN.iter().chain(&BEFORE_NAMES) {
        for (at, _) in lower.match_indices(phrase) {
            let end = at + phrase.len();
            let whole = !lower[..at].ends_with(|c: char| c.is_alphanumeric())
                && (phrase.ends_with(':')
                    || !lower[end..].starts_with(|c: char| c.is_alphanumeric()));
            if !whole || is_denied(&line[..at]) || found.iter().any(|(_, span)| span.contains(&end))
            {
                continue;
            }
            let near = &line[end..line.floor_char_boundary(end + 80)];
            let plain = PLAIN.iter().any(|(known, _)| known == phrase);
            if plain || begins_with_name(near, directory) {
                let length = object_length(&line[end..]);
                found.push((*direction, end..end + length));
            }
        }
    }
    found
}

/// How far what follows a phrase goes: to the parenthesis that closes around it, the end of the sentence, or the next
/// phrase.
fn object_length(rest: &str) -> usize {
    let mut depth = 0_usize;
    for (at, c) in rest.char_indices() {
        match c {
            '(' | '[' => depth += 1,
            ')' | ']' if depth == 0 => return at,
            ')' | ']' => depth -= 1,
            ';' => return at,
            '.' if rest[at + 1..].starts_with(' ') => return at,
            '—' => return at,
            _ => {}
        }
    }
    rest.len()
}

/// Whether nothing but filling words stands before the first name.
fn begins_with_name(object: &str, directory: &Directory) -> bool {
    const FILLING: [&str; 14] = [
        "task",
        "tasks",
        "the",
        "all",
        "of",
        "completion",
        "completing",
        "implementation",
        "both",
        "finishing",
        "phase",
        "user",
        "story",
        "stories",
    ];
    let numbered = object
        .trim_start()
        .get(..4)
        .is_some_and(|word| word.eq_ignore_ascii_case("task"));
    directory
        .named(object, numbered)
        .start()
        .is_some_and(|start| {
            object[..start]
                .split(|c: char| !c.is_alphanumeric())
                .all(|word| word.is_empty() || FILLING.contains(&word.to_lowercase().as_str()))
        })
}

/// The first phrase of order in a clause.
pub(in crate::dialect) fn relation(clause: &str) -> Option<(Direction, Range<usize>)> {
    let lower = clause.to_ascii_lowercase();
    let mut first: Option<(Direction, Range<usize>)> = None;
    for (phrase, direction) in PLAIN.iter().chain(&BEFORE_NAMES) {
        for (at, _) in lower.match_indices(phrase) {
            let end = at + phrase.len();
            let whole = !lower[..at].ends_with(|c: char| c.is_alphanumeric())
                && !lower[end..].starts_with(|c: char| c.is_alphanumeric());
            let earlier = first.as_ref().is_none_or(|(_, known)| {
                (at, usize::MAX - end) < (known.start, usize::MAX - known.end)
            });
            if whole && earlier {
                first = Some((*direction, at..end));
            }
        }
    }
    first
}

/// Whether what stands before a phrase denies it.
pub(in crate::dialect) fn is_denied(before: &str) -> bool {
    let words = before.trim_end().as_bytes();
    ["not", "n't", " no", "never", "without"]
        .iter()
        .any(|word| {
            let from = words.len().checked_sub(word.len());
            from.is_some_and(|from| words[from..].eq_ignore_ascii_case(word.as_bytes()))
        })
        || words.eq_ignore_ascii_case(b"no")
}

/// The clauses of a line: between semicolons and sentences; a parenthesis that states an order is one of its own,
/// after the clause around it.
pub(super) fn clauses(line: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut start = 0;
    let mut inner = Vec::new();
    let mut open: Vec<usize> = Vec::new();
    for (at, c) in line.char_indices() {
        match c {
            '(' => open.push(at),
            ')' => {
                if let Some(from) = open.pop()
                    && relation(&line[from + 1..at]).is_some()
                {
                    inner.push(from..at + 1);
                }
            }
            ';' if open.is_empty() => {
                found.push(start..at);
                start = at + 1;
            }
            '.' if open.is_empty() && line[at + 1..].starts_with(' ') => {
                found.push(start..at);
                start = at + 1;
            }
            _ => {}
        }
    }
    found.push(start..line.len());
    let mut all = Vec::new();
    for clause in found {
        // Without the parentheses that are clauses themselves.
        let own = inner.iter().find(|inner| clause.contains(&inner.start));
        match own {
            Some(inner) => {
                all.push(clause.start..inner.start);
                all.push(inner.start + 1..inner.end - 1);
                all.push(inner.end..clause.end.max(inner.end));
            }
            None => all.push(clause),
        }
    }
    all.retain(|clause| !line[clause.clone()].trim().is_empty());
    all
}
