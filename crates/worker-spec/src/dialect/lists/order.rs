//! What the text states about order.

use std::collections::HashMap;
use std::ops::Range;

use super::groups::GroupList;
use super::layout::Layout;
use super::references::{Directory, Named};
use crate::label::split_label;
use crate::{
    Code, Diagnostic, Document, EdgeKind, EdgeMention, EdgeSource, Fragment, GroupDependency,
    Parsed, Reference,
};

/// More edges than any list in earnest.
const MOST_EDGES: usize = 200_000;

/// Bytes of a line that are read for order.
const LONGEST_LINE: usize = 1024;

/// Which side of a phrase comes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Direction {
    /// "depends on": what follows comes first.
    Needs,
    /// "blocks": what follows waits.
    Feeds,
}

/// Phrases that are about order whatever they name.
const PLAIN: [(&str, Direction); 12] = [
    ("depends on", Direction::Needs),
    ("depend on", Direction::Needs),
    ("dependent on", Direction::Needs),
    ("depends upon", Direction::Needs),
    ("blocked by", Direction::Needs),
    ("wait for", Direction::Needs),
    ("waits for", Direction::Needs),
    ("depends:", Direction::Needs),
    ("deps:", Direction::Needs),
    ("dependencies:", Direction::Needs),
    ("prerequisite for", Direction::Feeds),
    ("prerequisites:", Direction::Needs),
];

/// Words that are about order only when a name follows.
const BEFORE_NAMES: [(&str, Direction); 11] = [
    ("after", Direction::Needs),
    ("requires", Direction::Needs),
    ("require", Direction::Needs),
    ("needs", Direction::Needs),
    ("following", Direction::Needs),
    ("before", Direction::Feeds),
    ("blocks", Direction::Feeds),
    ("block", Direction::Feeds),
    ("unblocks", Direction::Feeds),
    ("precedes", Direction::Feeds),
    ("precede", Direction::Feeds),
];

/// Reads all statements about order into edges, prerequisites of groups, and groups that tasks wait for.
pub(super) fn read(
    document: &Document,
    layout: &Layout<'_>,
    names: &[Option<String>],
    mentions: &HashMap<usize, usize>,
    directory: &Directory,
    groups: &mut GroupList,
    parsed: &mut Parsed<Fragment>,
) {
    let mut reader = Reader {
        document,
        directory,
        groups,
        fragment: &mut parsed.value,
        diagnostics: &mut parsed.diagnostics,
        kind: EdgeKind::Hard,
    };
    for (at, row) in layout.rows.iter().enumerate() {
        let (Some(id), Some(&mention)) = (&names[at], mentions.get(&at)) else {
            continue;
        };
        let own = row.entry.start..row.entry.start + row.entry.text.len();
        for span in std::iter::once(&own).chain(&row.details) {
            for line in lines(document.text(), span) {
                reader.line_of_task(line, id, mention);
            }
        }
    }
    for (section, span) in &layout.group_lines {
        let group = reader.groups.at(*section);
        for line in lines(document.text(), span) {
            reader.line_of_group(line, group);
        }
    }
    for span in &layout.order_lines {
        for line in lines(document.text(), span) {
            reader.chain(line.clone(), true);
            reader.line_of_order(line);
        }
    }
    // An order of delivery in a strategy is a wish.
    reader.kind = EdgeKind::Soft;
    for span in &layout.other_lines {
        for line in lines(document.text(), span) {
            reader.chain(line, false);
        }
    }
}

/// Whether a remark at the end of a line says what a task depends on, and is no part of its title.
pub(super) fn is_dependency_remark(remark: &str) -> bool {
    let lower = remark
        .trim_start_matches(['(', '[', '（', ' '])
        .to_lowercase();
    PLAIN.iter().any(|(phrase, _)| lower.starts_with(phrase))
        || lower.starts_with("depends")
        || (lower.starts_with("after ")
            || lower.starts_with("requires ")
            || lower.starts_with("needs "))
            && lower.contains(|c: char| c.is_ascii_digit())
}

