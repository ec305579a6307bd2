//! What a task is called: its id and its title.

use std::ops::Range;

use super::keys::{Key, key_of};
use super::lists::Entry;
use crate::json::{Member, Value};

/// The id as written, and its place. A `name` without spaces serves when something else says what the task is about.
pub(super) fn written_id<'v>(entry: &Entry<'v>) -> Option<(&'v str, Range<usize>)> {
    if let Some(key) = entry.key {
        return Some((&key.key, key.key_span.clone()));
    }
    let ranked = |member: &'v Member| match key_of(&member.key)? {
        Key::Id(rank) => Some((rank, &member.value)),
        _ => None,
    };
    let by_key = entry
        .value
        .members()
        .iter()
        .rev()
        .filter_map(ranked)
        .min_by_key(|(rank, _)| *rank);
    let by_name = || {
        let name = entry.value.get("name").filter(|name| {
            name.text()
                .is_some_and(|text| !text.contains(char::is_whitespace))
        })?;
        let words = |member: &Member| matches!(key_of(&member.key), Some(Key::Title(0 | 2 | 3)));
        entry.value.members().iter().any(words).then_some(name)
    };
    let value = by_key.map(|(_, value)| value).or_else(by_name)?;
    Some((value.name()?, value.span.clone()))
}

/// Whether an id is there and is neither a string nor a number.
pub(super) fn has_bad_id(entry: &Entry<'_>) -> bool {
    let bad = |member: &Member| {
        matches!(key_of(&member.key), Some(Key::Id(0)))
            && member.value.name().is_none_or(str::is_empty)
    };
    entry.value.members().iter().any(bad)
}

/// What a task is about, in one line.
pub(super) fn title(value: &Value) -> Option<&str> {
    let ranked = |member: &'_ Member| match key_of(&member.key) {
        Some(Key::Title(rank)) => Some(rank),
        _ => None,
    };
    let found = value.members().iter().rev().filter_map(|member| {
        let rank = ranked(member)?;
        let text = member
            .value
            .name()?
            .lines()
            .find(|line| !line.trim().is_empty())?;
        Some((rank, text.trim()))
    });
    found.min_by_key(|(rank, _)| *rank).map(|(_, text)| text)
}
