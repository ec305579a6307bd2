//! `wavecrew check`

use serde_json::json;

use crate::args::CheckArgs;
use crate::command::{load, print};
use crate::exit::Exit;
use crate::output::SCHEMA_VERSION;
use crate::output::diagnostic::DiagnosticOut;

pub fn run(args: &CheckArgs) -> Exit {
    let mut loaded = match load::load(&args.plan.paths) {
        Ok(loaded) => loaded,
        Err(exit) => return exit,
    };
    loaded.audit(load::options(args.order));
    let exit = if loaded.has_errors() {
        Exit::InvalidPlan
    } else {
        Exit::Fine
    };
    if args.json {
        let diagnostics: Vec<DiagnosticOut<'_>> =
            loaded.diagnostics.iter().map(DiagnosticOut::new).collect();
        print::json(&json!({ "schema_version": SCHEMA_VERSION, "diagnostics": diagnostics }));
        return exit;
    }
    loaded.tell(&loaded.diagnostics);
    let tasks = loaded.plan.tasks.len();
    print::text(&format!("{tasks} tasks, {}\n", loaded.counts()));
    print::talk(match exit {
        Exit::Fine => "next: `wavecrew plan` shows how long it takes",
        _ => "next: mend the errors; nothing runs before",
    });
    exit
}
