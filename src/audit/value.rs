//! Exact numbers with their dimensions.

use std::fmt;

use wavecrew_worker_spec::{Amount, Expression, Measure, Operator, Precision, Shown};

/// A fraction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Fraction {
    over: i128,
    under: i128,
}

impl Fraction {
    fn new(over: i128, under: i128) -> Option<Fraction> {
        let divisor = gcd(over.unsigned_abs(), under.unsigned_abs());
        let divisor = i128::try_from(divisor)
            .ok()
            .filter(|divisor| *divisor != 0)?;
        let sign = if under < 0 { -1 } else { 1 };
        (under != 0).then_some(Fraction {
            over: sign * over / divisor,
            under: sign * under / divisor,
        })
    }

    fn times(self, other: Fraction) -> Option<Fraction> {
        Fraction::new(
            self.over.checked_mul(other.over)?,
            self.under.checked_mul(other.under)?,
        )
    }

    fn over(self, other: Fraction) -> Option<Fraction> {
        self.times(Fraction::new(other.under, other.over)?)
    }

    fn plus(self, other: Fraction) -> Option<Fraction> {
        let one = self.over.checked_mul(other.under)?;
        let two = other.over.checked_mul(self.under)?;
        Fraction::new(one.checked_add(two)?, self.under.checked_mul(other.under)?)
    }

    fn negative(self) -> Fraction {
        Fraction {
            over: -self.over,
            ..self
        }
    }

    fn at_most(self, other: Fraction) -> bool {
        match (
            self.over.checked_mul(other.under),
            other.over.checked_mul(self.under),
        ) {
            (Some(one), Some(two)) => one <= two,
            _ => true,
        }
    }

    fn smaller(self, other: Fraction) -> Fraction {
        if self.at_most(other) { self } else { other }
    }

    fn larger(self, other: Fraction) -> Fraction {
        if self.at_most(other) { other } else { self }
    }

    /// In millionths, rounded.
    fn millionths(self) -> i128 {
        let one = i128::from(Amount::ONE);
        self.over
            .checked_mul(one)
            .map_or(i128::MAX, |over| (over + self.under / 2) / self.under)
    }
}

fn gcd(mut one: u128, mut two: u128) -> u128 {
    while two != 0 {
        (one, two) = (two, one % two);
    }
    one
}

/// A number or a range, with the powers of time and money in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Value {
    low: Fraction,
    high: Fraction,
    time: i32,
    money: i32,
}

/// How far a stated result may be from what is reckoned.
#[derive(Clone, Copy, Debug)]
pub(super) struct Slack {
    down: Fraction,
    up: Fraction,
}

/// What an expression comes to; nothing when it adds unlike things or does not fit.
pub(super) fn reckon(expression: &Expression) -> Option<Value> {
    let mut sum: Option<Value> = None;
    let mut product: Option<Value> = None;
    for term in &expression.terms {
        let mut value = Value::of(&term.amount)?;
        if let Some(per) = &term.per {
            value = value.over(Value::of(per)?)?;
        }
        product = Some(match (term.operator, product) {
            (Operator::Times, Some(before)) => before.times(value)?,
            (Operator::Over, Some(before)) => before.over(value)?,
            (operator, before) => {
                sum = add(sum, before)?;
                if operator == Operator::Minus {
                    value.negative()
                } else {
                    value
                }
            }
        });
    }
    add(sum, product)?
}

fn add(sum: Option<Value>, value: Option<Value>) -> Option<Option<Value>> {
    match (sum, value) {
        (Some(sum), Some(value)) => {
            let low = sum.low.plus(value.low)?;
            let high = sum.high.plus(value.high)?;
            sum.is_comparable(&value)
                .then_some(Some(Value { low, high, ..sum }))
        }
        (sum, value) => Some(sum.or(value)),
    }
}

impl Value {
    fn of(amount: &Amount) -> Option<Value> {
        let one = i128::from(Amount::ONE);
        let under = if amount.measure == Measure::Percent {
            100 * one
        } else {
            one
        };
        Some(Value {
            low: Fraction::new(i128::from(amount.low), under)?,
            high: Fraction::new(i128::from(amount.high), under)?,
            time: i32::from(amount.measure == Measure::Seconds),
            money: i32::from(amount.measure == Measure::Money),
        })
    }

    fn times(self, other: Value) -> Option<Value> {
        Some(Value {
            low: self.low.times(other.low)?,
            high: self.high.times(other.high)?,
            time: self.time + other.time,
            // Nothing is paid for what is free, whatever it is counted in.
            money: self.money + other.money,
        })
    }

    fn over(self, other: Value) -> Option<Value> {
        Some(Value {
            low: self.low.over(other.high)?,
            high: self.high.over(other.low)?,
            time: self.time - other.time,
            money: self.money - other.money,
        })
    }

    fn negative(self) -> Value {
        Value {
            low: self.high.negative(),
            high: self.low.negative(),
            ..self
        }
    }

    /// Whether both are amounts of one thing.
    pub(super) fn is_comparable(&self, other: &Value) -> bool {
        (self.time, self.money) == (other.time, other.money)
    }

    /// Whether this is a time and the other one a number by time.
    pub(super) fn is_a_time_for_a_rate(&self, other: &Value) -> bool {
        self.money == other.money && self.time == 1 && other.time == -1
    }

    /// How far a result may be off that is stated as this value: half of the last digit shown, but no more than a
    /// tenth; a whole digit below, since some cut off instead of rounding; a tenth when it is "about" so much.
    pub(super) fn slack(&self, amount: &Amount, per: Option<&Amount>) -> Slack {
        let zero = Fraction { over: 0, under: 1 };
        let in_units = |millionths: i64| {
            let step = Value::of(&Amount {
                low: millionths,
                high: millionths,
                ..*amount
            })?;
            let step = match per {
                Some(per) => step.over(Value::of(per)?)?,
                None => step,
            };
            Some(step.low)
        };
        let step = in_units(amount.step).unwrap_or(zero);
        let half = in_units(amount.step / 2).unwrap_or(zero);
        let tenth = Fraction::new(1, 10)
            .and_then(|tenth| self.high.larger(self.high.negative()).times(tenth))
            .unwrap_or(zero);
        match amount.precision {
            Precision::About => Slack {
                down: half.larger(tenth),
                up: half.larger(tenth),
            },
            _ => Slack {
                down: half.smaller(tenth),
                up: step.smaller(tenth),
            },
        }
    }

    /// Whether this can be stated as another value with some slack.
    pub(super) fn is_within(&self, stated: &Value, slack: &Slack, precision: Precision) -> bool {
        let least = stated.low.plus(slack.down.negative());
        let most = stated.high.plus(slack.up);
        let (Some(least), Some(most)) = (least, most) else {
            return true;
        };
        let above =
            least.at_most(self.high) || matches!(precision, Precision::AtMost | Precision::Below);
        let below =
            self.low.at_most(most) || matches!(precision, Precision::AtLeast | Precision::Above);
        above && below
    }
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let one = |value: Fraction| match (self.time, self.money) {
            (1, 0) => Shown(Measure::Seconds, value.millionths()).to_string(),
            (0, 1) => Shown(Measure::Money, value.millionths()).to_string(),
            (-1, 0) => {
                let minute = Fraction {
                    over: value.over.saturating_mul(60),
                    ..value
                };
                format!("{} a minute", Shown(Measure::Count, minute.millionths()))
            }
            _ => Shown(Measure::Count, value.millionths()).to_string(),
        };
        write!(f, "{}", one(self.low))?;
        if self.low != self.high {
            write!(f, " to {}", one(self.high))?;
        }
        Ok(())
    }
}
