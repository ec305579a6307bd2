//! `wavecrew fix`

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::Path;

use serde_json::json;
use wavecrew::sandbox::{RelPath, Root};
use wavecrew::worker_spec::{
    Diagnostic, Document, Fix, Parsed, Plan, apply_fixes, unnamed_deliverables,
};
use wavecrew::{DeliverableEntry, DeliverableMap, GraphOptions, STDIN};

use crate::args::FixArgs;
use crate::command::load::{self, Loaded};
use crate::command::print;
use crate::exit::Exit;
use crate::output::SCHEMA_VERSION;
use crate::output::diagnostic::{DiagnosticOut, Rendering, visible};

/// A mend can bring another one to light, but a chain of more than these would be a circle.
const MAX_ROUNDS: usize = 16;

pub fn run(args: &FixArgs) -> Exit {
    if args.plan.paths.iter().any(|path| path.as_os_str() == STDIN) {
        print::talk("error: standard input cannot be written to; name the files");
        return Exit::Usage;
    }
    let map = match args.deliverables.as_deref().map(read_map).transpose() {
        Ok(map) => map.unwrap_or_default(),
        Err(exit) => return exit,
    };
    let loaded = match load::load(&args.plan.paths) {
        Ok(loaded) => loaded,
        Err(exit) => return exit,
    };
    let before: Vec<Document> = loaded.documents.clone();
    let mended = mend(loaded, &map, load::options(args.order));
    if !args.dry_run {
        for (old, new) in before.iter().zip(&mended.documents) {
            if old.text() != new.text()
                && let Err(error) = write(old, new)
            {
                print::talk(&visible(&format!("error: {}: {error}", old.name())));
                return Exit::Configuration;
            }
        }
    }
    let changed: Vec<&str> = before
        .iter()
        .zip(&mended.documents)
        .filter(|(old, new)| old.text() != new.text())
        .map(|(old, _)| old.name())
        .collect();
    if args.json {
        let list = |list: &[Diagnostic]| -> Vec<serde_json::Value> {
            list.iter().map(|d| json!(DiagnosticOut::new(d))).collect()
        };
        print::json(&json!({
            "schema_version": SCHEMA_VERSION,
            "kind": "fix",
            "dry_run": args.dry_run,
            "fixed": list(&mended.fixed),
            "skipped": mended.skipped,
            "refused": list(&mended.refused),
            "files": changed,
        }));
    } else {
        print::text(&text(&mended, &changed, args.dry_run));
        let rendering = Rendering::new(&mended.documents);
        for diagnostic in &mended.refused {
            print::talk(&rendering.text(diagnostic));
        }
    }
    if mended.refused.is_empty() {
        Exit::Fine
    } else {
        Exit::InvalidPlan
    }
}

fn read_map(path: &Path) -> Result<DeliverableMap, Exit> {
    let text = std::fs::read_to_string(path).map_err(|error| {
        print::talk(&visible(&format!(
            "error: failed to read `{}`: {error}",
            path.display()
        )));
        Exit::InvalidPlan
    })?;
    DeliverableMap::parse(&text).map_err(|error| {
        print::talk(&visible(&format!("error: {}: {error}", path.display())));
        Exit::InvalidPlan
    })
}

/// What became of the documents.
struct Mended {
    documents: Vec<Document>,
    /// Complaints whose mend was made.
    fixed: Vec<Diagnostic>,
    /// What needs no mend, each with the reason.
    skipped: Vec<String>,
    /// What the mapping asks for and cannot be done.
    refused: Vec<Diagnostic>,
}

/// Mends in memory until there is nothing more to mend.
fn mend(loaded: Loaded, map: &DeliverableMap, options: GraphOptions) -> Mended {
    let mut mended = Mended {
        documents: loaded.documents,
        fixed: Vec::new(),
        skipped: Vec::new(),
        refused: Vec::new(),
    };
    for round in 0..MAX_ROUNDS {
        let Parsed {
            value: plan,
            mut diagnostics,
        } = wavecrew::worker_spec::read(&mended.documents);
        diagnostics.extend(wavecrew::audit(&plan, options));
        for entry in &map.entries {
            let found = entry_diagnostics(entry, &plan, &mended.documents);
            if round == 0 && found.is_empty() {
                mended.skipped.push(format!(
                    "{} names {} already",
                    entry.id,
                    entry.paths.join(", ")
                ));
            }
            let (fixable, refused): (Vec<_>, Vec<_>) =
                found.into_iter().partition(|d| d.fix.is_some());
            diagnostics.extend(fixable);
            if round == 0 {
                mended.refused.extend(refused);
            }
        }
        let (documents, fixed) = round_of(&mended.documents, diagnostics);
        if fixed.is_empty() {
            break;
        }
        mended.documents = documents;
        mended.fixed.extend(fixed);
    }
    mended
}

