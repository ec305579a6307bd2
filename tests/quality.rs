//! The quality score with the strength of test commands as its evidence.

use std::path::PathBuf;

use wavecrew::{rate_spec, read_documents};

#[test]
fn the_example_specs_score_well() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/plans/harbour");
    let documents = read_documents(&[PathBuf::from(folder)]).expect("examples");
    let plan = wavecrew::worker_spec::read(&documents).value;
    let mut scores = Vec::new();
    for spec in plan.tasks.iter().filter_map(|task| task.spec.as_deref()) {
        let quality = rate_spec(spec);
        println!("{} {} {} {} {} {}", quality.task, quality.overall, quality.clarity, quality.completeness, quality.coherence, quality.testability);
        println!("   {:?}", quality.reasons.iter().take(5).map(|r| (r.rule, r.cost)).collect::<Vec<_>>());
        scores.push(quality.overall);
    }
    assert!(scores.len() > 10);
}
