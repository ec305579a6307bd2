//! Why an attempt at a task failed.

use std::fmt;
use std::time::Duration;

use serde_json::{Value, json};
use wavecrew_exec::{Failure, FailureClass, MemoError};
use wavecrew_providers::{ErrorKind, ProviderError};
use wavecrew_sandbox::{FileError, FileErrorKind};
use wavecrew_validate::{Report, Verdict};

use super::output::TaskEvidence;
use super::refusal::DECLINED;
use super::silence::rests;
use super::unanswered::Unanswered;

/// How the message of a refused answer begins.
pub(super) const REFUSED: &str = "refused: ";

/// A failed attempt, with what the policy needs to decide and what a person needs to understand.
#[derive(Clone, Debug)]
pub struct CrewError {
    class: FailureClass,
    message: String,
    retry_after: Option<Duration>,
    provider: Option<String>,
    report: Option<Box<Report>>,
    not_checked: bool,
    label: &'static str,
    about: Box<About>,
}

/// What an error is about, apart from it: an error is passed on by value.
#[derive(Clone, Debug, Default)]
struct About {
    /// Why there is no answer, where there is none.
    unanswered: Vec<Unanswered>,
    evidence: TaskEvidence,
    /// The key of the answer in the journal.
    answer: Option<String>,
}

impl About {
    fn unanswered(unanswered: Vec<Unanswered>) -> Box<Self> {
        Box::new(Self {
            unanswered,
            ..Self::default()
        })
    }
}

impl CrewError {
    /// The output was wrong, and another answer may be right.
    pub(super) fn refused(provider: &str, label: &'static str, report: Report) -> Self {
        Self::labelled(
            label,
            Self::from_report(FailureClass::Invalid, provider, report),
        )
    }

    /// The output was wrong, and the same provider would give the same answer again.
    pub(super) fn refused_for_good(provider: &str, label: &'static str, report: Report) -> Self {
        Self::labelled(
            label,
            Self::from_report(FailureClass::Permanent, provider, report),
        )
    }

    fn labelled(label: &'static str, refused: Self) -> Self {
        let declined = label == DECLINED;
        Self {
            label,
            about: About::unanswered(
                declined
                    .then_some(Unanswered::Declined)
                    .into_iter()
                    .collect(),
            ),
            ..refused
        }
    }

    /// The same about the answer that is journaled by this key.
    pub(super) fn answered(mut self, key: &str) -> Self {
        self.about.answer = Some(key.to_owned());
        self
    }

    /// The same with what was seen of the attempt.
    pub(super) fn evidenced(mut self, evidence: TaskEvidence) -> Self {
        self.about.evidence = evidence;
        self
    }

    /// The same with what a person should know besides.
    pub(super) fn and(mut self, words: Option<String>) -> Self {
        if let Some(words) = words {
            self.message.push_str("; ");
            self.message.push_str(&words);
        }
        self
    }

    /// The task cannot be done as it is stated.
    pub(super) fn permanent(message: impl Into<String>) -> Self {
        Self {
            class: FailureClass::Permanent,
            message: message.into(),
            retry_after: None,
            provider: None,
            report: None,
            not_checked: false,
            label: "",
            about: Box::default(),
        }
    }

    /// The machine failed: the disk, the root, the shell. Every other task would meet it too.
    pub(super) fn fatal(doing: &str, error: &dyn std::error::Error) -> Self {
        let mut message = format!("failed to {doing}: {error}");
        let mut source = error.source();
        while let Some(cause) = source {
            message.push_str(&format!(": {cause}"));
            source = cause.source();
        }
        Self {
            class: FailureClass::Fatal,
            ..Self::permanent(message)
        }
    }

    /// A file could not be read or written. A full or broken disk stops the run; anything else is
    /// about this task's file alone.
    pub(super) fn file(doing: &str, error: &FileError) -> Self {
        match error.kind() {
            FileErrorKind::NoSpace | FileErrorKind::Other => {
                Self::fatal(&format!("{doing} a file"), error)
            }
            _ => Self::permanent(format!("failed to {doing} a file: {error}")),
        }
    }

    /// Nobody has answered for so long that the others need not be asked either.
    pub(super) fn given_up(self, lasted: Duration) -> Self {
        let lasted = lasted.as_secs();
        Self {
            class: FailureClass::Fatal,
            message: format!(
                "{}; nobody has answered for {lasted} s: what is left is not asked for, and `wavecrew resume` goes on",
                self.message
            ),
            ..self
        }
    }

