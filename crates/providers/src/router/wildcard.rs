//! Patterns with stars.

/// Whether a text is of a pattern in which each star stands for any text, also none. Capitals count.
///
/// ```
/// use wavecrew_providers::wildcard_matches;
///
/// assert!(wildcard_matches("INFRA-*", "INFRA-001"));
/// assert!(!wildcard_matches("INFRA-*", "X-INFRA-001"));
/// ```
///
/// # Complexity
///
/// O(length of the text × parts of the pattern).
#[must_use]
pub fn wildcard_matches(pattern: &str, text: &str) -> bool {
    let Some((first, rest)) = pattern.split_once('*') else {
        return pattern == text;
    };
    let Some(mut text) = text.strip_prefix(first) else {
        return false;
    };
    // Each part is taken where it first occurs, which is enough: what comes later has then the most room.
    let (middle, last) = rest.rsplit_once('*').unwrap_or(("", rest));
    for part in middle.split('*').filter(|part| !part.is_empty()) {
        match text.find(part) {
            Some(at) => text = &text[at + part.len()..],
            None => return false,
        }
    }
    text.ends_with(last)
}

#[cfg(test)]
mod tests {
    use super::wildcard_matches;

    #[test]
    fn stars_stand_for_any_text() {
        for (pattern, text) in [
            ("docs", "docs"),
            ("*", ""),
            ("docs/*", "docs/guide"),
            ("*-mini", "gpt-5-mini"),
            ("a*b*c", "a--b--c"),
            ("a**c", "ac"),
            ("*b*", "abc"),
            ("ab*ab", "abab"),
        ] {
            assert!(wildcard_matches(pattern, text), "{pattern} {text}");
        }
        for (pattern, text) in [
            ("docs", "docs/"),
            ("docs/*", "doc"),
            ("ab*ab", "ab"),
            ("a*b*c", "acb"),
            ("", "x"),
        ] {
            assert!(!wildcard_matches(pattern, text), "{pattern} {text}");
        }
    }
}
