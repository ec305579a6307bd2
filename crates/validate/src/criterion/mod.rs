//! Success criteria: decided by named evidence, or not at all.

mod by_tests;
mod claims;
mod clause;
mod content;
mod grammar;
mod keys;
mod place;
mod words;

use crate::source::excerpt;
use crate::{Candidate, Check, TestRun, Verdict};

/// What there is to judge a criterion by.
#[derive(Clone, Copy, Debug, Default)]
pub struct Evidence<'a> {
    /// The files that the task delivered, as they lie on disk.
    pub files: &'a [Candidate<'a>],
    /// The tests of the task, as they ended.
    pub tests: &'a [TestRun],
}

/// The verdict of one success criterion.
///
/// A criterion is decided only if a rule covers *all* of its words; a word that no rule knows
/// ("gracefully", "all required functionality", a number without a unit) leaves it `NotChecked`,
/// whatever else in it could be checked. The rules are listed in the crate's documentation.
///
/// Rules about content (`` `a.md` contains `x` ``) can pass and fail. Rules about tests
/// (`` class `Engine` can be instantiated ``) pass on a test that passed, is
/// [real](crate::Strength::Real) and names everything in backticks; a test that fails fails for
/// itself, so that they never fail, except for "all tests pass" and for a command that is itself a
/// test.
///
/// ```
/// use wavecrew_validate::{Candidate, Evidence, Verdict, judge_criterion};
///
/// let files = [Candidate::new("docs/a.md", "# Title\n\n## Usage\n")];
/// let evidence = Evidence { files: &files, tests: &[] };
/// let verdict = |text| judge_criterion(text, &evidence).verdict;
/// assert_eq!(verdict("`docs/a.md` has the heading `## Usage`"), Verdict::Pass);
/// assert_eq!(verdict("`docs/a.md` has at least 10 lines"), Verdict::Fail);
/// assert_eq!(verdict("`docs/a.md` is easy to read"), Verdict::NotChecked);
/// ```
pub fn judge_criterion(text: &str, evidence: &Evidence<'_>) -> Check {
    let subject = format!("criterion \"{}\"", excerpt(text));
    let tokens = words::tokens(text);
    let judged = content::judge(&tokens, evidence.files);
    let judged = match judged {
        Judged::Unknown(why) => by_tests::judge(&tokens, evidence.tests, why),
        decided => decided,
    };
    let (verdict, evidence) = match judged {
        Judged::Pass(evidence) => (Verdict::Pass, evidence),
        Judged::Fail(evidence) => (Verdict::Fail, evidence),
        Judged::Unknown(why) => (Verdict::NotChecked, why),
    };
    Check::new(subject, verdict, evidence)
}

/// What a rule came to.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Judged {
    Pass(String),
    Fail(String),
    /// No rule covers it, or what it needs is not there; in words.
    Unknown(String),
}

impl Judged {
    /// All of several: the first failure, else the first unknown, else all evidence.
    fn all(parts: Vec<Judged>) -> Judged {
        let mut evidence = Vec::new();
        let mut unknown = None;
        for part in parts {
            match part {
                Judged::Fail(_) => return part,
                Judged::Unknown(_) => unknown = unknown.or(Some(part)),
                Judged::Pass(text) => evidence.push(text),
            }
        }
        unknown.unwrap_or_else(|| Judged::Pass(evidence.join("; ")))
    }
}

/// Why nothing was checked: the first part that no rule reads.
fn no_rule(token: Option<&words::Token>) -> String {
    match token {
        Some(token) => format!("no rule covers `{}`", excerpt(&token.to_string())),
        None => "no rule covers it".into(),
    }
}
