//! The checkboxes of a document, each with the sections that it stands in.

use std::collections::{HashMap, HashSet};
use std::ops::Range;

use super::super::waiting::{self, in_lower_case};
use super::super::wave_plan::{self, KnownNames};
use super::entry::{Entry, Name};
use super::headings::{
    Role, opened, plain_heading, speaks_of_building, speaks_of_roadmap, speaks_of_tasks,
};
use super::phrases::direction_of_label;
use crate::label::split_label;
use crate::markdown::{Block, BlockKind};
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

/// Depths of lines that serve as headings, below all real headings.
const PLAIN_SECTION: usize = 7;
const PLAIN_STORY: usize = 8;

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
        let lone: HashSet<String> = series
            .into_iter()
            .filter(|_| !all_have_ids)
            .filter(|(_, ids)| ids.len() < 2 && !ids.iter().any(|id| ends_in_three_digits(id)))
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

/// The number of `3. [ ] `.
fn number_of(bullet: &str) -> Option<&str> {
    let end = bullet.find(['.', ')'])?;
    let number = &bullet[..end];
    let is_number = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
    (is_number && number.len() <= 4).then_some(number)
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

/// `### - [x] 1. Parser`, `## [ ] Parser`.
fn ticked_heading<'d>(text: &'d str, span: &Range<usize>) -> Option<Entry<'d>> {
    let own = &text[span.clone()];
    let bare = own.trim_start_matches(['-', '*', '+', ' ']);
    let start = span.end - bare.len();
    Entry::new(bare, None, start).filter(|entry| !entry.title.is_empty())
}

struct Walk<'d> {
    document: &'d Document,
    /// Whether a numbered item without a checkbox counts as one with an empty one.
    with_plain: bool,
    layout: Layout<'d>,
    open: Vec<(usize, Place)>,
    /// The rows of the checkboxes around the block, innermost last.
    inside: Vec<usize>,
}

impl<'d> Walk<'d> {
    fn through(document: &'d Document, with_plain: bool) -> Layout<'d> {
        let mut walk = Walk {
            document,
            with_plain,
            layout: Layout::default(),
            open: Vec::new(),
            inside: Vec::new(),
        };
        for (index, block) in document.markdown().blocks.iter().enumerate() {
            walk.block(index, block);
        }
        walk.layout
    }

    fn block(&mut self, index: usize, block: &'d Block) {
        let rows = self.layout.rows.len();
        self.take_up(index, block);
        let place = self.place();
        let is_row = self.layout.rows.len() > rows;
        let is_other = is_row || matches!(block.kind, BlockKind::Heading { .. });
        let about_work = place.aside && !place.notes || place.sample || place.deferred;
        if !is_other && !about_work && self.inside.is_empty() {
            self.layout.beside.push(index);
        }
    }

    fn take_up(&mut self, index: usize, block: &'d Block) {
        while let Some(&row) = self.inside.last()
            && self.layout.rows[row].span.end <= block.span.start
        {
            self.inside.pop();
        }
        let text = self.document.text();
        match &block.kind {
            BlockKind::Heading { level, text: span } => {
                if let Some(entry) = ticked_heading(text, span) {
                    self.ticked(usize::from(*level), index, entry);
                    return;
                }
                let level = usize::from(*level);
                self.heading(level, index, span.clone());
                let title = &text[span.clone()];
                if level == 1 {
                    self.layout.is_titled_tasks |= speaks_of_tasks(title);
                    self.layout.title = self.layout.title.or(Some(index));
                    self.layout.is_titled_implementation |=
                        title.to_lowercase().contains("implementation plan");
                    self.layout.is_titled_plan |= speaks_of_building(title);
                    self.layout.is_roadmap |= speaks_of_roadmap(title);
                }
            }
            BlockKind::Paragraph { text: span } => match plain_heading(self.document, block) {
                Some(line) if self.inside.is_empty() => {
                    let rest = line.end..span.end;
                    let story = opened(&text[line.clone()]);
                    let level = if story.story.is_some() && story.phase.is_none() {
                        PLAIN_STORY
                    } else {
                        PLAIN_SECTION
                    };
                    self.heading(level, index, line);
                    self.lines(rest);
                }
                _ => self.lines(span.clone()),
            },
            BlockKind::Item(item) => {
                let own = &text[item.text.clone()];
                let bullet = text.get(block.span.start..item.text.start);
                let number = bullet.and_then(number_of);
                let mut entry = Entry::new(own, item.checkbox, item.text.start);
                if entry.is_none()
                    && let Some(number) = number.filter(|_| item.depth == 0)
                {
                    entry = self.plain(own, number, item.text.start);
                }
                if self.with_plain
                    && item.depth == 0
                    && let (Some(entry), Some(number)) = (&mut entry, number)
                    && entry.name == Name::None
                {
                    entry.name = Name::Number(number.to_owned());
                }
                match entry {
                    Some(entry) => {
                        self.details_of_outer(&entry, item.text.clone());
                        let row = Row {
                            bullet: number,
                            entry,
                            place: self.place(),
                            outer: self.inside.last().copied(),
                            details: Vec::new(),
                            has_field: false,
                            span: block.span.clone(),
                        };
                        self.inside.push(self.layout.rows.len());
                        self.layout.rows.push(row);
                    }
                    None => self.lines(item.text.clone()),
                }
            }
            BlockKind::Rule => {}
            BlockKind::Fence(_) | BlockKind::Table(_) => {}
        }
    }

    /// A numbered item without a checkbox, where it counts as one; else it is only noted.
    fn plain(&mut self, text: &'d str, number: &'d str, start: usize) -> Option<Entry<'d>> {
        let place = self.place();
        let aside = place.aside && !self.layout.is_titled_checklist;
        if aside || place.sample || place.order || !self.inside.is_empty() {
            return None;
        }
        let entry = Entry::new(text, Some(false), start)?;
        if !self.with_plain {
            self.layout.plain.push((number, entry.is_weighed()));
        }
        self.with_plain.then_some(entry)
    }

