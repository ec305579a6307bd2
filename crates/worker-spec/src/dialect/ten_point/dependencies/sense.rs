//! What the words around an id say about the order.

use super::super::super::waiting::{
    Direction, is_auxiliary, is_condition, is_denied, phrase_at, phrases, speaks_of_trouble,
};

/// What is said of the ids after it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in super::super) enum Sense {
    Needs,
    /// Helps, but need not be there.
    Likes,
    /// Waits for this worker.
    Blocks,
    /// Says nothing about order.
    Nothing,
}

/// What a label says, such as `**Blocks:**`.
pub(super) fn sense_of(label: &str) -> Option<Sense> {
    const PHRASES: [(&str, Sense); 8] = [
        ("blocked by", Sense::Needs),
        ("after", Sense::Needs),
        ("waits for", Sense::Needs),
        ("required by", Sense::Blocks),
        ("needed by", Sense::Blocks),
        ("used by", Sense::Blocks),
        ("prerequisite for", Sense::Blocks),
        ("prerequisite of", Sense::Blocks),
    ];
    let whole = PHRASES
        .iter()
        .find(|(phrase, _)| phrase.eq_ignore_ascii_case(label));
    if let Some((_, sense)) = whole {
        return Some(*sense);
    }
    let words = label
        .split(|c: char| !c.is_alphanumeric() && c != '\'')
        .filter_map(|word| {
            WORDS
                .iter()
                .position(|(known, _)| known.eq_ignore_ascii_case(word))
        });
    words.min().map(|at| WORDS[at].1)
}

/// The words of labels. Of several in one label the first of these counts.
const WORDS: [(&str, Sense); 35] = [
    ("blocks", Sense::Blocks),
    ("blocking", Sense::Blocks),
    ("unblocks", Sense::Blocks),
    ("enables", Sense::Blocks),
    ("downstream", Sense::Blocks),
    ("dependents", Sense::Blocks),
    ("successors", Sense::Blocks),
    ("next", Sense::Blocks),
    ("followers", Sense::Blocks),
    ("before", Sense::Blocks),
    ("parallel", Sense::Nothing),
    ("related", Sense::Nothing),
    ("independent", Sense::Nothing),
    ("see", Sense::Nothing),
    ("reference", Sense::Nothing),
    ("references", Sense::Nothing),
    ("template", Sense::Nothing),
    ("original", Sense::Nothing),
    ("withdrawn", Sense::Nothing),
    ("dropped", Sense::Nothing),
    ("optional", Sense::Likes),
    ("soft", Sense::Likes),
    ("recommended", Sense::Likes),
    ("nice", Sense::Likes),
    ("preferred", Sense::Likes),
    ("helpful", Sense::Likes),
    ("required", Sense::Needs),
    ("previous", Sense::Needs),
    ("depends", Sense::Needs),
    ("prerequisites", Sense::Needs),
    ("predecessors", Sense::Needs),
    ("needs", Sense::Needs),
    ("requires", Sense::Needs),
    ("hard", Sense::Needs),
    ("must", Sense::Needs),
];

