//! One worker spec from its outline.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use super::boundaries::read_boundaries;
use super::deliverables::{Deliverables, read_deliverables};
use super::dependencies::Gatherer;
use super::entry::{Entry, EntryKind, entries};
use super::fences::{fences, read_fence, read_tests};
use super::field_values::{group_of, status_of};
use super::header::{Field, field, near_field, read_header};
use super::names::{self, SectionName};
use super::outline::{Outline, SectionOutline};
use super::title::{id_of, id_of_file};
use crate::duration::parse_duration;
use crate::label::split_label;
use crate::markdown::BlockKind;
use crate::path::is_hidden;
use crate::tokens::parse_tokens;
use crate::{
    Code, Deliverable, Diagnostic, Document, EdgeMention, Fence, Fragment, Group, GroupDependency,
    HeaderField, Item, Location, Parsed, Section, TaskMention, TaskMentionKind, WorkerSpec,
};

/// Reads one worker spec.
pub(super) fn read_spec(document: &Document, outline: &Outline<'_>) -> Parsed<Fragment> {
    let header = read_header(document, outline.header.clone());
    let location = spec_location(document, outline);
    let Some(id) = spec_id(document, outline, &header) else {
        return Parsed {
            value: Fragment::default(),
            diagnostics: vec![without_id(heading_text(document, outline), location)],
        };
    };
    let title = outline
        .title
        .as_ref()
        .map_or_else(|| heading_text(document, outline), |title| title.title);
    let mut reader = Reader::new(document, &id, title, location.clone());
    let mut gatherer = Gatherer::new(document, &id);
    reader.notes_of_header(outline);
    for section in &outline.sections {
        reader.section(section, &mut gatherer);
    }
    reader.missing(&names::TEN, &location);
    let mut task = TaskMention::new(id.as_str(), TaskMentionKind::Spec, location);
    task.title = Some(reader.spec.title.clone()).filter(|title| !title.is_empty());
    let mut fragment = Fragment::default();
    for (at, value) in header.iter().enumerate() {
        reader.field(value, &mut task, &mut fragment, &mut gatherer);
        if field(&value.name) == Field::Classification && reader.spec.classification.is_none() {
            reader.spec.classification = Some(header[at].value.clone());
        }
    }
    reader.spec.header = header;
    reader.diagnostics.append(&mut gatherer.diagnostics);
    task.depends_on_groups = gatherer.found.groups;
    task.unplaced = reader.unplaced;
    task.spec = Some(Arc::new(reader.spec));
    fragment.edges = gatherer.found.edges;
    fragment.tasks.push(task);
    Parsed {
        value: fragment,
        diagnostics: reader.diagnostics,
    }
}

/// What a spec's sections say.
#[derive(Debug)]
pub(in crate::dialect) struct Content {
    pub(in crate::dialect) spec: WorkerSpec,
    pub(in crate::dialect) edges: Vec<EdgeMention>,
    pub(in crate::dialect) groups: Vec<GroupDependency>,
    pub(in crate::dialect) unplaced: Vec<Deliverable>,
    pub(in crate::dialect) diagnostics: Vec<Diagnostic>,
}

/// Reads the sections of a spec whose id, title and other facts the document states in a way of its own. The header
/// is kept as it is, and no section has to be there.
pub(in crate::dialect) fn read_content(
    document: &Document,
    outline: &Outline<'_>,
    id: &str,
    title: &str,
    header: Vec<HeaderField>,
) -> Content {
    let location = spec_location(document, outline);
    let mut reader = Reader::new(document, id, title, location.clone());
    let mut gatherer = Gatherer::new(document, id);
    reader.notes_of_header(outline);
    for section in &outline.sections {
        reader.section(section, &mut gatherer);
    }
    reader.missing(&[], &location);
    let stated = header
        .iter()
        .find(|header| field(&header.name) == Field::Classification);
    if let (None, Some(stated)) = (&reader.spec.classification, stated) {
        reader.spec.classification = Some(stated.value.clone());
    }
    reader.spec.header = header;
    reader.diagnostics.append(&mut gatherer.diagnostics);
    Content {
        spec: reader.spec,
        edges: gatherer.found.edges,
        groups: gatherer.found.groups,
        unplaced: reader.unplaced,
        diagnostics: reader.diagnostics,
    }
}

