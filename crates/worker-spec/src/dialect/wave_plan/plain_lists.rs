//! Tasks in lists and lines that have no ids of a series: numbered steps (`1. **Lexer** (2h), depends on step 1`), lines
//! such as `Task 1: Lexer`, and bullets with estimates below `Day 1` or `Tasks`.
//!
//! Such lists are everywhere, and most are no plan. So they are read only in a document that gives its tasks in no other
//! way, or in a group that would be empty beside groups that are not, and only where the list itself says that its items
//! are work: half of them state a time or what they wait for.

mod lead_in;
mod line;
mod numbered_lists;

use std::collections::{HashMap, HashSet};
use std::ops::Range;

use super::below::Below;
use super::columns::Column;
use super::diagrams::speaks_of_plan;
use super::known_names::KnownNames;
use super::outline::{Outline, Place, heading, speaks_of_other};
use super::rows::Row;
use super::tail::Tail;
use super::task_names::{Form, task_name};
use crate::label::{bold_label, split_label};
use crate::markdown::BlockKind;
use crate::{Document, Reference, TaskMention};

use line::{Line, lines};

/// Deeper lists than those of any work breakdown.
const MOST_DEPTH: usize = 6;

/// More words than the title of any task has that states nothing about itself.
const LONGEST_TITLE: usize = 12;

/// The tasks of all such lists; nothing if the document has none.
pub(super) fn rows(document: &Document, outline: &Outline) -> Vec<Row> {
    let mut rows = named_lines(document, outline);
    if rows.is_empty() {
        rows = numbered_outline(document, outline);
    }
    if rows.is_empty() {
        rows = numbered_lists::rows(document, outline);
    }
    if rows.is_empty() {
        rows = bullets(document, outline);
    }
    rows
}

/// The tasks of lists in groups that have no task yet, where others of their kind have: one wave of the plan is a table
/// or a numbered list, the next one bullets.
pub(super) fn rows_of_empty_groups(
    document: &Document,
    outline: &Outline,
    tasks: &[TaskMention],
) -> Vec<Row> {
    let filled: HashSet<&str> = tasks
        .iter()
        .flat_map(|task| task.groups.iter().map(String::as_str))
        .collect();
    let kind = |group: &str| group.split('-').next().map(str::to_owned);
    let kinds: HashSet<Option<String>> = filled.iter().map(|group| kind(group)).collect();
    // What stands around a group that has tasks is no group without tasks.
    let holds_filled: HashSet<&str> = outline
        .groups
        .iter()
        .filter(|group| filled.contains(group.id.as_str()))
        .filter_map(|group| Some(outline.groups[group.parent?].id.as_str()))
        .collect();
    let is_empty = |place: Place| {
        outline.group_id(place).is_some_and(|group| {
            !filled.contains(group) && !holds_filled.contains(group) && kinds.contains(&kind(group))
        })
    };
    if kinds.is_empty()
        || !outline
            .groups
            .iter()
            .any(|group| !filled.contains(group.id.as_str()))
    {
        return Vec::new();
    }
    let others = lead_in::items_of_other(document);
    let mut lists: Vec<Vec<Line<'_>>> = Vec::new();
    for line in items(document, outline) {
        let is_other =
            others.contains(&line.start) || speaks_of_other(heading(document, line.place));
        if !is_empty(line.place) || line.is_about() || is_other {
            continue;
        }
        match lists.last_mut() {
            Some(list)
                if list[0].place.group == line.place.group
                    && list[0].place.heading == line.place.heading
                    && list[0].number.is_some() == line.number.is_some() =>
            {
                list.push(line);
            }
            _ => lists.push(vec![line]),
        }
    }
    lists.retain(|list| {
        let timed = list.iter().filter(|line| line.is_timed()).count();
        // Bullets with a time here and there are remarks; a number, a name in bold or an order makes a step of a line.
        let is_step = |line: &Line<'_>| {
            line.number.is_some() || line.bold().is_some() || line.tail.needs.is_some()
        };
        timed > 0 && (timed == list.len() || timed * 2 >= list.len() && list.iter().any(is_step))
    });
    let known = tasks.iter().map(|task| task.id.to_lowercase()).collect();
    let (numbered, bulleted): (Vec<_>, Vec<_>) =
        lists.into_iter().partition(|list| list[0].number.is_some());
    let mut rows = numbered_lists::named(document, outline, numbered, known);
    let mut names = Names::default();
    let titled = bulleted.into_iter().flatten();
    rows.extend(titled.filter_map(|line| names.row(line)));
    rows
}

