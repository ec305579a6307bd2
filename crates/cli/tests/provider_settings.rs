//! Whom a run asks and how: limits, weights, routes, and the configuration file.

mod support;

use std::path::Path;
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;
use support::crowd::{self, Crowd};
use support::model_server::ModelServer;
use support::{Ran, program};

const WIDE: Crowd = Crowd {
    tasks: 20,
    width: 20,
    tested: 1000,
};

fn good() -> ModelServer {
    ModelServer::start(|task, _| crowd::answer(task), |_| Duration::ZERO)
}

/// A folder with a plan, and the folder of a run in it.
struct Place {
    folder: tempfile::TempDir,
    plan: String,
}

impl Place {
    fn new(crowd: Crowd) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let plan = crowd
            .write(folder.path())
            .to_str()
            .expect("text")
            .to_owned();
        std::fs::create_dir(folder.path().join("root")).expect("a folder");
        Self { folder, plan }
    }

    fn root(&self) -> String {
        let root = self.folder.path().join("root");
        root.to_str().expect("text").to_owned()
    }

    /// Writes a configuration file into the root.
    fn configure(&self, text: &str) -> String {
        let path = self.folder.path().join("root/wavecrew.toml");
        std::fs::write(&path, text).expect("written");
        path.to_str().expect("text").to_owned()
    }

    fn command(&self, variables: &[(&str, &str)], more: &[&str]) -> std::process::Command {
        let mut program = program();
        program.envs(variables.iter().copied());
        program.args(["run", &self.plan, "--root", &self.root(), "--run-id", "r"]);
        program.args(["--accept-unchecked", "--json"]).args(more);
        program
    }

    fn run(&self, variables: &[(&str, &str)], more: &[&str]) -> Ran {
        let mut command = self.command(variables, more);
        command.output().expect("it starts").into()
    }
}

fn answers(summary: &Value, provider: &str) -> u64 {
    let shares = summary["providers"].as_array().expect("a list");
    let share = shares.iter().find(|share| share["provider"] == provider);
    share
        .and_then(|share| share["answers"].as_u64())
        .unwrap_or(0)
}

/// A program that is ended with the test.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
fn no_more_requests_are_sent_in_a_minute_than_allowed() {
    let place = Place::new(WIDE);
    let server = good();
    let url = server.url();
    let limit = [
        "--provider",
        "openai",
        "--model",
        "m",
        "--requests-per-minute",
        "openai=4",
    ];
    let mut command = place.command(&[("OPENAI_BASE_URL", &url)], &limit);
    let _running = Running(
        command
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("it starts"),
    );
    let began = Instant::now();
    while server.log().len() < 4 && began.elapsed() < Duration::from_secs(30) {
        std::thread::sleep(Duration::from_millis(20));
    }
    // The fifth is due in a minute; without the limit all twenty are through by now.
    std::thread::sleep(Duration::from_secs(2));
    assert_eq!(server.log().len(), 4);
}

#[test]
fn a_request_beyond_the_tokens_of_a_minute_is_not_sent() {
    let place = Place::new(Crowd {
        tasks: 1,
        width: 1,
        ..WIDE
    });
    let server = good();
    let limit = [
        "--provider",
        "openai",
        "--model",
        "m",
        "--tokens-per-minute",
        "500",
    ];
    let ran = place.run(&[("OPENAI_BASE_URL", &server.url())], &limit);
    assert_ne!(ran.code, Some(0), "{}", ran.stderr);
    let reason = ran.summary()["tasks"][0]["reason"].to_string();
    assert!(
        reason.contains("beyond the allowance of 500 tokens"),
        "{reason}"
    );
    assert_eq!(server.log().len(), 0);
}

