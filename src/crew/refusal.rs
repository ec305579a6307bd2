//! What kind of refusal it is, so that a policy can tell one from another.

use wavecrew_exec::Policy;
use wavecrew_providers::Response;
use wavecrew_validate::{
    All, Candidate, NoPlaceholder, NoStub, NotAGuide, Report, TestRun, Validator, Verdict, extract,
    judge_test,
};

use super::unusable;

/// The label of an answer in which the model declines.
pub(crate) const DECLINED: &str = "declined";

/// The label of a refused answer ([`Policy::TESTS`], [`DECLINED`], [`Policy::GUIDE`]), or nothing.
///
/// `tests`: a test command fails on the work. `guide`: a text is in place of the work, be it a whole
/// reply that tells how to do it, a file that does, or a file that leaves it open. `declined`: the model says that it
/// will not.
pub(super) fn label(
    existing: &[(String, Option<String>)],
    response: &Response,
    runs: &[TestRun],
) -> &'static str {
    let fails = |run: &TestRun| judge_test(run).verdict == Verdict::Fail;
    if runs.iter().any(fails) {
        return Policy::TESTS;
    }
    if unusable::declines(&response.text) {
        return DECLINED;
    }
    let expected: Vec<&str> = existing.iter().map(|(path, _)| path.as_str()).collect();
    let found = extract(&response.text, &expected);
    let mut report = Report::new();
    for file in &found.files {
        let previous = existing.iter().find(|(path, _)| *path == file.path);
        let candidate = Candidate {
            path: &file.path,
            content: &file.content,
            previous: previous.and_then(|(_, content)| content.as_deref()),
        };
        in_place_of_the_work().validate(&candidate, &mut report);
    }
    match found.only_talks || report.verdict() == Verdict::Fail {
        true => Policy::GUIDE,
        false => "",
    }
}

fn in_place_of_the_work<'a>() -> All<Candidate<'a>> {
    All::new().with(NotAGuide).with(NoPlaceholder).with(NoStub)
}
