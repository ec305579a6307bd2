//! Lines out of bytes that come in any pieces.

use std::ops::Range;

use memchr::{memchr, memchr2};

/// A line or an event is longer than allowed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct TooLong;

/// Splits bytes into lines, wherever the pieces are cut. It holds at most one unfinished line and what was pushed last.
#[derive(Debug)]
pub(crate) struct Lines {
    buffer: Vec<u8>,
    /// All before it was given out.
    taken: usize,
    /// There is no end of a line between `taken` and it.
    searched: usize,
    /// Whether a carriage return alone ends a line, as it does in server-sent events and not in JSON.
    returns: bool,
    /// The last line ended with a carriage return: a line feed right after it belongs to that end.
    after_return: bool,
    finished: bool,
    limit: usize,
}

impl Lines {
    pub(crate) fn new(limit: usize, returns: bool) -> Self {
        Self {
            buffer: Vec::new(),
            taken: 0,
            searched: 0,
            returns,
            after_return: false,
            finished: false,
            limit,
        }
    }

    pub(crate) fn push(&mut self, bytes: &[u8]) {
        self.buffer.drain(..self.taken);
        self.searched -= self.taken;
        self.taken = 0;
        self.buffer.extend_from_slice(bytes);
    }

    /// Nothing follows: what is left is the last line, although nothing ended it.
    pub(crate) fn finish(&mut self) {
        self.finished = true;
    }

    /// The next line without its end.
    pub(crate) fn next(&mut self) -> Result<Option<&[u8]>, TooLong> {
        let line = self.next_range()?;
        Ok(line.map(|line| &self.buffer[line]))
    }

    /// The next line that has more than blanks, without them.
    pub(crate) fn next_filled(&mut self) -> Result<Option<&[u8]>, TooLong> {
        while let Some(line) = self.next_range()? {
            if !self.buffer[line.clone()].trim_ascii().is_empty() {
                return Ok(Some(self.buffer[line].trim_ascii()));
            }
        }
        Ok(None)
    }

    /// Where the next line is. It stays there until more is pushed.
    fn next_range(&mut self) -> Result<Option<Range<usize>>, TooLong> {
        if self.after_return && self.taken < self.buffer.len() {
            self.after_return = false;
            if self.buffer[self.taken] == b'\n' {
                self.taken += 1;
                self.searched = self.searched.max(self.taken);
            }
        }
        let unsearched = &self.buffer[self.searched..];
        let found = if self.returns {
            memchr2(b'\n', b'\r', unsearched)
        } else {
            memchr(b'\n', unsearched)
        };
        let start = self.taken;
        let end = match found {
            Some(at) => self.searched + at,
            None if self.finished && start < self.buffer.len() => self.buffer.len(),
            None => {
                self.searched = self.buffer.len();
                return match self.buffer.len() - start > self.limit {
                    true => Err(TooLong),
                    false => Ok(None),
                };
            }
        };
        if end - start > self.limit {
            return Err(TooLong);
        }
        self.after_return = self.returns && self.buffer.get(end) == Some(&b'\r');
        self.taken = (end + 1).min(self.buffer.len());
        self.searched = self.taken;
        Ok(Some(start..end))
    }
}
