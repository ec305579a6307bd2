//! What a document says about itself: counts, durations, the critical path, speed-up, cost.

mod about;
mod after;
mod amount_of;
mod cases;
mod clauses;
mod each;
mod excerpts;
mod failures;
mod fences;
mod labels;
mod limits;
mod margins;
mod named;
mod owners;
mod path_chain;
mod phrases;
mod prices;
mod reckoning;
mod remarks;
mod scripts;
mod series;
mod slips;
mod spec_sections;
mod steps;
mod tables;
mod totals;
mod windows;

use std::collections::BTreeSet;
use std::ops::Range;
use std::time::Duration;

pub(super) use labels::subject_of_column;

use super::cells::plain;
use super::group_heading::stated_tasks;
use super::outline::{Outline, Place};
use crate::amount::{Amount, Measure, amounts, read_amount};
use crate::duration::parse_duration;
use crate::groups::{find_groups, group_id};
use crate::label::split_label;
use crate::line_ends::with_line_feeds;
use crate::markdown::BlockKind;
use crate::span::trimmed;
use crate::{Document, Figures, Location, Statement, Subject};

pub(in crate::dialect) use amount_of::amount_of;
pub(in crate::dialect) use named::tasks_of;

use about::About;
use amount_of::is_broken_down;
use cases::case;
use clauses::clauses;
use each::{Each, each};
use labels::{Here, subject_of_label};
use limits::{limits, tokens_of_one};

use phrases::{counts, is_about_a_part, manners, path_length, speaks_of_the_work, speedup, work};
use totals::{speaks_of_other_work, tasks_of_total, totals};
use windows::window;

/// The statements of a document, and what they say about the duration of each task.
#[derive(Debug, Default)]
pub(super) struct Statements {
    pub(super) statements: Vec<Statement>,
    pub(super) figures: Figures,
    each: Vec<Each>,
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
        headings: Vec::new(),
        rule: None,
        last_new: last_new(outline),
        saved_costs: Vec::new(),
    };
    let blocks = &document.markdown().blocks;
    for (block, place) in blocks.iter().zip(&outline.places) {
        if place.example || place.deferred {
            continue;
        }
        match &block.kind {
            BlockKind::Heading { level, text } => {
                reader.headings.retain(|(outer, _)| outer < level);
                reader.headings.push((*level, text.clone()));
                reader.heading(text.clone(), *place);
            }
            BlockKind::Paragraph { text } => reader.lines(text.clone(), *place),
            BlockKind::Item(item) => reader.lines(item.text.clone(), *place),
            BlockKind::Table(table) => reader.table(table, *place),
            BlockKind::Fence(fence) => reader.fence(fence, *place),
            BlockKind::Rule => reader.rule = Some(block.span.start),
        }
    }
    reader.saved_costs();
    reader.steps();
    reader.spec_sections();
    reader.slips();
    reader.found
}

struct Reader<'d> {
    document: &'d Document,
    outline: &'d Outline,
    found: Statements,
    /// The headings that are open, with their levels.
    headings: Vec<(u8, Range<usize>)>,
    /// Where the last rule begins.
    rule: Option<usize>,
    /// The last group, by its place in the outline, that no heading before it has named.
    last_new: usize,
    /// Shares of the cost that are said to be saved, to be held against the costs of all of the document.
    saved_costs: Vec<(Amount, Location)>,
}

