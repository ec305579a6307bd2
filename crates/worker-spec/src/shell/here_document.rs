//! Here-documents.

/// A here-document whose body is still to come.
pub(super) struct HereDocument<'c> {
    pub(super) end: &'c str,
    pub(super) strip_tabs: bool,
}

/// The end mark of a here-document without its quotes, and how many bytes it takes as written.
pub(super) fn here_document_end(word: &str) -> (&str, usize) {
    match word.chars().next() {
        Some(quote @ ('\'' | '"')) => match word[1..].find(quote) {
            Some(length) => (&word[1..1 + length], length + 2),
            None => ("", 0),
        },
        _ => {
            let word = word.strip_prefix('\\').map_or((word, 0), |word| (word, 1));
            let length = word
                .0
                .find(|c: char| c.is_whitespace() || ";&|<>()".contains(c))
                .unwrap_or(word.0.len());
            (&word.0[..length], length + word.1)
        }
    }
}
