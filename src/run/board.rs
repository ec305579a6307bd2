//! Where every task of a run stands, folded from its events.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use serde::Serialize;
use wavecrew_dag::NodeId;
use wavecrew_exec::{Event, EventKind, History, PartId, Policy};
use wavecrew_validate::TaskVerdict;

use super::report::{RunReport, TaskEnd};
use super::status::TaskState;
use super::timestamp::now_ms;
use crate::crew::TaskOutput;
use crate::graph::PlanGraph;

/// A run at one moment. It takes events and knows no clock but theirs, save that it notes when a task
/// ended.
#[derive(Clone, Debug)]
pub struct Board {
    pub(super) run_id: String,
    /// By node.
    pub(super) tasks: Vec<BoardTask>,
    pub(super) left_out: Vec<(String, String)>,
    pub(super) elapsed: Duration,
    /// Attempts that ended, and how many of them a check refused, or refused as a guide.
    attempts: u64,
    refused: u64,
    guides: u64,
    /// How long attempts of this session took that ended.
    latencies: Vec<Duration>,
    slots: BTreeSet<usize>,
    /// Tasks that were done and whose files somebody has changed since, each with the reason.
    changed: BTreeMap<String, String>,
}

/// A task on a [`Board`].
#[derive(Clone, Debug, Serialize)]
pub struct BoardTask {
    /// The task.
    pub id: String,
    /// What it is about.
    pub title: String,
    /// The group that it is in.
    pub group: Option<String>,
    /// Where it stands.
    pub state: TaskState,
    /// Who does it: the agent that the plan names, or the worker's number. Known once it started.
    pub agent_id: Option<String>,
    /// Attempts so far.
    pub attempts: u32,
    /// When its latest attempt started, in milliseconds since 1970.
    pub started_at_ms: Option<u64>,
    /// When it ended well, in milliseconds since 1970.
    pub completed_at_ms: Option<u64>,
    /// By whom it was done, what failed, or what it waits for.
    pub reason: String,
    #[serde(skip)]
    planned_agent: Option<String>,
    #[serde(skip)]
    pub(super) waits_for: Vec<usize>,
    #[serde(skip)]
    pub(super) tests: Vec<String>,
    #[serde(skip)]
    slot: Option<usize>,
    #[serde(skip)]
    since: Option<Duration>,
}

impl Board {
    /// A run of `graph`, with what earlier sessions did of it.
    pub fn new(run_id: &str, graph: &PlanGraph, history: &History) -> Self {
        let dag = &graph.dag;
        let task = |node: NodeId| {
            let task = dag.payload(node);
            let known = history.tasks.get(dag.id(node));
            let ended = known.filter(|known| known.output.is_some());
            let fences = task.spec.as_deref().map_or(&[][..], |spec| &spec.tests);
            BoardTask {
                id: dag.id(node).to_owned(),
                title: task.title.clone(),
                group: task.group.clone(),
                state: TaskState::Pending,
                agent_id: None,
                attempts: known.map_or(0, |known| known.attempts),
                started_at_ms: known.and_then(|known| known.started_at_ms),
                completed_at_ms: ended.map(|known| known.changed_at_ms),
                reason: String::new(),
                planned_agent: task.agent.clone(),
                waits_for: dag
                    .predecessors(node)
                    .iter()
                    .map(|node| node.index())
                    .collect(),
                tests: fences
                    .iter()
                    .flat_map(|fence| &fence.commands)
                    .map(|command| command.text.clone())
                    .collect(),
                slot: None,
                since: None,
            }
        };
        let left_out = graph.left_out.iter();
        Self {
            run_id: run_id.to_owned(),
            tasks: dag.nodes().map(task).collect(),
            left_out: left_out
                .map(|task| (task.id.clone(), task.reason.clone()))
                .collect(),
            elapsed: Duration::ZERO,
            attempts: 0,
            refused: 0,
            guides: 0,
            latencies: Vec::new(),
            slots: BTreeSet::new(),
            changed: BTreeMap::new(),
        }
    }

    /// Takes in which tasks that were done do not count as checked any more, since their files were changed.
    pub(super) fn set_changed(&mut self, changed: BTreeMap<String, String>) {
        self.changed = changed;
    }

