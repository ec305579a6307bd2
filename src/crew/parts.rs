//! Smaller tasks in place of one: each delivers some of its files.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use wavecrew_exec::{Part, PartNote, Split};
use wavecrew_providers::Response;
use wavecrew_sandbox::RelPath;
use wavecrew_validate::{Strength, strength};
use wavecrew_worker_spec::{Task, WorkerSpec};

use super::dividing::Division;
use super::division::{by_file, files_before};
use super::options::SplitBy;
use super::paths::{covers, deliverables};
use super::worker::CrewWorker;
use crate::provider_chain::Charge;

/// What has to be known of a part, beside the whole task, to make it again.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Share {
    /// From 1.
    number: usize,
    of: usize,
    /// What it delivers.
    files: Vec<String>,
    /// What other parts deliver before it begins. The last one comes after all of them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    before: Vec<String>,
    /// What it is called and what is to be done in it, where a model said so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    said: Option<(String, String)>,
    /// With the first part: what became of asking a model.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    asked: Option<Asked>,
}

/// How a model was asked to divide a task.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Asked {
    /// What it was asked, as a digest: equal questions are asked once.
    #[serde(default)]
    pub(crate) question: String,
    /// Its answer without the text: whom it is from, and what it cost.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) answer: Option<Response>,
    /// What its calls came to, also where no answer came; absent in journals of earlier versions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) paid: Option<Paid>,
    /// Why the task is split by its deliverables all the same.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) refused: Option<String>,
}

/// What it came to that a model was asked once.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Paid {
    /// No other asking is called so: a task that is done anew may be split again by the answer that is there.
    pub(crate) asking: String,
    /// All calls.
    pub(crate) calls: Vec<Charge>,
}

impl Asked {
    /// What the parts of a task say of it.
    pub(crate) fn of(parts: &[PartNote]) -> Option<Self> {
        let first = parts.first()?;
        Share::deserialize(&first.note).ok()?.asked
    }

    /// How the task was split, in a few words.
    pub(crate) fn how(&self) -> String {
        match (&self.refused, &self.answer) {
            (Some(why), _) => format!("by deliverable: {why}"),
            (None, Some(answer)) => format!("as {} divides it", answer.provider),
            (None, None) => "by a model".to_owned(),
        }
    }
}

/// The last part waits for the others, and has the tests and criteria of the whole task; before that each is tested by what
/// is about its own files, and those that are there already, alone.
#[async_trait]
impl Split<Task> for CrewWorker {
    async fn split(&self, task: &Task, reason: &str) -> Result<Vec<Part<Task>>, String> {
        let files = deliverables(task).map_err(|error| error.to_string())?;
        let files: Vec<String> = files.iter().map(ToString::to_string).collect();
        if files.len() < 2 {
            return Err("it delivers one file".to_owned());
        }
        let Division { pieces, asked } = match self.options.split_by {
            SplitBy::Deliverable => Division {
                pieces: by_file(&files),
                asked: None,
            },
            SplitBy::Model => self.divide(task, &files, reason).await,
        };
        if let Some(asked) = &asked {
            self.options.splits.note(&task.id, asked.how());
        }
        let mut asked = asked;
        let parts = pieces.iter().enumerate().map(|(place, piece)| {
            let share = Share {
                number: place + 1,
                of: pieces.len(),
                files: piece.files.clone(),
                before: files_before(&pieces, place),
                said: piece.said.clone(),
                asked: asked.take(),
            };
            Part {
                task: self.part_of(task, &share),
                note: json!(share),
                waits_for: piece.after.clone(),
            }
        });
        Ok(parts.collect())
    }

    fn part(&self, whole: &Task, note: &Value) -> Result<Task, String> {
        let share = Share::deserialize(note).map_err(|error| error.to_string())?;
        Ok(self.part_of(whole, &share))
    }
}

/// What parts find there when they begin, as it is not in their specs: files that other parts delivered, by the parts' ids.
#[derive(Debug, Default)]
pub(super) struct FilesBefore(Mutex<HashMap<String, Vec<RelPath>>>);

