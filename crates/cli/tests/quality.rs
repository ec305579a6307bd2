//! `check --quality`, and specs that are refused.

mod support;

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpListener;
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use support::{Ran, program, repository};

const SHELL: &str = "# WORKER_001: Something\n\n## DELIVERABLES\n\n- [ ] Create file: `a.txt`\n- as discussed\n\n## SUCCESS_CRITERIA\n\n- it works\n";

fn ran(command: &mut Command) -> Ran {
    command.output().expect("the program can be started").into()
}

fn shell() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("WORKER_001.md"), SHELL).expect("a file");
    folder
}

#[test]
fn scores_are_a_table_with_the_worst_first() {
    let folder = shell();
    let ran = ran(program()
        .args(["check", "--quality", &repository("examples/plans/harbour")])
        .arg(folder.path()));
    let rows: Vec<&str> = ran
        .stdout
        .lines()
        .filter(|line| line.contains("WORKER_"))
        .collect();
    assert_eq!(rows.len(), 14, "{}", ran.stdout);
    let scores: Vec<u8> = rows
        .iter()
        .map(|row| {
            row.split_whitespace()
                .next()
                .expect("a cell")
                .parse()
                .expect("a score")
        })
        .collect();
    assert!(scores.is_sorted(), "{scores:?}");
}

#[test]
fn json_has_scores_reasons_and_places() {
    let folder = shell();
    let ran = ran(program()
        .args(["check", "--quality", "--json"])
        .arg(folder.path()));
    let value = ran.json();
    let quality = &value["quality"][0];
    assert_eq!(quality["task"], "WORKER_001");
    assert_eq!(quality["judged_by"], "rules");
    assert!(
        quality["overall"].as_u64().expect("a score") < 40,
        "{quality}"
    );
    let sections = quality["sections"].as_array().expect("sections");
    let boundaries = sections
        .iter()
        .find(|section| section["section"] == "BOUNDARIES");
    assert_eq!(boundaries.expect("every section is scored")["score"], 0);
    let reasons = quality["reasons"].as_array().expect("reasons");
    let criteria = reasons
        .iter()
        .find(|reason| reason["rule"] == "criteria-results");
    assert_eq!(criteria.expect("a reason")["places"][0]["line"], 10);
    let without = program_json(&["check", "--json"], &folder);
    assert!(without.get("quality").is_none());
}

fn program_json(arguments: &[&str], folder: &tempfile::TempDir) -> serde_json::Value {
    ran(program().args(arguments).arg(folder.path())).json()
}

#[test]
fn a_spec_below_the_threshold_is_refused_by_check_and_by_run() {
    let folder = shell();
    let root = tempfile::tempdir().expect("a folder");
    let refused = ran(program()
        .args(["check", "--min-quality", "60"])
        .arg(folder.path()));
    assert_eq!(refused.code, Some(3), "{}", refused.stderr);
    for said in [
        "WC1201",
        "at least 60",
        "no criterion names a value",
        "WORKER_001.md:8",
    ] {
        assert!(refused.stderr.contains(said), "{said}: {}", refused.stderr);
    }
    let refused = ran(program()
        .args(["run", "--min-quality", "60", "--root"])
        .arg(root.path())
        .arg(folder.path()));
    assert_eq!(refused.code, Some(3), "{}", refused.stderr);
    assert!(refused.stderr.contains("WC1201"), "{}", refused.stderr);
    assert!(
        !root.path().join(".wavecrew").exists(),
        "nothing was started"
    );
    let passed = ran(program()
        .args(["check", "--min-quality", "5"])
        .arg(folder.path()));
    assert_eq!(passed.code, Some(0), "{}", passed.stderr);
}

#[test]
fn a_judge_that_cannot_be_asked_is_a_matter_of_configuration() {
    let folder = shell();
    let ran = ran(program()
        .args(["check", "--judge", "openai"])
        .arg(folder.path()));
    assert_eq!(ran.code, Some(6), "{}", ran.stderr);
}

