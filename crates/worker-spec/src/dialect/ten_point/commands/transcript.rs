//! Transcripts: what was typed at a prompt, among what came back.

use std::ops::Range;

/// What was typed in a transcript: the lines after a prompt, and what goes on from them.
pub(super) struct Typed {
    pub(super) text: String,
    /// Where each line begins in `text` and in the transcript.
    lines: Vec<(usize, usize)>,
}

/// How a line that was typed goes on.
enum Open<'c> {
    No,
    /// After a backslash.
    Line,
    /// Until the end mark of a here-document.
    Until(&'c str),
    /// Until a quote closes.
    Quote(char),
}

impl Typed {
    /// What was typed; `None` when no line has a prompt.
    pub(super) fn in_transcript(code: &str) -> Option<Typed> {
        let only_angles = !code.lines().any(|line| after_prompt(line).is_some());
        let mut typed = Typed {
            text: String::with_capacity(code.len()),
            lines: Vec::new(),
        };
        let mut open = Open::No;
        let mut goes_on = only_angles;
        let mut at = 0;
        for line in code.split_inclusive('\n') {
            let continued = line.strip_prefix("> ");
            let written = match (&open, after_prompt(line)) {
                (Open::Until(_) | Open::Line | Open::Quote(_), _) => {
                    Some(continued.unwrap_or(line))
                }
                (Open::No, Some(command)) => Some(command),
                (Open::No, None) => continued.filter(|_| goes_on),
            };
            goes_on = written.is_some() || only_angles;
            if let Some(written) = written {
                let before = line.len() - written.len();
                typed.lines.push((typed.text.len(), at + before));
                typed.text.push_str(written);
                open = match open {
                    Open::Until(end) if written.trim() != end => Open::Until(end),
                    Open::Until(_) => Open::No,
                    Open::Quote(quote) => match open_quote(written, Some(quote)) {
                        Some(quote) => Open::Quote(quote),
                        None => goes_on_after(written),
                    },
                    _ => match open_quote(written, None) {
                        Some(quote) if closes(&code[at + line.len()..], quote) => {
                            Open::Quote(quote)
                        }
                        _ => goes_on_after(written),
                    },
                };
            }
            at += line.len();
        }
        (!typed.lines.is_empty()).then_some(typed)
    }

    /// The bytes of the transcript of a stretch of what was typed.
    pub(super) fn span(&self, span: Range<usize>) -> Range<usize> {
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

/// Whether a text has a line that was typed at a prompt.
pub(super) fn has_prompt(code: &str) -> bool {
    // Most fences hold no sign of one.
    let bytes = code.as_bytes();
    let is_sign = |at: usize| bytes[at] == 0xE2 || bytes.get(at + 1) == Some(&b' ');
    if !memchr::memchr3_iter(b'$', b'%', 0xE2, bytes).any(is_sign) {
        return false;
    }
    code.lines().any(|line| after_prompt(line).is_some())
}

/// A line behind its prompt: `$ `, `% `, `❯ `, `user@host:~/src$ `.
fn after_prompt(line: &str) -> Option<&str> {
    if let Some(rest) = ["$ ", "% ", "❯ ", "➜ "]
        .iter()
        .find_map(|mark| line.strip_prefix(mark))
    {
        return Some(rest);
    }
    let (head, rest) = line.split_once("$ ")?;
    let is_prompt = head.contains('@')
        && head.len() <= 80
        && head.starts_with(|c: char| c.is_alphanumeric() || c == '[' || c == '(')
        && !head.contains(['"', '\'', '=', '|', '`'])
        && head.split(' ').count() <= 2;
    is_prompt.then_some(rest)
}

/// The quote that is open at the end of a line, of those that it opens itself or the one before it.
fn open_quote(line: &str, mut open: Option<char>) -> Option<char> {
    if open.is_none() && memchr::memchr2(b'\'', b'"', line.as_bytes()).is_none() {
        return None;
    }
    let mut chars = line.chars();
    while let Some(c) = chars.next() {
        match (c, open) {
            ('\\', None | Some('"')) => drop(chars.next()),
            ('\'' | '"', None) => open = Some(c),
            (_, Some(quote)) if c == quote => open = None,
            _ => {}
        }
    }
    open
}

/// More lines than a command in quotes has.
const MOST_LINES: usize = 100;

/// Whether a quote that is open closes before the next prompt: else it is an apostrophe.
fn closes(rest: &str, quote: char) -> bool {
    let lines = rest
        .split_inclusive('\n')
        .take(MOST_LINES)
        .take_while(|line| after_prompt(line).is_none());
    let mut open = Some(quote);
    lines
        .map(|line| line.strip_prefix("> ").unwrap_or(line))
        .any(|line| {
            open = open_quote(line, open);
            open.is_none()
        })
}

fn goes_on_after(line: &str) -> Open<'_> {
    let line = line.trim_end_matches(['\n', '\r']);
    if let Some((_, word)) = line.split_once("<<")
        && !word.starts_with('<')
    {
        let word = word.trim_start_matches(['-', ' ', '\'', '"', '\\']);
        let end = word
            .find(|c: char| !(c.is_alphanumeric() || c == '_'))
            .unwrap_or(word.len());
        if end > 0 {
            return Open::Until(&word[..end]);
        }
    }
    if line.ends_with('\\') {
        Open::Line
    } else {
        Open::No
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(code: &str, expected: &str) {
        let typed = Typed::in_transcript(code).map(|typed| typed.text);
        assert_eq!(typed.as_deref().unwrap_or_default(), expected, "{code}");
    }

    #[test]
    fn what_was_typed() {
        check("$ a\nout\n$ b \\\n> c\nmore\n", "a\nb \\\nc\n");
        check("$ a \\\n    b\nout", "a \\\n    b\n");
        check("$ cat <<EOF\n$ x\nEOF\nout\n$ b", "cat <<EOF\n$ x\nEOF\nb");
        check("me@host:~/src$ make\nok\n", "make\n");
        check("> a\n> b\nout", "a\nb\n");
        check("$ p -c \"\na\n\"\n$ b\nout", "p -c \"\na\n\"\nb\n");
        check("$ p -c 'a\n> b'\nout", "p -c 'a\nb'\n");
        check("$ echo it\\'s\nout\n$ b", "echo it\\'s\nb");
        check("$ # don't\nout\n$ b", "# don't\nb");
        check("echo costs 5 $ a\n", "");
    }
}