#[test]
fn a_simulation_knows_the_limit_of_requests() {
    let place = Place::new(WIDE);
    let simulated = |more: &[&str]| {
        let ran = place.run(&[], &[&["--simulate", "--workers", "20"], more].concat());
        assert_eq!(ran.code, Some(0), "{}", ran.stderr);
        ran.json()["makespan_seconds"].as_u64().expect("a number")
    };
    assert_eq!(simulated(&["--provider", "openai"]), 60);
    let limited = ["--provider", "openai", "--requests-per-minute", "2"];
    assert_eq!(simulated(&limited), 9 * 60 + 60);
    // Rules ask nobody.
    assert_eq!(simulated(&["--requests-per-minute", "2"]), 60);
}

#[test]
fn requests_are_split_by_weight_and_the_split_is_told() {
    let place = Place::new(WIDE);
    let (one, other) = (good(), good());
    place.configure(&format!(
        "[providers.other]\nkind = \"openai\"\naddress = \"{}\"\n",
        other.url()
    ));
    let weights = ["--provider", "openai=90,other=10", "--model", "m"];
    let ran = place.run(&[("OPENAI_BASE_URL", &one.url())], &weights);
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    let summary = ran.summary();
    assert_eq!(
        (answers(&summary, "openai"), answers(&summary, "other")),
        (18, 2)
    );
    assert_eq!((one.log().len(), other.log().len()), (18, 2));
    assert_eq!(summary["providers"][0]["meant"], 0.9);

    let report = program()
        .args(["report", "r", "--root", &place.root()])
        .output();
    let report = Ran::from(report.expect("it starts"));
    assert!(
        report.stdout.contains("- openai: 18 of them (90 %)"),
        "{}",
        report.stdout
    );
}

#[test]
fn who_has_no_weight_stands_by() {
    let place = Place::new(Crowd {
        tasks: 4,
        width: 4,
        ..WIDE
    });
    let weights = ["--provider", "openai=1,heuristic", "--model", "m"];
    // Nobody listens there.
    let ran = place.run(&[("OPENAI_BASE_URL", "http://127.0.0.1:9/v1")], &weights);
    assert_eq!(answers(&ran.summary(), "heuristic"), 4, "{}", ran.stderr);
    let place = Place::new(Crowd {
        tasks: 4,
        width: 4,
        ..WIDE
    });
    let server = good();
    let ran = place.run(&[("OPENAI_BASE_URL", &server.url())], &weights);
    assert_eq!(answers(&ran.summary(), "openai"), 4, "{}", ran.stderr);
}

#[test]
fn rules_go_by_the_name_that_the_file_gives_them() {
    let place = Place::new(Crowd {
        tasks: 1,
        width: 1,
        ..WIDE
    });
    place.configure("provider = \"stub\"\n\n[providers.stub]\nkind = \"heuristic\"\n");
    let ran = place.run(&[], &[]);
    let summary = ran.summary();
    assert_eq!(answers(&summary, "stub"), 1, "{summary}");
    let plan = place.folder.path().join("open.md");
    let open = "---\nwavecrew: 1\n---\n\n# Open\n\n## Tasks\n\n### A-1: Think\n\n- estimate: 1h\n";
    std::fs::write(&plan, open).expect("written");
    let mut program = program();
    program.arg("run").arg(plan).args(["--root", &place.root()]);
    let ran = Ran::from(program.output().expect("it starts"));
    assert!(
        ran.stderr.contains("no deliverable is stated"),
        "{}",
        ran.stderr
    );
}

#[test]
fn tasks_go_by_routes() {
    let place = Place::new(WIDE);
    let (one, other) = (good(), good());
    place.configure(&format!(
        "provider = \"openai\"\nmodel = \"m\"\n\n[providers.other]\nkind = \"openai\"\naddress = \"{}\"\n\n\
         [[routes]]\ntasks = [\"T-00*\", \"t-019\"]\nto = [\"other\"]\n",
        other.url()
    ));
    let ran = place.run(&[("OPENAI_BASE_URL", &one.url())], &[]);
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    let mut routed: Vec<String> = other.log().into_iter().map(|asked| asked.task).collect();
    routed.sort();
    let meant: Vec<String> = (0..10)
        .chain([19])
        .map(|task| format!("T-{task:03}"))
        .collect();
    assert_eq!(routed, meant);
    assert_eq!(one.log().len(), 9);
}

