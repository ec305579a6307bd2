#![doc = include_str!("../README.md")]

mod answer;
mod attempt;
mod context;
mod control;
mod desk;
mod drive;
mod errands;
mod event;
mod executor;
mod failure;
mod flights;
mod hex;
mod journal;
mod limits;
mod lineage;
#[cfg(test)]
mod model;
mod outcome;
mod outputs;
mod parts;
mod people;
mod phases;
mod policy;
mod recorder;
mod rehearsal;
mod resume;
mod roster;
mod run;
mod run_state;
mod shelf;
mod shown;
mod split;
mod sync;
mod timer;
mod unsynced;
mod worker;

pub use answer::Answer;
pub use context::{Context, MemoError};
pub use control::{Control, ControlState};
pub use event::{Event, EventKind, PartId};
pub use executor::{ExecError, Executor};
pub use failure::{AttemptFailure, Failed, Failure, FailureClass, FailureKind};
pub use journal::{
    Disk, DiskFile, FileJournal, FileLock, Header, History, Journal, JournalError, LocalDisk,
    OpenQuestion, PartNote, Payload, Reached, Record, RecordedFailure, Replay, Spending,
    TaskHistory, TaskState, TornTail, read_journal, read_records,
};
pub use limits::{Limits, Pace};
pub use outcome::Outcome;
pub use people::{Checkpoint, Person, Question};
pub use phases::{Phase, PhaseError, Phases};
pub use policy::{
    Action, Backoff, Bound, Decision, FailedAttempt, Matching, Measure, Policy, Rule, Target,
    Threshold, Uses,
};
pub use rehearsal::{Played, PlayedFailure, Rehearsal, rehearse};
pub use roster::TaskIds;
pub use run_state::{Input, NewPart, Request, RunState, Standing, Start, Stop, StopCause, Subject};
pub use split::{Part, Split};
pub use worker::{WorkFn, Worker, WorkerFn, worker_fn};
