//! What tasks rest on, for people.

use std::fmt::Write;

use wavecrew::validate::{Outcome, TestRun};
use wavecrew::{Evidence, RunStatus, TaskStatus, markdown_line};

use super::amount::{counted, dollars};

/// What a person should know of a task that has the look of any other.
pub fn warnings(evidence: &Evidence) -> Vec<String> {
    let mut told = Vec::new();
    if !evidence.seen.outside.is_empty() {
        told.push(format!(
            "while it was worked on, {}",
            evidence.seen.outside.join("; ")
        ));
    }
    if !evidence.seen.not_written.is_empty() {
        let paths: Vec<String> = evidence
            .seen
            .not_written
            .iter()
            .map(|path| format!("`{path}`"))
            .collect();
        told.push(format!(
            "not asked for, and so not written: {}",
            paths.join(", ")
        ));
    }
    told
}

/// A section of a page in Markdown: for every task that was worked on, whom its work is from, what it wrote, and what its
/// tests said before and after.
pub fn evidence_section(status: &RunStatus) -> String {
    let mut page = String::new();
    for task in status.tasks.iter().filter(|task| task.attempts > 0) {
        let lines = lines(task);
        if lines.is_empty() {
            continue;
        }
        if page.is_empty() {
            page.push_str("## Evidence\n\n");
        }
        let _ = writeln!(page, "### {}\n", markdown_line(&task.id));
        for line in lines {
            let _ = writeln!(page, "- {}", markdown_line(&line));
        }
        page.push('\n');
    }
    page
}

fn lines(task: &TaskStatus) -> Vec<String> {
    let evidence = &task.evidence;
    let mut lines = Vec::new();
    if let Some(provider) = &evidence.provider {
        lines.push(by(provider, evidence));
    }
    if !evidence.files.is_empty() {
        let files: Vec<&str> = evidence
            .files
            .iter()
            .map(|file| file.path.as_str())
            .collect();
        lines.push(format!("wrote {}", files.join(", ")));
    }
    lines.extend(evidence.seen.tests.iter().map(test));
    lines.extend(evidence.seen.without.iter().map(without));
    lines.extend(warnings(evidence));
    lines
}

/// As in `openai (gpt-4o): 2 calls, 5300 tokens, $0.01`.
fn by(provider: &str, evidence: &Evidence) -> String {
    let model = evidence.model.as_ref();
    let model = model.map(|model| format!(" ({model})")).unwrap_or_default();
    let spent = &evidence.spent;
    if evidence.by_rule && spent.nano_usd == Some(0) {
        return format!("{provider}, by rules");
    }
    let cost = match spent.nano_usd {
        Some(nano) => dollars(nano),
        None => "at an unknown cost".to_owned(),
    };
    // Of all who were asked, those who gave no answer that counts too.
    let rules = if evidence.by_rule { ", by rules" } else { "" };
    format!(
        "{provider}{model}{rules}: {}, {}, {cost}",
        counted(spent.calls, "call"),
        counted(spent.tokens, "token"),
    )
}

/// As in `python3 -m unittest: failed before, passed after`.
fn test(run: &TestRun) -> String {
    let before = run
        .before
        .as_ref()
        .map_or("not tried", |outcome| word(outcome).0);
    let (after, why) = word(&run.after);
    let why = why.map(|why| format!(" ({why})")).unwrap_or_default();
    format!("{}: {before} before, {after} after{why}", run.command)
}

/// As in `make check: passed once more without the work`.
fn without((command, outcome): (&String, &Outcome)) -> String {
    format!("{command}: {} once more without the work", word(outcome).0)
}

fn word(outcome: &Outcome) -> (&'static str, Option<&str>) {
    match outcome {
        Outcome::Passed => ("passed", None),
        Outcome::Failed { how } => ("failed", Some(how)),
        Outcome::NotRun { why } => ("not run", Some(why)),
    }
}
