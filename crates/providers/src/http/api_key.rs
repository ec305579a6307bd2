//! Keys, and keeping them out of everything that is shown.

use std::fmt;

use reqwest::header::HeaderValue;
use secrecy::{ExposeSecret, SecretString};

/// A secret of fewer bytes is not looked for in errors: it would be found in plain words.
const SHORTEST_IN_ERRORS: usize = 4;
/// A secret of fewer bytes is left alone in an answer's text: `test` may well be a word of it.
const SHORTEST_IN_TEXT: usize = 12;
const REDACTED: &str = "[redacted]";

/// A key for a service. It has no `Serialize`, and its `Debug` says only that there is one.
#[derive(Clone)]
pub(crate) struct ApiKey(SecretString);

impl ApiKey {
    pub(crate) fn new(key: impl Into<String>) -> Self {
        Self(SecretString::from(key.into()))
    }

    /// The value of an `Authorization` header.
    ///
    /// # Errors
    ///
    /// What is wrong with the key, in words that do not hold it: an HTTP header can carry only visible ASCII, and a
    /// key with a line break would otherwise write a header of its own.
    pub(crate) fn bearer(&self) -> Result<HeaderValue, String> {
        let key = self.0.expose_secret();
        if key.is_empty() {
            return Err("the key is empty".to_owned());
        }
        if let Some(at) = key.bytes().position(|byte| !byte.is_ascii_graphic()) {
            let what = match key.as_bytes()[at] {
                b'\n' | b'\r' => "a line break",
                b' ' | b'\t' => "a blank",
                _ => "a character that is not printable ASCII",
            };
            return Err(format!("the key has {what} at byte {}", at + 1));
        }
        let mut value = HeaderValue::try_from(format!("Bearer {key}"))
            .map_err(|_| "the key cannot be sent in a header".to_owned())?;
        value.set_sensitive(true);
        Ok(value)
    }

    pub(crate) fn secret(&self) -> &SecretString {
        &self.0
    }
}

impl fmt::Debug for ApiKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(REDACTED)
    }
}

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
}

impl fmt::Debug for Redactor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Redactor({} secrets)", self.0.len())
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
    fn a_key_that_no_header_can_carry_is_named_by_its_fault_only() {
        for (key, fault) in [
            ("sk-abc\n", "a line break at byte 7"),
            ("sk abc", "a blank at byte 3"),
            ("sk-ä", "not printable ASCII at byte 4"),
            ("", "the key is empty"),
        ] {
            let error = ApiKey::new(key).bearer().unwrap_err();
            assert!(error.contains(fault), "{error}");
            assert!(key.is_empty() || !error.contains(key.trim()), "{error}");
        }
        assert!(ApiKey::new("sk-abc").bearer().unwrap().is_sensitive());
    }

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
}
