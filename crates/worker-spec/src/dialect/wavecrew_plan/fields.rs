//! Fields: the lines `- name: value` below a heading.

use std::ops::Range;

use crate::label::split_label;
use crate::markdown::BlockKind;
use crate::slip::is_slip_of;
use crate::{Code, Diagnostic, Document};

/// One field.
#[derive(Clone, Debug)]
pub(super) struct Line<'t, F> {
    pub(super) field: F,
    pub(super) value: &'t str,
    /// Where the value begins.
    pub(super) at: usize,
    /// The whole line.
    pub(super) span: Range<usize>,
}

/// What may stand in a list of fields.
pub(super) struct Known<F: 'static> {
    /// What has these fields: `a task`.
    pub(super) owner: &'static str,
    pub(super) fields: &'static [(&'static str, F)],
    /// Other words for fields that people use.
    pub(super) synonym: fn(&str) -> Option<F>,
    /// Fields that may be stated more than once.
    pub(super) repeated: &'static [F],
}

/// The fields among some blocks, each once. What is no field is told when it stands in the list right below the heading;
/// further down a list is free text, unless a line nearly is a field.
pub(super) fn fields<'d, F: Copy + PartialEq>(
    document: &'d Document,
    blocks: Range<usize>,
    known: &Known<F>,
    diagnostics: &mut Vec<Diagnostic>,
) -> Vec<Line<'d, F>> {
    let text = document.text();
    let mut lines: Vec<Line<'d, F>> = Vec::new();
    let mut lead = true;
    for block in &document.markdown().blocks[blocks] {
        let BlockKind::Item(item) = &block.kind else {
            lead = false;
            continue;
        };
        if item.depth > 0 {
            continue;
        }
        let span = line(text, &item.text);
        let written = &text[span.clone()];
        let Some((name, value)) = split_label(written) else {
            if lead && !written.trim().is_empty() {
                diagnostics.push(no_field(document, span, known.owner));
            }
            continue;
        };
        let Some(field) = field(document, &span, name, lead, known, diagnostics) else {
            continue;
        };
        let first = lines.iter().find(|line| line.field == field);
        if let Some(first) = first.filter(|_| !known.repeated.contains(&field)) {
            diagnostics.push(
                Diagnostic::warning(
                    Code::DUPLICATE_FIELD,
                    format!("`{name}` is stated twice; the first one counts"),
                )
                .at(document.location(span))
                .related(document.location(first.span.clone()), "first stated here")
                .help("join them to one line, or remove one"),
            );
            continue;
        }
        let at = value.as_ptr() as usize - text.as_ptr() as usize;
        lines.push(Line {
            field,
            value,
            at,
            span,
        });
    }
    lines
}

/// The text of an item up to the end of its last line; Markdown's own view leaves out escapes at its ends.
fn line(text: &str, item: &Range<usize>) -> Range<usize> {
    let end = text[item.end..].find(['\n', '\r']);
    let end = end.map_or(text.len(), |end| item.end + end);
    item.start..item.start + text[item.start..end].trim_end().len()
}

/// The field of a name; one that is unknown is told.
fn field<F: Copy>(
    document: &Document,
    span: &Range<usize>,
    name: &str,
    lead: bool,
    known: &Known<F>,
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<F> {
    let plain = name.to_lowercase().replace(['_', '-'], " ");
    let plain = plain.trim();
    let by_name = known.fields.iter().find(|(known, _)| *known == plain);
    if let Some(field) = by_name
        .map(|(_, field)| *field)
        .or_else(|| (known.synonym)(plain))
    {
        return Some(field);
    }
    let most = |known: &str| if known.len() >= 8 { 2 } else { 1 };
    let near = known
        .fields
        .iter()
        .find(|(known, _)| is_slip_of(plain, known, most(known)));
    let shown = name.escape_debug();
    let owner = known.owner;
    if let Some((meant, field)) = near {
        let at = span.start + document.text()[span.clone()].find(name).unwrap_or(0);
        let place = document.location(at..at + name.len());
        diagnostics.push(
            Diagnostic::warning(
                Code::MISSPELT_FIELD,
                format!("`{shown}` is no field of {owner}; it is read as `{meant}`"),
            )
            .at(place.clone())
            .help(format!("write `{meant}`"))
            .fix(place, *meant),
        );
        return Some(*field);
    }
    if lead {
        let names: Vec<&str> = known.fields.iter().map(|(name, _)| *name).collect();
        diagnostics.push(
            Diagnostic::warning(
                Code::MISSPELT_FIELD,
                format!("`{shown}` is no field of {owner}, and nothing reads it"),
            )
            .at(document.location(span.clone()))
            .help(format!(
                "the fields of {owner} are {}; write anything else as text below them",
                names.join(", ")
            )),
        );
    }
    None
}

fn no_field(document: &Document, span: Range<usize>, owner: &str) -> Diagnostic {
    Diagnostic::warning(
        Code::MISSPELT_FIELD,
        format!("this line among the fields of {owner} is no `name: value`"),
    )
    .at(document.location(span))
    .help("write it as text below the fields")
}

/// A value that cannot be read.
pub(super) fn bad_value(
    document: &Document,
    span: Range<usize>,
    what: &str,
    help: &str,
) -> Diagnostic {
    let shown: String = document.text()[span.clone()].chars().take(60).collect();
    Diagnostic::warning(
        Code::BAD_VALUE,
        format!("`{}` is not {what}", shown.escape_debug()),
    )
    .at(document.location(span))
    .help(help)
}