#[test]
fn the_command_line_wins_over_the_file_and_the_file_over_the_environment() {
    let place = Place::new(Crowd {
        tasks: 1,
        width: 1,
        ..WIDE
    });
    let (of_file, of_environment) = (good(), good());
    let file = place.configure(&format!(
        "provider = [\"openai\"]\nmodel = \"m\"\nbudget_calls = 0\n\n[providers.openai]\naddress = \"{}\"\n",
        of_file.url()
    ));
    let variables = [("OPENAI_BASE_URL", of_environment.url())];
    let variables = [(variables[0].0, variables[0].1.as_str())];
    let stopped = place.run(&variables, &[]);
    assert_eq!(
        stopped.code,
        Some(4),
        "the file bounds the calls: {}",
        stopped.stderr
    );

    let resume = |more: &[&str]| {
        let mut program = program();
        program
            .envs(variables)
            .args(["resume", "--root", &place.root(), "--accept-unchecked"]);
        Ran::from(program.args(more).output().expect("it starts"))
    };
    // A resumed run goes on as it began, whatever the file says by now.
    std::fs::write(&file, "budget_calls = 5\n").expect("written");
    assert_eq!(resume(&[]).code, Some(4));
    let done = resume(&["--config", &file]);
    assert_eq!(done.code, Some(0), "{}", done.stderr);
    assert_eq!((of_file.log().len(), of_environment.log().len()), (1, 0));

    let place = Place::new(Crowd {
        tasks: 1,
        width: 1,
        ..WIDE
    });
    place.configure("provider = [\"openai\"]\nbudget_calls = 0\n");
    let ran = place.run(&variables, &["--model", "m", "--budget-calls", "3"]);
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    assert_eq!(of_environment.log().len(), 1);
}

#[test]
fn what_the_file_says_wrong_is_told_with_its_line() {
    for (text, line, told) in [
        ("provider = \"openai\"\nmodle = \"m\"\n", 2, "`modle`"),
        ("\n[providers.openai]\nadress = \"x\"\n", 3, "`adress`"),
        (
            "[[routes]]\ntaks = [\"A\"]\nto = [\"openai\"]\n",
            2,
            "`taks`",
        ),
        ("budget = \"fifteen\"\n", 1, "no sum in US dollars"),
        ("budget = -1\n", 1, "no sum in US dollars"),
        ("[prices]\nm = \"2.50\"\n", 2, "no price"),
        ("provider = \"openai=x\"\n", 1, "no weight"),
        ("requests_per_minute = 0\n", 1, "nonzero"),
        ("model = m\n", 1, ""),
        ("\n[[routes]]\nto = []\n", 3, "at least one provider"),
        ("[[routes]]\ntasks = [\"A\"]\n", 1, "missing field `to`"),
        ("[[routes]]\nto = [\"openai=x\"]\n", 2, "no weight"),
        (
            "[[routes]]\nto = [\n\"ollama\",\n\"nobody\" ]\n",
            4,
            "called `nobody`; there are",
        ),
        (
            "[[routes]]\nto = [\"ollama\",\n\"ollama\"]\n",
            2,
            "named twice",
        ),
        ("[[routes]]\nto = [\"ollama=0\"]\n", 2, "all weights are 0"),
        (
            "model = \"m\"\nprovider = [\"openai\", \"nobody=3\"]\n",
            2,
            "called `nobody`; there are",
        ),
        (
            "\nprovider = [\"openai=0\", \"ollama=0\"]\n",
            2,
            "all weights are 0",
        ),
        (
            "\n[providers.far]\naddress = \"http://localhost\"\n",
            2,
            "`kind` is one of",
        ),
        (
            "\n[providers.far]\nkind = \"opnai\"\n",
            2,
            "`kind` is one of",
        ),
    ] {
        let place = Place::new(Crowd {
            tasks: 1,
            width: 1,
            ..WIDE
        });
        let file = place.configure(text);
        let ran = place.run(&[], &[]);
        assert_eq!(ran.code, Some(6), "{text}: {}", ran.stderr);
        let place = format!("{file}:{line}: ");
        assert!(
            ran.stderr.contains(&place) && ran.stderr.contains(told),
            "{text}: {}",
            ran.stderr
        );
    }
    let place = Place::new(Crowd {
        tasks: 1,
        width: 1,
        ..WIDE
    });
    #[cfg(unix)]
    {
        let found = Place::new(Crowd {
            tasks: 1,
            width: 1,
            ..WIDE
        });
        let file = found.folder.path().join("root/wavecrew.toml");
        std::os::unix::fs::symlink("/dev/zero", file).expect("linked");
        let ran = found.run(&[], &[]);
        assert_eq!(ran.code, Some(6), "{}", ran.stderr);
        assert!(ran.stderr.contains("it is no file"), "{}", ran.stderr);
    }
    let ran = place.run(&[], &["--config", "no-such-file.toml"]);
    assert_eq!(ran.code, Some(6), "{}", ran.stderr);
    assert!(ran.stderr.contains("no-such-file.toml"), "{}", ran.stderr);
    // What only the command line says wrong is a matter of its use.
    place.configure("model = \"m\"\n");
    let ran = place.run(&[], &["--provider", "nobody"]);
    assert_eq!(ran.code, Some(2), "{}", ran.stderr);
}

