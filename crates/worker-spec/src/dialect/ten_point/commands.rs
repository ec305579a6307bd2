//! The test commands of a spec.

mod inline;
mod plausible;
mod transcript;

use std::ops::Range;

use self::inline::inline_commands;
use self::plausible::{announces_output, is_output, may_be_command};
use self::transcript::{Typed, has_prompt};
use super::fences::language;
use super::hidden::hidden_in_command;
use crate::fence_places::FencePlaces;
use crate::markdown::{BlockKind, CodeFence};
use crate::shell::split_commands;
use crate::{Code, Diagnostic, Document, TestCommand, TestFence};

/// What a fence holds, by its language.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Holds {
    /// Shell text.
    Shell,
    /// Commands after prompts, and what they print.
    Transcript,
    /// It may be commands: what is in it tells.
    Perhaps,
    Nothing,
}

/// The test commands in a range of blocks: those in fences; where no fence has any, those in the text.
///
/// A fence without a language counts unless it shows what a command prints: the words before it say so, or it looks so.
pub(super) fn read_tests(
    document: &Document,
    blocks: Range<usize>,
    diagnostics: &mut Vec<Diagnostic>,
) -> Vec<TestFence> {
    let mut tests = Vec::new();
    for at in blocks.clone() {
        let block = &document.markdown().blocks[at];
        let BlockKind::Fence(fence) = &block.kind else {
            continue;
        };
        let language = language(&document.text()[fence.info.clone()]);
        let holds = match &*language {
            "bash" | "sh" | "shell" | "zsh" | "ksh" | "dash" | "shellscript" => Holds::Shell,
            "console" | "shell-session" | "shellsession" | "sh-session" | "bash-session"
            | "terminal" => Holds::Transcript,
            "" => Holds::Perhaps,
            _ => Holds::Nothing,
        };
        let shown =
            holds == Holds::Perhaps && announces_output(line_before(document, at, blocks.start));
        if holds == Holds::Nothing || shown {
            continue;
        }
        let Some(commands) = read_commands(document, fence, holds, diagnostics) else {
            continue;
        };
        tests.push(TestFence {
            language: language.into_owned(),
            commands,
            location: document.location(block.span.clone()),
        });
    }
    if tests.iter().all(|fence| fence.commands.is_empty()) {
        let inline = inline_commands(document, blocks);
        for command in inline.iter().flat_map(|fence| &fence.commands) {
            diagnostics.extend(hidden_in_command(document, &command.location));
        }
        tests.extend(inline);
    }
    tests
}

/// The last line of the text right before a block.
fn line_before(document: &Document, at: usize, from: usize) -> &str {
    let before = at.checked_sub(1).filter(|&before| before >= from);
    let text = match before.map(|before| &document.markdown().blocks[before].kind) {
        Some(BlockKind::Paragraph { text } | BlockKind::Heading { text, .. }) => text,
        Some(BlockKind::Item(item)) => &item.text,
        _ => return "",
    };
    document.text()[text.clone()]
        .lines()
        .next_back()
        .unwrap_or_default()
}

/// The commands of a fence; `None` when it holds none but what is printed.
fn read_commands(
    document: &Document,
    fence: &CodeFence,
    holds: Holds,
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<Vec<TestCommand>> {
    let markdown = document.markdown();
    let code = markdown.code(document.text(), fence);
    let typed = if holds == Holds::Transcript || has_prompt(&code) {
        Typed::in_transcript(&code)
    } else {
        None
    };
    if holds == Holds::Perhaps && typed.is_none() && is_output(&code) {
        return None;
    }
    let source = typed.as_ref().map_or(&*code, |typed| &typed.text);
    let split = split_commands(source);
    let of = |command: &crate::shell::Command| &source[command.span.clone()];
    let perhaps = holds == Holds::Perhaps && typed.is_none();
    if perhaps
        && !split
            .iter()
            .all(|command| may_be_command(first_line(of(command))))
    {
        return None;
    }
    let places = FencePlaces::new(markdown.code_pieces(fence));
    let mut commands = Vec::with_capacity(split.len());
    for command in &split {
        let text = of(command);
        let span = match &typed {
            Some(typed) => typed.span(command.span.clone()),
            None => command.span.clone(),
        };
        let location = document.location(places.span(span));
        if command.open {
            diagnostics.push(
                Diagnostic::warning(
                    Code::OPEN_COMMAND,
                    "the fence ends before this command does",
                )
                .at(location.clone())
                .help("close its quote, parenthesis, here-document or compound command"),
            );
        }
        diagnostics.extend(hidden_in_command(document, &location));
        commands.push(TestCommand {
            text: text.to_owned(),
            location,
        });
    }
    Some(commands)
}

fn first_line(command: &str) -> &str {
    command.lines().next().unwrap_or_default()
}
