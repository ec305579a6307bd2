//! From text to a schedule, layer by layer: reading, graph, forecast.
//!
//! `cargo bench --bench plan`. The first figure is the bare reference: reading the files' bytes as UTF-8.

use std::hint::black_box;
use std::num::NonZeroUsize;
use std::path::Path;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use wavecrew::worker_spec::{Document, read};
use wavecrew::{GraphOptions, forecast, graph, read_documents};

/// The demo, so many times over, each copy with ids of its own.
fn specs(copies: usize) -> Vec<Document> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/plans/harbour");
    let documents = read_documents(&[folder]).expect("the demo is there");
    let copy = |copy: usize| {
        documents.iter().map(move |document| {
            let text = document
                .text()
                .replace("WORKER_", &format!("WORKER_{copy}"));
            Document::new(format!("{copy}/{}", document.name()), text)
        })
    };
    (1..=copies).flat_map(copy).collect()
}

fn plan(criterion: &mut Criterion) {
    let documents = specs(16);
    let bytes: usize = documents.iter().map(|document| document.text().len()).sum();
    let mut group = criterion.benchmark_group("plan");

    group.throughput(Throughput::Bytes(bytes as u64));
    group.bench_function("bare UTF-8 check", |bencher| {
        bencher.iter(|| {
            for document in &documents {
                black_box(std::str::from_utf8(black_box(document.text().as_bytes()))).ok();
            }
        });
    });
    group.bench_function("read", |bencher| {
        bencher.iter(|| read(black_box(&documents)))
    });

    let plan = read(&documents).value;
    let tasks = plan.tasks.len() as u64;
    group.throughput(Throughput::Elements(tasks));
    group.bench_function("graph", |bencher| {
        bencher.iter(|| graph(black_box(&plan), GraphOptions::default()));
    });
    let graph = graph(&plan, GraphOptions::default()).expect("the demo has no cycle");
    let workers = NonZeroUsize::new(8).expect("eight is not zero");
    group.bench_function("forecast", |bencher| {
        bencher.iter(|| forecast(black_box(&graph), workers));
    });
    group.finish();
}

criterion_group!(benches, plan);
criterion_main!(benches);
