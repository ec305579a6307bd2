//! What a document says about itself: counts, durations, the critical path, speed-up, cost.

use std::ops::Range;
use std::time::Duration;

use super::cells::plain;
use super::columns::{Column, column};
use super::group_heading::is_task_word;
use super::outline::{Outline, Place};
use crate::duration::parse_duration;
use crate::label::split_label;
use crate::markdown::{BlockKind, CodeFence, Table};
use crate::{Document, Statement, Subject};

/// The statements of a document, and what they say about the duration of each task.
#[derive(Debug, Default)]
pub(super) struct Statements {
    pub(super) statements: Vec<Statement>,
    each: Vec<Each>,
}

/// "225 workers × 20 min each", "each task takes 20 min".
#[derive(Debug)]
struct Each {
    count: Option<usize>,
    duration: Duration,
}

impl Statements {
    /// The duration that the document gives to each of its tasks: one said of all of them, or of as many as there
    /// are.
    pub(super) fn estimate_of_each(&self, tasks: usize) -> Option<Duration> {
        let fits = |each: &&Each| each.count.is_none_or(|count| count == tasks);
        self.each.iter().find(fits).map(|each| each.duration)
    }
}

/// Reads the statements of a document in the order of the text.
pub(super) fn read(document: &Document, outline: &Outline) -> Statements {
    let mut reader = Reader {
        document,
        outline,
        found: Statements::default(),
    };
    let blocks = &document.markdown().blocks;
    for (block, place) in blocks.iter().zip(&outline.places) {
        if place.example || place.deferred {
            continue;
        }
        match &block.kind {
            BlockKind::Heading { text, .. } => reader.heading(text.clone(), *place),
            BlockKind::Paragraph { text } => reader.lines(text.clone(), *place),
            BlockKind::Item(item) => reader.lines(item.text.clone(), *place),
            BlockKind::Table(table) => reader.table(table, *place),
            BlockKind::Fence(fence) => reader.fence(fence, *place),
            BlockKind::Rule => {}
        }
    }
    reader.found
}

struct Reader<'d> {
    document: &'d Document,
    outline: &'d Outline,
    found: Statements,
}

