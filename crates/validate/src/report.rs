use std::fmt;

use serde::{Deserialize, Serialize};

/// What one check came to.
///
/// `NotChecked` is a verdict of its own: it is never folded into a pass.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// The check was made and holds.
    Pass,
    /// The check was made and does not hold.
    Fail,
    /// The check could not be made.
    NotChecked,
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Verdict::Pass => "pass",
            Verdict::Fail => "fail",
            Verdict::NotChecked => "not checked",
        })
    }
}

/// One verdict about one thing, with what it rests on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Check {
    /// What was checked: "placeholders in `a.py`", "criterion 3".
    pub subject: String,
    /// What came out.
    pub verdict: Verdict,
    /// What the verdict rests on, in one line: a path and line numbers, the command that was run,
    /// or why nothing could be checked.
    pub evidence: String,
    /// More, where one line does not do.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
}

impl Check {
    /// A check without detail.
    pub fn new(subject: impl Into<String>, verdict: Verdict, evidence: impl Into<String>) -> Check {
        Check {
            subject: subject.into(),
            verdict,
            evidence: evidence.into(),
            detail: None,
        }
    }

    /// The same check with detail.
    #[must_use]
    pub fn detail(mut self, detail: impl Into<String>) -> Check {
        self.detail = Some(detail.into());
        self
    }
}

impl fmt::Display for Check {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}: {}", self.verdict, self.subject, self.evidence)
    }
}

/// The checks that were made, in the order in which they were made.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    /// Every check, whatever it came to.
    pub checks: Vec<Check>,
}

impl Report {
    /// A report without checks. Its [`verdict`](Report::verdict) is `NotChecked`.
    pub fn new() -> Report {
        Report::default()
    }

    /// Adds one check.
    pub fn push(&mut self, check: Check) {
        self.checks.push(check);
    }

    /// Adds a check that holds.
    pub fn pass(&mut self, subject: impl Into<String>, evidence: impl Into<String>) {
        self.push(Check::new(subject, Verdict::Pass, evidence));
    }

    /// Adds a check that does not hold.
    pub fn fail(&mut self, subject: impl Into<String>, evidence: impl Into<String>) {
        self.push(Check::new(subject, Verdict::Fail, evidence));
    }

    /// Adds a check that could not be made; the evidence says why.
    pub fn not_checked(&mut self, subject: impl Into<String>, evidence: impl Into<String>) {
        self.push(Check::new(subject, Verdict::NotChecked, evidence));
    }

    /// The verdict of all checks together: `Fail` if any failed; else `NotChecked` if any was not
    /// checked, or if there is none at all; else `Pass`.
    pub fn verdict(&self) -> Verdict {
        if self.of(Verdict::Fail).next().is_some() {
            Verdict::Fail
        } else if self.checks.is_empty() || self.of(Verdict::NotChecked).next().is_some() {
            Verdict::NotChecked
        } else {
            Verdict::Pass
        }
    }

    /// The checks with this verdict, in order.
    pub fn of(&self, verdict: Verdict) -> impl Iterator<Item = &Check> {
        self.checks
            .iter()
            .filter(move |check| check.verdict == verdict)
    }
}

impl Extend<Check> for Report {
    fn extend<I: IntoIterator<Item = Check>>(&mut self, checks: I) {
        self.checks.extend(checks);
    }
}
