//! Arrows of one line: `T1 → T2 → T3` is one chain, `T1 → T2, T1 → T3` is two.
//!
//! A comma between arrows stands in a list of names (`T1 → T2, T3 → T4` as a diamond) or between two chains. It is between
//! chains where a semicolon would do as well: when a name occurs twice on the line, which no chain in earnest has, or when
//! every piece has one arrow of its own. The latter may be meant as a diamond; the chains state what both readings share.

use std::ops::Range;

use super::waiting::{self, in_lower_case, phrases_at};
use crate::{Code, Diagnostic};

/// Arrows that point back: what stands behind one comes first. Longer ones go before their beginnings.
const BACK: [&str; 14] = [
    "<──",
    "<─",
    "←──",
    "←─",
    "◀──",
    "◀─",
    "<--",
    "<-",
    "<==",
    "⟵",
    "←",
    "◀",
    "◄",
    "⇐",
];

/// The parts of a line between arrows that point back, so that each waits for the next; nothing when there are none, or some
/// point both ways.
pub(super) fn between_back(line: &str) -> Vec<Range<usize>> {
    let may = |byte: &u8| *byte == b'<' || *byte == 0xE2;
    if !line.bytes().any(|byte| may(&byte)) || line.contains('>') {
        return Vec::new();
    }
    let mut parts = Vec::new();
    let (mut start, mut at) = (0, 0);
    while let Some(next) = line.as_bytes()[at..].iter().position(may) {
        at += next;
        match BACK.iter().find(|arrow| line[at..].starts_with(**arrow)) {
            Some(arrow) => {
                parts.push(start..at);
                at += arrow.len();
                start = at;
            }
            None => at += line[at..].chars().next().map_or(1, char::len_utf8),
        }
    }
    if parts.is_empty() {
        return parts;
    }
    parts.push(start..line.len());
    parts
}

/// Whether an arrow of a line points both ways, which orders nothing.
pub(super) fn points_both_ways(line: &str) -> bool {
    line.contains('<')
        && ["<->", "<-->", "<=>", "<==>"]
            .iter()
            .any(|arrow| line.contains(arrow))
}

/// Whether all arrows of a line tell how amounts or versions changed: "3.2% → 7.8%", "v1.2 → v1.3". Nothing waits there.
pub(super) fn changes_an_amount(line: &str) -> bool {
    const ARROWS: [&str; 4] = ["→", "->", "➜", "⟶"];
    ARROWS.iter().any(|arrow| line.contains(arrow))
        && ARROWS.iter().all(|arrow| {
            line.match_indices(arrow).all(|(at, _)| {
                let before = line[..at].trim_end_matches([' ', '-', '*', '`']);
                let behind = line[at + arrow.len()..].trim_start_matches([' ', '*', '`']);
                let before = before
                    .rsplit([' ', '(', '*', '`', '→', '>'])
                    .next()
                    .unwrap_or_default();
                let behind = behind
                    .split([' ', ')', ',', ';', '*', '`', '→', '-'])
                    .next()
                    .unwrap_or_default();
                is_amount(before) && is_amount(behind)
            })
        })
}

/// `41.5%`, `$12`, `v1.2.0`: an amount with its unit, or a version.
fn is_amount(word: &str) -> bool {
    let number = |text: &str| {
        text.starts_with(|c: char| c.is_ascii_digit())
            && text
                .bytes()
                .all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b','))
    };
    // "V1 → V2" are names.
    let is_version = |text: &str| text.contains('.') && number(text);
    if word.strip_prefix(['v', 'V']).is_some_and(is_version) {
        return true;
    }
    let behind = ["$", "€", "£", "~"];
    let before = ["%", "€", "$", "ms", "MB", "GB", "KB", "kB", "x"];
    behind
        .iter()
        .any(|sign| word.strip_prefix(sign).is_some_and(number))
        || before
            .iter()
            .any(|unit| word.strip_suffix(unit).is_some_and(number))
}

