//! JSON values one a line.

use super::frames::{Frame, Frames};
use super::lines::{Lines, TooLong};

/// Reads newline-delimited JSON from bytes that come in any pieces. A last line without an end counts; blank lines do
/// not. It holds at most one line of the longest length and what was pushed last.
#[derive(Debug)]
pub(crate) struct NdJson(Lines);

impl NdJson {
    pub(crate) fn new(limit: usize) -> Self {
        Self(Lines::new(limit, false))
    }
}

impl Frames for NdJson {
    fn push(&mut self, bytes: &[u8]) {
        self.0.push(bytes);
    }

    fn finish(&mut self) {
        self.0.finish();
    }

    fn next(&mut self) -> Result<Option<Frame<'_>>, TooLong> {
        let line = self.0.next_filled()?;
        Ok(line.map(|data| Frame { name: b"", data }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(bytes: &[u8], cut: usize) -> Vec<String> {
        let mut decoder = NdJson::new(1 << 20);
        let mut found = Vec::new();
        let mut take = |decoder: &mut NdJson| {
            while let Some(frame) = decoder.next().unwrap() {
                found.push(String::from_utf8_lossy(frame.data).into_owned());
            }
        };
        for piece in bytes.chunks(cut) {
            decoder.push(piece);
            take(&mut decoder);
        }
        decoder.finish();
        take(&mut decoder);
        found
    }

    #[test]
    fn lines_of_every_ending() {
        let text = "{\"a\":1}\r\n\n  \r\n{\"b\":\"é\"}\n{\"c\":\r3}";
        for cut in 1..=text.len() {
            assert_eq!(
                lines(text.as_bytes(), cut),
                ["{\"a\":1}", "{\"b\":\"é\"}", "{\"c\":\r3}"]
            );
        }
        assert!(lines(b" \n\n", 1).is_empty());
    }

    #[test]
    fn a_line_that_is_too_long_is_refused() {
        let mut decoder = NdJson::new(8);
        decoder.push(b"0123456789");
        assert_eq!(decoder.next(), Err(TooLong));
        let mut decoder = NdJson::new(8);
        decoder.push(b"0123\n0123456789\n");
        assert_eq!(decoder.next().unwrap().unwrap().data, b"0123");
        assert_eq!(decoder.next(), Err(TooLong));
    }

    proptest::proptest! {
        #[test]
        fn wherever_the_bytes_are_cut(text in "([a{}\"é ]{0,5}(\n|\r\n)?){0,12}", cut in 1_usize..9) {
            let whole: Vec<&str> = text.split('\n').map(str::trim_ascii).filter(|line| !line.is_empty()).collect();
            assert_eq!(lines(text.as_bytes(), cut), whole);
        }
    }
}
