use std::collections::HashMap;
use std::sync::Arc;

use serde_json::Value;
use wavecrew_dag::NodeId;

use crate::context::Previous;
use crate::{Event, EventKind};

/// What errors had to show: for the event that tells of a failure, and for the attempt that follows it.
#[derive(Debug, Default)]
pub(crate) struct Shown {
    details: HashMap<NodeId, Value>,
    /// The failure of the attempt before.
    previous: HashMap<NodeId, Arc<Previous>>,
}

impl Shown {
    /// What the latest error of a task shows, in place of what the one before did.
    pub(crate) fn show(&mut self, node: NodeId, detail: Value) {
        match detail.is_null() {
            true => self.details.remove(&node),
            false => self.details.insert(node, detail),
        };
    }

    /// The failure before the attempt that an earlier session left.
    pub(crate) fn recall(&mut self, node: NodeId, previous: Previous) {
        self.previous.insert(node, Arc::new(previous));
    }

    /// What goes with an event.
    #[inline]
    pub(crate) fn with(&mut self, event: &Event) -> Value {
        match (&event.kind, event.node) {
            (EventKind::Asked { .. } | EventKind::Failed { .. }, Some(node)) => {
                self.with_failure(node, &event.kind)
            }
            _ => Value::Null,
        }
    }

    /// The same, where nobody keeps it.
    #[inline]
    pub(crate) fn note(&mut self, event: &Event) {
        if let (EventKind::Failed { .. }, Some(node)) = (&event.kind, event.node) {
            self.with_failure(node, &event.kind);
        }
    }

    fn with_failure(&mut self, node: NodeId, kind: &EventKind) -> Value {
        let EventKind::Failed {
            will_retry, reason, ..
        } = kind
        else {
            // It fails when the answer is there.
            return self.details.get(&node).cloned().unwrap_or_default();
        };
        let detail = self.details.remove(&node).unwrap_or_default();
        if *will_retry {
            let previous = Previous {
                reason: reason.clone(),
                detail: detail.clone(),
            };
            self.previous.insert(node, Arc::new(previous));
        }
        detail
    }

    /// Whether any attempt follows another one.
    #[inline]
    pub(crate) fn has_previous(&self) -> bool {
        !self.previous.is_empty()
    }

    /// The failure of the attempt before.
    pub(crate) fn previous(&self, node: NodeId) -> Option<Arc<Previous>> {
        self.previous.get(&node).cloned()
    }

    /// The task has ended.
    #[inline]
    pub(crate) fn forget(&mut self, node: NodeId) {
        if self.has_previous() {
            self.previous.remove(&node);
        }
    }
}
