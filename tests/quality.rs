//! The quality score with the strength of test commands as its evidence.

use std::path::PathBuf;

use wavecrew::{rate_spec, read_documents};

#[test]
fn the_example_specs_score_well() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/plans/harbour");
    let documents = read_documents(&[PathBuf::from(folder)]).expect("examples");
    let plan = wavecrew::worker_spec::read(&documents).value;
    let specs = plan.tasks.iter().filter_map(|task| task.spec.as_deref());
    let rated: Vec<_> = specs.map(rate_spec).collect();
    assert!(rated.len() > 10);
    for quality in rated {
        assert!(quality.overall >= 70, "{quality:#?}");
    }
}
