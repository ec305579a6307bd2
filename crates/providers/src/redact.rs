//! Takes secrets out of text.

use std::fmt;

use secrecy::{ExposeSecret, SecretString};

#[cfg(feature = "http")]
use crate::FinishReason;

/// A secret of fewer bytes is not looked for in errors: it would be found in plain words.
const SHORTEST_IN_ERRORS: usize = 4;
/// A secret of fewer bytes is left alone in an answer's text: `test` may well be a word of it.
const SHORTEST_IN_TEXT: usize = 12;
/// What stands in a text where a secret was taken out.
pub const REDACTED: &str = "[redacted]";

/// Takes known secrets out of text that came from elsewhere.
#[derive(Clone, Default)]
pub(crate) struct Redactor {
    secrets: Vec<SecretString>,
    /// These and what may be one: settings that do not say what they are for.
    suspects: Vec<SecretString>,
}

impl Redactor {
    /// Of values under their names: one whose name tells of no secret is taken out of errors alone, since it may well be a
    /// word of an answer, or the name of a model.
    pub(crate) fn new<'a>(values: impl IntoIterator<Item = (&'a str, SecretString)>) -> Self {
        let mut redactor = Self::default();
        for (name, value) in values {
            if names_a_secret(name) {
                redactor.secrets.push(value.clone());
            }
            redactor.suspects.push(value);
        }
        // A secret that holds another one must go first, or its rest stays.
        for secrets in [&mut redactor.secrets, &mut redactor.suspects] {
            secrets.sort_by_key(|secret| std::cmp::Reverse(secret.expose_secret().len()));
        }
        redactor
    }

    /// For errors and everything else that is only shown.
    pub(crate) fn clean(&self, text: &str) -> String {
        replace(text, &self.suspects, SHORTEST_IN_ERRORS)
    }

    /// For names by which programs go: of a model, an answer, a reason.
    pub(crate) fn clean_name(&self, text: &str) -> String {
        replace(text, &self.secrets, SHORTEST_IN_ERRORS)
    }

    /// For the text of an answer, which must stay what it is.
    pub(crate) fn clean_answer(&self, text: &str) -> String {
        replace(text, &self.secrets, SHORTEST_IN_TEXT)
    }

    /// For a reason that only this server has.
    #[cfg(feature = "http")]
    pub(crate) fn clean_reason(&self, reason: FinishReason) -> FinishReason {
        match reason {
            FinishReason::Other(reason) => FinishReason::Other(self.clean_name(&reason)),
            known => known,
        }
    }

    fn without_whole(&self, mut text: String, shortest: usize) -> String {
        for secret in &self.secrets {
            let secret = secret.expose_secret();
            if secret.len() >= shortest && text.contains(secret) {
                text = text.replace(secret, REDACTED);
            }
        }
        text
    }

    /// Where the longest end of the text starts that a secret may begin with; its length when there is none.
    fn beginning_at(&self, text: &str) -> usize {
        let secrets = self.secrets.iter().map(ExposeSecret::expose_secret);
        secrets
            .filter(|secret| secret.len() >= SHORTEST_IN_TEXT)
            .filter_map(|secret| cut_secret(text, secret, 1))
            .min()
            .unwrap_or(text.len())
    }
}

impl fmt::Debug for Redactor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Redactor({} secrets)", self.suspects.len())
    }
}

/// Whether a setting of this name holds a secret, as people name them: `api_key`, `GITHUB_PAT`, `authToken`; not
/// `GIT_AUTHOR_NAME` or `MAX_OUTPUT_TOKENS`.
fn names_a_secret(name: &str) -> bool {
    const WORDS: [&str; 26] = [
        "auth",
        "authorization",
        "bearer",
        "code",
        "cookie",
        "cookies",
        "credential",
        "credentials",
        "creds",
        "dsn",
        "jwt",
        "key",
        "keys",
        "login",
        "pass",
        "passphrase",
        "pat",
        "private",
        "pwd",
        "sas",
        "secrets",
        "session",
        "sessionid",
        "sig",
        "signature",
        "webhook",
    ];
    // `apikey`, `ACCESSTOKEN`
    const ENDS: [&str; 6] = ["key", "token", "secret", "password", "passwd", "signature"];
    words(name)
        .any(|word| WORDS.contains(&word.as_str()) || ENDS.iter().any(|end| word.ends_with(end)))
}

