//! Printing that survives a closed pipe, and owns up to a full disk.

use std::io::{ErrorKind, Write};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde::Serialize;
use serde_json::{Value, json};

use crate::exit::Exit;
use crate::output::SCHEMA_VERSION;
use crate::output::diagnostic::visible;

/// Whether anything was written to stdout.
static SAID: AtomicBool = AtomicBool::new(false);

/// What went wrong, in the order in which it was told.
static WRONG: Mutex<Wrong> = Mutex::new(Wrong {
    messages: Vec::new(),
    diagnostics: Vec::new(),
});

/// What a failed command has told to people.
struct Wrong {
    messages: Vec<String>,
    diagnostics: Vec<Value>,
}

/// How the message begins of what keeps a command from doing its work.
const ERROR: &str = "error: ";

/// Whether something that was to be written to stdout is not there.
static LOST: AtomicBool = AtomicBool::new(false);

/// Writes `text` to stdout. A reader that went away (`| head -1`) has what it wanted: no error. Any other error is told
/// once, the program goes on, and [`ended`] remembers it.
pub fn data(text: &str) {
    SAID.store(true, Ordering::Relaxed);
    let mut out = std::io::stdout().lock();
    let written = out.write_all(text.as_bytes()).and_then(|()| out.flush());
    if let Err(error) = written
        && error.kind() != ErrorKind::BrokenPipe
        && !LOST.swap(true, Ordering::Relaxed)
    {
        talk(&format!("error: failed to write to stdout: {error}"));
    }
}

/// How the program ends that has printed all that it has to: well only if its output was written.
pub fn ended(exit: Exit) -> Exit {
    if exit == Exit::Fine && LOST.load(Ordering::Relaxed) {
        return Exit::Configuration;
    }
    exit
}

/// Notes a diagnostic that was told to people, for [`failed`].
pub fn note(diagnostic: &impl Serialize) {
    if let Ok(value) = serde_json::to_value(diagnostic) {
        wrong().diagnostics.push(value);
    }
}

/// The output of a command that was asked for JSON, failed, and has written none: what was told to people, for programs. A stream
/// of lines gets one line.
pub fn failed(command: &str, exit: Exit, is_stream: bool) {
    if exit == Exit::Fine || SAID.load(Ordering::Relaxed) {
        return;
    }
    let value = {
        let wrong = wrong();
        let message = match wrong.messages.is_empty() {
            false => wrong.messages.join("; "),
            true => format!("the plan is invalid, or `{command}` cannot do its work"),
        };
        json!({
            "schema_version": SCHEMA_VERSION,
            "kind": "error",
            "command": command,
            "exit_code": exit as u8,
            "message": message,
            "diagnostics": wrong.diagnostics,
        })
    };
    match is_stream {
        true => json_line(&value),
        false => json(&value),
    }
}

fn wrong() -> MutexGuard<'static, Wrong> {
    WRONG.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Writes text for people to stdout: what documents brought into it cannot steer a terminal.
pub fn text(text: &str) {
    data(&visible(text));
}

/// Writes one JSON value, indented, to stdout.
pub fn json(value: &impl Serialize) {
    let mut text = serde_json::to_string_pretty(value).expect("our own values serialise");
    text.push('\n');
    data(&text);
}

/// Writes one JSON value as a line to stdout.
pub fn json_line(value: &impl Serialize) {
    let mut text = serde_json::to_string(value).expect("our own values serialise");
    text.push('\n');
    data(&text);
}

/// Writes a line to stderr, with colour where the terminal has it.
pub fn talk(text: &str) {
    if let Some(message) = text.strip_prefix(ERROR) {
        wrong().messages.push(message.to_owned());
    }
    let mut err = anstream::stderr().lock();
    let _ = writeln!(err, "{text}");
}

/// Says what stopped the program, with every cause.
pub fn failure(error: &dyn std::error::Error) {
    let mut text = format!("{ERROR}{error}");
    let mut cause = error.source();
    while let Some(source) = cause {
        text.push_str(&format!(": {source}"));
        cause = source.source();
    }
    talk(&visible(&text));
}
