//! BMAD stories: one file a story, with status, acceptance criteria, and tasks / subtasks.
//!
//! A story whose "Tasks / Subtasks" are numbered (`Task 2: …`) is a group (`story-2.2`) of tasks (`2.2-T2`); their order in
//! the text orders nothing. One without such is a task itself where there are other stories (alone, its boxes are tasks), and its boxes are the steps by which one developer fulfils
//! its acceptance criteria; nor are sub-tasks or the boxes of its "Definition of Done" tasks. Its id is the story's number
//! (`2.2`, also known as `Story 2.2`), its group the epic. Only a field or a section of dependencies orders stories:
//! "Previous Story Insights" and other notes name stories without waiting for them.

mod tasks;

use std::ops::Range;

use crate::duration::parse_duration;
use crate::front_matter::Scalar;
use crate::label::split_label;
use crate::markdown::{Block, BlockKind};
use crate::status_words::status_of;
use crate::{
    Confidence, Dialect, Document, EdgeKind, EdgeMention, EdgeSource, Fragment, Group, Parsed,
    Reference, TaskMention, TaskMentionKind,
};

use super::backlog_task::unknown_status;

/// A file that is one story.
#[derive(Debug)]
pub(super) struct BmadStory;

/// More stories than any range in earnest.
const LONGEST_RANGE: u32 = 100;

impl Dialect for BmadStory {
    fn name(&self) -> &'static str {
        "BMAD story"
    }

    fn recognise(&self, document: &Document) -> Confidence {
        let Some(title) = title(document) else {
            return Confidence::No;
        };
        let mut criteria = false;
        let mut also = 0;
        for block in &document.markdown().blocks[title.block + 1..] {
            let BlockKind::Heading { level, text } = &block.kind else {
                continue;
            };
            let heading = &document.text()[text.clone()];
            // A second story on the level of the first: a book of stories.
            if *level <= title.level && story_heading(heading).is_some() {
                return Confidence::No;
            }
            let heading = words(heading);
            criteria |= heading.starts_with("acceptance criteria");
            let known = [
                "status",
                "story",
                "story statement",
                "user story",
                "tasks subtasks",
                "tasks",
                "dev notes",
                "dev agent record",
                "qa results",
                "change log",
            ];
            also += usize::from(known.contains(&heading.as_str()));
        }
        if criteria && also >= 2 {
            Confidence::Whole
        } else {
            Confidence::No
        }
    }

    fn read(&self, document: &Document) -> Parsed<Fragment> {
        read(document, tasks::read)
    }
}

/// Reads a story that is the only one: the boxes of its "Tasks / Subtasks" are tasks, although they have no numbers. `None`
/// when the document is no story, or has less than two such boxes.
pub(super) fn read_alone(document: &Document) -> Option<Parsed<Fragment>> {
    if BmadStory.recognise(document) != Confidence::Whole {
        return None;
    }
    let parsed = read(document, tasks::read_boxes);
    (parsed.value.tasks.len() > 1).then_some(parsed)
}

fn read(
    document: &Document,
    tasks_of: impl Fn(&Document, usize) -> Vec<tasks::StoryTask>,
) -> Parsed<Fragment> {
    let mut parsed = Parsed::<Fragment>::default();
    let Some(title) = title(document) else {
        return parsed;
    };
    let place = document.location(title.span.clone());
    let mut task = TaskMention::new(&title.number, TaskMentionKind::Definition, place.clone());
    task.title = Some(title.words.clone()).filter(|words| !words.is_empty());
    task.aliases.push(format!("Story {}", title.number));
    let mut epic = title
        .number
        .split(['.', '-'])
        .next()
        .filter(|epic| epic.len() < title.number.len())
        .map(|number| (number.to_owned(), String::new(), title.span.clone()));
    let mut section = String::new();
    for block in &document.markdown().blocks[title.block + 1..] {
        if let BlockKind::Heading { text, .. } = &block.kind {
            let heading = &document.text()[text.clone()];
            section = words(heading);
            // `## Status: Done`
            if let Some((name, value)) = split_label(heading)
                && words(name) == "status"
                && task.status.is_none()
            {
                status(document, text, value, &mut task, &mut parsed);
            }
            continue;
        }
        for line in text_lines(document, block) {
            read_line(document, &section, line, &mut task, &mut epic, &mut parsed);
        }
    }
    if let Some((number, words, span)) = epic {
        let id = format!("epic-{number}");
        let title = if words.is_empty() {
            format!("Epic {number}")
        } else {
            format!("Epic {number}: {words}")
        };
        task.groups.push(id.clone());
        parsed.value.groups.push(Group {
            title,
            ..Group::new(id, document.location(span))
        });
    }
    let tasks = tasks_of(document, title.block + 1);
    if tasks.len() > 1 {
        tasks::split(document, &task, &tasks, &mut parsed.value);
    } else {
        parsed.value.tasks.push(task);
    }
    parsed
}