impl<'d> Reader<'d> {
    fn text(&self, span: &Range<usize>) -> &'d str {
        &self.document.text()[span.clone()]
    }

    fn push(&mut self, subject: Subject, span: Range<usize>, place: Place) {
        if plain(self.text(&span)).is_empty() {
            return;
        }
        let amount = self.amount(subject, &span);
        self.state(subject, span, amount, place);
    }

    fn amount(&self, subject: Subject, span: &Range<usize>) -> Option<Amount> {
        amount_of(subject, self.text(span)).filter(|amount| {
            subject != Subject::TaskCount || !is_broken_down(amount, self.text(span))
        })
    }

    fn state(
        &mut self,
        subject: Subject,
        span: Range<usize>,
        amount: Option<Amount>,
        place: Place,
    ) {
        if let Some(about) = self.about(subject, &span, place) {
            self.state_about(about, subject, span, amount, place);
        }
    }

    fn state_about(
        &mut self,
        about: About,
        subject: Subject,
        span: Range<usize>,
        amount: Option<Amount>,
        place: Place,
    ) {
        let text = self.document.text();
        let line = text[..span.start].rfind('\n').map_or(0, |at| at + 1);
        let case = case(&text[line..span.end]).or_else(|| case(self.heading_of(place)));
        self.found.statements.push(Statement {
            subject,
            value: with_line_feeds(&plain(&text[span.clone()])),
            amount,
            tasks: tasks_of(subject, &text[span.clone()]),
            places: Vec::new(),
            case: case.map(str::to_owned),
            group: about.group,
            or_whole: about.or_whole,
            location: self.document.location(span),
        });
    }

    /// The heading of a group, if it stands here.
    fn group_at(&self, start: usize, place: Place) -> bool {
        place
            .group
            .is_some_and(|group| self.outline.groups[group].span.start == start)
    }

    /// "Parallel (new way): 1.5 hours", "Task inventory: 66 pending tasks", "Batch 1 (45 workers, 15 min)".
    fn heading(&mut self, span: Range<usize>, place: Place) {
        self.reckon(span.clone());
        self.remarks(&span, place);
        if self.group_at(span.start, place) {
            self.group_heading(span, place);
            return;
        }
        self.days_of_a_group(&span, place);
        let text = self.text(&span);
        if let Some((label, value)) = split_label(text)
            && let Some(subject) = subject_of_label(label, value, Here::HEADING)
        {
            self.push(subject, value_span(text, value, span.start), place);
        }
        let about_a_part = is_about_a_part(text);
        self.phrases(span, about_a_part, place);
    }

    /// The group that a line names with a remark, as its heading does: "Run Batch 1 (45 workers, 15 min)".
    fn group_again(&self, span: &Range<usize>) -> Option<usize> {
        let text = self.text(span);
        text.ends_with([')', '）']).then_some(())?;
        let named = find_groups(text)
            .next()
            .filter(|group| group.last.is_none())?;
        let rest = text[named.end..].trim_start_matches(['*', '_', ' ']);
        let remark = rest.starts_with(['(', '（']) && rest.matches(['(', '（']).count() == 1;
        let id = group_id(named.kind, named.first);
        let known = self.outline.groups.iter().position(|group| group.id == id);
        known.filter(|_| remark)
    }

    /// The remark of a group's heading states its number of tasks and its duration.
    fn group_heading(&mut self, span: Range<usize>, place: Place) {
        let text = self.text(&span);
        let Some((_, remark)) = text.rsplit_once(['(', '（']) else {
            return;
        };
        let ends = [',', ';', '|', ')', '）'];
        let mut start = span.start + text.len() - remark.len();
        for part in remark.split_inclusive(ends) {
            let bare = part
                .trim_end_matches(['*', '_', ' '])
                .trim_end_matches(ends);
            let at = trimmed(self.document.text(), start..start + bare.len());
            let is_tokens =
                || read_amount(bare).is_some_and(|(amount, _)| amount.measure == Measure::Tokens);
            let length = window(bare);
            let subject = if stated_tasks(bare).is_some() {
                Some(Subject::TaskCount)
            } else if length.is_some() {
                Some(Subject::Window)
            } else if parse_duration(bare.trim()).is_some() {
                Some(Subject::TotalDuration)
            } else {
                is_tokens().then_some(Subject::Tokens)
            };
            start += part.len();
            if let Some(subject) = subject
                && !plain(self.text(&at)).is_empty()
            {
                let amount = match subject {
                    Subject::Window => length,
                    _ => self.amount(subject, &at),
                };
                let about = About::group(self.outline, place);
                self.state_about(about, subject, at, amount, place);
            }
        }
    }

    /// Whether a label here is about the group around it: no other heading stands between, such as that of a task.
    fn is_about_the_group(&self, place: Place) -> bool {
        let (Some(group), Some(heading)) = (place.group, place.heading) else {
            return place.group.is_some();
        };
        match &self.document.markdown().blocks[heading].kind {
            BlockKind::Heading { text, .. } => text.start <= self.outline.groups[group].span.start,
            _ => true,
        }
    }

    /// Whether a plain label here, such as "Tasks" or "Duration", is about the whole: it stands below the title, in a
    /// summary, or below the last group.
    fn is_about_the_whole(&self, place: Place) -> bool {
        if place.of_task {
            return false;
        }
        if place.group.is_some() {
            return self.is_last(place) && self.is_about_the_group(place);
        }
        let level = self.headings.last().map_or(1, |(level, _)| *level);
        let heading = self.heading_of(place).to_lowercase();
        let mut words = heading.split(|c: char| !c.is_alphanumeric());
        level == 1 || words.any(|word| SUMMARIES.contains(&word))
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
        if self.group_at(span.start, place) {
            self.group_heading(span, place);
            return;
        }
        if place.group.is_none()
            && let Some(group) = self.group_again(&span)
        {
            let again = Place {
                group: Some(group),
                ..place
            };
            self.group_heading(span, again);
            return;
        }
        self.reckon(span.clone());
        self.remarks(&span, place);
        let text = self.text(&span);
        self.limits(text, span.start, place);
        // Within a group it would be about the tasks of that group alone.
        if place.group.is_none()
            && let Some((at, each)) = each(text)
        {
            let at = span.start + at.start..span.start + at.end;
            self.push(Subject::TaskDuration, at, place);
            self.found.each.push(each);
        }
        let about_a_part = is_about_a_part(text);
        for clause in clauses(text) {
            let clause = span.start + clause.start..span.start + clause.end;
            let clause = trimmed(self.document.text(), clause);
            self.clause(clause, about_a_part, place);
        }
    }

    /// A line, or a part of one, that has a label of its own or none.
    fn clause(&mut self, span: Range<usize>, about_a_part: bool, place: Place) {
        let text = self.text(&span);
        if let Some((label, value)) = split_label(without_italics(text)) {
            if self.is_about_the_group(place)
                && is_about_time(label)
                && let Some(length) = window(value)
            {
                let at = value_span(text, value, span.start);
                self.state(Subject::Window, at, Some(length), place);
                return;
            }
            let here = Here {
                heading: false,
                group: place.group.is_some() && self.is_about_the_group(place),
                whole: self.is_about_the_whole(place),
            };
            let subject =
                subject_of_label(label, value, here).or_else(|| self.scenario(label, value, place));
            if let Some(subject) = subject {
                self.push(subject, value_span(text, value, span.start), place);
                // "6 hours for 4 tasks"
                if matches!(subject, Subject::TotalDuration | Subject::Work)
                    && let Some(at) = tasks_of_total(value)
                {
                    let start = span.start + text.len() - value.len();
                    let at = start + at.start..start + at.end;
                    self.push(Subject::TaskCount, at, place);
                }
                // "41 hours (parallelized) vs 65 hours (sequential)" goes on to state the work.
                match subject {
                    Subject::TotalDuration => self.manners(span, Subject::Work, place),
                    Subject::CriticalPath => self.manners(span, Subject::TotalDuration, place),
                    _ => {}
                }
                return;
            }
        }
        self.phrases(span, about_a_part, place);
    }

    fn limits(&mut self, text: &str, start: usize, place: Place) {
        if let Some((of, at, amount)) = tokens_of_one(text) {
            let at = start + at.start..start + at.end;
            self.state(Subject::TaskTokens, at, Some(amount), place);
            if let Some(statement) = self.found.statements.last_mut() {
                statement.case = Some(of.to_lowercase());
            }
        }
        for (subject, at, amount) in limits(text) {
            self.state(
                subject,
                start + at.start..start + at.end,
                Some(amount),
                place,
            );
        }
    }

    /// "Optimistic: 5 days" under a heading about the total.
    fn scenario(&self, label: &str, value: &str, place: Place) -> Option<Subject> {
        let heading = self.heading_of(place).to_lowercase();
        let about_total = ["total", "timeline", "duration"]
            .iter()
            .any(|word| heading.contains(word));
        let is_scenario = matches!(
            label.to_lowercase().as_str(),
            "optimistic" | "realistic" | "pessimistic" | "best case" | "worst case" | "expected"
        );
        (about_total && is_scenario && parse_duration(value).is_some())
            .then_some(Subject::TotalDuration)
    }

    fn heading_of(&self, place: Place) -> &'d str {
        let kind = place
            .heading
            .map(|index| &self.document.markdown().blocks[index].kind);
        match kind {
            Some(BlockKind::Heading { text, .. }) => self.text(text),
            _ => "",
        }
    }

    /// Phrases that mean something wherever they stand: "3-5x speedup", "all 225 workers", "5 parallel batches".
    fn phrases(&mut self, span: Range<usize>, about_a_part: bool, place: Place) {
        let text = self.text(&span);
        let mut found = manners(text);
        found.extend(counts(text));
        let mut of_some_workers = None;
        let is_of_plan = place.group.is_none() && !speaks_of_other_work(self.heading_of(place));
        if is_of_plan || self.is_about_the_whole(place) {
            for (subject, at) in totals(text) {
                if found.iter().all(|(_, other)| other.start != at.start) {
                    // Others may take longer or less: it holds in a case.
                    if subject == Subject::TotalDuration {
                        of_some_workers = Some(at.start);
                    }
                    found.push((subject, at));
                }
            }
        }
        let counts_all = found
            .iter()
            .any(|(subject, _)| *subject == Subject::TaskCount);
        found.extend(path_length(text).map(|at| (Subject::CriticalPath, at)));
        found.extend(
            work(text)
                .filter(|_| counts_all)
                .map(|at| (Subject::Work, at)),
        );
        let lasts = || amounts(text).any(|(amount, _)| amount.measure == Measure::Seconds);
        // "Full test: 30 min (3x speedup)" is about the test.
        let about_a_part =
            about_a_part || is_about_a_part(text) || split_label(text).is_some() && lasts();
        let of_the_work = || speaks_of_the_work(text) || speaks_of_the_work(self.heading_of(place));
        if !about_a_part {
            let opens = |at: &Range<usize>| at.start == 0 && self.is_about_the_whole(place);
            let speedup = speedup(text).filter(|at| opens(at) || of_the_work());
            found.extend(speedup.map(|at| (Subject::Speedup, at)));
        }
        found.sort_by_key(|(_, at)| at.start);
        found.dedup_by(|next, first| next.0 == first.0 && next.1.start == first.1.start);
        for (subject, at) in found {
            let known = self.found.statements.len();
            self.push(subject, span.start + at.start..span.start + at.end, place);
            if of_some_workers == Some(at.start) {
                for statement in &mut self.found.statements[known..] {
                    let case = || "with so many workers".to_owned();
                    statement.case.get_or_insert_with(case);
                }
            }
        }
    }

    /// Durations of one kind that a line goes on to state.
    fn manners(&mut self, span: Range<usize>, wanted: Subject, place: Place) {
        for (subject, at) in manners(self.text(&span)) {
            if subject == wanted {
                self.push(subject, span.start + at.start..span.start + at.end, place);
            }
        }
    }
}

