//! Words that deny what stands behind them, and phrases that say by a denial that something comes first: "must not start before",
//! "cannot ship without", "on hold until".

use super::in_lower_case;
use crate::beginnings::Beginnings;
use crate::dialect::arrows::changes_an_amount;

/// Words that deny.
const NEGATORS: [&str; 28] = [
    "not",
    "cannot",
    "no",
    "never",
    "nothing",
    "neither",
    "nor",
    "without",
    "nicht",
    "kein",
    "keine",
    "nie",
    "ohne",
    "pas",
    "ne",
    "sans",
    "sin",
    "não",
    "sem",
    "non",
    "senza",
    "niet",
    "geen",
    "zonder",
    "не",
    "нет",
    "без",
    "нельзя",
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
        if denies_unspaced(head) {
            return true;
        }
        let last = last_word(head);
        let start = head.len() - last.len();
        let word = last.to_lowercase();
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

/// Whether a text ends with a denial in a script without spaces, where it is a part of the word: `不依赖`, `不再依赖`, `没有依赖`.
fn denies_unspaced(text: &str) -> bool {
    const LONG: [&str; 27] = [
        "不再", "不需", "不必", "不用", "不会", "不应", "不得", "不能", "不可", "不是", "不须",
        "无需", "無需", "无须", "毋需", "毋须", "没有", "沒有", "未有", "並無", "并无", "并未",
        "尚未", "从未", "从不", "无法", "别再",
    ];
    // `不需要等待`, `不会再依赖`
    const LINKING: [&str; 8] = ["要", "再", "直接", "强", "任何", "去", "先", "对"];
    let mut head = text;
    for _ in 0..MOST_WORDS {
        if head.ends_with(['不', '无', '無', '非', '未', '勿'])
            || LONG.iter().any(|word| head.ends_with(word))
        {
            return true;
        }
        let Some(rest) = LINKING.iter().find_map(|word| head.strip_suffix(word)) else {
            return false;
        };
        head = rest;
    }
    false
}

/// Whether a sentence may be about an order that is not so: struck out, dropped, an error. What it gives as a reason is not
/// looked at: "T2 needs T1, as T3 was dropped".
pub(in crate::dialect) fn may_state_nothing(sentence: &str) -> bool {
    const WORDS: [&str; 10] = [
        "used to",
        "was dropped",
        "were dropped",
        "is dropped",
        "was considered",
        "were considered",
        "we considered",
        "decided against",
        "mistake",
        "früher",
    ];
    const AT_END: [&str; 4] = [" nicht", " niet", " nicht mehr", " no longer"];
    let lower = in_lower_case(sentence);
    let said = without_reasons(&lower);
    let end = lower.trim_end_matches(['.', '!', ' ', '\n']);
    is_struck(&lower)
        || AT_END.iter().any(|words| end.ends_with(words))
        || WORDS.iter().any(|word| has_words(said, word))
}

/// Whether a line of arrows may be about an order that is not so. Names that are struck out are no part of the order of the
/// others, and what stands in brackets is about something else: `T1 → T2 (T2 might slip)`.
pub(in crate::dialect) fn may_chain_nothing(line: &str) -> bool {
    const WORDS: [&str; 4] = ["would", "might", "could", "neither"];
    if may_state_nothing(line) || changes_an_amount(line) {
        return true;
    }
    let lower = in_lower_case(line);
    let said = without_reasons(&lower);
    let mut depth = 0_usize;
    let mut outside = said
        .split_inclusive(['(', ')', '（', '）'])
        .filter(|piece| {
            let is_outside = depth == 0;
            match piece.chars().next_back() {
                Some('(' | '（') => depth += 1,
                Some(')' | '）') => depth = depth.saturating_sub(1),
                _ => {}
            }
            is_outside
        });
    outside.any(|piece| WORDS.iter().any(|word| has_words(piece, word)))
}

/// Whether a text in lower case has words at a place of their own.
fn has_words(lower: &str, words: &str) -> bool {
    let is_letter = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
    lower.match_indices(words).any(|(at, _)| {
        !is_letter(lower[..at].chars().next_back())
            && !is_letter(lower[at + words.len()..].chars().next())
    })
}

/// What a sentence in lower case says before it gives reasons.
fn without_reasons(lower: &str) -> &str {
    const REASONS: [&str; 22] = [
        " because ",
        ", since ",
        ", as ",
        ", so ",
        ", otherwise ",
        ", or else ",
        ", else ",
        ", or the ",
        " weil ",
        ", da ",
        ", denn ",
        ", sonst ",
        ", damit ",
        " parce que ",
        ", car ",
        ", sinon ",
        " porque ",
        ", ya que ",
        " perché ",
        " omdat ",
        ", anders ",
        " потому что ",
    ];
    let ends = REASONS.iter().filter_map(|word| lower.find(word));
    let unspaced = ["因为", "否则", "なぜなら", "왜냐하면"];
    let ends = ends.chain(unspaced.iter().filter_map(|word| lower.find(word)));
    &lower[..ends.min().unwrap_or(lower.len())]
}

/// Whether more than names is struck out: an arrow, a phrase about order, or a text whose mark stands alone. `~~T1~~` may as well
/// be done.
fn is_struck(lower: &str) -> bool {
    if !lower.contains("~~") {
        return false;
    }
    let mut parts = lower.split("~~");
    parts.next();
    loop {
        let (Some(struck), Some(_)) = (parts.next(), parts.next()) else {
            return lower.matches("~~").count() % 2 == 1;
        };
        let points = struck.contains(['→', '←', '➜', '➔', '⟶', '▶', '>', '<']);
        if points || super::speaks_of_waiting(struck) {
            return true;
        }
    }
}

/// Whether what stands before a phrase denies it, or only permits what it says: "does not depend on", "need not be done before",
/// "can start before".
pub(in crate::dialect) fn is_denied_or_permitted(before: &str, phrase: &str) -> bool {
    let clause = || {
        let mut clauses = before.rsplit([',', '，', ';', '(', '（', '[', ':', '：', '—']);
        clauses.next().unwrap_or_default()
    };
    is_denied(before)
        || is_earlier(phrase) && (is_permitted(clause()) || is_denied_in_clause(clause()))
}

/// Phrases that what stands before them comes earlier than what stands behind.
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

/// Whether a phrase says that what stands before it is the earlier one.
pub(super) fn is_earlier(phrase: &str) -> bool {
    EARLIER.contains(&phrase)
}

/// Whether the subject of a clause is denied: "Neither T2 nor T3 can start", "No part of T2".
pub(super) fn has_denied_subject(clause: &str) -> bool {
    const ANYWHERE: [&str; 6] = ["neither", "weder", "none", "nobody", "keiner", "keines"];
    const FIRST: [&str; 9] = [
        "no", "nothing", "kein", "keine", "nichts", "ninguno", "aucun", "aucune", "nessuno",
    ];
    let lower = in_lower_case(clause);
    let mut words = words(&lower).map(|(_, word)| word).peekable();
    words.peek().is_some_and(|word| FIRST.contains(word))
        || words.any(|word| ANYWHERE.contains(&word))
}

/// Whether a clause is about what would or might be so.
pub(super) fn is_supposed(clause: &str) -> bool {
    const WORDS: [&str; 9] = [
        "would", "might", "wouldn't", "würde", "würden", "könnte", "könnten", "serait", "sería",
    ];
    let lower = in_lower_case(clause);
    words(&lower).any(|(_, word)| WORDS.contains(&word))
        || has_words(&lower, "could depend")
        || has_words(&lower, "could block")
}

/// Whether the clause before "before" denies what it says: "need not be finished", "does not come".
fn is_denied_in_clause(clause: &str) -> bool {
    // These deny a thing, not what the clause says.
    const OF_THINGS: [&str; 11] = [
        "without", "ohne", "sans", "sin", "sem", "senza", "zonder", "без", "nothing", "no", "nor",
    ];
    let lower = in_lower_case(clause);
    words(&lower).any(|(_, word)| is_negator(word) && !OF_THINGS.contains(&word))
}

/// Whether the clause before "before" only permits what it says: "T2 can start" before T1 is done.
fn is_permitted(clause: &str) -> bool {
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
    let lower = clause.to_lowercase();
    let words: Vec<&str> = words(&lower).map(|(_, word)| word).collect();
    let near = words.len().saturating_sub(4);
    let may = (near..words.len()).find(|at| {
        let is_month = words[*at] == "may"
            && at
                .checked_sub(1)
                .is_some_and(|last| matches!(words[last], "in" | "by" | "of" | "until" | "mid"));
        MAY.contains(&words[*at]) && !is_month
    });
    may.is_some_and(|at| {
        !words[at..]
            .iter()
            .any(|word| *word == "only" || is_negator(word))
    })
}

/// More words than stand between a denial and what it denies.
const MOST_WORDS: usize = 6;

/// Words for standing still.
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

/// What such a phrase begins with, apart from "don't" and its like.
static BEGINNINGS: Beginnings = Beginnings::of(&[&NEGATORS, &HOLDING]);

/// The length of a phrase at the start of a text in lower case that says by a denial, or by a word for standing still, that what
/// follows comes first: "not start before", "cannot be merged without", "blocked until".
///
/// Behind "cannot" and "must not" any words may stand between: "cannot be put into production before". Behind "does not" they are
/// those for beginning and ending, and "need not" holds nothing.
pub(super) fn holding_at(text: &str, at: usize) -> Option<usize> {
    const UNTIL: [&str; 4] = ["until", "till", "unless", "bis"];
    const BEFORE: [&str; 18] = [
        "prima", "before", "until", "till", "unless", "without", "vor", "bevor", "ohne", "bis",
        "avant", "sans", "antes", "sin", "voor", "zonder", "до", "без",
    ];
    const STARTING: [&str; 58] = [
        "done",
        "complete",
        "completed",
        "finished",
        "tested",
        "reviewed",
        "built",
        "implemented",
        "delivered",
        "opened",
        "closed",
        "land",
        "lands",
        "landed",
        "get",
        "gets",
        "can",
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
    let lower = &text[at..];
    if !may_begin(lower) {
        return None;
    }
    let mut words = words(lower);
    let (_, first) = words.next()?;
    let denies = is_negator(first);
    if !denies && !HOLDING.contains(&first) {
        return None;
    }
    let last = if denies { last_word(&text[..at]) } else { "" };
    if denies && matches!(last, "need" | "needs") || matches!(first, "needn't" | "needn’t") {
        return None;
    }
    let next = words.clone().next().map_or("", |(_, word)| word);
    let forbids = denies && forbids(last, first, next);
    let mut joined = first.len();
    for (at, word) in words.take(MOST_WORDS) {
        // German puts a comma before its "before".
        let is_near = lower[joined..at]
            .bytes()
            .all(|byte| matches!(byte, b' ' | b'*' | b'_') || byte == b',' && word == "bevor");
        let end = at + word.len();
        let ends = match denies {
            true => BEFORE.contains(&word),
            false => UNTIL.contains(&word),
        };
        if is_near && ends {
            // "antes de", "avant de", "sin que", "prima di"
            let more = [" de", " que", " di", " che"].iter().find(|more| {
                let behind = lower[end..].strip_prefix(**more);
                behind.is_some_and(|behind| behind.starts_with(' '))
            });
            return Some(end + more.map_or(0, |more| more.len()));
        }
        // "ne peut pas être livré avant"
        let is_rest = first == "ne" && word == "pas";
        let is_plain = (!is_negator(word) || is_rest)
            && !word.contains(|c: char| c.is_ascii_digit())
            && !matches!(
                word,
                "only" | "just" | "need" | "necessarily" | "after" | "once" | "and"
            );
        let goes_on = denies && (STARTING.contains(&word) || forbids && is_plain);
        if !is_near || !goes_on {
            return None;
        }
        joined = end;
    }
    None
}

/// Whether words forbid what follows: "cannot", "must not", "darf nicht", "ne peut", `не может`.
fn forbids(last: &str, first: &str, next: &str) -> bool {
    const ALONE: [&str; 14] = [
        "cannot",
        "can't",
        "can’t",
        "mustn't",
        "mustn’t",
        "shouldn't",
        "shouldn’t",
        "won't",
        "won’t",
        "shan't",
        "couldn't",
        "нельзя",
        "mayn't",
        "never",
    ];
    const BEFORE: [&str; 25] = [
        "can", "must", "may", "should", "shall", "will", "could", "to", "darf", "dürfen", "kann",
        "können", "soll", "sollen", "sollte", "peut", "peuvent", "doit", "doivent", "kan", "mag",
        "mogen", "moet", "might", "muss",
    ];
    const BEHIND: [&str; 18] = [
        "peut",
        "peuvent",
        "doit",
        "doivent",
        "puede",
        "pueden",
        "debe",
        "deben",
        "pode",
        "podem",
        "deve",
        "devem",
        "può",
        "possono",
        "devono",
        "может",
        "могут",
        "должен",
    ];
    ALONE.contains(&first) || BEFORE.contains(&last) || BEHIND.contains(&next)
}

/// The word that a text ends with, before a space.
fn last_word(text: &str) -> &str {
    let head = text.trim_end_matches([' ', '*', '_']);
    let start = head.rfind(|c: char| !is_of_word(c)).map_or(0, |at| {
        at + head[at..].chars().next().map_or(1, char::len_utf8)
    });
    &head[start..]
}

/// Whether a text in lower case may begin with such a phrase.
pub(super) fn may_begin(lower: &str) -> bool {
    // The last one is that of Cyrillic letters.
    const FIRST: &[u8] = b"bcdghikmnpsw\xD0";
    let bytes = lower.as_bytes();
    bytes.first().is_some_and(|first| FIRST.contains(first))
        && (BEGINNINGS.may_be_of(bytes) || has_apostrophe(bytes))
}

/// Whether an apostrophe, straight or curved, may be part of the first word.
fn has_apostrophe(bytes: &[u8]) -> bool {
    let ends = |byte: u8| byte.is_ascii() && !byte.is_ascii_alphanumeric();
    let found = bytes.iter().find(|&&byte| byte == 0xE2 || ends(byte));
    found.is_some_and(|byte| matches!(byte, b'\'' | 0xE2))
}

/// The words of a text with their places.
fn words(text: &str) -> impl Iterator<Item = (usize, &str)> + Clone {
    let words = text.split(|c: char| !is_of_word(c));
    words
        .filter(|word| !word.is_empty())
        .map(|word| (word.as_ptr() as usize - text.as_ptr() as usize, word))
}

fn is_of_word(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '\'' | '’')
}
