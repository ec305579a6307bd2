//! Headings that name a group: "Wave 2: Core Backend (6 tasks, 2 h)".

use std::time::Duration;

use crate::duration::parse_duration;
use crate::groups::{find_groups, group_id};
use crate::ids::find_ids;
use crate::marks::parts;

/// What a heading says about the group that it names.
#[derive(Debug, PartialEq)]
pub(in crate::dialect) struct GroupHeading<'t> {
    pub(in crate::dialect) id: String,
    pub(in crate::dialect) title: &'t str,
    pub(in crate::dialect) stated_tasks: Option<usize>,
    pub(in crate::dialect) stated_duration: Option<Duration>,
}

/// Reads a heading, or a bold line that serves as one. `None` when it does not begin with a group, or when it is
/// about something that belongs to the group, such as its quality gate.
pub(in crate::dialect) fn group_heading(text: &str) -> Option<GroupHeading<'_>> {
    let text = bare(text);
    let text = &text[numbering(text)..];
    let Some(mut group) = find_groups(text).next() else {
        return lettered(text);
    };
    // "Level 1 - Level 0 complete" is no range, for it would run backwards.
    if let (Ok(first), Some(Ok(last))) = (
        group.first.parse::<u32>(),
        group.last.map(str::parse::<u32>),
    ) && last < first
    {
        group.end = group.first.as_ptr() as usize - text.as_ptr() as usize + group.first.len();
        group.last = None;
    }
    if group.start != 0 || group.last.is_some() {
        return None;
    }
    let rest = text[group.end..].trim_start_matches(['*', '_', ' ', '\t']);
    if !rest.is_empty()
        && !rest.starts_with([':', '：', '-', '–', '—', '(', '.', '|', '·', '/', '→', '['])
        && is_about(rest)
    {
        return None;
    }
    let (head, tail) = head_and_tail(text, group.end);
    let (title, remark) = split_remark(head.trim_end_matches([' ', ':', '：']));
    let remark = if remark.is_empty() {
        first_remark(tail)
    } else {
        remark
    };
    Some(GroupHeading {
        id: group_id(group.kind, group.first),
        title,
        stated_tasks: stated_tasks(remark).or_else(|| stated_tasks(&text[group.end..])),
        stated_duration: parts(remark, &[',', ';', '|']).find_map(duration),
    })
}

/// A group with a letter for its number: "Group A: Base", "Batch B (2 h)".
fn lettered(text: &str) -> Option<GroupHeading<'_>> {
    let (word, rest) = text.split_once(' ')?;
    let letter = rest
        .get(..1)
        .filter(|letter| letter.as_bytes()[0].is_ascii_uppercase())?;
    let behind = rest[1..].trim_start_matches(['*', '_']);
    let ends = behind.is_empty()
        || behind.starts_with([':', '：'])
        || [" -", " –", " —", " (", " ["]
            .iter()
            .any(|mark| behind.starts_with(mark));
    let kind = ["phase", "wave", "batch", "stage", "group", "sprint"]
        .into_iter()
        .find(|kind| kind.eq_ignore_ascii_case(word))?;
    if !ends || is_about(behind) {
        return None;
    }
    let (head, tail) = head_and_tail(text, word.len() + 2);
    let (title, remark) = split_remark(head.trim_end_matches([' ', ':', '：']));
    let remark = if remark.is_empty() {
        first_remark(tail)
    } else {
        remark
    };
    Some(GroupHeading {
        id: group_id(kind, letter),
        title,
        stated_tasks: stated_tasks(remark),
        stated_duration: parts(remark, &[',', ';', '|']).find_map(duration),
    })
}

/// What of a line is the heading, and the rest: a bold heading ends with its emphasis (`**Wave 1** (2 h): …`), and
/// one before ids ends with its colon (`Wave 1: T001, T002`).
fn head_and_tail(text: &str, group_end: usize) -> (&str, &str) {
    if let Some(found) = text.split_once("**") {
        return found;
    }
    match text[group_end..].find([':', '：']) {
        Some(colon) => {
            let (head, tail) = text.split_at(group_end + colon);
            let ids = tail.trim_start_matches([':', '：', ' ', '`']);
            let begins_with_id = find_ids(ids).next().is_some_and(|id| id.start == 0);
            if begins_with_id {
                (head, tail)
            } else {
                (text, "")
            }
        }
        None => (text, ""),
    }
}

/// The first remark in parentheses.
fn first_remark(text: &str) -> &str {
    let Some((_, inner)) = text.split_once(['(', '（']) else {
        return "";
    };
    inner.split([')', '）']).next().unwrap_or_default()
}

/// Whether the word after a group says that the heading is only about it.
fn is_about(rest: &str) -> bool {
    const ABOUT: [&str; 26] = [
        "acceptance",
        "checklist",
        "checkpoint",
        "command",
        "commands",
        "complete",
        "completed",
        "completion",
        "criteria",
        "deliverables",
        "dependencies",
        "execution",
        "exit",
        "gate",
        "metrics",
        "notes",
        "progress",
        "quality",
        "results",
        "retrospective",
        "review",
        "status",
        "summary",
        "timeline",
        "validation",
        "verification",
    ];
    rest.split(|c: char| !c.is_alphanumeric())
        .any(|word| ABOUT.contains(&word.to_lowercase().as_str()))
}

