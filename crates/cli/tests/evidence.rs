//! What `report` and `status` have to show for a task.

mod support;

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use serde_json::json;
use support::model_server::ModelServer;
use support::{Ran, program, wavecrew};

const PLAN: &str = "---\nwavecrew: 1\n---\n\n# Plan\n\n## Tasks\n\n### A: Greet\n\n\
    #### Deliverables\n\n- [ ] Create file: `a.txt`\n\n#### Test process\n\n```sh\nTESTS```\n";

fn run(folder: &Path, server: &ModelServer, tests: &str) -> Ran {
    let plan = folder.join("plan.md");
    std::fs::write(&plan, PLAN.replace("TESTS", tests)).expect("written");
    let mut program = program();
    program.env("OPENAI_BASE_URL", server.url());
    program.args(["run", "--run-id", "r", "--provider", "openai"]);
    program.args(["--model", "m", "--attempts", "1"]);
    program.arg(plan).arg("--root").arg(folder.join("root"));
    program.output().expect("it starts").into()
}

fn told(folder: &Path, command: &str, more: &[&str]) -> Ran {
    let root = folder.join("root");
    let root = root.to_str().expect("text");
    wavecrew(&[&[command, "r", "--root", root], more].concat())
}

fn server(answer: &'static str) -> ModelServer {
    let server = ModelServer::start(move |_, _| answer.to_owned(), |_| Duration::ZERO);
    server.uses(100, 20);
    server
}

