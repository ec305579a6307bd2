//! What a shell remembers from one command to the next.

use wavecrew_sandbox::{Exit, Interpreter, Isolation, Root, Runner};

/// Runs the commands as one shell in a new folder; gives the status and the trimmed output of each.
async fn run(runner: &Runner, commands: &[&str]) -> Vec<(Exit, String)> {
    let folder = tempfile::tempdir().unwrap();
    let root = Root::open(folder.path()).unwrap();
    let mut shell = runner.shell(&root);
    let mut results = Vec::new();
    for command in commands {
        let finished = shell.run(command).await.unwrap();
        let output = format!(
            "{}{}",
            finished.stdout.text_lossy(),
            finished.stderr.text_lossy()
        );
        results.push((finished.status, output.trim().to_owned()));
    }
    results
}

async fn check_with(runner: &Runner, commands: &[(&str, i32, &str)]) {
    let texts: Vec<_> = commands.iter().map(|(text, ..)| *text).collect();
    let expected: Vec<_> = commands
        .iter()
        .map(|&(_, code, output)| (Exit::Code(code), output.to_owned()))
        .collect();
    assert_eq!(run(runner, &texts).await, expected, "{texts:#?}");
}

/// Each command with its code and its output, in order, in one shell of `bash`.
async fn check(commands: &[(&str, i32, &str)]) {
    check_with(&Runner::new(), commands).await;
}

#[tokio::test]
async fn directory_persists() {
    check(&[
        ("mkdir -p a/b", 0, ""),
        ("cd a", 0, ""),
        ("cd b && touch here", 0, ""),
        ("ls; basename \"$PWD\"", 0, "here\nb"),
        ("cd nowhere 2>/dev/null", 1, ""),
        (
            "basename \"$PWD\"; cd ..; cd - >/dev/null; basename \"$PWD\"",
            0,
            "b\nb",
        ),
    ])
    .await;
}

#[tokio::test]
async fn variables_functions_and_options_persist() {
    check(&[
        ("name='two words\nand $a \"line\"'", 0, ""),
        ("export LOUD=1 TMP2=", 0, ""),
        ("list=(a 'b c'); declare -A map=([k]=v)", 0, ""),
        ("greet() {\n  echo \"hi $1\"\n}\nexport -f greet", 0, ""),
        ("echo \"$name\"", 0, "two words\nand $a \"line\""),
        (
            "sh -c 'echo $LOUD$name'; echo \"${list[1]} ${map[k]}\"",
            0,
            "1\nb c v",
        ),
        ("greet you; bash -c 'greet me'", 0, "hi you\nhi me"),
        ("unset LOUD; set -u; shopt -s nullglob; umask 077", 0, ""),
        (
            "sh -c 'echo \"[$LOUD]\"'; echo *.none; umask",
            0,
            "[]\n\n0077",
        ),
        (
            "echo $undefined",
            127,
            "bash: line 1: undefined: unbound variable",
        ),
        ("set +u; echo =$undefined", 0, "="),
        ("set -- one 'two three'", 0, ""),
        ("echo $# $2", 0, "2 two three"),
        ("readonly fixed=1", 0, ""),
        ("echo $fixed", 0, "1"),
        ("unset TERM", 0, ""),
        ("printenv TERM", 1, ""),
        ("IFS=,; set -f", 0, ""),
        ("v=1,2; echo $v *", 0, "1 2 *"),
    ])
    .await;
}

#[tokio::test]
async fn each_command_has_its_own_verdict() {
    check(&[
        ("false", 1, ""),
        ("echo $?", 0, "1"),
        ("echo $?", 0, "0"),
        ("exit 7", 7, ""),
        ("echo $?; x=1; exit 0", 0, "7"),
        ("echo $x", 0, "1"),
        ("false | true", 1, ""),
        ("set +o pipefail; false | true", 0, ""),
        ("false | true", 0, ""),
        (
            "nosuchprogram",
            127,
            "bash: line 1: nosuchprogram: command not found",
        ),
        (
            "echo ok\nnosuchprogram",
            127,
            "ok\nbash: line 2: nosuchprogram: command not found",
        ),
        (
            "touch plain; ./plain",
            126,
            "bash: line 1: ./plain: Permission denied",
        ),
        ("sh -c 'kill -TERM $$'", 143, "Terminated"),
        ("cat <<'EOF'\nline $x\nEOF", 0, "line $x"),
        ("exec sh -c 'exit 4'", 4, ""),
        ("set -e; y=2; false; echo unreached", 1, ""),
        ("echo $y; false; echo unreached", 1, "2"),
    ])
    .await;
}

