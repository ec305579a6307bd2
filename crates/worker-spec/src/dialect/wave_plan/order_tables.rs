//! Tables whose rows are edges: `| From | To |`, and square ones with a mark where one task waits for another.

use std::collections::HashSet;
use std::ops::Range;

use super::cells::plain;
use super::columns::{Column, column};
use super::dependencies::{Named, read_cell};
use super::known_names::KnownNames;
use super::outline::Outline;
use super::rows::known_names;
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
    for (block, place) in markdown.blocks.iter().zip(&outline.places) {
        let BlockKind::Table(table) = &block.kind else {
            continue;
        };
        let mut rows = markdown.rows(table);
        let Some(heading) = rows.next().filter(|_| !place.example) else {
            continue;
        };
        let table = Table {
            document,
            about_order: speaks_of_order(super::outline::heading(document, *place)),
            heading,
            rows: rows.collect(),
        };
        let ends = table.ends();
        if ends.is_none() && !table.may_be_square() {
            continue;
        }
        let known = known.get_or_insert_with(|| known_names(&fragment.tasks));
        edges.extend(match ends {
            Some((from, to)) => table.pairs(from, to, known),
            None => match table.square(known) {
                Some(Square::Edges(edges)) => edges,
                Some(Square::Ambiguous) => {
                    let message = "this matrix marks tasks on both sides of its diagonal, and does not say which of the two waits";
                    let help = "write `waits for →` or `blocks →` into its first cell";
                    let told = Diagnostic::warning(Code::AMBIGUOUS_ORDER, message)
                        .at(document.location(block.span.start..block.span.start + 1));
                    diagnostics.push(told.help(help));
                    Vec::new()
                }
                None => Vec::new(),
            },
        });
    }
    fragment.edges.extend(edges);
}

struct Table<'d> {
    document: &'d Document,
    /// Whether the heading above speaks of order.
    about_order: bool,
    heading: TableRow<'d>,
    rows: Vec<TableRow<'d>>,
}

/// What a square table says.
enum Square {
    Edges(Vec<EdgeMention>),
    /// It may be read both ways.
    Ambiguous,
}

/// What a mark of a square table says.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Mark {
    None,
    Edge(EdgeKind),
}

impl<'d> Table<'d> {
    fn text(&self, cell: &Range<usize>) -> &'d str {
        &self.document.text()[cell.clone()]
    }

    /// The columns of what comes first and of what waits for it, in a table that has these two alone to name a task.
    fn ends(&self) -> Option<(usize, usize)> {
        let (mut from, mut to) = (None, None);
        for (at, cell) in self.heading.cells.iter().enumerate() {
            let end = match end(&plain(self.text(cell))) {
                Some(End::From) => &mut from,
                Some(End::To) => &mut to,
                Some(End::Name) => return None,
                None => continue,
            };
            if end.replace(at).is_some() {
                return None;
            }
        }
        let (from, to) = (from?, to?);
        let others = self.heading.cells.iter().enumerate();
        let mut others = others.filter(|(at, _)| *at != from && *at != to);
        let fits = self.about_order
            || others.all(|(_, cell)| is_about_edge(&plain(self.text(cell)).to_lowercase()));
        (fits && !self.names_groups()).then_some((from, to))
    }

    /// Whether a row is about a group, whose first and last task the ends are.
    fn names_groups(&self) -> bool {
        let heads = self.heading.cells.iter();
        heads
            .map(|cell| column(self.text(cell)))
            .any(|column| column == Column::Group)
    }

    /// The edges of rows whose both ends are tasks; none if that is not so of most of the rows.
    fn pairs(&self, from: usize, to: usize, known: &KnownNames) -> Vec<EdgeMention> {
        let mut edges = Vec::new();
        let mut read = 0;
        for row in &self.rows {
            let ends = (row.cells.get(from), row.cells.get(to));
            let (Some(before), Some(after)) = ends else {
                continue;
            };
            // Bare numbers are amounts, unless the heading says otherwise.
            let is_amount = |cell| {
                let cell = plain(self.text(cell));
                cell.bytes()
                    .all(|byte| byte.is_ascii_digit() || byte == b'.')
            };
            if !self.about_order && is_amount(before) && is_amount(after) {
                continue;
            }
            let (first, then) = (self.tasks(before, known), self.tasks(after, known));
            let on_both = |(name, ..): &(String, Range<usize>, EdgeKind)| {
                then.iter().any(|(other, ..)| name == other)
            };
            if first.iter().any(on_both) {
                continue;
            }
            read += usize::from(!first.is_empty() && !then.is_empty());
            let others = row.cells.iter().enumerate();
            let mut others = others.filter(|(at, _)| *at != from && *at != to);
            let weak = others.any(|(_, cell)| is_weak(self.text(cell)));
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
        let mut marks: Vec<(String, &String, EdgeKind, &Range<usize>)> = Vec::new();
        // Beside ticks a cross says no.
        let mut cells = self.rows.iter().flat_map(|row| row.cells.iter().skip(1));
        let ticked = cells.any(|cell| self.text(cell).contains(['✓', '✔', '✅', '☑']));
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
                let is_cross = ticked && is_cross(self.text(cell));
                if let Mark::Edge(kind) = mark(self.text(cell))?
                    && !is_cross
                {
                    marks.push((own.clone(), column, kind, cell));
                    match diagonal {
                        Some(diagonal) if at > diagonal => right += 1,
                        _ => left += 1,
                    }
                }
            }
        }
        let by_corner = row_waits(&plain(self.text(corner)));
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

