//! `Command` with programs that stand in for agents.
#![cfg(unix)]

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use wavecrew_providers::{
    Command, CommandConfig, CommandOutput, Cost, ErrorKind, Message, Provider, ProviderError,
    Request, Response, TimeoutPhase,
};

/// A folder with one program in it.
struct Fake {
    folder: tempfile::TempDir,
}

impl Fake {
    fn new(script: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("agent");
        fs::write(&path, format!("#!/bin/sh\n{script}\n")).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
        Self { folder }
    }

    fn program(&self) -> String {
        self.path("agent").to_str().unwrap().to_owned()
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn config(&self) -> CommandConfig {
        CommandConfig::new(self.program()).directory(self.folder.path())
    }

    fn preset(&self, name: &str) -> CommandConfig {
        let preset = CommandConfig::preset(name).unwrap();
        preset.program(self.program()).directory(self.folder.path())
    }
}

async fn ask(config: CommandConfig, request: &Request) -> Result<Response, ProviderError> {
    Command::new(config).unwrap().complete(request).await
}

async fn fails(script: &str, kind: ErrorKind, transient: bool) -> ProviderError {
    let error = ask(Fake::new(script).config(), &Request::prompt("hi"))
        .await
        .unwrap_err();
    assert_eq!(
        (error.kind(), error.is_transient()),
        (kind, transient),
        "{error}"
    );
    error
}

#[tokio::test]
async fn a_prompt_goes_in_and_a_text_comes_out() {
    let request = Request::new([Message::system("be brief"), Message::user("hi there")]);
    let fake = Fake::new("cat; printf ' from %s in %s' \"$0\" \"$PWD\"");
    let response = ask(fake.config(), &request).await.unwrap();
    let folder = fake.folder.path().canonicalize().unwrap();
    let expected = format!(
        "be brief\n\nhi there from {} in {}",
        fake.program(),
        folder.display()
    );
    assert_eq!(response.text, expected);
    assert_eq!(
        (response.provider.as_str(), response.attempts, response.cost),
        ("agent", 1, None)
    );

    // By a file that nobody else can read and that is gone afterwards, with an answer in another file.
    let fake = Fake::new(
        "echo noise; echo \"$1\" > path; ls -ld \"$(dirname \"$1\")\" > mode; tr a-z A-Z < \"$1\" > \"$2\"; cat",
    );
    let config = fake.config().arg("{prompt_file}").arg("{answer_file}");
    let response = ask(config.output(CommandOutput::AnswerFile), &request)
        .await
        .unwrap();
    assert_eq!(response.text, "BE BRIEF\n\nHI THERE");
    let path = fs::read_to_string(fake.path("path")).unwrap();
    assert!(!Path::new(path.trim()).exists());
    assert!(
        fs::read_to_string(fake.path("mode"))
            .unwrap()
            .starts_with("drwx------")
    );

    // By an argument, with the others that are known.
    let fake = Fake::new("for argument; do printf '[%s]' \"$argument\"; done; cat");
    let config = fake
        .config()
        .args_if_known(["-m", "{model}"])
        .args_if_known(["--max={max_tokens}"]);
    let config = config
        .args_if_known(["-s", "{system}"])
        .arg("--")
        .arg("{prompt}")
        .model("default");
    let response = ask(config.clone(), &Request::prompt("-x")).await.unwrap();
    assert_eq!(response.text, "[-m][default][--][-x]");
    let request = request.model("small").max_output_tokens(7);
    let response = ask(config, &request).await.unwrap();
    assert_eq!(
        response.text,
        "[-m][small][--max=7][-s][be brief][--][be brief\n\nhi there]"
    );
}

#[tokio::test]
async fn much_goes_in_and_comes_out_at_the_same_time() {
    let question = "0123456789abcde\n".repeat(200_000);
    let response = ask(
        Fake::new("cat; cat /dev/zero | head -c 1000000 >&2").config(),
        &Request::prompt(&question),
    )
    .await;
    assert_eq!(response.unwrap().text.len(), question.trim().len());
    // A program need not read what it is told.
    let response = ask(Fake::new("echo done").config(), &Request::prompt(question)).await;
    assert_eq!(response.unwrap().text, "done");
}

#[tokio::test]
async fn how_a_program_ends_is_what_it_means() {
    let error = fails("echo 'went wrong: x' >&2; exit 3", ErrorKind::Server, false).await;
    assert_eq!(error.message(), "the program failed: exit code 3");
    assert_eq!(
        (error.excerpt(), error.attempts()),
        (Some("went wrong: x"), 1)
    );
    let error = fails("kill -9 $$", ErrorKind::Server, false).await;
    assert_eq!(error.message(), "the program failed: a signal ended it");
    fails(
        "echo 'Error: 429 Too Many Requests' >&2; exit 1",
        ErrorKind::RateLimited,
        true,
    )
    .await;
    fails(
        "echo 'Not logged in. Please run /login' >&2; exit 1",
        ErrorKind::Authentication,
        false,
    )
    .await;
    fails(
        "echo 'connect ECONNREFUSED 127.0.0.1:1' >&2; exit 1",
        ErrorKind::Connect,
        true,
    )
    .await;
    fails("true", ErrorKind::BadResponse, false).await;
    let fake = Fake::new("exit 7");
    let config = fake.config().exit_code(7, ErrorKind::Quota);
    assert_eq!(
        ask(config, &Request::prompt("hi"))
            .await
            .unwrap_err()
            .kind(),
        ErrorKind::Quota
    );
}

#[tokio::test]
async fn what_cannot_be_started() {
    for program in ["/nowhere/agent", "no-such-program-here"] {
        let error = ask(CommandConfig::new(program), &Request::prompt("hi"))
            .await
            .unwrap_err();
        assert_eq!(
            (error.kind(), error.attempts()),
            (ErrorKind::Configuration, 0),
            "{error}"
        );
        assert!(error.message().contains("could not be started"), "{error}");
    }
    let fake = Fake::new("echo hi");
    let error = ask(fake.config().directory("/nowhere"), &Request::prompt("hi"))
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Configuration);
    let error = ask(
        fake.config().arg("-m").arg("{model}"),
        &Request::prompt("hi"),
    )
    .await
    .unwrap_err();
    assert_eq!(error.message(), "there is no model for `{model}`");
    let request = Request::prompt("hi").model("--dangerous");
    let error = ask(fake.config().arg("{model}"), &request)
        .await
        .unwrap_err();
    assert_eq!(
        error.message(),
        "the content of `{model}` would be taken for an option"
    );
    let error = Command::new(CommandConfig::new(" ")).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Configuration);
    let error = Command::new(fake.config().output(CommandOutput::AnswerFile)).unwrap_err();
    assert!(error.message().contains("{answer_file}"), "{error}");
}

