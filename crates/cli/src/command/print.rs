//! Printing that survives a closed pipe.

use std::io::Write;

use serde::Serialize;

use crate::output::diagnostic::visible;

/// Writes `text` to stdout. A reader that went away (`| head -1`) has what it wanted: no error.
pub fn data(text: &str) {
    let mut out = std::io::stdout().lock();
    let _ = out.write_all(text.as_bytes()).and_then(|()| out.flush());
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
