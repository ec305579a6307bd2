//! Sections that are tasks by their numbers alone: `### Step 2: …` of a plan, and `#### 1.2 …` inside `### Priority 1: …`. For
//! documents that give their tasks in no other way.

use std::collections::HashSet;

use super::super::super::lists::{holds_work, is_checked};
use super::super::outline::{Outline, speaks_of_open_points, speaks_of_other};
use super::super::rows::Row;
use super::super::task_names::{Form, task_name};
use super::{Section, nouns, sections};
use crate::Document;
use crate::groups::find_groups;
use crate::markdown::BlockKind;

/// The rows of such sections. Where boxes can be the tasks, they are.
pub(in crate::dialect::wave_plan) fn rows(document: &Document, outline: &Outline) -> Vec<Row> {
    let parts = parts(document);
    let is_part = |section: &Section<'_>| {
        section.name.form == Form::Number && parts.contains(&section.span.start)
    };
    let is_step = |section: &Section<'_>| {
        let in_group = || section.place.group.is_some();
        section.name.form == Form::Kind("step") && (section.around.plan || in_group())
    };
    let is_other = |section: &Section<'_>| {
        let title = section.name.rest;
        speaks_of_other(title) || speaks_of_open_points(title) || is_checked(title)
    };
    let mut all = sections(document, outline);
    all.retain(|section| !section.name.rest.is_empty());
    let (mut found, rest): (Vec<_>, Vec<_>) = all.into_iter().partition(is_part);
    // In a run of work a title that could be one of another section is work, too.
    if found.iter().filter(|section| is_other(section)).count() * 3 > found.len() {
        found.retain(|section| !is_other(section));
    }
    if found.is_empty() {
        found = rest.into_iter().filter(is_step).collect();
        // What begins in the middle is an excerpt of something else.
        let number =
            |section: &Section<'_>| section.name.id.rsplit([' ', '.']).next()?.parse().ok();
        if found
            .first()
            .and_then(number)
            .is_some_and(|first: u32| first > 1)
        {
            found.clear();
        }
    }
    let ids: HashSet<&str> = found
        .iter()
        .map(|section| section.name.id.as_str())
        .collect();
    if ids.len() < 2 || ids.len() < found.len() || holds_work(document) {
        return Vec::new();
    }
    let rows = found.into_iter();
    rows.map(|section| section.row(document, false)).collect()
}

/// Where the names of those headings begin whose number goes on from that of a heading around: `1.2` in `Priority 1`.
fn parts(document: &Document) -> HashSet<usize> {
    let text = document.text();
    let mut around: Vec<(u8, Option<&str>)> = Vec::new();
    let mut found = HashSet::new();
    for block in &document.markdown().blocks {
        let BlockKind::Heading { level, text: span } = &block.kind else {
            continue;
        };
        let own = &text[span.clone()];
        around.retain(|(outer, _)| outer < level);
        if let Some(name) = task_name(own).filter(|name| name.form == Form::Number)
            && let Some((whole, _)) = name.id.rsplit_once('.')
            && around.iter().any(|(_, number)| *number == Some(whole))
        {
            found.insert(name.written.as_ptr() as usize - text.as_ptr() as usize);
        }
        around.push((*level, counted(own)));
    }
    found
}

/// The number behind the noun or the group that a heading begins with.
fn counted(heading: &str) -> Option<&str> {
    let bare = heading.trim_start_matches(|c: char| !c.is_alphanumeric());
    let group = find_groups(bare)
        .next()
        .filter(|group| group.start == 0 && group.last.is_none());
    group
        .map(|group| group.first)
        .or_else(|| nouns::number_behind_noun(bare))
}
