use super::instance::Instance;

/// What is free of each resource at each time, while nodes are placed one after another.
pub(crate) trait Profile {
    /// All is free.
    fn new(instance: &Instance) -> Self;

    /// All is free again.
    fn clear(&mut self);

    /// The first time from `from` on at which all that the node needs is free for as long as it
    /// takes.
    fn first_fit(&self, node: usize, from: u64) -> u64;

    /// Takes what the node needs, which is free.
    fn take(&mut self, node: usize, start: u64);
}

/// Amounts of all resources in one word, each in a lane of 16 bits of which the highest stays 0.
pub(crate) trait Lanes: Copy + Default + std::fmt::Debug {
    const LANES: usize;
    fn pack(amounts: &[u64]) -> Self;
    /// The word with the highest bit of every lane set.
    fn guarded(self) -> Self;
    /// Whether `self`, which is guarded, has at least as much in every lane.
    fn covers(self, needs: Self) -> bool;
    fn minus(self, needs: Self) -> Self;
}

/// The largest amount that a lane holds.
pub(crate) const LARGEST: u64 = (1 << 15) - 1;

macro_rules! lanes {
    ($word:ty, $lanes:literal, $guards:literal) => {
        impl Lanes for $word {
            const LANES: usize = $lanes;

            fn pack(amounts: &[u64]) -> Self {
                let shifted = |(lane, amount): (usize, &u64)| <$word>::from(*amount) << (16 * lane);
                amounts.iter().enumerate().map(shifted).sum()
            }

            fn guarded(self) -> Self {
                self | $guards
            }

            fn covers(self, needs: Self) -> bool {
                // A lane that has too little borrows its guard, and no further.
                (self - needs) & $guards == $guards
            }

            fn minus(self, needs: Self) -> Self {
                self - needs
            }
        }
    };
}

lanes!(u64, 4, 0x8000_8000_8000_8000);
lanes!(u128, 8, 0x8000_8000_8000_8000_8000_8000_8000_8000);

/// A word for each tick: the fastest where times are short.
#[derive(Debug)]
pub(crate) struct Ticks<W> {
    capacity: W,
    /// What is free at each tick; all of it from the end on.
    free: Vec<W>,
    needs: Vec<W>,
    durations: Vec<usize>,
}

impl<W: Lanes> Ticks<W> {
    /// Whether the instance can be held like this, and should be: neither what is done takes long,
    /// nor what is waited for, since every tick from the first on has its word.
    pub(crate) fn suits(instance: &Instance) -> bool {
        const LONGEST_MEAN: u64 = 64;
        let work: u64 = instance.durations.iter().sum();
        instance.capacities.len() <= W::LANES
            && instance
                .capacities
                .iter()
                .all(|capacity| *capacity <= LARGEST)
            && work <= LONGEST_MEAN * instance.len() as u64
            && instance.horizon <= 2 * LONGEST_MEAN * instance.len() as u64
    }
}

impl<W: Lanes> Profile for Ticks<W> {
    fn new(instance: &Instance) -> Self {
        Self {
            capacity: W::pack(&instance.capacities).guarded(),
            free: Vec::new(),
            needs: (0..instance.len())
                .map(|node| W::pack(instance.needs(node)))
                .collect(),
            durations: instance
                .durations
                .iter()
                .map(|ticks| *ticks as usize)
                .collect(),
        }
    }

    fn clear(&mut self) {
        self.free.clear();
    }

    fn first_fit(&self, node: usize, from: u64) -> u64 {
        let (needs, duration) = (self.needs[node], self.durations[node]);
        let mut start = from as usize;
        // Looked at from its end, a window that does not fit is left by the longest step.
        while start < self.free.len() {
            let end = self.free.len().min(start + duration);
            let window = &self.free[start..end];
            match window.iter().rposition(|free| !free.covers(needs)) {
                None => break,
                Some(last) => start += last + 1,
            }
        }
        start as u64
    }

    fn take(&mut self, node: usize, start: u64) {
        let (start, end) = (start as usize, start as usize + self.durations[node]);
        if self.free.len() < end {
            self.free.resize(end, self.capacity);
        }
        for free in &mut self.free[start..end] {
            *free = free.minus(self.needs[node]);
        }
    }
}

/// A row of amounts for each time at which one of them changes: for times and amounts of any size.
#[derive(Debug)]
pub(crate) struct Steps {
    capacities: Vec<u64>,
    /// When each step begins, the first at 0; it lasts until the next, and the last for ever.
    times: Vec<u64>,
    /// What is free in each step, a row for each.
    free: Vec<u64>,
    needs: Vec<u64>,
    durations: Vec<u64>,
}

impl Profile for Steps {
    fn new(instance: &Instance) -> Self {
        let mut steps = Self {
            capacities: instance.capacities.clone(),
            times: Vec::new(),
            free: Vec::new(),
            needs: instance.needs.clone(),
            durations: instance.durations.clone(),
        };
        steps.clear();
        steps
    }

    fn clear(&mut self) {
        self.times.clear();
        self.times.push(0);
        self.free.clear();
        self.free.extend_from_slice(&self.capacities);
    }

    fn first_fit(&self, node: usize, from: u64) -> u64 {
        let needs = self.needs(node);
        let duration = self.durations[node];
        let mut start = from;
        let mut step = self.step_at(from);
        while self
            .times
            .get(step)
            .is_some_and(|time| *time < start + duration)
        {
            let covers = self
                .row(step)
                .iter()
                .zip(needs)
                .all(|(free, need)| free >= need);
            step += 1;
            if !covers {
                // Everything is free in the last step, so there is one more.
                start = self.times[step];
            }
        }
        start
    }

    fn take(&mut self, node: usize, start: u64) {
        let duration = self.durations[node];
        if duration == 0 || self.capacities.is_empty() {
            return;
        }
        let first = self.split_at(start);
        let end = self.split_at(start + duration);
        let width = self.capacities.len();
        let needs = &self.needs[node * width..(node + 1) * width];
        for row in self.free[first * width..end * width].chunks_exact_mut(width) {
            for (free, need) in row.iter_mut().zip(needs) {
                *free -= need;
            }
        }
    }
}

impl Steps {
    fn needs(&self, node: usize) -> &[u64] {
        let width = self.capacities.len();
        &self.needs[node * width..(node + 1) * width]
    }

    fn row(&self, step: usize) -> &[u64] {
        let width = self.capacities.len();
        &self.free[step * width..(step + 1) * width]
    }

    fn step_at(&self, time: u64) -> usize {
        self.times.partition_point(|start| *start <= time) - 1
    }

    /// The step that begins at a time; one is cut in two if there is none.
    fn split_at(&mut self, time: u64) -> usize {
        let step = self.step_at(time);
        if self.times[step] == time {
            return step;
        }
        let width = self.capacities.len();
        self.times.insert(step + 1, time);
        let row = step * width..(step + 1) * width;
        let next = row.end;
        self.free.splice(next..next, self.free[row].to_vec());
        step + 1
    }
}
