//! Durable runs: a folder, a journal, and a crew that works through a plan.

mod chain;
mod drift;
mod folder;
mod options;
mod report;
mod session;
mod status;

pub use chain::{PROVIDER_NAMES, is_provider_name, probe_provider, provider_chain};
pub use folder::{RunError, RunFolder};
pub use options::RunOptions;
pub use report::{RunReport, TaskEnd, TaskReport};
pub use session::{Recovery, Session};
pub use status::{RunStatus, TaskState, TaskStatus};
