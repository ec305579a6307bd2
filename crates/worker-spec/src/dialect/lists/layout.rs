//! The checkboxes of a document, each with the sections that it stands in.

mod walk;

use std::collections::{HashMap, HashSet};
use std::ops::Range;

use self::walk::Walk;
use super::super::waiting::{self, in_lower_case};
use super::super::wave_plan::{self, KnownNames};
use super::checks::Checked;
use super::entry::{Entry, Name};
use super::phrases::direction_of_label;
use crate::label::split_label;
use crate::markdown::BlockKind;
use crate::{Document, Status};

/// The checkboxes and sections of a document.
#[derive(Debug, Default)]
pub(super) struct Layout<'d> {
    pub(super) rows: Vec<Row<'d>>,
    /// Headings that open a group, in the order of the text.
    pub(super) sections: Vec<Section>,
    /// Lines that may state an order between tasks or groups.
    pub(super) order_lines: Vec<Range<usize>>,
    /// Lines below a heading of a group, with the group.
    pub(super) group_lines: Vec<(usize, Range<usize>)>,
    /// Lines in sections that speak about the work.
    pub(super) other_lines: Vec<Range<usize>>,
    /// The blocks that are no checkbox, and neither about the work nor samples: sentences and drawings.
    pub(super) beside: Vec<usize>,
    is_titled_tasks: bool,
    is_titled_implementation: bool,
    is_titled_plan: bool,
    is_roadmap: bool,
    /// The heading that is the title, by its block.
    title: Option<usize>,
    /// Whether a checkbox stands for several tasks at once.
    pub(super) has_ranges: bool,
    /// Ids and titles.
    pub(super) known: KnownNames,
    /// Whether the title says that the document is a checklist, which is then no section about the work.
    is_titled_checklist: bool,
    /// Numbered items without a checkbox: the number, and whether it says how long it takes or what comes first.
    plain: Vec<(&'d str, bool)>,
    /// Whether the boxes count wherever they stand, for a document that gives its tasks in no other way.
    for_want: bool,
    ids: HashSet<String>,
    parents: HashSet<String>,
    optional_parents: HashSet<String>,
}

/// A checkbox.
#[derive(Debug)]
pub(super) struct Row<'d> {
    pub(super) entry: Entry<'d>,
    /// The number before it in an ordered list.
    bullet: Option<&'d str>,
    pub(super) place: Place,
    /// What the line above its list says that it is, where that is no work.
    checked: Option<Checked>,
    /// The row of the checkbox that it is inside.
    pub(super) outer: Option<usize>,
    /// Lines inside its item that belong to no other task.
    pub(super) details: Vec<Range<usize>>,
    /// Whether one of these is a field that only tasks have: `- Estimate: 2h`.
    has_field: bool,
    span: Range<usize>,
}

/// Where a block stands; groups are indexes into [`Layout::sections`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) phase: Option<usize>,
    pub(super) number: Option<usize>,
    pub(super) story: Option<usize>,
    /// The innermost heading, by its block.
    pub(super) heading: Option<usize>,
    pub(super) aside: bool,
    pub(super) sample: bool,
    pub(super) deferred: bool,
    /// What the headings around say that boxes are, where that is no work and boxes count wherever they stand.
    checked: Option<Checked>,
    order: bool,
    notes: bool,
}

/// A heading that opens a phase, a numbered part or a story.
#[derive(Debug)]
pub(super) struct Section {
    pub(super) kind: SectionKind,
    pub(super) span: Range<usize>,
    /// The story that the heading of a phase names.
    pub(super) story: Option<String>,
}

#[derive(Debug, PartialEq, Eq)]
pub(super) enum SectionKind {
    /// By the id of the group.
    Phase(String),
    /// By the number of the heading.
    Number(String),
    /// By the number of the story.
    Story(String),
}

/// Fewer boxes than these are no plan where nothing else says that they are one.
const LEAST: usize = 3;

