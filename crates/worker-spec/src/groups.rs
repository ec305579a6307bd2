//! Groups named in running text: "Phase 4.1", "Phases 1-2", "Batch 3".

use std::ops::Range;

/// A group, or a range of groups of one kind, named in a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct GroupRange<'t> {
    /// `phase`, `wave`, …, in lower case.
    pub(crate) kind: &'static str,
    /// The number of the first group: `4.1`, `1A`.
    pub(crate) first: &'t str,
    /// The number of the last one, for a range.
    pub(crate) last: Option<&'t str>,
    /// Where the whole mention starts in the text.
    pub(crate) start: usize,
    /// Where it ends.
    pub(crate) end: usize,
}

/// The words for a group that begin with a letter, those of other languages among them, and what they mean here.
fn kinds_with(initial: u8) -> &'static [(&'static str, &'static str)] {
    match initial {
        b'b' => &[("batch", "batch")],
        b'e' => &[("etapa", "stage"), ("etappe", "stage")],
        b'f' => &[("fase", "phase")],
        b'g' => &[("group", "group"), ("gruppe", "group")],
        b'i' => &[("iteration", "iteration")],
        b'l' => &[("level", "level"), ("lote", "batch")],
        b'm' => &[("milestone", "milestone")],
        b'o' => &[("oleada", "wave"), ("onda", "wave")],
        b'p' => &[("phase", "phase")],
        b'r' => &[("round", "round"), ("ronda", "round")],
        b's' => &[("sprint", "sprint"), ("stage", "stage")],
        b't' => &[("track", "track")],
        b'v' => &[("vague", "wave")],
        b'w' => &[("wave", "wave"), ("welle", "wave")],
        _ => &[],
    }
}

/// Words of languages that put no space between words, and what they mean here. Longer ones go before their beginnings.
const UNSPACED: [(&str, &str); 27] = [
    ("フェーズ", "phase"),
    ("ステージ", "stage"),
    ("ウェーブ", "wave"),
    ("バッチ", "batch"),
    ("スプリント", "sprint"),
    ("グループ", "group"),
    ("トラック", "track"),
    ("マイルストーン", "milestone"),
    ("阶段", "phase"),
    ("階段", "phase"),
    ("段階", "stage"),
    ("批次", "batch"),
    ("冲刺", "sprint"),
    ("里程碑", "milestone"),
    ("단계", "phase"),
    ("스프린트", "sprint"),
    ("마일스톤", "milestone"),
    // These have spaces, but no letters of ASCII.
    ("Этап", "stage"),
    ("этап", "stage"),
    ("Фаза", "phase"),
    ("фаза", "phase"),
    ("Волна", "wave"),
    ("волна", "wave"),
    ("Спринт", "sprint"),
    ("спринт", "sprint"),
    ("Группа", "group"),
    ("группа", "group"),
];

/// More groups than any range in earnest.
const LONGEST_RANGE: u32 = 1000;

impl GroupRange<'_> {
    pub(crate) fn span(&self) -> Range<usize> {
        self.start..self.end
    }

    /// The numbers of the groups: `4.1-4.3` is `4.1`, `4.2`, `4.3`, and `4.1-3` is the same. A range that runs
    /// backwards, or over two series, is its two ends.
    pub(crate) fn numbers(&self) -> Vec<String> {
        let Some(last) = self.last else {
            return vec![self.first.to_owned()];
        };
        let (series, from) = split_last(self.first);
        let (last_series, to) = split_last(last);
        if let (Ok(from), Ok(to)) = (from.parse::<u32>(), to.parse::<u32>())
            && (last_series == series || last_series.is_empty())
            && from <= to
            && to - from < LONGEST_RANGE
        {
            return (from..=to)
                .map(|number| [series, &number.to_string()].concat())
                .collect();
        }
        vec![self.first.to_owned(), last.to_owned()]
    }

    /// The names of the groups: `phase 4.1`.
    pub(crate) fn names(&self) -> impl ExactSizeIterator<Item = String> + use<> {
        let kind = self.kind;
        self.numbers().into_iter().map(move |mut number| {
            if number.is_ascii() {
                number.make_ascii_lowercase();
            } else {
                number = number.to_lowercase();
            }
            [kind, " ", &number].concat()
        })
    }
}

/// The id of a group: `phase-4.1`.
pub(crate) fn group_id(kind: &str, number: &str) -> String {
    let mut id = [kind, "-", number].concat();
    if id.is_ascii() {
        id.make_ascii_lowercase();
        return id;
    }
    [&kind.to_lowercase(), "-", &number.to_lowercase()].concat()
}

