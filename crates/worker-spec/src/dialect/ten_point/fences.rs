//! Code fences of a spec: tests, the form of results, implementation material.

use std::ops::Range;

use super::hidden::hidden_in_command;
use crate::markdown::{Block, BlockKind, CodeFence};
use crate::path::looks_like_file;
use crate::shell::split_commands;
use crate::{Code, Diagnostic, Document, Fence, TestCommand, TestFence};

/// The fences of a range of blocks, with the index of each one's block.
pub(super) fn fences(
    document: &Document,
    blocks: Range<usize>,
) -> impl Iterator<Item = (usize, &CodeFence)> {
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
        Typed::in_transcript(&code)
    } else {
        None
    };
    let source = typed.as_ref().map_or(&*code, |typed| &typed.text);
    let places = Places::new(markdown.code_pieces(fence));
    let mut commands = Vec::new();
    for command in split_commands(source) {
        let text = &source[command.span.clone()];
        let span = match &typed {
            Some(typed) => typed.span(command.span),
            None => command.span,
        };
        let span = places.span(span);
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
        diagnostics.extend(hidden_in_command(document, &location));
        commands.push(TestCommand {
            text: text.to_owned(),
            location,
        });
    }
    commands
}

/// What was typed in a transcript: the lines after `$ `, and after `> ` what goes on.
struct Typed {
    text: String,
    /// Where each line begins in `text` and in the transcript.
    lines: Vec<(usize, usize)>,
}

impl Typed {
    fn in_transcript(code: &str) -> Option<Typed> {
        let mut typed = Typed {
            text: String::with_capacity(code.len()),
            lines: Vec::new(),
        };
        let mut goes_on = false;
        let mut at = 0;
        for line in code.split_inclusive('\n') {
            let prompt = ["$ ", "> "]
                .into_iter()
                .find(|prompt| line.starts_with(prompt));
            goes_on = prompt.is_some_and(|prompt| prompt == "$ " || goes_on);
            if let (true, Some(prompt)) = (goes_on, prompt) {
                typed.lines.push((typed.text.len(), at + prompt.len()));
                typed.text.push_str(&line[prompt.len()..]);
            }
            at += line.len();
        }
        (!typed.lines.is_empty()).then_some(typed)
    }

    /// The bytes of the transcript of a stretch of what was typed.
    fn span(&self, span: Range<usize>) -> Range<usize> {
        let place = |offset: usize| {
            let at = self
                .lines
                .partition_point(|(start, _)| *start <= offset)
                .max(1)
                - 1;
            self.lines[at].1 + (offset - self.lines[at].0)
        };
        let start = place(span.start);
        start..if span.end > span.start {
            place(span.end - 1) + 1
        } else {
            start
        }
    }
}

/// Where the pieces of a fence's code are in the code and in the document.
struct Places {
    /// Where each piece begins in the code, and where it is in the document.
    pieces: Vec<(usize, Range<usize>)>,
}

impl Places {
    fn new(pieces: &[Range<usize>]) -> Self {
        let mut before = 0;
        let placed = pieces.iter().map(|piece| {
            let start = before;
            before += piece.end - piece.start;
            (start, piece.clone())
        });
        Places {
            pieces: placed.collect(),
        }
    }

    /// The bytes of the document of a stretch of the code.
    fn span(&self, span: Range<usize>) -> Range<usize> {
        let start = self.place(span.start);
        let end = if span.end > span.start {
            self.place(span.end - 1) + 1
        } else {
            start
        };
        start..end
    }

    fn place(&self, offset: usize) -> usize {
        let at = self.pieces.partition_point(|(start, _)| *start <= offset);
        match at.checked_sub(1).and_then(|at| self.pieces.get(at)) {
            Some((start, piece)) => (piece.start + (offset - start)).min(piece.end),
            None => 0,
        }
    }
}
