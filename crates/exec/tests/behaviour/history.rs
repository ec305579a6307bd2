//! What a journal says, folded record by record.

use serde_json::json;
use wavecrew_exec::{
    Action, Decision, FailureClass, Header, History, PartNote, Record, TaskHistory, TaskState,
};

fn folded(records: impl IntoIterator<Item = Record>) -> TaskHistory {
    let mut history = History::new(Header::new("run", "digest", json!({})));
    for record in records {
        history.apply(0, record);
    }
    history.tasks.remove("a").expect("it is recorded")
}

fn started(attempt: u32) -> Record {
    Record::Started {
        task: "a".to_owned(),
        attempt,
        lineage: String::new(),
    }
}

fn decided(action: Action) -> Record {
    let mut decision = Decision::new(action, "so it is");
    decision.rule = Some(0);
    Record::Decided {
        task: Some("a".to_owned()),
        decision,
    }
}

fn failed(attempt: u32) -> Record {
    Record::Failed {
        task: "a".to_owned(),
        attempt,
        class: FailureClass::Invalid,
        label: String::new(),
        reason: "no such luck".to_owned(),
        will_retry: true,
        detail: json!(null).into(),
    }
}

fn answer() -> Record {
    Record::Memo {
        task: "a".to_owned(),
        key: "answer 1".to_owned(),
        lineage: String::new(),
        value: json!("wrong").into(),
    }
}

fn actions(task: &TaskHistory) -> Vec<Action> {
    let actions = task.decisions.iter().map(|decision| decision.action);
    actions.collect()
}

#[test]
fn a_task_that_was_left_out_for_what_it_is_begins_anew() {
    let left_out = |because: &str| Record::Skipped {
        task: "a".to_owned(),
        because: because.to_owned(),
    };
    let before = [
        started(1),
        answer(),
        decided(Action::Retry),
        failed(1),
        started(2),
    ];
    let own = folded(before.clone().into_iter().chain([left_out("a")]));
    assert_eq!(own.state, TaskState::Skipped);
    assert_eq!((own.next_attempt, own.memos.len()), (1, 0));
    assert_eq!(actions(&own), []);
    let of_another = folded(before.into_iter().chain([left_out("b")]));
    assert_eq!((of_another.next_attempt, of_another.memos.len()), (2, 1));
}

#[test]
fn what_was_decided_and_not_carried_out_is_to_be_decided_again() {
    let again = folded([started(1), decided(Action::Retry), started(1)]);
    assert_eq!(
        actions(&again),
        [],
        "a kill came before the attempt was counted"
    );
    let carried_out = folded([
        started(1),
        decided(Action::Rerun),
        decided(Action::Retry),
        failed(1),
        started(2),
        decided(Action::Pause),
        started(2),
    ]);
    assert_eq!(
        actions(&carried_out),
        [Action::Rerun, Action::Retry, Action::Pause]
    );
}

#[test]
fn how_a_task_failed_is_known_after_what_it_did_was_undone() {
    let undone = folded([
        started(1),
        failed(1),
        started(2),
        Record::Succeeded {
            task: "a".to_owned(),
            attempts: 2,
            flaky: false,
            label: String::new(),
            fingerprint: String::new(),
            lineage: String::new(),
            output: json!(7).into(),
        },
        Record::RolledBack {
            task: "a".to_owned(),
            error: None,
        },
    ]);
    assert_eq!((undone.state, undone.output), (TaskState::Pending, None));
    assert_eq!((undone.failed_attempts, undone.failed_as.len()), (1, 1));
}

#[test]
fn days_between_sessions_are_not_counted() {
    let (hour, day) = (3_600_000, 86_400_000);
    let mut history = History::new(Header::new("run", "digest", json!({})));
    history.apply(0, started(1));
    history.apply(hour, decided(Action::Retry));
    let stale = Record::Stale {
        task: "b".to_owned(),
        reason: "its files have changed".to_owned(),
    };
    history.apply(3 * day, stale);
    history.apply(3 * day, Record::Meta { meta: json!({}) });
    assert_eq!(history.session_ms, Some((0, hour)));
    history.apply(3 * day, Record::Resumed);
    history.apply(3 * day + hour, started(1));
    assert_eq!(history.lasted_ms, hour);
    assert_eq!(history.session_ms, Some((3 * day, 3 * day + hour)));
}

fn split(id: &str) -> Record {
    let part = |place: usize| PartNote {
        id: format!("{id}/{place}"),
        note: json!(place),
        waits_for: Vec::new(),
    };
    Record::Split {
        task: id.to_owned(),
        lineage: String::new(),
        parts: vec![part(1), part(2)],
    }
}

fn of_part(id: &str) -> Record {
    Record::Started {
        task: id.to_owned(),
        attempt: 1,
        lineage: String::new(),
    }
}

#[test]
fn a_session_that_does_not_get_to_a_task_that_was_split_leaves_it_so() {
    let (task, because) = ("a".to_owned(), "b".to_owned());
    let ends = [
        Record::Cancelled { task: task.clone() },
        Record::Skipped {
            task: task.clone(),
            because: because.clone(),
        },
        Record::Skipped {
            task: task.clone(),
            because: task.clone(),
        },
        Record::PutAside { task, because },
    ];
    for end in ends {
        let left = [started(1), decided(Action::Split), split("a"), end.clone()];
        let task = folded(left);
        assert_eq!(task.state, TaskState::Split, "{end:?}");
        assert_eq!((task.parts.len(), actions(&task).len()), (2, 1), "{end:?}");
    }
}

#[test]
fn parts_are_forgotten_when_their_task_is_done_in_another_way() {
    let ways = [
        vec![started(2)],
        vec![decided(Action::Retry), failed(1)],
        vec![Record::Asked {
            task: Some("a".to_owned()),
            question: "what now?".to_owned(),
            failure: None,
            detail: json!(null).into(),
        }],
    ];
    for way in ways {
        let mut history = History::new(Header::new("run", "digest", json!({})));
        let split = [
            started(1),
            split("a"),
            of_part("a/1"),
            split("a/1"),
            of_part("a/1/2"),
            of_part("a/2"),
        ];
        for record in split.into_iter().chain(way.clone()) {
            history.apply(0, record);
        }
        let known: Vec<&String> = history.tasks.keys().collect();
        assert_eq!(known, ["a"], "{way:?}");
        assert!(history.tasks["a"].parts.is_empty());
    }
}

#[test]
fn a_question_of_an_earlier_session_outlives_one_that_does_not_get_to_it() {
    let question = Record::Asked {
        task: Some("a".to_owned()),
        question: "what now?".to_owned(),
        failure: None,
        detail: json!(null).into(),
    };
    let skipped = |because: &str| Record::Skipped {
        task: "a".to_owned(),
        because: because.to_owned(),
    };
    for (end, is_open) in [
        (
            Record::Cancelled {
                task: "a".to_owned(),
            },
            true,
        ),
        (skipped("b"), true),
        (skipped("a"), false),
    ] {
        let task = folded([started(1), question.clone(), end.clone()]);
        assert_eq!(task.asked.is_some(), is_open, "{end:?}");
    }
}