impl<'d> Reader<'d> {
    fn text(&self, span: &Range<usize>) -> &'d str {
        &self.document.text()[span.clone()]
    }

    fn push(&mut self, subject: Subject, span: Range<usize>, place: Place) {
        let value = plain(self.text(&span)).into_owned();
        if value.is_empty() {
            return;
        }
        self.found.statements.push(Statement {
            subject,
            value,
            group: self.outline.group_id(place).map(str::to_owned),
            location: self.document.location(span),
        });
    }

    /// "Parallel (new way): 1.5 hours", "Task inventory: 66 pending tasks", "Batch 1 (45 workers, 15 min)".
    fn heading(&mut self, span: Range<usize>, place: Place) {
        let text = self.text(&span);
        if let Some(group) = place.group
            && self.outline.groups[group].span == span
        {
            self.group_heading(group, span, place);
            return;
        }
        if let Some((label, value)) = split_label(text) {
            let at = value_span(text, value, span.start);
            if let Some(subject) = subject_of_label(label, value) {
                self.push(subject, at, place);
            } else if parse_duration(value).is_some() {
                let label = label.to_lowercase();
                if label.contains("sequential") {
                    self.push(Subject::Work, at, place);
                } else if ["parallel", "total", "overhead", "elapsed"]
                    .iter()
                    .any(|word| label.contains(word))
                {
                    self.push(Subject::TotalDuration, at, place);
                }
            }
        }
        self.phrases(span, place);
    }

    /// The remark of a group's heading states its number of tasks and its duration.
    fn group_heading(&mut self, group: usize, span: Range<usize>, place: Place) {
        let text = self.text(&span);
        let section = &self.outline.groups[group];
        let (counts, lasts) = (
            section.stated_tasks.is_some(),
            section.stated_duration.is_some(),
        );
        let Some(open) = text.rfind(['(', '（']) else {
            return;
        };
        let mut start = open + 1;
        for part in text[open + 1..].split([',', ';', '|', ')']) {
            let at = trimmed(text, start..start + part.len());
            let at = span.start + at.start..span.start + at.end;
            if counts && super::group_heading::stated_tasks(part).is_some() {
                self.push(Subject::TaskCount, at, place);
            } else if lasts && parse_duration(part.trim()).is_some() {
                self.push(Subject::TotalDuration, at, place);
            }
            start += part.len() + 1;
        }
    }

    fn lines(&mut self, span: Range<usize>, place: Place) {
        let mut start = span.start;
        for line in self.text(&span).split_inclusive('\n') {
            let at = trimmed(self.document.text(), start..start + line.len());
            start += line.len();
            self.line(at, place);
        }
    }

    fn line(&mut self, span: Range<usize>, place: Place) {
        let text = self.text(&span);
        if let Some(group) = place.group
            && self.outline.groups[group].span.start == span.start
        {
            self.group_heading(group, span, place);
            return;
        }
        if let Some(each) = each(text) {
            if each.1.count.is_none() || place.group.is_none() {
                let at = span.start + each.0.start..span.start + each.0.end;
                self.push(Subject::TaskDuration, at, place);
                self.found.each.push(each.1);
            }
        }
        if let Some((label, value)) = split_label(text)
            && let Some(subject) = subject_of_label(label, value)
        {
            self.push(subject, value_span(text, value, span.start), place);
            return;
        }
        self.phrases(span, place);
    }

    /// Phrases that mean something wherever they stand: "3-5x speedup", "all 225 workers", "5 parallel batches".
    fn phrases(&mut self, span: Range<usize>, place: Place) {
        let text = self.text(&span);
        if let Some(at) = speedup(text) {
            self.push(
                Subject::Speedup,
                span.start + at.start..span.start + at.end,
                place,
            );
        }
        for (subject, at) in counts(text) {
            self.push(subject, span.start + at.start..span.start + at.end, place);
        }
    }

    /// The total line of a table, and rows whose first cell is a label.
    fn table(&mut self, table: &Table, place: Place) {
        let rows: Vec<_> = self.document.markdown().rows(table).collect();
        let Some(heading) = rows.first() else {
            return;
        };
        for row in &rows[1..] {
            let Some(first) = row.cells.first() else {
                continue;
            };
            let label = plain(self.text(first)).to_lowercase();
            if matches!(label.as_str(), "total" | "totals" | "sum" | "合計") {
                for (name, cell) in heading.cells.iter().zip(row.cells).skip(1) {
                    if let Some(subject) = subject_of_column(self.text(name))
                        && self.text(cell).contains(|c: char| c.is_ascii_digit())
                    {
                        self.push(subject, cell.clone(), place);
                    }
                }
            } else if let Some(last) = row.cells.last()
                && row.cells.len() > 1
                && let Some(subject) = subject_of_label(&label, self.text(last))
            {
                self.push(subject, last.clone(), place);
            }
        }
    }

    /// Labelled lines of a fence without a language, and a chain of names under a heading about the critical path.
    fn fence(&mut self, fence: &CodeFence, place: Place) {
        if !self.text(&fence.info).trim().is_empty() {
            return;
        }
        let heading = place.heading.map_or("", |index| {
            match &self.document.markdown().blocks[index].kind {
                BlockKind::Heading { text, .. } => self.text(text),
                _ => "",
            }
        });
        let about_path = heading.to_lowercase().contains("critical path");
        for piece in self.document.markdown().code_pieces(fence).to_vec() {
            let mut start = piece.start;
            for line in self.text(&piece).split_inclusive('\n') {
                let at = trimmed(self.document.text(), start..start + line.len());
                start += line.len();
                let text = self.text(&at);
                let chain =
                    about_path && ["→", "->", "=>"].iter().any(|arrow| text.contains(arrow));
                if chain {
                    self.push(Subject::CriticalPath, at, place);
                } else if let Some((label, value)) = split_label(text)
                    && let Some(subject) = subject_of_label(label, value)
                {
                    self.push(subject, value_span(text, value, at.start), place);
                }
            }
        }
    }
}

