//! What `doctor` found.

use serde_json::{Value, json};
use wavecrew::Origin;
use wavecrew::providers::{Health, ProviderError};

/// What one look found.
pub struct Finding {
    /// The name that the provider was looked up by.
    pub name: String,
    /// What it says of itself, or why it cannot be asked.
    pub result: Result<Health, ProviderError>,
    /// Whether it needs a model and nothing names one, so that a run or a plan has to.
    pub has_no_model: bool,
    /// Where its settings come from.
    pub origins: Vec<Origin>,
}

/// How many models are named before the rest is only counted.
const SHOWN_MODELS: usize = 5;

/// For people: a line each, and one with where the settings come from.
pub fn findings_text(findings: &[Finding]) -> String {
    let width = findings.iter().map(|finding| finding.name.len()).max();
    let width = width.unwrap_or_default();
    let mut text = String::new();
    for finding in findings {
        let (found, about) = match &finding.result {
            Ok(health) if finding.has_no_model => {
                let about = about(health);
                (
                    "ok    ",
                    format!("{about}, no model is set: `run --model` or the plan names it"),
                )
            }
            Ok(health) => ("ok    ", about(health)),
            Err(error) => ("failed", error.to_string()),
        };
        text.push_str(&format!("{:width$}  {found}  {about}\n", finding.name));
        if !finding.origins.is_empty() {
            let origins: Vec<String> = finding.origins.iter().map(ToString::to_string).collect();
            text.push_str(&format!("{:width$}          {}\n", "", origins.join(", ")));
        }
    }
    text
}

fn about(health: &Health) -> String {
    let mut parts = vec![health.at.clone()];
    parts.extend(
        health
            .version
            .as_ref()
            .map(|version| format!("version {version}")),
    );
    if let Some(models) = &health.models {
        parts.push(match models.as_slice() {
            [] => "no models".to_owned(),
            models if models.len() <= SHOWN_MODELS => models.join(" "),
            models => format!("{} models", models.len()),
        });
    }
    if health.has_model == Some(false) {
        parts.push("the model that is set is not among them".to_owned());
    }
    let milliseconds = health.latency.as_millis();
    if milliseconds > 0 {
        parts.push(format!("{milliseconds} ms"));
    }
    parts.join(", ")
}

/// For programs.
pub fn findings_json(findings: &[Finding]) -> Value {
    let providers: Vec<Value> = findings.iter().map(finding_json).collect();
    json!({ "schema_version": 1, "providers": providers })
}

fn finding_json(finding: &Finding) -> Value {
    match &finding.result {
        Ok(health) => json!({
            "provider": finding.name,
            "ok": true,
            "at": health.at,
            "version": health.version,
            "models": health.models,
            "loaded": health.loaded,
            "has_model": health.has_model,
            "lacks_model": finding.has_no_model,
            "latency_seconds": health.latency.as_secs_f64(),
            "error": null,
            "settings": finding.origins,
        }),
        Err(error) => json!({
            "provider": finding.name,
            "ok": false,
            "error": {
                "kind": error.kind(),
                "message": error.to_string(),
                "status": error.status(),
                "transient": error.is_transient(),
            },
            "settings": finding.origins,
        }),
    }
}
