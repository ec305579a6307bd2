//! `wavecrew report`

use wavecrew::{RunStatus, TaskState};

use crate::args::ReportArgs;
use crate::command::print;
use crate::exit::Exit;
use crate::output::report::{report_json, report_page};

pub fn run(args: &ReportArgs) -> Exit {
    let status = match RunStatus::read(&args.root, args.run_id.as_deref()) {
        Ok(status) => status,
        Err(error) => {
            print::failure(&error);
            return Exit::Configuration;
        }
    };
    if args.json {
        print::json(&report_json(&status));
    } else {
        print::text(&report_page(&status));
    }
    let verified = status.count(TaskState::Verified);
    let all = status.tasks.len() - status.count(TaskState::Split);
    if verified == all && verified > 0 {
        Exit::Fine
    } else {
        Exit::NotVerified
    }
}
