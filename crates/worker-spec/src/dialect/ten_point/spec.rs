//! One worker spec from its outline.

mod complaints;
mod fields;
mod id;

use std::collections::HashSet;
use std::ops::Range;
use std::sync::Arc;

use self::id::{spec_id, without_id};
use super::boundaries::read_boundaries;
use super::commands::read_tests;
use super::deliverables::{Deliverables, read_deliverables};
use super::dependencies::Gatherer;
use super::entry::{Entry, EntryKind, add_entries};
use super::fences::{fences, read_fence};
use super::header::{Field, field, read_front_matter, read_header};
use super::names::SectionName;
use super::outline::{Outline, SectionOutline};
use super::prose::prose;
use crate::fragment::join;
use crate::label::split_label;
use crate::markdown::{Block, BlockKind};
use crate::path::{looks_like_file, normal_path};
use crate::{
    Code, Deliverable, Diagnostic, Document, EdgeMention, Fragment, GroupDependency, HeaderField,
    Location, Parsed, PathMention, Section, SpecForm, TaskMention, TaskMentionKind, WorkerSpec,
};

/// Reads one worker spec.
pub(super) fn read_spec(document: &Document, outline: &Outline<'_>) -> Parsed<Fragment> {
    let mut diagnostics = Vec::new();
    let mut header = read_header(document, outline.header.clone());
    if outline.is_document && document.markdown().front_matter.is_some() {
        header.splice(0..0, read_front_matter(document, &mut diagnostics));
    }
    let location = spec_location(document, outline);
    let Some(id) = spec_id(document, outline, &header, &mut diagnostics) else {
        diagnostics.push(without_id(heading_text(document, outline), location));
        return Parsed {
            value: Fragment::default(),
            diagnostics,
        };
    };
    let title = outline
        .title
        .as_ref()
        .map_or_else(|| heading_text(document, outline), |title| title.title);
    let mut reader = Reader::new(document, &id, title, location.clone());
    reader.spec.sections.reserve(outline.sections.len());
    reader.diagnostics = diagnostics;
    let mut gatherer = Gatherer::new(document, &id);
    reader.notes(outline.header.clone(), |_| false);
    for section in &outline.sections {
        reader.section(section, &mut gatherer);
    }
    let mut task = TaskMention::new(&*id, TaskMentionKind::Spec, location.clone());
    task.aliases = id::other_names(&id);
    task.details = prose(document, outline.header.clone(), &header, true, |_| false);
    let mut fragment = Fragment::default();
    reader.fields.reserve(header.len());
    for field in &header {
        reader.field(field, &mut task, &mut fragment, &mut gatherer);
    }
    reader.missing(&location);
    task.title = Some(reader.spec.title.clone()).filter(|title| !title.is_empty());
    reader.spec.header = header;
    reader.diagnostics.append(&mut gatherer.diagnostics);
    task.depends_on_groups = gatherer.found.groups;
    task.unplaced = reader.unplaced;
    task.claims = reader.folders;
    task.spec = Some(Arc::new(reader.spec));
    fragment.edges = gatherer.found.edges;
    fragment.tasks = vec![task];
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
    /// Directories to be filled.
    pub(in crate::dialect) folders: Vec<String>,
    pub(in crate::dialect) diagnostics: Vec<Diagnostic>,
}

/// Reads the sections of a spec whose id, title and other facts the document states in a way of its own. The header
/// is kept as it is, and no section has to be there. `is_field` tells which blocks of the header are fields.
pub(in crate::dialect) fn read_content<'d>(
    document: &'d Document,
    outline: &Outline<'d>,
    id: &str,
    title: &str,
    header: Vec<HeaderField>,
    is_field: impl Fn(usize) -> bool,
) -> Content {
    let location = spec_location(document, outline);
    let mut reader = Reader::new(document, id, title, location.clone());
    reader.spec.form = SpecForm::PlanTask;
    let mut gatherer = Gatherer::new(document, id);
    reader.notes(outline.header.clone(), is_field);
    for section in &outline.sections {
        reader.section(section, &mut gatherer);
    }
    reader.incomplete(&location);
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
        folders: reader.folders,
        diagnostics: reader.diagnostics,
    }
}

