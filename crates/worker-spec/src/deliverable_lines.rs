//! Deliverables that a worker spec should name and does not.

use crate::path::normal_path;
use crate::{Code, Diagnostic, Document, Location, WorkerSpec};

/// Compares the deliverables that `spec` names with `paths`, as a mapping from workers to files gives them.
///
/// Each path that the spec does not name is a warning ([`Code::UNNAMED_DELIVERABLE`]) with a [`Fix`](crate::Fix) that adds its line to
/// the section DELIVERABLES, or the section with the line; a path that no task may write is an error without one. When
/// all are named the result is empty, so that fixing is idempotent.
///
/// `document` is the one that the spec was read from.
pub fn unnamed_deliverables(
    document: &Document,
    spec: &WorkerSpec,
    paths: &[impl AsRef<str>],
) -> Vec<Diagnostic> {
    let mut found: Vec<Diagnostic> = Vec::new();
    let mut wanted: Vec<String> = Vec::new();
    for path in paths.iter().map(AsRef::as_ref) {
        match normal_path(path) {
            Ok(path) if spec.deliverables.iter().any(|file| file.path == path) => {}
            Ok(path) if path.contains('`') || wanted.contains(&path) => {}
            Ok(path) => wanted.push(path),
            Err(fault) => found.push(
                Diagnostic::error(
                    Code::FORBIDDEN_PATH,
                    format!("`{path}`, a deliverable of {}, {}", spec.id, fault.why()),
                )
                .at(spec.location.clone())
                .help("give a path below the root"),
            ),
        }
    }
    if wanted.is_empty() {
        return found;
    }
    let gap = Gap::find(document, spec);
    for (index, path) in wanted.iter().enumerate() {
        let last = index + 1 == wanted.len();
        found.push(
            Diagnostic::warning(
                Code::UNNAMED_DELIVERABLE,
                format!("{} does not name its deliverable `{path}`", spec.id),
            )
            .at(gap.shown.clone())
            .help(format!("add `- [ ] Create/update file: `{path}``"))
            .fix(
                document.location(gap.at..gap.at),
                gap.text(path, index == 0, last),
            ),
        );
    }
    found
}

/// Where lines are to be added, and what has to stand around them.
struct Gap {
    at: usize,
    /// What the message points at.
    shown: Location,
    before: String,
    after: &'static str,
    line_end: &'static str,
}

impl Gap {
    fn find(document: &Document, spec: &WorkerSpec) -> Gap {
        let text = document.text();
        let line_end = if text.contains("\r\n") { "\r\n" } else { "\n" };
        let mut gap = Gap {
            at: 0,
            shown: spec.location.clone(),
            before: String::new(),
            after: "",
            line_end,
        };
        if let Some(section) = spec.section("DELIVERABLES") {
            gap.shown = section.location.clone();
            gap.at = after_blank_lines(text, end_of_line(text, section.location.span.end));
            let next = text[gap.at..].trim_start_matches([' ', '\t']);
            if !next.starts_with(['-', '*', '+']) {
                // A paragraph or a heading right after a list item would become part of it or look like it.
                gap.after = line_end;
            }
        } else {
            let first = spec
                .sections
                .iter()
                .map(|section| section.location.span.start);
            gap.at = first.min().unwrap_or(text.len());
            gap.before = format!("## DELIVERABLES{line_end}{line_end}");
            gap.after = line_end;
        }
        if gap.at > 0 && !text[..gap.at].ends_with(['\n', '\r']) {
            gap.before.insert_str(0, &line_end.repeat(2));
        }
        gap
    }

    fn text(&self, path: &str, first: bool, last: bool) -> String {
        let before = if first { self.before.as_str() } else { "" };
        let after = if last { self.after } else { "" };
        format!(
            "{before}- [ ] Create/update file: `{path}`{}{after}",
            self.line_end
        )
    }
}

/// The first byte of the line after the one of `at`.
fn end_of_line(text: &str, at: usize) -> usize {
    text[at..].find('\n').map_or(text.len(), |end| at + end + 1)
}

fn after_blank_lines(text: &str, mut at: usize) -> usize {
    for line in text[at..].split_inclusive('\n') {
        if !line.trim().is_empty() {
            break;
        }
        at += line.len();
    }
    at
}
