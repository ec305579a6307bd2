//! The quality score: what it says of good and of bad specs.

#[path = "quality/spec.rs"]
mod spec;

use spec::{GOOD, TEN, rated, spec, with_body};
use wavecrew_worker_spec::WorkerSpec;
use wavecrew_worker_spec::quality::{Aspect, Evidence, RULES, TestWorth, rate};

fn shell(body: &str) -> String {
    let sections = TEN.map(|name| format!("## {name}\n\n{body}\n\n"));
    format!("# WORKER_001: Something\n\n{}", sections.concat())
}

#[test]
fn weights_of_every_aspect_add_up_to_100() {
    for aspect in Aspect::ALL {
        let rules = RULES.iter().filter(|rule| rule.aspect == aspect);
        assert_eq!(rules.map(|rule| rule.weight).sum::<u32>(), 100, "{aspect}");
    }
    assert_eq!(Aspect::ALL.map(Aspect::weight).iter().sum::<u32>(), 100);
}

/// Below a task of a plan in our own form, no section of the ten-point form has to be there.
#[test]
fn a_spec_of_a_plan_is_held_to_the_sections_of_its_form() {
    let section = |name: &str| {
        let body = GOOD
            .split(&format!(". {name}\n"))
            .nth(1)
            .expect("a section");
        let body = body.split("\n## ").next().unwrap_or_default();
        format!("#### {name}\n{body}\n")
    };
    let names = [
        "DELIVERABLES",
        "SUCCESS_CRITERIA",
        "BOUNDARIES",
        "TEST_PROCESS",
    ];
    let sections = names.map(section).concat();
    let plan = format!(
        "---\nwavecrew: 1\n---\n\n# Sentences\n\n## Wave 1: Scores\n\n### S-1: Score of a sentence\n\n- estimate: 20min\n\n{sections}"
    );
    let quality = rated(&plan);
    assert_eq!(quality.completeness, 100, "{quality:#?}");
    assert!(quality.overall >= 90, "{quality:#?}");
    let lost: u32 = quality.reasons.iter().map(|reason| reason.cost).sum();
    // Costs are rounded down as well.
    assert!((10_000 - lost) / 100 <= u32::from(quality.overall) + 1);
    assert!(
        quality
            .sections
            .iter()
            .all(|section| section.section != "RETROSPECTIVE")
    );
    // What they have is held all the same.
    let vague = rated(&plan.replace("`score_sentence(\"\")` → 0", "it works"));
    assert!(vague.overall < quality.overall, "{vague:#?}");
    // As a spec of its own it lacks six sections.
    let own = GOOD
        .lines()
        .next()
        .map(|title| format!("{title}\n\n{}", sections.replace("#### ", "## ")));
    assert_eq!(rated(&own.expect("a title")).completeness, 40);
}

/// A plan in JSON may give what a spec says without the texts of sections.
#[test]
fn a_spec_without_texts_is_scored_by_what_it_states() {
    let mut data = spec(GOOD).expect("a worker spec");
    data.sections.clear();
    let worth = vec![TestWorth::Real; 3];
    let quality = rate(&data, &Evidence { tests: worth });
    assert_eq!(quality.completeness, 100, "{quality:#?}");
    assert!(quality.overall >= 85, "{quality:#?}");
    let nothing = rate(&WorkerSpec::default(), &Evidence::default());
    assert_eq!(nothing.overall, 0, "{nothing:#?}");
}

#[test]
fn a_good_spec_scores_high() {
    let quality = rated(GOOD);
    assert!(quality.overall >= 95, "{quality:#?}");
}

#[test]
fn an_empty_shell_scores_low() {
    for body in [
        "",
        "TBD",
        "TODO: decide",
        "[To be filled]",
        "N/A",
        "- [ ] TBD",
    ] {
        let quality = rated(&shell(body));
        assert_eq!(quality.overall, 0, "{body}: {quality:#?}");
    }
    let wishes = rated(&shell("- [ ] everything works well as discussed"));
    assert!(wishes.overall <= 25, "{wishes:#?}");
}

#[test]
fn every_missing_point_has_a_reason_with_a_place() {
    let quality = rated(&shell("- as discussed"));
    let lost: u32 = quality.reasons.iter().map(|reason| reason.cost).sum();
    assert_eq!((10_000 - lost) / 100, u32::from(quality.overall));
    for reason in &quality.reasons {
        assert!(!reason.places.is_empty(), "{reason:?}");
        assert!(!reason.message.is_empty(), "{reason:?}");
    }
    let costs: Vec<u32> = quality.reasons.iter().map(|reason| reason.cost).collect();
    assert!(costs.is_sorted_by(|left, right| left >= right));
}

