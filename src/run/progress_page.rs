//! A run for people and for tools: `PROGRESS.md` and `tasks.json`.

use std::fmt::Write;

use serde_json::{Value, json};

use super::board::{Board, BoardTask};
use super::status::TaskState;
use super::timestamp::iso;

/// So many next actions are listed.
const NEXT: usize = 10;

/// `tasks.json`: `status` is `pending`, `in_progress`, `completed` or `blocked`; `state` says it in the
/// words of this program.
pub(super) fn tasks_json(board: &Board) -> Value {
    let tasks: Vec<Value> = board.tasks.iter().map(task_json).collect();
    json!({ "schema_version": 1, "run_id": board.run_id, "tasks": tasks })
}

fn task_json(task: &BoardTask) -> Value {
    json!({
        "id": task.id,
        "title": task.title,
        "group": task.group,
        "status": status(task.state),
        "state": task.state,
        "agent_id": task.agent_id,
        "attempts": task.attempts,
        "started_at": task.started_at_ms.map(iso),
        "completed_at": task.completed_at_ms.filter(|_| task.is_done()).map(iso),
        "reason": task.reason,
    })
}

fn status(state: TaskState) -> &'static str {
    match state {
        TaskState::Verified | TaskState::Flaky | TaskState::NotChecked | TaskState::Split => {
            "completed"
        }
        TaskState::Running | TaskState::Waiting => "in_progress",
        TaskState::Failed | TaskState::Skipped | TaskState::Asking | TaskState::PutAside => {
            "blocked"
        }
        _ => "pending",
    }
}

/// `PROGRESS.md`: progress by groups, blockers, next actions, and what was verified.
pub(super) fn progress_page(board: &Board) -> String {
    let mut page = format!("# Progress of run {}\n\n", markdown_line(&board.run_id));
    let whole = || {
        board
            .tasks
            .iter()
            .filter(|task| task.state != TaskState::Split)
    };
    let done = whole().filter(|task| task.is_done()).count();
    let _ = writeln!(
        page,
        "{done} of {} tasks done: {} verified, {} not checked. {} failed, {} running.\n",
        whole().count(),
        board.count(TaskState::Verified),
        board.count(TaskState::NotChecked),
        board.count(TaskState::Failed),
        board.count(TaskState::Running),
    );
    groups(&mut page, board);
    blockers(&mut page, board);
    next_actions(&mut page, board);
    checklist(&mut page, board);
    page
}

fn groups(page: &mut String, board: &Board) {
    page.push_str(
        "## Groups\n\n| Group | Done | Running | Failed | Left |\n|---|---|---|---|---|\n",
    );
    for (group, tasks) in board.groups() {
        // A task that was split is in there with its parts.
        let whole = tasks
            .into_iter()
            .filter(|task| task.state != TaskState::Split);
        let tasks: Vec<_> = whole.collect();
        let count =
            |wanted: fn(&BoardTask) -> bool| tasks.iter().filter(|task| wanted(task)).count();
        let done = count(BoardTask::is_done);
        let running = count(|task| task.state == TaskState::Running);
        let failed = count(|task| task.state == TaskState::Failed);
        let _ = writeln!(
            page,
            "| {} | {done} of {} | {running} | {failed} | {} |",
            markdown_line(group.unwrap_or("no group")),
            tasks.len(),
            tasks.len() - done - running - failed,
        );
    }
}

fn blockers(page: &mut String, board: &Board) {
    page.push_str("\n## Blockers\n\n");
    let mut none = true;
    for task in &board.tasks {
        let is_blocker = matches!(
            task.state,
            TaskState::Failed | TaskState::Waiting | TaskState::Asking
        );
        if !is_blocker {
            continue;
        }
        none = false;
        let word = match task.state {
            TaskState::Failed => "failed",
            TaskState::Asking => "waits for an answer",
            _ => "waits",
        };
        let _ = writeln!(
            page,
            "- {}: {word}: {}",
            markdown_line(&task.id),
            markdown_line(&task.reason)
        );
    }
    for (id, reason) in &board.left_out {
        if reason != "done" {
            none = false;
            let _ = writeln!(
                page,
                "- {}: left out: {}",
                markdown_line(id),
                markdown_line(reason)
            );
        }
    }
    if none {
        page.push_str("None.\n");
    }
}

fn next_actions(page: &mut String, board: &Board) {
    page.push_str("\n## Next actions\n\n");
    let mut actions: Vec<String> = Vec::new();
    let with = |state| board.tasks.iter().filter(move |task| task.state == state);
    actions.extend(
        with(TaskState::Asking).map(|task| format!("decide about {}", markdown_line(&task.id))),
    );
    actions.extend(with(TaskState::Failed).map(|task| format!("mend {}", markdown_line(&task.id))));
    let ready = with(TaskState::Pending).filter(|task| {
        let mut waits_for = task.waits_for.iter();
        waits_for.all(|place| board.tasks[*place].is_done())
    });
    actions.extend(ready.map(|task| {
        format!(
            "start {}: {}",
            markdown_line(&task.id),
            markdown_line(&task.title)
        )
    }));
    actions.extend(
        with(TaskState::Flaky)
            .map(|task| format!("look at the flaky tests of {}", markdown_line(&task.id))),
    );
    actions.extend(
        with(TaskState::NotChecked)
            .map(|task| format!("give {} tests that can fail", markdown_line(&task.id))),
    );
    for action in actions.iter().take(NEXT) {
        let _ = writeln!(page, "- {action}");
    }
    match actions.len() {
        0 if board
            .tasks
            .iter()
            .all(|task| task.is_done() || task.state == TaskState::Split) =>
        {
            page.push_str("None: everything is done.\n")
        }
        0 => page.push_str("Wait for what is running.\n"),
        more if more > NEXT => {
            let _ = writeln!(page, "- and {} more", more - NEXT);
        }
        _ => {}
    }
}

fn checklist(page: &mut String, board: &Board) {
    page.push_str("\n## Verification checklist\n\n");
    for task in &board.tasks {
        if task.state == TaskState::Split {
            continue;
        }
        let mark = if task.state == TaskState::Verified {
            'x'
        } else {
            ' '
        };
        let _ = write!(
            page,
            "- [{mark}] {}: {}",
            markdown_line(&task.id),
            markdown_line(&task.title)
        );
        if task.state == TaskState::NotChecked {
            page.push_str(" (not checked)");
        } else if task.state == TaskState::Flaky {
            page.push_str(" (flaky)");
        } else if task.tests.is_empty() && task.state != TaskState::Verified {
            page.push_str(" (no test is stated)");
        }
        page.push('\n');
        for test in &task.tests {
            let _ = writeln!(page, "  - `{}`", test.replace(['`', '\n'], " ").trim());
        }
    }
}

/// Text of documents in a line of Markdown: it starts no markup, and stays one line.
pub fn markdown_line(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '#' | '|' => {
                safe.push('\\');
                safe.push(character);
            }
            character if character.is_control() => safe.push(' '),
            // What turns or hides the text around it.
            '\u{61c}'
            | '\u{200b}'..='\u{200f}'
            | '\u{2028}'..='\u{202e}'
            | '\u{2066}'..='\u{2069}'
            | '\u{feff}'
            | '\u{e0000}'..='\u{e007f}' => {
                safe.extend(character.escape_unicode());
            }
            character => safe.push(character),
        }
    }
    safe
}