/// What the last phrase before an id says of it. `lower` is in lower case.
pub(super) fn phrase_before(lower: &str) -> Option<Sense> {
    const OTHERS: [(&str, Sense); 12] = [
        ("parallel with", Sense::Nothing),
        ("parallel to", Sense::Nothing),
        ("alongside", Sense::Nothing),
        ("independent of", Sense::Nothing),
        ("independently of", Sense::Nothing),
        ("unrelated to", Sense::Nothing),
        ("instead of", Sense::Nothing),
        ("nice to have", Sense::Likes),
        ("nice-to-have", Sense::Likes),
        ("optionally", Sense::Likes),
        ("optional", Sense::Likes),
        ("ideally", Sense::Likes),
    ];
    let mut last: Option<(usize, Sense)> = None;
    let closed = memchr::memrchr(b')', lower.as_bytes());
    let mut after_word = false;
    for (at, c) in lower.char_indices() {
        let begins = !after_word;
        after_word = c.is_alphanumeric();
        if !begins || !after_word || last.is_some_and(|(end, _)| at < end) {
            continue;
        }
        let first = lower.as_bytes()[at];
        let mut others = OTHERS.iter().filter_map(|(phrase, sense)| {
            (phrase.as_bytes()[0] == first && lower[at..].starts_with(phrase))
                .then_some((at + phrase.len(), *sense))
        });
        let found = others.next().or_else(|| {
            let phrase = phrase_at(lower, at)?;
            let sense = match phrase.direction {
                _ if is_denied(&lower[..at]) => Sense::Nothing,
                Direction::Needs => Sense::Needs,
                Direction::Feeds => Sense::Blocks,
            };
            Some((phrase.span.end, sense))
        });
        let Some((end, sense)) = found else { continue };
        let rest = &lower[end..];
        let is_open = closed.is_none_or(|closed| closed < end);
        if is_open
            && !rest.starts_with(char::is_alphanumeric)
            && (sense == Sense::Nothing || reaches(rest))
        {
            last = Some((end, sense));
        }
    }
    last.map(|(_, sense)| sense)
}

/// What a text behind an id says about the order of the two, where the id is the subject and this worker the object: "must not
/// start before this one", "blocks this".
pub(super) fn said_of_this(behind: &str) -> Option<Sense> {
    let end = behind.find([';', '.', ',', '(']).unwrap_or(behind.len());
    let clause = &behind[..end];
    let phrase = phrases(clause).into_iter().next()?;
    let mut between = clause[..phrase.span.start].split(|c: char| !c.is_alphanumeric());
    let object = clause[phrase.span.end..].trim_start();
    let is_this = object
        .split(|c: char| !c.is_alphanumeric())
        .next()
        .is_some_and(|word| matches!(word, "this" | "it" | "dieser" | "diese" | "esta" | "este"));
    let is_denied = is_denied(&clause[..phrase.span.start]);
    let is_plain = between.all(|word| word.is_empty() || is_auxiliary(word));
    (is_this && is_plain && !is_denied).then_some(match phrase.direction {
        Direction::Needs => Sense::Blocks,
        Direction::Feeds => Sense::Needs,
    })
}

/// Whether an id is part of a condition, and not of an order: the `T2` of "when T2 fails".
pub(super) fn is_trouble(before: &str, behind: &str) -> bool {
    let word = before.trim_end().rsplit(' ').next().unwrap_or_default();
    let end = behind.find([';', '.', ',', '(']).unwrap_or(behind.len());
    (is_condition(word) || matches!(word, "if" | "falls" | "si" | "se"))
        && speaks_of_trouble(&behind[..end])
}

/// Whether a phrase speaks of the id behind `rest`, not of something between: "before starting, TASK-2" does not.
fn reaches(rest: &str) -> bool {
    const FILLERS: [&str; 16] = [
        "the",
        "a",
        "any",
        "of",
        "both",
        "all",
        "either",
        "on",
        "task",
        "tasks",
        "worker",
        "workers",
        "agent",
        "agents",
        "completion",
        "to",
    ];
    let mut words = rest
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty());
    words.all(|word| FILLERS.contains(&word))
}

/// Whether a remark right after an id makes it a wish: `(types only)`, `(optional)`, `at 50 %`, `- nice to have`.
pub(super) fn softens(tail: &str) -> bool {
    const MARKS: [&str; 12] = [
        "types only",
        "type only",
        "interface only",
        "interfaces only",
        "optional",
        "nice to have",
        "nice-to-have",
        "soft",
        "partial",
        "preferred",
        "recommended",
        "not strictly",
    ];
    let tail = tail.trim_start_matches(['`', '*', '_', ' ', '\t']);
    let remark = if let Some(inside) = tail.strip_prefix(['(', '[', '（']) {
        inside.split([')', ']', '）']).next().unwrap_or(inside)
    } else if let Some(rest) = tail.strip_prefix(['-', '–', '—']) {
        rest.split([',', ';', '.']).next().unwrap_or(rest)
    } else if tail.starts_with("at ") {
        tail.split([',', ';', '.']).next().unwrap_or(tail)
    } else {
        return false;
    };
    remark.len() <= 60 && (MARKS.iter().any(|mark| remark.contains(mark)) || is_at_percent(remark))
}

