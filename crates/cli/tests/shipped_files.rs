//! Files that came with somebody's project: none of them stops the program for good, and what they say of themselves is not
//! believed.

#![cfg(unix)]

mod support;

use std::path::Path;
use std::process::Command;

use support::errands::{Errand, write};
use support::{Ran, program};

fn there(folder: &Path, arguments: &[&str]) -> Ran {
    let mut program = program();
    let ran = program.current_dir(folder).args(arguments).output();
    ran.expect("it starts").into()
}

fn fifo(path: &Path) {
    let made = Command::new("mkfifo").arg(path).status();
    assert!(made.expect("mkfifo is there").success());
}

fn project() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    write(folder.path(), &[Errand::new("A", "a.txt")]);
    std::fs::create_dir(folder.path().join("root")).expect("made");
    folder
}

#[test]
fn a_policy_that_a_file_in_the_root_names_is_read_only_where_it_is_a_file() {
    for link in [None, Some("/dev/zero")] {
        let folder = project();
        let root = folder.path().join("root");
        std::fs::write(root.join("wavecrew.toml"), "policy = \"p.json\"\n").expect("written");
        match link {
            None => fifo(&root.join("p.json")),
            Some(to) => std::os::unix::fs::symlink(to, root.join("p.json")).expect("linked"),
        }
        let ran = there(folder.path(), &["run", "plan.md", "--root", "root"]);
        assert_eq!(ran.code, Some(6), "{}", ran.stderr);
        assert!(ran.stderr.contains("it is no file"), "{}", ran.stderr);
    }
}

#[test]
fn what_lies_in_a_repository_in_place_of_its_files_is_not_waited_for() {
    let folder = project();
    let git = folder.path().join("root/.git");
    std::fs::create_dir_all(git.join("refs/heads")).expect("made");
    std::fs::write(git.join("HEAD"), "ref: refs/heads/main\n").expect("written");
    fifo(&git.join("packed-refs"));
    fifo(&git.join("commondir"));
    fifo(&git.join("refs/heads/main"));
    let ran = there(folder.path(), &["run", "plan.md", "--root", "root"]);
    assert_eq!(ran.code, Some(0), "{} {}", ran.stdout, ran.stderr);
}

#[test]
fn a_folder_that_no_run_can_be_called_by_is_no_run() {
    let folder = project();
    let root = folder.path().join("root");
    let run = ["run", "plan.md", "--root", "root", "--run-id", "r"];
    assert_eq!(there(folder.path(), &run).code, Some(0));
    let runs = root.join(".wavecrew/runs");
    let name = "\u{1b}]0;t\u{7}; touch pwned";
    std::fs::rename(runs.join("r"), runs.join(name)).expect("renamed");
    for command in [&["status"][..], &["report"], &["resume"], &["status", "r"]] {
        let ran = there(folder.path(), &[command, &["--root", "root"]].concat());
        assert_eq!(ran.code, Some(6), "{command:?}: {}", ran.stderr);
        let said = format!("{}{}", ran.stdout, ran.stderr);
        assert!(
            !said.contains("pwned") && !said.contains('\u{1b}'),
            "{said}"
        );
    }
}

#[test]
fn where_git_does_not_answer_what_a_build_makes_is_not_told_as_tracked() {
    let folder = tempfile::tempdir().expect("a folder");
    let root = folder.path().join("root");
    std::fs::create_dir_all(root.join("out")).expect("made");
    for file in ["out/x.o", "lost.txt"] {
        std::fs::write(root.join(file), "1").expect("written");
    }
    let git = root.join(".git");
    std::fs::create_dir_all(git.join("refs/heads")).expect("made");
    std::fs::write(git.join("HEAD"), "ref: refs/heads/main\n").expect("written");
    // `git` takes it for no repository: there are no objects.
    let errand =
        Errand::new("A", "a.txt").tests(&["echo 22 >> out/x.o; rm -f lost.txt; test -s a.txt"]);
    write(folder.path(), &[errand]);
    let ran = there(
        folder.path(),
        &["run", "plan.md", "--root", "root", "--json"],
    );
    assert_eq!(ran.code, Some(0), "{} {}", ran.stdout, ran.stderr);
    let outside = ran.summary()["tasks"][0]["outside"].clone();
    assert_eq!(
        outside,
        serde_json::json!(["`lost.txt` is gone"]),
        "{}",
        ran.stderr
    );
}
