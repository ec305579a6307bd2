//! Fields of what a task blocks against fields of what a task depends on.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use super::names::Names;
use crate::{
    Code, Diagnostic, Edge, EdgeKind, EdgeSource, Fragment, Location, OrderField, Reference,
};

/// Says which edges only one of the two fields states although the other end has a field for it too. Both are kept.
///
/// One diagnostic a field, however much it leaves out.
pub(super) fn report(
    fragments: &[Fragment],
    names: &Names<'_>,
    edges: &[Edge],
    diagnostics: &mut Vec<Diagnostic>,
) {
    let fields = fragments.iter().flat_map(|fragment| &fragment.order_fields);
    let fields = fields.filter(|field| field.stated_in != EdgeSource::Mermaid);
    // The fields of every task in every document: what it waits for, and what waits for it.
    let mut of_task: HashMap<(Arc<str>, &str, bool), Vec<&OrderField>> = HashMap::new();
    let mut feeding: HashSet<Arc<str>> = HashSet::new();
    for field in fields {
        let file = &field.location.file;
        if let Some(task) = names.resolve(&field.task, Reference::Words) {
            of_task
                .entry((Arc::clone(file), names.id(task), field.feeds))
                .or_default()
                .push(field);
        }
        if field.feeds {
            feeding.insert(Arc::clone(file));
        }
    }
    if feeding.is_empty() {
        return;
    }
    let mut left_out: Vec<LeftOut<'_>> = Vec::new();
    let mut at_field: HashMap<*const OrderField, usize> = HashMap::new();
    for edge in edges.iter().filter(|edge| edge.kind != EdgeKind::Group) {
        let by_blocks = edge.stated_in.contains(&EdgeSource::Blocks);
        let by_needs = edge
            .stated_in
            .iter()
            .any(|source| matches!(source, EdgeSource::Table | EdgeSource::List));
        if by_blocks == by_needs {
            continue;
        }
        let place = &edge.locations[0];
        // The end that should say it too.
        let (silent, named) = if by_blocks {
            (&edge.to, &edge.from)
        } else {
            (&edge.from, &edge.to)
        };
        let key = (Arc::clone(&place.file), silent.as_str(), by_needs);
        let Some(field) = of_task.get(&key).and_then(|fields| fields.first()) else {
            continue;
        };
        let at = *at_field
            .entry(std::ptr::from_ref(*field))
            .or_insert_with(|| {
                left_out.push(LeftOut {
                    field,
                    task: silent,
                    missing: Vec::new(),
                });
                left_out.len() - 1
            });
        left_out[at].missing.push((named, place));
    }
    diagnostics.extend(left_out.iter().map(LeftOut::diagnostic));
}

/// A field, whose it is, and the tasks that it leaves out with the places that say so.
struct LeftOut<'a> {
    field: &'a OrderField,
    task: &'a str,
    missing: Vec<(&'a str, &'a Location)>,
}

impl LeftOut<'_> {
    fn diagnostic(&self) -> Diagnostic {
        let LeftOut {
            field,
            task,
            missing,
        } = self;
        let names: Vec<&str> = missing.iter().map(|(name, _)| *name).collect();
        let names = names.join(", ");
        let message = if field.feeds {
            format!("{names} depends on {task}, but {task} does not name it among what it blocks")
        } else {
            format!("{names} blocks {task}, but {task} does not name it among what it depends on")
        };
        let mut diagnostic = Diagnostic::warning(Code::EDGE_DISAGREEMENT, message)
            .at(missing[0].1.clone())
            .related(field.location.clone(), "not named here")
            .help("it is planned with; state it in both places, or in the dependencies alone");
        for (_, place) in missing.iter().skip(1).take(4) {
            diagnostic = diagnostic.related((*place).clone(), "stated here");
        }
        diagnostic
    }
}