type Epic = Option<(String, String, Range<usize>)>;

fn read_line(
    document: &Document,
    section: &str,
    line: Range<usize>,
    task: &mut TaskMention,
    epic: &mut Epic,
    parsed: &mut Parsed<Fragment>,
) {
    let text = &document.text()[line.clone()];
    let header = section.is_empty();
    let labelled = split_label(text);
    if section == "status" && task.status.is_none() {
        let value = labelled.map_or(text, |(_, value)| value);
        return status(document, &line, value, task, parsed);
    }
    let in_dependencies =
        section.starts_with("dependenc") || section == "depends on" || section == "prerequisites";
    let label = labelled.map(|(name, _)| words(name));
    let value = labelled.map_or("", |(_, value)| value);
    match label.as_deref() {
        Some("status") if task.status.is_none() => status(document, &line, value, task, parsed),
        Some("epic") if header => {
            if let Some(epic) = epic {
                let value = value.trim();
                let own = value
                    .trim_start_matches("Epic ")
                    .trim_start_matches(&epic.0);
                epic.1 = own.trim_start_matches([' ', ':', '-', '–', '—']).to_owned();
            }
        }
        Some("story points" | "points") if header => {
            task.complexity = Some(format!("{} story points", value.trim()));
        }
        Some("estimate" | "estimated effort" | "estimated time" | "effort" | "estimation")
            if task.estimate.is_none() =>
        {
            task.estimate = parse_duration(value);
        }
        Some(
            "depends on" | "dependencies" | "dependency" | "blocked by" | "prerequisites"
            | "requires",
        ) if header || in_dependencies => {
            let source = if header {
                EdgeSource::Header
            } else {
                EdgeSource::Section
            };
            waits(document, line, value, header, source, task, parsed);
        }
        Some(name)
            if in_dependencies
                && [
                    "blocks", "blocking", "enables", "required", "needed", "unblocks", "related",
                ]
                .iter()
                .any(|other| name.starts_with(other)) => {}
        _ if in_dependencies => {
            waits(
                document,
                line,
                text,
                false,
                EdgeSource::Section,
                task,
                parsed,
            );
        }
        _ => {}
    }
}

/// Reads a status; `value` is the end of the line.
fn status(
    document: &Document,
    line: &Range<usize>,
    value: &str,
    task: &mut TaskMention,
    parsed: &mut Parsed<Fragment>,
) {
    let marks = |c: char| c.is_whitespace() || matches!(c, '*' | '_' | '`');
    let start = line.end - value.trim_start_matches(marks).len();
    let value = value.trim_matches(marks);
    if value.is_empty() {
        return;
    }
    task.status = status_of(value);
    if task.status.is_none() {
        let status = Scalar {
            text: value.to_owned(),
            span: start..start + value.len(),
        };
        parsed.diagnostics.push(unknown_status(document, &status));
    }
}

/// The stories that a text names. In a field for stories alone, bare numbers are stories too.
fn waits(
    document: &Document,
    line: Range<usize>,
    text: &str,
    bare: bool,
    source: EdgeSource,
    task: &TaskMention,
    parsed: &mut Parsed<Fragment>,
) {
    let offset = line.end - text.len().min(line.len());
    let kind = if is_a_wish(text) {
        EdgeKind::Soft
    } else {
        EdgeKind::Hard
    };
    for (number, span) in stories_in(text, bare) {
        if number != task.id {
            parsed.value.edges.push(EdgeMention {
                from: format!("Story {number}"),
                to: task.id.clone(),
                reference: Reference::Elsewhere,
                kind,
                stated_in: source,
                location: document.location(offset + span.start..offset + span.end),
            });
        }
    }
}

