//! Values: a text, or a list of texts. What stands in double quotes is taken as it is.

use std::ops::Range;

use crate::quoted::unquote;

/// A text and where it is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Text {
    pub(super) text: String,
    pub(super) span: Range<usize>,
    /// Whether it stands in double quotes, and so means just what it says.
    pub(super) quoted: bool,
}

impl Text {
    /// The text, unless nothing stands there.
    pub(super) fn stated(self) -> Option<String> {
        (self.quoted || !self.text.is_empty()).then_some(self.text)
    }
}

/// The text that a value means: all of it, or what its quotes hold.
pub(super) fn text(written: &str, at: usize) -> Text {
    let body = written.trim();
    let start = at + (written.len() - written.trim_start().len());
    let span = start..start + body.len();
    match unquote(body) {
        Some((text, length)) if length == body.len() => Text {
            text,
            span,
            quoted: true,
        },
        _ => Text {
            text: body.to_owned(),
            span,
            quoted: false,
        },
    }
}

/// The texts of a list with commas. `none`, `nothing` and `-` are no texts; backticks around one are left out.
pub(super) fn list(written: &str, at: usize) -> Vec<Text> {
    let whole = written.trim();
    if ["", "-", "–", "—", "none", "nothing", "n/a"]
        .iter()
        .any(|none| none.eq_ignore_ascii_case(whole))
    {
        return Vec::new();
    }
    let mut texts = Vec::new();
    let mut from = 0;
    while from <= written.len() {
        let length = item_length(&written[from..]);
        let item = text(&written[from..from + length], at + from);
        let item = without_code_marks(item);
        if item.quoted || !item.text.is_empty() {
            texts.push(item);
        }
        from += length + 1;
    }
    texts
}

/// Up to the comma that ends an item; one in quotes or in code does not.
fn item_length(text: &str) -> usize {
    let gap = text.len() - text.trim_start().len();
    let body = &text[gap..];
    let closed = match body.chars().next() {
        Some('"') => unquote(body).map(|(_, length)| length),
        Some('`') => body[1..].find('`').map(|end| end + 2),
        _ => None,
    };
    let from = gap + closed.unwrap_or(0);
    text[from..]
        .find(',')
        .map_or(text.len(), |comma| from + comma)
}

fn without_code_marks(item: Text) -> Text {
    if item.quoted {
        return item;
    }
    let inner = item
        .text
        .strip_prefix('`')
        .and_then(|text| text.strip_suffix('`'))
        .map(str::trim);
    match inner {
        Some(inner) if !inner.is_empty() => Text {
            text: inner.to_owned(),
            ..item
        },
        _ => item,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists() {
        for (written, expected) in [
            ("A-1, A-2", vec!["A-1", "A-2"]),
            (" `src/a b/` ,`x,y`, ", vec!["src/a b/", "x,y"]),
            ("\"a, \\\"b\\\"\", c", vec!["a, \"b\"", "c"]),
            ("\"\", \" \"", vec!["", " "]),
            ("a \"b", vec!["a \"b"]),
            ("\"a\" b, c", vec!["\"a\" b", "c"]),
            ("none", vec![]),
            ("—", vec![]),
            ("", vec![]),
            ("a,\n  b", vec!["a", "b"]),
        ] {
            let found: Vec<String> = list(written, 0).into_iter().map(|item| item.text).collect();
            assert_eq!(found, expected, "{written}");
        }
    }

    #[test]
    fn places() {
        let found = list(" a, \"b\"", 10);
        assert_eq!(
            (found[0].span.clone(), found[1].span.clone()),
            (11..12, 14..17)
        );
    }
}
