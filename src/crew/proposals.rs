//! Files that a task proposes by itself, because its plan names none.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use wavecrew_providers::Response;
use wavecrew_sandbox::RelPath;
use wavecrew_validate::{ExtractedFile, Report, extract};
use wavecrew_worker_spec::Task;

use super::error::CrewError;
use super::judging::{Guard, check_each};
use super::paths::{covers, is_forbidden};
use super::seen::Seen;
use super::undo::Undo;
use super::unusable;
use crate::graph::{PlanGraph, owned_paths};

/// One answer proposes no more files than this.
const MOST: usize = 64;

/// Who owns which files of a plan, and who writes files that nobody owns.
#[derive(Debug, Default)]
pub struct Proposals {
    /// Tasks by the paths that they own; a folder ends with `/`.
    owners: BTreeMap<String, Vec<String>>,
    in_flight: Arc<Mutex<BTreeMap<String, String>>>,
    /// Files that tasks proposed so far.
    written: Mutex<BTreeSet<String>>,
}

impl Proposals {
    /// For the tasks of a plan.
    pub fn new(graph: &PlanGraph) -> Self {
        let mut owners: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for node in graph.dag.nodes() {
            for path in owned_paths(graph.dag.payload(node)) {
                let tasks = owners.entry(path.to_owned()).or_default();
                tasks.push(graph.dag.id(node).to_owned());
            }
        }
        Self {
            owners,
            in_flight: Arc::default(),
            written: Mutex::default(),
        }
    }

    /// Takes the files out of an answer, as far as the task may write them, and none that is protected; gives them, what
    /// stands there now, and the right to write them. What is wrong is in the report.
    pub(super) async fn accept(
        &self,
        task: &Task,
        guard: Guard<'_>,
        undo: &Undo,
        response: &Response,
        seen: &Seen,
        report: &mut Report,
    ) -> Result<(Arc<[ExtractedFile]>, Vec<(String, Option<String>)>, Taken), CrewError> {
        let mut paths: Vec<String> = Vec::new();
        let stated = extract(&response.text, &[]).unexpected;
        for stated in &stated {
            let path = RelPath::new(stated).map_err(|error| error.to_string());
            let path = path.and_then(|path| match guard.protected.contains(&path) {
                true => Err("it is a document of the plan".to_owned()),
                false => self.may_propose(task, path.as_str()).map(|()| path),
            });
            match path {
                Ok(path) if paths.iter().any(|known| known == path.as_str()) => {}
                Ok(path) => paths.push(path.to_string()),
                Err(why) => report.fail(format!("file `{stated}`"), why),
            }
        }
        if paths.is_empty() {
            report.fail(
                "answer",
                "it has no file that this task may write; each file needs a fence whose info string has its path",
            );
            // Paths that may not be written have been told.
            unusable::tell(&response.text, &[], &[], report);
        }
        if paths.len() > MOST {
            report.fail("answer", format!("it has more than {MOST} files"));
            paths.truncate(MOST);
        }
        let expected: Vec<&str> = paths.iter().map(String::as_str).collect();
        let mut extraction = extract(&response.text, &expected);
        for problem in extraction.problems.iter().filter(|_| !paths.is_empty()) {
            report.fail("answer", problem);
        }
        let taken = self.take(&task.id, &paths, report);
        let existing = check_each(undo, &mut extraction.files, guard.keys, report).await?;
        for (path, content) in &existing {
            if content
                .as_ref()
                .is_some_and(|content| !seen.has_shown(path, content))
            {
                report.fail(
                    format!("file `{path}`"),
                    format!("`{path}` exists, and what stands in it was not known to the answer"),
                );
            }
        }
        Ok((extraction.files.into(), existing, taken))
    }

    /// Why the task may not write the file.
    fn may_propose(&self, task: &Task, path: &str) -> Result<(), String> {
        if is_forbidden(task, path) {
            return Err("the task's boundaries forbid it".to_owned());
        }
        let spec = task.spec.as_deref();
        let writable = spec.map_or(&[][..], |spec| &spec.boundaries.writable);
        let mut own = writable.iter().chain(&task.claims).peekable();
        if own.peek().is_some() && !own.any(|own| covers(own, path)) {
            return Err("it is outside of what the plan gives to the task".to_owned());
        }
        if let Some(owner) = self.other_owner(task, path) {
            return Err(format!("it belongs to {owner}"));
        }
        let commands = spec.into_iter().flat_map(|spec| &spec.tests);
        let mut commands = commands.flat_map(|fence| &fence.commands);
        if commands.any(|command| names(&command.text, path)) {
            return Err("its own tests run it".to_owned());
        }
        Ok(())
    }

    /// Whether another task makes the file: it owns it, or writes it at this moment.
    pub(super) fn is_others(&self, task: &Task, path: &str) -> bool {
        let writer = lock(&self.in_flight).get(path).cloned();
        writer.is_some_and(|writer| writer != task.id) || self.other_owner(task, path).is_some()
    }

    /// Whether some task of the plan owns the file, or a folder above it, or has proposed it.
    pub(super) fn is_anybodys(&self, path: &str) -> bool {
        let mut folders = path.match_indices('/').map(|(at, _)| &path[..=at]);
        let written = self.written.lock().unwrap_or_else(PoisonError::into_inner);
        self.owners.contains_key(path)
            || folders.any(|folder| self.owners.contains_key(folder))
            || written.contains(path)
    }

    /// Another task that owns the file, or a folder above it.
    fn other_owner(&self, task: &Task, path: &str) -> Option<&str> {
        let folders = path.match_indices('/').map(|(at, _)| &path[..=at]);
        let owners = [path].into_iter().chain(folders);
        let mut owners = owners.filter_map(|own| self.owners.get(own));
        let owners = owners.find(|owners| !owners.contains(&task.id))?;
        owners.first().map(String::as_str)
    }

    /// Lets no other task propose these files while this one writes and judges them.
    fn take(&self, task: &str, paths: &[String], report: &mut Report) -> Taken {
        let mut in_flight = lock(&self.in_flight);
        let mut mine = BTreeSet::new();
        for path in paths {
            match in_flight.get(path) {
                Some(other) => report.fail(
                    format!("file `{path}`"),
                    format!("{other} writes `{path}` at this moment"),
                ),
                None => drop(mine.insert(path.clone())),
            }
        }
        let mut written = self.written.lock().unwrap_or_else(PoisonError::into_inner);
        written.extend(mine.iter().cloned());
        in_flight.extend(mine.iter().map(|path| (path.clone(), task.to_owned())));
        Taken {
            in_flight: Arc::clone(&self.in_flight),
            mine,
        }
    }
}

/// Files that a task writes at this moment; given back when this is dropped.
#[derive(Debug)]
pub(super) struct Taken {
    in_flight: Arc<Mutex<BTreeMap<String, String>>>,
    mine: BTreeSet<String>,
}

impl Drop for Taken {
    fn drop(&mut self) {
        let mut in_flight = lock(&self.in_flight);
        in_flight.retain(|path, _| !self.mine.contains(path));
    }
}

fn lock(in_flight: &Mutex<BTreeMap<String, String>>) -> MutexGuard<'_, BTreeMap<String, String>> {
    in_flight.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Whether a command names the file: who may write the test can make it pass.
fn names(command: &str, path: &str) -> bool {
    let mut words = command.split(|c: char| c.is_whitespace() || "\"'`;|&()<>=:".contains(c));
    words.any(|word| word.strip_prefix("./").unwrap_or(word) == path)
}
