//! Chains of task names: `A → B → C` on one line, or one name a line with arrows between.

use std::ops::Range;

use super::labels::is_chain;

/// A chain that goes down the lines of a fence.
#[derive(Debug, PartialEq)]
pub(super) struct Chain {
    pub(super) names: Vec<String>,
    pub(super) span: Range<usize>,
}

/// The longest chain of lines with a downward arrow between each two.
pub(super) fn chain(text: &str, span: Range<usize>) -> Option<Chain> {
    let mut found: Option<Chain> = None;
    let mut open: Option<Chain> = None;
    let mut arrow = false;
    let mut start = span.start;
    for line in text[span].split_inclusive('\n') {
        let at = start;
        start += line.len();
        let trimmed = line.trim();
        if trimmed.is_empty() {
            continue;
        }
        let is_arrow = trimmed
            .chars()
            .all(|c| matches!(c, '↓' | '│' | '|' | '▼' | 'v' | 'V' | '⬇' | '\u{fe0f}'));
        if is_arrow {
            arrow = true;
            continue;
        }
        let from = at + line.len() - line.trim_start().len();
        let place = from..from + trimmed.len();
        let name = bare_name(trimmed);
        let goes_on = arrow && !name.is_empty();
        arrow = false;
        match &mut open {
            Some(chain) if goes_on => {
                chain.names.push(name.to_owned());
                chain.span.end = place.end;
            }
            _ => {
                keep_longest(&mut found, open.take());
                open = Some(Chain {
                    names: vec![name.to_owned()],
                    span: place,
                });
            }
        }
    }
    keep_longest(&mut found, open);
    found.filter(|chain| chain.names.len() > 1)
}

fn keep_longest(found: &mut Option<Chain>, other: Option<Chain>) {
    let length = |chain: &Option<Chain>| chain.as_ref().map_or(0, |chain| chain.names.len());
    if length(&other) > length(found) {
        *found = other;
    }
}

/// The names of a chain on one line; none when the line is no chain.
pub(in crate::dialect) fn names_of(text: &str) -> Vec<String> {
    if !is_chain(text) {
        return Vec::new();
    }
    // "A → B → C = 12 h" goes on with its sum.
    let text = text.split(" = ").next().unwrap_or(text);
    let arrows = text.replace("->", "→").replace("=>", "→");
    let names: Vec<String> = arrows
        .split('→')
        .map(|name| bare_name(name.trim_matches(['-', '=', ' '])).to_owned())
        .collect();
    if names.iter().any(String::is_empty) {
        return Vec::new();
    }
    names
}

/// A name without its duration in parentheses, marks and a remark behind an arrow.
fn bare_name(text: &str) -> &str {
    let end = text.find(['(', '（', '←', '[']).unwrap_or(text.len());
    text[..end].trim_matches(|c: char| c.is_whitespace() || matches!(c, '*' | '`' | ':' | '.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn down_the_lines() {
        let text = "A-1 (30min)\n   ↓\nA-2 (1hr) ←── the key\n   ↓\nA-3\n\nTotal: 5 h\n";
        let found = chain(text, 0..text.len()).expect("a chain");
        assert_eq!(found.names, ["A-1", "A-2", "A-3"]);
        assert!(text[found.span].ends_with("A-3"));
        assert_eq!(chain("A-1\nA-2\n", 0..8), None);
    }

    #[test]
    fn on_a_line() {
        assert_eq!(
            names_of("Pump → Hull (3h) -> Mast = 9 h"),
            ["Pump", "Hull", "Mast"]
        );
        assert!(names_of("32 hours").is_empty());
        assert!(names_of("→ A").is_empty());
    }
}
