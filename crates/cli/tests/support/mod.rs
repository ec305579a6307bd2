//! What the tests of the program share.

#![allow(dead_code, reason = "each test file uses a part of it")]

pub(crate) mod crowd;
pub(crate) mod errands;
pub(crate) mod model_server;
pub(crate) mod stalls;

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;

/// A path in the repository, as text.
pub(crate) fn repository(path: &str) -> String {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../..")
        .join(path)
        .to_string_lossy()
        .into_owned()
}

/// A path in the folder of real documents, as text.
///
/// # Panics
///
/// If `WAVECREW_SHARED` does not name it: a test that needs it must not pass without it.
pub(crate) fn shared(path: &str) -> String {
    let folder = std::env::var_os("WAVECREW_SHARED")
        .expect("WAVECREW_SHARED names the folder of real documents");
    Path::new(&folder).join(path).to_string_lossy().into_owned()
}

/// How the program ended and what it wrote.
#[derive(Debug)]
pub(crate) struct Ran {
    /// The exit code; `None` if a signal ended it.
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Ran {
    /// Standard output as one JSON value.
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.stdout)
            .unwrap_or_else(|error| panic!("{error}\n{}\n{}", self.stdout, self.stderr))
    }

    /// Standard output as JSON lines.
    pub(crate) fn json_lines(&self) -> Vec<Value> {
        self.stdout
            .lines()
            .map(|line| serde_json::from_str(line).expect("each line is JSON"))
            .collect()
    }

    /// The last JSON line: the summary of a run.
    pub(crate) fn summary(&self) -> Value {
        let last = self
            .json_lines()
            .pop()
            .unwrap_or_else(|| panic!("no output\n{}", self.stderr));
        assert_eq!(last["kind"], "summary");
        last
    }
}

impl From<Output> for Ran {
    fn from(output: Output) -> Self {
        Self {
            code: output.status.code(),
            stdout: String::from_utf8(output.stdout).expect("the program prints UTF-8"),
            stderr: String::from_utf8(output.stderr).expect("the program prints UTF-8"),
        }
    }
}

/// The program, without the variables that name providers: the one just built, or the one that
/// `WAVECREW_PROGRAM` names.
pub(crate) fn program() -> Command {
    let named = std::env::var_os("WAVECREW_PROGRAM");
    let mut command = Command::new(named.unwrap_or_else(|| env!("CARGO_BIN_EXE_wavecrew").into()));
    for name in [
        "OPENAI_API_KEY",
        "OPENAI_BASE_URL",
        "OLLAMA_HOST",
        "ANTHROPIC_API_KEY",
        "ANTHROPIC_AUTH_TOKEN",
        "ANTHROPIC_BASE_URL",
        "ANTHROPIC_MODEL",
        "GENERATE_URL",
        "GENERATE_API_KEY",
    ] {
        command.env_remove(name);
    }
    command.env("NO_COLOR", "1");
    command
}

/// Runs the program with these arguments.
pub(crate) fn wavecrew(args: &[&str]) -> Ran {
    program()
        .args(args)
        .output()
        .expect("the program can be started")
        .into()
}

/// Every file below `root` but those of runs, with its content; sorted.
pub(crate) fn tree(root: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let mut files = Vec::new();
    let mut open = vec![root.to_owned()];
    while let Some(folder) = open.pop() {
        for entry in std::fs::read_dir(folder).expect("a folder can be listed") {
            let path = entry.expect("an entry can be read").path();
            let name = path.strip_prefix(root).expect("below the root").to_owned();
            if path.is_dir() {
                if name != Path::new(".wavecrew") {
                    open.push(path);
                }
            } else {
                files.push((name, std::fs::read(path).expect("a file can be read")));
            }
        }
    }
    files.sort();
    files
}

/// The lines of a run's journal that are whole, as their bodies.
pub(crate) fn journal(root: &Path, run: &str) -> Vec<Value> {
    let path = root.join(".wavecrew/runs").join(run).join("journal.jsonl");
    let text = std::fs::read_to_string(path).unwrap_or_default();
    text.lines()
        .filter_map(|line| serde_json::from_str::<Value>(line).ok())
        .map(|line| line["body"].clone())
        .collect()
}
