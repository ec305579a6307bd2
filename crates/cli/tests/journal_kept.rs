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

#[test]
fn a_test_command_cannot_damage_the_journal() {
    if !Isolation::strongest().has_mounts() {
        eprintln!(
            "nothing is read-only without mount namespaces, which this machine does not have"
        );
        return;
    }
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
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    assert!(!ran.stderr.contains("may write into"), "{}", ran.stderr);
    let records = journal(&root, "r");
    assert!(
        records.iter().any(|record| record["type"] == "succeeded"),
        "{records:?}"
    );
    let again = ask(&["resume", "r", "--accept-unchecked"]);
    assert_eq!(again.code, Some(0), "{}", again.stderr);
    assert_eq!(server.log().len(), 1, "nothing was lost");
}
