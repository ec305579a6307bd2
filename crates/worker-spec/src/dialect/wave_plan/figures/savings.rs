//! Shares that are said to be saved: "90% reduction (50h → 5h)".

use std::ops::Range;

use crate::Amount;
use crate::amount::{Measure, amounts};

/// A share that a line says is saved, and what the line says of before and after.
#[derive(Debug, PartialEq)]
pub(in crate::dialect::wave_plan) struct Saved {
    pub(in crate::dialect::wave_plan) share: Amount,
    pub(in crate::dialect::wave_plan) at: Range<usize>,
    pub(in crate::dialect::wave_plan) of: Of,
}

/// What a share is a share of.
#[derive(Debug, PartialEq)]
pub(in crate::dialect::wave_plan) enum Of {
    /// Both amounts stand on the line.
    Both(Amount, Amount),
    /// Only what it becomes.
    After(Amount),
    /// Only what is saved.
    Difference(Amount),
    /// Nothing stands there, but that it is about money.
    Cost,
}

/// Reads a saving.
pub(in crate::dialect::wave_plan) fn saved(text: &str) -> Option<Saved> {
    let found: Vec<_> = amounts(text).collect();
    let (share, at) = found.iter().find(|(amount, at)| {
        let says = means_saving(&text[at.end..]) || is_of_saving(&text[..at.start]);
        amount.measure == Measure::Percent && says
    })?;
    let kind = |measure| {
        found
            .iter()
            .filter(move |(amount, _)| amount.measure == measure)
            .map(|(amount, _)| *amount)
            .collect::<Vec<Amount>>()
    };
    let lower = text[..at.start].to_ascii_lowercase();
    let (times, money) = (kind(Measure::Seconds), kind(Measure::Money));
    let of = match (times.as_slice(), money.as_slice()) {
        ([one, two], []) | ([], [one, two]) => {
            let (before, after) = if one.low >= two.low {
                (*one, *two)
            } else {
                (*two, *one)
            };
            Of::Both(before, after)
        }
        ([one], []) if lower.contains("sav") => Of::Difference(*one),
        ([one], []) => Of::After(*one),
        ([], []) if text.to_ascii_lowercase().contains("cost") => Of::Cost,
        _ => return None,
    };
    Some(Saved {
        share: *share,
        at: at.clone(),
        of,
    })
}

/// Words that say that something becomes less.
const WORDS: [&str; 9] = [
    "reduction",
    "reduced",
    "saving",
    "savings",
    "saved",
    "less",
    "fewer",
    "cheaper",
    "lower",
];

/// Whether the words behind a share say that so much is saved.
fn means_saving(text: &str) -> bool {
    text.split(|c: char| !c.is_alphabetic())
        .filter(|word| !word.is_empty())
        .take(2)
        .any(|word| WORDS.contains(&word.to_lowercase().as_str()))
}

/// Whether a label right before a share says so: "Savings: 50%", "reduced by 50%".
fn is_of_saving(text: &str) -> bool {
    let head = text.trim_end_matches([' ', '*', ':', '~', '≈', '(']);
    let head = head.strip_suffix(" by").unwrap_or(head);
    let word = head.rsplit(|c: char| !c.is_alphabetic()).next();
    word.is_some_and(|word| WORDS.contains(&word.to_lowercase().as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn savings() {
        let of = |text| saved(text).map(|saved| format!("{} {:?}", saved.share, kind(&saved.of)));
        fn kind(of: &Of) -> String {
            match of {
                Of::Both(before, after) => format!("{before} -> {after}"),
                Of::After(after) => format!("-> {after}"),
                Of::Difference(difference) => format!("- {difference}"),
                Of::Cost => "cost".to_owned(),
            }
        }
        assert_eq!(
            of("**Time savings**: 90% reduction (50h → 5h)").as_deref(),
            Some("90% \"50 h -> 5 h\"")
        );
        assert_eq!(
            of("3 hours (vs 60 hours sequential = 95% time savings)").as_deref(),
            Some("95% \"60 h -> 3 h\"")
        );
        assert_eq!(
            of("Time saved: **57 hours (95% reduction)**").as_deref(),
            Some("95% \"- 57 h\"")
        );
        assert_eq!(
            of("~70% cost reduction").as_deref(),
            Some("about 70% \"cost\"")
        );
        assert_eq!(
            of("Savings: 50% (12h → 8h)").as_deref(),
            Some("50% \"12 h -> 8 h\"")
        );
        assert_eq!(of(">80% workers complete in 20 min"), None);
    }
}
