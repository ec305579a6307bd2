//! `wavecrew status`

use wavecrew::{RunStatus, TaskState};

use crate::args::StatusArgs;
use crate::command::print;
use crate::exit::Exit;
use crate::output::status::{nothing_left, status_json, status_text};

pub fn run(args: &StatusArgs) -> Exit {
    let status = match RunStatus::read(&args.root, args.run_id.as_deref()) {
        Ok(status) => status,
        Err(error) => {
            print::failure(&error);
            return Exit::Configuration;
        }
    };
    if args.json {
        print::json(&status_json(&status));
    } else {
        print::text(&status_text(&status));
    }
    let root = args.root.display();
    let id = &status.run_id;
    if status.is_verified() {
        let why = match status.tasks.is_empty() {
            true => nothing_left(&status.left_out),
            false => "every task is verified".to_owned(),
        };
        print::talk(&format!("next: nothing; {why}"));
        return Exit::Fine;
    }
    if status.live {
        print::talk(&format!(
            "next: wait, or interrupt the process that works on it; `wavecrew status {id} --root {root}` looks again"
        ));
        return Exit::NotVerified;
    }
    let unchecked = status.count(TaskState::NotChecked) + status.count(TaskState::Flaky);
    if status.count(TaskState::Asking) > 0 {
        print::talk(&format!(
            "next: `wavecrew resume {id} --root {root} --answer TASK=retry` (or skip, fail, abort) decides about what waits"
        ));
    } else if status.count(TaskState::Verified) + unchecked == status.to_do() {
        print::talk(match unchecked {
            0 => "next: take up the deferred tasks that others wait for",
            _ => "next: look at what is not checked, and give it tests that can fail",
        });
    } else {
        print::talk(&format!(
            "next: `wavecrew resume {id} --root {root}` takes up what is not done"
        ));
    }
    Exit::NotVerified
}
