use std::collections::HashMap;
use std::sync::PoisonError;
use std::sync::atomic::Ordering;

use serde_json::Value;
use wavecrew_dag::{Money, NodeId};

use crate::sync::{AtomicBool, Mutex, MutexGuard, oneshot};

/// What workers leave for their driver while it polls them, and what it keeps for them.
#[derive(Debug)]
pub(crate) struct Desk {
    durable: bool,
    /// Whether there is mail, to be looked at without the lock; changed under it only.
    has_mail: AtomicBool,
    mail: Mutex<Mail>,
    /// Whether there ever were any of these.
    has_steps: AtomicBool,
    /// The steps that tasks have done, by key.
    steps: Mutex<HashMap<NodeId, HashMap<String, Value>>>,
}

#[derive(Debug, Default)]
pub(crate) struct Mail {
    pub(crate) progress: Vec<(NodeId, String)>,
    pub(crate) steps: Vec<Step>,
    pub(crate) spent: Vec<Spent>,
}

impl Mail {
    pub(crate) fn is_empty(&self) -> bool {
        self.progress.is_empty() && self.steps.is_empty() && self.spent.is_empty()
    }
}

/// Money that is spent for a task; `None` if nobody knows how much.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Spent {
    pub(crate) node: NodeId,
    pub(crate) amount: Option<Money>,
}

/// A step that is done and waits until that is recorded.
#[derive(Debug)]
pub(crate) struct Step {
    pub(crate) node: NodeId,
    pub(crate) key: String,
    pub(crate) value: Value,
    pub(crate) recorded: oneshot::Sender<()>,
}

impl Desk {
    pub(crate) fn new(durable: bool) -> Self {
        Self {
            durable,
            has_mail: AtomicBool::new(false),
            mail: Mutex::default(),
            has_steps: AtomicBool::new(false),
            steps: Mutex::default(),
        }
    }

    pub(crate) fn progress(&self, node: NodeId, message: String) {
        self.leave(|mail| mail.progress.push((node, message)));
    }

    pub(crate) fn spend(&self, node: NodeId, amount: Option<Money>) {
        self.leave(|mail| mail.spent.push(Spent { node, amount }));
    }

    /// Keeps a step, and returns when it is recorded if there is a journal.
    pub(crate) async fn keep(&self, node: NodeId, key: &str, value: Value) {
        let recorded = self.durable.then(|| self.send(node, key, value.clone()));
        self.remember(node, key.to_owned(), value);
        if let Some(recorded) = recorded
            && recorded.await.is_err()
        {
            // The journal failed. The run is about to end and drops this future with it.
            std::future::pending::<()>().await;
        }
    }

    /// Keeps a step, and does not wait until it is recorded.
    pub(crate) fn note(&self, node: NodeId, key: &str, value: Value) {
        if self.durable {
            drop(self.send(node, key, value.clone()));
        }
        self.remember(node, key.to_owned(), value);
    }

    fn send(&self, node: NodeId, key: &str, value: Value) -> oneshot::Receiver<()> {
        let (recorded, receiver) = oneshot::channel();
        let step = Step {
            node,
            key: key.to_owned(),
            value,
            recorded,
        };
        self.leave(|mail| mail.steps.push(step));
        receiver
    }

    fn leave(&self, put: impl FnOnce(&mut Mail)) {
        let mut mail = lock(&self.mail);
        put(&mut mail);
        self.has_mail.store(true, Ordering::Release);
    }

    pub(crate) fn remember(&self, node: NodeId, key: String, value: Value) {
        self.has_steps.store(true, Ordering::Relaxed);
        lock(&self.steps)
            .entry(node)
            .or_default()
            .insert(key, value);
    }

    pub(crate) fn recall(&self, node: NodeId, key: &str) -> Option<Value> {
        lock(&self.steps).get(&node)?.get(key).cloned()
    }

    /// Forgets the steps of a task that has ended.
    #[inline]
    pub(crate) fn forget(&self, node: NodeId) {
        if self.has_steps.load(Ordering::Relaxed) {
            self.forget_steps(node);
        }
    }

    #[cold]
    fn forget_steps(&self, node: NodeId) {
        lock(&self.steps).remove(&node);
    }

    #[inline]
    pub(crate) fn has_mail(&self) -> bool {
        self.has_mail.load(Ordering::Acquire)
    }

    pub(crate) fn collect(&self) -> Mail {
        let mut mail = lock(&self.mail);
        self.has_mail.store(false, Ordering::Release);
        std::mem::take(&mut *mail)
    }
}

/// Nothing is done under these locks that could leave things half-done by a panic.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
