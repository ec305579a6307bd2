//! A line of a list, with the ids that it begins with and what it says about them.

use std::ops::Range;
use std::time::Duration;

use super::super::cells::issue_numbers;
use super::super::columns::Column;
use super::super::group_heading::{group_heading, stated_tasks};
use super::super::outline::{Outline, Place, ids_behind_group};
use super::super::rows::Row;
use super::super::tail::Tail;
use super::super::task_names::{Form, TaskName, task_name};
use crate::duration::whole_duration;
use crate::groups::{find_groups, group_id};
use crate::ids::{IdRange, find_ids, split_number};
use crate::{
    Code, Diagnostic, Document, EdgeSource, Fragment, Group, Reference, Status, TaskMention,
    TaskMentionKind,
};

/// Bytes of a remark between two ids.
const LONGEST_REMARK: usize = 400;

/// A list item of a group.
pub(super) struct Line<'d> {
    pub(super) document: &'d Document,
    pub(super) place: Place,
    pub(super) span: Range<usize>,
    pub(super) text: &'d str,
    pub(super) checkbox: Option<bool>,
    pub(super) depth: usize,
}

/// The first line of an item.
pub(in crate::dialect::wave_plan) fn own_line(text: &str, span: &Range<usize>) -> Range<usize> {
    let line = text[span.clone()].lines().next().unwrap_or_default();
    span.start..span.start + line.len()
}

impl<'d> Line<'d> {
    /// The ids that the line begins with: one or a list of them, before a colon or the end. An item that is itself
    /// the heading of a group (`Wave 1: T001, T002`) names them after its colon.
    pub(super) fn ids(&self) -> impl Iterator<Item = IdRange<'d>> + use<'d> {
        let start = self.start();
        let text = &self.text[start..];
        let mut before = 0;
        // What stands in brackets is said of the id before them.
        let mut depth = 0_usize;
        let mut seen = 0;
        find_ids(text)
            .filter(move |range| {
                for c in text[seen..range.start].chars() {
                    match c {
                        '(' | '（' => depth += 1,
                        ')' | '）' => depth = depth.saturating_sub(1),
                        _ => {}
                    }
                }
                seen = range.start;
                depth == 0
            })
            .take_while(move |range| {
                let gap = &text[before..range.start];
                let continues = if before == 0 {
                    gap.chars().all(|c| !c.is_alphanumeric())
                } else {
                    joins(gap) || gap.len() <= LONGEST_REMARK && joins(&without_brackets(gap))
                };
                before = range.end;
                continues
            })
            .map(move |range| IdRange {
                start: range.start + start,
                end: range.end + start,
                ..range
            })
    }

