//! The worker that fulfils worker specs: prompt, provider, extraction, checks, writes, tests, verdict.

mod brief;
mod error;
mod files;
mod meter;
mod output;
mod permit;
mod prompt;
mod results;
mod test_runner;
mod undo;
mod worker;

pub use error::CrewError;
pub use meter::CallMeter;
pub use output::{Delivered, TaskOutput};
pub use permit::Permit;
pub use test_runner::TestRunner;
pub use undo::UndoLog;
pub(crate) use worker::ANSWER;
pub use worker::{CrewOptions, CrewWorker, fingerprint};
