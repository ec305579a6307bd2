//! A check of one file, and what it should find.

use wavecrew_validate::{Candidate, Report, Validator, Verdict, file_checks};

pub(crate) fn report(
    validator: &dyn for<'a> Validator<Candidate<'a>>,
    path: &str,
    content: &str,
) -> Report {
    let mut report = Report::new();
    validator.validate(&Candidate::new(path, content), &mut report);
    report
}

pub(crate) fn all_checks(path: &str, content: &str) -> Report {
    let mut report = Report::new();
    file_checks().validate(&Candidate::new(path, content), &mut report);
    report
}

/// The check fails, with this evidence.
#[track_caller]
pub(crate) fn fails(
    validator: &dyn for<'a> Validator<Candidate<'a>>,
    path: &str,
    content: &str,
    evidence: &str,
) {
    let report = report(validator, path, content);
    let shown: Vec<String> = report.checks.iter().map(ToString::to_string).collect();
    assert_eq!(
        report.verdict(),
        Verdict::Fail,
        "{path}: {shown:?}\n{content}"
    );
    let found = report.of(Verdict::Fail).next().unwrap();
    assert!(
        found.evidence.contains(evidence),
        "{path}: {found}, not {evidence}\n{content}"
    );
}

/// The check was made and passes.
#[track_caller]
pub(crate) fn passes(validator: &dyn for<'a> Validator<Candidate<'a>>, path: &str, content: &str) {
    let report = report(validator, path, content);
    let shown: Vec<String> = report.checks.iter().map(ToString::to_string).collect();
    assert_eq!(
        report.verdict(),
        Verdict::Pass,
        "{path}: {shown:?}\n{content}"
    );
}
