//! Phases: what must have ended before what may start.

use std::fmt;

use wavecrew_dag::NodeId;

use super::{Request, RunState, Standing, Stopped, Subject};
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
    /// Whether a person is asked about it.
    is_asked: bool,
    /// Whether its checkpoint was held.
    is_checked: bool,
    /// What is done of each phase that would be undone with it, in order.
    done: Vec<Vec<NodeId>>,
    is_undone: bool,
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
            done: vec![Vec::new(); counts.len()],
            phases,
            counts,
            open: 0,
            is_held: false,
            is_asked: false,
            is_checked: false,
            is_undone: false,
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

    /// What is done of the open phase and, by earlier sessions, of those after it, which stand on it.
    fn done(&self) -> impl Iterator<Item = &Vec<NodeId>> {
        self.done[self.open..].iter()
    }

    /// Takes the last task out of that.
    fn done_last(&mut self) -> Option<NodeId> {
        let mut latest_first = self.done[self.open..].iter_mut().rev();
        latest_first.find_map(Vec::pop)
    }

    fn phase(&self) -> &Phase {
        &self.phases.all()[self.open]
    }

    /// Why too many tasks of the open phase have failed, if they have.
    fn failure(&self) -> Option<String> {
        let percent = self.phase().error_rate?;
        let count = self.counts[self.open];
        (count.failed * 100 > usize::from(percent) * count.tasks)
            .then(|| format!("{count}, which is more than {percent} %"))
    }
}

impl fmt::Display for Count {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.failed {
            0 => out.write_str("all tasks succeeded"),
            failed => write!(out, "{failed} of {} tasks did not succeed", self.tasks),
        }
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
        if standing == Standing::Split {
            // Its parts count in its place.
            count.tasks -= 1;
        } else {
            count.ended += 1;
        }
        count.failed += usize::from(match standing {
            Standing::Succeeded | Standing::Split => false,
            // What an earlier phase has let pass is no fault of this one.
            Standing::Skipped(because) | Standing::PutAside(because) => {
                gates.phases.phase(because) == phase
            }
            _ => true,
        });
        if standing == Standing::Succeeded && gates.phases.all()[phase].roll_back {
            gates.done[phase].push(node);
        }
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
            self.gate_failed(reason);
            return false;
        }
        let count = gates.counts[gates.open];
        if count.ended < count.tasks {
            return false;
        }
        gates.is_held = true;
        if gates.phase().checkpoint && !gates.is_checked {
            let phase = gates.phase().name.clone();
            self.open_requests += 1;
            self.requests.push_back(Request::Check { phase });
            return false;
        }
        let reason = count.to_string();
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
        gates.is_checked = false;
        for node in std::mem::take(&mut gates.parked[gates.open]) {
            if !self.tasks.is_final(node) {
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
        if let Some(gates) = &mut self.gates {
            gates.is_checked = true;
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
        gates.phases.forgive(gates.open);
        let count = gates.counts[gates.open];
        let has_been_checked = gates.is_checked || !gates.phase().checkpoint;
        if count.ended < count.tasks || !has_been_checked {
            gates.is_held = false;
            self.look_at_gate();
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
        let is_asked = gates.is_asked;
        let question = format!("phase `{}` did not pass: {reason}", gates.phase().name);
        self.tell_of_check(false, reason);
        match is_asked {
            true => self.ask_about_run(Subject::Phase, question),
            false => self.give_phase_up(),
        }
    }

    /// The phase that did not pass is the last; what it did may be undone.
    pub(super) fn give_phase_up(&mut self) {
        let Some(gates) = &mut self.gates else {
            return;
        };
        let (name, roll_back) = (gates.phase().name.clone(), gates.phase().roll_back);
        gates.is_undone = roll_back;
        let undone = if roll_back { "is rolled back and " } else { "" };
        let decision = Decision {
            roll_back,
            ..Decision::new(
                Action::Abort,
                format!("phase `{name}` did not pass, so it {undone}is the last"),
            )
        };
        self.tell_of_run(EventKind::Decided {
            decision: Box::new(decision),
        });
        self.drain();
    }

    /// Whether something is left of a phase that is undone.
    pub(super) fn has_to_undo(&self) -> bool {
        let gates = self.gates.as_ref();
        gates.is_some_and(|gates| gates.is_undone && gates.done().any(|done| !done.is_empty()))
    }

    /// Whether a phase is undone.
    pub(super) fn is_undone(&self) -> bool {
        self.gates.as_ref().is_some_and(|gates| gates.is_undone)
    }

    pub(super) fn undo_nothing(&mut self) {
        if let Some(gates) = &mut self.gates {
            gates.is_undone = false;
        }
    }

    /// Asks for the next task of a phase that is undone, once every task of the run has ended. They are undone one after
    /// the other, the latest first: a task may have built on what another did.
    pub(super) fn undo_next(&mut self) {
        let Some(gates) = &mut self.gates else {
            return;
        };
        if !gates.is_undone || self.remaining > 0 || self.open_requests > 0 {
            return;
        }
        if let Some(node) = gates.done_last() {
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