/// Words of headings above what sums up the plan.
const SUMMARIES: [&str; 10] = [
    "summary",
    "overview",
    "total",
    "totals",
    "metrics",
    "statistics",
    "stats",
    "numbers",
    "summation",
    "glance",
];

/// The last group, by its place in the outline, that no heading before it has named.
fn last_new(outline: &Outline) -> usize {
    let mut known = BTreeSet::new();
    let groups = outline.groups.iter().enumerate();
    let new = groups.filter(|(_, group)| known.insert(group.id.as_str()));
    new.last().map_or(0, |(at, _)| at)
}

/// Labels of the time that a group is given.
fn is_about_time(label: &str) -> bool {
    matches!(
        label.to_lowercase().as_str(),
        "timeline"
            | "window"
            | "time"
            | "when"
            | "schedule"
            | "days"
            | "hours"
            | "weeks"
            | "duration"
    )
}

/// A line without the mark that sets all of it in italics.
fn without_italics(text: &str) -> &str {
    let bare = text.trim_start_matches(['*', '_']);
    if text.len() - bare.len() == 1 {
        bare
    } else {
        text
    }
}

/// The place of a label's value, which goes on to the end of the text.
fn value_span(text: &str, value: &str, start: usize) -> Range<usize> {
    let from = start + text.len() - value.len();
    from..from + value.trim_end().len()
}