/// What a labelled value states, if the value can state it.
fn subject_of_label(label: &str, value: &str) -> Option<Subject> {
    let label = label.to_lowercase();
    let has = |words: &[&str]| words.iter().any(|word| label.contains(word));
    let lasts = parse_duration(value).is_some();
    let counts = value
        .trim_start_matches(['*', '~', ' '])
        .starts_with(|c: char| c.is_ascii_digit());
    let costs = value.contains(['$', '€', '£', '¥']);
    let has_word = |word: &str| {
        label
            .split(|c: char| !c.is_alphanumeric())
            .any(|other| other == word)
    };
    if has(&["non-critical", "noncritical"]) {
        None
    } else if has(&["critical path"]) {
        let chain = ["→", "->", "=>"].iter().any(|arrow| value.contains(arrow));
        (lasts || chain).then_some(Subject::CriticalPath)
    } else if has(&["speedup", "speed-up", "speed up", "acceleration"]) {
        value
            .contains(|c: char| c.is_ascii_digit())
            .then_some(Subject::Speedup)
    } else if costs && has(&["cost", "total", "budget", "price"]) {
        Some(Subject::Cost)
    } else if has(&[
        "max concurrent",
        "maximum concurrent",
        "max parallel",
        "maximum parallel",
        "concurrency",
        "parallel workers",
        "parallel agents",
        "parallelism",
    ]) {
        if value.to_lowercase().contains("speedup") && speedup(value).is_some() {
            return Some(Subject::Speedup);
        }
        counts.then_some(Subject::Concurrency)
    } else if lasts
        && has(&[
            "sequential",
            "single-threaded",
            "total work",
            "total effort",
            "total estimate",
            "person-hours",
            "sum of",
        ])
    {
        Some(Subject::Work)
    } else if lasts
        && has(&[
            "total elapsed",
            "elapsed time",
            "total time",
            "total duration",
            "total timeline",
            "estimated total",
            "estimated completion",
            "execution time",
            "completion time",
            "wall clock",
            "wall-clock",
            "makespan",
            "timeline total",
            "total estimated",
        ])
    {
        Some(Subject::TotalDuration)
    } else if has(&["total tokens", "token total"]) {
        counts.then_some(Subject::Tokens)
    } else if counts
        && has_word("total")
        && label
            .split(|c: char| !c.is_alphanumeric())
            .any(is_task_word)
    {
        Some(Subject::TaskCount)
    } else if counts && has_word("total") && has(&["waves", "batches", "phases", "sprints"]) {
        Some(Subject::GroupCount)
    } else {
        None
    }
}

/// What the total of a column states.
fn subject_of_column(heading: &str) -> Option<Subject> {
    let name = plain(heading).to_lowercase();
    let is_cost = name.contains("cost") || name.contains("price");
    match column(heading) {
        _ if is_cost => Some(Subject::Cost),
        Column::Tokens => Some(Subject::Tokens),
        _ if name == "total tokens" => Some(Subject::Tokens),
        Column::Estimate(_) => Some(Subject::Work),
        _ if matches!(
            name.as_str(),
            "tasks" | "# tasks" | "task count" | "workers" | "count"
        ) =>
        {
            Some(Subject::TaskCount)
        }
        _ => None,
    }
}

/// "225 workers × 20 min each", "20 min per task", "each task takes 20 min": the phrase, the number of tasks and the
/// duration of each.
fn each(text: &str) -> Option<(Range<usize>, Each)> {
    let lower = text.to_lowercase();
    if lower.len() != text.len() {
        return None;
    }
    times(&lower).or_else(|| per_task(&lower))
}

/// `225 workers × 20 min`. The sign may be broken by a wrong decoding (`Ã—`).
fn times(text: &str) -> Option<(Range<usize>, Each)> {
    for sign in ["×", "ã—", "ã\u{97}", " x ", " * ", " at ", " @ "] {
        for (at, _) in text.match_indices(sign) {
            let before = text[..at].trim_end();
            let noun = before
                .rsplit(|c: char| !c.is_alphabetic())
                .next()
                .unwrap_or_default();
            let head = before[..before.len() - noun.len()].trim_end();
            let number = head
                .rsplit(|c: char| !c.is_ascii_digit() && c != ',')
                .next()
                .unwrap_or_default();
            let after = text[at + sign.len()..].trim_start();
            let from = text.len() - after.len();
            if let (true, Ok(count), Some(duration)) = (
                is_task_word(noun),
                number.replace(',', "").parse(),
                leading_duration(after),
            ) {
                let end = phrase_end(text, from);
                let start = head.len() - number.len();
                return Some((
                    start..end,
                    Each {
                        count: Some(count),
                        duration,
                    },
                ));
            }
        }
    }
    None
}

fn per_task(text: &str) -> Option<(Range<usize>, Each)> {
    for word in ["task", "worker", "agent"] {
        for lead in ["each ", "every ", "all "] {
            let phrase = format!("{lead}{word}");
            if let Some(at) = text.find(&phrase) {
                let rest = text[at + phrase.len()..].trim_start_matches('s');
                let verb = [
                    " takes ", " take ", " is ", " are ", ": ", " runs ", " needs ",
                ]
                .iter()
                .find_map(|verb| rest.strip_prefix(verb));
                if let Some(duration) = verb.and_then(leading_duration) {
                    let from = text.len() - verb.map_or(0, str::len);
                    return Some((
                        at..phrase_end(text, from),
                        Each {
                            count: None,
                            duration,
                        },
                    ));
                }
            }
        }
        for phrase in [
            format!(" per {word}"),
            format!(" each {word}"),
            format!("/{word}"),
        ] {
            let Some(at) = text.find(&phrase) else {
                continue;
            };
            let before = &text[..at];
            let start = before
                .char_indices()
                .rev()
                .take(16)
                .take_while(|(_, c)| !matches!(c, '(' | ',' | ':' | ';'))
                .filter(|(_, c)| c.is_ascii_digit())
                .last()
                .map(|(start, _)| start);
            if let Some(start) = start
                && let Some(duration) = whole_duration(&before[start..])
            {
                return Some((
                    start..at + phrase.len(),
                    Each {
                        count: None,
                        duration,
                    },
                ));
            }
        }
    }
    None
}

