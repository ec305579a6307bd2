//! Headings: of groups, of tasks, and those with a meaning of their own.

use std::ops::Range;

use super::value::{self, Text};
use crate::Document;
use crate::groups::{find_groups, group_id};
use crate::ids::is_id;
use crate::markdown::BlockKind;
use crate::plan_form::{CHECKPOINT, RISKS, RULES, STATEMENTS, TASKS};
use crate::quoted::unquote;
use crate::slip::is_slip_of;

/// A heading of the document.
#[derive(Clone, Debug)]
pub(super) struct Heading<'t> {
    /// Its block.
    pub(super) block: usize,
    pub(super) level: u8,
    /// What it says, without its marks.
    pub(super) text: &'t str,
    pub(super) span: Range<usize>,
}

/// The headings of a document, in order. One in a list or a quotation is none of the plan's.
pub(super) fn headings(document: &Document) -> Vec<Heading<'_>> {
    let text = document.text();
    let blocks = &document.markdown().blocks;
    let mut headings = Vec::new();
    let mut items_end = 0;
    for (block, found) in blocks.iter().enumerate() {
        match &found.kind {
            BlockKind::Item(_) => items_end = items_end.max(found.span.end),
            BlockKind::Heading {
                level,
                text: inside,
            } if found.span.start >= items_end => {
                let span = words(text, &found.span, inside);
                headings.push(Heading {
                    block,
                    level: *level,
                    text: &text[span.clone()],
                    span,
                });
            }
            _ => {}
        }
    }
    headings
}

/// What a heading says, as it is written: Markdown's own view leaves out a backslash at its start.
fn words(text: &str, block: &Range<usize>, inside: &Range<usize>) -> Range<usize> {
    let line = text[block.clone()].lines().next().unwrap_or_default();
    let body = line.trim_start().trim_start_matches('#');
    if body.len() == line.trim_start().len() {
        return inside.clone();
    }
    let start = block.start + line.len() - body.trim_start().len();
    let body = body.trim();
    let bare = body.trim_end_matches('#');
    let closed = bare.is_empty() || bare.ends_with([' ', '\t']);
    let length = if closed {
        bare.trim_end().len()
    } else {
        body.len()
    };
    start..start + length
}

/// What a heading of the second level is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    Tasks,
    Statements,
    Rules,
    Risks,
    Checkpoint(String),
    /// A group by its number: its id.
    Group(String),
    Task(Name),
    /// A group if something below says so, else free text.
    Other,
}

/// A heading that is nearly one of the known ones, and that one.
pub(crate) type Slip = Option<&'static str>;

/// What a heading is, and what it is a slip of the pen of.
pub(crate) fn part(text: &str) -> (Part, Slip) {
    if unquote(text).is_some() {
        return (named_task(text).map_or(Part::Other, Part::Task), None);
    }
    if let Some(title) = checkpoint(text) {
        return (Part::Checkpoint(title), None);
    }
    if let Some((_, part)) = known_parts().find(|(name, _)| name.eq_ignore_ascii_case(text)) {
        return (part, None);
    }
    if let Some(id) = numbered_group(text) {
        return (Part::Group(id), None);
    }
    if let Some(name) = named_task(text) {
        return (Part::Task(name), None);
    }
    // Short names are words of their own when a letter is wrong.
    let near = |name: &str| name.len() > 6 && is_slip_of(text, name, 2);
    match known_parts().find(|(name, _)| near(name)) {
        Some((name, part)) => (part, Some(name)),
        None => (Part::Other, None),
    }
}

/// The headings that have a meaning of their own.
fn known_parts() -> impl Iterator<Item = (&'static str, Part)> {
    [
        (TASKS, Part::Tasks),
        (STATEMENTS, Part::Statements),
        (RULES, Part::Rules),
        (RISKS, Part::Risks),
    ]
    .into_iter()
}

