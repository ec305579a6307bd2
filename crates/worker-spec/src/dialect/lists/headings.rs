//! What headings, and lines that serve as headings, say about the list below them.

use std::ops::Range;

use super::super::order_headings::of_order;
use super::super::wave_plan::group_heading;
use super::entry::story_number;
use crate::Document;
use crate::markdown::{Block, BlockKind};

/// What a heading opens.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Opened {
    /// The id of a phase, wave, …
    pub(super) phase: Option<String>,
    /// The number of a numbered heading: `2` of "2. Storage".
    pub(super) number: Option<String>,
    /// The number of a story that it names.
    pub(super) story: Option<String>,
    pub(super) role: Role,
}

/// What a section is for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Role {
    #[default]
    Work,
    /// States what waits for what.
    Order,
    /// Speaks about the work: summaries, gates, examples of parallel runs.
    Aside,
    /// As an aside, and what it states about order holds.
    Notes,
    /// Shows how an entry is written.
    Sample,
    /// What is put off.
    Deferred,
}

/// Reads a heading.
pub(super) fn opened(text: &str) -> Opened {
    let text = text.trim();
    let phase = group_heading(text)
        .map(|heading| heading.id)
        .or_else(|| named_phase(text));
    let number = if phase.is_none() {
        leading_number(text)
    } else {
        None
    };
    let role = if phase.is_some() {
        Role::Work
    } else {
        role(text)
    };
    Opened {
        story: story(text),
        phase,
        number,
        role,
    }
}

/// A line at the margin that serves as a heading: a phase, a story, or the name of a section that is no work.
pub(super) fn plain_heading(document: &Document, block: &Block) -> Option<Range<usize>> {
    let BlockKind::Paragraph { text: span } = &block.kind else {
        return None;
    };
    let text = document.text();
    let at_margin = text[..span.start].ends_with('\n') || span.start == 0;
    let line = text[span.clone()].lines().next().unwrap_or_default();
    let line_span = span.start..span.start + line.len();
    let words = line.split_whitespace().count();
    if !at_margin || words == 0 || words > 16 || line.trim_end().ends_with('.') {
        return None;
    }
    let opened = opened(line);
    let begins_story = opened.story.is_some() && begins_with_story(line);
    let alone = line.len() == span.len() && words <= 8 && !line.contains(". ");
    let names_section = opened.role != Role::Work && alone;
    let name = line
        .trim_matches(|c: char| !c.is_alphanumeric())
        .to_lowercase();
    let names_tasks = alone && matches!(name.as_str(), "tasks" | "task list" | "todo" | "タスク");
    (opened.phase.is_some() || begins_story || names_section || names_tasks).then_some(line_span)
}

/// The text of every real heading.
pub(super) fn all(document: &Document) -> impl Iterator<Item = Range<usize>> + '_ {
    let blocks = document.markdown().blocks.iter();
    blocks.filter_map(|block| match &block.kind {
        BlockKind::Heading { text, .. } => Some(text.clone()),
        _ => None,
    })
}

/// Headings of a story or a task of its own, whose checkboxes are parts of it.
pub(super) fn is_of_a_story(heading: &str) -> bool {
    let key: String = heading
        .chars()
        .filter(|c| c.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect();
    matches!(
        key.as_str(),
        "taskssubtasks" | "devagentrecord" | "storydraft" | "devnotes"
    )
}

/// Whether a title says that the document is a list of tasks.
pub(super) fn speaks_of_tasks(title: &str) -> bool {
    let lower = title.to_lowercase();
    let words: Vec<&str> = lower.split(|c: char| !c.is_alphanumeric()).collect();
    words
        .iter()
        .any(|word| matches!(*word, "tasks" | "todo" | "todos"))
        || ["task list", "to-do", "タスク", "任务", "작업"]
            .iter()
            .any(|name| lower.contains(name))
}

/// Whether a title says that the document plans how something is built.
pub(in crate::dialect) fn speaks_of_building(title: &str) -> bool {
    let lower = title.to_lowercase();
    const KINDS: [&str; 9] = [
        "implementation",
        "development",
        "build",
        "project",
        "delivery",
        "execution",
        "work",
        "action",
        "release",
    ];
    let words: Vec<&str> = lower
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .collect();
    words
        .windows(2)
        .any(|pair| matches!(pair[1], "plan" | "steps") && KINDS.contains(&pair[0]))
        || is_plan_of(&lower)
}

/// "Plan: Dark mode", "Plan for the move", and no "Planning poker".
fn is_plan_of(title: &str) -> bool {
    let bare = title.trim_start_matches(|c: char| !c.is_alphanumeric());
    let Some(rest) = bare.strip_prefix("plan") else {
        return false;
    };
    let rest = rest.trim_start_matches(' ');
    rest.is_empty()
        || rest.starts_with([':', '-', '–', '—'])
        || rest.starts_with("for ")
        || rest.starts_with("of work")
}

/// Whether a title says that the document is a roadmap.
pub(super) fn speaks_of_roadmap(title: &str) -> bool {
    let lower = title.to_lowercase();
    let mut words = lower.split(|c: char| !c.is_alphanumeric());
    words.any(|word| word.ends_with("roadmap"))
        || [
            "road map",
            "hoja de ruta",
            "feuille de route",
            "roteiro de desenvolvimento",
            "дорожная карта",
            "ロードマップ",
            "路线图",
            "로드맵",
        ]
        .iter()
        .any(|name| lower.contains(name))
}

/// "Phase N: Polish", "Final Phase: Polish".
fn named_phase(text: &str) -> Option<String> {
    let lower = text.trim_start_matches(['*', '_', '#', ' ']).to_lowercase();
    let mut words = lower
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty());
    match (words.next()?, words.next()?) {
        ("phase", letter) if letter.len() == 1 && letter.is_ascii() => {
            let after = lower
                .find(&format!("phase {letter}"))
                .map(|at| &lower[at + 7..])?;
            (after.is_empty() || after.starts_with([':', ' ', '-', '*']))
                .then(|| format!("phase-{letter}"))
        }
        (word @ ("final" | "last"), "phase") => Some(format!("phase-{word}")),
        _ => None,
    }
}

