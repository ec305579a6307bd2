//! Killed again and again, a run of 200 tasks loses nothing, repeats nothing and ends with the same files.

#![cfg(unix)]
#![expect(clippy::print_stdout, reason = "a long loop shows how far it is")]

mod support;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use support::crowd::{self, Crowd};
use support::model_server::{Asked, ModelServer};
use support::stalls::Stalls;
use support::{Ran, journal, program, tree};

const CROWD: Crowd = Crowd {
    tasks: 200,
    width: 50,
    tested: 20,
};

/// How long before a kill an answer must have been delivered to be safe from being asked for again; on
/// a machine that others keep busy, stretched as [`Stalls`] measures it.
const WINDOW: Duration = Duration::from_millis(100);

/// The number of kills that `WAVECREW_KILLS` asks for.
fn kills_asked(otherwise: u32) -> u32 {
    let asked = std::env::var("WAVECREW_KILLS").ok();
    asked.map_or(otherwise, |kills| kills.parse().expect("a number of kills"))
}

/// Numbers that look random and are the same every time (xorshift64).
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % end
    }
}

/// One plan, its model, and the tree that an unharmed run leaves.
struct Arena {
    plan: PathBuf,
    server: ModelServer,
    expected: Vec<(PathBuf, Vec<u8>)>,
    stalls: Stalls,
    _folder: tempfile::TempDir,
}

impl Arena {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let plan = CROWD.write(folder.path());
        let server = ModelServer::start(
            |task, _| crowd::answer(task),
            |task| {
                let number: u64 = task.trim_start_matches("T-").parse().unwrap();
                Duration::from_millis(5 + number * 7 % 40)
            },
        );
        let mut arena = Self {
            plan,
            server,
            expected: Vec::new(),
            stalls: Stalls::watch(folder.path()),
            _folder: folder,
        };
        let root = tempfile::tempdir().unwrap();
        let ran: Ran = arena
            .start(root.path(), "unharmed")
            .output()
            .unwrap()
            .into();
        assert_eq!(ran.code, Some(0), "{}\n{}", ran.stdout, ran.stderr);
        arena.expected = tree(root.path());
        assert_eq!(arena.expected.len(), CROWD.tasks);
        arena
    }

    fn start(&self, root: &Path, session: &str) -> Command {
        let mut command = self.with_model(session);
        command.arg("run").arg(&self.plan).arg("--root").arg(root);
        command.args(["--run-id", "crowd", "--provider", "openai", "--model", "m"]);
        command.args(["--workers", "32", "--accept-unchecked", "--json"]);
        command
    }

    fn resume(&self, root: &Path, session: &str) -> Command {
        let mut command = self.with_model(session);
        command.args(["resume", "crowd", "--root"]).arg(root);
        command.args(["--accept-unchecked", "--json"]);
        command
    }

    /// Starts the run, or takes it up if there is one.
    fn go_on(&self, root: &Path, session: &str) -> Command {
        if journal_of(root).exists() {
            self.resume(root, session)
        } else {
            self.start(root, session)
        }
    }

    fn with_model(&self, session: &str) -> Command {
        let mut command = program();
        command.env("OPENAI_BASE_URL", self.server.url());
        command.env("OPENAI_API_KEY", session);
        command
    }
}

fn journal_of(root: &Path) -> PathBuf {
    root.join(".wavecrew/runs/crowd/journal.jsonl")
}

/// When to kill.
#[derive(Clone, Copy, Debug)]
enum Moment {
    /// So long after the start.
    After(Duration),
    /// As soon as the journal has grown by so many bytes.
    Grown(u64),
}

/// Kills at that moment, and tells when; `None` if the program had ended before.
fn kill_at(mut child: Child, moment: Moment, journal: &Path) -> Option<Instant> {
    let size = || std::fs::metadata(journal).map_or(0, |data| data.len());
    let (start, before) = (Instant::now(), size());
    let come = || match moment {
        Moment::After(time) => start.elapsed() >= time,
        Moment::Grown(bytes) => size() >= before + bytes,
    };
    while !come() {
        if child.try_wait().unwrap().is_some() {
            return None;
        }
        std::thread::sleep(Duration::from_micros(200));
    }
    let at = Instant::now();
    let alive = child.try_wait().unwrap().is_none();
    child.kill().unwrap();
    child.wait().unwrap();
    alive.then_some(at)
}

