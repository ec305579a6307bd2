//! The block structure of a Markdown text, as spans into it.
//!
//! One pass over pulldown-cmark's events; nothing is copied. Inline marks stay as written, since paths, ids and
//! emphasis are read from the text itself.

use std::borrow::Cow;
use std::ops::Range;

use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag, TagEnd};

/// The blocks of a document in the order of the text, and its inline code spans.
#[derive(Debug, Default)]
pub(crate) struct Markdown {
    /// All blocks; a table is one block, a list is one block per item.
    pub(crate) blocks: Vec<Block>,
    /// The body of a YAML front matter (`---` lines at the very top), without these lines.
    pub(crate) front_matter: Option<Range<usize>>,
    /// The insides of inline code, in the order of the text.
    codes: Vec<Range<usize>>,
    pieces: Vec<Range<usize>>,
    /// The cells of every row.
    rows: Vec<Range<usize>>,
    cells: Vec<Range<usize>>,
}

/// A block and where it is.
#[derive(Clone, Debug)]
pub(crate) struct Block {
    /// The whole block, marks and line end included. Of a list item, the item with all that is nested in it.
    pub(crate) span: Range<usize>,
    pub(crate) kind: BlockKind,
}

#[derive(Clone, Debug)]
pub(crate) enum BlockKind {
    /// A heading; `text` is without `#` marks and underline.
    Heading { level: u8, text: Range<usize> },
    /// A paragraph; in a list item, one after its first.
    Paragraph { text: Range<usize> },
    /// A list item; `text` is its first paragraph without bullet and checkbox.
    Item(Item),
    /// A code fence or an indented code block.
    Fence(CodeFence),
    /// A table.
    Table(Table),
    /// A thematic break.
    Rule,
}

#[derive(Clone, Debug)]
pub(crate) struct Item {
    /// 0 for an item of an outermost list.
    pub(crate) depth: usize,
    /// The state of its checkbox.
    pub(crate) checkbox: Option<bool>,
    pub(crate) text: Range<usize>,
}

#[derive(Clone, Debug)]
pub(crate) struct CodeFence {
    /// The info string; empty for an indented code block.
    pub(crate) info: Range<usize>,
    /// Whether its end is written.
    pub(crate) closed: bool,
    /// Whether it is fenced, not only indented.
    pub(crate) fenced: bool,
    pieces: Range<usize>,
}

#[derive(Clone, Debug)]
pub(crate) struct Table {
    rows: Range<usize>,
}

impl Markdown {
    pub(crate) fn new(text: &str) -> Markdown {
        let (front_matter, from) = front_matter(text);
        let mut walk = Walk::new(text);
        walk.markdown.front_matter = front_matter;
        let options =
            Options::ENABLE_TABLES | Options::ENABLE_TASKLISTS | Options::ENABLE_STRIKETHROUGH;
        for (event, span) in Parser::new_ext(&text[from..], options).into_offset_iter() {
            walk.event(&event, span.start + from..span.end + from);
        }
        walk.close();
        walk.markdown
    }

    /// The insides of the inline code within a span.
    pub(crate) fn codes_in(&self, span: Range<usize>) -> &[Range<usize>] {
        let from = self.codes.partition_point(|code| code.start < span.start);
        let to = from + self.codes[from..].partition_point(|code| code.end <= span.end);
        &self.codes[from..to]
    }

