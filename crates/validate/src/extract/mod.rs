//! Finding the files in a model's reply.

mod fence;
mod name;
mod thinking;
mod wrapper;

use crate::empty::is_blank;
use crate::source::{Language, excerpt, line_list};
use fence::{Block, blocks};
use name::{Named, named};

/// A file found in a reply.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExtractedFile {
    /// One of the paths that were asked for, letter for letter.
    pub path: String,
    /// What the reply gives for it.
    pub content: String,
    /// Whether the lines of the reply ended with CR LF, those of its fences included, and those of `content` were
    /// made to end with LF. A file that has CR LF already may want them back: [`ExtractedFile::restore_line_ends`].
    pub came_with_crlf: bool,
}

impl ExtractedFile {
    /// Gives the lines CR LF again if the reply had it and every line of what stands in the file now has it.
    pub fn restore_line_ends(&mut self, previous: &str) {
        if self.came_with_crlf && is_crlf(previous) {
            self.content = self.content.replace('\n', "\r\n");
            self.came_with_crlf = false;
        }
    }
}

/// Whether there are line ends, and all are CR LF.
fn is_crlf(text: &str) -> bool {
    let mut lines = text
        .split_inclusive('\n')
        .filter(|line| line.ends_with('\n'));
    let mut any = false;
    lines.all(|line| {
        any = true;
        line.ends_with("\r\n")
    }) && any
}

/// What [`extract`] found in a reply.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Extraction {
    /// At most one file for each path asked for, in the order asked.
    pub files: Vec<ExtractedFile>,
    /// What keeps the reply from being whole, as sentences that can be sent back to the model: a
    /// missing file, a block that is not closed, two blocks that disagree. A file whose block has a
    /// problem is not in `files`.
    pub problems: Vec<String>,
    /// Paths that the reply gives files for and that were not asked for. They must never be written.
    pub unexpected: Vec<String>,
    /// Whether the reply gives no file at all, and nothing that might be one: it only talks about the work.
    pub only_talks: bool,
}

impl Extraction {
    /// Whether every file asked for is there and nothing is in doubt.
    pub fn is_complete(&self) -> bool {
        self.problems.is_empty()
    }

    /// The content found for a path.
    pub fn get(&self, path: &str) -> Option<&str> {
        let file = self.files.iter().find(|file| file.path == path)?;
        Some(&file.content)
    }
}

/// Finds the files asked for in a reply.
///
/// `expected` are the paths asked for, relative to the root. A block of the reply is matched to one
/// of them by, in this order:
///
/// 1. a path in the fence's info string: ```` ```python src/a.py ````, ```` ```path=src/a.py ````,
///    ```` ```python:src/a.py ````, `title="…"`, `file=…`, `filename=…`;
/// 2. a heading-like line just before the fence that is a path: `**src/a.py**`, `### src/a.py`,
///    `` File: `src/a.py` ``, or a sentence that names exactly one of the paths asked for;
/// 3. a marker on the first line in the fence: `# File: src/a.py` (taken away), or the bare path as
///    a comment (kept, unless a `#!` line must come first);
/// 4. being the only nameless block that fits the one file asked for which has none.
///
/// Paths are compared with `./` and doubled slashes taken away. A shorter path (`a.py`) stands for
/// the only one asked for that ends with it. Nothing else is matched, so that a reply can name no
/// file that was not asked for.
///
/// A reply that is a JSON object `{"files": [{"path": …, "content": …}]}`, alone or in one fence, is
/// read as such (feature `json`). A reply without any fence is taken whole if one file is asked for
/// and it does not read as prose.
///
/// Fences follow CommonMark: a longer fence may hold shorter ones. Within a Markdown block, inner
/// fences with an info string are honoured also when they are as long as the outer one. A block
/// that is never closed was cut off: its file is not given.
///
/// A reply whose fences end with CR LF came with line ends that are not the file's: the content has LF. JSON says which
/// line ends it means.
///
/// What a model thought first (`<think>…</think>`, or all up to a line `</think>` where the server has taken the opening
/// tag) is no answer, whatever drafts it holds.
///
/// What only stands around an answer is no part of a file: a block without a path that holds nothing but blocks with
/// the paths asked for is taken apart, and a reply without a fence that stands in a tag (`<file path=…>`) is a problem.
///
/// ```
/// use wavecrew_validate::extract;
///
/// let reply = "```python src/a.py\nx = 1\n```\n```python ../b.py\ny = 2\n```\n";
/// let found = extract(reply, &["src/a.py"]);
/// assert_eq!(found.get("src/a.py"), Some("x = 1\n"));
/// assert_eq!(found.unexpected, ["../b.py"]);
/// ```
///
/// # Complexity
///
/// Linear in the length of the reply, times the number of paths for naming blocks.
pub fn extract(reply: &str, expected: &[&str]) -> Extraction {
    let mut work = Work::new(expected);
    let (thought, reply) = reply.split_at(thinking::answer_start(reply));
    let trimmed = reply.trim();
    if is_blank(trimmed) {
        let problem = match thought {
            "" => "the reply is empty",
            _ => "the reply holds what was thought, and nothing behind it",
        };
        work.out.problems.push(problem.into());
        return work.out;
    }
    let blocks = blocks(reply, 1 + thought.matches('\n').count());
    if work.envelope(trimmed, &blocks) {
        return work.finish();
    }
    let blocks = wrapper::unwrapped(blocks, expected);
    work.whole_markdown(reply, &blocks);
    if work.found.iter().all(Option::is_none) {
        if blocks.is_empty() {
            work.bare(reply);
        } else {
            work.blocks(blocks);
        }
    }
    work.finish()
}

