//! What stands around a whole answer and is no part of it: a block of blocks, a tag.

use super::fence::Block;
use super::name::{Named, find, in_info, is_name, named};
use crate::source::Language;

/// Blocks around blocks deeper than this are no wrapping any more; bounds the time.
const DEEPEST: usize = 4;

/// The blocks with those taken apart that only wrap the blocks of the answer.
///
/// Such a block names no file, or the one that a block inside names, and a block inside has a path in its info string
/// that was asked for. Around the inner blocks there is nothing but their names; other words may stand there only in
/// the one block of a reply, if it could be none of the files asked for. A document that shows a file stays whole.
pub(super) fn unwrapped<'a>(blocks: Vec<Block<'a>>, expected: &[&str]) -> Vec<Block<'a>> {
    let mut found = Vec::new();
    unwrap(blocks, expected, DEEPEST, &mut found);
    found
}

fn unwrap<'a>(
    blocks: Vec<Block<'a>>,
    expected: &[&str],
    deepest: usize,
    found: &mut Vec<Block<'a>>,
) {
    let alone = blocks.len() == 1;
    for block in blocks {
        let may_wrap = block.closed && matches!(block.level, None | Some(Language::Prose));
        let inner = (deepest > 0 && may_wrap).then(|| inner(&block, expected, deepest, alone));
        match inner.flatten() {
            Some(inner) => found.extend(inner),
            None => found.push(block),
        }
    }
}

fn inner<'a>(
    outer: &Block<'a>,
    expected: &[&str],
    deepest: usize,
    alone: bool,
) -> Option<Vec<Block<'a>>> {
    let parts = outer.inside();
    let may_be_one = expected.is_empty() || expected.iter().any(|path| outer.fits(path));
    if (may_be_one || !alone) && !parts.around.iter().all(|line| is_name(line, expected)) {
        return None;
    }
    let own = match named(outer, expected) {
        Named::Not => None,
        Named::Expected { index, .. } => Some(index),
        Named::Other(_) => return None,
    };
    let mut blocks = Vec::new();
    unwrap(parts.blocks, expected, deepest - 1, &mut blocks);
    let wraps = blocks.iter().any(|block| {
        in_info(block.info, expected).is_some_and(|path| {
            let index = find(&path, expected);
            // Where no file is asked for by its path, each one is for whoever asked to judge.
            own.map_or(expected.is_empty() || index.is_some(), |own| {
                index == Some(own)
            })
        })
    });
    for block in &mut blocks {
        block.doubtful |= outer.doubtful;
    }
    wraps.then_some(blocks)
}

/// The name of the tag that a whole reply without a block stands in, if the tag hands over the file at `path` and
/// is none of its own: `<file path="a.txt">…</file>`, `<answer>…</answer>`.
pub(super) fn tag<'a>(reply: &'a str, path: &str) -> Option<&'a str> {
    const HANDS_OVER: [&str; 14] = [
        "answer",
        "artifact",
        "code",
        "content",
        "create_file",
        "document",
        "file",
        "file_content",
        "final_answer",
        "output",
        "response",
        "result",
        "write_file",
        "write_to_file",
    ];
    // Their files may be elements themselves.
    if matches!(
        Language::of(path),
        Some(Language::Markup | Language::Script)
    ) {
        return None;
    }
    let reply = reply.trim();
    let (opening, _) = reply.strip_prefix('<')?.split_once('>')?;
    let end = opening.find(char::is_whitespace).unwrap_or(opening.len());
    let (name, attributes) = opening.split_at(end);
    let closes = reply.strip_suffix('>')?.strip_suffix(name)?.ends_with("</");
    let hands_over = HANDS_OVER.contains(&name.to_ascii_lowercase().as_str());
    let names_it =
        in_info(attributes.trim(), &[path]).is_some_and(|named| find(&named, &[path]).is_some());
    (!name.is_empty() && closes && (hands_over || names_it)).then_some(name)
}
