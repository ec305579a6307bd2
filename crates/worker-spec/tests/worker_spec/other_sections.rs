//! Specs in other words and dress than the framework's own.

use std::time::Duration;

use wavecrew_worker_spec::{Code, Document, Status, read};

use super::support::{codes, commands, names, of_task, paths, plan, spec};

const IN_OTHER_WORDS: &str = "\
# [TASK-7] Cache of compiled patterns

| Field | Value |
|-------|-------|
| Estimate | 1,5 h |
| Tier | small |
| Depends on | TASK-3, TASK-4 (types only) |

### 📦 A. Files

- src/cache.rs: the cache
- [tests](tests/cache.rs)

### 🎯 B. Definition of Done

- Two equal patterns are compiled once

### C. Out of scope

- The lexer

### D. How to test

1. Run `cargo test -p cache`
2. Look at the log

### E. Fallback

- Leave the cache empty
";

#[test]
fn sections_by_their_usual_names() {
    let parsed = plan(IN_OTHER_WORDS);
    let task = &parsed.value.tasks[0];
    assert_eq!(
        (task.id.as_str(), task.title.as_str()),
        ("TASK-7", "Cache of compiled patterns")
    );
    assert_eq!(task.estimate, Some(Duration::from_secs(90 * 60)));
    assert_eq!(task.model.as_deref(), Some("small"));
    let spec = task.spec.as_deref().expect("a spec");
    assert_eq!(
        names(spec),
        [
            "DELIVERABLES",
            "SUCCESS_CRITERIA",
            "BOUNDARIES",
            "TEST_PROCESS",
            "MITIGATION"
        ]
    );
    assert_eq!(paths(spec), ["src/cache.rs", "tests/cache.rs"]);
    assert_eq!(spec.criteria.len(), 1);
    assert_eq!(spec.boundaries.cannot[0].text, "The lexer");
    assert_eq!(commands(spec), ["cargo test -p cache"]);
    assert_eq!(spec.mitigation.len(), 1);
    let unknown = codes(&parsed.diagnostics);
    let unknown = unknown.iter().filter(|code| **code == "WC0201").count();
    assert_eq!(unknown, 2, "neither task is given");
}

#[test]
fn sections_may_be_bold_lines_or_underlined() {
    let bold = IN_OTHER_WORDS
        .lines()
        .map(|line| match line.strip_prefix("### ") {
            Some(name) => format!("**{name}:**"),
            None => line.to_owned(),
        })
        .collect::<Vec<_>>()
        .join("\n");
    let underlined = IN_OTHER_WORDS
        .lines()
        .map(|line| match line.strip_prefix("### ") {
            Some(name) => format!("{name}\n---"),
            None => line.to_owned(),
        })
        .collect::<Vec<_>>()
        .join("\n");
    let plain = spec(IN_OTHER_WORDS);
    for text in [bold, underlined] {
        let other = spec(&text);
        assert_eq!(names(&other), names(&plain), "{text}");
        assert_eq!(paths(&other), paths(&plain));
        assert_eq!(commands(&other), commands(&plain));
    }
}

#[test]
fn other_documents_are_no_specs() {
    for text in [
        "# Wiki-2 - a small wiki\n\n## Prerequisites\n\nNode 18\n\n## Files\n\n- a.js\n\n## Testing\n\n```bash\nnpm test\n```\n",
        "# Cache\n\n## Scope\n\nx\n\n## Risks\n\ny\n\n## Testing\n\nz\n",
    ] {
        let plan = plan(text).value;
        assert!(plan.tasks.iter().all(|task| task.spec.is_none()), "{text}");
    }
}

#[test]
fn the_id_in_front_matter() {
    let text = "\
---
id: LEX-12
title: Number literals
depends_on: [LEX-10, LEX-11]
estimate: 2h
status: in progress
files:
  - src/lex/number.rs
---

## Success criteria

- All literals are read

## Tests

```sh
cargo test number
```

## Dependencies

None

## Out of scope

- Strings
";
    let parsed = plan(text);
    let task = &parsed.value.tasks[0];
    assert_eq!(
        (task.id.as_str(), task.title.as_str()),
        ("LEX-12", "Number literals")
    );
    assert_eq!(
        (task.estimate, task.status),
        (Some(Duration::from_secs(7200)), Status::InProgress)
    );
    assert_eq!(
        paths(task.spec.as_deref().expect("a spec")),
        ["src/lex/number.rs"]
    );
    let unknown = codes(&parsed.diagnostics)
        .iter()
        .filter(|code| **code == "WC0201")
        .count();
    assert_eq!(unknown, 2, "two dependencies, neither given");
    let misspelt = plan(&text.replace("depends_on", "depend_on"));
    assert!(codes(&misspelt.diagnostics).contains(&Code::MISSPELT_FIELD.as_str()));
}

#[test]
fn the_id_in_the_name_of_the_file_is_told() {
    let text = "# Parser\n\n## Deliverables\n\n- `src/parser.rs`\n\n## Success criteria\n\n- x\n\n## Dependencies\n\n- 06\n\n## Boundaries\n\n- y\n\n## Test process\n\n```sh\nmake\n```\n";
    let lexer = text.replace("parser", "lexer").replace("06", "None");
    let both = read(&[
        Document::new("tasks/07-parser.md", text),
        Document::new("tasks/06-lexer.md", lexer),
    ]);
    let ids: Vec<&str> = both
        .value
        .tasks
        .iter()
        .map(|task| task.id.as_str())
        .collect();
    assert_eq!(ids, ["07-parser", "06-lexer"]);
    assert_eq!(
        (
            both.value.edges[0].from.as_str(),
            both.value.edges[0].to.as_str()
        ),
        ("06-lexer", "07-parser")
    );
    let told = both
        .diagnostics
        .iter()
        .filter(|found| found.code == Code::ID_OF_FILE)
        .count();
    assert_eq!(told, 2);
}

#[test]
fn values_that_are_read_and_told() {
    let at = |field: &str| {
        plan(
            &of_task("DELIVERABLES", "- `a.rs`").replace("Seven\n", &format!("Seven\n\n{field}\n")),
        )
    };
    let minutes = |field: &str| {
        at(field).value.tasks[0]
            .estimate
            .map(|estimate| estimate.as_secs() / 60)
    };
    assert_eq!(minutes("推定時間: 2時間"), Some(120));
    assert_eq!(minutes("**Duration:** Day 2-3"), Some(960));
    assert_eq!(minutes("**Duration:** PT1H30M"), Some(90));
    assert_eq!(minutes("**Duration:** 1:30"), Some(90));
    for field in [
        "**Duration:** 1:30",
        "**Duration:** -2 h",
        "**Duration:** NaN h",
        "**Duration:** 1e400 h",
        "**Duration:** 2 sprints",
        "**Tokens:** many",
        "**Status:** purple",
    ] {
        assert!(
            codes(&at(field).diagnostics).contains(&Code::BAD_VALUE.as_str()),
            "{field}"
        );
    }
    assert_eq!(
        at("**Tokens:** 15k-20k").value.tasks[0].tokens,
        Some(20_000)
    );
    assert_eq!(
        at("**Status:** ✅ Done").value.tasks[0].status,
        Status::Done
    );
    assert!(
        !codes(&at("**Owner:** Ada\n**Priority:** high").diagnostics)
            .contains(&Code::MISSPELT_FIELD.as_str())
    );
}
