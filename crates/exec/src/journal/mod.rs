mod blobs;
mod disk;
mod error;
mod file;
mod history;
mod line;
mod lock;
mod reader;
mod record;
mod storage;

pub use disk::{Disk, DiskFile, LocalDisk};
pub use error::JournalError;
pub use file::{FileJournal, Replay};
pub use history::{
    History, OpenQuestion, Reached, RecordedFailure, Spending, TaskHistory, TaskState,
};
pub use lock::FileLock;
pub use reader::{TornTail, read_journal, read_records};
pub use record::{Header, PartNote, Payload, Record};
pub use storage::Journal;
