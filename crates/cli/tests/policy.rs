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
                "`guide`, `tests`, `declined`",
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
            "{ \"split_by\": \"magic\" }",
            &[":1:15:", "not split by `magic`", "`deliverable` or `model`"],
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

/// A plan of one task with two files, which a model that answers `talk` to it is to have split.
fn split(folder: &Path, server: &ModelServer, more: &[&str]) -> Ran {
    let plan = folder.join("plan.md");
    let text = "---\nwavecrew: 1\n---\n\n# Big\n\n## Tasks\n\n### A-1: Two files\n\n- files: one.txt, two.txt\n- estimate: 2h\n\n\
                #### Test process\n\n```sh\ngrep -q one one.txt\ngrep -q two two.txt\n```\n";
    std::fs::write(&plan, text).expect("a plan");
    let policy = write(
        folder,
        r#"{ "split_by": "model", "rules": [{ "label": "guide", "measures": [{ "action": "split" }] }] }"#,
    );
    let (plan, root) = (plan.to_string_lossy(), folder.join("root"));
    let root = root.to_string_lossy();
    let arguments = [
        "run", &plan, "--root", &root, "--run-id", "r", "--policy", &policy,
    ];
    let asked = ["--provider", "openai", "--model", "loopback", "--json"];
    ask(server, &[&arguments[..], &asked[..], more].concat())
}

/// Splits `A-1` by this answer; its parts are done well.
fn dividing(division: &'static str) -> ModelServer {
    let answer = move |task: &str, prompt: &str| match task {
        "about A-1" => division.to_owned(),
        "A-1" => "To do this, follow these steps.\n\nStep 1: make the files.\n".to_owned(),
        _ if prompt.contains("Deliver `one.txt`") => "```text one.txt\none\n```\n".to_owned(),
        _ => "```text two.txt\ntwo\n```\n".to_owned(),
    };
    ModelServer::start(answer, |_| Duration::ZERO)
}

const DIVISION: &str = r#"{ "task": "A-1", "parts": [
    { "id": "b", "title": "The second", "work": "Write two.", "files": ["two.txt"], "after": ["a"] },
    { "id": "a", "title": "The first", "work": "Write one.", "files": ["one.txt"], "after": [] } ] }"#;

#[test]
fn a_task_is_split_as_a_model_divides_it_and_that_is_told_and_paid_for() {
    let folder = tempfile::tempdir().expect("a folder");
    let server = dividing(DIVISION);
    server.uses(1000, 1000);
    let ran = split(folder.path(), &server, &["--budget-tokens", "999999"]);
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    assert!(
        ran.stderr.contains("A-1 is split as openai divides it"),
        "{}",
        ran.stderr
    );
    let summary = ran.summary();
    assert_eq!(summary["calls"], 4, "{summary}");
    assert_eq!(summary["budget"]["spent"]["tokens"], 8000);
    let log = server.log();
    let asked: Vec<&str> = log.iter().map(|asked| asked.task.as_str()).collect();
    assert_eq!(asked, ["A-1", "about A-1", "A-1/1", "A-1/2"]);

    // Another session knows what it cost.
    let root = folder.path().join("root");
    let root = root.to_str().expect("text");
    let status = ask(&server, &["status", "--root", root, "--json"]).json();
    assert_eq!(status["spent"]["calls"], 4, "{status}");
    assert_eq!(
        status["tasks"][0]["reason"],
        "split into A-1/1, A-1/2 (as openai divides it)"
    );
    let page = folder.path().join("root/.wavecrew/runs/r/PROGRESS.md");
    let page = std::fs::read_to_string(page).expect("it is written");
    assert!(page.contains("| no group | 2 of 2 | 0 | 0 | 0 |"), "{page}");
}

#[test]
fn whatever_a_division_took_is_known_to_later_sessions() {
    for (division, is_silent) in [("", false), ("", true), (DIVISION, true)] {
        let folder = tempfile::tempdir().expect("a folder");
        let server = dividing(division);
        server.uses(1000, 1000);
        if is_silent {
            server.is_silent_about_usage();
        }
        let more = ["--budget-tokens", "999999"];
        let ran = split(folder.path(), &server, &more);
        assert_eq!(ran.code, Some(0), "{}", ran.stderr);
        let summary = ran.summary();
        let root = folder.path().join("root");
        let root = root.to_str().expect("text");
        let status = ask(&server, &["status", "--root", root, "--json"]).json();
        assert_eq!(status["spent"]["calls"], server.log().len(), "{status}");
        assert_eq!(status["spent"]["calls"], summary["calls"], "{status}");
        let tokens = &summary["budget"]["spent"]["tokens"];
        assert_eq!(&status["spent"]["tokens"], tokens, "{status}");
    }
}

#[test]
fn an_answer_that_is_no_division_splits_by_deliverable_with_its_reason() {
    for (division, why) in [
        ("Let us begin with the first file.", "expected value"),
        (r#"{ "task": "A-1", "parts": [] }"#, "fewer than two parts"),
        (
            r#"{ "task": "A-1", "parts": [
                { "id": "a", "title": "All", "work": "All of it.", "files": ["one.txt"], "after": [] },
                { "id": "b", "title": "More", "work": "More.", "files": ["../three.txt"], "after": [] } ] }"#,
            "not the task's",
        ),
    ] {
        let folder = tempfile::tempdir().expect("a folder");
        let server = dividing(division);
        let ran = split(folder.path(), &server, &[]);
        assert_eq!(ran.code, Some(0), "{}", ran.stderr);
        let told = "A-1 is split by deliverable: the answer of openai cannot be used: ";
        let told = ran
            .stderr
            .split(told)
            .nth(1)
            .and_then(|rest| rest.lines().next());
        assert!(
            told.is_some_and(|told| told.contains(why)),
            "{why}: {}",
            ran.stderr
        );
        assert_eq!(ran.summary()["calls"], 4);
    }
    // A budget that ends there ends the run, and says so.
    let folder = tempfile::tempdir().expect("a folder");
    let ran = split(folder.path(), &dividing(DIVISION), &["--budget-calls", "1"]);
    assert_eq!(ran.code, Some(4), "{}", ran.stderr);
    assert!(
        ran.stderr.contains("is split by deliverable: "),
        "{}",
        ran.stderr
    );
}
