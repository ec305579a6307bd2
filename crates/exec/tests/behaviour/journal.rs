//! Journals in files: what they say, and what harm they bear.

use std::convert::Infallible;
use std::fs;
use std::path::{Path, PathBuf};

use crate::support::{Refusal, dag, fold, plain_policy};
use insta::assert_snapshot;
use serde_json::{Value, json};
use tempfile::TempDir;
use wavecrew_exec::{
    Context, ExecError, Executor, FailureClass, FileJournal, Header, History, Journal,
    JournalError, Payload, Record, TaskState, read_journal, read_records, worker_fn,
};

fn header() -> Header {
    Header::new("run-1", "digest", json!({ "plan": "a.md" }))
}

fn new_journal() -> (TempDir, PathBuf) {
    let folder = TempDir::new().expect("a folder");
    let path = folder.path().join("runs").join("1").join("journal.jsonl");
    (folder, path)
}

/// A value that is too large for a line.
fn large(text: &str) -> Value {
    Value::String(text.repeat(12_000))
}

fn records() -> Vec<Record> {
    records_with(large("abc"))
}

/// The same, with this as the one value that could be large.
fn records_with(answer: Value) -> Vec<Record> {
    let task = || "a".to_owned();
    let started = |attempt| Record::Started {
        task: task(),
        attempt,
        lineage: "cafe".to_owned(),
    };
    vec![
        started(1),
        Record::Memo {
            task: task(),
            key: "ask".to_owned(),
            lineage: "cafe".to_owned(),
            value: answer.into(),
        },
        Record::Failed {
            task: task(),
            attempt: 1,
            class: FailureClass::Invalid,
            label: String::new(),
            reason: "not \"good\"\nenough".to_owned(),
            will_retry: true,
            detail: json!({ "failed": [1, 2.5] }).into(),
        },
        Record::Resumed,
        started(2),
        Record::Succeeded {
            task: task(),
            attempts: 2,
            flaky: false,
            label: "verified".to_owned(),
            fingerprint: "1".to_owned(),
            lineage: "cafe".to_owned(),
            output: json!({ "files": ["ä.txt"] }).into(),
        },
        Record::Skipped {
            task: "b".to_owned(),
            because: task(),
        },
    ]
}

async fn written(path: &Path, records: Vec<Record>) {
    let mut journal = FileJournal::create(path, &header()).expect("a new journal");
    journal.append(records).await.expect("room on the disk");
    journal.sync().await.expect("a disk that works");
}

/// Without what depends on the clock.
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

#[tokio::test]
async fn what_is_written_is_read() {
    let (_folder, path) = new_journal();
    written(&path, records()).await;
    let expected = [vec![Record::Header(header())], records()].concat();
    let read = read_journal(&path).expect("it was just written");
    assert_eq!(timeless(read), fold(&expected));

    let text = fs::read_to_string(&path).expect("UTF-8");
    for line in text.lines() {
        let line: Value = serde_json::from_str(line).expect("every line is JSON");
        assert!(line["seq"].is_u64() && line["sum"].is_string() && line["body"].is_object());
    }
    assert!(
        !text.contains("abcabc"),
        "large values are not in the lines"
    );
}

#[tokio::test]
async fn a_journal_is_gone_on_with_where_it_ended() {
    let (_folder, path) = new_journal();
    let all = records();
    written(&path, all[..3].to_vec()).await;
    let (mut journal, replay) = FileJournal::open(&path).expect("it was closed");
    assert_eq!(
        (replay.header, replay.records, replay.truncated),
        (header(), 4, None)
    );
    journal
        .append(all[3..].to_vec())
        .await
        .expect("room on the disk");
    let expected = [vec![Record::Header(header())], all].concat();
    let history = journal.history().await.expect("it was just written");
    assert_eq!(timeless(history), fold(&expected));
}

/// Every history that a prefix of the records makes.
fn prefixes(records: Vec<Record>) -> Vec<History> {
    let all = [vec![Record::Header(header())], records].concat();
    (1..=all.len()).map(|length| fold(&all[..length])).collect()
}

