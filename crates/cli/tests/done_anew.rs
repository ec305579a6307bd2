//! Tasks that are done again, because the plan says something else of them now.

mod support;

use std::path::{Path, PathBuf};

use support::errands::{Errand, write};
use support::{Ran, program, tree};

fn there(folder: &Path, arguments: &[&str]) -> Ran {
    let mut program = program();
    let ran = program.current_dir(folder).args(arguments).output();
    ran.expect("it starts").into()
}

const ALL: [Errand<'static>; 3] = [
    Errand {
        id: "A",
        file: "a.txt",
        line: "one",
        fields: &[],
        tests: &[],
    },
    Errand {
        id: "B",
        file: "b.txt",
        line: "two",
        fields: &["- depends on: A"],
        tests: &[],
    },
    Errand {
        id: "C",
        file: "c.txt",
        line: "three",
        fields: &["- depends on: B"],
        tests: &[],
    },
];

fn begin(folder: &Path, errands: &[Errand<'_>]) {
    write(folder, errands);
    let run = ["run", "plan.md", "--root", "root", "--run-id", "r"];
    let ran = there(folder, &run);
    assert_eq!(ran.code, Some(0), "{} {}", ran.stdout, ran.stderr);
}

fn resume(folder: &Path) -> Ran {
    there(folder, &["resume", "r", "--root", "root", "--json"])
}

#[test]
fn a_task_whose_tests_were_edited_can_be_verified_again() {
    let folder = tempfile::tempdir().expect("a folder");
    begin(folder.path(), &ALL);
    let mut edited = ALL;
    edited[1] = edited[1].tests(&["test -s b.txt"]);
    write(folder.path(), &edited);
    let ran = resume(folder.path());
    assert_eq!(ran.code, Some(0), "{} {}", ran.stdout, ran.stderr);
    assert_eq!(ran.summary()["verified"], 3);
    let kept: Vec<_> = tree(&folder.path().join("root/.wavecrew/runs/r/kept"))
        .into_iter()
        .collect();
    assert_eq!(kept.len(), 2, "what stood there is kept: {kept:?}");
    // Once more: what the second session delivered is taken away just so.
    edited[2] = edited[2].tests(&["test -s c.txt"]);
    write(folder.path(), &edited);
    let ran = resume(folder.path());
    assert_eq!(ran.code, Some(0), "{} {}", ran.stdout, ran.stderr);
}

#[test]
fn a_task_with_a_new_name_can_be_verified() {
    let folder = tempfile::tempdir().expect("a folder");
    begin(folder.path(), &ALL);
    let mut renamed = ALL;
    renamed[2].id = "D";
    write(folder.path(), &renamed);
    let ran = resume(folder.path());
    assert_eq!(ran.code, Some(0), "{} {}", ran.stdout, ran.stderr);
}

#[test]
fn what_somebody_worked_on_since_is_left_alone() {
    let folder = tempfile::tempdir().expect("a folder");
    begin(folder.path(), &ALL);
    let file = folder.path().join("root/c.txt");
    std::fs::write(&file, "three\nand a line of mine\n").expect("written");
    let mut edited = ALL;
    edited[1] = edited[1].tests(&["test -s b.txt"]);
    write(folder.path(), &edited);
    let ran = resume(folder.path());
    let tasks = ran.summary()["tasks"].clone();
    assert_eq!(tasks[1]["end"], "verified", "{tasks}");
    assert_eq!(tasks[2]["end"], "not_checked", "{tasks}");
}

#[test]
fn two_tasks_that_write_one_file_are_taken_away_one_after_the_other() {
    let folder = tempfile::tempdir().expect("a folder");
    let both = |tests| {
        [
            Errand::new("A", "a.txt").line("one").tests(tests),
            Errand::new("B", "a.txt")
                .line("two")
                .fields(&["- depends on: A"]),
        ]
    };
    write(folder.path(), &both(&[]));
    let run = [
        "run",
        "plan.md",
        "--root",
        "root",
        "--run-id",
        "r",
        "--accept-unchecked",
    ];
    let ran = there(folder.path(), &run);
    let ends = |ran: &Ran| {
        let tasks = ran.summary()["tasks"].clone();
        [0, 1].map(|task| tasks[task]["end"].clone())
    };
    assert_eq!(ran.code, Some(0), "{} {}", ran.stdout, ran.stderr);
    write(folder.path(), &both(&["test -s a.txt"]));
    let again = resume(folder.path());
    assert_eq!(
        ends(&again)[0],
        "verified",
        "{} {}",
        again.stdout,
        again.stderr
    );
}

/// Writes `a.txt` and `shared.txt`, and another task adds to the second.
const SHARED: &str = "---\nwavecrew: 1\n---\n\n# Errands\n\n## Wave 1: All\n\n\
    ### A: Write two files\n\n- estimate: 5min\n- files: `a.txt`, `shared.txt`\n\n#### Deliverables\n\n\
    - [ ] Create file: `a.txt`\n- [ ] Create file: `shared.txt`\n\n#### Success criteria\n\n\
    - [ ] `a.txt` contains `one`\n- [ ] `shared.txt` contains `one`\n\n#### Test process\n\n```sh\n\
    grep -qF one a.txt\ngrep -qF one shared.txt\n```\n\n\
    ### B: Extend shared.txt\n\n- estimate: 5min\n- files: `shared.txt`\n- depends on: A\n\n#### Deliverables\n\n\
    - [ ] Modify file: `shared.txt`\n\n#### Success criteria\n\n- [ ] `shared.txt` contains `two`\n\n\
    #### Test process\n\n```sh\ngrep -qF two shared.txt\n```\n";

fn read(folder: &Path, file: &str) -> String {
    std::fs::read_to_string(folder.join("root").join(file)).unwrap_or_default()
}

#[test]
fn who_built_on_a_file_of_a_task_that_is_done_again_is_done_again_with_it() {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("plan.md"), SHARED).expect("written");
    let run = ["run", "plan.md", "--root", "root", "--run-id", "r"];
    let ran = there(folder.path(), &run);
    assert_eq!(ran.code, Some(0), "{} {}", ran.stdout, ran.stderr);
    let shared = read(folder.path(), "shared.txt");
    assert!(shared.contains("one") && shared.contains("two"), "{shared}");

    std::fs::remove_file(folder.path().join("root/a.txt")).expect("removed");
    let ran = resume(folder.path());
    assert_eq!(ran.code, Some(0), "{} {}", ran.stdout, ran.stderr);
    let told = "B is done again: it built on `shared.txt` of A, which is done again";
    assert!(ran.stderr.contains(told), "{}", ran.stderr);
    assert_eq!(
        read(folder.path(), "shared.txt"),
        shared,
        "what is verified is there: {}",
        ran.stderr
    );
}

