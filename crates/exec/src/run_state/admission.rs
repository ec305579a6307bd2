//! What may start now.
//!
//! A task that the frontier gives out starts, or is parked with what stands in its way: its phase,
//! a claim, a resource. Whoever takes that away names those who should try again, and they go back
//! to the frontier and keep their turns. So nothing is ever looked through for something to start.

use wavecrew_dag::NodeId;

use super::{RunState, Standing, Start, Stopped};
use crate::{Action, Decision, EventKind};

impl RunState {
    /// The next attempt to begin now, or `None` if nothing may begin before something else
    /// happens. The task has its slot, its claims and its resources from here on.
    pub fn next_start(&mut self) -> Option<Start> {
        if self.stopped > Stopped::No || self.is_suspended() {
            return None;
        }
        if let Some(pace) = &self.pace
            && !pace.allows(self.now)
        {
            return None;
        }
        while let Some(node) = self.resumed.pop_front() {
            if matches!(self.standing(node), Standing::Paused | Standing::Flaky) {
                return Some(self.go_on(node));
            }
        }
        while self.used_slots < self.slots {
            let node = self.frontier.pop()?;
            if self.tasks.is_final(node) {
                continue;
            }
            if !self.is_admitted(node) {
                continue;
            }
            if self.left_open.is_empty() {
                return Some(self.start(node));
            }
            match self.left_open.remove(&node) {
                Some(left) => self.take_up(node, left),
                None => return Some(self.start(node)),
            }
        }
        None
    }

    /// The attempt goes on after a pause, or again.
    fn go_on(&mut self, node: NodeId) -> Start {
        self.begin_call(node, false);
        Start {
            node,
            attempt: self.attempt(node),
            resumed: true,
            rerun: self.reruns(node),
        }
    }

    #[inline]
    fn start(&mut self, node: NodeId) -> Start {
        let is_first =
            self.tasks.is_waiting(node) || !self.taken_up.is_empty() && self.taken_up.remove(&node);
        self.used_slots += 1;
        self.tasks.begin_attempt(node);
        let attempt = self.attempt(node);
        self.begin_call(node, is_first);
        self.tell(node, EventKind::Started { attempt });
        Start {
            node,
            attempt,
            resumed: false,
            // An earlier session may have begun to run it again.
            rerun: self.reruns(node),
        }
    }

    #[inline]
    fn reruns(&self, node: NodeId) -> u32 {
        self.past.get(&node).map_or(0, |past| past.reruns)
    }

    #[inline]
    fn begin_call(&mut self, node: NodeId, is_first: bool) {
        self.tasks.set(node, Standing::Running);
        if self.has_clocks() {
            self.start_clocks(node, is_first);
        }
        if let Some(pace) = &mut self.pace {
            pace.count(self.now);
        }
    }

    /// Takes all that the task needs, or parks it.
    #[inline]
    fn is_admitted(&mut self, node: NodeId) -> bool {
        let has_needs = self.gates.is_some() || self.resources.is_some() || self.claims.is_some();
        !has_needs || self.has_what_it_needs(node)
    }

    fn has_what_it_needs(&mut self, node: NodeId) -> bool {
        if let Some(gates) = &mut self.gates
            && !gates.admits_or_parks(node)
        {
            return false;
        }
        if self.asks_for_too_much(node) {
            return false;
        }
        if let Some(resources) = &mut self.resources
            && !resources.fits_or_waits(node)
        {
            self.settle(node);
            return false;
        }
        // Between two attempts a task keeps its claims.
        let is_waiting = self.tasks.is_waiting(node);
        if is_waiting
            && let Some(claims) = &mut self.claims
            && !self.parts.contains_key(&node)
            && !claims.takes_or_waits(node)
        {
            self.settle(node);
            return false;
        }
        if let Some(resources) = &mut self.resources {
            resources.take(node);
        }
        self.settle(node);
        true
    }

    /// Leaves a task out that could never start.
    fn asks_for_too_much(&mut self, node: NodeId) -> bool {
        let resources = self.resources.as_ref();
        let Some(too_much) = resources.and_then(|held| held.never_fits(node)) else {
            return false;
        };
        let (name, needed, capacity) = too_much;
        let reason = format!(
            "the task needs {needed} of `{name}`, of which there are {capacity}, so it is left out"
        );
        let decision = Decision::new(Action::Skip, reason);
        self.tell(
            node,
            EventKind::Decided {
                decision: Box::new(decision),
            },
        );
        self.leave_out(node);
        true
    }

    /// It is clear whether the task starts, so the next in the line that it was called from may try.
    #[inline]
    pub(super) fn settle(&mut self, node: NodeId) {
        if self.resources.is_some() || self.claims.is_some() {
            self.settle_in_lines(node);
        }
    }

    fn settle_in_lines(&mut self, node: NodeId) {
        let mut settled = vec![node];
        while let Some(node) = settled.pop() {
            let (frontier, tasks) = (&mut self.frontier, &self.tasks);
            let mut call = |next: NodeId| match tasks.is_final(next) {
                true => settled.push(next),
                false => frontier.push_back(next),
            };
            if let Some(resources) = &mut self.resources {
                resources.settle(node, &mut call);
            }
            if let Some(claims) = &mut self.claims {
                claims.settle(node, &mut call);
            }
        }
    }

    /// The slot and the resources of an attempt are free again.
    #[inline]
    pub(super) fn release_slot(&mut self, node: NodeId) {
        self.used_slots -= 1;
        if self.resources.is_some() {
            self.release_resources(node);
        }
    }

    fn release_resources(&mut self, node: NodeId) {
        let Some(resources) = &mut self.resources else {
            return;
        };
        let mut called = Vec::new();
        resources.give_back(node, |next| called.push(next));
        self.let_try(called);
    }

    /// Lets those try again whom the claims of this task were in the way of. The claims of a task that
    /// was split are held until the last of its parts has ended.
    #[inline]
    pub(super) fn release_claims(&mut self, node: NodeId) {
        if self.claims.is_some() {
            self.release_held_claims(node);
        }
    }

    fn release_held_claims(&mut self, node: NodeId) {
        let Some(claims) = &mut self.claims else {
            return;
        };
        let holder = match self.parts.get(&node) {
            None => node,
            Some(&whole) => {
                let open = self.open_parts.get_mut(&whole).expect("it has parts");
                *open -= 1;
                if *open > 0 {
                    return;
                }
                whole
            }
        };
        let mut called = Vec::new();
        claims.release(holder, |next| called.push(next));
        self.let_try(called);
    }

    /// Those that were called from their lines try again, or make way if they have ended meanwhile.
    fn let_try(&mut self, called: Vec<NodeId>) {
        for node in called {
            match self.tasks.is_final(node) {
                true => self.settle(node),
                false => self.frontier.push_back(node),
            }
        }
    }
}
