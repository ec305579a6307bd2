//! Tasks whose plan names no file.

mod support;

use std::path::Path;
use std::time::Duration;

use serde_json::Value;
use support::model_server::ModelServer;
use support::{Ran, program, tree};

/// A checklist, as many tools write it.
const CHECKLIST: &str =
    "# Tasks\n\n- [ ] 1. Write a greeting to `greet.txt`\n- [ ] 2. Write a farewell\n";

fn root_of(folder: &Path) -> String {
    let root = folder.join("root");
    std::fs::create_dir_all(&root).expect("made");
    root.to_str().expect("text").to_owned()
}

fn run(server: &ModelServer, folder: &Path, plan: &str, more: &[&str]) -> Ran {
    let path = folder.join("tasks.md");
    std::fs::write(&path, plan).expect("written");
    let mut program = program();
    program.env("OPENAI_BASE_URL", server.url());
    program.args([
        "run",
        path.to_str().expect("text"),
        "--root",
        &root_of(folder),
        "--run-id",
        "r",
    ]);
    program
        .args(["--provider", "openai", "--model", "m", "--json"])
        .args(more);
    program.output().expect("it starts").into()
}

fn ends(ran: &Ran) -> Vec<(String, String)> {
    let summary = ran.summary();
    let tasks = summary["tasks"].as_array().expect("tasks").iter();
    let text = |value: &Value| value.as_str().expect("text").to_owned();
    tasks
        .map(|task| (text(&task["end"]), text(&task["reason"])))
        .collect()
}

#[test]
fn the_answer_proposes_its_files_and_is_not_checked() {
    let folder = tempfile::tempdir().expect("a folder");
    let server = ModelServer::start(
        |_, prompt| {
            match prompt.contains("greeting") {
            true => "```text greet.txt\nHello, harbour.\n```\n".to_owned(),
            false => "```text texts/bye.txt\nFarewell, harbour.\n```\n```text ./texts/more.txt\nSo long.\n```\n".to_owned(),
        }
        },
        |_| Duration::ZERO,
    );
    let ran = run(&server, folder.path(), CHECKLIST, &["--accept-unchecked"]);
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    assert_eq!(ran.summary()["not_checked"], 2);
    let files = tree(&folder.path().join("root"));
    let files: Vec<&str> = files
        .iter()
        .map(|(path, _)| path.to_str().expect("text"))
        .collect();
    assert_eq!(files, ["greet.txt", "texts/bye.txt", "texts/more.txt"]);
}

#[test]
fn what_may_not_be_written_is_refused_and_nothing_of_it_stays() {
    let plan = "---\nwavecrew: 1\n---\n\n# Plan\n\n## Tasks\n\n### A: Own\n\n- files: own.txt\n- depends on: B\n\n### B: Open\n";
    for (path, told) in [
        ("../out.txt", ".."),
        ("/tmp/out.txt", "absolute"),
        (".git/config", ".git"),
        (".wavecrew/lock", ".wavecrew"),
        ("own.txt", "belongs to A"),
        ("here.txt", "was not known to the answer"),
        ("notes/plan.md", "document of the plan"),
    ] {
        let folder = tempfile::tempdir().expect("a folder");
        let root = root_of(folder.path());
        std::fs::create_dir(folder.path().join("root/notes")).expect("made");
        std::fs::write(folder.path().join("root/here.txt"), "by hand\n").expect("written");
        let inside = folder.path().join("root/notes/plan.md");
        std::fs::write(&inside, plan).expect("written");
        let answer = format!("```text good.txt\nGood.\n```\n```text {path}\nBad.\n```\n");
        let server = ModelServer::start(move |_, _| answer.clone(), |_| Duration::ZERO);
        let mut program = program();
        program.env("OPENAI_BASE_URL", server.url());
        program.args([
            "run",
            inside.to_str().expect("text"),
            "--root",
            &root,
            "--json",
            "--attempts",
            "1",
        ]);
        let output = program
            .args(["--provider", "openai", "--model", "m"])
            .output();
        let ran = Ran::from(output.expect("it starts"));
        assert_eq!(ran.code, Some(1), "{path}: {}", ran.stderr);
        let ends = ends(&ran);
        assert!(
            ends.iter()
                .any(|(end, why)| end == "failed" && why.contains(told)),
            "{path}: {ends:?}"
        );
        let left = tree(Path::new(&root));
        let left: Vec<(&str, &[u8])> = left
            .iter()
            .map(|(path, text)| (path.to_str().expect("text"), &text[..]))
            .collect();
        assert_eq!(
            left,
            [
                ("here.txt", &b"by hand\n"[..]),
                ("notes/plan.md", plan.as_bytes())
            ],
            "{path}"
        );
    }
}

#[test]
fn a_file_that_was_shown_may_be_changed() {
    let folder = tempfile::tempdir().expect("a folder");
    root_of(folder.path());
    std::fs::write(folder.path().join("root/greet.txt"), "Hello.\n").expect("written");
    let server = ModelServer::start(
        |_, prompt| {
            let shown =
                prompt.contains("The file `greet.txt` as it is") && prompt.contains("Hello.");
            let text = if shown {
                "Hello and welcome."
            } else {
                "It was not shown."
            };
            format!("```text greet.txt\n{text}\n```\n")
        },
        |_| Duration::ZERO,
    );
    let plan =
        "# Tasks\n\n- [ ] 1. Make the greeting in `greet.txt` warmer\n- [x] 2. Write `greet.txt`\n";
    let ran = run(&server, folder.path(), plan, &["--accept-unchecked"]);
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    let now = std::fs::read_to_string(folder.path().join("root/greet.txt"));
    assert_eq!(now.expect("there"), "Hello and welcome.\n");
}

#[test]
fn tests_that_tell_make_it_verified() {
    let folder = tempfile::tempdir().expect("a folder");
    let server = ModelServer::start(
        |_, _| "```text bell.txt\nding\n```\n".to_owned(),
        |_| Duration::ZERO,
    );
    let plan = "---\nwavecrew: 1\n---\n\n# Plan\n\n## Tasks\n\n### B: Bell\n\n#### Test process\n\n```sh\ngrep -rq '^ding$' .\n```\n";
    let ran = run(&server, folder.path(), plan, &[]);
    assert_eq!(
        ran.summary()["verified"],
        1,
        "{} {}",
        ran.stdout,
        ran.stderr
    );
}

#[test]
fn rules_say_what_they_need() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("tasks.md");
    std::fs::write(&path, CHECKLIST).expect("written");
    let mut program = program();
    program.args([
        "run",
        path.to_str().expect("text"),
        "--root",
        &root_of(folder.path()),
        "--json",
    ]);
    let ran = Ran::from(program.output().expect("it starts"));
    let ends = ends(&ran);
    assert!(
        ends.iter()
            .any(|(_, why)| why.contains("no deliverable is stated")),
        "{ends:?}"
    );
}
