use super::sampler::Sampler;
use super::{Attempts, Simulation};
use crate::random::Random;

/// So many attempts are drawn one by one, and what comes after them all at once: a node that hardly
/// ever succeeds takes no longer to draw than others.
const ONE_BY_ONE: u32 = 64;

/// The number of further attempts, and whether the last of them fails: attempts have no memory, so
/// the number of those that fail is geometrically distributed.
fn further(attempts: Attempts, most: u32, random: &mut Random) -> (u32, bool) {
    let share = random.fraction();
    if attempts.failure >= 1.0 {
        return (most, true);
    }
    let failed = (libm::log(share) / libm::log(attempts.failure)).floor();
    if failed < f64::from(most) {
        (failed as u32 + 1, false)
    } else {
        (most, true)
    }
}

/// What is drawn for one run.
pub(crate) struct Draws {
    samplers: Vec<(Sampler, Attempts)>,
    parts: u64,
    seed: u64,
    /// So much all durations of a run may be together.
    room: u64,
    /// Of all attempts at each node together, in parts of ticks.
    pub(crate) durations: Vec<u64>,
    pub(crate) attempts: Vec<u32>,
    pub(crate) fails: Vec<bool>,
}

impl Draws {
    pub(crate) fn new(simulation: &Simulation<'_>, parts: u64, waits: u64) -> Self {
        let estimates = simulation.estimates.iter().enumerate();
        let samplers: Vec<_> = estimates
            .map(|(node, estimate)| (Sampler::new(estimate), simulation.attempts(node)))
            .collect();
        Self {
            durations: vec![0; samplers.len()],
            attempts: vec![0; samplers.len()],
            fails: vec![false; samplers.len()],
            samplers,
            parts,
            seed: simulation.seed,
            room: u64::MAX - waits,
        }
    }

    /// Draws the run of this number.
    pub(crate) fn draw(&mut self, number: u32) {
        let mut random = Random::new(self.seed, u64::from(number));
        let mut room = self.room;
        for (node, (sampler, attempts)) in self.samplers.iter().enumerate() {
            let mut made = 0;
            let mut duration = 0_u64;
            let mut fails = true;
            while fails && made < attempts.most.get().min(ONE_BY_ONE) {
                made += 1;
                duration = duration.saturating_add(sampler.draw(self.parts, &mut random));
                fails = attempts.failure > 0.0 && random.fraction() < attempts.failure;
            }
            if fails && made < attempts.most.get() {
                let more;
                (more, fails) = further(*attempts, attempts.most.get() - made, &mut random);
                made += more;
                let together = sampler.draw_many(more, self.parts, &mut random);
                duration = duration.saturating_add(together);
            }
            // What is drawn has no end, but time has.
            duration = duration.min(room);
            room -= duration;
            self.durations[node] = duration;
            self.attempts[node] = made;
            self.fails[node] = fails;
        }
    }
}
