//! Sentences that should state an order, and state none that is understood.

use std::collections::HashSet;

use super::super::Reader;
use crate::dialect::waiting::{in_lower_case, is_negator, statements};
use crate::{Code, Diagnostic};

/// Bytes of a sentence that is told when no order is read from it.
const SHORT: usize = 300;

/// Names of such a sentence that are looked at.
const MOST_NAMES: usize = 16;

impl Reader<'_> {
    /// Keeps a sentence that names several tasks and denies nothing.
    pub(super) fn leave_unread(&mut self, sentence: &str, base: usize) {
        const NO_ORDER: [&str; 12] = [
            "parallel",
            "independent",
            "independently",
            "concurrently",
            "together",
            "simultaneously",
            "any",
            "either",
            "or",
            "unabhängig",
            "both",
            "critical",
        ];
        let lower = in_lower_case(sentence);
        let mut words = lower.split(|c: char| !(c.is_alphanumeric() || matches!(c, '\'' | '’')));
        let orders_nothing = words.any(|word| NO_ORDER.contains(&word) || is_negator(word));
        if orders_nothing || sentence.len() > SHORT {
            return;
        }
        let mut node = self.names.all(sentence, base);
        // "Story 4" and the ids of a range are no names that an order would be told with.
        let text = self.document.text();
        node.tasks
            .retain(|(name, place)| text[place.clone()] == **name);
        let names = |piece: &str| !self.names.all(piece, 0).is_empty();
        let denied = statements(sentence, &names).iter().any(|it| it.is_denied);
        if node.tasks.len() > 1 && !denied {
            self.unread.push(node);
        }
    }

    /// Tells of the sentences from whose names no edge leads to another one of them.
    pub(in super::super) fn tell_unread(&mut self) {
        if self.unread.is_empty() {
            return;
        }
        let edges = self.fragment.edges.iter();
        let stated: HashSet<(&str, &str)> = edges
            .map(|edge| (edge.from.as_str(), edge.to.as_str()))
            .collect();
        let is_stated =
            |one: &String, other: &String| stated.contains(&(one.as_str(), other.as_str()));
        for node in &self.unread {
            let names = || node.tasks.iter().map(|(name, _)| name).take(MOST_NAMES);
            let any = names().any(|one| names().any(|other| is_stated(one, other)));
            let [(first, at), .., (last, end)] = node.tasks.as_slice() else {
                continue;
            };
            if any || first == last {
                continue;
            }
            let message = format!("this names {first} and {last}, and no order is read from it");
            self.diagnostics.push(
                Diagnostic::note(Code::UNREAD_ORDER, message)
                    .at(self.document.location(at.start..end.end.max(at.end)))
                    .help(format!(
                        "write what waits for what: `{last} needs {first}` or `{first} needs {last}`"
                    )),
            );
        }
    }
}
