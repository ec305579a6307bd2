//! Safe edits: each ends its complaint and changes nothing else that is read.

use wavecrew_worker_spec::{Code, Document, Parsed, Plan, apply_fixes, read};

/// A worker spec with a field in its head, a line of deliverables and a command.
fn spec(field: &str, deliverable: &str, command: &str) -> String {
    format!(
        "# WORKER_001: Dig\n\n{field}\n\n## DELIVERABLES\n\n{deliverable}\n\n## BOUNDARIES\n\n\
         - **CAN modify:** `src/pit.rs`\n\n## TEST_PROCESS\n\n```sh\n{command}\n```\n"
    )
}

const FIELD: &str = "**Duration:** 20 minutes";
const DELIVERABLE: &str = "- [ ] Create file: `src/pit.rs`";
const COMMAND: &str = "cargo test --test pit";

fn read_one(text: &str) -> Parsed<Plan> {
    read(&[Document::new("a.md", text)])
}

/// What of a plan is not a place.
fn essence(plan: &Plan) -> String {
    let mut essence = String::new();
    for task in &plan.tasks {
        essence += &format!(
            "{} {} {:?} {:?} {:?} {:?} {:?}\n",
            task.id, task.title, task.estimate, task.tokens, task.group, task.claims, task.status
        );
        for spec in task.spec.iter() {
            let files: Vec<&str> = spec.deliverables.iter().map(|file| &*file.path).collect();
            let sections: Vec<&str> = spec.sections.iter().map(|section| &*section.name).collect();
            let commands: Vec<&str> = spec.test_commands().map(|test| &*test.text).collect();
            essence += &format!("{files:?} {sections:?} {commands:?}\n");
        }
    }
    for edge in &plan.edges {
        essence += &format!("{} -> {} {:?}\n", edge.from, edge.to, edge.kind);
    }
    for group in &plan.groups {
        essence += &format!("{} {} {:?}\n", group.id, group.title, group.tasks);
    }
    essence
}

/// The text after the fixes of one code, all of which are made at once.
fn mended(text: &str, code: Code) -> String {
    let found = read_one(text).diagnostics;
    let fixes: Vec<_> = found
        .iter()
        .filter(|found| found.code == code)
        .map(|found| {
            found
                .fix
                .as_ref()
                .unwrap_or_else(|| panic!("no fix: {found}"))
        })
        .collect();
    assert!(!fixes.is_empty(), "no {code} in:\n{text}");
    let edited = apply_fixes(&Document::new("a.md", text), &fixes);
    assert!(edited.applied.iter().all(|applied| *applied));
    let left = read_one(&edited.text).diagnostics;
    assert!(
        left.iter().all(|found| found.code != code),
        "{code} is still there:\n{}",
        edited.text
    );
    edited.text
}

/// What is read as it is meant is, after the fix, written so.
fn is_read_the_same(before: &str, after: &str, code: Code) {
    assert_eq!(mended(before, code), after);
    assert_eq!(
        essence(&read_one(before).value),
        essence(&read_one(after).value)
    );
}

#[test]
fn a_misspelt_field_gets_its_name_in_the_same_case() {
    for (written, meant) in [
        ("**Duratoin:** 20 minutes", "**Duration:** 20 minutes"),
        ("**ESTIMATD TIME:** 2h", "**ESTIMATED TIME:** 2h"),
        ("- Dependancies: None", "- Dependencies: None"),
        (
            "**Agent:** x | **dependancies:** none",
            "**Agent:** x | **dependencies:** none",
        ),
    ] {
        let text = |field| spec(field, DELIVERABLE, COMMAND);
        is_read_the_same(&text(written), &text(meant), Code::MISSPELT_FIELD);
    }
}

#[test]
fn a_misspelt_section_that_makes_it_a_spec_is_found_and_mended() {
    let after = spec(FIELD, DELIVERABLE, COMMAND);
    let before = after.replace("## DELIVERABLES", "## 1. DELIVERABELS");
    let after = after.replace("## DELIVERABLES", "## 1. DELIVERABLES");
    is_read_the_same(&before, &after, Code::MISSPELT_SECTION);
}