/// The content of a file, and whether it came with CR LF that was taken away.
struct Found {
    content: String,
    crlf: bool,
}

impl Found {
    /// A text without a fence whose lines tell of themselves how the reply came.
    fn bare(text: &str) -> Found {
        let crlf = is_crlf(text);
        let content = if crlf {
            text.replace("\r\n", "\n")
        } else {
            text.to_owned()
        };
        Found { content, crlf }
    }
}

struct Work<'a> {
    expected: &'a [&'a str],
    /// One slot for each path asked for.
    found: Vec<Option<Found>>,
    /// Paths about which a problem was already told.
    told: Vec<bool>,
    out: Extraction,
}

impl<'a> Work<'a> {
    fn new(expected: &'a [&'a str]) -> Work<'a> {
        Work {
            expected,
            found: expected.iter().map(|_| None).collect(),
            told: vec![false; expected.len()],
            out: Extraction::default(),
        }
    }

    fn finish(mut self) -> Extraction {
        for (index, path) in self.expected.iter().enumerate() {
            match self.found[index].take() {
                Some(found) if !self.told[index] => self.out.files.push(ExtractedFile {
                    path: (*path).to_owned(),
                    content: found.content,
                    came_with_crlf: found.crlf,
                }),
                _ if self.told[index] => {}
                _ => self
                    .out
                    .problems
                    .push(format!("the reply gives no file `{path}`")),
            }
        }
        let nothing_in_doubt = !self.told.iter().any(|told| *told);
        let nothing_there = self.out.files.is_empty() && self.out.unexpected.is_empty();
        self.out.only_talks |= nothing_there && nothing_in_doubt && !self.expected.is_empty();
        self.out
    }

    fn problem(&mut self, index: usize, text: String) {
        self.told[index] = true;
        self.out.problems.push(text);
    }

    fn unexpected(&mut self, path: &str) {
        let path = excerpt(path);
        if !self.out.unexpected.contains(&path) {
            self.out.unexpected.push(path);
        }
    }

    /// Takes the content, whose CR LF was taken away if `crlf` says so.
    fn give(&mut self, index: usize, content: String, crlf: bool) {
        match &self.found[index] {
            None => self.found[index] = Some(Found { content, crlf }),
            Some(earlier) if earlier.content == content => {}
            Some(_) if self.told[index] => {}
            Some(_) => {
                let path = self.expected[index];
                self.problem(
                    index,
                    format!("the reply gives `{path}` more than once, and not the same"),
                );
            }
        }
    }

    /// The JSON form; tells whether the reply was one.
    #[cfg(feature = "json")]
    fn envelope(&mut self, reply: &str, blocks: &[Block<'_>]) -> bool {
        let text = match blocks {
            [] => reply.to_owned(),
            [only] if only.closed && only.is_json() => only.content(),
            // A JSON reply may hold fences inside its strings.
            _ if reply.starts_with('{') && reply.ends_with('}') => reply.to_owned(),
            _ => return false,
        };
        let Ok(value) = serde_json::from_str::<serde_json::Value>(&text) else {
            return false;
        };
        let Some(files) = value.get("files").and_then(|files| files.as_array()) else {
            return false;
        };
        let entries: Vec<(&str, &str)> = (files.iter())
            .filter_map(|file| Some((file.get("path")?.as_str()?, file.get("content")?.as_str()?)))
            .collect();
        let known = |path: &str| name::find(path, self.expected).is_some();
        // Where no file is asked for by its path, each one is for whoever asked to judge.
        let is_meant = self.expected.is_empty() || entries.iter().any(|(path, _)| known(path));
        if entries.is_empty() || !is_meant {
            return false;
        }
        if entries.len() < files.len() {
            let text = "an entry of `files` has no `path` or no `content`";
            self.out.problems.push(text.into());
        }
        for (path, content) in entries {
            match name::find(path, self.expected) {
                Some(index) => self.give(index, content.to_owned(), false),
                None => self.unexpected(path),
            }
        }
        true
    }

    #[cfg(not(feature = "json"))]
    fn envelope(&mut self, _: &str, _: &[Block<'_>]) -> bool {
        false
    }

    /// A reply that *is* the Markdown file asked for, with code blocks of its own.
    fn whole_markdown(&mut self, reply: &str, blocks: &[Block<'_>]) {
        let [path] = self.expected else {
            return;
        };
        let prose = Language::of(path) == Some(Language::Prose);
        let starts = reply.trim_start().starts_with("# ") || reply.starts_with("---\n");
        let wrapped = blocks.iter().any(|block| {
            block.level == Some(Language::Prose)
                || matches!(named(block, self.expected), Named::Expected { .. })
        });
        if prose && starts && !wrapped && blocks.iter().all(|block| block.closed) {
            self.found[0] = Some(Found::bare(reply));
        }
    }

    /// A reply without any fence.
    fn bare(&mut self, reply: &str) {
        let [path] = self.expected else {
            return;
        };
        if let Some(tag) = wrapper::tag(reply, path) {
            let text = format!(
                "the reply puts `{path}` into `<{tag}>`, which is no part of a file: give it in a fenced block"
            );
            self.problem(0, text);
            return;
        }
        let language = Language::of(path);
        let prose = match language {
            Some(Language::Prose) => crate::guide::is_chatter(reply),
            Some(language) => crate::guide::reads_as_prose(reply, language),
            None => crate::guide::reads_as_prose(reply, Language::Config),
        };
        if prose {
            let text = format!("the reply explains and gives no file `{path}`");
            self.problem(0, text);
            self.out.only_talks = true;
            return;
        }
        let marker = name::marker(reply.lines().next().unwrap_or_default());
        let content = match marker {
            Some(marker) if marker.explicit => {
                if name::find(&marker.path, self.expected).is_none() {
                    self.unexpected(&marker.path);
                    return;
                }
                reply.split_once('\n').map_or("", |(_, rest)| rest)
            }
            _ => reply,
        };
        self.found[0] = Some(Found::bare(content));
    }

    fn blocks(&mut self, blocks: Vec<Block<'_>>) {
        let mut nameless = Vec::new();
        for block in &blocks {
            match named(block, self.expected) {
                Named::Expected { index, .. } if block.is_diff() && !self.asks_for_diff(index) => {
                    let path = self.expected[index];
                    let text = format!("the reply gives a change to `{path}`, not the whole file");
                    self.problem(index, text);
                }
                Named::Expected { index, content } if block.closed => {
                    if block.doubtful {
                        self.doubtful(index, block);
                    }
                    self.give(index, content, block.crlf);
                }
                Named::Expected { index, .. } => self.cut_off(index, block),
                Named::Other(path) => self.unexpected(&path),
                Named::Not => nameless.push(block),
            }
        }
        self.nameless(&nameless);
    }

    fn asks_for_diff(&self, index: usize) -> bool {
        [".diff", ".patch"]
            .iter()
            .any(|ending| self.expected[index].ends_with(ending))
    }

    fn doubtful(&mut self, index: usize, block: &Block<'_>) {
        let path = self.expected[index];
        self.problem(
            index,
            format!(
                "where the block for `{path}` (line {}) ends is in doubt: fence it with more backticks than it holds",
                block.line
            ),
        );
    }

    fn cut_off(&mut self, index: usize, block: &Block<'_>) {
        let path = self.expected[index];
        self.problem(
            index,
            format!(
                "the block for `{path}` that begins on line {} is not closed: the reply was cut off",
                block.line
            ),
        );
    }

    /// Nameless blocks, if exactly one file is still missing.
    fn nameless(&mut self, nameless: &[&Block<'_>]) {
        let mut missing = (0..self.expected.len())
            .filter(|index| self.found[*index].is_none() && !self.told[*index]);
        let (Some(index), None) = (missing.next(), missing.next()) else {
            if let Some(open) = nameless.iter().find(|block| !block.closed) {
                self.out.problems.push(format!(
                    "a block that begins on line {} is not closed: the reply was cut off",
                    open.line
                ));
            }
            return;
        };
        let path = self.expected[index];
        let language = Language::of(path);
        let exact: Vec<_> = (nameless.iter())
            .filter(|block| block.level.is_some() && block.level == language)
            .collect();
        let fitting: Vec<_> = if exact.is_empty() {
            nameless.iter().filter(|block| block.fits(path)).collect()
        } else {
            exact
        };
        match fitting.as_slice() {
            [] => {}
            [block] if !block.closed => self.cut_off(index, block),
            [block] => {
                if block.doubtful {
                    self.doubtful(index, block);
                }
                self.give(index, block.content(), block.crlf);
            }
            many => {
                let lines: Vec<usize> = many.iter().map(|block| block.line).collect();
                let lines = line_list(&lines);
                self.problem(
                    index,
                    format!(
                        "several blocks could be `{path}` ({lines}): name the file at its block"
                    ),
                );
            }
        }
    }
}
