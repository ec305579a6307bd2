//! Reads what a server says about a failure, whatever dialect it says it in.

use serde_json::Value;

/// What could be found of a failure. Nothing of it is certain to be there.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct ErrorBody {
    pub(crate) message: Option<String>,
    pub(crate) kind: Option<String>,
    pub(crate) code: Option<String>,
    pub(crate) param: Option<String>,
}

impl ErrorBody {
    /// Reads the body of an answer whose status tells of a failure.
    pub(crate) fn read(body: &[u8]) -> Self {
        super::json(body)
            .map(|value| Self::of(&value))
            .unwrap_or_default()
    }

    /// Reads any of `{"error":{"message",…}}`, `{"error":"…"}`, `{"message":…}`, `{"detail":…}`, `[{"error":…}]`, and an
    /// error that is itself JSON within a string.
    pub(crate) fn of(value: &Value) -> Self {
        match value {
            Value::Array(items) => items.first().map(Self::of).unwrap_or_default(),
            Value::String(text) => match super::json(text.as_bytes()) {
                Ok(inner @ Value::Object(_)) => Self::of(&inner),
                _ => Self {
                    message: words(text),
                    ..Self::default()
                },
            },
            Value::Object(fields) => match fields.get("error") {
                // `{"error":"invalid_grant","message":"…"}` says it in the message.
                Some(Value::String(code))
                    if fields.get("message").is_some_and(Value::is_string) =>
                {
                    let body = Self::of_fields(value);
                    Self {
                        code: body.code.or_else(|| words(code)),
                        ..body
                    }
                }
                Some(inner) if !inner.is_null() && inner != &Value::Bool(true) => Self::of(inner),
                _ => Self::of_fields(value),
            },
            _ => Self::default(),
        }
    }

    fn of_fields(value: &Value) -> Self {
        let text = |name: &str| match value.get(name)? {
            Value::String(text) => words(text),
            Value::Number(number) => Some(number.to_string()),
            _ => None,
        };
        let detail = || match value.get("detail")? {
            Value::Null => None,
            Value::String(text) => words(text),
            other => Some(other.to_string()),
        };
        Self {
            message: text("message").or_else(detail),
            kind: text("type").or_else(|| text("status")),
            // Anthropic tells a spent allowance from a short wait only in the details.
            code: text("code").or_else(|| {
                let code = value.pointer("/details/error_code")?.as_str()?;
                words(code)
            }),
            param: text("param"),
        }
    }

    /// The status that the body states, for servers that answer 200 and mean something else.
    pub(crate) fn stated_status(&self) -> Option<u16> {
        let status = self.code.as_ref()?.parse().ok()?;
        (400..600).contains(&status).then_some(status)
    }

    /// Whether the code or the type is one of these, in whatever case.
    pub(crate) fn is_coded(&self, codes: &[&str]) -> bool {
        let stated = [&self.code, &self.kind];
        let mut stated = stated.into_iter().flatten();
        stated.any(|stated| codes.iter().any(|code| stated.eq_ignore_ascii_case(code)))
    }

    /// Whether the message has one of these, written in small letters here and in whatever case there.
    pub(crate) fn says(&self, phrases: &[&str]) -> bool {
        let Some(message) = &self.message else {
            return false;
        };
        let message = message.to_lowercase();
        phrases.iter().any(|phrase| message.contains(phrase))
    }
}

fn words(text: &str) -> Option<String> {
    let text = text.trim();
    (!text.is_empty()).then(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(body: &str, message: Option<&str>, kind: Option<&str>, code: Option<&str>) {
        let found = ErrorBody::read(body.as_bytes());
        let found = (
            found.message.as_deref(),
            found.kind.as_deref(),
            found.code.as_deref(),
        );
        assert_eq!(found, (message, kind, code), "{body}");
    }

    #[test]
    fn dialects() {
        check(
            r#"{"error":{"message":"m","type":"t","param":null,"code":"c"}}"#,
            Some("m"),
            Some("t"),
            Some("c"),
        );
        check(
            r#"{"error":{"code":400,"message":"m","type":"t"}}"#,
            Some("m"),
            Some("t"),
            Some("400"),
        );
        check(
            r#"{"error":"model 'x' not found"}"#,
            Some("model 'x' not found"),
            None,
            None,
        );
        check(
            r#"{"error":"{\"error\":{\"code\":400,\"message\":\"m\",\"type\":\"t\"}}"}"#,
            Some("m"),
            Some("t"),
            Some("400"),
        );
        check(
            r#"{"object":"error","message":"m","type":"NotFoundError","code":404}"#,
            Some("m"),
            Some("NotFoundError"),
            Some("404"),
        );
        check(r#"{"detail":"Not Found"}"#, Some("Not Found"), None, None);
        check(
            r#"{"detail":[{"msg":"x"}]}"#,
            Some(r#"[{"msg":"x"}]"#),
            None,
            None,
        );
        check(
            r#"[{"error":{"message":"m","status":"S"}}]"#,
            Some("m"),
            Some("S"),
            None,
        );
        check("\u{FEFF}{\"error\":\"m\"}", Some("m"), None, None);
        for nothing in [
            "",
            "<html>",
            "null",
            "[]",
            "{}",
            "7",
            r#"{"error":null}"#,
            r#"{"error":{}}"#,
        ] {
            check(nothing, None, None, None);
        }
    }
}