#[test]
fn what_a_task_delivered_that_is_marked_as_done_since_stays() {
    let folder = tempfile::tempdir().expect("a folder");
    let both = |fields| {
        [
            Errand::new("A", "a.txt").line("one").fields(fields),
            Errand::new("B", "a.txt")
                .line("two")
                .fields(&["- depends on: A"])
                .tests(&["false"]),
        ]
    };
    for fields in [&["- status: done"], &["- status: deferred"]] {
        write(folder.path(), &both(&[]));
        let run = ["run", "plan.md", "--root", "root", "--run-id", "r"];
        assert_eq!(there(folder.path(), &run).code, Some(1));
        assert_eq!(read(folder.path(), "a.txt"), "one\n");
        write(folder.path(), &both(fields));
        let ran = resume(folder.path());
        assert_eq!(read(folder.path(), "a.txt"), "one\n", "{}", ran.stderr);
        std::fs::remove_dir_all(folder.path().join("root")).expect("removed");
    }
}

/// Takes the run up where nobody may be asked, and gives what is in the root then.
fn left_without_an_answer(folder: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let mut resume = program();
    resume
        .current_dir(folder)
        .env("OPENAI_BASE_URL", "http://127.0.0.1:9/v1")
        .args(["resume", "r", "--root", "root", "--provider", "openai"])
        .args(["--model", "m", "--budget-calls", "0"]);
    let ran: Ran = resume.output().expect("it starts").into();
    assert_eq!(ran.code, Some(4), "{} {}", ran.stdout, ran.stderr);
    tree(&folder.join("root"))
}

