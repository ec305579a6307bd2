//! What goes to stdout and to stderr: data there, talk here.

pub mod amount;
pub mod budget;
pub mod diagnostic;
pub mod doctor;
pub mod event;
pub mod evidence;
pub mod fallbacks;
pub mod flowchart;
pub mod github;
pub mod inspect;
pub mod mend;
pub mod plan;
pub mod progress;
pub mod quality;
pub mod report;
pub mod sarif;
pub mod simulation;
pub mod snapshot;
pub mod status;
pub mod summary;

/// The version of every machine output; raised when a field changes its meaning or goes.
pub const SCHEMA_VERSION: u32 = 1;
