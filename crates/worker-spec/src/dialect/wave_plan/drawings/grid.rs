//! Drawings in two dimensions: `A ──┬──→ B`, boxes, arrows that point down.

use std::ops::Range;

/// What an arrow of a drawing joins: labels before it and labels behind it, by their index.
pub(super) type Joint = (Vec<usize>, Vec<usize>);

/// The labels of a drawing, each with its bytes, and what its arrows join.
#[derive(Debug, Default)]
pub(super) struct Grid {
    pub(super) labels: Vec<Range<usize>>,
    pub(super) joints: Vec<Joint>,
}

const LEFT: u8 = 1;
const RIGHT: u8 = 2;
const UP: u8 = 4;
const DOWN: u8 = 8;

/// The directions in which a character goes on, and the one in which it points.
fn strokes(c: char) -> Option<(u8, u8)> {
    Some(match c {
        '─' | '━' | '═' | '╌' | '┄' | '-' | '=' => (LEFT | RIGHT, 0),
        '│' | '┃' | '║' | '╎' | '┆' | '|' => (UP | DOWN, 0),
        '┌' | '╭' | '┏' | '╔' => (RIGHT | DOWN, 0),
        '┐' | '╮' | '┓' | '╗' => (LEFT | DOWN, 0),
        '└' | '╰' | '┗' | '╚' => (RIGHT | UP, 0),
        '┘' | '╯' | '┛' | '╝' => (LEFT | UP, 0),
        '├' | '┣' | '╠' => (UP | DOWN | RIGHT, 0),
        '┤' | '┫' | '╣' => (UP | DOWN | LEFT, 0),
        '┬' | '┳' | '╦' => (LEFT | RIGHT | DOWN, 0),
        '┴' | '┻' | '╩' => (LEFT | RIGHT | UP, 0),
        '┼' | '╋' | '╬' | '+' => (LEFT | RIGHT | UP | DOWN, 0),
        '→' | '▶' | '►' | '⟶' | '>' => (LEFT, RIGHT),
        '←' | '◀' | '◄' | '⟵' | '<' => (RIGHT, LEFT),
        '↓' | '▼' | '⬇' | 'v' | 'V' => (UP, DOWN),
        '↑' | '▲' | '⬆' | '^' => (DOWN, UP),
        _ => return None,
    })
}

/// A character of a line, with its byte.
#[derive(Clone, Copy)]
struct Cell {
    c: char,
    at: usize,
    strokes: Option<(u8, u8)>,
    component: usize,
}

/// A label of a line, by its columns.
struct Label {
    columns: Range<usize>,
    index: usize,
}

const NONE: usize = usize::MAX;

impl Grid {
    pub(super) fn new(text: &str) -> Grid {
        let mut sheet = Sheet {
            rows: Vec::new(),
            labels: Vec::new(),
            spans: Vec::new(),
            parts: Vec::new(),
        };
        let mut at = 0;
        for line in text.split('\n') {
            sheet.line(line, at);
            at += line.len() + 1;
        }
        sheet.components();
        sheet.wrap();
        sheet.touch();
        let joints = sheet
            .parts
            .iter()
            .filter(|part| !part.targets.is_empty())
            .map(|part| {
                let mut sources = part.wrapped.clone();
                sources.extend(&part.sources);
                sources.sort_unstable();
                sources.dedup();
                let mut targets = part.targets.clone();
                targets.sort_unstable();
                targets.dedup();
                targets.retain(|target| !sources.contains(target));
                (sources, targets)
            })
            .collect();
        Grid {
            labels: sheet.spans,
            joints,
        }
    }
}

/// Lines that hang together.
#[derive(Default)]
struct Part {
    sources: Vec<usize>,
    targets: Vec<usize>,
    /// The labels in the box that they draw.
    wrapped: Vec<usize>,
}

struct Sheet {
    rows: Vec<Vec<Cell>>,
    labels: Vec<Vec<Label>>,
    spans: Vec<Range<usize>>,
    parts: Vec<Part>,
}