#[tokio::test]
async fn secrets_are_passed_on_and_never_shown() {
    let fake = Fake::new(
        "echo \"$KEY\"; echo \"bad key $KEY\" >&2; echo \"$HOME|$OTHER\"; test -z \"$FAIL\"",
    );
    let config = fake
        .config()
        .variable("KEY", "sk-canary-0123456789")
        .variable("OTHER", "x")
        .clear_variables();
    let response = ask(config.clone(), &Request::prompt("hi")).await.unwrap();
    assert_eq!(response.text, "[redacted]\n|x");
    let config = config.variable("FAIL", "1");
    let error = ask(config.clone(), &Request::prompt("hi"))
        .await
        .unwrap_err();
    let provider = Command::new(config).unwrap();
    let shown = format!("{response:?} {error:?} {error} {provider:?}");
    assert!(!shown.contains("canary"), "{shown}");
    assert_eq!(error.excerpt(), Some("bad key [redacted]"));
}

/// Whether a process of this number runs; one that only waits to be collected does not.
fn runs(file: &Path) -> bool {
    let id = fs::read_to_string(file).unwrap_or_default();
    let stat = fs::read_to_string(format!("/proc/{}/stat", id.trim())).unwrap_or_default();
    stat.rsplit_once(") ")
        .is_some_and(|(_, rest)| !rest.starts_with(['Z', 'X']))
}

