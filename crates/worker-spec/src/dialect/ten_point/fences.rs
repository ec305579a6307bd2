//! Code fences of a spec.

use std::borrow::Cow;
use std::ops::Range;

use crate::markdown::{BlockKind, CodeFence};
use crate::path::looks_like_file;
use crate::{Document, Fence};

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

/// A fence as written. Its file is in its info string, or on the line before it unless that is a field.
pub(super) fn read_fence(
    document: &Document,
    at: usize,
    fence: &CodeFence,
    is_field: impl Fn(usize) -> bool,
) -> Fence {
    let text = document.text();
    let info = &text[fence.info.clone()];
    let block = &document.markdown().blocks[at];
    Fence {
        language: language(info).into_owned(),
        info: info.to_owned(),
        path: path_in_info(info).or_else(|| {
            let before = at.checked_sub(1).filter(|before| !is_field(*before))?;
            path_before(document, before)
        }),
        text: with_last_line_end(document.markdown().code(text, fence).into_owned()),
        location: document.location(block.span.clone()),
    }
}

/// Code whose last line ends, as it does where a fence is closed.
fn with_last_line_end(mut code: String) -> String {
    if !code.is_empty() && !code.ends_with('\n') {
        code.push('\n');
    }
    code
}

/// The first word of an info string, in lower case, without braces and attributes.
pub(super) fn language(info: &str) -> Cow<'_, str> {
    let word = info
        .split([' ', '\t', ',', '{', ':'])
        .find(|word| !word.is_empty())
        .unwrap_or_default();
    let word = word.trim_start_matches('.').trim_end_matches('}');
    if word.bytes().all(|byte| byte.is_ascii_lowercase()) {
        return word.into();
    }
    word.to_lowercase().into()
}

/// ```` ```python src/a.py ````, ```` ```python title="src/a.py" ````, ```` ```python:src/a.py ````.
fn path_in_info(info: &str) -> Option<String> {
    info.split([' ', '\t', '=', '"', '\'', ':', '{', '}', ','])
        .find(|word| looks_like_file(word))
        .map(str::to_owned)
}

/// The last path in backticks on the last line of the block before a fence.
fn path_before(document: &Document, before: usize) -> Option<String> {
    let text = match &document.markdown().blocks[before].kind {
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
