//! Agent programs, and `doctor`.

#![cfg(unix)]

mod support;

use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde_json::Value;
use support::model_server::ModelServer;
use support::{Ran, program};

/// Writes a program into `folder/bin`.
fn script(folder: &Path, name: &str, text: &str) -> PathBuf {
    let bin = folder.join("bin");
    std::fs::create_dir_all(&bin).expect("made");
    let path = bin.join(name);
    std::fs::write(&path, text).expect("written");
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755))
        .expect("one's own file");
    path
}

const PLAN: &str = "---\nwavecrew: 1\n---\n\n# Plan\n\n## Tasks\n\n### A: Extend the log\n\n\
    #### Deliverables\n\n- [ ] Update file: `log.txt`\n- [ ] Create file: `other.txt`\n\n\
    #### Implementation notes\n\nSee `docs/style.md`.\n\n#### Test process\n\n```sh\ngrep -q '^second$' log.txt\ngrep -q '^said$' other.txt\n```\n";

fn run(folder: &Path, agent: &Path, more: &[&str]) -> Ran {
    let plan = folder.join("plan.md");
    std::fs::write(&plan, PLAN).expect("written");
    let root = folder.join("root");
    std::fs::create_dir_all(root.join("docs")).expect("made");
    std::fs::write(root.join("log.txt"), "first\n").expect("written");
    std::fs::write(root.join("docs/style.md"), "One word a line.\n").expect("written");
    std::fs::write(root.join("secret.txt"), "not named\n").expect("written");
    let mut program = program();
    program.args([
        "run",
        plan.to_str().expect("text"),
        "--root",
        root.to_str().expect("text"),
        "--json",
    ]);
    program
        .arg(format!("--provider=command:{}", agent.display()))
        .args(more);
    program.output().expect("it starts").into()
}

#[test]
fn an_agent_finds_its_files_and_what_it_writes_is_its_answer() {
    let folder = tempfile::tempdir().expect("a folder");
    let seen = folder.path().join("seen");
    let agent = script(
        folder.path(),
        "agent",
        &format!(
            "#!/bin/sh\ncat > {seen}.prompt\nfind . -type f | sort > {seen}.files\npwd > {seen}.where\n\
             cat docs/style.md >> {seen}.files\necho second >> log.txt\nmkdir build && echo x > build/made.o\n\
             printf '```text other.txt\\nsaid\\n```\\n'\n",
            seen = seen.display()
        ),
    );
    let ran = run(folder.path(), &agent, &[]);
    assert_eq!(ran.code, Some(0), "{} {}", ran.stdout, ran.stderr);
    assert_eq!(ran.summary()["verified"], 1);
    let read = |path: &str| std::fs::read_to_string(folder.path().join(path)).expect(path);
    assert_eq!(read("root/log.txt"), "first\nsecond\n");
    assert_eq!(read("root/other.txt"), "said\n");
    assert!(
        !folder.path().join("root/build").exists(),
        "what nobody asked for is left out"
    );
    assert_eq!(
        read("seen.files"),
        "./docs/style.md\n./log.txt\nOne word a line.\n"
    );
    assert!(read("seen.prompt").contains("Your working folder"));
    let place = read("seen.where");
    assert!(!Path::new(place.trim()).exists(), "its folder is gone");
    assert!(
        !place.starts_with(folder.path().to_str().expect("text")),
        "it was not the project"
    );
}

#[test]
fn an_agent_that_fails_is_asked_once_an_attempt_and_changes_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let count = folder.path().join("count");
    let text = format!(
        "#!/bin/sh\ncat > /dev/null\necho asked >> {}\necho broken > log.txt\nexit 3\n",
        count.display()
    );
    let agent = script(folder.path(), "agent", &text);
    let ran = run(folder.path(), &agent, &[]);
    assert_ne!(ran.code, Some(0), "{}", ran.stderr);
    let read = |path: &Path| std::fs::read_to_string(path).expect("there");
    assert_eq!(read(&folder.path().join("root/log.txt")), "first\n");
    assert_eq!(read(&count), "asked\n".repeat(3));
}

#[test]
fn an_agent_that_fails_once_does_its_task_at_the_next_attempt() {
    let folder = tempfile::tempdir().expect("a folder");
    let text = format!(
        "#!/bin/sh\ncat > /dev/null\nif mkdir {}; then echo broken > log.txt; exit 1; fi\necho second >> log.txt\necho said > other.txt\n",
        folder.path().join("asked").display()
    );
    let agent = script(folder.path(), "agent", &text);
    let ran = run(folder.path(), &agent, &[]);
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    assert!(
        ran.stdout.contains("exit code 1"),
        "{} {}",
        ran.stdout,
        ran.stderr
    );
}