#[tokio::test]
async fn syntax_error_is_reported_and_the_shell_goes_on() {
    let results = run(
        &Runner::new(),
        &["z=1", "if true; then", "echo \"unclosed", "echo $z"],
    )
    .await;
    assert_eq!(results[1].0, Exit::Code(2));
    assert!(results[1].1.contains("syntax error"), "{results:?}");
    assert_eq!(results[2].0, Exit::Code(2));
    assert_eq!(results[3], (Exit::Code(0), "1".to_owned()));
}

#[tokio::test]
async fn killed_shell_is_a_signal_and_remembers_what_was_before() {
    let results = run(&Runner::new(), &["a=1", "a=2; kill -9 $$", "echo $a"]).await;
    assert_eq!(results[1].0, Exit::Signal(9));
    assert_eq!(results[2], (Exit::Code(0), "1".to_owned()));
}

#[tokio::test]
async fn exit_trap_is_put_off() {
    check(&[
        ("folder=$(mktemp -d); trap 'rm -r \"$folder\"' EXIT", 0, ""),
        ("cd \"$folder\" && echo there", 0, "there"),
    ])
    .await;
}

#[tokio::test]
async fn trace_shows_the_commands_and_nothing_else() {
    let commands = [
        ("set -x; false", 1, "++ false"),
        ("echo $?", 0, "1\n++ echo 1"),
        ("set +x", 0, "++ set +x"),
        ("echo", 0, ""),
    ];
    check(&commands).await;
    let runner = Runner::new().interpreted_by(Interpreter::Sh);
    let results = run(&runner, &["set -x; true", "echo a"]).await;
    assert!(
        !results
            .iter()
            .any(|(_, output)| output.contains("wavecrew")),
        "{results:?}"
    );
}

#[tokio::test]
async fn long_command_fits() {
    let long = "x".repeat(300_000);
    check(&[(&format!("v={long}"), 0, ""), ("echo ${#v}", 0, "300000")]).await;
}

#[tokio::test]
async fn plain_sh_remembers_variables_and_directory() {
    let runner = Runner::new().interpreted_by(Interpreter::Sh);
    check_with(
        &runner,
        &[
            (
                "mkdir -p a && cd a && name='two $words\nx' && export LOUD=1",
                0,
                "",
            ),
            (
                "echo \"$name\"; basename \"$PWD\"; env | grep LOUD",
                0,
                "two $words\nx\na\nLOUD=1",
            ),
            ("exit 5", 5, ""),
            ("echo $?; set -u", 0, "5"),
            ("case $- in *u*) echo u;; esac", 0, "u"),
        ],
    )
    .await;
}

#[tokio::test]
async fn process_group_alone_behaves_the_same() {
    let runner = Runner::new().isolated_by(Isolation::ProcessGroup);
    check_with(
        &runner,
        &[
            ("mkdir d && cd d; v=1", 0, ""),
            ("echo $v; basename $PWD; exit 3", 3, "1\nd"),
        ],
    )
    .await;
}

#[tokio::test]
async fn run_from_start_and_reset() {
    let folder = tempfile::tempdir().unwrap();
    let root = Root::open(folder.path()).unwrap();
    let runner = Runner::new();
    let mut shell = runner.shell(&root);
    shell.run("mkdir -p a b; cd a; v=1").await.unwrap();
    assert_eq!(shell.cwd(), root.path().join("a"));
    assert!(!shell.run("cd b").await.unwrap().status.success());
    assert!(
        shell
            .run_from_start("cd b && [ $v = 1 ]")
            .await
            .unwrap()
            .status
            .success()
    );
    assert_eq!(shell.cwd(), root.path().join("b"));
    shell.reset();
    assert_eq!(shell.cwd(), root.path());
    assert_eq!(
        shell.run("echo [$v]").await.unwrap().stdout.text_lossy(),
        "[]\n"
    );
}

#[tokio::test]
async fn directory_that_is_gone_is_an_error() {
    let folder = tempfile::tempdir().unwrap();
    let root = Root::open(folder.path()).unwrap();
    let runner = Runner::new();
    let mut shell = runner.shell(&root);
    shell.run("mkdir a && cd a && rmdir ../a").await.unwrap();
    let error = shell.run("true").await.unwrap_err();
    assert!(error.to_string().ends_with("/a`"), "{error}");
    assert!(shell.run_from_start("true").await.unwrap().status.success());
}
