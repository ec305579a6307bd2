//! A checkpoint's heading and commands.

use super::value::{fence, heading_text, scalar};
use crate::plan_form::{CHECKPOINT, CHECKPOINT_FIELDS, CheckpointField, name_of};
use crate::shell::split_commands;
use crate::{Checkpoint, TestCommand};

/// Writes a checkpoint, below its group or at the end of the plan.
pub(super) fn write(out: &mut String, checkpoint: &Checkpoint, below_group: bool) {
    let marks = if below_group { "###" } else { "##" };
    let title = heading_text(&checkpoint.title);
    out.push_str(&format!("\n{marks} {CHECKPOINT}: {title}\n"));
    let mut lead = "\n";
    let mut field = |field, value: &str| {
        let name = name_of(&CHECKPOINT_FIELDS, field);
        out.push_str(&format!("{lead}- {name}: {}\n", scalar(value)));
        lead = "";
    };
    if let (Some(group), false) = (&checkpoint.group, below_group) {
        field(CheckpointField::Group, group);
    }
    match script(&checkpoint.commands) {
        Some(script) => out.push_str(&format!("\n{}", fence("bash", &script))),
        None => {
            for command in &checkpoint.commands {
                field(CheckpointField::Run, &command.text);
            }
        }
    }
}

/// The commands as one script, when it falls apart into just these again.
fn script(commands: &[TestCommand]) -> Option<String> {
    let script: String = commands
        .iter()
        .map(|command| format!("{}\n", command.text))
        .collect();
    let found = split_commands(&script);
    let same = found.len() == commands.len()
        && found
            .iter()
            .zip(commands)
            .all(|(found, command)| script[found.span.clone()] == *command.text);
    (same && !commands.is_empty() && !script.contains(['\r', '\0'])).then_some(script)
}
