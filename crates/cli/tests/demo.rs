//! The demo, as a newcomer runs it.

mod support;

use std::path::Path;

use support::{repository, tree, wavecrew};

fn run_demo(root: &Path) -> support::Ran {
    let plan = repository("examples/plans/harbour");
    wavecrew(&[
        "run",
        &plan,
        "--root",
        root.to_str().unwrap(),
        "--run-id",
        "demo",
        "--json",
    ])
}

#[test]
fn the_demo_ends_with_every_task_verified_and_its_files_written() {
    let root = tempfile::tempdir().unwrap();
    let ran = run_demo(root.path());
    assert_eq!(ran.code, Some(0), "{}\n{}", ran.stdout, ran.stderr);
    let summary = ran.summary();
    assert_eq!(summary["verified"], 14);
    assert_eq!(summary["not_checked"], 0);
    assert_eq!(summary["failed"], 0);
    assert_eq!(summary["calls"], 14);
    assert_eq!(summary["cost"], 0.0);
    let files = tree(root.path());
    assert_eq!(files.len(), 12, "{files:?}");
    assert!(
        ran.stderr.lines().last().unwrap().contains("next:"),
        "{}",
        ran.stderr
    );
}

#[test]
fn taking_up_a_run_that_has_ended_calls_nobody() {
    let root = tempfile::tempdir().unwrap();
    run_demo(root.path());
    let before = tree(root.path());
    let ran = wavecrew(&["resume", "--root", root.path().to_str().unwrap(), "--json"]);
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    assert_eq!(ran.summary()["calls"], 0);
    assert_eq!(ran.summary()["verified"], 14);
    assert_eq!(tree(root.path()), before);
}

#[test]
fn a_deliverable_that_is_emptied_or_deleted_turns_its_task_to_failed() {
    let root = tempfile::tempdir().unwrap();
    run_demo(root.path());
    let root_path = root.path().to_str().unwrap();
    assert_eq!(wavecrew(&["status", "--root", root_path]).code, Some(0));
    for (name, content) in tree(root.path()) {
        for emptied in [true, false] {
            let path = root.path().join(&name);
            if emptied {
                std::fs::write(&path, "").unwrap();
            } else {
                std::fs::remove_file(&path).unwrap();
            }
            let status = wavecrew(&["status", "--root", root_path, "--json"]);
            assert_eq!(status.code, Some(1), "{name:?}");
            let failed: Vec<_> = status.json()["tasks"]
                .as_array()
                .unwrap()
                .iter()
                .filter(|task| task["state"] == "failed")
                .map(|task| task["reason"].as_str().unwrap().to_owned())
                .collect();
            assert!(!failed.is_empty(), "{name:?}");
            assert!(
                failed
                    .iter()
                    .all(|reason| reason.contains(name.to_str().unwrap())),
                "{failed:?}"
            );
            std::fs::write(&path, &content).unwrap();
        }
    }
    assert_eq!(wavecrew(&["status", "--root", root_path]).code, Some(0));
}

#[test]
fn a_deliverable_that_is_gone_is_made_again() {
    let root = tempfile::tempdir().unwrap();
    run_demo(root.path());
    let before = tree(root.path());
    std::fs::remove_file(root.path().join("docs/handbook.md")).unwrap();
    let ran = wavecrew(&["resume", "--root", root.path().to_str().unwrap(), "--json"]);
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    assert!(
        ran.stderr
            .contains("is done again: `docs/handbook.md` is gone"),
        "{}",
        ran.stderr
    );
    assert_eq!(tree(root.path()), before);
}