/// What one entry of the mapping asks for.
fn entry_diagnostics(
    entry: &DeliverableEntry,
    plan: &Plan,
    documents: &[Document],
) -> Vec<Diagnostic> {
    let named = |name: &str| name.eq_ignore_ascii_case(&entry.id);
    let task = plan
        .tasks
        .iter()
        .find(|task| named(&task.id) || task.aliases.iter().any(|alias| named(alias)));
    let spec = task.and_then(|task| task.spec.as_deref());
    let document = spec.and_then(|spec| {
        let file = &*spec.location.file;
        documents.iter().find(|document| document.name() == file)
    });
    match (spec, document) {
        (Some(spec), Some(document)) => unnamed_deliverables(document, spec, &entry.paths),
        _ => {
            let line = entry
                .line
                .map_or_else(String::new, |line| format!(" (line {line} of the mapping)"));
            let what = if task.is_some() {
                "has no worker spec"
            } else {
                "is no task of this plan"
            };
            vec![
                Diagnostic::error(
                    wavecrew::worker_spec::Code::UNNAMED_DELIVERABLE,
                    format!("`{}`{line} {what}", entry.id),
                )
                .help("correct the id, or name the worker's spec on the command line"),
            ]
        }
    }
}

/// One pass over all documents: their new texts, and the complaints that are mended.
fn round_of(
    documents: &[Document],
    diagnostics: Vec<Diagnostic>,
) -> (Vec<Document>, Vec<Diagnostic>) {
    let mut by_file: BTreeMap<String, Vec<Diagnostic>> = BTreeMap::new();
    for diagnostic in diagnostics {
        if let Some(fix) = &diagnostic.fix {
            let file = fix.location.file.to_string();
            by_file.entry(file).or_default().push(diagnostic);
        }
    }
    let mut fixed = Vec::new();
    let documents = documents.iter().map(|document| {
        let Some(offers) = by_file.remove(document.name()) else {
            return document.clone();
        };
        let fixes: Vec<&Fix> = offers.iter().filter_map(|d| d.fix.as_ref()).collect();
        let edited = apply_fixes(document, &fixes);
        let applied = offers.into_iter().zip(&edited.applied);
        fixed.extend(applied.filter(|(_, applied)| **applied).map(|(d, _)| d));
        Document::new(document.name(), edited.text)
    });
    (documents.collect(), fixed)
}

/// Writes the new text, whole or not at all, unless somebody else changed the file meanwhile.
fn write(old: &Document, new: &Document) -> Result<(), Box<dyn std::error::Error>> {
    let path = std::fs::canonicalize(Path::new(old.name()))?;
    let (Some(folder), Some(name)) = (path.parent(), path.file_name().and_then(|n| n.to_str()))
    else {
        return Err("not the name of a file".into());
    };
    let root = Root::open(folder)?;
    let name: RelPath = name.parse()?;
    if root.read(&name)?.as_deref() != Some(old.text().as_bytes()) {
        return Err("changed while it was being mended; run `wavecrew fix` again".into());
    }
    Ok(root.write(&name, new.text().as_bytes())?)
}

fn text(mended: &Mended, changed: &[&str], dry_run: bool) -> String {
    let done = if dry_run { "would be fixed" } else { "fixed" };
    let mut out = String::new();
    for diagnostic in &mended.fixed {
        let place = diagnostic
            .location
            .as_ref()
            .map_or_else(String::new, |l| format!("{l}: "));
        let _ = writeln!(
            out,
            "{done} {place}{} [{}]",
            diagnostic.message, diagnostic.code
        );
    }
    for reason in &mended.skipped {
        let _ = writeln!(out, "skipped: {reason}");
    }
    let files = match changed.len() {
        1 => "1 file".to_owned(),
        count => format!("{count} files"),
    };
    let would = if dry_run {
        " (nothing written: --dry-run)"
    } else {
        ""
    };
    let _ = writeln!(
        out,
        "{} {done}, {} skipped in {files}{would}",
        mended.fixed.len(),
        mended.skipped.len(),
    );
    out
}
