use super::*;

fn check(code: &str, expected: &[&str]) {
    let commands = split_commands(code);
    let found: Vec<&str> = commands
        .iter()
        .map(|command| &code[command.span.clone()])
        .collect();
    assert_eq!(found, expected, "{code}");
    assert!(commands.iter().all(|command| !command.open), "{code}");
}

fn check_open(code: &str) {
    let commands = split_commands(code);
    assert!(
        commands.last().is_some_and(|command| command.open),
        "{code}: {commands:?}"
    );
}

#[test]
fn one_command_a_line() {
    check("", &[]);
    check("\n\n# nothing\n", &[]);
    check(
        "a\n\n# it's a comment\n  b -c 'd'  # why\nc#d $# e\\#f",
        &["a", "b -c 'd'", "c#d $# e\\#f"],
    );
    check("a\r\nb\r\n", &["a", "b"]);
}

#[test]
fn quotes_join_lines() {
    check(
        "python3 -c \"\nif x:\n    y()\n\"\nb",
        &["python3 -c \"\nif x:\n    y()\n\"", "b"],
    );
    check("echo 'a\n# b\nc'", &["echo 'a\n# b\nc'"]);
    check("echo $'it\\'s\na'\nb", &["echo $'it\\'s\na'", "b"]);
    check(
        "echo \"$(cat \"a\nb\")\" c\nd",
        &["echo \"$(cat \"a\nb\")\" c", "d"],
    );
    check("echo \"\\\"\n\"\nb", &["echo \"\\\"\n\"", "b"]);
    check("echo `a\nb`\nc", &["echo `a\nb`", "c"]);
    check("echo ${a:-\"b }\nc\"}\nd", &["echo ${a:-\"b }\nc\"}", "d"]);
}

#[test]
fn continuations() {
    check("a \\\n  b\nc", &["a \\\n  b", "c"]);
    check("a \\\r\n  b\r\nc", &["a \\\r\n  b", "c"]);
    check(
        "a |\n  b &&\n\n # or\n  c ||\nd\ne &\nf",
        &["a |\n  b &&\n\n # or\n  c ||\nd", "e &", "f"],
    );
}

#[test]
fn compound_commands() {
    check(
        "for i in 1 2; do\n  echo $i\ndone\nb",
        &["for i in 1 2; do\n  echo $i\ndone", "b"],
    );
    check(
        "if a; then\n b\nelif c; then\nd\nelse\n e\nfi > f\ng",
        &["if a; then\n b\nelif c; then\nd\nelse\n e\nfi > f", "g"],
    );
    check(
        "case $a in\n b) c;;\n (d) e;;\nesac\nf",
        &["case $a in\n b) c;;\n (d) e;;\nesac", "f"],
    );
    check("f() {\n a\n}\nf", &["f() {\n a\n}", "f"]);
    check("f()\n{\n a\n}\nf", &["f()\n{\n a\n}", "f"]);
    check("(\n a\n b\n)\nc", &["(\n a\n b\n)", "c"]);
    check(
        "while read a; do if b; then c; fi\ndone < d",
        &["while read a; do if b; then c; fi\ndone < d"],
    );
    check(
        "echo if\necho for done\nb",
        &["echo if", "echo for done", "b"],
    );
    check(
        "x=$(case a in a) echo b;; esac)\nc",
        &["x=$(case a in a) echo b;; esac)", "c"],
    );
}

#[test]
fn here_documents() {
    check(
        "cat <<EOF > a\n# b\n'\nEOF\nc",
        &["cat <<EOF > a\n# b\n'\nEOF", "c"],
    );
    check(
        "cat <<-'E F' | d\n\tb\n\tE F\nc",
        &["cat <<-'E F' | d\n\tb\n\tE F", "c"],
    );
    check(
        "cat <<A <<\\B\na\nA\nb\nB\nc",
        &["cat <<A <<\\B\na\nA\nb\nB", "c"],
    );
    check("cat <<< \"a\"\nb", &["cat <<< \"a\"", "b"]);
}

#[test]
fn what_is_never_closed() {
    for code in [
        "echo 'a",
        "echo \"a\nb",
        "cat <<EOF\na",
        "if a; then\nb",
        "a &&",
        "x=$(a",
        "echo $'a",
    ] {
        check_open(code);
    }
}
