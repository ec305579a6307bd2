//! Values as the form's reader takes them back: plain where that is clear, else in double quotes.

use std::time::Duration;

use crate::dialect::wavecrew_plan::{group_names, names_groups, numbered_group};
use crate::plan_form::OR_WHOLE;
use crate::quoted::quote;

/// A text that is the whole value.
pub(super) fn scalar(text: &str) -> String {
    if is_plain(text) {
        text.to_owned()
    } else {
        quote(text)
    }
}

/// A text behind the marks of a heading; a `#` at its end would be taken for such a mark.
pub(super) fn heading_text(text: &str) -> String {
    if is_plain(text) && !text.ends_with('#') {
        text.to_owned()
    } else {
        quote(text)
    }
}

/// Whether a text means itself where a value stands.
pub(super) fn is_plain(text: &str) -> bool {
    !text.is_empty()
        && text.trim() == text
        && !text.starts_with('"')
        && !text.contains(char::is_control)
}

/// Whether a text means itself in a list.
fn is_plain_item(text: &str) -> bool {
    let none = ["-", "–", "—", "none", "nothing", "n/a"];
    is_plain(text)
        && !text.contains(',')
        && !text.starts_with('`')
        && !none.iter().any(|none| none.eq_ignore_ascii_case(text))
}

/// A list.
pub(super) fn list<'t>(texts: impl Iterator<Item = &'t String>) -> String {
    joined(texts.map(|text| item(text)))
}

/// One text of a list.
pub(super) fn item(text: &str) -> String {
    if is_plain_item(text) {
        text.to_owned()
    } else {
        quote(text)
    }
}

/// Texts that are items already.
pub(super) fn joined(items: impl Iterator<Item = String>) -> String {
    items.collect::<Vec<_>>().join(", ")
}

/// The id of a task; one that looks like the name of a group is put in quotes.
pub(super) fn task_item(id: &str) -> String {
    if names_groups(id) {
        quote(id)
    } else {
        item(id)
    }
}

/// A pattern of ids, as code, for a star would begin emphasis.
pub(super) fn pattern(pattern: &str) -> String {
    path_item(pattern)
}

/// A path, as code.
pub(super) fn path_item(path: &str) -> String {
    if is_plain(path) && !path.contains('`') {
        format!("`{path}`")
    } else {
        quote(path)
    }
}

/// The name of a group that a task waits for.
pub(super) fn group_name_item(name: &str) -> String {
    let by_name = group_names(name);
    if is_plain_item(name) && by_name.len() == 1 && by_name[0] == name {
        name.to_owned()
    } else {
        quote(name)
    }
}

/// The id of a group that a task is in.
pub(super) fn group_item(id: &str) -> String {
    let same = numbered_group(id).is_none_or(|numbered| numbered == id || !names_groups(id));
    if same { item(id) } else { quote(id) }
}

/// The group or the case that a statement is about.
pub(super) fn statement_name(id: &str) -> String {
    if is_plain(id) && !id.contains([':', '(', ')']) && !id.ends_with(OR_WHOLE) {
        id.to_owned()
    } else {
        quote(id)
    }
}

/// `4h`, `1h 30min`, `20min`, `1.5s`, to the millisecond.
pub(super) fn duration(duration: Duration) -> String {
    let seconds = duration.as_secs();
    let milliseconds = duration.subsec_millis();
    let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    let mut parts = Vec::new();
    if hours > 0 {
        parts.push(format!("{hours}h"));
    }
    if minutes > 0 {
        parts.push(format!("{minutes}min"));
    }
    match (seconds, milliseconds) {
        (0, 0) if parts.is_empty() => parts.push("0min".to_owned()),
        (0, 0) => {}
        (seconds, 0) => parts.push(format!("{seconds}s")),
        (seconds, milliseconds) => parts.push(format!("{seconds}.{milliseconds:03}s")),
    }
    parts.join(" ")
}

/// `15K`, `15500`.
pub(super) fn tokens(tokens: u64) -> String {
    if tokens > 0 && tokens.is_multiple_of(1000) {
        format!("{}K", tokens / 1000)
    } else {
        tokens.to_string()
    }
}

/// A code fence, longer than any run of its mark within.
pub(super) fn fence(info: &str, code: &str) -> String {
    // An info string after backticks may hold none.
    let mark = if info.contains('`') { '~' } else { '`' };
    let longest = code.split(|c| c != mark).map(str::len).max().unwrap_or(0);
    let marks = String::from(mark).repeat(longest.max(2) + 1);
    let end = if code.is_empty() || code.ends_with('\n') {
        ""
    } else {
        "\n"
    };
    format!("{marks}{info}\n{code}{end}{marks}\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::duration::parse_duration;

    #[test]
    fn durations_are_read_back() {
        for milliseconds in [
            0,
            1,
            999,
            1000,
            60_000,
            90_500,
            3_600_000,
            5_430_007,
            31_536_000_000,
        ] {
            let expected = Duration::from_millis(milliseconds);
            let written = duration(expected);
            assert_eq!(parse_duration(&written), Some(expected), "{written}");
        }
        assert_eq!(duration(Duration::from_secs(5400)), "1h 30min");
    }

    #[test]
    fn a_fence_is_longer_than_what_it_holds() {
        assert_eq!(fence("sh", "a"), "```sh\na\n```\n");
        assert_eq!(fence("", "````\n"), "`````\n````\n`````\n");
        assert_eq!(fence("a`b", "x"), "~~~a`b\nx\n~~~\n");
    }
}