/// The lines of a part of the document; of a line longer than any sentence only the beginning.
fn lines<'t>(text: &'t str, span: &Range<usize>) -> impl Iterator<Item = Range<usize>> + 't {
    let mut at = span.start;
    text[span.clone()].split_inclusive('\n').map(move |line| {
        let start = at;
        at += line.len();
        let most = line.floor_char_boundary(LONGEST_LINE);
        start..start + line[..most].trim_end().len()
    })
}

struct Reader<'r> {
    document: &'r Document,
    directory: &'r Directory,
    groups: &'r mut GroupList,
    fragment: &'r mut Fragment,
    diagnostics: &'r mut Vec<Diagnostic>,
    kind: EdgeKind,
}

/// One side of a statement.
#[derive(Clone, Debug)]
struct Side {
    named: Named,
    /// Where its text begins in the document.
    base: usize,
}

impl<'r> Reader<'r> {
    fn text(&self) -> &'r str {
        self.document.text()
    }

    /// `_Depends: 1.1_`, `(depends on T003, T004)`, `(after T003)`, `1.1の完了後に実行`.
    fn line_of_task(&mut self, line: Range<usize>, id: &str, mention: usize) {
        let written = &self.text()[line.clone()];
        let task = Side {
            named: Named {
                tasks: vec![(id.to_owned(), 0..0)],
                ..Named::default()
            },
            base: line.start,
        };
        let bare =
            written.trim_matches(|c: char| c.is_whitespace() || matches!(c, '_' | '*' | '-'));
        if let Some((label, value)) =
            split_label(written.trim_start_matches([' ', '_', '-'])).or_else(|| split_label(bare))
            && let Some(direction) = direction_of_label(label)
        {
            let side = self.side_of(value, |directory, value| directory.named(value, true));
            self.join(direction, side, task, Some(mention));
            return;
        }
        for (direction, object) in phrases(written, self.directory) {
            let side = self.side_of(&written[object], |directory, value| {
                directory.named(value, true)
            });
            self.join(direction, side, task.clone(), Some(mention));
        }
        for (at, _) in written.match_indices("完了後") {
            let before = written[..at].trim_end_matches(['の', 'が', 'は', ' ']);
            let start = before
                .rfind(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_')))
                .map_or(0, |at| {
                    at + before[at..].chars().next().map_or(1, char::len_utf8)
                });
            let side = self.side_of(&before[start..], |directory, value| {
                directory.named(value, false)
            });
            self.join(Direction::Needs, side, task.clone(), Some(mention));
        }
    }

    /// `**Dependencies**: Phase 3 + Phase 4 complete` below the heading of a group.
    fn line_of_group(&mut self, line: Range<usize>, group: usize) {
        for piece in self.text()[line].split('|') {
            let piece = piece.trim_start_matches(['-', ' ']);
            let Some((label, value)) = split_label(piece) else {
                continue;
            };
            let Some(direction) = direction_of_label(label) else {
                continue;
            };
            let own = Side {
                named: Named {
                    groups: vec![(group, 0..0)],
                    ..Named::default()
                },
                base: 0,
            };
            let side = self.side_of(value, Directory::side);
            self.join(direction, side, own, None);
        }
    }

    /// "US1 depends on Phase 1", "T008 blocks T009, T015", "Tests (T004-T007) before implementation (T008-T014)".
    fn line_of_order(&mut self, line: Range<usize>) {
        let written = &self.text()[line.clone()];
        let mut subject: Option<Side> = None;
        for clause in clauses(written) {
            let text = &written[clause.clone()];
            let Some((direction, phrase)) = relation(text) else {
                let side = self.side_of(text, Directory::side);
                if !side.named.is_empty() {
                    subject = Some(side);
                }
                continue;
            };
            let left = text[..phrase.start]
                .split("parallel with")
                .next()
                .unwrap_or_default();
            if is_denied(left) {
                continue;
            }
            let right = &text[phrase.end..];
            let right = [" - ", " – ", " — "].iter().fold(right, |right, dash| {
                right.split(dash).next().unwrap_or_default()
            });
            let own = self.side_of(left, Directory::side);
            if own.named.is_empty() && !own.named.bad_ranges.is_empty() {
                for span in &own.named.bad_ranges {
                    self.report_range(own.base + span.start..own.base + span.end);
                }
                continue;
            }
            if !own.named.is_empty() {
                subject = Some(own);
            }
            let Some(own) = subject.clone() else { continue };
            let mut side = self.side_of(right, Directory::side);
            if self.says_again(&side, &own) {
                // "US3 can start after foundational tasks (T025-T028)": the ids are those of US3.
                side.named = self.directory.by_title(right);
            }
            self.join(direction, side, own, None);
        }
    }

    /// Whether a side names nothing but tasks of the groups of the other one.
    fn says_again(&self, side: &Side, own: &Side) -> bool {
        let within = |task: &String| {
            let mut groups = own.named.groups.iter();
            groups.any(|(group, _)| self.directory.members(*group).contains(task))
        };
        side.named.groups.is_empty()
            && !side.named.tasks.is_empty()
            && side.named.tasks.iter().all(|(task, _)| within(task))
    }

    /// `T013 → T014 → T016`.
    fn chain(&mut self, line: Range<usize>, with_groups: bool) {
        let written = &self.text()[line];
        let parts: Vec<&str> = ["→", "-->", "->", "=>", "➜"]
            .iter()
            .map(|arrow| written.split(arrow).collect::<Vec<_>>())
            .find(|parts| parts.len() > 1)
            .unwrap_or_default();
        let sides: Vec<Side> = parts
            .into_iter()
            .map(|part| {
                let mut side = self.side_of(part, |directory, part| directory.named(part, true));
                if !with_groups || !side.named.tasks.is_empty() {
                    side.named.groups.clear();
                }
                side
            })
            .collect();
        for pair in sides.windows(2) {
            self.join(Direction::Feeds, pair[1].clone(), pair[0].clone(), None);
        }
    }

    /// What a part of the document names; `part` is a slice of it.
    fn side_of(&self, part: &str, read: impl Fn(&Directory, &str) -> Named) -> Side {
        Side {
            named: read(self.directory, part),
            base: part.as_ptr() as usize - self.text().as_ptr() as usize,
        }
    }

    /// Puts a statement into the fragment. `mention` is that of `own` when it is one task.
    fn join(&mut self, direction: Direction, other: Side, own: Side, mention: Option<usize>) {
        for side in [&other, &own] {
            for span in &side.named.bad_ranges {
                self.report_range(side.base + span.start..side.base + span.end);
            }
        }
        if other.named.is_empty() || own.named.is_empty() {
            return;
        }
        let (first, then) = match direction {
            Direction::Needs => (&other, &own),
            Direction::Feeds => (&own, &other),
        };
        // Groups wait for groups; a task that waits for a group says so itself; all else is between tasks.
        for (later, _) in &then.named.groups {
            for (earlier, _) in &first.named.groups {
                self.group_after(*later, *earlier);
            }
        }
        if let (Some(mention), Direction::Needs) = (mention, direction) {
            for (group, span) in &first.named.groups {
                self.wait_for_group(
                    mention,
                    *group,
                    first.base + span.start..first.base + span.end,
                );
            }
        }
        self.edges(
            first,
            then,
            &other,
            mention.is_some() && direction == Direction::Needs,
        );
    }

    fn edges(&mut self, first: &Side, then: &Side, place: &Side, is_told: bool) {
        let expand = |side: &Side, with_groups: bool| {
            let mut tasks: Vec<(String, Range<usize>)> = side
                .named
                .tasks
                .iter()
                .map(|(task, span)| (task.clone(), side.base + span.start..side.base + span.end))
                .collect();
            let groups = side.named.groups.iter().filter(|_| with_groups);
            for (group, span) in groups {
                let span = side.base + span.start..side.base + span.end;
                let members = self.directory.members(*group).iter();
                tasks.extend(members.map(|task| (task.clone(), span.clone())));
            }
            tasks
        };
        let all_first = expand(first, !is_told);
        let all_then = expand(then, true);
        let (tasks_first, tasks_then) = (first.named.tasks.len(), then.named.tasks.len());
        if all_first.len().saturating_mul(all_then.len()) + self.fragment.edges.len() > MOST_EDGES {
            let span = place.base..place.base;
            self.diagnostics.push(
                Diagnostic::error(
                    Code::BAD_RANGE,
                    format!("more than {MOST_EDGES} edges in one list"),
                )
                .at(self.document.location(span))
                .help("state the order between phases instead of every pair of tasks"),
            );
            return;
        }
        let alone = all_first.len() == 1 && all_then.len() == 1;
        for (a, (from, from_span)) in all_first.iter().enumerate() {
            for (b, (to, to_span)) in all_then.iter().enumerate() {
                let between_groups = a >= tasks_first && b >= tasks_then;
                if between_groups || (from == to && !alone) {
                    continue;
                }
                let span = if std::ptr::eq(place, first) || from_span.len() > to_span.len() {
                    from_span
                } else {
                    to_span
                };
                self.fragment.edges.push(EdgeMention {
                    from: from.clone(),
                    to: to.clone(),
                    reference: Reference::Id,
                    kind: self.kind,
                    stated_in: EdgeSource::List,
                    location: self.document.location(span.clone()),
                });
            }
        }
    }

    fn group_after(&mut self, later: usize, earlier: usize) {
        let id = self.groups.groups[earlier].id.clone();
        let group = &mut self.groups.groups[later];
        if later != earlier && !group.prerequisites.contains(&id) {
            group.prerequisites.push(id);
        }
    }

    fn wait_for_group(&mut self, mention: usize, group: usize, span: Range<usize>) {
        let name = self.groups.groups[group].id.replacen('-', " ", 1);
        let waits = &mut self.fragment.tasks[mention].depends_on_groups;
        if waits.iter().all(|known| known.name != name) {
            waits.push(GroupDependency {
                name,
                groups: Vec::new(),
                location: self.document.location(span),
            });
        }
    }

    fn report_range(&mut self, span: Range<usize>) {
        let written = &self.text()[span.clone()];
        self.diagnostics.push(
            Diagnostic::error(Code::BAD_RANGE, format!("`{written}` is no range of ids"))
                .at(self.document.location(span))
                .help("a range counts up within one series, such as `T001-T018`"),
        );
    }
}

