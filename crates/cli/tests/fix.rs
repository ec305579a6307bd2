//! `wavecrew fix`: safe mends, made once.

mod support;

use std::path::Path;

use support::{Ran, tree, wavecrew};
use tempfile::TempDir;

/// Two specs; the second has Windows line ends and words instead of a list of deliverables.
fn specs() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let first = "# WORKER_001: Dig\n\n## 1. DELIVERABLES\n\n- [ ] Create file: `src/pit.rs`\n\n## 2. SUCCESS_CRITERIA\n\n- [ ] `src/pit.rs` is there\n\n\
                 ## 6. TEST_PROCESS\n\n```sh\ntest -s src/pit.rs\n```\n";
    let second = "# WORKER_002: Fill\r\n\r\n## 1. DELIVERABLES\r\n\r\nOne file.\r\n\r\n\
                  ## 6. TEST_PROCESS\r\n\r\n```sh\r\ntest -s src/fill.rs\r\n```\r\n";
    std::fs::write(folder.path().join("1.md"), first).unwrap();
    std::fs::write(folder.path().join("2.md"), second).unwrap();
    folder
}

fn fix(folder: &TempDir, map: &str, more: &[&str]) -> Ran {
    let outside = tempfile::tempdir().unwrap();
    let file = outside.path().join("map");
    std::fs::write(&file, map).unwrap();
    let mut args = vec!["fix", folder.path().to_str().unwrap(), "--deliverables"];
    args.push(file.to_str().unwrap());
    args.extend(more);
    wavecrew(&args)
}

fn text(folder: &TempDir, name: &str) -> String {
    std::fs::read_to_string(folder.path().join(name)).unwrap()
}

/// The deliverables of every task, as the reader sees them.
fn deliverables(folder: &Path) -> Vec<String> {
    let read = wavecrew(&["inspect", folder.to_str().unwrap(), "--json"]).json();
    let tasks = read["plan"]["tasks"].as_array().unwrap().clone();
    tasks
        .iter()
        .flat_map(|task| task["deliverables"].as_array().unwrap().clone())
        .map(|path| path.as_str().unwrap().to_owned())
        .collect()
}

#[test]
fn a_mapping_adds_the_lines_that_are_missing_and_a_second_time_nothing() {
    let folder = specs();
    let map =
        "# who delivers what\nWORKER_001: src/pit.rs, src/spade.rs\nworker_002 = `src/fill.rs`\n";
    let ran = fix(&folder, map, &[]);
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    assert!(
        ran.stdout.ends_with("2 fixed, 0 skipped in 2 files\n"),
        "{}",
        ran.stdout
    );
    assert_eq!(
        deliverables(folder.path()),
        ["src/spade.rs", "src/pit.rs", "src/fill.rs"]
    );
    let crlf = text(&folder, "2.md");
    assert!(
        crlf.contains(
            "DELIVERABLES\r\n\r\n- [ ] Create/update file: `src/fill.rs`\r\n\r\nOne file.\r\n"
        ),
        "{crlf:?}"
    );
    let after = tree(folder.path());
    let again = fix(&folder, map, &[]);
    assert!(
        again.stdout.ends_with("0 fixed, 2 skipped in 0 files\n"),
        "{}",
        again.stdout
    );
    assert_eq!(tree(folder.path()), after);
}

#[test]
fn a_json_mapping_does_the_same() {
    let folder = specs();
    let map = r#"{ "WORKER_001": ["src/pit.rs", "src/spade.rs"], "WORKER_002": "src/fill.rs" }"#;
    let ran = fix(&folder, map, &["--json"]).json();
    assert_eq!(ran["fixed"].as_array().unwrap().len(), 2, "{ran}");
    assert_eq!(ran["fixed"][0]["code"], "WC0406");
    assert_eq!(ran["files"].as_array().unwrap().len(), 2);
}

#[test]
fn a_dry_run_writes_nothing() {
    let folder = specs();
    let before = tree(folder.path());
    let ran = fix(&folder, "WORKER_001: src/spade.rs\n", &["--dry-run"]);
    assert!(ran.stdout.contains("1 fixed"), "{}", ran.stdout);
    assert_eq!(tree(folder.path()), before);
}

#[test]
fn what_cannot_be_done_is_told_and_the_rest_is_done() {
    let folder = specs();
    let map = "WORKER_009: x.rs\nWORKER_001: ../outside.rs\nWORKER_002: src/fill.rs\n";
    let ran = fix(&folder, map, &[]);
    assert_eq!(ran.code, Some(3));
    for said in [
        "`WORKER_009` (line 1 of the mapping)",
        "../outside.rs",
        "leaves the root",
    ] {
        assert!(
            ran.stderr.contains(said),
            "`{said}` is not in {}",
            ran.stderr
        );
    }
    assert!(text(&folder, "2.md").contains("Create/update file: `src/fill.rs`"));
}

#[test]
fn a_bad_mapping_stops_before_anything_is_written() {
    for (map, said) in [
        ("WORKER_001 src/a.rs\n", "line 1"),
        ("WORKER_001:\n", "line 1"),
        ("A: a\n\nA: b\n", "two entries"),
        (r#"{"A": "a", "A": "b"}"#, "two entries"),
        (r#"{"A": 7}"#, "path"),
    ] {
        let folder = specs();
        let before = tree(folder.path());
        let ran = fix(&folder, map, &[]);
        assert_eq!(ran.code, Some(3), "{map}");
        assert!(ran.stderr.contains(said), "{map}: {}", ran.stderr);
        assert_eq!(tree(folder.path()), before);
    }
}

#[test]
fn a_misspelt_section_gets_its_name() {
    let folder = specs();
    let file = folder.path().join("1.md");
    let misspelt = text(&folder, "1.md").replace("TEST_PROCESS", "TEST_PROCES");
    std::fs::write(&file, misspelt).unwrap();
    let ran = wavecrew(&["fix", file.to_str().unwrap()]);
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    assert!(
        text(&folder, "1.md").contains("\n## 6. TEST_PROCESS\n"),
        "{}",
        text(&folder, "1.md")
    );
}

#[test]
fn standard_input_is_refused() {
    assert_eq!(wavecrew(&["fix", "-"]).code, Some(2));
}