#[test]
fn a_file_that_was_only_found_makes_no_model_cheaper() {
    let place = Place::new(Crowd {
        tasks: 1,
        width: 1,
        ..WIDE
    });
    let server = good();
    let file = "provider = \"openai\"\nmodel = \"gpt-4o\"\n[prices]\n\"gpt-4o\" = \"0/0\"\n";
    let path = place.configure(file);
    let url = server.url();
    let variables = [("OPENAI_BASE_URL", url.as_str())];
    let found = place.run(&variables, &["--budget", "0.000001"]);
    assert_eq!(found.code, Some(4), "{}", found.stderr);
    assert_eq!(server.log().len(), 0);
    let place = Place::new(Crowd {
        tasks: 1,
        width: 1,
        ..WIDE
    });
    place.configure(file);
    let named = place.run(&variables, &["--budget", "0.000001", "--config", &path]);
    assert_eq!(named.code, Some(0), "{}", named.stderr);
}

#[test]
fn sums_in_the_file_are_exact() {
    let place = Place::new(Crowd {
        tasks: 1,
        width: 1,
        ..WIDE
    });
    let server = good();
    server.uses(999_999, 1);
    for (budget, code) in [("0.3", 0), ("\"0.30\"", 0), ("1", 0), ("0.000001", 4)] {
        place.configure(&format!(
            "provider = \"openai\"\nmodel = \"loopback\"\nbudget = {budget}\n\n[prices]\n\"loop*\" = \"0.1/0.1\"\n"
        ));
        let id = format!("r{}", budget.len());
        let root = place.folder.path().join(&id);
        let config = place.folder.path().join("root/wavecrew.toml");
        let config = config.to_str().expect("text");
        let mut program = program();
        program.env("OPENAI_BASE_URL", server.url()).args([
            "run",
            &place.plan,
            "--json",
            "--config",
            config,
        ]);
        let ran = Ran::from(
            program
                .arg("--accept-unchecked")
                .arg("--root")
                .arg(root)
                .output()
                .expect("it starts"),
        );
        assert_eq!(ran.code, Some(code), "{budget}: {}", ran.stderr);
        if code == 0 {
            assert_eq!(ran.summary()["budget"]["spent"]["cost"], 0.1);
        }
    }
}

