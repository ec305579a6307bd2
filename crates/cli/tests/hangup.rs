//! A signal that was ignored when the program was started stays so: `nohup` lets a run outlive its terminal.

#![cfg(target_os = "linux")]

mod support;

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

use support::errands::{Errand, write};
use support::program;

/// How a run ends that has a signal sent to it while a test command waits for a file; the shell sets a trap first.
/// `is_heard`: whether the program is expected to say so.
fn ended(trap: &str, signal: &str, is_heard: bool) -> Option<i32> {
    let folder = tempfile::tempdir().unwrap();
    let waits = ["for i in $(seq 600); do test -e go && break; sleep 0.05; done"];
    let plan = write(
        folder.path(),
        &[
            Errand::new("DOC-001", "a.txt").tests(&waits),
            Errand::new("DOC-002", "b.txt").fields(&["- depends on: DOC-001"]),
        ],
    );
    let mut run = Command::new("sh")
        .args(["-c", &format!("{trap}; exec \"$0\" \"$@\"")])
        .arg(program().get_program())
        .args([
            "run",
            plan.to_str().unwrap(),
            "--accept-unchecked",
            "--root",
            folder.path().to_str().unwrap(),
        ])
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let said = BufReader::new(run.stderr.take().unwrap());
    let mut lines = said.lines().map(Result::unwrap);
    assert!(lines.any(|line| line.contains("DOC-001")), "it starts");
    let id = run.id().to_string();
    let sent = Command::new("kill").args(["-s", signal, &id]).status();
    assert!(sent.unwrap().success());
    if is_heard {
        assert!(lines.any(|line| line.contains("stopping")), "it has heard");
    }
    std::fs::write(folder.path().join("go"), "").unwrap();
    let rest: Vec<String> = lines.collect();
    let code = run.wait().unwrap().code();
    assert!(!rest.is_empty(), "it says how it ended");
    code
}

#[test]
fn a_hangup_stops_a_run_unless_it_is_ignored() {
    assert_eq!(ended(":", "HUP", true), Some(130));
    assert_eq!(ended("trap '' HUP", "HUP", false), Some(0));
}

#[test]
fn an_interrupt_that_a_background_job_ignores_does_not_stop_it() {
    assert_eq!(ended("trap '' INT", "INT", false), Some(0));
    assert_eq!(
        ended("trap '' INT HUP", "TERM", true),
        Some(130),
        "the others are heard"
    );
}