impl<'d> Layout<'d> {
    pub(super) fn new(document: &'d Document) -> Layout<'d> {
        let mut layout = Walk::through(document, false);
        if layout.counts_on_without_boxes() {
            layout = Walk::through(document, true);
        }
        let file = file_stem(document.name());
        layout.is_titled_tasks |= ["todo", "todos"]
            .iter()
            .any(|name| file.eq_ignore_ascii_case(name));
        layout.is_roadmap |= file.eq_ignore_ascii_case("roadmap");
        layout.count_bullets();
        layout.take_up_called(document);
        layout.count();
        layout.read_needs();
        layout
    }

    /// The boxes of a document that gives its tasks in no other way: all that are no checks, below whatever headings and
    /// titles; those of what comes out of the work where there are no others.
    pub(super) fn for_want_of_better(document: &'d Document) -> Layout<'d> {
        let mut layout = Walk::for_want_of_better(document);
        layout.for_want = true;
        for row in &mut layout.rows {
            if row.entry.id().is_some() {
                row.entry.drop_name();
            }
        }
        let others = |row: &Row<'_>| {
            row.outer.is_none() && !row.place.sample && row.checked.max(row.place.checked).is_none()
        };
        let least = match layout.rows.iter().filter(|row| others(row)).count() {
            0..LEAST => Checked::Check,
            _ => Checked::Outcome,
        };
        for row in &mut layout.rows {
            let checked = row.checked.max(row.place.checked);
            row.place.aside |= checked.is_some_and(|checked| checked >= least) || row.place.sample;
        }
        layout.read_needs();
        layout
    }

    /// Whether there are enough of such boxes to be the tasks of a document.
    pub(super) fn is_enough(&self) -> bool {
        self.work()
            .filter(|row| !row.entry.title.is_empty())
            .count()
            >= LEAST
    }

    /// The boxes that can be tasks, by what of the document they take up.
    pub(super) fn spans_of_work(&self) -> impl Iterator<Item = Range<usize>> + '_ {
        self.work().map(|row| row.span.clone())
    }

    /// Whether a box stands in a section of which at least half of the boxes have ids.
    pub(super) fn is_beside_ids(
        &self,
        row: &Row<'_>,
        beside: &HashMap<Option<usize>, (usize, usize)>,
    ) -> bool {
        let (with_id, all) = beside.get(&row.place.heading).copied().unwrap_or_default();
        row.outer.is_none()
            && !row.place.aside
            && !row.place.sample
            && !row.place.order
            && !row.entry.title.is_empty()
            && with_id > 1
            && with_id * 2 >= all
    }

    /// How many outermost boxes of each section have ids, and how many there are.
    pub(super) fn ids_by_section(&self) -> HashMap<Option<usize>, (usize, usize)> {
        let mut counts: HashMap<Option<usize>, (usize, usize)> = HashMap::new();
        for row in self.rows.iter().filter(|row| row.outer.is_none()) {
            let (with_id, all) = counts.entry(row.place.heading).or_default();
            *all += 1;
            *with_id += usize::from(row.entry.id().is_some());
        }
        counts
    }