#[test]
fn what_a_task_delivered_is_there_again_when_doing_it_again_does_not_end_well() {
    let folder = tempfile::tempdir().expect("a folder");
    begin(folder.path(), &ALL);
    let mut edited = ALL;
    edited[0] = edited[0].tests(&["test -s a.txt"]);
    write(folder.path(), &edited);
    let before = tree(&folder.path().join("root"));
    let is_work = |(path, _): &&(PathBuf, Vec<u8>)| !path.starts_with(".wavecrew");
    let work =
        |tree: &[(PathBuf, Vec<u8>)]| -> Vec<_> { tree.iter().filter(is_work).cloned().collect() };
    assert_eq!(work(&left_without_an_answer(folder.path())), work(&before));
    // It failed at its tests.
    let mut wrong = edited;
    wrong[0] = edited[0].tests(&["test -s a.txt && false"]);
    write(folder.path(), &wrong);
    let ran = there(
        folder.path(),
        &["resume", "r", "--root", "root", "--provider", "heuristic"],
    );
    assert_eq!(ran.code, Some(1), "{} {}", ran.stdout, ran.stderr);
    let after = tree(&folder.path().join("root"));
    assert_eq!(work(&after), work(&before), "{}", ran.stderr);
    // What was there all the time does not keep it from being verified now.
    write(folder.path(), &edited);
    let ran = there(
        folder.path(),
        &["resume", "r", "--root", "root", "--provider", "heuristic"],
    );
    assert_eq!(ran.code, Some(0), "{} {}", ran.stdout, ran.stderr);
}

#[cfg(unix)]
#[test]
fn what_a_task_delivered_is_there_again_after_a_kill_while_it_is_done_again() {
    let folder = tempfile::tempdir().expect("a folder");
    begin(folder.path(), &ALL);
    let root = folder.path().join("root");
    let pipe = root.join("pipe");
    let made = std::process::Command::new("mkfifo").arg(&pipe).status();
    assert!(made.expect("mkfifo is there").success());
    let mut edited = ALL;
    edited[0] = edited[0].tests(&["test -s a.txt || { touch here; cat pipe; }"]);
    write(folder.path(), &edited);
    let mut resume = program();
    resume
        .current_dir(folder.path())
        .args(["resume", "r", "--root", "root"])
        .stdout(std::process::Stdio::null())
        .stderr(std::process::Stdio::null());
    let mut resume = resume.spawn().expect("it starts");
    while !root.join("here").exists() {
        assert_eq!(resume.try_wait().expect("a child"), None, "it ended early");
        std::thread::yield_now();
    }
    assert!(!root.join("a.txt").exists(), "the test runs without it");
    resume.kill().expect("killed");
    resume.wait().expect("it ended");
    std::fs::remove_file(&pipe).expect("removed");

    edited[0] = edited[0].tests(&["test -s a.txt"]);
    write(folder.path(), &edited);
    left_without_an_answer(folder.path());
    assert_eq!(read(folder.path(), "a.txt"), "one\n");
    let heuristic = ["resume", "r", "--root", "root", "--provider", "heuristic"];
    let ran = there(folder.path(), &heuristic);
    assert_eq!(ran.code, Some(0), "{} {}", ran.stdout, ran.stderr);
}

/// One task that is split when its first attempt fails, and one that writes in a file of it and fails.
fn split_plan(folder: &Path) -> String {
    let flag = folder.join("flag");
    let flag = flag.display();
    format!(
        "---\nwavecrew: 1\n---\n\n# Errands\n\n## Wave 1: All\n\n\
        ### T: Write two files\n\n- estimate: 5min\n- files: `a.txt`, `b.txt`\n\n#### Deliverables\n\n\
        - [ ] Create file: `a.txt`\n- [ ] Create file: `b.txt`\n\n#### Success criteria\n\n\
        - [ ] `a.txt` contains `one`\n- [ ] `b.txt` contains `one`\n\n#### Test process\n\n```sh\n\
        grep -qF one a.txt && grep -qF one b.txt && {{ test -f {flag} || {{ touch {flag}; false; }}; }}\n\
        grep -qF one a.txt\ngrep -qF one b.txt\n```\n\n\
        ### U: Extend a.txt\n\n- estimate: 5min\n- files: `a.txt`\n- depends on: T\n\n#### Deliverables\n\n\
        - [ ] Modify file: `a.txt`\n\n#### Success criteria\n\n- [ ] `a.txt` contains `two`\n\n\
        #### Test process\n\n```sh\nfalse\ngrep -qF two a.txt\n```\n"
    )
}

