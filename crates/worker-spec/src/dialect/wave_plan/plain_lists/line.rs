//! A line that may be a task.

use std::ops::Range;
use std::time::Duration;

use super::super::columns::{Column, column};
use super::super::outline::Place;
use super::super::rows::Row;
use super::super::tail::Tail;
use crate::duration::whole_duration;
use crate::groups::find_groups;
use crate::label::split_label;
use crate::{Document, EdgeSource, Reference, TaskMentionKind};

/// A shorter time is one that the work is about, such as a timeout.
const SHORTEST: Duration = Duration::from_secs(60);

/// A line that may be a task.
pub(super) struct Line<'d> {
    pub(super) text: &'d str,
    /// Lines below it that are about it.
    pub(super) body: Range<usize>,
    pub(super) start: usize,
    pub(super) place: Place,
    /// The number before it in an ordered list.
    pub(super) number: Option<u32>,
    /// The line without its name, and what that says.
    pub(super) rest: &'d str,
    pub(super) tail: Tail,
    /// The fields in the items and lines inside it: `- Estimate: 2h`.
    pub(super) fields: Vec<(Column, Range<usize>)>,
}

impl<'d> Line<'d> {
    pub(super) fn new(text: &'d str, start: usize, place: Place, number: Option<u32>) -> Line<'d> {
        Line {
            text,
            body: start..start,
            start,
            place,
            number,
            rest: text,
            tail: Tail::new(text),
            fields: Vec::new(),
        }
    }

    fn has_field(&self, wanted: impl Fn(&Column) -> bool) -> bool {
        self.fields.iter().any(|(column, _)| wanted(column))
    }

    /// Whether it says what it waits for.
    pub(super) fn is_ordered(&self) -> bool {
        self.tail.needs.is_some() || self.has_field(|column| *column == Column::Dependencies)
    }

    /// Whether it says how long it takes.
    pub(super) fn is_timed(&self) -> bool {
        let is_label =
            split_label(self.text).is_some_and(|(_, value)| whole_duration(value).is_some());
        !is_label && self.tail.estimate.is_some_and(|time| time >= SHORTEST)
            || self.has_field(|column| matches!(column, Column::Estimate(_)))
    }

    /// Whether it says anything that only tasks say.
    pub(super) fn is_weighed(&self) -> bool {
        self.is_timed() || self.is_ordered() || self.tail.points.is_some()
    }

    /// Whether it speaks of the list, of a group or of a total, or is a field (`Duration: 2h`).
    pub(super) fn is_about(&self) -> bool {
        let bare = self.text.trim_start_matches(|c: char| !c.is_alphanumeric());
        let word = bare
            .split(|c: char| !c.is_alphanumeric())
            .next()
            .unwrap_or_default();
        let is_field = split_label(self.text)
            .is_some_and(|(label, _)| !matches!(column(label), Column::Other | Column::Task));
        let is_group = find_groups(bare)
            .next()
            .is_some_and(|group| group.start == 0);
        is_field
            || is_group
            || begins_with_clock(bare)
            || matches!(
                word.to_lowercase().as_str(),
                "total"
                    | "sum"
                    | "subtotal"
                    | "overall"
                    | "note"
                    | "notes"
                    | "goal"
                    | "day"
                    | "days"
                    | "week"
                    | "weeks"
            )
    }

    /// The bold words that it begins with.
    pub(super) fn bold(&self) -> Option<&'d str> {
        let inner = self.text.trim_start().strip_prefix("**")?;
        let (bold, _) = inner.split_once("**")?;
        let bold = bold.trim_end_matches([':', '：']).trim();
        (!bold.is_empty()).then_some(bold)
    }

    /// What the lines below it say about what comes first: `Depends on Agent A.`
    pub(super) fn needs_below(&self, document: &Document) -> Vec<Range<usize>> {
        let lines = lines(document.text(), self.body.clone(), self.place).into_iter();
        let sentences = lines.flat_map(|line| {
            let mut at = line.start;
            let sentences = line.text.split_inclusive(". ").map(move |sentence| {
                at += sentence.len();
                (at - sentence.len(), sentence)
            });
            sentences.collect::<Vec<_>>()
        });
        let needs = sentences.filter_map(|(start, sentence)| {
            let needs = Tail::new(sentence.trim_end().trim_end_matches('.')).needs?;
            Some(start + needs.start..start + needs.end)
        });
        needs.collect()
    }

    pub(super) fn row(
        self,
        id: String,
        named_by: Reference,
        aliases: Vec<String>,
        name: &str,
    ) -> Row {
        let at = |part: &str| self.start + (part.as_ptr() as usize - self.text.as_ptr() as usize);
        let base = at(self.rest);
        let needs = self.tail.needs;
        let needs = needs.map(|needs| base + needs.start..base + needs.end);
        Row {
            id,
            is_scoped: false,
            named_by,
            aliases,
            title: self.tail.title,
            place: self.place,
            kind: TaskMentionKind::Definition,
            status: self.tail.status,
            estimate: self.tail.estimate,
            agent: self.tail.agent,
            complexity: self.tail.points,
            parallel: self.tail.parallel,
            stated_in: EdgeSource::List,
            cells: needs
                .map(|needs| (Column::Dependencies, needs))
                .into_iter()
                .chain(self.fields)
                .collect(),
            tail: Some(base..base + self.rest.len()),
            span: at(name)..at(name) + name.len(),
        }
    }
}

/// `10:02 the alert fires` tells when something happened.
fn begins_with_clock(text: &str) -> bool {
    text.split_once(':').is_some_and(|(hours, rest)| {
        let minutes = rest.bytes().take_while(u8::is_ascii_digit).count();
        (1..=2).contains(&hours.len())
            && hours.bytes().all(|byte| byte.is_ascii_digit())
            && minutes == 2
    })
}

/// The lines of a paragraph.
pub(super) fn lines(text: &str, span: Range<usize>, place: Place) -> Vec<Line<'_>> {
    let mut at = span.start;
    let lines = text[span].split_inclusive('\n').map(|line| {
        let start = at;
        at += line.len();
        Line::new(line.trim_end(), start, place, None)
    });
    lines.filter(|line| !line.text.trim().is_empty()).collect()
}
