//! Tasks named by a word and numbers: "Agent 7", "Agents 1-15", "Issues #7, #8", "Workers 1, 2 and 5".

use std::ops::Range;

use super::known_names::KnownNames;
use crate::dialect::waiting::joint_length;

/// Words for one piece of work that people put before its number.
pub(super) const KINDS: [&str; 20] = [
    "task",
    "agent",
    "issue",
    "worker",
    "session",
    "ticket",
    "story",
    "item",
    "job",
    "step",
    "stream",
    "workstream",
    "subtask",
    "terminal",
    "subagent",
    "team",
    "squad",
    "lane",
    "track",
    "developer",
];

/// Of these, words for those who do the work. One of them may do several pieces of it.
pub(super) const DOERS: [&str; 10] = [
    "agent",
    "worker",
    "session",
    "subagent",
    "team",
    "squad",
    "lane",
    "track",
    "developer",
    "terminal",
];

/// Such words in other languages, singular and plural.
const FOREIGN: [(&str, &str); 27] = [
    ("aufgabe", "task"),
    ("aufgaben", "task"),
    ("schritt", "step"),
    ("schritte", "step"),
    ("schritten", "step"),
    ("tarea", "task"),
    ("tareas", "task"),
    ("paso", "step"),
    ("pasos", "step"),
    ("tarefa", "task"),
    ("tarefas", "task"),
    ("passo", "step"),
    ("passos", "step"),
    ("tâche", "task"),
    ("tâches", "task"),
    ("étape", "step"),
    ("étapes", "step"),
    ("задача", "task"),
    ("шаг", "step"),
    ("stap", "step"),
    ("krok", "step"),
    ("agente", "agent"),
    ("agentes", "agent"),
    ("equipo", "team"),
    ("equipos", "team"),
    ("équipe", "team"),
    ("équipes", "team"),
];

/// Whether a word means several: `tasks`, `Aufgaben`.
pub(super) fn is_plural(word: &str, kind: &str) -> bool {
    let lower = word.to_lowercase();
    match FOREIGN.iter().find(|(name, _)| lower == *name) {
        Some(_) => lower.ends_with(['s', 'n']) || lower == "schritte",
        None => lower.len() != kind.len(),
    }
}

/// More tasks than one mention in earnest means.
const LONGEST_RANGE: u32 = 10_000;

/// The kind that a word means, in the singular: `agents` is `agent`.
pub(in crate::dialect) fn kind_of(word: &str) -> Option<&'static str> {
    let lower = word.to_lowercase();
    if let Some((_, kind)) = FOREIGN.iter().find(|(name, _)| lower == *name) {
        return Some(kind);
    }
    KINDS.iter().copied().find(|kind| {
        lower == *kind
            || lower.strip_suffix('s') == Some(*kind)
            || *kind == "story" && lower == "stories"
    })
}

/// Behind a word or sign for "number": the `4` of "No. 4", `nº 4`.
pub(super) fn behind_number_word(text: &str) -> &str {
    const WORDS: [&str; 12] = [
        "number",
        "num",
        "no",
        "nr",
        "n°",
        "nº",
        "№",
        "nummer",
        "numéro",
        "número",
        "номер",
        "第",
    ];
    let bare = text.trim_start_matches([' ', '#']);
    let behind = WORDS.iter().find_map(|word| {
        let head = bare.get(..word.len())?;
        (head.to_lowercase() == *word)
            .then(|| bare[word.len()..].trim_start_matches(['.', ' ', '#']))
    });
    behind
        .filter(|rest| rest.starts_with(|c: char| c.is_ascii_digit()))
        .unwrap_or(text)
}

/// Finds all tasks that a text names by a kind and numbers, and gives each with its place, or the text of a range that
/// counts nowhere. `carried` is a kind that an earlier text named, for numbers at the start of this one. The answer
/// is the kind that goes on holding.
pub(in crate::dialect) fn numbered(
    text: &str,
    known: &KnownNames,
    carried: Option<String>,
    mut found: impl FnMut(Range<usize>, Result<String, String>),
) -> Option<String> {
    let mut holding = carried.clone();
    let mut at = 0;
    if let Some(kind) = carried {
        let start = skip_joints(text, 0);
        match numbers(text, start, start, &kind, known, &mut found) {
            Some(end) => at = end,
            None => holding = None,
        }
    }
    while let Some(start) = text[at..].find(char::is_alphabetic).map(|next| at + next) {
        let end = start
            + text[start..]
                .find(|c: char| !c.is_alphanumeric())
                .unwrap_or(text.len() - start);
        at = end;
        let inside = text[..start].ends_with(|c: char| c.is_alphanumeric() || "_-/.".contains(c));
        let Some(kind) = kind_of(&text[start..end]).filter(|_| !inside) else {
            continue;
        };
        let gap = text[end..].trim_start_matches([' ', '#', '\u{a0}']);
        let number = text.len() - gap.len();
        if number == end || number - end > 3 {
            continue;
        }
        let number = text.len() - behind_number_word(&text[number..]).len();
        if let Some(after) = numbers(text, start, number, kind, known, &mut found) {
            at = after;
            holding = Some(kind.to_owned());
        }
    }
    holding
}

