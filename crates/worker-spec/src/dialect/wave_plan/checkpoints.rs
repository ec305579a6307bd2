//! Quality gates: "Batch 1 Quality Gate" with the commands that decide it.

use super::outline::{Outline, Place};
use crate::fence_places::fence_commands;
use crate::groups::{find_groups, group_id};
use crate::label::split_label;
use crate::markdown::{Block, BlockKind};
use crate::{Checkpoint, Document, TestCommand};

/// Reads the checkpoints of a document: headings that name a gate, and labelled lines in the section of a group.
pub(super) fn read(document: &Document, outline: &Outline) -> Vec<Checkpoint> {
    let text = document.text();
    let blocks = &document.markdown().blocks;
    let mut checkpoints = Vec::new();
    for (index, block) in blocks.iter().enumerate() {
        let place = outline.places[index];
        match &block.kind {
            BlockKind::Heading { text: span, .. } if is_gate(&text[span.clone()]) => {
                let title = text[span.clone()].trim().to_owned();
                let group =
                    named_group(&title).or_else(|| outline.group_id(place).map(str::to_owned));
                let commands = commands(document, &blocks[index + 1..]);
                if group.is_some() || !commands.is_empty() {
                    checkpoints.push(Checkpoint {
                        group,
                        title,
                        commands,
                        location: document.location(span.clone()),
                    });
                }
            }
            BlockKind::Paragraph { text: span } => checkpoints.extend(labelled(
                document,
                outline,
                place,
                span.start,
                &text[span.clone()],
            )),
            BlockKind::Item(item) => {
                checkpoints.extend(labelled(
                    document,
                    outline,
                    place,
                    item.text.start,
                    &text[item.text.clone()],
                ));
            }
            _ => {}
        }
    }
    checkpoints
}

fn is_gate(heading: &str) -> bool {
    let heading = heading.to_lowercase();
    [
        "quality gate",
        "checkpoint",
        "exit criteria",
        "exit gate",
        "go/no-go",
        "milestone gate",
    ]
    .iter()
    .any(|words| heading.contains(words))
        || heading
            .split_whitespace()
            .last()
            .is_some_and(|word| word == "gate")
}

fn named_group(title: &str) -> Option<String> {
    let group = find_groups(title).next()?;
    group
        .last
        .is_none()
        .then(|| group_id(group.kind, group.first))
}

/// The commands of the fences up to the next heading.
fn commands(document: &Document, after: &[Block]) -> Vec<TestCommand> {
    let text = document.text();
    let section = after
        .iter()
        .take_while(|block| !matches!(block.kind, BlockKind::Heading { .. }));
    let mut commands = Vec::new();
    for block in section {
        let BlockKind::Fence(fence) = &block.kind else {
            continue;
        };
        let info = text[fence.info.clone()].trim();
        let language = info
            .split_whitespace()
            .next()
            .unwrap_or_default()
            .to_lowercase();
        if !matches!(
            language.as_str(),
            "" | "bash" | "sh" | "shell" | "zsh" | "console"
        ) {
            continue;
        }
        commands.extend(fence_commands(document, fence));
    }
    commands
}

/// `**Checkpoint**: the schema is frozen` in the section of a group.
fn labelled(
    document: &Document,
    outline: &Outline,
    place: Place,
    start: usize,
    text: &str,
) -> Vec<Checkpoint> {
    let Some(group) = outline.group_id(place) else {
        return Vec::new();
    };
    let mut checkpoints = Vec::new();
    let mut at = start;
    for line in text.split_inclusive('\n') {
        if let Some((label, value)) = split_label(line)
            && is_gate(label)
            && !value.trim().is_empty()
        {
            let value = value.trim();
            let is_command = value.len() > 2
                && value.starts_with('`')
                && value.ends_with('`')
                && value.matches('`').count() == 2;
            let location = document.location(at..at + line.trim_end().len());
            checkpoints.push(Checkpoint {
                group: Some(group.to_owned()),
                title: value.to_owned(),
                commands: is_command
                    .then(|| TestCommand {
                        text: value.trim_matches('`').to_owned(),
                        location: location.clone(),
                    })
                    .into_iter()
                    .collect(),
                location,
            });
        }
        at += line.len();
    }
    checkpoints
}
