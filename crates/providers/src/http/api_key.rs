//! Keys.

use std::fmt;

use reqwest::header::HeaderValue;
use secrecy::{ExposeSecret, SecretString};

use crate::redact::REDACTED;

/// A key for a service. It has no `Serialize`, and its `Debug` says only that there is one; its memory is wiped when it
/// is dropped.
///
/// A text becomes one by `into`; [`from_file`](Self::from_file) reads a file that holds nothing else.
#[derive(Clone)]
pub struct ApiKey(SecretString);

impl ApiKey {
    /// This key. Whether a header can carry it is seen when a provider is made of it.
    pub fn new(key: impl Into<String>) -> Self {
        Self(SecretString::from(key.into()))
    }

    /// The value of an `Authorization` header.
    ///
    /// # Errors
    ///
    /// What is wrong with the key, in words that do not hold it: an HTTP header can carry only visible ASCII, and a
    /// key with a line break would otherwise write a header of its own.
    pub(crate) fn bearer(&self) -> Result<HeaderValue, String> {
        self.header("Bearer ")
    }

    /// The value of a header: these words, and the key.
    ///
    /// # Errors
    ///
    /// As [`ApiKey::bearer`].
    pub(crate) fn header(&self, words: &str) -> Result<HeaderValue, String> {
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
        let mut value = HeaderValue::try_from(format!("{words}{key}"))
            .map_err(|_| "the key cannot be sent in a header".to_owned())?;
        value.set_sensitive(true);
        Ok(value)
    }

    pub(crate) fn secret(&self) -> &SecretString {
        &self.0
    }
}

impl From<String> for ApiKey {
    fn from(key: String) -> Self {
        Self::new(key)
    }
}

impl From<&String> for ApiKey {
    fn from(key: &String) -> Self {
        Self::new(key)
    }
}

impl From<&str> for ApiKey {
    fn from(key: &str) -> Self {
        Self::new(key)
    }
}

impl fmt::Debug for ApiKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(REDACTED)
    }
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
}
