//! `wavecrew report`

use std::fmt::Write;

use serde_json::{Value, json};
use wavecrew::{RunStatus, TaskState, TaskStatus, markdown_line};

use super::amount::{counted, dollars};
use super::evidence::evidence_section;
use super::fallbacks::fallback_lines;
use super::status::{counts, name, nothing_left, status_json};
use super::summary::target_text;

/// So many of the slowest tasks are listed.
const SLOWEST: usize = 5;

/// The machine form: that of `status`, and what the page adds to it.
pub fn report_json(status: &RunStatus) -> Value {
    let mut value = status_json(status);
    let slowest: Vec<&str> = slowest(status).map(|task| task.id.as_str()).collect();
    value["kind"] = json!("report");
    value["started_at"] = json!(began(status));
    value["ended_at"] = json!(ended(status));
    value["slowest"] = json!(slowest);
    value
}

/// The form for people: a page in Markdown.
pub fn report_page(status: &RunStatus) -> String {
    let mut page = format!("# Run {}\n\n", markdown_line(&status.run_id));
    let _ = writeln!(page, "{}\n", headline(status));
    if let (Some(began), Some(ended)) = (began(status), ended(status)) {
        let sessions = match status.sessions {
            1 => "one session".to_owned(),
            more => format!("{more} sessions"),
        };
        let _ = writeln!(page, "From {began} to {ended}, in {sessions}.");
    }
    let spent = &status.spent;
    let cost = match spent.nano_usd {
        Some(nano) => dollars(nano),
        None => "an unknown sum".to_owned(),
    };
    let estimated = match spent.estimated {
        0 => String::new(),
        some => format!(
            "; {} did not say what they used, and count by an estimate",
            counted(some, "call")
        ),
    };
    let _ = writeln!(
        page,
        "{} on record: {} and {} for {cost}{estimated}.\n",
        counted(spent.answers, "answer"),
        counted(spent.calls, "call"),
        counted(spent.tokens, "token"),
    );
    let dropped: u64 = spent.dropped.values().sum();
    if dropped > 0 {
        let _ = writeln!(
            page,
            "{} under way when a session was stopped: what that came to is not known.\n",
            match dropped {
                1 => "1 call may have been".to_owned(),
                more => format!("{more} calls may have been"),
            }
        );
    }
    let judged = &status.judged;
    if judged.calls > 0 {
        let _ = writeln!(
            page,
            "Judging the specs took {} and {} for {} besides.\n",
            counted(judged.calls, "call"),
            counted(judged.tokens, "token"),
            dollars(judged.nano_usd),
        );
    }
    for own in &spent.providers {
        let share = own.answers as f64 / spent.answers.max(1) as f64 * 100.0;
        let _ = writeln!(
            page,
            "- {}: {} of them ({share:.0} %)",
            markdown_line(&own.provider),
            own.answers
        );
    }
    if !spent.providers.is_empty() {
        page.push('\n');
    }
    let tasks = status.tasks.iter();
    let fallbacks =
        fallback_lines(tasks.map(|task| (task.id.as_str(), task.passed_over.as_slice())));
    if !fallbacks.is_empty() {
        page.push_str("## Passed over\n\n");
        for line in fallbacks {
            let _ = writeln!(page, "- {}", markdown_line(&line));
        }
        page.push('\n');
    }
    for (state, heading) in [
        (TaskState::Failed, "Failed"),
        (TaskState::Asking, "Waiting for an answer"),
        (TaskState::Flaky, "Flaky"),
        (TaskState::NotChecked, "Not checked"),
        (TaskState::Skipped, "Skipped"),
        (TaskState::Interrupted, "Interrupted"),
    ] {
        section(&mut page, status, state, heading);
    }
    let pending: Vec<_> = status
        .left_out
        .iter()
        .filter(|task| task.is_pending())
        .collect();
    if !pending.is_empty() {
        page.push_str("## Left out\n\n");
        for task in pending {
            let _ = writeln!(
                page,
                "- {}: {}",
                markdown_line(&task.id),
                markdown_line(&task.reason)
            );
        }
        page.push('\n');
    }
    if let Some(stopped) = &status.stopped {
        let _ = writeln!(page, "Stopped: {}.\n", markdown_line(stopped));
    }
    if !status.targets.is_empty() {
        page.push_str("## Targets\n\n");
        for target in &status.targets {
            let _ = writeln!(page, "- {}", markdown_line(&target_text(target)));
        }
        page.push('\n');
    }
    let mut slow = slowest(status).peekable();
    if slow.peek().is_some() {
        page.push_str("## Slowest\n\n");
        for task in slow {
            let seconds = task.seconds.unwrap_or_default();
            let _ = writeln!(page, "- {}: {seconds:.1} s", markdown_line(&task.id));
        }
        page.push('\n');
    }
    page.push_str(
        "## Tasks\n\n| Task | State | Attempts | Seconds | Reason |\n|---|---|---|---|---|\n",
    );
    for task in &status.tasks {
        let seconds = task.seconds.map(|seconds| format!("{seconds:.1}"));
        let _ = writeln!(
            page,
            "| {} | {} | {} | {} | {} |",
            markdown_line(&task.id),
            name(task.state).replace('_', " "),
            task.attempts,
            seconds.unwrap_or_default(),
            markdown_line(&task.reason),
        );
    }
    page.push('\n');
    page.push_str(&evidence_section(status));
    page.truncate(page.trim_end().len());
    page.push('\n');
    page
}

fn headline(status: &RunStatus) -> String {
    let tasks = match status.tasks.len() {
        0 => {
            return format!(
                "Nothing was left to do: {}.",
                nothing_left(&status.left_out)
            );
        }
        1 => "1 task".to_owned(),
        more => format!("{more} tasks"),
    };
    format!("{tasks}: {}.", counts(status))
}

fn section(page: &mut String, status: &RunStatus, state: TaskState, heading: &str) {
    let mut tasks = status
        .tasks
        .iter()
        .filter(|task| task.state == state)
        .peekable();
    if tasks.peek().is_none() {
        return;
    }
    let _ = writeln!(page, "## {heading}\n");
    for task in tasks {
        let _ = writeln!(
            page,
            "- {}: {}",
            markdown_line(&task.id),
            markdown_line(&task.reason)
        );
    }
    page.push('\n');
}

fn slowest(status: &RunStatus) -> impl Iterator<Item = &TaskStatus> {
    let mut timed: Vec<&TaskStatus> = status
        .tasks
        .iter()
        .filter(|task| task.seconds.is_some())
        .collect();
    timed.sort_by(|a, b| {
        b.seconds
            .unwrap_or_default()
            .total_cmp(&a.seconds.unwrap_or_default())
    });
    timed.into_iter().take(SLOWEST)
}

/// Moments as ISO 8601 writes them sort like text.
fn began(status: &RunStatus) -> Option<&str> {
    let starts = status
        .tasks
        .iter()
        .filter_map(|task| task.started_at.as_deref());
    starts.min()
}

fn ended(status: &RunStatus) -> Option<&str> {
    let changes = status
        .tasks
        .iter()
        .filter_map(|task| task.changed_at.as_deref());
    changes.max()
}
