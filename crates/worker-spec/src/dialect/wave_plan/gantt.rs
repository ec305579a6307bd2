//! Mermaid Gantt charts: `Lexer :done, a2, after a1, 2d`.
//!
//! A line is a title, a colon, and behind it tags, an id, a start and an end, of which only the end must be there. A task
//! without a start begins when the one above it ends, as Mermaid draws it. A day is a day of work.

mod dates;

use std::collections::HashMap;
use std::ops::Range;
use std::time::Duration;

use self::dates::Dates;
use super::group_heading::group_heading;
use super::outline::{Outline, Place};
use crate::duration::whole_duration;
use crate::markdown::BlockKind;
use crate::{
    Code, Diagnostic, Document, EdgeKind, EdgeMention, EdgeSource, Fragment, Group, Reference,
    Status, TaskMention, TaskMentionKind,
};

/// Words that begin lines which are no tasks.
const KEYWORDS: [&str; 16] = [
    "acctitle",
    "accdescr",
    "axisformat",
    "click",
    "dateformat",
    "displaymode",
    "excludes",
    "includes",
    "inclusiveenddates",
    "tickinterval",
    "title",
    "todaymarker",
    "topaxis",
    "weekday",
    "weekend",
    "gantt",
];

const DAY: Duration = Duration::from_secs(8 * 3600);

/// Whether the document holds a chart with tasks.
pub(super) fn are_there(document: &Document, outline: &Outline) -> bool {
    charts(document, outline)
        .iter()
        .flatten()
        .any(|line| entry(&document.text()[line.clone()]).is_some())
}

/// Reads the charts of a document that gives its tasks in no other way.
pub(super) fn read(
    document: &Document,
    outline: &Outline,
    fragment: &mut Fragment,
    diagnostics: &mut Vec<Diagnostic>,
) {
    let mut reader = Reader {
        document,
        fragment,
        diagnostics,
        titles: HashMap::new(),
        group: None,
        last: None,
        dates: Dates::default(),
        ends: HashMap::new(),
    };
    for chart in charts(document, outline) {
        (reader.group, reader.last) = (None, None);
        let mut texts = chart.iter().map(|line| &document.text()[line.clone()]);
        reader.dates = texts.find_map(Dates::stated).unwrap_or_default();
        for line in chart {
            reader.line(line);
        }
    }
}

/// The lines of every chart.
fn charts(document: &Document, outline: &Outline) -> Vec<Vec<Range<usize>>> {
    let text = document.text();
    if begins_chart(text) {
        return vec![lines(text, std::slice::from_ref(&(0..text.len())))];
    }
    let blocks = document.markdown().blocks.iter().zip(&outline.places);
    let fences = blocks.filter_map(|(block, place): (_, &Place)| match &block.kind {
        BlockKind::Fence(fence) if !place.example => Some(fence),
        _ => None,
    });
    let charts = fences.filter(|fence| {
        let info = text[fence.info.clone()].trim();
        let language = info.split([' ', '{', ',']).next().unwrap_or_default();
        language.eq_ignore_ascii_case("mermaid")
            && begins_chart(&document.markdown().code(text, fence))
    });
    charts
        .map(|fence| lines(text, document.markdown().code_pieces(fence)))
        .collect()
}

/// Whether a text is a chart, after front matter and comments.
fn begins_chart(text: &str) -> bool {
    let mut in_front_matter = false;
    let mut lines = text.trim_start_matches('\u{feff}').lines().map(str::trim);
    let first = lines.find(|line| {
        if *line == "---" {
            in_front_matter = !in_front_matter;
            return false;
        }
        !in_front_matter && !line.is_empty() && !line.starts_with("%%")
    });
    first == Some("gantt")
}

/// The lines of pieces of a text, trimmed, from the word `gantt` on.
fn lines(text: &str, pieces: &[Range<usize>]) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    for piece in pieces {
        let mut at = piece.start;
        for line in text[piece.clone()].split_inclusive('\n') {
            let start = at + (line.len() - line.trim_start().len());
            found.push(start..start + line.trim().len());
            at += line.len();
        }
    }
    let first = found.iter().position(|line| &text[line.clone()] == "gantt");
    found.drain(..first.map_or(0, |first| first + 1));
    found.retain(|line| !line.is_empty() && !text[line.clone()].starts_with("%%"));
    found
}

