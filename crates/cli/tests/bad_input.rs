//! Bad input: one clear message, the right exit code, and nothing half-written.

mod support;

use std::io::{Read, Write};
use std::net::TcpListener;
use std::path::{Path, PathBuf};

use support::{Ran, program, tree, wavecrew};
use tempfile::TempDir;

/// A plan of small specs: id, deliverable, dependency line.
fn plan(specs: &[(&str, &str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (index, (id, deliverable, dependency)) in specs.iter().enumerate() {
        let text = format!(
            "# {id}: Write a file\n\n## 1. DELIVERABLES\n\n- [ ] Create file: `{deliverable}`\n\n\
             ## 2. SUCCESS_CRITERIA\n\n- [ ] The first line of `{deliverable}` is `hello`\n\n\
             ## 4. DEPENDENCIES\n\n- {dependency}\n\n\
             ## 6. TEST_PROCESS\n\n```sh\ngrep -qx hello {deliverable}\n```\n"
        );
        std::fs::write(folder.path().join(format!("{index}-{id}.md")), text).unwrap();
    }
    folder
}

fn check(folder: &Path) -> Ran {
    wavecrew(&["check", folder.to_str().unwrap()])
}

/// The program refuses `ran` with `code`, and says all of `said`.
fn assert_refused(ran: &Ran, code: i32, said: &[&str]) {
    assert_eq!(ran.code, Some(code), "{}\n{}", ran.stdout, ran.stderr);
    for text in said {
        assert!(
            ran.stderr.contains(text),
            "`{text}` is not in:\n{}",
            ran.stderr
        );
    }
    assert!(!ran.stderr.contains("panicked"), "{}", ran.stderr);
}

#[test]
fn a_file_that_is_not_there() {
    for command in ["check", "inspect", "plan", "run"] {
        assert_refused(
            &wavecrew(&[command, "no/such/plan.md"]),
            3,
            &["failed to read", "no/such/plan.md"],
        );
    }
}

#[test]
fn a_folder_without_documents() {
    let folder = tempfile::tempdir().unwrap();
    assert_refused(
        &check(folder.path()),
        3,
        &["no plan or worker spec in folder"],
    );
}

#[test]
fn a_folder_of_documents_without_tasks() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(
        folder.path().join("notes.md"),
        "# Notes\n\nNothing to do here.\n",
    )
    .unwrap();
    assert_refused(&check(folder.path()), 3, &["notes.md"]);
}

#[test]
fn bytes_that_are_no_text() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("plan.md"), b"# Plan\n\n\xff\xfe\n").unwrap();
    assert_refused(&check(folder.path()), 3, &["plan.md:3:1", "UTF-8"]);
}

#[test]
fn tasks_that_wait_for_each_other() {
    let folder = plan(&[
        ("WORKER_001", "a.txt", "WORKER_003 complete"),
        ("WORKER_002", "b.txt", "WORKER_001 complete"),
        ("WORKER_003", "c.txt", "WORKER_002 complete"),
    ]);
    let path = "WORKER_001 -> WORKER_002 -> WORKER_003 -> WORKER_001";
    assert_refused(
        &check(folder.path()),
        3,
        &["WC1001", path, "WORKER_001.md:", "WORKER_003.md:"],
    );
    let folder_path = folder.path().to_str().unwrap();
    assert_refused(&wavecrew(&["plan", folder_path]), 3, &[path]);
    assert_refused(
        &wavecrew(&["run", folder_path, "--root", folder_path]),
        3,
        &[path],
    );
    assert!(
        !folder.path().join(".wavecrew").exists(),
        "nothing was begun"
    );
}

#[test]
fn a_dependency_that_nobody_is() {
    let folder = plan(&[
        ("WORKER_001", "a.txt", "None"),
        ("WORKER_002", "b.txt", "WORKER_010 complete"),
    ]);
    assert_refused(
        &check(folder.path()),
        3,
        &["WORKER_010", "1-WORKER_002.md:13"],
    );
}

#[test]
fn a_dependency_that_is_formed_as_an_id_and_is_none() {
    let folder = plan(&[("AUTH-001", "a.txt", "PAY-004 (payments)")]);
    let ran = check(folder.path());
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    assert!(ran.stderr.contains("PAY-004"), "{}", ran.stderr);
    assert!(ran.stderr.contains("0-AUTH-001.md:13"), "{}", ran.stderr);
}

#[test]
fn two_tasks_with_one_id() {
    let folder = plan(&[
        ("WORKER_001", "a.txt", "None"),
        ("WORKER_001", "b.txt", "None"),
    ]);
    assert_refused(
        &check(folder.path()),
        3,
        &["WORKER_001", "0-WORKER_001.md:1", "1-WORKER_001.md:1"],
    );
}

#[test]
fn a_deliverable_that_leaves_the_root() {
    for path in [
        "../escape.txt",
        "a/../../escape.txt",
        ".git/hooks/pre-commit",
        "~/escape.txt",
    ] {
        let folder = plan(&[("WORKER_001", path, "None")]);
        assert_refused(&check(folder.path()), 3, &[path, "0-WORKER_001.md:5"]);
    }
}

#[test]
fn two_tasks_that_write_one_file_without_an_order() {
    let folder = plan(&[
        ("WORKER_001", "a.txt", "None"),
        ("WORKER_002", "a.txt", "None"),
    ]);
    assert_refused(
        &check(folder.path()),
        3,
        &["WC1102", "WORKER_001", "WORKER_002", "a.txt"],
    );
}

