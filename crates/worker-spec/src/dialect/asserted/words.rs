//! The words that take names out of what is waited for.

use std::sync::LazyLock;

use super::super::waiting::{self, Direction, is_negator, second_is_alike};
use super::super::wave_plan::kind_of;
use crate::beginnings::Beginnings;

/// How a word takes out names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Take {
    /// What it names goes on beside the task, or waits for it.
    Beside,
    /// What it names is only pointed at.
    Pointed,
    /// What it names is no part of what is named elsewhere in the text either.
    Except,
}

/// A word or phrase before names that takes them out.
#[derive(Clone, Copy, Debug)]
pub(super) struct Opener {
    pub(super) end: usize,
    pub(super) take: Take,
    /// Within how many words the first name must come, for words that say much else.
    pub(super) reach: Option<usize>,
}

/// What runs beside a task, or is independent of it. A star stands for the rest of a word.
const BESIDE: [&str; 49] = [
    "parallel*",
    "parallèle*",
    "paralelo*",
    "paralela*",
    "парал*",
    "concurrent*",
    "simultan*",
    "simultân*",
    "simultán*",
    "одновременно",
    "∥",
    "alongside",
    "at the same time",
    "same time as",
    "together with",
    "run with",
    "runs with",
    "running with",
    "start with",
    "starts with",
    "while",
    "during",
    "overlap*",
    "gleichzeitig",
    "zeitgleich",
    "zusammen mit",
    "während",
    "en même temps",
    "al mismo tiempo",
    "junto con",
    "junto com",
    "ao mesmo tempo",
    "contemporaneamente",
    "insieme a",
    "tegelijk*",
    "gelijktijdig",
    "samen met",
    "вместе с",
    "independent*",
    "independient*",
    "indépenda*",
    "indipenden*",
    "unabhängig*",
    "onafhankelijk",
    "независим*",
    "regardless of",
    "irrespective of",
    "unrelated to",
    "unlike",
];

/// What is only pointed at.
const POINTING: [&str; 14] = [
    "see",
    "see also",
    "cf",
    "same as",
    "similar to",
    "siehe",
    "vgl",
    "voir",
    "véase",
    "veja",
    "vedi",
    "zie",
    "см",
    "смотри",
];

/// What is no part of what is named before.
const EXCEPT: [&str; 37] = [
    "except",
    "except for",
    "excepting",
    "excluding",
    "excl",
    "apart from",
    "aside from",
    "other than",
    "minus",
    "not",
    "don't",
    "doesn't",
    "isn't",
    "nor",
    "no dependency",
    "no dependencies",
    "no need",
    "no longer",
    "without",
    "instead of",
    "rather than",
    "außer",
    "ausser",
    "ausgenommen",
    "bis auf",
    "sauf",
    "hormis",
    "excepté",
    "excepto",
    "exceto",
    "salvo",
    "tranne",
    "eccetto",
    "behalve",
    "кроме",
    "за исключением",
    "nicht",
];

/// Short words that say much else: a name must come next.
const EXCEPT_NEAR: [&str; 15] = [
    "no", "pas", "não", "non", "niet", "geen", "не", "без", "kein", "keine", "ohne", "sans", "sin",
    "sem", "senza",
];

/// Words that turn to what counts again.
const TURNING: [&str; 12] = [
    "only",
    "but",
    "then",
    "plus",
    "nur",
    "sondern",
    "aber",
    "mais",
    "pero",
    "только",
    "но",
    "dann",
];

/// Words with which a list of what is waited for goes on behind "and": "parallel to T2, and on T3".
const ON: [&str; 16] = [
    "on", "for", "by", "upon", "von", "auf", "durch", "de", "du", "des", "par", "da", "van", "op",
    "от", "by task",
];

/// Words that turn one before them around: "not before", "cannot start without", "not independent of".
const TURNED: [&str; 12] = [
    "before",
    "until",
    "till",
    "without",
    "unless",
    "independent",
    "earlier",
    "sooner",
    "bevor",
    "ohne",
    "only",
    "just",
];

/// Words with which "not" adds: "not only T1 but also T2".
const ADDING: [&str; 2] = ["only", "just"];