    /// The name of the one task that the line is about, when it is a word and a number or the number of an issue.
    pub(super) fn name(&self) -> Option<TaskName<'d>> {
        task_name(self.text).filter(|name| {
            matches!(name.form, Form::Issue)
                || matches!(name.form, Form::Kind(kind) if !matches!(kind, "step" | "terminal" | "subtask"))
        })
    }

    /// Whether it begins with one id and a mark behind it: `A-2: Lexer`, `**#7** - Sampler`.
    pub(super) fn is_marked(&self) -> bool {
        let end = match (self.name(), self.ids().next()) {
            (Some(name), _) => {
                name.written.as_ptr() as usize - self.text.as_ptr() as usize + name.written.len()
            }
            (None, Some(id)) => id.end,
            (None, None) => return false,
        };
        let rest = self.text[end..].trim_start_matches(['*', '`', '_', ']', '~']);
        rest.starts_with([':', '：'])
            || rest.starts_with(" - ")
            || rest.starts_with([' ', '–', '—']) && rest.trim_start().starts_with(['–', '—'])
            || self.checkbox.is_some()
    }

    /// The places of the issues that the line begins with: `#15, #18 (in parallel)`.
    pub(super) fn issues(&self) -> Vec<Range<usize>> {
        let start = self.text.len() - self.text.trim_start_matches(['*', '`', '[']).len();
        let mut found = Vec::new();
        let mut at = start;
        for issue in issue_numbers(self.text) {
            let from = issue.as_ptr() as usize - self.text.as_ptr() as usize;
            let joined = match found.is_empty() {
                true => from == start,
                false => joins(&self.text[at..from]),
            };
            if !joined {
                break;
            }
            at = from + issue.len();
            found.push(from..at);
        }
        found
    }

    /// The rows of a line whose ids have remarks of their own: `Wave 2: T3 (depends on T1), T4 (depends on T2)`.
    pub(super) fn remarked(&self) -> Option<Vec<Row>> {
        let ids: Vec<IdRange<'_>> = self.ids().collect();
        let ends = ids
            .iter()
            .skip(1)
            .map(|id| id.start)
            .chain([self.text.len()]);
        let parts: Vec<(IdRange<'_>, Range<usize>)> = ids
            .iter()
            .zip(ends)
            .map(|(id, end)| (*id, id.end..end))
            .collect();
        let says = |part: &Range<usize>| {
            let tail = Tail::new(self.text[part.clone()].trim_end_matches([',', ' ', ';']));
            tail.needs.is_some() || tail.estimate.is_some()
        };
        let fits = ids.len() > 1
            && ids.iter().all(|id| id.last.is_none())
            && parts[..parts.len() - 1].iter().any(|(_, part)| says(part));
        fits.then(|| {
            let rows = parts.into_iter().map(|(id, part)| {
                let mut row = self.bare_row(id.span());
                let text = self.text[part.clone()].trim_end_matches([',', ' ', ';']);
                let tail = Tail::new(text);
                let base = self.span.start + part.start;
                row.cells = tail
                    .needs
                    .map(|needs| (Column::Dependencies, base + needs.start..base + needs.end))
                    .into_iter()
                    .collect();
                row.estimate = tail.estimate;
                row.title = tail.title;
                row
            });
            rows.collect()
        })
    }

    /// A row for each of several issues. What the line says behind them is said of all.
    pub(super) fn rows(&self, issues: Vec<Range<usize>>) -> Vec<Row> {
        let end = issues.last().map_or(0, |last| last.end);
        let tail = Tail::new(&self.text[end..]);
        let base = self.span.start;
        let needs = tail
            .needs
            .map(|needs| base + end + needs.start..base + end + needs.end);
        let row = |issue: Range<usize>| Row {
            status: self.status().or(tail.status),
            parallel: tail.parallel,
            cells: needs
                .iter()
                .map(|needs| (Column::Dependencies, needs.clone()))
                .collect(),
            ..self.bare_row(issue)
        };
        issues.into_iter().map(row).collect()
    }

    /// A row of which nothing but its id is known, which stands here.
    fn bare_row(&self, id: Range<usize>) -> Row {
        let base = self.span.start;
        Row {
            id: self.text[id.clone()].to_owned(),
            is_scoped: false,
            named_by: Reference::Id,
            aliases: Vec::new(),
            title: String::new(),
            place: self.place,
            kind: TaskMentionKind::Mention,
            status: self.status(),
            estimate: None,
            agent: None,
            complexity: None,
            parallel: false,
            stated_in: EdgeSource::List,
            cells: Vec::new(),
            tail: None,
            span: base + id.start..base + id.end,
        }
    }

    /// Whether it begins with one id in brackets, bold or in code: `**[A-2]** Lexer`.
    pub(super) fn is_framed(&self) -> bool {
        let mut ids = self.ids();
        let (Some(id), None) = (ids.next(), ids.next()) else {
            return false;
        };
        let before = self.text[..id.start].trim();
        let behind = &self.text[id.end..];
        [('[', ']'), ('*', '*'), ('`', '`')]
            .iter()
            .any(|(open, close)| before.ends_with(*open) && behind.starts_with(*close))
    }

    /// The line as a row, when it is about one task.
    pub(super) fn row(&self) -> Option<Row> {
        let (id, aliases, written, rest) = match self.name() {
            Some(name) => (name.id, name.aliases, name.written, name.rest),
            None => {
                let mut ids = self.ids();
                let (Some(only), None) = (ids.next(), ids.next()) else {
                    return None;
                };
                let rest = &self.text[only.end..];
                let counted = rest.contains('(') && stated_tasks(rest).is_some();
                if only.last.is_some() || counted {
                    return None;
                }
                let written = &self.text[only.start..only.end];
                (written.to_owned(), Vec::new(), written, title(rest))
            }
        };
        let offset =
            |part: &str| self.span.start + (part.as_ptr() as usize - self.text.as_ptr() as usize);
        // `#19 → #20` says what comes next, and no title.
        let is_chain =
            rest.trim_start().starts_with(['→', '➜', '⟶']) || rest.trim_start().starts_with("->");
        let rest = if is_chain { &rest[..0] } else { rest };
        // `- T2: 2h` says how long it takes, and has no title.
        let tail = match whole_duration(title(rest)) {
            Some(time) => Tail {
                estimate: Some(time),
                ..Tail::default()
            },
            None => Tail::new(rest),
        };
        let base = offset(rest);
        let needs = tail.needs.map(|needs| base + needs.start..base + needs.end);
        let struck = self.text.trim_start().starts_with("~~");
        Some(Row {
            id,
            is_scoped: false,
            named_by: Reference::Id,
            aliases,
            title: tail.title,
            place: self.place,
            kind: TaskMentionKind::Mention,
            status: self
                .status()
                .or(tail.status)
                .or(struck.then_some(Status::Deferred)),
            estimate: tail.estimate,
            agent: tail.agent,
            complexity: tail.points,
            parallel: tail.parallel,
            stated_in: EdgeSource::List,
            cells: needs
                .map(|needs| (Column::Dependencies, needs))
                .into_iter()
                .collect(),
            tail: Some(base..base + rest.len()),
            span: offset(written)..offset(written) + written.len(),
        })
    }

    fn start(&self) -> usize {
        if group_heading(self.text).is_none() {
            return 0;
        }
        ids_behind_group(self.text).unwrap_or(self.text.len())
    }

    pub(super) fn read(
        &self,
        outline: &Outline,
        fragment: &mut Fragment,
        diagnostics: &mut Vec<Diagnostic>,
    ) {
        let ranges: Vec<IdRange<'_>> = self.ids().collect();
        let Some(last) = ranges.last() else {
            return;
        };
        let (numbers, from) = numbers_behind(last, &self.text[last.end..]);
        let rest = &self.text[last.end + from..];
        let each = each_takes(rest);
        let title = match each {
            Some((_, from)) => title(&rest[..from]),
            None => title(rest),
        };
        // How long they take is no title.
        let title = whole_duration(title).map_or(title, |_| "");
        let tail = Tail::new(title);
        let before = tail
            .needs
            .as_ref()
            .map_or("", |needs| &title[needs.clone()]);
        let groups = groups_before(before);
        if let (Some(group), false) = (outline.group_id(self.place), groups.is_empty()) {
            let place = self.document.location(self.span.clone());
            fragment.groups.push(Group {
                prerequisites: groups.into_iter().filter(|id| id != group).collect(),
                ..Group::new(group, place)
            });
        }
        let title = match before.is_empty() {
            false => tail.title.as_str(),
            true => title,
        };
        let mut count = 0;
        for range in &ranges {
            let span = self.span.start + range.start..self.span.start + range.end;
            if range.len().is_none() {
                let written = &self.text[range.span()];
                diagnostics.push(
                    Diagnostic::error(Code::BAD_RANGE, format!("`{written}` is no range of ids"))
                        .at(self.document.location(span))
                        .help("a range counts up within one series, such as `WORKER_001-018`"),
                );
                continue;
            }
            let location = self.document.location(span);
            for id in range.ids() {
                count += 1;
                let mut mention = TaskMention::new(id, TaskMentionKind::Mention, location.clone());
                mention
                    .groups
                    .extend(outline.group_id(self.place).map(str::to_owned));
                mention.title = (!title.is_empty()).then(|| title.to_owned());
                mention.status = self.status();
                mention.estimate = each.map(|(time, _)| time);
                fragment.tasks.push(mention);
            }
            if fragment.tasks.len() > super::super::MOST_MENTIONS {
                return;
            }
        }
        for id in numbers {
            count += 1;
            let span = self.span.start + last.start..self.span.start + last.end + from;
            let location = self.document.location(span);
            let mut mention = TaskMention::new(id, TaskMentionKind::Mention, location);
            let group = outline.group_id(self.place).map(str::to_owned);
            mention.groups.extend(group);
            mention.title = (!title.is_empty()).then(|| title.to_owned());
            mention.status = self.status();
            mention.estimate = each.map(|(time, _)| time);
            fragment.tasks.push(mention);
        }
        self.check_count(count, &self.text[last.end..], diagnostics);
    }

    fn status(&self) -> Option<Status> {
        match self.checkbox {
            _ if self.place.deferred => Some(Status::Deferred),
            Some(true) => Some(Status::Done),
            _ => None,
        }
    }

    /// `(18 workers)` at the end of a line is compared with the ids before it.
    fn check_count(&self, count: usize, rest: &str, diagnostics: &mut Vec<Diagnostic>) {
        // What the line of a group states is held against all that the group holds.
        if group_heading(self.text).is_some() {
            return;
        }
        let remark = rest
            .trim_end()
            .strip_suffix(')')
            .and_then(|inner| inner.rsplit_once('('));
        let Some(stated) = remark.and_then(|(_, remark)| stated_tasks(remark)) else {
            return;
        };
        if stated != count {
            diagnostics.push(
                Diagnostic::warning(
                    Code::MISCOUNT,
                    format!("this line names {count} tasks and states {stated}"),
                )
                .at(self.document.location(self.span.clone()))
                .help("the ids count"),
            );
        }
    }
}

