//! Our own form: front matter `wavecrew: 1`, groups and tasks under headings, a list of fields below each.

mod checkpoint;
mod fields;
mod group;
mod heading;
mod risk;
mod rule;
mod spec;
mod statements;
mod task;
mod value;

use std::cell::Cell;

use crate::front_matter::FrontMatter;
use crate::plan_form::{KEY, VERSION};
use crate::{Code, Confidence, Diagnostic, Dialect, Document, Fragment, Parsed};

use heading::{Heading, Part};

pub(crate) use group::kind_name;
pub(crate) use heading::Part as HeadingPart;
pub(crate) use heading::{Name, checkpoint as checkpoint_heading, numbered_group, part, task_name};
pub(crate) use task::{group_names, names_groups};

/// A plan in our own form.
#[derive(Debug)]
pub(crate) struct WavecrewPlan;

impl Dialect for WavecrewPlan {
    fn name(&self) -> &'static str {
        "wavecrew plan"
    }

    fn recognise(&self, document: &Document) -> Confidence {
        if FrontMatter::read(document).is_some_and(|found| found.has(&[KEY])) {
            Confidence::Whole
        } else {
            Confidence::No
        }
    }

    /// What is for the worker stands in a field of the task, or between its fields and its sections.
    fn tells_in_prose(&self) -> bool {
        false
    }

    fn read(&self, document: &Document) -> Parsed<Fragment> {
        let mut reader = Reader {
            document,
            headings: heading::headings(document),
            end: document.markdown().blocks.len(),
            place: Place::Nowhere,
            budget: Cell::new(task::MOST_GROUPS),
            parsed: Parsed::default(),
        };
        reader.front_matter();
        let mut at = 0;
        while at < reader.headings.len() {
            at = reader.heading(at);
        }
        reader.parsed
    }
}

/// What the tasks that come next belong to.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    /// Free text: no task is read.
    Nowhere,
    /// Tasks without a group.
    Tasks,
    /// A group, by its place in the fragment.
    Group(usize),
    Rules,
    Risks,
}

struct Reader<'d> {
    document: &'d Document,
    headings: Vec<Heading<'d>>,
    /// Behind the last block.
    end: usize,
    place: Place,
    budget: Cell<usize>,
    parsed: Parsed<Fragment>,
}

