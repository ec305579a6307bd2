//! `wavecrew init`

use std::fs::OpenOptions;
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

use serde_json::json;
use wavecrew::worker_spec::{Diagnostic, write};

use crate::args::InitArgs;
use crate::command::{load, print};
use crate::exit::Exit;
use crate::output::SCHEMA_VERSION;
use crate::output::amount::counted;
use crate::output::diagnostic::visible;

/// The plan that is written when there is none to bring along: it runs as it is, without a model.
const TEMPLATE: &str = include_str!("init/plan.md");

/// Codes of dependencies that were read and are no edge of the plan, because nobody knows what they are on.
const LOST: [&str; 1] = ["WC0202"];

/// The name of the plan in a folder.
const NAME: &str = "plan.md";

pub fn run(args: &InitArgs) -> Exit {
    let mut lost = Vec::new();
    let text = if args.from.is_empty() {
        TEMPLATE.to_owned()
    } else {
        let loaded = match load::load(&args.from) {
            Ok(loaded) => loaded,
            Err(exit) => return exit,
        };
        if loaded.has_errors() {
            loaded.tell(loaded.errors());
            print::talk(
                "nothing is written: the documents have errors; `wavecrew check` shows all",
            );
            return Exit::InvalidPlan;
        }
        // What cannot be told apart in the new form has to be told now: nobody would miss it there.
        let left = (loaded.diagnostics.iter()).filter(|told| LOST.contains(&told.code.as_str()));
        let left: Vec<&Diagnostic> = left.collect();
        loaded.tell(left.iter().copied());
        lost.extend(left.iter().map(|told| told.message.clone()));
        write::to_markdown(&loaded.plan)
    };
    let file = file_of(&args.path);
    match create(&file, &text) {
        Ok(()) => {
            let shown = visible(&file.display().to_string());
            match args.json {
                true => print::json(&json!({
                    "schema_version": SCHEMA_VERSION,
                    "kind": "init",
                    "file": file.display().to_string(),
                    "not_brought_along": lost,
                })),
                false => print::text(&format!("{}\n", file.display())),
            }
            if !lost.is_empty() {
                let lines = counted(lost.len() as u64, "dependency");
                print::talk(&format!(
                    "warning: {} of the documents {} not in {shown}: see above",
                    lines.replace("dependencys", "dependencies"),
                    if lost.len() == 1 { "is" } else { "are" },
                ));
            }
            print::talk(&format!("next: `wavecrew check {shown}`"));
            Exit::Fine
        }
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {
            let shown = visible(&file.display().to_string());
            print::talk(&format!(
                "error: `{shown}` is there already, and nothing is overwritten"
            ));
            print::talk("help: name another file: `wavecrew init other.md`");
            Exit::Usage
        }
        Err(error) => {
            let shown = visible(&file.display().to_string());
            print::talk(&format!("error: failed to write `{shown}`: {error}"));
            Exit::Configuration
        }
    }
}

/// The file that a path stands for: itself when it ends in `.md`, else the plan in that folder.
fn file_of(path: &Path) -> PathBuf {
    let markdown = |ending: &std::ffi::OsStr| ending == "md" || ending == "markdown";
    if path.extension().is_some_and(markdown) && !path.is_dir() {
        path.to_owned()
    } else {
        path.join(NAME)
    }
}

/// Writes a file that must not be there yet, with the folders around it.
fn create(file: &Path, text: &str) -> std::io::Result<()> {
    if let Some(folder) = file.parent() {
        std::fs::create_dir_all(folder)?;
    }
    let mut open = OpenOptions::new().write(true).create_new(true).open(file)?;
    open.write_all(text.as_bytes())
}