#[test]
fn what_an_agent_costs_is_not_known_unless_it_says_so() {
    let folder = tempfile::tempdir().expect("a folder");
    let agent = script(
        folder.path(),
        "agent",
        "#!/bin/sh\ncat > /dev/null\necho second >> log.txt\necho said > other.txt\n",
    );
    let refused = run(folder.path(), &agent, &["--budget", "1"]);
    assert_eq!(refused.code, Some(6), "{}", refused.stderr);
    assert!(
        refused.stderr.contains("the model that command:"),
        "{}",
        refused.stderr
    );
    let allowed = run(
        folder.path(),
        &agent,
        &["--budget", "1", "--allow-unknown-prices"],
    );
    assert_eq!(
        allowed.code,
        Some(0),
        "{} {}",
        allowed.stdout,
        allowed.stderr
    );
    assert_eq!(allowed.summary()["cost"], Value::Null);
}

fn doctor(folder: &Path, variables: &[(&str, &str)], more: &[&str]) -> Ran {
    let mut program = program();
    program.current_dir(folder).envs(variables.iter().copied());
    program
        .env("PATH", folder.join("bin"))
        .arg("doctor")
        .args(more);
    program.output().expect("it starts").into()
}

fn found<'a>(findings: &'a Value, provider: &str) -> &'a Value {
    let all = findings["providers"].as_array().expect("a list");
    let mut all = all.iter();
    all.find(|found| found["provider"] == provider)
        .unwrap_or_else(|| panic!("{findings}"))
}

#[test]
fn the_doctor_says_who_can_be_asked_and_where_settings_come_from() {
    let folder = tempfile::tempdir().expect("a folder");
    script(folder.path(), "claude", "#!/bin/sh\necho 1.2.3\n");
    let server = ModelServer::start(|_, _| String::new(), |_| Duration::ZERO);
    let config = format!(
        "[providers.near]\nkind = \"openai\"\naddress = \"{}\"\nmodel = \"tiny\"\n\n[providers.far]\nkind = \"ollama\"\naddress = \"127.0.0.1:9\"\n",
        server.url()
    );
    std::fs::write(folder.path().join("wavecrew.toml"), config).expect("written");
    let url = server.url().replace("http://", "http://user:hidden@");
    let variables = [
        ("OPENAI_BASE_URL", url.as_str()),
        ("OPENAI_API_KEY", "sk-hidden"),
    ];
    let ran = doctor(folder.path(), &variables, &["--json"]);
    assert_eq!(ran.code, Some(6), "one is not well: {}", ran.stderr);
    assert!(!ran.stdout.contains("hidden"), "{}", ran.stdout);
    let findings = ran.json();
    assert_eq!(found(&findings, "heuristic")["ok"], true);
    assert_eq!(found(&findings, "command:claude")["ok"], true, "{findings}");
    assert_eq!(found(&findings, "far")["ok"], false);
    assert_eq!(found(&findings, "far")["error"]["kind"], "connect");
    let settings = found(&findings, "openai")["settings"].to_string();
    assert!(
        settings.contains("OPENAI_BASE_URL") && settings.contains("OPENAI_API_KEY"),
        "{settings}"
    );
    let settings = &found(&findings, "near")["settings"];
    assert_eq!(settings[0]["setting"], "address");
    assert_eq!(settings[0]["from"], "wavecrew.toml");
    let model = settings
        .as_array()
        .and_then(|all| all.iter().find(|one| one["setting"] == "model"));
    assert_eq!(
        model.map(|model| &model["value"]),
        Some(&Value::from("tiny"))
    );

    let text = doctor(folder.path(), &variables, &["--provider", "near"]);
    assert!(
        text.stdout.contains("address from wavecrew.toml"),
        "{}",
        text.stdout
    );
    assert!(!text.stdout.contains("hidden"), "{}", text.stdout);
}

