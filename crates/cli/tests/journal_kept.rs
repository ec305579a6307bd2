//! What test commands do to the folder of the run.

mod support;

use std::time::Duration;

use support::model_server::ModelServer;
use support::{Ran, journal, program};
use wavecrew::sandbox::Isolation;

const PLAN: &str = "---\nwavecrew: 1\n---\n\n# One\n\n## Tasks\n\n### A-1: Answer\n\n- files: answer.txt\n- estimate: 1h\n\n\
    #### Test process\n\n```sh\n\
    python3 -c \"import shutil; shutil.rmtree('.wavecrew', ignore_errors=True)\"\n\
    python3 -c \"import glob; [open(path, 'w').write('damaged') for path in glob.glob('.wavecrew/runs/*/*.jsonl')]\" || test -s answer.txt\n\
    grep -q right answer.txt\n```\n";

#[cfg(unix)]
#[test]
fn an_agent_program_cannot_damage_the_journal() {
    use std::os::unix::fs::PermissionsExt as _;
    if !Isolation::strongest().has_mounts() {
        // Nothing is read-only on this machine.
        return;
    }
    let folder = tempfile::tempdir().expect("a folder");
    let (plan, root) = (folder.path().join("plan.md"), folder.path().join("root"));
    std::fs::write(&plan, PLAN).expect("a plan");
    let agent = folder.path().join("agent.sh");
    let text = format!(
        "#!/bin/sh\ncd '{0}' && ls .wavecrew/runs/r/journal.jsonl > '{1}/seen'\necho x > '{0}/written'\nfor journal in .wavecrew/runs/*/journal.jsonl\n\
         do echo damaged > \"$journal\"; done\nrm -rf .wavecrew\nprintf '```text answer.txt\\nright\\n```\\n'\n",
        root.display(),
        folder.path().display()
    );
    std::fs::write(&agent, text).expect("a program");
    let mode = std::fs::Permissions::from_mode(0o755);
    std::fs::set_permissions(&agent, mode).expect("one's own file");
    let ask = |arguments: &[&str]| -> Ran {
        let output = program().args(arguments).arg("--root").arg(&root).output();
        output.expect("it starts").into()
    };
    let (plan, agent) = (plan.to_str().expect("text"), agent.display());
    let agent = format!("command:{agent}");
    let ran = ask(&[
        "run",
        plan,
        "--accept-unchecked",
        "--run-id",
        "r",
        "--provider",
        &agent,
    ]);
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    let seen = folder.path().join("seen");
    assert!(seen.exists(), "it was there, and could read");
    let written = root.join("written");
    assert!(!written.exists(), "the project is not its to write in");
    assert!(!journal(&root, "r").is_empty());
    let again = ask(&["resume", "r", "--accept-unchecked"]);
    assert_eq!(again.code, Some(0), "{}", again.stderr);

    let absent = ask(&[
        "run",
        plan,
        "--run-id",
        "absent",
        "--provider",
        "command:no-such-agent",
    ]);
    assert_eq!(absent.code, Some(6), "{}", absent.stderr);
}

#[test]
fn a_test_command_cannot_damage_the_journal() {
    let folder = tempfile::tempdir().expect("a folder");
    let (plan, root) = (folder.path().join("plan.md"), folder.path().join("root"));
    std::fs::write(&plan, PLAN).expect("a plan");
    let answer = |_: &str, _: &str| "```text answer.txt\nright\n```\n".to_owned();
    let server = ModelServer::start(answer, |_| Duration::ZERO);
    let ask = |arguments: &[&str]| -> Ran {
        let mut program = program();
        program.env("OPENAI_BASE_URL", server.url()).args(arguments);
        program.arg("--root").arg(&root);
        program.output().expect("it starts").into()
    };
    let plan = plan.to_str().expect("text");
    let how = ["--provider", "openai", "--model", "m", "--run-id", "r"];
    let ran = ask(&[&["run", plan, "--accept-unchecked"], &how[..]].concat());
    let is_kept = Isolation::strongest().has_mounts();
    let told = ran.stderr.contains("may write into `.wavecrew`");
    assert_eq!(told, !is_kept, "{}", ran.stderr);
    if !is_kept {
        return;
    }
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    let records = journal(&root, "r");
    assert!(
        records.iter().any(|record| record["type"] == "succeeded"),
        "{records:?}"
    );
    let again = ask(&["resume", "r", "--accept-unchecked"]);
    assert_eq!(again.code, Some(0), "{}", again.stderr);
    assert_eq!(server.log().len(), 1, "nothing was lost");
}
