//! Tasks that are done again, because the plan says something else of them now.

mod support;

use std::path::Path;

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
