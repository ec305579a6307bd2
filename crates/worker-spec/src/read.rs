//! From documents to a plan.

use std::ops::Range;

use crate::markdown::BlockKind;
use crate::{
    Code, Confidence, Diagnostic, Dialect, Document, Fragment, Parsed, Plan, TaskMentionKind,
    dialects, merge,
};

/// Reads one document with every dialect that recognises it.
///
/// A document that holds no task gives a warning: it is not part of the plan. A code fence that is never closed is
/// an error at the line that opens it, since all that follows is taken for code.
pub fn parse(document: &Document) -> Parsed<Fragment> {
    let mut parsed = Parsed::<Fragment>::default();
    let readers = readers(document);
    if readers.is_empty() || readers.iter().any(|dialect| dialect.reads_markdown()) {
        unclosed_fence(document, &mut parsed.diagnostics);
    }
    for dialect in readers {
        let part = dialect.read(document);
        parsed.value.append(part.value);
        parsed.diagnostics.extend(part.diagnostics);
    }
    let told = parsed
        .diagnostics
        .iter()
        .any(|diagnostic| diagnostic.code == Code::NO_TASK);
    if parsed.value.tasks.is_empty() && !told {
        parsed.diagnostics.push(
            Diagnostic::warning(Code::NO_TASK, "no task and no worker spec in this document")
                .at(document.location(0..0))
                .help("leave it out, or list its tasks in a table, with checkboxes or in a Mermaid flowchart"),
        );
    }
    parsed
}

/// The dialects that are surest of a document. The first one that claims the whole of it reads alone.
fn readers(document: &Document) -> Vec<&'static dyn Dialect> {
    let mut readers: Vec<&'static dyn Dialect> = Vec::new();
    let mut most = Confidence::Weak;
    for dialect in dialects() {
        let confidence = dialect.recognise(document);
        if confidence == Confidence::Whole {
            return vec![*dialect];
        }
        if confidence > most {
            most = confidence;
            readers.clear();
        }
        if confidence == most {
            readers.push(*dialect);
        }
    }
    readers
}

/// Reads documents and merges them into one plan.
///
/// Beside worker specs, a document whose title says that it speaks *about* them ("Execution Summary", "Report",
/// "Meta-Worker …") is no plan: a warning says so, and it is left out. Given without worker specs it is read like any
/// other.
///
/// The diagnostics of all documents come first, in the order of the documents, then those of the whole plan. That
/// no document holds a task is an error.
pub fn read(documents: &[Document]) -> Parsed<Plan> {
    let parsed: Vec<Parsed<Fragment>> = documents.iter().map(parse).collect();
    let any_spec = parsed.iter().any(|parsed| holds_spec(&parsed.value));
    let mut diagnostics = Vec::new();
    let mut fragments = Vec::with_capacity(documents.len());
    for (document, parsed) in documents.iter().zip(parsed) {
        let about = if any_spec && !holds_spec(&parsed.value) {
            title_of_report(document)
        } else {
            None
        };
        match about {
            Some(title) if !parsed.value.tasks.is_empty() => {
                diagnostics.push(no_plan(document, title))
            }
            _ => {
                diagnostics.extend(parsed.diagnostics);
                fragments.push(parsed.value);
            }
        }
    }
    let merged = merge(fragments);
    diagnostics.extend(merged.diagnostics);
    Parsed {
        value: merged.value,
        diagnostics,
    }
}

fn holds_spec(fragment: &Fragment) -> bool {
    fragment
        .tasks
        .iter()
        .any(|task| task.kind == TaskMentionKind::Spec)
}

/// The title of a document that, by its title, speaks about plans or workers.
fn title_of_report(document: &Document) -> Option<Range<usize>> {
    const ABOUT: [&str; 5] = ["meta", "summary", "report", "retrospective", "changelog"];
    let title = document
        .markdown()
        .blocks
        .iter()
        .find_map(|block| match &block.kind {
            BlockKind::Heading { level: 1, text } => Some(text.clone()),
            _ => None,
        })?;
    let words = &mut document.text()[title.clone()].split(|c: char| !c.is_alphanumeric());
    words
        .any(|word| ABOUT.iter().any(|about| about.eq_ignore_ascii_case(word)))
        .then_some(title)
}

fn no_plan(document: &Document, title: Range<usize>) -> Diagnostic {
    let message = "by its title this document speaks about worker specs, so its lists are not taken for tasks";
    Diagnostic::warning(Code::NO_TASK, message)
        .at(document.location(title))
        .help("give it another title if it is a plan, or leave it out")
}

fn unclosed_fence(document: &Document, diagnostics: &mut Vec<Diagnostic>) {
    for block in &document.markdown().blocks {
        if let BlockKind::Fence(fence) = &block.kind
            && !fence.closed
        {
            let text = document.text();
            let line = text[block.span.clone()].lines().next().unwrap_or_default();
            let marks = line
                .trim_start()
                .chars()
                .take_while(|c| matches!(c, '`' | '~'))
                .count();
            let mark = &line.trim_start()[..marks];
            diagnostics.push(
                Diagnostic::error(Code::UNCLOSED_FENCE, "this code fence is never closed")
                    .at(document.location(block.span.start..block.span.start + line.len()))
                    .help(format!("add a line `{mark}` where the code ends")),
            );
        }
    }
}
