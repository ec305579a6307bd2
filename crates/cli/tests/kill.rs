//! Killed at any moment, a run is taken up again and ends with the same files.

#![cfg(unix)]

mod support;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, Instant};

use serde_json::Value;
use support::{journal, program, repository, tree, wavecrew};

/// How many kills have to land while a task is in flight.
const KILLS: u32 = 20;

/// Tasks in flight by the rule that the journal's docs state: the last of its lines is `started`.
fn in_flight(records: &[Value]) -> usize {
    let mut last: BTreeMap<&str, &str> = BTreeMap::new();
    for record in records {
        let (Some(task), Some(kind)) = (record["task"].as_str(), record["type"].as_str()) else {
            continue;
        };
        if kind != "memo" {
            last.insert(task, kind);
        }
    }
    last.values().filter(|kind| **kind == "started").count()
}

fn succeeded(records: &[Value]) -> BTreeSet<String> {
    let done = records
        .iter()
        .filter(|record| record["type"] == "succeeded");
    done.map(|record| record["task"].as_str().unwrap().to_owned())
        .collect()
}

/// Starts or resumes the run, kills it once the journal has grown by `lines`, and tells whether it was still alive.
fn kill_after(root: &Path, args: &[&str], lines: usize, then: Duration) -> bool {
    let before = journal(root, "demo").len();
    let mut child = program()
        .args(args)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let started = Instant::now();
    while journal(root, "demo").len() < before + lines
        && started.elapsed() < Duration::from_secs(60)
    {
        if child.try_wait().unwrap().is_some() {
            return false;
        }
        std::thread::yield_now();
    }
    let moment = Instant::now();
    while moment.elapsed() < then {
        std::hint::spin_loop();
    }
    let alive = child.try_wait().unwrap().is_none();
    child.kill().unwrap();
    child.wait().unwrap();
    alive
}

#[test]
fn a_killed_demo_ends_with_the_same_files_and_no_completed_task_runs_twice() {
    let plan = repository("examples/plans/harbour");
    let unharmed = tempfile::tempdir().unwrap();
    let args = |root: &Path| -> Vec<String> {
        [
            "run",
            &plan,
            "--run-id",
            "demo",
            "--workers",
            "3",
            "--root",
            root.to_str().unwrap(),
        ]
        .map(str::to_owned)
        .to_vec()
    };
    let first = args(unharmed.path());
    let first: Vec<&str> = first.iter().map(String::as_str).collect();
    assert_eq!(wavecrew(&first).code, Some(0));
    let expected = tree(unharmed.path());

    // Every round kills a fresh run once, at another length of the journal and another moment after.
    let mut landed = 0;
    for round in 0_u32.. {
        assert!(
            round < 10 * KILLS,
            "only {landed} of {round} kills landed while a task was in flight"
        );
        let root = tempfile::tempdir().unwrap();
        let first = args(root.path());
        let first: Vec<&str> = first.iter().map(String::as_str).collect();
        let lines = 2 + (round as usize * 7) % 50;
        let then = Duration::from_micros(u64::from(round * 397 % 9000));
        let alive = kill_after(root.path(), &first, lines, then);
        let at_kill = journal(root.path(), "demo");
        if !alive || in_flight(&at_kill) == 0 {
            continue;
        }
        landed += 1;

        let ran = wavecrew(&["resume", "demo", "--root", root.path().to_str().unwrap()]);
        assert_eq!(
            ran.code,
            Some(0),
            "round {round}:\n{}\n{}",
            ran.stdout,
            ran.stderr
        );
        assert_eq!(tree(root.path()), expected, "round {round}");
        let after = journal(root.path(), "demo");
        let resumed = &after[at_kill.len()..];
        for task in succeeded(&at_kill) {
            let again = resumed
                .iter()
                .any(|record| record["type"] == "started" && record["task"] == task.as_str());
            assert!(!again, "round {round}: {task} had ended and ran again");
        }
        if landed == KILLS {
            return;
        }
    }
}
