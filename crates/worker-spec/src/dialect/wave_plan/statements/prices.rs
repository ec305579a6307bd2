//! What is paid for so much of something: "Large: 60 workers - $0.03/1K tokens", and what is called too expensive.

use std::ops::Range;

use super::Reader;
use crate::Subject;
use crate::amount::{Measure, amounts};
use crate::dialect::wave_plan::cells::plain;
use crate::dialect::wave_plan::outline::Place;

/// What a statement about a price is said with when the price is called too high.
const DEAR: &str = "too expensive";

impl Reader<'_> {
    /// The price that a line of a list gives to what it begins with; and a line that calls something too expensive.
    pub(super) fn prices(&mut self, span: &Range<usize>, place: Place) {
        let text = self.text(span);
        let dear = is_called_dear(text);
        let price = text
            .contains(['$', '€', '£'])
            .then(|| price(text))
            .flatten();
        let name = name_of(text);
        let (at, value) = match (price, name) {
            (Some((at, unit)), Some(name)) => {
                let amount = &text[at.clone()];
                (at, format!("{name}: {amount}/{unit}"))
            }
            _ if dear => (0..text.len(), plain(text).into_owned()),
            _ => return,
        };
        let at = span.start + at.start..span.start + at.end;
        let amount = self
            .amount(Subject::Price, &at)
            .filter(|_| value.contains('/'));
        self.state(Subject::Price, at, amount, place);
        if let Some(statement) = self.found.statements.last_mut() {
            statement.value = value;
            statement.case = dear.then(|| DEAR.to_owned());
        }
    }
}

fn is_called_dear(text: &str) -> bool {
    const SAYS: [&str; 7] = [
        "too expensive",
        "most expensive",
        "too costly",
        "costs ridiculous",
        "ridiculously expensive",
        "prohibitively expensive",
        "overpriced",
    ];
    let lower = text.to_ascii_lowercase();
    let not = ["not too expensive", "isn't too expensive"]
        .iter()
        .any(|words| lower.contains(words));
    !not && SAYS.iter().any(|words| lower.contains(words))
}

/// An amount of money and what it is paid for: `$0.03`, `1k`.
fn price(text: &str) -> Option<(Range<usize>, String)> {
    amounts(text).find_map(|(amount, at)| {
        let behind = &text[at.end..];
        let unit = behind
            .strip_prefix('/')
            .or_else(|| behind.strip_prefix(" per "))?;
        let end = unit
            .find(|c: char| !c.is_alphanumeric())
            .unwrap_or(unit.len());
        let is_price = amount.measure == Measure::Money && end > 0;
        is_price.then(|| (at, unit[..end].to_lowercase()))
    })
}

/// What a line begins with, before its colon: one or two words.
fn name_of(text: &str) -> Option<String> {
    let (name, _) = text.split_once(':')?;
    let name = plain(name);
    let name = name.trim_matches(|c: char| !c.is_alphanumeric());
    let words = name.split_whitespace().count();
    ((1..=2).contains(&words) && name.starts_with(char::is_alphabetic)).then(|| name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prices_of_lines() {
        let shown = |text: &'static str| price(text).map(|(at, unit)| (&text[at], unit));
        let found = shown("**Large: 68 workers - $0.015/1K tokens**");
        assert_eq!(found, Some(("$0.015", "1k".to_owned())));
        assert_eq!(shown("Small: $2 per hour"), Some(("$2", "hour".to_owned())));
        assert_eq!(shown("Small: $2"), None);
        assert_eq!(name_of("**Large: 68 workers**").as_deref(), Some("Large"));
        assert_eq!(name_of("In the end it is this: $2"), None);
        assert!(is_called_dear("← TOO EXPENSIVE at scale"));
        assert!(!is_called_dear("not too expensive"));
    }
}
