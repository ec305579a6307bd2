//! Margins between two rates: "5x safety margin" below the rate that is allowed and the one that is used.

use std::ops::Range;

use super::Reader;
use crate::amount::{Measure, amounts};
use crate::{Equation, Expression, Operator, Term};

/// How many lines a margin may stand below the rates that it is about.
const NEAR: usize = 4;

impl Reader<'_> {
    /// The equation that a margin states: the higher one of the last two rates over the lower one.
    pub(super) fn margin(&self, span: &Range<usize>) -> Option<Equation> {
        let (times, at) = margin(self.text(span))?;
        let location = self
            .document
            .location(span.start + at.start..span.start + at.end);
        let is_near = |place: &crate::Location| {
            place.line <= location.line && location.line - place.line <= NEAR
        };
        let near = self.found.figures.equations.iter().rev().take(NEAR * 2);
        let mut rates = near.filter_map(rate);
        let (last, before) = (rates.next()?, rates.next()?);
        if !is_near(&last.location) || !is_near(&before.location) {
            return None;
        }
        let (last_rate, rate_before) = (&last.terms[0], &before.terms[0]);
        let each = |term: &Term| {
            let per = term.per.map_or(1, |per| i128::from(per.low).max(1));
            i128::from(term.amount.low) * 1_000_000 / per
        };
        let (limit, used) = if each(last_rate) > each(rate_before) {
            (last, before)
        } else {
            (before, last)
        };
        let over = Term {
            operator: Operator::Over,
            ..used.terms[0].clone()
        };
        let quotient = Expression {
            terms: vec![limit.terms[0].clone(), over],
            text: format!("{} over {}", limit.text, used.text),
            location: limit.location.clone(),
        };
        let stated = Expression {
            terms: vec![Term {
                operator: Operator::Plus,
                amount: times,
                per: None,
            }],
            text: self.text(&location.span).to_owned(),
            location: location.clone(),
        };
        Some(Equation {
            sides: vec![quotient, stated],
            location,
        })
    }
}

/// The rate that an equation is about: its first side, or its last one.
fn rate(equation: &Equation) -> Option<&Expression> {
    let is_rate = |side: &&Expression| {
        let by_time = |term: &Term| {
            let per = term.per.filter(|per| per.measure == Measure::Seconds);
            term.amount.measure == Measure::Count && per.is_some()
        };
        matches!(side.terms.as_slice(), [term] if by_time(term))
    };
    let (first, last) = (equation.sides.first(), equation.sides.last());
    first.into_iter().chain(last).find(is_rate)
}

/// A factor that is called a margin, and where it stands.
fn margin(text: &str) -> Option<(crate::Amount, Range<usize>)> {
    const NAMES: [&str; 4] = ["safety margin", "safety factor", "headroom", "margin"];
    let (amount, at) = amounts(text).find(|(amount, _)| amount.measure == Measure::Times)?;
    let after = text[at.end..].trim_start_matches([' ', '*']).to_lowercase();
    let name = NAMES.iter().find(|name| after.starts_with(**name))?;
    let end = text.len() - after.len().min(text.len() - at.end) + name.len();
    text.is_char_boundary(end)
        .then_some((amount, at.start..end))
}

#[cfg(test)]
mod tests {
    use crate::{Document, read};

    #[test]
    fn a_margin_is_held_against_the_rates_above_it() {
        for (line, found) in [
            ("- Buffer: 5x safety margin", 3),
            ("- Buffer: **5x** headroom", 3),
            ("- Buffer: 5x faster", 2),
        ] {
            let text = format!(
                "# P\n\n| ID | Task | Estimate |\n|--|--|--|\n| T-1 | a | 1h |\n\n- Limit: 6,000 RPM = 100 RPS\n- Use: 10 workers / 2 s = 300 requests/min\n{line}\n"
            );
            let plan = read(&[Document::new("plan.md", text)]).value;
            assert_eq!(plan.figures.equations.len(), found, "{line}");
        }
    }
}
