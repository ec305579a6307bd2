use std::fmt;

use serde::{Deserialize, Serialize};

use super::{Action, Measure};
use crate::FailureClass;

/// What to do about failures of some kind, the first time, the second time, and so on.
///
/// ```
/// use wavecrew_exec::{Action, Matching, Measure, Rule};
///
/// let rule = Rule::new(Matching::label("guide"))
///     .then(Measure::new(Action::Retry).roll_back().directive("only code"))
///     .at_last(Action::Escalate);
/// assert_eq!(rule.measure(0).action, Action::Retry);
/// assert_eq!(rule.measure(1).action, Action::Escalate);
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rule {
    /// Which failures it is about.
    #[serde(flatten)]
    pub on: Matching,
    /// What to do about one failure of a task after the other.
    #[serde(default)]
    pub measures: Vec<Measure>,
    /// What to do when the measures are used up.
    #[serde(default = "fail")]
    pub at_last: Action,
}

/// Some kinds of failure.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Matching {
    /// Of one of these classes; of any class if there are none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub classes: Vec<FailureClass>,
    /// With this label ([`Failure::label`](crate::Failure::label)), if one is given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
}

impl Rule {
    /// A rule without measures, by which a task fails at once.
    #[must_use]
    pub fn new(on: Matching) -> Self {
        Self {
            on,
            measures: Vec::new(),
            at_last: Action::Fail,
        }
    }

    /// Adds a measure after those that are there.
    #[must_use]
    pub fn then(mut self, measure: Measure) -> Self {
        self.measures.push(measure);
        self
    }

    /// Sets what to do when the measures are used up.
    #[must_use]
    pub fn at_last(self, at_last: Action) -> Self {
        Self { at_last, ..self }
    }

    /// Whether the measures are not used up after so many uses.
    pub(super) fn has_measure(&self, uses: u32) -> bool {
        let times = self
            .measures
            .iter()
            .map(|measure| u64::from(measure.times.get()));
        u64::from(uses) < times.sum()
    }

    /// The measure after so many uses of the rule for one task.
    #[must_use]
    pub fn measure(&self, uses: u32) -> Measure {
        let mut left = uses;
        for measure in &self.measures {
            match left.checked_sub(measure.times.get()) {
                None => return measure.clone(),
                Some(rest) => left = rest,
            }
        }
        Measure::new(self.at_last)
    }
}

impl Matching {
    /// Failures of one class.
    #[must_use]
    pub fn class(class: FailureClass) -> Self {
        Self::classes([class])
    }

    /// Failures of these classes.
    #[must_use]
    pub fn classes(classes: impl IntoIterator<Item = FailureClass>) -> Self {
        Self {
            classes: classes.into_iter().collect(),
            label: None,
        }
    }

    /// Failures with this label.
    #[must_use]
    pub fn label(label: impl Into<String>) -> Self {
        Self {
            classes: Vec::new(),
            label: Some(label.into()),
        }
    }

    /// Whether a failure is meant.
    #[must_use]
    pub fn includes(&self, class: FailureClass, label: &str) -> bool {
        let is_class = self.classes.is_empty() || self.classes.contains(&class);
        is_class && self.label.as_deref().is_none_or(|own| own == label)
    }
}

/// As in "failed as …".
impl fmt::Display for Matching {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let classes: Vec<String> = self.classes.iter().map(ToString::to_string).collect();
        match (&self.label, classes.is_empty()) {
            (Some(label), true) => write!(f, "`{label}`"),
            (Some(label), false) => write!(f, "`{label}` ({})", classes.join(" or ")),
            (None, true) => f.write_str("anything"),
            (None, false) => f.write_str(&classes.join(" or ")),
        }
    }
}

fn fail() -> Action {
    Action::Fail
}