/// Whether an arrow of a line stands between amounts, which change from the one to the other: "20.5% → 41.5%", "$5 → $7".
pub(super) fn join_amounts(line: &str, parts: &[Range<usize>]) -> bool {
    let is_digit = |c: char| c.is_ascii_digit();
    let ends = |part: &str| {
        let bare = part.trim_end().strip_suffix('%').unwrap_or_default();
        bare.trim_end().ends_with(is_digit)
    };
    let begins = |part: &str| {
        let bare = part.trim_start_matches([' ', '~', '≈', '*']);
        let behind =
            bare.trim_start_matches(|c: char| c.is_ascii_digit() || matches!(c, '.' | ','));
        let is_share = behind.len() < bare.len() && behind.trim_start().starts_with('%');
        is_share
            || bare
                .strip_prefix(['$', '€', '£', '¥'])
                .is_some_and(|bare| bare.starts_with(is_digit))
    };
    parts
        .windows(2)
        .any(|pair| ends(&line[pair[0].clone()]) || begins(&line[pair[1].clone()]))
}

/// Whether what stands behind an arrow says itself what waits for what: "T2 → depends on T1".
pub(super) fn stand_before_phrases(line: &str, parts: &[Range<usize>]) -> bool {
    parts.iter().skip(1).any(|part| {
        let behind = in_lower_case(line[part.clone()].trim_start());
        let mut begins = phrases_at(&behind, 0);
        begins.any(|phrase| phrase.strength != waiting::Strength::Arrow)
    })
}

/// The chains of a line.
#[derive(Debug)]
pub(super) struct Chains {
    /// The parts of each, between its arrows.
    pub(super) chains: Vec<Vec<Range<usize>>>,
    /// Whether the line may be meant as one chain with lists in it.
    pub(super) is_ambiguous: bool,
}

/// Cuts the parts between the arrows of a line into chains. `names` tells what a part names.
pub(super) fn chains<N>(
    line: &str,
    parts: Vec<Range<usize>>,
    names: impl Fn(Range<usize>) -> N,
) -> Chains
where
    N: IntoIterator<Item = String>,
{
    let names = |part| names(part).into_iter().collect::<Vec<String>>();
    let inner = 1..parts.len().saturating_sub(1).max(1);
    let cuts: Vec<Option<Cut>> = parts
        .iter()
        .enumerate()
        .map(|(at, part)| {
            inner
                .contains(&at)
                .then(|| cut(line, part.clone(), &names))?
        })
        .collect();
    let whole = |parts| Chains {
        chains: vec![parts],
        is_ambiguous: false,
    };
    if cuts.iter().all(Option::is_none) {
        return whole(parts);
    }
    let hard = cuts
        .iter()
        .flatten()
        .any(|cut| cut.strength == Strength::Hard);
    // Who has semicolons between chains means lists by commas.
    let repeats = !hard && repeats(&parts, &names);
    let soft = |cut: &Cut| cut.strength == Strength::Soft;
    let mut inside = cuts[inner].iter();
    let is_regular = inside.all(|cut| cut.as_ref().is_some_and(soft));
    let spacing = Spacing::new(line, &parts, cuts.iter().flatten());
    let counts = |cut: &Cut| match cut.strength {
        Strength::Hard => true,
        Strength::Soft => repeats || is_regular && spacing != Spacing::OfList,
        Strength::Weak => repeats,
    };
    let is_ambiguous = !repeats && is_regular && spacing == Spacing::Even;
    let mut chains = vec![Vec::new()];
    for (part, cut) in parts.into_iter().zip(&cuts) {
        let open = chains.len() - 1;
        match cut.as_ref().filter(|cut| counts(cut)) {
            Some(cut) => {
                chains[open].push(part.start..cut.before);
                chains.push(std::iter::once(cut.after..part.end).collect());
            }
            None => chains[open].push(part),
        }
    }
    Chains {
        chains,
        is_ambiguous,
    }
}

/// The complaint about a line that can be taken in two ways.
pub(super) fn ambiguous() -> Diagnostic {
    let message = "these arrows may be several chains, or one with lists in it";
    Diagnostic::warning(Code::AMBIGUOUS_ORDER, message)
        .help("write `;` between chains, and `&` between the names of a list")
}