#[test]
fn the_doctor_runs_no_program_of_a_file_that_nobody_named() {
    let folder = tempfile::tempdir().expect("a folder");
    let mark = folder.path().join("was-run");
    let text = format!("#!/bin/sh\necho > {}\necho 1.0\n", mark.display());
    let path = script(folder.path(), "agent", &text);
    let path = path.display();
    for (name, code) in [
        ("command:./bin/agent", 6),
        (&*format!("command:{path}"), 6),
        ("command:bin/../bin/agent", 6),
        ("command:x=/../bin/agent", 6),
        // This one would be found in `PATH`.
        ("command:agent", 0),
    ] {
        let config = format!("[providers.\"{name}\"]\ncalls_at_once = 1\n");
        std::fs::write(folder.path().join("wavecrew.toml"), config).expect("written");
        let ran = doctor(folder.path(), &[], &[]);
        assert_eq!(
            ran.code,
            Some(code),
            "{name}: {} {}",
            ran.stdout,
            ran.stderr
        );
        let told = "was found in the root and named by nobody";
        assert_eq!(ran.stderr.contains(told), code == 6, "{}", ran.stderr);
        assert!(!mark.exists(), "{name}");
    }
    for more in [
        ["--config", "wavecrew.toml"],
        ["--provider", "command:agent"],
    ] {
        let ran = doctor(folder.path(), &[], &more);
        assert_eq!(ran.code, Some(0), "{} {}", ran.stdout, ran.stderr);
        assert!(mark.exists(), "somebody named it");
        std::fs::remove_file(&mark).expect("it is there");
    }
}

#[test]
fn a_program_that_is_asked_for_is_that_of_the_user_whatever_the_project_says() {
    let folder = tempfile::tempdir().expect("a folder");
    let mark = folder.path().join("was-run");
    let text = format!("#!/bin/sh\necho > {}\n", mark.display());
    script(&folder.path().join("project"), "agent", &text);
    let mine = "#!/bin/sh\ncat > /dev/null\necho second >> log.txt\necho said > other.txt\n";
    script(&folder.path().join("mine"), "agent", mine);
    std::fs::write(folder.path().join("mine/plan.md"), PLAN).expect("written");
    let root = folder.path().join("project");
    std::fs::write(root.join("log.txt"), "first\n").expect("written");
    let config = root.join("wavecrew.toml");
    let run = || -> Ran {
        let mut program = program();
        program.current_dir(folder.path().join("mine"));
        program.args(["run", "plan.md", "--root", "../project"]);
        program.args(["--provider", "command:bin/agent"]);
        program.output().expect("it starts").into()
    };
    let described = "[providers.\"command:bin/agent\"]\ncalls_at_once = 1\n";
    std::fs::write(&config, described).expect("written");
    let refused = run();
    assert_eq!(refused.code, Some(6), "{}", refused.stderr);
    std::fs::write(&config, "model = \"m\"\n").expect("written");
    let ran = run();
    assert_eq!(ran.code, Some(0), "{} {}", ran.stdout, ran.stderr);
    assert!(!mark.exists());
}

#[test]
fn the_doctor_tells_what_is_wrong() {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::create_dir(folder.path().join("bin")).expect("made");
    let only_rules = doctor(folder.path(), &[], &["--json"]);
    assert_eq!(only_rules.code, Some(0), "{}", only_rules.stderr);
    assert_eq!(
        only_rules.json()["providers"].as_array().map(Vec::len),
        Some(1)
    );
    let absent = doctor(
        folder.path(),
        &[],
        &["--provider", "command:no-such-agent", "--json"],
    );
    assert_eq!(absent.code, Some(6));
    let findings = absent.json();
    assert_eq!(
        found(&findings, "command:no-such-agent")["error"]["kind"],
        "configuration"
    );
    assert_eq!(
        doctor(folder.path(), &[], &["--provider", "opnai"]).code,
        Some(2)
    );
    let down = doctor(folder.path(), &[("OLLAMA_HOST", "127.0.0.1:9")], &[]);
    assert_eq!(down.code, Some(6), "{}", down.stdout);
    assert!(down.stdout.contains("could not connect"), "{}", down.stdout);
}

#[test]
fn a_relative_program_is_found_from_where_the_program_is_started() {
    let folder = tempfile::tempdir().expect("a folder");
    script(
        folder.path(),
        "agent",
        "#!/bin/sh\ncat > /dev/null\necho second >> log.txt\necho said > other.txt\n",
    );
    let plan = folder.path().join("plan.md");
    std::fs::write(&plan, PLAN).expect("written");
    let run = |root: &str, more: &[&str]| -> Ran {
        let root = folder.path().join(root);
        std::fs::create_dir_all(&root).expect("made");
        std::fs::write(root.join("log.txt"), "first\n").expect("written");
        let mut program = program();
        program.current_dir(folder.path()).args(["run", "plan.md"]);
        program.args(["--root", root.to_str().expect("text"), "--json"]);
        program.args(more).output().expect("it starts").into()
    };
    let ran = run("by_flag", &["--provider", "command:bin/agent"]);
    assert_eq!(ran.code, Some(0), "{} {}", ran.stdout, ran.stderr);
    // A file's programs are beside it.
    let config = folder.path().join("bin/conf.toml");
    std::fs::write(&config, "provider = [\"command:./agent\"]\n").expect("written");
    let ran = run("by_file", &["--config", "bin/conf.toml"]);
    assert_eq!(ran.code, Some(0), "{} {}", ran.stdout, ran.stderr);
}

