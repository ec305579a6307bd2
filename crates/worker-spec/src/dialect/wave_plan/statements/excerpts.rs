//! What fences show of other things: part of a worker spec, the command that starts a group.

use std::ops::Range;

use super::Reader;
use crate::Subject;
use crate::dialect::ten_point::{SectionName, section_name};
use crate::dialect::wave_plan::outline::Place;
use crate::groups::{find_groups, group_id};
use crate::markdown::CodeFence;
use crate::path::{looks_like_file, normal_path};

impl Reader<'_> {
    pub(super) fn excerpts(&mut self, fence: &CodeFence, place: Place) {
        let info = self.text(&fence.info).trim().to_ascii_lowercase();
        match info.as_str() {
            "markdown" | "md" => self.spec_excerpt(fence, place),
            _ => self.started_by(fence, place),
        }
    }

    /// The file and the first other line of DELIVERABLES, as a fence shows them.
    fn spec_excerpt(&mut self, fence: &CodeFence, place: Place) {
        let mut inside = false;
        let mut file: Option<(Range<usize>, String)> = None;
        let mut note = None;
        for at in self.lines_of_code(fence) {
            let line = self.text(&at);
            if let Some(heading) = line.strip_prefix('#') {
                let name = section_name(heading.trim_start_matches('#'));
                inside = name == SectionName::Known("DELIVERABLES");
                continue;
            }
            let Some(text) = item(line).filter(|_| inside) else {
                continue;
            };
            let path = text
                .split('`')
                .nth(1)
                .filter(|path| path.contains('/') && looks_like_file(path));
            match path.and_then(|path| Some((path, normal_path(path).ok()?))) {
                Some((path, normal)) if file.is_none() => {
                    let start = at.start + line.find(path).unwrap_or(0);
                    file = Some((start..start + path.len(), normal));
                }
                None if note.is_none() => note = Some(text.to_owned()),
                _ => {}
            }
        }
        if let (Some((at, path)), Some(note)) = (file, note) {
            self.show(Subject::SpecExcerpt, at, format!("{path}: {note}"), place);
        }
    }

    /// `/agent:Planner` as the first command of a fence in the section of one group.
    fn started_by(&mut self, fence: &CodeFence, place: Place) {
        let Some(group) = self.group_of(place) else {
            return;
        };
        let command = self.lines_of_code(fence).into_iter().find(|at| {
            let line = self.text(at);
            !line.is_empty() && !line.starts_with('#')
        });
        let Some(at) = command else { return };
        let line = self.text(&at);
        let is_name = |c: char| c.is_alphanumeric() || matches!(c, ':' | '-' | '_');
        let is_command = line
            .strip_prefix('/')
            .is_some_and(|name| name.starts_with(char::is_alphabetic) && name.chars().all(is_name));
        if is_command {
            let value = line.to_owned();
            self.show(Subject::StartedBy, at, value, place);
            if let Some(statement) = self.found.statements.last_mut() {
                statement.group = Some(group);
            }
        }
    }

    /// The group around a place, or the one that its heading names.
    fn group_of(&self, place: Place) -> Option<String> {
        if place.group.is_some() {
            return self.outline.group_id(place).map(str::to_owned);
        }
        let mut groups = find_groups(self.heading_of(place));
        let (Some(group), None) = (groups.next(), groups.next()) else {
            return None;
        };
        let id = group_id(group.kind, group.first);
        let known = self.outline.groups.iter().any(|known| known.id == id);
        (known && group.last.is_none()).then_some(id)
    }

    /// The lines of a fence, without blanks at their ends.
    fn lines_of_code(&self, fence: &CodeFence) -> Vec<Range<usize>> {
        let mut lines = Vec::new();
        for piece in self.document.markdown().code_pieces(fence) {
            let mut start = piece.start;
            for line in self.text(piece).split_inclusive('\n') {
                lines.push(start..start + line.trim_end().len());
                start += line.len();
            }
        }
        lines
    }

    fn show(&mut self, subject: Subject, span: Range<usize>, value: String, place: Place) {
        self.state(subject, span, None, place);
        if let Some(statement) = self.found.statements.last_mut() {
            statement.value = value;
        }
    }
}

/// The text of a list item, without its bullet and checkbox.
fn item(line: &str) -> Option<&str> {
    let text = line.trim_start().strip_prefix(['-', '*'])?.trim_start();
    let text = ["[ ]", "[x]", "[X]"]
        .iter()
        .find_map(|mark| text.strip_prefix(mark))
        .unwrap_or(text);
    let text = text.trim();
    (!text.is_empty()).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn items_of_lists() {
        assert_eq!(item("- [ ] Tests 1-4: clarity"), Some("Tests 1-4: clarity"));
        assert_eq!(item("* a"), Some("a"));
        assert_eq!(item("text"), None);
    }
}