/// "Story 2.2 is helpful but not needed".
fn is_a_wish(text: &str) -> bool {
    const WISHES: [&str; 8] = [
        "helpful",
        "useful",
        "optional",
        "nice to have",
        "recommended",
        "not needed",
        "not required",
        "not strictly",
    ];
    let lower = text.to_lowercase();
    WISHES.iter().any(|wish| lower.contains(wish))
}

/// `Story 1.1`, `Stories 1.1, 1.2 and 2.1`, `Stories 1.1-1.3`, and with `bare` also `1.1, 1.2`.
fn stories_in(text: &str, bare: bool) -> Vec<(String, Range<usize>)> {
    let mut found: Vec<(String, Range<usize>)> = Vec::new();
    let mut listed = bare;
    let mut through: Option<String> = None;
    let mut at = 0;
    for word in text.split([' ', ',', ';', '(', ')', '\t', '\n', '*', '`', '[', ']']) {
        let start = at;
        at += word.len() + 1;
        let plain = word.trim_end_matches(['.', ':', '!', '?']);
        let plain = plain.trim_start_matches(['.', '#']);
        let span_start = start + word.find(plain).unwrap_or(0);
        let lower = plain.to_ascii_lowercase();
        if matches!(lower.as_str(), "story" | "stories") {
            listed = true;
            continue;
        }
        if plain.is_empty() || matches!(lower.as_str(), "and" | "&" | "or" | "plus") {
            continue;
        }
        if matches!(lower.as_str(), "-" | "–" | "—" | "to" | "through") {
            through = listed
                .then(|| found.last().map(|last| last.0.clone()))
                .flatten();
            continue;
        }
        let own = ["story-", "story_"]
            .iter()
            .find_map(|head| lower.strip_prefix(head));
        let (first, last) = own
            .unwrap_or(plain)
            .split_once(['-', '–', '—'])
            .map_or((own.unwrap_or(plain), None), |(first, last)| {
                (first, Some(last))
            });
        if !(listed || own.is_some()) || !is_number(first) {
            listed = listed && bare;
            through = None;
            continue;
        }
        let span = span_start..span_start + plain.len();
        let ends = match (through.take(), last.filter(|last| is_number(last))) {
            (Some(from), _) => Some((from, first.to_owned())),
            (None, Some(last)) => Some((first.to_owned(), last.to_owned())),
            _ => None,
        };
        let numbers = ends.and_then(|(from, to)| range(&from, &to));
        for number in numbers.unwrap_or_else(|| vec![first.to_owned()]) {
            if !found.iter().any(|(known, _)| *known == number) && found.len() < 1000 {
                found.push((number, span.clone()));
            }
        }
    }
    found
}

/// `2`, `2.1`, `4.1a`.
fn is_number(text: &str) -> bool {
    let text = text
        .strip_suffix(|c: char| c.is_ascii_alphabetic())
        .unwrap_or(text);
    text.split('.')
        .all(|part| (1..=4).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit()))
}

fn range(from: &str, to: &str) -> Option<Vec<String>> {
    let (epic, first) = from.rsplit_once('.')?;
    let (last_epic, last) = to.rsplit_once('.')?;
    let (first, last): (u32, u32) = (first.parse().ok()?, last.parse().ok()?);
    (epic == last_epic && first <= last && last - first < LONGEST_RANGE)
        .then(|| (first..=last).map(|n| format!("{epic}.{n}")).collect())
}

struct Title {
    block: usize,
    level: u8,
    number: String,
    words: String,
    span: Range<usize>,
}

/// The first heading, when it is a story's.
fn title(document: &Document) -> Option<Title> {
    let blocks = document.markdown().blocks.iter().enumerate();
    let (block, level, text) = blocks.take(20).find_map(|(at, block)| match &block.kind {
        BlockKind::Heading { level, text } => Some((at, *level, text.clone())),
        _ => None,
    })?;
    let (number, words) = story_heading(&document.text()[text.clone()])?;
    Some(Title {
        block,
        level,
        number,
        words,
        span: text,
    })
}