#[tokio::test]
async fn a_journal_cut_anywhere_is_a_prefix_and_says_so() {
    let (_folder, path) = new_journal();
    let records = || records_with(json!("abc"));
    written(&path, records()).await;
    let whole = fs::read(&path).expect("it was just written");
    let prefixes = prefixes(records());
    for length in 0..whole.len() {
        fs::write(&path, &whole[..length]).expect("room on the disk");
        let lines = whole[..length]
            .iter()
            .filter(|&&byte| byte == b'\n')
            .count();
        let read = read_journal(&path);
        if lines == 0 {
            assert!(
                matches!(read, Err(JournalError::NoHeader { .. })),
                "{length}: {read:?}"
            );
            continue;
        }
        let read = read.expect("a tail may be torn");
        let good = whole[..length]
            .iter()
            .rposition(|&byte| byte == b'\n')
            .map_or(0, |end| end + 1);
        let torn = read.truncated.clone();
        assert_eq!(torn.is_some(), good < length, "{length}");
        if let Some(torn) = torn {
            let expected = (good as u64, lines as u64 + 1, (length - good) as u64);
            assert_eq!((torn.offset, torn.line, torn.bytes), expected);
        }
        assert_eq!(timeless(read), prefixes[lines - 1]);

        let (mut journal, replay) = FileJournal::open(&path).expect("a tail may be torn");
        assert_eq!(replay.truncated.is_some(), good < length);
        journal
            .append(vec![Record::Resumed])
            .await
            .expect("room on the disk");
        drop(journal);
        let again = read_journal(&path).expect("the tail was cut off");
        assert_eq!((again.truncated, again.records), (None, lines as u64 + 1));
    }
}

#[tokio::test]
async fn a_journal_with_any_byte_changed_is_an_error_or_a_prefix() {
    let (_folder, path) = new_journal();
    let records = || records_with(json!("abc"));
    written(&path, records()).await;
    let whole = fs::read(&path).expect("it was just written");
    let prefixes = prefixes(records());
    let last_line = whole[..whole.len() - 1]
        .iter()
        .rposition(|&byte| byte == b'\n');
    let last_line = last_line.expect("several lines") + 1;
    for at in 0..whole.len() {
        for change in [1 << (at % 8), whole[at] ^ b'\n'] {
            let mut harmed = whole.clone();
            harmed[at] ^= change;
            if harmed == whole {
                continue;
            }
            fs::write(&path, &harmed).expect("room on the disk");
            match read_journal(&path) {
                Ok(read) => {
                    // Before the last line there is whole text after the damage; a line break in
                    // the line before it makes one bad line of two.
                    assert!(at >= last_line - 1, "{at} ^ {change}: damage was skipped");
                    assert!(
                        read.truncated.is_some(),
                        "{at} ^ {change}: damage was not told"
                    );
                    assert!(prefixes.contains(&timeless(read)), "{at} ^ {change}");
                }
                Err(JournalError::Damaged { offset, .. }) => {
                    let line = whole[..at].iter().rposition(|&byte| byte == b'\n');
                    assert_eq!(
                        offset,
                        line.map_or(0, |end| end as u64 + 1),
                        "{at} ^ {change}"
                    );
                }
                Err(other) => panic!("{at} ^ {change}: {other}"),
            }
        }
    }
}

#[tokio::test]
async fn repeated_lost_and_swapped_lines_are_damage() {
    let (_folder, path) = new_journal();
    written(&path, records()).await;
    let text = fs::read_to_string(&path).expect("UTF-8");
    let lines: Vec<&str> = text.lines().collect();
    let check = |lines: &[&str]| {
        fs::write(&path, lines.join("\n") + "\n").expect("room on the disk");
        let error = read_journal(&path).expect_err("it is damaged").to_string();
        error.replace(&path.display().to_string(), "JOURNAL")
    };
    let repeated = [&lines[..4], &lines[3..]].concat();
    assert_snapshot!(check(&repeated), @"journal `JOURNAL` is damaged at byte 711 (line 5): it is not record 4");
    let lost = [&lines[..4], &lines[5..]].concat();
    assert_snapshot!(check(&lost), @"journal `JOURNAL` is damaged at byte 711 (line 5): it is not record 4");
    let mut swapped = lines.clone();
    swapped.swap(2, 3);
    assert_snapshot!(check(&swapped), @"journal `JOURNAL` is damaged at byte 270 (line 3): it is not record 2");
    let headless = &lines[1..];
    assert_snapshot!(check(headless), @"journal `JOURNAL` is damaged at byte 0 (line 1): it is not record 0");
}

#[tokio::test]
async fn a_tail_of_zeros_is_cut_off() {
    let (_folder, path) = new_journal();
    written(&path, records()).await;
    let mut bytes = fs::read(&path).expect("it was just written");
    let length = bytes.len() as u64;
    bytes.resize(bytes.len() + 4096, 0);
    fs::write(&path, &bytes).expect("room on the disk");
    let (_journal, replay) = FileJournal::open(&path).expect("a tail may be torn");
    assert_eq!(
        replay.truncated.map(|torn| (torn.offset, torn.bytes)),
        Some((length, 4096))
    );
    assert_eq!(fs::metadata(&path).expect("it is there").len(), length);
}

