//! Estimates on the line of a task that its title goes round: `Pots (2h) · owns src/pots/`, `Kiln ~30 min`.

use std::ops::Range;
use std::time::Duration;

use super::super::cells::is_picture;
use crate::duration::{parse_duration, whole_duration};
use crate::marks::parts;
use crate::points::story_points;

/// Words that say that an amount is an estimate.
const LABELS: &[&str] = &[
    "所要時間",
    "推定時間",
    "作業時間",
    "見積もり",
    "見積り",
    "見積時間",
    "見積",
    "予定工数",
    "工数",
    "预计时间",
    "预计工时",
    "预计耗时",
    "预计",
    "预估工时",
    "预估",
    "估时",
    "耗时",
    "工时",
    "工期",
    "時長",
    "时长",
    "예상 소요 시간",
    "예상 시간",
    "예상시간",
    "예상 기간",
    "소요 시간",
    "소요시간",
    "작업 시간",
    "기간",
    "공수",
    "예상",
    "оценка времени",
    "оценка",
    "длительность",
    "продолжительность",
    "трудозатраты",
    "трудоёмкость",
    "время",
    "срок",
    "geschätzter aufwand",
    "geschätzte dauer",
    "arbeitsaufwand",
    "zeitaufwand",
    "aufwand",
    "dauer",
    "schätzung",
    "geschätzt",
    "zeit",
    "durée estimée",
    "temps estimé",
    "durée",
    "charge",
    "effort estimé",
    "estimation",
    "duración estimada",
    "tiempo estimado",
    "duración",
    "esfuerzo",
    "estimación",
    "estimado",
    "duração estimada",
    "tempo estimado",
    "duração",
    "esforço",
    "estimativa",
    "durata stimata",
    "tempo stimato",
    "durata",
    "stima",
    "geschatte duur",
    "geschatte tijd",
    "doorlooptijd",
    "inspanning",
    "schatting",
    "duur",
    "est.",
    "est",
    "estimate",
    "estimated time",
    "estimated duration",
    "estimated effort",
    "estimated",
    "effort",
    "duration",
    "time estimate",
    "time",
    "takes",
];

/// Words after which a line speaks of something else than before: `Draw [3h] after the walls`.
const TURNS: [&str; 27] = [
    "after",
    "before",
    "once",
    "when",
    "then",
    "needs",
    "need",
    "requires",
    "depends",
    "blocks",
    "blocked",
    "owns",
    "owner",
    "owned",
    "waits",
    "by",
    "can",
    "may",
    "parallel",
    "concurrent",
    "concurrently",
    "alongside",
    "independent",
    "nach",
    "kann",
    "après",
    "peut",
];

/// Words that need what follows them, so that it is no remark: `Expire after ~5 min`.
const BINDS: [&str; 21] = [
    "for", "after", "every", "each", "within", "in", "of", "to", "by", "than", "under", "over",
    "at", "last", "is", "from", "until", "with", "and", "or", "per",
];

/// Size and priority marks that stand beside an estimate: `(S, 2h)`.
const SIZES: [&str; 15] = [
    "xs", "s", "m", "l", "xl", "xxl", "small", "medium", "large", "low", "high", "p0", "p1", "p2",
    "p3",
];

/// A shorter time is one that the work is about, such as a timeout.
const SHORTEST: Duration = Duration::from_secs(60);

/// Reads a remark that says how long the work takes: `2h`, `est. 1 day`, `~2h, low risk`, `S, 2h`.
pub(super) fn estimate(mark: &str) -> Option<Duration> {
    if mark.len() >= 40 {
        return None;
    }
    parse_duration(unlabelled(mark).0).or_else(|| {
        let mut found = None;
        for part in parts(mark, &[',', ';', '|', '·', '/']).map(str::trim) {
            match whole_duration(unlabelled(part).0) {
                Some(amount) => found = found.or(Some(amount)),
                None if is_size(part) => {}
                None => return None,
            }
        }
        found
    })
}