/// The number and the words of `Story 1.1: Words`, `Story 1-1 - Words`, `User Story 1.1 Words`.
fn story_heading(heading: &str) -> Option<(String, String)> {
    let heading = heading.trim_start_matches(|c: char| !c.is_alphanumeric());
    let heading = strip_word(heading, "user").unwrap_or(heading);
    let rest = strip_word(heading, "story")?;
    let end = rest
        .find(|c: char| !c.is_ascii_digit() && c != '.' && c != '-')
        .unwrap_or(rest.len());
    let mut written = rest[..end].trim_end_matches(['.', '-']);
    // `Story 4.1a`: a story put in later.
    let after = &rest[written.len()..];
    if after.starts_with(|c: char| c.is_ascii_alphabetic())
        && !after[1..].starts_with(char::is_alphanumeric)
    {
        written = &rest[..=written.len()];
    }
    // File names have `1-1`, texts `1.1`.
    let number = written.replace('-', ".");
    if !number.contains('.') || !is_number(&number) {
        return None;
    }
    let words = rest[written.len()..].trim_start_matches(|c: char| {
        c.is_whitespace() || matches!(c, ':' | '-' | '–' | '—' | '.')
    });
    Some((number, words.trim_end().to_owned()))
}

fn strip_word<'t>(text: &'t str, word: &str) -> Option<&'t str> {
    let head = text.get(..word.len())?;
    let rest = &text[word.len()..];
    (head.eq_ignore_ascii_case(word) && rest.starts_with([' ', '-', '_']))
        .then(|| rest.trim_start_matches([' ', '-', '_', '#']))
}

/// The lines of a paragraph or an item; nothing of code and tables.
fn text_lines(document: &Document, block: &Block) -> Vec<Range<usize>> {
    let text = match &block.kind {
        BlockKind::Paragraph { text } => text.clone(),
        BlockKind::Item(item) => item.text.clone(),
        _ => return Vec::new(),
    };
    let mut at = text.start;
    let mut lines = Vec::new();
    for line in document.text()[text].split_inclusive('\n') {
        let body = line.trim();
        if !body.is_empty() {
            let start = at + (line.len() - line.trim_start().len());
            lines.push(start..start + body.len());
        }
        at += line.len();
    }
    lines
}

/// Words in lower case, one gap between them.
fn words(text: &str) -> String {
    text.split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .take(12)
        .map(str::to_lowercase)
        .collect::<Vec<_>>()
        .join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_of_stories() {
        for (heading, expected) in [
            ("Story 1.1: Basic Setup", Some(("1.1", "Basic Setup"))),
            ("Story 2-10 - Login", Some(("2.10", "Login"))),
            ("📖 User Story 3.2.1", Some(("3.2.1", ""))),
            ("Story 4.1a: Depth", Some(("4.1a", "Depth"))),
            ("Story of 1.1", None),
            ("Storyboard 1.1", None),
            ("Story 4", None),
        ] {
            let found = story_heading(heading);
            let found = found.as_ref().map(|(n, w)| (n.as_str(), w.as_str()));
            assert_eq!(found, expected, "{heading}");
        }
    }

    #[test]
    fn stories_that_a_text_names() {
        for (text, bare, expected) in [
            ("Story 1.1", false, vec!["1.1"]),
            ("Stories 1.1-1.3 (done)", false, vec!["1.1", "1.2", "1.3"]),
            ("Stories 1.1 to 1.3", false, vec!["1.1", "1.2", "1.3"]),
            (
                "Story 1.1, 1.2 and 2.1 are done in v3.1",
                false,
                vec!["1.1", "1.2", "2.1"],
            ),
            ("1.1, 1.2", true, vec!["1.1", "1.2"]),
            ("Node 18.2 and story-1.4", false, vec!["1.4"]),
            ("None", true, vec![]),
        ] {
            let found: Vec<String> = stories_in(text, bare).into_iter().map(|s| s.0).collect();
            assert_eq!(found, expected, "{text}");
        }
    }
}
