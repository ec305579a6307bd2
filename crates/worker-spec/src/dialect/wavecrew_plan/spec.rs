//! The worker spec of a task: sections below its heading, or a fence that holds the spec as it stands elsewhere.

use std::ops::Range;

use super::heading::{Heading, Name, headings, task_name};
use crate::dialect::ten_point::{
    Content, Outline, SectionOutline, bare, read_content, read_header, section_name,
};
use crate::fence_places::FencePlaces;
use crate::markdown::{BlockKind, CodeFence};
use crate::places::Places;
use crate::plan_form::SPEC_FENCE;
use crate::{Document, HeaderField, Location};

/// Reads the spec of a task, if it has one. `headings` are the task's own and those below it, `body` the blocks before
/// the first section, `end` is the block behind the last one. `is_field` tells which blocks are fields of the task.
pub(super) fn read(
    document: &Document,
    name: &Name,
    headings: &[Heading<'_>],
    body: Range<usize>,
    end: usize,
    is_field: impl Fn(usize) -> bool,
) -> Option<Content> {
    if let Some(fence) = spec_fence(document, body.clone()) {
        return Some(in_fence(document, fence));
    }
    if headings.len() < 2 {
        return None;
    }
    Some(content(document, name, headings, body, end, is_field))
}

fn content(
    document: &Document,
    name: &Name,
    headings: &[Heading<'_>],
    body: Range<usize>,
    end: usize,
    is_field: impl Fn(usize) -> bool,
) -> Content {
    let outline = Outline {
        heading: headings.first().map(|heading| heading.block),
        title: None,
        is_document: false,
        header: body.clone(),
        sections: sections(document, headings.get(1..).unwrap_or_default(), end),
    };
    read_content(
        document,
        &outline,
        &name.id,
        &name.title,
        header(document, body),
        is_field,
    )
}

/// The sections: headings of the level of the first one. Deeper ones belong to the text of a section.
fn sections<'d>(
    document: &'d Document,
    headings: &[Heading<'d>],
    end: usize,
) -> Vec<SectionOutline<'d>> {
    let blocks = &document.markdown().blocks;
    let level = headings.first().map_or(6, |heading| heading.level);
    let tops: Vec<&Heading<'_>> = headings
        .iter()
        .filter(|heading| heading.level <= level)
        .collect();
    let mut sections = Vec::with_capacity(tops.len());
    for (at, heading) in tops.iter().enumerate() {
        let next = tops.get(at + 1).map_or(end, |next| next.block);
        let from = blocks[heading.block].span.end;
        let to = blocks
            .get(next)
            .map_or(document.text().len(), |block| block.span.start);
        let text = match &blocks[heading.block].kind {
            BlockKind::Heading { text, .. } => &document.text()[text.clone()],
            _ => heading.text,
        };
        sections.push(SectionOutline {
            name: section_name(text),
            heading: text,
            bare: bare(text),
            at: heading.block,
            blocks: heading.block + 1..next,
            body: from..to.max(from),
        });
    }
    sections
}

/// The bold lines before the sections. The list there holds the task's fields.
fn header(document: &Document, body: Range<usize>) -> Vec<HeaderField> {
    let blocks = &document.markdown().blocks;
    let lines = body.filter(|at| matches!(blocks[*at].kind, BlockKind::Paragraph { .. }));
    lines
        .flat_map(|at| read_header(document, at..at + 1))
        .collect()
}

fn spec_fence(document: &Document, body: Range<usize>) -> Option<&CodeFence> {
    let text = document.text();
    document.markdown().blocks[body]
        .iter()
        .find_map(|block| match &block.kind {
            BlockKind::Fence(fence) => {
                let info = text[fence.info.clone()].split_whitespace();
                info.eq(SPEC_FENCE.split(' ')).then_some(fence)
            }
            _ => None,
        })
}

/// Reads the text of a fence as a document of its own, and puts all places back to where they are in the outer one.
fn in_fence(document: &Document, fence: &CodeFence) -> Content {
    let markdown = document.markdown();
    let code = markdown.code(document.text(), fence);
    let inner = Document::new(document.name(), code.into_owned());
    let headings = headings(&inner);
    let end = inner.markdown().blocks.len();
    let body = headings.first().map_or(0, |heading| heading.block + 1);
    let body = body..headings.get(1).map_or(end, |heading| heading.block);
    let name = headings
        .first()
        .map_or_else(|| task_name(""), |heading| task_name(heading.text));
    let mut content = content(&inner, &name, &headings, body, end, |_| false);
    let places = FencePlaces::new(markdown.code_pieces(fence));
    let mut put_back = |location: &mut Location| {
        *location = document.location(places.span(location.span.clone()));
    };
    content.spec.places(&mut put_back);
    content.edges.places(&mut put_back);
    content.groups.places(&mut put_back);
    content.unplaced.places(&mut put_back);
    content.diagnostics.places(&mut put_back);
    content
}