/// The groups that a text names, in order. A kind without a number ("this phase") is none.
pub(crate) fn find_groups(text: &str) -> impl Iterator<Item = GroupRange<'_>> {
    let mut at = 0;
    // "Phases 1, 3 and 5": the kind goes on holding after the first number.
    let mut listed: Option<(&'static str, usize)> = None;
    std::iter::from_fn(move || {
        if let Some((kind, from)) = listed.take()
            && let Some(start) = after_list_mark(text, from)
            && let Some(found) = numbers_at(text, kind, start, start)
        {
            at = found.end;
            listed = Some((kind, found.end));
            return Some(found);
        }
        while at < text.len() {
            let start = next_letter(text, at)?;
            let rest = &text[start..];
            if !rest.starts_with(|c: char| c.is_ascii_alphabetic()) {
                at = start + rest.chars().next().map_or(1, char::len_utf8);
                if let Some(found) = unspaced(text, start) {
                    at = found.end;
                    return Some(found);
                }
                continue;
            }
            let letters = rest.bytes().take_while(u8::is_ascii_alphabetic).count();
            let end = start + letters;
            at = end;
            // Few words get further than their length and their first letter.
            let Some((kind, plural)) = kind_of(&text[start..end]) else {
                continue;
            };
            if text[..start].ends_with(|c: char| {
                (c.is_alphanumeric() && !is_unspaced(c)) || matches!(c, '_' | '/' | '-' | '.')
            }) {
                continue;
            }
            let gap = text[end..].trim_start_matches([' ', '_', '-', '#', '\u{a0}']);
            let number = text.len() - gap.len();
            if number - end > 3 {
                continue;
            }
            if let Some(found) = numbers_at(text, kind, start, number) {
                at = found.end;
                if plural {
                    listed = Some((kind, found.end));
                }
                return Some(found);
            }
        }
        None
    })
}

/// Where the next letter is with which the word for a group may begin.
fn next_letter(text: &str, mut at: usize) -> Option<usize> {
    let bytes = text.as_bytes();
    loop {
        // U+2E80 and all behind it begin with such a byte.
        // Cyrillic letters begin with D0 and D1.
        let is_start =
            |byte: &u8| byte.is_ascii_alphabetic() || *byte >= 0xE2 || matches!(byte, 0xD0 | 0xD1);
        let start = at + bytes[at..].iter().position(is_start)?;
        let begins_word = || !text[..start].ends_with(char::is_alphabetic);
        if bytes[start].is_ascii()
            || text[start..].starts_with(is_unspaced)
            || text[start..].starts_with(is_cyrillic) && begins_word()
        {
            return Some(start);
        }
        at = start + 1;
    }
}

/// Whether a letter belongs to a script that writes words without spaces, or with endings that join them.
fn is_unspaced(c: char) -> bool {
    u32::from(c) >= 0x2E80 && c.is_alphabetic()
}

fn is_cyrillic(c: char) -> bool {
    ('\u{400}'..='\u{4ff}').contains(&c)
}

/// `フェーズ1`, `第2フェーズ`, `阶段 3`, `第3阶段`, `1단계`, by the word at `at`.
fn unspaced(text: &str, at: usize) -> Option<GroupRange<'_>> {
    let (word, kind) = UNSPACED
        .iter()
        .find(|(word, _)| text[at..].starts_with(word))?;
    let end = at + word.len();
    let gap = text[end..].trim_start_matches([' ', '-', '#']);
    let number = text.len() - gap.len();
    if let Some(found) = numbers_at(text, kind, at, number).filter(|_| number - end <= 3) {
        return Some(found);
    }
    let before = text[..at].trim_end_matches(' ');
    let digits = before.bytes().rev().take_while(u8::is_ascii_digit).count();
    let first = before.len() - digits;
    let counted = before[..first].strip_suffix('第');
    let inside = before[..first].ends_with(|c: char| c.is_alphanumeric() || matches!(c, '.' | '-'));
    (digits > 0 && (counted.is_some() || !inside)).then(|| GroupRange {
        kind,
        first: &before[first..],
        last: None,
        start: counted.map_or(first, str::len),
        end,
    })
}

fn kind_of(word: &str) -> Option<(&'static str, bool)> {
    if !(4..=11).contains(&word.len()) {
        return None;
    }
    let initial = word.as_bytes()[0].to_ascii_lowercase();
    kinds_with(initial).iter().find_map(|(name, kind)| {
        let head = word.get(..name.len())?;
        let tail = &word[name.len()..];
        let plural = ["s", "es", "n"]
            .iter()
            .any(|ending| tail.eq_ignore_ascii_case(ending));
        (head.eq_ignore_ascii_case(name) && (tail.is_empty() || plural)).then_some((*kind, plural))
    })
}

