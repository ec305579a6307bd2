//! Lists of ids and ranges of ids: `- WORKER_001-018: Structure (18 workers)`, `- A-2: Lexer (1h) - depends on A-1`.

mod line;

use std::collections::{HashMap, HashSet};

use super::below::Below;
use super::cells::issue_numbers;
use super::outline::{Outline, Place};
use super::rows::Row;
use super::task_names::{Form, is_part_of_a_phase};
use crate::markdown::{BlockKind, Item};
use crate::{Diagnostic, Document, Fragment};

pub(super) use line::own_line;

use line::Line;

/// Whether a list of a group, or of what is put off, names ids.
pub(super) fn are_there(document: &Document, outline: &Outline) -> bool {
    let series = Series::of(lists(document, outline));
    lists(document, outline).any(|line| series.has(&line))
}

/// Reads the lists of ids of all groups, of what is put off, and of sections that list the work. A line about one task
/// is a row.
pub(super) fn read(
    document: &Document,
    outline: &Outline,
    fragment: &mut Fragment,
    diagnostics: &mut Vec<Diagnostic>,
) -> Vec<Row> {
    let series = Series::of(lists(document, outline));
    let below = Below::new(document);
    let mut rows = Vec::new();
    for line in lists(document, outline).filter(|line| series.has(line)) {
        let issues = line.issues();
        if issues.len() > 1 {
            rows.extend(line.rows(issues));
        } else if let Some(remarked) = line.remarked() {
            rows.extend(remarked);
        } else {
            match line.row() {
                Some(mut row) => {
                    row.cells.extend(below.of(line.span.start));
                    rows.push(row);
                }
                None => line.read(outline, fragment, diagnostics),
            }
        }
        if fragment.tasks.len() > super::MOST_MENTIONS {
            break;
        }
    }
    assign(&mut rows);
    rows
}

/// `- Agent 1: Anthropic provider (#14)` beside issue 14 is no task of its own: it says who does that one.
fn assign(rows: &mut [Row]) {
    let issues: HashSet<String> = rows
        .iter()
        .filter(|row| row.id.starts_with('#'))
        .map(|row| row.id.clone())
        .collect();
    for row in rows {
        let who = row.id.split(' ').next().unwrap_or_default().to_lowercase();
        if !matches!(who.as_str(), "agent" | "worker" | "session") {
            continue;
        }
        let named: Vec<String> = issue_numbers(&row.title)
            .filter(|issue| issues.contains(*issue))
            .map(str::to_owned)
            .collect();
        if let [issue] = named.as_slice() {
            let issue = issue.clone();
            row.agent = Some(std::mem::replace(&mut row.id, issue));
            row.aliases.clear();
            row.title.clear();
            row.place = Place::default();
        }
    }
}

/// How many ids of each series the lists hold. A word such as `GPT-4` at the start of one line is no task.
struct Series {
    counts: HashMap<String, u64>,
    /// The groups, by place, of which every item begins with a marked id.
    marked: HashMap<Option<usize>, bool>,
}

impl Series {
    fn of<'d>(lines: impl Iterator<Item = Line<'d>>) -> Self {
        let mut ids: HashSet<&str> = HashSet::new();
        let mut counts = HashMap::new();
        let mut marked: HashMap<Option<usize>, bool> = HashMap::new();
        for line in lines {
            if line.depth == 0 {
                *marked.entry(line.place.group).or_insert(true) &= line.is_marked();
            }
            for range in line.ids().filter(|range| ids.insert(range.first)) {
                *counts.entry(series(range.first)).or_default() += range.len().unwrap_or(2);
            }
            if let Some(name) = line.name()
                && ids.insert(name.written)
            {
                *counts.entry(form_key(&name.form)).or_default() += 1;
            }
        }
        Series { counts, marked }
    }

    /// Whether a line begins with an id that is one of several, or that is marked as one.
    fn has(&self, line: &Line<'_>) -> bool {
        if let Some(name) = line.name() {
            let count = self.counts.get(&form_key(&name.form));
            return count.is_some_and(|count| *count > 1);
        }
        line.ids().next().is_some_and(|range| {
            if NO_SERIES.contains(&series(range.first).as_str()) && !is_part_of_a_phase(range.first)
            {
                return false;
            }
            let rest = line.text[range.end..].trim_start_matches(['`', '*']);
            let count = self.counts.get(&series(range.first));
            // The only task of a wave: `- **C1** – CLI`.
            let is_alone = line.place.group.is_some()
                && line.is_marked()
                && self.marked.get(&line.place.group) == Some(&true);
            // The only one of its series beside others: `- **A1** Moth (5h)` and, elsewhere, C1 and C2.
            let is_beside = || {
                (line.is_marked() || line.is_framed())
                    && self.counts.values().any(|count| *count > 1)
                    && line.row().is_some_and(|row| weighs(&row))
            };
            rest.starts_with([':', '：'])
                || is_alone
                || line.checkbox.is_some()
                || count.is_some_and(|count| *count > 1)
                || is_beside()
        })
    }
}

