//! Where worker specs and their sections are in a document.

use std::ops::Range;

use super::names::{self, Known, SectionName};
use super::title::{Title, parse_title};
use crate::Document;
use crate::label::find_pair;
use crate::markdown::{Block, BlockKind};
use crate::path::is_hidden;

/// A worker spec's parts, as indices of blocks.
#[derive(Debug)]
pub(in crate::dialect) struct Outline<'t> {
    /// The block of the spec's heading; `None` when the sections stand under no heading.
    pub(in crate::dialect) heading: Option<usize>,
    /// What the heading says.
    pub(in crate::dialect) title: Option<Title<'t>>,
    /// Whether the spec is the whole document, so that front matter and file name speak of it.
    pub(in crate::dialect) is_document: bool,
    /// The blocks between the heading and the first section.
    pub(in crate::dialect) header: Range<usize>,
    pub(in crate::dialect) sections: Vec<SectionOutline<'t>>,
}

/// A section: its heading and what is under it.
#[derive(Debug)]
pub(in crate::dialect) struct SectionOutline<'t> {
    pub(in crate::dialect) name: SectionName,
    pub(in crate::dialect) heading: &'t str,
    /// The heading without number, signs and emphasis.
    pub(in crate::dialect) bare: &'t str,
    /// The block of the heading.
    pub(in crate::dialect) at: usize,
    /// The blocks under it.
    pub(in crate::dialect) blocks: Range<usize>,
    /// The bytes under it.
    pub(in crate::dialect) body: Range<usize>,
}

struct Heading<'t> {
    block: usize,
    /// 1 to 6, or [`BOLD`].
    level: u8,
    text: &'t str,
    /// The text without number, signs and emphasis.
    bare: &'t str,
    known: Option<Known>,
    /// Whether the known name is only meant, and written with a slip of the pen.
    is_slip: bool,
}

/// The level of a line that is a heading by its bold type only.
const BOLD: u8 = 7;

/// What the headings of a spec must come to: 2 for a section by a sure name, 1 for one by a name that other documents
/// use too, 2 more when a sure DELIVERABLES comes first.
#[derive(Clone, Copy)]
enum Least {
    /// Under a heading with an id.
    WithId = 6,
    /// In a document without one.
    WithoutId = 10,
}

/// The worker specs of a document, in order.
///
/// A spec is a heading with an id under which there are sections of the ten: DELIVERABLES and two more, or one more
/// when DELIVERABLES comes first. (A report on finished work has DELIVERABLES too, further down.) A document without
/// such a heading that has five sections of the ten or more, or an id in its front matter, is one spec whose id is
/// elsewhere.
pub(super) fn outline(document: &Document) -> Vec<Outline<'_>> {
    let text = document.text();
    let blocks = &document.markdown().blocks;
    let headings = headings(text, blocks);
    let mut specs = Vec::new();
    let mut at = 0;
    while at < headings.len() {
        let Some(title) = headings[at].title() else {
            at += 1;
            continue;
        };
        let end = spec_end(&headings, at);
        let inside = &headings[at + 1..end];
        let layout = Layout::of(inside);
        if layout.is_spec(Least::WithId, title.says_worker) {
            specs.push(spec(
                text,
                blocks,
                &headings,
                Some((at, title)),
                at + 1..end,
                layout.level,
            ));
            at = end;
        } else {
            at += 1;
        }
    }
    if specs.is_empty() {
        let least = if has_id(document) || headings.first().is_some_and(Heading::has_odd_id) {
            Least::WithId
        } else {
            Least::WithoutId
        };
        let layout = Layout::of(&headings);
        if layout.is_spec(least, true) {
            specs.push(untitled(text, blocks, &headings, layout.level));
        }
    }
    if let [only] = specs.as_mut_slice() {
        only.is_document = true;
    }
    specs
}

/// Whether the front matter states an id.
fn has_id(document: &Document) -> bool {
    let front_matter = document.markdown().front_matter.clone();
    front_matter.is_some_and(|span| {
        let mut lines = document.text()[span].lines();
        lines.any(|line| {
            let key = line.split(':').next().unwrap_or_default();
            ["id", "task_id", "worker_id", "task-id", "worker-id"]
                .iter()
                .any(|id| id.eq_ignore_ascii_case(key))
        })
    })
}

impl<'t> Heading<'t> {
    /// The id and title of a spec, if this may be a spec's heading.
    fn title(&self) -> Option<Title<'t>> {
        if self.known.is_some() || self.level == BOLD {
            return None;
        }
        parse_title(self.text)
    }
}

impl Heading<'_> {
    /// Whether the heading begins with what may be meant as an id, but is too long for one or holds what is not seen.
    fn has_odd_id(&self) -> bool {
        let first = self.text.split([' ', ':']).next().unwrap_or_default();
        let hidden = first.contains(|c: char| c.is_control() || is_hidden(c));
        first.contains(|c: char| c.is_ascii_digit()) && (hidden || first.len() > 64)
    }
}

fn headings<'t>(text: &'t str, blocks: &[Block]) -> Vec<Heading<'t>> {
    let mut headings = Vec::with_capacity(20);
    for (at, block) in blocks.iter().enumerate() {
        let (level, text) = match &block.kind {
            BlockKind::Heading { level, text: span } => (*level, &text[span.clone()]),
            BlockKind::Paragraph { text: span } => match bold_line(&text[span.clone()]) {
                Some(line) => (BOLD, line),
                None => continue,
            },
            _ => continue,
        };
        let bare = names::bare(text);
        let known = names::known(bare);
        let near = || names::near(bare).filter(|_| level < BOLD);
        headings.push(Heading {
            block: at,
            level,
            text,
            bare,
            known: known.or_else(near),
            is_slip: known.is_none(),
        });
    }
    headings
}

