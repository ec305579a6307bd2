//! What tasks delivered, those of the graph and those that took the place of some.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::atomic::Ordering;
use std::sync::{Arc, PoisonError};

use wavecrew_dag::NodeId;

use crate::shelf::Shelf;
use crate::sync::{AtomicBool, OnceLock, RwLock};

/// One place for each task; it is filled once.
pub(crate) struct Outputs<O> {
    own: Vec<OnceLock<O>>,
    of_parts: Shelf<OnceLock<O>>,
    is_any_split: AtomicBool,
    /// The parts of each task that was split.
    parts: RwLock<HashMap<NodeId, Arc<Vec<NodeId>>>>,
}

impl<O> Outputs<O> {
    pub(crate) fn new(tasks: usize) -> Self {
        Self {
            own: std::iter::repeat_with(OnceLock::new).take(tasks).collect(),
            of_parts: Shelf::new(),
            is_any_split: AtomicBool::new(false),
            parts: RwLock::default(),
        }
    }

    pub(crate) fn get(&self, node: NodeId) -> Option<&O> {
        self.place(node).get()
    }

    /// # Panics
    ///
    /// If the task has delivered already.
    pub(crate) fn set(&self, node: NodeId, output: O) {
        let kept = self.place(node).set(output);
        assert!(kept.is_ok(), "node {node} delivers once");
    }

    /// Makes places for the parts of a task, which come next.
    pub(crate) fn split(&self, whole: NodeId, parts: usize) -> Arc<Vec<NodeId>> {
        let first = self.own.len() + self.of_parts.len();
        let nodes: Vec<NodeId> = (first..first + parts).map(NodeId::from_index).collect();
        let nodes = Arc::new(nodes);
        for _ in nodes.iter() {
            self.of_parts.push(OnceLock::new());
        }
        // Nothing is done under this lock that could leave things half-done by a panic.
        let mut all = self.parts.write().unwrap_or_else(PoisonError::into_inner);
        all.insert(whole, Arc::clone(&nodes));
        self.is_any_split.store(true, Ordering::Release);
        nodes
    }

    /// The tasks, with the parts of those that were split in their places, and so on.
    pub(crate) fn unfold<'a>(&self, nodes: &'a [NodeId]) -> Cow<'a, [NodeId]> {
        if !self.is_any_split.load(Ordering::Acquire) {
            return Cow::Borrowed(nodes);
        }
        let parts = self.parts.read().unwrap_or_else(PoisonError::into_inner);
        let mut open: Vec<NodeId> = nodes.iter().rev().copied().collect();
        let mut whole = Vec::new();
        while let Some(node) = open.pop() {
            match parts.get(&node) {
                Some(parts) => open.extend(parts.iter().rev()),
                None => whole.push(node),
            }
        }
        Cow::Owned(whole)
    }

    /// What each task was split into.
    pub(crate) fn parts(&self) -> HashMap<NodeId, Arc<Vec<NodeId>>> {
        let parts = self.parts.read().unwrap_or_else(PoisonError::into_inner);
        parts.clone()
    }

    /// In the order of nodes.
    pub(crate) fn into_all(self) -> impl Iterator<Item = Option<O>> {
        let all = self.own.into_iter().chain(self.of_parts.into_iter());
        all.map(OnceLock::into_inner)
    }

    fn place(&self, node: NodeId) -> &OnceLock<O> {
        match node.index().checked_sub(self.own.len()) {
            None => &self.own[node.index()],
            Some(part) => self.of_parts.get(part).expect("the part is known"),
        }
    }
}
