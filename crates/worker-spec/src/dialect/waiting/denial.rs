//! Words that deny what stands behind them, and phrases that say by a denial that something comes first: "must not start before",
//! "cannot ship without", "on hold until".

use super::in_lower_case;

/// Words that deny.
const NEGATORS: [&str; 27] = [
    "not", "cannot", "no", "never", "nothing", "neither", "nor", "without", "nicht", "kein",
    "keine", "nie", "ohne", "pas", "ne", "sans", "sin", "não", "sem", "non", "senza", "niet",
    "geen", "zonder", "не", "нет", "без",
];

/// Whether a word denies: "not", "can't", "kein".
pub(in crate::dialect) fn is_negator(word: &str) -> bool {
    NEGATORS.contains(&word) || word.ends_with("n't") || word.ends_with("n’t")
}

/// Whether what stands before a phrase denies it: "does not", "no longer", "need not really".
pub(in crate::dialect) fn is_denied(before: &str) -> bool {
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
    let mut end = before.len();
    for _ in 0..MOST_WORDS {
        let head = before[..end].trim_end_matches([' ', '*', '_']);
        // In scripts without spaces the denial is a part of the word: `不依赖`.
        if head.ends_with(['不', '无', '無', '非', '未', '勿']) {
            return true;
        }
        let start = head.rfind(|c: char| !is_of_word(c)).map_or(0, |at| {
            at + head[at..].chars().next().map_or(1, char::len_utf8)
        });
        let word = head[start..].to_lowercase();
        if is_negator(&word) {
            return true;
        }
        if !LINKING.contains(&word.as_str()) {
            return false;
        }
        end = start;
    }
    false
}

/// Whether a sentence is about an order that is not so: struck out, dropped, in question.
pub(in crate::dialect) fn states_nothing(sentence: &str) -> bool {
    const WORDS: [&str; 13] = [
        "used to",
        "was dropped",
        "were dropped",
        "is dropped",
        "considered",
        "decided against",
        "mistake",
        "neither",
        "would",
        "might",
        "could depend",
        "weder",
        "früher",
    ];
    const AT_END: [&str; 4] = [" nicht", " niet", " nicht mehr", " no longer"];
    let lower = in_lower_case(sentence);
    let said = lower.trim_end_matches(['.', '!', ' ', '\n']);
    let is_whole = |at: usize, word: &str| {
        let is_letter = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
        !is_letter(lower[..at].chars().next_back())
            && !is_letter(lower[at + word.len()..].chars().next())
    };
    sentence.contains("~~")
        || AT_END.iter().any(|end| said.ends_with(end))
        || WORDS
            .iter()
            .any(|word| lower.find(word).is_some_and(|at| is_whole(at, word)))
}

/// Whether what stands before "before" only permits it: "T2 can start" before T1 is done.
pub(super) fn is_permitted(before: &str, phrase: &str) -> bool {
    const EARLIER: [&str; 8] = [
        "before",
        "vor",
        "bevor",
        "avant",
        "antes de",
        "prima di",
        "voor",
        "перед",
    ];
    const MAY: [&str; 14] = [
        "can",
        "may",
        "could",
        "might",
        "kann",
        "können",
        "darf",
        "dürfen",
        "peut",
        "peuvent",
        "puede",
        "pode",
        "può",
        "может",
    ];
    if !EARLIER.contains(&phrase) {
        return false;
    }
    let lower = before.to_lowercase();
    let words: Vec<&str> = words(&lower).map(|(_, word)| word).collect();
    let near = &words[words.len().saturating_sub(4)..];
    let may = near.iter().position(|word| MAY.contains(word));
    may.is_some_and(|at| {
        !near[at..]
            .iter()
            .any(|word| *word == "only" || is_negator(word))
    })
}

/// More words than stand between a denial and what it denies.
const MOST_WORDS: usize = 6;

/// The length of a phrase at the start of a text in lower case that says by a denial, or by a word for standing still, that what
/// follows comes first: "not start before", "cannot be merged without", "blocked until".
pub(super) fn holding_at(lower: &str) -> Option<usize> {
    const HOLDING: [&str; 16] = [
        "blocked",
        "wait",
        "waits",
        "waiting",
        "hold",
        "held",
        "holds",
        "stuck",
        "paused",
        "deferred",
        "delayed",
        "parked",
        "stalled",
        "gated",
        "blockiert",
        "wartet",
    ];
    const UNTIL: [&str; 4] = ["until", "till", "unless", "bis"];
    const BEFORE: [&str; 17] = [
        "before", "until", "till", "unless", "without", "vor", "bevor", "ohne", "bis", "avant",
        "sans", "antes", "sin", "voor", "zonder", "до", "без",
    ];
    const STARTING: [&str; 41] = [
        "start",
        "starts",
        "started",
        "begin",
        "begins",
        "begun",
        "run",
        "runs",
        "ship",
        "shipped",
        "deploy",
        "deployed",
        "merge",
        "merged",
        "released",
        "happen",
        "go",
        "work",
        "launch",
        "be",
        "been",
        "to",
        "proceed",
        "continue",
        "finish",
        "yet",
        "live",
        "peut",
        "puede",
        "pode",
        "può",
        "kan",
        "starten",
        "beginnen",
        "commencer",
        "empezar",
        "comenzar",
        "начинать",
        "начаться",
        "начинаться",
        "может",
    ];
    if !may_begin(lower) {
        return None;
    }
    let mut words = words(lower);
    let (_, first) = words.next()?;
    let denies = is_negator(first);
    if !denies && !HOLDING.contains(&first) {
        return None;
    }
    let mut joined = first.len();
    for (at, word) in words.take(MOST_WORDS) {
        let is_near = lower[joined..at]
            .bytes()
            .all(|byte| matches!(byte, b' ' | b'*' | b'_'));
        let end = at + word.len();
        let ends = match denies {
            true => BEFORE.contains(&word),
            false => UNTIL.contains(&word),
        };
        if is_near && ends {
            // "antes de", "avant de", "sin que"
            let more = [" de", " que"].iter().find(|more| {
                let behind = lower[end..].strip_prefix(**more);
                behind.is_some_and(|behind| behind.starts_with(' '))
            });
            return Some(end + more.map_or(0, |more| more.len()));
        }
        if !is_near || !denies || !STARTING.contains(&word) {
            return None;
        }
        joined = end;
    }
    None
}

/// Whether a text may begin with such a phrase, by its first byte.
fn may_begin(lower: &str) -> bool {
    // The last one is that of Cyrillic letters.
    const FIRST: &[u8] = b"bcdghikmnpsw\xD0";
    let first = lower.as_bytes().first().copied().unwrap_or_default();
    FIRST.contains(&first)
}

/// The words of a text with their places.
fn words(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let words = text.split(|c: char| !is_of_word(c));
    words
        .filter(|word| !word.is_empty())
        .map(|word| (word.as_ptr() as usize - text.as_ptr() as usize, word))
}

fn is_of_word(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '\'' | '’')
}
