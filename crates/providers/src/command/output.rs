//! What a program writes, and what it means.

use serde_json::Value;

use crate::{Cost, ErrorKind};

/// How an agent program writes its answer, as data.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Output {
    /// All of its standard output is the text.
    Text,
    /// The text is in the file that `{answer_file}` names in the arguments.
    AnswerFile,
    /// Its standard output is JSON: one value, one value a line, or one array of values. Each value is held against
    /// each rule.
    Json(&'static [Rule]),
}

/// Where something stands in the JSON that a program writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rule {
    /// Which values it is about: a JSON pointer and the text that has to be there; `None` for all.
    pub when: Option<(&'static str, &'static str)>,
    /// What it is.
    pub is: Part,
    /// Where it is: a JSON pointer (RFC 6901), in which `*` stands for every member; the numbers of all are added.
    pub at: &'static str,
}

/// What a [`Rule`] finds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Part {
    /// The text; a later one replaces it.
    Text,
    /// A piece of the text; all are joined.
    Piece,
    /// What went wrong, in words.
    Error,
    /// `true`: the text is what went wrong, in words.
    Failed,
    /// A sign, of whatever content, that the program came to its end. Where a rule asks for it, an answer without it is
    /// incomplete.
    Ended,
    /// The program's own id for what it did.
    Id,
    /// The model that answered.
    Model,
    /// Tokens of the request, those that a cache held not among them unless the program counts so; added up.
    InputTokens,
    /// Tokens that a cache held and that are counted in no other number; added up, and to the input.
    CachedTokens,
    /// Tokens that a cache held and that are counted among the input; added up.
    CachedInput,
    /// Tokens of the answer; added up.
    OutputTokens,
    /// What it cost in US dollars; added up.
    CostUsd,
}

/// What was found in the JSON of a program.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Findings {
    pub(super) text: Option<String>,
    pub(super) error: Option<String>,
    pub(super) failed: bool,
    pub(super) ended: bool,
    pub(super) id: Option<String>,
    pub(super) model: Option<String>,
    pub(super) input_tokens: Option<u64>,
    pub(super) cached_tokens: Option<u64>,
    pub(super) output_tokens: Option<u64>,
    pub(super) cost: Option<Cost>,
    /// How many values there were.
    pub(super) values: usize,
}

/// Holds every value of the output against the rules. Lines that are no JSON, which programs like to write between the
/// others, are passed over.
pub(super) fn read(output: &str, rules: &[Rule]) -> Findings {
    let mut findings = Findings {
        ended: !rules.iter().any(|rule| rule.is == Part::Ended),
        ..Findings::default()
    };
    if let Ok(value) = serde_json::from_str(output) {
        findings.hold(&value, rules);
        return findings;
    }
    // Not one value alone: one a line, or one after words of greeting.
    let mut rest = output;
    while let Some(start) = rest.find(['{', '[']) {
        let mut values = serde_json::Deserializer::from_str(&rest[start..]).into_iter::<Value>();
        let read = match values.next() {
            Some(Ok(value)) => {
                findings.hold(&value, rules);
                values.byte_offset()
            }
            // No value begins in this line.
            _ => rest[start..].find('\n').unwrap_or(rest.len() - start),
        };
        rest = &rest[start + read..];
    }
    findings
}

impl Findings {
    fn hold(&mut self, value: &Value, rules: &[Rule]) {
        if let Value::Array(values) = value {
            for value in values {
                self.look(value, rules);
            }
        } else {
            self.look(value, rules);
        }
    }

    fn look(&mut self, value: &Value, rules: &[Rule]) {
        self.values += 1;
        for rule in rules {
            let fits = rule
                .when
                .is_none_or(|(at, text)| value.pointer(at).and_then(Value::as_str) == Some(text));
            if fits {
                for found in every(value, rule.at) {
                    self.take(rule.is, found);
                }
            }
        }
    }

    fn take(&mut self, part: Part, found: &Value) {
        let words = || match found {
            Value::String(text) => Some(text.clone()),
            Value::Null => None,
            other => Some(other.to_string()),
        };
        let tokens = found
            .as_f64()
            .filter(|count| *count >= 0.0)
            .map(|count| count as u64);
        let add = |sum: &mut Option<u64>| {
            if let Some(tokens) = tokens {
                *sum = Some(sum.unwrap_or(0).saturating_add(tokens));
            }
        };
        match part {
            Part::Text => self.text = words().or(self.text.take()),
            Part::Piece => {
                if let Some(piece) = found.as_str() {
                    self.text.get_or_insert_default().push_str(piece);
                }
            }
            Part::Error => self.error = words().or(self.error.take()),
            Part::Failed => self.failed |= found == &Value::Bool(true),
            Part::Ended => self.ended = true,
            Part::Id => self.id = words().or(self.id.take()),
            Part::Model => self.model = words().or(self.model.take()),
            Part::InputTokens => add(&mut self.input_tokens),
            Part::OutputTokens => add(&mut self.output_tokens),
            Part::CachedInput => add(&mut self.cached_tokens),
            Part::CachedTokens => {
                add(&mut self.cached_tokens);
                add(&mut self.input_tokens);
            }
            Part::CostUsd => {
                let dollars = found.as_f64().filter(|dollars| *dollars >= 0.0);
                if let Some(dollars) = dollars {
                    let before = self.cost.map_or(0, Cost::nano_usd);
                    // The cast of a float saturates.
                    let nano = (dollars * 1e9).round() as u64;
                    self.cost = Some(Cost::from_nano_usd(before.saturating_add(nano)));
                }
            }
        }
    }
}