/// The words of a paragraph that is one short bold line, with or without a colon.
fn bold_line(text: &str) -> Option<&str> {
    let text = text
        .strip_prefix("**")
        .or_else(|| text.strip_prefix("__"))?;
    if text.len() > 80 || text.contains('\n') {
        return None;
    }
    let text = text.trim_end_matches([':', '：', ' ']);
    let text = text
        .strip_suffix("**")
        .or_else(|| text.strip_suffix("__"))?;
    find_pair(text, b'*').is_none().then_some(text)
}

/// The heading with which the spec of heading `at` is over.
fn spec_end(headings: &[Heading<'_>], at: usize) -> usize {
    let level = headings[at].level;
    let over = |heading: &Heading<'_>| heading.level <= level && heading.known.is_none();
    let rest = &headings[at + 1..];
    // Sections may be on the level of the spec's own heading; then only another spec's heading ends it.
    let flat = rest
        .iter()
        .find(|heading| heading.level < BOLD)
        .is_some_and(|heading| heading.known.is_some() && heading.level <= level);
    let end = rest.iter().position(|heading| {
        over(heading) && (!flat || heading.level < level || heading.title().is_some())
    });
    end.map_or(headings.len(), |end| at + 1 + end)
}

/// On which level the sections of a spec stand, and how much they are those of a spec.
struct Layout {
    level: u8,
    /// The sections of the ten, one bit each.
    found: u16,
    /// Those of them that have a sure name.
    sure: u16,
    /// Whether the first section is DELIVERABLES, by a sure name.
    begins: bool,
}

const DELIVERABLES: u16 = 1;
const CRITERIA: u16 = 1 << 1;
const TESTS: u16 = 1 << 5;
const TEN: u16 = (1 << 10) - 1;

impl Layout {
    /// The level on which most sections are named; the upper one of two.
    fn of(headings: &[Heading<'_>]) -> Layout {
        const LEVELS: usize = BOLD as usize + 1;
        let mut found = [0_u16; LEVELS];
        let mut sure = [0_u16; LEVELS];
        let mut first = [None; LEVELS];
        for heading in headings {
            let level = usize::from(heading.level);
            first[level] = first[level].or(Some(heading.known));
            if let Some(known) = heading.known {
                let bit = 1 << known.at & TEN;
                found[level] |= bit;
                sure[level] |= if known.sure { bit } else { 0 };
            }
        }
        let most = |level: &usize| (found[*level].count_ones(), usize::MAX - level);
        let level = (1..LEVELS).max_by_key(most).unwrap_or(1);
        let begins = matches!(first[level], Some(Some(known)) if known.at == 0 && known.sure);
        Layout {
            level: level as u8,
            found: found[level],
            sure: sure[level],
            begins,
        }
    }

    /// `says_worker` is whether the title says that this is a piece of work.
    fn is_spec(&self, least: Least, says_worker: bool) -> bool {
        let named = |sections: u16| self.found & sections == sections;
        let sum = self.found.count_ones()
            + self.sure.count_ones()
            + 2 * u32::from(self.begins)
            + u32::from(says_worker);
        sum >= least as u32 && (named(DELIVERABLES) || named(CRITERIA | TESTS))
    }
}

fn untitled<'t>(
    text: &'t str,
    blocks: &[Block],
    headings: &[Heading<'t>],
    level: u8,
) -> Outline<'t> {
    let is_section = |heading: &Heading<'_>| heading.level == level && heading.known.is_some();
    let first = headings.iter().position(is_section).unwrap_or(0);
    let title = headings[..first]
        .iter()
        .position(|heading| heading.level < level);
    let inside = title.map_or(0, |at| at + 1)..headings.len();
    let mut spec = spec(text, blocks, headings, None, inside, level);
    spec.heading = title.map(|at| headings[at].block);
    spec.header.start = spec.heading.map_or(0, |block| block + 1);
    spec
}

fn spec<'t>(
    text: &'t str,
    blocks: &[Block],
    headings: &[Heading<'t>],
    title: Option<(usize, Title<'t>)>,
    range: Range<usize>,
    level: u8,
) -> Outline<'t> {
    let end = headings
        .get(range.end)
        .map_or(blocks.len(), |heading| heading.block);
    let inside = &headings[range];
    let mut tops = inside
        .iter()
        .filter(|heading| heading.level <= level)
        .peekable();
    let heading = title.as_ref().map(|(at, _)| headings[*at].block);
    let from = heading.map_or(0, |block| block + 1);
    let first = tops.peek().map_or(end, |first| first.block);
    let mut sections = Vec::with_capacity(tops.clone().count());
    while let Some(top) = tops.next() {
        let next = tops.peek().map_or(end, |next| next.block);
        sections.push(section(text, blocks, top, next));
    }
    Outline {
        heading,
        title: title.map(|(_, title)| title),
        is_document: false,
        header: from..first.max(from),
        sections,
    }
}

fn section<'t>(
    text: &'t str,
    blocks: &[Block],
    heading: &Heading<'t>,
    next: usize,
) -> SectionOutline<'t> {
    let from = blocks[heading.block].span.end;
    let to = blocks
        .get(next)
        .map_or(text.len(), |block| block.span.start);
    SectionOutline {
        name: match heading.known {
            Some(known) if heading.is_slip => SectionName::Misspelt(known.name()),
            Some(known) => SectionName::Known(known.name()),
            None if heading.level == BOLD => names::other(heading.bare),
            // A heading has been held against misspelt names before.
            None if names::is_placeholder(heading.bare) => SectionName::Placeholder,
            None => SectionName::Other,
        },
        heading: heading.text,
        bare: heading.bare,
        at: heading.block,
        blocks: heading.block + 1..next,
        body: from..to.max(from),
    }
}
