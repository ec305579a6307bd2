//! Drawings in two dimensions: `A ──┬──→ B`, boxes, arrows that point down.

use std::ops::Range;

/// What an arrow of a drawing joins: labels before it and labels behind it, by their index.
pub(super) type Joint = (Vec<usize>, Vec<usize>);

/// The labels of a drawing, each with its bytes, and what its arrows join.
#[derive(Debug, Default)]
pub(super) struct Grid {
    pub(super) labels: Vec<Range<usize>>,
    pub(super) joints: Vec<Joint>,
    /// What lines without any head join, from left to right and from above to below.
    pub(super) plain_joints: Vec<Joint>,
}

const LEFT: u8 = 1;
const RIGHT: u8 = 2;
const UP: u8 = 4;
const DOWN: u8 = 8;
const UP_LEFT: u8 = 16;
const UP_RIGHT: u8 = 32;
const DOWN_LEFT: u8 = 64;
const DOWN_RIGHT: u8 = 128;

const DIRECTIONS: [u8; 8] = [
    LEFT, RIGHT, UP, DOWN, UP_LEFT, UP_RIGHT, DOWN_LEFT, DOWN_RIGHT,
];

/// The directions that go to another line.
const BETWEEN_LINES: u8 = !(LEFT | RIGHT);

/// The directions in which one reads on.
const ONWARD: u8 = RIGHT | DOWN | DOWN_LEFT | DOWN_RIGHT;

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
        '/' => (UP_RIGHT | DOWN_LEFT, 0),
        '\\' => (UP_LEFT | DOWN_RIGHT, 0),
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
        let parts = sheet.parts.iter();
        let joints_of = |part: &Part| part.joint(&part.sources, &part.targets);
        let joints = parts.clone().filter_map(joints_of).collect();
        // The lines of a box join nothing by themselves.
        let plain = parts.filter(|part| part.wrapped.is_empty());
        let plain_joints = plain
            .filter_map(|part| part.joint(&part.before, &part.behind))
            .collect();
        Grid {
            labels: sheet.spans,
            joints,
            plain_joints,
        }
    }
}

/// Lines that hang together.
#[derive(Default)]
struct Part {
    sources: Vec<usize>,
    targets: Vec<usize>,
    /// Of the sources, those that one reads before the line, and those behind it.
    before: Vec<usize>,
    behind: Vec<usize>,
    /// The labels in the box that they draw.
    wrapped: Vec<usize>,
}

