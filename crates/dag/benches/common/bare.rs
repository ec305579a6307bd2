//! What any planner must do at least, on plain arrays: no ids, no checks, no types.

/// Edges by their first ends.
pub(crate) struct Bare {
    starts: Vec<u32>,
    after: Vec<u32>,
    before_count: Vec<u32>,
}

/// All that a full plan says.
pub(crate) struct Plan {
    pub(crate) earliest_start: Vec<u64>,
    pub(crate) earliest_finish: Vec<u64>,
    pub(crate) latest_start: Vec<u64>,
    pub(crate) latest_finish: Vec<u64>,
    pub(crate) total_float: Vec<u64>,
    pub(crate) free_float: Vec<u64>,
    pub(crate) path: Vec<u32>,
    pub(crate) wave_nodes: Vec<u32>,
    pub(crate) wave_ends: Vec<u32>,
}

impl Bare {
    pub(crate) fn new(nodes: usize, edges: &[(u32, u32)]) -> Self {
        let mut starts = vec![0_u32; nodes + 1];
        let mut before_count = vec![0_u32; nodes];
        for &(from, to) in edges {
            starts[from as usize + 1] += 1;
            before_count[to as usize] += 1;
        }
        for node in 0..nodes {
            starts[node + 1] += starts[node];
        }
        let mut next = starts.clone();
        let mut after = vec![0_u32; edges.len()];
        for &(from, to) in edges {
            after[next[from as usize] as usize] = to;
            next[from as usize] += 1;
        }
        Self {
            starts,
            after,
            before_count,
        }
    }

    fn after(&self, node: u32) -> &[u32] {
        let node = node as usize;
        &self.after[self.starts[node] as usize..self.starts[node + 1] as usize]
    }

    /// Kahn's algorithm with a stack: what any frontier must do at least.
    pub(crate) fn run(&self) -> usize {
        let mut missing = self.before_count.clone();
        let mut ready: Vec<u32> = (0..missing.len() as u32)
            .filter(|&node| missing[node as usize] == 0)
            .collect();
        let mut done = 0;
        while let Some(node) = ready.pop() {
            done += 1;
            for &next in self.after(node) {
                missing[next as usize] -= 1;
                if missing[next as usize] == 0 {
                    ready.push(next);
                }
            }
        }
        done
    }

    /// Kahn's algorithm, with the order as the queue.
    fn order(&self) -> Vec<u32> {
        let mut missing = self.before_count.clone();
        let nodes = missing.len();
        let mut order = Vec::with_capacity(nodes);
        order.extend((0..nodes as u32).filter(|&node| missing[node as usize] == 0));
        let mut head = 0;
        while head < order.len() {
            let node = order[head];
            head += 1;
            for &next in self.after(node) {
                missing[next as usize] -= 1;
                if missing[next as usize] == 0 {
                    order.push(next);
                }
            }
        }
        order
    }

    pub(crate) fn plan(&self, durations: &[u64]) -> Plan {
        let nodes = durations.len();
        let order = self.order();
        let mut earliest_start = vec![0_u64; nodes];
        let mut earliest_finish = vec![0_u64; nodes];
        let mut level = vec![0_u32; nodes];
        for &node in &order {
            let finish = earliest_start[node as usize] + durations[node as usize];
            earliest_finish[node as usize] = finish;
            for &next in self.after(node) {
                let next = next as usize;
                earliest_start[next] = earliest_start[next].max(finish);
                level[next] = level[next].max(level[node as usize] + 1);
            }
        }
        let makespan = earliest_finish.iter().copied().max().unwrap_or(0);
        let mut latest_start = vec![0_u64; nodes];
        let mut latest_finish = vec![0_u64; nodes];
        let mut free_float = vec![0_u64; nodes];
        let mut total_float = vec![0_u64; nodes];
        for &node in order.iter().rev() {
            let mut latest = makespan;
            let mut next_start = makespan;
            for &next in self.after(node) {
                latest = latest.min(latest_start[next as usize]);
                next_start = next_start.min(earliest_start[next as usize]);
            }
            let node = node as usize;
            latest_finish[node] = latest;
            latest_start[node] = latest - durations[node];
            total_float[node] = latest_start[node] - earliest_start[node];
            free_float[node] = next_start - earliest_finish[node];
        }
        let first = order
            .iter()
            .copied()
            .find(|&node| total_float[node as usize] == 0);
        let is_next = |node: u32, next: u32| {
            total_float[next as usize] == 0
                && earliest_finish[node as usize] == earliest_start[next as usize]
        };
        let follow = |&node: &u32| {
            self.after(node)
                .iter()
                .copied()
                .find(|&next| is_next(node, next))
        };
        let path = std::iter::successors(first, follow).collect();
        let (wave_nodes, wave_ends) = waves(&level);
        Plan {
            earliest_start,
            earliest_finish,
            latest_start,
            latest_finish,
            total_float,
            free_float,
            path,
            wave_nodes,
            wave_ends,
        }
    }
}

fn waves(level: &[u32]) -> (Vec<u32>, Vec<u32>) {
    let count = level.iter().max().map_or(0, |most| *most as usize + 1);
    let mut ends = vec![0_u32; count];
    for &level in level {
        ends[level as usize] += 1;
    }
    let mut end = 0;
    let mut next = Vec::with_capacity(count);
    for size in &mut ends {
        next.push(end);
        end += *size;
        *size = end;
    }
    let mut nodes = vec![0_u32; level.len()];
    for (node, &level) in level.iter().enumerate() {
        nodes[next[level as usize] as usize] = node as u32;
        next[level as usize] += 1;
    }
    (nodes, ends)
}
