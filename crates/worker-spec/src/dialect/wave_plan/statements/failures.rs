//! What a document says is done when a test fails, and to whom work falls back when a model fails.

use std::ops::Range;

use super::Reader;
use crate::Subject;
use crate::dialect::wave_plan::cells::plain;
use crate::dialect::wave_plan::outline::Place;
use crate::label::split_label;
use crate::markdown::{CodeFence, TableRow};

/// More names than any chain in earnest.
const MOST_NAMES: usize = 16;

impl Reader<'_> {
    /// What a line says of failures.
    pub(super) fn failures(&mut self, span: &Range<usize>, place: Place) {
        let text = self.text(span);
        // Most lines say nothing of the kind.
        if !memchr::memchr2_iter(b'f', b'F', text.as_bytes()).any(|at| {
            text[at..].get(1..4).is_some_and(|word| {
                word.eq_ignore_ascii_case("ail") || word.eq_ignore_ascii_case("all")
            })
        }) {
            return;
        }
        if let Some(action) = on_test_failure(text) {
            self.say(Subject::OnTestFailure, span, action.to_owned(), place);
        }
        if let Some(value) = refused(text) {
            self.say(Subject::Fallback, span, value, place);
        } else if text.to_ascii_lowercase().contains("fallback") {
            self.fallback(span, place);
        }
    }

    /// A row of a table about what may happen: the event first, what is done last.
    pub(super) fn failure_row(&mut self, row: &TableRow<'_>, place: Place) {
        let [event, .., last] = row.cells else {
            return;
        };
        if is_test_failure(self.text(event))
            && let Some(action) = action(self.text(last))
        {
            self.say(Subject::OnTestFailure, last, action.to_owned(), place);
        }
    }

    /// The chains that a drawing about fallbacks shows, cell by cell.
    pub(super) fn fallbacks_in(&mut self, fence: &CodeFence, place: Place) {
        let pieces = self.document.markdown().code_pieces(fence);
        let speaks = |piece: &Range<usize>| {
            let lower = self.text(piece).to_ascii_lowercase();
            lower.contains("fallback")
        };
        if !pieces.iter().any(speaks) {
            return;
        }
        for piece in pieces {
            let mut start = piece.start;
            for line in self.text(piece).split_inclusive('\n') {
                let at = start;
                start += line.len();
                let mut from = at;
                for cell in line.split_inclusive(['│', '|', '\u{201A}']) {
                    let span = from..from + cell.len();
                    from += cell.len();
                    self.fallback(&span, place);
                }
            }
        }
    }

    fn fallback(&mut self, span: &Range<usize>, place: Place) {
        if let Some(names) = fallback_chain(self.text(span)) {
            self.say(Subject::Fallback, span, names.join(" → "), place);
        }
    }

    fn say(&mut self, subject: Subject, span: &Range<usize>, value: String, place: Place) {
        self.state(subject, span.clone(), None, place);
        if let Some(statement) = self.found.statements.last_mut() {
            statement.value = value;
        }
    }
}

/// What is done when a test fails, by a line that says so: "If a test fails, go on", "**Test failure**: retry".
fn on_test_failure(text: &str) -> Option<&'static str> {
    let (event, rest) = split_label(text).or_else(|| {
        let begins = text.get(..5)?.to_ascii_lowercase();
        let is_case = ["if ", "when ", "on "]
            .iter()
            .any(|word| begins.starts_with(word));
        text.split_once(',').filter(|_| is_case)
    })?;
    if !is_test_failure(event) {
        return None;
    }
    action(rest)
}

/// Whether a few words name the event that a test fails, and no share of tests.
fn is_test_failure(event: &str) -> bool {
    let event = plain(event).to_lowercase();
    if event.contains(['%', '>', '<']) {
        return false;
    }
    let words: Vec<&str> = event
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .collect();
    let has = |wanted: &[&str]| words.iter().any(|word| wanted.contains(word));
    words.len() <= 5
        && has(&["test", "tests"])
        && has(&["fail", "fails", "failed", "failure", "failures"])
        && !has(&["no", "not", "never", "without"])
}