impl Reader<'_> {
    fn front_matter(&mut self) {
        let Some(mut found) = FrontMatter::read(self.document) else {
            return;
        };
        self.parsed.diagnostics.append(&mut found.diagnostics);
        self.parsed.value.title = found.text(&["title"]).map(|title| title.text.clone());
        let version = found.text(&[KEY]);
        if version.is_none_or(|version| version.text != VERSION) {
            let span = version.map(|version| version.span.clone());
            let span = span.or_else(|| found.span(&[KEY])).unwrap_or(0..0);
            self.parsed.diagnostics.push(
                Diagnostic::error(
                    Code::BAD_VALUE,
                    format!("this is no version of the form that is known; it is read as version {VERSION}"),
                )
                .at(self.document.location(span))
                .help(format!("write `{KEY}: {VERSION}`")),
            );
        }
    }

    /// Reads what stands under a heading; gives the next one to read.
    fn heading(&mut self, at: usize) -> usize {
        let heading = self.headings[at].clone();
        match heading.level {
            1 => {
                let title = value::text(heading.text, heading.span.start).text;
                self.parsed.value.title.get_or_insert(title);
                self.place = Place::Nowhere;
                at + 1
            }
            2 => self.second_level(at, &heading),
            3 => self.third_level(at, &heading),
            _ => at + 1,
        }
    }

    fn third_level(&mut self, at: usize, heading: &Heading<'_>) -> usize {
        let blocks = heading.block + 1..self.section_end(at);
        let Parsed { value, diagnostics } = &mut self.parsed;
        match self.place {
            Place::Nowhere => {}
            Place::Rules => {
                let rules = rule::read(self.document, heading, blocks, diagnostics);
                value.rules.extend(rules);
            }
            Place::Risks => {
                let risk = risk::read(self.document, heading, blocks, diagnostics);
                value.risks.push(risk);
            }
            Place::Tasks | Place::Group(_) => {
                return match heading::checkpoint(heading.text) {
                    Some(title) => self.checkpoint(at, heading, title),
                    None => self.task_with_id(at, heading, heading::task_name(heading.text)),
                };
            }
        }
        at + 1
    }

    fn task_with_id(&mut self, at: usize, heading: &Heading<'_>, name: heading::Name) -> usize {
        if !name.id.trim().is_empty() {
            return self.task(at, name);
        }
        self.parsed.diagnostics.push(
            Diagnostic::error(Code::BAD_ID, "this task has no id")
                .at(self.document.location(heading.span.clone()))
                .help("write `### ID: title`, with an id that no other task has"),
        );
        at + 1
    }

    fn second_level(&mut self, at: usize, heading: &Heading<'_>) -> usize {
        self.place = Place::Nowhere;
        let (part, slip) = heading::part(heading.text);
        if let Some(meant) = slip {
            let place = self.document.location(heading.span.clone());
            self.parsed.diagnostics.push(
                Diagnostic::warning(
                    Code::MISSPELT_SECTION,
                    format!("`{}` is read as `{meant}`", heading.text.escape_debug()),
                )
                .at(place.clone())
                .help(format!("write `## {meant}`"))
                .fix(place, meant),
            );
        }
        match part {
            Part::Tasks => self.place = Place::Tasks,
            Part::Rules => self.place = Place::Rules,
            Part::Risks => self.place = Place::Risks,
            Part::Statements => {
                let blocks = heading.block + 1..self.section_end(at);
                let found = statements::read(self.document, blocks, &mut self.parsed.diagnostics);
                self.parsed.value.statements.extend(found);
            }
            Part::Checkpoint(title) => return self.checkpoint(at, heading, title),
            Part::Task(name) if !self.has_tasks(at) => {
                return self.task_with_id(at, heading, name);
            }
            Part::Other if !self.states_id(at) && !self.has_tasks(at) => {}
            Part::Group(_) | Part::Task(_) | Part::Other => self.group(at, heading),
        }
        at + 1
    }

    fn group(&mut self, at: usize, heading: &Heading<'_>) {
        let blocks = heading.block + 1..self.section_end(at);
        let group = group::read(self.document, heading, blocks, &mut self.parsed.diagnostics);
        self.place = Place::Group(self.parsed.value.groups.len());
        self.parsed.value.groups.push(group);
    }

    fn task(&mut self, at: usize, name: heading::Name) -> usize {
        let level = self.headings[at].level;
        let below = self.headings[at + 1..]
            .iter()
            .position(|heading| heading.level <= level);
        let next = below.map_or(self.headings.len(), |below| at + 1 + below);
        let end = self.block_of(next);
        let group = self.group_here();
        let place = task::Place {
            document: self.document,
            group: group.as_deref(),
            budget: &self.budget,
        };
        task::read(
            &place,
            name,
            &self.headings[at..next],
            end,
            &mut self.parsed.value,
            &mut self.parsed.diagnostics,
        );
        next
    }

    fn checkpoint(&mut self, at: usize, heading: &Heading<'_>, title: String) -> usize {
        let group = self.group_here();
        let checkpoint = checkpoint::read(
            self.document,
            heading,
            title,
            group.as_deref(),
            heading.block + 1..self.section_end(at),
            &mut self.parsed.diagnostics,
        );
        self.parsed.value.checkpoints.push(checkpoint);
        at + 1
    }

    /// The id of the group that what comes next belongs to.
    fn group_here(&self) -> Option<String> {
        match self.place {
            Place::Group(group) => Some(self.parsed.value.groups[group].id.clone()),
            _ => None,
        }
    }

    /// The block of the next heading of any level.
    fn section_end(&self, at: usize) -> usize {
        self.block_of(at + 1)
    }

    fn block_of(&self, heading: usize) -> usize {
        self.headings
            .get(heading)
            .map_or(self.end, |heading| heading.block)
    }

    /// Whether an `id:` stands right below a heading, which makes it a group's.
    fn states_id(&self, at: usize) -> bool {
        let blocks = self.headings[at].block + 1..self.section_end(at);
        group::states_id(self.document, blocks)
    }

    /// Whether tasks stand below a heading of the second level that has no other sign of being a group.
    fn has_tasks(&self, at: usize) -> bool {
        self.headings[at + 1..]
            .iter()
            .take_while(|heading| heading.level > 2)
            .any(|heading| heading.level == 3 && heading::named_task(heading.text).is_some())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_its_own_key_makes_a_document_ours() {
        for (text, expected) in [
            ("---\nwavecrew: 1\n---\n", Confidence::Whole),
            ("---\ntitle: x\nWavecrew: 2\n---\n", Confidence::Whole),
            ("---\ntitle: wavecrew\n---\n", Confidence::No),
            ("wavecrew: 1\n", Confidence::No),
            ("", Confidence::No),
        ] {
            let document = Document::new("a.md", text);
            assert_eq!(WavecrewPlan.recognise(&document), expected, "{text}");
        }
    }
}