fn write_key(path: &Path, mode: u32) {
    std::fs::write(path, "sk-of-the-file\n").expect("written");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = std::fs::Permissions::from_mode(mode);
        std::fs::set_permissions(path, mode).expect("one's own file");
    }
}

#[cfg(unix)]
#[test]
fn a_key_is_read_from_a_file_that_is_a_secret() {
    let place = Place::new(Crowd {
        tasks: 1,
        width: 1,
        ..WIDE
    });
    let server = good();
    let file = place.configure(
        "provider = \"openai\"\nmodel = \"m\"\n\n[providers.openai]\napi_key_file = \"../key\"\n",
    );
    let key = place.folder.path().join("key");
    let url = server.url();
    let variables = [
        ("OPENAI_BASE_URL", url.as_str()),
        ("OPENAI_API_KEY", "sk-of-the-environment"),
    ];

    let named = ["--config", &*file];
    let absent = place.run(&variables, &named);
    assert_eq!(absent.code, Some(6), "{}", absent.stderr);
    write_key(&key, 0o644);
    let open = place.run(&variables, &named);
    assert_eq!(open.code, Some(6), "{}", open.stderr);
    assert!(open.stderr.contains("chmod 600"), "{}", open.stderr);

    write_key(&key, 0o600);
    // A file that came with the project names no file of this machine.
    let found = place.run(&variables, &[]);
    assert_eq!(found.code, Some(6), "{}", found.stderr);
    let told = format!("would be sent by `{file}`");
    assert!(found.stderr.contains(&told), "{}", found.stderr);
    let git = |arguments: &[&str]| {
        let mut git = std::process::Command::new("git");
        git.current_dir(place.folder.path()).args(arguments);
        let ran = git.output().expect("git starts");
        assert!(
            ran.status.success(),
            "{}",
            String::from_utf8_lossy(&ran.stderr)
        );
    };
    git(&["init", "-q"]);
    git(&["add", "key"]);
    let tracked = place.run(&variables, &named);
    assert_eq!(tracked.code, Some(6), "{}", tracked.stderr);
    assert!(
        tracked.stderr.contains("tracked by git"),
        "{}",
        tracked.stderr
    );
    assert!(!tracked.stderr.contains("sk-of"), "{}", tracked.stderr);

    git(&["rm", "-q", "--cached", "key"]);
    let ran = place.run(&variables, &named);
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    assert_eq!(server.log()[0].key, "sk-of-the-file");
    let journal = place
        .folder
        .path()
        .join("root/.wavecrew/runs/r/journal.jsonl");
    let journal = std::fs::read_to_string(journal).expect("a journal");
    assert!(!journal.contains("sk-of"), "no key is kept");
}

#[test]
fn a_file_that_nobody_named_sends_no_key_elsewhere() {
    let place = Place::new(Crowd {
        tasks: 1,
        width: 1,
        ..WIDE
    });
    let key = [("OPENAI_API_KEY", "sk-of-the-environment")];
    let mut file = String::new();
    // With more slashes than two, too, it is the same server that is called.
    for address in [
        "http:///somewhere.invalid/v1",
        "http://somewhere.invalid/v1",
    ] {
        file = place.configure(&format!(
            "provider = \"openai\"\nmodel = \"m\"\n\n[providers.openai]\naddress = \"{address}\"\n",
        ));
        let refused = place.run(&key, &[]);
        assert_eq!(refused.code, Some(6), "{}", refused.stderr);
        assert!(
            refused.stderr.contains("OPENAI_API_KEY would be sent"),
            "{}",
            refused.stderr
        );
        assert!(!refused.stderr.contains("sk-of"), "{}", refused.stderr);
    }
    let named = place.run(&key, &["--config", &file, "--attempts", "1"]);
    assert!(!named.stderr.contains("would be sent"), "{}", named.stderr);
    assert!(
        place.folder.path().join("root/.wavecrew/runs/r").exists(),
        "it was begun"
    );
}

