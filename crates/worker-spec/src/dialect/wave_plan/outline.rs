//! Which group, and what kind of section, every block of a document stands in.

use std::collections::{HashMap, HashSet};
use std::ops::Range;
use std::time::Duration;

use super::columns::{Column, column};
use super::group_heading::{GroupHeading, group_heading};
use super::group_order;
use super::task_names::{Form, task_name};
use crate::Document;
use crate::duration::parse_duration;
use crate::groups::{find_groups, group_id};
use crate::ids::find_ids;
use crate::label::split_label;
use crate::markdown::{Block, BlockKind};

/// The sections of a document.
#[derive(Debug, Default)]
pub(super) struct Outline {
    /// The text of the first heading of the first level.
    pub(super) title: Option<String>,
    /// For each block of the document, where it stands.
    pub(super) places: Vec<Place>,
    /// The headings that name groups, in the order of the text; one group can have several.
    pub(super) groups: Vec<GroupSection>,
    /// Lines of paragraphs that name a group and its tasks (`**Batch 1** (parallel): T001-T003`), each with its place.
    pub(super) lines: Vec<(Range<usize>, Place)>,
}

/// Where a block stands.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Place {
    /// The innermost group around it, an index into [`Outline::groups`].
    pub(super) group: Option<usize>,
    /// Whether the section is about work that is put off.
    pub(super) deferred: bool,
    /// Whether the section shows how something is written, and is no part of the plan.
    pub(super) example: bool,
    /// Whether the headings above say that it lists the work: "Tasks", "Issues by epic".
    pub(super) work: bool,
    /// The block of the innermost real heading.
    pub(super) heading: Option<usize>,
    /// Whether the section is that of one task, so that its fields say nothing about its group.
    pub(super) of_task: bool,
}

/// A heading that names a group.
#[derive(Debug)]
pub(super) struct GroupSection {
    pub(super) id: String,
    pub(super) title: String,
    pub(super) stated_tasks: Option<usize>,
    pub(super) stated_duration: Option<Duration>,
    /// Ids of the groups that a line of the section names as prerequisites.
    pub(super) prerequisites: Vec<String>,
    /// The text of the heading.
    pub(super) span: Range<usize>,
    /// The group whose section this one stands in.
    pub(super) parent: Option<usize>,
}

/// A heading, or what serves as one, that is still open.
#[derive(Clone, Copy)]
struct Open {
    level: usize,
    place: Place,
    /// Where it ends whatever follows: a list item holds what is nested in it.
    end: usize,
}

/// Levels of what serves as a heading: below all real headings.
const BOLD_LINE: usize = 7;
const LIST_ITEM: usize = 8;

impl Outline {
    pub(super) fn new(document: &Document) -> Outline {
        let text = document.text();
        let blocks = &document.markdown().blocks;
        let mut outline = Outline::default();
        let mut open: Vec<Open> = Vec::new();
        let mut are_checks = false;
        let ways = alternatives(document);
        outline.places.reserve(blocks.len());
        for (index, block) in blocks.iter().enumerate() {
            if let Some(level) = level(block, text) {
                open.retain(|outer| outer.level < level);
            }
            open.retain(|outer| block.span.start < outer.end);
            let mut place = open.last().map_or(Place::default(), |outer| outer.place);
            if let Some((level, span)) = opens(block, text) {
                place.example |= ways.contains(&index);
                outline.heading(&text[span.clone()], span.clone(), level, index, &mut place);
                let heads = matches!(block.kind, BlockKind::Heading { .. });
                if heads && place.group.is_some() && group_with_ids(&text[span.clone()]).is_some() {
                    outline.lines.push((span, place));
                }
                let end = match block.kind {
                    BlockKind::Item(_) => block.span.end,
                    _ => usize::MAX,
                };
                open.push(Open { level, place, end });
            } else if let Some(group) = place.group.filter(|_| !place.of_task) {
                outline.groups[group].read_lines(block, text);
            }
            match &block.kind {
                BlockKind::Paragraph { text: span } => {
                    outline.group_lines(text, span.clone(), place);
                    are_checks = announces_checks(&text[span.clone()]);
                }
                BlockKind::Item(_) => place.example |= are_checks,
                _ => are_checks = false,
            }
            outline.places.push(place);
        }
        outline
    }