/// Reads a list of numbers and ranges; the first name begins at `start`. The answer is where the list ends.
fn numbers(
    text: &str,
    start: usize,
    first: usize,
    kind: &str,
    known: &KnownNames,
    found: &mut impl FnMut(Range<usize>, Result<String, String>),
) -> Option<usize> {
    let mut start = start;
    let mut at = first;
    let mut end = None;
    while let Some(number) = number_at(text, at).or_else(|| letter_at(text, at, kind, known)) {
        let mut stop = at + number.len();
        let mut last = number;
        if let Some(from) = after_range_mark(text, stop, kind)
            && let Some(number) = number_at(text, from)
        {
            (last, stop) = (number, from + number.len());
        }
        match range(number, last) {
            Some(all) => {
                for number in all.iter().filter(|number| may_name(kind, number, known)) {
                    found(start..stop, Ok(name(kind, number, known)));
                }
            }
            None => found(start..stop, Err(text[start..stop].to_owned())),
        }
        end = Some(stop);
        at = skip_joints(text, stop);
        start = at;
        if at == stop {
            break;
        }
        at = after_kind(text, at, kind);
    }
    end
}

/// Whether a number of a kind may name a task: where agents are the tasks, `task 3` is a step of one of them.
fn may_name(kind: &str, number: &str, known: &KnownNames) -> bool {
    let of_doers = || DOERS.iter().any(|doer| known.before_number(doer).is_some());
    DOERS.contains(&kind)
        || known.before_number(kind).is_some()
        || known.by_number(number).is_some()
        || known.holds(&format!("{kind} {number}"))
        || !of_doers()
}

/// The id of a number of a kind.
fn name(kind: &str, number: &str, known: &KnownNames) -> String {
    match known.before_number(kind) {
        Some(before) => {
            let name = format!("{before}{number}");
            known.written(&name).map_or(name, str::to_owned)
        }
        None => known
            .by_number(number)
            .or_else(|| {
                known
                    .written(&format!("{kind} {number}"))
                    .map(str::to_owned)
            })
            .unwrap_or_else(|| number.to_owned()),
    }
}

fn range(first: &str, last: &str) -> Option<Vec<String>> {
    if first == last {
        return Some(vec![first.to_owned()]);
    }
    let split = |number: &str| {
        let dot = number.rfind('.').map_or(0, |dot| dot + 1);
        let digits = number[dot..].parse::<u32>().ok()?;
        Some((number[..dot].to_owned(), digits, number.len() - dot))
    };
    let ((series, from, width), (other, to, _)) = (split(first)?, split(last)?);
    let fits = (other == series || other.is_empty()) && from <= to && to - from < LONGEST_RANGE;
    fits.then(|| {
        (from..=to)
            .map(|number| format!("{series}{number:0width$}"))
            .collect()
    })
}

/// The `A` of "Agents A and B", when there is an agent A.
fn letter_at<'t>(text: &'t str, at: usize, kind: &str, known: &KnownNames) -> Option<&'t str> {
    let rest = &text[at..];
    let after = rest.strip_prefix(|c: char| c.is_ascii_uppercase())?;
    let behind = after.strip_prefix(['-', '_', '.']).unwrap_or(after);
    let alone = !behind.starts_with(|c: char| c.is_alphanumeric());
    let letter = &rest[..1];
    (alone && known.written(&format!("{kind} {letter}")).is_some()).then_some(letter)
}

/// `7`, `1.2`, `3a`.
fn number_at(text: &str, at: usize) -> Option<&str> {
    let rest = &text[at..];
    let digits = rest
        .bytes()
        .take_while(|byte| byte.is_ascii_digit() || *byte == b'.')
        .count();
    let mut number = rest[..digits].trim_end_matches('.');
    if number.is_empty() || number.starts_with('.') || number.contains("..") {
        number = &rest[..rest.bytes().take_while(u8::is_ascii_digit).count()];
    }
    let after = &rest[number.len()..];
    let letter = after.starts_with(|c: char| c.is_ascii_alphabetic())
        && !after[1..].starts_with(|c: char| c.is_alphanumeric() || c == '_');
    let end = number.len() + usize::from(letter);
    let follows = rest[end..].starts_with(|c: char| c.is_alphanumeric() || matches!(c, '_' | '%'));
    (!number.is_empty() && !follows).then(|| &rest[..end])
}