/// `at 50 %`, `50% done`; all of it is no part.
fn is_at_percent(remark: &str) -> bool {
    let remark = remark.trim_start();
    let number = remark
        .strip_prefix("at ")
        .unwrap_or(remark)
        .trim_start_matches(['~', ' ']);
    let rest = number.trim_start_matches(|c: char| c.is_ascii_digit());
    let digits = &number[..number.len() - rest.len()];
    !digits.is_empty() && digits != "100" && rest.trim_start().starts_with('%')
}

/// Whether a line denies a dependency: "None", "No prior workers: …", "Not dependent on …", "N/A".
pub(super) fn says_none(text: &str) -> bool {
    let text = text.trim_start_matches(|c: char| !c.is_alphanumeric());
    let word = text
        .split(|c: char| !c.is_alphanumeric() && c != '/')
        .next()
        .unwrap_or_default();
    [
        "no",
        "none",
        "not",
        "nothing",
        "independent",
        "n/a",
        "na",
        "nil",
    ]
    .iter()
    .any(|none| none.eq_ignore_ascii_case(word))
        || ["なし", "无", "無し", "沒有", "没有", "없음", "нет"]
            .iter()
            .any(|none| text.starts_with(none))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn phrases() {
        for (lead, sense) in [
            ("depends on ", Some(Sense::Needs)),
            ("this does not depend on ", Some(Sense::Nothing)),
            ("it isn't blocked, but blocked by ", Some(Sense::Needs)),
            ("not blocked by ", Some(Sense::Nothing)),
            ("can start in parallel with `", Some(Sense::Nothing)),
            ("must land before ", Some(Sense::Blocks)),
            ("the beforehand ", None),
            (" (before starting), ", None),
            (" (optional), ", None),
            ("required before work on ", None),
            ("after the tasks ", Some(Sense::Needs)),
            ("", None),
        ] {
            assert_eq!(phrase_before(lead), sense, "{lead}");
        }
    }

    #[test]
    fn who_waits_for_this() {
        for (behind, sense) in [
            (" must not start before this one", Some(Sense::Blocks)),
            (" depends on this worker", Some(Sense::Blocks)),
            (" blocks this one", Some(Sense::Needs)),
            (" must be done before this", Some(Sense::Needs)),
            (" does not depend on this", None),
            (" (schema), which this one needs", None),
            (" before lunch", None),
        ] {
            assert_eq!(said_of_this(behind), sense, "{behind}");
        }
        assert!(is_trouble("when ", " fails, retry"));
        assert!(!is_trouble("when ", " is merged"));
    }

    #[test]
    fn remarks() {
        for tail in [
            " (types only)",
            "` (at 50 %)",
            " - nice to have",
            " at 80% done",
            " (optional, later)",
        ] {
            assert!(softens(tail), "{tail}");
        }
        for tail in [
            "",
            " complete",
            " (100 % done)",
            ": optional parameter",
            " (done)",
        ] {
            assert!(!softens(tail), "{tail}");
        }
    }

    #[test]
    fn denials() {
        for text in [
            "None",
            "- N/A",
            "Nothing (first)",
            "なし",
            "No prior workers: x",
            "*none*",
        ] {
            assert!(says_none(text), "{text}");
        }
        for text in ["Node 18", "TASK-1", "notes", "-"] {
            assert!(!says_none(text), "{text}");
        }
    }
}