/// The title of a task, and what stands behind the colon.
fn entry(line: &str) -> Option<(&str, &str)> {
    let word = line.split([' ', '\t', ':']).next().unwrap_or_default();
    let lower = word.to_lowercase();
    if lower == "section" || KEYWORDS.contains(&lower.as_str()) {
        return None;
    }
    let (title, meta) = line.split_once(':')?;
    (!title.trim().is_empty()).then_some((title.trim(), meta))
}

struct Reader<'r> {
    document: &'r Document,
    fragment: &'r mut Fragment,
    diagnostics: &'r mut Vec<Diagnostic>,
    /// How often a title without an id has occurred.
    titles: HashMap<String, usize>,
    group: Option<String>,
    /// The id of the task above.
    last: Option<String>,
    /// How the chart writes its dates.
    dates: Dates<'r>,
    /// The day on which a task ends, where the chart tells.
    ends: HashMap<String, i64>,
}

impl Reader<'_> {
    fn line(&mut self, span: Range<usize>) {
        let line = &self.document.text()[span.clone()];
        if let Some(name) = line.strip_prefix("section ") {
            return self.section(name.trim(), span);
        }
        let Some((title, meta)) = entry(line) else {
            return;
        };
        let facts = Facts::new(meta);
        if facts.is_marker {
            return;
        }
        let location = self.document.location(span.start..span.start + title.len());
        let id = facts.id.map_or_else(|| self.titled(title), str::to_owned);
        let mut mention = TaskMention::new(id.clone(), TaskMentionKind::Definition, location);
        if facts.id.is_none() {
            mention.named_by = Reference::Words;
        }
        mention.title = Some(title.to_owned());
        mention.groups.extend(self.group.clone());
        mention.status = facts.status;
        let start = self.start_of(&facts);
        mention.estimate = match facts.is_milestone {
            true => Some(Duration::ZERO),
            false => facts.estimate(self.dates, start),
        };
        if let Some(end) = facts.end.filter(|_| mention.estimate.is_none()) {
            self.bad_end(end, span.clone());
        }
        let place = self.document.location(span);
        let before: Vec<(String, Reference)> = match facts.start {
            Some(Start::After(ids)) => ids
                .split_whitespace()
                .map(|id| (id.to_owned(), Reference::Id))
                .collect(),
            Some(Start::Date(_)) => Vec::new(),
            None => self
                .last
                .take()
                .map(|id| (id, Reference::Words))
                .into_iter()
                .collect(),
        };
        for (from, reference) in before {
            self.fragment.edges.push(EdgeMention {
                from,
                to: id.clone(),
                reference,
                kind: EdgeKind::Hard,
                stated_in: EdgeSource::Mermaid,
                location: place.clone(),
            });
        }
        let end = facts.end.and_then(|end| {
            let length = || Some(start? + calendar_days(end)?);
            self.dates.day(end).or_else(length)
        });
        self.ends.extend(end.map(|end| (id.clone(), end)));
        self.last = Some(id);
        self.fragment.tasks.push(mention);
    }

    /// The day on which a task starts, where the chart tells: its own, or the last end of what it comes after.
    fn start_of(&self, facts: &Facts<'_>) -> Option<i64> {
        match facts.start {
            Some(Start::Date(date)) => self.dates.day(date),
            Some(Start::After(ids)) => {
                let ends = ids.split_whitespace().map(|id| self.ends.get(id).copied());
                ends.collect::<Option<Vec<i64>>>()?.into_iter().max()
            }
            None => self.ends.get(self.last.as_ref()?).copied(),
        }
    }

    fn section(&mut self, name: &str, span: Range<usize>) {
        self.group = group_heading(name).map(|heading| heading.id);
        if let Some(id) = &self.group {
            self.fragment.groups.push(Group {
                title: name.to_owned(),
                ..Group::new(id.clone(), self.document.location(span))
            });
        }
    }

    /// A task without an id is called by its title.
    fn titled(&mut self, title: &str) -> String {
        let count = self.titles.entry(title.to_lowercase()).or_default();
        *count += 1;
        match *count {
            1 => title.to_owned(),
            count => format!("{title} ({count})"),
        }
    }

    fn bad_end(&mut self, end: &str, span: Range<usize>) {
        // Until a day or a task, and so of no length by itself.
        if end.starts_with("until ") || self.dates.day(end).is_some() {
            return;
        }
        let message = format!("`{}` is no duration", end.escape_debug());
        self.diagnostics.push(
            Diagnostic::warning(Code::BAD_VALUE, message)
                .at(self.document.location(span))
                .help("write an amount with its unit, such as `2d` or `4h`"),
        );
    }
}