/// The ids of the groups that a text names.
fn groups_before(text: &str) -> Vec<String> {
    let groups = find_groups(text).flat_map(|group| {
        let numbers = group.numbers().into_iter();
        numbers.map(move |number| group_id(group.kind, &number))
    });
    groups.collect()
}

/// The ids whose numbers alone stand behind another id, `WORKER_007-009, 012`, and where they end.
fn numbers_behind(last: &IdRange<'_>, rest: &str) -> (Vec<String>, usize) {
    let written = last.last.unwrap_or(last.first);
    let (Some((prefix, _)), Some((_, number))) = (split_number(last.first), split_number(written))
    else {
        return (Vec::new(), 0);
    };
    let mut found = Vec::new();
    let mut end = 0;
    // Only numbers of the same width that nothing is counted by: "T1, 2 hours" and "T01-T04, 20 min each" name no more tasks.
    while number.len() > 1 {
        let gap = &rest[end..];
        let next = gap.trim_start_matches([',', ' ']);
        // "18 and 19"
        let and = ["and ", "& "]
            .iter()
            .find_map(|joint| next.strip_prefix(joint));
        let is_joined = gap.starts_with(',') || end > 0 && and.is_some();
        let next = and.unwrap_or(next);
        let digits = next.bytes().take_while(u8::is_ascii_digit).count();
        let is_next = is_joined && digits == number.len() && is_bare_number(next, digits);
        if !is_next {
            break;
        }
        found.push(format!("{prefix}{}", &next[..digits]));
        end = rest.len() - next.len() + digits;
    }
    (found, end)
}

