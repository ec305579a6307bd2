#![doc = include_str!("../README.md")]

#[cfg(not(unix))]
compile_error!("wavecrew-sandbox knows how to confine files and commands on Unix only");

mod captured;
mod digest;
mod draft;
mod environment;
mod file_error;
mod finished;
mod interpreter;
mod isolation;
mod keeper;
mod launcher;
mod path;
mod program;
mod root;
mod run_error;
mod runner;
mod scratch;
mod shell;
mod snapshot;
mod walk;

pub use captured::Captured;
pub use digest::{Digest, DigestError};
pub use file_error::{FileError, FileErrorKind};
pub use finished::{Exit, Finished};
pub use interpreter::Interpreter;
pub use isolation::Isolation;
pub use launcher::{NOT_SHIELDED, read_only_launcher};
pub use path::{MAX_COMPONENT_BYTES, MAX_PATH_BYTES, PathError, Refusal, RelDir, RelPath};
pub use root::{MAX_FILE_BYTES, Root, RootError};
pub use run_error::RunError;
pub use runner::Runner;
pub use shell::Shell;
pub use snapshot::Snapshot;
