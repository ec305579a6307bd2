//! What tasks delivered in all sessions of a run, as its journal tells it.

use std::collections::{HashMap, HashSet};
use std::path::Path;

use serde::Deserialize as _;
use wavecrew_exec::{JournalError, Payload, Record, read_records};

use super::output::{Delivered, TaskOutput};

/// The latest work of each task that ever ended well, whether it still counts or not: that a task is to be done again
/// does not take its files out of the tree.
#[derive(Debug, Default)]
pub(crate) struct DeliveredWork {
    /// In the order in which it was delivered.
    pieces: Vec<Piece>,
    /// Which pieces wrote a file, by its path; ascending.
    by_path: HashMap<String, Vec<usize>>,
    /// Which pieces a task delivered, itself or by its parts.
    by_task: HashMap<String, Vec<usize>>,
}

/// What a task delivered when it ended well last.
#[derive(Debug)]
pub(super) struct Piece {
    pub(super) task: String,
    /// The task of the plan: this one, or the one that it is a part of.
    pub(super) whole: String,
    /// Whether it still counts as done.
    pub(super) counts: bool,
    pub(super) files: Vec<Delivered>,
    /// It was taken away for good.
    is_gone: bool,
}

impl DeliveredWork {
    /// Reads a journal, which may be growing at the same time.
    ///
    /// # Errors
    ///
    /// As [`read_records`].
    pub(crate) fn read(journal: &Path) -> Result<Self, JournalError> {
        let mut reading = Reading::default();
        read_records(journal, |record| reading.note(record))?;
        Ok(reading.work())
    }

    pub(super) fn in_order(&self) -> impl Iterator<Item = &Piece> {
        self.pieces.iter().filter(|piece| !piece.is_gone)
    }

    /// What the task delivered, itself or by its parts.
    pub(super) fn own(&self, task: &str) -> impl Iterator<Item = &Piece> {
        let places = self.by_task.get(task).into_iter().flatten();
        let pieces = places.map(|&place| &self.pieces[place]);
        pieces.filter(|piece| !piece.is_gone)
    }

    /// Who delivered a file and as what, the latest first.
    pub(super) fn of_file<'a, 'p>(
        &'a self,
        path: &'p str,
    ) -> impl Iterator<Item = (&'a Piece, &'a Delivered)> + use<'a, 'p> {
        let places = self.by_path.get(path).into_iter().flatten().rev();
        let pieces = places.map(|&place| &self.pieces[place]);
        pieces
            .filter(|piece| !piece.is_gone)
            .flat_map(move |piece| {
                let files = piece.files.iter().filter(move |file| file.path == path);
                files.map(move |file| (piece, file))
            })
    }

    /// Leaves out what a task and its parts delivered, and gives the tasks that it was of.
    pub(super) fn remove(&mut self, task: &str) -> Vec<String> {
        let places = self.by_task.get(task).cloned().unwrap_or_default();
        let pieces = places.into_iter().map(|place| {
            self.pieces[place].is_gone = true;
            self.pieces[place].task.clone()
        });
        pieces.collect()
    }
}

/// The latest delivery of a task.
struct Last {
    /// Which of all deliveries it was.
    number: u64,
    counts: bool,
    files: Vec<Delivered>,
}

#[derive(Default)]
struct Reading {
    delivered: u64,
    tasks: HashMap<String, Last>,
    whole_of: HashMap<String, String>,
    parts_of: HashMap<String, HashSet<String>>,
}

impl Reading {
    fn note(&mut self, record: &Record) {
        match record {
            Record::Succeeded {
                task,
                output: Payload::Inline(output),
                ..
            } => {
                self.delivered += 1;
                if let Ok(output) = TaskOutput::deserialize(output) {
                    let last = Last {
                        number: self.delivered,
                        counts: true,
                        files: output.files,
                    };
                    self.tasks.insert(task.clone(), last);
                }
            }
            Record::Split { task, parts, .. } => {
                for part in parts {
                    self.whole_of.insert(part.id.clone(), task.clone());
                    let all = self.parts_of.entry(task.clone()).or_default();
                    all.insert(part.id.clone());
                }
            }
            Record::Stale { task, .. }
            | Record::Started { task, .. }
            | Record::Reopened { task, .. }
            | Record::RolledBack { task, error: None } => self.is_done_again(task),
            _ => {}
        }
    }

    /// A task that is done as a whole again leaves nothing of its parts.
    fn is_done_again(&mut self, task: &str) {
        let mut open = vec![task];
        let mut seen = HashSet::new();
        while let Some(task) = open.pop() {
            if !seen.insert(task) {
                continue;
            }
            if let Some(last) = self.tasks.get_mut(task) {
                last.counts = false;
            }
            let parts = self.parts_of.get(task).into_iter().flatten();
            open.extend(parts.map(String::as_str));
        }
    }

    /// The task and those that it is a part of, the innermost first.
    fn wholes<'a>(&'a self, task: &'a str) -> Vec<&'a str> {
        let mut found = vec![task];
        let mut last = task;
        while let Some(whole) = self
            .whole_of
            .get(last)
            .filter(|it| !found.contains(&it.as_str()))
        {
            found.push(whole);
            last = whole;
        }
        found
    }

    fn work(self) -> DeliveredWork {
        let mut work = DeliveredWork::default();
        let mut tasks: Vec<_> = self.tasks.iter().collect();
        tasks.sort_by_key(|(_, last)| last.number);
        for (place, (task, last)) in tasks.into_iter().enumerate() {
            for file in &last.files {
                let pieces = work.by_path.entry(file.path.clone()).or_default();
                pieces.push(place);
            }
            let wholes = self.wholes(task);
            for whole in &wholes {
                let pieces = work.by_task.entry((*whole).to_owned()).or_default();
                pieces.push(place);
            }
            work.pieces.push(Piece {
                task: task.clone(),
                whole: wholes
                    .last()
                    .map_or_else(|| task.clone(), |whole| (*whole).to_owned()),
                counts: last.counts,
                files: last.files.clone(),
                is_gone: false,
            });
        }
        work
    }
}
