//! What a line remarks in passing: that a task is on the critical path, by which numbers its tests go, how many tasks
//! a total leaves out.

use std::ops::Range;

use super::Reader;
use crate::amount::Amount;
use crate::dialect::wave_plan::group_heading::stated_tasks;
use crate::dialect::wave_plan::outline::Place;
use crate::ids::find_ids;
use crate::markdown::TableRow;
use crate::{Statement, Subject};

/// What a statement says that is about the one task of its group.
const CRITICAL: &str = "critical path";

/// More numbers than any range of tests in earnest.
const LONGEST_RANGE: usize = 10_000;

impl Reader<'_> {
    /// All remarks of a line or a heading.
    pub(super) fn remarks(&mut self, span: &Range<usize>, place: Place) {
        self.critical(span, place);
        self.test_numbers(span, place);
        self.uncounted(span, place);
        self.failures(span, place);
        self.prices(span, place);
    }

    /// "T-7: the parser (critical path)", or a group that says so of its one task.
    fn critical(&mut self, span: &Range<usize>, place: Place) {
        let text = self.text(span);
        if !is_critical(text) {
            return;
        }
        let mut ids = find_ids(text);
        match (ids.next(), ids.next()) {
            (Some(id), None) if id.last.is_none() => {
                self.critical_task(span.clone(), Some(&text[id.span()]), place);
            }
            (None, _) if self.is_about_the_group(place) && place.group.is_some() => {
                self.critical_task(span.clone(), None, place);
            }
            _ => {}
        }
    }

    /// A row of a table of which a cell says so.
    pub(super) fn critical_row(&mut self, row: &TableRow<'_>, place: Place) {
        let Some(cell) = row.cells.iter().find(|cell| is_critical(self.text(cell))) else {
            return;
        };
        let id = row.cells.iter().take(3).find_map(|cell| {
            let text = self.text(cell);
            let bare = text.trim_start_matches(['*', '_', '`', '[']);
            let id = find_ids(bare).next()?;
            (id.start == 0 && id.last.is_none()).then(|| &bare[id.span()])
        });
        if id.is_some() {
            self.critical_task(cell.clone(), id, place);
        }
    }

    fn critical_task(&mut self, span: Range<usize>, id: Option<&str>, place: Place) {
        self.state(Subject::Critical, span, None, place);
        if let Some(statement) = self.found.statements.last_mut() {
            statement.value = id.unwrap_or(CRITICAL).to_owned();
            statement.tasks = id.map(str::to_owned).into_iter().collect();
        }
    }

    /// "Tests 54-123: integration" in the section of a group.
    fn test_numbers(&mut self, span: &Range<usize>, place: Place) {
        if place.group.is_none() || place.of_task {
            return;
        }
        if let Some(at) = test_range(self.text(span)) {
            let at = span.start + at.start..span.start + at.end;
            self.push(Subject::TestNumbers, at, place);
        }
    }

    /// "Series B (10 tasks) excluded from the estimate", below a total of tasks.
    fn uncounted(&mut self, span: &Range<usize>, place: Place) {
        let text = self.text(span);
        let Some(count) = uncounted(text) else {
            return;
        };
        let from = place
            .heading
            .map_or(0, |at| self.document.markdown().blocks[at].span.start);
        let is_total = |statement: &&Statement| {
            statement.subject == Subject::TaskCount
                && statement.group.is_none()
                && statement.location.span.start >= from
        };
        if self
            .found
            .statements
            .iter()
            .rev()
            .take(64)
            .any(|one| is_total(&one))
        {
            let amount = Some(Amount::count(count));
            self.state(Subject::Uncounted, span.clone(), amount, place);
            if let Some(statement) = self.found.statements.last_mut() {
                statement.value = format!("{count} tasks");
            }
        }
    }
}

/// Whether a text remarks that what it is about is on the critical path.
fn is_critical(text: &str) -> bool {
    const SAYS: [&str; 6] = [
        "(critical path)",
        "(critical path task)",
        "(on critical path)",
        "(on the critical path)",
        "[critical path]",
        "is on the critical path",
    ];
    // Most lines say nothing of the kind, and cost no more than this.
    let at = text.find(['C', 'c']);
    let Some(at) = at.filter(|_| text.len() >= CRITICAL.len()) else {
        return false;
    };
    let lower = text[..].to_ascii_lowercase();
    lower[at..].contains(CRITICAL) && SAYS.iter().any(|words| lower.contains(words))
}

/// The numbers of tests that a text begins with: "**Tests 5–9:**".
fn test_range(text: &str) -> Option<Range<usize>> {
    let bare = text.trim_start_matches(|c: char| !c.is_alphanumeric());
    let rest = bare
        .strip_prefix("Tests ")
        .or_else(|| bare.strip_prefix("tests "))?;
    let digits = |text: &str| text.bytes().take_while(u8::is_ascii_digit).count();
    let first = digits(rest);
    let tail = rest[first..]
        .strip_prefix(['-', '–'])
        .or_else(|| rest[first..].strip_prefix(" to "))?;
    let last = digits(tail);
    let (low, high): (usize, usize) = (rest[..first].parse().ok()?, tail[..last].parse().ok()?);
    let end = text.len() - tail.len() + last;
    let ends = !tail[last..].starts_with(|c: char| c.is_alphanumeric() || c == '.');
    let is_range = low < high && high - low < LONGEST_RANGE && ends;
    is_range.then(|| text.len() - rest.len()..end)
}

/// How many tasks a text says that something does not count.
fn uncounted(text: &str) -> Option<usize> {
    const SAYS: [&str; 7] = [
        "excluded",
        "excludes",
        "excluding",
        "not included",
        "not counted",
        "does not include",
        "does not count",
    ];
    let lower = text.to_lowercase();
    let says = SAYS.iter().any(|words| lower.contains(words));
    let not = ["not excluded", "nothing is excluded", "none excluded"]
        .iter()
        .any(|words| lower.contains(words));
    if !says || not {
        return None;
    }
    let mut sentences = text.split(". ");
    let count = sentences.find_map(|text| stated_tasks(text.trim_end_matches(['.', '*', '_'])));
    count.filter(|count| *count > 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn remarks_about_the_critical_path() {
        for text in [
            "Build the hull (critical path)",
            "**Slots**: 1 (Critical path task)",
            "H-7 is on the critical path.",
        ] {
            assert!(is_critical(text), "{text}");
        }
        for text in [
            "Critical path: H-1 → H-2",
            "H-7 is not on the critical path",
            "The critical path is long",
            "",
        ] {
            assert!(!is_critical(text), "{text}");
        }
    }

    #[test]
    fn numbers_of_tests() {
        let shown = |text: &'static str| test_range(text).map(|at| &text[at]);
        assert_eq!(shown("Tests 54-123: integration"), Some("54-123"));
        assert_eq!(shown("**Tests 5–9**"), Some("5–9"));
        assert_eq!(shown("tests 5 to 9 (edge cases)"), Some("5 to 9"));
        assert_eq!(shown("Tests 9-5"), None);
        assert_eq!(shown("Tests 1.5-2.5"), None);
        assert_eq!(shown("Run tests 5-9"), None);
        assert_eq!(shown("Tests pass"), None);
    }

    #[test]
    fn what_is_left_out() {
        assert_eq!(
            uncounted("*Note: series B (10 tasks) excluded from the estimate*"),
            Some(10)
        );
        assert_eq!(uncounted("The total does not include 3 tasks."), Some(3));
        assert_eq!(uncounted("No task is excluded"), None);
        assert_eq!(uncounted("10 tasks"), None);
    }
}
