//! Quality scores for people and for machines.

use std::fmt::Write;

use serde_json::{Value, json};
use wavecrew::worker_spec::Location;
use wavecrew::worker_spec::quality::Aspect;
use wavecrew::{JudgedBy, Judgement};

use super::diagnostic::visible;

/// A table of the scores, worst first, with what cost each spec the most.
pub fn table(judgements: &[Judgement]) -> String {
    if judgements.is_empty() {
        return "no worker spec to score\n".to_owned();
    }
    let mut sorted: Vec<&Judgement> = judgements.iter().collect();
    sorted.sort_by_key(|judgement| judgement.overall());
    let widest = sorted
        .iter()
        .map(|judgement| judgement.quality.task.chars().count());
    let width = widest.max().unwrap_or(0).max("task".len());
    let mut text = format!(
        "overall  clarity  complete  coherent  testable  {:width$}  what cost most\n",
        "task"
    );
    for judgement in sorted {
        let [clarity, completeness, coherence, testability] =
            Aspect::ALL.map(|aspect| judgement.aspect(aspect));
        let quality = &judgement.quality;
        let most = quality.reasons.first().map_or_else(String::new, |reason| {
            let place = reason
                .places
                .first()
                .map_or_else(String::new, |place| format!(" ({place})"));
            format!("{}{place}", reason.message)
        });
        let _ = writeln!(
            text,
            "{:>7}  {clarity:>7}  {completeness:>8}  {coherence:>8}  {testability:>8}  {:width$}  {}",
            judgement.overall(),
            visible(&quality.task),
            visible(&most),
        );
    }
    if let [judgement] = judgements {
        text.push_str(&details(judgement));
    }
    text
}

/// The score of one spec section by section, and all that cost it points.
fn details(judgement: &Judgement) -> String {
    let quality = &judgement.quality;
    let mut text = String::from("\nsections, by the rules:\n");
    for section in &quality.sections {
        let _ = writeln!(text, "{:>7}  {}", section.score, section.section);
    }
    if !quality.reasons.is_empty() {
        text.push_str("\npoints of the overall score that are missing:\n");
    }
    for reason in &quality.reasons {
        let (points, place) = (f64::from(reason.cost) / 100.0, reason.places.first());
        let place = place.map_or_else(String::new, |place| format!(" ({place})"));
        let _ = writeln!(
            text,
            "{points:>7.1}  {}: {}{}; {}",
            reason.aspect,
            visible(&reason.message),
            visible(&place),
            reason.help
        );
    }
    text
}

/// The machine form of the judgements, in the order of the plan.
pub fn json(judgements: &[Judgement]) -> Value {
    judgements.iter().map(one).collect()
}

fn one(judgement: &Judgement) -> Value {
    let quality = &judgement.quality;
    let reasons: Vec<Value> = quality
        .reasons
        .iter()
        .map(|reason| {
            json!({
                "rule": reason.rule,
                "aspect": reason.aspect,
                "section": reason.section,
                "cost": f64::from(reason.cost) / 100.0,
                "message": reason.message,
                "help": reason.help,
                "places": reason.places.iter().map(place).collect::<Vec<_>>(),
            })
        })
        .collect();
    let (by, why, findings) = match &judgement.by {
        JudgedBy::Model(model) => {
            let findings = model.findings.iter().map(|finding| {
                let mut value = json!(finding);
                value["place"] = place(&finding.location);
                value
            });
            (model.provider.as_str(), None, findings.collect())
        }
        JudgedBy::RulesInstead { why } => ("rules", Some(why), Vec::new()),
        _ => ("rules", None, Vec::new()),
    };
    json!({
        "task": quality.task,
        "overall": judgement.overall(),
        "clarity": judgement.aspect(Aspect::Clarity),
        "completeness": judgement.aspect(Aspect::Completeness),
        "coherence": judgement.aspect(Aspect::Coherence),
        "testability": judgement.aspect(Aspect::Testability),
        "sections": quality.sections,
        "reasons": reasons,
        "judged_by": by,
        "why_rules": why,
        "findings": findings,
        "file": &*quality.location.file,
        "line": quality.location.line,
    })
}

fn place(location: &Location) -> Value {
    json!({ "file": &*location.file, "line": location.line, "column": location.column })
}
