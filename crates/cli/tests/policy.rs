//! `--policy` and `--answer`: what the program does about failures, and how it ends.

mod support;

use std::path::Path;
use std::time::Duration;

use serde_json::Value;
use support::model_server::ModelServer;
use support::{Ran, program};

const PLAN: &str = "---\nwavecrew: 1\n---\n\n# Two\n\n## Wave 1: Work\n\n### A-1: Answer\n\n- files: answer.txt\n- estimate: 1h\n\n\
    #### Test process\n\n```sh\ngrep -q right answer.txt\n```\n\n### B-1: Tell it\n\n- files: told.txt\n- estimate: 1h\n\n\
    #### Test process\n\n```sh\ngrep -q told told.txt\n```\n";

/// Answers `A-1` wrongly until it is told what is right.
fn server() -> ModelServer {
    let answer = |task: &str, prompt: &str| match task {
        "B-1" => "```text told.txt\ntold\n```\n".to_owned(),
        _ if prompt.contains("only right is right") => {
            "```text answer.txt\nright\n```\n".to_owned()
        }
        _ => "```text answer.txt\nwrong\n```\n".to_owned(),
    };
    ModelServer::start(answer, |_| Duration::ZERO)
}

fn ask(server: &ModelServer, arguments: &[&str]) -> Ran {
    let mut program = program();
    program.env("OPENAI_BASE_URL", server.url());
    let output = program.args(arguments).output().expect("it starts");
    output.into()
}

fn run(server: &ModelServer, folder: &Path, policy: &str) -> Ran {
    let plan = folder.join("plan.md");
    std::fs::write(&plan, PLAN).expect("a plan");
    let (plan, root) = (plan.to_string_lossy(), folder.join("root"));
    let root = root.to_string_lossy();
    ask(
        server,
        &[
            "run",
            &plan,
            "--root",
            &root,
            "--run-id",
            "r",
            "--provider",
            "openai",
            "--model",
            "loopback",
            "--policy",
            policy,
        ],
    )
}

fn write(folder: &Path, policy: &str) -> String {
    let file = folder.join("policy.json");
    std::fs::write(&file, policy).expect("a policy");
    file.to_string_lossy().into_owned()
}

#[test]
fn a_paused_run_says_what_it_waits_for_and_goes_on_with_the_answer() {
    let folder = tempfile::tempdir().expect("a folder");
    let root = folder.path().join("root");
    let root = root.to_str().expect("text");
    let server = server();
    let policy = write(
        folder.path(),
        r#"{ "rules": [{ "label": "tests", "at_last": "ask" }],
             "targets": [{ "first_attempt": { "at_least": 95 } }, { "cost": { "at_most": 1000000000000 } }] }"#,
    );
    let paused = run(&server, folder.path(), &policy);
    assert_eq!(paused.code, Some(5), "{}", paused.stderr);
    for part in [
        "asks       A-1  attempt 1 of 3 failed (invalid, `tests`), so a person is asked",
        "put aside  A-1",
        "paused; a person has to decide:",
        "--answer 'A-1=retry'` goes on",
    ] {
        assert!(paused.stderr.contains(part), "{part}\n{}", paused.stderr);
    }
    assert!(paused.stdout.contains("1 verified"), "{}", paused.stdout);
    assert!(
        paused.stdout.contains("Targets\n  missed: 1 of 2 tasks"),
        "{}",
        paused.stdout
    );

    let status = ask(&server, &["status", "--root", root, "--json"]).json();
    assert_eq!(status["tasks"][0]["state"], "asking");
    assert_eq!(status["questions"][0]["task"], "A-1");
    let report = ask(&server, &["report", "--root", root]);
    assert!(
        report.stdout.contains("## Waiting for an answer"),
        "{}",
        report.stdout
    );
    assert!(report.stdout.contains("## Targets"), "{}", report.stdout);

    // An answer to what was not asked is refused, and nothing is begun.
    let wrong = ask(&server, &["resume", "--root", root, "--answer", "B-1=skip"]);
    assert_eq!(wrong.code, Some(2), "{}", wrong.stderr);
    assert!(
        wrong
            .stderr
            .contains("`B-1` does not wait for an answer; there are A-1"),
        "{}",
        wrong.stderr
    );
    let waits = ask(&server, &["resume", "--root", root]);
    assert_eq!(waits.code, Some(5), "{}", waits.stderr);

    let answer = "A-1=retry:only right is right";
    let done = ask(
        &server,
        &["resume", "--root", root, "--answer", answer, "--json"],
    );
    assert_eq!(done.code, Some(0), "{}", done.stderr);
    let summary = done.summary();
    assert_eq!(
        (&summary["verified"], &summary["waiting"]),
        (&Value::from(2), &Value::from(0))
    );
    assert_eq!(summary["targets"][0]["met"], false);
    assert_eq!(server.log().len(), 3);
}

#[test]
fn a_threshold_stops_the_run_with_its_reason_last() {
    let folder = tempfile::tempdir().expect("a folder");
    let server = server();
    let policy = write(
        folder.path(),
        r#"{ "thresholds": [{ "bound": { "share": { "of": { "label": "tests" }, "above": 10, "min_sample": 1 } }, "then": "abort" }] }"#,
    );
    let stopped = run(&server, folder.path(), &policy);
    assert_eq!(stopped.code, Some(1), "{}", stopped.stderr);
    let last = stopped.stderr.lines().last().unwrap_or_default();
    assert!(
        last.contains("tasks failed as `tests`, which is more than 10 %, so nothing more starts"),
        "{last}"
    );
}

