//! A checkpoint: its heading, its fields, and the commands that decide it.

use std::ops::Range;

use super::fields::{Known, fields};
use super::heading::Heading;
use super::value;
use crate::markdown::BlockKind;
use crate::plan_form::{CHECKPOINT_FIELDS, CheckpointField};
use crate::shell::split_commands;
use crate::{Checkpoint, Diagnostic, Document};

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
            CheckpointField::Run => checkpoint.commands.push(text),
        }
    }
    checkpoint
}

/// The commands of the fences.
fn commands(document: &Document, blocks: Range<usize>) -> Vec<String> {
    let markdown = document.markdown();
    let mut commands = Vec::new();
    for block in &markdown.blocks[blocks] {
        if let BlockKind::Fence(fence) = &block.kind {
            let code = markdown.code(document.text(), fence);
            let found = split_commands(&code).into_iter();
            commands.extend(found.map(|command| code[command.span].to_owned()));
        }
    }
    commands
}