/// A task list is no worker spec that lacks everything.
#[test]
fn tasks_without_a_spec_are_not_judged_as_if_they_had_one() {
    let lists = [
        (
            "tasks.md",
            "# Tasks: Tide tables\n\n## Phase 1: Setup\n\n- [ ] T001 Create `src/tides.py`\n- [ ] T002 [P] Write tests in `tests/test_tides.py`\n- [x] T003 Pick a name\n",
        ),
        (
            "plan.md",
            "# Move\n\n| Task | Duration | Depends on |\n|---|---|---|\n| Pack | 4h | None |\n| Go | 2h | Pack |\n",
        ),
    ];
    for (name, text) in lists {
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::write(folder.path().join(name), text).expect("a file");
        let ran = ran(program()
            .args(["check", "--min-quality", "100", "--json"])
            .arg(folder.path()));
        assert_eq!(ran.code, Some(0), "{name}: {}", ran.stdout);
        let value = ran.json();
        assert_eq!(value["quality"], serde_json::json!([]), "{name}");
        // That they pass unseen is said.
        let diagnostics = value["diagnostics"].as_array().expect("diagnostics");
        let told = diagnostics.iter().find(|found| found["code"] == "WC1202");
        let message = told.expect("a warning")["message"].as_str().expect("text");
        assert!(
            message.starts_with("2 of 2 tasks have no worker spec"),
            "{message}"
        );
    }
}

/// Specs of our own form are held to what that form asks for.
#[test]
fn the_first_plan_scores_well() {
    let folder = tempfile::tempdir().expect("a folder");
    let made = ran(program().arg("init").arg(folder.path()));
    assert_eq!(made.code, Some(0), "{}", made.stderr);
    let value = program_json(&["check", "--quality", "--json"], &folder);
    let quality = value["quality"].as_array().expect("scores");
    assert!(quality.len() > 2);
    for quality in quality {
        assert_eq!(quality["completeness"], 100, "{quality}");
        assert!(
            quality["overall"].as_u64().expect("a score") >= 65,
            "{quality}"
        );
    }
}

#[test]
fn a_plan_of_both_is_held_where_there_is_a_spec() {
    let folder = shell();
    let list = "# Tasks\n\n## Phase 1: Setup\n\n- [ ] T001 Create `src/tides.py`\n";
    std::fs::write(folder.path().join("tasks.md"), list).expect("a file");
    let ran = ran(program()
        .args(["check", "--min-quality", "60", "--json"])
        .arg(folder.path()));
    assert_eq!(ran.code, Some(3), "{}", ran.stdout);
    let diagnostics = ran.json()["diagnostics"].clone();
    let codes: Vec<&str> = diagnostics
        .as_array()
        .expect("diagnostics")
        .iter()
        .filter_map(|found| found["code"].as_str())
        .filter(|code| code.starts_with("WC12"))
        .collect();
    assert_eq!(codes, ["WC1201", "WC1202"]);
}

#[test]
fn a_spec_whose_work_is_done_is_not_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    let done = SHELL.replace("\n\n## DELIV", "\n\n**Status:** COMPLETED\n\n## DELIV");
    std::fs::write(folder.path().join("WORKER_001.md"), done).expect("a file");
    let ran = ran(program()
        .args(["check", "--min-quality", "60"])
        .arg(folder.path()));
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
}

#[test]
fn a_judge_of_a_run_needs_a_threshold() {
    let folder = shell();
    let root = tempfile::tempdir().expect("a folder");
    let ran = ran(program()
        .args(["run", "--judge", "ollama", "--root"])
        .arg(root.path())
        .arg(folder.path()));
    assert_eq!(ran.code, Some(2), "{}", ran.stderr);
}

/// Answers every request with one chat message, in the protocol of Ollama, and counts them.
fn model(answer: &str) -> (String, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("loopback has a free port");
    let address = format!("http://{}", listener.local_addr().expect("it is bound"));
    let calls = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&calls);
    let message = serde_json::json!({ "role": "assistant", "content": answer });
    let reply = serde_json::json!({ "model": "small", "created_at": "2026-01-01T00:00:00Z", "message": message, "done": true, "done_reason": "stop", "prompt_eval_count": 3, "eval_count": 4 }).to_string();
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let mut reader = BufReader::new(&stream);
            let (mut line, mut length) = (String::new(), 0);
            while reader.read_line(&mut line).is_ok_and(|read| read > 2) {
                if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
                    length = value.trim().parse().expect("a length");
                }
                line.clear();
            }
            let mut body = vec![0; length];
            reader.read_exact(&mut body).expect("a body");
            counted.fetch_add(1, Ordering::SeqCst);
            let head = format!(
                "HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n",
                reply.len()
            );
            (&stream)
                .write_all((head + &reply).as_bytes())
                .expect("the program reads");
        }
    });
    (address, calls)
}

const GOOD: &str = "# WORKER_002: Greeting

## DELIVERABLES

- [ ] Create file: `bin/greet.sh`
- `greet.sh NAME` prints `Hello, NAME!`; without a name it exits with 2

## SUCCESS_CRITERIA

- [ ] `greet.sh Ada` prints `Hello, Ada!`
- [ ] `greet.sh` without a name exits with 2
- [ ] `greet.sh Ada Bea` exits with 2

