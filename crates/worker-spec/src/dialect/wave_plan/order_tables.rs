//! Tables whose rows are edges: `| From | To |`, and square ones with a mark where one task waits for another.
//!
//! Two columns called `From` and `To` also hold ranges, moves, versions and what was measured before and after. So such a
//! table is one of edges only where it says so: by its columns (`Predecessor`, `Successor`), by the heading or the line
//! above, or by what stands beside the ends (`FS`, `soft`).

mod headings;

use std::collections::HashSet;
use std::ops::Range;

use self::headings::{End, Says, end, is_type, is_weak, says_how, speaks_of_pairs};

use super::cells::plain;
use super::columns::{Column, column};
use super::dependencies::{Named, read_cell};
use super::diagrams::speaks_of_plan;
use super::known_names::KnownNames;
use super::outline::{Outline, heading, speaks_of_other};
use super::rows::known_names;
use crate::dialect::order_headings::of_order;
use crate::groups::find_groups;
use crate::markdown::{BlockKind, TableRow};
use crate::{Code, Diagnostic, Document, EdgeKind, EdgeMention, EdgeSource, Fragment, Reference};

/// Adds the edges between tasks that the document defines elsewhere.
pub(super) fn read(
    document: &Document,
    outline: &Outline,
    fragment: &mut Fragment,
    diagnostics: &mut Vec<Diagnostic>,
) {
    if fragment.tasks.is_empty() {
        return;
    }
    let markdown = document.markdown();
    let mut known: Option<KnownNames> = None;
    let mut edges = Vec::new();
    // The line right above.
    let mut before = "";
    for (block, place) in markdown.blocks.iter().zip(&outline.places) {
        let above = std::mem::take(&mut before);
        let table = match &block.kind {
            BlockKind::Table(table) => table,
            BlockKind::Paragraph { text } => {
                let lines = document.text()[text.clone()].lines();
                before = lines.last().unwrap_or_default();
                continue;
            }
            _ => continue,
        };
        let mut rows = markdown.rows(table);
        let Some(columns) = rows.next().filter(|_| !place.example) else {
            continue;
        };
        let heading = heading(document, *place);
        let table = Table {
            document,
            about_order: of_order(heading).announces_edges() || of_order(above).announces_edges(),
            about_pairs: speaks_of_pairs(heading) || speaks_of_pairs(above),
            heading: columns,
            rows: rows.collect(),
        };
        let ends = table.ends();
        if ends.is_none() && !table.may_be_square() {
            continue;
        }
        let known = known.get_or_insert_with(|| known_names(&fragment.tasks));
        let Some(ends) = ends else {
            match table.square(known) {
                Some(Square::Edges(found)) => edges.extend(found),
                Some(Square::Ambiguous) => {
                    let message = "this matrix marks tasks on both sides of its diagonal, and does not say which of the two waits";
                    let help = "write `waits for →` or `blocks →` into its first cell";
                    let place = document.location(block.span.start..block.span.start + 1);
                    let told = Diagnostic::warning(Code::AMBIGUOUS_ORDER, message).at(place);
                    diagnostics.push(told.help(help));
                }
                Some(Square::Open) => {
                    let message = "this matrix may be an order of tasks, or something else about pairs of them";
                    let help =
                        "if it is an order, write `waits for →` or `blocks →` into its first cell";
                    let place = document.location(block.span.start..block.span.start + 1);
                    let told = Diagnostic::warning(Code::AMBIGUOUS_ORDER, message).at(place);
                    diagnostics.push(told.help(help));
                }
                None => {}
            }
            continue;
        };
        let found = table.pairs(&ends, known);
        if found.is_empty() {
            continue;
        }
        match table.sense(&ends, heading) {
            Sense::Edges => edges.extend(found),
            Sense::Open => {
                let complaint = Diagnostic::warning(
                    Code::AMBIGUOUS_ORDER,
                    "the rows of this table may be an order of tasks, or something else about them",
                );
                let help = "if they are an order, call the columns `Predecessor` and `Successor`";
                let place = document.location(block.span.clone());
                diagnostics.push(complaint.at(place).help(help));
            }
            Sense::Other => {}
        }
    }
    fragment.edges.extend(edges);
}

