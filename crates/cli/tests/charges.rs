//! What calls came to: each that was answered or charged counts, in every session.

mod support;

use std::path::Path;
use std::process::Stdio;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use support::crowd::{self, Crowd};
use support::model_server::ModelServer;
use support::{Ran, program};

fn ask(server: &ModelServer, arguments: &[&str]) -> Ran {
    let mut program = program();
    program.env("OPENAI_BASE_URL", server.url());
    let output = program.args(arguments).output().expect("it starts");
    output.into()
}

fn run(server: &ModelServer, tasks: usize, root: &Path, more: &[&str]) -> Ran {
    let crowd = Crowd {
        tasks,
        width: 1,
        tested: 1000,
    };
    let plan = crowd.write(root.parent().expect("a folder above"));
    let mut arguments = vec!["run", plan.to_str().expect("text"), "--run-id", "r"];
    arguments.extend(["--root", root.to_str().expect("text")]);
    arguments.extend(["--provider", "openai", "--model", "loopback"]);
    arguments.extend(["--accept-unchecked", "--json"]);
    arguments.extend(more);
    ask(server, &arguments)
}

fn told(server: &ModelServer, command: &str, root: &Path, more: &[&str]) -> Ran {
    let mut arguments = vec![command, "r", "--root", root.to_str().expect("text")];
    arguments.extend(more);
    ask(server, &arguments)
}

fn spent(server: &ModelServer, root: &Path) -> Value {
    told(server, "status", root, &["--json"]).json()["spent"].clone()
}

#[test]
fn answers_that_were_thrown_away_are_paid_for_too() {
    let folder = tempfile::tempdir().expect("a folder");
    let asked = AtomicU64::new(0);
    // Two answers without a text, then a good one.
    let server = ModelServer::start(
        move |task, _| match asked.fetch_add(1, Ordering::Relaxed) {
            0 | 1 => String::new(),
            _ => crowd::answer(task),
        },
        |_| Duration::ZERO,
    );
    server.uses(10_000, 10_000);
    let root = folder.path().join("root");
    let ran = run(
        &server,
        1,
        &root,
        &["--price", "loop*=1/1", "--budget", "1"],
    );
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    assert_eq!(server.log().len(), 3);
    let summary = ran.summary();
    assert_eq!(
        (&summary["calls"], &summary["cost"]),
        (&json!(3), &json!(0.06))
    );
    assert_eq!(summary["budget"]["spent"]["cost"], 0.06);
    let spent = spent(&server, &root);
    let figures = ["answers", "calls", "tokens", "nano_usd", "estimated"].map(|key| &spent[key]);
    let expected = [1, 3, 60_000, 60_000_000, 0].map(|figure| json!(figure));
    assert_eq!(figures, expected.each_ref(), "{spent}");
    let page = told(&server, "report", &root, &[]).stdout;
    assert!(
        page.contains("3 calls and 60000 tokens for $0.06"),
        "{page}"
    );
}

#[test]
fn what_a_server_does_not_say_is_spent_in_later_sessions_too() {
    let folder = tempfile::tempdir().expect("a folder");
    let server = ModelServer::start(|task, _| crowd::answer(task), |_| Duration::ZERO);
    server.is_silent_about_usage();
    let root = folder.path().join("root");
    // A call may take some 17,000 tokens: one fits, two do not.
    let budget = ["--price", "loop*=1/1", "--budget", "0.03"];
    let ran = run(&server, 3, &root, &budget);
    assert_eq!(ran.code, Some(4), "{}", ran.stderr);
    assert_eq!(server.log().len(), 1);
    let first = ran.summary()["budget"]["spent"]["cost"].clone();
    assert_eq!(ran.summary()["cost"], first, "{}", ran.stdout);
    let spent = spent(&server, &root);
    assert_eq!(spent["estimated"], 1, "{spent}");
    for _ in 0..2 {
        let again = told(&server, "resume", &root, &["--json"]);
        assert_eq!(again.code, Some(4), "{}", again.stderr);
        assert_eq!(again.summary()["budget"]["spent"]["cost"], first);
    }
    assert_eq!(server.log().len(), 1, "nothing more is asked");
}

