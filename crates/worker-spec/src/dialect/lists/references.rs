//! What a text names: tasks by id and range, phases, stories.

use std::cell::Cell;
use std::collections::{HashMap, HashSet};
use std::ops::Range;

use indexmap::IndexSet;

use super::groups::GroupList;
use super::headings::stories;
use super::layout::Layout;
use crate::TaskMention;
use crate::groups::{find_groups, group_id};
use crate::ids::{find_ids, split_number};

/// The tasks and groups of a document by their names.
#[derive(Debug)]
pub(super) struct Directory {
    /// Task names by what the text writes.
    ids: HashMap<String, String>,
    series: HashSet<String>,
    /// Numbers that are groups: `2` when there are `2.1` and `2.2`.
    parents: HashMap<String, usize>,
    group_ids: Vec<String>,
    titles: Vec<HashSet<String>>,
    of_story: HashMap<String, Vec<usize>>,
    members: Vec<IndexSet<String>>,
    /// How many more ids ranges may stand for, so that many long ones stay cheap.
    left: Cell<u64>,
}

/// What a text names, with the places in that text.
#[derive(Clone, Debug, Default)]
pub(super) struct Named {
    pub(super) tasks: Vec<(String, Range<usize>)>,
    pub(super) groups: Vec<(usize, Range<usize>)>,
    pub(super) bad_ranges: Vec<Range<usize>>,
}

impl Named {
    pub(super) fn is_empty(&self) -> bool {
        self.tasks.is_empty() && self.groups.is_empty()
    }

    /// Where the first name begins.
    pub(super) fn start(&self) -> Option<usize> {
        let tasks = self.tasks.iter().map(|(_, span)| span.start);
        let groups = self.groups.iter().map(|(_, span)| span.start);
        tasks.chain(groups).min()
    }

    fn shifted(mut self, by: usize) -> Named {
        let spans = self.tasks.iter_mut().map(|(_, span)| span);
        let spans = spans.chain(self.groups.iter_mut().map(|(_, span)| span));
        for span in spans.chain(&mut self.bad_ranges) {
            *span = span.start + by..span.end + by;
        }
        self
    }

    /// Takes out what another text names.
    pub(super) fn remove(&mut self, other: &Named) {
        let is_gone = |task: &String| other.tasks.iter().any(|(gone, _)| gone == task);
        self.tasks.retain(|(task, _)| !is_gone(task));
        let is_gone = |group: usize| other.groups.iter().any(|(gone, _)| *gone == group);
        self.groups.retain(|(group, _)| !is_gone(*group));
    }

    fn extend(&mut self, other: Named) {
        self.tasks.extend(other.tasks);
        self.groups.extend(other.groups);
        self.bad_ranges.extend(other.bad_ranges);
    }
}

impl Directory {
    pub(super) fn new(
        layout: &Layout<'_>,
        names: &[Option<String>],
        groups: &GroupList,
        tasks: &[TaskMention],
    ) -> Directory {
        let mut ids = HashMap::new();
        let mut series = HashSet::new();
        for (row, name) in layout.rows.iter().zip(names) {
            // Numbers that begin again in every phase name nothing by themselves.
            if let (Some(id), Some(name)) = (row.entry.id(), name)
                && (id == name || !id.starts_with(|c: char| c.is_ascii_digit()))
            {
                ids.insert(id.to_lowercase(), name.clone());
                if let Some((letters, _)) =
                    split_number(id).filter(|(letters, _)| !letters.is_empty())
                {
                    series.insert(letters.to_lowercase());
                }
            }
        }
        let mut parents = HashMap::new();
        let mut titles = Vec::new();
        let mut members = vec![IndexSet::new(); groups.groups.len()];
        let mut at_of: HashMap<&str, usize> = HashMap::new();
        for (at, group) in groups.groups.iter().enumerate() {
            at_of.insert(&group.id, at);
            if let Some(number) = group.id.strip_prefix("group-") {
                parents.insert(number.to_owned(), at);
            }
            titles.push(title_words(&group.title));
        }
        for task in tasks {
            for at in task
                .groups
                .iter()
                .filter_map(|group| at_of.get(group.as_str()))
            {
                members[*at].insert(task.id.clone());
            }
        }
        Directory {
            ids,
            series,
            parents,
            group_ids: groups.groups.iter().map(|group| group.id.clone()).collect(),
            titles,
            of_story: groups.of_story.clone(),
            members,
            left: Cell::new(200_000),
        }
    }

    /// The task that an id means.
    pub(super) fn task(&self, id: &str) -> Option<String> {
        self.ids.get(&id.to_lowercase()).cloned()
    }

    /// The group of a number, such as `2` above `2.1` and `2.2`, or of `2.0`.
    pub(super) fn numbered_group(&self, number: &str) -> Option<usize> {
        let number = number.strip_suffix(".0").unwrap_or(number);
        self.parents.get(number).copied()
    }

