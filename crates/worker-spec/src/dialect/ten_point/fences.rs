//! Code fences of a spec: tests, the form of results, implementation material.

use std::ops::Range;

use crate::markdown::{Block, BlockKind, CodeFence};
use crate::path::{is_hidden, looks_like_file};
use crate::shell::split_commands;
use crate::{Code, Diagnostic, Document, Fence, TestCommand, TestFence};

/// The fences of a range of blocks, with the index of each one's block.
pub(super) fn fences<'d>(
    document: &'d Document,
    blocks: Range<usize>,
) -> impl Iterator<Item = (usize, &'d CodeFence)> {
    let all = &document.markdown().blocks;
    blocks.filter_map(|at| match &all[at].kind {
        BlockKind::Fence(fence) if fence.fenced => Some((at, fence)),
        _ => None,
    })
}

/// A fence as written.
pub(super) fn read_fence(document: &Document, at: usize, fence: &CodeFence) -> Fence {
    let text = document.text();
    let info = &text[fence.info.clone()];
    let block = &document.markdown().blocks[at];
    Fence {
        language: language(info),
        info: info.to_owned(),
        path: path_in_info(info).or_else(|| path_before(document, at)),
        text: document.markdown().code(text, fence).into_owned(),
        location: document.location(block.span.clone()),
    }
}

/// The first word of an info string, in lower case, without braces and attributes.
pub(super) fn language(info: &str) -> String {
    let word = info
        .split([' ', '\t', ',', '{', ':'])
        .find(|word| !word.is_empty())
        .unwrap_or_default();
    word.trim_start_matches('.')
        .trim_end_matches('}')
        .to_lowercase()
}

/// ```` ```python src/a.py ````, ```` ```python title="src/a.py" ````, ```` ```python:src/a.py ````.
fn path_in_info(info: &str) -> Option<String> {
    info.split([' ', '\t', '=', '"', '\'', ':', '{', '}', ','])
        .find(|word| looks_like_file(word))
        .map(str::to_owned)
}

/// The last path in backticks on the line just before a fence.
fn path_before(document: &Document, at: usize) -> Option<String> {
    let blocks: &[Block] = &document.markdown().blocks;
    let before = blocks.get(at.checked_sub(1)?)?;
    let text = match &before.kind {
        BlockKind::Paragraph { text } | BlockKind::Heading { text, .. } => text,
        BlockKind::Item(item) => &item.text,
        BlockKind::Fence(_) | BlockKind::Table(_) | BlockKind::Rule => return None,
    };
    let all = document.text();
    let line = all[text.clone()]
        .rfind('\n')
        .map_or(text.start, |end| text.start + end + 1);
    let codes = document.markdown().codes_in(line..text.end);
    codes
        .iter()
        .rev()
        .map(|code| &all[code.clone()])
        .find(|code| looks_like_file(code))
        .map(str::to_owned)
}

/// The test commands of the shell fences in a range of blocks.
pub(super) fn read_tests(
    document: &Document,
    blocks: Range<usize>,
    diagnostics: &mut Vec<Diagnostic>,
) -> Vec<TestFence> {
    let mut tests = Vec::new();
    for (at, fence) in fences(document, blocks) {
        let language = language(&document.text()[fence.info.clone()]);
        let transcript = matches!(
            language.as_str(),
            "console" | "shell-session" | "shellsession" | "terminal"
        );
        if !transcript
            && !matches!(
                language.as_str(),
                "" | "bash" | "sh" | "shell" | "zsh" | "ksh" | "dash"
            )
        {
            continue;
        }
        let commands = read_commands(document, fence, transcript, diagnostics);
        let location = document.location(document.markdown().blocks[at].span.clone());
        tests.push(TestFence {
            language,
            commands,
            location,
        });
    }
    tests
}

fn read_commands(
    document: &Document,
    fence: &CodeFence,
    transcript: bool,
    diagnostics: &mut Vec<Diagnostic>,
) -> Vec<TestCommand> {
    let markdown = document.markdown();
    let code = markdown.code(document.text(), fence);
    let prompted = transcript || code.trim_start().starts_with("$ ");
    let typed = if prompted {
        without_output(&code)
    } else {
        None
    };
    let code = typed.as_deref().unwrap_or(&code);
    let mut commands = Vec::new();
    for command in split_commands(code) {
        let text = &code[command.span.clone()];
        let span = if typed.is_some() {
            find_in_pieces(document, markdown.code_pieces(fence), text)
        } else {
            span_in_pieces(markdown.code_pieces(fence), command.span)
        };
        let location = document.location(span);
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
        if text.contains(is_hidden) {
            let shown = text.escape_debug();
            let message =
                format!("hidden or direction-changing characters in the command `{shown}`");
            diagnostics
                .push(Diagnostic::warning(Code::HIDDEN_CHARACTERS, message).at(location.clone()));
        }
        commands.push(TestCommand {
            text: text.to_owned(),
            location,
        });
    }
    commands
}

/// What was typed in a transcript: the lines after `$ `, and after `> ` what goes on.
fn without_output(code: &str) -> Option<String> {
    let mut typed = String::with_capacity(code.len());
    let mut open = false;
    for line in code.lines() {
        let rest = match line.strip_prefix("$ ") {
            Some(rest) => Some(rest),
            None if open => line.strip_prefix("> "),
            None => None,
        };
        open = rest.is_some();
        if let Some(rest) = rest {
            typed.push_str(rest);
            typed.push('\n');
        }
    }
    (!typed.is_empty()).then_some(typed)
}

/// Where a stretch of a fence's code is in the document.
fn span_in_pieces(pieces: &[Range<usize>], span: Range<usize>) -> Range<usize> {
    let place = |offset: usize, end: bool| {
        let mut before = 0;
        for piece in pieces {
            let length = piece.end - piece.start;
            if offset < before + length || (end && offset == before + length) {
                return piece.start + (offset - before);
            }
            before += length;
        }
        pieces.last().map_or(0, |piece| piece.end)
    };
    place(span.start, false)..place(span.end, true)
}

fn find_in_pieces(document: &Document, pieces: &[Range<usize>], command: &str) -> Range<usize> {
    let first = command.lines().next().unwrap_or_default();
    let (Some(start), Some(end)) = (pieces.first(), pieces.last()) else {
        return 0..0;
    };
    let whole = start.start..end.end;
    match document.text()[whole.clone()].find(first) {
        Some(at) => whole.start + at..whole.start + at + first.len(),
        None => whole,
    }
}
