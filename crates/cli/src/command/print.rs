//! Printing that survives a closed pipe, and owns up to a full disk.

use std::io::{ErrorKind, Write};
use std::sync::atomic::{AtomicBool, Ordering};

use serde::Serialize;

use crate::exit::Exit;
use crate::output::diagnostic::visible;

/// Whether something that was to be written to stdout is not there.
static LOST: AtomicBool = AtomicBool::new(false);

/// Writes `text` to stdout. A reader that went away (`| head -1`) has what it wanted: no error. Any other error is told
/// once, the program goes on, and [`ended`] remembers it.
pub fn data(text: &str) {
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
    let mut err = anstream::stderr().lock();
    let _ = writeln!(err, "{text}");
}

/// Says what stopped the program, with every cause.
pub fn failure(error: &dyn std::error::Error) {
    let mut text = format!("error: {error}");
    let mut cause = error.source();
    while let Some(source) = cause {
        text.push_str(&format!(": {source}"));
        cause = source.source();
    }
    talk(&visible(&text));
}