/// The title of a checkpoint: `Checkpoint: all tests pass`.
pub(crate) fn checkpoint(text: &str) -> Option<String> {
    let word = text.get(..CHECKPOINT.len())?;
    let rest = text[CHECKPOINT.len()..].trim_start();
    let title = match rest.strip_prefix(':') {
        Some(title) => title,
        None if rest.is_empty() => "",
        None => return None,
    };
    word.eq_ignore_ascii_case(CHECKPOINT)
        .then(|| value::text(title, 0).text)
}

/// The id of a group whose heading begins with its number: `Wave 1: Foundation` is `wave-1`.
pub(crate) fn numbered_group(text: &str) -> Option<String> {
    let group = find_groups(text).next()?;
    (group.start == 0 && group.last.is_none()).then(|| group_id(group.kind, group.first))
}

/// A task's id and title.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Name {
    pub(crate) id: String,
    pub(crate) title: String,
}

/// A heading that can only be a task's: its id is formed as an id or stands in quotes, and a title follows.
pub(super) fn named_task(text: &str) -> Option<Name> {
    let (id, title) = split(text)?;
    (id.quoted || is_id(&id.text)).then_some(Name { id: id.text, title })
}

/// The id and the title in a task's heading. Words without an id are both.
pub(crate) fn task_name(text: &str) -> Name {
    if let Some((id, title)) = split(text) {
        return Name { id: id.text, title };
    }
    let whole = bare(value::text(text, 0));
    let words = !whole.quoted && whole.text.contains(char::is_whitespace);
    Name {
        title: if words {
            whole.text.clone()
        } else {
            String::new()
        },
        id: whole.text,
    }
}

/// `CORE-001: Parser`, `"odd: id": Parser`.
fn split(text: &str) -> Option<(Text, String)> {
    let end = match unquote(text) {
        Some((_, length)) => length,
        None => text
            .match_indices(':')
            .map(|(at, _)| at)
            .find(|at| text[at + 1..].is_empty() || text[at + 1..].starts_with([' ', '\t']))?,
    };
    let title = text[end..].trim_start().strip_prefix(':')?;
    let id = bare(value::text(&text[..end], 0));
    (id.quoted || !id.text.is_empty()).then(|| (id, value::text(title, 0).text))
}

/// An id without the marks of code or emphasis around it.
fn bare(id: Text) -> Text {
    if id.quoted {
        return id;
    }
    let text = id.text.trim_matches(['`', '*']).trim();
    Text {
        text: text.to_owned(),
        ..id
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts() {
        let task = |id: &str, title: &str| {
            Part::Task(Name {
                id: id.to_owned(),
                title: title.to_owned(),
            })
        };
        for (text, expected) in [
            ("Tasks", Part::Tasks),
            ("statements", Part::Statements),
            (
                "Checkpoint: all pass",
                Part::Checkpoint("all pass".to_owned()),
            ),
            ("Wave 1: Foundation", Part::Group("wave-1".to_owned())),
            ("phase 4.1", Part::Group("phase-4.1".to_owned())),
            ("CORE-001: Parser", task("CORE-001", "Parser")),
            ("Background", Part::Other),
            ("\"Tasks\"", Part::Other),
            ("Note: two things", Part::Other),
        ] {
            assert_eq!(part(text), (expected, None), "{text}");
        }
        assert_eq!(part("Statments"), (Part::Statements, Some("Statements")));
    }

    #[test]
    fn names_of_tasks() {
        for (text, id, title) in [
            ("CORE-001: Parser", "CORE-001", "Parser"),
            ("`CORE-001`: Parser: first", "CORE-001", "Parser: first"),
            ("CORE-001", "CORE-001", ""),
            ("CORE-001:", "CORE-001", ""),
            ("Write the parser", "Write the parser", "Write the parser"),
            ("\"a: b\": \"\"", "a: b", ""),
            ("\"\": \" x\"", "", " x"),
            ("\"a b\"", "a b", ""),
            ("a:b", "a:b", ""),
        ] {
            let found = task_name(text);
            assert_eq!(
                (found.id.as_str(), found.title.as_str()),
                (id, title),
                "{text}"
            );
        }
    }
}