fn after_range_mark(text: &str, at: usize, kind: &str) -> Option<usize> {
    let rest = text[at..].trim_start_matches(' ');
    let mark = [
        "through ", "thru ", "to ", "..", "…", "-", "–", "—", "~", "〜", "～",
    ]
    .iter()
    .find(|mark| rest.starts_with(**mark))?;
    // "Agent 1 - 3 files" has no range: a dash with space around it joins nothing.
    let spaced = rest.len() < text[at..].len() && matches!(*mark, "-" | "–" | "—");
    let after = rest[mark.len()..].trim_start_matches([' ', '#', '.']);
    let from = text.len() - after.len();
    let again = after_kind(text, from, kind);
    (again > from || !spaced).then_some(again)
}

/// Behind a repeated kind and the `#` of a number.
fn after_kind(text: &str, at: usize, kind: &str) -> usize {
    let rest = &text[at..];
    let end = rest
        .find(|c: char| !c.is_alphabetic())
        .unwrap_or(rest.len());
    let rest = if end > 0 && kind_of(&rest[..end]).is_some_and(|again| again == kind) {
        &rest[end..]
    } else {
        rest
    };
    let rest = behind_number_word(rest.trim_start_matches([' ', '#']));
    text.len() - rest.len()
}

/// Behind commas and words that join a list.
fn skip_joints(text: &str, at: usize) -> usize {
    let mut rest = &text[at..];
    loop {
        let before = rest;
        rest = rest.trim_start_matches([' ', ',', '&', '+', '#', '/', '、']);
        rest = &rest[joint_length(rest)..];
        if rest.len() == before.len() {
            return text.len() - rest.len();
        }
    }
}

/// Whether a text means all tasks (`all`), or all before it (`all previous`).
pub(super) fn is_all(text: &str) -> Option<&'static str> {
    let lower = text.to_lowercase();
    let words: Vec<&str> = lower
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .collect();
    match words.first().copied()? {
        "all" | "everything" | "every" | "alle" | "alles" | "tous" | "toutes" | "todos"
        | "todas" | "tutti" | "tutte" | "все" => {}
        "すべて" | "全て" | "全部" | "全タスク" | "所有任务" | "모두" if words.len() == 1 =>
        {
            return Some("all");
        }
        _ => return None,
    }
    let mut previous = false;
    for word in &words[1..] {
        match *word {
            "previous" | "prior" | "preceding" | "above" | "earlier" => previous = true,
            "the" | "of" | "other" | "others" | "else" | "done" | "complete" | "completed"
            | "phases" | "waves" | "batches" | "stages" | "sprints" | "tracks" | "epics"
            | "must" | "be" | "les" | "autres" | "los" | "las" | "die" | "épics" => {}
            word if kind_of(word).is_some() => {}
            _ => return None,
        }
    }
    Some(if previous { "all previous" } else { "all" })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &[&str]) {
        let mut known = KnownNames::default();
        for number in 1..=9 {
            known.add(&format!("Agent {number}"));
        }
        known.add_kind("agent", "Agent ");
        known.add_kind("issue", "#");
        let mut found = Vec::new();
        numbered(text, &known, None, |_, name| {
            found.push(name.unwrap_or_else(|range| format!("!{range}")));
        });
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn words_and_numbers() {
        check("Agent 1 (needs AdState)", &["Agent 1"]);
        check("AGENTS 1-3", &["Agent 1", "Agent 2", "Agent 3"]);
        check("agents 1, 2 and 5", &["Agent 1", "Agent 2", "Agent 5"]);
        check("Agent 1 and Agent 4", &["Agent 1", "Agent 4"]);
        check("Agents 1 to 3", &["Agent 1", "Agent 2", "Agent 3"]);
        check("Agent 1 - 3 files", &["Agent 1"]);
        check("Agents 3-1", &["!Agents 3-1"]);
        check("Issues #7, #8", &["#7", "#8"]);
        check("Agent No. 4", &["Agent 4"]);
        check("agents no 4 and no. 5", &["Agent 4", "Agent 5"]);
        check("agent no more than 3", &[]);
        check("agentic 4, reagent 2, Agent x, sub-agent 1", &[]);
    }

    #[test]
    fn everything() {
        for (text, expected) in [
            ("All", Some("all")),
            ("All previous issues", Some("all previous")),
            ("all phases", Some("all")),
            ("All Issues", Some("all")),
            ("all the tests pass", None),
            ("Allocation", None),
        ] {
            assert_eq!(is_all(text), expected, "{text}");
        }
    }
}
