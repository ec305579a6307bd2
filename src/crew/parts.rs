//! Smaller tasks in place of one: a part for each deliverable.

use std::sync::Arc;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use wavecrew_exec::{Part, Split};
use wavecrew_validate::{Strength, strength};
use wavecrew_worker_spec::{Task, WorkerSpec};

use super::paths::{covers, deliverables};
use super::worker::CrewWorker;

/// What has to be known of a part, beside the whole task, to make it again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Share {
    /// From 1.
    number: usize,
    of: usize,
    /// What it delivers.
    files: Vec<String>,
}

/// By deliverable: each part makes one file. The last one waits for the others, and has the tests and
/// criteria of the whole task; before that each is tested by what is about its own file alone.
#[async_trait]
impl Split<Task> for CrewWorker {
    async fn split(&self, task: &Task, _: &str) -> Result<Vec<Part<Task>>, String> {
        let files = deliverables(task).map_err(|error| error.to_string())?;
        if files.len() < 2 {
            return Err("it delivers one file".to_owned());
        }
        let of = files.len();
        let parts = files.iter().enumerate().map(|(place, file)| {
            let share = Share {
                number: place + 1,
                of,
                files: vec![file.to_string()],
            };
            Part {
                task: part(task, &share),
                note: json!(share),
                waits_for: match place + 1 == of {
                    true => (0..place).collect(),
                    false => Vec::new(),
                },
            }
        });
        Ok(parts.collect())
    }

    fn part(&self, whole: &Task, note: &Value) -> Result<Task, String> {
        let share = Share::deserialize(note).map_err(|error| error.to_string())?;
        Ok(part(whole, &share))
    }
}

fn part(whole: &Task, share: &Share) -> Task {
    let Share { number, of, files } = share;
    let all = deliverables(whole).unwrap_or_default();
    let others: Vec<String> = all
        .iter()
        .map(ToString::to_string)
        .filter(|path| !files.contains(path))
        .collect();
    let own = files.join("`, `");
    let mut task = whole.clone();
    task.id = format!("{}/{number}", whole.id);
    task.aliases.clear();
    task.title = format!("{} (part {number} of {of}: `{own}`)", whole.title);
    let after = match number == of {
        true => "are there already",
        false => "are made by the other parts",
    };
    let note = format!(
        "This is part {number} of {of} of the task. Deliver `{own}` and no other file; `{}` {after}.",
        others.join("`, `")
    );
    task.details = Some(match &whole.details {
        Some(details) => format!("{note}\n\n{details}"),
        None => note,
    });
    task.claims
        .retain(|claim| is_for_part(claim, share, &others));
    task.claimed_at.clear();
    task.estimate = whole
        .estimate
        .map(|estimate| estimate / u32::try_from(*of).unwrap_or(1));
    task.tokens = whole.tokens.map(|tokens| tokens / *of as u64);
    task.spec = whole
        .spec
        .as_deref()
        .map(|spec| Arc::new(narrowed(spec, share, &others)));
    task
}

/// Whether a part may write what the whole task might. Before the last part others are at work, and may want to make the same
/// new file; after them what they made stays as it is.
fn is_for_part(own: &str, share: &Share, others: &[String]) -> bool {
    let comes_last = share.number == share.of;
    share.files.iter().any(|file| file == own)
        || (comes_last && !others.iter().any(|other| covers(own, other)))
}

/// The spec as far as it is about these files; all of its tests if nothing comes after.
fn narrowed(spec: &WorkerSpec, share: &Share, others: &[String]) -> WorkerSpec {
    let mut spec = spec.clone();
    spec.deliverables
        .retain(|file| share.files.contains(&file.path));
    spec.boundaries
        .writable
        .retain(|path| is_for_part(path, share, others));
    if share.number == share.of {
        return spec;
    }
    let is_own = |text: &str| {
        let names = |path: &String| text.contains(path.as_str());
        share.files.iter().any(names) && !others.iter().any(names)
    };
    for fence in &mut spec.tests {
        // What sets the scene is needed by whatever comes after it.
        let sets_up = |text: &str| matches!(strength(text), Strength::Setup { .. });
        let stays = |text: &str| is_own(text) || sets_up(text);
        fence.commands.retain(|command| stays(&command.text));
    }
    spec.tests
        .retain(|fence| fence.commands.iter().any(|command| is_own(&command.text)));
    spec.criteria.retain(|criterion| is_own(&criterion.text));
    spec.result_files.clear();
    spec
}
