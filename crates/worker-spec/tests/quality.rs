//! The quality score: what it says of good and of bad specs, and that it cannot be raised by saying less.

use proptest::prelude::*;
use wavecrew_worker_spec::quality::{Aspect, Evidence, Quality, RULES, TestWorth, rate};
use wavecrew_worker_spec::{Document, WorkerSpec, read};

const GOOD: &str = "\
# WORKER_004: Score of a sentence

**Duration:** 20 minutes

## 1. DELIVERABLES

- [ ] Create file: `score/sentence.py`
- **Function:** `score_sentence(text: str) -> int`
- **Weights:** `length` 0.4, `commas` 0.6
- An empty text gives 0, a text over 500 signs raises `ValueError`

## 2. SUCCESS_CRITERIA

- [ ] `score_sentence(\"\")` → 0
- [ ] `score_sentence(\"One, two.\")` → 60
- [ ] More than 500 signs → `ValueError`

## 3. BOUNDARIES

- **CAN create:** `score/sentence.py`
- **CANNOT modify:** `score/words.py`

## 4. DEPENDENCIES

- WORKER_003 complete

## 5. MITIGATION

- **Rollback:** `git checkout score/sentence.py`

## 6. TEST_PROCESS

```bash
python3 -c \"
from score.sentence import score_sentence
assert score_sentence('') == 0
assert score_sentence('One, two.') == 60
\"
python3 -c \"
from score.sentence import score_sentence
try:
    score_sentence('x' * 501)
except ValueError:
    raise SystemExit(0)
raise SystemExit(1)
\"
test \"$(grep -c 'def score_sentence' score/sentence.py)\" -eq 1
```

## 7. TEST_RESULTS_FORMAT

```json
{ \"worker_id\": \"WORKER_004\", \"status\": \"passed | failed\" }
```

## 8. TASK_CLASSIFICATION

- **Type:** MECHANICAL

## 9. RETROSPECTIVE

- What was harder than 20 minutes allow?

## 10. PERFORMANCE_REQUIREMENTS

- Below 1 ms a sentence

## IMPLEMENTATION NOTES

```python
def score_sentence(text: str) -> int:
    ...
```
";

fn spec(text: &str) -> Option<WorkerSpec> {
    let plan = read(&[Document::new("spec.md", text)]).value;
    plan.tasks.first()?.spec.as_deref().cloned()
}

/// Every test as if it had been judged real.
fn rate_text(text: &str) -> Option<Quality> {
    let spec = spec(text)?;
    let tests = spec.test_commands().map(|_| TestWorth::Real).collect();
    Some(rate(&spec, &Evidence { tests }))
}

fn rated(text: &str) -> Quality {
    rate_text(text).expect("a worker spec")
}

/// What is read as no worker spec has no score.
fn overall(text: &str) -> u8 {
    rate_text(text).map_or(0, |quality| quality.overall)
}