/// The values at a pointer whose segments may be `*`.
fn every<'a>(value: &'a Value, pointer: &str) -> Vec<&'a Value> {
    let mut found = vec![value];
    for segment in pointer.split('/').skip(1) {
        found = found
            .into_iter()
            .flat_map(|value| match (segment, value) {
                ("*", Value::Object(fields)) => fields.values().collect(),
                ("*", Value::Array(items)) => items.iter().collect(),
                _ => Vec::from_iter(value.pointer(&format!("/{segment}"))),
            })
            .collect();
    }
    found
}

/// The kind of a failure that a program tells of in words. `None`: it does not say.
pub(super) fn kind_in_words(words: &str) -> Option<ErrorKind> {
    const KINDS: &[(ErrorKind, &[&str])] = &[
        (
            ErrorKind::Quota,
            &[
                "insufficient_quota",
                "current quota",
                "credit balance",
                "billing",
                "usage limit",
                "out of credits",
            ],
        ),
        (
            ErrorKind::RateLimited,
            &[
                "rate limit",
                "rate_limit",
                "too many requests",
                "resource_exhausted",
                " 429",
            ],
        ),
        (
            ErrorKind::Overloaded,
            &["overloaded", " 529", "temporarily unavailable"],
        ),
        (
            ErrorKind::ContextOverflow,
            &[
                "context length",
                "context window",
                "prompt is too long",
                "maximum context",
            ],
        ),
        (
            ErrorKind::Authentication,
            &[
                "api key",
                "api_key",
                "not logged in",
                "please run /login",
                "login required",
                "unauthorized",
                "authenticat",
                "invalid_grant",
            ],
        ),
        (
            ErrorKind::ModelNotFound,
            &[
                "model not found",
                "model_not_found",
                "unknown model",
                "no such model",
                "invalid model",
            ],
        ),
        (
            ErrorKind::Connect,
            &[
                "connection refused",
                "enotfound",
                "econnrefused",
                "could not resolve",
            ],
        ),
        (ErrorKind::Timeout, &["timed out", "timeout", "etimedout"]),
    ];
    let words = words.to_lowercase();
    let says = |phrases: &[&str]| phrases.iter().any(|phrase| words.contains(phrase));
    KINDS
        .iter()
        .find(|(_, phrases)| says(phrases))
        .map(|(kind, _)| *kind)
}

#[cfg(test)]
mod tests {
    use super::*;

    const RULES: &[Rule] = &[
        Rule {
            when: Some(("/type", "text")),
            is: Part::Piece,
            at: "/part/text",
        },
        Rule {
            when: Some(("/type", "end")),
            is: Part::Ended,
            at: "",
        },
        Rule {
            when: None,
            is: Part::InputTokens,
            at: "/models/*/tokens/in",
        },
        Rule {
            when: None,
            is: Part::CostUsd,
            at: "/cost",
        },
    ];

    #[test]
    fn values_of_every_layout() {
        let events = [
            r#"{"type":"text","part":{"text":"a "}}"#,
            r#"{"type":"text","part":{"text":"b"},"cost":0.25}"#,
            r#"{"type":"end","models":{"x":{"tokens":{"in":3}},"y":{"tokens":{"in":4}}},"cost":0.5}"#,
        ];
        let lines = events.join("\n");
        for output in [
            lines.clone(),
            format!("[{}]", events.join(",")),
            format!("Welcome!\n[not json\n{lines}\nbye {{\n"),
        ] {
            let found = read(&output, RULES);
            assert_eq!(found.text.as_deref(), Some("a b"), "{output}");
            assert_eq!((found.ended, found.input_tokens), (true, Some(7)));
            assert_eq!(found.cost, Some(Cost::from_nano_usd(750_000_000)));
        }
        let cut = read(&lines[..lines.len() - 9], RULES);
        assert_eq!((cut.ended, cut.text.as_deref()), (false, Some("a b")));
        assert_eq!(read("", RULES).values, 0);
    }

    proptest::proptest! {
        #[test]
        fn no_output_breaks_it(output in "[\\[\\]{}\"a:,1\n]{0,60}") {
            read(&output, RULES);
        }
    }
}
