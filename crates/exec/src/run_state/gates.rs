//! Phases: what must have ended before what may start.

use wavecrew_dag::NodeId;

use super::{Request, RunState, Standing, Stopped};
use crate::{Action, Decision, EventKind, Phase, Phases};

/// How far the phases of a run have got.
#[derive(Debug)]
pub(super) struct Gates {
    phases: Phases,
    counts: Vec<Count>,
    /// The phase whose tasks may start, after all before it.
    open: usize,
    /// Ready tasks of later phases.
    parked: Vec<Vec<NodeId>>,
    /// Whether its outcome is being looked at from outside.
    is_held: bool,
    /// Whether its tasks that succeed are to be undone.
    is_undone: bool,
    /// Whether a person is asked about it.
    is_asked: bool,
}

#[derive(Clone, Copy, Debug, Default)]
struct Count {
    tasks: usize,
    ended: usize,
    failed: usize,
}

impl Gates {
    pub(super) fn new(phases: Phases) -> Self {
        let mut counts = vec![Count::default(); phases.all().len()];
        for node in 0..phases.tasks() {
            counts[phases.phase(NodeId::from_index(node))].tasks += 1;
        }
        Self {
            parked: vec![Vec::new(); counts.len()],
            phases,
            counts,
            open: 0,
            is_held: false,
            is_undone: false,
            is_asked: false,
        }
    }

    /// Whether the task's phase is open; if not, it is given back when it is.
    pub(super) fn admits_or_parks(&mut self, node: NodeId) -> bool {
        let phase = self.phases.phase(node);
        if phase > self.open {
            self.parked[phase].push(node);
        }
        phase <= self.open
    }

    /// A task is added to the phase of another.
    pub(super) fn add_like(&mut self, other: NodeId) {
        self.counts[self.phases.phase(other)].tasks += 1;
        self.phases.add_like(other);
    }

    fn phase(&self) -> &Phase {
        &self.phases.all()[self.open]
    }

    /// Why too many tasks of the open phase have failed, if they have.
    fn failure(&self) -> Option<String> {
        let percent = self.phase().error_rate?;
        let Count { tasks, failed, .. } = self.counts[self.open];
        let share = format!("{failed} of {tasks} tasks failed");
        (failed * 100 > usize::from(percent) * tasks)
            .then(|| format!("{share}, which is more than {percent} %"))
    }
}

impl RunState {
    pub(super) fn open_first_gate(&mut self) {
        self.tell_of_gate();
        self.look_at_gate();
    }

    /// A task has ended.
    pub(super) fn count_at_gate(&mut self, node: NodeId, standing: Standing) {
        let Some(gates) = &mut self.gates else {
            return;
        };
        let phase = gates.phases.phase(node);
        let count = &mut gates.counts[phase];
        count.ended += 1;
        count.failed += usize::from(standing == Standing::Failed);
        if phase == gates.open {
            self.look_at_gate();
        }
    }

    /// Goes on to the next phases as long as they have ended, or stops if too much of one has failed.
    fn look_at_gate(&mut self) {
        while self.is_gate_passed() && self.open_next_gate() {}
    }

    fn is_gate_passed(&mut self) -> bool {
        let Some(gates) = &mut self.gates else {
            return false;
        };
        if gates.is_held || self.stopped > Stopped::No {
            return false;
        }
        if let Some(reason) = gates.failure() {
            gates.is_held = true;
            gates.is_undone = gates.phase().roll_back;
            self.gate_failed(reason);
            return false;
        }
        let count = gates.counts[gates.open];
        if count.ended < count.tasks {
            return false;
        }
        gates.is_held = true;
        if gates.phase().checkpoint {
            let phase = gates.phase().name.clone();
            self.open_requests += 1;
            self.requests.push_back(Request::Check { phase });
            return false;
        }
        let reason = format!("{} of {} tasks failed", count.failed, count.tasks);
        self.tell_of_check(true, reason);
        true
    }

    /// Opens the phase after one that has ended and passed, if there is one.
    fn open_next_gate(&mut self) -> bool {
        let Some(gates) = &mut self.gates else {
            return false;
        };
        if gates.open + 1 == gates.counts.len() {
            return false;
        }
        gates.open += 1;
        gates.is_held = false;
        for node in std::mem::take(&mut gates.parked[gates.open]) {
            if !self.tasks[node.index()].standing.is_final() {
                self.frontier.push_back(node);
            }
        }
        self.tell_of_gate();
        true
    }

    /// A checkpoint was held.
    pub(super) fn checked(&mut self, passed: bool, reason: String) {
        self.open_requests = self.open_requests.saturating_sub(1);
        if self.stopped > Stopped::No {
            return;
        }
        if !passed {
            return self.gate_failed(reason);
        }
        self.tell_of_check(true, reason);
        if self.open_next_gate() {
            self.look_at_gate();
        }
    }

    /// A person lets the run go on although the phase did not pass.
    pub(super) fn wave_through(&mut self) {
        let Some(gates) = &mut self.gates else {
            return;
        };
        if !std::mem::take(&mut gates.is_asked) || self.stopped > Stopped::No {
            return;
        }
        gates.is_undone = false;
        let count = gates.counts[gates.open];
        if count.ended < count.tasks {
            gates.is_held = false;
            gates.phases.forgive(gates.open);
        } else if self.open_next_gate() {
            self.look_at_gate();
        }
    }

    fn gate_failed(&mut self, reason: String) {
        let Some(gates) = &mut self.gates else {
            return;
        };
        gates.is_held = true;
        gates.is_asked = gates.phase().ask;
        let (ask, roll_back) = (gates.phase().ask, gates.is_undone);
        let name = gates.phase().name.clone();
        self.tell_of_check(false, reason.clone());
        if ask {
            return self.ask_about_run(format!("phase `{name}` did not pass: {reason}"));
        }
        let undone = if roll_back { "is rolled back and " } else { "" };
        let decision = Decision {
            roll_back,
            ..Decision::new(
                Action::Abort,
                format!("phase `{name}` did not pass, so it {undone}is the last"),
            )
        };
        self.tell_of_run(EventKind::Decided { decision });
        if roll_back {
            self.undo_open_phase();
        }
        self.drain();
    }

    fn undo_open_phase(&mut self) {
        let Some(gates) = &self.gates else {
            return;
        };
        for index in 0..self.tasks.len() {
            let node = NodeId::from_index(index);
            let is_of_phase = gates.phases.phase(node) == gates.open;
            if is_of_phase && self.tasks[index].standing == Standing::Succeeded {
                self.open_requests += 1;
                self.requests.push_back(Request::RollBack { node });
            }
        }
    }

    /// A task of a phase that is undone has succeeded after all.
    pub(super) fn undo_if_late(&mut self, node: NodeId) {
        let Some(gates) = &self.gates else {
            return;
        };
        if gates.is_undone && self.stopped > Stopped::No && gates.phases.phase(node) == gates.open {
            self.open_requests += 1;
            self.requests.push_back(Request::RollBack { node });
        }
    }

    fn tell_of_gate(&mut self) {
        if let Some(gates) = &self.gates {
            let event = EventKind::Opened {
                phase: gates.phase().name.clone(),
                tasks: gates.counts[gates.open].tasks,
            };
            self.tell_of_run(event);
        }
    }

    fn tell_of_check(&mut self, passed: bool, reason: String) {
        if let Some(gates) = &self.gates {
            let phase = gates.phase().name.clone();
            self.tell_of_run(EventKind::Checked {
                phase,
                passed,
                reason,
            });
        }
    }
}
