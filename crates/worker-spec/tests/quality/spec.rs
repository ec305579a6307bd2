//! A good spec, its score, and changes to its sections.

#![allow(dead_code, reason = "each test file uses a part of it")]

use wavecrew_worker_spec::quality::{Evidence, Quality, TestWorth, rate};
use wavecrew_worker_spec::{Document, WorkerSpec, read};

/// The ten sections, in the order of the form.
pub(crate) const TEN: [&str; 10] = [
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

pub(crate) const GOOD: &str = "\
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

pub(crate) fn spec(text: &str) -> Option<WorkerSpec> {
    let plan = read(&[Document::new("spec.md", text)]).value;
    plan.tasks.first()?.spec.as_deref().cloned()
}

/// Every test as if it had been judged real.
pub(crate) fn rate_text(text: &str) -> Option<Quality> {
    let spec = spec(text)?;
    let tests = spec.test_commands().map(|_| TestWorth::Real).collect();
    Some(rate(&spec, &Evidence { tests }))
}

pub(crate) fn rated(text: &str) -> Quality {
    rate_text(text).expect("a worker spec")
}

/// What is read as no worker spec has no score.
pub(crate) fn overall(text: &str) -> u8 {
    rate_text(text).map_or(0, |quality| quality.overall)
}

/// Takes the sections of a name out.
pub(crate) fn without(text: &str, name: &str) -> String {
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
pub(crate) fn with_body(text: &str, name: &str, body: &str) -> String {
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
