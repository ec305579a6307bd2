//! Nothing that a command started is left.

use std::process::Stdio;
use std::time::{Duration, Instant};

use futures::future::join_all;
use rustix::fs::{CWD, FileType, Mode, mknodat};
use tempfile::TempDir;
use tokio::io::AsyncReadExt;
use tokio::net::unix::pipe;
use tokio::time::timeout;
use wavecrew_sandbox::{Exit, Finished, Isolation, RelDir, Root, Runner};

/// How long the end of everything may take on a machine under load.
const PATIENCE: Duration = Duration::from_secs(10);

fn isolations() -> Vec<Isolation> {
    [
        Isolation::PidNamespace,
        Isolation::UserPidNamespace,
        Isolation::ProcessGroup,
    ]
    .into_iter()
    .filter(|isolation| isolation.works())
    .collect()
}

fn runner(isolation: Isolation) -> Runner {
    Runner::new()
        .isolated_by(isolation)
        .deadline(Duration::from_millis(200))
        .grace(Duration::from_millis(100))
}

/// A FIFO that all processes of a tree hold open. When the last of them has ended, and not before, it is at its end.
struct Witness {
    folder: TempDir,
    receiver: pipe::Receiver,
}

impl Witness {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("witness");
        mknodat(CWD, &path, FileType::Fifo, Mode::from_raw_mode(0o600), 0).unwrap();
        let receiver = pipe::OpenOptions::new().open_receiver(&path).unwrap();
        Self { folder, receiver }
    }

    fn root(&self) -> Root {
        Root::open(self.folder.path()).unwrap()
    }

    /// Waits until `count` processes have said that they are there.
    async fn seen(&mut self, count: usize) {
        let mut bytes = vec![0; count];
        timeout(PATIENCE, self.receiver.read_exact(&mut bytes))
            .await
            .expect("all start")
            .unwrap();
    }

    /// Waits until all have ended.
    async fn all_ended(&mut self, script: &str) {
        let mut rest = Vec::new();
        timeout(PATIENCE, self.receiver.read_to_end(&mut rest))
            .await
            .unwrap_or_else(|_| panic!("all end: {script}"))
            .unwrap();
    }
}

/// Holds the witness, says so, and sleeps.
const SLEEPER: &str = "exec 9>witness; echo >&9; exec sleep 1000";

struct Stubborn {
    /// A script of `sh`.
    script: String,
    /// How many processes hold the witness.
    processes: usize,
    /// Whether one of them leaves the process group.
    leaves_group: bool,
}

/// Scripts that try to get away and that this isolation should hold.
fn stubborn(isolation: Isolation) -> impl Iterator<Item = Stubborn> {
    let script = |processes, leaves_group, script: String| Stubborn {
        script,
        processes,
        leaves_group,
    };
    let within = |processes, text| script(processes, false, text);
    let leaves = |processes, text| script(processes, true, text);
    [
        within(1, SLEEPER.to_owned()),
        within(1, format!("trap '' TERM HUP INT; {SLEEPER}")),
        within(2, format!("sh -c '{SLEEPER}' & sh -c '{SLEEPER}' & wait")),
        within(1, format!("nohup sh -c '{SLEEPER}' >/dev/null 2>&1 & wait")),
        within(1, format!("( (sh -c '{SLEEPER}') & ) & exec sleep 1000")),
        within(1, format!("sh -c 'kill -STOP $PPID; {SLEEPER}' & wait")),
        within(1, "exec 9>witness; echo >&9; kill -STOP $$".to_owned()),
        leaves(1, format!("setsid sh -c '{SLEEPER}' & wait")),
        leaves(
            2,
            format!(
                "( setsid sh -c 'setsid sh -c \"{SLEEPER}\" & {SLEEPER}' & ) & exec sleep 1000"
            ),
        ),
        leaves(
            1,
            format!("trap '' TERM; setsid sh -c 'trap \"\" TERM; {SLEEPER}' & wait"),
        ),
    ]
    .into_iter()
    .filter(move |stubborn| isolation.holds_every_process() || !stubborn.leaves_group)
}

