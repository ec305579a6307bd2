//! `wavecrew report`

use wavecrew::RunStatus;

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
    match status.is_verified() {
        true => Exit::Fine,
        false => Exit::NotVerified,
    }
}
