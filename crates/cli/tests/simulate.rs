//! `wavecrew run --simulate`.

mod support;

use serde_json::Value;
use support::{repository, shared, wavecrew};

fn simulated(arguments: &[&str]) -> Value {
    let ran = wavecrew(arguments);
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    serde_json::from_str(&ran.stdout).expect("one JSON value")
}

#[test]
fn a_run_without_refusals_takes_what_the_plan_takes_with_enough_workers() {
    let plan = repository("examples/plans/tides.md");
    let planned = simulated(&["plan", &plan, "--workers", "100", "--json"]);
    let run = simulated(&["run", &plan, "--simulate", "--workers", "100", "--json"]);
    assert_eq!(run["makespan_seconds"], planned["critical_path"]["seconds"]);
    assert_eq!(run["retries"], 0);
    assert_eq!(run["succeeded"], planned["tasks"]);
}

/// Three tasks, one after the other, of 10,000 tokens each.
const CHAIN: &str = "---\nwavecrew: 1\n---\n\n# Chain\n\n## Tasks\n\n### A: One\n\n- tokens: 10000\n\n\
    #### Deliverables\n\n- [ ] Create file: `a.txt`\n\n### B: Two\n\n- tokens: 10000\n- depends on: A\n\n\
    #### Deliverables\n\n- [ ] Create file: `b.txt`\n\n### C: Three\n\n- tokens: 10000\n- depends on: B\n\n\
    #### Deliverables\n\n- [ ] Create file: `c.txt`\n";

#[test]
fn a_budget_ends_the_simulated_run_where_it_would_end_the_run() {
    let folder = tempfile::tempdir().expect("a folder");
    let plan = folder.path().join("plan.md");
    std::fs::write(&plan, CHAIN).expect("written");
    let plan = plan.to_str().expect("text");
    // A cent for a task, whichever way; up to 17 thousand tokens are reserved for a call.
    let how = [
        "run",
        plan,
        "--simulate",
        "--provider",
        "openai",
        "--model",
        "m",
    ];
    let price = ["--price", "m=1/1"];
    let ask = |more: &[&str]| {
        let arguments = [&how[..], &price, more].concat();
        let told = simulated(&[&arguments[..], &["--json"]].concat());
        (told, wavecrew(&arguments).stdout)
    };
    let (told, text) = ask(&["--budget", "0.001"]);
    assert_eq!(told["budget"]["ends_after_calls"], 0, "{told}");
    assert_eq!(
        (&told["succeeded"], &told["cancelled"]),
        (&0.into(), &3.into())
    );
    assert!(
        text.contains("too small for the first call, which may take $0.0"),
        "{text}"
    );
    let first = told["budget"]["first_call_at_most"]["cost"]
        .as_f64()
        .expect("a sum");
    assert!((0.0164..0.018).contains(&first), "{first}");

    let (told, text) = ask(&["--budget", "0.03"]);
    assert_eq!(told["budget"]["ends_after_calls"], 2, "{told}");
    assert_eq!(told["succeeded"], 2);
    assert!(text.contains("ends the run after 2 calls"), "{text}");

    let (told, text) = ask(&["--budget", "1"]);
    assert_eq!(told["budget"]["ends_after_calls"], Value::Null, "{told}");
    assert_eq!(told["succeeded"], 3);
    assert!(text.contains("budget     is enough"), "{text}");
    // With another price it depends on how much of a task goes in.
    let wide = [
        &how[..],
        &["--price", "m=0/3", "--budget", "0.08", "--json"],
    ]
    .concat();
    let told = simulated(&wide);
    assert_eq!(told["budget"]["ends_after_calls"], Value::Null, "{told}");
    assert_eq!(told["budget"]["may_end_after_calls"], 2, "{told}");
    // An answer that is bounded takes less to begin.
    let (told, _) = ask(&["--budget", "0.003", "--max-output-tokens", "1000"]);
    assert_ne!(told["budget"]["ends_after_calls"], 0, "{told}");
    let (told, _) = ask(&["--budget-calls", "1"]);
    assert_eq!(told["budget"]["ends_after_calls"], 1, "{told}");
}

#[test]
fn why_there_is_no_cost_is_said() {
    let plan = repository("examples/plans/tides.md");
    let how = ["run", plan.as_str(), "--simulate", "--provider", "openai"];
    let text = wavecrew(&[&how[..], &["--model", "gpt-4o-mini"]].concat()).stdout;
    assert!(text.contains("does not state how many tokens"), "{text}");
}