#[test]
fn the_parts_of_a_task_are_as_much_in_the_plan_as_the_task_is() {
    let folder = tempfile::tempdir().expect("a folder");
    let policy = r#"{ "max_attempts": 1, "rules": [{ "label": "tests", "measures": [{ "action": "split" }] }] }"#;
    std::fs::write(folder.path().join("policy.json"), policy).expect("written");
    let plan = split_plan(folder.path());
    std::fs::write(folder.path().join("plan.md"), plan).expect("written");
    let run = [
        "run",
        "plan.md",
        "--root",
        "root",
        "--run-id",
        "r",
        "--policy",
        "policy.json",
    ];
    let ran = there(folder.path(), &run);
    assert_eq!(ran.code, Some(1), "{} {}", ran.stdout, ran.stderr);
    assert_eq!(read(folder.path(), "a.txt"), "one\n", "{}", ran.stderr);
    for _ in 0..2 {
        let ran = resume(folder.path());
        assert_eq!(read(folder.path(), "a.txt"), "one\n", "{}", ran.stderr);
        assert!(!ran.stderr.contains("T/1 is done again"), "{}", ran.stderr);
    }
    // Where the whole is done again, what its parts delivered goes with it.
    let plan = split_plan(folder.path()).replace(
        "- estimate: 5min\n- files: `a.txt`, `b.txt`",
        "- estimate: 6min\n- files: `a.txt`, `b.txt`",
    );
    let plan = plan.replacen(
        "grep -qF one b.txt\n```",
        "grep -qF one b.txt\ntest -s b.txt\n```",
        1,
    );
    std::fs::write(folder.path().join("plan.md"), plan).expect("written");
    let ran = resume(folder.path());
    let tasks = ran.summary()["tasks"].clone();
    assert_eq!(tasks[0]["end"], "verified", "{tasks} {}", ran.stderr);
    assert_eq!(read(folder.path(), "b.txt"), "one\n", "{}", ran.stderr);
}

#[test]
fn a_second_run_says_why_it_cannot_verify_what_is_there() {
    let folder = tempfile::tempdir().expect("a folder");
    begin(folder.path(), &ALL);
    let ran = there(folder.path(), &["run", "plan.md", "--root", "root"]);
    assert_eq!(ran.code, Some(1), "{}", ran.stderr);
    assert!(
        ran.stdout
            .contains("its tests passed before the work already"),
        "{}",
        ran.stdout
    );
    assert!(ran.stderr.contains("a.txt"), "{}", ran.stderr);
}

#[test]
fn a_run_that_did_not_begin_here_is_not_taken_up_unasked() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut open = ALL;
    open[2] = open[2].tests(&["test -e gate"]);
    write(folder.path(), &open);
    let run = ["run", "plan.md", "--root", "root", "--run-id", "r"];
    assert_eq!(there(folder.path(), &run).code, Some(1));
    let moved = folder.path().join("moved");
    std::fs::rename(folder.path().join("root"), &moved).expect("moved");
    let ran = there(folder.path(), &["resume", "r", "--root", "moved", "--json"]);
    assert_eq!(
        ran.code,
        Some(1),
        "a folder that was moved is the same: {}",
        ran.stderr
    );

    copy(&moved, &folder.path().join("copy"));
    let ran = there(folder.path(), &["resume", "r", "--root", "copy", "--json"]);
    assert_eq!(ran.code, Some(6), "{}", ran.stderr);
    assert!(ran.stderr.contains("`--adopt`"), "{}", ran.stderr);
    assert_eq!(ran.json()["kind"], "error");
    let ran = there(
        folder.path(),
        &["resume", "r", "--root", "copy", "--adopt", "--json"],
    );
    assert_eq!(ran.code, Some(1), "{}", ran.stderr);
    let ran = there(folder.path(), &["resume", "r", "--root", "copy", "--json"]);
    assert_eq!(ran.code, Some(1), "it is one's own now: {}", ran.stderr);
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).expect("made");
    for entry in std::fs::read_dir(from).expect("a folder") {
        let entry = entry.expect("an entry");
        let to = to.join(entry.file_name());
        match entry.file_type().expect("a kind").is_dir() {
            true => copy(&entry.path(), &to),
            false => drop(std::fs::copy(entry.path(), to).expect("copied")),
        }
    }
}