async fn until(mut done: impl FnMut() -> bool) {
    let started = Instant::now();
    while !done() {
        assert!(started.elapsed() < Duration::from_secs(20));
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

/// Starts a child, one in a session of its own, and one whose parent is gone, and tells their numbers.
const FAMILY: &str = "sleep 300 & echo $! > child
setsid sh -c 'echo $$ > far; exec sleep 300' &
(setsid sh -c 'echo $$ > orphan; exec sleep 300' >/dev/null 2>&1 &)
while ! test -s far -a -s orphan; do sleep 0.01; done
echo begun; touch ready";

#[cfg(target_os = "linux")]
#[tokio::test]
async fn at_the_deadline_everything_that_was_started_is_ended() {
    let fake = Fake::new(&format!(
        "{FAMILY}\ntrap '' TERM\nwhile :; do sleep 1; done"
    ));
    let config = fake.config().deadline(Duration::from_secs(2));
    let started = Instant::now();
    let error = ask(config, &Request::prompt("hi")).await.unwrap_err();
    assert!(
        started.elapsed() < Duration::from_secs(3),
        "{:?}",
        started.elapsed()
    );
    assert_eq!(
        (error.kind(), error.timeout_phase()),
        (ErrorKind::Timeout, Some(TimeoutPhase::Total))
    );
    assert_eq!(error.partial().unwrap().text, "begun");
    for name in ["child", "far", "orphan"] {
        assert!(fake.path(name).exists());
        until(|| !runs(&fake.path(name))).await;
    }
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn when_the_call_is_dropped_everything_that_was_started_is_ended() {
    let fake = Fake::new(&format!("echo $$ > self\n{FAMILY}\nsleep 300"));
    let provider = Command::new(fake.config()).unwrap();
    let call = tokio::spawn(async move { provider.complete(&Request::prompt("hi")).await });
    until(|| fake.path("ready").exists()).await;
    assert!(runs(&fake.path("orphan")) && runs(&fake.path("self")));
    call.abort();
    for name in ["self", "child", "far", "orphan"] {
        until(|| !runs(&fake.path(name))).await;
    }
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn what_a_program_leaves_behind_is_ended_and_not_waited_for() {
    let fake = Fake::new(FAMILY);
    let started = Instant::now();
    let response = ask(fake.config(), &Request::prompt("hi")).await.unwrap();
    assert_eq!(response.text, "begun");
    assert!(started.elapsed() < Duration::from_secs(20));
    for name in ["child", "far", "orphan"] {
        until(|| !runs(&fake.path(name))).await;
    }
}

#[tokio::test]
async fn output_is_bounded() {
    let fake = Fake::new("exec cat /dev/zero");
    let error = ask(
        fake.config().max_output_bytes(100_000),
        &Request::prompt("hi"),
    )
    .await
    .unwrap_err();
    assert_eq!(
        (error.kind(), error.is_transient()),
        (ErrorKind::BadResponse, false)
    );
    assert_eq!(error.message(), "the program wrote more than 100000 bytes");
}

/// A fake of each preset: its arguments in full, what it has to be told on its standard input, what it writes, and what
/// that means.
struct Case {
    name: &'static str,
    arguments: &'static str,
    writes: &'static str,
    text: &'static str,
    tokens: (Option<u64>, Option<u64>, Option<u64>),
    cost: Option<u64>,
    fails: &'static str,
    kind: ErrorKind,
}

const CASES: &[Case] = &[
    Case {
        name: "aider",
        arguments: "--message-file FILE --yes-always --no-stream --no-pretty --no-auto-commits --no-check-update --no-show-release-notes --model small",
        writes: "Blue.",
        text: "Blue.",
        tokens: (None, None, None),
        cost: None,
        fails: "echo 'litellm.AuthenticationError: no key' >&2; exit 1",
        kind: ErrorKind::Authentication,
    },
    Case {
        name: "claude",
        arguments: "--print --output-format json --model small",
        writes: r#"{"type":"result","subtype":"success","is_error":false,"duration_ms":10,"num_turns":1,"result":"Blue.","session_id":"s-1","total_cost_usd":0.0125,"usage":{"input_tokens":3,"cache_creation_input_tokens":5,"cache_read_input_tokens":7,"output_tokens":2}}"#,
        text: "Blue.",
        tokens: (Some(15), Some(7), Some(2)),
        cost: Some(12_500_000),
        fails: r#"echo '{"type":"result","subtype":"success","is_error":true,"result":"Invalid API key · Please run /login","session_id":"s-1"}'; exit 1"#,
        kind: ErrorKind::Authentication,
    },
    Case {
        name: "codex",
        arguments: "exec --json --skip-git-repo-check --model small -",
        writes: r#"{"type":"thread.started","thread_id":"t-1"}
{"type":"turn.started"}
{"type":"item.completed","item":{"id":"item_0","type":"reasoning","text":"hm"}}
{"type":"item.completed","item":{"id":"item_1","type":"agent_message","text":"Let me see."}}
{"type":"item.completed","item":{"id":"item_2","type":"agent_message","text":"Blue."}}
{"type":"turn.completed","usage":{"input_tokens":30,"cached_input_tokens":20,"output_tokens":4}}"#,
        text: "Blue.",
        tokens: (Some(30), Some(20), Some(4)),
        cost: None,
        fails: r#"echo '{"type":"turn.failed","error":{"message":"You hit your usage limit."}}'; exit 1"#,
        kind: ErrorKind::Quota,
    },
    Case {
        name: "cursor-agent",
        arguments: "--print --output-format json --model small",
        writes: r#"{"type":"result","subtype":"success","is_error":false,"duration_ms":1234,"result":"Blue.","session_id":"s-2","request_id":"r"}"#,
        text: "Blue.",
        tokens: (None, None, None),
        cost: None,
        fails: "echo 'Authentication required' >&2; exit 1",
        kind: ErrorKind::Authentication,
    },
    Case {
        name: "gemini",
        arguments: "--output-format json --model small",
        writes: r#"Loaded cached credentials.
{
  "session_id": "g-1",
  "response": "Blue.",
  "stats": { "models": {
    "gemini-pro": { "tokens": { "prompt": 10, "candidates": 2, "total": 15, "cached": 4, "thoughts": 3 } },
    "gemini-flash": { "tokens": { "prompt": 1, "candidates": 1, "total": 2, "cached": 0, "thoughts": 0 } }
  } }
}"#,
        text: "Blue.",
        tokens: (Some(11), Some(4), Some(6)),
        cost: None,
        fails: r#"echo '{"error":{"type":"FatalAuthenticationError","message":"set an auth method","code":41}}' >&2; exit 41"#,
        kind: ErrorKind::Authentication,
    },
    Case {
        name: "opencode",
        arguments: "run --format json --model small",
        writes: r#"{"type":"step_start","timestamp":1,"sessionID":"ses_1","part":{"type":"step-start"}}
{"type":"text","timestamp":2,"sessionID":"ses_1","part":{"type":"text","text":"Blue."}}
{"type":"step_finish","timestamp":3,"sessionID":"ses_1","part":{"type":"step-finish","reason":"stop","cost":0.5,"tokens":{"input":10,"output":2,"reasoning":1,"cache":{"read":5,"write":4}}}}"#,
        text: "Blue.",
        tokens: (Some(19), Some(5), Some(3)),
        cost: Some(500_000_000),
        fails: r#"echo '{"type":"error","sessionID":"ses_1","error":{"name":"ProviderModelNotFoundError","data":{"message":"Model not found: x"}}}'; exit 1"#,
        kind: ErrorKind::ModelNotFound,
    },
    Case {
        name: "qwen",
        arguments: "--output-format json --model small",
        writes: r#"[{"type":"system","subtype":"session_start","model":"qwen3"},{"type":"assistant","message":{"content":[{"type":"text","text":"Blue."}]}},{"type":"result","subtype":"success","is_error":false,"result":"Blue.","session_id":"q-1","usage":{"input_tokens":9,"cache_read_input_tokens":1,"output_tokens":2}}]"#,
        text: "Blue.",
        tokens: (Some(9), Some(1), Some(2)),
        cost: None,
        fails: r#"echo '[{"type":"result","subtype":"error_during_execution","is_error":true,"error":{"message":"429 rate limit"}}]'; exit 1"#,
        kind: ErrorKind::RateLimited,
    },
];

#[tokio::test]
async fn every_preset_with_a_program_of_its_interface() {
    let names: Vec<&str> = CASES.iter().map(|case| case.name).collect();
    assert_eq!(CommandConfig::presets().collect::<Vec<_>>(), names);
    assert!(CommandConfig::preset("nobody").is_none());
    let request = Request::prompt("What colour is the sky?").model("small");
    for case in CASES {
        // It refuses every argument that is not just so, and a question that is not there.
        let script = format!(
            r#"file=
given=
for argument; do
    case "$argument" in
    /*) file=$argument; argument=FILE ;;
    esac
    given="$given $argument"
done
if test "$given" != " {arguments}"; then echo "usage: not$given" >&2; exit 64; fi
if test -n "$file"; then asked=$(cat "$file"); test -z "$(cat)" || exit 66; else asked=$(cat); fi
if test "$asked" != "What colour is the sky?"; then echo "asked: $asked" >&2; exit 65; fi
test -e fail && . ./fail
cat answer"#,
            arguments = case.arguments
        );
        let fake = Fake::new(&script);
        fs::write(fake.path("answer"), case.writes).unwrap();
        let response = ask(fake.preset(case.name), &request).await;
        let response = response.unwrap_or_else(|error| panic!("{}: {error}", case.name));
        assert_eq!(
            (response.text.as_str(), response.provider.as_str()),
            (case.text, case.name)
        );
        let usage = response.usage;
        assert_eq!(
            (usage.input_tokens, usage.cached_tokens, usage.output_tokens),
            case.tokens,
            "{}",
            case.name
        );
        assert_eq!(
            response.cost,
            case.cost.map(Cost::from_nano_usd),
            "{}",
            case.name
        );

        fs::write(fake.path("fail"), case.fails).unwrap();
        let error = ask(fake.preset(case.name), &request).await.unwrap_err();
        assert_eq!(error.kind(), case.kind, "{}: {error}", case.name);
        fs::remove_file(fake.path("fail")).unwrap();

        // Cut in the middle, no text is taken for a whole one, save where the program has no sign for its end.
        if case.name != "aider" {
            fs::write(fake.path("answer"), &case.writes[..case.writes.len() - 2]).unwrap();
            let error = ask(fake.preset(case.name), &request).await.unwrap_err();
            let kinds = [ErrorKind::Incomplete, ErrorKind::BadResponse];
            assert!(kinds.contains(&error.kind()), "{}: {error}", case.name);
        }
    }
}

#[tokio::test]
async fn a_program_that_writes_files_may_be_silent() {
    let silent = |config: CommandConfig| {
        let config = config.arg("-c").arg("cat > /dev/null");
        Command::new(config).expect("a program is named")
    };
    let error = silent(CommandConfig::new("sh"))
        .complete(&Request::prompt("x"))
        .await;
    assert_eq!(
        error.expect_err("it said nothing").kind(),
        ErrorKind::BadResponse
    );
    let allowed = silent(CommandConfig::new("sh").may_be_silent());
    let response = allowed
        .complete(&Request::prompt("x"))
        .await
        .expect("it ended well");
    assert_eq!(response.text, "");
}

#[tokio::test]
async fn an_answer_file_beyond_the_bound_is_not_cut() {
    for (bytes, whole) in [(1_000, true), (1_001, false)] {
        let fake = Fake::new(&format!("head -c {bytes} /dev/zero | tr '\\0' x > \"$1\""));
        let config = fake.config().arg("{answer_file}").max_output_bytes(1_000);
        let end = ask(
            config.output(CommandOutput::AnswerFile),
            &Request::prompt("hi"),
        )
        .await;
        assert_eq!(end.is_ok(), whole, "{bytes} {end:?}");
    }
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_program_that_is_being_written_is_started_when_it_is_written() {
    let fake = Fake::new("echo done");
    let program = fs::OpenOptions::new()
        .append(true)
        .open(fake.path("agent"))
        .unwrap();
    let request = Request::prompt("hi");
    let busy = std::process::Command::new(fake.program()).spawn();
    assert_eq!(
        busy.unwrap_err().kind(),
        std::io::ErrorKind::ExecutableFileBusy
    );
    // The first of the two is asked first.
    let (response, ()) = tokio::join!(ask(fake.config(), &request), async { drop(program) });
    assert_eq!(response.unwrap().text, "done");
}

#[tokio::test]
async fn a_code_that_means_that_nothing_was_done_is_a_passing_one() {
    for (kind, passing) in [
        (ErrorKind::Overloaded, true),
        (ErrorKind::RateLimited, true),
        (ErrorKind::Quota, false),
        // It may have changed files.
        (ErrorKind::Incomplete, false),
        (ErrorKind::Server, false),
    ] {
        let fake = Fake::new("exit 75");
        let config = fake.config().exit_code(75, kind);
        let error = ask(config, &Request::prompt("hi")).await.unwrap_err();
        assert_eq!((error.kind(), error.is_transient()), (kind, passing));
    }
}

/// What a program says of its cost was paid, whatever came of the text.
#[tokio::test]
async fn an_answer_without_text_has_its_cost() {
    let report = r#"{"type":"result","subtype":"success","is_error":false,"result":"","total_cost_usd":0.41,"usage":{"input_tokens":3,"output_tokens":2}}"#;
    let fake = Fake::new(&format!("echo '{report}'"));
    let error = ask(fake.preset("claude"), &Request::prompt("hi")).await;
    let error = error.unwrap_err();
    assert_eq!(
        (error.kind(), error.is_transient()),
        (ErrorKind::BadResponse, false)
    );
    let partial = error.partial().unwrap();
    assert_eq!(partial.cost, Some(Cost::from_nano_usd(410_000_000)));
    assert_eq!(partial.usage.total_tokens(), Some(5));
}