/// Whether the number that a text begins with says how many of nothing: `012 (tests)`, `08, 09`, and no `20 min` or `30%`. One
/// that begins with a nought is no amount.
fn is_bare_number(text: &str, digits: usize) -> bool {
    let rest = &text[digits..];
    if rest.starts_with(|c: char| c.is_alphanumeric() || matches!(c, '%' | '.' | '-' | '/' | '_')) {
        return false;
    }
    let next = rest.trim_start();
    let joins = ["and ", "und ", "et ", "y "];
    text.starts_with('0')
        || !next.starts_with(|c: char| c.is_alphanumeric() || matches!(c, '%' | '€' | '$'))
        || joins.iter().any(|joint| next.starts_with(joint))
}

/// How long each of the tasks takes that a line names, `20 min each`, and where the remark begins that says so.
fn each_takes(rest: &str) -> Option<(Duration, usize)> {
    const EACH: [&str; 6] = [
        " each",
        " per task",
        " per worker",
        " per agent",
        "/task",
        "/worker",
    ];
    let lower = rest.to_ascii_lowercase();
    let at = EACH.iter().filter_map(|each| lower.find(each)).min()?;
    let from = rest[..at].rfind([',', '(', ';', ':', '–', '—', '/', '@']);
    let mark = from.and_then(|from| rest[from..].chars().next());
    let start = from.map_or(0, |from| from + mark.map_or(0, char::len_utf8));
    let time = whole_duration(rest[start..at].trim())?;
    // `(3 workers, 20 min each)` goes as a whole.
    let from = rest[..at].rfind(['(', '–', '—']).unwrap_or(start);
    Some((time, from))
}

/// What a line says about its ids, without a remark in parentheses at its end.
fn title(rest: &str) -> &str {
    let rest = rest
        .trim_start_matches([' ', '\t', '`', '*', ']', ')'])
        .trim_start_matches([':', '：', '-', '–', '—', ' ', '*', ',']);
    let rest = rest.trim();
    match rest.strip_suffix(')').and_then(|inner| inner.rfind('(')) {
        Some(at) if stated_tasks(&rest[at..]).is_some() => rest[..at].trim_end(),
        _ => rest,
    }
}

/// A text without what stands in brackets.
fn without_brackets(text: &str) -> String {
    let mut depth = 0_usize;
    let mut out = String::new();
    for c in text.chars() {
        match c {
            '(' | '（' => depth += 1,
            ')' | '）' if depth > 0 => depth -= 1,
            _ if depth == 0 => out.push(c),
            _ => {}
        }
    }
    out
}

/// Whether what stands between two ids makes a list of them.
fn joins(gap: &str) -> bool {
    let marked =
        gap.contains([',', '&', '+', ';', '/', '、', '∥', '‖', '|']) || gap.trim() == "and";
    let rest = gap.replace("and", "");
    marked
        && rest
            .chars()
            .all(|c| c.is_whitespace() || ",&+;/、`*∥‖|".contains(c))
}
