//! A checkpoint: its heading, its fields, and the commands that decide it.

use std::ops::Range;

use super::fields::{Known, fields};
use super::heading::Heading;
use super::value;
use crate::fence_places::fence_commands;
use crate::markdown::BlockKind;
use crate::plan_form::{CHECKPOINT_FIELDS, CheckpointField};
use crate::{Checkpoint, Diagnostic, Document, TestCommand};

const KNOWN: Known<CheckpointField> = Known {
    owner: "a checkpoint",
    fields: &CHECKPOINT_FIELDS,
    synonym: |name| match name {
        "command" => Some(CheckpointField::Run),
        "after" => Some(CheckpointField::Group),
        _ => None,
    },
    repeated: &[CheckpointField::Run],
};

/// Reads a checkpoint of the group that it stands in, unless it names another one.
pub(super) fn read(
    document: &Document,
    heading: &Heading<'_>,
    title: String,
    group: Option<&str>,
    blocks: Range<usize>,
    diagnostics: &mut Vec<Diagnostic>,
) -> Checkpoint {
    let mut checkpoint = Checkpoint {
        group: group.map(str::to_owned),
        title,
        commands: commands(document, blocks.clone()),
        location: document.location(heading.span.clone()),
    };
    for line in fields(document, blocks, &KNOWN, diagnostics) {
        let text = value::text(line.value, line.at).text;
        match line.field {
            CheckpointField::Group => checkpoint.group = Some(text),
            CheckpointField::Run => checkpoint.commands.push(TestCommand {
                text,
                location: document.location(line.at..line.at + line.value.len()),
            }),
        }
    }
    checkpoint
}

/// The commands of the fences.
fn commands(document: &Document, blocks: Range<usize>) -> Vec<TestCommand> {
    let blocks = document.markdown().blocks[blocks].iter();
    let fences = blocks.filter_map(|block| match &block.kind {
        BlockKind::Fence(fence) => Some(fence),
        _ => None,
    });
    fences
        .flat_map(|fence| fence_commands(document, fence))
        .collect()
}
