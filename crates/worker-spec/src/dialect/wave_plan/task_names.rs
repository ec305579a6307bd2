//! Task names at the start of a heading or a list item: `Agent 7: …`, `Issue #12 - …`, `CORE-3: …`, `**#7** …`.

use super::cells::is_picture;
use super::numbered;
use crate::groups::find_groups;
use crate::ids::{find_ids, is_id, split_number};

/// A name of a task, and what follows it.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct TaskName<'t> {
    pub(super) id: String,
    pub(super) aliases: Vec<String>,
    /// What of the text is the name.
    pub(super) written: &'t str,
    /// What follows, without marks between.
    pub(super) rest: &'t str,
    pub(super) form: Form,
}

/// How a task is named. Names of one form belong together.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Form {
    /// A word and a number: `Agent 7`.
    Kind(&'static str),
    /// The number of an issue.
    Issue,
    /// An id of a series: `CORE-3`.
    Series(String),
    /// A number alone: `1.2`.
    Number,
    /// A noun that several headings share, and a number or a letter: `Package A`.
    Noun(String),
    /// A group that is one piece of work: `Track 3`.
    Group(&'static str),
}

/// Words that stand before numbers without making ids of tasks: requirements, criteria, decisions, versions.
const NO_SERIES: [&str; 26] = [
    "fr",
    "nfr",
    "req",
    "ac",
    "adr",
    "risk",
    "step",
    "phase",
    "wave",
    "batch",
    "sprint",
    "stage",
    "day",
    "week",
    "hour",
    "v",
    "q",
    "p",
    "sc",
    "ec",
    "uc",
    "option",
    "section",
    "level",
    "tier",
    "milestone",
];

/// Reads the name that a text begins with.
pub(super) fn task_name(text: &str) -> Option<TaskName<'_>> {
    let text = text.trim_start_matches(|c: char| {
        c.is_whitespace() || is_picture(c) || matches!(c, '*' | '`' | '_' | '[' | '~')
    });
    by_kind(text)
        .or_else(|| by_issue(text, text))
        .or_else(|| by_id(text))
}

/// `Agent 7: …`, `Issue #7`, `Task 1.2 - …`.
fn by_kind(text: &str) -> Option<TaskName<'_>> {
    let text = match text.split_once(' ') {
        Some((first, rest)) if first.eq_ignore_ascii_case("parallel") => rest.trim_start(),
        _ => text,
    };
    let end = text.find(|c: char| !c.is_alphabetic())?;
    let word = &text[..end];
    let kind = numbered::kind_of(word).filter(|kind| !numbered::is_plural(word, kind))?;
    let after = text[end..].trim_start_matches([' ', '_', '-']);
    // `Track 3` is a group.
    if kind == "track" && after.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    if after.starts_with('#') {
        return by_issue(text, after);
    }
    // `Agent1: …`
    let attached = after.len() == text[end..].len();
    if attached && !after.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    let number = number(after)
        .or_else(|| letter(after))
        .or_else(|| letter_name(after).filter(|_| numbered::DOERS.contains(&kind)));
    let Some(number) = number.filter(|number| ends_name(&after[number.len()..])) else {
        // "Task CORE-3: …", "Task H-1: …": the id is the name.
        let named = by_id(after).filter(|named| named.form != Form::Number)?;
        let end = text.len() - after.len() + after.find(named.written)? + named.written.len();
        return Some(TaskName {
            written: &text[..end],
            ..named
        });
    };
    let rest = &after[number.len()..];
    let named = match letter_name(number) {
        Some(letter) => format!("{} {}", capitalised(word), capitalised(letter)),
        None => format!("{} {number}", capitalised(word)),
    };
    let written = &text[..text.len() - rest.len()];
    let mut aliases: Vec<String> = attached.then(|| written.to_owned()).into_iter().collect();
    let id = if kind == "task" {
        aliases.push(named);
        number.to_owned()
    } else {
        named
    };
    Some(TaskName {
        id,
        aliases,
        written,
        rest: after_marks(rest),
        form: Form::Kind(kind),
    })
}

/// `task` is `Task`.
fn capitalised(word: &str) -> String {
    let mut letters = word.chars();
    let first = letters.next().into_iter().flat_map(char::to_uppercase);
    first
        .chain(letters.as_str().to_lowercase().chars())
        .collect()
}

