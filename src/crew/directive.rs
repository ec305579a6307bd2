//! What a policy has an attempt told, in words for a model.

use std::fmt::Write;

use serde::Deserialize;
use serde_json::Value;
use wavecrew_exec::Context;
use wavecrew_providers::{Request, Response};
use wavecrew_validate::{Report, Verdict, extract};

use super::error::REFUSED;
use super::fenced::{clipped, fenced};
use super::output::TaskOutput;

/// The directive that stands for all that is known of the failure; any other is told as it is written.
const ENHANCED: &str = "enhanced";

/// How many lines of evidence are told at the most: more than a reader would go through.
const MOST: usize = 40;

/// How much of what tests wrote is told, of the last answer, and of an answer in which no file was found, in bytes.
const DETAILS: usize = 32 << 10;
const STATED: usize = 128 << 10;
const WORDS: usize = 8 << 10;

/// Adds to the request what was wrong with the attempt before, and, if the policy has a directive for this attempt, what to
/// do otherwise.
pub(super) fn instruct(
    mut request: Request,
    cx: &Context<'_, TaskOutput>,
    files: &[(String, Option<String>)],
    last: Option<&Response>,
) -> Request {
    let Some(message) = request.messages.last_mut() else {
        return request;
    };
    let text = &mut message.content;
    let Some(directive) = cx.directive() else {
        let refusal = cx.previous_failure();
        if let Some(refusal) = refusal.and_then(|refusal| refusal.strip_prefix(REFUSED)) {
            text.push_str(
                "\n## What was wrong with your last answer\n\nIt was checked and refused:\n\n",
            );
            evidence(text, cx.previous_detail(), refusal);
            stated(text, files, last);
            text.push_str("\nAnswer again with every file, complete, and mend exactly this.\n");
        }
        return request;
    };
    if let Some(failure) = cx.previous_failure() {
        text.push_str("\n## What was wrong last time\n\n");
        match failure.strip_prefix(REFUSED) {
            Some(refusal) => {
                text.push_str("Your last answer was checked and refused:\n\n");
                evidence(text, cx.previous_detail(), refusal);
                stated(text, files, last);
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

/// One line for each check that failed, and what it has to show.
fn evidence(text: &mut String, detail: Option<&Value>, refusal: &str) {
    let report = report(detail);
    let failed: Vec<_> = report
        .iter()
        .flat_map(|report| report.of(Verdict::Fail))
        .collect();
    if failed.is_empty() {
        let _ = writeln!(text, "- {refusal}");
    }
    let mut room = DETAILS;
    for check in failed.iter().take(MOST) {
        let _ = writeln!(text, "- {}: {}", check.subject, check.evidence);
        let Some(detail) = &check.detail else {
            continue;
        };
        room = room.saturating_sub(detail.len());
        if room > 0 {
            let _ = write!(text, "\n{}\n", fenced(detail));
        }
    }
    if failed.len() > MOST {
        let _ = writeln!(text, "- and {} more", failed.len() - MOST);
    }
}

/// The files of the last answer as it stated them; where there are none, its words.
fn stated(text: &mut String, files: &[(String, Option<String>)], last: Option<&Response>) {
    let Some(last) = last else { return };
    let expected: Vec<&str> = files.iter().map(|(path, _)| path.as_str()).collect();
    let mut found = extract(&last.text, &expected);
    if expected.is_empty() {
        let own: Vec<&str> = found.unexpected.iter().map(String::as_str).collect();
        found = extract(&last.text, &own);
    }
    text.push_str(
        "\n## Your last answer\n\nNothing of it was kept; what the plan asks for is as it was.\n",
    );
    if found.files.is_empty() {
        let _ = write!(text, "\n{}", fenced(&clipped(&last.text, WORDS)));
    }
    let mut room = STATED;
    for file in &found.files {
        let (path, size) = (&file.path, file.content.len());
        match room.checked_sub(size) {
            Some(left) => {
                room = left;
                let _ = write!(
                    text,
                    "\n`{path}`, as you stated it:\n\n{}",
                    fenced(&file.content)
                );
            }
            None => {
                let _ = writeln!(
                    text,
                    "\n`{path}` ({size} bytes; too large to be shown again)"
                );
            }
        }
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
