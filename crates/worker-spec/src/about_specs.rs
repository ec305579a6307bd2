//! Documents about worker specs: what was told to those who wrote them, and what they report.
//!
//! Such a document lists the same workers as the specs, in the groups in which they were written. Taken for a plan it
//! would say how the work is run, which it does not.

use std::ops::Range;

use crate::Document;
use crate::markdown::BlockKind;

/// Lines that a document has to have in common with a report: one may be a remark in a plan.
const ENOUGH: usize = 2;

/// Where a document first speaks of specs as what is, or was, to be written: "all 54 worker instruction files created",
/// "write the work instructions for these workers". `None` when it does so less than twice.
pub(crate) fn speaks_of_writing_specs(document: &Document) -> Option<Range<usize>> {
    let text = document.text();
    let mut first = None;
    let mut count = 0;
    for block in &document.markdown().blocks {
        let span = match &block.kind {
            BlockKind::Heading { text, .. } | BlockKind::Paragraph { text } => text.clone(),
            BlockKind::Item(item) => item.text.clone(),
            _ => continue,
        };
        let mut at = span.start;
        for line in text[span].split_inclusive('\n') {
            let place = at..at + line.trim_end().len();
            at += line.len();
            if is_about_writing_specs(line) {
                count += 1;
                first.get_or_insert(place);
            }
        }
        if count >= ENOUGH {
            return first;
        }
    }
    None
}

fn is_about_writing_specs(line: &str) -> bool {
    const WRITE: [&str; 18] = [
        "write",
        "writes",
        "writing",
        "written",
        "wrote",
        "rewrite",
        "rewritten",
        "create",
        "creates",
        "created",
        "generate",
        "generates",
        "generated",
        "produce",
        "produces",
        "produced",
        "author",
        "authored",
    ];
    const SPECS: [&str; 6] = [
        "instruction",
        "instructions",
        "spec",
        "specs",
        "specification",
        "specifications",
    ];
    let lower = line.to_lowercase();
    // `WORKER_001` is one word, and not "worker".
    let words: Vec<&str> = lower
        .split(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '-')))
        .filter(|word| !word.is_empty())
        .collect();
    let has = |list: &[&str]| words.iter().any(|word| list.contains(word));
    let of_workers = has(&["worker", "workers", "work"]);
    let workers_written = words.windows(2).any(|pair| {
        matches!(pair[0], "worker" | "workers")
            && matches!(pair[1], "written" | "created" | "generated" | "produced")
    });
    workers_written || (of_workers && has(&SPECS) && has(&WRITE))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_about_writing_specs() {
        for line in [
            "- [x] All 54 worker instruction files created",
            "**Total Workers Generated:** 54",
            "Your job is to write complete work instructions for these workers",
        ] {
            assert!(is_about_writing_specs(line), "{line}");
        }
        for line in [
            "- WORKER_001: create the spec parser",
            "Each worker writes its results",
            "Workers follow their instructions",
            "Generate code with explicit import instructions",
        ] {
            assert!(!is_about_writing_specs(line), "{line}");
        }
    }
}
