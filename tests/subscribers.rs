//! Those who watch a run: each is told by events alone.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use wavecrew::exec::{Event, EventKind, FailureClass, Header, History};
use wavecrew::worker_spec::{Document, read};
use wavecrew::{
    Board, CallMeter, GraphOptions, Hook, Hooks, PlanGraph, ProgressFiles, SNAPSHOT_INTERVAL,
    Snapshot, TaskState, graph, snapshots,
};

const PLAN: &str = "---\nwavecrew: 1\n---\n\n# Office\n\n## Wave 1: Ground\n\n\
    ### A-1: Lay `the` floor\n\n- estimate: 1h\n- agent: masons\n\n\
    #### Test process\n\n```sh\ntest -f floor\n```\n\n\
    ### A-2: Raise | walls\n\n- estimate: 1h\n\n\
    ## Wave 2: Top\n\n### B-1: Close the roof\n\n- depends on: A-1, A-2\n- estimate: 1h\n";

fn plan() -> PlanGraph {
    let read = read(&[Document::new("plan.md", PLAN)]);
    graph(&read.value, GraphOptions::default()).expect("no cycle")
}

fn board(graph: &PlanGraph) -> Board {
    Board::new(
        "run",
        graph,
        &History::new(Header::new("run", "plan", json!({}))),
    )
}

/// An event about the task of this id, so many seconds after the start.
fn event(graph: &PlanGraph, seconds: u64, task: &str, kind: Value) -> Event {
    let node = graph.dag.nodes().find(|node| graph.dag.id(*node) == task);
    let mut event = kind;
    event["elapsed_us"] = json!(seconds * 1_000_000);
    event["node"] = json!(node.expect("a task of the plan"));
    serde_json::from_value(event).expect("an event")
}

fn started(attempt: u32) -> Value {
    json!({ "kind": "started", "attempt": attempt })
}

fn refused(reason: &str) -> Value {
    let class = FailureClass::Invalid;
    json!({
        "kind": "failed", "attempt": 1, "class": class, "label": "guide", "reason": reason, "will_retry": true,
    })
}

fn succeeded(label: &str) -> Value {
    json!({ "kind": "succeeded", "label": label, "attempts": 1, "replayed": false })
}

/// A floor that is laid at the second try, and walls that are going up.
fn half_done(graph: &PlanGraph) -> Board {
    let mut board = board(graph);
    let guide = "refused: `floor` is a file, not a guide: it tells how";
    for (seconds, task, kind) in [
        (0, "A-1", started(1)),
        (1, "A-2", started(1)),
        (4, "A-1", refused(guide)),
        (5, "A-1", started(2)),
        (11, "A-1", succeeded("verified (m, by model)")),
    ] {
        board.note(&event(graph, seconds, task, kind));
    }
    board
}

#[test]
fn a_board_knows_where_every_task_stands() {
    let graph = plan();
    let board = half_done(&graph);
    let states: Vec<TaskState> = board.tasks().iter().map(|task| task.state).collect();
    assert_eq!(
        states,
        [TaskState::Verified, TaskState::Running, TaskState::Pending]
    );
    assert_eq!(board.tasks()[0].agent_id.as_deref(), Some("masons"));
    assert_eq!(board.tasks()[1].agent_id.as_deref(), Some("worker-2"));
    assert_eq!(board.tasks()[0].attempts, 2);
    assert_eq!((board.ended(), board.guide_alerts()), (1, 1));
    assert_eq!(board.pass_rate(), Some(0.5));
    assert_eq!(
        board.latencies(),
        [Duration::from_secs(4), Duration::from_secs(6)]
    );
}

#[tokio::test(start_paused = true)]
async fn a_snapshot_is_taken_every_minute() {
    let graph = plan();
    let board = Mutex::new(half_done(&graph));
    let meter = CallMeter::default();
    let mut taken: Vec<Snapshot> = Vec::new();
    let watch = snapshots(&board, &meter, SNAPSHOT_INTERVAL, |snapshot| {
        taken.push(snapshot.clone());
    });
    let over = tokio::time::timeout(Duration::from_secs(185), watch).await;
    assert!(over.is_err(), "it goes on for as long as it is polled");
    let times: Vec<f64> = taken
        .iter()
        .map(|snapshot| snapshot.elapsed_seconds)
        .collect();
    assert_eq!(times, [60.0, 120.0, 180.0]);
    let first = &taken[0];
    assert_eq!((first.tasks, first.ended, first.verified), (3, 1, 1));
    assert_eq!(first.running, ["A-2"]);
    let latency = first.latency.expect("two attempts have ended");
    assert_eq!((latency.median, latency.p90, latency.max), (4.0, 6.0, 6.0));
    assert_eq!((first.pass_rate, first.guide_alerts), (Some(0.5), 1));
}

