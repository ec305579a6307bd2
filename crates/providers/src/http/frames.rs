//! What a stream of bytes is made of.

use super::lines::TooLong;

/// One event of a stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Frame<'a> {
    /// What kind of event it is; empty where nothing was said.
    pub(crate) name: &'a [u8],
    /// What it holds.
    pub(crate) data: &'a [u8],
}

/// Finds frames in bytes that come in any pieces: push bytes, take frames until there are none, and so on; at the end
/// finish, and take what is left. No I/O, and bounded memory.
pub(crate) trait Frames: Send {
    fn push(&mut self, bytes: &[u8]);

    /// Nothing follows.
    fn finish(&mut self);

    fn next(&mut self) -> Result<Option<Frame<'_>>, TooLong>;
}