## BOUNDARIES

- **CAN create:** `bin/greet.sh`

## TEST_PROCESS

```bash
test \"$(sh bin/greet.sh Ada)\" = 'Hello, Ada!'
sh bin/greet.sh; test $? -eq 2
```
";

const LOW: &str = r#"{"task": "WORKER_002", "clarity": 30, "completeness": 20, "coherence": 40, "testability": 20, "findings": [
    {"aspect": "clarity", "section": "DELIVERABLES", "message": "what two names give is left open"},
    {"aspect": "completeness", "section": "MITIGATION", "message": "nothing says what to do when it fails"},
    {"aspect": "coherence", "section": "TEST_PROCESS", "message": "the third criterion is not tested"},
    {"aspect": "testability", "section": "TEST_PROCESS", "message": "two names are not tried"}]}"#;

#[test]
fn a_model_is_asked_and_what_it_says_is_shown() {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("WORKER_002.md"), GOOD).expect("a file");
    let check = |answer: &str| {
        let (address, calls) = model(answer);
        let ran = ran(program()
            .args(["check", "--judge", "ollama", "--judge-model", "small"])
            .args(["--min-quality", "50", "--json"])
            .arg(folder.path())
            .env("OLLAMA_HOST", address));
        (ran, calls.load(Ordering::SeqCst))
    };
    let (judged, calls) = check(LOW);
    assert_eq!((judged.code, calls), (Some(3), 1), "{}", judged.stderr);
    let quality = judged.json()["quality"][0].clone();
    assert_eq!(quality["judged_by"], "ollama");
    assert_eq!(quality["overall"], 27, "{quality}");
    assert_eq!(quality["findings"][0]["place"]["line"], 3);
    assert_eq!(quality["why_rules"], serde_json::Value::Null);
    // Neither garbage nor a refusal is a judgement: the rules judge, and it is said.
    for answer in ["I cannot judge this.", "{\"clarity\": 100}", ""] {
        let (ran, calls) = check(answer);
        assert_eq!(ran.code, Some(0), "{answer}: {}", ran.stderr);
        // What came without any text is paid for, and would come so again.
        assert_eq!(calls, if answer.is_empty() { 1 } else { 2 }, "{answer}");
        let quality = ran.json()["quality"][0].clone();
        assert_eq!(quality["judged_by"], "rules");
        assert!(quality["why_rules"].is_string(), "{quality}");
        assert!(
            ran.stderr.contains("is judged by the rules"),
            "{}",
            ran.stderr
        );
    }
}

#[test]
fn no_model_is_asked_about_a_plan_that_the_rules_refuse() {
    let folder = shell();
    std::fs::write(folder.path().join("WORKER_002.md"), GOOD).expect("a file");
    let root = tempfile::tempdir().expect("a folder");
    let (address, calls) = model(LOW);
    let run = |least: &str| {
        ran(program()
            .args(["run", "--judge", "ollama", "--min-quality", least])
            .args(["--judge-model", "small", "--root"])
            .arg(root.path())
            .arg(folder.path())
            .env("OLLAMA_HOST", &address))
    };
    let refused = run("40");
    assert_eq!(refused.code, Some(3), "{}", refused.stderr);
    assert_eq!(calls.load(Ordering::SeqCst), 0);
    // Without the bad one a model may refuse the other.
    std::fs::remove_file(folder.path().join("WORKER_001.md")).expect("the file");
    let refused = run("40");
    assert_eq!(refused.code, Some(3), "{}", refused.stderr);
    assert_eq!(calls.load(Ordering::SeqCst), 1);
    assert!(
        refused.stderr.contains("1 call to judge 1 worker spec"),
        "{}",
        refused.stderr
    );
    assert!(
        !root.path().join(".wavecrew").exists(),
        "nothing was started"
    );
}

const FINE: &str = r#"{"task": "WORKER_002", "clarity": 100, "completeness": 90, "coherence": 100, "testability": 100, "findings": [
    {"aspect": "completeness", "section": "MITIGATION", "message": "nothing says what to do when it fails"}]}"#;

