//! Durable runs: a folder, a journal, and a crew that works through a plan.

mod board;
mod config;
mod config_names;
mod course;
mod drift;
mod evidence;
mod folder;
mod hooks;
mod limits;
mod options;
mod person;
mod plan_source;
mod policy_file;
mod progress_files;
mod progress_page;
mod report;
mod reserve;
mod session;
mod simulation;
mod snapshot;
mod spent;
mod status;
mod timestamp;
#[cfg(feature = "tracing")]
mod traces;

pub use board::{Board, BoardTask};
pub use config::{CONFIG_FILE, Config, ConfigError};
pub use course::{Course, WaitingFor};
pub use evidence::Evidence;
pub(crate) use folder::HOME;
pub use folder::{RunError, RunFolder};
pub use hooks::{Hook, HookError, Hooks};
pub use options::RunOptions;
pub use plan_source::PlanSource;
pub use policy_file::{PRESETS, PolicyError, PolicyOptions, read_policy};
pub use progress_files::ProgressFiles;
pub use progress_page::markdown_line;
pub use report::{RunReport, Share, TaskEnd, TaskReport};
pub use reserve::Reserve;
pub use session::{Recovery, Session};
pub use simulation::{BudgetOutlook, Chances, Simulation, simulate_run};
pub use snapshot::{Latency, SNAPSHOT_INTERVAL, Snapshot, snapshots};
pub use spent::{ProviderSpent, Spent, TaskSpent};
pub use status::{RunStatus, TaskState, TaskStatus};
#[cfg(feature = "tracing")]
pub use traces::Traces;