/// What a column of a table of edges holds.
enum End {
    From,
    To,
    /// The name of a task, so that the rows are tasks.
    Name,
}

fn end(heading: &str) -> Option<End> {
    let name = heading.to_lowercase().replace(['_', '-'], " ");
    let words: Vec<&str> = name
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| {
            !matches!(
                *word,
                "" | "task" | "tasks" | "the" | "id" | "ids" | "issue"
            )
        })
        .collect();
    Some(match words.join(" ").as_str() {
        "from" | "source" | "before" | "predecessor" | "predecessors" | "upstream" | "blocker"
        | "blocking" | "first" | "prerequisite" | "provider" | "producer" | "von" | "de"
        | "vorgänger" | "前置" | "先行" => End::From,
        "to" | "target" | "after" | "successor" | "successors" | "downstream" | "dependent"
        | "blocked" | "then" | "next" | "consumer" | "nach" | "nachfolger" | "後続" | "后续" => {
            End::To
        }
        "" if !name.trim().is_empty() => End::Name,
        "name" | "title" | "#" => End::Name,
        _ => return None,
    })
}

/// Whether a column beside the ends of an edge says something about the edge: its kind, its reason.
fn is_about_edge(heading: &str) -> bool {
    const ABOUT: [&str; 24] = [
        "",
        "#",
        "type",
        "kind",
        "reason",
        "why",
        "lag",
        "note",
        "notes",
        "comment",
        "comments",
        "description",
        "rationale",
        "strength",
        "relation",
        "relationship",
        "dependency",
        "edge",
        "hard",
        "soft",
        "via",
        "artifact",
        "grund",
        "art",
    ];
    let words: Vec<&str> = heading
        .split(|c: char| !c.is_alphanumeric() && c != '#')
        .filter(|word| !word.is_empty())
        .collect();
    words.is_empty() || words.iter().any(|word| ABOUT.contains(word))
}

/// Whether a heading speaks of what waits for what.
fn speaks_of_order(heading: &str) -> bool {
    let lower = heading.to_lowercase();
    [
        "depend",
        "order",
        "edge",
        "graph",
        "sequence",
        "predecess",
        "abhängig",
        "dépend",
        "依",
        "의존",
        "завис",
    ]
    .iter()
    .any(|word| lower.contains(word))
}

/// Whether a cell beside an edge says that it is a wish, or that the later task need not wait for the end of the other.
fn is_weak(cell: &str) -> bool {
    let lower = plain(cell).to_lowercase();
    matches!(
        lower.as_str(),
        "soft"
            | "weak"
            | "optional"
            | "nice to have"
            | "ss"
            | "ff"
            | "sf"
            | "start-start"
            | "start to start"
            | "finish to finish"
            | "finish-finish"
            | "should"
            | "preferred"
    )
}

fn mark(cell: &str) -> Option<Mark> {
    let cell = cell.trim().trim_matches(['*', '`']).to_lowercase();
    Some(match cell.as_str() {
        "" | "-" | "–" | "—" | "·" | "." | "/" | "\\" | "0" | "no" | "n" | "n/a" | "none"
        | "❌" | "☐" | "□" | "&nbsp;" => Mark::None,
        "x" | "✓" | "✔" | "✔️" | "✅" | "☑" | "×" | "✕" | "✗" | "1" | "●" | "•" | "■" | "yes"
        | "y" | "hard" | "h" | "dep" | "needs" | "→" | "←" | "[x]" => {
            Mark::Edge(EdgeKind::Hard)
        }
        "(x)" | "(✓)" | "○" | "◦" | "soft" | "s" | "optional" | "partial" => {
            Mark::Edge(EdgeKind::Soft)
        }
        _ => return None,
    })
}

fn is_cross(cell: &str) -> bool {
    cell.trim().trim_end_matches('\u{fe0f}').chars().eq(['✗'])
        || matches!(cell.trim(), "✕" | "×" | "✘" | "✖" | "✖\u{fe0f}" | "x" | "X")
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
