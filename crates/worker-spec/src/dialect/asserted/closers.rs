//! Words that take out the names before them.

use std::ops::Range;

use super::words::Take;

/// Where in a piece words stand that take out the names before them: "T2 can run in parallel", "T2 not needed".
pub(super) fn closer(piece: &str) -> Option<(usize, Take)> {
    const BESIDE: [&str; 8] = [
        "in parallel",
        "parallel",
        "at the same time",
        "simultaneously",
        "concurrently",
        "gleichzeitig",
        "en parallèle",
        "en paralelo",
    ];
    const EXCEPT: [&str; 12] = [
        "not needed",
        "not required",
        "not necessary",
        "not included",
        "no longer needed",
        "no longer required",
        "isn't needed",
        "excluded",
        "nicht nötig",
        "nicht erforderlich",
        "no es necesario",
        "не нужно",
    ];
    const MAY: [&str; 15] = [
        "can",
        "may",
        "could",
        "should",
        "must",
        "will",
        "runs",
        "kann",
        "läuft",
        "peut",
        "puede",
        "pode",
        "può",
        "kan",
        "может",
    ];
    let bare = piece.trim_end_matches([' ', '*', '_', '.', '!']);
    let end_of = |phrases: &[&str]| {
        phrases.iter().find_map(|phrase| {
            let before = bare.strip_suffix(phrase)?;
            before.ends_with(' ').then_some(before.len())
        })
    };
    if let Some(at) = end_of(&EXCEPT) {
        return Some((at, Take::Except));
    }
    let at = end_of(&BESIDE)?;
    let mut words = piece[..at].split(|c: char| !c.is_alphanumeric());
    words
        .any(|word| MAY.contains(&word))
        .then_some((at, Take::Beside))
}

/// What words of languages without spaces take out of a piece. `is_word` tells whether a place is no part of a title.
pub(super) fn without_spaces(
    piece: &str,
    is_word: impl Fn(usize) -> bool,
) -> Option<(Range<usize>, Take)> {
    // Behind the names; of a piece that goes on (`T4以外のT1-T6`) only what stands before.
    const BEHIND: [(&str, Take); 24] = [
        ("以外", Take::Except),
        ("を除", Take::Except),
        ("は除", Take::Except),
        ("除く", Take::Except),
        ("除外", Take::Except),
        ("ではなく", Take::Except),
        ("は不要", Take::Except),
        ("に依存しない", Take::Except),
        ("を待たない", Take::Except),
        ("제외", Take::Except),
        ("불필요", Take::Except),
        ("필요 없음", Take::Except),
        ("并行", Take::Beside),
        ("並行", Take::Beside),
        ("並列", Take::Beside),
        ("同时", Take::Beside),
        ("同時", Take::Beside),
        ("无关", Take::Beside),
        ("独立", Take::Beside),
        ("無関係", Take::Beside),
        ("병렬", Take::Beside),
        ("동시", Take::Beside),
        ("독립", Take::Beside),
        ("무관", Take::Beside),
    ];
    const BEFORE: [(&str, Take); 12] = [
        ("不依赖", Take::Except),
        ("不需要", Take::Except),
        ("无需", Take::Except),
        ("不含", Take::Except),
        ("除了", Take::Except),
        ("除", Take::Except),
        ("参见", Take::Pointed),
        ("参考", Take::Pointed),
        ("参照", Take::Pointed),
        ("详见", Take::Pointed),
        ("참고", Take::Pointed),
        ("참조", Take::Pointed),
    ];
    if let Some((at, word, take)) = first_of(piece, &BEHIND, &is_word) {
        // `依赖 1.1 与 1.2 并行`
        let joint = piece[..at].rfind(['与', '和', '跟', '同']);
        let from = joint.filter(|_| take == Take::Beside).unwrap_or(0);
        let from = ["可以", "可", "能"]
            .iter()
            .find_map(|may| piece[..from].trim_end().strip_suffix(may))
            .map_or(from, str::len);
        let end = at + word.len();
        let end = match take {
            Take::Beside => end + following(&piece[end..]),
            _ => end,
        };
        return Some((from..end, take));
    }
    let (at, word, take) = first_of(piece, &BEFORE, &is_word)?;
    let behind = at + word.len();
    // `除T4外`, `除 T4 以外`
    let end = match piece[behind..].find('外') {
        Some(end) if word.starts_with('除') => behind + end + '外'.len_utf8(),
        _ => piece.len(),
    };
    Some((at..end, take))
}

/// The first of some words that stands by itself.
fn first_of<'w>(
    text: &str,
    words: &'w [(&'w str, Take)],
    is_word: impl Fn(usize) -> bool,
) -> Option<(usize, &'w str, Take)> {
    let found = words.iter().filter_map(|(word, take)| {
        let mut all = text.match_indices(word).map(|(at, _)| at);
        let at = all.find(|&at| is_word(at) && !is_part(text, at, word, *take))?;
        Some((at, *word, *take))
    });
    found.min_by_key(|(at, ..)| *at)
}

/// What goes on with a word that says what is done at the same time: the `执行` of `并行执行`.
const FOLLOWING: [&str; 29] = [
    "执行", "进行", "开发", "运行", "推进", "可", "于", "的", "地", "で", "に", "し", "す", "実行",
    "作業", "開発", "実施", "進行", "로", "으로", "에", "적", "하", "실행", "진행", "작업", "가능",
    "不", "不可",
];

/// How much of the start of a text is such words.
fn following(text: &str) -> usize {
    let mut rest = text;
    while let Some(behind) = FOLLOWING.iter().find_map(|word| rest.strip_prefix(word)) {
        rest = behind;
    }
    text.len() - rest.len()
}

/// Whether a word is a part of a longer one: `并行` of `并行计算`, `除` of `删除`.
fn is_part(text: &str, at: usize, word: &str, take: Take) -> bool {
    let before = text[..at].chars().next_back();
    let behind = &text[at + word.len()..];
    match (word, take) {
        ("除", _) => before.is_some_and(|c| "删刪清解排移消掃扫削去扣免".contains(c)),
        (_, Take::Beside) => {
            let first = behind.chars().next();
            first.is_some_and(|c| c.is_alphanumeric() && !c.is_ascii())
                && !FOLLOWING.iter().any(|word| behind.starts_with(word))
        }
        _ => false,
    }
}