    /// Takes up the lines of a paragraph that name a group and ids behind a colon.
    fn group_lines(&mut self, text: &str, span: Range<usize>, place: Place) {
        let mut at = span.start;
        for line in text[span].split_inclusive('\n') {
            let span = at..at + line.trim_end().len();
            at += line.len();
            let Some(heading) = group_with_ids(line) else {
                continue;
            };
            // A bold line that is the first of its paragraph was taken for a heading.
            let is_known = self
                .groups
                .last()
                .is_some_and(|group| group.span.start == span.start);
            let known = is_known.then(|| self.groups.len() - 1);
            let group = known.unwrap_or_else(|| {
                self.groups.push(GroupSection {
                    id: heading.id,
                    title: heading.title.to_owned(),
                    stated_tasks: heading.stated_tasks,
                    stated_duration: heading.stated_duration,
                    prerequisites: Vec::new(),
                    span: span.clone(),
                    parent: place.group,
                });
                self.groups.len() - 1
            });
            let place = Place {
                group: Some(group),
                ..place
            };
            self.lines.push((span, place));
        }
    }

    fn heading(
        &mut self,
        text: &str,
        span: Range<usize>,
        level: usize,
        index: usize,
        place: &mut Place,
    ) {
        if level < BOLD_LINE {
            place.heading = Some(index);
            // "2. Batches" numbers a section.
            place.of_task |= task_name(text)
                .is_some_and(|name| name.form != Form::Number || name.id.contains('.'));
        }
        if level == 1 && self.title.is_none() {
            self.title = Some(text.trim().to_owned());
        }
        // A document that is a backlog is a plan; a section of one is put off.
        let is_title = level == 1 && self.title.as_deref() == Some(text.trim());
        place.deferred |= is_deferred(text) && !is_title;
        // "Issue #12: Sample pipeline" is about a sample, and is none.
        place.example |=
            is_example(text) && task_name(text).is_none() && group_heading(text).is_none();
        place.work = if place.example {
            false
        } else if level < BOLD_LINE {
            speaks_of_work(text) || place.work && !speaks_of_other(text)
        } else {
            place.work
        };
        if place.deferred {
            // "DEFERRED: Phase 7" is no group of this plan.
            place.group = None;
            return;
        }
        if let Some(heading) = group_heading(text) {
            let parent = place.group;
            place.group = Some(self.groups.len());
            let prerequisites = group_order::in_heading(text, &heading.id);
            self.groups.push(GroupSection {
                prerequisites,
                id: heading.id,
                title: heading.title.to_owned(),
                stated_tasks: heading.stated_tasks,
                stated_duration: heading.stated_duration,
                span,
                parent,
            });
        }
    }

    /// The id of the group that a place is in.
    pub(super) fn group_id(&self, place: Place) -> Option<&str> {
        place.group.map(|group| self.groups[group].id.as_str())
    }
}

impl GroupSection {
    /// Takes up what labelled lines say about the group: `**Prerequisite**: Batch 1 complete`.
    fn read_lines(&mut self, block: &Block, text: &str) {
        let span = match &block.kind {
            BlockKind::Paragraph { text } => text.clone(),
            BlockKind::Item(item) => item.text.clone(),
            _ => return,
        };
        for line in text[span].lines() {
            let Some((label, value)) = split_label(line) else {
                if matches!(block.kind, BlockKind::Paragraph { .. }) {
                    self.read_sentences(line);
                }
                continue;
            };
            match column(label) {
                Column::Estimate(_) => {
                    self.stated_duration = self.stated_duration.or_else(|| parse_duration(value));
                }
                Column::Dependencies => {
                    let ids = find_groups(value).flat_map(|group| {
                        group
                            .numbers()
                            .into_iter()
                            .map(move |number| group_id(group.kind, &number))
                    });
                    self.prerequisites.extend(ids.filter(|id| *id != self.id));
                }
                _ => {}
            }
        }
    }

    /// "Starts after Wave 1 is complete. 3 agents."
    fn read_sentences(&mut self, line: &str) {
        if line.len() > LONGEST_LINE {
            return;
        }
        for sentence in line.split_inclusive(['.', ';', '。']) {
            for id in group_order::in_sentence(sentence, &self.id) {
                if !self.prerequisites.contains(&id) {
                    self.prerequisites.push(id);
                }
            }
        }
    }
}

/// Bytes of a line below the heading of a group that is read for sentences about the group.
const LONGEST_LINE: usize = 300;