#[test]
fn calls_that_failed_for_good_count_in_later_sessions() {
    let folder = tempfile::tempdir().expect("a folder");
    let server = ModelServer::start(|_, _| String::new(), |_| Duration::ZERO);
    server.uses(10_000, 10_000);
    let root = folder.path().join("root");
    let more = ["--price", "loop*=1/1", "--budget", "1", "--attempts", "1"];
    let ran = run(&server, 1, &root, &more);
    assert_eq!(ran.summary()["failed"], 1, "{}", ran.stdout);
    let calls = server.log().len() as u64;
    let spent = spent(&server, &root);
    assert_eq!(spent["calls"], calls, "{spent}");
    assert_eq!(spent["nano_usd"], calls * 20_000_000, "{spent}");
    let again = told(&server, "resume", &root, &["--json"]);
    let all = server.log().len() as f64;
    let cost = again.summary()["budget"]["spent"]["cost"].as_f64();
    let cost = cost.expect("money is bounded");
    assert!((cost - all * 0.02).abs() < 1e-9, "{cost} for {all} calls");
}

#[test]
fn an_unknown_price_is_null_wherever_it_is_told() {
    let folder = tempfile::tempdir().expect("a folder");
    let server = ModelServer::start(|task, _| crowd::answer(task), |_| Duration::ZERO);
    let root = folder.path().join("root");
    let ran = run(&server, 1, &root, &[]);
    assert_eq!(ran.summary()["cost"], Value::Null);
    let spent = spent(&server, &root);
    assert_eq!(spent["nano_usd"], Value::Null);
    let own = &spent["providers"][0];
    assert_eq!(
        (&own["nano_usd"], &own["unpriced"]),
        (&Value::Null, &json!(1))
    );
}

#[cfg(unix)]
#[test]
fn calls_that_have_ended_are_on_record_whatever_ends_the_program() {
    for (signals, calls) in [(&["KILL"][..], 2_usize), (&["INT", "INT"], 3)] {
        let folder = tempfile::tempdir().expect("a folder");
        let asked = AtomicU64::new(0);
        // Two answers without a text, and a third one that does not come.
        let server = ModelServer::start(
            |_, _| String::new(),
            move |_| match asked.fetch_add(1, Ordering::Relaxed) {
                0 | 1 => Duration::ZERO,
                _ => Duration::from_secs(3600),
            },
        );
        server.uses(10_000, 10_000);
        let root = folder.path().join("root");
        let crowd = Crowd {
            tasks: 1,
            width: 1,
            tested: 1000,
        };
        let plan = crowd.write(folder.path());
        let mut program = program();
        program.env("OPENAI_BASE_URL", server.url()).arg("run");
        program
            .arg(plan)
            .args(["--run-id", "r", "--root"])
            .arg(&root);
        program.args([
            "--provider",
            "openai",
            "--model",
            "loopback",
            "--price",
            "loop*=1/1",
        ]);
        let silent = program.stdout(Stdio::null()).stderr(Stdio::null());
        let mut child = silent.spawn().expect("it starts");
        let patience = Instant::now() + Duration::from_secs(60);
        while server.log().len() < 3 && Instant::now() < patience {
            std::thread::sleep(Duration::from_millis(10));
        }
        for signal in signals {
            let mut kill = std::process::Command::new("kill");
            kill.args(["-s", signal, &child.id().to_string()]);
            assert!(kill.status().expect("it starts").success());
            std::thread::sleep(Duration::from_millis(300));
        }
        child.wait().expect("it ends");
        assert_eq!(server.log().len(), 3);
        let spent = spent(&server, &root);
        assert_eq!(spent["calls"], calls, "{spent}");
        // What was under way counts as a call, or as dropped, and never as both.
        let dropped = spent["dropped"].as_object().map_or(0, serde_json::Map::len);
        assert_eq!(dropped, 3 - calls, "{spent}");
        let known = spent["nano_usd"].as_u64().expect("the price is known");
        assert!(known >= 40_000_000, "{spent}");
    }
}