/// Whether a part of a remark is a mark of size or priority.
pub(super) fn is_size(part: &str) -> bool {
    SIZES.contains(&part.to_lowercase().as_str())
}

/// Finds an estimate in brackets that more text follows, and its place with the brackets.
pub(super) fn in_brackets(title: &str) -> Option<(Duration, Range<usize>)> {
    let mut open: Option<(usize, char)> = None;
    for (at, c) in title.char_indices() {
        match c {
            '(' => open = Some((at, ')')),
            '[' => open = Some((at, ']')),
            '（' => open = Some((at, '）')),
            _ if open.is_some_and(|(_, close)| close == c) => {
                let Some((from, _)) = open.take() else {
                    continue;
                };
                let after = at + c.len_utf8();
                let inner = title[from..at].trim_start_matches(['(', '[', '（']).trim();
                let is_link = c == ']' && title[after..].starts_with(['(', '[']);
                let (bare, labelled) = unlabelled(inner);
                let marked = labelled || is_rough(inner);
                let fits = !is_link
                    && from > 0
                    && !binds(&title[..from])
                    && (marked || turns(&title[after..]));
                if let Some(found) = whole_duration(bare).filter(|found| fits && *found >= SHORTEST)
                {
                    return Some((found, from..after));
                }
            }
            _ => {}
        }
    }
    None
}

/// Finds an estimate between pictures, `⏱ 2h 👤 Ana`, and its place with the picture before it.
pub(super) fn behind_picture(title: &str) -> Option<(Duration, Range<usize>)> {
    let mut from: Option<usize> = None;
    let mut text_from = 0;
    let ends = title.char_indices().filter(|(_, c)| is_picture(*c));
    for (at, c) in ends {
        if let Some(start) = from
            && let Some(found) = whole_duration(title[text_from..at].trim())
        {
            return Some((found, start..at));
        }
        if from.is_none() || !title[text_from..at].trim().is_empty() {
            from = Some(at);
        }
        text_from = at + c.len_utf8();
    }
    None
}

/// Finds an estimate without brackets at the end, behind a dash or another mark (`Sell - 2h`) or marked as one
/// (`Kiln ~30 min`, `Sell: est. 2h`), and where it begins.
pub(super) fn at_end(title: &str) -> Option<(Duration, usize)> {
    // No estimate is longer; so the work stays linear.
    let from = title.floor_char_boundary(title.len().saturating_sub(40));
    let mut starts = title[from..].char_indices().map(|(at, c)| (from + at, c));
    starts.find_map(|(at, c)| {
        let before = &title[..at];
        let rest = &title[at + c.len_utf8()..];
        let spaced = before.ends_with(char::is_whitespace);
        let rest = match c {
            '~' | '≈' if spaced => rest,
            '—' | '·' | '|' => rest,
            '-' | '–' if spaced && rest.starts_with(' ') => rest,
            ':' | '：' | ',' | '，' | ';' if is_marked(rest) || !is_about_a_time(before) => rest,
            'e' | 'E' if spaced && unlabelled(&title[at..]).1 => &title[at..],
            _ if is_picture(c) && spaced => rest,
            _ if spaced && is_short_form(&title[at..]) && !is_about_a_time(before) => &title[at..],
            _ => return None,
        };
        let rest = rest.trim_start_matches(|c: char| is_picture(c) || c.is_whitespace());
        let head = before.trim_end();
        let apart = !head.is_empty()
            && !head.ends_with(|c: char| c.is_ascii_digit() || c == '~')
            && !binds(head);
        let found = whole_duration(unlabelled(rest).0)?;
        (apart && found >= SHORTEST).then_some((found, at))
    })
}

/// Whether a text is an amount that stands at the end of a title without any mark: written as one word (`2h`, `1w`,
/// `2h30`, `PT2H`), as a range (`2-3 days`), or with a fraction (`½ day`). "30 days" may be what the work is about.
fn is_short_form(text: &str) -> bool {
    let text = text.trim();
    let begins = text.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '½' | '¼' | '¾'))
        || text.starts_with("PT");
    let word = text.split_whitespace().next().unwrap_or_default();
    let is_range = word.trim_end_matches('.').contains(['-', '–']);
    begins && (word.len() == text.len() || is_range || word.starts_with(['½', '¼', '¾']))
}

