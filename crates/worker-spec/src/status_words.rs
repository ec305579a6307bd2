//! The words in which a task's status field is written.

use crate::Status;

/// The phrases that a status is written in.
const PHRASES: [(Status, &[&str]); 5] = [
    (
        Status::Pending,
        &[
            "to do",
            "todo",
            "not done",
            "not complete",
            "not started",
            "incomplete",
            "draft",
            "approved",
            "ready for dev",
            "ready for development",
            "ready",
            "pending",
            "planned",
            "open",
            "backlog",
            "new",
            "blocked",
            "proposed",
        ],
    ),
    (
        Status::InProgress,
        &[
            "in progress",
            "inprogress",
            "in review",
            "review",
            "ready for review",
            "ready for qa",
            "in development",
            "started",
            "active",
            "doing",
            "wip",
            "testing",
            "in testing",
            "executing",
            "ongoing",
            "drafted",
        ],
    ),
    (
        Status::Done,
        &[
            "done",
            "complete",
            "completed",
            "closed",
            "finished",
            "shipped",
            "merged",
            "implemented",
            "verified",
            "released",
        ],
    ),
    (
        Status::Deferred,
        &[
            "deferred",
            "postponed",
            "on hold",
            "cancelled",
            "canceled",
            "wont do",
            "won t do",
            "superseded",
            "archived",
            "obsolete",
            "parked",
            "abandoned",
        ],
    ),
    (Status::Optional, &["optional", "nice to have", "stretch"]),
];

/// The status that a field's value means: `Done`, `✅ Complete`, `in-progress`, `To Do`. `None` for other words.
pub(crate) fn status_of(value: &str) -> Option<Status> {
    let lower = value.to_lowercase();
    let words: Vec<&str> = lower
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .collect();
    let first = words.first().copied().unwrap_or_default();
    let begins = |phrase: &str| {
        phrase.starts_with(first) && {
            let mut words = words.iter();
            phrase.split(' ').all(|part| words.next() == Some(&part))
        }
    };
    // The longest phrase counts: "ready for review" is more than "ready".
    let by_words = PHRASES
        .iter()
        .flat_map(|(status, phrases)| phrases.iter().map(move |phrase| (*status, *phrase)))
        .filter(|(_, phrase)| begins(phrase))
        .max_by_key(|(_, phrase)| phrase.len())
        .map(|(status, _)| status);
    by_words.or_else(|| match value.trim().chars().next()? {
        '✅' | '☑' | '✔' => Some(Status::Done),
        '🔄' | '🚧' | '⏳' => Some(Status::InProgress),
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_status() {
        for (value, expected) in [
            ("Done", Some(Status::Done)),
            ("✅ Complete (2026-01-02)", Some(Status::Done)),
            ("✅", Some(Status::Done)),
            ("In Progress", Some(Status::InProgress)),
            ("in-progress", Some(Status::InProgress)),
            ("Ready for Review", Some(Status::InProgress)),
            ("ready-for-dev", Some(Status::Pending)),
            ("Not complete", Some(Status::Pending)),
            ("○ To Do", Some(Status::Pending)),
            ("Draft", Some(Status::Pending)),
            ("Won't do", Some(Status::Deferred)),
            ("Whatever", None),
            ("", None),
        ] {
            assert_eq!(status_of(value), expected, "{value}");
        }
    }
}
