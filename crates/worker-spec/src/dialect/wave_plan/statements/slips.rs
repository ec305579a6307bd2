//! A number of tasks that is most likely a slip of another one, which the document repeats: 255 for 225.

use std::collections::BTreeMap;
use std::ops::Range;

use super::Reader;
use crate::Subject;
use crate::amount::Amount;
use crate::dialect::wave_plan::group_heading::is_task_word;
use crate::dialect::wave_plan::outline::Place;
use crate::markdown::BlockKind;

/// How often the other number has to stand there.
const OFTEN: usize = 5;
/// Smaller numbers may differ in one digit and be meant.
const LEAST: usize = 100;
/// Slips that are told.
const MOST: usize = 16;

impl Reader<'_> {
    /// All numbers before a word for tasks, in text, of which one stands there again and again.
    pub(super) fn slips(&mut self) {
        let mut mentions: BTreeMap<usize, usize> = BTreeMap::new();
        let mut found: Vec<(usize, Range<usize>, Place)> = Vec::new();
        let blocks = &self.document.markdown().blocks;
        for (block, place) in blocks.iter().zip(&self.outline.places) {
            let span = match &block.kind {
                _ if place.example || place.deferred => continue,
                BlockKind::Heading { text, .. } | BlockKind::Paragraph { text } => text,
                BlockKind::Item(item) => &item.text,
                _ => continue,
            };
            for (number, at) in numbers(self.text(span)) {
                *mentions.entry(number).or_default() += 1;
                found.push((number, span.start + at.start..span.start + at.end, *place));
            }
        }
        let most = mentions.iter().max_by_key(|(_, count)| **count);
        let Some((&usual, _)) = most.filter(|(_, count)| **count >= OFTEN) else {
            return;
        };
        let is_slip = |number: usize| {
            number > usual && mentions.get(&number) == Some(&1) && is_slip_of(number, usual)
        };
        for (number, at, place) in found
            .into_iter()
            .filter(|(number, ..)| is_slip(*number))
            .take(MOST)
        {
            self.state(Subject::CountSlip, at, Some(Amount::count(number)), place);
            if let Some(statement) = self.found.statements.last_mut() {
                statement.value = format!("{number} for {usual}");
                statement.group = None;
            }
        }
    }
}

/// The numbers of a text that a word for tasks follows at once.
fn numbers(text: &str) -> impl Iterator<Item = (usize, Range<usize>)> {
    let mut number: Option<(usize, Range<usize>)> = None;
    let mut at = 0;
    text.split_inclusive(|c: char| !c.is_alphanumeric())
        .filter_map(move |piece| {
            let start = at;
            at += piece.len();
            let word = piece.trim_end_matches(|c: char| !c.is_alphanumeric());
            let before = number.take();
            if let Ok(value) = word.parse::<usize>() {
                let inside = text[..start].ends_with(['.', ',', '-', '_', '$', '–']);
                let spaced = piece[word.len()..].starts_with(' ');
                number = (value >= LEAST && spaced && !inside)
                    .then_some((value, start..start + word.len()));
                return None;
            }
            before.filter(|_| is_task_word(word))
        })
}

/// Whether a number is another one with two neighbours that have changed places, or with another digit of it doubled:
/// `252` and `255` for `225`. Other numbers that differ in one digit are as likely to be meant.
fn is_slip_of(number: usize, meant: usize) -> bool {
    let (number, meant) = (number.to_string(), meant.to_string());
    let (x, y) = (number.as_bytes(), meant.as_bytes());
    if x.len() != y.len() {
        return false;
    }
    let different: Vec<usize> = (0..x.len()).filter(|at| x[*at] != y[*at]).collect();
    let doubled = |digits: &[u8]| digits.windows(2).any(|pair| pair[0] == pair[1]);
    match different.as_slice() {
        [at] => doubled(x) && doubled(y) && y.contains(&x[*at]),
        [a, b] => a + 1 == *b && x[*a] == y[*b] && x[*b] == y[*a],
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_before_tasks() {
        let shown = |text: &'static str| -> Vec<usize> {
            numbers(text).map(|(number, _)| number).collect()
        };
        assert_eq!(shown("all 225 workers, 12 tasks and 200 pages"), [225]);
        assert_eq!(shown("(255 workers?)"), [255]);
        assert_eq!(shown("WORKER_001-225 workers"), [0_usize; 0]);
        assert!(is_slip_of(255, 225));
        assert!(is_slip_of(252, 225));
        assert!(!is_slip_of(300, 225));
        assert!(!is_slip_of(235, 225));
        assert!(!is_slip_of(130, 120));
        assert!(!is_slip_of(1225, 225));
    }
}
