//! Small words for messages.

/// `1 task`, `2 tasks`.
pub(super) fn counted(count: usize, noun: &str) -> String {
    format!("{count} {noun}{}", if count == 1 { "" } else { "s" })
}

/// Names, the rest counted when there are many.
pub(super) fn named<'n>(names: impl ExactSizeIterator<Item = &'n str>) -> String {
    const MOST: usize = 6;
    let all = names.len();
    let mut shown: Vec<&str> = names.take(MOST).collect();
    let more = (all > MOST).then(|| format!("{} more", all - MOST));
    if let Some(more) = &more {
        shown.push(more);
    }
    shown.join(", ")
}
