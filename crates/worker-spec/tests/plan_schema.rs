//! The published schema of a plan in JSON is that of the types.

use std::path::Path;

use serde_json::{Value, json};
use wavecrew_worker_spec::Plan;

/// The schema of what [`write::to_json`](wavecrew_worker_spec::write::to_json) writes.
fn schema() -> Value {
    let mut schema = schemars::schema_for!(Plan).to_value();
    schema["title"] = json!("A plan of wavecrew");
    schema["properties"]["wavecrew_plan"] = json!({
        "description": "The version of this form.",
        "const": 1,
    });
    schema["required"] = json!(["wavecrew_plan"]);
    schema
}

#[test]
fn the_published_schema_is_that_of_the_types() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/plan.schema.json");
    let now = format!("{:#}\n", schema());
    if std::env::var_os("UPDATE_SCHEMA").is_some() {
        std::fs::write(&path, &now).unwrap();
    }
    let published = std::fs::read_to_string(&path).unwrap();
    assert!(
        published == now,
        "docs/plan.schema.json is not that of the types: run this test with UPDATE_SCHEMA=1"
    );
}