struct Table<'d> {
    document: &'d Document,
    /// Whether the heading or the line above speaks of order.
    about_order: bool,
    /// Whether they speak of what has no direction: what goes together, or cannot.
    about_pairs: bool,
    heading: TableRow<'d>,
    rows: Vec<TableRow<'d>>,
}

/// What a square table says.
enum Square {
    Edges(Vec<EdgeMention>),
    /// It may be read both ways.
    Ambiguous,
    /// It may be about something else than order.
    Open,
}

/// What a mark of a square table says.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Mark {
    None,
    Edge(EdgeKind),
}

/// What crosses say in a table.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Crosses {
    /// They are the only marks.
    Yes,
    /// Other marks say yes.
    No,
}

impl<'d> Table<'d> {
    fn text(&self, cell: &Range<usize>) -> &'d str {
        &self.document.text()[cell.clone()]
    }

    /// The columns of what comes first and of what waits for it, in a table that has these two alone to name a task.
    fn ends(&self) -> Option<Ends> {
        let (mut from, mut to) = (None, None);
        let mut is_plain = true;
        for (at, cell) in self.heading.cells.iter().enumerate() {
            let name = plain(self.text(cell));
            let (end, says) = match end(&name) {
                Some(End::From(says)) => (&mut from, says),
                Some(End::To(says)) => (&mut to, says),
                Some(End::Name) => return None,
                None => continue,
            };
            is_plain &= says == Says::Order;
            if end.replace(at).is_some() {
                return None;
            }
        }
        let (from, to) = (from?, to?);
        Some(Ends { from, to, is_plain })
    }

    /// The cells beside the ends.
    fn beside<'r>(
        &'r self,
        row: &'r TableRow<'d>,
        ends: &Ends,
    ) -> impl Iterator<Item = (usize, &'d str)> + 'r {
        let (from, to) = (ends.from, ends.to);
        let cells = row.cells.iter().enumerate();
        cells
            .filter(move |(at, _)| *at != from && *at != to)
            .map(|(at, cell)| (at, self.text(cell)))
    }

    /// What the rows of a table with two such columns are.
    fn sense(&self, ends: &Ends, heading: &str) -> Sense {
        let first = ends.from.min(ends.to);
        let beside: Vec<(usize, &str)> = self.beside(&self.heading, ends).collect();
        // What a row begins with is what it is about: `| Wave 1 | T1 | T4 |` is a range, `| Ann | T1 | T2 |` a handover.
        let is_of_other = |(at, name): &(usize, &str)| {
            let is_subject = matches!(
                column(&plain(name)),
                Column::Group | Column::Owner | Column::Agent
            );
            is_subject || *at < first && !says_how(name)
        };
        let names_groups = || {
            let cells = self.rows.iter().flat_map(|row| self.beside(row, ends));
            let mut cells = cells.map(|(_, cell)| plain(cell));
            cells.any(|cell| {
                find_groups(&cell)
                    .next()
                    .is_some_and(|group| group.start == 0)
            })
        };
        if beside.iter().any(is_of_other) || names_groups() {
            return Sense::Other;
        }
        let is_typed = || {
            let mut cells = self.rows.iter().flat_map(|row| self.beside(row, ends));
            cells.any(|(_, cell)| is_type(cell))
        };
        if ends.is_plain || self.about_order || is_typed() {
            return Sense::Edges;
        }
        let end_cells = || {
            let cells = self
                .rows
                .iter()
                .map(|row| (row.cells.get(ends.from), row.cells.get(ends.to)));
            cells.filter_map(|(from, to)| Some((self.text(from?), self.text(to?))))
        };
        let is_number = |cell: &str| !plain(cell).contains(|c: char| !c.is_ascii_digit());
        let is_open = beside.iter().all(|(_, name)| says_how(name))
            && !speaks_of_other(heading)
            && !end_cells().any(|(from, to)| is_number(from) || is_number(to));
        match is_open {
            true if speaks_of_plan(heading) => Sense::Edges,
            true => Sense::Open,
            false => Sense::Other,
        }
    }

    /// The edges of rows whose both ends are tasks; none if that is not so of most of the rows.
    fn pairs(&self, ends: &Ends, known: &KnownNames) -> Vec<EdgeMention> {
        let mut edges = Vec::new();
        let mut read = 0;
        for row in &self.rows {
            let cells = (row.cells.get(ends.from), row.cells.get(ends.to));
            let (Some(before), Some(after)) = cells else {
                continue;
            };
            let (first, then) = (self.tasks(before, known), self.tasks(after, known));
            let on_both = |(name, ..): &(String, Range<usize>, EdgeKind)| {
                then.iter().any(|(other, ..)| name == other)
            };
            if first.iter().any(on_both) {
                // Such a row says what a task was made of.
                continue;
            }
            read += usize::from(!first.is_empty() && !then.is_empty());
            let weak = self.beside(row, ends).any(|(_, cell)| is_weak(cell));
            for (from, span, kind) in &first {
                for (to, _, other) in &then {
                    let is_soft = weak || [kind, other].contains(&&EdgeKind::Soft);
                    let kind = if is_soft {
                        EdgeKind::Soft
                    } else {
                        EdgeKind::Hard
                    };
                    edges.push(self.edge(from, to, kind, span.clone(), EdgeSource::Table));
                }
            }
        }
        if read * 2 < self.rows.len() {
            edges.clear();
        }
        edges
    }

    /// The known tasks that a cell names, each with its place.
    fn tasks(
        &self,
        cell: &Range<usize>,
        known: &KnownNames,
    ) -> Vec<(String, Range<usize>, EdgeKind)> {
        let named = read_cell(self.text(cell), known).into_iter();
        let tasks = named.filter_map(|(piece, named)| match named {
            Named::Task { name, kind, .. } if known.holds(&name) => {
                Some((name, cell.start + piece.start..cell.start + piece.end, kind))
            }
            _ => None,
        });
        tasks.collect()
    }

    /// What crosses say: no, where ticks say yes, or where nearly every cell has one.
    fn crosses(&self) -> Crosses {
        // Without those of a task against itself.
        let heads = self.heading.cells;
        let cells = || {
            self.rows.iter().flat_map(|row| {
                let own = row.cells.first().map(|cell| plain(self.text(cell)));
                let others = row.cells.iter().zip(heads).skip(1);
                let others = others.filter(move |(_, head)| Some(plain(self.text(head))) != own);
                others.map(|(cell, _)| mark_of(self.text(cell)))
            })
        };
        let is_cross = |cell: &str| matches!(cell, "✗" | "✕" | "✘" | "✖" | "×" | "x");
        let crossed = cells().filter(|cell| is_cross(cell)).count();
        let ticks = ["✓", "✔", "✔\u{fe0f}", "✅", "☑", "yes", "y", "●", "1"];
        let is_ticked = cells().any(|cell| ticks.contains(&cell.as_str()));
        // An order fills half of the cells at most.
        match is_ticked || crossed * 2 > cells().count() {
            true => Crosses::No,
            false => Crosses::Yes,
        }
    }

    /// Whether there are about as many rows as columns.
    fn may_be_square(&self) -> bool {
        let columns = self.heading.cells.len();
        let rows = self.rows.len();
        columns > 2 && rows > 1 && rows.abs_diff(columns - 1) <= columns / 2
    }

    /// The edges of a table with a task for each row and each column; `None` if it is none.
    fn square(&self, known: &KnownNames) -> Option<Square> {
        let name = |cell: &Range<usize>| {
            let written = plain(self.text(cell));
            known.holds(&written).then(|| written.into_owned())
        };
        let (corner, heads) = self.heading.cells.split_first()?;
        let columns: Option<Vec<String>> = heads.iter().map(name).collect();
        let columns = columns?;
        let crosses = self.crosses();
        let mut marks: Vec<(String, &String, EdgeKind, &Range<usize>)> = Vec::new();
        // Marks left of the diagonal, and right of it.
        let (mut left, mut right) = (0, 0);
        for row in &self.rows {
            let (head, cells) = row.cells.split_first()?;
            let own = name(head)?;
            let diagonal = columns.iter().position(|column| *column == own);
            for (at, (cell, column)) in cells.iter().zip(&columns).enumerate() {
                if Some(at) == diagonal {
                    continue;
                }
                if let Mark::Edge(kind) = mark(self.text(cell), crosses)? {
                    marks.push((own.clone(), column, kind, cell));
                    match diagonal {
                        Some(diagonal) if at > diagonal => right += 1,
                        _ => left += 1,
                    }
                }
            }
        }
        let corner = plain(self.text(corner));
        let by_corner = row_waits(&corner);
        if by_corner.is_none() && (self.about_pairs || speaks_of_pairs(&corner)) {
            let is_mixed = self.about_order && !marks.is_empty();
            return is_mixed.then_some(Square::Open);
        }
        // Ones and noughts may count anything.
        let mut numbers = marks.iter().map(|(.., cell)| self.text(cell).trim());
        if by_corner.is_none() && !self.about_order && numbers.any(|mark| mark == "1") {
            return None;
        }
        let row_waits = by_corner.or(match (left, right) {
            // Tasks are listed in the order in which they can be done.
            (_, 0) => Some(true),
            (0, _) => Some(false),
            _ => None,
        });
        let Some(row_waits) = row_waits else {
            // Marks that stand on both sides alike say what goes together, or cannot.
            let pairs: HashSet<(&str, &str)> = marks
                .iter()
                .map(|(row, column, ..)| (row.as_str(), column.as_str()))
                .collect();
            let is_even = pairs
                .iter()
                .all(|(row, column)| pairs.contains(&(*column, *row)));
            return (!is_even).then_some(Square::Ambiguous);
        };
        // What goes together is drawn as a triangle too.
        if by_corner.is_none() && !self.about_order {
            return (!marks.is_empty()).then_some(Square::Open);
        }
        let edges = marks.into_iter().map(|(row, column, kind, cell)| {
            let (from, to) = match row_waits {
                true => (column, &row),
                false => (&row, column),
            };
            self.edge(from, to, kind, cell.clone(), EdgeSource::Matrix)
        });
        Some(Square::Edges(edges.collect()))
    }

    fn edge(
        &self,
        from: &str,
        to: &str,
        kind: EdgeKind,
        span: Range<usize>,
        stated_in: EdgeSource,
    ) -> EdgeMention {
        EdgeMention {
            from: from.to_owned(),
            to: to.to_owned(),
            reference: Reference::Words,
            kind,
            stated_in,
            location: self.document.location(span),
        }
    }
}