struct Reader<'d> {
    document: &'d Document,
    diagnostics: Vec<Diagnostic>,
    unplaced: Vec<Deliverable>,
    /// Where each known section stands first.
    first: HashMap<&'static str, Location>,
    /// The header fields that were read.
    fields: HashSet<Field>,
    delivered: HashSet<String>,
    spec: WorkerSpec,
}

impl<'d> Reader<'d> {
    fn new(document: &'d Document, id: &str, title: &str, location: Location) -> Self {
        Reader {
            document,
            diagnostics: Vec::new(),
            unplaced: Vec::new(),
            first: HashMap::new(),
            fields: HashSet::new(),
            delivered: HashSet::new(),
            spec: WorkerSpec {
                id: id.to_owned(),
                title: title.to_owned(),
                header: Vec::new(),
                sections: Vec::new(),
                deliverables: Vec::new(),
                deliverable_notes: Vec::new(),
                result_files: Vec::new(),
                criteria: Vec::new(),
                boundaries: Default::default(),
                mitigation: Vec::new(),
                tests: Vec::new(),
                test_results_format: None,
                classification: None,
                notes: Vec::new(),
                location,
            },
        }
    }

    fn section(&mut self, section: &SectionOutline<'_>, gatherer: &mut Gatherer<'_>) {
        let document = self.document;
        let location = document.location(heading_span(document, section.at));
        let name = match section.name {
            SectionName::Known(name) => name,
            SectionName::Misspelt(name) => {
                self.misspelt(section, name, &location);
                name
            }
            SectionName::Other => "",
            SectionName::Placeholder => {
                let message = format!(
                    "`{}` announces sections without writing them",
                    section.heading
                );
                self.diagnostics.push(
                    Diagnostic::warning(Code::PLACEHOLDER_SECTION, message)
                        .at(location)
                        .help("write each section under its own heading"),
                );
                self.classification(&entries(document, section.blocks.clone()));
                return;
            }
        };
        let text = body_text(document, section);
        if text.is_empty() && !name.is_empty() {
            let message = format!("section {name} of {} is empty", self.spec.id);
            self.diagnostics
                .push(Diagnostic::warning(Code::EMPTY_SECTION, message).at(location.clone()));
        }
        match self.first.get(name) {
            Some(first) => {
                let message = format!(
                    "section {name} of {} occurs twice; both are read",
                    self.spec.id
                );
                let diagnostic =
                    Diagnostic::warning(Code::DUPLICATE_SECTION, message).at(location.clone());
                self.diagnostics
                    .push(diagnostic.related(first.clone(), "first here"));
            }
            None if name.is_empty() => {}
            None => {
                self.first.insert(name, location.clone());
            }
        }
        self.spec.sections.push(Section {
            name: if name.is_empty() {
                names::other_name(section.heading)
            } else {
                name.to_owned()
            },
            heading: section.heading.to_owned(),
            text: text.to_owned(),
            location,
        });
        self.content(name, section, gatherer);
    }

    fn content(&mut self, name: &str, section: &SectionOutline<'_>, gatherer: &mut Gatherer<'_>) {
        let document = self.document;
        let blocks = section.blocks.clone();
        match name {
            "DELIVERABLES" => {
                let found = read_deliverables(
                    document,
                    &entries(document, blocks.clone()),
                    &mut self.diagnostics,
                );
                self.deliver(found);
            }
            "SUCCESS_CRITERIA" => self
                .spec
                .criteria
                .extend(items(document, &entries(document, blocks.clone()))),
            "BOUNDARIES" => {
                let found = read_boundaries(document, &entries(document, blocks.clone()));
                let boundaries = &mut self.spec.boundaries;
                boundaries.can.extend(found.can);
                boundaries.cannot.extend(found.cannot);
                boundaries.other.extend(found.other);
                boundaries.writable.extend(found.writable);
            }
            "DEPENDENCIES" => return gatherer.section(&entries(document, blocks)),
            "MITIGATION" => {
                let lines = entries(document, blocks);
                return self
                    .spec
                    .mitigation
                    .extend(lines.iter().map(|entry| entry.item(document)));
            }
            "TEST_PROCESS" => {
                let tests = read_tests(document, blocks, &mut self.diagnostics);
                return self.spec.tests.extend(tests);
            }
            "TEST_RESULTS_FORMAT" => {
                let fence = fences(document, blocks)
                    .next()
                    .map(|(at, fence)| read_fence(document, at, fence));
                self.spec.test_results_format = self.spec.test_results_format.take().or(fence);
                return;
            }
            "TASK_CLASSIFICATION" => self.classification(&entries(document, blocks.clone())),
            "RETROSPECTIVE" | "PERFORMANCE_REQUIREMENTS" => return,
            _ => {}
        }
        self.notes(blocks);
    }