/// `#7 …`; `text` begins with the name, `at_number` with the `#`.
fn by_issue<'t>(text: &'t str, at_number: &'t str) -> Option<TaskName<'t>> {
    let digits = at_number
        .strip_prefix('#')?
        .bytes()
        .take_while(u8::is_ascii_digit)
        .count();
    let rest = at_number.get(digits + 1..)?;
    // A colour (`#90EE90`) is no issue.
    if digits == 0 || digits > 7 || rest.starts_with(|c: char| c.is_alphanumeric()) {
        return None;
    }
    let rest_of_link = rest
        .strip_prefix("](")
        .and_then(|link| link.split_once(')'))
        .map_or(rest, |(_, rest)| rest);
    Some(TaskName {
        id: at_number[..=digits].to_owned(),
        aliases: Vec::new(),
        written: &text[..text.len() - rest.len()],
        rest: after_marks(rest_of_link),
        form: Form::Issue,
    })
}

/// `CORE-3: …`, `**T1.2** …`, `1.2 …`.
fn by_id(text: &str) -> Option<TaskName<'_>> {
    if let Some(number) = number(text) {
        let rest = &text[number.len()..];
        let marked = rest.starts_with([':', ')', '：'])
            || rest.starts_with(". ")
            || number.contains('.') && rest.starts_with(' ');
        let numbered = is_id(number) && number.len() <= 8 && marked;
        return numbered.then(|| TaskName {
            id: number.to_owned(),
            aliases: Vec::new(),
            written: number,
            rest: after_marks(rest),
            form: Form::Number,
        });
    }
    let found = find_ids(text).next().filter(|id| id.start == 0)?;
    // `フェーズ1` is a group.
    if find_groups(text)
        .next()
        .is_some_and(|group| group.start == 0)
    {
        return None;
    }
    let id = found.first;
    let rest = &text[found.end..];
    let series = series(id);
    let (head, _) = split_number(id).unwrap_or((id, ""));
    let like_id = !head.contains(|c: char| c.is_lowercase()) || head.ends_with(['-', '_']);
    (found.last.is_none()
        && is_id(id)
        && like_id
        && (!NO_SERIES.contains(&series.as_str()) || is_part_of_a_phase(id))
        && (ends_name(rest)
            || begins_title(rest)
            || is_part_of_a_phase(id) && rest.starts_with(' ')))
    .then(|| TaskName {
        id: id.to_owned(),
        aliases: Vec::new(),
        written: id,
        rest: after_marks(rest),
        form: Form::Series(series),
    })
}

/// Reads the name that a text begins with, which counts where others call it so: `P1: Parser`, `Q2 – Printer`.
pub(super) fn called_name(text: &str) -> Option<TaskName<'_>> {
    let text = text.trim_start_matches(|c: char| c.is_whitespace() || matches!(c, '*' | '`' | '['));
    let end = text.find(|c: char| !c.is_ascii_alphanumeric())?;
    let (id, rest) = text.split_at(end);
    let (head, number) = split_number(id)?;
    (matches!(head, "P" | "Q") && number.len() < 4 && ends_name(rest)).then(|| TaskName {
        id: id.to_owned(),
        aliases: Vec::new(),
        written: id,
        rest: after_marks(rest),
        form: Form::Series(series(id)),
    })
}

/// `P1.2` is the second task of the first phase, `P1` a priority.
pub(in crate::dialect) fn is_part_of_a_phase(id: &str) -> bool {
    let numbers = id
        .strip_prefix(['P', 'p'])
        .and_then(|rest| rest.split_once('.'));
    let is_number = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    numbers.is_some_and(|(phase, task)| is_number(phase) && is_number(task))
}

/// The letters that an id begins with, in lower case.
pub(super) fn series(id: &str) -> String {
    let letters = id.chars().take_while(|c| c.is_alphabetic());
    letters.flat_map(char::to_lowercase).collect()
}

/// `7`, `1.2`, `3a`.
fn number(text: &str) -> Option<&str> {
    let digits = text
        .bytes()
        .take_while(|byte| byte.is_ascii_digit() || *byte == b'.')
        .count();
    let number = text[..digits].trim_end_matches('.');
    let counts = number.starts_with(|c: char| c.is_ascii_digit()) && !number.contains("..");
    let after = &text[number.len()..];
    let letter = after.starts_with(|c: char| c.is_ascii_alphabetic())
        && !after[1..].starts_with(|c: char| c.is_alphanumeric());
    let end = number.len() + usize::from(letter);
    let follows = text[end..].starts_with(|c: char| c.is_alphanumeric());
    (counts && !follows).then(|| &text[..end])
}

