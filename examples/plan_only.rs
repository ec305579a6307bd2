//! Reads a plan and says what it comes to, without running anything.

#![expect(clippy::print_stdout, reason = "an example shows what it does")]

use std::num::NonZeroUsize;
use std::path::Path;

use wavecrew::worker_spec::read;
use wavecrew::{GraphOptions, forecast, graph, read_documents};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/plans/regatta.md");
    let parsed = read(&read_documents(&[path])?);
    for diagnostic in &parsed.diagnostics {
        println!("{diagnostic}");
    }

    let graph =
        graph(&parsed.value, GraphOptions::default()).map_err(|cycles| cycles[0].to_string())?;
    let hours = |seconds: u64| seconds as f64 / 3600.0;
    for workers in [1, 2, 3, 11] {
        let forecast = forecast(&graph, NonZeroUsize::new(workers).expect("not zero"))?;
        println!(
            "{workers:>2} workers: {:>4.1} h (never less than {:.1} h), {:.2} times one worker",
            hours(forecast.schedule.makespan),
            hours(forecast.schedule.lower_bound),
            forecast.speedup(),
        );
    }

    let two = forecast(&graph, NonZeroUsize::new(2).expect("not zero"))?;
    let path: Vec<&str> = two
        .critical_tasks
        .iter()
        .map(|node| graph.dag.id(*node))
        .collect();
    println!("critical path: {}", path.join(" -> "));
    Ok(())
}
