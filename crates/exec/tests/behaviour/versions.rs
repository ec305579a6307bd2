//! Journals of older versions open. Each version is kept as it was written: in `tests/journals`.

use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use wavecrew_exec::{
    Action, FailureClass, FileJournal, History, Journal, Record, TaskState, read_journal,
};

fn kept(version: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/journals");
    folder.join(version).join("journal.jsonl")
}

/// A copy that may be written to, with its large values.
fn copy(version: &str, folder: &Path) -> PathBuf {
    let from = kept(version);
    let to = folder.join("journal.jsonl");
    std::fs::copy(&from, &to).expect("a copy");
    let blobs = from.with_file_name("blobs");
    std::fs::create_dir(folder.join("blobs")).expect("a folder");
    for blob in std::fs::read_dir(blobs).expect("large values") {
        let blob = blob.expect("a file");
        let to = folder.join("blobs").join(blob.file_name());
        std::fs::copy(blob.path(), to).expect("a copy");
    }
    to
}

fn check_version_1(history: &History) {
    assert_eq!(history.header.run, "spring");
    assert_eq!(history.header.plan, "9d2c");
    assert_eq!(history.header.meta["tasks"][2], "roof");
    assert_eq!(history.sessions, 2);
    assert_eq!(history.truncated, None);
    let states: Vec<(&str, TaskState)> = history
        .tasks
        .iter()
        .map(|(id, task)| (id.as_str(), task.state))
        .collect();
    assert_eq!(
        states,
        [
            ("door", TaskState::Cancelled),
            ("floor", TaskState::Succeeded),
            ("roof", TaskState::Skipped),
            ("walls", TaskState::InFlight),
            ("window", TaskState::Pending),
        ]
    );

    let floor = &history.tasks["floor"];
    assert_eq!((floor.attempts, floor.flaky), (2, false));
    assert_eq!(floor.label, "verified (model, by model)");
    assert_eq!(
        floor.output.as_ref().unwrap()["files"][0]["path"],
        "floor.txt"
    );
    assert_eq!(floor.memos["answer 1"], json!({ "text": "boards" }));
    let large = floor.memos["answer 2"]["report"].as_str().unwrap();
    assert_eq!(large.lines().count(), 2200);
    let decision = &floor.decisions[0];
    assert_eq!((decision.action, decision.rule), (Action::Retry, Some(2)));
    assert_eq!(decision.switch.as_deref(), Some("local"));
    assert_eq!(decision.directive.as_deref(), Some("enhanced"));
    assert_eq!(decision.failure, None);
    let failure = floor.failure.as_ref().unwrap();
    assert_eq!((failure.class, failure.attempt), (FailureClass::Invalid, 1));
    assert_eq!(failure.reason, "refused: it creaks");
    assert_eq!(failure.detail, json!({ "provider": "model" }));
    assert_eq!(failure.label, "");

    let walls = &history.tasks["walls"];
    assert_eq!((walls.attempts, walls.next_attempt), (1, 1));
    assert_eq!(walls.memos["answer 1"], json!("bricks"));
    assert_eq!(history.tasks["roof"].because.as_deref(), Some("walls"));
    assert_eq!(history.tasks["window"].output, None);

    // What that version did not know of.
    assert_eq!(
        (history.spent.known.picos(), history.spent.is_more),
        (0, false)
    );
    assert!(history.targets.is_empty() && history.question.is_none());
    // It counted these all the same.
    assert_eq!((floor.failed_attempts, walls.failed_attempts), (1, 1));
    // Since its first record after the header.
    assert_eq!(history.lasted_ms, 17_000);
}

#[test]
fn a_journal_of_version_1_reads_as_it_did() {
    let history = read_journal(kept("version-1")).expect("it opens");
    assert_eq!(history.header.version, 1);
    assert_eq!(history.records, 26);
    check_version_1(&history);
}

#[tokio::test]
async fn a_journal_of_version_1_is_gone_on_with() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = copy("version-1", folder.path());
    let (mut journal, replay) = FileJournal::open(&path).expect("it opens");
    assert_eq!(replay.records, 26);
    let spent = Record::Spent {
        task: "walls".to_owned(),
        picos: Some(5),
    };
    journal.append(vec![spent]).await.expect("it is written");
    journal.sync().await.expect("it is on disk");
    drop(journal);
    let mut history = read_journal(&path).expect("it opens again");
    assert_eq!(history.spent.known.picos(), 5);
    history.spent = wavecrew_exec::Spending::default();
    check_version_1(&history);
}

/// Every kind of record that version 1 had is in the journal that is kept.
#[test]
fn the_kept_journal_has_every_kind_of_record() {
    let text = std::fs::read_to_string(kept("version-1")).expect("it is text");
    let mut kinds: Vec<String> = text
        .lines()
        .map(|line| {
            let line: Value = serde_json::from_str(line).expect("a line is JSON");
            line["body"]["type"].as_str().expect("a kind").to_owned()
        })
        .collect();
    kinds.sort_unstable();
    kinds.dedup();
    assert_eq!(
        kinds,
        [
            "cancelled",
            "decided",
            "failed",
            "header",
            "memo",
            "paused",
            "reopened",
            "resumed",
            "rolled_back",
            "skipped",
            "stale",
            "started",
            "succeeded",
        ]
    );
}
