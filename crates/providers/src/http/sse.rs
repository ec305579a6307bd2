//! Server-sent events.

use super::frames::{Frame, Frames};
use super::lines::{Lines, TooLong};

const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";

/// Reads server-sent events from bytes that come in any pieces (HTML Living Standard, section 9.2.6).
///
/// Of the standard it leaves out what only a client that reconnects needs (`id`, `retry`), and it goes beyond it at the
/// end: an event whose closing blank line is missing is given out, because some servers end with a bare
/// `data: [DONE]`. Whether such an event is whole is for its reader to see. It holds at most one line and one event of
/// the longest length, and what was pushed last.
#[derive(Debug)]
pub(crate) struct Sse {
    lines: Lines,
    limit: usize,
    name: Vec<u8>,
    data: Vec<u8>,
    has_data: bool,
    /// The event was given out and can be overwritten.
    given: bool,
    begun: bool,
    finished: bool,
}

impl Sse {
    pub(crate) fn new(limit: usize) -> Self {
        Self {
            lines: Lines::new(limit, true),
            limit,
            name: Vec::new(),
            data: Vec::new(),
            has_data: false,
            given: false,
            begun: false,
            finished: false,
        }
    }

    fn give(&mut self) -> Frame<'_> {
        self.given = true;
        Frame {
            name: &self.name,
            data: &self.data,
        }
    }
}

impl Frames for Sse {
    fn push(&mut self, bytes: &[u8]) {
        self.lines.push(bytes);
    }

    fn finish(&mut self) {
        self.finished = true;
        self.lines.finish();
    }

    fn next(&mut self) -> Result<Option<Frame<'_>>, TooLong> {
        if self.given {
            self.name.clear();
            self.data.clear();
            self.has_data = false;
            self.given = false;
        }
        while let Some(mut line) = self.lines.next()? {
            if !std::mem::replace(&mut self.begun, true) {
                line = line.strip_prefix(BYTE_ORDER_MARK).unwrap_or(line);
            }
            if line.is_empty() {
                if self.has_data {
                    return Ok(Some(self.give()));
                }
                self.name.clear();
                continue;
            }
            let (field, value) = match memchr::memchr(b':', line) {
                Some(colon) => (&line[..colon], &line[colon + 1..]),
                None => (line, &[][..]),
            };
            let value = value.strip_prefix(b" ").unwrap_or(value);
            match field {
                b"data" => {
                    if self.has_data {
                        self.data.push(b'\n');
                    }
                    self.has_data = true;
                    self.data.extend_from_slice(value);
                    if self.data.len() > self.limit {
                        return Err(TooLong);
                    }
                }
                b"event" => {
                    self.name.clear();
                    self.name.extend_from_slice(value);
                }
                // Comments, ids, delays, and what nobody knows.
                _ => {}
            }
        }
        if self.finished && self.has_data {
            return Ok(Some(self.give()));
        }
        Ok(None)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    type Event = (String, String);

    /// The events of the bytes, pushed in pieces of these lengths in turn.
    fn events(bytes: &[u8], cuts: &[usize]) -> Vec<Event> {
        let mut decoder = Sse::new(1 << 20);
        let mut found = Vec::new();
        let mut rest = bytes;
        for cut in cuts.iter().chain([&usize::MAX]) {
            let (piece, left) = rest.split_at((*cut).min(rest.len()));
            decoder.push(piece);
            take(&mut decoder, &mut found);
            rest = left;
        }
        decoder.finish();
        take(&mut decoder, &mut found);
        found
    }

    fn take(decoder: &mut Sse, found: &mut Vec<Event>) {
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        while let Some(frame) = decoder.next().unwrap() {
            found.push((text(frame.name), text(frame.data)));
        }
    }

    fn check(text: &str, expected: &[(&str, &str)]) {
        let found = events(text.as_bytes(), &[]);
        let found: Vec<_> = found
            .iter()
            .map(|(name, data)| (name.as_str(), data.as_str()))
            .collect();
        assert_eq!(found, expected, "{text:?}");
    }

    #[test]
    fn what_the_standard_says() {
        check("data: a\n\ndata: b\n\n", &[("", "a"), ("", "b")]);
        check("data:a\ndata:  b\ndata\n\n", &[("", "a\n b\n")]);
        check(
            "event: x\ndata: a\r\n\r\ndata: b\r\rdata:c\n\n",
            &[("x", "a"), ("", "b"), ("", "c")],
        );
        check(
            ": note\n\n:\nid: 1\nretry: 5\nother: y\ndata: a\n\n",
            &[("", "a")],
        );
        check("event: nothing\n\ndata: a\n\n", &[("", "a")]);
        check("\u{FEFF}data: a\n\n", &[("", "a")]);
        check("data:\n\n", &[("", "")]);
        check(" data: a\n\n", &[]);
        check("", &[]);
        check("\n\r\n\r", &[]);
    }

    #[test]
    fn an_end_without_a_blank_line() {
        check("data: a\n\ndata: [DONE]", &[("", "a"), ("", "[DONE]")]);
        check("data: a\n\ndata: [DONE]\n", &[("", "a"), ("", "[DONE]")]);
        check("data: a\r\n\r\nevent: x", &[("", "a")]);
    }

    #[test]
    fn what_is_too_long_is_refused_and_not_kept() {
        let mut decoder = Sse::new(8);
        decoder.push(b"data: 0123456789");
        assert_eq!(decoder.next(), Err(TooLong));
        let mut decoder = Sse::new(8);
        decoder.push(b"data:0123\ndata:4567\n");
        assert_eq!(decoder.next(), Err(TooLong));
    }

    proptest::proptest! {
        #[test]
        fn wherever_the_bytes_are_cut(
            text in "((data|event|id|:)(: ?)?[aé\u{1F600}:]{0,4}(\n|\r\n|\r)|\n|\r|\r\n){0,12}",
            cuts in proptest::collection::vec(1_usize..4, 0..80),
        ) {
            assert_eq!(events(text.as_bytes(), &cuts), events(text.as_bytes(), &[]));
        }

        #[test]
        fn any_bytes(bytes in proptest::collection::vec(proptest::prelude::any::<u8>(), 0..200), cut in 1_usize..9) {
            let cuts = vec![cut; 200];
            assert_eq!(events(&bytes, &cuts), events(&bytes, &[]));
        }
    }
}
