//! What lines reckon: equations, and shares that are said to be saved.

use std::ops::Range;

use super::Reader;
use crate::dialect::wave_plan::figures::equations::equation;
use crate::dialect::wave_plan::figures::savings::{Of, saved};
use crate::{Saving, Subject};

impl Reader<'_> {
    /// What a line reckons.
    pub(super) fn reckon(&mut self, span: Range<usize>) {
        let text = self.text(&span);
        if text.contains(" = ") {
            self.found
                .figures
                .equations
                .extend(equation(self.document, span.clone()));
        }
        let margin = self.margin(&span);
        self.found.figures.equations.extend(margin);
        if !text.contains('%') {
            return;
        }
        let Some(saved) = saved(text) else {
            return;
        };
        let location = self
            .document
            .location(span.start + saved.at.start..span.start + saved.at.end);
        let work = self
            .found
            .statements
            .iter()
            .rev()
            .find(|statement| statement.subject == Subject::Work && statement.group.is_none());
        let work = work.and_then(|work| Some((work.amount?, work.location.clone())));
        let (before, before_at, after) = match (saved.of, work) {
            (Of::Both(before, after), _) => (before, location.clone(), after),
            (Of::After(after), Some((work, at))) => (work, at, after),
            (Of::Difference(less), Some((work, at))) => match work.minus(&less) {
                Some(after) => (work, at, after),
                None => return,
            },
            (Of::Cost, _) => {
                self.saved_costs.push((saved.share, location));
                return;
            }
            _ => return,
        };
        self.found.figures.savings.push(Saving {
            share: saved.share,
            before,
            before_at,
            after,
            location,
        });
    }

    /// Holds the shares of the cost that are said to be saved against what the document says that it costs before
    /// and after.
    pub(super) fn saved_costs(&mut self) {
        let of_case = |name: &str| {
            self.found.statements.iter().find_map(|statement| {
                let is_meant =
                    statement.subject == Subject::Cost && statement.case.as_deref() == Some(name);
                is_meant.then(|| Some((statement.amount?, statement.location.clone())))?
            })
        };
        let (Some((before, before_at)), Some((after, _))) = (of_case("old"), of_case("new")) else {
            return;
        };
        for (share, location) in std::mem::take(&mut self.saved_costs) {
            self.found.figures.savings.push(Saving {
                share,
                before,
                before_at: before_at.clone(),
                after,
                location,
            });
        }
    }
}
