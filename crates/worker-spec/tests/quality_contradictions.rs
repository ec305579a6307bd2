//! Sections that cannot both hold cost a spec more than silence; what only looks like that costs nothing.

#[path = "quality/spec.rs"]
mod spec;

use spec::{GOOD, overall, rated, with_body, without};
use wavecrew_worker_spec::quality::CONTRADICTIONS;

/// The names of the contradictions in a text.
fn found(text: &str) -> Vec<&'static str> {
    let quality = rated(text);
    let names = quality.contradictions().map(|reason| reason.rule);
    names.collect()
}

/// A contradiction, the section that has it, and bodies that make it one.
const SPOILED: [(&str, &str, &[&str]); 4] = [
    (
        "forbidden-deliverable",
        "BOUNDARIES",
        &[
            "- **CANNOT modify:** `score/sentence.py`",
            "- **CANNOT modify:** `score/`",
            "- **CAN modify:** `app.py`\n- **CANNOT:** create, change or touch anything below `score/`",
            "- **CAN modify:** `app.py` only\n- **CANNOT modify:** any file in `/srv/text/score/`",
        ],
    ),
    (
        "foreign-criteria",
        "SUCCESS_CRITERIA",
        &[
            "- [ ] `infra/tides.toml` holds 14 harbours\n- [ ] `infra/tides.toml` is valid",
            "- [ ] `web/login.ts` compiles\n- [ ] `web/login.css` is below 4 kB\n- [ ] the page loads",
        ],
    ),
    (
        "two-identities",
        "TEST_RESULTS_FORMAT",
        &[
            "```json\n{ \"worker_id\": \"WORKER_301\" }\n```",
            "```json\n{\n  \"workerId\": 301,\n  \"status\": \"passed\"\n}\n```",
            "```yaml\ntask-id: worker-017\n```",
        ],
    ),
    (
        "foreign-tests",
        "TEST_PROCESS",
        &[
            "```bash\ntest -f tools/tide_table.py\n```",
            "```bash\ntest -f tools/tide_table.py\npython3 -c 'from tools.tide_table import high; assert high(3) == 4'\n```",
        ],
    ),
];

#[test]
fn a_contradiction_costs_more_than_silence() {
    for (name, section, bodies) in SPOILED {
        let silent = overall(&without(GOOD, section));
        for body in bodies {
            let text = with_body(GOOD, section, &format!("\n{body}\n\n"));
            assert_eq!(found(&text), [name], "{body}");
            let quality = rated(&text);
            assert!(quality.overall < silent, "{body}: {quality:#?}");
            let reason = quality.contradictions().next().expect("a reason");
            assert!(!reason.places.is_empty() && reason.cost > 0, "{reason:?}");
        }
    }
}

#[test]
fn every_kind_is_tried() {
    let tried: Vec<&str> = SPOILED.iter().map(|(name, ..)| *name).collect();
    let kinds: Vec<&str> = CONTRADICTIONS.iter().map(|kind| kind.name).collect();
    assert_eq!(tried, kinds);
}

#[test]
fn several_take_their_part_one_after_the_other() {
    let one = with_body(GOOD, SPOILED[0].1, &format!("\n{}\n\n", SPOILED[0].2[0]));
    let two = with_body(&one, SPOILED[2].1, &format!("\n{}\n\n", SPOILED[2].2[0]));
    assert_eq!(found(&two), ["forbidden-deliverable", "two-identities"]);
    assert!(overall(&two) < overall(&one));
    let lost: u32 = rated(&two).reasons.iter().map(|reason| reason.cost).sum();
    // Costs and the score are rounded down.
    assert!((10_000 - lost) / 100 <= u32::from(overall(&two)) + 1);
}

#[test]
fn what_may_be_meant_otherwise_is_no_contradiction() {
    let cases = [
        (
            "BOUNDARIES",
            "- **CAN modify:** `score/sentence.py`\n- **CANNOT modify:** `score/`",
        ),
        (
            "BOUNDARIES",
            "- **CAN modify:** `app.py`\n- **CANNOT modify:** other files in `score/`",
        ),
        (
            "BOUNDARIES",
            "- **CAN modify:** `app.py`\n- **CANNOT modify:** existing functions of `score/sentence.py`",
        ),
        (
            "BOUNDARIES",
            "- **CAN modify:** `app.py`\n- **CANNOT modify:** `other_score` in `score/sentence.py`",
        ),
        (
            "BOUNDARIES",
            "- **CAN:** add `score_sentence`\n- **CANNOT modify:** `score/`",
        ),
        ("BOUNDARIES", "- **CANNOT modify:** 既存の `score/` の関数"),
        (
            "BOUNDARIES",
            "- **CANNOT modify:** the form of `score/sentence.py`",
        ),
        (
            "SUCCESS_CRITERIA",
            "- [ ] `out/report.csv` has 3 columns\n- [ ] `score_sentence` is called once\n- [ ] `out/log.txt` is empty",
        ),
        (
            "SUCCESS_CRITERIA",
            "- [ ] `make check` is quiet\n- [ ] `ci/check.yml` passes",
        ),
        (
            "TEST_RESULTS_FORMAT",
            "```json\n{ \"run_id\": \"301\" }\n```",
        ),
        (
            "TEST_RESULTS_FORMAT",
            "```json\n{ \"worker_id\": \"WORKER_XXX\" }\n```",
        ),
        (
            "TEST_RESULTS_FORMAT",
            "```json\n{ \"worker_id\": \"000\" }\n```",
        ),
        (
            "TEST_RESULTS_FORMAT",
            "```json\n{ \"worker_id\": \"004\", \"after\": { \"worker_id\": \"003\" } }\n```",
        ),
        (
            "TEST_PROCESS",
            "```bash\npytest tests/test_everything.py\n```",
        ),
        (
            "TEST_PROCESS",
            "```bash\ncurl -sf localhost:8080/health | grep ok\n```",
        ),
        ("TEST_PROCESS", "```bash\ntest -f score/words.py\n```"),
    ];
    for (section, body) in cases {
        let text = with_body(GOOD, section, &format!("\n{body}\n\n"));
        assert!(found(&text).is_empty(), "{body}: {:?}", found(&text));
    }
    assert!(found(GOOD).is_empty());
}
