//! Labels: `**Name:** value`, `**Name**: value`, `*Name:* value`, `Name: value`.

/// A label and what follows it. `None` when the text has no label at its start.
///
/// A bold label may be any words; a plain one is at most six words without code in it.
pub(crate) fn split_label(text: &str) -> Option<(&str, &str)> {
    let text = text.trim_start();
    bold_label(text)
        .or_else(|| slanted_label(text))
        .or_else(|| plain_label(text))
}

/// A bold label at the start of a text, and what follows it.
pub(crate) fn bold_label(text: &str) -> Option<(&str, &str)> {
    let mark = if text.starts_with("**") {
        "**"
    } else if text.starts_with("__") {
        "__"
    } else {
        return None;
    };
    let inside = &text[2..];
    let end = find_pair(inside, mark.as_bytes()[0])?;
    let (name, rest) = (inside[..end].trim(), &inside[end + 2..]);
    if name.is_empty() || name.contains('\n') {
        return None;
    }
    if let Some(name) = name.strip_suffix([':', '：']) {
        return Some((name.trim_end(), rest.trim_start_matches([' ', '\t'])));
    }
    // `**CAN modify: a, b**`: all of it is bold.
    let after = rest.trim_start_matches([' ', '\t']);
    if let Some(value) = after.strip_prefix([':', '：']) {
        return Some((name, value.trim_start_matches([' ', '\t'])));
    }
    None
}

/// A label between single marks: `*Name:* value`, `_Name_: value`.
fn slanted_label(text: &str) -> Option<(&str, &str)> {
    let (&mark, rest) = text.as_bytes().split_first()?;
    if !matches!(mark, b'*' | b'_') || rest.first() == Some(&mark) {
        return None;
    }
    let close = 1 + memchr::memchr2(mark, b'\n', rest)?;
    let (name, after) = (&text[1..close], &text[close + 1..]);
    if text.as_bytes()[close] != mark || name.starts_with(' ') || name.contains('`') {
        return None;
    }
    let (name, value) = match name.strip_suffix([':', '：']) {
        Some(name) => (name, after),
        None => (name, after.strip_prefix([':', '：'])?),
    };
    (!name.is_empty()).then(|| (name.trim_end(), value.trim_start_matches([' ', '\t'])))
}

/// Where a mark stands twice in a row.
pub(crate) fn find_pair(text: &str, mark: u8) -> Option<usize> {
    let bytes = text.as_bytes();
    memchr::memchr_iter(mark, bytes).find(|at| bytes.get(at + 1) == Some(&mark))
}

fn plain_label(text: &str) -> Option<(&str, &str)> {
    let (end, colon) = plain_colon(text)?;
    let (name, rest) = (&text[..end], &text[end + colon..]);
    let spaced = rest.is_empty() || rest.starts_with([' ', '\t', '\n', '\r']) || colon > 1;
    if !spaced || name.ends_with(char::is_whitespace) {
        return None;
    }
    let words = name.split_whitespace().take(7).count();
    (1..=6)
        .contains(&words)
        .then(|| (name, rest.trim_start_matches([' ', '\t'])))
}

/// Where the first colon is and how long it is, if nothing before it says that this is no label.
fn plain_colon(text: &str) -> Option<(usize, usize)> {
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b':' => return Some((at, 1)),
            b'`' | b'\n' | b'*' | b'.' | b',' => return None,
            0xEF if text[at..].starts_with('：') => return Some((at, '：'.len_utf8())),
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels() {
        for (text, expected) in [
            ("**Phase:** 4.1 - x", Some(("Phase", "4.1 - x"))),
            ("**Phase**: 4.1", Some(("Phase", "4.1"))),
            ("**依存：** A", Some(("依存", "A"))),
            ("*Files:* a, b", Some(("Files", "a, b"))),
            ("_Depends on_: A", Some(("Depends on", "A"))),
            ("_Depends: A_", Some(("_Depends", "A_"))),
            ("*so* it: is", None),
            ("Create file: `a.py`", Some(("Create file", "`a.py`"))),
            ("**File:**", Some(("File", ""))),
            ("No prior workers: x", Some(("No prior workers", "x"))),
            ("see http://a", None),
            ("plain words", None),
            ("**bold** words", None),
            ("a `b: c` d", None),
            ("", None),
        ] {
            assert_eq!(split_label(text), expected, "{text}");
        }
    }
}