#[tokio::test]
async fn a_large_value_that_is_harmed_or_gone_is_an_error_that_names_its_file() {
    let (_folder, path) = new_journal();
    written(&path, records()).await;
    let blobs = path.with_file_name("blobs");
    let mut files = fs::read_dir(&blobs).expect("a large value was written");
    let blob = files
        .next()
        .expect("a large value was written")
        .expect("readable")
        .path();
    assert!(files.next().is_none(), "equal values are one file");
    let whole = fs::read(&blob).expect("readable");
    for at in [0, 1, whole.len() - 1] {
        let mut harmed = whole.clone();
        harmed[at] ^= 1;
        fs::write(&blob, harmed).expect("room on the disk");
        let error = read_journal(&path).expect_err("it is damaged");
        assert!(
            matches!(&error, JournalError::Blob { path, .. } if *path == blob),
            "{error}"
        );
    }
    fs::remove_file(&blob).expect("it is there");
    let error = read_journal(&path).expect_err("it is gone").to_string();
    assert!(
        error.contains(&blob.display().to_string()) && error.contains("os error 2"),
        "{error}"
    );
}

#[tokio::test]
async fn a_second_writer_is_refused_and_a_reader_is_not() {
    let (_folder, path) = new_journal();
    let journal = FileJournal::create(&path, &header()).expect("a new journal");
    let refused = FileJournal::open(&path).expect_err("it is open");
    let own = std::process::id();
    assert!(matches!(refused, JournalError::Locked { pid: Some(pid), .. } if pid == own));
    assert!(
        refused.to_string().contains(&format!("process {own}")),
        "{refused}"
    );
    assert_eq!(
        read_journal(&path).expect("readers need no lock").records,
        1
    );
    drop(journal);
    FileJournal::open(&path).expect("it was closed");
}

#[tokio::test]
async fn a_journal_is_never_overwritten() {
    let (_folder, path) = new_journal();
    written(&path, records()).await;
    let before = fs::read(&path).expect("it was just written");
    let refused = FileJournal::create(&path, &header()).expect_err("it is there");
    assert!(matches!(refused, JournalError::Exists { .. }), "{refused}");
    assert_eq!(fs::read(&path).expect("it is still there"), before);
}

#[tokio::test]
async fn a_missing_journal_is_named_and_nothing_is_left_behind() {
    let folder = TempDir::new().expect("a folder");
    let path = folder.path().join("journal.jsonl");
    for error in [read_journal(&path).err(), FileJournal::open(&path).err()] {
        let error = error.expect("it is not there").to_string();
        assert!(
            error.contains("journal.jsonl") && error.contains("os error 2"),
            "{error}"
        );
    }
    assert_eq!(fs::read_dir(folder.path()).expect("a folder").count(), 0);
}

#[tokio::test]
async fn a_newer_journal_says_so() {
    let (_folder, path) = new_journal();
    let mut newer = header();
    newer.version = 7;
    drop(FileJournal::create(&path, &newer).expect("a new journal"));
    let error = read_journal(&path).expect_err("it is newer");
    assert!(
        matches!(error, JournalError::Version { found: 7, .. }),
        "{error}"
    );
}

#[tokio::test]
async fn an_error_of_the_disk_ends_the_run_and_names_file_and_number() {
    let (_folder, path) = new_journal();
    let mut journal = FileJournal::create(&path, &header()).expect("a new journal");
    // Where the folder for large values should be, there is a file.
    fs::write(path.with_file_name("blobs"), "in the way").expect("room on the disk");
    let dag = dag(&[("a", 10), ("b", 40_000)], &[("a", "b")]);
    let worker = worker_fn(async |size: &usize, _: Context<'_, String>| {
        Ok::<_, Infallible>("x".repeat(*size))
    });
    let executor = Executor::new(worker);
    let ended = executor
        .run_durable(&dag, &mut journal, usize::to_string, |_| {})
        .await;
    let error = ended.expect_err("the disk failed").to_string();
    assert!(
        error.contains("blobs") && error.contains("os error"),
        "{error}"
    );

    let after = journal.append(vec![Record::Resumed]).await;
    assert!(
        matches!(after, Err(JournalError::Failed { .. })),
        "{after:?}"
    );
    drop(journal);
    fs::remove_file(path.with_file_name("blobs")).expect("it is there");
    let (mut journal, _) = FileJournal::open(&path).expect("it can be taken up again");
    let mut replayed = Vec::new();
    let outcomes = executor
        .run_durable(&dag, &mut journal, usize::to_string, |event| {
            if let wavecrew_exec::EventKind::Succeeded { replayed: told, .. } = event.kind {
                replayed.push(told);
            }
        })
        .await
        .expect("the disk works again");
    assert_eq!(replayed, [true, false]);
    assert_eq!(outcomes[1].output().map(String::len), Some(40_000));
}

