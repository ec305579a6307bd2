//! `wavecrew status`

use wavecrew::{RunStatus, TaskState};

use crate::args::StatusArgs;
use crate::command::print;
use crate::exit::Exit;
use crate::output::status::{status_json, status_text};

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
    let verified = status.count(TaskState::Verified);
    let unchecked = status.count(TaskState::NotChecked) + status.count(TaskState::Flaky);
    // What was split is done by its parts.
    let all = status.tasks.len() - status.count(TaskState::Split);
    if verified == all && verified > 0 {
        print::talk("next: nothing; every task is verified");
        return Exit::Fine;
    }
    if status.count(TaskState::Asking) > 0 {
        print::talk(&format!(
            "next: `wavecrew resume {id} --root {root} --answer TASK=retry` (or skip, fail, abort) decides about what waits"
        ));
    } else if verified + unchecked == all {
        print::talk("next: look at what is not checked, and give it tests that can fail");
    } else {
        print::talk(&format!(
            "next: `wavecrew resume {id} --root {root}` takes up what is not done"
        ));
    }
    Exit::NotVerified
}