/// "2. Storage", "2.1 Tables", "#### 12. 【High】…".
fn leading_number(text: &str) -> Option<String> {
    let end = text.find(|c: char| !c.is_ascii_digit() && c != '.')?;
    let number = text[..end].trim_end_matches('.');
    let rest = &text[number.len()..];
    let marked = rest.starts_with(". ")
        || rest.starts_with(") ")
        || (number.contains('.') && rest.starts_with(' '));
    let counted = !number.is_empty() && number.len() <= 8 && !number.starts_with('.');
    (marked && counted).then(|| number.to_owned())
}

/// The number of the story that a heading names: "User Story 2 - …", "US2 — …".
fn story(text: &str) -> Option<String> {
    stories(text).next().map(|(_, number)| number)
}

/// The stories that a text names, each with its place: `US1`, `User Story 1`, `User Stories 1, 2`.
pub(super) fn stories(text: &str) -> impl Iterator<Item = (usize, String)> + '_ {
    let mut before: [&str; 2] = ["", ""];
    let mut listed = false;
    words(text).filter_map(move |(at, word)| {
        let [_, last] = before;
        let after_word = last.eq_ignore_ascii_case("story") || last.eq_ignore_ascii_case("stories");
        before = [last, word];
        let number =
            !word.is_empty() && word.len() <= 4 && word.bytes().all(|byte| byte.is_ascii_digit());
        if number && (after_word || listed) {
            listed = listed || last.eq_ignore_ascii_case("stories");
            return Some((at, word.to_owned()));
        }
        listed = listed && (number || word.eq_ignore_ascii_case("and"));
        let upper = word.starts_with("US");
        story_number(word)
            .filter(|_| upper)
            .map(|number| (at, number.to_owned()))
    })
}

fn words(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(|word| (word.as_ptr() as usize - text.as_ptr() as usize, word))
}

fn begins_with_story(line: &str) -> bool {
    let bare = line.trim_start_matches(['*', '_', ' ']);
    bare.starts_with("US")
        || bare
            .get(..10)
            .is_some_and(|head| head.eq_ignore_ascii_case("user story"))
}

fn role(text: &str) -> Role {
    let lower = text.to_lowercase();
    let words: Vec<&str> = lower
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .collect();
    let has = |list: &[&str]| words.iter().any(|word| list.contains(word));
    let first = words.first().copied().unwrap_or_default();
    if matches!(
        first,
        "deferred" | "postponed" | "backlog" | "icebox" | "parked"
    ) || lower.starts_with("out of scope")
        || lower.starts_with("future work")
        || lower.starts_with("on hold")
    {
        return Role::Deferred;
    }
    if matches!(
        first,
        "format" | "legend" | "template" | "syntax" | "example" | "sample"
    ) || has(&["format", "conventions"]) && words.len() <= 3
    {
        return Role::Sample;
    }
    if matches!(first, "notes" | "note" | "remarks") {
        return Role::Notes;
    }
    if lower.starts_with("within each")
        || matches!(first, "parallel" | "summary" | "validation" | "acceptance")
        || has(&[
            "summary",
            "strategy",
            "criteria",
            "gate",
            "gates",
            "checklist",
            "coverage",
            "opportunities",
        ])
        || lower.contains("definition of done")
        || lower.contains("success metrics")
        || ["サマリー", "カバレッジ", "次のアクション", "受け入れ"]
            .iter()
            .any(|word| lower.contains(word))
    {
        return Role::Aside;
    }
    if has(&["dependencies", "dependency", "prerequisites"]) && words.len() <= 4
        || lower.contains("execution order")
        || of_order(text).is_section()
    {
        return Role::Order;
    }
    Role::Work
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_headings_open() {
        let phase = |text: &str| opened(text).phase;
        assert_eq!(phase("Phase 3.1: Setup").as_deref(), Some("phase-3.1"));
        assert_eq!(phase("Phase N: Polish").as_deref(), Some("phase-n"));
        assert_eq!(phase("Final Phase: Polish").as_deref(), Some("phase-final"));
        assert_eq!(phase("Phased rollout"), None);
        assert_eq!(opened("2. Storage").number.as_deref(), Some("2"));
        assert_eq!(
            opened("Phase 3: User Story 1 - A").story.as_deref(),
            Some("1")
        );
        for (text, role) in [
            ("Dependencies & Execution Order", Role::Order),
            ("Phase Dependencies", Role::Order),
            ("Build order", Role::Order),
            ("What waits for what", Role::Order),
            ("Order service", Role::Work),
            ("Parallel Example: User Story 1", Role::Aside),
            ("Format: `[ID] [P?] Description`", Role::Sample),
            ("Documentation & Examples", Role::Work),
            ("Backlog", Role::Deferred),
        ] {
            assert_eq!(opened(text).role, role, "{text}");
        }
    }

    #[test]
    fn stories_in_text() {
        let found = |text: &str| stories(text).map(|(_, number)| number).collect::<Vec<_>>();
        assert_eq!(
            found("User Stories 1, 2 and 3, then 4 people"),
            ["1", "2", "3"]
        );
        assert_eq!(found("US1/US2 and User Story 5"), ["1", "2", "5"]);
        assert!(found("the story so far; 3 users").is_empty());
    }
}
