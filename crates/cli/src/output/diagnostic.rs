//! Diagnostics for machines and for people.

use std::collections::HashMap;
use std::ops::Range;

use annotate_snippets::{AnnotationKind, Group, Level, Origin, Renderer, Snippet};
use serde::Serialize;
use wavecrew::worker_spec::{Diagnostic, Document, Related, Severity};

/// The machine form of a diagnostic.
#[derive(Debug, Serialize)]
pub struct DiagnosticOut<'a> {
    code: String,
    severity: Severity,
    message: &'a str,
    file: Option<&'a str>,
    line: Option<usize>,
    column: Option<usize>,
    help: Option<&'a str>,
    related: Vec<RelatedOut<'a>>,
    fixable: bool,
}

/// A second place that a diagnostic speaks of.
#[derive(Debug, Serialize)]
struct RelatedOut<'a> {
    message: &'a str,
    file: &'a str,
    line: usize,
    column: usize,
}

impl<'a> DiagnosticOut<'a> {
    pub fn new(diagnostic: &'a Diagnostic) -> Self {
        let location = diagnostic.location.as_ref();
        Self {
            code: diagnostic.code.to_string(),
            severity: diagnostic.severity,
            message: &diagnostic.message,
            file: location.map(|location| &*location.file),
            line: location.map(|location| location.line),
            column: location.map(|location| location.column),
            help: diagnostic.help.as_deref(),
            related: diagnostic.related.iter().map(RelatedOut::new).collect(),
            fixable: diagnostic.fix.is_some(),
        }
    }
}

impl<'a> RelatedOut<'a> {
    fn new(related: &'a Related) -> Self {
        Self {
            message: &related.message,
            file: &related.location.file,
            line: related.location.line,
            column: related.location.column,
        }
    }
}

/// Renders diagnostics with the lines they speak of.
pub struct Rendering<'a> {
    sources: HashMap<&'a str, &'a str>,
    renderer: Renderer,
}

impl<'a> Rendering<'a> {
    /// `documents` are where the lines come from; colour is up to the stream it goes to.
    pub fn new(documents: &'a [Document]) -> Self {
        Self {
            sources: documents
                .iter()
                .map(|document| (document.name(), document.text()))
                .collect(),
            renderer: Renderer::styled(),
        }
    }

    /// One diagnostic, several lines, no line break at the end.
    pub fn text(&self, diagnostic: &Diagnostic) -> String {
        let level = match diagnostic.severity {
            Severity::Error => Level::ERROR,
            Severity::Warning => Level::WARNING,
            Severity::Note => Level::NOTE,
        };
        let code = diagnostic.code.to_string();
        let message = visible(&diagnostic.message);
        let mut group = Group::with_title(level.primary_title(message.as_str()).id(code.as_str()));
        let related: Vec<String> = diagnostic
            .related
            .iter()
            .map(|related| visible(&related.message))
            .collect();
        let places = diagnostic
            .location
            .iter()
            .map(|location| (location, None))
            .chain(
                diagnostic
                    .related
                    .iter()
                    .zip(&related)
                    .map(|(other, text)| (&other.location, Some(text))),
            );
        for (location, label) in places {
            let Some(source) = self.sources.get(&*location.file) else {
                let origin = Origin::path(visible(&location.file));
                group = group.element(origin.line(location.line).char_column(location.column));
                continue;
            };
            let kind = if label.is_none() {
                AnnotationKind::Primary
            } else {
                AnnotationKind::Context
            };
            let span = location.span.start.min(source.len())..location.span.end.min(source.len());
            let span = first_line(source, span);
            // The renderer looks through all that it is given, so it gets no more than the line.
            let line = line_around(source, &span);
            let mut annotation = kind.span(span.start - line.start..span.end - line.start);
            if let Some(label) = label {
                annotation = annotation.label(label.as_str());
            }
            group = group.element(
                Snippet::source(&source[line])
                    .line_start(location.line)
                    .path(visible(&location.file))
                    .annotation(annotation),
            );
        }
        let help = diagnostic.help.as_deref().map(visible);
        if let Some(help) = &help {
            group = group.element(Level::HELP.message(help.as_str()));
        }
        self.renderer.render(&[group]).to_string()
    }
}

/// The line that a span of one line stands in, without its end.
fn line_around(source: &str, span: &Range<usize>) -> Range<usize> {
    let ends = ['\n', '\r'];
    let start = source[..span.start].rfind(ends).map_or(0, |end| end + 1);
    let end = source[span.end..].find(ends);
    start..end.map_or(source.len(), |end| span.end + end)
}

/// A long span is shown by its first line, or the picture would hide the message.
fn first_line(source: &str, span: Range<usize>) -> Range<usize> {
    let text = &source[span.clone()];
    let end = text
        .find(['\n', '\r'])
        .map_or(span.end, |line| span.start + line);
    span.start..end.max(span.start)
}

/// Text from a document as it may go to a terminal: control characters, and those that hide or turn text, escaped.
pub fn visible(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for character in text.chars() {
        let hidden = matches!(
            character,
            '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}'
                | '\u{feff}' | '\u{e0000}'..='\u{e007f}'
        );
        if character == '\n' || !(character.is_control() || hidden) {
            safe.push(character);
        } else {
            safe.extend(character.escape_unicode());
        }
    }
    safe
}
