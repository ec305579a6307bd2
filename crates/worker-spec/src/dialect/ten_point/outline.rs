//! Where worker specs and their sections are in a document.

use std::ops::Range;

use super::names::{self, SectionName};
use super::title::{Title, parse_title};
use crate::Document;
use crate::markdown::{Block, BlockKind};

/// A worker spec's parts, as indices of blocks.
#[derive(Debug)]
pub(in crate::dialect) struct Outline<'t> {
    /// The block of the spec's heading; `None` when the sections stand under no heading.
    pub(in crate::dialect) heading: Option<usize>,
    /// What the heading says.
    pub(in crate::dialect) title: Option<Title<'t>>,
    /// The blocks between the heading and the first section.
    pub(in crate::dialect) header: Range<usize>,
    pub(in crate::dialect) sections: Vec<SectionOutline<'t>>,
}

/// A section: its heading and what is under it.
#[derive(Debug)]
pub(in crate::dialect) struct SectionOutline<'t> {
    pub(in crate::dialect) name: SectionName,
    pub(in crate::dialect) heading: &'t str,
    /// The block of the heading.
    pub(in crate::dialect) at: usize,
    /// The blocks under it.
    pub(in crate::dialect) blocks: Range<usize>,
    /// The bytes under it.
    pub(in crate::dialect) body: Range<usize>,
}

struct Heading<'t> {
    block: usize,
    level: u8,
    text: &'t str,
    known: Option<&'static str>,
    /// The level of the next known heading after this one.
    next_known: Option<u8>,
}

/// The worker specs of a document, in order.
///
/// A spec is a heading with an id under which there are DELIVERABLES and two more sections of the ten, or one more
/// when DELIVERABLES comes first. A document without such a heading that has five sections of the ten or more is one
/// spec whose id is elsewhere.
pub(super) fn outline(document: &Document) -> Vec<Outline<'_>> {
    let text = document.text();
    let blocks = &document.markdown().blocks;
    let headings = headings(text, blocks);
    let mut specs = Vec::new();
    let mut at = 0;
    while at < headings.len() {
        let heading = &headings[at];
        let title = if heading.known.is_none() {
            parse_title(heading.text)
        } else {
            None
        };
        let Some(title) = title else {
            at += 1;
            continue;
        };
        let end = spec_end(&headings, at);
        if is_spec(&headings[at + 1..end], 3) {
            specs.push(spec(
                text,
                blocks,
                &headings,
                Some((at, title)),
                at + 1..end,
            ));
            at = end;
        } else {
            at += 1;
        }
    }
    if specs.is_empty() && is_spec(&headings, 5) {
        specs.push(untitled(text, blocks, &headings));
    }
    specs
}

fn headings<'t>(text: &'t str, blocks: &[Block]) -> Vec<Heading<'t>> {
    let mut headings = Vec::with_capacity(16);
    for (at, block) in blocks.iter().enumerate() {
        if let BlockKind::Heading { level, text: span } = &block.kind {
            let text = &text[span.clone()];
            headings.push(Heading {
                block: at,
                level: *level,
                text,
                known: names::known(text),
                next_known: None,
            });
        }
    }
    let mut next = None;
    for heading in headings.iter_mut().rev() {
        heading.next_known = next;
        next = heading.known.map(|_| heading.level).or(next);
    }
    headings
}

/// The heading with which the spec of heading `at` is over.
fn spec_end(headings: &[Heading<'_>], at: usize) -> usize {
    let level = headings[at].level;
    let over = |heading: &Heading<'_>| heading.level <= level && heading.known.is_none();
    let rest = &headings[at + 1..];
    // Sections may be on the level of the spec's own heading; then only another spec's heading ends it.
    let flat = rest
        .first()
        .is_some_and(|heading| heading.known.is_some() && heading.level <= level);
    let end = rest.iter().position(|heading| {
        over(heading) && (!flat || heading.level < level || parse_title(heading.text).is_some())
    });
    end.map_or(headings.len(), |end| at + 1 + end)
}

/// Whether headings are those of a spec: `least` of the ten with DELIVERABLES among them, or one less when that
/// comes first. (A report on finished work has DELIVERABLES too, further down.)
fn is_spec(headings: &[Heading<'_>], least: usize) -> bool {
    let named = |name: &str| headings.iter().any(|heading| heading.known == Some(name));
    let first = headings
        .first()
        .is_some_and(|heading| heading.known == Some("DELIVERABLES"));
    let count = names::TEN.iter().filter(|name| named(name)).count() + usize::from(first);
    named("DELIVERABLES") && count >= least
}

fn untitled<'t>(text: &'t str, blocks: &[Block], headings: &[Heading<'t>]) -> Outline<'t> {
    let first = headings
        .iter()
        .position(|heading| heading.known.is_some())
        .unwrap_or(0);
    let title = headings[..first]
        .iter()
        .position(|heading| heading.level < headings[first].level);
    let mut spec = spec(
        text,
        blocks,
        headings,
        None,
        title.map_or(0, |at| at + 1)..headings.len(),
    );
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
) -> Outline<'t> {
    let end = headings
        .get(range.end)
        .map_or(blocks.len(), |heading| heading.block);
    let inside = &headings[range];
    let level = inside
        .iter()
        .find(|heading| heading.known.is_some())
        .map_or(6, |heading| heading.level);
    let tops: Vec<&Heading<'_>> = inside
        .iter()
        .filter(|heading| heading.level <= level)
        .collect();
    let heading = title.as_ref().map(|(at, _)| headings[*at].block);
    let sections: Vec<SectionOutline<'t>> = tops
        .iter()
        .enumerate()
        .map(|(at, heading)| {
            let next = tops.get(at + 1).map_or(end, |next| next.block);
            section(text, blocks, heading, next)
        })
        .collect();
    Outline {
        heading,
        title: title.map(|(_, title)| title),
        header: heading.map_or(0, |block| block + 1)..tops.first().map_or(end, |first| first.block),
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
        name: names::section_name(heading.text),
        heading: heading.text,
        at: heading.block,
        blocks: heading.block + 1..next,
        body: from..to.max(from),
    }
}
