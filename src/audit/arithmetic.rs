//! Equations and savings, reckoned again.

use wavecrew_worker_spec::{
    Amount, Diagnostic, Equation, Expression, Measure, Operator, Plan, Saving,
};

use super::value::{Value, reckon};
use crate::codes;

pub(super) fn check(plan: &Plan, found: &mut Vec<Diagnostic>) {
    for equation in &plan.figures.equations {
        found.extend(hold(equation));
    }
    for saving in &plan.figures.savings {
        found.extend(share(saving));
    }
}

/// The first side of an equation that is not what the side before it comes to.
fn hold(equation: &Equation) -> Option<Diagnostic> {
    let pairs = equation.sides.iter().zip(equation.sides.iter().skip(1));
    for (left, right) in pairs {
        let (Some(reckoned), Some(stated)) = (reckon(left), reckon(right)) else {
            continue;
        };
        if reckoned.is_a_time_for_a_rate(&stated) && left.terms.len() > 1 {
            return Some(wrong(left, right, &reckoned).help(rate_help(left, &reckoned)));
        }
        if !reckoned.is_comparable(&stated) {
            continue;
        }
        let [term] = right.terms.as_slice() else {
            continue;
        };
        let slack = stated.slack(&term.amount, term.per.as_ref());
        if !reckoned.is_within(&stated, &slack, term.amount.precision) {
            return Some(wrong(left, right, &reckoned).help(format!(
                "write {reckoned}, or correct what it is reckoned from"
            )));
        }
    }
    None
}

fn wrong(left: &Expression, right: &Expression, reckoned: &Value) -> Diagnostic {
    Diagnostic::warning(
        codes::ARITHMETIC,
        format!("{} comes to {reckoned}, not {}", left.text, right.text),
    )
    .at(left.location.clone())
    .related(right.location.clone(), "this is stated as the result")
}

/// What dividing instead of multiplying would give.
fn rate_help(left: &Expression, reckoned: &Value) -> String {
    let divided = divided(left).as_ref().and_then(reckon);
    match divided {
        Some(rate) => {
            format!("a number times a time is a time ({reckoned}); divided it is a rate: {rate}")
        }
        None => format!("a number times a time is a time ({reckoned}), no rate"),
    }
}

/// The expression with its last product made a quotient.
fn divided(expression: &Expression) -> Option<Expression> {
    let mut divided = expression.clone();
    let last = divided
        .terms
        .iter_mut()
        .rev()
        .find(|term| term.operator == Operator::Times)?;
    last.operator = Operator::Over;
    Some(divided)
}

/// A share of savings that before and after do not give.
fn share(saving: &Saving) -> Option<Diagnostic> {
    let Saving {
        share,
        before,
        after,
        ..
    } = saving;
    if before.measure != after.measure || before.low <= 0 {
        return None;
    }
    let percent = |before: i64, after: i64| {
        let hundred = 100 * i128::from(Amount::ONE);
        (i128::from(before) - i128::from(after)) * hundred / i128::from(before)
    };
    let (low, high) = (
        percent(before.low, after.high),
        percent(before.high, after.low),
    );
    let (least, most) = share.meant();
    if least <= high && low <= most {
        return None;
    }
    let shown = wavecrew_worker_spec::Shown(Measure::Percent, high);
    let what = if high < 0 {
        format!(
            "{} more",
            wavecrew_worker_spec::Shown(Measure::Percent, -high)
        )
    } else {
        format!("{shown} less")
    };
    Some(
        Diagnostic::warning(
            codes::SAVING,
            format!("states {share} less; from {before} to {after} is {what}"),
        )
        .at(saving.location.clone())
        .related(saving.before_at.clone(), format!("{before} is stated here"))
        .help(format!("1 - {after} / {before} = {shown}")),
    )
}