#[test]
fn a_program_that_is_not_there_ends_a_run_before_it_begins() {
    let folder = tempfile::tempdir().expect("a folder");
    let plain = folder.path().join("plain");
    std::fs::write(&plain, "no program\n").expect("written");
    for (name, told) in [
        ("command:bin/absent", "there is no program"),
        ("command:no-such-agent-anywhere", "no folder of PATH has"),
        (
            &*format!("command:{}", plain.display()),
            "is no program that can be run",
        ),
    ] {
        let root = folder.path().join("root");
        let plan = folder.path().join("plan.md");
        std::fs::write(&plan, PLAN).expect("written");
        let mut run = program();
        run.current_dir(folder.path())
            .args(["run", "plan.md", "--root", "root"]);
        run.args(["--provider", &format!("{name},heuristic")]);
        let ran: Ran = run.output().expect("it starts").into();
        assert_eq!(ran.code, Some(6), "{}", ran.stderr);
        assert!(ran.stderr.contains(told), "{}", ran.stderr);
        assert!(!root.exists(), "nothing was written");
        let mut doctor = program();
        doctor.current_dir(folder.path());
        let ran: Ran = (doctor.args(["doctor", "--provider", name]).output())
            .expect("it starts")
            .into();
        assert_eq!(ran.code, Some(6), "{}", ran.stdout);
        assert!(ran.stdout.contains(told), "{}", ran.stdout);
    }
}

#[test]
fn why_a_provider_was_passed_over_is_told() {
    let folder = tempfile::tempdir().expect("a folder");
    let broken = script(folder.path(), "broken", "#!/bin/sh\nexit 3\n");
    let good = script(
        folder.path(),
        "good",
        "#!/bin/sh\ncat > /dev/null\necho second >> log.txt\necho said > other.txt\n",
    );
    let plan = folder.path().join("plan.md");
    std::fs::write(&plan, PLAN).expect("written");
    let root = folder.path().join("root");
    std::fs::create_dir(&root).expect("made");
    std::fs::write(root.join("log.txt"), "first\n").expect("written");
    let root = root.to_str().expect("text");
    let ask = |arguments: &[&str]| -> Ran {
        let output = program().args(arguments).output();
        output.expect("it starts").into()
    };
    let (broken, good) = (broken.display(), good.display());
    let provider = format!("--provider=command:{broken},command:{good}");
    let plan = plan.to_str().expect("text");
    let ran = ask(&["run", plan, "--root", root, &provider]);
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    let why = format!("command:{broken}: server error: the program failed: exit code 3");
    for (told, line) in [
        (&ran.stderr, format!("passed over {why}")),
        (&ran.stdout, format!("Passed over\n  {why}")),
        (
            &ask(&["report", "--root", root]).stdout,
            "## Passed over\n".to_owned(),
        ),
    ] {
        assert!(told.contains(&line), "{told}");
    }
    let status = ask(&["status", "--root", root, "--json"]).json();
    let told = status["tasks"][0]["passed_over"][0].as_str();
    assert!(told.is_some_and(|told| told.contains(&why)), "{status}");
}

