//! What a task waits for, as JSON values: ids, lists of them, objects with an id and a type, or text.

use std::ops::Range;

use super::amounts::{bad_value, shown};
use super::keys::letters;
use super::relations::{Relation, relation};
use crate::dialect::wave_plan::{KnownNames, Named, is_nothing, read_cell};
use crate::json::{Kind, Value};
use crate::{Code, Diagnostic, Document, EdgeKind, Reference};

/// One thing that is waited for.
#[derive(Debug)]
pub(in crate::dialect) enum Wait {
    /// A task, by an id of the plan or in words.
    Task {
        name: String,
        reference: Reference,
        kind: EdgeKind,
        /// Whether the name is known to belong to a task.
        known: bool,
        span: Range<usize>,
    },
    /// A group, by its name: `phase 2`.
    Group { name: String, span: Range<usize> },
}

/// By which names the tasks of a list are known.
pub(in crate::dialect) struct Names<'n> {
    /// The id in the plan of a name as written in this list.
    pub(in crate::dialect) resolve: &'n dyn Fn(&str) -> Option<String>,
    pub(in crate::dialect) known: &'n KnownNames,
}

/// Reads the value of a dependency key. `loose` keys may also name what is no task.
pub(in crate::dialect) fn waits(
    document: &Document,
    value: &Value,
    kind: EdgeKind,
    loose: bool,
    names: &Names<'_>,
    diagnostics: &mut Vec<Diagnostic>,
) -> Vec<Wait> {
    let mut waits = Vec::new();
    let mut open = vec![(value, kind)];
    while let Some((value, kind)) = open.pop() {
        match &value.kind {
            Kind::Null | Kind::Bool(false) => {}
            Kind::Bool(true) => {
                let message = "true names no task";
                let help = "list the ids of the tasks: [\"A\", \"B\"]";
                diagnostics.push(Diagnostic {
                    severity: crate::Severity::Error,
                    ..bad_value(document, value, message.to_owned(), help)
                });
            }
            Kind::Number(_) | Kind::String(_) => {
                text(document, value, kind, loose, names, &mut waits)
            }
            // The last is taken first.
            Kind::Array(items) => open.extend(items.iter().rev().map(|item| (item, kind))),
            Kind::Object(members) => {
                if let Some(id) = id_of(value) {
                    if let Some(kind) = kind_of(value, kind) {
                        open.push((id, kind));
                    }
                    continue;
                }
                for member in members.iter().rev() {
                    match &*letters(&member.key) {
                        "hard" | "required" | "blocking" | "tasks" | "internal" | "blocks"
                        | "ids" | "strong" => {
                            open.push((&member.value, kind));
                        }
                        "soft" | "optional" | "weak" => open.push((&member.value, EdgeKind::Soft)),
                        "external" | "packages" | "libraries" | "services" | "note" | "notes"
                        | "reason" => {}
                        _ => named_by_key(
                            document,
                            &member.key,
                            &member.key_span,
                            kind,
                            names,
                            &mut waits,
                            diagnostics,
                        ),
                    }
                }
            }
        }
    }
    waits
}

/// The id in an object that names a task.
pub(in crate::dialect) fn id_of(value: &Value) -> Option<&Value> {
    let is_id = |key: &str| {
        matches!(
            key,
            "id" | "taskid"
                | "task"
                | "dependsonid"
                | "dependson"
                | "target"
                | "ref"
                | "issue"
                | "issueid"
                | "key"
                | "component"
                | "recipe"
                | "name"
        )
    };
    // The id of the one that waits may stand beside it.
    let of = |name: &str| {
        let mut members = value.members().iter();
        members
            .find(|member| letters(&member.key) == name)
            .map(|member| &member.value)
    };
    let found = of("dependsonid").or_else(|| of("dependson")).or_else(|| {
        let mut members = value.members().iter();
        members
            .find(|member| is_id(&letters(&member.key)))
            .map(|member| &member.value)
    })?;
    found.name().map(|_| found)
}

/// How strict an object's dependency is; `None` for a relation that is no order.
fn kind_of(value: &Value, kind: EdgeKind) -> Option<EdgeKind> {
    let mut found = kind;
    for member in value.members() {
        match (&*letters(&member.key), &member.value.kind) {
            ("type" | "kind" | "dependencytype" | "strength" | "relation", Kind::String(word)) => {
                match relation(word) {
                    Some(Relation::Before(EdgeKind::Soft)) => found = EdgeKind::Soft,
                    Some(Relation::Beside) => return None,
                    _ => {}
                }
            }
            ("optional" | "soft", Kind::Bool(true))
            | ("required" | "hard" | "blocking", Kind::Bool(false)) => {
                found = EdgeKind::Soft;
            }
            _ => {}
        }
    }
    Some(found)
}

/// `{"A": "its tables"}`: the keys are the ids.
fn named_by_key(
    document: &Document,
    key: &str,
    span: &Range<usize>,
    kind: EdgeKind,
    names: &Names<'_>,
    waits: &mut Vec<Wait>,
    diagnostics: &mut Vec<Diagnostic>,
) {
    match (names.resolve)(key) {
        Some(name) => waits.push(Wait::Task {
            name,
            reference: Reference::Id,
            kind,
            known: true,
            span: span.clone(),
        }),
        None => diagnostics.push(
            Diagnostic::warning(
                Code::UNRESOLVED_DEPENDENCY,
                format!("`{}` is the id of no task", key.escape_debug()),
            )
            .at(document.location(span.clone()))
            .help("list the ids of the tasks: [\"A\", \"B\"]"),
        ),
    }
}

fn text(
    document: &Document,
    value: &Value,
    kind: EdgeKind,
    loose: bool,
    names: &Names<'_>,
    waits: &mut Vec<Wait>,
) {
    let Some(written) = value.name() else { return };
    if let Some(name) = (names.resolve)(written) {
        waits.push(Wait::Task {
            name,
            reference: Reference::Id,
            kind,
            known: true,
            span: value.span.clone(),
        });
        return;
    }
    if is_nothing(written) {
        return;
    }
    if !written.contains(|c: char| c.is_whitespace() || matches!(c, ',' | ';' | '、' | '(')) {
        let reference = if loose {
            Reference::Perhaps
        } else {
            Reference::Id
        };
        let name = written.to_owned();
        waits.push(Wait::Task {
            name,
            reference,
            kind,
            known: false,
            span: value.span.clone(),
        });
        return;
    }
    // Without escapes every name has a place of its own.
    let inside = value.span.start + 1..value.span.end.saturating_sub(1).max(value.span.start + 1);
    let exact = document
        .text()
        .get(inside.clone())
        .filter(|text| *text == value.text().unwrap_or_default());
    for (span, named) in read_cell(exact.unwrap_or(written), names.known) {
        let span = match exact {
            Some(_) => inside.start + span.start..inside.start + span.end,
            None => value.span.clone(),
        };
        waits.push(match named {
            Named::Task {
                name,
                reference,
                kind: own,
            } => {
                let found = (names.resolve)(&name);
                Wait::Task {
                    reference: if loose && reference == Reference::Id {
                        Reference::Perhaps
                    } else {
                        reference
                    },
                    kind: kind.max(own),
                    known: found.is_some(),
                    name: found.unwrap_or(name),
                    span,
                }
            }
            Named::Group(name) => Wait::Group { name, span },
            Named::BadRange(_) | Named::Relation(_) => Wait::Task {
                name: shown(value),
                reference: Reference::Words,
                kind,
                known: false,
                span,
            },
        });
    }
}
