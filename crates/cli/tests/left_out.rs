//! What `status` and `report` say is what `run` said: also of tasks that are left out, done by hand, or not planned any more.

mod support;

use std::path::Path;

use support::errands::{Errand, write};
use support::{Ran, wavecrew};

/// Runs the program on the plan in a folder, in that folder.
fn with(folder: &Path, args: &[&str]) -> Ran {
    let root = folder.to_str().expect("a path of a test is text");
    wavecrew(&[args, &["--root", root]].concat())
}

fn run(folder: &Path, errands: &[Errand<'_>]) -> Ran {
    let path = write(folder, errands);
    let plan = path.to_str().expect("a path of a test is text");
    with(folder, &["run", plan, "--run-id", "r"])
}

/// The exit codes of `status` and `report`.
fn told(folder: &Path) -> [Option<i32>; 2] {
    ["status", "report"].map(|command| with(folder, &[command]).code)
}

#[test]
fn a_task_whose_group_is_put_off_is_left_out_like_one_whose_task_is() {
    for (waits, left) in [
        ("- depends on: DOC-001", true),
        ("- after groups: Wave 1", true),
        ("- helped by: DOC-001", false),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let plan = folder.path().join("plan.md");
        write(
            folder.path(),
            &[Errand::new("DOC-001", "a.txt").fields(&["- status: deferred"])],
        );
        let first = std::fs::read_to_string(&plan).unwrap();
        write(
            folder.path(),
            &[Errand::new("DOC-002", "b.txt").fields(&[waits])],
        );
        let second = std::fs::read_to_string(&plan).unwrap();
        let (_, second) = second.split_once("### ").unwrap();
        std::fs::write(&plan, format!("{first}## Wave 2: Then\n\n### {second}")).unwrap();

        let ran = with(folder.path(), &["run", plan.to_str().unwrap(), "--json"]);
        let waiting = ran.summary()["left_out"].as_array().unwrap().len() == 2;
        assert_eq!(waiting, left, "{waits}: {}", ran.stderr);
        let code = Some(i32::from(left));
        assert_eq!(ran.code, code, "{waits}: {}", ran.stderr);
        assert_eq!(told(folder.path()), [code, code], "{waits}");
        let status = with(folder.path(), &["status"]);
        assert_eq!(status.stdout.contains("DOC-001, which is deferred"), left);
    }
}

#[test]
fn a_failed_task_that_is_done_by_hand_is_no_failure_any_more() {
    let folder = tempfile::tempdir().unwrap();
    let errands = |fields| {
        [
            Errand::new("DOC-001", "a.txt"),
            Errand::new("DOC-002", "b.txt")
                .fields(fields)
                .tests(&["false"]),
        ]
    };
    assert_eq!(run(folder.path(), &errands(&[])).code, Some(1));
    assert_eq!(told(folder.path()), [Some(1), Some(1)]);

    write(folder.path(), &errands(&["- status: done"]));
    assert_eq!(with(folder.path(), &["resume"]).code, Some(0));
    assert_eq!(told(folder.path()), [Some(0), Some(0)]);
    let status = with(folder.path(), &["status", "--json"]).json();
    assert_eq!(status["left_out"][0]["id"], "DOC-002");
    assert_eq!(status["former"].as_array().map(Vec::len), Some(0));
}

#[test]
fn a_task_that_the_plan_has_no_more_is_told_and_does_not_count() {
    let folder = tempfile::tempdir().unwrap();
    let first = Errand::new("DOC-001", "a.txt");
    assert_eq!(
        run(
            folder.path(),
            &[first, Errand::new("DOC-002", "b.txt").tests(&["false"])]
        )
        .code,
        Some(1)
    );
    write(folder.path(), &[first]);
    assert_eq!(with(folder.path(), &["resume"]).code, Some(0));
    assert_eq!(told(folder.path()), [Some(0), Some(0)]);
    let status = with(folder.path(), &["status"]);
    assert!(
        status.stdout.contains("not planned  DOC-002"),
        "{}",
        status.stdout
    );

    // And one that is new counts, before it has started.
    let third = Errand::new("DOC-003", "c.txt").tests(&["false"]);
    write(folder.path(), &[first, third]);
    assert_eq!(with(folder.path(), &["resume"]).code, Some(1));
    assert_eq!(told(folder.path()), [Some(1), Some(1)]);
}

#[test]
fn a_plan_in_which_everything_is_done_is_told_as_that() {
    let folder = tempfile::tempdir().unwrap();
    let ran = run(
        folder.path(),
        &[Errand::new("DOC-001", "a.txt").fields(&["- status: done"])],
    );
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    assert_eq!(told(folder.path()), [Some(0), Some(0)]);
    let report = with(folder.path(), &["report"]);
    assert!(
        report.stdout.contains("everything is done"),
        "{}",
        report.stdout
    );
}
