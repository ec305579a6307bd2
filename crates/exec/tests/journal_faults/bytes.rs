//! Every byte of a journal of 200 records harmed, and every length of it.

use std::fs;
use std::path::PathBuf;

use serde_json::json;
use tempfile::TempDir;
use wavecrew_exec::{
    FailureClass, FileJournal, Header, History, Journal, JournalError, Record, read_journal,
};

/// A journal as sessions of a run leave it, with every kind of record that a task can have.
fn records() -> Vec<Record> {
    let mut records = Vec::new();
    for number in 0_u32.. {
        let task = format!("t{number}");
        let lineage = "cafe".to_owned();
        records.push(Record::Started {
            task: task.clone(),
            attempt: 1,
            lineage: lineage.clone(),
        });
        records.push(Record::Memo {
            task: task.clone(),
            key: "ask".to_owned(),
            lineage: lineage.clone(),
            value: json!({ "text": "line\n", "cost": number }).into(),
        });
        if number % 4 == 1 {
            records.push(Record::Failed {
                task: task.clone(),
                attempt: 1,
                class: FailureClass::Invalid,
                label: "tests".to_owned(),
                reason: "not \"good\"".to_owned(),
                will_retry: number % 8 == 1,
                detail: json!(null).into(),
            });
        } else if number % 4 == 2 {
            records.push(Record::Paused {
                task: task.clone(),
                wait_ms: 250,
                reason: "asked to wait".to_owned(),
            });
            records.push(Record::Resumed);
        } else {
            records.push(Record::Succeeded {
                task,
                attempts: 1,
                flaky: number % 3 == 0,
                label: "verified".to_owned(),
                fingerprint: number.to_string(),
                lineage,
                output: json!([number, "ä"]).into(),
            });
        }
        if records.len() >= 199 {
            records.truncate(199);
            return records;
        }
    }
    unreachable!("numbers do not end")
}

fn timeless(mut history: History) -> History {
    for task in history.tasks.values_mut() {
        task.started_at_ms = task.started_at_ms.map(|_| 0);
        task.changed_at_ms = 0;
    }
    history.session_ms = history.session_ms.map(|_| (0, 0));
    history.lasted_ms = 0;
    history.truncated = None;
    history
}

struct Sample {
    _folder: TempDir,
    path: PathBuf,
    whole: Vec<u8>,
    /// The history of every prefix; the first is that of the header alone.
    prefixes: Vec<History>,
}

impl Sample {
    async fn new() -> Self {
        let folder = TempDir::new().expect("a folder");
        let path = folder.path().join("journal.jsonl");
        let header = Header::new("run-1", "digest", json!({}));
        let mut journal = FileJournal::create(&path, &header).expect("a new journal");
        journal.append(records()).await.expect("room on the disk");
        drop(journal);
        let mut history = History::new(header);
        let mut prefixes = vec![history.clone()];
        for record in records() {
            history.apply(0, record);
            prefixes.push(timeless(history.clone()));
        }
        assert_eq!(prefixes.len(), 200);
        let whole = fs::read(&path).expect("it was just written");
        Self {
            _folder: folder,
            path,
            whole,
            prefixes,
        }
    }

    /// Reads these bytes as the journal: an error or a prefix that is told to be one.
    fn check(&self, bytes: &[u8], what: &str) {
        fs::write(&self.path, bytes).expect("room on the disk");
        match read_journal(&self.path) {
            Ok(read) => {
                let records = read.records as usize;
                let torn = read.truncated.clone();
                let good = bytes
                    .split_inclusive(|&byte| byte == b'\n')
                    .take(records)
                    .map(<[u8]>::len)
                    .sum::<usize>();
                let told = torn.map(|torn| (torn.offset as usize, torn.bytes as usize));
                let left = (good < bytes.len()).then_some((good, bytes.len() - good));
                assert_eq!(told, left, "{what}: the tail was not told");
                assert_eq!(
                    timeless(read),
                    self.prefixes[records - 1],
                    "{what}: a wrong state"
                );
            }
            Err(JournalError::Damaged { offset, .. }) => {
                assert!((offset as usize) < bytes.len(), "{what}: {offset}");
            }
            Err(JournalError::NoHeader { .. }) => {
                let lines = bytes.iter().filter(|&&byte| byte == b'\n').count();
                assert_eq!(lines, 0, "{what}: the header is there");
            }
            Err(other) => panic!("{what}: {other}"),
        }
    }

    fn check_every(&self, step: usize) {
        for at in (0..self.whole.len()).step_by(step) {
            for change in [1 << (at % 8), self.whole[at] ^ b'\n', self.whole[at]] {
                let mut harmed = self.whole.clone();
                harmed[at] ^= change;
                if harmed != self.whole {
                    self.check(&harmed, &format!("byte {at} changed by {change}"));
                }
            }
            self.check(&self.whole[..at], &format!("cut at {at}"));
        }
        self.check(&self.whole, "unharmed");
    }
}

#[tokio::test]
async fn a_journal_of_200_records_harmed_here_and_there_is_an_error_or_a_prefix() {
    Sample::new().await.check_every(211);
}

#[tokio::test]
#[ignore = "some minutes without optimisation: every byte, every length"]
async fn a_journal_of_200_records_harmed_anywhere_is_an_error_or_a_prefix() {
    Sample::new().await.check_every(1);
}