    /// The rows of a table, its heading first; cells are trimmed and as written.
    pub(crate) fn rows(&self, table: &Table) -> impl Iterator<Item = TableRow<'_>> {
        let rows = self.rows[table.rows.clone()].iter();
        rows.map(|cells| TableRow {
            cells: &self.cells[cells.clone()],
        })
    }

    /// The row of a table that a place is in.
    pub(crate) fn row_at(&self, table: &Table, place: usize) -> Option<TableRow<'_>> {
        let rows = &self.rows[table.rows.clone()];
        let begins = |cells: &Range<usize>| {
            let first = self.cells[cells.clone()].first();
            first.is_none_or(|first| first.start <= place)
        };
        let at = rows.partition_point(begins).checked_sub(1)?;
        Some(TableRow {
            cells: &self.cells[rows[at].clone()],
        })
    }

    /// The code of a fence, line ends included, without the indentation of the list item around it. One that is never
    /// closed goes on to the end of what it stands in, and blank space there is nobody's code.
    pub(crate) fn code<'t>(&self, text: &'t str, fence: &CodeFence) -> Cow<'t, str> {
        let pieces = &self.pieces[fence.pieces.clone()];
        let code = match pieces {
            [] => Cow::Borrowed(""),
            [one] => Cow::Borrowed(&text[one.clone()]),
            many => Cow::Owned(many.iter().map(|piece| &text[piece.clone()]).collect()),
        };
        match code {
            code if fence.closed => code,
            Cow::Borrowed(code) => Cow::Borrowed(code.trim_end()),
            Cow::Owned(mut code) => {
                code.truncate(code.trim_end().len());
                Cow::Owned(code)
            }
        }
    }

    /// The spans of the text that make up the code of a fence, in order.
    pub(crate) fn code_pieces(&self, fence: &CodeFence) -> &[Range<usize>] {
        &self.pieces[fence.pieces.clone()]
    }

    /// As [`code_pieces`](Self::code_pieces), with the carriage returns between them: code at the margin is one stretch,
    /// whichever way its lines end.
    pub(crate) fn code_stretches(&self, text: &str, fence: &CodeFence) -> Vec<Range<usize>> {
        let mut stretches: Vec<Range<usize>> = Vec::new();
        for piece in self.code_pieces(fence) {
            match stretches.last_mut() {
                Some(last) if &text[last.end..piece.start] == "\r" => last.end = piece.end,
                _ => stretches.push(piece.clone()),
            }
        }
        stretches
    }
}

/// A row of a table.
#[derive(Clone, Debug)]
pub(crate) struct TableRow<'m> {
    pub(crate) cells: &'m [Range<usize>],
}

/// The front matter's body and where the Markdown begins.
fn front_matter(text: &str) -> (Option<Range<usize>>, usize) {
    let from = if text.starts_with('\u{feff}') {
        '\u{feff}'.len_utf8()
    } else {
        0
    };
    let mut at = from;
    let mut body = None;
    for line in text[from..].split_inclusive('\n') {
        let is_fence = line.trim_end() == "---";
        match body {
            None if is_fence => body = Some(at + line.len()),
            None => break,
            Some(start) if is_fence && at > start => return (Some(start..at), at + line.len()),
            // A blank line right after `---`: that was a thematic break.
            Some(start) if at == start && line.trim().is_empty() => break,
            Some(_) => {}
        }
        at += line.len();
    }
    (None, from)
}

/// Whose inline text is being gathered.
#[derive(Clone, Copy)]
enum Open {
    Nothing,
    /// That of a heading, a paragraph or an item.
    Block(usize),
    /// That of the last cell.
    Cell,
    /// Not text but the pieces of code of the last block.
    Code,
}

struct Walk<'t> {
    text: &'t str,
    markdown: Markdown,
    /// How many lists are open.
    lists: usize,
    open: Open,
    /// The text so far of what is open; it gets it when it is closed.
    gathered: Range<usize>,
    /// Items whose own first paragraph is not over, innermost last.
    items: Vec<usize>,
}

impl<'t> Walk<'t> {
    fn new(text: &'t str) -> Self {
        let mut markdown = Markdown::default();
        // Worker specs have no more; so this grows for few.
        markdown.blocks.reserve(text.len() / 40);
        markdown.codes.reserve(text.len() / 256);
        Walk {
            text,
            markdown,
            lists: 0,
            open: Open::Nothing,
            gathered: 0..0,
            items: Vec::new(),
        }
    }

