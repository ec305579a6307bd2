//! What the phrases of a line of a list are about, and its clauses.

use std::ops::Range;

use super::super::waiting::{
    self, Direction, Phrase, Strength, begins_sentences, in_lower_case, is_asked,
    is_common_elsewhere, is_condition, is_denied_or_permitted, name_before, says_no_more,
    speaks_of_trouble, speaks_of_waiting, wants_names_alone,
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

/// A phrase of a task's line.
pub(super) struct Told {
    pub(super) direction: Direction,
    /// The text that it is about: up to the next phrase.
    pub(super) object: Range<usize>,
    /// Whether it may also be a part of the title.
    pub(super) is_doubtful: bool,
}

/// The phrases of a task's line that speak of order. `own` is the task.
pub(super) fn phrases(line: &str, own: &str, directory: &Directory) -> Vec<Told> {
    let lower = in_lower_case(line);
    let mut all = waiting::phrases(&lower);
    all.retain(|phrase| {
        let end = phrase.span.end;
        let near = &line[end..line.floor_char_boundary(end + 80)];
        phrase.strength == Strength::Order || begins_with_name(near, directory)
    });
    let starts: Vec<usize> = all.iter().map(|phrase| phrase.span.start).collect();
    let starts = starts.into_iter().skip(1).chain([line.len()]);
    all.into_iter()
        .zip(starts)
        .filter(|(phrase, _)| {
            !is_denied_or_permitted(&line[..phrase.span.start], &lower[phrase.span.clone()])
        })
        .filter_map(|(phrase, next)| {
            let end = phrase.span.end;
            let object = end..end + object_length(&line[end..next.max(end)]);
            let sense = sense(line, &lower, &phrase, object.clone(), own, directory);
            (sense != Sense::Title).then_some(Told {
                direction: phrase.direction,
                object,
                is_doubtful: sense == Sense::Doubtful,
            })
        })
        .collect()
}

/// What a phrase on the line of a task is.
#[derive(PartialEq)]
enum Sense {
    Order,
    /// It may be a part of the title.
    Doubtful,
    Title,
}

/// What a phrase with a name behind it says: "Draw the roof after T3", "(needs T3 for the walls)" are about order, "When T3 fails,
/// show a banner" and "Fix a bug where T1 runs before T3" are not.
fn sense(
    line: &str,
    lower: &str,
    phrase: &Phrase,
    object: Range<usize>,
    own: &str,
    directory: &Directory,
) -> Sense {
    let before = &line[..phrase.span.start];
    let word = &lower[phrase.span.clone()];
    let is_label = word.ends_with([':', '：']) || line[phrase.span.end..].starts_with([':', '：']);
    let bare = before.trim_end_matches([' ', '*', '_']);
    let is_first = !bare.contains(char::is_alphanumeric);
    let is_prose = !is_first && !bare.ends_with(|c: char| "([（,，、;；.。:：|·-–—←→".contains(c));
    if is_label {
        return Sense::Order;
    }
    if is_prose && is_asked(before, word) {
        return Sense::Title;
    }
    if phrase.strength == Strength::Order {
        return Sense::Order;
    }
    if is_condition(word) && speaks_of_trouble(&lower[object.clone()]) {
        return Sense::Title;
    }
    let is_all = names_alone(&line[object], directory);
    if !is_prose {
        let is_open = wants_names_alone(word) || is_first && begins_sentences(word);
        return match is_open && !is_all {
            true => Sense::Title,
            false => Sense::Order,
        };
    }
    let is_of_other = name_before(before).is_some_and(|name| {
        let named = directory.named(name, false).tasks;
        named.iter().any(|(task, _)| task != own)
    });
    match (is_all, is_of_other) {
        _ if is_common_elsewhere(word) => Sense::Title,
        (true, false) => Sense::Order,
        (false, _) if is_condition(word) => Sense::Title,
        _ => Sense::Doubtful,
    }
}

/// Whether the first part of a text is nothing but names, files, and words that say no more.
fn names_alone(object: &str, directory: &Directory) -> bool {
    let ends = |c: char| {
        matches!(
            c,
            ',' | ';' | '(' | '[' | ':' | '—' | '–' | '，' | '、' | '（'
        )
    };
    let piece = object.split(ends).next().unwrap_or_default();
    let piece = piece.split(" - ").next().unwrap_or_default();
    let named = directory.named(piece, true);
    let tasks = named.tasks.iter().map(|(_, span)| span);
    let spans = tasks.chain(named.groups.iter().map(|(_, span)| span));
    let mut rest = piece.to_owned();
    for span in spans {
        // The same place may name several: a range.
        rest.replace_range(span.clone(), &" ".repeat(span.len()));
    }
    let mut words = rest.split_whitespace();
    words.all(|word| {
        let is_path = word.contains(['/', '`']);
        let is_joint = matches!(word, "and" | "&" | "+" | "und" | "et" | "y" | "e" | "и");
        let bare = word.trim_matches(|c: char| !c.is_alphanumeric());
        is_path || is_joint || is_filling(bare) || says_no_more(word)
    })
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
                .all(|word| word.is_empty() || is_filling(word))
        })
}

/// Words around names that change nothing.
fn is_filling(word: &str) -> bool {
    const WORDS: [&str; 14] = [
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
    WORDS.iter().any(|known| known.eq_ignore_ascii_case(word))
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
