//! How commands end, what they write, and what they are given.

use std::time::Duration;

use wavecrew_sandbox::{Exit, Finished, Isolation, RelDir, Root, RunError, Runner};

/// Every isolation that works on this machine; the process group does everywhere.
fn isolations() -> Vec<Isolation> {
    [
        Isolation::PidNamespace,
        Isolation::UserPidNamespace,
        Isolation::ProcessGroup,
    ]
    .into_iter()
    .filter(|isolation| isolation.works())
    .collect()
}

/// Runs a program in a new folder, once for each isolation.
async fn each(runner: Runner, program: &str, args: &[&str]) -> Vec<Finished> {
    let mut all = Vec::new();
    for isolation in isolations() {
        let folder = tempfile::tempdir().unwrap();
        let root = Root::open(folder.path()).unwrap();
        let runner = runner.clone().isolated_by(isolation);
        all.push(
            runner
                .run(&root, program, args, &RelDir::root())
                .await
                .unwrap(),
        );
    }
    all
}

async fn sh(script: &str) -> Vec<Finished> {
    each(Runner::new(), "sh", &["-c", script]).await
}

/// A script of `sh` ends like this and writes this, however it is isolated.
async fn check(script: &str, status: Exit, stdout: &str) {
    for finished in sh(script).await {
        assert_eq!(
            (finished.status, finished.stdout.text_lossy().trim_end()),
            (status, stdout),
            "{script}: {finished:?}"
        );
    }
}

#[tokio::test]
async fn endings_are_reported_as_they_are() {
    check("exit 0", Exit::Code(0), "").await;
    check("exit 1", Exit::Code(1), "").await;
    check("exit 137", Exit::Code(137), "").await;
    check("exit 255", Exit::Code(255), "").await;
    check("kill -KILL $$", Exit::Signal(9), "").await;
    check("kill -TERM $$", Exit::Signal(15), "").await;
    check("kill -SEGV $$", Exit::Signal(11), "").await;
    check("kill -ABRT $$", Exit::Signal(6), "").await;
    check("kill -HUP $$", Exit::Signal(1), "").await;
    check("nosuchprogram", Exit::Code(127), "").await;
    check("./none", Exit::Code(127), "").await;
    check("touch plain; ./plain", Exit::Code(126), "").await;
    check("if", Exit::Code(2), "").await;
}

#[tokio::test]
async fn a_program_that_cannot_be_run_ends_as_in_a_shell() {
    for finished in each(Runner::new(), "nosuchprogram", &[]).await {
        assert_eq!(finished.status, Exit::Code(127));
        assert!(
            finished.stderr.text_lossy().contains("nosuchprogram"),
            "{finished:?}"
        );
    }
    for finished in each(Runner::new(), "/dev/null", &[]).await {
        assert!(
            matches!(finished.status, Exit::Code(126 | 127)),
            "{finished:?}"
        );
    }
}

#[tokio::test]
async fn arguments_arrive_as_they_are() {
    let args = [
        "%s|",
        "a b",
        "",
        "-x",
        "$HOME",
        "it's \"quoted\"",
        "line\nline",
        "*",
        "ünï",
    ];
    for finished in each(Runner::new(), "printf", &args).await {
        assert_eq!(
            finished.stdout.text_lossy(),
            "a b||-x|$HOME|it's \"quoted\"|line\nline|*|ünï|"
        );
    }
}

#[tokio::test]
async fn the_directory_is_below_the_root() {
    let folder = tempfile::tempdir().unwrap();
    let root = Root::open(folder.path()).unwrap();
    std::fs::create_dir_all(folder.path().join("a b/-c")).unwrap();
    std::os::unix::fs::symlink("/", folder.path().join("link")).unwrap();
    for isolation in isolations() {
        let runner = Runner::new().isolated_by(isolation);
        let cwd = RelDir::new("a b/-c").unwrap();
        let finished = runner.run(&root, "pwd", &[], &cwd).await.unwrap();
        let expected = root.path().join("a b/-c");
        assert_eq!(
            finished.stdout.text_lossy().trim_end(),
            expected.to_str().unwrap()
        );
        for wrong in ["none", "link", "link/etc"] {
            let error = runner
                .run(&root, "pwd", &[], &RelDir::new(wrong).unwrap())
                .await
                .unwrap_err();
            assert!(matches!(error, RunError::Directory(_)), "{error}");
        }
    }
}

