//! What the phrases of a line of a list are about, and its clauses.

use std::ops::Range;

use super::super::waiting::{
    self, Direction, Strength, in_lower_case, is_denied, speaks_of_waiting,
};
use super::references::Directory;

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

/// The phrases of a task's line, each with the text that it is about: up to the next phrase.
pub(super) fn phrases(line: &str, directory: &Directory) -> Vec<(Direction, Range<usize>)> {
    let mut all = waiting::phrases(&in_lower_case(line));
    all.retain(|phrase| {
        let end = phrase.span.end;
        let near = &line[end..line.floor_char_boundary(end + 80)];
        phrase.strength == Strength::Order || begins_with_name(near, directory)
    });
    let starts: Vec<usize> = all.iter().map(|phrase| phrase.span.start).collect();
    let starts = starts.into_iter().skip(1).chain([line.len()]);
    all.into_iter()
        .zip(starts)
        .filter(|(phrase, _)| !is_denied(&line[..phrase.span.start]))
        .map(|(phrase, next)| {
            let end = phrase.span.end;
            let length = object_length(&line[end..next.max(end)]);
            (phrase.direction, end..end + length)
        })
        .collect()
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
                    && speaks_of_waiting(&line[from + 1..at])
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
