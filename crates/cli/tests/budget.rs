//! What a run may spend.

mod support;

use std::path::Path;
use std::time::Duration;

use support::crowd::{self, Crowd};
use support::model_server::ModelServer;
use support::{Ran, program};

/// Six tasks one after the other, none of which a test tells apart.
const CHAIN: Crowd = Crowd {
    tasks: 6,
    width: 1,
    tested: 1000,
};

fn good() -> ModelServer {
    ModelServer::start(|task, _| crowd::answer(task), |_| Duration::ZERO)
}

fn ask(server: &ModelServer, arguments: &[&str]) -> Ran {
    let mut program = program();
    program.env("OPENAI_BASE_URL", server.url());
    let output = program.args(arguments).output().expect("it starts");
    output.into()
}

fn run(server: &ModelServer, crowd: Crowd, root: &Path, more: &[&str]) -> Ran {
    let plan = crowd.write(root.parent().expect("a folder above"));
    let mut arguments = vec!["run", plan.to_str().expect("text"), "--run-id", "r"];
    arguments.extend([
        "--root",
        root.to_str().expect("text"),
        "--provider",
        "openai",
    ]);
    arguments.extend(["--model", "loopback", "--accept-unchecked", "--json"]);
    arguments.extend(more);
    ask(server, &arguments)
}

fn resume(server: &ModelServer, root: &Path, more: &[&str]) -> Ran {
    let mut arguments = vec!["resume", "r", "--root", root.to_str().expect("text")];
    arguments.extend(["--accept-unchecked", "--json"]);
    arguments.extend(more);
    ask(server, &arguments)
}

#[test]
fn a_run_stops_when_its_money_is_spent_and_goes_on_with_more() {
    let folder = tempfile::tempdir().expect("a folder");
    let root = folder.path().join("root");
    let server = good();
    // Two cents for each answer; up to another two are reserved before.
    server.uses(10_000, 10_000);
    let price = ["--price", "loop*=1/1"];
    let stopped = run(
        &server,
        CHAIN,
        &root,
        &[&price[..], &["--budget", "0.07"]].concat(),
    );
    assert_eq!(stopped.code, Some(4), "{}", stopped.stderr);
    assert!(
        stopped
            .stderr
            .contains("spent $0.06 of $0.07; 3 tasks are left"),
        "{}",
        stopped.stderr
    );
    let summary = stopped.summary();
    assert_eq!(
        (&summary["failed"], &summary["skipped"]),
        (&0.into(), &0.into())
    );
    assert_eq!(summary["cancelled"], 3);
    assert_eq!(summary["budget"]["spent"]["cost"], 0.06);
    assert_eq!(server.log().len(), 3);

    let ask_of = |command: &str| {
        let root = root.to_str().expect("text");
        ask(&server, &[command, "r", "--root", root]).stdout
    };
    for (command, line) in [("status", "\nstopped: "), ("report", "\nStopped: ")] {
        let told = ask_of(command);
        let line = told.split(line).nth(1).and_then(|rest| rest.lines().next());
        assert!(line.is_some_and(|line| line.contains("budget")), "{told}");
    }

    // What is spent stays spent, and the price stays known.
    let again = resume(&server, &root, &[]);
    assert_eq!(again.code, Some(4), "{}", again.stderr);
    assert_eq!(server.log().len(), 3, "nothing more is asked");

    let done = resume(&server, &root, &["--budget", "1"]);
    assert_eq!(done.code, Some(0), "{}", done.stderr);
    assert_eq!(
        server.log().len(),
        6,
        "what was paid for is not asked for again"
    );
    assert!(
        !ask_of("status").contains("stopped: "),
        "it went on to its end"
    );
    assert_eq!(done.summary()["budget"]["spent"]["cost"], 0.12);
}

#[test]
fn a_policy_does_not_hold_on_to_a_budget_that_was_raised() {
    let folder = tempfile::tempdir().expect("a folder");
    let root = folder.path().join("root");
    let server = good();
    server.uses(10_000, 10_000);
    let how = ["--price", "loop*=1/1", "--policy", "mitigation"];
    let how = [&how[..], &["--budget", "0.07"]].concat();
    let stopped = run(&server, CHAIN, &root, &how);
    assert_eq!(stopped.code, Some(4), "{}", stopped.stderr);
    assert_eq!(server.log().len(), 3);
    let done = resume(&server, &root, &["--budget", "1"]);
    assert_eq!(done.code, Some(0), "{}", done.stderr);
    assert_eq!(server.log().len(), 6);
}

#[test]
fn calls_at_the_same_time_do_not_overspend() {
    let folder = tempfile::tempdir().expect("a folder");
    let root = folder.path().join("root");
    let server = ModelServer::start(|task, _| crowd::answer(task), |_| Duration::from_millis(30));
    let wide = Crowd {
        tasks: 30,
        width: 30,
        tested: 1000,
    };
    let stopped = run(
        &server,
        wide,
        &root,
        &["--workers", "16", "--budget-calls", "10"],
    );
    assert_eq!(stopped.code, Some(4), "{}", stopped.stderr);
    assert_eq!(server.log().len(), 10);
    assert_eq!(
        stopped.summary()["not_checked"],
        10,
        "what was under way has ended"
    );
    let done = resume(&server, &root, &["--budget-calls", "30"]);
    assert_eq!(done.code, Some(0), "{}", done.stderr);
    assert_eq!(server.log().len(), 30);
}