#[cfg(unix)]
#[test]
fn a_file_that_nobody_named_sends_no_key_of_a_file_elsewhere() {
    let place = Place::new(Crowd {
        tasks: 1,
        width: 1,
        ..WIDE
    });
    write_key(&place.folder.path().join("key"), 0o600);
    let elsewhere = "api_key_file = \"../key\"\naddress = \"http://somewhere.invalid/v1\"\n";
    let settings = |kind: &str| {
        format!(
            "provider = \"far\"\nmodel = \"m\"\n\n[providers.far]\nkind = \"{kind}\"\n{elsewhere}"
        )
    };
    for kind in ["openai", "anthropic", "ollama", "generate"] {
        let file = place.configure(&settings(kind));
        let refused = place.run(&[], &[]);
        assert_eq!(refused.code, Some(6), "{kind}: {}", refused.stderr);
        let told = format!("would be sent to the address in `{file}`");
        assert!(refused.stderr.contains(&told), "{}", refused.stderr);
        assert!(!refused.stderr.contains("sk-of"), "{}", refused.stderr);
    }
    // Another file that is named does not vouch for what the found one says.
    let server = good();
    place.configure(&format!(
        "provider = \"openai\"\nmodel = \"m\"\nbudget_calls = 0\n\n[providers.openai]\naddress = \"{}\"\n\n\
         [providers.far]\nkind = \"openai\"\naddress = \"http://somewhere.invalid/v1\"\n",
        server.url()
    ));
    assert_eq!(place.run(&[], &[]).code, Some(4));
    let named = place.folder.path().join("named.toml");
    let vouched =
        "provider = \"far\"\nbudget_calls = 9\n\n[providers.far]\napi_key_file = \"key\"\n";
    std::fs::write(&named, vouched).expect("written");
    let resume = |file: &Path| -> Ran {
        let mut program = program();
        program.args(["resume", "--root", &place.root(), "--attempts", "1"]);
        program.arg("--config").arg(file);
        program.output().expect("it starts").into()
    };
    let refused = resume(&named);
    assert_eq!(refused.code, Some(6), "{}", refused.stderr);
    assert!(
        refused.stderr.contains("would be sent"),
        "{}",
        refused.stderr
    );
    let address = "address = \"http://127.0.0.1:9/v1\"\n";
    std::fs::write(&named, format!("{vouched}{address}")).expect("written");
    let own = resume(&named);
    assert!(!own.stderr.contains("would be sent"), "{}", own.stderr);
}

