//! The worker that fulfils worker specs: prompt, provider, extraction, checks, writes, tests, verdict.

mod asking;
mod brief;
mod directive;
mod error;
mod files;
mod judging;
mod meter;
mod options;
mod output;
mod parts;
mod paths;
mod permit;
mod prompt;
mod proposals;
mod refusal;
mod results;
mod seen;
mod test_runner;
mod undo;
mod walk;
mod worker;

pub(crate) use asking::ANSWER;
pub use asking::fingerprint;
pub use error::CrewError;
pub use meter::CallMeter;
pub use options::CrewOptions;
pub use output::{Delivered, TaskOutput};
pub use permit::Permit;
pub use proposals::Proposals;
pub use test_runner::TestRunner;
pub use undo::UndoLog;
pub(crate) use walk::Walk;
pub use worker::CrewWorker;
