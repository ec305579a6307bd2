//! What the text states about order.

use std::collections::HashMap;
use std::ops::Range;

use super::super::arrows;
use super::super::asserted::{Asserted, asserted};
use super::super::waiting::{Direction, may_chain_nothing, may_state_nothing, statements};
use super::super::wave_plan::{self, KnownNames, is_remark_on_remark, read_cell};
use super::groups::GroupList;
use super::layout::Layout;
use super::phrases::{clauses, direction_of_label, phrases};
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
        let before = reader.statements(mention);
        let own = row.entry.start..row.entry.start + row.entry.text.len();
        for span in std::iter::once(&own).chain(&row.details) {
            for line in lines(document.text(), span) {
                reader.line_of_task(line, id, mention, &layout.known);
            }
        }
        if let Some(needs) = &row.entry.needs {
            let told = reader.statements(mention) > before;
            reader.remark(needs.clone(), (id, mention), &layout.known, told);
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

/// The parts of a text between marks.
fn between(text: &str, mark: &str) -> Vec<Range<usize>> {
    let mut start = 0;
    let parts = text.split(mark).map(|part| {
        let from = start;
        start += part.len() + mark.len();
        from..from + part.len()
    });
    parts.collect()
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
    /// What is named, and may be waited for or not.
    doubtful: Option<Range<usize>>,
}

impl<'r> Reader<'r> {
    fn text(&self) -> &'r str {
        self.document.text()
    }

    /// How much is stated so far, by all tasks and by this one.
    fn statements(&self, mention: usize) -> usize {
        let task = &self.fragment.tasks[mention];
        self.fragment.edges.len() + task.depends_on_groups.len() + self.diagnostics.len()
    }

    /// `, needs Login endpoint`: tasks by their titles. When the line has told nothing else, a name that is none is
    /// left to merging, which tells it.
    fn remark(
        &mut self,
        span: Range<usize>,
        (id, mention): (&str, usize),
        known: &KnownNames,
        told: bool,
    ) {
        for (piece, named) in read_cell(&self.text()[span.clone()], known) {
            let place = span.start + piece.start..span.start + piece.end;
            let (name, reference, kind) = match named {
                wave_plan::Named::Task {
                    name,
                    reference,
                    kind,
                } => (name, reference, kind),
                // "everything above"
                wave_plan::Named::Group(name) if name.starts_with("all") => {
                    self.wait_for(mention, name, place);
                    continue;
                }
                wave_plan::Named::Relation(relation) => {
                    let complaint = relation.complaint().at(self.document.location(place));
                    self.diagnostics.push(complaint);
                    continue;
                }
                _ => continue,
            };
            let is_title = reference == Reference::Words && known.holds(&name);
            if !is_title && (told || is_remark_on_remark(&name)) {
                continue;
            }
            let from = self.directory.task(&name);
            // `after 2` where 2 is a numbered section.
            if from.is_none()
                && let Some(group) = self.directory.numbered_group(&name)
            {
                self.wait_for_group(mention, group, place);
                continue;
            }
            let from = from.unwrap_or(name);
            self.fragment.edges.push(EdgeMention {
                from,
                to: id.to_owned(),
                reference,
                kind,
                stated_in: EdgeSource::List,
                location: self.document.location(place),
            });
        }
    }

    /// `_Depends: 1.1_`, `(depends on T003, T004)`, `(after T003)`, `1.1の完了後に実行`.
    fn line_of_task(&mut self, line: Range<usize>, id: &str, mention: usize, known: &KnownNames) {
        let written = &self.text()[line.clone()];
        let task = Side {
            named: Named {
                tasks: vec![(id.to_owned(), 0..0)],
                ..Named::default()
            },
            base: line.start,
            doubtful: None,
        };
        let bare =
            written.trim_matches(|c: char| c.is_whitespace() || matches!(c, '_' | '*' | '-'));
        if let Some((label, value)) =
            split_label(written.trim_start_matches([' ', '_', '-'])).or_else(|| split_label(bare))
        {
            // A word that is also the name of a column (`Upstream: T1`) is about ids, hardly about numbers.
            let (direction, plain) = match direction_of_label(label) {
                Some(direction) => (Some(direction), true),
                None => (wave_plan::direction_of_column(label), false),
            };
            let side = self.side_of(value, |directory, value| directory.named(value, plain));
            if direction == Some(Direction::Needs) && side.named.is_empty() {
                let start = line.start + (value.as_ptr() as usize - written.as_ptr() as usize);
                self.remark(start..start + value.len(), (id, mention), known, true);
            }
            if let Some(direction) = direction.filter(|_| plain || !side.named.is_empty()) {
                self.join(direction, side, task, Some(mention));
                return;
            }
        }
        for told in phrases(written, id, self.directory) {
            let object = line.start + told.object.start..line.start + told.object.end;
            let side = self.side_of(&written[told.object], |directory, value| {
                directory.named(value, true)
            });
            if told.is_doubtful {
                self.report_title(object);
            } else {
                self.join(told.direction, side, task.clone(), Some(mention));
            }
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
                doubtful: None,
            };
            let side = self.side_of(value, Directory::side);
            self.join(direction, side, own, None);
        }
    }

    /// "US1 depends on Phase 1", "T008 blocks T009, T015", "Tests (T004-T007) before implementation (T008-T014)",
    /// "Once T003 is complete, T004 can start".
    fn line_of_order(&mut self, line: Range<usize>) {
        let written = &self.text()[line.clone()];
        let directory = self.directory;
        let names = |piece: &str| {
            let named = directory.side(piece);
            !named.is_empty() || !named.bad_ranges.is_empty()
        };
        let mut subject: Option<Side> = None;
        for clause in clauses(written) {
            let text = &written[clause.clone()];
            if may_state_nothing(text) || text.trim_end().ends_with(['?', '？']) {
                continue;
            }
            let statements = statements(text, &names);
            if statements.is_empty() {
                let side = self.side_of(text, Directory::side);
                if !side.named.is_empty() {
                    subject = Some(side);
                }
            }
            let mut words = "";
            for statement in statements {
                if let Some(place) = statement.subject {
                    words = &text[place];
                    let own = self.side_of(words, Directory::side);
                    if own.named.is_empty() && !own.named.bad_ranges.is_empty() {
                        for span in &own.named.bad_ranges {
                            self.report_range(own.base + span.start..own.base + span.end);
                        }
                        break;
                    }
                    if !own.named.is_empty() {
                        subject = Some(own);
                    }
                }
                let Some(own) = subject.clone().filter(|_| !statement.is_denied) else {
                    continue;
                };
                let object = &text[statement.object.clone()];
                let object = [" - ", " – ", " — "].iter().fold(object, |object, dash| {
                    object.split(dash).next().unwrap_or_default()
                });
                let mut side = self.side_of(object, Directory::side);
                if self.says_again(&side, &own) {
                    // "US3 can start after foundational tasks (T025-T028)": the ids are those of US3.
                    side.named = self.directory.by_title(object);
                }
                let at = line.start + clause.start;
                let doubtful = statement.doubtful;
                let doubtful = doubtful.map(|range| at + range.start..at + range.end);
                side.doubtful = side.doubtful.or(doubtful);
                let own = self.as_group(own, words, &side);
                self.join(statement.direction, side, own, None);
            }
        }
    }

    /// "Foundational tasks T006-T011 block user stories": the tasks of one phase, by its name and by their ids, before
    /// groups. That is an order of groups.
    fn as_group(&self, own: Side, words: &str, other: &Side) -> Side {
        let of_groups = other.named.tasks.is_empty() && !other.named.groups.is_empty();
        if !of_groups || own.named.tasks.len() < 2 || !own.named.groups.is_empty() {
            return own;
        }
        let named = self.directory.by_title(words);
        let [(group, _)] = named.groups.as_slice() else {
            return own;
        };
        let members = self.directory.members(*group);
        if own
            .named
            .tasks
            .iter()
            .all(|(task, _)| members.contains(task))
        {
            Side { named, ..own }
        } else {
            own
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
        let written = &self.text()[line.clone()];
        if arrows::points_both_ways(written) || may_chain_nothing(written) {
            return;
        }
        let forth = ["→", "-->", "->", "=>", "➜"]
            .iter()
            .map(|arrow| between(written, arrow))
            .find(|parts| parts.len() > 1);
        let is_back = forth.is_none();
        let parts = forth.unwrap_or_else(|| arrows::between_back(written));
        if parts.is_empty()
            || arrows::stand_before_phrases(written, &parts)
            || arrows::join_amounts(written, &parts)
        {
            return;
        }
        let side = |part: &Range<usize>| {
            let part = &written[part.clone()];
            let mut side = self.side_of(part, |directory, part| directory.named(part, true));
            if !with_groups || !side.named.tasks.is_empty() {
                side.named.groups.clear();
            }
            side
        };
        let read = arrows::chains(written, parts, |part| {
            let named = side(&part).named;
            let tasks = named.tasks.into_iter().map(|(task, _)| task);
            tasks.chain(named.groups.into_iter().map(|(group, _)| group.to_string()))
        });
        let chains: Vec<Vec<Side>> = read
            .chains
            .iter()
            .map(|chain| chain.iter().map(side).collect())
            .collect();
        let before = self.fragment.edges.len();
        for pair in chains.iter().flat_map(|sides| sides.windows(2)) {
            let (first, then) = match is_back {
                true => (&pair[1], &pair[0]),
                false => (&pair[0], &pair[1]),
            };
            self.join(Direction::Feeds, then.clone(), first.clone(), None);
        }
        if read.is_ambiguous && self.fragment.edges.len() > before {
            let place = self.document.location(line);
            self.diagnostics.push(arrows::ambiguous().at(place));
        }
    }

    /// What a part of the document names; `part` is a slice of it.
    fn side_of(&self, part: &str, read: impl Fn(&Directory, &str) -> Named) -> Side {
        let names = |piece: &str| !self.directory.named(piece, true).is_empty();
        let asserted = asserted(part, &[], names);
        let mut named = read(self.directory, &asserted.text);
        for range in &asserted.except {
            named.remove(&self.directory.named(&part[range.clone()], true));
        }
        let base = part.as_ptr() as usize - self.text().as_ptr() as usize;
        let doubtful = asserted.doubtful;
        Side {
            named,
            base,
            doubtful: doubtful.map(|doubtful| base + doubtful.start..base + doubtful.end),
        }
    }

    /// Puts a statement into the fragment. `mention` is that of `own` when it is one task.
    fn join(&mut self, direction: Direction, other: Side, own: Side, mention: Option<usize>) {
        for side in [&other, &own] {
            for span in &side.named.bad_ranges {
                self.report_range(side.base + span.start..side.base + span.end);
            }
            if let Some(doubtful) = &side.doubtful {
                let complaint = Asserted::complaint(&self.text()[doubtful.clone()]);
                let place = self.document.location(doubtful.clone());
                self.diagnostics.push(complaint.at(place));
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
        self.wait_for(mention, name, span);
    }

    fn wait_for(&mut self, mention: usize, name: String, span: Range<usize>) {
        let waits = &mut self.fragment.tasks[mention].depends_on_groups;
        if waits.iter().all(|known| known.name != name) {
            waits.push(GroupDependency {
                name,
                groups: Vec::new(),
                location: self.document.location(span),
            });
        }
    }

    /// What may be an order, or a part of a title.
    fn report_title(&mut self, object: Range<usize>) {
        let written = self.text()[object.clone()].trim().escape_debug();
        let message =
            format!("`{written}` may come before or after this task, or be a part of its title");
        let complaint = Diagnostic::warning(Code::AMBIGUOUS_ORDER, message)
            .at(self.document.location(object))
            .help("put what comes first in brackets: `(after T1)`");
        self.diagnostics.push(complaint);
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
