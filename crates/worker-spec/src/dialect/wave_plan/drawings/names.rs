//! The tasks and groups that the parts of a drawing name.

use std::ops::Range;

use super::super::cells::issue_numbers;
use super::super::known_names::KnownNames;
use super::super::numbered::{is_all, numbered};
use crate::dialect::waiting;
use crate::groups::find_groups;
use crate::ids::{find_ids, is_id, number_ranges};

/// What a part of a drawing names, with the places in the document.
#[derive(Clone, Debug, Default)]
pub(super) struct Node {
    pub(super) tasks: Vec<(String, Range<usize>)>,
    /// By name: `phase 2`, `all`.
    pub(super) groups: Vec<(String, Range<usize>)>,
}

impl Node {
    pub(super) fn is_empty(&self) -> bool {
        self.tasks.is_empty() && self.groups.is_empty()
    }

    pub(super) fn spans(&self) -> impl Iterator<Item = &Range<usize>> {
        self.tasks.iter().chain(&self.groups).map(|(_, span)| span)
    }

    /// The names up to the first one that does not hold; the tasks count, or the groups when there is none.
    fn only(mut self, mut holds: impl FnMut(&Range<usize>) -> bool) -> Node {
        let all = if self.tasks.is_empty() {
            &mut self.groups
        } else {
            self.groups.clear();
            &mut self.tasks
        };
        let end = all
            .iter()
            .position(|(_, span)| !holds(span))
            .unwrap_or(all.len());
        all.truncate(end);
        self
    }
}

#[derive(Clone, Copy)]
pub(super) struct Names<'k> {
    known: &'k KnownNames,
}

impl<'k> Names<'k> {
    pub(super) fn new(known: &'k KnownNames) -> Self {
        Names { known }
    }

    /// Whether a text is the name of a task.
    pub(super) fn holds(&self, text: &str) -> bool {
        self.known.holds(text)
    }

    /// All that a text names; `base` is its place in the document.
    pub(super) fn all(&self, text: &str, base: usize) -> Node {
        let mut node = Node::default();
        let bare = text.trim().trim_matches(['*', '`']);
        let whole = base..base + text.len();
        if let Some(all) = is_all(without_remarks(bare)) {
            node.groups.push((all.to_owned(), whole));
            return node;
        }
        let place = |span: Range<usize>| base + span.start..base + span.end;
        numbered(text, self.known, None, |span, name| {
            if let Ok(name) = name
                && self.known.holds(&name)
            {
                node.tasks.push((name, place(span)));
            }
        });
        if node.tasks.is_empty() {
            // More ids than there are names cannot all be of tasks.
            let most = self.known.len();
            for range in
                find_ids(text).filter(|range| range.len().is_none_or(|ids| ids <= most as u64))
            {
                if self.known.holds(range.first) || self.known.has_series_of(range.first) {
                    let span = range.span();
                    let ids = range.ids();
                    node.tasks.extend(ids.map(|id| {
                        let id = self.known.written(&id).map_or(id.clone(), str::to_owned);
                        (id, place(span.clone()))
                    }));
                }
            }
        }
        if node.tasks.is_empty() {
            for issue in issue_numbers(text).filter(|issue| self.known.holds(issue)) {
                let start = issue.as_ptr() as usize - text.as_ptr() as usize;
                let name = self.known.written(issue).unwrap_or(issue);
                node.tasks
                    .push((name.to_owned(), place(start..start + issue.len())));
            }
        }
        if node.tasks.is_empty() && !bare.is_empty() && self.known.holds(bare) {
            let name = self.known.written(bare).unwrap_or(bare);
            node.tasks.push((name.to_owned(), whole.clone()));
        }
        if node.tasks.is_empty()
            && bare
                .chars()
                .all(|c| c.is_ascii_digit() || ", .-–&+".contains(c))
        {
            self.plain_numbers(text, base, &mut node);
        }
        if node.tasks.is_empty() {
            for group in find_groups(text) {
                let span = place(group.span());
                node.groups
                    .extend(group.names().map(|name| (name, span.clone())));
            }
        }
        node
    }

    /// The tasks that bare numbers mean in a text of nothing but numbers and words that change nothing: "3 can begin".
    pub(super) fn numbers_among(
        &self,
        text: &str,
        base: usize,
        is_filling: impl Fn(&str) -> bool,
    ) -> Node {
        let mut node = Node::default();
        let mut words = text.split(|c: char| !c.is_alphanumeric());
        let fits =
            words.all(|word| word.bytes().all(|byte| byte.is_ascii_digit()) || is_filling(word));
        let amounts = text.contains(['$', '€', '%', '#', '=', '/', ':']);
        if fits && !amounts {
            let digits = text.split(|c: char| !(c.is_ascii_digit() || c == '.'));
            for number in digits.map(|word| word.trim_matches('.')) {
                if !number.is_empty()
                    && let Some(name) = self.known.by_number(number)
                {
                    let start = base + (number.as_ptr() as usize - text.as_ptr() as usize);
                    node.tasks.push((name, start..start + number.len()));
                }
            }
        }
        node
    }