#[test]
fn refusals_cost_attempts_and_equal_seeds_give_equal_runs() {
    let plan = repository("examples/plans/harbour");
    let folder = tempfile::tempdir().expect("a folder");
    let root = folder.path().to_str().expect("text");
    let ask = |seed: &str| {
        simulated(&[
            "run",
            &plan,
            "--root",
            root,
            "--simulate",
            "--refused",
            "30",
            "--seed",
            seed,
            "--json",
        ])
    };
    let one = ask("1");
    assert_eq!(one, ask("1"));
    assert!(
        (2..40)
            .map(|seed| ask(&seed.to_string()))
            .any(|other| other != one)
    );
    let all = simulated(&["run", &plan, "--simulate", "--refused", "100", "--json"]);
    assert_eq!(all["succeeded"], 0);
    assert_eq!(
        all["attempts"].as_u64(),
        all["failed"].as_u64().map(|failed| failed * 3)
    );
    let left: Vec<_> = std::fs::read_dir(folder.path())
        .expect("a folder")
        .collect();
    assert!(left.is_empty(), "nothing is written");
}

#[test]
fn tokens_have_a_price_only_if_the_model_has() {
    let folder = tempfile::tempdir().expect("a folder");
    let plan = folder.path().join("plan.md");
    let text = "---\nwavecrew: 1\n---\n\n## Tasks\n\n### A: Write it\n\n- tokens: 1000000\n\n### B: Read it\n\n\
                - depends on: A\n- tokens: 1000000\n";
    std::fs::write(&plan, text).expect("written");
    let plan = plan.to_str().expect("text");
    let simulated =
        |more: &[&str]| simulated(&[&["run", plan, "--simulate", "--json"], more].concat());
    let by_rule = simulated(&["--model", "gpt-4o"]);
    assert_eq!(by_rule["cost_at_most"], 0.0, "rules cost nothing");
    let refused = simulated(&["--refused", "100"]);
    assert_eq!(
        refused["makespan_tokens"], 3_000_000,
        "waits between attempts are no tokens"
    );
    let unknown = simulated(&["--provider", "openai"]);
    assert_eq!(unknown["tokens"], 2_000_000);
    assert_eq!(unknown["makespan_tokens"], 2_000_000);
    assert_eq!(unknown["cost_at_most"], Value::Null);
    let known = simulated(&["--provider", "openai", "--model", "gpt-4o"]);
    assert_eq!(known["cost_at_least"], 5.0);
    assert_eq!(known["cost_at_most"], 20.0);
    let own = simulated(&[
        "--provider",
        "openai",
        "--model",
        "tiny",
        "--price",
        "tiny=1/2",
    ]);
    assert_eq!(
        (&own["cost_at_least"], &own["cost_at_most"]),
        (&2.0.into(), &4.0.into())
    );
}

#[test]
fn chances_without_a_simulation_make_no_sense() {
    let plan = repository("examples/plans/tides.md");
    assert_eq!(wavecrew(&["run", &plan, "--refused", "10"]).code, Some(2));
    assert_eq!(
        wavecrew(&["run", &plan, "--simulate", "--refused", "101"]).code,
        Some(2)
    );
}

#[test]
#[ignore = "reads WAVECREW_SHARED"]
fn the_plan_of_226_workers_is_simulated() {
    let run = simulated(&[
        "run",
        &shared("wingman-workers"),
        "--simulate",
        "--refused",
        "10",
        "--json",
    ]);
    assert!(run["attempts"].as_u64() > run["tasks"].as_u64());
}

#[test]
fn what_routes_send_to_a_paid_model_is_not_free() {
    let folder = tempfile::tempdir().expect("a folder");
    let plan = folder.path().join("plan.md");
    let text = "---\nwavecrew: 1\n---\n\n# Two\n\n## Tasks\n\n### A-1: Write it\n\n- files: a.txt\n- tokens: 1000\n\n\
                ### B-1: Tell it\n\n- files: b.txt\n- tokens: 500\n";
    std::fs::write(&plan, text).expect("written");
    let (plan, root) = (plan.to_str().expect("text"), folder.path().join("root"));
    let root = root.to_str().expect("text");
    let ask = |more: &[&str]| {
        let ask = ["run", plan, "--root", root, "--simulate", "--json"];
        simulated(&[&ask[..], more].concat())
    };
    assert_eq!(ask(&[])["cost_at_most"], 0.0);
    let file = folder.path().join("routes.toml");
    let routes = "provider = \"heuristic\"\n\n[prices]\nlarge = \"1/2\"\n\n\
                  [[routes]]\ntasks = [\"A-*\"]\nto = [\"openai\"]\nmodel = \"large\"\n";
    std::fs::write(&file, routes).expect("written");
    let routed = ask(&["--config", file.to_str().expect("text")]);
    assert_eq!(routed["cost_at_least"], 0.001);
    assert_eq!(routed["cost_at_most"], 0.002);
}
