//! What is missing or odd in a spec as a whole.

use super::super::names;
use super::super::outline::SectionOutline;
use super::{First, Reader};
use crate::{Code, Diagnostic, Location};

impl<'d> Reader<'d> {
    /// Notes where a section stands first; a second one under the same words is told. (SCOPE and CONSTRAINTS are two
    /// parts of the boundaries, and both belong there.)
    pub(super) fn again(
        &mut self,
        name: &'static str,
        section: &SectionOutline<'d>,
        location: &Location,
    ) {
        let wording = section.bare;
        let same =
            |first: &&First<'_>| first.name == name && first.wording.eq_ignore_ascii_case(wording);
        match self.first.iter().find(same) {
            Some(first) => {
                let message = format!(
                    "section {name} of {} occurs twice; both are read",
                    self.spec.id
                );
                let diagnostic = Diagnostic::warning(Code::DUPLICATE_SECTION, message)
                    .at(location.clone())
                    .related(first.location.clone(), "first here")
                    .help("join the two, or remove the one that does not belong here");
                self.diagnostics.push(diagnostic);
            }
            None => self.first.push(First {
                name,
                wording,
                location: location.clone(),
            }),
        }
    }

    pub(super) fn misspelt(
        &mut self,
        section: &SectionOutline<'_>,
        name: &str,
        location: &Location,
    ) {
        let message = format!("`{}` is read as {name}", section.heading);
        let mut diagnostic = Diagnostic::warning(Code::MISSPELT_SECTION, message)
            .at(location.clone())
            .help(format!("write `{name}`"));
        // Numbers and signs before the name stay.
        let words = section.bare;
        if let Some(at) = self.document.text()[location.span.clone()].rfind(words) {
            let start = location.span.start + at;
            let words = self.document.location(start..start + words.len());
            diagnostic = diagnostic.fix(words, name);
        }
        self.diagnostics.push(diagnostic);
    }

    pub(super) fn missing(&mut self, location: &Location) {
        let missing: Vec<&str> = names::ten()
            .iter()
            .copied()
            .filter(|name| self.first.iter().all(|first| first.name != *name))
            .collect();
        let id = &self.spec.id;
        if !missing.is_empty() {
            let message = format!("{id} has no section {}", missing.join(", "));
            self.diagnostics.push(
                Diagnostic::warning(Code::MISSING_SECTION, message)
                    .at(location.clone())
                    .help(format!("add a heading `## {}` with its text", missing[0])),
            );
        }
        self.incomplete(location);
    }

    /// Says when nothing is to be delivered, or nothing tests it.
    pub(super) fn incomplete(&mut self, location: &Location) {
        let id = &self.spec.id;
        if self.spec.deliverables.is_empty() && self.unplaced.is_empty() && self.folders.is_empty()
        {
            let message = format!("{id} names no file to deliver");
            self.diagnostics.push(
                Diagnostic::warning(Code::NO_DELIVERABLE, message)
                    .at(location.clone())
                    .help("add `- [ ] Create file: `path`` to DELIVERABLES"),
            );
        }
        if self.spec.test_commands().next().is_none() {
            let message = format!("{id} has no test command");
            self.diagnostics.push(
                Diagnostic::warning(Code::NO_TEST, message)
                    .at(location.clone())
                    .help("add a bash fence with commands to TEST_PROCESS"),
            );
        }
    }
}
