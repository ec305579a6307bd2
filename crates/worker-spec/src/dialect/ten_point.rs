//! The ten-point worker spec.

mod boundaries;
mod commands;
mod deliverables;
mod dependencies;
mod entry;
mod fences;
mod field_values;
mod header;
mod hidden;
mod names;
mod outline;
mod prose;
mod spec;
mod title;
mod wordings;

pub(super) use header::{Field, field, read_header};
pub(super) use names::{SectionName, bare, section_name};
pub(super) use outline::{Outline, SectionOutline};
pub(super) use prose::prose;
pub(super) use spec::{Content, read_content};

use std::collections::HashMap;

use crate::{Confidence, Dialect, Document, Fragment, Parsed};

/// One or more worker specs, each a heading with an id and sections known by name.
#[derive(Debug)]
pub(super) struct TenPoint;

impl Dialect for TenPoint {
    fn name(&self) -> &'static str {
        "ten-point worker spec"
    }

    fn recognise(&self, document: &Document) -> Confidence {
        confidence(document, &outline::outline(document))
    }

    fn read(&self, document: &Document) -> Parsed<Fragment> {
        read_specs(document, &outline::outline(document))
    }

    fn read_whole(&self, document: &Document) -> Result<Parsed<Fragment>, Confidence> {
        let specs = outline::outline(document);
        match confidence(document, &specs) {
            Confidence::Whole => Ok(read_specs(document, &specs)),
            confidence => Err(confidence),
        }
    }
}

/// The ids of the worker specs whose headings state one, by the blocks of these headings.
pub(super) fn ids_of_headings(document: &Document) -> HashMap<usize, String> {
    let outlines = outline::outline(document).into_iter();
    outlines
        .filter_map(|outline| Some((outline.heading?, outline.title?.id)))
        .collect()
}

fn confidence(document: &Document, specs: &[Outline<'_>]) -> Confidence {
    let Some(first) = specs.first() else {
        return Confidence::No;
    };
    // A plan may hold specs after its own text; a file of specs begins with one.
    let blocks = &document.markdown().blocks;
    let is_heading =
        |at: &usize| matches!(blocks[*at].kind, crate::markdown::BlockKind::Heading { .. });
    let begins = first
        .heading
        .is_none_or(|heading| !(0..heading).any(|at| is_heading(&at)));
    if begins {
        Confidence::Whole
    } else {
        Confidence::Strong
    }
}

fn read_specs(document: &Document, specs: &[Outline<'_>]) -> Parsed<Fragment> {
    if let [only] = specs {
        return spec::read_spec(document, only);
    }
    let mut parsed = Parsed::<Fragment>::default();
    for outline in specs {
        let spec = spec::read_spec(document, outline);
        parsed.value.append(spec.value);
        parsed.diagnostics.extend(spec.diagnostics);
    }
    parsed
}
