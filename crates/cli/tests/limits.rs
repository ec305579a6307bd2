//! Limits of the system met in the middle of a run: the program says which file and which error, and the
//! run can be taken up when there is room again.

#![cfg(unix)]

mod support;

use std::path::Path;
use std::process::Command;

use support::crowd::{self, Crowd};
use support::model_server::ModelServer;
use support::{Ran, program, tree};

const CROWD: Crowd = Crowd {
    tasks: 30,
    width: 30,
    tested: 10,
};

struct Bench {
    folder: tempfile::TempDir,
    server: ModelServer,
}

impl Bench {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        CROWD.write(folder.path());
        Self {
            folder,
            server: ModelServer::start(
                |task, _| crowd::answer(task),
                |_| std::time::Duration::ZERO,
            ),
        }
    }

    /// The program under a limit that a shell sets; without one, as it is.
    fn program(&self, limit: Option<&str>) -> Command {
        let plain = program();
        let mut command = match limit {
            Some(limit) => {
                let mut shell = Command::new("sh");
                shell.args(["-c", &format!("{limit}; exec \"$0\" \"$@\"")]);
                shell.arg(plain.get_program());
                shell.env("NO_COLOR", "1");
                shell
            }
            None => plain,
        };
        command.env("OPENAI_BASE_URL", self.server.url());
        command.env("OPENAI_API_KEY", "none");
        command
    }

    fn run(&self, root: &Path, limit: Option<&str>) -> Ran {
        let mut command = self.program(limit);
        command.arg("run").arg(self.folder.path().join("crowd.md"));
        command.arg("--root").arg(root);
        command.args(["--run-id", "crowd", "--provider", "openai", "--model", "m"]);
        command.args(["--workers", "32", "--attempts", "1"]);
        command.args(["--accept-unchecked", "--json"]);
        command.output().unwrap().into()
    }

    /// Takes the run up without a limit, until nothing is left to do.
    fn go_on(&self, root: &Path) -> Ran {
        if !root.join(".wavecrew/runs/crowd/journal.jsonl").exists() {
            return self.run(root, None);
        }
        let mut command = self.program(None);
        command.args(["resume", "crowd", "--accept-unchecked", "--json", "--root"]);
        command.arg(root).output().unwrap().into()
    }

    fn check(&self, limit: &str, errno: &str, expected: &[(std::path::PathBuf, Vec<u8>)]) -> bool {
        let root = tempfile::tempdir().unwrap();
        let ran = self.run(root.path(), Some(limit));
        let said = format!("{}\n{}", ran.stdout, ran.stderr);
        let harmed = ran.code != Some(0);
        if harmed {
            assert!(ran.code.is_some(), "{limit}: ended by a signal\n{said}");
            assert!(said.contains(errno), "{limit}: no {errno} in\n{said}");
            assert!(said.contains('`'), "{limit}: no file is named in\n{said}");
        }
        let ran = self.go_on(root.path());
        assert_eq!(
            ran.code,
            Some(0),
            "{limit}:\n{}\n{}",
            ran.stdout,
            ran.stderr
        );
        assert_eq!(tree(root.path()), expected, "{limit}");
        harmed
    }
}

#[test]
fn a_file_that_may_not_grow_is_named_and_the_run_can_be_taken_up() {
    let bench = Bench::new();
    let root = tempfile::tempdir().unwrap();
    assert_eq!(bench.run(root.path(), None).code, Some(0));
    let expected = tree(root.path());
    assert_eq!(expected.len(), CROWD.tasks);
    let harmed = [1, 4, 12, 17, 40]
        .into_iter()
        .filter(|blocks| bench.check(&format!("ulimit -f {blocks}"), "os error 27", &expected))
        .count();
    assert!(harmed >= 4, "only {harmed} of the limits were met");
}

#[test]
fn too_few_open_files_are_told_and_the_run_can_be_taken_up() {
    let bench = Bench::new();
    let root = tempfile::tempdir().unwrap();
    assert_eq!(bench.run(root.path(), None).code, Some(0));
    let expected = tree(root.path());
    let harmed = [12, 30, 34, 38, 42]
        .into_iter()
        .filter(|files| bench.check(&format!("ulimit -n {files}"), "os error 24", &expected))
        .count();
    assert!(harmed >= 3, "only {harmed} of the limits were met");
}

#[test]
fn a_second_run_in_the_same_folder_is_refused_until_the_first_has_ended() {
    let bench = Bench::new();
    let root = tempfile::tempdir().unwrap();
    std::fs::create_dir_all(root.path().join(".wavecrew")).unwrap();
    let lock = std::fs::File::create(root.path().join(".wavecrew/lock")).unwrap();
    lock.lock().unwrap();
    let ran = bench.run(root.path(), None);
    assert_eq!(ran.code, Some(6), "{}", ran.stderr);
    assert!(
        ran.stderr.contains("another run works in"),
        "{}",
        ran.stderr
    );
    assert!(!root.path().join(".wavecrew/runs/crowd").exists());
    drop(lock);
    assert_eq!(bench.run(root.path(), None).code, Some(0));
}
