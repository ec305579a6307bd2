//! A group: its heading and the fields below it.

use std::ops::Range;

use super::fields::{Known, bad_value, fields};
use super::heading::{Heading, numbered_group};
use super::value;
use crate::duration::parse_duration;
use crate::label::split_label;
use crate::markdown::BlockKind;
use crate::plan_form::{GROUP_FIELDS, GroupField, name_of};
use crate::{Diagnostic, Document, Group, GroupKind};

const KNOWN: Known<GroupField> = Known {
    owner: "a group",
    fields: &GROUP_FIELDS,
    synonym: |name| match name {
        "depends on" | "prerequisites" | "requires" => Some(GroupField::After),
        "tasks" => Some(GroupField::TaskCount),
        "estimate" => Some(GroupField::Duration),
        _ => None,
    },
    repeated: &[],
};

/// Reads a group. `blocks` are those between its heading and the next one.
pub(super) fn read(
    document: &Document,
    heading: &Heading<'_>,
    blocks: Range<usize>,
    diagnostics: &mut Vec<Diagnostic>,
) -> Group {
    let title = value::text(heading.text, 0);
    let mut group = Group::new(
        numbered_group(&title.text).unwrap_or_else(|| section_id(&title.text)),
        document.location(heading.span.clone()),
    );
    // `## wave-1` is an id and no title.
    if title.quoted || title.text != group.id {
        group.title = title.text;
    }
    let mut kind = None;
    for line in fields(document, blocks, &KNOWN, diagnostics) {
        let text = value::text(line.value, line.at);
        match line.field {
            GroupField::Id => group.id = text.text,
            GroupField::Kind => {
                kind = kind_of(&text.text);
                if kind.is_none() {
                    let help = "write wave, batch, round, phase, stage, sprint, iteration, milestone, track, story, epic or section";
                    diagnostics.push(bad_value(document, text.span, "a kind of group", help));
                }
            }
            GroupField::After => {
                let names = value::list(line.value, line.at).into_iter();
                group.prerequisites.extend(names.map(|name| name.text));
            }
            GroupField::TaskCount => match text.text.parse() {
                Ok(count) => group.stated_tasks = Some(count),
                Err(_) => diagnostics.push(bad_value(
                    document,
                    text.span,
                    "a number of tasks",
                    "write it as `4`; the tasks of a group stand below it, others are its `members`",
                )),
            },
            GroupField::Duration => {
                group.stated_duration = parse_duration(&text.text);
                if group.stated_duration.is_none() {
                    let help = "write it as `20min`, `1.5h` or `2 days`";
                    diagnostics.push(bad_value(document, text.span, "a duration", help));
                }
            }
            GroupField::Members => {
                let names = value::list(line.value, line.at).into_iter();
                group.tasks.extend(names.map(|name| name.text));
            }
        }
    }
    group.kind = kind.unwrap_or_else(|| GroupKind::of_id(&group.id));
    group
}

/// Whether a list right below a heading states the id of a group.
pub(super) fn states_id(document: &Document, blocks: Range<usize>) -> bool {
    let text = document.text();
    let blocks = &document.markdown().blocks[blocks];
    let list = blocks.iter().map_while(|block| match &block.kind {
        BlockKind::Item(item) => Some(&text[item.text.clone()]),
        _ => None,
    });
    list.filter_map(split_label)
        .any(|(name, _)| name.eq_ignore_ascii_case(name_of(&GROUP_FIELDS, GroupField::Id)))
}

/// The id of a group without a number: `section-` and its words.
fn section_id(title: &str) -> String {
    let words = title
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_lowercase);
    let slug: Vec<String> = std::iter::once("section".to_owned()).chain(words).collect();
    slug.join("-")
}

/// The name of a kind, as it is written.
pub(crate) fn kind_name(kind: GroupKind) -> &'static str {
    match kind {
        GroupKind::Wave => "wave",
        GroupKind::Batch => "batch",
        GroupKind::Round => "round",
        GroupKind::Phase => "phase",
        GroupKind::Stage => "stage",
        GroupKind::Sprint => "sprint",
        GroupKind::Iteration => "iteration",
        GroupKind::Milestone => "milestone",
        GroupKind::Track => "track",
        GroupKind::Story => "story",
        GroupKind::Epic => "epic",
        GroupKind::Section => "section",
    }
}

fn kind_of(name: &str) -> Option<GroupKind> {
    let name = name.to_lowercase();
    if name == kind_name(GroupKind::Section) {
        return Some(GroupKind::Section);
    }
    Some(GroupKind::of_id(&name)).filter(|kind| kind_name(*kind) == name)
}
