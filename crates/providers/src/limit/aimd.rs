//! Additive increase, multiplicative decrease.

/// A limit that grows by one with each whole round of answers, and halves when the server pushes back.
#[derive(Debug)]
pub(super) struct Aimd {
    least: usize,
    most: usize,
    limit: usize,
    /// Answers since the limit last changed.
    answers: usize,
    /// How often the limit was cut; calls remember in which round they began.
    round: u64,
}

impl Aimd {
    pub(super) fn new(least: usize, most: usize) -> Self {
        Self {
            least,
            most,
            limit: least + (most - least) / 2,
            answers: 0,
            round: 0,
        }
    }

    pub(super) fn limit(&self) -> usize {
        self.limit
    }

    pub(super) fn round(&self) -> u64 {
        self.round
    }

    pub(super) fn answered(&mut self) {
        self.answers += 1;
        if self.answers >= self.limit && self.limit < self.most {
            self.limit += 1;
            self.answers = 0;
        }
    }

    /// The server pushed back on a call that began in this round. Calls of one round tell of one and the same crowd.
    pub(super) fn pushed_back(&mut self, round: u64) {
        if round == self.round {
            self.limit = (self.limit / 2).max(self.least);
            self.answers = 0;
            self.round += 1;
        }
    }
}
