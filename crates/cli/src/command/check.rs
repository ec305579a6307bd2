//! `wavecrew check`

use serde_json::json;
use wavecrew::Judgement;

use crate::args::{CheckArgs, CheckFormat};
use crate::command::load::Loaded;
use crate::command::{load, print, quality};
use crate::exit::Exit;
use crate::output::amount::counted;
use crate::output::diagnostic::DiagnosticOut;
use crate::output::{self, SCHEMA_VERSION, github, sarif};

pub fn run(args: &CheckArgs) -> Exit {
    let mut loaded = match load::load_or_complain(&args.plan.paths) {
        Ok(loaded) => loaded,
        Err(exit) => return exit,
    };
    loaded.audit(load::options(args.order));
    let judgements = match (args.quality || args.gate.is_asked())
        .then(|| quality::judge(&mut loaded, &args.gate, &args.budget))
        .transpose()
    {
        Ok(judgements) => judgements,
        Err(exit) => return exit,
    };
    let judgements = judgements.as_deref();
    let exit = if loaded.has_errors() {
        Exit::InvalidPlan
    } else {
        Exit::Fine
    };
    match args.format {
        _ if args.json => json(&loaded, judgements),
        CheckFormat::Json => json(&loaded, judgements),
        CheckFormat::Sarif => print::json(&sarif::log(&loaded.documents, &loaded.diagnostics)),
        CheckFormat::Github => {
            let annotations: String = loaded.diagnostics.iter().map(github::annotation).collect();
            print::data(&annotations);
        }
        CheckFormat::Human => human(&loaded, judgements, exit),
    }
    exit
}

fn json(loaded: &Loaded, judgements: Option<&[Judgement]>) {
    let diagnostics: Vec<DiagnosticOut<'_>> =
        loaded.diagnostics.iter().map(DiagnosticOut::new).collect();
    let mut value = json!({
        "schema_version": SCHEMA_VERSION,
        "kind": "check",
        "diagnostics": diagnostics,
    });
    if let Some(judgements) = judgements {
        value["quality"] = output::quality::json(judgements);
    }
    print::json(&value);
}

fn human(loaded: &Loaded, judgements: Option<&[Judgement]>, exit: Exit) {
    loaded.tell(&loaded.diagnostics);
    if let Some(judgements) = judgements {
        print::text(&output::quality::table(judgements));
    }
    let tasks = loaded.plan.tasks.len();
    let tasks = counted(tasks as u64, "task");
    print::text(&format!("{tasks}, {}\n", loaded.counts()));
    let fixes = loaded
        .diagnostics
        .iter()
        .filter(|d| d.fix.is_some())
        .count();
    if fixes > 0 {
        print::talk(&format!(
            "{fixes} of these can be mended by `wavecrew fix`, with the same arguments"
        ));
    }
    if let Some(first) = loaded.diagnostics.first() {
        print::talk(&format!(
            "`wavecrew explain {}` says more, as for every code",
            first.code
        ));
    }
    print::talk(match exit {
        Exit::Fine => "next: `wavecrew plan` shows how long it takes",
        _ => "next: mend the errors; nothing runs before",
    });
}
