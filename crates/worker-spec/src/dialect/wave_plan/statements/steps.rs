//! Steps of a numbered list that run tasks one after another, and how long a step says that it takes.

use std::ops::Range;

use super::Reader;
use super::named::value_of;
use crate::Subject;
use crate::dialect::wave_plan::group_heading::{is_task_word, stated_tasks};
use crate::dialect::wave_plan::outline::Place;
use crate::duration::parse_duration;
use crate::groups::find_groups;
use crate::ids::find_ids;
use crate::label::split_label;
use crate::markdown::{Block, BlockKind};

/// Lines of one step that are read.
const MOST_LINES: usize = 64;
/// More steps than any list of them in earnest.
const MOST_STEPS: usize = 64;

/// A numbered list of which each step that names a task runs that one.
#[derive(Default)]
struct List {
    depth: usize,
    end: usize,
    /// Whether some step names more than one task, or a group: then it says nothing about what is left out.
    is_loose: bool,
    names: Vec<String>,
    places: Vec<Range<usize>>,
    place: Place,
}

impl Reader<'_> {
    /// All lists of a document whose steps run tasks.
    pub(super) fn steps(&mut self) {
        let blocks = &self.document.markdown().blocks;
        let mut list: Option<List> = None;
        for (index, (block, place)) in blocks.iter().zip(&self.outline.places).enumerate() {
            if place.example || place.deferred {
                continue;
            }
            let inside = list
                .as_ref()
                .is_some_and(|list| block.span.start < list.end);
            let BlockKind::Item(item) = &block.kind else {
                if !inside {
                    self.end_list(list.take());
                }
                continue;
            };
            if inside {
                continue;
            }
            let text = self.text(&item.text);
            let number = number_of(self.text(&block.span));
            let goes_on =
                |list: &List| list.depth == item.depth && number.is_some_and(|number| number > 1);
            if !list.as_ref().is_some_and(goes_on) {
                self.end_list(list.take());
                list = number.map(|_| List {
                    depth: item.depth,
                    place: *place,
                    ..List::default()
                });
            }
            if let Some(list) = &mut list {
                list.end = block.span.end;
                list.add(text, item.text.start);
            }
            self.time_of_step(index, *place);
        }
        self.end_list(list);
    }

    fn end_list(&mut self, list: Option<List>) {
        let Some(list) = list else { return };
        let (Some(first), Some(last)) = (list.places.first(), list.places.last()) else {
            return;
        };
        if list.is_loose || list.names.len() < 2 || list.names.len() > MOST_STEPS {
            return;
        }
        let value = list.names.join(", ");
        let span = first.start..last.end;
        self.name(Subject::Steps, span, list.names, list.places, list.place);
        if let Some(statement) = self.found.statements.last_mut() {
            statement.value = value;
        }
    }

    /// How long a step takes that runs as many tasks as it names: a title that begins with "run", and in it a
    /// duration, the names, and "(2 workers)".
    fn time_of_step(&mut self, index: usize, place: Place) {
        let blocks = &self.document.markdown().blocks;
        let (head, rest) = (&blocks[index], &blocks[index + 1..]);
        let BlockKind::Item(item) = &head.kind else {
            return;
        };
        let title = self.text(&item.text);
        if runs(title).is_none() {
            return;
        }
        let within = |block: &&Block| block.span.start < head.span.end;
        // "Run the A4 print" names no task where the lines below do.
        let (mut of_title, mut names) = (Vec::new(), Vec::new());
        let mut time: Option<Range<usize>> = None;
        let mut count = None;
        let own = std::iter::once(&item.text);
        let parts =
            rest.iter()
                .take_while(within)
                .take(MOST_LINES)
                .filter_map(|block| match &block.kind {
                    BlockKind::Item(item) => Some(&item.text),
                    _ => None,
                });
        for span in own.chain(parts) {
            let text = self.text(span);
            if let Some((label, value)) = split_label(text)
                && is_time(label)
                && parse_duration(value).is_some()
            {
                let start = span.start + text.len() - value.len();
                time.get_or_insert(start..start + value.trim_end().len());
                continue;
            }
            let mut behind = 0;
            for id in find_ids(text) {
                if id.last.is_some() {
                    return;
                }
                behind = id.end;
                if names.len() + of_title.len() >= MOST_STEPS {
                    return;
                }
                let name = text[id.span()].to_owned();
                if span == &item.text {
                    of_title.push(name);
                } else if !names.contains(&name) {
                    names.push(name);
                }
            }
            // Of `WORKER_001 + WORKER_002 (2 workers)` the names are no numbers.
            count = count.or_else(|| stated_tasks(&text[behind..]));
        }
        if names.is_empty() {
            names = of_title;
        }
        if let Some(time) = time.filter(|_| count == Some(names.len())) {
            let value = value_of(self.text(&time), &names);
            let amount = self.amount(Subject::StepTime, &time);
            self.state(Subject::StepTime, time, amount, place);
            if let Some(statement) = self.found.statements.last_mut() {
                statement.value = value;
                statement.tasks = names;
            }
        }
    }
}

impl List {
    /// Takes up a step.
    fn add(&mut self, text: &str, start: usize) {
        let mut ids = find_ids(text);
        let (first, more) = (ids.next(), ids.next());
        let lower = text.to_lowercase();
        let mut words = lower.split(|c: char| !c.is_alphanumeric());
        let of_others = words.any(|word| {
            matches!(
                word,
                "all" | "rest" | "remaining" | "others" | "everything" | "until"
            )
        });
        self.is_loose |= of_others || more.is_some() || find_groups(text).next().is_some();
        let Some(id) = first else { return };
        self.is_loose |= id.last.is_some();
        if runs(text).is_some_and(|at| at == id.start) {
            self.names.push(text[id.span()].to_owned());
            self.places.push(start + id.start..start + id.end);
        } else {
            self.is_loose = true;
        }
    }
}

/// The number of a list item.
pub(super) fn number_of(text: &str) -> Option<usize> {
    let end = text.find(|c: char| !c.is_ascii_digit())?;
    let number = text[..end].parse().ok()?;
    text[end..].starts_with(['.', ')']).then_some(number)
}

/// Where the words begin that follow the verb, when a text begins with one that runs something.
fn runs(text: &str) -> Option<usize> {
    let marks = |c: char| matches!(c, '*' | '_' | '`' | '[' | ' ');
    let bare = text.trim_start_matches(marks);
    let (verb, rest) = bare.split_once(' ')?;
    let verb = verb.to_lowercase();
    if !matches!(
        verb.as_str(),
        "execute" | "run" | "launch" | "start" | "spawn" | "dispatch"
    ) {
        return None;
    }
    let mut rest = rest.trim_start_matches(marks);
    if let Some((noun, behind)) = rest.split_once(' ')
        && is_task_word(noun)
    {
        rest = behind.trim_start_matches(marks);
    }
    Some(text.len() - rest.len())
}

fn is_time(label: &str) -> bool {
    matches!(
        label.to_lowercase().as_str(),
        "duration" | "time" | "takes" | "estimated time" | "estimated duration" | "expected time"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn verbs_that_run_something() {
        let shown = |text: &'static str| runs(text).map(|at| &text[at..]);
        assert_eq!(shown("Execute A-1: start"), Some("A-1: start"));
        assert_eq!(shown("**Run task A-1**"), Some("A-1**"));
        assert_eq!(shown("Review A-1"), None);
        assert_eq!(shown("Run"), None);
        assert_eq!(number_of("12. Run"), Some(12));
        assert_eq!(number_of("- Run"), None);
    }
}