#[test]
fn no_key_gets_past_an_agent_and_none_is_handed_on_that_it_does_not_need() {
    let folder = tempfile::tempdir().expect("a folder");
    let seen = folder.path().join("seen");
    let key_file = folder.path().join("key");
    std::fs::write(&key_file, "canary-file-0123456789\n").expect("written");
    // Keys by which other programs sign in are no business of this one either.
    let others = [
        "GEMINI_API_KEY",
        "CURSOR_API_KEY",
        "CLAUDE_CODE_OAUTH_TOKEN",
    ];
    let others = others.map(|name| (name, format!("canary-{name}")));
    // It knows keys that it was not given, and tells them wherever it can.
    let tells = "canary-env-0123456789 canary-file-0123456789 canary-GEMINI_API_KEY";
    let good = format!(
        "#!/bin/sh\ncat > /dev/null\necho \"$OPENAI_API_KEY$GEMINI_API_KEY$CURSOR_API_KEY$CLAUDE_CODE_OAUTH_TOKEN\" >> {0}\necho second >> log.txt\n\
         echo '{tells}' >> log.txt\nprintf '```text other.txt\\nsaid\\n{tells}\\n```\\n'\n",
        seen.display()
    );
    script(folder.path(), "good", &good);
    let bad = format!("#!/bin/sh\necho '{tells}' >&2\necho '{tells}'\nexit 3\n");
    script(folder.path(), "bad", &bad);
    let config = |more: &str| {
        let config = folder.path().join("conf.toml");
        let text = format!(
            "[providers.good]\nkind = \"command:bin/good\"\n{more}\n[providers.bad]\nkind = \"command:bin/bad\"\n\
             [providers.own]\nkind = \"openai\"\napi_key_file = \"key\"\n"
        );
        std::fs::write(&config, text).expect("written");
    };
    let plan = folder.path().join("plan.md");
    std::fs::write(&plan, PLAN).expect("written");
    for (root, more, given) in [
        ("withheld", "", "\n"),
        (
            "passed",
            "pass_env = [\"OPENAI_API_KEY\"]",
            "canary-env-0123456789\n",
        ),
    ] {
        config(more);
        let root = folder.path().join(root);
        std::fs::create_dir(&root).expect("made");
        std::fs::write(root.join("log.txt"), "first\n").expect("written");
        std::fs::write(&seen, "").expect("written");
        let mut run = program();
        run.envs(others.iter().map(|(name, key)| (name, key)));
        run.env("OPENAI_API_KEY", "canary-env-0123456789")
            .current_dir(folder.path())
            .args(["run", "plan.md", "--config", "conf.toml"])
            .args(["--provider", "bad,good", "--root"])
            .arg(&root);
        let ran: Ran = run.output().expect("it starts").into();
        assert_eq!(ran.code, Some(0), "{}", ran.stderr);
        assert_eq!(std::fs::read_to_string(&seen).expect("there"), given);
        for told in [&ran.stdout, &ran.stderr] {
            assert!(told.contains("[redacted]"), "{told}");
        }
        let mut open = vec![root];
        let mut files = 0;
        while let Some(folder) = open.pop() {
            for entry in std::fs::read_dir(folder).expect("a folder") {
                let path = entry.expect("an entry").path();
                if path.is_dir() {
                    open.push(path);
                    continue;
                }
                files += 1;
                let bytes = std::fs::read(&path).expect("a file");
                let text = String::from_utf8_lossy(&bytes);
                assert!(!text.contains("canary"), "{}: {text}", path.display());
            }
        }
        assert!(files > 3, "the run's files were looked at");
        assert!(!ran.stdout.contains("canary"), "{}", ran.stdout);
        assert!(!ran.stderr.contains("canary"), "{}", ran.stderr);
    }
}

#[test]
fn a_file_that_holds_a_key_keeps_it() {
    let folder = tempfile::tempdir().expect("a folder");
    // It leaves the key as it is, and writes one of its own accord that nobody has put there.
    let agent = script(
        folder.path(),
        "agent",
        "#!/bin/sh\ncat > /dev/null\necho second >> log.txt\nprintf 'said\\ncanary-openai-0123\\n' > other.txt\n",
    );
    let plan = folder.path().join("plan.md");
    std::fs::write(&plan, PLAN).expect("written");
    let root = folder.path().join("root");
    std::fs::create_dir(&root).expect("made");
    let held = "OPENAI_API_KEY=canary-openai-0123\nMINE=canary-claude-0123\n";
    std::fs::write(root.join("log.txt"), held).expect("written");
    let mut run = program();
    run.env("OPENAI_API_KEY", "canary-openai-0123")
        .env("ANTHROPIC_API_KEY", "canary-claude-0123")
        .args(["run", plan.to_str().expect("text"), "--root"])
        .arg(&root)
        .arg(format!("--provider=command:{}", agent.display()));
    let ran: Ran = run.output().expect("it starts").into();
    assert_eq!(ran.code, Some(0), "{} {}", ran.stdout, ran.stderr);
    let read = |path: &str| std::fs::read_to_string(root.join(path)).expect(path);
    assert_eq!(read("log.txt"), format!("{held}second\n"));
    assert_eq!(read("other.txt"), "said\n[redacted]\n");
    let journals = root.join(".wavecrew/runs");
    let run = std::fs::read_dir(journals).expect("a folder").next();
    let journal = run.expect("a run").expect("an entry").path();
    let journal = std::fs::read_to_string(journal.join("journal.jsonl")).expect("a journal");
    assert!(!journal.contains("canary"), "no key is kept");
}

