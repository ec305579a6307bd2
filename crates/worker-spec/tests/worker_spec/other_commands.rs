//! Test commands in other dress than the framework's own.

use wavecrew_worker_spec::Code;

use super::support::{codes, commands, of_task, plan, spec};

fn check_tests(body: &str, expected: &[&str]) {
    assert_eq!(
        commands(&spec(&of_task("TEST_PROCESS", body))),
        expected,
        "{body}"
    );
}

#[test]
fn commands_and_not_what_they_print() {
    check_tests(
        "```bash\n$ cargo test\nrunning 2 tests\n$ make lint\nok\n```",
        &["cargo test", "make lint"],
    );
    check_tests(
        "```console\n$ cat <<EOF | wc -l\na\nEOF\n1\n```",
        &["cat <<EOF | wc -l\na\nEOF"],
    );
    check_tests(
        "```bash\ncargo test\n```\n\nExpected output:\n\n```\ntest result: ok\n```",
        &["cargo test"],
    );
    check_tests(
        "```bash\ncargo test\n```\n\n```\n3 passed in 0.1s\n```",
        &["cargo test"],
    );
    check_tests(
        "Run this:\n\n```\ncargo test -p lexer\n```\n\nIt prints:\n\n```\nok\n```",
        &["cargo test -p lexer"],
    );
    check_tests(
        "Run:\n\n    cargo test\n    make lint",
        &["cargo test", "make lint"],
    );
}

#[test]
fn commands_in_the_text() {
    check_tests(
        "- Run `cargo test -p lexer`\n- `make lint` passes",
        &["cargo test -p lexer", "make lint"],
    );
    check_tests(
        "1. Execute `target/debug/tool --self-check`",
        &["target/debug/tool --self-check"],
    );
    check_tests(
        "- **Command:** cargo test -p lexer",
        &["cargo test -p lexer"],
    );
    check_tests(
        "| Test | Command |\n|---|---|\n| lexer | `cargo test lexer` |",
        &["cargo test lexer"],
    );
    check_tests("```bash\nmake\n```\n\n- then `cargo test` again", &["make"]);
    for body in [
        "- `Parser::new` is called with `a b`",
        "- Check `src/a.rs` by eye",
        "- `test` is green",
        "- ~~Run `make x`~~",
    ] {
        check_tests(body, &[]);
    }
    let parsed = plan(&of_task("TEST_PROCESS", "- Run `make \u{202e}x`"));
    assert!(codes(&parsed.diagnostics).contains(&Code::HIDDEN_CHARACTERS.as_str()));
}

#[test]
fn commands_in_the_text_know_their_places() {
    let text = of_task("TEST_PROCESS", "- Run `cargo test -p lexer`");
    let spec = spec(&text);
    let command = spec.test_commands().next().expect("a command");
    assert_eq!(&text[command.location.span.clone()], command.text);
}