/// Whether the document has such lists.
pub(super) fn are_there(document: &Document, outline: &Outline) -> bool {
    !rows(document, outline).is_empty()
}

/// The first lines of all outermost items without a checkbox, read among each other.
fn items<'d>(document: &'d Document, outline: &'d Outline) -> Vec<Line<'d>> {
    let mut lines: Vec<Line<'d>> = items_of_depth(document, outline, 0..1).collect();
    let below = Below::new(document);
    for line in &mut lines {
        line.fields = below.of(line.start);
    }
    let mut known = KnownNames::default();
    for line in &lines {
        known.add(line.bold().unwrap_or_default());
        known.add(&Tail::title_of_head(line.text));
    }
    for line in &mut lines {
        if line.tail.needs.is_none() {
            line.tail = Tail::among(line.text, &known);
        }
    }
    lines
}

/// The first lines of all items of some depths without a checkbox.
fn items_of_depth<'d>(
    document: &'d Document,
    outline: &'d Outline,
    depths: Range<usize>,
) -> impl Iterator<Item = Line<'d>> {
    let text = document.text();
    let blocks = document.markdown().blocks.iter().zip(&outline.places);
    blocks.filter_map(move |(block, place)| {
        let BlockKind::Item(item) = &block.kind else {
            return None;
        };
        let is_plain = depths.contains(&item.depth) && item.checkbox.is_none();
        if !is_plain || place.example || place.deferred {
            return None;
        }
        let line = text[item.text.clone()].lines().next().unwrap_or_default();
        let bullet = text.get(block.span.start..item.text.start)?.trim();
        let number = bullet.trim_end_matches(['.', ')']).parse().ok();
        let line = Line::new(line, item.text.start, *place, number);
        (!line.text.trim().is_empty()).then_some(line)
    })
}

/// The heading around a place, and whether that or the document's title speaks of a plan.
fn is_in_plan(document: &Document, outline: &Outline, place: Place) -> bool {
    let heading = heading(document, place);
    let title = outline.title.as_deref().unwrap_or_default();
    !speaks_of_other(heading)
        && (place.group.is_some()
            || place.work
            || is_of_calendar(heading)
            || speaks_of_plan(heading)
            || speaks_of_plan(title))
}

/// `Day 1`, `Week 2: Cleaning`.
fn is_of_calendar(heading: &str) -> bool {
    let bare = heading.trim_start_matches(|c: char| !c.is_alphanumeric());
    let mut words = bare.split(|c: char| !c.is_alphanumeric());
    let kind = words.next().unwrap_or_default().to_lowercase();
    let number = words.next().unwrap_or_default();
    let is_kind = matches!(
        kind.as_str(),
        "day" | "days" | "week" | "tag" | "woche" | "día" | "dia" | "semana"
    );
    is_kind && number.parse::<u32>().is_ok()
}

