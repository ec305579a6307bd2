#![doc = include_str!("../README.md")]

mod attempt;
mod context;
mod control;
mod desk;
mod drive;
mod event;
mod executor;
mod failure;
mod hex;
mod journal;
mod limits;
mod lineage;
mod outcome;
mod policy;
mod recorder;
mod resume;
mod run;
mod run_state;
mod timer;
mod worker;

pub use context::{Context, MemoError};
pub use control::{Control, ControlState};
pub use event::{Event, EventKind};
pub use executor::{ExecError, Executor};
pub use failure::{Failed, Failure, FailureClass};
pub use journal::{
    Disk, DiskFile, FileJournal, FileLock, Header, History, Journal, JournalError, LocalDisk,
    Payload, Record, RecordedFailure, Replay, TaskHistory, TaskState, TornTail, read_journal,
};
pub use limits::Limits;
pub use outcome::Outcome;
pub use policy::{Action, Backoff, Policy};
pub use run_state::{Input, RunState, Standing, Start};
pub use worker::{WorkFn, Worker, WorkerFn, worker_fn};
