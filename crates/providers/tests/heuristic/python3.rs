//! Python's own opinion.

use std::io::Write;
use std::process::{Command, Stdio};

const SCRIPT: &str = "
import json, sys
for name, code in json.load(sys.stdin):
    try:
        compile(code, name, 'exec')
    except SyntaxError as error:
        print(name, error, code, sep='\\n')
";

/// Compiles every file with Python 3 and panics with those that are not valid. Says so and checks
/// nothing where there is no Python.
#[expect(
    clippy::print_stderr,
    reason = "a check that cannot run is not to be silent"
)]
pub(crate) fn check_syntax(files: &[(String, String)]) {
    let files: Vec<_> = files
        .iter()
        .filter(|(path, _)| path.ends_with(".py"))
        .collect();
    let spawned = Command::new("python3")
        .args(["-c", SCRIPT])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn();
    let Ok(mut child) = spawned else {
        eprintln!(
            "NOT CHECKED: there is no python3 to compile {} files with",
            files.len()
        );
        return;
    };
    let json = serde_json::to_vec(&files).expect("strings");
    let mut pipe = child.stdin.take().expect("a pipe");
    let writer = std::thread::spawn(move || pipe.write_all(&json));
    let output = child.wait_with_output().expect("python3 ends");
    writer
        .join()
        .expect("the writer ends")
        .expect("python3 reads");
    let complaints = String::from_utf8_lossy(&output.stdout);
    assert!(
        complaints.is_empty() && output.status.success(),
        "{complaints}"
    );
}
