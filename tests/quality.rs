//! The quality score with the strength of test commands as its evidence.

use std::path::PathBuf;

use wavecrew::worker_spec::quality::{Aspect, CONTRADICTIONS, RULES};
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

#[test]
fn the_page_lists_every_rule_and_contradiction_with_its_weight() {
    let page = include_str!("../docs/quality.md");
    let rows = RULES.iter().map(|rule| {
        format!(
            "| `{}` | {} | {} | {} |",
            rule.name, rule.section, rule.weight, rule.earns
        )
    });
    let contradictions = CONTRADICTIONS.iter().map(|kind| {
        format!(
            "| `{}` | {} | {} % | {} |",
            kind.name, kind.section, kind.takes, kind.between
        )
    });
    let rows = rows.chain(contradictions);
    let missing: Vec<String> = rows.filter(|row| !page.contains(row)).collect();
    assert!(missing.is_empty(), "\n{}", missing.join("\n"));
    for aspect in Aspect::ALL {
        let heading = format!("## {aspect}: {} of 100", aspect.weight());
        assert!(page.to_lowercase().contains(&heading), "{heading}");
    }
    assert_eq!(
        page.lines().filter(|line| line.starts_with("| `")).count(),
        RULES.len() + CONTRADICTIONS.len()
    );
}