/// `- 1.1 Schema (2h)` inside `- 1 Backend`: the innermost numbers of a work breakdown.
fn numbered_outline(document: &Document, outline: &Outline) -> Vec<Row> {
    let dotted = |line: &Line<'_>| {
        let name = task_name(line.text).filter(|name| name.form == Form::Number)?;
        name.id.contains('.').then_some(name.id)
    };
    let mut lines: Vec<(String, Line<'_>)> = items_of_depth(document, outline, 0..MOST_DEPTH)
        .filter_map(|line| Some((dotted(&line)?, line)))
        .collect();
    let parents: HashSet<String> = lines
        .iter()
        .flat_map(|(id, _)| id.match_indices('.').map(|(at, _)| id[..at].to_owned()))
        .collect();
    lines.retain(|(id, _)| !parents.contains(id));
    for (_, line) in &mut lines {
        if let Some(name) = task_name(line.text) {
            line.rest = name.rest;
            line.tail = Tail::new(name.rest);
        }
    }
    let weighed = lines.iter().filter(|(_, line)| line.is_weighed()).count();
    if weighed < 2 || weighed * 2 < lines.len() {
        return Vec::new();
    }
    let rows = lines.into_iter().map(|(id, line)| {
        let written = task_name(line.text).map_or(line.text, |name| name.written);
        line.row(id, Reference::Id, Vec::new(), written)
    });
    rows.collect()
}

/// `- **Lexer** (2h)` below `Day 1`, `Phase 2` or `Tasks`: bullets that are called by their titles.
fn bullets(document: &Document, outline: &Outline) -> Vec<Row> {
    let mut sections: Vec<(Option<usize>, Vec<Line<'_>>)> = Vec::new();
    for line in items(document, outline) {
        if line.number.is_some() {
            continue;
        }
        let place = line.place;
        match sections.last_mut() {
            Some((heading, lines))
                if *heading == place.heading && lines[0].place.group == place.group =>
            {
                lines.push(line);
            }
            _ => sections.push((place.heading, vec![line])),
        }
    }
    // Whose items say below them what they wait for is a plan wherever it stands.
    let says_order = |lines: &[Line<'_>]| {
        lines.len() > 1
            && lines.iter().all(Line::is_timed)
            && lines.iter().any(|line| line.is_ordered())
    };
    sections
        .retain(|(_, lines)| is_in_plan(document, outline, lines[0].place) || says_order(lines));
    for (_, lines) in &mut sections {
        lines.retain(|line| !line.is_about());
    }
    sections.retain(|(_, lines)| !lines.is_empty());
    // Sections of one plan need not all state times: those of a kind are taken together.
    let all = || sections.iter().flat_map(|(_, lines)| lines);
    let timed = all().filter(|line| line.is_timed()).count();
    let all_bold = all()
        .filter(|line| line.is_timed())
        .all(|line| line.bold().is_some());
    let fits = |line: &Line<'_>| {
        line.is_timed()
            || match all_bold {
                true => line.bold().is_some(),
                false => is_like_a_title(line.text),
            }
    };
    let mut rows = Vec::new();
    let letters: Vec<&str> = all()
        .filter_map(|line| lettered(line.text))
        .map(|(id, _)| id)
        .collect();
    let are_ids = letters.len() == all().count()
        && letters.iter().collect::<HashSet<_>>().len() == letters.len();
    let count = all().filter(|line| fits(line)).count();
    if timed < 2 || timed * 2 < count {
        return rows;
    }
    let mut names = Names::default();
    for (_, lines) in sections {
        // A list without any time, elsewhere in the document, is about something else.
        let has_timed = lines.iter().any(Line::is_timed);
        let is_of_plan = has_timed
            || lines[0].place.group.is_some()
            || is_of_calendar(heading(document, lines[0].place));
        for line in lines.into_iter().filter(|line| is_of_plan && fits(line)) {
            if let Some((letter, rest)) = lettered(line.text).filter(|_| are_ids) {
                let (rest, tail) = (rest, Tail::new(rest));
                let line = Line { rest, tail, ..line };
                rows.push(line.row(letter.to_owned(), Reference::Id, Vec::new(), letter));
                continue;
            }
            rows.extend(names.row(line));
        }
    }
    rows
}

/// The tasks that bullets name by their titles; the second one of a title has a number behind it.
#[derive(Default)]
struct Names {
    known: HashMap<String, usize>,
}

impl Names {
    fn row(&mut self, line: Line<'_>) -> Option<Row> {
        let name = line.bold().unwrap_or(line.text.trim());
        let mut id = match line.bold() {
            Some(bold) => bold.to_owned(),
            None => line.tail.title.clone(),
        };
        if id.is_empty() {
            return None;
        }
        let count = self.known.entry(id.to_lowercase()).or_default();
        *count += 1;
        if *count > 1 {
            id = format!("{id} ({count})");
        }
        Some(line.row(id, Reference::Words, Vec::new(), name))
    }
}

