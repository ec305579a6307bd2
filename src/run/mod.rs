//! Durable runs: a folder, a journal, and a crew that works through a plan.

mod board;
mod chain;
mod drift;
mod folder;
mod hooks;
mod limits;
mod options;
mod plan_source;
mod progress_files;
mod progress_page;
mod report;
mod session;
mod simulation;
mod snapshot;
mod status;
mod timestamp;
#[cfg(feature = "tracing")]
mod traces;

pub use board::{Board, BoardTask};
pub use chain::{PROVIDER_NAMES, is_provider_name, probe_provider, provider_chain};
pub use folder::{RunError, RunFolder};
pub use hooks::{Hook, HookError, Hooks};
pub use options::RunOptions;
pub use plan_source::PlanSource;
pub use progress_files::ProgressFiles;
pub use report::{RunReport, TaskEnd, TaskReport};
pub use session::{Recovery, Session};
pub use simulation::{Chances, Simulation, simulate_run};
pub use snapshot::{Latency, SNAPSHOT_INTERVAL, Snapshot, snapshots};
pub use status::{RunStatus, Spent, TaskState, TaskStatus};
#[cfg(feature = "tracing")]
pub use traces::Traces;