    /// The tasks of a group.
    pub(super) fn members(&self, group: usize) -> &IndexSet<String> {
        &self.members[group]
    }

    /// What one side of a statement names: names outside parentheses, else those inside ("Setup (Phase 1)"), else
    /// the one phase whose title has the words.
    pub(super) fn side(&self, text: &str) -> Named {
        let mut outside = Named::default();
        let mut inside = Named::default();
        let mut at = 0;
        for (depth, part) in by_parentheses(text) {
            let found = self.named(part, false).shifted(at);
            if depth == 0 {
                &mut outside
            } else {
                &mut inside
            }
            .extend(found);
            at += part.len();
        }
        for found in [outside, inside] {
            if !found.is_empty() || !found.bad_ranges.is_empty() {
                return found;
            }
        }
        self.by_title(text)
    }

    /// All names in a text; with `plain`, whole numbers count as well.
    pub(super) fn named(&self, text: &str, plain: bool) -> Named {
        let mut found = Named::default();
        for range in find_ids(text) {
            let known = self.ids.contains_key(&range.first.to_lowercase());
            let of_series = split_number(range.first)
                .is_some_and(|(letters, _)| self.series.contains(&letters.to_lowercase()));
            if !known && !of_series {
                continue;
            }
            let left = range
                .len()
                .and_then(|length| self.left.get().checked_sub(length));
            let Some(left) = left else {
                found.bad_ranges.push(range.span());
                continue;
            };
            self.left.set(left);
            for id in range.ids() {
                let name = self.ids.get(&id.to_lowercase()).cloned().unwrap_or(id);
                found.tasks.push((name, range.span()));
            }
        }
        self.numbers(text, plain, &mut found);
        self.groups(text, &mut found);
        found
    }

    /// Numbers of tasks: `1.1, 1.2`, `tasks 3 and 4`, `1.1-1.3`.
    fn numbers(&self, text: &str, plain: bool, found: &mut Named) {
        let of_groups: Vec<Range<usize>> = find_groups(text).map(|group| group.span()).collect();
        let mut last: Option<(String, usize)> = None;
        let mut listed = plain;
        let mut at = 0;
        for word in
            text.split_inclusive(|c: char| !(c.is_ascii_alphanumeric() || c == '.' || c == '_'))
        {
            let start = at;
            at += word.len();
            let bare = word.trim_end_matches(|c: char| !c.is_ascii_alphanumeric());
            if bare.is_empty() {
                continue;
            }
            if !bare.starts_with(|c: char| c.is_ascii_digit()) {
                listed = plain
                    || listed && matches!(bare, "and" | "no" | "No" | "nr" | "Nr" | "number")
                    || matches!(bare.to_lowercase().as_str(), "task" | "tasks");
                continue;
            }
            // A number that belongs to a longer word, such as `日本1` or `v1.2`, names no task.
            let glued = text[..start].ends_with(|c: char| c.is_alphanumeric() && c.is_ascii());
            let group_word = of_groups.iter().any(|span| span.contains(&start));
            if glued || group_word || !(listed || bare.contains('.')) {
                continue;
            }
            let span = start..start + bare.len();
            if let Some((first, end)) = last.take()
                && matches!(
                    text[end..start].trim(),
                    "-" | "–" | "—" | ".." | "to" | "through" | "〜" | "～"
                )
            {
                self.range(&first, bare, &span, found);
            }
            self.number(bare, &span, plain, found);
            last = Some((bare.to_owned(), span.end));
        }
    }

    fn number(&self, number: &str, span: &Range<usize>, plain: bool, found: &mut Named) {
        if let Some(name) = self.ids.get(number) {
            found.tasks.push((name.clone(), span.clone()));
        } else if let Some(group) = self.numbered_group(number) {
            found.groups.push((group, span.clone()));
        } else if plain && number.contains('.') && !self.parents.is_empty() {
            found.tasks.push((number.to_owned(), span.clone()));
        }
    }

    /// The numbers between two ends of a range.
    fn range(&self, first: &str, last: &str, span: &Range<usize>, found: &mut Named) {
        let split = |number: &str| {
            let at = number.rfind('.').map_or(0, |dot| dot + 1);
            Some((number[..at].to_owned(), number[at..].parse::<u32>().ok()?))
        };
        let (Some((series, from)), Some((other, to))) = (split(first), split(last)) else {
            return;
        };
        if (series == other || other.is_empty()) && to.saturating_sub(from) < 1000 {
            for number in from + 1..to {
                self.number(&format!("{series}{number}"), span, false, found);
            }
        }
    }

    fn groups(&self, text: &str, found: &mut Named) {
        for range in find_groups(text) {
            let span = range.span();
            if text[range.end..].starts_with('+') {
                self.group_and_later(&range, text, &span, found);
                continue;
            }
            for number in range.numbers() {
                self.group(&group_id(range.kind, &number), &span, found);
            }
        }
        let lower = text.to_lowercase();
        for (name, id) in [("phase n", "phase-n"), ("final phase", "phase-final")] {
            if let Some(at) = lower.find(name) {
                let ends = !lower[at + name.len()..].starts_with(|c: char| c.is_alphanumeric());
                if ends && lower.len() == text.len() {
                    self.group(id, &(at..at + name.len()), found);
                }
            }
        }
        self.stories(text, found);
    }

