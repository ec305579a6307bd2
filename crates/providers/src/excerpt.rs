//! Makes foreign text safe to show.

/// At most `limit` characters of `text`, control, direction and invisible characters escaped; `…` when cut.
pub(crate) fn escaped(text: &str, limit: usize) -> String {
    let mut out = String::with_capacity(text.len().min(limit));
    let mut chars = text.trim().chars();
    for c in chars.by_ref().take(limit) {
        match c {
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if misleads(c) => out.extend(c.escape_unicode()),
            c => out.push(c),
        }
    }
    if chars.next().is_some() {
        out.push('…');
    }
    out
}

/// Whether a terminal would do something else with the character than show it.
fn misleads(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{061C}' | '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{2069}' | '\u{FEFF}')
}

#[cfg(test)]
mod tests {
    use super::escaped;

    #[test]
    fn foreign_text_is_shown_and_never_obeyed() {
        assert_eq!(
            escaped("a\u{1b}[31mb\nc\u{202e}d", 99),
            "a\\u{1b}[31mb\\nc\\u{202e}d"
        );
        assert_eq!(escaped("  äöü  ", 99), "äöü");
        assert_eq!(escaped("abcdef", 3), "abc…");
        assert_eq!(escaped("abc", 3), "abc");
    }
}