#[test]
fn every_limit_that_may_be_used_up_is_named_by_its_flag() {
    let folder = tempfile::tempdir().expect("a folder");
    let server = good();
    let stopped = |root: &str, limits: &[&str]| {
        let root = folder.path().join(root);
        let price = ["--price", "loop*=1/1"];
        let ran = run(&server, CHAIN, &root, &[&price[..], limits].concat());
        assert_eq!(ran.code, Some(4), "{}", ran.stderr);
        ran.stderr
    };
    let one = stopped("one", &["--budget-calls", "2"]);
    assert!(one.contains("--budget-calls N` with more goes on"), "{one}");
    assert!(!one.contains("--budget DOLLARS"), "{one}");
    let all = [
        "--budget",
        "5",
        "--budget-tokens",
        "9999999",
        "--budget-calls",
        "2",
    ];
    let several = stopped("several", &all);
    let flags = "goes on from here: `--budget DOLLARS`, `--budget-tokens N`, `--budget-calls N`";
    assert!(several.contains(flags), "{several}");
    assert!(several.contains("not enough calls"), "{several}");
}

#[test]
fn an_empty_purse_is_not_made_up_for_by_rules() {
    let folder = tempfile::tempdir().expect("a folder");
    let root = folder.path().join("root");
    let server = good();
    let plan = CHAIN.write(folder.path());
    let arguments = [
        "run",
        plan.to_str().expect("text"),
        "--root",
        root.to_str().expect("text"),
    ];
    let more = [
        "--provider",
        "openai,heuristic",
        "--model",
        "m",
        "--budget-calls",
        "2",
        "--json",
    ];
    let ran = ask(&server, &[&arguments[..], &more[..]].concat());
    assert_eq!(ran.code, Some(4), "{}", ran.stderr);
    let summary = ran.summary();
    assert_eq!(summary["cancelled"], 4);
    assert_eq!(summary["providers"][0]["answers"], 2);
    assert_eq!(summary["providers"][1]["provider"], "heuristic");
    assert_eq!(summary["providers"][1]["answers"], 0);
}

#[test]
fn refused_answers_stay_paid_for() {
    let folder = tempfile::tempdir().expect("a folder");
    let root = folder.path().join("root");
    let server = ModelServer::start(|_, _| "No file at all.".to_owned(), |_| Duration::ZERO);
    let one = Crowd { tasks: 1, ..CHAIN };
    let failed = run(&server, one, &root, &["--budget-calls", "4"]);
    assert_eq!(failed.code, Some(1), "{}", failed.stderr);
    assert_eq!(server.log().len(), 3);
    let stopped = resume(&server, &root, &[]);
    assert_eq!(stopped.code, Some(4), "{}", stopped.stderr);
    assert_eq!(server.log().len(), 4, "one call was left");
    assert_eq!(stopped.summary()["budget"]["spent"]["calls"], 4);
}

#[test]
fn tokens_are_bounded_too() {
    let folder = tempfile::tempdir().expect("a folder");
    let root = folder.path().join("root");
    let server = good();
    server.uses(20_000, 20_000);
    let stopped = run(&server, CHAIN, &root, &["--budget-tokens", "90000"]);
    assert_eq!(stopped.code, Some(4), "{}", stopped.stderr);
    assert_eq!(server.log().len(), 2);
    assert!(
        stopped.stderr.contains("80000 of 90000 tokens"),
        "{}",
        stopped.stderr
    );
    assert!(
        stopped.stderr.contains("--budget-tokens"),
        "{}",
        stopped.stderr
    );
}

#[test]
fn money_is_not_spent_at_a_price_that_nobody_knows() {
    let folder = tempfile::tempdir().expect("a folder");
    let root = folder.path().join("root");
    let server = good();
    let refused = run(&server, CHAIN, &root, &["--budget", "1"]);
    assert_eq!(refused.code, Some(6), "{}", refused.stderr);
    assert!(
        refused.stderr.contains("--price 'loopback=IN/OUT'"),
        "{}",
        refused.stderr
    );
    assert!(!root.join(".wavecrew").exists(), "no run was begun");
    assert_eq!(server.log().len(), 0);
    let allowed = run(
        &server,
        CHAIN,
        &root,
        &["--budget", "1", "--allow-unknown-prices"],
    );
    assert_eq!(allowed.code, Some(0), "{}", allowed.stderr);
    assert_eq!(server.log().len(), 6);

    // Rules cost nothing.
    let plan = CHAIN.write(folder.path());
    let root = folder.path().join("other");
    let arguments = [
        "run",
        plan.to_str().expect("text"),
        "--root",
        root.to_str().expect("text"),
    ];
    let ran = ask(&server, &[&arguments[..], &["--budget", "1"]].concat());
    assert_ne!(ran.code, Some(6), "{}", ran.stderr);
}

#[test]
fn sums_and_prices_that_make_no_sense_are_refused() {
    for (flag, value) in [
        ("--budget", "fifteen"),
        ("--budget", "-1"),
        ("--budget-calls", "x"),
        ("--price", "2.50/10"),
        ("--price", "m=2.50"),
        ("--price", "m=a/b"),
        ("--requests-per-minute", "0"),
        ("--tokens-per-minute", "openai="),
        ("--provider", "openai=x"),
        ("--provider", "opnai"),
        ("--requests-per-minute", "opnai=5"),
    ] {
        let server = good();
        let argument = format!("{flag}={value}");
        let ran = ask(&server, &["run", "no-such-plan.md", &argument]);
        let plan = support::repository("examples/plans/tides.md");
        let ran = match ran.code {
            Some(2) => ran,
            _ => ask(&server, &["run", &plan, "--simulate", &argument]),
        };
        assert_eq!(ran.code, Some(2), "{argument}: {}", ran.stderr);
    }
}
