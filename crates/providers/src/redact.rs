//! Takes secrets out of text.

use std::fmt;

use secrecy::{ExposeSecret, SecretString};

#[cfg(feature = "http")]
use crate::FinishReason;

/// A secret of fewer bytes is not looked for in errors: it would be found in plain words.
const SHORTEST_IN_ERRORS: usize = 4;
/// A secret of fewer bytes is left alone in an answer's text: `test` may well be a word of it.
const SHORTEST_IN_TEXT: usize = 12;
pub(crate) const REDACTED: &str = "[redacted]";

/// Takes known secrets out of text that came from elsewhere.
#[derive(Clone, Default)]
pub(crate) struct Redactor(Vec<SecretString>);

impl Redactor {
    pub(crate) fn new<'a>(secrets: impl IntoIterator<Item = &'a SecretString>) -> Self {
        let mut secrets: Vec<SecretString> = secrets.into_iter().cloned().collect();
        // A secret that holds another one must go first, or its rest stays.
        secrets.sort_by_key(|secret| std::cmp::Reverse(secret.expose_secret().len()));
        Self(secrets)
    }

    /// For errors, ids and everything else that is shown.
    pub(crate) fn clean(&self, text: &str) -> String {
        self.replace(text, SHORTEST_IN_ERRORS)
    }

    /// For the text of an answer, which must stay what it is.
    pub(crate) fn clean_answer(&self, text: &str) -> String {
        self.replace(text, SHORTEST_IN_TEXT)
    }

    /// For a reason that only this server has.
    #[cfg(feature = "http")]
    pub(crate) fn clean_reason(&self, reason: FinishReason) -> FinishReason {
        match reason {
            FinishReason::Other(reason) => FinishReason::Other(self.clean(&reason)),
            known => known,
        }
    }

    fn replace(&self, text: &str, shortest: usize) -> String {
        let mut text = text.to_owned();
        for secret in &self.0 {
            let secret = secret.expose_secret();
            if secret.len() >= shortest && text.contains(secret) {
                text = text.replace(secret, REDACTED);
            }
            if let Some(start) = cut_secret(&text, secret, shortest) {
                text.truncate(start);
                text.push_str(REDACTED);
            }
        }
        text
    }

    fn without_whole(&self, mut text: String, shortest: usize) -> String {
        for secret in &self.0 {
            let secret = secret.expose_secret();
            if secret.len() >= shortest && text.contains(secret) {
                text = text.replace(secret, REDACTED);
            }
        }
        text
    }

    /// Where the longest end of the text starts that a secret may begin with; its length when there is none.
    fn beginning_at(&self, text: &str) -> usize {
        let secrets = self.0.iter().map(ExposeSecret::expose_secret);
        secrets
            .filter(|secret| secret.len() >= SHORTEST_IN_TEXT)
            .filter_map(|secret| cut_secret(text, secret, 1))
            .min()
            .unwrap_or(text.len())
    }
}

impl fmt::Debug for Redactor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Redactor({} secrets)", self.0.len())
    }
}

/// Takes secrets out of an answer that comes in pieces: a secret may be cut by the end of a piece, so that what may
/// be its beginning is held back until more is known.
#[derive(Debug)]
pub(crate) struct RedactedPieces<'a> {
    redactor: &'a Redactor,
    held: String,
}

impl<'a> RedactedPieces<'a> {
    pub(crate) fn new(redactor: &'a Redactor) -> Self {
        Self {
            redactor,
            held: String::new(),
        }
    }

    /// What can be shown now; may be empty.
    pub(crate) fn push(&mut self, piece: String) -> String {
        let mut text = if self.held.is_empty() {
            piece
        } else {
            std::mem::take(&mut self.held) + &piece
        };
        text = self.redactor.without_whole(text, SHORTEST_IN_TEXT);
        let held = self.redactor.beginning_at(&text);
        self.held = text.split_off(held);
        text
    }

    /// What was held back, when nothing follows.
    pub(crate) fn finish(&mut self) -> String {
        let held = std::mem::take(&mut self.held);
        self.redactor.clean_answer(&held)
    }
}

/// Where a secret begins that was cut off with the text. A beginning of the shortest length counts.
fn cut_secret(text: &str, secret: &str, shortest: usize) -> Option<usize> {
    (shortest..secret.len())
        .rev()
        .filter_map(|length| secret.get(..length))
        .find(|beginning| text.ends_with(beginning))
        .map(|beginning| text.len() - beginning.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_secrets_do_not_garble_answers() {
        let redactor = Redactor::new([&SecretString::from("test")]);
        assert_eq!(redactor.clean("bad key test"), "bad key [redacted]");
        assert_eq!(redactor.clean_answer("def test_it"), "def test_it");
        let redactor = Redactor::new(&[
            SecretString::from("sk-0123456789"),
            SecretString::from("sk-0123456789-long"),
        ]);
        assert_eq!(
            redactor.clean_answer("a sk-0123456789-long b"),
            "a [redacted] b"
        );
        assert_eq!(
            redactor.clean("cut off: sk-0123456789-lo"),
            "cut off: [redacted]"
        );
        assert_eq!(redactor.clean("cut off: sk-012"), "cut off: [redacted]");
        assert_eq!(redactor.clean_answer("a sk-012"), "a sk-012");
    }

    proptest::proptest! {
        #[test]
        fn a_secret_that_comes_in_pieces_is_taken_out(
            before in "[a-z0123-]{0,9}", after in "[a-z0123-]{0,9}", cuts in proptest::collection::vec(1_usize..6, 0..40)
        ) {
            let redactor = Redactor::new([&SecretString::from("sk-0123456789-long")]);
            let text = format!("{before}sk-0123456789-long{after}");
            let mut pieces = RedactedPieces::new(&redactor);
            let (mut shown, mut rest) = (String::new(), text.as_str());
            for cut in cuts {
                let (piece, left) = rest.split_at(cut.min(rest.len()));
                shown += &pieces.push(piece.to_owned());
                rest = left;
            }
            shown += &pieces.push(rest.to_owned());
            shown += &pieces.finish();
            assert_eq!(shown, format!("{before}{REDACTED}{after}"));
        }
    }
}
