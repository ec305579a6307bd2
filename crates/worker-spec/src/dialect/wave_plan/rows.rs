//! What one place says about one task, cell by cell: a row of a table, a section with fields, an item of a list.

mod claims;
mod links;
mod sprints;

use std::collections::{HashMap, HashSet};
use std::ops::Range;
use std::time::Duration;

use super::super::asserted::Asserted;
use super::cells::{self, estimate, is_nothing, issue_numbers, own_issue, pieces, plain};
use super::columns::Column;
use super::dependencies::{Named, doubt, is_soft_remark, read_cell, says_over};
use super::group_heading::group_heading;
use super::known_names::KnownNames;
use super::numbered::{DOERS, KINDS};
use super::outline::{Outline, Place};
use super::tail::Tail;
use crate::duration::whole_duration;
use crate::groups::group_id;
use crate::ids::{is_id, split_number};
use crate::path::{PathFault, looks_like_file, normal_path, with_slashes};
use crate::points::story_points;
use crate::status_words::status_of;
use crate::tokens::parse_tokens;
use crate::{
    Code, Diagnostic, Document, EdgeMention, EdgeSource, Fragment, GroupDependency, OrderField,
    Reference, Status, TaskMention, TaskMentionKind,
};
pub(in crate::dialect) use claims::paths_of_patterns;
use claims::{claimed_path, claimed_pieces, either_of};
use links::links;
use sprints::{in_sprints, length_of_sprint, off_title};

/// What one place says about one task.
#[derive(Debug)]
pub(super) struct Row {
    pub(super) id: String,
    /// Whether the id starts again in every group, and so has to be told from that of another group.
    pub(super) is_scoped: bool,
    pub(super) named_by: Reference,
    pub(super) aliases: Vec<String>,
    pub(super) title: String,
    pub(super) place: Place,
    pub(super) kind: TaskMentionKind,
    pub(super) status: Option<Status>,
    pub(super) estimate: Option<Duration>,
    pub(super) agent: Option<String>,
    pub(super) complexity: Option<String>,
    pub(super) parallel: bool,
    /// What kind of place it is, for the edges that it states.
    pub(super) stated_in: EdgeSource,
    pub(super) cells: Vec<(Column, Range<usize>)>,
    /// What stands after the name on its line, for a line that is no row of a table.
    pub(super) tail: Option<Range<usize>>,
    /// The text that names the task.
    pub(super) span: Range<usize>,
}

impl Row {
    /// Takes up what the line says about what comes first, now that the names of all tasks are known. The last word on
    /// a line that named ids was said before.
    fn read_tail(&mut self, text: &str, known: &KnownNames) {
        self.read_notes(text, known);
        let Some(span) = self.tail.clone().filter(|_| self.needs().is_none()) else {
            return;
        };
        let tail = Tail::among(&text[span.clone()], known);
        if let Some(needs) = tail.needs {
            self.cells.push((
                Column::Dependencies,
                span.start + needs.start..span.start + needs.end,
            ));
            self.title = tail.title;
            self.estimate = tail.estimate;
            self.complexity = tail.points;
            self.status = self.status.or(tail.status);
        }
    }

    /// "after build" among the remarks of a row whose table has no column for what comes first.
    fn read_notes(&mut self, text: &str, known: &KnownNames) {
        let has = |wanted| self.cells.iter().any(|(column, _)| *column == wanted);
        if has(Column::Dependencies) {
            return;
        }
        if self.stated_in != EdgeSource::Table {
            let sentences = self.sentences_of_order(text, known);
            let sentences = sentences.into_iter();
            self.cells
                .extend(sentences.map(|needs| (Column::Dependencies, needs)));
            return;
        }
        let notes = || {
            let cells = self.cells.iter();
            cells.filter(|(column, _)| *column == Column::Notes)
        };
        let links: Vec<(Column, Range<usize>)> = notes()
            .flat_map(|(_, span)| links(text, span, known))
            .collect();
        if !links.is_empty() {
            self.cells.extend(links);
            return;
        }
        let needs = notes().find_map(|(_, span)| {
            let needs = Tail::among(&text[span.clone()], known).needs?;
            Some(span.start + needs.start..span.start + needs.end)
        });
        if let Some(needs) = needs {
            self.cells.push((Column::Dependencies, needs));
        }
    }

