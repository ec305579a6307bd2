//! What earlier sessions of a run delivered, for tasks that are done again.
//!
//! A task is verified by a test that fails on the tree before it. Where it is done again, because the plan says something
//! else of it now or because some of its work is gone, that tree is the one without what this run delivered for it the first time.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use wavecrew_sandbox::{Digest, RelPath, Root};

use super::delivered_work::DeliveredWork;
use super::error::CrewError;
use super::output::Delivered;
use super::undo::{UndoLog, keep_copy};
use crate::graph::PlanGraph;

/// The work of earlier sessions that may have to be taken away again.
#[derive(Debug)]
pub(crate) struct Deliveries {
    log: Arc<UndoLog>,
    journal: PathBuf,
    /// Where copies of it go.
    kept: PathBuf,
    /// The tasks that are to be done if they are not done.
    in_graph: HashSet<String>,
    /// Those that somebody marked as done, put off or did not choose: what is there of them stays.
    left_out: HashSet<String>,
    /// Read when the first task begins: what no longer counts is on record then.
    work: Mutex<Option<DeliveredWork>>,
}

/// A file that is to be as it was before it was delivered, as far as it is known.
struct Below<'a> {
    task: &'a str,
    before: Option<Vec<u8>>,
}

impl Deliveries {
    /// What the log of rollbacks still knows of the work on record in this journal.
    pub(crate) fn of(
        journal: PathBuf,
        graph: &PlanGraph,
        log: &Arc<UndoLog>,
        kept: PathBuf,
    ) -> Self {
        let in_graph = graph.dag.nodes().map(|node| graph.dag.id(node).to_owned());
        let left_out = graph.left_out.iter().map(|task| task.id.clone());
        let nothing = (!log.has_any_delivered()).then(DeliveredWork::default);
        Self {
            log: Arc::clone(log),
            journal,
            kept,
            in_graph: in_graph.collect(),
            left_out: left_out.collect(),
            work: Mutex::new(nothing),
        }
    }

    /// These files of a task, and those that it, or parts of it, delivered before and that can be read.
    pub(super) fn with_own(
        &self,
        root: &Root,
        task: &str,
        mut paths: Vec<RelPath>,
    ) -> Result<Vec<RelPath>, CrewError> {
        self.with_work(|work| {
            for file in work.own(task).flat_map(|piece| &piece.files) {
                let path = relative(file)?;
                if !paths.contains(&path) && root.read(&path).is_ok() {
                    paths.push(path);
                }
            }
            Ok(paths)
        })
    }

    /// Makes the tree the one before a task that is done again, in these files: those that are as this run left them are put back
    /// to what they were before, with a copy of what stood in them. That goes for what the task itself delivered, or parts of it,
    /// for what other tasks delivered that are done again as well, and for those that the plan does not have any more; what
    /// counts as done stays, and what lies below it. Returns which files were put back.
    pub(super) fn unwind(
        &self,
        root: &Root,
        task: &str,
        paths: &[RelPath],
    ) -> Result<Vec<String>, CrewError> {
        self.with_work(|work| {
            let own: HashSet<&str> = work.own(task).map(|piece| piece.task.as_str()).collect();
            let mut put_back = BTreeSet::new();
            for path in paths {
                let Some(below) = self.below(root, work, &own, path)? else {
                    continue;
                };
                let now = root.read(path);
                let now = now.map_err(|error| CrewError::file("read", &error))?;
                if let Some(now) = now {
                    let kept = Root::create(&self.kept)
                        .map_err(|error| CrewError::fatal("make a folder for copies", &error))?;
                    keep_copy(&kept, below.task, path, &now)?;
                }
                match below.before {
                    Some(content) => root.write(path, &content),
                    None => root.remove(path),
                }
                .map_err(|error| CrewError::file("put back", &error))?;
                put_back.insert(path.to_string());
            }
            Ok(put_back.into_iter().collect())
        })
    }

