//! Test commands in running text: "Run `cargo test -p lexer`".

use std::ops::Range;

use super::super::entry::{EntryKind, entries};
use super::plausible::{is_surely_command, may_be_command};
use crate::label::split_label;
use crate::path::looks_like_file;
use crate::{Document, TestCommand, TestFence};

/// The commands in the inline code of a section's lines, as one shell; nothing when there are none.
pub(super) fn inline_commands(document: &Document, blocks: Range<usize>) -> Option<TestFence> {
    let text = document.text();
    let mut commands = Vec::new();
    for entry in entries(document, blocks) {
        if entry.text.starts_with("~~") {
            continue;
        }
        for code in document.markdown().codes_in(entry.span.clone()) {
            let command = text[code.clone()].trim();
            let command = command.strip_prefix("$ ").unwrap_or(command);
            let before = &text[entry.span.start..code.start];
            let alone = before.trim_matches(['`', '*', ' ']).is_empty()
                && entry.kind != EntryKind::Cell
                && command.contains(' ');
            let asked = (runs(before) || alone) && may_be_command(command) && !is_name(command);
            if is_surely_command(command) || asked {
                commands.push(located(document, command));
            }
        }
        if let Some(command) = bare_command(entry.text) {
            commands.push(located(document, command));
        }
    }
    let first = commands.first()?.location.span.start;
    let last = commands.last()?.location.span.end;
    Some(TestFence {
        language: String::new(),
        commands,
        location: document.location(first..last),
    })
}

/// `Command: cargo test -p lexer`, without backticks.
fn bare_command(text: &str) -> Option<&str> {
    let (label, rest) = split_label(text)?;
    let rest = rest.trim();
    let command = rest.strip_prefix("$ ").unwrap_or(rest);
    (runs(label) && !rest.contains('`') && is_surely_command(command)).then_some(command)
}

fn located(document: &Document, command: &str) -> TestCommand {
    let start = command.as_ptr() as usize - document.text().as_ptr() as usize;
    TestCommand {
        text: command.to_owned(),
        location: document.location(start..start + command.len()),
    }
}

/// Whether the last word or two before code ask to run it.
fn runs(before: &str) -> bool {
    const VERBS: [&str; 8] = [
        "run", "runs", "running", "execute", "call", "invoke", "command", "commands",
    ];
    let mut words = before
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .rev()
        .take(2);
    words.any(|word| VERBS.iter().any(|verb| verb.eq_ignore_ascii_case(word)))
}

/// Whether code is one name: a file, a function, a module.
fn is_name(code: &str) -> bool {
    !code.contains(char::is_whitespace)
        && (looks_like_file(code) && !code.starts_with("./") || code.contains(['(', ':', '_', '.']))
}
