//! What the signs of an edge mean.

use super::flowchart::{Arrow, Stroke};

/// Reads an edge (`-->`), or the two halves of one with a text between them (`--` and `-->`).
pub(super) fn read_link(start: Option<&str>, end: &str) -> (Arrow, Stroke, u8) {
    let (arrow, stroke, length) = whole(end.trim());
    let Some(start) = start else {
        return (arrow, stroke, length);
    };
    let (head, start_stroke) = first_half(start.trim());
    if start_stroke != stroke {
        return (Arrow::Invalid, Stroke::Invalid, length);
    }
    let arrow = match (head, arrow) {
        (Arrow::Open, arrow) => arrow,
        (Arrow::Point, Arrow::Point) => Arrow::DoublePoint,
        (Arrow::Circle, Arrow::Circle) => Arrow::DoubleCircle,
        (Arrow::Cross, Arrow::Cross) => Arrow::DoubleCross,
        _ => return (Arrow::Invalid, Stroke::Invalid, length),
    };
    (arrow, stroke, length)
}

fn whole(text: &str) -> (Arrow, Stroke, u8) {
    let (mut line, last) = match text.char_indices().next_back() {
        Some((at, last)) => (&text[..at], last),
        None => ("", ' '),
    };
    let (single, double, first) = match last {
        '>' => (Arrow::Point, Arrow::DoublePoint, '<'),
        'o' => (Arrow::Circle, Arrow::DoubleCircle, 'o'),
        'x' => (Arrow::Cross, Arrow::DoubleCross, 'x'),
        _ => (Arrow::Open, Arrow::Open, '\0'),
    };
    let mut arrow = single;
    if text.starts_with(first) {
        arrow = double;
        line = &line[1..];
    }
    let dots = line.matches('.').count();
    let stroke = match line.chars().next() {
        _ if dots > 0 => Stroke::Dotted,
        Some('=') => Stroke::Thick,
        Some('~') => Stroke::Invisible,
        _ => Stroke::Normal,
    };
    let length = if dots > 0 {
        dots
    } else {
        line.len().saturating_sub(1)
    };
    (arrow, stroke, u8::try_from(length.min(10)).unwrap_or(10))
}

fn first_half(text: &str) -> (Arrow, Stroke) {
    let head = match text.chars().next() {
        Some('<') => Arrow::Point,
        Some('x') => Arrow::Cross,
        Some('o') => Arrow::Circle,
        _ => Arrow::Open,
    };
    let stroke = if text.contains('.') {
        Stroke::Dotted
    } else if text.contains('=') {
        Stroke::Thick
    } else {
        Stroke::Normal
    };
    (head, stroke)
}
