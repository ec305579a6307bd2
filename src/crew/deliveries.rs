//! What earlier sessions of a run delivered, for tasks that are done again.
//!
//! A task is verified by a test that fails on the tree before it. Where it is done again, because the plan says something
//! else of it now, that tree is the one without what this run delivered for it the first time.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use wavecrew_dag::Dag;
use wavecrew_exec::{History, TaskState};
use wavecrew_sandbox::{Digest, RelPath, Root};
use wavecrew_worker_spec::Task;

use super::error::CrewError;
use super::output::{Delivered, TaskOutput};
use super::undo::{UndoLog, keep_copy};

/// The work of earlier sessions that may have to be taken away again.
#[derive(Debug)]
pub(crate) struct Deliveries {
    log: Arc<UndoLog>,
    /// Where copies of it go.
    kept: PathBuf,
    /// The latest first.
    open: Mutex<Vec<Delivery>>,
    /// The tasks that wait for a task, by its id; only where there is anything to take away.
    dependents: HashMap<String, Vec<String>>,
}

#[derive(Debug)]
struct Delivery {
    task: String,
    at_ms: u64,
    /// Whether the plan still has the task.
    is_planned: bool,
    files: Vec<Delivered>,
}

impl Deliveries {
    /// What the log of rollbacks still knows of the tasks that a journal says are done.
    pub(crate) fn of(
        history: &History,
        dag: &Dag<Task>,
        log: &Arc<UndoLog>,
        kept: PathBuf,
    ) -> Self {
        let planned: HashSet<&str> = dag.nodes().map(|node| dag.id(node)).collect();
        let mut open: Vec<Delivery> = Vec::new();
        for (id, task) in &history.tasks {
            if task.state != TaskState::Succeeded || !log.has_delivered(id) {
                continue;
            }
            let output = task.output.clone();
            let output =
                output.and_then(|output| serde_json::from_value::<TaskOutput>(output).ok());
            open.extend(output.map(|output| Delivery {
                task: id.clone(),
                at_ms: task.changed_at_ms,
                is_planned: planned.contains(id.as_str()),
                files: output.files,
            }));
        }
        open.sort_by_key(|delivery| std::cmp::Reverse(delivery.at_ms));
        let mut dependents: HashMap<String, Vec<String>> = HashMap::new();
        if !open.is_empty() {
            for (from, to) in dag.edges() {
                let all = dependents.entry(dag.id(from).to_owned()).or_default();
                all.push(dag.id(to).to_owned());
            }
        }
        Self {
            log: Arc::clone(log),
            kept,
            open: Mutex::new(open),
            dependents,
        }
    }

    /// Makes the tree the one before a task that is done again: files that are as this run left them are put back to what
    /// they were before, with a copy of what stood in them. That goes for what the task itself delivered, and, of the files that
    /// it touches (`paths`), for what tasks delivered that wait for it, which are done again as well, and those that the plan
    /// does not have any more. Returns which files were put back.
    pub(super) fn unwind(
        &self,
        root: &Root,
        task: &str,
        paths: &[RelPath],
    ) -> Result<Vec<String>, CrewError> {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        if open.is_empty() {
            return Ok(Vec::new());
        }
        let own = open.iter().filter(|delivery| delivery.task == task);
        let mut wanted: BTreeSet<String> = paths.iter().map(ToString::to_string).collect();
        wanted.extend(
            own.flat_map(|delivery| &delivery.files)
                .map(|file| file.path.clone()),
        );
        let later = self.dependents_of(task);
        let mut put_back = BTreeMap::new();
        // What was delivered last is taken away first: below it is what it was built on.
        for delivery in open.iter() {
            let is_done_again = delivery.task == task || later.contains(delivery.task.as_str());
            if delivery.is_planned && !is_done_again {
                continue;
            }
            for file in delivery
                .files
                .iter()
                .filter(|file| wanted.contains(&file.path))
            {
                if self.put_back(root, &delivery.task, file)? {
                    put_back.insert(file.path.clone(), ());
                }
            }
        }
        open.retain(|delivery| delivery.task != task);
        self.log.forget_delivered(task);
        Ok(put_back.into_keys().collect())
    }

    /// Puts a file back if it is as it was delivered.
    fn put_back(&self, root: &Root, task: &str, file: &Delivered) -> Result<bool, CrewError> {
        let Some(before) = self.log.delivered(task)? else {
            return Ok(false);
        };
        let path =
            RelPath::new(&file.path).map_err(|error| CrewError::fatal("name a file", &error))?;
        let now = root.read(&path);
        let now = now.map_err(|error| CrewError::file("read", &error))?;
        let Some(now) = now.filter(|now| Digest::of(now).as_str() == file.digest) else {
            return Ok(false);
        };
        let Some(content) = before.content(&path) else {
            return Ok(false);
        };
        let kept = Root::create(&self.kept)
            .map_err(|error| CrewError::fatal("make a folder for copies", &error))?;
        keep_copy(&kept, task, &path, &now)?;
        match content {
            Some(content) => root.write(&path, content),
            None => root.remove(&path),
        }
        .map_err(|error| CrewError::file("put back", &error))?;
        Ok(true)
    }

    fn dependents_of(&self, task: &str) -> HashSet<&str> {
        let of = |task: &str| self.dependents.get(task).into_iter().flatten();
        let mut found: HashSet<&str> = HashSet::new();
        let mut open: Vec<&str> = of(task).map(String::as_str).collect();
        while let Some(next) = open.pop() {
            if found.insert(next) {
                open.extend(of(next).map(String::as_str));
            }
        }
        found
    }
}