/// The text without emphasis, quotes and pictures around it.
fn bare(text: &str) -> &str {
    let text = text.trim_start_matches(|c: char| !c.is_alphanumeric());
    text.trim_end_matches(|c: char| {
        c.is_whitespace() || matches!(c, '*' | '_' | '`' | ':' | '：' | '#')
    })
}

/// The length of a number of the heading itself: "2. ", "2.1 ".
fn numbering(text: &str) -> usize {
    let digits = text
        .find(|c: char| !c.is_ascii_digit() && c != '.')
        .unwrap_or(text.len());
    let rest = &text[digits..];
    match rest.strip_prefix([' ', ')']) {
        Some(after) if digits > 0 => text.len() - after.trim_start().len(),
        _ => 0,
    }
}

/// A title, and the remark in parentheses after it when that holds numbers.
fn split_remark(text: &str) -> (&str, &str) {
    let Some(inner) = text.strip_suffix([')', '）']) else {
        return (text, "");
    };
    match inner.rfind(['(', '（']) {
        Some(at) if inner[at..].contains(|c: char| c.is_ascii_digit()) => {
            let open = inner[at..].chars().next().map_or(1, char::len_utf8);
            (text[..at].trim_end(), &inner[at + open..])
        }
        _ => (text, ""),
    }
}

fn duration(text: &str) -> Option<Duration> {
    let text = text.trim();
    parse_duration(text).filter(|_| !text.is_empty())
}

/// "45 workers", "4 Parallel Tasks", "1 Task": a number, at most two words, and a word for tasks.
pub(super) fn stated_tasks(text: &str) -> Option<usize> {
    let mut number = None;
    let mut distance = 0;
    // "Story 2 - Agents report" counts no agents: what stands behind a dash or a colon is said of something else.
    for part in text
        .split([':', '：', '–', '—'])
        .flat_map(|part| part.split(" - "))
    {
        for word in part.split(|c: char| !c.is_alphanumeric() && !matches!(c, '.' | '_')) {
            if word.is_empty() {
                continue;
            }
            if let Ok(value) = word.parse::<usize>() {
                (number, distance) = (Some(value), 0);
            } else if is_task_word(word) {
                if distance <= 2 && number.is_some() {
                    return number;
                }
            } else {
                distance += 1;
            }
        }
        number = None;
    }
    None
}

/// Whether a word means tasks or those who do them.
pub(super) fn is_task_word(word: &str) -> bool {
    const WORDS: [&str; 14] = [
        "task", "tasks", "worker", "workers", "agent", "agents", "item", "items", "issue",
        "issues", "ticket", "tickets", "story", "stories",
    ];
    WORDS.contains(&word.to_lowercase().as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: Option<(&str, &str, Option<usize>, Option<u64>)>) {
        let found = group_heading(text);
        let found = found.as_ref().map(|heading| {
            let minutes = heading
                .stated_duration
                .map(|duration| duration.as_secs() / 60);
            (
                heading.id.as_str(),
                heading.title,
                heading.stated_tasks,
                minutes,
            )
        });
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn groups() {
        check(
            "**Batch 1: Frame Workers (30 workers, 10 min)**",
            Some(("batch-1", "Batch 1: Frame Workers", Some(30), Some(10))),
        );
        check(
            "WAVE 1: Simple Tasks (6 agents)",
            Some(("wave-1", "WAVE 1: Simple Tasks", Some(6), None)),
        );
        check(
            "Batch 4: Agents (2 Parallel Tasks)",
            Some(("batch-4", "Batch 4: Agents", Some(2), None)),
        );
        check(
            "Wave 1: Foundation (Hour 0-1.5)",
            Some(("wave-1", "Wave 1: Foundation", None, None)),
        );
        check(
            "🚀 2.1 Phase 4.10 — Tests",
            Some(("phase-4.10", "Phase 4.10 — Tests", None, None)),
        );
        check(
            "Sprint 3 Hardening",
            Some(("sprint-3", "Sprint 3 Hardening", None, None)),
        );
        check(
            "Phase 4: Story 2 - Agent installs",
            Some(("phase-4", "Phase 4: Story 2 - Agent installs", None, None)),
        );
        check(
            "Level 1 - Level 0 first",
            Some(("level-1", "Level 1 - Level 0 first", None, None)),
        );
        check("Phase 2", Some(("phase-2", "Phase 2", None, None)));
        check("Wave 1: T001, T002", Some(("wave-1", "Wave 1", None, None)));
        check("Group B: T2, T3", Some(("group-b", "Group B", None, None)));
        check(
            "Phase A – Foundation (2 h)",
            Some(("phase-a", "Phase A – Foundation", None, Some(120))),
        );
        check(
            "**Phase 3 - Glue** (5h, 15 workers): JOB_088-102",
            Some(("phase-3", "Phase 3 - Glue", Some(15), Some(300))),
        );
    }

    #[test]
    fn what_is_no_group() {
        for text in [
            "Batch 1 Quality Gate",
            "Start Parallel Execution (Batch 1)",
            "Day 1: Initialize and Batch 1",
            "For Each Wave:",
            "Phase 1-2: both",
            "Phase 2 complete",
            "Group A users first",
            "Phase A complete",
            "",
        ] {
            check(text, None);
        }
    }
}
