//! What holds for the quality score of any spec: it cannot be raised by saying less, except by taking a contradiction out,
//! nor lowered by what helps.

#[path = "quality/spec.rs"]
mod spec;

#[path = "support/clock.rs"]
mod clock;

use std::time::Duration;

use clock::worked;
use proptest::prelude::*;
use spec::{GOOD, TEN, overall, rate_text, spec, with_body, without};
use wavecrew_worker_spec::quality::{CONTRADICTIONS, Contradiction, Evidence, rate};
use wavecrew_worker_spec::{Document, read};

const NOTES: &str = "IMPLEMENTATION NOTES";

/// The sections of a spec: the ten, and the notes.
fn names() -> impl Iterator<Item = &'static str> {
    TEN.into_iter().chain([NOTES])
}

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
        "```json\n{ \"worker_id\": \"WORKER_008\" }\n```",
        "- [ ] `web/login.ts` holds 3 forms",
        "```bash\ntest -f web/login.ts\n```",
        "- **Type:** MECHANICAL",
        "- 20 minutes",
        "文の採点は 0",
    ])
    .prop_map(str::to_owned)
}

fn any_spec() -> impl Strategy<Value = String> {
    let body = prop::collection::vec(line(), 0..5).prop_map(|lines| lines.join("\n\n"));
    prop::collection::vec(body, names().count()).prop_map(|bodies| {
        let sections = names().zip(bodies);
        let text: String = sections
            .map(|(name, body)| format!("## {name}\n\n{body}\n\n"))
            .collect();
        format!("# WORKER_007: The sum of a list\n\n{text}")
    })
}

/// Puts lines first into a section.
fn with_more(text: &str, name: &str, lines: &str) -> String {
    let heading = format!("## {name}\n");
    text.replacen(&heading, &format!("{heading}\n{lines}\n"), 1)
}

/// The same spec with the file of [`HELPS`] among the deliverables, and a list as criteria.
///
/// A line helps a spec that is about the same thing. And a list turns paragraphs beside it into words about the list, as
/// the reader says, so that the first bullet may cost what the paragraphs stated.
fn of_the_sum(text: &str) -> String {
    let text = with_more(text, "DELIVERABLES", "- [ ] Create file: `app/sum.py`");
    with_more(&text, "SUCCESS_CRITERIA", "- works well")
}

/// Sections, and what helps there whatever else a spec of the sum says.
const HELPS: [(&str, &str); 12] = [
    ("DELIVERABLES", "- `total(values: list) -> int`, 0 for none"),
    ("SUCCESS_CRITERIA", "- [ ] 59 is refused, 60 is not"),
    ("SUCCESS_CRITERIA", "- [ ] `total([])` gives 0"),
    ("SUCCESS_CRITERIA", "- [ ] `app/sum.py` defines `total`"),
    ("BOUNDARIES", "- **CANNOT modify:** `docs/`"),
    // One that permits a part of the deliverables says that it does not permit the others.
    (
        "BOUNDARIES",
        "- **CAN modify:** `app/sum.py`, `app/parts/mean_value.py`",
    ),
    ("DEPENDENCIES", "- Python 3.9"),
    ("MITIGATION", "- `git checkout app/sum.py`"),
    (
        "TEST_RESULTS_FORMAT",
        "```json\n{ \"worker_id\": \"WORKER_007\" }\n```",
    ),
    ("RETROSPECTIVE", "- What took long?"),
    ("PERFORMANCE_REQUIREMENTS", "- below 20 ms"),
    (NOTES, "```python\ndef total(values):\n    return 0\n```"),
];

/// Whether a change that says less earns no more by the rules, and raises the score only if the contradictions that are
/// left take a smaller part of it.
fn is_no_gain(text: &str, less: &str) -> bool {
    lost_to_rules(less) >= lost_to_rules(text)
        && (overall(less) <= overall(text) || kept(less) > kept(text))
}

/// What the rules cost, in hundredths of a point.
fn lost_to_rules(text: &str) -> u32 {
    let quality = rate_text(text);
    let reasons = quality.iter().flat_map(|quality| &quality.reasons);
    let by_rules = reasons.filter(|reason| kind(reason.rule).is_none());
    by_rules.map(|reason| reason.cost).sum()
}

/// What contradictions leave of a score, as a fraction of a power of a hundred.
fn kept(text: &str) -> u32 {
    let quality = rate_text(text);
    let found = quality.iter().flat_map(|quality| quality.contradictions());
    let kinds = found.map(|reason| kind(reason.rule).expect("a contradiction"));
    let names: Vec<&str> = kinds.map(|kind| kind.name).collect();
    let parts = CONTRADICTIONS
        .iter()
        .map(|kind| match names.contains(&kind.name) {
            true => 100 - kind.takes,
            false => 100,
        });
    parts.product()
}

fn kind(name: &str) -> Option<&'static Contradiction> {
    CONTRADICTIONS.iter().find(|kind| kind.name == name)
}