    fn plain_numbers(&self, text: &str, base: usize, node: &mut Node) {
        if is_id(text.trim()) {
            if let Some(name) = self.known.by_number(text.trim()) {
                node.tasks.push((name, base..base + text.len()));
            }
            return;
        }
        for range in number_ranges(text) {
            let span = base + range.start..base + range.end;
            for number in range.ids() {
                if let Some(name) = self.known.by_number(&number) {
                    node.tasks.push((name, span.clone()));
                }
            }
        }
    }

    /// What the part of a chain names: outside remarks, else within them.
    pub(super) fn part(&self, text: &str, base: usize) -> Node {
        let head = without_remarks(text);
        let node = self.all(head, base);
        if node.is_empty() {
            self.all(text, base)
        } else {
            node
        }
    }

    /// What a text names at its start: one thing, or a list of them.
    pub(super) fn leading(&self, text: &str, base: usize) -> Node {
        let start = text.len() - text.trim_start_matches(['*', '`', '[', ' ']).len();
        let mut end = base + start;
        self.part(text, base).only(|span| {
            let joins = span.start <= end || is_joint(&text[end - base..span.start - base]);
            end = end.max(span.end);
            joins
        })
    }

    /// What a text names at its end: one thing, or a list of them. A remark in parentheses may follow.
    pub(super) fn trailing(&self, text: &str, base: usize) -> Node {
        let mut node = self.part(text, base);
        let end = text.trim_end().len();
        let mut start = match text[..end]
            .strip_suffix([')', '）'])
            .and_then(|inner| inner.rfind(['(', '（']))
        {
            Some(at) if node.spans().any(|span| span.end <= base + at) => base + at,
            _ => base + end,
        };
        node.tasks.reverse();
        node.groups.reverse();
        let mut node = node.only(|span| {
            let joins = span.end >= start || is_joint(&text[span.end - base..start - base]);
            start = start.min(span.start);
            joins
        });
        node.tasks.reverse();
        node.groups.reverse();
        node
    }
}

/// Whether what stands between two names makes a list of them.
fn is_joint(gap: &str) -> bool {
    let bare = gap.trim_matches(|c: char| c.is_whitespace() || ",&+/#*`][、，(){}|∥‖".contains(c));
    bare.is_empty() || waiting::is_joint(&bare.to_lowercase())
}

/// A text up to its first remark in parentheses.
fn without_remarks(text: &str) -> &str {
    match text.find(['(', '（']) {
        Some(at) if !text[..at].trim().is_empty() => &text[..at],
        _ => text,
    }
}

/// The id at the start of a line that goes on with a title.
pub(super) fn leading_id(line: &str) -> Option<&str> {
    let bare = line.trim_start_matches(['*', '`', '[']);
    let found = find_ids(bare).next().filter(|id| id.start == 0)?;
    let like_id = found.last.is_none() && !found.first.contains(|c: char| c.is_lowercase());
    let ends = !bare[found.end..].starts_with(['.', '/', '(']);
    (like_id && ends && bare.len() == line.len()).then_some(found.first)
}

/// The ids of a text that is nothing but ids with commas between them.
pub(super) fn ids_alone(text: &str) -> Vec<Range<usize>> {
    let head = without_remarks(text);
    let mut ids: Vec<Range<usize>> = issues(head).collect();
    if ids.is_empty() {
        ids = find_ids(head)
            .filter(|id| id.last.is_none() && !id.first.contains(|c: char| c.is_lowercase()))
            .map(|id| id.span())
            .collect();
    }
    let mut rest = head.to_owned();
    for id in ids.iter().rev() {
        rest.replace_range(id.clone(), "");
    }
    let alone = rest
        .split(|c: char| !c.is_alphanumeric())
        .all(|word| word.is_empty() || word == "and");
    if alone { ids } else { Vec::new() }
}

/// The places of issue numbers.
pub(super) fn issues(text: &str) -> impl Iterator<Item = Range<usize>> + '_ {
    issue_numbers(text).filter_map(|issue| {
        let start = issue.as_ptr() as usize - text.as_ptr() as usize;
        let end = start + issue.len();
        let glued = text[end..].starts_with(|c: char| c.is_alphanumeric())
            || text[..start].ends_with(|c: char| c.is_alphanumeric() || c == '/');
        (!glued).then_some(start..end)
    })
}
