use std::convert::Infallible;
use std::time::Duration;

use serde::Serialize;
use serde_json::Value;
use wavecrew_dag::{Dag, NodeId};

use crate::lineage::Lineages;
use crate::{EventKind, ExecError, Journal, Record};

/// Where a driver writes down what happens, before it tells anybody.
pub(crate) trait Recorder<O>: Send {
    type Error: Send;
    /// Whether anything is written down at all.
    const DURABLE: bool;

    /// Notes an event, with the output of a success or the detail of a failure.
    fn event(
        &mut self,
        node: Option<NodeId>,
        kind: &EventKind,
        output: Option<&O>,
        detail: Value,
    ) -> Result<(), Self::Error>;

    /// Notes that an attempt goes on after a pause.
    fn resumed(&mut self, node: NodeId, attempt: u32);

    /// Notes that a step of a task is done.
    fn step(&mut self, node: NodeId, key: String, value: Value);

    /// Writes down what was noted.
    fn commit(&mut self) -> impl Future<Output = Result<(), Self::Error>> + Send;
}

/// Writes nothing down.
#[derive(Debug)]
pub(crate) struct Unrecorded;

impl<O> Recorder<O> for Unrecorded {
    type Error = Infallible;
    const DURABLE: bool = false;

    fn event(
        &mut self,
        _: Option<NodeId>,
        _: &EventKind,
        _: Option<&O>,
        _: Value,
    ) -> Result<(), Infallible> {
        Ok(())
    }

    fn resumed(&mut self, _: NodeId, _: u32) {}

    fn step(&mut self, _: NodeId, _: String, _: Value) {}

    async fn commit(&mut self) -> Result<(), Infallible> {
        Ok(())
    }
}

/// Writes to a journal; everything noted between two commits is one write and at most one sync.
#[derive(Debug)]
pub(crate) struct Recorded<'a, T, J: ?Sized> {
    dag: &'a Dag<T>,
    journal: &'a mut J,
    lineages: &'a Lineages,
    records: Vec<Record>,
    /// Whether a record must be durable before anything is built on it.
    sync: bool,
}

impl<'a, T, J: Journal + ?Sized> Recorded<'a, T, J> {
    pub(crate) fn new(dag: &'a Dag<T>, journal: &'a mut J, lineages: &'a Lineages) -> Self {
        Self {
            dag,
            journal,
            lineages,
            records: Vec::new(),
            sync: false,
        }
    }

    pub(crate) fn note(&mut self, record: Record) {
        self.sync |= !matches!(record, Record::Started { .. } | Record::Paused { .. });
        self.records.push(record);
    }

    fn id(&self, node: NodeId) -> String {
        self.dag.id(node).to_owned()
    }
}

impl<T, O, J> Recorder<O> for Recorded<'_, T, J>
where
    T: Sync,
    O: Serialize,
    J: Journal + ?Sized,
{
    type Error = ExecError;
    const DURABLE: bool = true;

    fn event(
        &mut self,
        node: Option<NodeId>,
        kind: &EventKind,
        output: Option<&O>,
        detail: Value,
    ) -> Result<(), ExecError> {
        let Some(node) = node else {
            if let EventKind::Decided { decision } = kind {
                self.note(Record::Decided {
                    task: None,
                    decision: decision.clone(),
                });
            }
            // Everything else about the run follows from its tasks, and is told anew.
            return Ok(());
        };
        let task = self.id(node);
        let record = match kind {
            EventKind::Started { attempt } => Record::Started {
                task,
                attempt: *attempt,
                lineage: self.lineages.of(node),
            },
            EventKind::Paused { wait, reason } => Record::Paused {
                task,
                wait_ms: millis(*wait),
                reason: reason.clone(),
            },
            EventKind::Failed {
                attempt,
                class,
                reason,
                will_retry,
                ..
            } => Record::Failed {
                task,
                attempt: *attempt,
                class: *class,
                reason: reason.clone(),
                will_retry: *will_retry,
                detail: detail.into(),
            },
            EventKind::Succeeded {
                replayed: false,
                label,
                attempts,
                ..
            } => {
                let output = output.expect("a task that succeeded has an output");
                let output = serde_json::to_value(output).map_err(|source| ExecError::Output {
                    task: task.clone(),
                    source,
                })?;
                Record::Succeeded {
                    task,
                    attempts: *attempts,
                    label: label.clone(),
                    fingerprint: self.lineages.fingerprint(node).to_owned(),
                    lineage: self.lineages.of(node),
                    output: output.into(),
                }
            }
            EventKind::Skipped { because } => Record::Skipped {
                task,
                because: self.id(*because),
            },
            EventKind::Cancelled => Record::Cancelled { task },
            EventKind::Decided { decision } => Record::Decided {
                task: Some(task),
                decision: decision.clone(),
            },
            EventKind::RolledBack { error } => Record::RolledBack {
                task,
                error: error.clone(),
            },
            // The first are in the journal already, the others are for the moment.
            _ => return Ok(()),
        };
        self.note(record);
        Ok(())
    }

    fn resumed(&mut self, node: NodeId, attempt: u32) {
        let record = Record::Started {
            task: self.id(node),
            attempt,
            lineage: self.lineages.of(node),
        };
        self.note(record);
    }

    fn step(&mut self, node: NodeId, key: String, value: Value) {
        let record = Record::Memo {
            task: self.id(node),
            key,
            lineage: self.lineages.of(node),
            value: value.into(),
        };
        self.note(record);
    }

    async fn commit(&mut self) -> Result<(), ExecError> {
        if self.records.is_empty() {
            return Ok(());
        }
        self.journal
            .append(std::mem::take(&mut self.records))
            .await?;
        if std::mem::take(&mut self.sync) {
            self.journal.sync().await?;
        }
        Ok(())
    }
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