    fn group(&self, id: &str, span: &Range<usize>, found: &mut Named) {
        if let Some(at) = self.group_ids.iter().position(|known| known == id) {
            found.groups.push((at, span.clone()));
        }
    }

    /// "Phase 3+": this group and all later ones of its kind; of stories when the text speaks of them.
    fn group_and_later(
        &self,
        range: &crate::groups::GroupRange<'_>,
        text: &str,
        span: &Range<usize>,
        found: &mut Named,
    ) {
        let (Ok(from), about_stories) = (range.first.parse::<f64>(), speaks_of_stories(text))
        else {
            return;
        };
        let with_story: HashSet<usize> = self.of_story.values().flatten().copied().collect();
        for (at, id) in self.group_ids.iter().enumerate() {
            let number = id
                .strip_prefix(range.kind)
                .and_then(|rest| rest.strip_prefix('-'));
            let later = number
                .and_then(|number| number.parse::<f64>().ok())
                .is_some_and(|number| number >= from);
            if later && (!about_stories || with_story.is_empty() || with_story.contains(&at)) {
                found.groups.push((at, span.clone()));
            }
        }
    }

    fn stories(&self, text: &str, found: &mut Named) {
        let mut last: Option<(u32, usize)> = None;
        let mut any = false;
        for (at, number) in stories(text) {
            any = true;
            let end = at
                + text[at..]
                    .find(|c: char| !c.is_alphanumeric())
                    .unwrap_or(text.len() - at);
            let value = number.parse::<u32>().unwrap_or_default();
            if let Some((first, before)) = last
                && matches!(
                    text[before..at].trim(),
                    "-" | "–" | "—" | ".." | "to" | "through"
                )
            {
                for between in (first + 1..value).take(100) {
                    self.story(&between.to_string(), &(at..end), found);
                }
            }
            self.story(&number, &(at..end), found);
            last = Some((value, end));
        }
        // "All user stories", without numbers.
        let named = found
            .groups
            .iter()
            .any(|(group, _)| self.of_story.values().any(|all| all.contains(group)));
        if !any && !named && speaks_of_stories(text) && !text.to_lowercase().contains("other stor")
        {
            let mut all: Vec<usize> = self.of_story.values().flatten().copied().collect();
            all.sort_unstable();
            found
                .groups
                .extend(all.into_iter().map(|group| (group, 0..text.len())));
        }
    }

    fn story(&self, number: &str, span: &Range<usize>, found: &mut Named) {
        for &group in self.of_story.get(number).into_iter().flatten() {
            found.groups.push((group, span.clone()));
        }
    }

    /// The one group with a word of the text in its title: "Foundational phase completion".
    pub(super) fn by_title(&self, text: &str) -> Named {
        let words = title_words(text);
        let mut fitting = (0..self.titles.len())
            .filter(|&at| !self.titles[at].is_disjoint(&words) && !self.members[at].is_empty());
        let mut found = Named::default();
        if let (Some(one), None) = (fitting.next(), fitting.next()) {
            found.groups.push((one, 0..text.len()));
        }
        found
    }
}

fn speaks_of_stories(text: &str) -> bool {
    let lower = text.to_lowercase();
    lower.contains("user stories")
        || lower.contains("all stories")
        || lower.contains("any user story")
}

/// The words of a title that tell it from others.
fn title_words(title: &str) -> HashSet<String> {
    const COMMON: [&str; 18] = [
        "phase",
        "user",
        "story",
        "stories",
        "tasks",
        "task",
        "with",
        "from",
        "this",
        "that",
        "completion",
        "complete",
        "must",
        "other",
        "before",
        "after",
        "start",
        "immediately",
    ];
    let head = title.split(['(', '（']).next().unwrap_or_default();
    head.split(|c: char| !c.is_alphanumeric())
        .filter(|word| word.chars().count() >= 4)
        .map(str::to_lowercase)
        .filter(|word| !COMMON.contains(&word.as_str()))
        .collect()
}

/// The parts of a text outside and inside parentheses, with their depth.
fn by_parentheses(text: &str) -> Vec<(usize, &str)> {
    let mut parts = Vec::new();
    let mut depth = 0_usize;
    let mut start = 0;
    for (at, c) in text.char_indices() {
        match c {
            '(' | '（' => {
                if depth == 0 {
                    parts.push((0, &text[start..at]));
                    start = at;
                }
                depth += 1;
            }
            ')' | '）' if depth > 0 => {
                depth -= 1;
                if depth == 0 {
                    parts.push((1, &text[start..at]));
                    start = at;
                }
            }
            _ => {}
        }
    }
    parts.push((depth.min(1), &text[start..]));
    parts
}