#[test]
fn an_agent_that_ends_with_127_fails_its_own_task_alone() {
    let folder = tempfile::tempdir().expect("a folder");
    for code in [126, 127] {
        let text = format!(
            "#!/bin/sh\nif grep -q '^# Task A' -; then exit {code}; fi\necho done > b.txt\n"
        );
        let agent = script(folder.path(), "agent", &text);
        let plan = folder.path().join("plan.md");
        let two = "---\nwavecrew: 1\n---\n\n# Plan\n\n## Tasks\n\n### A: One\n\n#### Deliverables\n\n- [ ] Create file: `a.txt`\n\n\
                   ### B: Other\n\n#### Deliverables\n\n- [ ] Create file: `b.txt`\n\n#### Test process\n\n```sh\ngrep -q done b.txt\n```\n";
        std::fs::write(&plan, two).expect("written");
        let root = folder.path().join(format!("root{code}"));
        let mut run = program();
        run.args([
            "run",
            plan.to_str().expect("text"),
            "--json",
            "--attempts",
            "1",
        ])
        .args(["--workers", "1", "--root"])
        .arg(&root)
        .arg(format!("--provider=command:{}", agent.display()));
        let ran: Ran = run.output().expect("it starts").into();
        assert_eq!(ran.code, Some(1), "{} {}", ran.stdout, ran.stderr);
        let summary = ran.summary();
        assert_eq!(
            (&summary["failed"], &summary["verified"]),
            (&1.into(), &1.into()),
            "{summary}"
        );
    }
}

#[test]
fn a_program_that_a_policy_switches_to_is_beside_the_policy() {
    let folder = tempfile::tempdir().expect("a folder");
    let good = "#!/bin/sh\ncat > /dev/null\necho second >> log.txt\necho said > other.txt\n";
    script(&folder.path().join("policies"), "agent", good);
    let mark = folder.path().join("was-run");
    let wrong = format!("#!/bin/sh\necho > {}\n", mark.display());
    script(&folder.path().join("here"), "agent", &wrong);
    let bad = "#!/bin/sh\ncat > /dev/null\necho nothing\n";
    let bad = script(folder.path(), "bad", bad);
    let policy = "{ \"rules\": [ { \"measures\": [ { \"action\": \"retry\", \"switch\": \"command:bin/agent\" } ] } ] }";
    std::fs::write(folder.path().join("policies/policy.json"), policy).expect("written");
    std::fs::write(folder.path().join("plan.md"), PLAN).expect("written");
    let root = folder.path().join("root");
    std::fs::create_dir(&root).expect("made");
    std::fs::write(root.join("log.txt"), "first\n").expect("written");
    let mut run = program();
    run.current_dir(folder.path().join("here"));
    run.args(["run", "../plan.md", "--root", "../root"]);
    run.args(["--policy", "../policies/policy.json"]);
    run.arg(format!("--provider=command:{}", bad.display()));
    let ran: Ran = run.output().expect("it starts").into();
    assert_eq!(ran.code, Some(0), "{} {}", ran.stdout, ran.stderr);
    assert!(!mark.exists(), "the other one was not asked");
}

#[test]
fn a_task_without_files_goes_on_from_rules_to_a_program() {
    let folder = tempfile::tempdir().expect("a folder");
    let agent = script(
        folder.path(),
        "agent",
        "#!/bin/sh\ncat > /dev/null\necho done > made.txt\n",
    );
    let plan = "---\nwavecrew: 1\n---\n\n# Open\n\n## Tasks\n\n### A-1: Think\n\n- estimate: 1h\n";
    std::fs::write(folder.path().join("plan.md"), plan).expect("written");
    let mut run = program();
    run.current_dir(folder.path());
    run.args(["run", "plan.md", "--root", "root", "--accept-unchecked"]);
    run.arg(format!("--provider=heuristic,command:{}", agent.display()));
    let ran: Ran = run.output().expect("it starts").into();
    assert_eq!(ran.code, Some(0), "{} {}", ran.stdout, ran.stderr);
    assert!(folder.path().join("root/made.txt").exists());
}
