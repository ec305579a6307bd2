//! What holds for whatever is read, however broken the text.

use std::time::Duration;

use rustix::time::{ClockId, clock_gettime};
use wavecrew_worker_spec::{
    Diagnostic, Document, Fragment, Location, Parsed, dialects, parse, read,
};

/// Reads documents as one plan and checks what comes of it.
pub fn check_plan(documents: &[Document]) {
    let Parsed {
        value: plan,
        diagnostics,
    } = read(documents);
    check_diagnostics(documents, &diagnostics);
    let known = |id: &str| plan.task(id).is_some();
    for task in &plan.tasks {
        assert!(!task.id.is_empty());
        check_place(documents, &task.location);
    }
    for edge in &plan.edges {
        assert!(known(&edge.from) && known(&edge.to) && edge.from != edge.to);
        edge.locations
            .iter()
            .for_each(|place| check_place(documents, place));
    }
    assert!(
        plan.groups
            .iter()
            .flat_map(|group| &group.tasks)
            .all(|task| known(task))
    );
}

/// Reads a document by every dialect, whether it recognises it or not.
pub fn check_dialects(document: &Document) {
    for dialect in dialects() {
        dialect.recognise(document);
        check_fragment(document, &dialect.read(document));
    }
    check_fragment(document, &parse(document));
}

/// Checks what one dialect has read.
pub fn check_fragment(document: &Document, parsed: &Parsed<Fragment>) {
    let documents = std::slice::from_ref(document);
    check_diagnostics(documents, &parsed.diagnostics);
    for task in &parsed.value.tasks {
        check_place(documents, &task.location);
    }
    for edge in &parsed.value.edges {
        check_place(documents, &edge.location);
    }
    for statement in &parsed.value.statements {
        check_place(documents, &statement.location);
    }
}

/// Every complaint says something, and its places are places of the documents.
pub fn check_diagnostics(documents: &[Document], diagnostics: &[Diagnostic]) {
    for diagnostic in diagnostics {
        assert!(!diagnostic.message.is_empty());
        diagnostic
            .location
            .iter()
            .for_each(|place| check_place(documents, place));
        diagnostic
            .related
            .iter()
            .for_each(|related| check_place(documents, &related.location));
    }
}

fn check_place(documents: &[Document], place: &Location) {
    let document = documents
        .iter()
        .find(|document| *document.name() == *place.file)
        .expect("a place is in a document");
    assert!(
        document.text().get(place.span.clone()).is_some(),
        "{place} at {:?} is no part of the text",
        place.span
    );
}

/// Does something that shall take no more than a second of the processor. A hang is for the fuzzer's own timeout, which
/// counts what other programs take too.
pub fn within_a_second(check: impl FnOnce()) {
    let now = || clock_gettime(ClockId::ThreadCPUTime);
    let start = now();
    check();
    let end = now();
    let spent = Duration::try_from(end - start).unwrap_or_default();
    assert!(spent < Duration::from_secs(1), "it takes {spent:?}");
}