async fn run(witness: &Witness, runner: &Runner, script: &str) -> Finished {
    let root = witness.root();
    runner
        .run(&root, "sh", &["-c", script], &RelDir::root())
        .await
        .unwrap()
}

#[tokio::test]
async fn deadline_ends_everything() {
    for isolation in isolations() {
        let checks = stubborn(isolation).map(
            async |Stubborn {
                       script, processes, ..
                   }| {
                let mut witness = Witness::new();
                let started = Instant::now();
                let runner = runner(isolation).deadline(Duration::from_millis(500));
                let finished = run(&witness, &runner, &script).await;
                assert_eq!(
                    finished.status,
                    Exit::TimedOut,
                    "{isolation}: {script}: {finished:?}"
                );
                assert!(started.elapsed() < PATIENCE);
                witness.seen(processes).await;
                witness.all_ended(&script).await;
            },
        );
        join_all(checks).await;
    }
}

#[tokio::test]
async fn background_processes_end_with_the_command() {
    for isolation in isolations() {
        for setsid in ["", "setsid "] {
            if !setsid.is_empty() && !isolation.holds_every_process() {
                continue;
            }
            let mut witness = Witness::new();
            // The command ends when the background process has said that it is there.
            let script = format!(
                "mkfifo there; {setsid}sh -c 'exec 9>witness; echo >&9; echo >there; exec sleep 1000' & read x <there; echo done"
            );
            let runner = runner(isolation).deadline(PATIENCE);
            let finished = run(&witness, &runner, &script).await;
            assert_eq!(finished.status, Exit::Code(0), "{finished:?}");
            assert_eq!(finished.stdout.text_lossy(), "done\n");
            assert!(
                finished.duration < PATIENCE,
                "the pipe that the sleeper holds was waited for"
            );
            witness.seen(1).await;
            witness.all_ended(&script).await;
        }
    }
}

/// What holds without a namespace: a process that leaves the group is not ended, but nothing waits for it either.
#[tokio::test]
async fn process_group_does_not_wait_for_what_left_it() {
    let mut witness = Witness::new();
    let script =
        "setsid sh -c 'echo $$ >pid; exec 9>witness; echo >&9; exec sleep 1000' & exec sleep 1000";
    let runner = runner(Isolation::ProcessGroup);
    let finished = run(&witness, &runner, script).await;
    assert_eq!(finished.status, Exit::TimedOut);
    witness.seen(1).await;
    let pid = std::fs::read_to_string(witness.folder.path().join("pid")).unwrap();
    let pid = rustix::process::Pid::from_raw(pid.trim().parse().unwrap()).unwrap();
    rustix::process::kill_process(pid, rustix::process::Signal::KILL).expect("it is still there");
    witness.all_ended(script).await;
}

#[tokio::test]
async fn time_to_end_by_itself_is_given() {
    for isolation in isolations() {
        let witness = Witness::new();
        let runner = runner(isolation).grace(PATIENCE);
        let started = Instant::now();
        let script = "trap 'echo tidied; exit 3' TERM; sleep 1000 & wait";
        let finished = run(&witness, &runner, script).await;
        assert_eq!(finished.status, Exit::TimedOut);
        assert_eq!(finished.stdout.text_lossy(), "tidied\n");
        assert!(started.elapsed() < PATIENCE, "the grace is not waited out");
    }
}

#[tokio::test]
async fn dropping_the_future_ends_everything() {
    for isolation in isolations() {
        for Stubborn {
            script, processes, ..
        } in stubborn(isolation)
        {
            let mut witness = Witness::new();
            let root = witness.root();
            let runner = runner(isolation).deadline(Duration::from_secs(1000));
            let args = ["-c", script.as_str()];
            let cwd = RelDir::root();
            let running = runner.run(&root, "sh", &args, &cwd);
            tokio::select! {
                finished = running => panic!("{script}: {finished:?}"),
                () = witness.seen(processes) => {}
            }
            witness.all_ended(&script).await;
        }
    }
}

