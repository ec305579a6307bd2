//! The fields above the first section: `**Duration:** 20 minutes`.

use std::collections::HashSet;
use std::ops::Range;

use super::entry::{EntryKind, entries};
use crate::front_matter::{FrontMatter, Scalar};
use crate::label::{bold_label, split_label};
use crate::markdown::{BlockKind, Table};
use crate::slip::{Letters, slip_of_one};
use crate::{Diagnostic, Document, HeaderField};

/// Reads the fields of the blocks between a spec's heading and its first section: bold labels, labels of bullets,
/// plain labels that are known, and tables of two columns.
pub(in crate::dialect) fn read_header(
    document: &Document,
    blocks: Range<usize>,
) -> Vec<HeaderField> {
    let mut fields = Vec::with_capacity(8);
    for entry in entries(document, blocks.clone()) {
        if matches!(entry.kind, EntryKind::Heading | EntryKind::Cell) {
            continue;
        }
        let mut at = entry.span.start;
        for part in parts(entry.text) {
            let text = part.trim_start();
            let label = match entry.kind {
                EntryKind::Item => split_label(part),
                _ => bold_label(text).or_else(|| known_label(text)),
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
    for block in &document.markdown().blocks[blocks] {
        if let BlockKind::Table(table) = &block.kind {
            table_fields(document, table, &mut fields);
        }
    }
    fields
}

/// A plain label is a field only when its name is known: prose may hold a colon too.
fn known_label(text: &str) -> Option<(&str, &str)> {
    split_label(text).filter(|(name, _)| field(name) != Field::Other)
}

/// The rows of `| Field | Value |`.
fn table_fields(document: &Document, table: &Table, fields: &mut Vec<HeaderField>) {
    let text = document.text();
    for row in document.markdown().rows(table) {
        let [name, value] = row.cells else { return };
        let name = text[name.clone()].trim_matches(|c: char| !c.is_alphanumeric());
        if field(name) != Field::Other {
            fields.push(HeaderField {
                name: name.to_owned(),
                value: text[value.clone()].trim().to_owned(),
                location: document.location(value.clone()),
            });
        }
    }
}

/// The fields of the front matter, by the same names.
pub(super) fn read_front_matter(
    document: &Document,
    diagnostics: &mut Vec<Diagnostic>,
) -> Vec<HeaderField> {
    let Some(mut front_matter) = FrontMatter::read(document) else {
        return Vec::new();
    };
    diagnostics.append(&mut front_matter.diagnostics);
    let mut fields = Vec::new();
    for key in front_matter.keys() {
        let name = key.replace('_', " ");
        let meant = match field(&name) {
            Field::Other => near_field(&name).map_or(Field::Other, |(_, field)| field),
            field => field,
        };
        let values = match meant {
            Field::Dependencies | Field::Blocks | Field::Deliverables => {
                front_matter.list(&[key], document, diagnostics)
            }
            _ => front_matter.text(&[key]).cloned().into_iter().collect(),
        };
        // What a list says twice it says once.
        let mut seen = HashSet::new();
        let values = values.into_iter();
        let values = values.filter(|value| seen.insert(value.text.clone()));
        fields.extend(values.map(|scalar: Scalar| HeaderField {
            name: name.clone(),
            value: scalar.text,
            location: document.location(scalar.span),
        }));
    }
    fields
}

/// A line cut where `|` begins a further bold label: `**Dependencies:** A | **Parallel:** B`.
fn parts(line: &str) -> impl Iterator<Item = &str> {
    let mut rest = Some(line);
    std::iter::from_fn(move || {
        let line = rest.take()?;
        let begins_label = |at: &usize| {
            let after = line[at + 1..].trim_start_matches([' ', '\t']);
            // A label is short; looking no further keeps a line of many bars cheap.
            let end = after
                .char_indices()
                .nth(80)
                .map_or(after.len(), |(end, _)| end);
            after.starts_with(['*', '_']) && bold_label(&after[..end]).is_some()
        };
        let cut = memchr::memchr_iter(b'|', line.as_bytes()).find(begins_label);
        rest = cut.map(|at| &line[at + 1..]);
        Some(cut.map_or(line, |at| &line[..at]))
    })
}

/// What a header field is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(in crate::dialect) enum Field {
    Id,
    Title,
    Estimate,
    Tokens,
    Group(&'static str),
    Dependencies,
    /// What waits for this worker.
    Blocks,
    Deliverables,
    Status,
    Model,
    Complexity,
    Classification,
    /// Who does it, and how urgent it is: known, and of no use to a schedule.
    Aside,
    Other,
}

/// A name as another one is written: all of it in capitals, every word with one, only the first, or none.
pub(super) fn in_case_of(name: &str, written: &str) -> String {
    let capital = |word: &str| word.starts_with(char::is_uppercase);
    let words = || {
        written
            .split([' ', '_', '-'])
            .filter(|word| !word.is_empty())
    };
    let (every, first) = (words().all(capital), capital(written));
    if first && !written.contains(char::is_lowercase) {
        return name.to_uppercase();
    }
    let mut begins = first;
    name.chars()
        .map(|c| {
            let cased = if begins { c.to_ascii_uppercase() } else { c };
            begins = every && c == ' ';
            cased
        })
        .collect()
}

/// What a field is about, by its name in any case, in English, Japanese, Chinese or Korean. `depends_on` is `Depends on`.
pub(in crate::dialect) fn field(name: &str) -> Field {
    let name = name.trim_matches(|c: char| !c.is_alphanumeric());
    let mut buffer = [0; LONGEST_NAME];
    let Some(lower) = buffer.get_mut(..name.len()) else {
        return Field::Other;
    };
    lower.copy_from_slice(name.as_bytes());
    lower.make_ascii_lowercase();
    for joint in lower.iter_mut().filter(|byte| b"_-".contains(byte)) {
        *joint = b' ';
    }
    match std::str::from_utf8(lower).unwrap_or_default() {
        "id" | "worker id" | "task id" | "worker" => Field::Id,
        "title" | "name" => Field::Title,
        "duration" | "estimate" | "estimated time" | "estimated duration" | "time estimate"
        | "estimated effort" | "effort" | "time" | "time box" | "timebox" | "est. time"
        | "est. duration" | "推定時間" | "所要時間" | "見積もり" | "見積" | "预计时间"
        | "估计时间" | "工时" | "예상 시간" | "소요 시간" => Field::Estimate,
        "tokens" | "est. tokens" | "estimated tokens" | "token budget" | "token estimate"
        | "トークン" => Field::Tokens,
        "phase" | "フェーズ" | "阶段" | "단계" => Field::Group("phase"),
        "wave" => Field::Group("wave"),
        "batch" => Field::Group("batch"),
        "sprint" => Field::Group("sprint"),
        "stage" => Field::Group("stage"),
        "group" => Field::Group("group"),
        "milestone" => Field::Group("milestone"),
        "track" => Field::Group("track"),
        "dependencies" | "dependency" | "depends on" | "depends" | "prerequisites"
        | "prerequisite" | "requires" | "required" | "needs" | "predecessors" | "predecessor"
        | "blocked by" | "after" | "waits for" | "upstream" | "依存" | "依存関係" | "依赖"
        | "依赖关系" | "의존성" | "의존" => Field::Dependencies,
        "blocks" | "unblocks" | "required by" | "needed by" | "before" | "successors"
        | "downstream" | "enables" => Field::Blocks,
        "file" | "files" | "deliverable" | "deliverables" | "output file" | "output files"
        | "creates" | "成果物" => Field::Deliverables,
        "status" | "state" | "状態" | "状态" | "상태" => Field::Status,
        "model" | "llm" | "llm provider" | "recommended model" | "model tier" | "tier"
        | "model/tier" | "model / tier" | "モデル" | "模型" => Field::Model,
        "complexity" | "difficulty" | "complexity score" | "難易度" | "复杂度" => {
            Field::Complexity
        }
        "type" | "task type" | "classification" => Field::Classification,
        "owner" | "assignee" | "assigned to" | "priority" | "担当" | "優先度" | "优先级" => {
            Field::Aside
        }
        _ => Field::Other,
    }
}

/// Longer than the name of any known field.
const LONGEST_NAME: usize = 32;

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
    let most = |known: &str| if known.len() >= 8 { 2 } else { 1 };
    static LETTERS: [Letters<'static>; NAMES.len()] = Letters::of_all(NAMES);
    let known = NAMES[slip_of_one(name, &LETTERS, most)?];
    Some((known, field(known)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_written_as_the_one_that_it_replaces() {
        for (written, expected) in [
            ("Dependancies", "Dependencies"),
            ("DEPENDANCIES", "DEPENDENCIES"),
            ("dependancies", "dependencies"),
        ] {
            assert_eq!(in_case_of("dependencies", written), expected);
        }
        for (written, expected) in [
            ("Estimatd Time", "Estimated Time"),
            ("Estimatd time", "Estimated time"),
            ("ESTIMATD TIME", "ESTIMATED TIME"),
            ("estimatd_time", "estimated time"),
        ] {
            assert_eq!(in_case_of("estimated time", written), expected);
        }
    }

    #[test]
    fn a_field_is_known_by_its_name_however_its_words_are_joined() {
        for name in ["Depends on", "depends_on", "DEPENDS-ON", "Blocked By"] {
            assert_eq!(field(name), Field::Dependencies, "{name}");
        }
        assert_eq!(field("Dependants"), Field::Other);
    }
}