/// Whether a variable of this name says how or where a program works, so that its value may stand in an answer: `CODEX_HOME`,
/// `ANTHROPIC_MODEL`.
#[cfg(feature = "command")]
pub(crate) fn names_a_setting(name: &str) -> bool {
    const WORDS: [&str; 36] = [
        "author",
        "branch",
        "color",
        "colour",
        "debug",
        "dir",
        "directory",
        "editor",
        "email",
        "file",
        "folder",
        "home",
        "lang",
        "language",
        "level",
        "limit",
        "locale",
        "log",
        "max",
        "min",
        "mode",
        "model",
        "name",
        "path",
        "port",
        "project",
        "region",
        "root",
        "shell",
        "term",
        "theme",
        "timeout",
        "tokens",
        "tz",
        "user",
        "version",
    ];
    !names_a_secret(name) && words(name).any(|word| WORDS.contains(&word.as_str()))
}

/// The words of a name in lower case: `api`, `key` of `API_KEY`, `api-key` and `apiKey`.
fn words(name: &str) -> impl Iterator<Item = String> {
    let mut words = vec![String::new()];
    let mut was_lower = false;
    for c in name.chars() {
        if !c.is_alphanumeric() || was_lower && c.is_uppercase() {
            words.push(String::new());
        }
        was_lower = c.is_lowercase() || c.is_ascii_digit();
        if let Some(word) = words.last_mut()
            && c.is_alphanumeric()
        {
            word.extend(c.to_lowercase());
        }
    }
    words.into_iter().filter(|word| !word.is_empty())
}

fn replace(text: &str, secrets: &[SecretString], shortest: usize) -> String {
    let mut text = text.to_owned();
    for secret in secrets {
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
    let (text, secret) = (text.as_bytes(), secret.as_bytes());
    let first = secret.first()?;
    let earliest = text.len().saturating_sub(secret.len() - 1);
    let latest = text.len().checked_sub(shortest)?;
    // Bytes will do: what is equal to the beginning of a secret begins where a character does.
    let ends = text.get(earliest..)?.iter().zip(earliest..=latest);
    ends.filter(|(byte, _)| *byte == first)
        .map(|(_, start)| start)
        .find(|start| secret.starts_with(&text[*start..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_secrets_do_not_garble_answers() {
        let secret = |secret: &str| ("key", SecretString::from(secret));
        let redactor = Redactor::new([secret("test")]);
        assert_eq!(redactor.clean("bad key test"), "bad key [redacted]");
        assert_eq!(redactor.clean_answer("def test_it"), "def test_it");
        let redactor = Redactor::new([secret("sk-0123456789"), secret("sk-0123456789-long")]);
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

    #[test]
    fn what_may_be_a_secret_stays_in_answers() {
        let value = |name, value: &str| (name, SecretString::from(value));
        let redactor = Redactor::new([
            value("api-version", "2024-10-01-preview"),
            value("deployment", "gpt-4o"),
            value("subscription_KEY", "0123456789abcdef"),
        ]);
        let text = "v=2024-10-01-preview k=0123456789abcdef";
        assert_eq!(
            redactor.clean_answer(text),
            "v=2024-10-01-preview k=[redacted]"
        );
        assert_eq!(
            redactor.clean_name("gpt-4o-2024-08-06"),
            "gpt-4o-2024-08-06"
        );
        assert_eq!(
            redactor.clean("no gpt-4o in 2024-10-01-preview"),
            "no [redacted] in [redacted]"
        );
        let mut pieces = RedactedPieces::new(&redactor);
        let shown = pieces.push("2024-10-01-pre".to_owned()) + &pieces.push("view".to_owned());
        assert_eq!(shown + &pieces.finish(), "2024-10-01-preview");
    }

    #[test]
    fn names_of_secrets() {
        for name in [
            "api_key",
            "x-goog-signature",
            "subscriptionKey",
            "GITHUB_PAT",
            "SENTRY_DSN",
            "NPM_LOGIN",
            "COOKIE",
            "JWT",
            "SLACK_WEBHOOK",
            "authToken",
            "APIKEY",
            "DB_PASSWORD",
            "sig",
            "code",
        ] {
            assert!(names_a_secret(name), "{name}");
            assert!(!names_a_setting(name), "{name}");
        }
        for name in [
            "GIT_AUTHOR_NAME",
            "CODEX_HOME",
            "VSCODE_PATH",
            "DESIGN_DIR",
            "MAX_OUTPUT_TOKENS",
            "ANTHROPIC_MODEL",
        ] {
            assert!(!names_a_secret(name), "{name}");
            assert!(names_a_setting(name), "{name}");
        }
        // What says neither is a secret where it was set for a program.
        assert!(!names_a_setting("DATABASE_URL"));
    }

    proptest::proptest! {
        #[test]
        fn a_secret_that_comes_in_pieces_is_taken_out(
            before in "[a-z0123-]{0,9}", after in "[a-z0123-]{0,9}", cuts in proptest::collection::vec(1_usize..6, 0..40)
        ) {
            let redactor = Redactor::new([("key", SecretString::from("sk-0123456789-long"))]);
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
