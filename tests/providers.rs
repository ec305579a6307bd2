//! A plan done by servers that speak the two protocols, and by rules when both are down.

mod support;

use std::collections::HashMap;

use support::server::{Protocol, Server, dead_address};
use wavecrew::exec::Control;
use wavecrew::worker_spec::{Document, read};
use wavecrew::{
    GraphOptions, PlanGraph, RunOptions, RunReport, Session, TaskEnd, graph, provider_chain,
};

/// Two workers; the second reads what the first wrote.
const SPECS: [&str; 2] = [
    "\
# WORKER_001: Say where we are

## 1. DELIVERABLES

- [ ] Create file: `place.txt`

## 2. SUCCESS_CRITERIA

- [ ] The first line of `place.txt` is `Skerry Point`

## 6. TEST_PROCESS

```sh
grep -qx 'Skerry Point' place.txt
```
",
    "\
# WORKER_002: Greet the place

## 1. DELIVERABLES

- [ ] Create file: `greet.sh`

## 2. SUCCESS_CRITERIA

- [ ] `greet.sh` starts with `#!/bin/sh`
- [ ] All tests pass

## 4. DEPENDENCIES

- WORKER_001 complete

## 6. TEST_PROCESS

```sh
test \"$(sh greet.sh)\" = 'Greetings from Skerry Point'
```
",
];

const PLACE: &str = "```text place.txt\nSkerry Point\n```\n";
const GREET: &str = "```sh greet.sh\n#!/bin/sh\necho \"Greetings from $(cat place.txt)\"\n```\n";

fn answers() -> HashMap<&'static str, &'static str> {
    HashMap::from([("Task WORKER_001", PLACE), ("Task WORKER_002", GREET)])
}

fn plan() -> PlanGraph {
    let documents: Vec<Document> = SPECS
        .iter()
        .enumerate()
        .map(|(index, text)| Document::new(format!("WORKER_{:03}.md", index + 1), *text))
        .collect();
    let parsed = read(&documents);
    assert!(!parsed.has_errors(), "{:#?}", parsed.diagnostics);
    graph(&parsed.value, GraphOptions::default()).expect("no cycle")
}

/// Runs the plan with these providers and these variables.
async fn run(providers: &[&str], vars: &[(&str, &str)]) -> RunReport {
    let names: Vec<String> = providers.iter().map(|name| (*name).to_owned()).collect();
    let lookup = |name: &str| {
        vars.iter()
            .find(|(known, _)| *known == name)
            .map(|(_, value)| (*value).to_owned())
    };
    let provider = provider_chain(&names, lookup).expect("the variables are right");
    let folder = tempfile::tempdir().unwrap();
    let graph = plan();
    let options = RunOptions {
        providers: names,
        model: Some("small-1".into()),
        ..RunOptions::default()
    };
    let mut session = Session::create(folder.path(), None, &graph, options).unwrap();
    session
        .run(&graph, provider, Control::new(), |_| {})
        .await
        .unwrap()
}

fn assert_verified(report: &RunReport, by: &str) {
    assert_eq!(report.count(TaskEnd::Verified), 2, "{report:#?}");
    assert!(
        report.tasks.iter().all(|task| task.reason.contains(by)),
        "{report:#?}"
    );
}

#[tokio::test]
async fn an_openai_compatible_server_completes_a_plan() {
    let server = Server::start(Protocol::OpenAi, answers()).await;
    let report = run(
        &["openai"],
        &[
            ("OPENAI_BASE_URL", &format!("{}/v1", server.address)),
            ("OPENAI_API_KEY", "sk-test-1234567890"),
        ],
    )
    .await;
    assert_verified(&report, "openai");
    assert_eq!(report.calls, 2);
    assert_eq!(server.asked().len(), 2);
    assert_eq!(report.cost_nano_usd, None, "no price is known");
}

#[tokio::test]
async fn a_server_that_speaks_ollamas_protocol_completes_a_plan() {
    let server = Server::start(Protocol::Ollama, answers()).await;
    let report = run(&["ollama"], &[("OLLAMA_HOST", &server.address)]).await;
    assert_verified(&report, "ollama");
    assert_eq!(server.asked().len(), 2);
}

#[tokio::test]
async fn with_both_servers_down_rules_do_the_work_and_it_is_marked_so() {
    let (openai, ollama) = (dead_address(), dead_address());
    let report = run(
        &["openai", "ollama", "heuristic"],
        &[
            ("OPENAI_BASE_URL", &openai),
            ("OPENAI_API_KEY", "sk-test-1234567890"),
            ("OLLAMA_HOST", &ollama),
        ],
    )
    .await;
    let first = &report.tasks[0];
    assert_eq!(first.end, TaskEnd::Verified, "{report:#?}");
    assert!(
        first.reason.contains("by rule, fallback"),
        "{}",
        first.reason
    );
    assert!(
        report.calls > 2,
        "the dead servers were tried: {}",
        report.calls
    );
}

#[tokio::test]
async fn when_only_one_server_is_down_the_other_does_the_work() {
    let server = Server::start(Protocol::Ollama, answers()).await;
    let report = run(
        &["openai", "ollama", "heuristic"],
        &[
            ("OPENAI_BASE_URL", &dead_address()),
            ("OPENAI_API_KEY", "sk-test-1234567890"),
            ("OLLAMA_HOST", &server.address),
        ],
    )
    .await;
    assert_verified(&report, "ollama");
}
