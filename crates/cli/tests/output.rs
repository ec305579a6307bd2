//! What the program prints and how it ends: output that is lost, bad options, and one answer to one question whatever
//! the command.

mod support;

use std::path::Path;

use support::errands::{Errand, write};
use support::{Ran, program, repository, wavecrew};

#[cfg(target_os = "linux")]
#[test]
fn output_that_cannot_be_written_is_an_error_and_a_reader_that_leaves_is_none() {
    let plan = repository("examples/plans/tides.md");
    let to = |args: &[&str], sink: &str| -> Ran {
        let sink = std::fs::File::options().write(true).open(sink).unwrap();
        program().args(args).stdout(sink).output().unwrap().into()
    };
    for args in [
        &["plan", &plan, "--json"][..],
        &["plan", &plan],
        &["check", &plan, "--format", "sarif"],
        &["check", &plan, "--format", "github"],
        &["check", &plan],
        &["graph", &plan],
        &["inspect", &plan, "--json"],
        &["run", &plan, "--simulate"],
        &["explain"],
        &["doctor", "--provider", "heuristic", "--json"],
    ] {
        let ran = to(args, "/dev/full");
        // Annotations of a plan without a complaint are no output at all.
        let silent = args.contains(&"github") && wavecrew(args).stdout.is_empty();
        assert_eq!(
            ran.code,
            Some(if silent { 0 } else { 6 }),
            "{args:?}: {}",
            ran.stderr
        );
        let told = ran.stderr.matches("failed to write to stdout").count();
        assert_eq!(told, usize::from(!silent), "{args:?}: {}", ran.stderr);
        assert_eq!(to(args, "/dev/null").code, Some(0), "{args:?}");
    }
    let closed = std::process::Command::new("sh")
        .args([
            "-c",
            "\"$0\" \"$@\" | true",
            program().get_program().to_str().unwrap(),
        ])
        .args(["inspect", &plan, "--json"])
        .output();
    assert!(
        closed.unwrap().stderr.is_empty(),
        "the reader has what it wanted"
    );
}

#[test]
fn what_check_and_run_refuse_plan_refuses() {
    let folder = tempfile::tempdir().unwrap();
    let path = write(
        folder.path(),
        &[
            Errand::new("DOC-001", "a.txt"),
            Errand::new("DOC-002", "a.txt"),
        ],
    );
    let (plan, root) = (path.to_str().unwrap(), folder.path().to_str().unwrap());
    for args in [
        &["check", plan][..],
        &["plan", plan],
        &["plan", plan, "--json"],
        &["run", plan, "--simulate"],
        &["run", plan, "--root", root],
    ] {
        let ran = wavecrew(args);
        assert_eq!(ran.code, Some(3), "{args:?}: {}", ran.stderr);
        assert!(ran.stderr.contains("WC1102"), "{args:?}: {}", ran.stderr);
        assert!(
            !ran.stderr.contains("next: `wavecrew run"),
            "{args:?}: {}",
            ran.stderr
        );
    }
}

#[test]
fn a_flowchart_with_errors_is_printed_and_is_no_success() {
    let folder = tempfile::tempdir().unwrap();
    let file = |text: &str| {
        let file = folder.path().join("chart.mmd");
        std::fs::write(&file, text).unwrap();
        wavecrew(&["inspect", "--flowchart", file.to_str().unwrap(), "--json"])
    };
    assert_eq!(file("graph TD\n  A --> B\n").code, Some(0));
    let ran = file("graph TD\n  A[one --> B\n");
    let said = ran.json();
    let errors = said["diagnostics"].as_array().unwrap();
    assert!(
        errors.iter().any(|said| said["severity"] == "error"),
        "{said}"
    );
    assert_eq!(ran.code, Some(3));
}

#[test]
fn every_command_that_prints_data_knows_json() {
    let folder = tempfile::tempdir().unwrap();
    let plan = repository("examples/plans/tides.md");
    let new = folder.path().join("new.md");
    let new = new.to_str().unwrap();
    for args in [
        &["check", &plan][..],
        &["doctor", "--provider", "heuristic"],
        &["explain"],
        &["explain", "wc0301"],
        &["fix", &plan, "--dry-run"],
        &["graph", &plan],
        &["init", new],
        &["inspect", &plan],
        &["plan", &plan],
        &["run", &plan, "--simulate"],
    ] {
        let ran = wavecrew(&[args, &["--json"]].concat());
        assert_eq!(ran.code, Some(0), "{args:?}: {}", ran.stderr);
        assert!(ran.json().is_object(), "{args:?}");
    }
    assert!(Path::new(new).exists());
    let page = wavecrew(&["explain", "WC0301", "--json"]).json();
    assert_eq!(page["code"], "WC0301");
    assert!(
        page["page"]
            .as_str()
            .unwrap()
            .contains(page["title"].as_str().unwrap())
    );
}

#[test]
fn a_name_that_no_run_can_have_is_refused_before_anything_is_made() {
    let folder = tempfile::tempdir().unwrap();
    let plan = write(folder.path(), &[Errand::new("DOC-001", "a.txt")]);
    let work = folder.path().join("work");
    let (plan, root) = (plan.to_str().unwrap(), work.to_str().unwrap());
    for id in ["a b", "", "../x", ".hidden", "ä"] {
        let ran = wavecrew(&["run", plan, "--root", root, "--run-id", id]);
        assert_eq!(ran.code, Some(2), "{id}: {}", ran.stderr);
        assert!(!work.exists(), "{id}");
    }
}

#[test]
fn no_time_at_all_is_no_time_limit() {
    let plan = repository("examples/plans/tides.md");
    for option in ["--timeout", "--test-timeout", "--snapshot-every"] {
        for time in ["0", "1e-10", "-1", "NaN", "inf", "1e400", "1 s"] {
            let ran = wavecrew(&["run", &plan, "--simulate", &format!("{option}={time}")]);
            assert_eq!(ran.code, Some(2), "{option} {time}: {}", ran.stderr);
        }
    }
}