fn direction_of_label(label: &str) -> Option<Direction> {
    let label = label
        .trim_matches(|c: char| !c.is_alphanumeric())
        .to_lowercase();
    Some(match label.as_str() {
        "depends" | "depends on" | "depends_on" | "deps" | "dependencies" | "dependency"
        | "blocked by" | "requires task" | "requires tasks" | "after" | "prerequisite"
        | "prerequisites" | "waits for" | "依存" | "依存関係" | "依存タスク" | "前提"
        | "前提タスク" | "依赖" | "선행" => Direction::Needs,
        "blocks" | "unblocks" | "required by" | "needed by" => Direction::Feeds,
        _ => return None,
    })
}

/// The phrases of a task's line, each with the text that it is about.
fn phrases(line: &str, directory: &Directory) -> Vec<(Direction, Range<usize>)> {
    let lower = line.to_ascii_lowercase();
    let mut found: Vec<(Direction, Range<usize>)> = Vec::new();
    for (phrase, direction) in PLAIN.iter().chain(&BEFORE_NAMES) {
        for (at, _) in lower.match_indices(phrase) {
            let end = at + phrase.len();
            let whole = !lower[..at].ends_with(|c: char| c.is_alphanumeric())
                && (phrase.ends_with(':')
                    || !lower[end..].starts_with(|c: char| c.is_alphanumeric()));
            if !whole || is_denied(&line[..at]) || found.iter().any(|(_, span)| span.contains(&end))
            {
                continue;
            }
            let near = &line[end..line.floor_char_boundary(end + 80)];
            let plain = PLAIN.iter().any(|(known, _)| known == phrase);
            if plain || begins_with_name(near, directory) {
                let length = object_length(&line[end..]);
                found.push((*direction, end..end + length));
            }
        }
    }
    found
}