    /// "Depends on Task 1." among the prose below a task.
    fn sentences_of_order(&self, text: &str, known: &KnownNames) -> Vec<Range<usize>> {
        let mut found = Vec::new();
        for (_, span) in self
            .cells
            .iter()
            .filter(|(column, _)| *column == Column::Notes)
        {
            let mut at = span.start;
            for sentence in text[span.clone()].split_inclusive(['.', ';', '。']) {
                let start = at;
                at += sentence.len();
                let bare = sentence.trim_end_matches(['.', ';', '。', '_', '*', ' ']);
                let head = bare.trim_start_matches(['>', '_', '*', '-', ' ']);
                let start = start + bare.len() - head.len();
                if let Some(needs) = Tail::needs_of_sentence(head, known) {
                    found.push(start + needs.start..start + needs.end);
                }
            }
        }
        found
    }

    /// What the line says about what comes first.
    fn needs(&self) -> Option<&Range<usize>> {
        let tail = self.tail.as_ref()?;
        let mut needs = self.cells.iter().filter_map(|(column, span)| {
            let on_line = tail.start <= span.start && span.end <= tail.end;
            (*column == Column::Dependencies && on_line).then_some(span)
        });
        needs.next()
    }

    fn scoped_id(&self, outline: &Outline) -> Option<String> {
        let group = outline.group_id(self.place)?;
        self.is_scoped.then(|| format!("{group}/{}", self.id))
    }
}

/// Whether a row is called by who does it: `Agent 3`.
pub(super) fn is_of_doer(row: &Row) -> bool {
    let word = row.id.split(' ').next().unwrap_or_default();
    row.id.contains(' ') && DOERS.contains(&word.to_lowercase().as_str())
}

/// The names of all tasks.
pub(super) fn known_names<'n>(tasks: impl IntoIterator<Item = &'n TaskMention>) -> KnownNames {
    let mut known = KnownNames::default();
    for task in tasks {
        let title = task.title.as_deref().unwrap_or_default();
        add_names(&mut known, &task.id, &task.aliases, title);
    }
    known
}

/// The names of what rows are about.
pub(super) fn known_names_of(rows: &[Row]) -> KnownNames {
    let mut known = KnownNames::default();
    for row in rows {
        add_names(&mut known, &row.id, &row.aliases, &row.title);
    }
    known
}

fn add_names(known: &mut KnownNames, id: &str, aliases: &[String], title: &str) {
    known.add(id);
    for alias in aliases {
        known.add(alias);
    }
    known.add(title);
    if let Some((word, number)) = id.split_once(' ')
        && number.starts_with(|c: char| c.is_ascii_digit())
        && KINDS.contains(&word.to_lowercase().as_str())
    {
        known.add_kind(word, &format!("{word} "));
    }
    if let Some((_, letter)) = id.split_once(' ') {
        let mut letters = letter.chars();
        if let (Some(letter), None) = (letters.next(), letters.next()) {
            known.add_letter(letter, id);
        }
    }
    // "VM lifecycle (src/vm/)" is called "VM lifecycle".
    if let Some((head, _)) = title.split_once(" (") {
        known.add(head.trim());
    }
    if id.starts_with('#') {
        for kind in ["issue", "ticket", "task", "story"] {
            known.add_kind(kind, "#");
        }
    }
}

/// Reads rows into mentions and edges.
pub(super) fn read(
    document: &Document,
    outline: &Outline,
    rows: Vec<Row>,
    fragment: &mut Fragment,
    diagnostics: &mut Vec<Diagnostic>,
) {
    let known = known_names_of(&rows);
    read_among(document, outline, rows, known, fragment, diagnostics);
}

/// Reads rows that may speak of tasks which were read before, by their names.
pub(super) fn read_beside(
    document: &Document,
    outline: &Outline,
    rows: Vec<Row>,
    fragment: &mut Fragment,
    diagnostics: &mut Vec<Diagnostic>,
) {
    let mut known = known_names(&fragment.tasks);
    for row in &rows {
        add_names(&mut known, &row.id, &row.aliases, &row.title);
    }
    read_among(document, outline, rows, known, fragment, diagnostics);
}