    fn event(&mut self, event: &Event<'_>, span: Range<usize>) {
        // Most events are this one.
        if let Event::Text(_) = event {
            return match self.open {
                Open::Code => self.piece(span),
                _ => self.inline(span),
            };
        }
        match event {
            Event::Start(tag) => self.start(tag, span),
            Event::End(tag) => self.end(*tag),
            Event::Code(_) => {
                let code = inside_backticks(self.text, span.clone());
                self.markdown.codes.push(code);
                self.inline(span);
            }
            Event::TaskListMarker(done) => {
                if let Open::Block(block) = self.open
                    && let BlockKind::Item(item) = &mut self.markdown.blocks[block].kind
                {
                    item.checkbox = Some(*done);
                    self.gathered = span.end..span.end;
                }
            }
            Event::Rule => self.push(span, BlockKind::Rule),
            Event::SoftBreak | Event::HardBreak => {}
            _ => self.inline(span),
        }
    }

    fn start(&mut self, tag: &Tag<'_>, span: Range<usize>) {
        match tag {
            Tag::Heading { level, .. } => {
                let (level, text) = (*level as u8, start_of(&span));
                self.open(span, BlockKind::Heading { level, text });
            }
            Tag::Paragraph => {
                self.close();
                match self.items.last() {
                    // The first paragraph of an item is the item's text.
                    Some(&item)
                        if item + 1 == self.markdown.blocks.len() && self.item_is_bare(item) =>
                    {
                        self.gather(Open::Block(item));
                    }
                    _ => {
                        let text = start_of(&span);
                        self.open(span, BlockKind::Paragraph { text });
                    }
                }
            }
            Tag::List(_) => {
                self.close();
                self.lists += 1;
            }
            Tag::Item => {
                let depth = self.lists.saturating_sub(1);
                self.items.push(self.markdown.blocks.len());
                let item = Item {
                    depth,
                    checkbox: None,
                    text: start_of(&span),
                };
                self.open(span, BlockKind::Item(item));
            }
            Tag::CodeBlock(kind) => {
                let fenced = matches!(kind, CodeBlockKind::Fenced(_));
                let info = if fenced {
                    info_string(self.text, &span)
                } else {
                    start_of(&span)
                };
                let closed = !fenced || fence_is_closed(&self.text[span.clone()]);
                let at = self.markdown.pieces.len();
                let fence = CodeFence {
                    info,
                    closed,
                    fenced,
                    pieces: at..at,
                };
                self.close();
                self.push(span, BlockKind::Fence(fence));
                self.open = Open::Code;
            }
            Tag::Table(_) => {
                let at = self.markdown.rows.len();
                self.push(span, BlockKind::Table(Table { rows: at..at }));
            }
            Tag::TableHead | Tag::TableRow => {
                let at = self.markdown.cells.len();
                self.markdown.rows.push(at..at);
            }
            Tag::TableCell => {
                self.close();
                self.markdown.cells.push(start_of(&span));
                self.gather(Open::Cell);
            }
            Tag::Emphasis
            | Tag::Strong
            | Tag::Strikethrough
            | Tag::Link { .. }
            | Tag::Image { .. } => {
                self.inline(span);
            }
            _ => {}
        }
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Heading(_) | TagEnd::Paragraph | TagEnd::CodeBlock => self.close(),
            TagEnd::TableCell => {
                self.close();
                let cells = self.markdown.cells.len();
                if let Some(row) = self.markdown.rows.last_mut() {
                    row.end = cells;
                }
            }
            TagEnd::TableHead | TagEnd::TableRow => {
                let rows = self.markdown.rows.len();
                if let Some(Block {
                    kind: BlockKind::Table(table),
                    ..
                }) = self.markdown.blocks.last_mut()
                {
                    table.rows.end = rows;
                }
            }
            TagEnd::Item => {
                self.items.pop();
                self.close();
            }
            TagEnd::List(_) => {
                self.lists = self.lists.saturating_sub(1);
                self.close();
            }
            _ => {}
        }
    }

    /// Opens a block, whose text is empty still.
    fn open(&mut self, span: Range<usize>, kind: BlockKind) {
        self.close();
        self.gathered = start_of(&span);
        self.open = Open::Block(self.markdown.blocks.len());
        self.push(span, kind);
    }

    /// Opens something, whose text so far may be empty.
    fn gather(&mut self, open: Open) {
        self.open = open;
        if let Some(text) = self.open_text() {
            self.gathered = text.clone();
        }
    }

    /// Closes what is open.
    fn close(&mut self) {
        let gathered = self.gathered.clone();
        if let Some(text) = self.open_text() {
            *text = gathered;
        }
        self.open = Open::Nothing;
    }

    /// The text of what is open, where it is kept.
    fn open_text(&mut self) -> Option<&mut Range<usize>> {
        match self.open {
            Open::Nothing | Open::Code => None,
            Open::Cell => self.markdown.cells.last_mut(),
            Open::Block(block) => match &mut self.markdown.blocks[block].kind {
                BlockKind::Heading { text, .. } | BlockKind::Paragraph { text } => Some(text),
                BlockKind::Item(item) => Some(&mut item.text),
                BlockKind::Fence(_) | BlockKind::Table(_) | BlockKind::Rule => None,
            },
        }
    }

    fn push(&mut self, span: Range<usize>, kind: BlockKind) {
        self.markdown.blocks.push(Block { span, kind });
    }

    fn item_is_bare(&self, item: usize) -> bool {
        matches!(&self.markdown.blocks[item].kind, BlockKind::Item(item) if item.text.start == item.text.end)
    }

    /// Stretches the text of what is open over an inline event. (Where nothing is open, nobody gets it.)
    fn inline(&mut self, span: Range<usize>) {
        let text = &mut self.gathered;
        if text.start == text.end {
            *text = span;
        } else {
            text.start = text.start.min(span.start);
            text.end = text.end.max(span.end);
        }
    }

    /// Adds a stretch of code to the open fence.
    fn piece(&mut self, span: Range<usize>) {
        let Some(Block {
            kind: BlockKind::Fence(fence),
            ..
        }) = self.markdown.blocks.last_mut()
        else {
            return;
        };
        match self.markdown.pieces.last_mut() {
            Some(last) if !fence.pieces.is_empty() && last.end == span.start => last.end = span.end,
            _ => {
                self.markdown.pieces.push(span);
                fence.pieces.end = self.markdown.pieces.len();
            }
        }
    }
}

