//! A plan as JSON.

use serde::Serialize;

use crate::Plan;
use crate::plan_form::{JSON_KEY, JSON_VERSION};

/// Writes a plan as one JSON object: all its parts, and the version of the form under `wavecrew_plan`.
///
/// The form is that of `docs/plan.schema.json` in this crate's repository. [`read`](crate::read) reads it back; places are then
/// those of the JSON text.
///
/// ```
/// use wavecrew_worker_spec::{Document, read, write};
///
/// let plan = read(&[Document::new("plan.md", "# Plan\n\n- [ ] T001 Draw\n- [ ] T002 Paint (depends on T001)\n")]).value;
/// let again = read(&[Document::new("plan.json", write::to_json(&plan))]).value;
/// assert_eq!(again.without_places(), plan.without_places());
/// ```
///
/// # Panics
///
/// Never: a plan holds nothing that JSON has no form for.
pub fn to_json(plan: &Plan) -> String {
    #[derive(Serialize)]
    struct Versioned<'p> {
        wavecrew_plan: u32,
        #[serde(flatten)]
        plan: &'p Plan,
    }
    debug_assert_eq!(JSON_KEY, "wavecrew_plan");
    let versioned = Versioned {
        wavecrew_plan: JSON_VERSION,
        plan,
    };
    let mut json = serde_json::to_string_pretty(&versioned)
        .expect("a plan holds text, numbers, lists and structs only");
    json.push('\n');
    json
}
