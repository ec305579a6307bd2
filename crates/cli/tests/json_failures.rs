//! A command that was asked for JSON and fails has something to read on standard output all the same.

mod support;

use std::path::Path;

use serde_json::Value;
use support::{Ran, program};

fn there(folder: &Path, arguments: &[&str]) -> Ran {
    let mut program = program();
    let ran = program.current_dir(folder).args(arguments).output();
    ran.expect("it starts").into()
}

#[test]
fn every_failure_is_an_object_of_the_same_shape() {
    let folder = tempfile::tempdir().expect("a folder");
    let cycle = "# Works\n\n| Task | Estimate | Depends on |\n|---|---|---|\n| A | 1h | B |\n| B | 1h | A |\n";
    std::fs::write(folder.path().join("cycle.md"), cycle).expect("written");
    for (arguments, code, diagnostics) in [
        (&["check", "nosuch.md"][..], 3, false),
        (&["plan", "nosuch.md"], 3, false),
        (&["plan", "cycle.md"], 3, true),
        (&["run", "cycle.md", "--root", "root"], 3, true),
        (&["run", "nosuch.md", "--root", "root"], 3, false),
        (&["status", "--root", "."], 6, false),
        (&["report", "--root", "."], 6, false),
        (&["resume", "--root", "."], 6, false),
        (&["explain", "WC9999"], 2, false),
        (&["inspect", "nosuch.md"], 3, false),
        (&["init", "cycle.md"], 2, false),
    ] {
        let ran = there(folder.path(), &[arguments, &["--json"]].concat());
        assert_eq!(ran.code, Some(code), "{arguments:?}: {}", ran.stderr);
        let told = ran.json();
        assert_eq!(told["kind"], "error", "{arguments:?}: {told}");
        assert_eq!(told["schema_version"], 1);
        assert_eq!(told["command"], arguments[0]);
        assert_eq!(told["exit_code"], code);
        let message = told["message"].as_str().expect("words");
        assert!(
            !message.is_empty() && !message.starts_with("error"),
            "{message}"
        );
        let list = told["diagnostics"].as_array().expect("a list");
        assert_eq!(!list.is_empty(), diagnostics, "{told}");
        assert!(list.iter().all(|one| one["code"].is_string()), "{told}");
    }
    // Who is a person has nothing on standard output.
    assert_eq!(there(folder.path(), &["plan", "cycle.md"]).stdout, "");
}

#[test]
fn every_output_says_what_it_is() {
    let folder = tempfile::tempdir().expect("a folder");
    let at = folder.path();
    let kind = |arguments: &[&str]| {
        let ran = there(at, &[arguments, &["--json"]].concat());
        let told = ran.json();
        assert_eq!(told["schema_version"], 1, "{arguments:?}");
        told["kind"].clone()
    };
    assert_eq!(kind(&["init", "."]), "init");
    assert_eq!(kind(&["check", "plan.md"]), "check");
    assert_eq!(kind(&["plan", "plan.md"]), "forecast");
    assert_eq!(kind(&["inspect", "plan.md"]), "plan");
    assert_eq!(kind(&["explain", "WC0201"]), "explanation");
    assert_eq!(kind(&["explain"]), "codes");
    there(at, &["run", "plan.md", "--root", "root", "--run-id", "r"]);
    assert_eq!(kind(&["status", "--root", "root"]), "status");
    assert_eq!(kind(&["report", "--root", "root"]), "report");
    let status = there(at, &["status", "--root", "root", "--json"]).json();
    // Money is `cost`, in dollars, wherever it is told.
    assert_eq!(status["spent"]["cost"], 0.0, "{status}");
    assert_ne!(status["spent"]["cost"], Value::Null);
}