/// How far what follows a phrase goes: to the parenthesis that closes around it, the end of the sentence, or the next
/// phrase.
fn object_length(rest: &str) -> usize {
    let mut depth = 0_usize;
    for (at, c) in rest.char_indices() {
        match c {
            '(' | '[' => depth += 1,
            ')' | ']' if depth == 0 => return at,
            ')' | ']' => depth -= 1,
            ';' => return at,
            '.' if rest[at + 1..].starts_with(' ') => return at,
            '—' => return at,
            _ => {}
        }
    }
    rest.len()
}

/// Whether nothing but filling words stands before the first name.
fn begins_with_name(object: &str, directory: &Directory) -> bool {
    const FILLING: [&str; 14] = [
        "task",
        "tasks",
        "the",
        "all",
        "of",
        "completion",
        "completing",
        "implementation",
        "both",
        "finishing",
        "phase",
        "user",
        "story",
        "stories",
    ];
    let numbered = object
        .trim_start()
        .get(..4)
        .is_some_and(|word| word.eq_ignore_ascii_case("task"));
    directory
        .named(object, numbered)
        .start()
        .is_some_and(|start| {
            object[..start]
                .split(|c: char| !c.is_alphanumeric())
                .all(|word| word.is_empty() || FILLING.contains(&word.to_lowercase().as_str()))
        })
}