#[test]
fn reasons_point_at_the_lines() {
    let text = GOOD.replace(
        "- [ ] More than 500 signs → `ValueError`",
        "- [ ] Long texts are handled well",
    );
    let quality = rated(&text);
    let reason = quality
        .reasons
        .iter()
        .find(|reason| reason.rule == "criteria-results")
        .expect("a reason");
    assert_eq!(reason.message, "some criteria state no result");
    assert_eq!(
        reason
            .places
            .iter()
            .map(|place| place.line)
            .collect::<Vec<_>>(),
        [16]
    );
}

#[test]
fn tests_count_by_what_they_are_worth() {
    let spec = spec(GOOD).expect("a worker spec");
    let with = |worth| {
        rate(
            &spec,
            &Evidence {
                tests: vec![worth; 3],
            },
        )
        .testability
    };
    let falling = [
        TestWorth::Real,
        TestWorth::Unknown,
        TestWorth::Weak,
        TestWorth::Nothing,
    ]
    .map(with);
    assert!(
        falling.is_sorted_by(|left, right| left > right),
        "{falling:?}"
    );
    assert_eq!(
        rate(&spec, &Evidence::default()).testability,
        with(TestWorth::Unknown)
    );
    assert_eq!(with(TestWorth::Setup), with(TestWorth::Nothing));
}

#[test]
fn tests_of_another_file_do_not_aim_at_the_work() {
    let elsewhere = "\n```bash\npython3 -c 'from other_part import other_thing; assert other_thing() == 4'\ntest -f app/other_part.py\n```\n\n";
    let quality = rated(&with_body(GOOD, "TEST_PROCESS", elsewhere));
    let reasons = &mut quality.reasons.iter();
    let aim = reasons.find(|reason| reason.rule == "tests-aim");
    assert_eq!(
        aim.expect("a reason").message,
        "no test command depends on the work"
    );
    assert!(quality.overall + 15 < rated(GOOD).overall);
}

#[test]
fn a_boundary_that_forbids_the_work_is_told_with_both_places() {
    let text = GOOD
        .replace(
            "- **CAN create:** `score/sentence.py`",
            "- **CAN modify:** `app.py`",
        )
        .replace("`score/words.py`", "anything below `score/`");
    let quality = rated(&text);
    let reason = quality
        .reasons
        .iter()
        .find(|reason| reason.rule == "boundaries-permit")
        .expect("a reason");
    assert_eq!(
        reason.message,
        "`score/sentence.py` is to be delivered, and a boundary forbids it"
    );
    assert_eq!(
        reason
            .places
            .iter()
            .map(|place| place.line)
            .collect::<Vec<_>>(),
        [21, 7]
    );
}

/// Prose of the good spec in other languages, structure and code as they are: the score stays.
#[test]
fn the_language_of_the_prose_does_not_matter() {
    let german = GOOD
        .replace("Score of a sentence", "Wertung eines Satzes")
        .replace(
            "An empty text gives 0, a text over 500 signs raises `ValueError`",
            "Leerer Text ergibt 0, Text über 500 Zeichen wirft `ValueError`; Wertung des Satzes",
        )
        .replace("More than 500 signs", "Mehr als 500 Zeichen")
        .replace(
            "What was harder than 20 minutes allow?",
            "Was war schwerer, als 20 Minuten erlauben?",
        )
        .replace("Below 1 ms a sentence", "Unter 1 ms je Satz");
    let japanese = GOOD
        .replace("Score of a sentence", "文の採点")
        .replace(
            "An empty text gives 0, a text over 500 signs raises `ValueError`",
            "空の文の採点は 0、500 文字を超えると `ValueError`",
        )
        .replace("More than 500 signs", "500 文字を超える")
        .replace(
            "What was harder than 20 minutes allow?",
            "20 分では何が難しかったか",
        )
        .replace("Below 1 ms a sentence", "一文につき 1 ms 未満");
    for text in [german, japanese] {
        let quality = rated(&text);
        assert!(quality.overall + 2 >= rated(GOOD).overall, "{quality:#?}");
    }
}
