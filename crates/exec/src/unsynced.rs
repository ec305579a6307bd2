use std::collections::HashSet;

use wavecrew_dag::{Claims, NodeId};

use crate::roster::Roster;
use crate::{Event, EventKind};

/// What has happened and may not be on the disk yet, so that nothing that builds on it starts.
#[derive(Debug)]
pub(crate) struct Unsynced {
    tasks: HashSet<NodeId>,
    /// Whether it was about the run as a whole, or about tasks that others take the place of.
    is_about_all: bool,
}

impl Unsynced {
    pub(crate) fn of(events: &[Event]) -> Self {
        let mut unsynced = Self {
            tasks: HashSet::new(),
            is_about_all: false,
        };
        for event in events {
            match (&event.kind, event.node) {
                (EventKind::Split { .. }, _) | (_, None) => unsynced.is_about_all = true,
                // Nothing builds on these.
                (EventKind::Started { .. } | EventKind::Progress { .. }, _) => {}
                (EventKind::Paused { .. }, _) => {}
                (_, Some(node)) => _ = unsynced.tasks.insert(node),
            }
        }
        unsynced
    }

    /// Whether an attempt at the task builds on any of it: the task itself, what it depends on, and what has had the
    /// same claim. A part of a task, and what waits for parts, is not looked into.
    ///
    /// O(dependencies), and O(tasks) for a task that claims anything.
    pub(crate) fn holds_up<T>(
        &self,
        node: NodeId,
        roster: &Roster<'_, T>,
        claims: Option<&Claims>,
    ) -> bool {
        if self.tasks.is_empty() && !self.is_about_all {
            return false;
        }
        if self.is_about_all || roster.has_parts() || self.tasks.contains(&node) {
            return true;
        }
        let mut dependencies = roster.dependencies(node).iter();
        dependencies.any(|before| self.tasks.contains(before))
            || claims.is_some_and(|claims| {
                let mut others = self.tasks.iter();
                claims.of(node).len() > 0 && others.any(|&other| claims.overlap(node, other))
            })
    }
}