    /// No answer came in time.
    pub(super) fn late(limit: Duration, provider: &str) -> Self {
        Self {
            class: FailureClass::Timeout,
            provider: Some(provider.to_owned()),
            about: About::unanswered(vec![Unanswered::Unreachable]),
            ..Self::permanent(format!("{provider}: no answer within {limit:?}"))
        }
    }

    /// Nothing failed, something was not checked, and the run demands that everything is.
    pub(super) fn not_checked(provider: &str, report: Report, reason: &str) -> Self {
        Self {
            provider: Some(provider.to_owned()),
            report: Some(Box::new(report)),
            not_checked: true,
            ..Self::permanent(format!("not checked, and the run requires it: {reason}"))
        }
    }

    /// What was checked, where it came that far.
    pub fn report(&self) -> Option<&Report> {
        self.report.as_deref()
    }

    /// Whether nothing failed, and the run demanded more than that.
    pub fn is_not_checked(&self) -> bool {
        self.not_checked
    }

    /// What was seen of the attempt.
    pub fn evidence(&self) -> &TaskEvidence {
        &self.about.evidence
    }

    /// Why there is no answer that could be checked; nothing, if there is one.
    pub fn unanswered(&self) -> &[Unanswered] {
        &self.about.unanswered
    }

    /// The provider whose answer or error this is about.
    pub fn provider(&self) -> Option<&str> {
        self.provider.as_deref()
    }

    fn from_report(class: FailureClass, provider: &str, report: Report) -> Self {
        let failed: Vec<String> = report
            .checks
            .iter()
            .filter(|check| check.verdict == Verdict::Fail)
            .map(|check| format!("{}: {}", check.subject, check.evidence))
            .collect();
        Self {
            class,
            message: format!("{REFUSED}{}", failed.join("; ")),
            retry_after: None,
            provider: Some(provider.to_owned()),
            report: Some(Box::new(report)),
            not_checked: false,
            label: "",
            about: Box::default(),
        }
    }
}

impl From<ProviderError> for CrewError {
    fn from(error: ProviderError) -> Self {
        Self {
            class: class(&error),
            message: error.to_string(),
            retry_after: error.retry_after(),
            provider: Some(error.provider().to_owned()),
            report: None,
            not_checked: false,
            label: "",
            about: About::unanswered(Unanswered::of(&error)),
        }
    }
}

/// Whether what may be spent is spent: nobody is asked any more, whatever the others of a chain had said before.
pub(super) fn is_out_of_budget(error: &ProviderError) -> bool {
    let spent = |error: &ProviderError| error.kind() == ErrorKind::Budget;
    spent(error) || error.failures().iter().any(spent)
}

/// A chain of providers has failed as its most hopeful member has.
fn class(error: &ProviderError) -> FailureClass {
    if is_out_of_budget(error) {
        return FailureClass::OutOfBudget;
    }
    let hope = [
        FailureClass::Transient,
        FailureClass::RateLimited,
        FailureClass::Permanent,
    ];
    if !error.failures().is_empty() {
        let classes: Vec<FailureClass> = error.failures().iter().map(class).collect();
        let best = hope.into_iter().find(|class| classes.contains(class));
        return best.unwrap_or(FailureClass::Fatal);
    }
    match error.kind() {
        ErrorKind::RateLimited => FailureClass::RateLimited,
        _ if rests(error) => FailureClass::RateLimited,
        ErrorKind::Quota | ErrorKind::Authentication | ErrorKind::Configuration => {
            FailureClass::Fatal
        }
        _ if error.is_transient() => FailureClass::Transient,
        _ => FailureClass::Permanent,
    }
}

impl From<MemoError<Self>> for CrewError {
    fn from(error: MemoError<Self>) -> Self {
        match error {
            MemoError::Step(error) => error,
            other => Self::permanent(format!("the journal holds a step of another kind: {other}")),
        }
    }
}

impl fmt::Display for CrewError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.message)
    }
}

impl std::error::Error for CrewError {}

impl Failure for CrewError {
    fn class(&self) -> FailureClass {
        self.class
    }

    fn label(&self) -> &str {
        self.label
    }

    fn retry_after(&self) -> Option<Duration> {
        self.retry_after
    }

    fn detail(&self) -> Value {
        json!({
            "provider": self.provider,
            "report": self.report,
            "not_checked": self.not_checked,
            "answer": self.about.answer,
            "evidence": self.about.evidence,
            "unanswered": self.about.unanswered,
        })
    }
}