/// The `A` of `Task A: …`.
fn letter(text: &str) -> Option<&str> {
    let is_letter = |c: char| c.is_ascii_uppercase() || matches!(c, 'α'..='ω' | 'Α'..='Ω');
    let rest = text.strip_prefix(is_letter)?;
    // `H-1` is an id that goes on.
    let behind = rest.strip_prefix(['-', '_', '.']).unwrap_or(rest);
    let length = text.len() - rest.len();
    (!behind.starts_with(|c: char| c.is_alphanumeric())).then(|| &text[..length])
}

/// The `ALPHA` of `Team ALPHA: …`.
fn letter_name(text: &str) -> Option<&str> {
    const LETTERS: [&str; 12] = [
        "alpha", "beta", "gamma", "delta", "epsilon", "zeta", "bravo", "charlie", "echo",
        "foxtrot", "golf", "hotel",
    ];
    let end = text
        .find(|c: char| !c.is_alphabetic())
        .unwrap_or(text.len());
    LETTERS
        .iter()
        .any(|letter| text[..end].eq_ignore_ascii_case(letter))
        .then(|| &text[..end])
}

/// Whether a name ends where this follows: at a mark or the end, never within a sentence.
fn ends_name(rest: &str) -> bool {
    let rest = rest.trim_start_matches(['*', '`', '_', ']', '~']);
    rest.trim().is_empty()
        || rest.starts_with([':', '：', '–', '—', '|'])
        || rest.starts_with(". ")
        || rest.starts_with(") ")
        || [" - ", " – ", " — ", " | ", " ("]
            .iter()
            .any(|mark| rest.starts_with(mark))
}

/// Whether a title in words follows a gap: `AUTH-01 Login flow`, `A.1 CSV writer`, and not `UTF-8 text`.
fn begins_title(rest: &str) -> bool {
    let rest = rest.trim_start_matches(['*', '`', '_', ']', '~']);
    let Some(title) = rest.strip_prefix(' ') else {
        return false;
    };
    title.starts_with(|c: char| c.is_uppercase() || c.is_alphabetic() && !c.is_lowercase())
}

/// A text without the marks that stand between a name and a title.
fn after_marks(rest: &str) -> &str {
    rest.trim_start_matches(|c: char| {
        c.is_whitespace()
            || matches!(
                c,
                ':' | '：' | '-' | '–' | '—' | '|' | '*' | '`' | ']' | '.' | ')' | '_' | '~'
            )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names() {
        for (text, expected) in [
            ("Agent 7: Public Index", Some(("Agent 7", "Public Index"))),
            ("**AGENT 1: Sampler** 🔧", Some(("Agent 1", "Sampler** 🔧"))),
            ("📦 SESSION 2: LIVE", Some(("Session 2", "LIVE"))),
            ("Issue #12: Storage", Some(("#12", "Storage"))),
            ("**#7** - Registry (HIGH)", Some(("#7", "Registry (HIGH)"))),
            ("Task 1.2: Build", Some(("1.2", "Build"))),
            ("Task A: Build", Some(("A", "Build"))),
            ("Parallel Track A - Build", Some(("Track A", "Build"))),
            ("Track 3: Build", None),
            ("Agent1: Build", Some(("Agent 1", "Build"))),
            ("TEAM ALPHA: Build", Some(("Team Alpha", "Build"))),
            ("AGENTE A: Build", Some(("Agente A", "Build"))),
            ("Task H-1: Build", Some(("H-1", "Build"))),
            ("Task H_1: Build", Some(("H_1", "Build"))),
            ("Track α — Shell", Some(("Track α", "Shell"))),
            ("CORE-3: Set up", Some(("CORE-3", "Set up"))),
            ("Task H-1: Roof", Some(("H-1", "Roof"))),
            ("Task H: Roof", Some(("H", "Roof"))),
            ("L1: Water (3h)", Some(("L1", "Water (3h)"))),
            ("1.2 Build", Some(("1.2", "Build"))),
            ("AUTH-01 Login flow", Some(("AUTH-01", "Login flow"))),
            ("A.1 CSV writer", Some(("A.1", "CSV writer"))),
            ("**C1** Move (4h)", Some(("C1", "Move (4h)"))),
            ("Agent 7 makes coffee", None),
            ("Agents 1-3: three", None),
            ("FR-001: must", None),
            ("UTF-8 text", None),
            ("#90EE90 green", None),
            ("LENS_001-004: plates", None),
            ("OAuth2: login", None),
        ] {
            let found = task_name(text);
            let found = found.as_ref().map(|name| (name.id.as_str(), name.rest));
            assert_eq!(found, expected, "{text}");
        }
    }
}
