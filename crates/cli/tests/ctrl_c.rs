//! Ctrl-C: once drains, twice drops what runs, three times leaves at once. The journal is clean each time,
//! the exit code 130, and no process is left, those of test commands included.

#![cfg(unix)]

mod support;

use std::io::Read;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use support::crowd::{self, Crowd};
use support::model_server::ModelServer;
use support::{Ran, journal, program, wavecrew};

const CROWD: Crowd = Crowd {
    tasks: 40,
    width: 40,
    tested: 4,
};

/// A program that hangs in test commands, found by a variable of its environment that no other has.
struct Arena {
    folder: tempfile::TempDir,
    server: ModelServer,
    /// Test commands sleep so long, which marks them among the processes of the machine.
    mark: String,
}

impl Arena {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = CROWD.write(folder.path());
        let mark = format!("3600.{}", std::process::id());
        // Every fourth task has a command that does not end by itself and has a child that left it.
        let plan = std::fs::read_to_string(&path).unwrap();
        let hang = format!("```sh\nsleep {mark} & setsid sleep {mark} & test -s notes/T-0/T-");
        let plan = plan.replace("```sh\ngrep -q '^note of T-", &hang);
        let lines = plan.lines().map(|line| match line.split_once("/T-0/T-") {
            Some((start, rest)) if line.starts_with("sleep") => {
                format!("{start}/T-0/T-{}.txt && sleep {mark}", &rest[..3])
            }
            _ => line.to_owned(),
        });
        std::fs::write(path, lines.collect::<Vec<_>>().join("\n")).unwrap();
        let server =
            ModelServer::start(|task, _| crowd::answer(task), |_| Duration::from_millis(30));
        Self {
            folder,
            server,
            mark,
        }
    }

    fn start(&self, root: &Path) -> Child {
        let mut command = program();
        command.env("OPENAI_BASE_URL", self.server.url());
        command.env("OPENAI_API_KEY", "none");
        command.arg("run").arg(self.folder.path().join("crowd.md"));
        command.arg("--root").arg(root);
        command.args(["--run-id", "crowd", "--provider", "openai", "--model", "m"]);
        command.args(["--workers", "8", "--accept-unchecked"]);
        command.stdin(Stdio::null()).stdout(Stdio::null());
        command.stderr(Stdio::piped()).spawn().unwrap()
    }

    /// Waits until a test command hangs.
    fn wait_for_a_command(&self) {
        let patience = Instant::now() + Duration::from_secs(30);
        let marked = |line: &String| line.contains(&self.mark);
        while !command_lines().iter().any(marked) {
            assert!(Instant::now() < patience, "no test command runs");
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    /// Command lines of processes that test commands have left, if there are any after two seconds.
    fn left(&self) -> Vec<String> {
        let patience = Instant::now() + Duration::from_secs(2);
        loop {
            let left: Vec<String> = command_lines()
                .into_iter()
                .filter(|line| line.contains(&self.mark))
                .collect();
            if left.is_empty() || Instant::now() > patience {
                return left;
            }
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

fn command_lines() -> Vec<String> {
    let listed = Command::new("ps").args(["-eo", "args"]).output().unwrap();
    let text = String::from_utf8_lossy(&listed.stdout).into_owned();
    text.lines().map(str::to_owned).collect()
}

fn interrupt(child: &Child) {
    let sent = Command::new("kill")
        .args(["-s", "INT", &child.id().to_string()])
        .status();
    assert!(sent.unwrap().success());
}

/// What the program says, while it says it.
#[derive(Clone, Default)]
struct Said(Arc<Mutex<String>>);

impl Said {
    fn by(child: &mut Child) -> Self {
        let said = Self::default();
        let (mut stderr, text) = (child.stderr.take().unwrap(), Arc::clone(&said.0));
        std::thread::spawn(move || {
            let mut part = [0; 4096];
            while let Ok(read @ 1..) = stderr.read(&mut part) {
                text.lock()
                    .unwrap()
                    .push_str(&String::from_utf8_lossy(&part[..read]));
            }
        });
        said
    }

    fn text(&self) -> String {
        self.0.lock().unwrap().clone()
    }

    fn wait_for(&self, words: &str) {
        let patience = Instant::now() + Duration::from_secs(10);
        while !self.text().contains(words) {
            assert!(
                Instant::now() < patience,
                "no `{words}` in\n{}",
                self.text()
            );
            std::thread::sleep(Duration::from_millis(2));
        }
    }
}

/// Waits for the end, and gives the time that it took.
fn wait(mut child: Child, said: &Said, patience: Duration) -> (Option<i32>, Duration) {
    let began = Instant::now();
    while child.try_wait().unwrap().is_none() {
        if began.elapsed() > patience {
            child.kill().unwrap();
            child.wait().unwrap();
            panic!("it did not end within {patience:?}:\n{}", said.text());
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    (child.wait().unwrap().code(), began.elapsed())
}

/// Waits until so many attempts are on record.
fn wait_for_starts(root: &Path, starts: usize) {
    let patience = Instant::now() + Duration::from_secs(30);
    let started = || {
        let records = journal(root, "crowd");
        records
            .iter()
            .filter(|one| one["type"] == "started")
            .count()
    };
    while started() < starts {
        assert!(Instant::now() < patience, "nothing starts");
        std::thread::sleep(Duration::from_millis(5));
    }
}

fn tries(otherwise: u32) -> u32 {
    let asked = std::env::var("WAVECREW_INTERRUPTS").ok();
    asked.map_or(otherwise, |tries| tries.parse().expect("a number of tries"))
}

/// Interrupts runs twice or three times, at another moment each.
fn interrupt_loop(tries: u32) {
    let arena = Arena::new();
    for round in 0..tries {
        let root = tempfile::tempdir().unwrap();
        let mut child = arena.start(root.path());
        let said = Said::by(&mut child);
        wait_for_starts(root.path(), 1 + (round as usize * 5) % 8);
        if round.is_multiple_of(2) {
            arena.wait_for_a_command();
        }
        std::thread::sleep(Duration::from_millis(u64::from(round) * 37 % 400));
        let times = 2 + round % 3 % 2;
        interrupt(&child);
        said.wait_for("stopping: ");
        interrupt(&child);
        if times == 3 {
            said.wait_for("dropping ");
            interrupt(&child);
        }
        let place = format!("round {round}, {times} interrupts");
        let (code, took) = wait(child, &said, Duration::from_secs(20));
        assert_eq!(code, Some(130), "{place}");
        assert!(took < Duration::from_secs(10), "{place}: it took {took:?}");
        assert_eq!(arena.left(), Vec::<String>::new(), "{place}");
        let root_path = root.path().to_str().unwrap();
        let status: Ran = wavecrew(&["status", "--root", root_path, "--json"]);
        assert_eq!(status.code, Some(1), "{place}: {}", status.stderr);
        assert_eq!(status.json()["counts"]["running"], 0, "{place}");
        assert_eq!(status.json()["counts"]["failed"], 0, "{place}");
    }
}

#[test]
fn interrupted_twice_or_more_a_run_leaves_with_130_and_nothing_behind() {
    interrupt_loop(tries(6));
}

#[test]
#[ignore = "takes minutes; `WAVECREW_INTERRUPTS` sets another number"]
fn two_hundred_interrupted_runs_leave_nothing_behind() {
    interrupt_loop(tries(200));
}

#[test]
fn interrupted_once_a_run_lets_its_tasks_end_and_can_be_taken_up() {
    let folder = tempfile::tempdir().unwrap();
    let plan = CROWD.write(folder.path());
    let server = ModelServer::start(|task, _| crowd::answer(task), |_| Duration::from_millis(50));
    let root = tempfile::tempdir().unwrap();
    let with_model = || {
        let mut command = program();
        command.env("OPENAI_BASE_URL", server.url());
        command.env("OPENAI_API_KEY", "none");
        command
    };
    let mut command = with_model();
    command.arg("run").arg(&plan).arg("--root").arg(root.path());
    command.args(["--run-id", "crowd", "--provider", "openai", "--model", "m"]);
    command.args(["--workers", "4", "--accept-unchecked"]);
    let command = command.stdout(Stdio::null()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let said = Said::by(&mut child);
    wait_for_starts(root.path(), 6);
    interrupt(&child);
    let (code, _) = wait(child, &said, Duration::from_secs(30));
    assert_eq!(code, Some(130));

    let records = journal(root.path(), "crowd");
    let of = |kind: &str| -> Vec<&str> {
        let found = records.iter().filter(|record| record["type"] == kind);
        found
            .map(|record| record["task"].as_str().unwrap())
            .collect()
    };
    let (started, succeeded) = (of("started"), of("succeeded"));
    assert_eq!(started.len(), succeeded.len(), "what had started has ended");
    assert_eq!(of("cancelled").len(), CROWD.tasks - started.len());

    let mut command = with_model();
    command.args(["resume", "--accept-unchecked", "--json", "--root"]);
    let ran: Ran = command.arg(root.path()).output().unwrap().into();
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    assert_eq!(
        ran.summary()["calls"].as_u64().unwrap() as usize,
        CROWD.tasks - started.len(),
        "nothing is asked for twice"
    );
}