#[tokio::test]
async fn nothing_is_inherited_but_what_is_allowed() {
    let script = "env | sed 's/=.*//' | sort | grep -vE '^(PWD|OLDPWD|SHLVL|_)$' | tr '\\n' ' '";
    for finished in sh(script).await {
        // `cargo` sets many more for this very test.
        let names = finished.stdout.text_lossy().replace("LANG ", "");
        assert_eq!(
            names,
            "GIT_EDITOR GIT_TERMINAL_PROMPT HOME PATH TERM TMPDIR "
        );
    }
    // The names that Cargo sets for its tests stand for secrets: they are in our environment, and not in the command's.
    assert!(std::env::var_os("CARGO_MANIFEST_DIR").is_some());
    let canary = std::env::var("CARGO_PKG_DESCRIPTION").unwrap();
    for (isolation, finished) in isolations().into_iter().zip(sh("env").await) {
        assert!(
            !finished.stdout.text_lossy().contains(&canary),
            "{isolation}"
        );
    }
    // Where our own process can be seen, so can its environment.
    let script = "cat /proc/self/environ /proc/[0-9]*/environ 2>/dev/null";
    for (isolation, finished) in isolations().into_iter().zip(sh(script).await) {
        let told = finished.stdout.text_lossy().contains(&canary);
        assert_eq!(told, isolation == Isolation::ProcessGroup, "{isolation}");
    }
}

#[tokio::test]
async fn variables_that_are_named_pass() {
    let runner = Runner::new()
        .allow_env(["CARGO_PKG_NAME", "NOT_SET_ANYWHERE"])
        .env("GIT_EDITOR", "true")
        .env("EXTRA", "a b");
    let debug = format!("{runner:?}");
    assert!(debug.contains("EXTRA") && !debug.contains("a b"), "{debug}");
    let script = "echo \"$CARGO_PKG_NAME,$GIT_EDITOR,$EXTRA,${NOT_SET_ANYWHERE-unset}\"";
    for finished in each(runner, "sh", &["-c", script]).await {
        assert_eq!(
            finished.stdout.text_lossy(),
            "wavecrew-sandbox,true,a b,unset\n"
        );
    }
}

#[tokio::test]
async fn home_and_temporary_folder_are_private_and_removed() {
    let script = "cd && touch x && cd \"$TMPDIR\" && touch y && echo \"$HOME\" && echo \"$TMPDIR\"";
    for finished in sh(script).await {
        let text = finished.stdout.text_lossy().into_owned();
        let folders: Vec<_> = text.lines().collect();
        assert_eq!(folders.len(), 2, "{finished:?}");
        for folder in folders {
            assert!(!std::path::Path::new(folder).exists());
            assert_ne!(Some(folder.into()), std::env::var_os("HOME"));
        }
    }
    let home = tempfile::tempdir().unwrap();
    for finished in each(
        Runner::new().home(home.path()),
        "sh",
        &["-c", "cd && touch x && pwd"],
    )
    .await
    {
        assert!(finished.status.success());
    }
    assert!(home.path().join("x").exists());
}

#[tokio::test]
async fn standard_input_is_empty() {
    check("cat; read x || echo none", Exit::Code(0), "none").await;
    check("[ -t 0 ] || echo no terminal", Exit::Code(0), "no terminal").await;
}

#[tokio::test]
async fn a_password_prompt_fails_at_once() {
    for isolation in isolations()
        .into_iter()
        .filter(|isolation| isolation.holds_every_process())
    {
        let folder = tempfile::tempdir().unwrap();
        let root = Root::open(folder.path()).unwrap();
        let runner = Runner::new().isolated_by(isolation);
        let finished = runner
            .run(&root, "sh", &["-c", "read x </dev/tty"], &RelDir::root())
            .await
            .unwrap();
        assert!(matches!(finished.status, Exit::Code(1 | 2)), "{finished:?}");
    }
}

#[tokio::test]
async fn a_flood_is_bounded_and_its_end_is_kept() {
    let runner = Runner::new().output_cap(1000);
    let script = "yes | head -c 10000000; echo; echo the end";
    for finished in each(runner, "sh", &["-c", script]).await {
        let stdout = &finished.stdout;
        assert_eq!((stdout.head.len(), stdout.tail.len()), (500, 500));
        assert_eq!(stdout.total_bytes(), 10_000_009);
        assert!(stdout.head.starts_with(b"y\ny\n"));
        assert!(stdout.tail.ends_with(b"y\n\nthe end\n"));
        let text = stdout.text_lossy();
        assert!(text.contains("\n[9999009 bytes omitted]\n"), "{text}");
    }
}