#[test]
fn a_judge_without_a_run_has_a_budget_of_its_own() {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("WORKER_002.md"), GOOD).expect("a file");
    let check = |more: &[&str]| {
        let (address, calls) = model("I cannot judge this.");
        let ran = ran(program()
            .args(["check", "--judge", "ollama", "--judge-model", "small"])
            .args(more)
            .arg(folder.path())
            .env("OLLAMA_HOST", address));
        (ran, calls.load(Ordering::SeqCst))
    };
    let (ran, calls) = check(&["--budget-calls", "1"]);
    assert_eq!((ran.code, calls), (Some(0), 1), "{}", ran.stderr);
    assert!(
        ran.stderr.contains("is judged by the rules"),
        "{}",
        ran.stderr
    );
    let (ran, calls) = check(&["--budget", "0.001", "--price", "small=1/1"]);
    assert_eq!((ran.code, calls), (Some(0), 0), "{}", ran.stderr);
    let (ran, calls) = check(&["--budget", "1"]);
    assert_eq!((ran.code, calls), (Some(6), 0), "{}", ran.stderr);
    assert!(
        ran.stderr.contains("the price is not known of `small`"),
        "{}",
        ran.stderr
    );
}

#[test]
fn a_judge_spends_of_the_budget_of_the_run() {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("WORKER_002.md"), GOOD).expect("a file");
    let (address, calls) = model(FINE);
    let root = folder.path().join("root");
    let wavecrew = |arguments: &[&str]| {
        ran(program()
            .args(arguments)
            .arg("--root")
            .arg(&root)
            .env("OLLAMA_HOST", &address))
    };
    let run = |more: &[&str]| {
        let folder = folder.path().to_str().expect("text");
        let judged = [
            "--judge",
            "ollama",
            "--judge-model",
            "small",
            "--min-quality",
            "40",
        ];
        let how = [
            "--provider",
            "ollama",
            "--model",
            "small",
            "--attempts",
            "1",
        ];
        wavecrew(&[&["run", folder], &judged[..], &how[..], more].concat())
    };
    let count = || calls.swap(0, Ordering::SeqCst);
    // A price that is not known is told before anybody is asked.
    let unknown = run(&["--budget", "1"]);
    assert_eq!((unknown.code, count()), (Some(6), 0), "{}", unknown.stderr);
    assert!(
        unknown.stderr.contains("`small` of ollama"),
        "{}",
        unknown.stderr
    );
    // The judge has the only call.
    let stopped = run(&["--budget-calls", "1"]);
    assert_eq!((stopped.code, count()), (Some(4), 1), "{}", stopped.stderr);
    assert!(
        stopped.stderr.contains("spent 1 of 1 calls"),
        "{}",
        stopped.stderr
    );
    let status = wavecrew(&["status", "--json"]).json();
    let figures = ["calls", "tokens"].map(|figure| status["judged"][figure].as_u64());
    assert_eq!(figures, [Some(1), Some(7)], "{status}");
    let page = wavecrew(&["report"]).stdout;
    assert!(
        page.contains("Judging the specs took 1 call and 7 tokens"),
        "{page}"
    );
    // Another session knows of it.
    let again = wavecrew(&["resume"]);
    assert_eq!((again.code, count()), (Some(4), 0), "{}", again.stderr);
    let more = wavecrew(&["resume", "--budget-calls", "2"]);
    assert_eq!((more.code, count()), (Some(1), 1), "{}", more.stderr);
    // Where nothing is left for it, the rules judge, and nothing is asked in the run either.
    let none = run(&["--budget-calls", "0"]);
    assert_eq!((none.code, count()), (Some(4), 0), "{}", none.stderr);
    assert!(
        none.stderr.contains("WORKER_002 is judged by the rules"),
        "{}",
        none.stderr
    );
}

#[test]
fn a_judge_is_asked_with_the_model_of_the_run_and_for_no_run_that_cannot_begin() {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("WORKER_002.md"), GOOD).expect("a file");
    let (address, calls) = model(FINE);
    let root = folder.path().join("root");
    let run = |more: &[&str]| {
        ran(program()
            .args(["run", "--provider", "heuristic", "--run-id", "r"])
            .args(["--judge", "ollama", "--min-quality", "40", "--root"])
            .arg(&root)
            .arg(folder.path())
            .args(more)
            .env("OLLAMA_HOST", &address))
    };
    let nameless = run(&[]);
    assert_eq!(nameless.code, Some(6), "{}", nameless.stderr);
    let told = "no model is named for ollama";
    assert!(nameless.stderr.contains(told), "{}", nameless.stderr);
    let named = run(&["--model", "small"]);
    assert_eq!(calls.swap(0, Ordering::SeqCst), 1, "{}", named.stderr);
    assert!(!named.stderr.contains("no model is named"));
    assert!(root.join(".wavecrew/runs/r").exists(), "{}", named.stderr);
    let again = run(&["--model", "small"]);
    assert_eq!(again.code, Some(6), "{}", again.stderr);
    assert!(again.stderr.contains("exists"), "{}", again.stderr);
    assert_eq!(calls.load(Ordering::SeqCst), 0, "nobody was asked");
}
