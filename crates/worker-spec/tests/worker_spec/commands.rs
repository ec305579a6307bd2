//! Test commands.

use wavecrew_worker_spec::Code;

use super::support::{codes, plan, spec, with};

fn check_tests(body: &str, commands: &[&str]) {
    let found = spec(&with("TEST_PROCESS", body));
    let found: Vec<&str> = found
        .test_commands()
        .map(|command| command.text.as_str())
        .collect();
    assert_eq!(found, commands, "{body}");
}

#[test]
fn tests_are_whole_commands() {
    check_tests(
        "```bash\n# Test 1: it's there\ntest -f a.py\n\npython3 -c \"\nif True:\n    print('x')\n\"\n```",
        &[
            "test -f a.py",
            "python3 -c \"\nif True:\n    print('x')\n\"",
        ],
    );
    check_tests(
        "- Run:\n\n  ```sh\n  a \\\n    b\n  c\n  ```",
        &["a \\\n  b", "c"],
    );
    check_tests("```bash\na\n```\n\n**More:**\n```\nb\n```", &["a", "b"]);
    check_tests(
        "```console\n$ a\noutput\n$ b \\\n> c\nmore\n```",
        &["a", "b \\\nc"],
    );
    check_tests("~~~~bash\n```\na\n~~~~", &["```\na"]);
    check_tests("```json\n{}\n```\n```python\nx = 1\n```", &[]);
}

#[test]
fn commands_know_their_places() {
    for text in [
        with("TEST_PROCESS", "```bash\na b\n\nc\n```"),
        with("TEST_PROCESS", "- x\n\n  ```bash\n  a b\n\n  c\n  ```"),
        with("TEST_PROCESS", "```bash\na b\n\nc\n```").replace('\n', "\r\n"),
        with("TEST_PROCESS", "```console\n$ a b\nout\n$ c\n```"),
    ] {
        let parsed = plan(&text).value;
        let spec = parsed.tasks[0].spec.as_deref().expect("a spec");
        for command in spec.test_commands() {
            assert_eq!(&text[command.location.span.clone()], command.text, "{text}");
        }
        assert_eq!(spec.test_commands().count(), 2);
    }
}

#[test]
fn an_open_command_and_hidden_characters_are_told() {
    let open = plan(&with("TEST_PROCESS", "```bash\necho 'a\n```"));
    assert!(codes(&open.diagnostics).contains(&Code::OPEN_COMMAND.as_str()));
    let hidden = plan(&with("TEST_PROCESS", "```bash\necho \u{202e}a\n```"));
    let told = hidden
        .diagnostics
        .iter()
        .find(|found| found.code == Code::HIDDEN_CHARACTERS)
        .expect("a warning");
    assert!(
        told.message.contains("\\u{202e}"),
        "shown escaped: {}",
        told.message
    );
}

#[test]
fn an_unclosed_fence_is_an_error_at_its_opening_line() {
    let parsed = plan(&with("TEST_PROCESS", "```bash\ntrue\n\n## BOUNDARIES"));
    let error = parsed
        .diagnostics
        .iter()
        .find(|found| found.code == Code::UNCLOSED_FENCE)
        .expect("an error");
    assert_eq!(
        error.location.as_ref().expect("a place").to_string(),
        "spec.md:11:1"
    );
}

#[test]
fn fences_know_their_file() {
    for (before, info) in [
        ("", "python title=\"src/a.py\""),
        ("", "python src/a.py"),
        ("", "python:src/a.py"),
        ("Put this into `src/a.py`:", "python"),
        ("1. Change `src/b.py`\n2. Then `src/a.py`", "python"),
    ] {
        let spec = spec(&with("NOTES", &format!("{before}\n```{info}\nx = 1\n```")));
        let fence = &spec.notes[0];
        assert_eq!(
            (fence.language.as_str(), fence.path.as_deref()),
            ("python", Some("src/a.py")),
            "{before} {info}"
        );
        assert_eq!(fence.text, "x = 1\n");
    }
}
