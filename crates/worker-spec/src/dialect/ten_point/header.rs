//! The fields above the first section: `**Duration:** 20 minutes`.

use std::ops::Range;

use super::entry::{EntryKind, entries};
use crate::label::{bold_label, split_label};
use crate::slip::is_slip_of;
use crate::{Document, HeaderField};

/// Reads the fields of the blocks between a spec's heading and its first section.
pub(in crate::dialect) fn read_header(
    document: &Document,
    blocks: Range<usize>,
) -> Vec<HeaderField> {
    let mut fields = Vec::new();
    for entry in entries(document, blocks) {
        if entry.kind == EntryKind::Heading {
            continue;
        }
        let mut at = entry.span.start;
        for part in parts(entry.text) {
            let label = match entry.kind {
                EntryKind::Item => split_label(part),
                _ => bold_label(part.trim_start()),
            };
            if let Some((name, value)) = label {
                let span = at..at + part.trim_end().len();
                fields.push(HeaderField {
                    name: name.to_owned(),
                    value: value.trim().to_owned(),
                    location: document.location(span),
                });
            }
            at += part.len() + 1;
        }
    }
    fields
}

/// A line cut where `|` begins a further bold label: `**Dependencies:** A | **Parallel:** B`.
fn parts(line: &str) -> impl Iterator<Item = &str> {
    let mut rest = Some(line);
    std::iter::from_fn(move || {
        let line = rest.take()?;
        let cut = line
            .match_indices('|')
            .map(|(at, _)| at)
            .find(|at| bold_label(line[at + 1..].trim_start()).is_some());
        rest = cut.map(|at| &line[at + 1..]);
        Some(cut.map_or(line, |at| &line[..at]))
    })
}

/// What a header field is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(in crate::dialect) enum Field {
    Id,
    Estimate,
    Tokens,
    Group(&'static str),
    Dependencies,
    Status,
    Model,
    Complexity,
    Classification,
    Other,
}

/// What a field is about, by its name in any case, in English, Japanese, Chinese or Korean.
pub(in crate::dialect) fn field(name: &str) -> Field {
    let lower = name.to_lowercase();
    let name = lower.trim_matches(|c: char| !c.is_alphanumeric());
    match name {
        "id" | "worker id" | "task id" | "worker" => Field::Id,
        "duration" | "estimate" | "estimated time" | "estimated duration" | "time estimate"
        | "estimated effort" | "effort" | "time" | "time box" | "timebox" | "推定時間"
        | "所要時間" | "見積もり" | "预计时间" | "估计时间" | "예상 시간" | "소요 시간" => {
            Field::Estimate
        }
        "tokens" | "est. tokens" | "estimated tokens" | "token budget" => Field::Tokens,
        "phase" | "フェーズ" | "阶段" | "단계" => Field::Group("phase"),
        "wave" => Field::Group("wave"),
        "batch" => Field::Group("batch"),
        "sprint" => Field::Group("sprint"),
        "stage" => Field::Group("stage"),
        "group" => Field::Group("group"),
        "milestone" => Field::Group("milestone"),
        "track" => Field::Group("track"),
        "dependencies" | "dependency" | "depends on" | "depends" | "prerequisites"
        | "prerequisite" | "requires" | "blocked by" | "after" | "依存" | "依存関係" | "依赖"
        | "의존성" | "의존" => Field::Dependencies,
        "status" | "状態" | "状态" | "상태" => Field::Status,
        "model" | "llm" | "llm provider" | "recommended model" | "model tier" => Field::Model,
        "complexity" | "difficulty" => Field::Complexity,
        "type" | "task type" | "classification" => Field::Classification,
        _ => Field::Other,
    }
}

/// The known field whose name an unknown one nearly is: a slip of one or two letters.
pub(super) fn near_field(name: &str) -> Option<(&'static str, Field)> {
    const NAMES: [&str; 9] = [
        "duration",
        "estimated time",
        "estimate",
        "dependencies",
        "depends on",
        "prerequisites",
        "blocked by",
        "complexity",
        "status",
    ];
    let name = name.replace(['_', '-'], " ");
    let near = |known: &&&str| is_slip_of(&name, known, if known.len() >= 8 { 2 } else { 1 });
    NAMES.iter().find(near).map(|known| (*known, field(known)))
}