/// The first phrase of order in a clause.
fn relation(clause: &str) -> Option<(Direction, Range<usize>)> {
    let lower = clause.to_ascii_lowercase();
    let mut first: Option<(Direction, Range<usize>)> = None;
    for (phrase, direction) in PLAIN.iter().chain(&BEFORE_NAMES) {
        for (at, _) in lower.match_indices(phrase) {
            let end = at + phrase.len();
            let whole = !lower[..at].ends_with(|c: char| c.is_alphanumeric())
                && !lower[end..].starts_with(|c: char| c.is_alphanumeric());
            let earlier = first.as_ref().is_none_or(|(_, known)| {
                (at, usize::MAX - end) < (known.start, usize::MAX - known.end)
            });
            if whole && earlier {
                first = Some((*direction, at..end));
            }
        }
    }
    first
}

fn is_denied(before: &str) -> bool {
    let words = before.trim_end();
    ["not", "n't", " no", "never", "without"]
        .iter()
        .any(|word| words.to_ascii_lowercase().ends_with(word))
        || words.eq_ignore_ascii_case("no")
}

/// The clauses of a line: between semicolons and sentences; a parenthesis that states an order is one of its own,
/// after the clause around it.
fn clauses(line: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut start = 0;
    let mut inner = Vec::new();
    let mut open: Vec<usize> = Vec::new();
    for (at, c) in line.char_indices() {
        match c {
            '(' => open.push(at),
            ')' => {
                if let Some(from) = open.pop()
                    && relation(&line[from + 1..at]).is_some()
                {
                    inner.push(from..at + 1);
                }
            }
            ';' if open.is_empty() => {
                found.push(start..at);
                start = at + 1;
            }
            '.' if open.is_empty() && line[at + 1..].starts_with(' ') => {
                found.push(start..at);
                start = at + 1;
            }
            _ => {}
        }
    }
    found.push(start..line.len());
    let mut all = Vec::new();
    for clause in found {
        // Without the parentheses that are clauses themselves.
        let own = inner.iter().find(|inner| clause.contains(&inner.start));
        match own {
            Some(inner) => {
                all.push(clause.start..inner.start);
                all.push(inner.start + 1..inner.end - 1);
                all.push(inner.end..clause.end.max(inner.end));
            }
            None => all.push(clause),
        }
    }
    all.retain(|clause| !line[clause.clone()].trim().is_empty());
    all
}