/// The one kind of thing that a text says is done.
fn action(text: &str) -> Option<&'static str> {
    let lower = text.to_lowercase();
    let words = || lower.split(|c: char| !c.is_alphanumeric());
    let has = |wanted: &[&str]| words().any(|word| wanted.contains(&word));
    if has(&["not", "don", "never", "until", "unless", "without"]) {
        return None;
    }
    let kinds = [
        (
            "try again",
            has(&[
                "retry",
                "retries",
                "retried",
                "rollback",
                "rerun",
                "regenerate",
                "redo",
            ]) || lower.contains("roll back")
                || lower.contains("try again")
                || lower.contains("re-run"),
        ),
        (
            "go on",
            has(&["continue", "proceed", "skip", "ignore"]) || lower.contains("go on"),
        ),
        ("stop", has(&["abort", "stop", "halt"])),
    ];
    let mut said = kinds.iter().filter(|(_, said)| *said);
    match (said.next(), said.next()) {
        (Some((kind, _)), None) => Some(kind),
        _ => None,
    }
}

/// "No Claude fallback": whom nothing falls back to.
fn refused(text: &str) -> Option<String> {
    let bare = text.trim_start_matches(['*', '_', ' ', '-']);
    let (head, rest) = bare.split_once(' ')?;
    if !matches!(head.to_ascii_lowercase().as_str(), "no" | "without") {
        return None;
    }
    let (name, rest) = rest.split_once(' ')?;
    let rest = rest.to_ascii_lowercase();
    let is_name = name.starts_with(char::is_uppercase) && name.chars().all(char::is_alphanumeric);
    (is_name && (rest.starts_with("fallback") || rest.starts_with("as fallback")))
        .then(|| format!("not {name}"))
}

/// The names of a chain, from the first that is tried to the last: "fallback (A → B → C)". A chain may go on in the next
/// line.
fn fallback_chain(text: &str) -> Option<Vec<String>> {
    let arrows = text
        .replace("â†’", "→")
        .replace("->", "→")
        .replace("=>", "→");
    if !arrows.contains('→') {
        return None;
    }
    let clean = |part: &str| {
        let part = part.trim_matches(|c: char| !c.is_alphanumeric());
        let one_name = part.split_whitespace().count() <= 2 && part.starts_with(char::is_uppercase);
        one_name.then(|| part.to_owned())
    };
    let mut parts: Vec<&str> = arrows.split('→').take(MOST_NAMES + 1).collect();
    if parts.len() > MOST_NAMES {
        return None;
    }
    if let Some(first) = parts.first_mut() {
        *first = first.rsplit(['(', ':', '│', '|']).next().unwrap_or(first);
    }
    if let Some(last) = parts.last_mut() {
        *last = last
            .split([')', '.', ',', ';', '│', '|', 'â'])
            .next()
            .unwrap_or(last);
    }
    let is_empty = |part: &&str| !part.contains(char::is_alphanumeric);
    if parts.last().is_some_and(is_empty) {
        parts.pop();
    }
    let names: Vec<String> = parts.into_iter().map(clean).collect::<Option<_>>()?;
    (names.len() > 1).then_some(names)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_done_when_a_test_fails() {
        for (text, action) in [
            (
                "If test fails: log it, continue to next worker",
                Some("go on"),
            ),
            (
                "**Test failure detection**: exit code ≠ 0 = ROLLBACK + FIX + RETRY",
                Some("try again"),
            ),
            ("When a test fails, abort the run", Some("stop")),
            ("If tests fail: retry once, then continue", None),
            ("If tests fail: do not continue", None),
            (">20% of tests failing: abort", None),
            ("If the build fails: retry", None),
            ("Test plan: retry what failed", None),
        ] {
            assert_eq!(on_test_failure(text), action, "{text}");
        }
    }

    #[test]
    fn chains_of_fallbacks() {
        let names = |text| fallback_chain(text).map(|names| names.join(" "));
        assert_eq!(
            names("- fallback handling (Ollama â†’ Claude -> OpenAI → Heuristic)").as_deref(),
            Some("Ollama Claude OpenAI Heuristic")
        );
        assert_eq!(
            names("- Ollama → Claude →   │").as_deref(),
            Some("Ollama Claude")
        );
        assert_eq!(names("fallback: use the cache → slower"), None);
        assert_eq!(names("no chain"), None);
        assert_eq!(
            refused("**No Claude fallback** - too dear").as_deref(),
            Some("not Claude")
        );
        assert_eq!(refused("No fallback"), None);
        assert_eq!(refused("No slow fallback"), None);
    }
}