impl Sheet {
    /// Tells strokes from words: a letter or a dash is a stroke only beside others or alone.
    fn line(&mut self, line: &str, start: usize) {
        let mut cells: Vec<Cell> = line
            .char_indices()
            .map(|(at, c)| Cell {
                c,
                at: start + at,
                strokes: strokes(c),
                component: NONE,
            })
            .collect();
        let plain =
            |cell: Option<&Cell>| cell.is_none_or(|cell| cell.c == ' ' || !cell.c.is_ascii());
        for column in 0..cells.len() {
            let (before, after) = (
                column.checked_sub(1).map(|at| cells[at]),
                cells.get(column + 1).copied(),
            );
            let is_dash = |cell: Option<Cell>| cell.is_some_and(|cell| "-=>+<|".contains(cell.c));
            let keeps = match cells[column].c {
                'v' | 'V' | '^' => plain(before.as_ref()) && plain(after.as_ref()),
                '-' | '=' => is_dash(before) || is_dash(after),
                '>' => before.is_some_and(|cell| matches!(cell.c, '-' | '=')),
                '<' => after.is_some_and(|cell| matches!(cell.c, '-' | '=')),
                '+' => is_dash(before) || is_dash(after),
                _ => true,
            };
            if !keeps {
                cells[column].strokes = None;
            }
        }
        let row = self.rows.len();
        let mut labels: Vec<Label> = Vec::new();
        let mut column = 0;
        while column < cells.len() {
            if cells[column].strokes.is_some() || cells[column].c.is_whitespace() {
                column += 1;
                continue;
            }
            let first = column;
            let mut end = column;
            while column < cells.len() && cells[column].strokes.is_none() {
                if !cells[column].c.is_whitespace() {
                    end = column + 1;
                } else if column > end {
                    break;
                }
                column += 1;
            }
            let stop = cells[end - 1].at + cells[end - 1].c.len_utf8();
            labels.push(Label {
                columns: first..end,
                index: self.spans.len(),
            });
            self.spans.push(cells[first].at..stop);
        }
        debug_assert_eq!(row, self.labels.len());
        self.rows.push(cells);
        self.labels.push(labels);
    }

    fn cell(&self, row: usize, column: usize) -> Option<&Cell> {
        self.rows.get(row)?.get(column)
    }

    fn step(row: usize, column: usize, direction: u8) -> Option<(usize, usize)> {
        Some(match direction {
            LEFT => (row, column.checked_sub(1)?),
            RIGHT => (row, column + 1),
            UP => (row.checked_sub(1)?, column),
            _ => (row + 1, column),
        })
    }

    /// Finds what hangs together.
    fn components(&mut self) {
        for row in 0..self.rows.len() {
            for column in 0..self.rows[row].len() {
                let cell = self.rows[row][column];
                if cell.strokes.is_none() || cell.component != NONE {
                    continue;
                }
                let part = self.parts.len();
                self.parts.push(Part::default());
                let mut open = vec![(row, column)];
                self.rows[row][column].component = part;
                while let Some((row, column)) = open.pop() {
                    let Some((from, _)) = self.rows[row][column].strokes else {
                        continue;
                    };
                    for direction in [LEFT, RIGHT, UP, DOWN] {
                        if from & direction == 0 {
                            continue;
                        }
                        let Some((r, c)) = Self::step(row, column, direction) else {
                            continue;
                        };
                        let Some(next) = self.cell(r, c) else {
                            continue;
                        };
                        let Some((to, _)) = next.strokes else {
                            continue;
                        };
                        if to & opposite(direction) != 0 && next.component == NONE {
                            self.rows[r][c].component = part;
                            open.push((r, c));
                        }
                    }
                }
            }
        }
    }