fn read_among(
    document: &Document,
    outline: &Outline,
    mut rows: Vec<Row>,
    mut known: KnownNames,
    fragment: &mut Fragment,
    diagnostics: &mut Vec<Diagnostic>,
) {
    scope_repeated_ids(document, outline, &mut rows, diagnostics);
    let work_of = work_of_doers(&rows, &mut known);
    for row in &rows {
        if let Some(tail) = row.tail.clone().filter(|_| row.needs().is_none()) {
            known.add(&Tail::title_of_head(&document.text()[tail]));
        }
    }
    let sprint = length_of_sprint(document.text());
    for row in &mut rows {
        row.read_tail(document.text(), &known);
        let found = sprint.filter(|_| row.estimate.is_none());
        if let Some(found) = found.and_then(|sprint| off_title(&row.title, sprint)) {
            row.title = found.title;
            row.estimate = Some(found.estimate);
            row.complexity = row.complexity.take().or(found.points);
        }
    }
    let in_groups: HashSet<String> = rows
        .iter()
        .filter(|row| row.place.group.is_some())
        .map(|row| row.id.to_lowercase())
        .collect();
    let scoped: HashSet<String> = rows
        .iter()
        .filter_map(|row| row.scoped_id(outline))
        .collect();
    let ids: HashSet<&str> = rows.iter().map(|row| row.id.as_str()).collect();
    for row in &rows {
        let mut reader = Reader {
            document,
            row,
            ids: &ids,
            scoped: &scoped,
            known: &known,
            work_of: &work_of,
            sprint,
            fragment: &mut *fragment,
            diagnostics: &mut *diagnostics,
        };
        let mut mention = reader.mention(outline);
        // A table outside of all groups is a survey of what the groups define.
        if row.place.group.is_none() && in_groups.contains(&row.id.to_lowercase()) {
            mention.kind = TaskMentionKind::Mention;
        }
        fragment.tasks.push(mention);
    }
}

/// An id that starts again in every group (`1`, `A`) becomes `wave-2/1`, when the rows are about different things.
///
/// Of numbers and letters that is what is meant; of an id like `T2` it may be a slip, and is told.
fn scope_repeated_ids(
    document: &Document,
    outline: &Outline,
    rows: &mut [Row],
    diagnostics: &mut Vec<Diagnostic>,
) {
    let mut first: HashMap<String, usize> = HashMap::new();
    let mut repeated: Vec<(usize, usize)> = Vec::new();
    for (index, row) in rows.iter().enumerate() {
        let known = *first.entry(row.id.to_lowercase()).or_insert(index);
        let other = &rows[known];
        // Two pieces of work of one title are two where each has a phase of its own.
        let by_title = row.named_by == Reference::Words && row.agent.is_some();
        if known != index
            && other.place.group != row.place.group
            && (other.title != row.title || by_title)
            && row.place.group.is_some()
            && row.kind == TaskMentionKind::Definition
        {
            repeated.push((index, known));
        }
    }
    for (index, known) in repeated {
        // A long id means one thing wherever it stands; to say two things about it is for merging to tell.
        let by_title = rows[index].named_by == Reference::Words && rows[index].agent.is_some();
        if rows[index].id.chars().count() > 3 && !by_title {
            continue;
        }
        rows[index].is_scoped = true;
        let row = &rows[index];
        let is_name =
            row.id.contains(char::is_alphabetic) && row.id.contains(|c: char| c.is_ascii_digit());
        if let Some(scoped) = row.scoped_id(outline).filter(|_| is_name) {
            diagnostics.push(
                Diagnostic::warning(
                    Code::TASK_IN_TWO_GROUPS,
                    format!(
                        "{} is written again for another task, which is read as {scoped}",
                        row.id
                    ),
                )
                .at(document.location(row.span.clone()))
                .related(
                    document.location(rows[known].span.clone()),
                    "first written here",
                )
                .help("give one of them another id"),
            );
        }
    }
}

/// The tasks of those who do several and are called by a word and a number: of `agent 1`, where each stands and its id.
type WorkOf = HashMap<String, Vec<(usize, String)>>;

fn work_of_doers(rows: &[Row], known: &mut KnownNames) -> WorkOf {
    let mut work_of = WorkOf::new();
    for row in rows.iter().filter(|row| row.named_by == Reference::Words) {
        let Some(agent) = &row.agent else { continue };
        let Some((word, _)) = agent.split_once(' ') else {
            continue;
        };
        if DOERS.contains(&word.to_lowercase().as_str()) && !known.holds(agent) {
            known.add_kind(word, &format!("{word} "));
            let work = work_of.entry(agent.to_lowercase()).or_default();
            work.push((row.span.start, row.id.clone()));
        }
    }
    work_of
}

