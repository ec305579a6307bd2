use async_trait::async_trait;

use super::{History, JournalError, Record};

/// Where a run keeps what must outlive it.
///
/// # Contract
///
/// - Records are kept in the order in which they were appended.
/// - What [`append`](Self::append) returned for outlives this process; what [`sync`](Self::sync)
///   returned for outlives the machine.
/// - After an error nothing more is appended: the run ends, and a later session starts from what
///   [`history`](Self::history) then finds, which is a prefix of what was appended.
///
/// [`FileJournal`](crate::FileJournal) is the implementation for local files. Workers go on
/// while a call to `append` or `sync` is pending, but not while one blocks.
#[async_trait]
pub trait Journal: Send {
    /// Everything that was recorded so far, by this session and the ones before it.
    ///
    /// # Errors
    ///
    /// If it cannot be read, or is damaged elsewhere than in an unfinished tail.
    async fn history(&mut self) -> Result<History, JournalError>;

    /// Appends records, as few writes as it can.
    ///
    /// # Errors
    ///
    /// If any record could not be appended.
    async fn append(&mut self, records: Vec<Record>) -> Result<(), JournalError>;

    /// Makes everything durable that was appended.
    ///
    /// # Errors
    ///
    /// If it may not be durable.
    async fn sync(&mut self) -> Result<(), JournalError>;
}

#[async_trait]
impl<J: Journal + ?Sized> Journal for Box<J> {
    async fn history(&mut self) -> Result<History, JournalError> {
        (**self).history().await
    }

    async fn append(&mut self, records: Vec<Record>) -> Result<(), JournalError> {
        (**self).append(records).await
    }

    async fn sync(&mut self) -> Result<(), JournalError> {
        (**self).sync().await
    }
}