#[tokio::test]
async fn a_status_is_read_while_the_run_is_live() {
    let (_folder, path) = new_journal();
    let mut journal = FileJournal::create(&path, &header()).expect("a new journal");
    let dag = dag(&[("a", 1), ("b", 2), ("c", 3)], &[("a", "c"), ("b", "c")]);
    let worker = worker_fn(async |task: &i32, _: Context<'_, f64>| match task {
        1 => Ok(0.1 + 0.2),
        2 => Err(Refusal::new(FailureClass::Permanent, "no")),
        _ => unreachable!("it is skipped"),
    });
    let mut states = Vec::new();
    let executor = Executor::new(worker).policy(plain_policy());
    let watch = |_: &wavecrew_exec::Event| {
        let tasks = read_journal(&path).expect("readers need no lock").tasks;
        states.push(tasks.get("a").map(|task| task.state));
    };
    let ended = executor
        .run_durable(&dag, &mut journal, i32::to_string, watch)
        .await;
    ended.expect("the disk works");
    assert_eq!(states.first(), Some(&Some(TaskState::InFlight)));
    let tasks = read_journal(&path).expect("it is whole").tasks;
    assert_eq!(tasks["a"].output, Some(json!(0.1 + 0.2)));
    assert_eq!(tasks["b"].state, TaskState::Failed);
    let failure = tasks["b"].failure.as_ref().expect("it failed");
    assert_eq!(
        (failure.reason.as_str(), &failure.detail),
        ("no", &json!({ "refused": "no" }))
    );
    assert_eq!(
        (tasks["c"].state, tasks["c"].because.as_deref()),
        (TaskState::Skipped, Some("b"))
    );
}

#[tokio::test]
async fn an_output_that_is_no_json_is_told_by_task() {
    let (_folder, path) = new_journal();
    let mut journal = FileJournal::create(&path, &header()).expect("a new journal");
    let dag = dag(&[("a", 1)], &[]);
    let worker = worker_fn(
        async |_: &i32, _: Context<'_, Vec<(u8, std::collections::BTreeMap<(), ()>)>>| {
            Ok::<_, Infallible>(vec![(1, [((), ())].into_iter().collect())])
        },
    );
    let ended = Executor::new(worker)
        .run_durable(&dag, &mut journal, i32::to_string, |_| {})
        .await;
    let error = ended.expect_err("a key of a map must be text");
    assert!(
        matches!(&error, ExecError::Output { task, .. } if task == "a"),
        "{error}"
    );
}

#[test]
fn payloads_are_told_apart_whatever_they_hold() {
    let tricky = Payload::from(json!({ "blob": { "sha256": "00", "bytes": 1 } }));
    let text = serde_json::to_string(&tricky).expect("JSON");
    assert_eq!(
        serde_json::from_str::<Payload>(&text).expect("as written"),
        tricky
    );
}

#[test]
fn steps_of_a_task_that_has_become_another_are_forgotten() {
    let step = |key: &str, lineage: &str| Record::Memo {
        task: "a".to_owned(),
        key: key.to_owned(),
        lineage: lineage.to_owned(),
        value: json!(key).into(),
    };
    let history = fold(&[
        Record::Header(header()),
        step("old", "cafe"),
        step("new", "babe"),
    ]);
    let keys: Vec<&String> = history.tasks["a"].memos.keys().collect();
    assert_eq!(keys, ["new"]);
}

#[cfg(unix)]
#[tokio::test]
async fn a_journal_that_somebody_removes_ends_the_run() {
    let (_folder, path) = new_journal();
    let mut journal = FileJournal::create(&path, &header()).expect("a new journal");
    let dag = dag(&[("a", 1), ("b", 2)], &[("a", "b")]);
    let worker = worker_fn(async |_: &usize, _: Context<'_, String>| {
        let _ = fs::remove_file(&path);
        Ok::<_, Infallible>(String::new())
    });
    let executor = Executor::new(worker);
    let mut told = 0;
    let ended = executor
        .run_durable(&dag, &mut journal, usize::to_string, |event| {
            told += usize::from(event.kind.is_final());
        })
        .await;
    let error = ended.expect_err("the journal is gone").to_string();
    assert!(
        error.contains("journal.jsonl") && error.contains("removed"),
        "{error}"
    );
    assert_eq!(told, 0, "what is not on record is not told");
}

#[tokio::test]
async fn every_record_is_shown_also_what_a_history_forgets() {
    let (_folder, path) = new_journal();
    written(&path, records()).await;
    let mut shown = Vec::new();
    let history = read_records(&path, |record| shown.push(record.clone())).expect("it is whole");
    assert_eq!(history, read_journal(&path).expect("it is whole"));
    let large = |record: &Record| matches!(record, Record::Memo { value, .. } if !matches!(value, Payload::Inline(_)));
    assert!(
        !shown.iter().any(large),
        "large values are read from their files"
    );
    assert_eq!(shown.len(), records().len());
}
