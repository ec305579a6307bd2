use crate::source::Language;

/// A fenced block of a reply.
#[derive(Clone, Debug)]
pub(super) struct Block<'a> {
    /// The info string.
    pub info: &'a str,
    /// The last line before the fence that is not blank; nothing if that belongs to another block.
    pub before: Option<&'a str>,
    /// The lines inside, endings included, the fence's own indentation not yet taken away.
    lines: Vec<&'a str>,
    indent: usize,
    /// 1-based line of the opening fence.
    pub line: usize,
    pub closed: bool,
    /// Whether fences inside it leave in doubt where it ends.
    pub doubtful: bool,
    /// Whether the line of the fence ends with CR LF: then the reply came so, whatever the file is to have.
    pub crlf: bool,
    /// The language that the info string names.
    pub level: Option<Language>,
}

impl<'a> Block<'a> {
    /// The lines inside. Where the fence ends with CR LF, they end with LF, as every line of the reply came with the CR.
    pub(super) fn content(&self) -> String {
        self.content_from(0)
    }

    /// The content without its first `skip` lines.
    pub(super) fn content_from(&self, skip: usize) -> String {
        let lines = self.lines.iter().skip(skip);
        let text: String = lines.map(|line| unindent(line, self.indent)).collect();
        if self.crlf {
            return text.replace("\r\n", "\n");
        }
        text
    }

    /// 1-based line on which it ends, its closing fence included.
    pub(super) fn end(&self) -> usize {
        self.line + self.lines.len() + usize::from(self.closed)
    }

    pub(super) fn line_at(&self, index: usize) -> &'a str {
        let line = self.lines.get(index).copied().unwrap_or_default();
        unindent(line, self.indent).trim_end_matches(['\n', '\r'])
    }

    /// What is inside, read as blocks.
    pub(super) fn inside(&self) -> Parts<'a> {
        let lines = self.lines.iter().map(|line| unindent(line, self.indent));
        parts(lines, self.line + 1)
    }

    #[cfg(feature = "json")]
    pub(super) fn is_json(&self) -> bool {
        matches!(self.level, None | Some(Language::Json))
    }

    /// The first word of the info string.
    pub(super) fn tag(&self) -> &'a str {
        self.info.split_whitespace().next().unwrap_or_default()
    }

    /// Whether the block shows a change to a file, not the file.
    pub(super) fn is_diff(&self) -> bool {
        matches!(self.tag(), "diff" | "patch" | "udiff")
    }

    /// Whether a nameless block may be the file at `path`.
    pub(super) fn fits(&self, path: &str) -> bool {
        const SHOWN: [&str; 9] = [
            "console",
            "output",
            "terminal",
            "shell-session",
            "log",
            "diff",
            "patch",
            "stdout",
            "session",
        ];
        let wanted = Language::of(path);
        let ending = path.rsplit_once('.').map_or("", |(_, ending)| ending);
        match self.level {
            Some(own) => wanted.is_none() && !SHOWN.contains(&self.tag()) || wanted == Some(own),
            None => self.tag() == ending || !SHOWN.contains(&self.tag()),
        }
    }
}

fn unindent(line: &str, indent: usize) -> &str {
    let spaces = line.bytes().take(indent).take_while(|b| *b == b' ').count();
    &line[spaces..]
}

struct Fence<'a> {
    mark: u8,
    length: usize,
    indent: usize,
    info: &'a str,
}

/// Reads a line as a fence. Any indentation is allowed, for blocks in list items.
fn fence(line: &str) -> Option<Fence<'_>> {
    let text = line.trim_end();
    let indent = text.bytes().take_while(|b| *b == b' ').count();
    let text = &text[indent..];
    let mark = *text.as_bytes().first()?;
    if mark != b'`' && mark != b'~' {
        return None;
    }
    let length = text.bytes().take_while(|b| *b == mark).count();
    let info = text[length..].trim();
    let inline = mark == b'`' && info.contains('`');
    (length >= 3 && !inline).then_some(Fence {
        mark,
        length,
        indent,
        info,
    })
}

/// What lines hold: blocks, and what stands around them.
pub(super) struct Parts<'a> {
    /// The fenced blocks, in order.
    pub blocks: Vec<Block<'a>>,
    /// The other lines that are not blank, trimmed.
    pub around: Vec<&'a str>,
}

/// The fenced blocks of a text whose first line is line `first` of the reply, in order.
pub(super) fn blocks(text: &str, first: usize) -> Vec<Block<'_>> {
    parts(text.split_inclusive('\n'), first).blocks
}

/// Finds the fenced blocks in these lines, endings included, the first of which is line `first` of the reply.
fn parts<'a>(lines: impl Iterator<Item = &'a str>, first: usize) -> Parts<'a> {
    let mut blocks: Vec<Block<'a>> = Vec::new();
    let mut around = Vec::new();
    let mut open: Option<(Fence<'a>, Block<'a>, usize)> = None;
    let mut before = None;
    for (line_number, line) in (first..).zip(lines) {
        let found = fence(line);
        match (&mut open, found) {
            (Some((outer, block, depth)), found) => {
                let mut closes = false;
                if let Some(inner) = found
                    && inner.mark == outer.mark
                    && inner.length >= outer.length
                    && inner.indent < outer.indent + 4
                {
                    let nests = block.level == Some(Language::Prose);
                    match (inner.info.is_empty(), *depth) {
                        (false, _) if nests => *depth += 1,
                        (true, 0) => closes = true,
                        (true, _) => *depth -= 1,
                        _ => {}
                    }
                }
                if closes {
                    let (_, mut block, _) = open.take().expect("a block is open");
                    block.closed = true;
                    blocks.push(block);
                    before = None;
                } else {
                    block.lines.push(line);
                }
            }
            (None, Some(fence)) => {
                let nested = blocks
                    .last_mut()
                    .filter(|last| last.level == Some(Language::Prose) && fence.info.is_empty());
                if let Some(last) = nested {
                    last.doubtful = true;
                }
                let block = Block {
                    info: fence.info,
                    before: before.take(),
                    lines: Vec::new(),
                    indent: fence.indent,
                    line: line_number,
                    closed: false,
                    doubtful: false,
                    crlf: line.ends_with("\r\n"),
                    level: language(fence.info),
                };
                open = Some((fence, block, 0));
            }
            (None, None) => {
                let text = line.trim();
                if !text.is_empty() {
                    before = Some(text);
                    around.push(text);
                }
            }
        }
    }
    blocks.extend(open.map(|(_, block, _)| block));
    Parts { blocks, around }
}

/// The language of an info string: its first word, or the ending of a path in it.
fn language(info: &str) -> Option<Language> {
    let info = info.trim_start_matches(['{', '.']);
    let first = info
        .split(|c: char| c.is_whitespace() || ":,;}=".contains(c))
        .next()?;
    Language::of_tag(first).or_else(|| Language::of(first))
}