/// When a task starts.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Start<'m> {
    /// When these have ended.
    After(&'m str),
    Date(&'m str),
}

/// What stands behind the colon.
#[derive(Debug, Default, PartialEq)]
struct Facts<'m> {
    id: Option<&'m str>,
    start: Option<Start<'m>>,
    end: Option<&'m str>,
    status: Option<Status>,
    is_milestone: bool,
    /// A line across the chart, and no task.
    is_marker: bool,
}

impl<'m> Facts<'m> {
    fn new(meta: &'m str) -> Self {
        let mut facts = Facts::default();
        let parts: Vec<&str> = meta.split(',').map(str::trim).collect();
        let mut tags = 0;
        while let Some(tag) = parts.get(tags) {
            match *tag {
                "done" => facts.status = Some(Status::Done),
                "active" => facts.status = Some(Status::InProgress),
                "crit" => {}
                "milestone" => facts.is_milestone = true,
                "vert" => facts.is_marker = true,
                _ => break,
            }
            tags += 1;
        }
        let start = |part: &'m str| match part.strip_prefix("after ") {
            Some(ids) => Start::After(ids.trim()),
            None => Start::Date(part),
        };
        match parts[tags..] {
            [id, from, end, ..] => {
                (facts.id, facts.start, facts.end) = (Some(id), Some(start(from)), Some(end));
            }
            // "a1, 2d": neither a date nor what it comes after.
            [id, end]
                if !id.starts_with("after ") && !id.starts_with(|c: char| c.is_ascii_digit()) =>
            {
                (facts.id, facts.end) = (Some(id), Some(end));
            }
            [from, end] => (facts.start, facts.end) = (Some(start(from)), Some(end)),
            [end] => facts.end = Some(end),
            [] => {}
        }
        facts.id = facts.id.filter(|id| !id.is_empty());
        facts.end = facts.end.filter(|end| !end.is_empty());
        facts
    }

    /// How long it takes: an amount, or the days from its start to its end.
    fn estimate(&self, dates: Dates<'_>, start: Option<i64>) -> Option<Duration> {
        let end = self.end?;
        if let Some(amount) = whole_duration(end) {
            return Some(amount);
        }
        let days = u32::try_from(dates.day(end)?.checked_sub(start?)?).ok()?;
        // Within a day, hours would tell.
        let told = days > 0 || !dates.have_hours();
        DAY.checked_mul(days).filter(|_| told)
    }
}

/// The days that a duration takes in a calendar, as Mermaid draws it: `3d`, `1w`.
fn calendar_days(end: &str) -> Option<i64> {
    let (number, days) = match end.strip_suffix('d') {
        Some(number) => (number, 1),
        None => (end.strip_suffix('w')?, 7),
    };
    number
        .trim()
        .parse::<u16>()
        .ok()
        .map(|number| i64::from(number) * days)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn facts_behind_the_colon() {
        let facts = Facts::new("done, crit, a2, after a1 b1, 2d");
        assert_eq!(facts.id, Some("a2"));
        assert_eq!(facts.start, Some(Start::After("a1 b1")));
        assert_eq!(facts.estimate(Dates::default(), None), Some(2 * DAY));
        assert_eq!(facts.status, Some(Status::Done));
        let facts = Facts::new("2024-02-27, 2024-03-01");
        let dates = Dates::default();
        let estimate = facts.estimate(dates, dates.day("2024-02-27"));
        assert_eq!((facts.id, estimate), (None, Some(3 * DAY)));
        let facts = Facts::new(" a1, 5h");
        assert_eq!((facts.id, facts.start), (Some("a1"), None));
        let facts = Facts::new("3d");
        assert_eq!((facts.id, facts.start, facts.end), (None, None, Some("3d")));
        assert_eq!(Facts::new(""), Facts::default());
        assert!(Facts::new("milestone, m1, 2024-01-01, 0d").is_milestone);
        assert!(Facts::new("vert, v1, 2024-01-01, 0d").is_marker);
    }
}