/// Tasks in flight by the rule that the journal's docs state.
fn in_flight(root: &Path) -> usize {
    let mut last: BTreeMap<String, bool> = BTreeMap::new();
    for record in journal(root, "crowd") {
        if let (Some(task), Some(kind)) = (record["task"].as_str(), record["type"].as_str())
            && kind != "memo"
        {
            last.insert(task.to_owned(), kind == "started");
        }
    }
    last.values().filter(|started| **started).count()
}

/// Requests of `log` that asked for what had been delivered in time. Sessions are told apart by their
/// keys, for a busy server may read a request after the one who sent it was killed; `kills` has the end
/// of every session that was killed.
fn repeats(log: &[Asked], kills: &BTreeMap<String, Instant>, stalls: &Stalls) -> Vec<String> {
    let mut repeats = Vec::new();
    for (place, again) in log.iter().enumerate() {
        let earlier = log[..place].iter().filter(|one| one.task == again.task);
        for first in earlier {
            // What was written to one that had been killed went nowhere.
            let kill = kills.get(&first.key);
            let Some(delivered) = first
                .delivered
                .filter(|at| kill.is_none_or(|kill| at < kill))
            else {
                continue;
            };
            let Some(kill) = kill else {
                repeats.push(format!("{} was asked for twice in one session", again.task));
                continue;
            };
            let before = *kill - delivered;
            let window = stalls.stretched(WINDOW, delivered, *kill);
            if before > window {
                repeats.push(format!(
                    "{} was asked for again, although delivered {before:.0?} before the kill \
                     (and this machine had {window:.0?} for it)",
                    again.task
                ));
            }
        }
    }
    repeats
}

/// Kills runs until `wanted` kills have landed while a task was in flight.
fn kill_loop(wanted: u32) {
    let arena = Arena::new();
    let mut dice = Dice(0x9e37_79b9_7f4a_7c15);
    let mut landed = 0;
    let (mut runs, mut tries) = (0, 0);
    let began = Instant::now();
    while landed < wanted {
        runs += 1;
        let root = tempfile::tempdir().unwrap();
        let journal = journal_of(root.path());
        let from = arena.server.log().len();
        let mut kills = BTreeMap::new();
        // A run that is killed too often never ends; this leaves it something to do.
        while landed < wanted && kills.len() < 12 {
            tries += 1;
            assert!(
                tries < 20 * wanted + 100,
                "only {landed} kills of {tries} landed"
            );
            let session = format!("session-{tries}");
            let mut command = arena.go_on(root.path(), &session);
            let command = command.stdout(Stdio::null()).stderr(Stdio::null());
            let moment = if tries.is_multiple_of(2) {
                Moment::After(Duration::from_micros(dice.below(600_000)))
            } else {
                Moment::Grown(1 + dice.below(16_000))
            };
            let Some(at) = kill_at(command.spawn().unwrap(), moment, &journal) else {
                break;
            };
            kills.insert(session, at);
            landed += u32::from(in_flight(root.path()) > 0);
        }
        let mut last = arena.go_on(root.path(), "last");
        let ran: Ran = last.output().unwrap().into();
        let place = format!("run {runs}, {} kills", kills.len());
        assert_eq!(
            ran.code,
            Some(0),
            "{place}:\n{}\n{}",
            ran.stdout,
            ran.stderr
        );
        let summary = ran.summary();
        let ended =
            summary["verified"].as_u64().unwrap() + summary["not_checked"].as_u64().unwrap();
        assert_eq!(ended, CROWD.tasks as u64, "{place}: {summary}");
        let found = tree(root.path());
        let odd: Vec<&PathBuf> = found
            .iter()
            .filter(|file| !arena.expected.contains(file))
            .map(|(name, _)| name)
            .collect();
        assert!(
            odd.is_empty(),
            "{place}: not as in an unharmed run: {odd:?}"
        );
        assert_eq!(found.len(), CROWD.tasks, "{place}");
        let log = arena.server.log();
        let again = repeats(&log[from..], &kills, &arena.stalls);
        if !again.is_empty() {
            // The journal tells what became of the answers; the folder stays for a person to look at.
            println!("{place}: {again:#?}\nlook at {}", root.keep().display());
            panic!("{place}: answers that had been delivered were asked for again");
        }
        println!("{place}: {landed} landed, {:.0?}", began.elapsed());
    }
}

#[test]
fn a_run_killed_at_any_moment_loses_nothing_and_repeats_nothing() {
    kill_loop(kills_asked(20));
}

#[test]
#[ignore = "takes half an hour; `WAVECREW_KILLS` sets another number"]
fn a_thousand_kills_lose_nothing_and_repeat_nothing() {
    kill_loop(kills_asked(1000));
}
