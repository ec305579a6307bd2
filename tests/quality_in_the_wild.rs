//! The quality score of sixty specs, forty real and twenty spoiled on purpose, against a ranking that a person made
//! before there was any rule. `quality/ranking.json` has that person's grades, `quality/spoil.json` the changes that
//! spoil a real spec; they are carried out here.

#![allow(clippy::print_stdout, reason = "the figures are what this test is for")]

use std::path::{Path, PathBuf};

use serde_json::Value;
use wavecrew::rate_spec;
use wavecrew::worker_spec::quality::Quality;
use wavecrew::worker_spec::{Document, read};

fn folder() -> PathBuf {
    let shared = std::env::var_os("WAVECREW_SHARED")
        .expect("WAVECREW_SHARED names the folder of test documents");
    Path::new(&shared).join("wingman-workers")
}

fn json(text: &str) -> Vec<Value> {
    serde_json::from_str(text).expect("JSON")
}

fn text_of(value: &Value) -> &str {
    value.as_str().expect("a string")
}

/// The body of a section (level-two heading outside fences), as offsets: heading, body, end.
fn section(text: &str, name: &str) -> (usize, usize, usize) {
    let mut found: Option<(usize, usize)> = None;
    let (mut fenced, mut at) = (false, 0);
    for line in text.split_inclusive('\n') {
        if line.trim_start().starts_with("```") {
            fenced = !fenced;
        } else if let Some(heading) = line.strip_prefix("## ").filter(|_| !fenced) {
            if let Some((start, body)) = found {
                return (start, body, at);
            }
            let number = heading.trim_start_matches(|c: char| c.is_ascii_digit());
            let heading = number.strip_prefix('.').unwrap_or(heading).trim();
            if heading == name {
                found = Some((at, at + line.len()));
            }
        }
        at += line.len();
    }
    let (start, body) = found.unwrap_or_else(|| panic!("no section {name}"));
    (start, body, text.len())
}

fn spoil(text: &str, operation: &Value) -> String {
    let field = |name: &str| text_of(&operation[name]);
    match field("op") {
        "drop_section" => {
            let (start, _, end) = section(text, field("section"));
            format!("{}{}", &text[..start], &text[end..])
        }
        "replace_section_body" => {
            let (_, body, end) = section(text, field("section"));
            let new = match field("body") {
                "" => "\n".to_owned(),
                new => format!("\n{new}\n\n"),
            };
            format!("{}{new}{}", &text[..body], &text[end..])
        }
        "replace" => {
            assert!(text.contains(field("old")), "{operation}");
            let most = if operation["all"] == true {
                usize::MAX
            } else {
                1
            };
            text.replacen(field("old"), field("new"), most)
        }
        "truncate_at_line" => {
            let lines = operation["line"].as_u64().expect("a number") as usize;
            text.split_inclusive('\n').take(lines).collect()
        }
        other => panic!("unknown operation {other}"),
    }
}

/// The score of a text; `None` for one that is not read as a worker spec at all.
fn rated(name: &str, text: String) -> Option<Quality> {
    let plan = read(&[Document::new(name, text)]).value;
    let spec = plan.tasks.first()?.spec.as_deref()?;
    Some(rate_spec(spec))
}

/// Ranks from 1 for the smallest, ties sharing their mean.
fn ranks(values: &[f64]) -> Vec<f64> {
    let rank = |value: &f64| {
        let below = values.iter().filter(|other| *other < value).count() as f64;
        let same = values.iter().filter(|other| *other == value).count() as f64;
        below + (same + 1.0) / 2.0
    };
    values.iter().map(rank).collect()
}

/// Spearman's rho: the correlation of the ranks.
fn rho(left: &[f64], right: &[f64]) -> f64 {
    let (left, right) = (ranks(left), ranks(right));
    let mean = (left.len() as f64 + 1.0) / 2.0;
    let sum = |a: &[f64], b: &[f64]| -> f64 {
        a.iter().zip(b).map(|(a, b)| (a - mean) * (b - mean)).sum()
    };
    sum(&left, &right) / (sum(&left, &left) * sum(&right, &right)).sqrt()
}

const ASPECTS: [&str; 5] = [
    "overall",
    "clarity",
    "completeness",
    "coherence",
    "testability",
];

/// What is no worker spec scores nothing.
fn scores(quality: &Option<Quality>) -> [u8; 5] {
    let Some(quality) = quality else {
        return [0; 5];
    };
    [
        quality.overall,
        quality.clarity,
        quality.completeness,
        quality.coherence,
        quality.testability,
    ]
}

#[test]
#[ignore = "needs WAVECREW_SHARED"]
fn ranks_specs_as_a_person_does() {
    let spoiled = json(include_str!("quality/spoil.json"));
    let mut rows = Vec::new();
    for graded in json(include_str!("quality/ranking.json")) {
        let name = text_of(&graded["name"]);
        let recipe = spoiled.iter().find(|recipe| recipe["name"] == name);
        let base = recipe.map_or(name, |recipe| text_of(&recipe["base"]));
        let mut text = std::fs::read_to_string(folder().join(base)).expect("a spec");
        for operation in recipe
            .iter()
            .flat_map(|recipe| recipe["operations"].as_array().expect("a list"))
        {
            text = spoil(&text, operation);
        }
        let quality = rated(base, text);
        let grades = ASPECTS.map(|aspect| graded[aspect].as_f64().expect("a grade"));
        rows.push((name.to_owned(), grades, quality));
    }
    for (name, grades, quality) in &rows {
        let worst: Vec<String> = quality
            .iter()
            .flat_map(|quality| &quality.reasons)
            .take(6)
            .map(|reason| format!("{} -{:.1}", reason.rule, f64::from(reason.cost) / 100.0))
            .collect();
        println!(
            "{:40.40} {:>3.0?} {:>3?} {}",
            name,
            grades,
            scores(quality),
            worst.join(", ")
        );
    }
    // Every other spec, from the first and from the second, so that a rule that fits one half only would show.
    for (which, from, step) in [("all", 0, 1), ("odd", 0, 2), ("even", 1, 2)] {
        let part: Vec<_> = rows.iter().skip(from).step_by(step).collect();
        for (at, aspect) in ASPECTS.into_iter().enumerate() {
            let by_hand: Vec<f64> = part.iter().map(|row| row.1[at]).collect();
            let by_rule: Vec<f64> = part
                .iter()
                .map(|row| f64::from(scores(&row.2)[at]))
                .collect();
            let rho = rho(&by_hand, &by_rule);
            println!("{which} {aspect}: {rho:.3}");
            assert!(aspect != "overall" || rho >= 0.8, "{which}: {rho:.3}");
        }
    }
}
