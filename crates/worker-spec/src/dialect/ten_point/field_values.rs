//! What the values of header fields mean.

use crate::groups::{find_groups, group_id};

/// The group that a field names: `4.10 - Title` under "Phase" is `phase-4.10`.
pub(super) fn group_of<'v>(kind: &str, value: &'v str) -> Option<(String, &'v str)> {
    // What begins with a number names its group by it, except in languages that put the number first.
    let number = value.starts_with(|c: char| c.is_ascii_digit()) && value.is_ascii();
    let named = if number {
        None
    } else {
        find_groups(value).next().filter(|group| group.start == 0)
    };
    let (kind, number, rest) = match &named {
        Some(group) => (group.kind, group.first, &value[group.end..]),
        None => {
            let end = value
                .find(|c: char| c.is_whitespace() || matches!(c, ':' | '(' | ','))
                .unwrap_or(value.len());
            (
                kind,
                value[..end].trim_end_matches(['.', '-']),
                &value[end..],
            )
        }
    };
    if number.is_empty() {
        return None;
    }
    let title = rest.trim_matches(|c: char| {
        c.is_whitespace() || matches!(c, '-' | '–' | '—' | ':' | '(' | ')')
    });
    let words = !number.starts_with(|c: char| c.is_ascii_digit());
    // A group with a name instead of a number is known by all its words.
    if words && named.is_none() {
        let slug: Vec<String> = value
            .split(|c: char| !c.is_alphanumeric())
            .filter(|word| !word.is_empty())
            .map(str::to_lowercase)
            .collect();
        return (!slug.is_empty()).then(|| (group_id(kind, &slug.join("-")), value));
    }
    Some((group_id(kind, number), title))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_of_fields() {
        for (kind, value, expected) in [
            (
                "phase",
                "4.10 - Extended Test Coverage",
                Some(("phase-4.10", "Extended Test Coverage")),
            ),
            (
                "phase",
                "0 (Before all else)",
                Some(("phase-0", "Before all else")),
            ),
            ("phase", "Phase 2: Core", Some(("phase-2", "Core"))),
            ("group", "Wave 3", Some(("wave-3", ""))),
            (
                "phase",
                "Foundation work",
                Some(("phase-foundation-work", "Foundation work")),
            ),
            ("phase", "", None),
        ] {
            let found = group_of(kind, value);
            assert_eq!(
                found.as_ref().map(|(id, title)| (id.as_str(), *title)),
                expected,
                "{value}"
            );
        }
    }
}