struct Reader<'r> {
    document: &'r Document,
    row: &'r Row,
    ids: &'r HashSet<&'r str>,
    scoped: &'r HashSet<String>,
    known: &'r KnownNames,
    work_of: &'r WorkOf,
    /// How long the document says that a sprint is.
    sprint: Option<Duration>,
    fragment: &'r mut Fragment,
    diagnostics: &'r mut Vec<Diagnostic>,
}

impl Reader<'_> {
    fn mention(&mut self, outline: &Outline) -> TaskMention {
        let row = self.row;
        let location = self.document.location(row.span.clone());
        let group = outline.group_id(row.place).map(str::to_owned);
        let id = row.scoped_id(outline).unwrap_or_else(|| row.id.clone());
        let mut mention = TaskMention::new(id, row.kind, location);
        mention.named_by = row.named_by;
        mention.title = (!row.title.is_empty()).then(|| row.title.clone());
        mention.aliases.clone_from(&row.aliases);
        mention.groups.extend(group);
        mention.estimate = row.estimate;
        mention.parallel = row.parallel;
        mention.agent.clone_from(&row.agent);
        mention.complexity.clone_from(&row.complexity);
        if row.place.deferred {
            mention.status = Some(Status::Deferred);
        }
        for (column, span) in &row.cells {
            self.cell(*column, span.clone(), &mut mention);
        }
        mention.status = mention.status.or(row.status);
        mention
    }

    fn cell(&mut self, column: Column, span: Range<usize>, mention: &mut TaskMention) {
        let cell = &self.document.text()[span.clone()];
        match column {
            Column::Dependencies | Column::Blocks => self.order(column, span, mention),
            Column::Status => {
                if mention.status.is_none() {
                    mention.status = cells::status(cell).or_else(|| status_of(&plain(cell)));
                }
            }
            Column::Id | Column::Task
                if mention.status.is_none()
                    && self.row.stated_in == EdgeSource::Table
                    && cells::status(cell) == Some(Status::Done) =>
            {
                mention.status = Some(Status::Done);
            }
            _ if is_nothing(cell) => {}
            Column::Issue => {
                let issue = own_issue(cell);
                mention
                    .aliases
                    .extend(issue.filter(|issue| *issue != mention.id));
            }
            Column::Number => mention.aliases.push(plain(cell).into_owned()),
            Column::Task | Column::Title => {
                // "Build it (#12)": only when it is the only number there.
                let mut issues = issue_numbers(cell);
                if let (Some(issue), None) = (issues.next(), issues.next())
                    && !is_id(&plain(cell))
                    && !cell.to_lowercase().contains("part of")
                {
                    mention.aliases.push(issue.to_owned());
                }
            }
            Column::Model => mention.model = Some(plain(cell).into_owned()),
            Column::Points => mention.complexity = Some(in_points(&plain(cell))),
            Column::Agent | Column::Owner => mention.agent = Some(plain(cell).into_owned()),
            Column::Complexity => match whole_duration(&plain(cell)) {
                Some(duration) => mention.estimate = mention.estimate.or(Some(duration)),
                None => {
                    // "M (4h)": the size, and how long that takes.
                    let size = plain(cell);
                    let (size, duration) = with_duration(&size);
                    mention.estimate = mention.estimate.or(duration);
                    mention.complexity = Some(size.to_owned());
                }
            },
            Column::Budget => {
                mention.estimate = mention.estimate.or_else(|| whole_duration(&plain(cell)));
            }
            Column::Parallel => mention.parallel |= cells::is_yes(cell),
            Column::Claims => self.claims(span, mention),
            Column::Tokens => match parse_tokens(&plain(cell)) {
                Some(tokens) => mention.tokens = Some(tokens),
                None => self.bad_value("amount of tokens", span),
            },
            Column::Estimate(unit) => match estimate(cell, unit)
                .or_else(|| in_sprints(&plain(cell), self.sprint?))
            {
                Some(duration) => mention.estimate = Some(duration),
                None if is_size(&plain(cell)) || story_points(&plain(cell)).is_some() => {
                    mention.complexity = Some(plain(cell).into_owned())
                }
                None => self.bad_value("duration", span),
            },
            Column::Group => {
                if let Some(group) = group_heading(&plain(cell)) {
                    mention.groups = vec![group.id];
                }
            }
            Column::GroupOf(kind) => mention.groups = vec![group_id(kind, &plain(cell))],
            Column::Unclear => self.diagnostics.push(
                Diagnostic::warning(
                    Code::AMBIGUOUS_ORDER,
                    format!(
                        "column `{}` names rows of its table, but does not say whether they come first",
                        plain(cell).escape_debug()
                    ),
                )
                .at(self.document.location(span))
                .help("head it `Depends on` when they come first, `Blocks` when they come after"),
            ),
            Column::Id | Column::Notes | Column::Other => {}
        }
    }

    fn bad_value(&mut self, what: &str, span: Range<usize>) {
        // A line of a section may be about anything: only a table has the unit in its heading.
        if self.row.stated_in != EdgeSource::Table {
            return;
        }
        let written = plain(&self.document.text()[span.clone()]).into_owned();
        self.diagnostics.push(
            Diagnostic::warning(
                Code::BAD_VALUE,
                format!("`{}` is no {what}", written.escape_debug()),
            )
            .at(self.document.location(span))
            .help("write an amount with its unit, such as `4h`, `30 min` or `15K`"),
        );
    }

    fn claims(&mut self, span: Range<usize>, mention: &mut TaskMention) {
        let cell = &self.document.text()[span.clone()];
        let is_table = self.row.stated_in == EdgeSource::Table;
        for piece in pieces(cell)
            .into_iter()
            .flat_map(|piece| claimed_pieces(cell, piece))
        {
            let written = plain(&cell[piece.clone()]).into_owned();
            let path = claimed_path(&written);
            let is_path = path.contains('/') && !path.contains(char::is_whitespace);
            if !(is_table || is_path || looks_like_file(path)) {
                continue;
            }
            if let Some(paths) = either_of(path) {
                mention.claims.extend(paths);
                continue;
            }
            match normal_path(path) {
                Ok(path) if !mention.claims.contains(&path) => mention.claims.push(path),
                Ok(_) => {}
                Err(fault) => {
                    let start = span.start + piece.start;
                    let mut diagnostic = Diagnostic::warning(
                        Code::FORBIDDEN_PATH,
                        format!("`{}` {}", written.escape_debug(), fault.why()),
                    )
                    .at(self.document.location(start..start + piece.len()))
                    .help("claim paths below the root of the work");
                    let mended = with_slashes(path).filter(|_| fault == PathFault::Backslash);
                    // The path stands in the cell as it is, but for marks of code around it.
                    if let (Some(mended), Some(at)) = (mended, cell[piece.clone()].find(path)) {
                        let place = start + at..start + at + path.len();
                        diagnostic = diagnostic
                            .help(format!("write `{mended}`"))
                            .fix(self.document.location(place), mended);
                    }
                    self.diagnostics.push(diagnostic);
                }
            }
        }
    }

    /// What the task waits for, or what waits for it.
    fn order(&mut self, column: Column, span: Range<usize>, mention: &mut TaskMention) {
        let feeds = column == Column::Blocks;
        self.fragment.order_fields.push(OrderField {
            task: mention.id.clone(),
            feeds,
            stated_in: self.row.stated_in,
            location: self.document.location(span.clone()),
        });
        let cell = &self.document.text()[span.clone()];
        if let Some(doubtful) = doubt(cell, self.known) {
            let place = span.start + doubtful.start..span.start + doubtful.end;
            let complaint = Asserted::complaint(&cell[doubtful]);
            self.diagnostics
                .push(complaint.at(self.document.location(place)));
        }
        for (piece, named) in read_cell(cell, self.known) {
            let location = self
                .document
                .location(span.start + piece.start..span.start + piece.end);
            match named {
                Named::Task {
                    name,
                    reference,
                    kind,
                } => {
                    // A line of a section speaks of much that is no task: "Redis (exists)". A remark is told.
                    let in_remark = self.row.needs() == Some(&span);
                    if reference == Reference::Words
                        && self.row.stated_in != EdgeSource::Table
                        && (!in_remark || is_remark_on_remark(&name))
                        && !self.known.holds(&name)
                        // Merging finds what it means, or tells that nothing is called so.
                        && (feeds || !says_over(&cell[piece.clone()]))
                    {
                        continue;
                    }
                    let work = self.work_of(&name, feeds);
                    let by_words = self.row.named_by == Reference::Words || !work.is_empty();
                    let reference = if by_words {
                        Reference::Words
                    } else {
                        reference
                    };
                    let names = match work.is_empty() {
                        true => vec![self.scoped(name, mention)],
                        false => work,
                    };
                    for name in names {
                        let (from, to) = if feeds {
                            (mention.id.clone(), name)
                        } else {
                            (name, mention.id.clone())
                        };
                        self.fragment.edges.push(EdgeMention {
                            from,
                            to,
                            reference,
                            kind,
                            stated_in: if feeds {
                                EdgeSource::Blocks
                            } else {
                                self.row.stated_in
                            },
                            location: location.clone(),
                        });
                    }
                }
                Named::Group(name) if !feeds => {
                    mention.depends_on_groups.push(GroupDependency {
                        name,
                        groups: Vec::new(),
                        location,
                    });
                }
                Named::Group(_) => {}
                Named::Relation(relation) => {
                    self.diagnostics.push(relation.complaint().at(location));
                }
                Named::BadRange(text) => self.diagnostics.push(
                    Diagnostic::error(Code::BAD_RANGE, format!("`{text}` is no range of ids"))
                        .at(location)
                        .help("a range counts up within one series, such as `T001-T009`"),
                ),
            }
        }
    }

    /// The tasks of an agent or a team that does several, and is named in place of these: those above, or below where
    /// the line says what waits for it.
    fn work_of(&self, name: &str, feeds: bool) -> Vec<String> {
        let Some(work) = self.work_of.get(&name.to_lowercase()) else {
            return Vec::new();
        };
        let here = self.row.span.start;
        let fits = |(at, _): &&(usize, String)| if feeds { *at > here } else { *at < here };
        work.iter().filter(fits).map(|(_, id)| id.clone()).collect()
    }

    /// A name that means a row of the same group, when ids start again in every group.
    fn scoped(&self, name: String, mention: &TaskMention) -> String {
        // `1` on the line of `wave-2-3` is `wave-2-1`: a number names an item of its own list first.
        if self.row.stated_in == EdgeSource::List
            && name.bytes().all(|byte| byte.is_ascii_digit())
            && let Some(prefix) = own_list(&self.row.id)
        {
            let beside = format!("{prefix}{name}");
            if self.ids.contains(beside.as_str()) {
                return beside;
            }
        }
        let own = mention
            .groups
            .first()
            .map(|group| format!("{group}/{name}"));
        own.filter(|own| self.scoped.contains(own)).unwrap_or(name)
    }
}

