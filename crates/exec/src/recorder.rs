use std::convert::Infallible;
use std::time::Duration;

use serde::Serialize;
use serde_json::Value;
use wavecrew_dag::{Dag, Money, NodeId};

use crate::desk::Spent;
use crate::lineage::Lineages;
use crate::{Event, EventKind, ExecError, Journal, PartNote, Record};

/// Where a driver writes down what happens, before it tells anybody.
pub(crate) trait Recorder<O>: Send {
    type Error: Send;
    /// Whether anything is written down at all.
    const DURABLE: bool;

    /// Notes an event, with the output of a success or the detail of a failure.
    fn event(
        &mut self,
        event: &Event,
        output: Option<&O>,
        detail: Value,
    ) -> Result<(), Self::Error>;

    /// Notes that money was spent.
    fn spent(&mut self, spent: Spent);

    /// Learns of the parts of a task, which are the nodes that follow those known so far.
    fn add_parts(&mut self, whole: NodeId, parts: &[PartNote]);

    /// Notes that an attempt goes on after a pause.
    fn resumed(&mut self, node: NodeId, attempt: u32);

    /// Notes that a step of a task is done.
    fn step(&mut self, node: NodeId, key: String, value: Value);

    /// Writes down what was noted.
    fn write(&mut self) -> impl Future<Output = Result<(), Self::Error>> + Send;

    /// Makes durable what was written, if anything is built on it.
    fn sync(&mut self) -> impl Future<Output = Result<(), Self::Error>> + Send;
}

/// Writes nothing down.
#[derive(Debug)]
pub(crate) struct Unrecorded;

impl<O> Recorder<O> for Unrecorded {
    type Error = Infallible;
    const DURABLE: bool = false;

    fn event(&mut self, _: &Event, _: Option<&O>, _: Value) -> Result<(), Infallible> {
        Ok(())
    }

    fn spent(&mut self, _: Spent) {}

    fn add_parts(&mut self, _: NodeId, _: &[PartNote]) {}

    fn resumed(&mut self, _: NodeId, _: u32) {}

    fn step(&mut self, _: NodeId, _: String, _: Value) {}

    async fn write(&mut self) -> Result<(), Infallible> {
        Ok(())
    }

    async fn sync(&mut self) -> Result<(), Infallible> {
        Ok(())
    }
}

/// Writes to a journal; everything noted in a round is one write and at most one sync.
#[derive(Debug)]
pub(crate) struct Recorded<'a, T, J: ?Sized> {
    dag: &'a Dag<T>,
    journal: &'a mut J,
    lineages: &'a Lineages,
    /// By their places behind the tasks of the graph.
    parts: Vec<RecordedPart>,
    records: Vec<Record>,
    /// Whether a record must be durable before anything is built on it.
    is_unsynced: bool,
}

/// What is written down about a part of a task.
#[derive(Debug)]
struct RecordedPart {
    note: PartNote,
    fingerprint: String,
    lineage: String,
}

impl<'a, T, J: Journal + ?Sized> Recorded<'a, T, J> {
    pub(crate) fn new(dag: &'a Dag<T>, journal: &'a mut J, lineages: &'a Lineages) -> Self {
        Self {
            dag,
            journal,
            lineages,
            parts: Vec::new(),
            records: Vec::new(),
            is_unsynced: false,
        }
    }

    pub(crate) fn note(&mut self, record: Record) {
        self.is_unsynced |= !matches!(
            record,
            Record::Started { .. } | Record::Paused { .. } | Record::Target { .. }
        );
        self.records.push(record);
    }

    fn id(&self, node: NodeId) -> String {
        match self.part(node) {
            None => self.dag.id(node).to_owned(),
            Some(part) => part.note.id.clone(),
        }
    }

    fn lineage(&self, node: NodeId) -> String {
        match self.part(node) {
            None => self.lineages.of(node),
            Some(part) => part.lineage.clone(),
        }
    }

    fn fingerprint(&self, node: NodeId) -> &str {
        match self.part(node) {
            None => self.lineages.fingerprint(node),
            Some(part) => &part.fingerprint,
        }
    }

    fn part(&self, node: NodeId) -> Option<&RecordedPart> {
        let place = node.index().checked_sub(self.dag.len())?;
        Some(&self.parts[place])
    }