/// A duration at the start, in minutes or more: `0.6s interval` is no work.
fn leading_duration(text: &str) -> Option<Duration> {
    parse_duration(text).filter(|duration| duration.as_secs() >= 60)
}

fn whole_duration(text: &str) -> Option<Duration> {
    let ends_in_unit = text.trim_end().ends_with(|c: char| c.is_alphabetic());
    leading_duration(text).filter(|_| ends_in_unit)
}

fn phrase_end(text: &str, from: usize) -> usize {
    let rest = &text[from..];
    let end = rest.find(['=', ',', ';', ')', '(']).unwrap_or(rest.len());
    from + rest[..end].trim_end().len()
}

/// `3-5x speedup`, `2.5x faster`.
fn speedup(text: &str) -> Option<Range<usize>> {
    let lower = text.to_lowercase();
    if lower.len() != text.len() {
        return None;
    }
    for word in ["speedup", "speed-up", "speed up", "faster"] {
        let Some(at) = lower.find(word) else {
            continue;
        };
        let before = lower[..at].trim_end_matches([' ', '*', '(']);
        let Some(number) = before.strip_suffix(['x', '×']) else {
            continue;
        };
        let start = number
            .trim_end_matches(|c: char| c.is_ascii_digit() || matches!(c, '.' | '-' | '–'))
            .len();
        if start < number.len() {
            return Some(start..at + word.len());
        }
    }
    None
}

/// "66 pending tasks", "all 225 workers", "5 parallel batches total".
fn counts(text: &str) -> Vec<(Subject, Range<usize>)> {
    let mut found = Vec::new();
    let mut number: Option<Range<usize>> = None;
    let mut between = 0;
    let mut says_all = false;
    let mut at = 0;
    for word in
        text.split_inclusive(|c: char| c.is_whitespace() || matches!(c, '(' | ')' | ',' | '*'))
    {
        let bare = word.trim_matches(|c: char| !c.is_alphanumeric());
        let start = at + word.find(bare).unwrap_or(0);
        at += word.len();
        if bare.is_empty() {
            continue;
        }
        if bare.bytes().all(|byte| byte.is_ascii_digit()) {
            (number, between) = (Some(start..start + bare.len()), 0);
            continue;
        }
        let lower = bare.to_lowercase();
        let plural = lower.ends_with('s') || lower.ends_with("es");
        let subject = match lower.as_str() {
            _ if is_task_word(&lower)
                && plural
                && !lower.starts_with("item")
                && !lower.starts_with("issue") =>
            {
                Some(Subject::TaskCount)
            }
            "batches" | "waves" | "phases" | "sprints" => Some(Subject::GroupCount),
            _ => None,
        };
        if let (Some(subject), Some(number)) = (subject, &number) {
            // A number alone may be about anything; it is about the whole when the text says so.
            let rest = text[at..].to_lowercase();
            let whole = says_all
                || rest.starts_with("total")
                || ["pending", "total", "parallel", "independent", "atomic"]
                    .iter()
                    .any(|word| text[number.end..start].to_lowercase().contains(word));
            if whole {
                found.push((subject, number.start..start + bare.len()));
            }
        }
        says_all = matches!(lower.as_str(), "all" | "total" | "of");
        if between < 3 {
            between += 1;
        } else {
            number = None;
        }
        if subject_ends(&lower) {
            number = None;
        }
    }
    found
}

fn subject_ends(word: &str) -> bool {
    is_task_word(word) || matches!(word, "batches" | "waves" | "phases" | "sprints")
}

fn trimmed(text: &str, span: Range<usize>) -> Range<usize> {
    let inner = &text[span.clone()];
    let start = span.start + (inner.len() - inner.trim_start().len());
    start..start + inner.trim().len()
}

/// The place of a label's value, which is a part of the text.
fn value_span(text: &str, value: &str, start: usize) -> Range<usize> {
    // What follows a label goes on to the end of the text.
    let from = start + text.len() - value.len();
    let value = value.trim_end();
    from..from + value.len()
}