    /// A heading with a checkbox is an item that holds all of its section.
    fn ticked(&mut self, level: usize, index: usize, entry: Entry<'d>) {
        self.open.retain(|(outer, _)| *outer < level);
        let blocks = &self.document.markdown().blocks;
        let ends = |block: &&Block| matches!(&block.kind, BlockKind::Heading { level: next, .. } if usize::from(*next) <= level);
        let end = blocks[index + 1..].iter().find(ends);
        let end = end.map_or(self.document.text().len(), |block| block.span.start);
        let row = Row {
            bullet: None,
            place: self.place(),
            outer: self.inside.last().copied(),
            details: Vec::new(),
            has_field: false,
            span: blocks[index].span.start..end,
            entry,
        };
        self.inside.push(self.layout.rows.len());
        self.layout.rows.push(row);
    }

    fn place(&self) -> Place {
        self.open
            .last()
            .map_or(Place::default(), |(_, place)| *place)
    }

    fn heading(&mut self, level: usize, index: usize, span: Range<usize>) {
        self.open.retain(|(outer, _)| *outer < level);
        let mut place = self.place();
        place.heading = Some(index);
        let title = &self.document.text()[span.clone()];
        let opened = opened(title);
        match opened.role {
            // "Build plan (checklist)" heads the plan itself.
            _ if level == 1 && (speaks_of_building(title) || speaks_of_roadmap(title)) => {}
            // What a section about the work holds is about the work as well.
            Role::Work => {}
            Role::Order => place.order = true,
            Role::Aside => {
                self.layout.is_titled_checklist |= level == 1 && self.layout.title.is_none();
                place.aside = true;
                place.order = false;
            }
            Role::Notes => {
                place.aside = true;
                place.order = false;
                place.notes = true;
            }
            Role::Sample => place.sample = true,
            Role::Deferred => place.deferred = true,
        }
        if opened.phase.is_some() {
            place = Place {
                heading: place.heading,
                aside: place.aside,
                sample: place.sample,
                deferred: place.deferred,
                ..Place::default()
            };
        }
        let work = !place.aside && !place.sample && !place.order;
        let kind = match (opened.phase, opened.number, opened.story.clone()) {
            (Some(id), _, _) => Some(SectionKind::Phase(id)),
            (_, Some(number), _) => Some(SectionKind::Number(number)),
            // "Implementation for User Story 1" inside the phase of that story is no group of its own.
            (_, _, Some(story)) => {
                let of_phase = place
                    .phase
                    .and_then(|at| self.layout.sections[at].story.as_ref());
                (of_phase != Some(&story)).then_some(SectionKind::Story(story))
            }
            _ => None,
        };
        if let Some(kind) = kind.filter(|_| work) {
            let at = Some(self.layout.sections.len());
            match &kind {
                SectionKind::Phase(_) => place.phase = at,
                SectionKind::Number(_) => place.number = at,
                SectionKind::Story(_) => place.story = at,
            }
            self.layout.sections.push(Section {
                kind,
                span,
                story: opened.story,
            });
        }
        self.open.push((level, place));
    }

    /// Takes up lines that are no checkbox.
    fn lines(&mut self, span: Range<usize>) {
        if let Some(&row) = self.inside.last() {
            let row = &mut self.layout.rows[row];
            let mut lines = self.document.text()[span.clone()].lines();
            row.has_field |= lines.any(wave_plan::is_field_of_task);
            row.details.push(span);
            return;
        }
        let place = self.place();
        if place.sample {
            return;
        }
        if place.order {
            self.layout.order_lines.push(span);
        } else if place.aside {
            self.layout.other_lines.push(span);
        } else if let Some(section) = place.story.or(place.phase).or(place.number) {
            self.layout.group_lines.push((section, span));
        }
    }

    /// A checkbox without an id inside a task is a line of that task.
    fn details_of_outer(&mut self, entry: &Entry<'_>, span: Range<usize>) {
        if let Some(&row) = self.inside.last()
            && entry.id().is_none()
        {
            self.layout.rows[row].details.push(span);
        }
    }
}