    /// Takes in how the session ended. The report has looked at the disk, which events do not tell of.
    pub fn conclude(&mut self, report: &RunReport) {
        let ended = report.tasks.iter().filter_map(|task| {
            let state = match task.end {
                TaskEnd::Verified => TaskState::Verified,
                TaskEnd::Flaky => TaskState::Flaky,
                TaskEnd::NotChecked => TaskState::NotChecked,
                TaskEnd::Failed => TaskState::Failed,
                _ => return None,
            };
            Some((task.id.as_str(), (state, &task.reason)))
        });
        let ended: BTreeMap<&str, (TaskState, &String)> = ended.collect();
        for task in &mut self.tasks {
            let told = ended.get(task.id.as_str());
            if let Some((state, reason)) = told.filter(|(state, _)| *state != task.state) {
                task.state = *state;
                task.reason.clone_from(reason);
            }
        }
    }

    /// Takes an event in.
    pub fn note(&mut self, event: &Event) {
        self.elapsed = event.elapsed;
        let Some(place) = place_of(event).filter(|place| *place < self.tasks.len()) else {
            return;
        };
        match &event.kind {
            EventKind::Started { attempt } => {
                self.enter(place, TaskState::Running);
                let task = &mut self.tasks[place];
                task.attempts = *attempt;
                task.started_at_ms = Some(now_ms());
                task.completed_at_ms = None;
                task.since = Some(event.elapsed);
                self.take_slot(place);
            }
            EventKind::Paused { reason, .. } => self.leave(place, TaskState::Waiting, reason),
            EventKind::Progress { .. } => self.enter(place, TaskState::Running),
            EventKind::Stale { reason } => {
                self.tasks[place].completed_at_ms = None;
                self.leave(place, TaskState::Pending, reason);
            }
            EventKind::Failed {
                reason,
                label,
                will_retry,
                ..
            } => {
                self.end_attempt(place, event.elapsed);
                self.refused += 1;
                self.guides += u64::from(label == Policy::GUIDE);
                let state = match will_retry {
                    true => TaskState::Waiting,
                    false => TaskState::Failed,
                };
                self.leave(place, state, reason);
            }
            EventKind::Succeeded {
                label,
                replayed,
                flaky,
                ..
            } => {
                if !replayed {
                    self.end_attempt(place, event.elapsed);
                    self.tasks[place].completed_at_ms = Some(now_ms());
                }
                let id = self.tasks[place].id.as_str();
                if let Some(reason) = self.changed.get(id).filter(|_| *replayed).cloned() {
                    self.leave(place, TaskState::NotChecked, &reason);
                    return;
                }
                let state = match TaskOutput::verdict_of(label) {
                    Some(TaskVerdict::Verified) if *flaky => TaskState::Flaky,
                    Some(TaskVerdict::Verified) => TaskState::Verified,
                    _ => TaskState::NotChecked,
                };
                self.leave(place, state, label);
            }
            EventKind::Rerun { .. } => {
                self.end_attempt(place, event.elapsed);
                self.refused += 1;
                self.tasks[place].since = Some(event.elapsed);
            }
            EventKind::Asked { question, .. } => self.leave(place, TaskState::Asking, question),
            EventKind::Split { parts, replayed } => {
                if !replayed {
                    self.end_attempt(place, event.elapsed);
                    self.refused += 1;
                }
                self.split(place, parts);
            }
            EventKind::PutAside { because } if because.index() == place => {
                let question = self.tasks[place].reason.clone();
                self.leave(place, TaskState::Asking, &question);
            }
            EventKind::PutAside { .. } => {
                let reason = "a task that it waits for waits for an answer";
                self.leave(place, TaskState::PutAside, reason);
            }
            EventKind::Skipped { because } if because.index() == place => {
                self.leave(place, TaskState::Skipped, "it was left out");
            }
            EventKind::Skipped { .. } => {
                self.leave(place, TaskState::Skipped, "a task that it waits for failed");
            }
            EventKind::Cancelled => {
                self.leave(
                    place,
                    TaskState::Cancelled,
                    "the run was stopped before it ended",
                );
            }
            _ => {}
        }
    }

    /// The tasks, in plan order.
    pub fn tasks(&self) -> &[BoardTask] {
        &self.tasks
    }

    /// How many tasks stand so.
    pub fn count(&self, state: TaskState) -> usize {
        self.tasks.iter().filter(|task| task.state == state).count()
    }

    /// How many tasks have ended, one way or the other.
    pub fn ended(&self) -> usize {
        self.tasks.iter().filter(|task| task.has_ended()).count()
    }

