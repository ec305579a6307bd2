//! `wavecrew explain`

use wavecrew::codes;
use wavecrew::worker_spec::Code;

use crate::args::ExplainArgs;
use crate::command::print;
use crate::exit::Exit;

pub fn run(args: &ExplainArgs) -> Exit {
    let Some(name) = &args.code else {
        print::text(&list());
        return Exit::Fine;
    };
    let wanted = name.trim().to_ascii_uppercase();
    match every_code().find(|code| code.as_str() == wanted) {
        Some(code) => {
            print::text(codes::explanation(code).unwrap_or_default());
            Exit::Fine
        }
        None => {
            print::talk(&format!(
                "error: no code `{name}`; `wavecrew explain` lists all"
            ));
            Exit::Usage
        }
    }
}

fn every_code() -> impl Iterator<Item = Code> {
    Code::ALL.iter().chain(codes::ALL).copied()
}

/// Every code with what it means, a line each.
fn list() -> String {
    every_code()
        .filter_map(codes::explanation)
        .filter_map(|page| page.lines().next())
        .map(|title| format!("{}\n", title.trim_start_matches("# ")))
        .collect()
}