/// `A: Schema`, `**B** - API`: a letter as an id, and what stands behind it.
fn lettered(text: &str) -> Option<(&str, &str)> {
    let bare = text.trim_start_matches([' ', '*', '`']);
    let rest = bare.strip_prefix(|c: char| c.is_ascii_uppercase())?;
    let rest = rest.trim_start_matches(['*', '`']);
    let behind = [":", ")", ". ", " - ", " – ", " — "]
        .iter()
        .find_map(|mark| rest.strip_prefix(mark))?;
    Some((&bare[..1], behind.trim_start_matches([' ', '*'])))
}

/// Whether a bullet that says nothing about itself can be the title of a task.
fn is_like_a_title(text: &str) -> bool {
    let text = text.trim();
    split_label(text).is_none()
        && bold_label(text).is_none()
        && !text.ends_with(['.', ':', '?'])
        && text.split_whitespace().count() <= LONGEST_TITLE
}

/// `Task 1: Lexer (2h)`, on lines of their own or as items of a list, in paragraphs and lists that hold nothing else.
fn named_lines(document: &Document, outline: &Outline) -> Vec<Row> {
    let text = document.text();
    let mut parts: Vec<Vec<Line<'_>>> = Vec::new();
    let blocks = document.markdown().blocks.iter().zip(&outline.places);
    for (block, place) in blocks {
        let BlockKind::Paragraph { text: span } = &block.kind else {
            continue;
        };
        if place.example || place.deferred {
            continue;
        }
        let all = lines(text, span.clone(), *place);
        let first_is_bold = all.first().is_some_and(|line| line.bold().is_some());
        let named = all.iter().filter(|line| task_name(line.text).is_some());
        if first_is_bold && named.count() == 1 {
            let end = span.end;
            let head = all.into_iter().next();
            parts.push(
                head.map(|line| Line {
                    body: line.start + line.text.len()..end,
                    ..line
                })
                .into_iter()
                .collect(),
            );
        } else {
            parts.push(all);
        }
    }
    let mut last = None;
    for line in items(document, outline) {
        if last != Some(line.place.heading) {
            parts.push(Vec::new());
        }
        last = Some(line.place.heading);
        if let Some(part) = parts.last_mut() {
            part.push(line);
        }
    }
    let mut counts: HashMap<Form, (HashSet<String>, usize)> = HashMap::new();
    let named = |line: &Line<'_>| task_name(line.text).map(|name| (name.form, name.id));
    parts.retain(|lines| {
        !lines.is_empty()
            && lines.iter().all(|line| {
                named(line).is_some_and(|(form, _)| !matches!(form, Form::Number | Form::Group(_)))
            })
    });
    for line in parts.iter().flatten() {
        if let Some((form, id)) = named(line) {
            let (ids, weighed) = counts.entry(form).or_default();
            ids.insert(id);
            *weighed += usize::from(line.is_weighed() || !line.needs_below(document).is_empty());
        }
    }
    let is_task = |form: &Form| {
        counts.get(form).is_some_and(|(ids, weighed)| {
            let by_name = matches!(
                form,
                Form::Kind("task" | "agent" | "worker" | "job" | "ticket")
            );
            ids.len() > 1 && (by_name || weighed * 2 >= ids.len())
        })
    };
    let mut rows = Vec::new();
    for mut line in parts.into_iter().flatten() {
        let Some(name) = task_name(line.text).filter(|name| is_task(&name.form)) else {
            continue;
        };
        line.rest = name.rest;
        line.tail = Tail::new(name.rest);
        let written = name.written;
        let below = line.needs_below(document);
        let mut row = line.row(name.id, Reference::Id, name.aliases, written);
        row.cells
            .extend(below.into_iter().map(|span| (Column::Dependencies, span)));
        rows.push(row);
    }
    rows
}