    /// The share of attempts that ended well; `None` before the first has ended.
    pub fn pass_rate(&self) -> Option<f64> {
        let rate = |attempts| (attempts - self.refused) as f64 / attempts as f64;
        (self.attempts > 0).then(|| rate(self.attempts))
    }

    /// Attempts that were refused because their answer tells how to do the work instead of doing it.
    pub fn guide_alerts(&self) -> u64 {
        self.guides
    }

    /// How long attempts took, from the shortest to the longest.
    pub fn latencies(&self) -> Vec<Duration> {
        let mut latencies = self.latencies.clone();
        latencies.sort_unstable();
        latencies
    }

    /// Groups in the order of the plan, each with its tasks; tasks without one come last.
    pub(super) fn groups(&self) -> Vec<(Option<&str>, Vec<&BoardTask>)> {
        let mut places: BTreeMap<Option<&str>, usize> = BTreeMap::new();
        let mut groups: Vec<(Option<&str>, Vec<&BoardTask>)> = Vec::new();
        for task in &self.tasks {
            let group = task.group.as_deref();
            let place = *places.entry(group).or_insert_with(|| {
                groups.push((group, Vec::new()));
                groups.len() - 1
            });
            groups[place].1.push(task);
        }
        groups.sort_by_key(|(group, _)| group.is_none());
        groups
    }

    /// Parts come behind all that there is, and are like the whole in what the plan says of it.
    fn split(&mut self, place: usize, parts: &[PartId]) {
        let ids: Vec<&str> = parts.iter().map(|part| part.id.as_str()).collect();
        let reason = format!("split into {}", ids.join(", "));
        self.leave(place, TaskState::Split, &reason);
        let whole = self.tasks[place].clone();
        let new = parts.iter().map(|part| BoardTask {
            id: part.id.clone(),
            state: TaskState::Pending,
            agent_id: None,
            attempts: 0,
            started_at_ms: None,
            completed_at_ms: None,
            reason: String::new(),
            tests: Vec::new(),
            slot: None,
            since: None,
            ..whole.clone()
        });
        self.tasks.extend(new);
        let first = self.tasks.len() - parts.len();
        let places: Vec<usize> = (first..self.tasks.len()).collect();
        for task in &mut self.tasks[..first] {
            if task.waits_for.contains(&place) {
                task.waits_for.retain(|other| *other != place);
                task.waits_for.extend(&places);
            }
        }
    }

    fn enter(&mut self, place: usize, state: TaskState) {
        let task = &mut self.tasks[place];
        task.state = state;
        task.reason.clear();
    }

    fn leave(&mut self, place: usize, state: TaskState, reason: &str) {
        let task = &mut self.tasks[place];
        task.state = state;
        reason.clone_into(&mut task.reason);
        if state != TaskState::Waiting
            && let Some(slot) = task.slot.take()
        {
            self.slots.remove(&slot);
        }
    }

    /// The lowest number that no other running task has: there are as many as tasks run at once.
    fn take_slot(&mut self, place: usize) {
        if self.tasks[place].slot.is_some() {
            return;
        }
        let free = (1..).find(|slot| !self.slots.contains(slot));
        let free = free.expect("numbers do not end");
        self.slots.insert(free);
        let task = &mut self.tasks[place];
        task.slot = Some(free);
        let planned = task.planned_agent.clone();
        task.agent_id = planned.or_else(|| Some(format!("worker-{free}")));
    }

    fn end_attempt(&mut self, place: usize, now: Duration) {
        self.attempts += 1;
        if let Some(since) = self.tasks[place].since.take() {
            self.latencies.push(now.saturating_sub(since));
        }
    }
}

impl BoardTask {
    /// Whether nothing more happens to it in this session.
    pub fn has_ended(&self) -> bool {
        self.is_done()
            || matches!(
                self.state,
                TaskState::Failed
                    | TaskState::Skipped
                    | TaskState::Cancelled
                    | TaskState::Asking
                    | TaskState::PutAside
                    | TaskState::Split
            )
    }

    /// Whether it ended well.
    pub fn is_done(&self) -> bool {
        matches!(
            self.state,
            TaskState::Verified | TaskState::Flaky | TaskState::NotChecked
        )
    }
}

/// The task that an event is about, as an index; nothing if it is about the run.
fn place_of(event: &Event) -> Option<usize> {
    event.node.map(NodeId::index)
}
