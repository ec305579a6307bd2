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
    assert!(ran.stdout.contains("1 would be fixed"), "{}", ran.stdout);
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

/// A spec that has nothing to mend.
const SOUND: &str = "# WORKER_001: Dig\n\n**Duration:** 20 minutes\n\n## 1. DELIVERABLES\n\n- [ ] Create file: `src/pit.rs`\n\n\
                     ## SUCCESS_CRITERIA\n\n- [ ] It is deep\n\n## BOUNDARIES\n\n- **CAN modify:** `src/pit.rs`\n\n\
                     ## TEST_PROCESS\n\n```sh\ncargo test --test pit && echo PASS\n```\n";

/// The codes that `wavecrew check` finds in a file.
fn codes(file: &Path) -> Vec<String> {
    let found = wavecrew(&["check", file.to_str().unwrap(), "--json"]).json();
    let found = found["diagnostics"].as_array().unwrap().clone();
    found
        .iter()
        .map(|found| found["code"].as_str().unwrap().to_owned())
        .collect()
}

#[test]
fn every_safe_mend_is_made_once_and_ends_its_complaint() {
    for (code, spoiled, sound) in [
        ("WC0109", "# Dig", "# WORKER_001: Dig"),
        ("WC0305", "TEST_PROCES\n", "TEST_PROCESS\n"),
        ("WC0305", "1. DELIVERABELS", "1. DELIVERABLES"),
        ("WC0306", "Duratoin", "Duration"),
        ("WC0401", "file: `src\\pit.rs`", "file: `src/pit.rs`"),
        (
            "WC0402",
            "file: `/home/ada/src/pit.rs`",
            "file: `src/pit.rs`",
        ),
        (
            "WC0402",
            "file: `C:\\dig\\src\\pit.rs`",
            "file: `src/pit.rs`",
        ),
        ("WC0503", "cargo\u{200b} test", "cargo test"),
        ("WC1104", "echo PASS || echo FAIL", "echo PASS"),
        ("WC1104", "echo PASS || echo \"❌ the pit\"", "echo PASS"),
    ] {
        for end in ["\n", "\r\n"] {
            let folder = tempfile::tempdir().unwrap();
            let file = folder.path().join("WORKER_001_Dig.md");
            let before = SOUND.replace(sound, spoiled);
            assert_ne!(before, SOUND, "{code}: {sound}");
            std::fs::write(&file, before.replace('\n', end)).unwrap();
            assert!(codes(&file).contains(&code.to_owned()), "{code}: {before}");
            let fix = || wavecrew(&["fix", file.to_str().unwrap()]);
            let ran = fix();
            assert_eq!(ran.code, Some(0), "{}", ran.stderr);
            assert_eq!(text(&folder, "WORKER_001_Dig.md"), SOUND.replace('\n', end));
            assert!(!codes(&file).contains(&code.to_owned()), "{code}");
            assert!(fix().stdout.ends_with("0 fixed, 0 skipped in 0 files\n"));
        }
    }
}

#[test]
fn slips_of_json_are_mended_and_the_plan_stays_the_same() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("tasks.json");
    let slips = "{ \"tasks\": [\n  { id: 'A', \"title\": \"it's\", done: True, }, // first\n  \
                 { \"id\": \"B\" \"title\": 'API', \"depends_on\": [A,], },\n] }\n";
    std::fs::write(&file, slips).unwrap();
    let inspect = || wavecrew(&["inspect", file.to_str().unwrap(), "--json"]).json();
    let before = inspect();
    assert!(codes(&file).contains(&"WC0007".to_owned()));
    let ran = wavecrew(&["fix", file.to_str().unwrap()]);
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    assert_eq!(
        text(&folder, "tasks.json"),
        "{ \"tasks\": [\n  { \"id\": \"A\", \"title\": \"it's\", \"done\": true }, \n  \
         { \"id\": \"B\", \"title\": \"API\", \"depends_on\": [\"A\"] }\n] }\n"
    );
    assert!(!codes(&file).contains(&"WC0007".to_owned()));
    let after = inspect();
    for part in ["tasks", "edges", "groups"] {
        let without_places = |plan: &serde_json::Value| {
            let mut part = plan["plan"][part].clone();
            for item in part.as_array_mut().unwrap() {
                item.as_object_mut().unwrap().remove("line");
            }
            part
        };
        assert_eq!(without_places(&before), without_places(&after));
    }
}

#[test]
fn standard_input_is_refused() {
    assert_eq!(wavecrew(&["fix", "-"]).code, Some(2));
}