struct Reader<'d> {
    document: &'d Document,
    diagnostics: Vec<Diagnostic>,
    unplaced: Vec<Deliverable>,
    /// Directories to be filled.
    folders: Vec<String>,
    /// Where each known section stands first, and in which words.
    first: Vec<First<'d>>,
    /// The header fields that were read.
    fields: Vec<Field>,
    /// Room for the lines of a section.
    lines: Vec<Entry<'d>>,
    /// The paths of the files to deliver, once several sections name some.
    delivered: HashSet<String>,
    spec: WorkerSpec,
}

/// Room for the lines of most sections.
const LINES: usize = 24;

/// The first section of a name.
struct First<'d> {
    name: &'static str,
    wording: &'d str,
    location: Location,
}

impl<'d> Reader<'d> {
    fn new(document: &'d Document, id: &str, title: &str, location: Location) -> Self {
        Reader {
            document,
            diagnostics: Vec::new(),
            unplaced: Vec::new(),
            folders: Vec::new(),
            first: Vec::with_capacity(12),
            fields: Vec::new(),
            lines: Vec::with_capacity(LINES),
            delivered: HashSet::new(),
            spec: WorkerSpec {
                id: id.to_owned(),
                title: title.to_owned(),
                header: Vec::new(),
                sections: Vec::new(),
                deliverables: Vec::new(),
                deliverable_notes: Vec::new(),
                result_files: Vec::new(),
                required_files: Vec::new(),
                criteria: Vec::new(),
                boundaries: Default::default(),
                mitigation: Vec::new(),
                tests: Vec::new(),
                test_results_format: None,
                classification: None,
                notes: Vec::new(),
                form: SpecForm::TenPoint,
                location,
            },
        }
    }

