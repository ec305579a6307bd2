//! Names of sections by a noun that several of them share: `Package A: Tables`, `Package B: Engine`; `PR 1: …`, `PR 2: …`.

use std::collections::{HashMap, HashSet};

use super::super::cells::is_picture;
use super::super::numbered::kind_of;
use super::super::outline::is_alternative;
use super::super::task_names::{Form, TaskName};
use crate::Document;
use crate::groups::find_groups;
use crate::markdown::BlockKind;

/// Nouns of parts of texts and of what is not done: a chapter may state how long it takes to read.
const NO_WORK: [&str; 27] = [
    "annex",
    "appendix",
    "assumption",
    "case",
    "chapter",
    "day",
    "decision",
    "example",
    "figure",
    "goal",
    "hour",
    "kapitel",
    "lesson",
    "month",
    "note",
    "part",
    "principle",
    "question",
    "quarter",
    "requirement",
    "risk",
    "rule",
    "section",
    "table",
    "tag",
    "version",
    "week",
];

/// The nouns, in lower case, that several headings of one level have before different numbers or letters.
pub(super) fn shared(document: &Document) -> HashSet<String> {
    let text = document.text();
    let mut found: HashMap<(u8, String), HashSet<&str>> = HashMap::new();
    let mut twice: HashSet<String> = HashSet::new();
    for block in &document.markdown().blocks {
        if let BlockKind::Heading { level, text: span } = &block.kind
            && let Some(parts) = parts(&text[span.clone()])
        {
            let noun = parts.noun.to_lowercase();
            let numbers = found.entry((*level, noun.clone())).or_default();
            if !numbers.insert(parts.number) {
                twice.insert(noun);
            }
        }
    }
    found
        .into_iter()
        .filter(|((_, noun), numbers)| numbers.len() > 1 && !twice.contains(noun))
        .map(|((_, noun), _)| noun)
        .collect()
}

/// The name that a heading begins with, when its noun is one of these.
pub(super) fn name<'t>(text: &'t str, nouns: &HashSet<String>) -> Option<TaskName<'t>> {
    if nouns.is_empty() {
        return None;
    }
    let parts = parts(text).filter(|parts| nouns.contains(&parts.noun.to_lowercase()))?;
    // Where all are called so, a number alone says which.
    let is_number = parts.number.starts_with(|c: char| c.is_ascii_digit());
    let alias = (nouns.len() == 1 && is_number).then(|| parts.number.to_owned());
    Some(TaskName {
        id: format!("{} {}", parts.noun, parts.number),
        aliases: alias.into_iter().collect(),
        written: parts.written,
        rest: parts.rest,
        form: Form::Noun(parts.noun.to_lowercase()),
    })
}

/// The number behind the noun that a heading begins with: the `2` of `Workstream 2: Tables`, whatever the noun means.
pub(super) fn number_behind_noun(text: &str) -> Option<&str> {
    let parts = split(text)?;
    let is_of_text = NO_WORK.contains(&parts.noun.to_lowercase().as_str());
    (!is_of_text && !is_alternative(text)).then_some(parts.number)
}

struct Parts<'t> {
    noun: &'t str,
    number: &'t str,
    written: &'t str,
    rest: &'t str,
}

/// `Package A: Tables`. Nothing where the noun has a meaning of its own: `Agent 1`, `Phase 2`, `Option A`.
fn parts(text: &str) -> Option<Parts<'_>> {
    let parts = split(text)?;
    let lower = parts.noun.to_lowercase();
    let has_meaning = NO_WORK.contains(&lower.as_str())
        || kind_of(parts.noun).is_some()
        || is_alternative(parts.written)
        || find_groups(parts.written)
            .next()
            .is_some_and(|group| group.start == 0);
    (!has_meaning).then_some(parts)
}

fn split(text: &str) -> Option<Parts<'_>> {
    let text = text.trim_start_matches(|c: char| {
        c.is_whitespace() || is_picture(c) || matches!(c, '*' | '`' | '_' | '[')
    });
    let end = text.find(|c: char| !c.is_alphabetic())?;
    let noun = &text[..end];
    let gap = text[end..].trim_start_matches(['#', ' ']);
    let letters = noun.chars().count();
    if !(2..=20).contains(&letters) || gap.len() == text[end..].len() {
        return None;
    }
    let length = number(gap);
    let rest = &gap[length..];
    if length == 0 || !ends(rest) {
        return None;
    }
    Some(Parts {
        noun,
        number: &gap[..length],
        written: &text[..text.len() - rest.len()],
        rest: rest.trim_start_matches(|c: char| {
            c.is_whitespace()
                || matches!(
                    c,
                    ':' | '：' | '-' | '–' | '—' | '|' | '*' | '`' | ']' | '.'
                )
        }),
    })
}

/// The length of `7`, `1.2`, `A`, `α` at the start of a text.
fn number(text: &str) -> usize {
    let digits = text
        .bytes()
        .take_while(|byte| byte.is_ascii_digit() || *byte == b'.')
        .count();
    let number = text[..digits].trim_end_matches('.');
    let is_counted = number.starts_with(|c: char| c.is_ascii_digit()) && number.len() <= 6;
    let length = match text.chars().next() {
        _ if is_counted => number.len(),
        Some(c) if c.is_uppercase() || matches!(c, 'α'..='ω') => c.len_utf8(),
        _ => 0,
    };
    let goes_on = text[length..].starts_with(|c: char| c.is_alphanumeric() || c == '_');
    if goes_on { 0 } else { length }
}

/// Whether a name ends where this follows: `: Tables`, ` — Tables`.
fn ends(rest: &str) -> bool {
    let rest = rest.trim_start_matches(['*', '`', '_', ']']);
    rest.trim().is_empty()
        || rest.starts_with([':', '：', '–', '—'])
        || rest.starts_with(". ")
        || [" - ", " – ", " — ", " | ", " ("]
            .iter()
            .any(|mark| rest.starts_with(mark))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nouns_and_numbers() {
        for (text, expected) in [
            ("Package A: Tables", Some(("Package", "A", "Tables"))),
            ("📦 **Module B** — Engine", Some(("Module", "B", "Engine"))),
            ("PR 1: Rename", Some(("PR", "1", "Rename"))),
            ("PR #2: Move", Some(("PR", "2", "Move"))),
            ("Paket Ω: Ende", Some(("Paket", "Ω", "Ende"))),
            ("Lot 1.2", Some(("Lot", "1.2", ""))),
            ("Agent 1: Tables", None),
            ("Phase 2: Tables", None),
            ("Option A: Tables", None),
            ("Chapter 3: Tables", None),
            ("Plan A is best", None),
            ("HTTP2: Tables", None),
            ("A 1: Tables", None),
            ("Größe Ärger", None),
            ("é", None),
        ] {
            let found = parts(text).map(|parts| (parts.noun, parts.number, parts.rest));
            assert_eq!(found, expected, "{text}");
        }
    }
}