/// The two columns of a table of edges.
struct Ends {
    from: usize,
    to: usize,
    /// Whether their names speak of order and of nothing else.
    is_plain: bool,
}

/// What the rows of a table are.
enum Sense {
    Edges,
    /// It may be either.
    Open,
    Other,
}

/// A mark without what is around it.
fn mark_of(cell: &str) -> String {
    cell.trim()
        .trim_matches(['*', '`', '\u{fe0f}'])
        .to_lowercase()
}

fn mark(cell: &str, crosses: Crosses) -> Option<Mark> {
    Some(match mark_of(cell).as_str() {
        "" | "-" | "–" | "—" | "·" | "." | "/" | "\\" | "0" | "no" | "n" | "n/a" | "none"
        | "❌" | "☐" | "□" | "[ ]" | "&nbsp;" => Mark::None,
        "x" | "×" | "✕" | "✗" | "✘" | "✖" if crosses == Crosses::No => Mark::None,
        "x" | "✓" | "✔" | "✔️" | "✅" | "☑" | "×" | "✕" | "✗" | "✘" | "1" | "●" | "•" | "■"
        | "yes" | "y" | "hard" | "h" | "dep" | "needs" | "→" | "←" | "[x]" => {
            Mark::Edge(EdgeKind::Hard)
        }
        "(x)" | "(✓)" | "○" | "◦" | "soft" | "s" | "optional" | "partial" => {
            Mark::Edge(EdgeKind::Soft)
        }
        _ => return None,
    })
}

/// Whether the corner of a square table says that the task of a row waits for that of a column, or the other way round.
fn row_waits(corner: &str) -> Option<bool> {
    let lower = corner.to_lowercase();
    let has = |words: &[&str]| words.iter().any(|word| lower.contains(word));
    let needs = has(&[
        "depends",
        "needs",
        "requires",
        "waits",
        "blocked by",
        "after",
    ]);
    let feeds = has(&["blocks", "enables", "feeds", "unblocks", "before", "from"]);
    (needs != feeds).then_some(needs)
}
