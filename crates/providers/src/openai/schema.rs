//! Schemas as the protocol takes them.

use serde::Serialize;
use serde_json::Value;

/// The longest name of a schema that the protocol allows.
const MAX_NAME: usize = 64;

/// A schema with what the protocol wants to know of it.
#[derive(Serialize)]
pub(super) struct Schema<'a> {
    name: String,
    schema: &'a Value,
    strict: bool,
}

impl<'a> Schema<'a> {
    pub(super) fn new(name: &str, schema: &'a Value) -> Self {
        Self {
            name: allowed(name),
            schema,
            strict: is_strict(schema),
        }
    }
}

fn allowed(name: &str) -> String {
    let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
    let name: String = name
        .chars()
        .map(|c| if allowed(c) { c } else { '_' })
        .take(MAX_NAME)
        .collect();
    if name.is_empty() {
        "answer".to_owned()
    } else {
        name
    }
}

/// Whether the schema is of the kind that a server can hold a model to: each of its objects lists all of its properties as
/// required and allows no others. A server refuses to be strict about any other schema.
fn is_strict(schema: &Value) -> bool {
    let mut open = vec![schema];
    while let Some(value) = open.pop() {
        match value {
            Value::Object(fields) => {
                let properties = fields.get("properties").and_then(Value::as_object);
                let is_object = properties.is_some() || names_object(fields.get("type"));
                let closed = fields.get("additionalProperties") == Some(&Value::Bool(false));
                let required = fields.get("required").and_then(Value::as_array);
                let is_required = |name: &String| {
                    required.is_some_and(|required| required.iter().any(|other| other == name))
                };
                let all = properties.is_none_or(|all| all.keys().all(is_required));
                if is_object && !(closed && all) {
                    return false;
                }
                // What a property is called says nothing of it.
                open.extend(properties.into_iter().flat_map(|all| all.values()));
                let data = [
                    "properties",
                    "required",
                    "enum",
                    "const",
                    "default",
                    "examples",
                ];
                let inner = fields.iter();
                let inner = inner.filter(|(name, _)| !data.contains(&name.as_str()));
                open.extend(inner.map(|(_, value)| value));
            }
            Value::Array(items) => open.extend(items),
            _ => {}
        }
    }
    true
}

fn names_object(kind: Option<&Value>) -> bool {
    match kind {
        Some(Value::String(kind)) => kind == "object",
        Some(Value::Array(kinds)) => kinds.iter().any(|kind| kind == "object"),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::is_strict;

    #[test]
    fn only_closed_objects_with_everything_required_are_strict() {
        let inner = json!({ "type": "object", "properties": { "b": { "type": "string" } }, "required": ["b"], "additionalProperties": false });
        for (schema, strict) in [
            (json!({ "type": "string" }), true),
            (inner.clone(), true),
            (json!({ "type": "object" }), false),
            (json!({ "type": ["object", "null"] }), false),
            (json!({ "properties": {} }), false),
            (json!({ "type": "array", "items": inner }), true),
            (
                json!({ "type": "array", "items": { "type": "object" } }),
                false,
            ),
            (json!({ "anyOf": [inner, { "type": "null" }] }), true),
            (
                json!({ "$defs": { "x": { "type": "object" } }, "$ref": "#/$defs/x" }),
                false,
            ),
            (json!({ "enum": [{ "type": "object" }] }), true),
            (
                json!({ "type": "object", "properties": { "type": { "type": "string" }, "b": {} }, "required": ["type"], "additionalProperties": false }),
                false,
            ),
        ] {
            assert_eq!(is_strict(&schema), strict, "{schema}");
        }
    }
}