/// What the points that are missing cost, more exact than the score.
fn lost(text: &str) -> u32 {
    let quality = rate_text(text);
    quality.map_or(u32::MAX, |quality| {
        quality.reasons.iter().map(|reason| reason.cost).sum()
    })
}

/// How long it takes to score a text so many times.
fn time_of(text: &str, times: usize) -> Duration {
    let spec = spec(text).expect("a worker spec");
    let started = worked();
    for _ in 0..times {
        assert!(rate(&spec, &Evidence::default()).overall <= 100);
    }
    worked() - started
}

/// A body of a section, of a length.
type Shape = fn(usize) -> String;

#[test]
fn the_time_grows_as_the_text_does() {
    const TIMES: usize = 16;
    let shapes: [(&str, Shape); 7] = [
        ("DELIVERABLES", |n| {
            (0..n)
                .map(|at| format!("- [ ] Create file: `app/part_{at}.py`\n"))
                .collect()
        }),
        ("DELIVERABLES", |n| {
            format!("- {}\n", "`a_b` \"c\" ".repeat(n))
        }),
        ("DELIVERABLES", |n| format!("- {}\n", "a/".repeat(n))),
        ("SUCCESS_CRITERIA", |n| {
            (0..n)
                .map(|at| format!("- [ ] `part_{at}.py` holds {at}\n"))
                .collect()
        }),
        ("BOUNDARIES", |n| {
            (0..n)
                .map(|at| format!("- **CANNOT modify:** `/srv/app/part_{at}.py`\n"))
                .collect()
        }),
        ("TEST_PROCESS", |n| {
            format!(
                "```bash\n{}```\n",
                "grep -q total app/sum.py && test -f app/part_3.py\n".repeat(n)
            )
        }),
        ("MITIGATION", |n| format!("{}\n", "文".repeat(n * 4))),
    ];
    for (name, shape) in shapes {
        let text = |n| with_more(GOOD, &numbered(name), &shape(n));
        let many = time_of(&text(250), TIMES);
        let long = time_of(&text(250 * TIMES), 1);
        // As much text takes as much time, at once or in parts. Five times as much is for the noise of the machine, and
        // for a clock that ticks slowly; the square would be sixteen times as much.
        let most = 5 * many + Duration::from_millis(20);
        assert!(long < most, "{name}: {many:?}, {long:?}");
    }
}

/// The heading of a section of the good spec.
fn numbered(name: &str) -> String {
    let heading = GOOD
        .lines()
        .find(|line| line.starts_with("## ") && line.ends_with(name));
    heading
        .expect("the good spec has every section")
        .trim_start_matches("## ")
        .to_owned()
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn leaving_a_section_out_never_raises_the_score(text in any_spec(), name in prop::sample::select(names().collect::<Vec<_>>())) {
        let less = &without(&text, name);
        prop_assert!(is_no_gain(&text, less), "{:#?}", rate_text(less));
    }

    #[test]
    fn emptying_the_tests_never_raises_the_score(text in any_spec(), empty in prop::sample::select(vec!["\n", "\nTBD\n\n", "\n```bash\n```\n\n"])) {
        let less = &with_body(&text, "TEST_PROCESS", empty);
        prop_assert!(is_no_gain(&text, less), "{:#?}", rate_text(less));
    }

    // Vague words are more than none, so there is a criterion at least, whatever it says.
    #[test]
    fn vague_criteria_never_raise_the_score(text in any_spec(), said in line().prop_filter("silence", |line| !["", "TBD"].contains(&&**line))) {
        let text = with_more(&text, "SUCCESS_CRITERIA", &format!("{said}\n"));
        let less = &with_body(&text, "SUCCESS_CRITERIA", "\n- [ ] it works well\n- [ ] everybody is happy\n\n");
        prop_assert!(is_no_gain(&text, less), "{:#?}", rate_text(less));
    }

    #[test]
    fn a_sound_test_never_lowers_the_score(text in any_spec()) {
        let text = of_the_sum(&text);
        let sound = "```bash\ntest -f app/sum.py && python3 -c 'from app.sum import total; assert total([]) == 0'\n```";
        let more = &with_more(&text, "TEST_PROCESS", sound);
        prop_assert!(lost(more) <= lost(&text), "{:#?}\n{:#?}", rate_text(&text), rate_text(more));
    }

    #[test]
    fn what_helps_never_lowers_the_score(text in any_spec(), (name, lines) in prop::sample::select(&HELPS[..])) {
        let text = of_the_sum(&text);
        let more = &with_more(&text, name, lines);
        prop_assert!(lost(more) <= lost(&text), "{:#?}\n{:#?}", rate_text(&text), rate_text(more));
    }

    #[test]
    fn a_score_is_the_same_every_time(text in any_spec()) {
        prop_assert_eq!(rate_text(&text), rate_text(&text));
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