#[cfg(unix)]
#[test]
fn a_file_that_nobody_named_runs_no_program() {
    use std::os::unix::fs::PermissionsExt as _;
    let place = Place::new(Crowd {
        tasks: 1,
        width: 1,
        ..WIDE
    });
    let (script, ran) = (place.folder.path().join("x.sh"), "was-run");
    let mark = place.folder.path().join(ran);
    let text = format!("#!/bin/sh\ntouch '{}'\necho no file\n", mark.display());
    std::fs::write(&script, text).expect("written");
    let mode = std::fs::Permissions::from_mode(0o755);
    std::fs::set_permissions(&script, mode).expect("one's own file");
    let program = format!("command:{}", script.display());
    let by_policy = "{ \"rules\": [ { \"measures\": [ { \"action\": \"retry\", \"switch\": \"PROGRAM\" } ] } ] }";
    let policy = place.folder.path().join("root/policy.json");
    std::fs::write(&policy, by_policy.replace("PROGRAM", &program)).expect("written");

    for (text, line) in [
        (format!("\nprovider = \"{program}\"\n"), 2),
        (
            format!("provider = [\n  \"heuristic\",\n  \"{program}=3\" ]\n"),
            3,
        ),
        (
            format!("provider = \"a\"\n[providers.a]\nkind = \"{program}\"\n"),
            3,
        ),
        (
            format!("[[routes]]\ntasks = [\"*\"]\nto = [\"{program}\"]\n"),
            3,
        ),
    ] {
        let file = place.configure(&text);
        let refused = place.run(&[], &[]);
        assert_eq!(refused.code, Some(6), "{text}: {}", refused.stderr);
        let told = format!("{file}:{line}: `{program}` would be run");
        assert!(refused.stderr.contains(&told), "{text}: {}", refused.stderr);
        assert!(!mark.exists(), "{text}");
        place.run(&[], &["--config", &file, "--attempts", "1"]);
        assert!(
            mark.exists(),
            "it is run where somebody named the file: {text}"
        );
        std::fs::remove_file(&mark).expect("it is there");
        let runs = place.folder.path().join("root/.wavecrew");
        std::fs::remove_dir_all(runs).expect("it is there");
    }

    let file = place.configure("policy = \"policy.json\"\n");
    let refused = place.run(&[], &[]);
    assert_eq!(refused.code, Some(6), "{}", refused.stderr);
    assert!(
        refused.stderr.contains("would be run by a policy"),
        "{}",
        refused.stderr
    );
    for more in [["--config", &file], ["--provider", &program]] {
        let named = place.run(&[], &[&more[..], &["--simulate"]].concat());
        assert_eq!(named.code, Some(0), "{}", named.stderr);
    }
}

#[test]
fn each_provider_may_have_its_model() {
    let place = Place::new(Crowd {
        tasks: 1,
        width: 1,
        ..WIDE
    });
    let server = good();
    let file = place.configure(&format!(
        "[providers.other]\nkind = \"openai\"\naddress = \"{}\"\n\n[prices]\nlarge = \"1/1\"\n",
        server.url()
    ));
    let down = [("OPENAI_BASE_URL", "http://127.0.0.1:9/v1")];
    let chain = [
        "--provider",
        "openai,other",
        "--budget",
        "1",
        "--config",
        &file,
    ];
    // The price tells which model each is asked for.
    let more = ["--model", "large", "--model", "other=tiny"];
    let refused = place.run(&down, &[&chain[..], &more[..]].concat());
    assert_eq!(refused.code, Some(6), "{}", refused.stderr);
    assert!(
        refused.stderr.contains("not known of `tiny` of other;"),
        "{}",
        refused.stderr
    );
    let more = [&more[..], &["--price", "tiny=1/1"]].concat();
    let ran = place.run(&down, &[&chain[..], &more[..]].concat());
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    assert_eq!(server.log()[0].model, "tiny");
}

#[test]
fn the_file_names_a_policy_and_the_command_line_wins() {
    let place = Place::new(Crowd {
        tasks: 1,
        width: 1,
        ..WIDE
    });
    let server = ModelServer::start(|_, _| "No file at all.".to_owned(), |_| Duration::ZERO);
    let url = server.url();
    let variables = [("OPENAI_BASE_URL", url.as_str())];
    place.configure("provider = \"openai\"\nmodel = \"m\"\npolicy = \"once.json\"\n");
    std::fs::write(
        place.folder.path().join("root/once.json"),
        "{ \"max_attempts\": 1 }",
    )
    .expect("written");
    let once = place.run(&variables, &[]);
    assert_eq!(once.code, Some(1), "{}", once.stderr);
    assert_eq!(server.log().len(), 1, "the policy is beside the file");
    let place_again = Place::new(Crowd {
        tasks: 1,
        width: 1,
        ..WIDE
    });
    place_again.configure("provider = \"openai\"\nmodel = \"m\"\npolicy = \"absent.json\"\n");
    let absent = place_again.run(&variables, &[]);
    assert_eq!(absent.code, Some(6), "{}", absent.stderr);
    let named = place_again.run(&variables, &["--policy", "mitigation", "--attempts", "1"]);
    assert_ne!(named.code, Some(6), "{}", named.stderr);
}