#[test]
fn progress_files_show_the_latest_when_they_are_finished() {
    let graph = plan();
    let folder = tempfile::tempdir().unwrap();
    let board = Arc::new(Mutex::new(half_done(&graph)));
    let files = ProgressFiles::start(folder.path(), Arc::clone(&board));
    let last = event(&graph, 20, "A-2", succeeded("not checked (m, by model)"));
    board.lock().unwrap().note(&last);
    files.changed();
    files.finish().unwrap();

    let tasks = std::fs::read_to_string(folder.path().join("tasks.json")).unwrap();
    let tasks: Value = serde_json::from_str(&tasks).unwrap();
    let tasks = tasks["tasks"].as_array().unwrap();
    let statuses: Vec<&str> = tasks
        .iter()
        .map(|task| task["status"].as_str().unwrap())
        .collect();
    assert_eq!(statuses, ["completed", "completed", "pending"]);
    assert_eq!(tasks[0]["agent_id"], "masons");
    let completed_at = tasks[0]["completed_at"].as_str().unwrap();
    assert!(completed_at.starts_with("20") && completed_at.ends_with('Z'));
    assert_eq!(tasks[2]["completed_at"], Value::Null);

    let page = std::fs::read_to_string(folder.path().join("PROGRESS.md")).unwrap();
    for line in [
        "2 of 3 tasks done: 1 verified, 1 not checked. 0 failed, 0 running.",
        "| wave-1 | 2 of 2 | 0 | 0 | 0 |",
        "| wave-2 | 0 of 1 | 0 | 0 | 1 |",
        "None.",
        "- start B-1: Close the roof",
        "- give A-2 tests that can fail",
        "- [x] A-1: Lay \\`the\\` floor",
        "  - `test -f floor`",
        "- [ ] A-2: Raise \\| walls (not checked)",
    ] {
        assert!(page.lines().any(|found| found == line), "{line}\n\n{page}");
    }
    let names = std::fs::read_dir(folder.path()).unwrap().count();
    assert_eq!(names, 2, "no draft is left");
}

#[test]
fn a_large_board_costs_the_run_next_to_nothing() {
    let graph = plan();
    let folder = tempfile::tempdir().unwrap();
    let board = Arc::new(Mutex::new(half_done(&graph)));
    let files = ProgressFiles::start(folder.path(), Arc::clone(&board));
    // Many changes are few writes, and the last one is among them.
    for seconds in 0..10_000 {
        let kind = json!({ "kind": "progress", "message": "on it" });
        board
            .lock()
            .unwrap()
            .note(&event(&graph, seconds, "A-2", kind));
        files.changed();
    }
    files.finish().unwrap();
    let page = std::fs::read_to_string(folder.path().join("PROGRESS.md")).unwrap();
    assert!(page.contains("1 running"), "{page}");
}

/// Takes so many posts, and gives their bodies.
async fn take_posts(listener: TcpListener, posts: usize) -> Vec<Value> {
    let mut bodies = Vec::new();
    while bodies.len() < posts {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut request = Vec::new();
        while !request.ends_with(b"}") {
            let mut part = [0; 4096];
            let read = stream.read(&mut part).await.unwrap();
            request.extend_from_slice(&part[..read]);
        }
        let answer = b"HTTP/1.1 204 No Content\r\nconnection: close\r\n\r\n";
        stream.write_all(answer).await.unwrap();
        let text = String::from_utf8(request).unwrap();
        let (head, body) = text.split_once("\r\n\r\n").unwrap();
        assert!(head.contains("content-type: application/json"), "{head}");
        bodies.push(serde_json::from_str(body).unwrap());
    }
    bodies
}

#[tokio::test]
async fn hooks_are_told_of_ends_and_failures_in_order_and_of_nothing_else() {
    let graph = plan();
    let folder = tempfile::tempdir().unwrap();
    let told = folder.path().join("told");
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!(
        "http://{}/runs?token=secret",
        listener.local_addr().unwrap()
    );
    let posts = tokio::spawn(take_posts(listener, 3));
    let command = format!(
        "printf '%s ' \"$WAVECREW_EVENT\" >> '{0}'; cat >> '{0}'",
        told.display()
    );
    let mut hooks = Hooks::start(vec![
        Hook::Command(command),
        Hook::Webhook(url),
        Hook::Command("exit 7".to_owned()),
    ]);
    for (seconds, kind) in [
        (0, started(1)),
        (1, json!({ "kind": "progress", "message": "on it" })),
        (2, refused("no")),
        (3, started(2)),
        (4, succeeded("verified (m, by model)")),
    ] {
        let event = event(&graph, seconds, "A-1", kind);
        let number = event.elapsed.as_secs();
        let kind = match event.kind {
            EventKind::Failed { .. } => "failed",
            _ => "succeeded",
        };
        hooks.note(&event, || json!({ "kind": kind, "number": number }));
    }
    hooks.send(json!({ "kind": "summary", "number": 5 }));
    let errors = hooks.finish().await;
    let expected = "failed {\"kind\":\"failed\",\"number\":2}\n\
        succeeded {\"kind\":\"succeeded\",\"number\":4}\n\
        summary {\"kind\":\"summary\",\"number\":5}\n";
    assert_eq!(std::fs::read_to_string(told).unwrap(), expected);
    let numbers: Vec<u64> = posts
        .await
        .unwrap()
        .iter()
        .map(|body| body["number"].as_u64().unwrap())
        .collect();
    assert_eq!(numbers, [2, 4, 5]);
    let errors: Vec<String> = errors.iter().map(ToString::to_string).collect();
    assert_eq!(
        errors,
        ["command: 3 messages were not taken: exit status: 7"]
    );
}

#[tokio::test]
async fn a_hook_that_nobody_answers_is_told_without_its_address() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    let mut hooks = Hooks::start(vec![Hook::Webhook(format!("http://{address}/secret"))]);
    hooks.send(json!({ "kind": "summary" }));
    let errors = hooks.finish().await;
    assert_eq!(errors.len(), 1);
    let error = errors[0].to_string();
    assert!(
        error.starts_with("webhook: 1 message was not taken"),
        "{error}"
    );
    assert!(!error.contains("secret"), "{error}");
}