    /// Whether all boxes are numbered steps of tasks that headings name: `1.1` and `1.2` below `Task 1`.
    pub(super) fn are_steps_of_tasks(&self, document: &Document) -> bool {
        let heading = |row: &Row<'_>| -> Option<Range<usize>> {
            match &document.markdown().blocks[row.place.heading?].kind {
                BlockKind::Heading { text, .. } => Some(text.clone()),
                _ => None,
            }
        };
        let mut tasks: HashSet<usize> = HashSet::new();
        let mut is_step = |row: &Row<'_>| {
            let (Name::Number(number), Some(span)) = (&row.entry.name, heading(row)) else {
                return false;
            };
            tasks.insert(span.start);
            let whole = number.rsplit_once('.').map(|(whole, _)| whole);
            whole.is_some_and(|whole| names_task(&document.text()[span], whole))
        };
        let mut outer = self
            .rows
            .iter()
            .filter(|row| row.outer.is_none() && !row.place.aside && !row.place.sample)
            .peekable();
        outer.peek().is_some() && outer.all(&mut is_step) && tasks.len() > 1
    }

    /// Whether items without a checkbox are tasks as those with one are: `1. Draw it (1h)` and, in the next section,
    /// `2. [ ] Build it`. Together they count from one without a gap, and half of them say what only tasks say.
    fn counts_on_without_boxes(&self) -> bool {
        let weighed = self.plain.iter().filter(|(_, weighed)| *weighed).count();
        if weighed == 0 || weighed * 2 < self.plain.len() {
            return false;
        }
        let is_aside = |row: &Row<'_>| row.place.aside && !self.is_titled_checklist;
        let boxes = self
            .rows
            .iter()
            .filter(|row| row.outer.is_none() && !is_aside(row));
        let boxes = boxes.map(|row| match &row.entry.name {
            Name::Number(number) => Some(number.as_str()),
            Name::None => row.bullet,
            Name::Series(_) => None,
        });
        let plain = self.plain.iter().map(|(number, _)| Some(*number));
        let Some(mut numbers) = boxes
            .chain(plain)
            .map(|number| number?.parse().ok())
            .collect::<Option<Vec<usize>>>()
        else {
            return false;
        };
        numbers.sort_unstable();
        let all = numbers.len();
        all > self.plain.len() && numbers.into_iter().eq(1..=all)
    }

    /// In an ordered list whose checkboxes have no ids, the numbers before them are the ids.
    fn count_bullets(&mut self) {
        let counts = |row: &Row<'_>| row.outer.is_none() && !row.place.aside;
        let rows = || self.rows.iter().filter(|row| counts(row));
        let numbers: HashSet<&str> = rows().filter_map(|row| row.bullet).collect();
        let has_ids = self.rows.iter().any(|row| row.entry.id().is_some());
        if has_ids || numbers.len() < 2 || numbers.len() != rows().count() {
            return;
        }
        for row in self.rows.iter_mut().filter(|row| counts(row)) {
            if let Some(number) = row.bullet {
                row.entry.name = Name::Number(number.to_owned());
            }
        }
    }

    /// Takes first words that are elsewhere no ids, such as `P1` and `UI-LOGIN`, for ids where another line of the list
    /// says that it waits for one of them.
    fn take_up_called(&mut self, document: &Document) {
        let mut called: HashMap<&str, usize> = HashMap::new();
        for row in self.rows.iter().filter(|row| !row.place.sample) {
            if let Some(id) = row.entry.may_be_called() {
                *called.entry(id).or_default() += 1;
            }
        }
        if called.len() < 2 {
            return;
        }
        let series =
            |id: &str| -> String { id.chars().take_while(char::is_ascii_alphabetic).collect() };
        let repeated: HashSet<String> = called
            .iter()
            .filter(|(_, count)| **count > 1)
            .map(|(id, _)| series(id))
            .collect();
        let mut named: HashSet<String> = HashSet::new();
        for row in &self.rows {
            let own = row.entry.text.lines().next();
            let details = row
                .details
                .iter()
                .flat_map(|span| document.text()[span.clone()].lines());
            for id in own.into_iter().chain(details).flat_map(waited_for) {
                if called.contains_key(id) && row.entry.may_be_called() != Some(id) {
                    named.insert(series(id));
                }
            }
        }
        // Where most lines begin otherwise, such a word is no id: a title begins with it.
        let is_id = |id: &&str| named.contains(&series(id)) && !repeated.contains(&series(id));
        let outer = || {
            let rows = self.rows.iter();
            rows.filter(|row| row.outer.is_none() && !row.place.aside && !row.place.sample)
        };
        let is_named = |row: &&Row<'_>| {
            row.entry.id().is_some() || row.entry.may_be_called().is_some_and(|id| is_id(&id))
        };
        if outer().filter(is_named).count() * 4 < outer().count() * 3 {
            return;
        }
        for row in &mut self.rows {
            let id = row.entry.may_be_called();
            if let Some(id) = id.filter(is_id) {
                row.entry.take_name(id);
            }
        }
    }

    /// A whole that is numbered `1.0` above its parts `1.1` and `1.2` is called `1`.
    fn number_wholes(&mut self) {
        let mut wholes: HashSet<String> = HashSet::new();
        for row in &self.rows {
            if let (Name::Number(number), Some(outer)) = (&row.entry.name, row.outer)
                && let Name::Number(whole) = &self.rows[outer].entry.name
                && let Some(whole) = whole.strip_suffix(".0")
                && number
                    .strip_prefix(whole)
                    .is_some_and(|part| part.starts_with('.'))
            {
                wholes.insert(whole.to_owned());
            }
        }
        if wholes.is_empty() {
            return;
        }
        for row in &mut self.rows {
            if let Name::Number(number) = &mut row.entry.name
                && number.ends_with(".0")
                && wholes.contains(&number[..number.len() - 2])
            {
                number.truncate(number.len() - 2);
            }
        }
    }

    /// Settles which first words are ids: one of a series of several, or with three digits, or numbers of which
    /// there are several.
    fn count(&mut self) {
        self.number_wholes();
        let mut series: HashMap<String, HashSet<&str>> = HashMap::new();
        for row in &self.rows {
            if let Some(id) = row.entry.id() {
                series
                    .entry(series_of(&row.entry.name))
                    .or_default()
                    .insert(id);
            }
        }
        // Where nearly all checkboxes begin with an id, a single one of its series is one, too.
        let outer = || {
            let rows = self.rows.iter();
            rows.filter(|row| row.outer.is_none() && !row.place.aside && !row.place.sample)
        };
        let with_id = outer().filter(|row| row.entry.id().is_some()).count();
        let all_have_ids = with_id > 2 && with_id == outer().count();
        // Where most have none, one with three digits is a word, such as a standard.
        let most_have_ids = with_id * 2 >= outer().count();
        let lone: HashSet<String> = series
            .into_iter()
            .filter(|_| !all_have_ids)
            .filter(|(_, ids)| {
                let is_id = |id: &&str| most_have_ids && ends_in_three_digits(id);
                ids.len() < 2 && !ids.iter().any(is_id)
            })
            .map(|(series, _)| series)
            .collect();
        for row in &mut self.rows {
            if row.entry.id().is_some() && lone.contains(&series_of(&row.entry.name)) {
                row.entry.drop_name();
            }
        }
        let rows = || self.rows.iter().filter(|row| !row.place.sample);
        self.has_ranges = rows().any(|row| row.entry.names_several);
        self.ids = rows()
            .filter_map(|row| row.entry.id())
            .map(str::to_owned)
            .collect();
        for row in &self.rows {
            let Name::Number(number) = &row.entry.name else {
                continue;
            };
            for (at, _) in number.match_indices('.') {
                self.parents.insert(number[..at].to_owned());
            }
        }
        self.optional_parents = rows()
            .filter(|row| row.entry.status == Some(Status::Optional))
            .filter_map(|row| row.entry.id())
            .filter(|id| self.parents.contains(*id))
            .map(str::to_owned)
            .collect();
    }

    /// Reads what the first lines say about what comes first, now that all ids and titles are known.
    fn read_needs(&mut self) {
        for row in self.rows.iter().filter(|row| !row.place.sample) {
            if let Some(id) = row.entry.id() {
                self.known.add(id);
            }
            self.known.add(&row.entry.title);
            self.known.add(&row.entry.title_of_head());
        }
        for row in &mut self.rows {
            row.entry.read_among(&self.known);
        }
    }

    /// The distinct ids, those of groups among them.
    pub(super) fn ids(&self) -> &HashSet<String> {
        &self.ids
    }

    /// Whether a document without ids is a list of tasks: by its title or its name, or as an implementation plan whose
    /// checkboxes all stand under phases or numbered headings.
    pub(super) fn is_plain_list(&self) -> bool {
        self.rows.len() > 1
            && (self.is_titled_tasks || self.is_titled_implementation && self.is_placed())
    }

    /// Whether a document without ids is the list of a roadmap or of any other plan, if nothing else is. The headings of
    /// a roadmap may be anything: versions, quarters, "Next".
    pub(super) fn is_list_of_plan(&self) -> bool {
        let below_title = |row: &&Row<'_>| row.place.heading != self.title;
        self.is_titled_plan && self.is_placed()
            || self.is_roadmap && self.work().filter(below_title).count() > 1
    }

    /// Checkboxes that can be tasks where there are no ids.
    fn work(&self) -> impl Iterator<Item = &Row<'d>> {
        let rows = self.rows.iter();
        rows.filter(|row| row.outer.is_none() && !row.place.aside)
    }

    fn is_placed(&self) -> bool {
        let placed = |row: &Row<'_>| row.place.phase.or(row.place.number).is_some();
        self.work().next().is_some() && self.work().all(placed)
    }

    /// Whether a document without ids is a list of tasks by what at least half of its checkboxes say about time and order.
    pub(super) fn is_weighed(&self) -> bool {
        let outer = || self.rows.iter().filter(|row| row.outer.is_none());
        let weighed = outer()
            .filter(|row| row.entry.is_weighed() || row.has_field)
            .count();
        weighed > 1 && weighed * 2 >= outer().count()
    }

    /// Whether a number has numbers below it.
    pub(super) fn is_parent(&self, id: &str) -> bool {
        self.parents.contains(id)
    }

    pub(super) fn is_optional_above(&self, row: &Row<'_>) -> bool {
        let Name::Number(number) = &row.entry.name else {
            return false;
        };
        number
            .match_indices('.')
            .any(|(at, _)| self.optional_parents.contains(&number[..at]))
    }
}