fn shell(body: &str) -> String {
    let names = [
        "DELIVERABLES",
        "SUCCESS_CRITERIA",
        "BOUNDARIES",
        "DEPENDENCIES",
        "MITIGATION",
        "TEST_PROCESS",
        "TEST_RESULTS_FORMAT",
        "TASK_CLASSIFICATION",
        "RETROSPECTIVE",
        "PERFORMANCE_REQUIREMENTS",
    ];
    let sections = names.map(|name| format!("## {name}\n\n{body}\n\n"));
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

/// Takes the sections of a name out.
fn without(text: &str, name: &str) -> String {
    let mut kept = String::new();
    let (mut out, mut fenced) = (false, false);
    for line in text.split_inclusive('\n') {
        fenced ^= line.starts_with("```");
        if let Some(heading) = line.strip_prefix("## ").filter(|_| !fenced) {
            out = heading.trim_end().ends_with(name);
        }
        if !out {
            kept.push_str(line);
        }
    }
    kept
}

/// Puts other lines under a heading.
fn with_body(text: &str, name: &str, body: &str) -> String {
    let mut kept = String::new();
    let (mut out, mut fenced) = (false, false);
    for line in text.split_inclusive('\n') {
        fenced ^= line.starts_with("```");
        let heading = line.strip_prefix("## ").filter(|_| !fenced);
        if heading.is_some() {
            out = false;
        }
        if !out {
            kept.push_str(line);
        }
        if heading.is_some_and(|heading| heading.trim_end().ends_with(name)) {
            out = true;
            kept.push_str(body);
        }
    }
    kept
}

const NAMES: [&str; 11] = [
    "DELIVERABLES",
    "SUCCESS_CRITERIA",
    "BOUNDARIES",
    "DEPENDENCIES",
    "MITIGATION",
    "TEST_PROCESS",
    "TEST_RESULTS_FORMAT",
    "TASK_CLASSIFICATION",
    "RETROSPECTIVE",
    "PERFORMANCE_REQUIREMENTS",
    "IMPLEMENTATION NOTES",
];

fn line() -> impl Strategy<Value = String> {
    prop::sample::select(vec![
        "- [ ] Create file: `app/sum.py`",
        "- [ ] Create file: `app/parts/mean_value.py`",
        "- [ ] `total(values)` → 12",
        "- [ ] an empty list gives `ValueError`",
        "- **CAN modify:** `app/sum.py`",
        "- **CANNOT modify:** anything below `app/`",
        "- **CANNOT modify:** `tests/`",
        "- works well",
        "- WORKER_003 complete",
        "- `git checkout app/sum.py`",
        "TBD",
        "",
        "```bash\npytest tests/test_sum.py\ntest -f app/sum.py\n```",
        "```bash\npython3 -c 'from app.sum import total; assert total([]) == 0'\n```",
        "```bash\ncargo test\n```",
        "```python\ndef mean_value(values):\n    return 12\n```",
        "```json\n{ \"worker_id\": \"WORKER_007\" }\n```",
        "- **Type:** MECHANICAL",
        "- 20 minutes",
        "文の採点は 0",
    ])
    .prop_map(str::to_owned)
}

fn any_spec() -> impl Strategy<Value = String> {
    let body = prop::collection::vec(line(), 0..5).prop_map(|lines| lines.join("\n\n"));
    prop::collection::vec(body, NAMES.len()).prop_map(|bodies| {
        let sections = NAMES.iter().zip(bodies);
        let text: String = sections
            .map(|(name, body)| format!("## {name}\n\n{body}\n\n"))
            .collect();
        format!("# WORKER_007: The sum of a list\n\n{text}")
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn leaving_a_section_out_never_raises_the_score(text in any_spec(), name in prop::sample::select(&NAMES[..])) {
        let less = &without(&text, name);
        prop_assert!(overall(less) <= overall(&text), "{:#?}", rate_text(less));
    }

    #[test]
    fn emptying_the_tests_never_raises_the_score(text in any_spec(), empty in prop::sample::select(vec!["\n", "\nTBD\n\n", "\n```bash\n```\n\n"])) {
        let less = &with_body(&text, "TEST_PROCESS", empty);
        prop_assert!(overall(less) <= overall(&text), "{:#?}", rate_text(less));
    }

    #[test]
    fn vague_criteria_never_raise_the_score(text in any_spec()) {
        let criteria = text.split("## BOUNDARIES").next().and_then(|head| head.split("## SUCCESS_CRITERIA").nth(1));
        prop_assume!(criteria.is_some_and(|body| body.contains("- ") || body.contains("```")));
        let less = &with_body(&text, "SUCCESS_CRITERIA", "\n- [ ] it works well\n- [ ] everybody is happy\n\n");
        prop_assert!(overall(less) <= overall(&text), "{:#?}", rate_text(less));
    }

    #[test]
    fn any_text_has_a_score(text in any_spec(), cut in 40..600_usize) {
        let mut cut = cut.min(text.len());
        while !text.is_char_boundary(cut) {
            cut -= 1;
        }
        for task in read(&[Document::new("cut.md", &text[..cut])]).value.tasks {
            if let Some(spec) = task.spec {
                let quality = rate(&spec, &Evidence::default());
                prop_assert!(quality.overall <= 100);
            }
        }
    }
}
