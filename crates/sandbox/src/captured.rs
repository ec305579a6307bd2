//! Output of any length in bounded memory.

use std::borrow::Cow;
use std::collections::VecDeque;
use std::fmt;

use tokio::io::{AsyncRead, AsyncReadExt};

/// What a command wrote to one stream: all of it, or its start and its end.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Captured {
    /// The first bytes; all of them if none are omitted and `tail` is empty.
    pub head: Vec<u8>,
    /// The last bytes.
    pub tail: Vec<u8>,
    /// How many bytes between the two were read and let go.
    pub omitted_bytes: u64,
}

impl Captured {
    /// How many bytes were written in all.
    pub fn total_bytes(&self) -> u64 {
        self.head.len() as u64 + self.omitted_bytes + self.tail.len() as u64
    }

    /// Whether nothing was written.
    pub fn is_empty(&self) -> bool {
        self.total_bytes() == 0
    }

    /// The output as text, with � for what is no UTF-8 and, where bytes are omitted, a line that says how many.
    ///
    /// Control characters are kept: escape them before they reach a terminal.
    pub fn text_lossy(&self) -> Cow<'_, str> {
        if self.omitted_bytes > 0 {
            let head = String::from_utf8_lossy(&self.head);
            let tail = String::from_utf8_lossy(&self.tail);
            return Cow::Owned(format!(
                "{head}\n[{} bytes omitted]\n{tail}",
                self.omitted_bytes
            ));
        }
        if self.tail.is_empty() {
            return String::from_utf8_lossy(&self.head);
        }
        // Joined before decoding: the cut may be within a character.
        let bytes = [self.head.as_slice(), &self.tail].concat();
        Cow::Owned(String::from_utf8_lossy(&bytes).into_owned())
    }
}

impl fmt::Debug for Captured {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Captured({:?})", self.text_lossy())
    }
}

/// Reads a stream to its end and keeps a bounded part.
#[derive(Debug)]
pub(crate) struct Capture<R> {
    stream: Option<R>,
    head: Vec<u8>,
    head_cap: usize,
    tail: VecDeque<u8>,
    tail_cap: usize,
    omitted: u64,
    buffer: Box<[u8]>,
}

impl<R: AsyncRead + Unpin> Capture<R> {
    /// Keeps at most `cap` bytes: half from the start, half from the end.
    pub(crate) fn new(stream: Option<R>, cap: usize) -> Self {
        Self {
            stream,
            head: Vec::new(),
            head_cap: cap / 2,
            tail: VecDeque::new(),
            tail_cap: cap - cap / 2,
            omitted: 0,
            buffer: vec![0; 16 << 10].into_boxed_slice(),
        }
    }

    /// Reads until the stream ends; a stream that fails has ended.
    ///
    /// # Cancel safety
    ///
    /// What was read is kept when the future is dropped, and the next call goes on from there.
    pub(crate) async fn pump(&mut self) {
        while let Some(stream) = &mut self.stream {
            match stream.read(&mut self.buffer).await {
                Ok(count) if count > 0 => self.take(count),
                _ => self.stream = None,
            }
        }
    }

    pub(crate) fn finish(self) -> Captured {
        Captured {
            head: self.head,
            tail: self.tail.into(),
            omitted_bytes: self.omitted,
        }
    }

    fn take(&mut self, count: usize) {
        let bytes = &self.buffer[..count];
        let room = self.head_cap - self.head.len();
        let (first, rest) = bytes.split_at(room.min(count));
        self.head.extend_from_slice(first);
        // Of a piece that is larger than the tail only its end can stay.
        let (lost, rest) = rest.split_at(rest.len().saturating_sub(self.tail_cap));
        let surplus = (self.tail.len() + rest.len()).saturating_sub(self.tail_cap);
        self.tail.drain(..surplus);
        self.tail.extend(rest);
        self.omitted += (lost.len() + surplus) as u64;
    }
}
