//! What the fields above the first section say of the task.

use super::super::deliverables::read_field;
use super::super::dependencies::{Gatherer, Sense};
use super::super::field_values::group_of;
use super::super::header::{Field, field, in_case_of, near_field};
use super::Reader;
use crate::duration::{Clock, parse_estimate};
use crate::status_words::status_of;
use crate::tokens::parse_tokens;
use crate::{Code, Diagnostic, Document, Fragment, Group, HeaderField, TaskMention};

impl Reader<'_> {
    /// Takes a field's value for the task, and tells what cannot be read.
    pub(super) fn field(
        &mut self,
        header: &HeaderField,
        task: &mut TaskMention,
        fragment: &mut Fragment,
        gatherer: &mut Gatherer<'_>,
    ) {
        let value = header.value.as_str();
        match self.known_field(header) {
            Field::Title => {
                if self.spec.title.is_empty() || self.spec.title == self.spec.id {
                    self.spec.title = value.to_owned();
                }
            }
            Field::Estimate => self.estimate(header, task),
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
                    let group = Group {
                        title: title.to_owned(),
                        ..Group::new(id.as_str(), header.location.clone())
                    };
                    // Most specs are in one group.
                    task.groups.reserve_exact(1);
                    task.groups.push(id);
                    fragment.groups.reserve_exact(1);
                    fragment.groups.push(group);
                }
            }
            Field::Dependencies => gatherer.field(value_span(self.document, header), Sense::Needs),
            Field::Blocks => gatherer.field(value_span(self.document, header), Sense::Blocks),
            Field::Deliverables => {
                let value = &self.document.text()[value_span(self.document, header)];
                let found = read_field(self.document, value, &mut self.diagnostics);
                self.deliver(found);
            }
            Field::Status => {
                task.status = status_of(value);
                if task.status.is_none() && !value.is_empty() {
                    self.bad_value(
                        header,
                        "a known status, so the task counts as pending",
                        "write `pending`, `in progress`, `done`, `deferred` or `optional`",
                    );
                }
            }
            Field::Classification => {
                if self.spec.classification.is_none() {
                    self.spec.classification = Some(value.to_owned());
                }
            }
            Field::Model => task.model = Some(value.to_owned()).filter(|value| !value.is_empty()),
            Field::Complexity => {
                task.complexity = Some(value.to_owned()).filter(|value| !value.is_empty())
            }
            Field::Id | Field::Aside | Field::Other => {}
        }
    }

    fn estimate(&mut self, header: &HeaderField, task: &mut TaskMention) {
        let value = header.value.as_str();
        task.estimate = parse_estimate(value);
        if task.estimate.is_some() {
            return;
        }
        match Clock::read(value) {
            Some(clock) => {
                task.estimate = Some(clock.duration());
                self.bad_value(
                    header,
                    &format!("a clear duration; it is read as {clock}"),
                    &format!("write `{clock}`"),
                );
            }
            None => self.bad_value(
                header,
                "a duration",
                "write it as `20 minutes`, `1.5 h` or `2 days`; a month and a sprint have no fixed length",
            ),
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
            let meant = in_case_of(meant, &header.name);
            let message = format!("`{}` of {} is read as `{meant}`", header.name, self.spec.id);
            let mut diagnostic =
                warning(Code::MISSPELT_FIELD, message).help(format!("write `{meant}`"));
            let field = &self.document.text()[header.location.span.clone()];
            if let Some(at) = field.find(&header.name) {
                let start = header.location.span.start + at;
                let name = self.document.location(start..start + header.name.len());
                diagnostic = diagnostic.fix(name, meant);
            }
            self.diagnostics.push(diagnostic);
        }
        let many = matches!(
            field,
            Field::Dependencies | Field::Blocks | Field::Deliverables | Field::Aside
        );
        let again = self.fields.contains(&field);
        if !again {
            self.fields.push(field);
        }
        if again && !many {
            let message = format!(
                "`{}` of {} is stated twice; the first one counts",
                header.name, self.spec.id
            );
            self.diagnostics
                .push(warning(Code::DUPLICATE_FIELD, message).help("keep the one that is right"));
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
}

/// Where a field's value is.
fn value_span(document: &Document, header: &HeaderField) -> std::ops::Range<usize> {
    let span = header.location.span.clone();
    let written = &document.text()[span.clone()];
    // The value is what the field ends with, unless it is a cell or stands in quotes.
    if written.ends_with(header.value.as_str()) {
        return span.end - header.value.len()..span.end;
    }
    match written.rfind(header.value.as_str()) {
        Some(at) => span.start + at..span.start + at + header.value.len(),
        None => span,
    }
}
