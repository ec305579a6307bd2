//! What a policy has an attempt told, in words for a model.

use std::fmt::Write;

use serde::Deserialize;
use serde_json::Value;
use wavecrew_exec::Context;
use wavecrew_providers::Request;
use wavecrew_validate::{Report, Verdict};

use super::error::REFUSED;
use super::output::TaskOutput;

/// The directive that stands for all that is known of the failure; any other is told as it is written.
const ENHANCED: &str = "enhanced";

/// How many lines of evidence are told at the most: more than a reader would go through.
const MOST: usize = 40;

/// Adds to the request what was wrong with the attempt before, and, if the policy has a directive for this attempt, what to
/// do otherwise.
pub(super) fn instruct(
    mut request: Request,
    cx: &Context<'_, TaskOutput>,
    files: &[(String, Option<String>)],
) -> Request {
    let Some(message) = request.messages.last_mut() else {
        return request;
    };
    let text = &mut message.content;
    let Some(directive) = cx.directive() else {
        let refusal = cx.previous_failure();
        if let Some(refusal) = refusal.and_then(|refusal| refusal.strip_prefix(REFUSED)) {
            let _ = write!(
                text,
                "\n## What was wrong with your last answer\n\nIt was checked and refused: {refusal}\n\
                 Answer again with every file, complete, and mend exactly this.\n"
            );
        }
        return request;
    };
    if let Some(failure) = cx.previous_failure() {
        text.push_str("\n## What was wrong last time\n\n");
        match failure.strip_prefix(REFUSED) {
            Some(refusal) => {
                text.push_str("Your last answer was checked and refused:\n\n");
                evidence(text, cx.previous_detail(), refusal);
            }
            None => {
                let _ = writeln!(
                    text,
                    "The last attempt did not come to an answer: {failure}"
                );
            }
        }
    }
    text.push_str("\n## What to do otherwise\n\n");
    match directive {
        ENHANCED => enhanced(text, cx.previous_detail(), files),
        other => {
            let _ = writeln!(text, "{other}\n\nAnswer again with every file, complete.");
        }
    }
    request
}

/// One line for each check that failed.
fn evidence(text: &mut String, detail: Option<&Value>, refusal: &str) {
    let report = report(detail);
    let failed: Vec<_> = report
        .iter()
        .flat_map(|report| report.of(Verdict::Fail))
        .collect();
    if failed.is_empty() {
        let _ = writeln!(text, "- {refusal}");
    }
    for check in failed.iter().take(MOST) {
        let _ = writeln!(text, "- {}: {}", check.subject, check.evidence);
    }
    if failed.len() > MOST {
        let _ = writeln!(text, "- and {} more", failed.len() - MOST);
    }
}

fn enhanced(text: &mut String, detail: Option<&Value>, files: &[(String, Option<String>)]) {
    let report = report(detail);
    let about = |what: &str| {
        let failed = report.iter().flat_map(|report| report.of(Verdict::Fail));
        failed
            .into_iter()
            .any(|check| check.subject.starts_with(what))
    };
    if about("test `") {
        text.push_str(
            "- The commands named above are run on your files as they are. For each, find what it looks at, \
             and mend your files until it ends with status 0. The commands themselves stay as they are.\n",
        );
    }
    if about("criterion") {
        text.push_str("- Every success criterion has to be visible in the files.\n");
    }
    text.push_str(
        "- Deliver the work itself, not a text about it: no steps to follow, nothing left open, no placeholder, \
         no function without its body.\n",
    );
    if !files.is_empty() {
        text.push_str("- Exactly these files are expected, each whole, in one fence of its own:\n");
    }
    for (path, existing) in files {
        let state = match existing {
            Some(_) => "it exists; give its whole new content",
            None => "it is new",
        };
        let _ = writeln!(text, "  - `{path}` ({state})");
    }
    text.push_str("- Before you answer, go through the list above and make sure of each point.\n");
}

fn report(detail: Option<&Value>) -> Option<Report> {
    Report::deserialize(detail?.get("report")?).ok()
}
