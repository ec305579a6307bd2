//! Which sections a document says that every spec has: "Each file holds:", and a numbered list of their names.

use std::ops::Range;

use super::Reader;
use super::steps::number_of;
use crate::Subject;
use crate::dialect::ten_point::{SectionName, section_name};
use crate::dialect::wave_plan::outline::Place;
use crate::markdown::BlockKind;

/// Fewer names may be any list.
const LEAST: usize = 5;

/// A line that says "each", and the sections in the lines below it.
struct Listed {
    intro: Range<usize>,
    place: Place,
    found: Vec<(usize, &'static str, Range<usize>)>,
}

impl Reader<'_> {
    /// All such lists, in text and in drawings.
    pub(super) fn spec_sections(&mut self) {
        let mut open: Option<Listed> = None;
        let blocks = &self.document.markdown().blocks;
        for (block, place) in blocks.iter().zip(&self.outline.places) {
            match &block.kind {
                _ if place.example => {}
                BlockKind::Heading { .. } | BlockKind::Rule | BlockKind::Table(_) => {
                    self.end_sections(open.take());
                }
                BlockKind::Item(item) => {
                    let text = self.text(&item.text);
                    let number = number_of(self.text(&block.span));
                    let entry = number.zip(known(text.lines().next().unwrap_or_default()));
                    let entry = entry.map(|(number, name)| (number, name, item.text.clone()));
                    self.take_up(&mut open, &item.text, entry.into_iter().collect(), *place);
                }
                BlockKind::Paragraph { text } => self.lines_of(&mut open, text.clone(), *place),
                BlockKind::Fence(fence) => {
                    for piece in self.document.markdown().code_pieces(fence) {
                        self.lines_of(&mut open, piece.clone(), *place);
                    }
                }
            }
        }
        self.end_sections(open);
    }

    fn lines_of(&mut self, open: &mut Option<Listed>, span: Range<usize>, place: Place) {
        let mut start = span.start;
        for line in self.text(&span).split_inclusive('\n') {
            let at = start..start + line.len();
            start += line.len();
            // Without a list that is open, all but the line above one is of no use.
            let entries = if open.is_some() {
                numbered(line, at.start)
            } else {
                Vec::new()
            };
            self.take_up(open, &at, entries, place);
        }
    }

    fn take_up(
        &mut self,
        open: &mut Option<Listed>,
        span: &Range<usize>,
        entries: Vec<(usize, &'static str, Range<usize>)>,
        place: Place,
    ) {
        let line = self.text(span);
        if let (Some(list), false) = (open.as_mut(), entries.is_empty()) {
            list.found.extend(entries);
            return;
        }
        let bare = line.trim_end_matches(|c: char| !c.is_ascii() || " |*_\r\n".contains(c));
        let bare = bare.trim_start_matches(|c: char| !c.is_ascii_alphanumeric());
        if bare.is_empty() {
            return;
        }
        self.end_sections(open.take());
        if is_intro(bare) {
            let start = span.start + line.find(bare).unwrap_or(0);
            *open = Some(Listed {
                intro: start..start + bare.len(),
                place,
                found: Vec::new(),
            });
        }
    }

    fn end_sections(&mut self, list: Option<Listed>) {
        let Some(mut list) = list else { return };
        list.found.sort_by_key(|(number, ..)| *number);
        list.found.dedup_by_key(|(_, name, _)| *name);
        if list.found.len() < LEAST {
            return;
        }
        let entries = list.found.iter();
        let value: Vec<String> = entries
            .map(|(number, name, _)| format!("{number} {name}"))
            .collect();
        let places = list.found.into_iter().map(|(.., at)| at).collect();
        let subject = Subject::SpecSections;
        self.name(subject, list.intro, Vec::new(), places, list.place);
        if let Some(statement) = self.found.statements.last_mut() {
            statement.value = value.join(", ");
        }
    }
}

/// "Each contains ten sections:", "All specs have:".
fn is_intro(text: &str) -> bool {
    let lower = text.to_lowercase();
    let mut words = lower.split(|c: char| !c.is_alphanumeric());
    let says_each = words.any(|word| matches!(word, "each" | "every" | "all"));
    let says_has = words.any(|word| {
        matches!(
            word,
            "contain" | "contains" | "has" | "have" | "holds" | "hold" | "follows" | "includes"
        )
    });
    lower.ends_with([':', '：']) && says_each && says_has
}

fn known(text: &str) -> Option<&'static str> {
    match section_name(text) {
        SectionName::Known(name) => Some(name),
        _ => None,
    }
}

/// The numbered names of a line, which may stand in columns: `1. DELIVERABLES    6. TEST_PROCESS`.
fn numbered(line: &str, start: usize) -> Vec<(usize, &'static str, Range<usize>)> {
    let mut found = Vec::new();
    let mut from = 0;
    for column in line.split("  ") {
        let at = from;
        from += column.len() + 2;
        let bare = column.trim_matches(|c: char| !c.is_ascii_alphanumeric());
        let behind = column.trim_end_matches(|c: char| !c.is_ascii_alphanumeric());
        let place = start + at + behind.len() - bare.len()..start + at + behind.len();
        let Some((number, name)) = bare.split_once(['.', ')']) else {
            continue;
        };
        if let (Ok(number), Some(name)) = (number.parse(), known(name.trim())) {
            found.push((number, name, place));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_in_columns() {
        let line = "│  1. DELIVERABLES      6. TEST_PROCESS   10. Retrospective │";
        let found = numbered(line, 0);
        let shown: Vec<_> = found
            .iter()
            .map(|(number, name, at)| (*number, *name, &line[at.clone()]))
            .collect();
        assert_eq!(
            shown,
            [
                (1, "DELIVERABLES", "1. DELIVERABLES"),
                (6, "TEST_PROCESS", "6. TEST_PROCESS"),
                (10, "RETROSPECTIVE", "10. Retrospective")
            ]
        );
        assert!(numbered("1. Load the plan", 0).is_empty());
    }

    #[test]
    fn lines_above_a_list() {
        assert!(is_intro("Each contains the ten points:"));
        assert!(is_intro("**Every spec has these sections:"));
        assert!(!is_intro("Each worker runs:"));
        assert!(!is_intro("The spec has:"));
    }
}