    /// The end of a task is on record: of what it had delivered before nothing is of use any more, nor of what parts of it had.
    pub(crate) fn replaced(&self, task: &str) {
        let mut work = self.work.lock().unwrap_or_else(PoisonError::into_inner);
        for part in work.iter_mut().flat_map(|work| work.remove(task)) {
            if part != task {
                self.log.forget_delivered(&part);
            }
        }
    }

    /// What is below all that is to be taken away of a file, with the task that wrote it last; nothing where nothing is.
    fn below<'a>(
        &self,
        root: &Root,
        work: &'a DeliveredWork,
        own: &HashSet<&str>,
        path: &RelPath,
    ) -> Result<Option<Below<'a>>, CrewError> {
        let mut found: Option<Below<'a>> = None;
        let mut now: Option<Option<Vec<u8>>> = None;
        // What was delivered last is taken away first: below it is what it was built on.
        for (piece, file) in work.of_file(path.as_str()) {
            let now = match &mut now {
                Some(now) => now,
                None => {
                    let read = root.read(path);
                    now.insert(read.map_err(|error| CrewError::file("read", &error))?)
                }
            };
            if now.as_deref().map(Digest::of).as_ref().map(Digest::as_str) != Some(&file.digest) {
                continue;
            }
            let stays = self.left_out.contains(&piece.whole)
                || self.in_graph.contains(&piece.whole) && piece.counts;
            if stays && !own.contains(piece.task.as_str()) {
                break;
            }
            let Some(before) = self.log.delivered(&piece.task)? else {
                continue;
            };
            let Some(content) = before.content(path) else {
                continue;
            };
            *now = content.map(<[u8]>::to_vec);
            found = Some(Below {
                task: found.map_or(&piece.task, |found| found.task),
                before: now.clone(),
            });
        }
        Ok(found)
    }

    fn with_work<T>(
        &self,
        look: impl FnOnce(&DeliveredWork) -> Result<T, CrewError>,
    ) -> Result<T, CrewError> {
        let mut work = self.work.lock().unwrap_or_else(PoisonError::into_inner);
        let work = match &mut *work {
            Some(work) => work,
            none => {
                let read = DeliveredWork::read(&self.journal);
                none.insert(read.map_err(|error| CrewError::fatal("read the journal", &error))?)
            }
        };
        look(work)
    }
}

fn relative(file: &Delivered) -> Result<RelPath, CrewError> {
    RelPath::new(&file.path).map_err(|error| CrewError::fatal("name a file", &error))
}

/// Where work that counts is written over, because a task that it builds on is done again.
impl DeliveredWork {
    /// Tasks of a plan that are to be done again with those that are `again`, each with the reason: they wait for one of these, and
    /// wrote later in a file that it delivered. Those that `stays` names are left alone.
    pub(crate) fn built_on(
        &self,
        graph: &PlanGraph,
        again: &[String],
        stays: impl Fn(&str) -> bool,
    ) -> Vec<(String, String)> {
        let again: HashSet<&str> = again.iter().map(String::as_str).collect();
        let mut below: HashMap<&str, Vec<(&str, &str)>> = HashMap::new();
        let mut found = Vec::new();
        for piece in self.in_order() {
            let over = || {
                let node = graph.dag.node(&piece.whole)?;
                piece.files.iter().find_map(|file| {
                    let writers = below.get(file.path.as_str())?;
                    let (task, _) = writers.iter().find(|(_, whole)| {
                        let whole = graph.dag.node(whole).filter(|whole| *whole != node);
                        whole.is_some_and(|whole| graph.dag.path(whole, node).is_some())
                    })?;
                    Some((file.path.as_str(), *task))
                })
            };
            if !again.contains(piece.task.as_str()) {
                if !piece.counts || stays(&piece.task) {
                    continue;
                }
                let Some((path, task)) = over() else { continue };
                let reason = format!("it built on `{path}` of {task}, which is done again");
                found.push((piece.task.clone(), reason));
            }
            for file in &piece.files {
                let writers = below.entry(file.path.as_str()).or_default();
                writers.push((&piece.task, &piece.whole));
            }
        }
        found
    }
}
