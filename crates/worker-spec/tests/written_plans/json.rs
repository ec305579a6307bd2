//! JSON.

use proptest::prelude::*;
use wavecrew_worker_spec::{Document, Parsed, Plan, Severity, read, write};

use crate::arbitrary::plan;
use crate::difference;

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn any_plan_is_read_back_as_it_is(plan in plan()) {
        let written = write::to_json(&plan);
        let again = json(&written).value;
        if let Some(difference) = difference(&again.without_places(), &plan.without_places()) {
            return Err(TestCaseError::fail(format!("{difference}\n{written}")));
        }
        let twice = json(&write::to_json(&again)).value;
        prop_assert_eq!(twice.without_places(), again.without_places());
    }
}

fn json(text: &str) -> Parsed<Plan> {
    read(&[Document::new("plan.json", text)])
}

#[test]
fn a_plan_by_hand_says_only_what_it_has_to_say() {
    let parsed = json(
        r#"{
  "$schema": "plan.schema.json",
  "wavecrew_plan": 1,
  "tasks": [
    { "id": "A", "estimate": { "secs": 60, "nanos": 0 } },
    { "id": "B", "estimate": { "secs": 60, "nanos": 0 } }
  ],
  "edges": [{ "from": "A", "to": "B" }]
}"#,
    );
    assert_eq!(parsed.diagnostics, []);
    let places: Vec<usize> = parsed
        .value
        .tasks
        .iter()
        .map(|task| task.location.line)
        .collect();
    assert_eq!(places, [5, 6]);
    assert_eq!(parsed.value.edges[0].locations[0].line, 8);
}

#[test]
fn what_is_no_plan_is_told_with_its_place() {
    let told = |text: &str| -> Vec<String> {
        let diagnostics = json(text).diagnostics.into_iter();
        diagnostics
            .filter(|diagnostic| diagnostic.severity > Severity::Note)
            .map(|diagnostic| {
                let place = diagnostic.location.as_ref().map(ToString::to_string);
                let help = diagnostic.help.unwrap_or_default();
                format!(
                    "{} {}: {} ({help})",
                    place.unwrap_or_default(),
                    diagnostic.code,
                    diagnostic.message
                )
            })
            .collect()
    };
    insta::assert_debug_snapshot!(
        [
            "{\"wavecrew_plan\": 1, \"tasks\": [\n{\"id\": 7}]}",
            "{\"wavecrew_plan\": 2, \"tasks\": [\n{\"id\": \"A\", \"titel\": \"x\"}]}",
            "{\"wavecrew_plan\": 1, \"tasks\": [{\"id\": \"A\"}, {}], \"edges\": [{\"from\": \"A\", \"to\": \"C\"}]}",
            "{\"wavecrew_plan\": 1, \"tasks\": [{\"id\": \"A\"}",
        ]
        .map(told)
    );
}
