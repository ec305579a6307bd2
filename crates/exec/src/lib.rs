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
mod outcome;
mod people;
mod phases;
mod policy;
mod recorder;
mod rehearsal;
mod resume;
mod run;
mod run_state;
mod timer;
mod worker;

pub use answer::Answer;
pub use context::{Context, MemoError};
pub use control::{Control, ControlState};
pub use event::{Event, EventKind};
pub use executor::{ExecError, Executor};
pub use failure::{Failed, Failure, FailureClass};
pub use journal::{
    Disk, DiskFile, FileJournal, FileLock, Header, History, Journal, JournalError, LocalDisk,
    Payload, Record, RecordedFailure, Replay, TaskHistory, TaskState, TornTail, read_journal,
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
pub use run_state::{Input, Request, RunState, Standing, Start, Stop, StopCause, Subject};
pub use worker::{WorkFn, Worker, WorkerFn, worker_fn};