/// What stands before the number of an item in a list whose numbers begin again: `wave-2-` of `wave-2-3`.
fn own_list(id: &str) -> Option<&str> {
    let (prefix, number) = split_number(id)?;
    (prefix.ends_with('-') && prefix.contains(|c: char| c.is_lowercase()) && !number.is_empty())
        .then_some(prefix)
}

/// An amount of points as it would be written elsewhere: `3` is `3 SP`.
fn in_points(cell: &str) -> String {
    match cell
        .bytes()
        .all(|byte| byte.is_ascii_digit() || byte == b'.')
    {
        true => format!("{cell} SP"),
        false => cell.to_owned(),
    }
}

/// Whether a piece of a remark is no name but says how much is needed, or how far the task is: "nice to have", "done".
pub(in crate::dialect) fn is_remark_on_remark(piece: &str) -> bool {
    is_soft_remark(piece) || status_of(piece).is_some()
}

/// A size without the duration that stands in brackets behind it.
fn with_duration(size: &str) -> (&str, Option<Duration>) {
    let inside = size.strip_suffix([')', ']', '）']);
    let found = inside.and_then(|text| {
        let (size, inside) = text.rsplit_once(['(', '[', '（'])?;
        Some((size.trim_end(), whole_duration(inside.trim())?))
    });
    match found {
        Some((size, duration)) if !size.is_empty() => (size, Some(duration)),
        _ => (size, None),
    }
}

fn is_size(cell: &str) -> bool {
    matches!(
        cell.to_lowercase().as_str(),
        "xs" | "s"
            | "m"
            | "l"
            | "xl"
            | "xxl"
            | "small"
            | "medium"
            | "large"
            | "trivial"
            | "minimal"
            | "low"
            | "moderate"
            | "high"
            | "very low"
            | "very high"
    )
}
