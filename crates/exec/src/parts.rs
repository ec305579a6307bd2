//! Tasks that come in while a run goes on, in place of others.

use std::collections::HashMap;
use std::sync::Arc;

use wavecrew_dag::NodeId;

use crate::outputs::Outputs;
use crate::recorder::Recorder;
use crate::resume::EarlierPart;
use crate::roster::Roster;
use crate::run::Run;
use crate::{Event, Input, NewPart, Part, PartNote, Split, Standing};

/// Lets everybody know of the parts of tasks that are split.
pub(crate) struct Parts<'r, 'd, T, O> {
    roster: &'r Roster<'d, T>,
    outputs: &'r Outputs<O>,
    splitter: Option<&'r dyn Split<T>>,
    /// What earlier sessions split tasks into, by the tasks' ids.
    earlier: HashMap<String, Vec<EarlierPart<O>>>,
}

impl<'r, 'd, T, O> Parts<'r, 'd, T, O> {
    pub(crate) fn new(
        roster: &'r Roster<'d, T>,
        outputs: &'r Outputs<O>,
        splitter: Option<&'r dyn Split<T>>,
        earlier: HashMap<String, Vec<EarlierPart<O>>>,
    ) -> Self {
        Self {
            roster,
            outputs,
            splitter,
            earlier,
        }
    }

    /// Whether an earlier session split the task.
    pub(crate) fn is_split(&self, node: NodeId) -> bool {
        !self.earlier.is_empty() && self.earlier.contains_key(self.roster.id(node))
    }

    /// Puts new parts in the place of a task.
    pub(crate) fn add<E, F: FnMut(&Event), R: Recorder<O>>(
        &mut self,
        run: &mut Run<'_, O, E, F>,
        recorder: &mut R,
        node: NodeId,
        parts: Vec<Part<T>>,
    ) {
        let whole = self.roster.id(node);
        let notes: Vec<PartNote> = parts
            .iter()
            .enumerate()
            .map(|(place, part)| PartNote {
                id: format!("{whole}/{}", place + 1),
                note: part.note.clone(),
                waits_for: part.waits_for.clone(),
            })
            .collect();
        if let Some(taken) = notes.iter().find(|note| self.roster.has(&note.id)) {
            let reason = format!("there is a task `{}` already", taken.id);
            run.state.apply(Input::NotSplit { node, reason });
            return;
        }
        let tasks = parts.into_iter().map(|part| part.task).collect();
        self.put(run, recorder, node, &notes, tasks);
    }

    /// Puts the parts in the place of a task that an earlier session split it into, each where it was left.
    pub(crate) fn add_earlier<E, F: FnMut(&Event), R: Recorder<O>>(
        &mut self,
        run: &mut Run<'_, O, E, F>,
        recorder: &mut R,
        node: NodeId,
    ) {
        let parts = self.earlier.remove(self.roster.id(node));
        let (notes, earlier): (Vec<_>, Vec<_>) = parts
            .unwrap_or_default()
            .into_iter()
            .map(|part| (part.note, part.earlier))
            .unzip();
        let whole = self.roster.task(node);
        let again = |note: &PartNote| match self.splitter {
            Some(splitter) => splitter.part(whole, &note.note),
            None => Err("nobody is there who could".to_owned()),
        };
        let tasks: Result<Vec<T>, String> = notes.iter().map(again).collect();
        let tasks = match tasks {
            Ok(tasks) => tasks,
            Err(why) => {
                let reason = format!("its parts cannot be made again: {why}");
                run.state.apply(Input::NotSplit { node, reason });
                return;
            }
        };
        let nodes = self.put(run, recorder, node, &notes, tasks);
        for (&node, earlier) in nodes.iter().zip(earlier) {
            if let Some(earlier) = earlier {
                run.take_up(node, earlier);
            }
        }
    }

    fn put<E, F: FnMut(&Event), R: Recorder<O>>(
        &mut self,
        run: &mut Run<'_, O, E, F>,
        recorder: &mut R,
        node: NodeId,
        notes: &[PartNote],
        tasks: Vec<T>,
    ) -> Arc<Vec<NodeId>> {
        if run.state.standing(node) != Standing::Splitting {
            // It has ended otherwise meanwhile.
            return Arc::default();
        }
        let new = |note: &PartNote| NewPart {
            id: note.id.clone(),
            waits_for: note.waits_for.clone(),
        };
        let parts = notes.iter().map(new).collect();
        run.state.apply(Input::Split { node, parts });
        let nodes = self.outputs.split(node, notes.len());
        let members = notes.iter().zip(tasks);
        let members = members.map(|(note, task)| (note.id.clone(), task, note.waits_for.clone()));
        self.roster.split(node, &nodes, members);
        recorder.add_parts(node, notes);
        nodes
    }
}