    fn section(&mut self, section: &SectionOutline<'d>, gatherer: &mut Gatherer<'_>) {
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
                let lines = self.lines(section.blocks.clone());
                self.classification(&lines);
                self.lines = lines;
                return;
            }
        };
        let text = body_text(document, section);
        if text.is_empty() && !name.is_empty() {
            let message = format!("section {name} of {} is empty", self.spec.id);
            self.diagnostics.push(
                Diagnostic::warning(Code::EMPTY_SECTION, message)
                    .at(location.clone())
                    .help("write what belongs there, or `- None`"),
            );
        }
        if !name.is_empty() {
            self.again(name, section, &location);
        }
        self.spec.sections.push(Section {
            name: if name.is_empty() {
                section.bare.to_uppercase()
            } else {
                name.to_owned()
            },
            heading: section.heading.to_owned(),
            text: document.with_line_feeds(text),
            location,
        });
        self.content(name, section, gatherer);
    }

    fn content(&mut self, name: &str, section: &SectionOutline<'d>, gatherer: &mut Gatherer<'_>) {
        let document = self.document;
        let blocks = section.blocks.clone();
        match name {
            "DELIVERABLES" => {
                let found = read_deliverables(document, blocks.clone(), &mut self.diagnostics);
                self.deliver(found);
            }
            "SUCCESS_CRITERIA" => {
                let lines = self.lines(blocks.clone());
                self.criteria(&lines);
                self.lines = lines;
            }
            "BOUNDARIES" => {
                let lines = self.lines(blocks.clone());
                let found = read_boundaries(document, section.bare, &lines);
                let boundaries = &mut self.spec.boundaries;
                join(&mut boundaries.can, found.can);
                join(&mut boundaries.cannot, found.cannot);
                join(&mut boundaries.other, found.other);
                join(&mut boundaries.writable, found.writable);
                self.lines = lines;
            }
            "DEPENDENCIES" => {
                let lines = self.lines(blocks);
                self.requires(&lines);
                gatherer.section(section.bare, &lines);
                self.lines = lines;
                return;
            }
            "MITIGATION" => {
                let lines = self.lines(blocks);
                let items = lines.iter().map(|entry| entry.item(document));
                self.spec.mitigation.extend(items);
                self.lines = lines;
                return;
            }
            "TEST_PROCESS" => {
                let tests = read_tests(document, blocks, &mut self.diagnostics);
                return join(&mut self.spec.tests, tests);
            }
            "TEST_RESULTS_FORMAT" => {
                let fence = fences(document, blocks)
                    .next()
                    .map(|(at, fence)| read_fence(document, at, fence, |_| false));
                self.spec.test_results_format = self.spec.test_results_format.take().or(fence);
                return;
            }
            "TASK_CLASSIFICATION" => {
                let lines = self.lines(blocks.clone());
                self.classification(&lines);
                self.lines = lines;
            }
            "RETROSPECTIVE" | "PERFORMANCE_REQUIREMENTS" => return,
            _ => {}
        }
        self.notes(blocks, |_| false);
    }

    /// The lines of a section, in a list that is to be given back for the next one.
    fn lines(&mut self, blocks: Range<usize>) -> Vec<Entry<'d>> {
        let mut lines = std::mem::take(&mut self.lines);
        lines.clear();
        add_entries(self.document, blocks, &mut lines);
        lines
    }

    fn deliver(&mut self, found: Deliverables) {
        let files = &mut self.spec.deliverables;
        if files.is_empty() {
            // A section names each file once.
            *files = found.files;
        } else {
            if self.delivered.is_empty() {
                let paths = files.iter().map(|file| file.path.clone());
                self.delivered.extend(paths);
            }
            let new = |file: &Deliverable| self.delivered.insert(file.path.clone());
            files.extend(found.files.into_iter().filter(new));
        }
        join(&mut self.unplaced, found.unplaced);
        join(&mut self.spec.deliverable_notes, found.notes);
        join(&mut self.spec.result_files, found.results);
        join(&mut self.folders, found.folders);
    }

    /// The files that the lines of DEPENDENCIES name as code: "`src/lens.py` is there".
    fn requires(&mut self, lines: &[Entry<'_>]) {
        let document = self.document;
        for entry in lines {
            for code in document.markdown().codes_in(entry.span.clone()) {
                let path = &document.text()[code.clone()];
                if path.contains('/')
                    && looks_like_file(path)
                    && let Ok(path) = normal_path(path)
                {
                    self.spec.required_files.push(PathMention {
                        path,
                        location: document.location(code.clone()),
                    });
                }
            }
        }
    }

    /// The bullets are the criteria; where there are none, every line is one.
    fn criteria(&mut self, lines: &[Entry<'_>]) {
        let document = self.document;
        let bullets = lines.iter().any(|entry| entry.kind == EntryKind::Item);
        let criteria = lines.iter().filter(|entry| match entry.kind {
            EntryKind::Item => true,
            EntryKind::Line | EntryKind::Cell => !bullets,
            EntryKind::Heading => false,
        });
        self.spec.criteria.reserve(lines.len());
        self.spec
            .criteria
            .extend(criteria.map(|entry| entry.item(document)));
    }

    fn notes(&mut self, blocks: Range<usize>, is_field: impl Fn(usize) -> bool) {
        let document = self.document;
        let notes =
            fences(document, blocks).map(|(at, fence)| read_fence(document, at, fence, &is_field));
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
}

fn spec_location(document: &Document, outline: &Outline<'_>) -> Location {
    let block = outline
        .heading
        .or_else(|| outline.sections.first().map(|section| section.at));
    document.location(block.map_or(0..0, |at| heading_span(document, at)))
}

fn heading_span(document: &Document, at: usize) -> Range<usize> {
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

/// The text under a heading, without blank lines and rules at its ends.
fn body_text<'d>(document: &'d Document, section: &SectionOutline<'_>) -> &'d str {
    let blocks = &document.markdown().blocks;
    let last = section.blocks.clone().next_back().map(|at| &blocks[at]);
    // HTML is no block, and may still follow.
    let is_last = |block: &Block| {
        let rest = document.text().get(block.span.end..section.body.end);
        matches!(block.kind, BlockKind::Rule)
            && rest.unwrap_or_default().chars().all(char::is_whitespace)
    };
    let end = match last {
        Some(block) if is_last(block) => block.span.start,
        _ => section.body.end,
    };
    document.text()[section.body.start..end.max(section.body.start)]
        .trim_matches(['\n', '\r'])
        .trim_end()
}
