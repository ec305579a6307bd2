//! Text in double quotes, for what plain text cannot hold: commas, line ends, gaps at its ends, nothing at all.

use crate::path::is_hidden;

/// A text in double quotes. Quotes, backslashes, control characters and hidden ones are escaped, so that it stands on
/// one line and shows what it holds.
pub(crate) fn quote(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if c.is_control() || is_hidden(c) => out.extend(c.escape_unicode()),
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

/// The text that a quoted one at the start of `written` means, and how many bytes it takes with its quotes. `None` when
/// no quote stands there, or it is never closed. A backslash before anything that needs none stands for itself.
pub(crate) fn unquote(written: &str) -> Option<(String, usize)> {
    let body = written.strip_prefix('"')?;
    let mut out = String::new();
    let mut rest = body;
    loop {
        let at = rest.find(['"', '\\'])?;
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        if let Some(after) = rest.strip_prefix('"') {
            return Some((out, written.len() - after.len()));
        }
        let (c, length) = escaped(rest)?;
        out.push(c);
        rest = &rest[length..];
    }
}

/// The character that a backslash at the start of a text stands for, with those after it, and their length.
fn escaped(text: &str) -> Option<(char, usize)> {
    Some(match text[1..].chars().next()? {
        'n' => ('\n', 2),
        'r' => ('\r', 2),
        't' => ('\t', 2),
        c @ ('"' | '\\') => (c, 2),
        'u' => match unicode(&text[2..]) {
            Some((c, length)) => (c, 2 + length),
            None => ('\\', 1),
        },
        _ => ('\\', 1),
    })
}

/// `{1f600}`.
fn unicode(text: &str) -> Option<(char, usize)> {
    let digits = text.strip_prefix('{')?;
    let digits = &digits[..digits.bytes().take(7).position(|byte| byte == b'}')?];
    let c = char::from_u32(u32::from_str_radix(digits, 16).ok()?)?;
    Some((c, digits.len() + 2))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_quoted_comes_back() {
        for text in [
            "",
            "a",
            " a, \"b\"\n",
            "\\n \\",
            "\u{0}\u{202e}\u{2028}日本",
            "\\u{41}",
        ] {
            let written = quote(text);
            assert!(!written.contains('\n'), "{written}");
            let length = written.len();
            assert_eq!(
                unquote(&(written + " rest")),
                Some((text.to_owned(), length))
            );
        }
    }

    #[test]
    fn what_is_no_quoted_text() {
        for written in ["", "a", "\"a", "\"a\\\"", "\"\\"] {
            assert_eq!(unquote(written), None, "{written}");
        }
        for (written, text) in [
            (r#""C:\dir""#, r"C:\dir"),
            (r#""\u{zz}""#, r"\u{zz}"),
            (r#""\u{110000}\u{""#, r"\u{110000}\u{"),
        ] {
            assert_eq!(unquote(written).map(|found| found.0).as_deref(), Some(text));
        }
    }
}