/// A place where one chain may end and another begin.
#[derive(Debug)]
struct Cut {
    before: usize,
    after: usize,
    strength: Strength,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Strength {
    /// A space.
    Weak,
    /// A comma, "and".
    Soft,
    /// A semicolon.
    Hard,
}

const MARKS: [(&str, Strength); 17] = [
    (";", Strength::Hard),
    ("；", Strength::Hard),
    (",", Strength::Soft),
    ("，", Strength::Soft),
    ("、", Strength::Soft),
    (" | ", Strength::Soft),
    (". ", Strength::Soft),
    ("。", Strength::Soft),
    (" and ", Strength::Soft),
    (" und ", Strength::Soft),
    (" et ", Strength::Soft),
    (" y ", Strength::Soft),
    (" e ", Strength::Soft),
    (" en ", Strength::Soft),
    (" и ", Strength::Soft),
    ("  ", Strength::Weak),
    (" ", Strength::Weak),
];

/// The last of the strongest marks in a part that has names on both sides. Marks in brackets are part of a list.
fn cut(
    line: &str,
    part: Range<usize>,
    names: &impl Fn(Range<usize>) -> Vec<String>,
) -> Option<Cut> {
    let mut found: Vec<Cut> = Vec::new();
    let mut depth = 0_usize;
    for (at, c) in line[part.clone()].char_indices() {
        let at = part.start + at;
        match c {
            '(' | '[' | '{' | '（' => depth += 1,
            ')' | ']' | '}' | '）' => depth = depth.saturating_sub(1),
            _ => {}
        }
        let mark = MARKS
            .iter()
            .find(|(mark, _)| depth == 0 && line[at..part.end].starts_with(mark));
        if let Some((mark, strength)) = mark {
            found.push(Cut {
                before: at,
                after: at + mark.len(),
                strength: *strength,
            });
        }
    }
    found.sort_by_key(|cut| std::cmp::Reverse((cut.strength, cut.before)));
    // More marks than any list in earnest.
    const MOST: usize = 32;
    let cut = found.into_iter().take(MOST).find(|cut| {
        !names(cut.after..part.end).is_empty() && !names(part.start..cut.before).is_empty()
    })?;
    // "Phase 2, 3": the number goes on with the list.
    let first = |range: Range<usize>| line[range].trim_start().chars().next();
    let is_word = |c: Option<char>| c.is_some_and(char::is_alphabetic);
    let goes_on = is_word(first(part.start..cut.before))
        && first(cut.after..part.end).is_some_and(|c| c.is_ascii_digit());
    (!goes_on).then_some(cut)
}

/// Whether a name occurs twice.
fn repeats(parts: &[Range<usize>], names: &impl Fn(Range<usize>) -> Vec<String>) -> bool {
    let mut known = std::collections::HashSet::new();
    let mut all = parts.iter().flat_map(|part| names(part.clone()));
    all.any(|name| !known.insert(name.to_lowercase()))
}

/// What the spaces around arrows and behind commas say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Spacing {
    /// `A → B,C → D`: what stands closer together belongs together.
    OfList,
    /// `A→B, C→D`
    OfChains,
    Even,
}