#[test]
fn the_id_of_the_file_goes_into_the_heading() {
    let read_as = |text: &str| read(&[Document::new("WORKER_007_Dig.md", text)]);
    let body = spec(FIELD, DELIVERABLE, COMMAND)
        .replace("# WORKER_001: Dig\n", "")
        .replace(
            "## TEST",
            "## SUCCESS_CRITERIA\n\n- [ ] It is deep\n\n## TEST",
        );
    for (heading, mended) in [
        ("# Dig a pit", Some("# WORKER_007: Dig a pit")),
        ("Dig a pit\n=====", Some("WORKER_007: Dig a pit\n=====")),
        ("# **Dig**", None),
        ("", None),
    ] {
        let text = format!("{heading}\n{body}");
        let before = read_as(&text);
        let told = before
            .diagnostics
            .iter()
            .find(|found| found.code == Code::ID_OF_FILE);
        let told = told.unwrap_or_else(|| panic!("not told: {text}"));
        let after = told.fix.as_ref().map(|fix| {
            apply_fixes(&Document::new("WORKER_007_Dig.md", text.as_str()), &[fix]).text
        });
        assert_eq!(after, mended.map(|heading| format!("{heading}\n{body}")));
        if let Some(after) = after {
            let after = read_as(&after);
            assert!(
                after
                    .diagnostics
                    .iter()
                    .all(|found| found.code != Code::ID_OF_FILE)
            );
            assert_eq!(essence(&before.value), essence(&after.value));
        }
    }
}

#[test]
fn an_absolute_path_becomes_the_known_one() {
    let text = |path: &str| spec(FIELD, &format!("- [ ] Create file: `{path}`"), COMMAND);
    is_read_the_same(
        &text("/home/ines/dig/src/pit.rs"),
        &text("src/pit.rs"),
        Code::MAPPED_PATH,
    );
    is_read_the_same(
        &text("C:\\dig\\src\\pit.rs"),
        &text("src/pit.rs"),
        Code::MAPPED_PATH,
    );
}

#[test]
fn backslashes_in_a_path_become_slashes() {
    let text = |path: &str| spec(FIELD, &format!("- [ ] Create file: `{path}`"), COMMAND);
    assert_eq!(
        mended(&text("src\\deep\\pit.rs"), Code::FORBIDDEN_PATH),
        text("src/deep/pit.rs")
    );
    let table = |path: &str| {
        format!(
            "| ID | Task | Files | Depends on |\n|--|--|--|--|\n| T1 | Dig | `a.rs`, `{path}` | None |\n"
        )
    };
    assert_eq!(
        mended(&table("src\\pit.rs"), Code::FORBIDDEN_PATH),
        table("src/pit.rs")
    );
}

#[test]
fn what_leads_out_of_the_root_has_no_fix() {
    for path in ["..\\pit.rs", "../pit.rs", "~/pit.rs", "src\\_pit.rs"] {
        let text = spec(FIELD, &format!("- [ ] Create file: `{path}`"), COMMAND);
        let found = read_one(&text).diagnostics;
        let told = found
            .iter()
            .find(|found| found.code == Code::FORBIDDEN_PATH);
        assert_eq!(told.expect("it is told").fix, None, "{path}");
    }
}

#[test]
fn hidden_characters_are_taken_out_of_commands_only() {
    let words = "Words with a\u{200b}hidden one.";
    let text = |command: &str| spec(FIELD, DELIVERABLE, command) + words;
    assert_eq!(
        mended(
            &text("cargo\u{200b} test\u{feff} --all\ngrep -q 'f\u{fc}r' pit.txt"),
            Code::HIDDEN_CHARACTERS
        ),
        text("cargo test --all\ngrep -q 'f\u{fc}r' pit.txt")
    );
}

#[test]
fn a_flowchart_is_written_as_it_was_read() {
    for (before, after) in [
        ("flowchart LR\n A -> B", "flowchart LR\n A --> B"),
        ("flowchart LR\n A => B", "flowchart LR\n A ==> B"),
        (
            "flowchart LR\n A --> B[move (by noon)]",
            "flowchart LR\n A --> B[\"move (by noon)\"]",
        ),
        (
            "flowchart LR\n A -->|now (or never)| B",
            "flowchart LR\n A -->|\"now (or never)\"| B",
        ),
        ("flowchart LR\n A -->|x|   B", "flowchart LR\n A -->|x| B"),
        ("flowchart LR A --> B", "flowchart LR; A --> B"),
        (
            "flowchart LR\n A[x]&B[y] --> C",
            "flowchart LR\n A[x] & B[y] --> C",
        ),
    ] {
        let text = |chart: &str| format!("# Plan\n\n```mermaid\n{chart}\n```\n");
        is_read_the_same(&text(before), &text(after), Code::MERMAID);
    }
}
