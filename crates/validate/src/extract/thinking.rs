//! What a model thought before it answered.

use super::fence::blocks;

/// The tags in which models write what they think.
const TAGS: [&str; 4] = ["think", "thinking", "thought", "reasoning"];

/// Where the answer of a reply begins, in bytes: behind what the model thought first, `<think>…</think>`.
///
/// Some servers write the opening tag into the question, so that the answer has the closing one only: then a line of
/// its own, outside of any block. A tag that is never closed counts for nothing.
pub(super) fn answer_start(reply: &str) -> usize {
    if !reply.contains("</") {
        return 0;
    }
    let lower = reply.to_ascii_lowercase();
    let mut start = 0;
    while let Some(length) = thought(&lower[start..]) {
        start += length;
    }
    if start == 0 {
        start = only_closed(&lower).unwrap_or(0);
    }
    let blank = reply[start..].bytes().take_while(u8::is_ascii_whitespace);
    match (start, reply[start..].trim_start_matches(' ').chars().next()) {
        (0, _) => 0,
        // The first line of the answer keeps its indentation.
        (_, Some('\r' | '\n')) => {
            let blank = &reply[start..start + blank.count()];
            start + blank.rfind('\n').map_or(0, |at| at + 1)
        }
        _ => start + blank.count(),
    }
}

/// The length of a thought at the start of the text, tags and blanks before included.
fn thought(text: &str) -> Option<usize> {
    let begin = text.trim_start();
    TAGS.iter().find_map(|tag| {
        let inside = begin
            .strip_prefix('<')?
            .strip_prefix(tag)?
            .strip_prefix('>')?;
        let (_, rest) = inside.split_once(&format!("</{tag}>"))?;
        Some(text.len() - rest.len())
    })
}

/// The end of a thought whose opening tag is not there.
fn only_closed(text: &str) -> Option<usize> {
    let closing = TAGS.map(|tag| format!("</{tag}>"));
    if !closing.iter().any(|tag| text.contains(tag)) {
        return None;
    }
    let blocks = blocks(text, 1);
    let mut blocks = blocks.iter().peekable();
    let mut end = 0;
    for (number, line) in (1..).zip(text.split_inclusive('\n')) {
        end += line.len();
        while blocks.next_if(|block| block.end() < number).is_some() {}
        let is_inside = blocks.peek().is_some_and(|block| block.line <= number);
        let tag = closing.iter().position(|tag| tag == line.trim());
        if let Some(tag) = tag.filter(|_| !is_inside) {
            let opened = text[..end].contains(&format!("<{}", TAGS[tag]));
            return (!opened).then_some(end);
        }
    }
    None
}