    /// Finds labels in boxes: with a line on both sides of the same drawing.
    fn wrap(&mut self) {
        for row in 0..self.rows.len() {
            for at in 0..self.labels[row].len() {
                let label = &self.labels[row][at];
                let side = |mut columns: Box<dyn Iterator<Item = usize>>| {
                    columns
                        .find(|&column| self.rows[row][column].c != ' ')
                        .map(|column| self.rows[row][column])
                        .filter(|cell| {
                            cell.strokes
                                .is_some_and(|(to, _)| to & (UP | DOWN) == UP | DOWN)
                        })
                        .map(|cell| cell.component)
                };
                let left = side(Box::new((0..label.columns.start).rev()));
                let right = side(Box::new(label.columns.end..self.rows[row].len()));
                if let (Some(left), Some(right)) = (left, right)
                    && left == right
                {
                    self.parts[left].wrapped.push(label.index);
                }
            }
        }
    }

    /// Finds the labels that loose ends and heads touch.
    fn touch(&mut self) {
        for row in 0..self.rows.len() {
            for column in 0..self.rows[row].len() {
                let cell = self.rows[row][column];
                let Some((ends, head)) = cell.strokes else {
                    continue;
                };
                for direction in [LEFT, RIGHT, UP, DOWN] {
                    let points = head == direction;
                    if ends & direction == 0 && !points {
                        continue;
                    }
                    let touched = self.touched(row, column, direction, cell.component, points);
                    let part = &mut self.parts[cell.component];
                    if points {
                        part.targets.extend(touched);
                    } else {
                        part.sources.extend(touched);
                    }
                }
            }
        }
    }

    /// The labels next to a cell in a direction, over a gap that is small.
    fn touched(
        &self,
        row: usize,
        column: usize,
        direction: u8,
        own: usize,
        points: bool,
    ) -> Vec<usize> {
        let (mut row, mut column) = (row, column);
        for _ in 0..3 {
            let Some((r, c)) = Self::step(row, column, direction) else {
                return Vec::new();
            };
            (row, column) = (r, c);
            if let Some(cell) = self.cell(row, column)
                && cell.strokes.is_some()
            {
                if cell.component == own {
                    return Vec::new();
                }
                return self.parts[cell.component].wrapped.clone();
            }
            if let Some(label) = self.label(row, column, direction & (UP | DOWN) != 0, points) {
                return vec![label];
            }
            if row >= self.rows.len() {
                break;
            }
        }
        Vec::new()
    }

    /// The label at a column; above and below an arrow one a little beside it will do, or the only one of its line.
    fn label(&self, row: usize, column: usize, vertical: bool, points: bool) -> Option<usize> {
        let labels = self.labels.get(row)?;
        let slack = if vertical { 2 } else { 0 };
        let from = labels.partition_point(|label| label.columns.end + slack <= column);
        labels
            .get(from)
            .filter(|label| label.columns.start <= column + slack)
            .or_else(|| {
                labels
                    .first()
                    .filter(|_| vertical && labels.len() == 1 && points)
            })
            .map(|label| label.index)
    }
}

fn opposite(direction: u8) -> u8 {
    match direction {
        LEFT => RIGHT,
        RIGHT => LEFT,
        UP => DOWN,
        _ => UP,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &[&str]) {
        let grid = Grid::new(text);
        let name = |at: &usize| &text[grid.labels[*at].clone()];
        let list = |all: &[usize]| all.iter().map(name).collect::<Vec<_>>().join("+");
        let mut found: Vec<String> = grid
            .joints
            .iter()
            .map(|(from, to)| format!("{} > {}", list(from), list(to)))
            .collect();
        found.sort();
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn drawings() {
        check("A --> B", &["A > B"]);
        check(
            "A ──┬──→ D\n    │\nB ──┼──→ E\n    │\nC ──┘\n",
            &["A+B+C > D+E"],
        );
        check("A\n│\n▼\nB", &["A > B"]);
        check("  A 1\n   |\n   v\n  B 2, B 3\n", &["A 1 > B 2, B 3"]);
        check(
            "┌─────┐    ┌─────┐\n│ A 1 │ ──→│ B 2 │\n└──┬──┘    └─────┘\n   ▼\n┌─────┐\n│ C 3 │\n└─────┘\n",
            &["A 1 > B 2", "A 1 > C 3"],
        );
        check("a well-known word > other\nno arrow at all v 1", &[]);
    }
}