/// The text of the innermost real heading above a place.
pub(super) fn heading(document: &Document, place: Place) -> &str {
    let block = place.heading.map(|at| &document.markdown().blocks[at].kind);
    match block {
        Some(BlockKind::Heading { text, .. }) => &document.text()[text.clone()],
        _ => "",
    }
}

/// How deep a block stands, if it ends what is open at that depth.
fn level(block: &Block, text: &str) -> Option<usize> {
    match &block.kind {
        BlockKind::Heading { level, .. } => Some(usize::from(*level)),
        BlockKind::Rule => Some(BOLD_LINE),
        BlockKind::Item(item) => Some(LIST_ITEM + item.depth),
        BlockKind::Paragraph { text: span } => bold_line(text, span).map(|_| BOLD_LINE),
        _ => None,
    }
}

/// Whether a block is a heading or serves as one, with its level and its text.
fn opens(block: &Block, text: &str) -> Option<(usize, Range<usize>)> {
    match &block.kind {
        BlockKind::Heading { level, text } => Some((usize::from(*level), text.clone())),
        BlockKind::Paragraph { text: span } => Some((BOLD_LINE, bold_line(text, span)?)),
        BlockKind::Item(item) => {
            let line = first_line(text, &item.text);
            let is_group = group_heading(&text[line.clone()]).is_some();
            is_group.then_some((LIST_ITEM + item.depth, line))
        }
        _ => None,
    }
}

fn first_line(text: &str, span: &Range<usize>) -> Range<usize> {
    let line = text[span.clone()].lines().next().unwrap_or_default();
    span.start..span.start + line.len()
}

/// The first line of a paragraph when it is bold and names a group, or announces what is put off.
fn bold_line(text: &str, span: &Range<usize>) -> Option<Range<usize>> {
    let line = first_line(text, span);
    let words = &text[line.clone()];
    let is_bold = words.starts_with("**") || words.starts_with("__");
    (is_bold && (group_heading(words).is_some() || is_deferred(words))).then_some(line)
}

/// Whether the list below a line says what is checked, and not what is done: `**Checkpoint 1** (after two hours):`.
fn announces_checks(paragraph: &str) -> bool {
    const CHECKS: [&str; 6] = [
        "checkpoint",
        "quality gate",
        "exit criteria",
        "success criteria",
        "acceptance criteria",
        "definition of done",
    ];
    let last = paragraph.lines().next_back().unwrap_or_default().trim();
    let bold = last.trim_start_matches(|c: char| !c.is_alphanumeric() && c != '*');
    let Some(inside) = bold.strip_prefix("**") else {
        return false;
    };
    let words = inside
        .trim_start_matches(|c: char| !c.is_alphanumeric())
        .to_lowercase();
    let announces = last.ends_with([':', '：', '*', ')']);
    announces && CHECKS.iter().any(|check| words.starts_with(check))
}

/// The group of a line that names tasks of it behind a colon, or a range of them in brackets: `Batch 1 (T001-T003)`.
fn group_with_ids(line: &str) -> Option<GroupHeading<'_>> {
    let at = ids_behind_group(line)?;
    let first = find_ids(&line[at..]).next()?;
    let in_bracket = line[..at]
        .trim_end_matches(['`', '*', ' '])
        .ends_with(['(', '（']);
    // `Phase 1 (T1)` may only point at a task.
    let is_list = || {
        let rest = line[at + first.end..].trim_start_matches(['`', '*']);
        first.last.is_some() || rest.starts_with([',', '&', '+'])
    };
    group_heading(line).filter(|_| !in_bracket || is_list())
}

/// Where the ids begin that a line names behind its group: behind a colon, or in a bracket.
pub(super) fn ids_behind_group(line: &str) -> Option<usize> {
    let group = find_groups(line).next().map_or(0, |group| group.end);
    let marks: [&[char]; 2] = [&[':', '：'], &['(', '（']];
    marks.iter().find_map(|marks| {
        let open = group + line[group..].find(*marks)?;
        let rest = line[open..].trim_start_matches([':', '：', '(', '（', '*', '_', '`', ' ']);
        let begins = find_ids(rest).next().is_some_and(|id| id.start == 0);
        begins.then_some(line.len() - rest.len())
    })
}

fn is_deferred(text: &str) -> bool {
    let text = text
        .trim_start_matches(|c: char| !c.is_alphanumeric())
        .to_lowercase();
    [
        "deferred",
        "postponed",
        "out of scope",
        "not in scope",
        "backlog",
        "icebox",
        "parked",
        "on hold",
        "future work",
        "won't do",
        "later:",
    ]
    .iter()
    .any(|word| text.starts_with(word))
}

