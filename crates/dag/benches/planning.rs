//! Frontier and critical path over chains, wide and layered graphs, each beside a bare pass over
//! arrays that does the same work without our types.
//!
//! `cargo bench -p wavecrew-dag`

use std::hint::black_box;

use criterion::measurement::WallTime;
use criterion::{
    BenchmarkGroup, BenchmarkId, Criterion, Throughput, criterion_group, criterion_main,
};
use wavecrew_dag::{CriticalPath, Dag, DagBuilder, Frontier, NodeId, PlanOrder, Planner};

const SIZES: [usize; 3] = [1_000, 10_000, 100_000];
const SHAPES: [(&str, Shape); 3] = [("chain", chain), ("wide", wide), ("layered", layered)];

/// The predecessors of a node, all of smaller index.
type Shape = fn(usize) -> Vec<usize>;

fn chain(node: usize) -> Vec<usize> {
    node.checked_sub(1).into_iter().collect()
}

fn wide(node: usize) -> Vec<usize> {
    if node == 0 { Vec::new() } else { vec![0] }
}

/// Layers of 100, each node after four of the layer before.
fn layered(node: usize) -> Vec<usize> {
    let layer = node / 100;
    let before = |layer: usize| (0..4).map(move |k| (layer - 1) * 100 + (node * 7 + k * 31) % 100);
    if layer == 0 {
        Vec::new()
    } else {
        before(layer).collect()
    }
}

fn graph(shape: Shape, nodes: usize) -> Dag<()> {
    let mut builder = DagBuilder::new();
    let ids: Vec<NodeId> = (0..nodes)
        .map(|node| builder.add_node(node.to_string(), ()))
        .collect();
    for node in 0..nodes {
        for before in shape(node) {
            builder.add_edge(ids[before], ids[node]);
        }
    }
    builder.build().expect("predecessors have smaller indices")
}

/// Successors as bare arrays, with the number of predecessors of each node.
struct Bare {
    starts: Vec<u32>,
    successors: Vec<u32>,
    predecessors: Vec<u32>,
}

impl Bare {
    fn new(dag: &Dag<()>) -> Self {
        let mut starts = vec![0];
        let mut successors = Vec::new();
        for node in dag.nodes() {
            successors.extend(dag.successors(node).iter().map(|next| next.index() as u32));
            starts.push(successors.len() as u32);
        }
        let predecessors = dag
            .nodes()
            .map(|node| dag.predecessors(node).len() as u32)
            .collect();
        Self {
            starts,
            successors,
            predecessors,
        }
    }

    fn successors(&self, node: usize) -> &[u32] {
        &self.successors[self.starts[node] as usize..self.starts[node + 1] as usize]
    }

    /// Kahn's algorithm with a stack: what any frontier must do at least.
    fn run(&self) -> usize {
        let mut missing = self.predecessors.clone();
        let mut ready: Vec<u32> = (0..missing.len() as u32)
            .filter(|&node| missing[node as usize] == 0)
            .collect();
        let mut done = 0;
        while let Some(node) = ready.pop() {
            done += 1;
            for &next in self.successors(node as usize) {
                missing[next as usize] -= 1;
                if missing[next as usize] == 0 {
                    ready.push(next);
                }
            }
        }
        done
    }

    /// Earliest and latest starts of nodes in topological order, and the sum of all floats.
    fn floats(&self, durations: &[u64]) -> u64 {
        let nodes = durations.len();
        let mut early = vec![0_u64; nodes];
        for node in 0..nodes {
            let finish = early[node] + durations[node];
            for &next in self.successors(node) {
                early[next as usize] = early[next as usize].max(finish);
            }
        }
        let makespan = (0..nodes)
            .map(|node| early[node] + durations[node])
            .max()
            .unwrap_or(0);
        let mut late = vec![0_u64; nodes];
        for node in (0..nodes).rev() {
            let after = self
                .successors(node)
                .iter()
                .map(|&next| late[next as usize]);
            late[node] = after.min().unwrap_or(makespan) - durations[node];
        }
        (0..nodes).map(|node| late[node] - early[node]).sum()
    }
}

fn each_graph(
    criterion: &mut Criterion,
    name: &str,
    bench: impl Fn(&mut BenchmarkGroup<'_, WallTime>, String, &Dag<()>),
) {
    for (shape_name, shape) in SHAPES {
        let mut group = criterion.benchmark_group(format!("{name}/{shape_name}"));
        for nodes in SIZES {
            group.throughput(Throughput::Elements(nodes as u64));
            bench(&mut group, nodes.to_string(), &graph(shape, nodes));
        }
        group.finish();
    }
}

fn frontier(criterion: &mut Criterion) {
    each_graph(criterion, "frontier", |group, size, dag| {
        let bare = Bare::new(dag);
        group.bench_function(BenchmarkId::new("bare", &size), |b| b.iter(|| bare.run()));
        group.bench_function(BenchmarkId::new("plan order", &size), |b| {
            b.iter(|| run(dag, PlanOrder.ranks(dag)));
        });
        let ranks: Vec<u64> = dag
            .nodes()
            .map(|node| node.index() as u64 * 7919 % 4096)
            .collect();
        group.bench_function(BenchmarkId::new("mixed ranks", &size), |b| {
            b.iter(|| run(dag, ranks.clone()));
        });
    });
}

fn run(dag: &Dag<()>, ranks: Vec<u64>) -> usize {
    let mut frontier = Frontier::new(dag, ranks);
    let mut done = 0;
    while let Some(node) = frontier.pop() {
        frontier.succeed(black_box(node));
        done += 1;
    }
    done
}

fn critical_path(criterion: &mut Criterion) {
    each_graph(criterion, "critical path", |group, size, dag| {
        let durations: Vec<u64> = dag
            .nodes()
            .map(|node| node.index() as u64 % 10 + 1)
            .collect();
        let bare = Bare::new(dag);
        group.bench_function(BenchmarkId::new("bare", &size), |b| {
            b.iter(|| bare.floats(black_box(&durations)));
        });
        group.bench_function(BenchmarkId::new("all times", &size), |b| {
            b.iter(|| CriticalPath::new(dag, black_box(&durations)));
        });
    });
}

criterion_group!(benches, frontier, critical_path);
criterion_main!(benches);
