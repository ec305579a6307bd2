//! Providers that need a model, where nothing names one.

mod support;

use std::path::Path;

use serde_json::Value;
use support::crowd::{self, Crowd};
use support::model_server::ModelServer;
use support::{Ran, program};

fn ask(server: &ModelServer, folder: &Path, arguments: &[&str]) -> Ran {
    let mut program = program();
    program.env("OPENAI_BASE_URL", server.url());
    let output = program.current_dir(folder).args(arguments).output();
    output.expect("it starts").into()
}

#[test]
fn a_run_without_a_model_is_refused_before_anything_is_written() {
    let folder = tempfile::tempdir().expect("a folder");
    let server = ModelServer::start(|task, _| crowd::answer(task), |_| std::time::Duration::ZERO);
    let crowd = Crowd {
        tasks: 1,
        width: 1,
        tested: 1000,
    };
    let plan = crowd.write(folder.path());
    let plan = plan.to_str().expect("text");
    let ask = |more: &[&str]| {
        let run = ["run", plan, "--root", "root", "--accept-unchecked"];
        ask(&server, folder.path(), &[&run[..], more].concat())
    };
    for providers in ["openai", "heuristic,openai", "openai=1,heuristic"] {
        let ran = ask(&["--provider", providers]);
        assert_eq!(ran.code, Some(6), "{}", ran.stderr);
        let told = "no model is named for openai; `--model NAME`";
        assert!(ran.stderr.contains(told), "{}", ran.stderr);
        assert!(!folder.path().join("root").exists(), "nothing is written");
    }
    assert_eq!(server.log().len(), 0);
    let ran = ask(&["--provider", "openai", "--model", "openai=m"]);
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
}

#[test]
fn doctor_looks_at_those_whom_the_file_wants_asked() {
    let folder = tempfile::tempdir().expect("a folder");
    let server = ModelServer::start(|_, _| String::new(), |_| std::time::Duration::ZERO);
    let doctor = |text: &str| {
        std::fs::write(folder.path().join("c.toml"), text).expect("written");
        let arguments = ["doctor", "--config", "c.toml", "--json"];
        ask(&server, folder.path(), &arguments)
    };
    let wrong = doctor("provider = [\"nosuch\"]\n");
    assert_eq!(wrong.code, Some(6), "{}", wrong.stderr);
    assert!(wrong.stderr.contains("nosuch"), "{}", wrong.stderr);
    let absent = doctor("provider = [\"command:./absent\"]\n");
    assert_eq!(absent.code, Some(6), "{}", absent.stdout);
    let found = absent.json();
    let first = &found["providers"][0];
    assert_eq!(
        (&first["provider"], &first["ok"]),
        (&Value::from("command:./absent"), &Value::from(false)),
        "{found}"
    );
}
