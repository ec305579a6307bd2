//! Lists of ids and ranges of ids: `- WORKER_001-018: Structure (18 workers)`, `- A-2: Lexer (1h) - depends on A-1`.

use std::collections::{HashMap, HashSet};
use std::ops::Range;

use super::cells::issue_numbers;
use super::columns::Column;
use super::group_heading::{group_heading, stated_tasks};
use super::outline::{Outline, Place};
use super::rows::Row;
use super::sections::Fields;
use super::tail::Tail;
use super::task_names::{Form, TaskName, is_part_of_a_phase, task_name};
use crate::ids::{IdRange, find_ids};
use crate::markdown::{BlockKind, Item};
use crate::{
    Code, Diagnostic, Document, EdgeSource, Fragment, Reference, Status, TaskMention,
    TaskMentionKind,
};

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
                    row.cells.extend(below.of(&line));
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
            rest.starts_with([':', '：'])
                || is_alone
                || line.checkbox.is_some()
                || count.is_some_and(|count| *count > 1)
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

/// Bytes of a remark between two ids.
const LONGEST_REMARK: usize = 400;

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
    let marked = gap.contains([',', '&', '+', ';', '/', '、']) || gap.trim() == "and";
    let rest = gap.replace("and", "");
    marked
        && rest
            .chars()
            .all(|c| c.is_whitespace() || ",&+;/、`*".contains(c))
}

/// A list item of a group.
struct Line<'d> {
    document: &'d Document,
    place: Place,
    span: Range<usize>,
    text: &'d str,
    checkbox: Option<bool>,
    depth: usize,
}

/// The fields that stand below the first line of an item: `- depends on: A1`.
struct Below {
    /// By where the text of the item begins.
    fields: HashMap<usize, Vec<(Column, Range<usize>)>>,
}

impl Below {
    fn new(document: &Document) -> Below {
        let text = document.text();
        let mut below = Below {
            fields: HashMap::new(),
        };
        // The items that are open, by their depth.
        let mut open: Vec<usize> = Vec::new();
        for block in &document.markdown().blocks {
            match &block.kind {
                BlockKind::Item(item) => {
                    open.truncate(item.depth);
                    let mut lines = item.text.clone();
                    if let Some(outer) = open.last().filter(|_| item.depth == open.len()) {
                        below.read(text, lines.clone(), *outer);
                    }
                    lines.start = own_line(text, &item.text).end;
                    below.read(text, lines, item.text.start);
                    if item.depth == open.len() {
                        open.push(item.text.start);
                    }
                }
                BlockKind::Paragraph { text: span } => {
                    if let Some(outer) = open.last().filter(|_| text[..span.start].ends_with(' ')) {
                        below.read(text, span.clone(), *outer);
                    }
                }
                _ => open.clear(),
            }
        }
        below
    }

    fn read(&mut self, text: &str, span: Range<usize>, item: usize) {
        let mut fields = Fields::new(text);
        fields.lines(span);
        if !fields.found.is_empty() {
            self.fields.entry(item).or_default().extend(fields.found);
        }
    }

    fn of(&self, line: &Line<'_>) -> Vec<(Column, Range<usize>)> {
        self.fields
            .get(&line.span.start)
            .cloned()
            .unwrap_or_default()
    }

    fn has_any(&self, line: &Line<'_>) -> bool {
        self.fields.contains_key(&line.span.start)
    }
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
            count.weighed += usize::from(
                row.estimate.is_some() || !row.cells.is_empty() || below.has_any(&line),
            );
        }
    }
    counts
        .into_iter()
        .filter(|(_, count)| {
            count.named > 1 && count.named * 4 >= count.all * 3 && count.weighed * 2 >= count.named
        })
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

/// The first line of an item.
fn own_line(text: &str, span: &Range<usize>) -> Range<usize> {
    let line = text[span.clone()].lines().next().unwrap_or_default();
    span.start..span.start + line.len()
}

impl<'d> Line<'d> {
    /// The ids that the line begins with: one or a list of them, before a colon or the end. An item that is itself
    /// the heading of a group (`Wave 1: T001, T002`) names them after its colon.
    fn ids(&self) -> impl Iterator<Item = IdRange<'d>> + use<'d> {
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
    fn name(&self) -> Option<TaskName<'d>> {
        task_name(self.text).filter(|name| {
            matches!(name.form, Form::Issue)
                || matches!(name.form, Form::Kind(kind) if !matches!(kind, "step" | "terminal" | "subtask"))
        })
    }

    /// Whether it begins with one id and a mark behind it: `A-2: Lexer`, `**#7** - Sampler`.
    fn is_marked(&self) -> bool {
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
    fn issues(&self) -> Vec<Range<usize>> {
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
    fn remarked(&self) -> Option<Vec<Row>> {
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
    fn rows(&self, issues: Vec<Range<usize>>) -> Vec<Row> {
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
    fn is_framed(&self) -> bool {
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
    fn row(&self) -> Option<Row> {
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
        let tail = Tail::new(rest);
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
        self.text
            .find([':', '：'])
            .map_or(self.text.len(), |colon| {
                let rest = &self.text[colon..];
                let skipped = rest.trim_start_matches([':', '：', '*', '_', ' ']);
                self.text.len() - skipped.len()
            })
    }

    fn read(&self, outline: &Outline, fragment: &mut Fragment, diagnostics: &mut Vec<Diagnostic>) {
        let ranges: Vec<IdRange<'_>> = self.ids().collect();
        let Some(last) = ranges.last() else {
            return;
        };
        let title = title(&self.text[last.end..]);
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
                fragment.tasks.push(mention);
            }
            if fragment.tasks.len() > super::MOST_MENTIONS {
                return;
            }
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

/// What a line says about its ids, without a remark in parentheses at its end.
fn title(rest: &str) -> &str {
    let rest = rest
        .trim_start_matches([' ', '\t', '`', '*', ']', ')'])
        .trim_start_matches([':', '：', '-', '–', '—', ' ', '*']);
    let rest = rest.trim();
    match rest.strip_suffix(')').and_then(|inner| inner.rfind('(')) {
        Some(at) if stated_tasks(&rest[at..]).is_some() => rest[..at].trim_end(),
        _ => rest,
    }
}