fn numbers_at<'t>(
    text: &'t str,
    kind: &'static str,
    start: usize,
    at: usize,
) -> Option<GroupRange<'t>> {
    let first = number_at(text, at)?;
    let mut end = at + first.len();
    let gap = text[end..].trim_start_matches(' ');
    let mut last = None;
    for mark in ["-", "–", "—", "〜", "～", "to ", "through ", ".."] {
        if let Some(after) = gap.strip_prefix(mark) {
            let from = text.len() - after.trim_start_matches(' ').len();
            // "Phase 1 - 3 tasks" names one phase; a range with space around the dash has a dot or a kind.
            let spaced = from - end > mark.len() && mark == "-";
            let from = match kind_at(text, from) {
                Some((again, at)) if again == kind => at,
                _ if spaced => break,
                _ => from,
            };
            if let Some(number) = number_at(text, from) {
                last = Some(number);
                end = from + number.len();
            }
            break;
        }
    }
    Some(GroupRange {
        kind,
        first,
        last,
        start,
        end,
    })
}

/// The kind that is repeated before a number, and where the number is.
fn kind_at(text: &str, at: usize) -> Option<(&'static str, usize)> {
    let rest = &text[at..];
    let end = rest.find(|c: char| !c.is_ascii_alphabetic())?;
    let (kind, _) = kind_of(&rest[..end])?;
    let gap = rest[end..].trim_start_matches([' ', '_', '-', '#']);
    Some((kind, text.len() - gap.len()))
}

/// `4`, `4.10`, `1A`, `2b.1`.
fn number_at(text: &str, at: usize) -> Option<&str> {
    let rest = &text[at..];
    let bytes = rest.as_bytes();
    let mut end = 0;
    loop {
        let digits = bytes[end..]
            .iter()
            .take_while(|byte| byte.is_ascii_digit())
            .count();
        if digits == 0 {
            break;
        }
        end += digits;
        if bytes.get(end).is_some_and(u8::is_ascii_alphabetic)
            && !bytes
                .get(end + 1)
                .is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'_')
        {
            end += 1;
        }
        if bytes.get(end) == Some(&b'.') && bytes.get(end + 1).is_some_and(u8::is_ascii_digit) {
            end += 1;
        } else {
            break;
        }
    }
    let follows = rest[end..].chars().next();
    let goes_on = |c: char| (c.is_alphanumeric() && !is_unspaced(c)) || c == '_';
    (end > 0 && !follows.is_some_and(goes_on)).then(|| &rest[..end])
}

fn after_list_mark(text: &str, from: usize) -> Option<usize> {
    let rest = text[from..].trim_start_matches(' ');
    let rest = [", and ", ",", "and ", "& ", "+ ", "、"]
        .iter()
        .find_map(|mark| rest.strip_prefix(mark))?;
    Some(text.len() - rest.trim_start_matches(' ').len())
}

fn split_last(number: &str) -> (&str, &str) {
    number
        .rfind('.')
        .map_or(("", number), |dot| number.split_at(dot + 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &[&str]) {
        let found: Vec<String> = find_groups(text).flat_map(|group| group.names()).collect();
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn groups_in_text() {
        check("Phase 4.10 complete", &["phase 4.10"]);
        check("(Phase 1A)", &["phase 1a"]);
        check(
            "after batch_3, wave-2 and SPRINT #4",
            &["batch 3", "wave 2", "sprint 4"],
        );
        check(
            "this phase, phased 4 ways, docs/phase-1.md, Phase four",
            &[],
        );
        check("Phase 1: x", &["phase 1"]);
        check("Phase 1 - 3 tasks", &["phase 1"]);
        check("Phase 2nd", &[]);
    }

    #[test]
    fn groups_in_words_without_spaces() {
        check("フェーズ2の完了", &["phase 2"]);
        check("第1フェーズ、阶段 2", &["phase 1", "phase 2"]);
        check("第3阶段完成后", &["phase 3"]);
        check("1단계 완료", &["phase 1"]);
        check("全フェーズ、10.2段階、段階的に", &[]);
    }

    #[test]
    fn ranges_and_lists() {
        check("Phase 1-2 complete", &["phase 1", "phase 2"]);
        check("Phase 4.1-4.3", &["phase 4.1", "phase 4.2", "phase 4.3"]);
        check("Phase 4.9 – 4.10", &["phase 4.9", "phase 4.10"]);
        check(
            "Phase 1 through Phase 3",
            &["phase 1", "phase 2", "phase 3"],
        );
        check("Phases 1, 3 and 5 done", &["phase 1", "phase 3", "phase 5"]);
        check("Phase 1, 3 of them", &["phase 1"]);
        check("Phase 3-1", &["phase 3", "phase 1"]);
    }
}