    fn deliver(&mut self, found: Deliverables) {
        for file in found.files {
            if self.delivered.insert(file.path.clone()) {
                self.spec.deliverables.push(file);
            }
        }
        self.unplaced.extend(found.unplaced);
        self.spec.deliverable_notes.extend(found.notes);
        self.spec.result_files.extend(found.results);
    }

    fn notes_of_header(&mut self, outline: &Outline<'_>) {
        self.notes(outline.header.clone());
    }

    fn notes(&mut self, blocks: std::ops::Range<usize>) {
        let document = self.document;
        let notes: Vec<Fence> = fences(document, blocks)
            .map(|(at, fence)| read_fence(document, at, fence))
            .collect();
        self.spec.notes.extend(notes);
    }

    fn classification(&mut self, lines: &[Entry<'_>]) {
        if self.spec.classification.is_some() {
            return;
        }
        let stated = lines.iter().find_map(|entry| {
            let (label, value) = split_label(entry.text)?;
            (field(label) == Field::Classification).then_some(value)
        });
        let word = stated.map(|value| value.trim_matches(|c: char| !c.is_alphanumeric()));
        let word = word.and_then(|value| {
            value
                .split(|c: char| !(c.is_alphanumeric() || c == '_' || c == '-'))
                .next()
        });
        self.spec.classification = word.filter(|word| !word.is_empty()).map(str::to_owned);
    }

    fn field(
        &mut self,
        header: &HeaderField,
        task: &mut TaskMention,
        fragment: &mut Fragment,
        gatherer: &mut Gatherer<'_>,
    ) {
        let value = header.value.as_str();
        match self.known_field(header) {
            Field::Estimate => {
                task.estimate = parse_duration(value);
                if task.estimate.is_none() {
                    self.bad_value(
                        header,
                        "a duration",
                        "write it as `20 minutes`, `1.5 h` or `2 days`",
                    );
                }
            }
            Field::Tokens => {
                task.tokens = parse_tokens(value);
                if task.tokens.is_none() {
                    self.bad_value(
                        header,
                        "an amount of tokens",
                        "write it as `15K` or `15000`",
                    );
                }
            }
            Field::Group(kind) => {
                if let Some((id, title)) = group_of(kind, value) {
                    task.groups.push(id.clone());
                    fragment.groups.push(Group {
                        title: title.to_owned(),
                        ..Group::new(id, header.location.clone())
                    });
                }
            }
            Field::Dependencies => {
                let end = header.location.span.end;
                gatherer.field(end.saturating_sub(value.len())..end);
            }
            Field::Status => task.status = Some(status_of(value)),
            Field::Model => task.model = Some(value.to_owned()).filter(|value| !value.is_empty()),
            Field::Complexity => {
                task.complexity = Some(value.to_owned()).filter(|value| !value.is_empty())
            }
            Field::Id | Field::Classification | Field::Other => {}
        }
    }

    /// What a field is about; a misspelt and a repeated one are told.
    fn known_field(&mut self, header: &HeaderField) -> Field {
        let (field, meant) = match field(&header.name) {
            Field::Other => match near_field(&header.name) {
                Some((name, field)) => (field, Some(name)),
                None => return Field::Other,
            },
            field => (field, None),
        };
        let warning =
            |code, message: String| Diagnostic::warning(code, message).at(header.location.clone());
        if let Some(meant) = meant {
            let message = format!("`{}` of {} is read as `{meant}`", header.name, self.spec.id);
            self.diagnostics
                .push(warning(Code::MISSPELT_FIELD, message).help(format!("write `{meant}`")));
        }
        if !self.fields.insert(field) && field != Field::Dependencies {
            let message = format!(
                "`{}` of {} is stated twice; the first one counts",
                header.name, self.spec.id
            );
            self.diagnostics
                .push(warning(Code::DUPLICATE_FIELD, message));
            return Field::Other;
        }
        field
    }

    fn bad_value(&mut self, header: &HeaderField, what: &str, help: &str) {
        let message = format!(
            "`{}: {}` of {} is not {what}",
            header.name, header.value, self.spec.id
        );
        self.diagnostics.push(
            Diagnostic::warning(Code::BAD_VALUE, message)
                .at(header.location.clone())
                .help(help),
        );
    }

    fn misspelt(&mut self, section: &SectionOutline<'_>, name: &str, location: &Location) {
        let message = format!("`{}` is read as {name}", section.heading);
        let mut diagnostic = Diagnostic::warning(Code::MISSPELT_SECTION, message)
            .at(location.clone())
            .help(format!("write `{name}`"));
        // Numbers and signs before the name stay.
        let words = section
            .heading
            .trim_start_matches(|c: char| !c.is_alphabetic());
        if let Some(at) = self.document.text()[location.span.clone()].rfind(words) {
            let start = location.span.start + at;
            let words = self.document.location(start..start + words.len());
            diagnostic = diagnostic.fix(words, name);
        }
        self.diagnostics.push(diagnostic);
    }

    /// Says what is missing; `demanded` are the sections that have to be there.
    fn missing(&mut self, demanded: &[&'static str], location: &Location) {
        let missing: Vec<&str> = demanded
            .iter()
            .filter(|name| !self.first.contains_key(**name))
            .copied()
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
        if self.spec.deliverables.is_empty() && self.unplaced.is_empty() {
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

fn items(document: &Document, lines: &[Entry<'_>]) -> Vec<Item> {
    lines
        .iter()
        .filter(|entry| entry.kind == EntryKind::Item)
        .map(|entry| entry.item(document))
        .collect()
}

fn spec_location(document: &Document, outline: &Outline<'_>) -> Location {
    let block = outline
        .heading
        .or_else(|| outline.sections.first().map(|section| section.at));
    document.location(block.map_or(0..0, |at| heading_span(document, at)))
}

fn heading_span(document: &Document, at: usize) -> std::ops::Range<usize> {
    let block = &document.markdown().blocks[at];
    match &block.kind {
        BlockKind::Heading { text, .. } => block.span.start..text.end.max(block.span.start),
        _ => block.span.clone(),
    }
}

fn heading_text<'d>(document: &'d Document, outline: &Outline<'_>) -> &'d str {
    let block = outline
        .heading
        .map(|at| &document.markdown().blocks[at].kind);
    match block {
        Some(BlockKind::Heading { text, .. }) => &document.text()[text.clone()],
        _ => "",
    }
}

fn spec_id(document: &Document, outline: &Outline<'_>, header: &[HeaderField]) -> Option<String> {
    let by_title = outline.title.as_ref().map(|title| title.id.clone());
    let by_field = || {
        let field = header
            .iter()
            .find(|header| field(&header.name) == Field::Id)?;
        id_of(&field.value)
    };
    by_title
        .or_else(by_field)
        .or_else(|| id_of_file(document.name()))
}

fn without_id(heading: &str, location: Location) -> Diagnostic {
    let hidden = heading.contains(|c: char| c.is_control() || is_hidden(c));
    let long = heading
        .split_whitespace()
        .next()
        .is_some_and(|word| word.len() > 64);
    if hidden || long {
        let what = if hidden {
            "hidden or control characters"
        } else {
            "more than 64 bytes"
        };
        return Diagnostic::error(
            Code::BAD_ID,
            format!("the id of this worker spec holds {what}"),
        )
        .at(location)
        .help("an id is letters, digits, `_`, `-` and `.`, such as `WORKER_001`");
    }
    Diagnostic::warning(
        Code::NO_TASK,
        "sections of a worker spec, but no id: this is no worker",
    )
    .at(location)
    .help("begin the heading with an id, such as `# WORKER_001: Title`")
}

/// The text under a heading, without blank lines and rules at its ends.
fn body_text<'d>(document: &'d Document, section: &SectionOutline<'_>) -> &'d str {
    let blocks = &document.markdown().blocks;
    let last = section.blocks.clone().next_back().map(|at| &blocks[at]);
    let end = match last {
        Some(block) if matches!(block.kind, BlockKind::Rule) => block.span.start,
        _ => section.body.end,
    };
    document.text()[section.body.start..end.max(section.body.start)]
        .trim_matches(['\n', '\r'])
        .trim_end()
}