/// Whether a heading begins with the name of a task of this number: `Task 1 — Parser`.
fn names_task(heading: &str, number: &str) -> bool {
    let bare = heading.trim_start_matches(|c: char| !c.is_alphanumeric());
    let end = bare
        .find(|c: char| !c.is_alphabetic())
        .unwrap_or(bare.len());
    let rest = bare[end..].trim_start_matches([' ', '#']);
    wave_plan::kind_of(&bare[..end]) == Some("task")
        && rest
            .strip_prefix(number)
            .is_some_and(|rest| !rest.starts_with(|c: char| c.is_alphanumeric()))
}

/// The words behind what speaks of order: `P1` of "Print, depends on P1" and of "Upstream: P1".
pub(in crate::dialect) fn waited_for(line: &str) -> impl Iterator<Item = &str> {
    let labelled = || {
        let (label, value) = split_label(line.trim_start_matches([' ', '_', '-']))?;
        let is_order = direction_of_label(label).or_else(|| wave_plan::direction_of_column(label));
        is_order.map(|_| value)
    };
    let rest = match waiting::phrases(&in_lower_case(line)).first() {
        Some(phrase) => &line[phrase.span.start..],
        None => labelled().unwrap_or_default(),
    };
    rest.split(|c: char| !(c.is_alphanumeric() || matches!(c, '-' | '_' | '.')))
        .map(|word| word.trim_matches(['.', '-', '_']))
        .filter(|word| !word.is_empty())
}

/// `ROADMAP` of `docs/ROADMAP.md`.
fn file_stem(name: &str) -> &str {
    let file = name.rsplit(['/', '\\']).next().unwrap_or(name);
    file.split('.').next().unwrap_or(file)
}

fn series_of(name: &Name) -> String {
    match name {
        Name::Series(id) => id.chars().take_while(|c| c.is_alphabetic()).collect(),
        _ => String::new(),
    }
}

fn ends_in_three_digits(id: &str) -> bool {
    id.bytes().rev().take_while(u8::is_ascii_digit).count() >= 3
}