#[test]
fn a_policy_that_cannot_be_is_refused_with_its_place_and_a_mend() {
    let folder = tempfile::tempdir().expect("a folder");
    let server = server();
    for (policy, parts) in [
        (
            "{\n  \"max_attempt\": 5\n}",
            &[":2:", "unknown field `max_attempt`", "docs/policies.md"][..],
        ),
        (
            "{\n  \"rules\": [{ \"label\": \"tests\",\n    \"measures\": [{ \"action\": \"retry\", \"swich\": \"x\" }] }]\n}",
            &["unknown field `swich`"],
        ),
        (
            "{ \"rules\": [{ \"label\": \"test\", \"at_last\": \"ask\" }] }",
            &[
                ":1:24:",
                "no failure of a run has the label `test`",
                "`guide` and `tests`",
            ],
        ),
        (
            "{ \"rules\": [{ \"measures\": [\n { \"action\": \"retry\", \"switch\": \"nobody\" }] }] }",
            &[
                ":2:33:",
                "switches to `nobody`, which is no provider",
                "--provider",
            ],
        ),
        (
            "{ \"targets\": [{ \"succeeded\": { \"at_least\": 101 } }] }",
            &[
                ":1:44:",
                "101 per cent is more than can ever be",
                "100 at the most",
            ],
        ),
        (
            // Neither another number nor another text is the place.
            "{ \"max_pauses\": 100,\n  \"rules\": [{ \"measures\": [{ \"action\": \"retry\", \"directive\": \"above: 100\" }] }],\n \
             \"thresholds\": [\n{ \"bound\": { \"share\": { \"of\": {}, \"above\" : 100, \"min_sample\": 1 } }, \"then\": \"abort\" }] }",
            &[":4:45:", "no share is ever above 100 per cent", "below 100"],
        ),
        (
            "{ \"rules\": [{ \"measures\": [{ \"action\": \"retry\", \"directive\": \"nobody\" },\n{ \"action\": \"retry\", \"switch\": \"nobody\" }] }] }",
            &[":2:32:", "switches to `nobody`"],
        ),
        (
            "{ \"rules\": [{ \"l\\u0061bel\": \"test\" }] }",
            &["policy.json: no failure of a run has the label `test`"],
        ),
        ("{ \"rules\": [", &[":1:", "EOF"]),
    ] {
        let file = write(folder.path(), policy);
        let refused = run(&server, folder.path(), &file);
        assert_eq!(refused.code, Some(6), "{policy}\n{}", refused.stderr);
        for part in parts {
            assert!(refused.stderr.contains(part), "{part}\n{}", refused.stderr);
        }
        assert!(refused.stderr.contains("policy.json"), "{}", refused.stderr);
    }
    let unknown = run(&server, folder.path(), "mitigate");
    assert_eq!(unknown.code, Some(6), "{}", unknown.stderr);
    assert!(
        unknown.stderr.contains("mitigation and three-tries"),
        "{}",
        unknown.stderr
    );
    assert!(
        !folder.path().join("root/.wavecrew").exists(),
        "nothing was begun"
    );
}

#[test]
fn a_named_policy_is_kept_for_the_sessions_after() {
    let folder = tempfile::tempdir().expect("a folder");
    let root = folder.path().join("root");
    let server = server();
    let first = run(&server, folder.path(), "three-tries");
    assert_eq!(first.code, Some(5), "{}", first.stderr);
    assert!(
        first.stderr.contains("run again  A-1  re-run 3"),
        "{}",
        first.stderr
    );
    assert_eq!(server.log().len(), 2, "re-runs are not paid for");
    let again = ask(&server, &["resume", "--root", root.to_str().expect("text")]);
    assert_eq!(again.code, Some(5), "{}", again.stderr);
}

#[test]
fn an_answer_about_a_task_that_is_not_to_be_done_any_more_is_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    let root = folder.path().join("root");
    let root = root.to_str().expect("text");
    let server = server();
    let policy = write(
        folder.path(),
        r#"{ "rules": [{ "label": "tests", "at_last": "ask" }] }"#,
    );
    let paused = run(&server, folder.path(), &policy);
    assert_eq!(paused.code, Some(5), "{}", paused.stderr);
    let done = PLAN.replacen("- estimate: 1h\n", "- estimate: 1h\n- status: done\n", 1);
    std::fs::write(folder.path().join("plan.md"), done).expect("written");
    let answer = ["resume", "--root", root, "--answer", "A-1=retry"];
    let refused = ask(&server, &answer);
    assert_eq!(refused.code, Some(2), "{}", refused.stderr);
    let told = "`A-1` does not wait for an answer any more (done); no task does";
    assert!(refused.stderr.contains(told), "{}", refused.stderr);
    let rest = ask(&server, &["resume", "--root", root]);
    assert_eq!(rest.code, Some(0), "{}", rest.stderr);
    let status = ask(&server, &["status", "--root", root, "--json"]).json();
    assert_eq!(status["questions"], serde_json::json!([]), "{status}");
}