/// A phrase, how it takes out names, and within how many words the first must come.
type Phrase = (&'static str, Take, Option<usize>);

/// What the phrases before names begin with.
static BEGINNINGS: Beginnings =
    Beginnings::of(&[&BESIDE, &POINTING, &EXCEPT, &EXCEPT_NEAR, &["but"]]);

/// The phrases before names by their first byte: every word of a document is looked at.
static OPENERS: LazyLock<Vec<Vec<Phrase>>> = LazyLock::new(|| {
    let lists: [(&[&'static str], Take, Option<usize>); 4] = [
        (&BESIDE, Take::Beside, None),
        (&POINTING, Take::Pointed, None),
        (&EXCEPT, Take::Except, None),
        (&EXCEPT_NEAR, Take::Except, Some(2)),
    ];
    let mut by_byte = vec![Vec::new(); 256];
    for (phrases, take, reach) in lists {
        for phrase in phrases {
            by_byte[usize::from(phrase.as_bytes()[0])].push((*phrase, take, reach));
        }
    }
    by_byte
});

/// The phrase that a text has at the start of a word, the longest one.
pub(super) fn opener(lower: &str, start: usize) -> Option<Opener> {
    let text = &lower[start..];
    if !BEGINNINGS.may_be_of(text.as_bytes()) && !waiting::may_begin(text) {
        return None;
    }
    let mut longest: Option<(usize, Take, Option<usize>)> = None;
    let listed = OPENERS[usize::from(*text.as_bytes().first()?)].iter();
    for &(phrase, take, reach) in listed.filter(|opener| second_is_alike(text, opener.0)) {
        let length = begins_with(text, phrase);
        if let Some(length) = length.filter(|length| longest.is_none_or(|l| l.0 < *length)) {
            longest = Some((length, take, reach));
        }
    }
    let at_start = !lower[..start].contains(|c: char| c.is_alphanumeric());
    match waiting::phrase_at(lower, start).map(|phrase| (phrase.direction, phrase.span.len())) {
        // "must not start before T2"
        Some((Direction::Needs, length)) if longest.is_none_or(|longest| longest.0 < length) => {
            return None;
        }
        // What waits for the task itself. At the start of a text such a word says what all of it is about.
        Some((Direction::Feeds, length)) if longest.is_none_or(|longest| longest.0 < length) => {
            longest = (!at_start).then_some((length, Take::Beside, Some(3)));
        }
        _ => {}
    }
    if longest.is_none() && text.starts_with("but ") && takes_all(&lower[..start]) {
        longest = Some(("but".len(), Take::Except, None));
    }
    let (length, take, reach) = longest?;
    let word = &text[..length];
    if word == "no" && is_of_number(&lower[..start], &text[length..]) {
        return None;
    }
    let clause = text[length..].split([',', ';']).next().unwrap_or_default();
    let mut near = clause
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .take(3)
        .enumerate();
    // "not only" stands together, "not start before" need not.
    let turned = take == Take::Except
        && near.any(|(at, word)| TURNED.contains(&word) && (at == 0 || !ADDING.contains(&word)));
    // "cannot start without T1", "not independent of T2".
    let is_turning = TURNED.iter().any(|turned| word.starts_with(turned));
    let denied = is_turning && denied_before(&lower[..start]);
    (!turned && !denied).then_some(Opener {
        end: start + length,
        take,
        reach,
    })
}

/// "all but T7", "every task but T7".
fn takes_all(before: &str) -> bool {
    const ALL: [&str; 10] = [
        "all",
        "everything",
        "every",
        "any",
        "anything",
        "each",
        "alle",
        "alles",
        "tous",
        "todos",
    ];
    let clause = before.rsplit([',', ';', '(']).next().unwrap_or_default();
    let mut words = clause.split_whitespace().rev().take(3);
    words.any(|word| ALL.contains(&word))
}

/// Whether a "no" is short for "number": "task no 2", "No. 4".
fn is_of_number(before: &str, behind: &str) -> bool {
    let dotted = behind
        .strip_prefix('.')
        .map(|rest| rest.trim_start_matches(' '));
    let is_dotted = dotted.is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
    let mut words = before
        .rsplit(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty());
    // "tasks no 1 and no 3"
    let word = words.find(|word| {
        !matches!(*word, "and" | "no") && !word.bytes().all(|byte| byte.is_ascii_digit())
    });
    let is_of_kind = word.is_some_and(|word| kind_of(word).is_some());
    let is_number = behind
        .trim_start()
        .starts_with(|c: char| c.is_ascii_digit());
    is_dotted || is_number && is_of_kind
}

/// The length of a phrase at the start of a text.
fn begins_with(text: &str, phrase: &str) -> Option<usize> {
    match phrase.strip_suffix('*') {
        Some(stem) => {
            let rest = text.strip_prefix(stem)?;
            let end = rest
                .find(|c: char| !c.is_alphabetic())
                .unwrap_or(rest.len());
            Some(stem.len() + end)
        }
        None => {
            let rest = text.strip_prefix(phrase)?;
            (!rest.starts_with(|c: char| c.is_alphanumeric() || c == '-')).then_some(phrase.len())
        }
    }
}

/// Whether one of the last words of a text denies.
fn denied_before(text: &str) -> bool {
    let clause = text.rsplit([',', ';', '(']).next().unwrap_or_default();
    let words = clause.split_whitespace().rev().take(4);
    words.into_iter().any(is_negator)
}

/// Whether a text begins with a word that turns to what counts again.
pub(super) fn resumes(text: &str) -> bool {
    TURNING.contains(&first_word(text))
}

/// Whether a text goes on with what is waited for, behind "and" or a comma: "on T3".
pub(super) fn joins_on(text: &str) -> bool {
    const AND: [&str; 7] = ["and", "und", "et", "y", "e", "en", "и"];
    let first = first_word(text);
    let rest = match AND.contains(&first) {
        true => text[first.len()..].trim_start(),
        false => return false,
    };
    ON.contains(&first_word(rest))
}

fn first_word(text: &str) -> &str {
    let end = text
        .find(|c: char| !c.is_alphanumeric())
        .unwrap_or(text.len());
    &text[..end]
}

/// Words before those that take out names, which say nothing by themselves.
pub(super) fn is_filling(word: &str) -> bool {
    const WORDS: [&str; 60] = [
        "but",
        "and",
        "or",
        "can",
        "may",
        "could",
        "will",
        "should",
        "must",
        "be",
        "is",
        "are",
        "run",
        "runs",
        "running",
        "start",
        "starts",
        "started",
        "executed",
        "done",
        "go",
        "goes",
        "in",
        "do",
        "does",
        "to",
        "also",
        "it",
        "this",
        "though",
        "und",
        "aber",
        "kann",
        "läuft",
        "laufen",
        "mais",
        "et",
        "peut",
        "pero",
        "y",
        "puede",
        "mas",
        "e",
        "pode",
        "ma",
        "può",
        "maar",
        "en",
        "em",
        "kan",
        "но",
        "и",
        "может",
        "а",
        "parallelizable",
        "works",
        "worked",
        "work",
        "safe",
        "fully",
    ];
    WORDS.contains(&word)
}