fn is_example(text: &str) -> bool {
    let text = text.to_lowercase();
    let words: Vec<&str> = text.split(|c: char| !c.is_alphanumeric()).collect();
    [
        "example",
        "examples",
        "template",
        "templates",
        "syntax",
        "sample",
        "legend",
    ]
    .iter()
    .any(|word| words.contains(word))
}

/// Whether a heading names one of several ways of which a plan takes one: "Option A: Buy", "Strategy 2".
pub(super) fn is_alternative(heading: &str) -> bool {
    alternative(heading).is_some()
}

/// The word of such a heading and what tells it from the others.
fn alternative(heading: &str) -> Option<(&'static str, &str)> {
    const WAYS: [&str; 18] = [
        "alternative",
        "approach",
        "option",
        "scenario",
        "strategy",
        "variant",
        "ansatz",
        "szenario",
        "variante",
        "approche",
        "scénario",
        "stratégie",
        "opción",
        "estrategia",
        "escenario",
        "opção",
        "estratégia",
        "cenário",
    ];
    let bare = heading.trim_start_matches(|c: char| !c.is_alphanumeric());
    let end = bare.find(|c: char| !c.is_alphabetic())?;
    let word = bare[..end].to_lowercase();
    let way = WAYS.iter().find(|way| **way == word)?;
    let rest = bare[end..].trim_start_matches([' ', '#']);
    let length = rest
        .find(|c: char| !c.is_alphanumeric())
        .unwrap_or(rest.len());
    let (number, behind) = rest.split_at(length);
    let is_number = number.bytes().all(|byte| byte.is_ascii_digit())
        || number.len() == 1 && number.starts_with(|c: char| c.is_ascii_uppercase());
    let ends = behind.trim_start_matches(['*', '_']);
    let ends = ends.is_empty()
        || ends.starts_with([':', '：', '.', ')'])
        || [" - ", " – ", " — ", " ("]
            .iter()
            .any(|mark| ends.starts_with(mark));
    (is_number && !number.is_empty() && ends).then_some((*way, number))
}

/// The headings of which each is one of several such ways, by their blocks.
fn alternatives(document: &Document) -> HashSet<usize> {
    let text = document.text();
    let mut ways: HashMap<&str, Vec<(usize, &str)>> = HashMap::new();
    for (at, block) in document.markdown().blocks.iter().enumerate() {
        if let BlockKind::Heading { text: span, .. } = &block.kind
            && let Some((way, number)) = alternative(&text[span.clone()])
        {
            ways.entry(way).or_default().push((at, number));
        }
    }
    ways.retain(|_, all| all.iter().any(|(_, number)| *number != all[0].1));
    ways.into_values().flatten().map(|(at, _)| at).collect()
}

pub(super) fn speaks_of_work(heading: &str) -> bool {
    let heading = heading.to_lowercase();
    let mut words = heading.split(|c: char| !c.is_alphanumeric());
    words.any(|word| {
        matches!(
            word,
            "task"
                | "tasks"
                | "issues"
                | "tickets"
                | "workers"
                | "agents"
                | "jobs"
                | "todo"
                | "todos"
                | "workplan"
        )
    }) || ["work items", "work packages", "タスク", "任务", "작업"]
        .iter()
        .any(|name| heading.contains(name))
}

/// Whether a section is about what has to be settled, which may hold up tasks and is none: "Open questions".
pub(super) fn speaks_of_open_points(heading: &str) -> bool {
    let lower = heading.to_lowercase();
    let mut words = lower.split(|c: char| !c.is_alphanumeric());
    words.any(|word| {
        matches!(
            word,
            "questions" | "risks" | "assumptions" | "fragen" | "preguntas"
        )
    }) && !speaks_of_work(heading)
}

/// Whether a section inside one that lists the work is about something else.
pub(super) fn speaks_of_other(heading: &str) -> bool {
    const OTHER: [&str; 16] = [
        "acceptance",
        "assumptions",
        "criteria",
        "decisions",
        "glossary",
        "goals",
        "metrics",
        "mitigation",
        "notes",
        "problems",
        "questions",
        "references",
        "requirements",
        "risks",
        "summary",
        "troubleshooting",
    ];
    let heading = heading.to_lowercase();
    let mut words = heading.split(|c: char| !c.is_alphanumeric());
    words.any(|word| OTHER.contains(&word))
}