    /// What is written down about the run as a whole: everything else about it follows from its tasks, and
    /// is told anew.
    fn of_run(kind: &EventKind) -> Option<Record> {
        Some(match kind {
            EventKind::Decided { decision } => Record::Decided {
                task: None,
                decision: decision.as_ref().clone(),
            },
            EventKind::Asked { question, .. } => Record::Asked {
                task: None,
                question: question.clone(),
                failure: None,
                detail: Value::Null.into(),
            },
            EventKind::Answered { answer } => Record::Answered {
                task: None,
                answer: answer.clone(),
            },
            EventKind::Target { met, reason } => Record::Target {
                met: *met,
                reason: reason.clone(),
            },
            _ => return None,
        })
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

    fn event(&mut self, event: &Event, output: Option<&O>, detail: Value) -> Result<(), ExecError> {
        let kind = &event.kind;
        let Some(node) = event.node else {
            if let Some(record) = Self::of_run(kind) {
                self.note(record);
            }
            return Ok(());
        };
        let task = self.id(node);
        let record = match kind {
            EventKind::Started { attempt } => Record::Started {
                task,
                attempt: *attempt,
                lineage: self.lineage(node),
            },
            EventKind::Paused { wait, reason } => Record::Paused {
                task,
                wait_ms: millis(*wait),
                reason: reason.clone(),
            },
            EventKind::Failed {
                attempt,
                class,
                label,
                reason,
                will_retry,
            } => Record::Failed {
                task,
                attempt: *attempt,
                class: *class,
                label: label.clone(),
                reason: reason.clone(),
                will_retry: *will_retry,
                detail: detail.into(),
            },
            EventKind::Succeeded {
                replayed: false,
                label,
                attempts,
                flaky,
            } => {
                let output = output.expect("a task that succeeded has an output");
                let output = serde_json::to_value(output).map_err(|source| ExecError::Output {
                    task: task.clone(),
                    source,
                })?;
                Record::Succeeded {
                    task,
                    attempts: *attempts,
                    flaky: *flaky,
                    label: label.clone(),
                    fingerprint: self.fingerprint(node).to_owned(),
                    lineage: self.lineage(node),
                    output: output.into(),
                }
            }
            EventKind::Skipped { because } => Record::Skipped {
                task,
                because: self.id(*because),
            },
            EventKind::Asked { question, failure } => Record::Asked {
                task: Some(task),
                question: question.clone(),
                failure: failure.as_deref().cloned(),
                detail: detail.into(),
            },
            EventKind::Answered { answer } => Record::Answered {
                task: Some(task),
                answer: answer.clone(),
            },
            EventKind::PutAside { because } => Record::PutAside {
                task,
                because: self.id(*because),
            },
            EventKind::Split {
                parts,
                replayed: false,
            } => {
                let parts = parts.iter().filter_map(|part| self.part(part.node));
                Record::Split {
                    task,
                    lineage: self.lineage(node),
                    parts: parts.map(|part| part.note.clone()).collect(),
                }
            }
            EventKind::Cancelled => Record::Cancelled { task },
            EventKind::Decided { decision } => Record::Decided {
                task: Some(task),
                decision: decision.as_ref().clone(),
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

    fn spent(&mut self, spent: Spent) {
        let picos = |amount: Money| u64::try_from(amount.picos()).unwrap_or(u64::MAX);
        let record = Record::Spent {
            task: self.id(spent.node),
            picos: spent.amount.map(picos),
        };
        self.note(record);
    }

    fn add_parts(&mut self, whole: NodeId, parts: &[PartNote]) {
        for note in parts {
            let (fingerprint, lineage) =
                Lineages::of_part(self.fingerprint(whole), &self.lineage(whole), note);
            self.parts.push(RecordedPart {
                note: note.clone(),
                fingerprint,
                lineage,
            });
        }
    }

    fn resumed(&mut self, node: NodeId, attempt: u32) {
        let record = Record::Started {
            task: self.id(node),
            attempt,
            lineage: self.lineage(node),
        };
        self.note(record);
    }

    fn step(&mut self, node: NodeId, key: String, value: Value) {
        let record = Record::Memo {
            task: self.id(node),
            key,
            lineage: self.lineage(node),
            value: value.into(),
        };
        self.note(record);
    }

    async fn write(&mut self) -> Result<(), ExecError> {
        if !self.records.is_empty() {
            let records = std::mem::take(&mut self.records);
            self.journal.append(records).await?;
        }
        Ok(())
    }

    async fn sync(&mut self) -> Result<(), ExecError> {
        if std::mem::take(&mut self.is_unsynced) {
            self.journal.sync().await?;
        }
        Ok(())
    }
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
