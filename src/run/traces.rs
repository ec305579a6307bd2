//! Events as spans of the `tracing` crate, for those who develop with these crates.

use std::collections::HashMap;

use tracing::{Span, info, info_span, warn};
use wavecrew_dag::{Dag, NodeId};
use wavecrew_exec::{Event, EventKind, TaskIds};

/// A span for every attempt at a task, from its start to its end, in the span that was current when this
/// was made. Whoever installs a `tracing` subscriber sees them; without one they cost next to nothing.
#[derive(Debug)]
pub struct Traces {
    ids: TaskIds,
    run: Span,
    attempts: HashMap<NodeId, Span>,
}

impl Traces {
    /// Traces a run of `dag`.
    pub fn new<T>(dag: &Dag<T>, run_id: &str) -> Self {
        Self {
            ids: TaskIds::new(dag),
            run: info_span!("run", id = run_id, tasks = dag.len()),
            attempts: HashMap::new(),
        }
    }

    /// Takes an event in.
    pub fn note(&mut self, event: &Event) {
        self.ids.note(event);
        let Some(node) = event.node else {
            self.run.in_scope(|| info!(event = ?event.kind, "run"));
            return;
        };
        match &event.kind {
            EventKind::Started { attempt } => {
                let task = self.ids.of(node);
                let span = info_span!(parent: &self.run, "attempt", task, number = *attempt);
                self.attempts.insert(node, span);
            }
            EventKind::Progress { message } => self.within(node, || info!(message)),
            EventKind::Paused { wait, reason } => {
                self.within(node, || info!(?wait, reason, "paused"));
            }
            EventKind::Failed {
                class,
                reason,
                will_retry,
                ..
            } => {
                self.within(node, || warn!(?class, reason, will_retry, "failed"));
                self.attempts.remove(&node);
            }
            EventKind::Succeeded {
                label,
                replayed: false,
                ..
            } => {
                self.within(node, || info!(label, "succeeded"));
                self.attempts.remove(&node);
            }
            kind if kind.is_final() => drop(self.attempts.remove(&node)),
            _ => {}
        }
    }

    fn within(&self, node: NodeId, tell: impl FnOnce()) {
        self.attempts.get(&node).unwrap_or(&self.run).in_scope(tell);
    }
}