impl FilesBefore {
    pub(super) fn of(&self, task: &str) -> Vec<RelPath> {
        let all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.get(task).cloned().unwrap_or_default()
    }
}

impl CrewWorker {
    fn part_of(&self, whole: &Task, share: &Share) -> Task {
        let task = part(whole, share);
        let all = deliverables(whole).unwrap_or_default();
        let others = all
            .into_iter()
            .filter(|path| share.has_before(path.as_str()));
        let files = others.chain(self.files_before.of(&whole.id)).collect();
        let before = &self.files_before.0;
        let mut before = before.lock().unwrap_or_else(PoisonError::into_inner);
        before.insert(task.id.clone(), files);
        drop(before);
        task
    }
}

impl Share {
    /// Whether another part has delivered this file of the whole when it begins.
    fn has_before(&self, path: &str) -> bool {
        let is = |file: &String| file == path;
        !self.files.iter().any(is) && (self.comes_last() || self.before.iter().any(is))
    }

    fn comes_last(&self) -> bool {
        self.number == self.of
    }
}

fn part(whole: &Task, share: &Share) -> Task {
    let Share { number, of, .. } = share;
    let all = deliverables(whole).unwrap_or_default();
    let others: Vec<String> = all
        .iter()
        .map(ToString::to_string)
        .filter(|path| !share.files.contains(path))
        .collect();
    let (there, open): (Vec<String>, Vec<String>) = others
        .iter()
        .cloned()
        .partition(|path| share.has_before(path));
    let own = share.files.join("`, `");
    let mut task = whole.clone();
    task.id = format!("{}/{number}", whole.id);
    task.aliases.clear();
    let title = match &share.said {
        Some((title, _)) => format!("{}: {title}", whole.title),
        None => whole.title.clone(),
    };
    task.title = format!("{title} (part {number} of {of}: `{own}`)");
    let mut note =
        format!("This is part {number} of {of} of the task. Deliver `{own}` and no other file");
    for (files, what) in [
        (&there, "there already"),
        (&open, "made by the other parts"),
    ] {
        if !files.is_empty() {
            note.push_str(&format!("; `{}` are {what}", files.join("`, `")));
        }
    }
    note.push('.');
    if let Some((_, work)) = &share.said {
        note.push_str(&format!("\n\nWhat is to be done in this part:\n\n{work}"));
    }
    task.details = Some(match &whole.details {
        Some(details) => format!("{note}\n\n{details}"),
        None => note,
    });
    task.claims
        .retain(|claim| is_for_part(claim, share, &others));
    task.claimed_at.clear();
    task.estimate = whole
        .estimate
        .map(|estimate| estimate / u32::try_from(*of).unwrap_or(u32::MAX).max(1));
    task.tokens = whole.tokens.map(|tokens| tokens / (*of).max(1) as u64);
    task.spec = whole
        .spec
        .as_deref()
        .map(|spec| Arc::new(narrowed(spec, share, &others, &open)));
    task
}

/// Whether a part may write what the whole task might. Before the last part others are at work, and may want to make the same
/// new file; after them what they made stays as it is.
fn is_for_part(own: &str, share: &Share, others: &[String]) -> bool {
    share.files.iter().any(|file| file == own)
        || (share.comes_last() && !others.iter().any(|other| covers(own, other)))
}

/// The spec as far as it is about these files, and not about those that are still `open`; all of its tests if nothing comes
/// after.
fn narrowed(spec: &WorkerSpec, share: &Share, others: &[String], open: &[String]) -> WorkerSpec {
    let mut spec = spec.clone();
    spec.deliverables
        .retain(|file| share.files.contains(&file.path));
    spec.boundaries
        .writable
        .retain(|path| is_for_part(path, share, others));
    if share.comes_last() {
        return spec;
    }
    let is_own = |text: &str| {
        let names = |path: &String| text.contains(path.as_str());
        share.files.iter().any(names) && !open.iter().any(names)
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
