//! What a journal says, folded record by record.

use serde_json::json;
use wavecrew_exec::{
    Action, Decision, FailureClass, Header, History, Record, TaskHistory, TaskState,
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
