//! The quality score of sixty specs, forty real and twenty spoiled on purpose, against a ranking that a person made
//! before there was any rule. `quality/ranking.json` has that person's grades, `quality/spoil.json` the changes that
//! spoil a real spec; they are carried out here.

#![allow(clippy::print_stdout, reason = "the figures are what this test is for")]

#[path = "quality/change.rs"]
mod change;

use change::{drop_section, folder, rated, replace_body};
use serde_json::Value;
use wavecrew::worker_spec::quality::Quality;

fn json(text: &str) -> Vec<Value> {
    serde_json::from_str(text).expect("JSON")
}

fn text_of(value: &Value) -> &str {
    value.as_str().expect("a string")
}

fn spoil(text: &str, operation: &Value) -> String {
    let field = |name: &str| text_of(&operation[name]);
    match field("op") {
        "drop_section" => drop_section(text, field("section")).expect("a section"),
        "replace_section_body" => {
            replace_body(text, field("section"), field("body")).expect("a section")
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
        let quality = rated(&text);
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
