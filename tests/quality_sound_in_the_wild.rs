//! The quality score of real specs that nobody ranked: what spoils one lowers it, what helps never does.

#![allow(clippy::print_stdout, reason = "the figures are what this test is for")]

#[path = "quality/change.rs"]
mod change;

use change::{HELPS, SECTIONS, SPOILS, add, drop_section, folder, rated, replace_body, spec_of};
use serde_json::Value;
use wavecrew::rate_spec;
use wavecrew::worker_spec::quality::Quality;

/// A score below which there may be nothing left to spoil.
const GOOD: u8 = 60;
/// So many good specs are changed, and so many others.
const COUNT: usize = 20;

struct Spec {
    name: String,
    text: String,
    overall: u8,
}

/// Real specs besides those of the ranking, spread evenly: good ones, and others.
fn specs() -> (Vec<Spec>, Vec<Spec>) {
    let ranked = [
        (include_str!("quality/ranking.json"), "name"),
        (include_str!("quality/spoil.json"), "base"),
    ]
    .map(|(text, key)| {
        let values: Vec<Value> = serde_json::from_str(text).expect("JSON");
        let names = values
            .iter()
            .map(|value| value[key].as_str().expect("a name").to_owned());
        names.collect::<Vec<String>>()
    })
    .concat();
    let mut specs: Vec<Spec> = std::fs::read_dir(folder())
        .expect("the folder of specs")
        .filter_map(|entry| {
            let entry = entry.expect("an entry");
            let name = entry.file_name().to_string_lossy().into_owned();
            let text = std::fs::read_to_string(entry.path()).ok()?;
            let overall = rated(&text)?.overall;
            (!ranked.contains(&name)).then_some(Spec {
                name,
                text,
                overall,
            })
        })
        .collect();
    specs.sort_by(|left, right| left.name.cmp(&right.name));
    let (good, others): (Vec<Spec>, Vec<Spec>) =
        specs.into_iter().partition(|spec| spec.overall >= GOOD);
    (spread(good), spread(others))
}

fn spread(specs: Vec<Spec>) -> Vec<Spec> {
    let step = specs.len() / COUNT;
    assert!(step > 0, "only {} specs", specs.len());
    specs.into_iter().step_by(step).take(COUNT).collect()
}

/// What is no worker spec any more scores nothing.
fn overall(text: &str) -> u8 {
    rated(text).map_or(0, |quality| quality.overall)
}

/// Every way to spoil a text, with its name.
fn spoiled(text: &str) -> Vec<(String, String)> {
    let mut all = Vec::new();
    for name in SECTIONS {
        let ways = [
            ("without", drop_section(text, name)),
            ("empty", replace_body(text, name, "")),
            ("announced", replace_body(text, name, "TBD")),
        ];
        for (way, new) in ways {
            all.extend(new.map(|new| (format!("{way} {name}"), new)));
        }
    }
    for (way, spoil) in SPOILS {
        all.extend(spoil(text).map(|new| ((*way).to_owned(), new)));
    }
    all
}

#[test]
#[ignore = "needs WAVECREW_SHARED"]
fn every_way_to_spoil_a_spec_lowers_its_score() {
    let (good, others) = specs();
    let mut wrong = Vec::new();
    let mut tried = 0;
    for spec in good.iter().chain(&others) {
        for (way, text) in spoiled(&spec.text) {
            let after = overall(&text);
            let raised = after > spec.overall;
            // Where nothing was earned, nothing can be lost; and code may be shown in other sections as well.
            let has_to_cost = spec.overall >= GOOD && !way.ends_with("IMPLEMENTATION NOTES");
            if raised || (has_to_cost && after == spec.overall) {
                wrong.push(format!("{way}: {} -> {after} {}", spec.overall, spec.name));
            }
            tried += 1;
        }
    }
    println!("{tried} ways to spoil {} specs", good.len() + others.len());
    assert!(tried > 40 * 20, "{tried}");
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
#[ignore = "needs WAVECREW_SHARED"]
fn what_helps_a_spec_never_lowers_its_score() {
    let (good, others) = specs();
    let mut wrong = Vec::new();
    let (mut tried, mut raised) = (0, 0);
    for spec in good.iter().chain(&others) {
        let before = spec_of(&spec.text).expect("a worker spec");
        let quality = rate_spec(&before);
        for (way, section, line) in HELPS {
            let Some(line) = line(&before) else { continue };
            let after = rated(&add(&spec.text, section, &line)).expect("still a worker spec");
            // Reasons tell more exactly than the score what was lost.
            let lost = |quality: &Quality| -> u32 {
                quality.reasons.iter().map(|reason| reason.cost).sum()
            };
            let (was, is) = (lost(&quality), lost(&after));
            if is > was {
                wrong.push(format!("{way}: -{was} -> -{is} {}", spec.name));
            }
            tried += 1;
            raised += usize::from(is < was);
        }
    }
    println!("{tried} helps, {raised} of them raise the score");
    assert!(raised * 3 > tried, "{raised} of {tried}");
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
#[ignore = "needs WAVECREW_SHARED"]
fn a_score_is_the_same_every_time() {
    let (good, others) = specs();
    for spec in good.iter().chain(&others) {
        let first = rated(&spec.text).expect("a worker spec");
        assert_eq!(Some(&first), rated(&spec.text).as_ref(), "{}", spec.name);
        let scores = first.sections.iter().map(|section| section.score);
        let aspects = [
            first.overall,
            first.clarity,
            first.completeness,
            first.coherence,
            first.testability,
        ];
        assert!(
            scores.chain(aspects).all(|score| score <= 100),
            "{}",
            spec.name
        );
    }
}
