//! What an entry says in sentences: `description`, `details`, `acceptance_criteria`, `testStrategy`.

use super::keys::letters;
use crate::json::{Member, Value};

/// Keys whose values are for the worker to read, with letters and digits only.
const TOLD: [&str; 18] = [
    "description",
    "desc",
    "objective",
    "goal",
    "details",
    "design",
    "implementation",
    "implementationnotes",
    "instruction",
    "instructions",
    "prompt",
    "steps",
    "notes",
    "acceptancecriteria",
    "criteria",
    "successcriteria",
    "teststrategy",
    "verification",
];

/// All sentences of an entry, each with its key but for the description, in the order of the document; what is the
/// title is not said again.
pub(in crate::dialect) fn details(entry: &Value, title: Option<&str>) -> Option<String> {
    let told: Vec<String> = entry
        .members()
        .iter()
        .filter_map(|member| told(member, title))
        .collect();
    (!told.is_empty()).then(|| told.join("\n\n"))
}

fn told(member: &Member, title: Option<&str>) -> Option<String> {
    let key = letters(&member.key);
    if !TOLD.contains(&key.as_str()) {
        return None;
    }
    let text = match member.value.text() {
        Some(text) => text.trim().to_owned(),
        None => {
            let items = member.value.items().iter().filter_map(Value::text);
            let lines: Vec<String> = items.map(|item| format!("- {}", item.trim())).collect();
            lines.join("\n")
        }
    };
    match key.as_str() {
        _ if text.is_empty() || title == Some(text.as_str()) => None,
        "description" | "desc" => Some(text),
        _ => Some(format!("{}:\n{text}", member.key.trim())),
    }
}
