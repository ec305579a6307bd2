//! Where a run has its plan from: it stays the same whatever the run delivers, wherever the folder goes.

mod support;

use std::io::Write;
use std::path::Path;
use std::process::Stdio;

use support::errands::{Errand, plan, write};
use support::{Ran, program, wavecrew};

fn text(path: &Path) -> &str {
    path.to_str().expect("a path of a test is text")
}

/// The program started in a folder.
fn there(folder: &Path, args: &[&str]) -> Ran {
    let mut command = program();
    let ran = command.current_dir(folder).args(args).output();
    ran.expect("the program can be started").into()
}

/// Two tasks: one delivers a document that looks like a plan, the other fails until there is a file `gate`.
const CHECKLIST: [Errand<'static>; 2] = [
    Errand {
        id: "DOC-001",
        file: "CHECKLIST.md",
        line: "- [ ] T001 Write the parser in src/parser.py\n- [ ] T002 Write src/printer.py",
        fields: &[],
        tests: &[],
    },
    Errand {
        id: "DOC-002",
        file: "OTHER.txt",
        line: "hello",
        fields: &["- depends on: DOC-001"],
        tests: &["test -e gate"],
    },
];

#[test]
fn what_a_run_delivers_into_the_folder_of_its_plan_is_no_plan() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    write(root, &CHECKLIST);
    // A document beside the plan that says nothing of tasks is there from the beginning.
    std::fs::write(root.join("NOTES.md"), "# Notes\n\nNothing yet.\n").unwrap();
    let ran = there(root, &["run", ".", "--root", ".", "--run-id", "r"]);
    assert_eq!(ran.code, Some(1), "{}", ran.stderr);
    assert!(root.join("CHECKLIST.md").exists());

    std::fs::write(root.join("gate"), "").unwrap();
    let ran = there(root, &["resume", "r", "--json"]);
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    assert_eq!(ran.summary()["verified"], 2);
    assert!(
        ran.stderr
            .contains("`CHECKLIST.md` is new in the plan's folder"),
        "{}",
        ran.stderr
    );

    // Who wants it in the plan says so; that its own task delivers it is told.
    let ran = there(root, &["resume", "r", "--plan", "plan.md", "CHECKLIST.md"]);
    assert_eq!(ran.code, Some(3), "{}", ran.stderr);
    assert!(ran.stderr.contains("WC1135"), "{}", ran.stderr);
}

#[test]
fn other_documents_can_be_named_for_a_run_and_it_remembers_them() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("work");
    let one = write(folder.path(), &[Errand::new("DOC-001", "a.txt")]);
    let ran = wavecrew(&["run", text(&one), "--root", text(&root), "--run-id", "r"]);
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);

    let moved = folder.path().join("moved.md");
    let two = [
        Errand::new("DOC-001", "a.txt"),
        Errand::new("DOC-002", "b.txt"),
    ];
    std::fs::remove_file(&one).unwrap();
    std::fs::write(&moved, plan(&two)).unwrap();
    let ran = wavecrew(&["resume", "--root", text(&root)]);
    assert_eq!(ran.code, Some(3), "{}", ran.stderr);
    assert!(ran.stderr.contains("--plan PATH"), "{}", ran.stderr);

    let ran = wavecrew(&[
        "resume",
        "--root",
        text(&root),
        "--plan",
        text(&moved),
        "--json",
    ]);
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    assert_eq!(ran.summary()["verified"], 2);
    let ran = wavecrew(&["resume", "--root", text(&root), "--json"]);
    assert_eq!(
        (ran.code, ran.summary()["verified"].as_u64()),
        (Some(0), Some(2))
    );
}

#[test]
fn a_run_goes_with_its_folder() {
    let folder = tempfile::tempdir().unwrap();
    let before = folder.path().join("project");
    std::fs::create_dir_all(before.join("docs")).unwrap();
    write(&before.join("docs"), &CHECKLIST);
    let ran = there(
        &before,
        &["run", "docs/plan.md", "--root", ".", "--run-id", "r"],
    );
    assert_eq!(ran.code, Some(1), "{}", ran.stderr);

    let after = folder.path().join("elsewhere");
    std::fs::rename(&before, &after).unwrap();
    std::fs::write(after.join("gate"), "").unwrap();
    let ran = wavecrew(&["resume", "r", "--root", text(&after), "--json"]);
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    assert_eq!(ran.summary()["verified"], 2);
    assert_eq!(
        ran.summary()["calls"],
        1,
        "what was delivered before is kept"
    );
}

#[test]
fn a_plan_from_standard_input_is_kept_with_the_run() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    let mut run = program();
    run.current_dir(root).args(["run", "-", "--run-id", "r"]);
    let mut run = run
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = run.stdin.take().unwrap();
    stdin.write_all(plan(&CHECKLIST).as_bytes()).unwrap();
    drop(stdin);
    let ran: Ran = run.wait_with_output().unwrap().into();
    assert_eq!(ran.code, Some(1), "{}", ran.stderr);

    std::fs::write(root.join("gate"), "").unwrap();
    let mut resume = program();
    resume.current_dir(root).args(["resume", "--json"]);
    let ran: Ran = resume.stdin(Stdio::null()).output().unwrap().into();
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    assert_eq!(ran.summary()["verified"], 2);
}

#[test]
fn no_task_writes_over_its_own_plan() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    let one = [
        Errand::new("DOC-001", "a.txt"),
        Errand::new("DOC-002", "plan.md"),
    ];
    let path = write(root, &one);
    let said = std::fs::read_to_string(&path).unwrap();

    let ran = there(root, &["check", "plan.md"]);
    assert_eq!(
        ran.code,
        Some(0),
        "another root may be meant: {}",
        ran.stderr
    );
    assert!(ran.stderr.contains("WC1135"), "{}", ran.stderr);
    for args in [
        &["run", "plan.md"][..],
        &["run", "."],
        &["run", "plan.md", "--simulate"],
        &["run", "../plan/./../plan.md", "--root", "../"],
    ] {
        std::fs::create_dir_all(root.join("plan")).unwrap();
        let at = if args.len() == 4 {
            root.join("plan")
        } else {
            root.to_owned()
        };
        let ran = there(&at, args);
        assert_eq!(ran.code, Some(3), "{args:?}: {}", ran.stderr);
        assert!(ran.stderr.contains("plan.md"), "{args:?}: {}", ran.stderr);
        assert_eq!(std::fs::read_to_string(&path).unwrap(), said);
        assert!(!root.join(".wavecrew").exists());
    }
    // In another folder the file of this name is another file.
    let work = root.join("work");
    let ran = there(root, &["run", "plan.md", "--root", text(&work)]);
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    assert_eq!(std::fs::read_to_string(&path).unwrap(), said);
}

#[test]
fn a_readme_beside_the_plan_is_work_like_any_other() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    write(root, &[Errand::new("DOC-001", "README.md").line("# Boats")]);
    std::fs::write(root.join("README.md"), "# Nothing\n").unwrap();
    let ran = there(root, &["run", ".", "--json"]);
    assert_eq!(ran.summary()["verified"], 1, "{}", ran.stderr);
}