#[test]
fn a_run_that_is_not_there() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().to_str().unwrap();
    assert_refused(&wavecrew(&["resume", "--root", root]), 6, &["no run in"]);
    assert_refused(
        &wavecrew(&["status", "nine", "--root", root]),
        6,
        &["no run `nine`"],
    );
}

/// A finished run of one task, and the path of its journal.
fn finished() -> (TempDir, TempDir, PathBuf) {
    let (plan, root) = (
        plan(&[("WORKER_001", "a.txt", "None")]),
        tempfile::tempdir().unwrap(),
    );
    let ran = wavecrew(&[
        "run",
        plan.path().to_str().unwrap(),
        "--root",
        root.path().to_str().unwrap(),
        "--run-id",
        "one",
    ]);
    assert_eq!(ran.code, Some(0), "{}\n{}", ran.stdout, ran.stderr);
    let journal = root.path().join(".wavecrew/runs/one/journal.jsonl");
    (plan, root, journal)
}

#[test]
fn a_run_of_the_same_name() {
    let (plan, root, _) = finished();
    let ran = wavecrew(&[
        "run",
        plan.path().to_str().unwrap(),
        "--root",
        root.path().to_str().unwrap(),
        "--run-id",
        "one",
    ]);
    assert_refused(&ran, 6, &["run `one` exists", "resume"]);
}

#[test]
fn a_journal_that_is_damaged_in_the_middle() {
    let (_plan, root, journal) = finished();
    let mut bytes = std::fs::read(&journal).unwrap();
    let second = bytes.iter().position(|byte| *byte == b'\n').unwrap() + 30;
    bytes[second] ^= 1;
    std::fs::write(&journal, &bytes).unwrap();
    let before = tree(root.path());
    for command in ["resume", "status"] {
        let ran = wavecrew(&[command, "one", "--root", root.path().to_str().unwrap()]);
        assert_refused(&ran, 6, &["journal.jsonl", "line 2"]);
    }
    assert_eq!(tree(root.path()), before);
    assert_eq!(
        std::fs::read(&journal).unwrap(),
        bytes,
        "the journal is left as it was"
    );
}

#[test]
fn a_journal_with_an_unfinished_end_is_taken_up() {
    let (_plan, root, journal) = finished();
    let mut bytes = std::fs::read(&journal).unwrap();
    bytes.extend_from_slice(b"{\"seq\":99,\"su");
    std::fs::write(&journal, &bytes).unwrap();
    let ran = wavecrew(&["resume", "one", "--root", root.path().to_str().unwrap()]);
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    assert!(
        ran.stderr.contains("unfinished line (13 bytes"),
        "{}",
        ran.stderr
    );
}

/// Runs a plan of one task with the OpenAI back-end at this address.
fn run_at(address: &str, root: &Path) -> Ran {
    let plan = plan(&[("WORKER_001", "a.txt", "None")]);
    program()
        .args([
            "run",
            plan.path().to_str().unwrap(),
            "--root",
            root.to_str().unwrap(),
        ])
        .args([
            "--provider",
            "openai",
            "--model",
            "small-1",
            "--attempts",
            "1",
        ])
        .env("OPENAI_BASE_URL", address)
        .env("OPENAI_API_KEY", "sk-canary-0123456789abcdef")
        .output()
        .expect("the program can be started")
        .into()
}

#[test]
fn a_server_that_is_not_there() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}/v1", listener.local_addr().unwrap());
    drop(listener);
    let root = tempfile::tempdir().unwrap();
    let ran = run_at(&address, root.path());
    assert_refused(&ran, 6, &["WORKER_001", "attempt 1", "openai", "resume"]);
    assert_eq!(tree(root.path()), []);
}

#[test]
fn a_key_that_is_refused() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}/v1", listener.local_addr().unwrap());
    let server = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut request = [0; 4096];
        let _ = stream.read(&mut request).unwrap();
        let body = r#"{"error":{"message":"Incorrect API key provided: sk-canary-0123456789abcdef","type":"invalid_request_error","param":null,"code":"invalid_api_key"}}"#;
        let head =
            "HTTP/1.1 401 Unauthorized\r\nconnection: close\r\ncontent-type: application/json";
        write!(
            stream,
            "{head}\r\ncontent-length: {}\r\n\r\n{body}",
            body.len()
        )
        .unwrap();
    });
    let root = tempfile::tempdir().unwrap();
    let ran = run_at(&address, root.path());
    server.join().unwrap();
    assert_refused(&ran, 6, &["WORKER_001", "attempt 1", "openai", "401"]);
    assert!(
        !format!("{ran:?}").contains("canary"),
        "the key is shown: {ran:?}"
    );
    assert_eq!(tree(root.path()), []);
}

#[test]
fn a_key_that_is_missing() {
    let plan = plan(&[("WORKER_001", "a.txt", "None")]);
    let root = tempfile::tempdir().unwrap();
    let ran: Ran = program()
        .args([
            "run",
            plan.path().to_str().unwrap(),
            "--root",
            root.path().to_str().unwrap(),
        ])
        .args(["--provider", "openai", "--model", "small-1"])
        .output()
        .unwrap()
        .into();
    assert_refused(&ran, 6, &["OPENAI_API_KEY"]);
    assert!(!root.path().join(".wavecrew").exists(), "nothing was begun");
}