impl Part {
    /// What the lines join, by the labels that come first and those that follow.
    fn joint(&self, first: &[usize], then: &[usize]) -> Option<Joint> {
        let mut sources = self.wrapped.clone();
        sources.extend(first);
        sources.sort_unstable();
        sources.dedup();
        let mut targets = then.to_vec();
        targets.sort_unstable();
        targets.dedup();
        targets.retain(|target| !sources.contains(target));
        (!then.is_empty()).then_some((sources, targets))
    }
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
        // Slashes are lines where nothing but lines stands beside them: `A / B` is a label.
        let only_lines = line
            .chars()
            .all(|c| matches!(c, '/' | '\\' | '|' | '│') || c.is_whitespace());
        let plain =
            |cell: Option<&Cell>| cell.is_none_or(|cell| cell.c == ' ' || !cell.c.is_ascii());
        for column in 0..cells.len() {
            let (before, after) = (
                column.checked_sub(1).map(|at| cells[at]),
                cells.get(column + 1).copied(),
            );
            let is_dash =
                |cell: Option<Cell>| cell.is_some_and(|cell| "-=>+<|─━═".contains(cell.c));
            let is_line = |cell: Option<Cell>| cell.is_some_and(|cell| "-=─━═".contains(cell.c));
            let keeps = match cells[column].c {
                'v' | 'V' | '^' => plain(before.as_ref()) && plain(after.as_ref()),
                '-' | '=' => is_dash(before) || is_dash(after),
                '>' => is_line(before),
                '<' => is_line(after),
                '/' | '\\' => only_lines,
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
            DOWN => (row + 1, column),
            UP_LEFT => (row.checked_sub(1)?, column.checked_sub(1)?),
            UP_RIGHT => (row.checked_sub(1)?, column + 1),
            DOWN_LEFT => (row + 1, column.checked_sub(1)?),
            _ => (row + 1, column + 1),
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
                    let Some(from) = self.rows[row][column].strokes else {
                        continue;
                    };
                    for direction in DIRECTIONS {
                        let Some((r, c)) = Self::step(row, column, direction) else {
                            continue;
                        };
                        let Some(next) = self.cell(r, c) else {
                            continue;
                        };
                        let Some(to) = next.strokes else {
                            continue;
                        };
                        if are_joined(from, to, direction) && next.component == NONE {
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
                for direction in DIRECTIONS {
                    let points = head == direction;
                    if ends & direction == 0 && !points {
                        continue;
                    }
                    let touched = self.touched(row, column, direction, cell.component, points);
                    let part = &mut self.parts[cell.component];
                    if points {
                        part.targets.extend(touched);
                    } else {
                        part.sources.extend(&touched);
                        match direction & ONWARD {
                            0 => part.before.extend(touched),
                            _ => part.behind.extend(touched),
                        }
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
                // A head in the border of a box (`┌──▼──┐`) belongs to the line that it ends.
                let is_head = cell.strokes.is_some_and(|(_, head)| head != 0);
                if cell.component == own || is_head {
                    return Vec::new();
                }
                return self.parts[cell.component].wrapped.clone();
            }
            if let Some(label) = self.label(row, column, direction & BETWEEN_LINES != 0, points) {
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

/// Whether two strokes beside each other hang together: both go on to the other, or one runs up or down into the head of an
/// arrow (`──┘` below `──>`).
fn are_joined((from, head): (u8, u8), (to, other): (u8, u8), direction: u8) -> bool {
    let (goes, comes) = (from & direction != 0, to & opposite(direction) != 0);
    let runs_into = |head: u8| direction & (UP | DOWN) != 0 && head & (LEFT | RIGHT) != 0;
    goes && (comes || runs_into(other)) || comes && runs_into(head)
}

fn opposite(direction: u8) -> u8 {
    match direction {
        LEFT => RIGHT,
        RIGHT => LEFT,
        UP => DOWN,
        DOWN => UP,
        UP_LEFT => DOWN_RIGHT,
        UP_RIGHT => DOWN_LEFT,
        DOWN_LEFT => UP_RIGHT,
        _ => UP_LEFT,
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
        check(
            "A --+--> B --+--> D --> E\n    |        |\n    +--> C --+\n",
            &["A > B+C", "B+C > D", "D > E"],
        );
        check(
            "A ─┬─> B ──┐\n   └─> C ──┴─> D ──> E\n",
            &["A > B+C", "B+C > D", "D > E"],
        );
        check(
            "A ──> B ──> C ──> D\n      └───> E ──┘\n",
            &["A > B", "B > C", "B > E", "C+E > D"],
        );
        let boxes = "   ┌───┐\n   │ A │\n   └─┬─┘\n  ┌──┴──┐\n┌─▼─┐ ┌─▼─┐\n│ B │ │ C │\n└─┬─┘ └─┬─┘\n  └──┬──┘\n   ┌─▼─┐\n   │ D │\n   └───┘\n";
        check(boxes, &["A > B+C", "B+C > D"]);
    }

    #[test]
    fn lines_without_heads() {
        let check = |text: &str, expected: &[&str]| {
            let grid = Grid::new(text);
            let name = |at: &usize| &text[grid.labels[*at].clone()];
            let list = |all: &[usize]| all.iter().map(name).collect::<Vec<_>>().join("+");
            let joints = grid.plain_joints.iter();
            let joints = joints.filter(|(from, _)| !from.is_empty());
            let mut found: Vec<String> = joints
                .map(|(from, to)| format!("{} > {}", list(from), list(to)))
                .collect();
            found.sort();
            assert_eq!(found, expected, "{text}");
        };
        check(
            "A ──┬── B ──┐\n    │       ├── D ── E\n    └── C ──┘\n",
            &["A > B+C", "B+C > D", "D > E"],
        );
        check(
            "    A1\n   /  \\\n  B1   C1\n   \\  /\n    D1\n    |\n    E1\n",
            &["A1 > B1", "A1 > C1", "B1 > D1", "C1 > D1", "D1 > E1"],
        );
        check("A / B\nC\n", &[]);
        check("┌───┐\n│ A │\n└───┘\n", &[]);
    }
}
