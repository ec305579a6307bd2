//! How much a statement says.

use super::totals::number_word;
use crate::Subject;
use crate::amount::{Amount, Measure, amounts, read_amount};

/// What a statement says as an amount; nothing when it is none of what is stated.
pub(in crate::dialect) fn amount_of(subject: Subject, value: &str) -> Option<Amount> {
    if matches!(
        subject,
        Subject::Owners
            | Subject::After
            | Subject::Critical
            | Subject::Steps
            | Subject::SeriesModel
            | Subject::SpecSections
            | Subject::IdleScript
            | Subject::OnTestFailure
            | Subject::Fallback
            | Subject::SpecExcerpt
            | Subject::StartedBy
    ) {
        return None;
    }
    // "5 batches × 20 min = 2 hours": the result counts.
    let result = value.rsplit(" = ").next().unwrap_or(value);
    let wanted = match subject {
        Subject::CriticalPath
        | Subject::TotalDuration
        | Subject::Window
        | Subject::Work
        | Subject::TaskDuration
        | Subject::StepTime
        | Subject::Timeout => Measure::Seconds,
        Subject::Speedup => Measure::Times,
        Subject::Tokens | Subject::TaskTokens => Measure::Tokens,
        Subject::Cost | Subject::TaskCost | Subject::Price => Measure::Money,
        Subject::FirstTry => Measure::Percent,
        _ => Measure::Count,
    };
    let found = [result, value]
        .into_iter()
        .filter_map(|text| read_amount(text).map(|(amount, _)| amount))
        .find(|amount| {
            let bare_tokens = wanted == Measure::Tokens && amount.measure == Measure::Count;
            amount.measure == wanted || bare_tokens
        })
        .or_else(|| {
            let counts = matches!(subject, Subject::TaskCount | Subject::GroupCount);
            let word = value.split(' ').next().filter(|_| counts)?;
            number_word(word).map(Amount::count)
        })
        .or_else(|| {
            let found = amounts(value).find(|(amount, _)| amount.measure == wanted);
            found.map(|(amount, _)| amount)
        })?;
    Some(Amount {
        measure: wanted,
        ..found
    })
}

/// Whether a total is one of several kinds of things: "26 (6 epics, 20 tasks)".
pub(super) fn is_broken_down(total: &Amount, value: &str) -> bool {
    let inner = value.split_once('(').map_or("", |(_, inner)| inner);
    let parts: Vec<i64> = amounts(inner.split(')').next().unwrap_or_default())
        .filter(|(amount, _)| amount.measure == Measure::Count)
        .map(|(amount, _)| amount.low)
        .collect();
    let sum = parts
        .iter()
        .fold(0_i64, |sum, part| sum.saturating_add(*part));
    parts.len() > 1 && sum == total.low
}