#[tokio::test]
async fn dropping_a_shell_command_ends_it_and_the_shell_goes_on() {
    let mut witness = Witness::new();
    let root = witness.root();
    let runner = Runner::new();
    let mut shell = runner.shell(&root);
    shell.run("v=1").await.unwrap();
    tokio::select! {
        finished = shell.run("v=2; exec 9>witness; echo >&9; sleep 1000") => panic!("{finished:?}"),
        () = witness.seen(1) => {}
    }
    witness.all_ended("shell").await;
    assert_eq!(
        shell.run("echo $v").await.unwrap().stdout.text_lossy(),
        "1\n"
    );
}

#[tokio::test]
async fn a_command_cannot_signal_what_is_outside() {
    for isolation in isolations()
        .into_iter()
        .filter(|isolation| isolation.holds_every_process())
    {
        let witness = Witness::new();
        let outside = std::process::id();
        let script = format!(
            "kill -0 {outside} && exit 1; kill -KILL -1; kill -KILL 1; kill -TERM 0; exit 5"
        );
        let script = format!("trap '' TERM; {script}");
        let finished = run(&witness, &runner(isolation).deadline(PATIENCE), &script).await;
        assert_eq!(finished.status, Exit::Code(5), "{finished:?}");
    }
}

#[tokio::test]
async fn a_keeper_cannot_be_held_up() {
    for isolation in isolations()
        .into_iter()
        .filter(|isolation| isolation.holds_every_process())
    {
        let mut witness = Witness::new();
        let root = witness.root();
        let script = format!("kill -STOP -1; {SLEEPER}");
        let runner = runner(isolation).deadline(PATIENCE);
        let cwd = RelDir::root();
        let args = ["-c", script.as_str()];
        tokio::select! {
            finished = runner.run(&root, "sh", &args, &cwd) => panic!("{finished:?}"),
            () = witness.seen(1) => {}
        }
        witness.all_ended(&script).await;
    }
}

/// Our own process is killed while commands run.
#[tokio::test]
async fn nothing_is_left_when_we_are_killed() {
    if std::env::var_os("TEST_ROOT").is_some() {
        return orchestrator().await;
    }
    for isolation in isolations() {
        for Stubborn {
            script, processes, ..
        } in stubborn(isolation)
        {
            let mut witness = Witness::new();
            let mut orchestrator = tokio::process::Command::new(std::env::current_exe().unwrap())
                .args([
                    "--exact",
                    "nothing_is_left_when_we_are_killed",
                    "--nocapture",
                ])
                .env("TEST_ROOT", witness.folder.path())
                .env("TEST_SCRIPT", &script)
                .env("TEST_ISOLATION", serde_json::to_string(&isolation).unwrap())
                .stdout(Stdio::null())
                .stderr(Stdio::null())
                .kill_on_drop(true)
                .spawn()
                .unwrap();
            witness.seen(processes).await;
            orchestrator.start_kill().unwrap();
            orchestrator.wait().await.unwrap();
            witness.all_ended(&script).await;
        }
    }
}

/// The half that is killed.
async fn orchestrator() {
    let variable = |name| std::env::var(name).expect("the test that this is part of sets it");
    let root = Root::open(variable("TEST_ROOT")).unwrap();
    let isolation = serde_json::from_str(&variable("TEST_ISOLATION")).unwrap();
    let runner = runner(isolation).deadline(Duration::from_secs(1000));
    runner
        .run(
            &root,
            "sh",
            &["-c", &variable("TEST_SCRIPT")],
            &RelDir::root(),
        )
        .await
        .unwrap();
}