/// Words that stand before numbers without making ids of them: "Step1", "Q3", "v2", "P0".
const NO_SERIES: [&str; 17] = [
    "step",
    "phase",
    "wave",
    "batch",
    "sprint",
    "stage",
    "day",
    "week",
    "hour",
    "v",
    "q",
    "p",
    "フェーズ",
    "ステップ",
    "단계",
    "阶段",
    "步骤",
];

fn form_key(form: &Form) -> String {
    match form {
        Form::Kind(kind) => format!("{kind} "),
        _ => "#".to_owned(),
    }
}

/// The letters that an id begins with.
fn series(id: &str) -> String {
    let letters = id.chars().take_while(|c| c.is_alphabetic());
    letters.flat_map(char::to_lowercase).collect()
}

/// Whether a row says how long it takes or what it waits for.
fn weighs(row: &Row) -> bool {
    row.estimate.is_some() || !row.cells.is_empty()
}

/// The items of all lists that may be of tasks: in a group, in what is put off, in sections that say so by their
/// headings, and in those that say so by what their items are.
fn lists<'d>(document: &'d Document, outline: &'d Outline) -> impl Iterator<Item = Line<'d>> {
    let by_items = sections_of_tasks(document, outline);
    items(document, outline).filter(move |line| {
        let place = line.place;
        place.group.is_some()
            || place.deferred
            || place.work
            || (by_items.contains(&place.heading) && (line.is_marked() || line.is_framed()))
    })
}

fn items<'d>(document: &'d Document, outline: &'d Outline) -> impl Iterator<Item = Line<'d>> {
    let lines = outline.lines.iter().filter(|(_, place)| !place.example);
    let lines = lines.map(move |(span, place)| Line {
        document,
        place: *place,
        text: &document.text()[span.clone()],
        span: span.clone(),
        checkbox: None,
        depth: 0,
    });
    let blocks = document.markdown().blocks.iter().zip(&outline.places);
    let items = blocks.filter_map(move |(block, place)| {
        let BlockKind::Item(Item {
            text,
            checkbox,
            depth,
            ..
        }) = &block.kind
        else {
            return None;
        };
        let span = own_line(document.text(), text);
        (!place.example).then(|| Line {
            document,
            place: *place,
            text: &document.text()[span.clone()],
            span,
            checkbox: *checkbox,
            depth: *depth,
        })
    });
    items.chain(lines)
}

/// The sections, by their headings, whose lists are of tasks by what they say: most items begin with an id and a mark
/// (`A-2: Lexer`), and at least every second one of these says how long it takes or what it waits for.
fn sections_of_tasks(document: &Document, outline: &Outline) -> HashSet<Option<usize>> {
    #[derive(Default)]
    struct Count {
        all: usize,
        named: usize,
        weighed: usize,
    }
    let mut counts: HashMap<Option<usize>, Count> = HashMap::new();
    let below = Below::new(document);
    for line in items(document, outline).filter(|line| line.depth == 0) {
        let count = counts.entry(line.place.heading).or_default();
        count.all += 1;
        if (line.is_marked() || line.is_framed())
            && let Some(row) = line.row()
        {
            count.named += 1;
            count.weighed += usize::from(weighs(&row) || below.has_any(line.span.start));
        }
    }
    let is_list = |count: &Count| {
        count.named > 1 && count.named * 4 >= count.all * 3 && count.weighed * 2 >= count.named
    };
    // A section of a single task counts beside such lists.
    let any_list = counts.values().any(is_list);
    let is_single = |count: &Count| any_list && count.all == 1 && count.weighed == 1;
    counts
        .into_iter()
        .filter(|(_, count)| is_list(count) || is_single(count))
        .map(|(heading, _)| heading)
        .collect()
}

/// The ids of tasks in lists without checkboxes.
pub(super) fn plain_tasks(document: &Document, outline: &Outline) -> Vec<String> {
    let by_items = sections_of_tasks(document, outline);
    items(document, outline)
        .filter(|line| line.checkbox.is_none() && line.depth == 0 && line.is_marked())
        .filter(|line| by_items.contains(&line.place.heading))
        .filter_map(|line| line.row())
        .map(|row| row.id)
        .collect()
}
