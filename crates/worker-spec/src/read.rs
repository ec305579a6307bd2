//! From documents to a plan.

use crate::{Code, Confidence, Diagnostic, Document, Fragment, Parsed, Plan, dialects, merge};

/// Reads one document with every dialect that recognises it.
///
/// A document that holds no task gives a warning: it is not part of the plan.
pub fn parse(document: &Document) -> Parsed<Fragment> {
    let sure: Vec<_> = dialects()
        .iter()
        .map(|d| (d, d.recognise(document)))
        .collect();
    let most = sure
        .iter()
        .map(|(_, confidence)| *confidence)
        .max()
        .unwrap_or(Confidence::No);
    let mut parsed = Parsed::<Fragment>::default();
    for (dialect, confidence) in sure {
        if confidence == most && confidence > Confidence::No {
            let part = dialect.read(document);
            parsed.value.append(part.value);
            parsed.diagnostics.extend(part.diagnostics);
        }
    }
    if parsed.value.tasks.is_empty() {
        parsed.diagnostics.push(
            Diagnostic::warning(Code::NO_TASK, "no task and no worker spec in this document")
                .at(document.location(0..0)),
        );
    }
    parsed
}

/// Reads documents and merges them into one plan.
///
/// The diagnostics of all documents come first, in the order of the documents, then those of the whole plan. That
/// no document holds a task is an error.
pub fn read(documents: &[Document]) -> Parsed<Plan> {
    let mut diagnostics = Vec::new();
    let mut fragments = Vec::with_capacity(documents.len());
    for document in documents {
        let parsed = parse(document);
        diagnostics.extend(parsed.diagnostics);
        fragments.push(parsed.value);
    }
    let merged = merge(fragments);
    diagnostics.extend(merged.diagnostics);
    Parsed {
        value: merged.value,
        diagnostics,
    }
}