#[tokio::test]
async fn an_endless_flood_ends_at_the_deadline() {
    let runner = Runner::new()
        .deadline(Duration::from_millis(200))
        .grace(Duration::from_millis(100))
        .output_cap(1000);
    for finished in each(runner, "sh", &["-c", "yes >&2 & cat /dev/zero"]).await {
        assert_eq!(finished.status, Exit::TimedOut);
        assert!(
            finished.stdout.omitted_bytes > 100_000,
            "{}",
            finished.stdout.omitted_bytes
        );
        assert!(
            finished.stderr.omitted_bytes > 100_000,
            "{}",
            finished.stderr.omitted_bytes
        );
        assert_eq!(
            finished.stdout.head.len() + finished.stdout.tail.len(),
            1000
        );
    }
}

#[tokio::test]
async fn output_around_the_cap() {
    for (bytes, head, tail, omitted) in [
        (0, 0, 0, 0),
        (5, 5, 0, 0),
        (6, 5, 1, 0),
        (10, 5, 5, 0),
        (11, 5, 5, 1),
        (100_000, 5, 5, 99_990),
    ] {
        let script = format!("head -c {bytes} /dev/zero");
        for finished in each(Runner::new().output_cap(10), "sh", &["-c", &script]).await {
            let out = finished.stdout;
            assert_eq!(
                (out.head.len(), out.tail.len(), out.omitted_bytes),
                (head, tail, omitted)
            );
        }
    }
}

#[tokio::test]
async fn output_that_is_cut_within_a_character_is_joined() {
    for finished in each(Runner::new().output_cap(9), "printf", &["aäöüx"]).await {
        assert_eq!(finished.stdout.head, b"a\xc3\xa4\xc3");
        assert_eq!(finished.stdout.text_lossy(), "aäöüx");
    }
}

#[tokio::test]
async fn binary_output_and_closed_output() {
    for finished in sh("printf 'a\\377b'; exec >&- 2>&-; exit 4").await {
        assert_eq!(finished.stdout.head, b"a\xffb");
        assert_eq!(finished.stdout.text_lossy(), "a\u{FFFD}b");
        assert_eq!(finished.status, Exit::Code(4));
    }
}

#[tokio::test]
async fn an_argument_that_is_too_long_is_an_error() {
    let folder = tempfile::tempdir().unwrap();
    let root = Root::open(folder.path()).unwrap();
    let long = "x".repeat(200_000);
    let error = Runner::new()
        .run(&root, "echo", &[&long], &RelDir::root())
        .await
        .unwrap_err();
    assert!(matches!(error, RunError::Start { .. }), "{error}");
    assert_eq!(error.to_string(), "cannot start `echo`");
}

#[tokio::test]
async fn many_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let root = Root::open(folder.path()).unwrap();
    let runner = Runner::new();
    let runs = (0..20).map(|code| {
        let (root, runner) = (&root, &runner);
        async move {
            let script = format!("exit {code}");
            runner
                .run(root, "sh", &["-c", &script], &RelDir::root())
                .await
                .unwrap()
                .status
        }
    });
    let statuses = futures::future::join_all(runs).await;
    assert_eq!(statuses, (0..20).map(Exit::Code).collect::<Vec<_>>());
}

#[test]
fn isolation_says_what_it_is() {
    let runner = Runner::new();
    assert_eq!(runner.isolation(), Isolation::strongest());
    assert_eq!(Isolation::PidNamespace.to_string(), "PID namespace");
    let weak = Isolation::ProcessGroup;
    assert!(!weak.holds_every_process());
    assert_eq!(
        weak.to_string(),
        "process group only: a process that leaves it is not ended"
    );
}

#[test]
fn the_futures_can_move_between_threads() {
    fn check<T: Send>(_: T) {}
    let folder = tempfile::tempdir().unwrap();
    let root = Root::open(folder.path()).unwrap();
    let runner = Runner::new();
    check(runner.run(&root, "true", &[], &RelDir::root()));
    let mut shell = runner.shell(&root);
    check(shell.run("true"));
}
