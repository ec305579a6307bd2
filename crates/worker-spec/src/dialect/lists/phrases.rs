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
const PLAIN: [(&str, Direction); 19] = [
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
    ("blocked on", Direction::Needs),
    ("wait on", Direction::Needs),
    ("waits on", Direction::Needs),
    ("waiting for", Direction::Needs),
    ("waiting on", Direction::Needs),
    ("no earlier than", Direction::Needs),
    ("not earlier than", Direction::Needs),
];

/// Words that are about order only when a name follows.
const BEFORE_NAMES: [(&str, Direction); 16] = [
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
    ("until", Direction::Needs),
    ("follows", Direction::Needs),
    ("once", Direction::Needs),
    ("as soon as", Direction::Needs),
    ("need", Direction::Needs),
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

/// A phrase of order in a text.
struct Phrase {
    direction: Direction,
    span: Range<usize>,
    /// Whether it is about order whatever it names.
    is_plain: bool,
}

/// All phrases of order in a text, in the order of the text; of those at one place the longest.
fn all_phrases(text: &str) -> Vec<Phrase> {
    let lower = text.to_ascii_lowercase();
    let mut found: Vec<Phrase> = Vec::new();
    for (at, list) in [&PLAIN[..], &BEFORE_NAMES[..]].into_iter().enumerate() {
        for (phrase, direction) in list {
            for (start, _) in lower.match_indices(phrase) {
                let span = start..start + phrase.len();
                let whole = !lower[..start].ends_with(|c: char| c.is_alphanumeric())
                    && (phrase.ends_with(':')
                        || !lower[span.end..].starts_with(|c: char| c.is_alphanumeric()));
                if whole {
                    found.push(Phrase {
                        direction: *direction,
                        span,
                        is_plain: at == 0,
                    });
                }
            }
        }
    }
    found.sort_by_key(|phrase| (phrase.span.start, usize::MAX - phrase.span.end));
    let mut end = 0;
    found.retain(|phrase| {
        let keeps = phrase.span.start >= end;
        end = end.max(phrase.span.end);
        keeps
    });
    found.retain_mut(|phrase| turn(&lower, phrase));
    found
}

/// Turns "not start before" and "blocked until" into what they say. Whether the phrase says anything.
fn turn(lower: &str, phrase: &mut Phrase) -> bool {
    let before = &lower[..phrase.span.start];
    match &lower[phrase.span.clone()] {
        "before" => {
            if let Some(start) = negator(before, true) {
                phrase.direction = Direction::Needs;
                phrase.span.start = start;
            }
            true
        }
        "until" => match holding(before) {
            Some(start) => {
                phrase.span.start = start;
                true
            }
            None => false,
        },
        _ => true,
    }
}

/// The phrases of a task's line, each with the text that it is about: up to the next phrase.
pub(super) fn phrases(line: &str, directory: &Directory) -> Vec<(Direction, Range<usize>)> {
    let mut all = all_phrases(line);
    all.retain(|phrase| {
        let end = phrase.span.end;
        let near = &line[end..line.floor_char_boundary(end + 80)];
        phrase.is_plain || begins_with_name(near, directory)
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

/// The first phrase of order in a clause.
pub(in crate::dialect) fn relation(clause: &str) -> Option<(Direction, Range<usize>)> {
    let first = all_phrases(clause).into_iter().next()?;
    Some((first.direction, first.span))
}

/// Where a clause that begins with a phrase of order goes on with its subject: "T003 is complete" and "T004 can start" of "Once
/// T003 is complete, T004 can start". `names` tells whether a piece names something.
pub(in crate::dialect) fn object_and_subject(
    clause: &str,
    phrase: &Range<usize>,
    names: impl Fn(&str) -> bool,
) -> Option<(Range<usize>, Range<usize>)> {
    if clause[..phrase.start].contains(char::is_alphanumeric) {
        return None;
    }
    const MOST: usize = 16;
    let rest = &clause[phrase.end..];
    let joints = [", ", "，", " then "];
    let mut cuts: Vec<Range<usize>> = joints
        .iter()
        .flat_map(|joint| rest.match_indices(joint))
        .map(|(at, joint)| phrase.end + at..phrase.end + at + joint.len())
        .take(MOST)
        .collect();
    cuts.sort_by_key(|cut| cut.start);
    cuts.retain(|cut| {
        let next = clause[cut.end..]
            .split([',', '，'])
            .next()
            .unwrap_or_default();
        names(&clause[phrase.end..cut.start]) && names(next) && says_what_starts(&clause[cut.end..])
    });
    // "T1 is done, T2 and T3 can start" goes on where a sentence ends, "T1, T2, T3 can start" at the last name.
    let ends_with_words = |cut: &&Range<usize>| {
        let last = clause[phrase.end..cut.start].split_whitespace().next_back();
        !last.is_some_and(&names)
    };
    let cut = cuts.iter().find(ends_with_words).or(cuts.last())?;
    Some((phrase.end..cut.start, cut.end..clause.len()))
}

/// Whether a text goes on with what can be done: "T003 is complete T004 can start".
pub(super) fn says_what_starts(text: &str) -> bool {
    let mut words = text.split(|c: char| !c.is_alphanumeric());
    words.any(|word| {
        matches!(
            word,
            "can"
                | "may"
                | "start"
                | "starts"
                | "begin"
                | "begins"
                | "will"
                | "should"
                | "must"
                | "run"
                | "runs"
                | "is"
                | "are"
                | "comes"
                | "come"
                | "follows"
        )
    })
}

/// Whether what stands before a phrase denies it: "does not", "no longer", "need not really".
pub(in crate::dialect) fn is_denied(before: &str) -> bool {
    negator(before, false).is_some()
}

/// Where the word stands that denies what follows a text, with nothing but words between that change nothing, or words for
/// starting where these are asked for.
fn negator(before: &str, starting: bool) -> Option<usize> {
    const NEGATORS: [&str; 14] = [
        "not", "cannot", "no", "never", "without", "nicht", "kein", "keine", "pas", "não", "non",
        "niet", "не", "neither",
    ];
    const LINKING: [&str; 22] = [
        "really",
        "strictly",
        "actually",
        "directly",
        "necessarily",
        "technically",
        "yet",
        "longer",
        "have",
        "has",
        "need",
        "needs",
        "be",
        "been",
        "being",
        "to",
        "any",
        "strict",
        "hard",
        "is",
        "does",
        "also",
    ];
    const STARTING: [&str; 16] = [
        "start", "starts", "started", "begin", "begun", "run", "ship", "deploy", "deployed",
        "merge", "merged", "happen", "go", "work", "launch", "be",
    ];
    let mut end = before.len();
    for _ in 0..6 {
        let head = before[..end].trim_end_matches([' ', '*', '_']);
        let start = head
            .rfind(|c: char| !(c.is_alphanumeric() || matches!(c, '\'' | '’')))
            .map_or(0, |at| {
                at + head[at..].chars().next().map_or(1, char::len_utf8)
            });
        let word = head[start..].to_lowercase();
        if NEGATORS.contains(&word.as_str()) || word.ends_with("n't") || word.ends_with("n’t") {
            return Some(start);
        }
        let links = LINKING.contains(&word.as_str());
        if word.is_empty() || !(links || starting && STARTING.contains(&word.as_str())) {
            return None;
        }
        end = start;
    }
    None
}

/// Where the words stand that make "until" a matter of order: "blocked until", "waits until", "cannot start until".
fn holding(before: &str) -> Option<usize> {
    const HOLDING: [&str; 14] = [
        "blocked", "wait", "waits", "waiting", "hold", "held", "holds", "stuck", "paused",
        "deferred", "delayed", "parked", "stalled", "gated",
    ];
    let head = before.trim_end_matches([' ', '*', '_']);
    let start = head.rfind(|c: char| !c.is_alphanumeric()).map_or(0, |at| {
        at + head[at..].chars().next().map_or(1, char::len_utf8)
    });
    match HOLDING.contains(&&head[start..]) {
        true if is_denied(&head[..start]) => None,
        true => Some(start),
        false => negator(before, true),
    }
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