#[test]
fn a_report_shows_tests_files_model_tokens_and_what_was_not_written() {
    let folder = tempfile::tempdir().expect("a folder");
    let server = server(
        "```text a.txt\nhello\n```\n\n```sh .git/hooks/pre-commit\ntrue\n```\n\n```text ../evil.txt\nx\n```\n",
    );
    let ran = run(folder.path(), &server, "grep -q hello a.txt\n");
    assert_eq!(ran.code, Some(0), "{} {}", ran.stdout, ran.stderr);
    assert!(
        ran.stderr.contains("not asked for, and so not written: "),
        "{}",
        ran.stderr
    );
    for command in ["report", "status"] {
        let told = told(folder.path(), command, &["--json"]).json();
        assert_eq!(told["kind"], command);
        let evidence = &told["tasks"][0]["evidence"];
        let test = &evidence["tests"][0];
        assert_eq!(test["command"], "grep -q hello a.txt");
        assert_eq!(test["before"]["outcome"], "failed");
        assert_eq!(test["after"]["outcome"], "passed");
        assert_eq!(evidence["files"][0]["path"], "a.txt");
        assert_eq!(evidence["provider"], "openai");
        assert_eq!(evidence["model"], "loopback");
        assert_eq!(evidence["spent"]["tokens"], 120);
        assert_eq!(
            evidence["not_written"],
            json!([".git/hooks/pre-commit", "../evil.txt"])
        );
    }
    let page = told(folder.path(), "report", &[]).stdout;
    let evidence = page.split("## Evidence").nth(1).expect("a section");
    insta::assert_snapshot!(evidence.trim(), @r"
    ### A

    - openai (loopback): 1 call, 120 tokens, at an unknown cost
    - wrote a.txt
    - grep -q hello a.txt: failed before, passed after
    - not asked for, and so not written: \`.git/hooks/pre-commit\`, \`../evil.txt\`
    ");
    let status = told(folder.path(), "status", &[]).stdout;
    assert!(
        status.contains("not asked for, and so not written: `.git/hooks/pre-commit`"),
        "{status}"
    );
}

#[test]
fn a_failed_task_has_its_evidence_too() {
    let folder = tempfile::tempdir().expect("a folder");
    let ran = run(
        folder.path(),
        &server("```text a.txt\nother\n```\n"),
        "grep -q hello a.txt\n",
    );
    assert_eq!(ran.code, Some(1), "{}", ran.stderr);
    let report = told(folder.path(), "report", &["--json"]).json();
    let evidence = &report["tasks"][0]["evidence"];
    assert_eq!(
        evidence["tests"][0]["after"]["outcome"], "failed",
        "{evidence}"
    );
    assert_eq!(evidence["provider"], "openai");
    assert_eq!(evidence["spent"]["calls"], 1);
}

#[test]
fn tests_that_pass_by_what_they_leave_behind_are_told_as_such() {
    let folder = tempfile::tempdir().expect("a folder");
    let tests = "test -e cache || { grep -q hello a.txt && touch cache; }\n";
    let ran = run(folder.path(), &server("```text a.txt\nhello\n```\n"), tests);
    assert_eq!(ran.code, Some(1), "{} {}", ran.stdout, ran.stderr);
    let why =
        "what failed before the work passes without it as well by now, so that no test tells it";
    assert!(ran.stdout.contains(why), "{}", ran.stdout);
    assert!(
        !ran.stderr.contains("remove what was there before it"),
        "it was not there: {}",
        ran.stderr
    );
    let report = told(folder.path(), "report", &[]).stdout;
    assert!(report.contains("failed before, passed after"), "{report}");
    assert!(
        report.contains("passed once more without the work"),
        "{report}"
    );
}

/// Runs git in a folder, for a person without a name.
fn git(folder: &Path, arguments: &[&str]) {
    let mut git = Command::new("git");
    git.current_dir(folder);
    git.args(["-c", "user.name=a", "-c", "user.email=a@b.invalid"]);
    let ended = git
        .args(["-c", "init.defaultBranch=main"])
        .args(arguments)
        .output();
    let ended = ended.expect("git is there");
    assert!(
        ended.status.success(),
        "{}",
        String::from_utf8_lossy(&ended.stderr)
    );
}

#[test]
fn what_tests_do_to_the_repository_is_told_loudly() {
    let folder = tempfile::tempdir().expect("a folder");
    let root = folder.path().join("root");
    std::fs::create_dir(&root).expect("made");
    git(&root, &["init", "-q"]);
    for name in ["README", "kept.txt", "notes.txt"] {
        std::fs::write(root.join(name), "one\n").expect("written");
    }
    git(&root, &["add", "README", "kept.txt"]);
    git(&root, &["commit", "-qm", "one"]);
    let tests = "rm -f README\necho more >> notes.txt\n\
        git -c user.name=a -c user.email=b commit --allow-empty -qm two\ngrep -q hello a.txt\n";
    let ran = run(folder.path(), &server("```text a.txt\nhello\n```\n"), tests);
    let words = "Changed outside of the plan";
    assert!(ran.stdout.contains(words), "{}\n{}", ran.stdout, ran.stderr);
    assert!(
        ran.stderr
            .contains("warning: while it was worked on, branch `main` moved from "),
        "{}",
        ran.stderr
    );
    let report = told(folder.path(), "report", &["--json"]).json();
    let outside = report["tasks"][0]["evidence"]["outside"].clone();
    let outside: Vec<&str> = outside
        .as_array()
        .expect("a list")
        .iter()
        .filter_map(|line| line.as_str())
        .collect();
    assert_eq!(
        outside.len(),
        2,
        "what git does not track may change: {outside:?}"
    );
    assert!(
        outside[0].starts_with("branch `main` moved from "),
        "{outside:?}"
    );
    assert_eq!(outside[1], "`README` is gone");
}

#[cfg(unix)]
#[test]
fn an_agent_does_not_change_the_project_unseen() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = tempfile::tempdir().expect("a folder");
    let root = folder.path().join("root");
    std::fs::create_dir(&root).expect("made");
    git(&root, &["init", "-q"]);
    std::fs::write(root.join("README"), "one\n").expect("written");
    git(&root, &["add", "README"]);
    git(&root, &["commit", "-qm", "one"]);
    let agent = folder.path().join("agent");
    let text = format!(
        "#!/bin/sh\ncat > /dev/null\n(cd {root} && echo more >> README && git checkout -q -b other)\necho hello > a.txt\n",
        root = root.display()
    );
    std::fs::write(&agent, text).expect("written");
    std::fs::set_permissions(&agent, std::fs::Permissions::from_mode(0o755)).expect("one's own");
    let plan = folder.path().join("plan.md");
    std::fs::write(&plan, PLAN.replace("TESTS", "grep -q hello a.txt\n")).expect("written");
    let mut program = program();
    program.arg("run").arg(plan).arg("--root").arg(&root);
    program.arg(format!("--provider=command:{}", agent.display()));
    let ran: Ran = program.output().expect("it starts").into();
    assert_eq!(ran.code, Some(0), "{} {}", ran.stdout, ran.stderr);
    // Where the machine can keep it from that, it has; where not, it is told.
    let readme = std::fs::read_to_string(root.join("README")).expect("there");
    let told = ran.stdout.contains("Changed outside of the plan");
    assert_eq!(readme == "one\n", !told, "{}", ran.stdout);
}
