//! Turns by weight.

/// Smooth weighted round robin, as nginx has it (commit 52327e0627f4, 2012): each turn every candidate gains its weight,
/// the richest goes and pays the weight of all. Any run of turns is as near to the weights as it can be, without
/// randomness; when candidates are missing, the others share the turns by their weights.
#[derive(Debug)]
pub(super) struct Rotation {
    gains: Vec<i64>,
}

impl Rotation {
    pub(super) fn new(targets: usize) -> Self {
        Self {
            gains: vec![0; targets],
        }
    }

    /// The next of the candidates, each with its weight.
    pub(super) fn next(&mut self, candidates: &[(usize, u32)]) -> Option<usize> {
        let mut total = 0;
        let mut best: Option<usize> = None;
        for &(at, weight) in candidates {
            total += i64::from(weight);
            self.gains[at] += i64::from(weight);
            if best.is_none_or(|best| self.gains[at] > self.gains[best]) {
                best = Some(at);
            }
        }
        let best = best?;
        self.gains[best] -= total;
        Some(best)
    }
}
