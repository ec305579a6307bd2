//! `check --quality`, and specs that are refused.

mod support;

use std::process::Command;

use support::{Ran, program, repository};

const SHELL: &str = "# WORKER_001: Something\n\n## DELIVERABLES\n\n- [ ] Create file: `a.txt`\n- as discussed\n\n## SUCCESS_CRITERIA\n\n- it works\n";

fn ran(command: &mut Command) -> Ran {
    command.output().expect("the program can be started").into()
}

fn shell() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("WORKER_001.md"), SHELL).expect("a file");
    folder
}

#[test]
fn scores_are_a_table_with_the_worst_first() {
    let folder = shell();
    let ran = ran(program()
        .args(["check", "--quality", &repository("examples/plans/harbour")])
        .arg(folder.path()));
    let rows: Vec<&str> = ran
        .stdout
        .lines()
        .filter(|line| line.contains("WORKER_"))
        .collect();
    assert_eq!(rows.len(), 14, "{}", ran.stdout);
    let scores: Vec<u8> = rows
        .iter()
        .map(|row| {
            row.split_whitespace()
                .next()
                .expect("a cell")
                .parse()
                .expect("a score")
        })
        .collect();
    assert!(scores.is_sorted(), "{scores:?}");
}

#[test]
fn json_has_scores_reasons_and_places() {
    let folder = shell();
    let ran = ran(program()
        .args(["check", "--quality", "--json"])
        .arg(folder.path()));
    let value = ran.json();
    let quality = &value["quality"][0];
    assert_eq!(quality["task"], "WORKER_001");
    assert_eq!(quality["judged_by"], "rules");
    assert!(
        quality["overall"].as_u64().expect("a score") < 40,
        "{quality}"
    );
    let sections = quality["sections"].as_array().expect("sections");
    let boundaries = sections
        .iter()
        .find(|section| section["section"] == "BOUNDARIES");
    assert_eq!(boundaries.expect("every section is scored")["score"], 0);
    let reasons = quality["reasons"].as_array().expect("reasons");
    let criteria = reasons
        .iter()
        .find(|reason| reason["rule"] == "criteria-results");
    assert_eq!(criteria.expect("a reason")["places"][0]["line"], 10);
    let without = program_json(&["check", "--json"], &folder);
    assert!(without.get("quality").is_none());
}

fn program_json(arguments: &[&str], folder: &tempfile::TempDir) -> serde_json::Value {
    ran(program().args(arguments).arg(folder.path())).json()
}

#[test]
fn a_spec_below_the_threshold_is_refused_by_check_and_by_run() {
    let folder = shell();
    let root = tempfile::tempdir().expect("a folder");
    let refused = ran(program()
        .args(["check", "--min-quality", "60"])
        .arg(folder.path()));
    assert_eq!(refused.code, Some(3), "{}", refused.stderr);
    for said in [
        "WC1201",
        "at least 60",
        "no criterion names a value",
        "WORKER_001.md:8",
    ] {
        assert!(refused.stderr.contains(said), "{said}: {}", refused.stderr);
    }
    let refused = ran(program()
        .args(["run", "--min-quality", "60", "--root"])
        .arg(root.path())
        .arg(folder.path()));
    assert_eq!(refused.code, Some(3), "{}", refused.stderr);
    assert!(refused.stderr.contains("WC1201"), "{}", refused.stderr);
    assert!(
        !root.path().join(".wavecrew").exists(),
        "nothing was started"
    );
    let passed = ran(program()
        .args(["check", "--min-quality", "5"])
        .arg(folder.path()));
    assert_eq!(passed.code, Some(0), "{}", passed.stderr);
}

#[test]
fn a_judge_that_cannot_be_asked_is_a_matter_of_configuration() {
    let folder = shell();
    let ran = ran(program()
        .args(["check", "--judge", "openai"])
        .arg(folder.path()));
    assert_eq!(ran.code, Some(6), "{}", ran.stderr);
}
