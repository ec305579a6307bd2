//! A run that is looked at while it works.

mod support;

use std::process::Stdio;
use std::time::{Duration, Instant};

use serde_json::Value;
use support::crowd::{self, Crowd};
use support::model_server::ModelServer;
use support::{program, wavecrew};

#[test]
fn status_tells_a_live_run_from_one_that_was_stopped() {
    let folder = tempfile::tempdir().expect("a folder");
    let server = ModelServer::start(|task, _| crowd::answer(task), |_| Duration::from_secs(60));
    let crowd = Crowd {
        tasks: 2,
        width: 1,
        tested: 1000,
    };
    let plan = crowd.write(folder.path());
    let root = folder.path().join("root");
    let mut run = program();
    run.env("OPENAI_BASE_URL", server.url());
    run.arg("run").arg(plan).arg("--root").arg(&root);
    run.args(["--run-id", "r", "--provider", "openai", "--model", "m"]);
    run.stdout(Stdio::null()).stderr(Stdio::null());
    let mut child = run.spawn().expect("it starts");

    let patience = Instant::now() + Duration::from_secs(60);
    while server.log().is_empty() {
        assert!(Instant::now() < patience, "no task was started");
        std::thread::sleep(Duration::from_millis(10));
    }
    let root = root.to_str().expect("text");
    let live = wavecrew(&["status", "--root", root]);
    let status = wavecrew(&["status", "--root", root, "--json"]).json();
    child.kill().expect("it is ours");
    child.wait().expect("it ends");

    let id = child.id();
    assert!(
        live.stdout
            .starts_with(&format!("run r, live in process {id}\n")),
        "{}",
        live.stdout
    );
    assert!(!live.stderr.contains("resume"), "{}", live.stderr);
    assert!(live.stderr.contains("next: wait"), "{}", live.stderr);
    assert_eq!(
        (&status["live"], &status["process"]),
        (&Value::from(true), &Value::from(id))
    );

    let stopped = wavecrew(&["status", "--root", root]);
    assert!(stopped.stdout.starts_with("run r\n"), "{}", stopped.stdout);
    assert!(stopped.stderr.contains("resume"), "{}", stopped.stderr);
    let status = wavecrew(&["status", "--root", root, "--json"]).json();
    assert_eq!(
        (&status["live"], &status["process"]),
        (&Value::from(false), &Value::Null)
    );
}