impl Spacing {
    fn new<'c>(
        line: &str,
        parts: &[Range<usize>],
        mut cuts: impl Iterator<Item = &'c Cut>,
    ) -> Spacing {
        let arrows = parts.iter().skip(1);
        let spaced_arrows = arrows
            .clone()
            .any(|part| line[part.clone()].starts_with(' '));
        let spaced_marks =
            cuts.any(|cut| line[..cut.after].ends_with(' ') || line[cut.after..].starts_with(' '));
        match (spaced_arrows, spaced_marks) {
            (true, false) => Spacing::OfList,
            (false, true) => Spacing::OfChains,
            _ => Spacing::Even,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_no_names() {
        let read = |line: &str| {
            let at = line.find('→').expect("an arrow");
            join_amounts(line, &[0..at, at + '→'.len_utf8()..line.len()])
        };
        assert!(read("covered (20.5% → 41.5%)"));
        assert!(read("3.2 → 7.8 %"));
        assert!(read("$5 → $7"));
        assert!(!read("1.1 → 1.2"));
        assert!(!read("T1 (50%) → T2"));
        assert!(!read("→"));
    }

    /// The chains of a line whose names are words of a capital and a number.
    fn read(line: &str) -> String {
        let mut parts = Vec::new();
        let mut start = 0;
        for (at, arrow) in line.match_indices('→') {
            parts.push(start..at);
            start = at + arrow.len();
        }
        parts.push(start..line.len());
        let names = |range: Range<usize>| {
            let words = line[range].split(|c: char| !c.is_alphanumeric());
            words
                .filter(|word| word.contains(|c: char| c.is_ascii_digit()))
                .map(str::to_owned)
                .collect::<Vec<_>>()
        };
        let found = chains(line, parts, names);
        let written: Vec<String> = found
            .chains
            .iter()
            .map(|chain| {
                let names = chain.iter().map(|part| names(part.clone()).join("+"));
                names.collect::<Vec<_>>().join(">")
            })
            .collect();
        let doubt = if found.is_ambiguous { "?" } else { "" };
        format!("{}{doubt}", written.join(" "))
    }

    #[test]
    fn chains_of_lines() {
        for (line, expected) in [
            ("T1 → T2 → T3", "T1>T2>T3"),
            ("T1 → T2, T1 → T3", "T1>T2 T1>T3"),
            ("T1 → T2, T2 → T3, T1 → T4", "T1>T2 T2>T3 T1>T4"),
            ("T1 → T2 → T3, T1 → T4", "T1>T2>T3 T1>T4"),
            ("T1 → T2, T3, T2 → T4", "T1>T2+T3 T2>T4"),
            ("T1 → T3, T2 → T3", "T1>T3 T2>T3"),
            ("T1 → T2; T3 → T4", "T1>T2 T3>T4"),
            ("T1 → T2；T3 → T4", "T1>T2 T3>T4"),
            ("T1 → T2, T3; T4 → T5", "T1>T2+T3 T4>T5"),
            ("T1 → T2, T3 → T4; T4 → T5", "T1>T2+T3>T4 T4>T5"),
            ("T1 → T2 and T1 → T3", "T1>T2 T1>T3"),
            ("T1 → T2 und T1 → T3", "T1>T2 T1>T3"),
            ("T1→T2 T1→T3", "T1>T2 T1>T3"),
            ("T1 → T2，T1 → T3", "T1>T2 T1>T3"),
            ("T1 → T2, done → T3", "T1>T2>T3"),
            ("T1→T2, T3→T4", "T1>T2 T3>T4"),
            // Lists within a chain.
            ("T1 → T2, T3 → T4 → T5", "T1>T2+T3>T4>T5"),
            ("T1 → T2, T3, T4", "T1>T2+T3+T4"),
            ("T1 → T2,T3 → T4", "T1>T2+T3>T4"),
            ("T1 → (T2, T3) → T4", "T1>T2+T3>T4"),
            ("T1 → [T2, T3] → T4", "T1>T2+T3>T4"),
            ("T1 → T2 & T3 → T4", "T1>T2+T3>T4"),
            ("T1 → T2 + T3 → T4", "T1>T2+T3>T4"),
            ("Phase 1 → Phase 2, 3 → Phase 4", "1>2+3>4"),
            // Either.
            ("T1 → T2, T3 → T4", "T1>T2 T3>T4?"),
            ("T1 → T2, T3 → T4, T5 → T6", "T1>T2 T3>T4 T5>T6?"),
        ] {
            assert_eq!(read(line), expected, "{line}");
        }
    }

    #[test]
    fn amounts_that_change() {
        for line in [
            "Lamps (20.5% → 41.5%)",
            "5.5%→6.5%",
            "Rust v1.2 → v1.3.1",
            "**40ms** → **12ms**",
        ] {
            assert!(changes_an_amount(line), "{line}");
        }
        for line in [
            "1.2 → 1.3",
            "T1 (50%) → T2",
            "T1 → T2 at 50%",
            "é→5%",
            "V1 → V2",
            "T1 → T2 (40ms → 20ms) → T3",
        ] {
            assert!(!changes_an_amount(line), "{line}");
        }
    }
}