fn start_of(span: &Range<usize>) -> Range<usize> {
    span.start..span.start
}

fn inside_backticks(text: &str, span: Range<usize>) -> Range<usize> {
    let code = &text[span.clone()];
    let ticks = code.bytes().take_while(|&byte| byte == b'`').count();
    let (mut start, mut end) = (span.start + ticks, span.end.saturating_sub(ticks));
    if start >= end {
        return span.start..span.start;
    }
    let inside = &text[start..end];
    if inside.starts_with(' ') && inside.ends_with(' ') && !inside.trim().is_empty() {
        (start, end) = (start + 1, end - 1);
    }
    start..end
}

fn info_string(text: &str, span: &Range<usize>) -> Range<usize> {
    let line = text[span.clone()]
        .split(['\n', '\r'])
        .next()
        .unwrap_or_default();
    let marks = line.len()
        - line
            .trim_start_matches([' ', '\t'])
            .trim_start_matches(['`', '~'])
            .len();
    let info = &line[marks..];
    let start = span.start + marks + (info.len() - info.trim_start().len());
    start..start + info.trim().len()
}

/// Whether the last line of a fence is its end mark.
fn fence_is_closed(fence: &str) -> bool {
    let opening = fence.trim_start();
    let mark = opening.chars().next().unwrap_or('`');
    let length = opening.chars().take_while(|&c| c == mark).count();
    let body = fence.trim_end_matches(['\n', '\r']);
    let Some(end) = body.rfind(['\n', '\r']) else {
        return false;
    };
    // The line may begin with the marks of quotes around it.
    let line = body[end + 1..]
        .trim_start_matches([' ', '\t', '>'])
        .trim_end();
    line.len() >= length && line.chars().all(|c| c == mark)
}