/// Whether a title is about a time, so that an amount behind it is no estimate: "Session timeout: 2h".
fn is_about_a_time(title: &str) -> bool {
    const ABOUT: [&str; 38] = [
        "age",
        "back",
        "backoff",
        "budget",
        "cache",
        "cadence",
        "cooldown",
        "cron",
        "deadline",
        "debounce",
        "delay",
        "duration",
        "every",
        "expire",
        "expires",
        "expiry",
        "frequency",
        "frist",
        "interval",
        "keep",
        "latency",
        "length",
        "lifetime",
        "limit",
        "period",
        "poll",
        "polling",
        "retain",
        "retention",
        "schedule",
        "sla",
        "sleep",
        "throttle",
        "timeout",
        "ttl",
        "validity",
        "wait",
        "window",
    ];
    let words = title.split(|c: char| !c.is_alphanumeric());
    words
        .map(str::to_lowercase)
        .any(|word| ABOUT.contains(&word.as_str()))
}

/// Finds points at the end of a title, `Sell 3 SP` or `Sell: 3 points`, and where they begin.
pub(super) fn points_at_end(title: &str) -> Option<(&str, usize)> {
    let from = title.floor_char_boundary(title.len().saturating_sub(24));
    let starts = title[from..].char_indices().map(|(at, _)| from + at);
    starts
        .filter(|&at| title[..at].ends_with([' ', ',', ':', '·', '|', '—']))
        .filter(|&at| {
            !title[..at].trim().is_empty() && title[at..].starts_with(|c: char| c.is_ascii_digit())
        })
        .find_map(|at| Some((story_points(&title[at..])?, at)))
}

/// A text without a label such as `est.`, and whether it had one.
fn unlabelled(text: &str) -> (&str, bool) {
    let text = text.trim();
    let found = LABELS.iter().find_map(|label| {
        let head = text.get(..label.len())?;
        let rest = &text[label.len()..];
        let ends = rest.starts_with([' ', ':', '：', '=', '.', '~', '≈'])
            || label.ends_with('.') && rest.starts_with(|c: char| c.is_ascii_digit());
        // Letters of one script have one length in both cases.
        let is_it =
            head.eq_ignore_ascii_case(label) || !head.is_ascii() && head.to_lowercase() == *label;
        (is_it && ends).then_some(rest)
    });
    match found {
        Some(rest) => (rest.trim_start_matches([' ', ':', '：', '=', '.']), true),
        None => (text, false),
    }
}

fn is_rough(text: &str) -> bool {
    text.starts_with(['~', '≈'])
}

fn is_marked(text: &str) -> bool {
    let text = text.trim_start();
    is_rough(text) || unlabelled(text).1
}

/// Whether the last word of a text needs what follows it.
fn binds(text: &str) -> bool {
    let words = text.trim_end();
    let last = words.rsplit(|c: char| !c.is_alphanumeric()).next();
    last.is_some_and(|word| BINDS.contains(&word.to_lowercase().as_str()))
}

/// Whether a text does not go on with the sentence before it.
fn turns(text: &str) -> bool {
    let text = text.trim_start_matches(['*', '_', ' ', '\t']);
    // "Build (1h), can run beside it", "Build (1h) in parallel with A"
    let behind_comma = text.strip_prefix(", ").unwrap_or(text);
    let text = match behind_comma.strip_prefix("in ") {
        Some(after) if after.starts_with("parallel") => after,
        _ => behind_comma,
    };
    let end = text.find(|c: char| !c.is_alphanumeric());
    match &text[..end.unwrap_or(text.len())] {
        "" => !text.starts_with([',', '.', '/', '+', '=', '<', '>', '"', '\'']),
        word => TURNS.contains(&word.to_lowercase().as_str()),
    }
}
