use std::collections::HashMap;

use crate::id_table::IdTable;

/// How many pairs of ids one build compares letter by letter. A plan whose every reference is
/// wrong would otherwise cost the square of its size; beyond this, unknown ids go without a
/// suggestion unless they differ in case or punctuation only.
const COMPARISONS: usize = 1_000_000;

/// Longer ids are compared by case and punctuation only.
const LONGEST: usize = 64;

/// Finds the known id that an unknown one was probably meant to be.
pub(crate) struct Suggester<'a> {
    known: &'a IdTable,
    /// Ids by their letters and digits alone, in lower case; the first added wins.
    by_letters: HashMap<String, usize>,
    comparisons_left: usize,
}

impl<'a> Suggester<'a> {
    pub(crate) fn new(known: &'a IdTable) -> Self {
        let mut by_letters = HashMap::new();
        for (index, id) in known.iter().enumerate() {
            by_letters.entry(letters(id)).or_insert(index);
        }
        Self {
            known,
            by_letters,
            comparisons_left: COMPARISONS,
        }
    }

    /// The known id nearest to `unknown`: the same letters and digits, or else the fewest
    /// insertions, deletions, substitutions and swaps of neighbours, at most a third of its length.
    pub(crate) fn suggest(&mut self, unknown: &str) -> Option<String> {
        let letters = letters(unknown);
        if let Some(&index) = self
            .by_letters
            .get(&letters)
            .filter(|_| !letters.is_empty())
        {
            return Some(self.known.get(index).to_owned());
        }
        let length = unknown.chars().count();
        if length > LONGEST {
            return None;
        }
        self.comparisons_left = self.comparisons_left.checked_sub(self.known.len())?;
        let worst = (length / 3).max(1);
        let distances = self
            .known
            .iter()
            .filter_map(|id| distance(unknown, length, id, worst));
        let nearest = distances.min_by_key(|&(distance, _)| distance);
        nearest.map(|(_, id)| id.to_owned())
    }
}

fn distance<'i>(
    unknown: &str,
    length: usize,
    id: &'i str,
    worst: usize,
) -> Option<(usize, &'i str)> {
    let id_length = id.chars().take(LONGEST + 1).count();
    if id_length > LONGEST || id_length.abs_diff(length) > worst {
        return None;
    }
    let distance = strsim::osa_distance(&unknown.to_lowercase(), &id.to_lowercase());
    (distance <= worst && distance < length.max(id_length)).then_some((distance, id))
}

fn letters(id: &str) -> String {
    let letters = id.chars().filter(|c| c.is_alphanumeric());
    letters.flat_map(char::to_lowercase).collect()
}
