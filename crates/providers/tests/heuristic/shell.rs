//! Shell scripts.

use std::process::Command;

use crate::reply::{brief, check, check_brief, files};

const GREETER: &[&str] = &[
    "`bin/greet.sh` starts with `#!/bin/sh`",
    "It takes an argument `NAME`",
    "It prints `Hello, NAME! It's \"$5\".`",
    "Without an argument it prints `usage: greet.sh NAME` to standard error and exits with status 2",
    "With `--version` it prints `greet 1.0`",
];

#[test]
fn arguments_cases_and_statuses() {
    check(
        "bin/greet.sh",
        GREETER,
        r#"#!/bin/sh
# Demo
set -eu

if [ "$#" -lt 1 ]; then
    printf '%s\n' 'usage: greet.sh NAME' >&2
    exit 2
fi

case "${1:-}" in
--version)
    printf '%s\n' 'greet 1.0'
    exit 0
    ;;
esac

name=${1:-}

printf '%s\n' "Hello, ${name}! It's \"\$5\"."
"#,
    );
}

#[test]
fn the_script_does_what_is_stated() {
    let (_, script) = files(&brief("bin/greet.sh", GREETER)).remove(0);
    let run = |arguments: &[&str]| {
        let output = Command::new("sh")
            .args(["-c", &script, "greet.sh"])
            .args(arguments)
            .output()
            .expect("sh runs");
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        (output.status.code(), text)
    };
    assert_eq!(
        run(&["Ada"]),
        (Some(0), "Hello, Ada! It's \"$5\".\n".to_owned())
    );
    assert_eq!(run(&["--version"]), (Some(0), "greet 1.0\n".to_owned()));
    assert_eq!(run(&[]), (Some(2), String::new()));
}

#[test]
fn calls_of_the_script_are_cases() {
    check(
        "bin/tool",
        &[
            "`bin/tool --help` prints `usage: tool`",
            "`bin/tool NAME` prints `for <NAME>`",
        ],
        "#!/bin/sh\n# Demo\nset -eu\n\ncase \"${1:-}\" in\n--help)\n    printf '%s\\n' 'usage: tool'\n    exit 0\n    ;;\nesac\n\nname=${1:-}\n\nprintf '%s\\n' \"for ${name}\"\n",
    );
}

#[test]
fn commands_variables_functions_and_lines() {
    check(
        "a.sh",
        &[
            "sets the variable `ROOT` to `/srv/a b` and exports `MODE` as `fast`",
            "defines the function `hello` that prints `hi`",
            "It runs `sort -u list.txt` and runs `wc -l list.txt`",
            "contains the line `trap 'exit 1' INT`",
            "It exits with status 3",
        ],
        "#!/bin/sh\n# Demo\nset -eu\n\nROOT='/srv/a b'\nexport MODE=fast\n\nhello() {\n    printf '%s\\n' 'hi'\n}\n\nsort -u list.txt\nwc -l list.txt\ntrap 'exit 1' INT\nexit 3\n",
    );
}

#[test]
fn a_script_of_which_nothing_is_stated_fails() {
    check(
        "deploy.sh",
        &["All health checks pass"],
        "#!/bin/sh\n# Demo\nset -eu\n\n# TODO: nothing in the task determines this file (Demo)\nprintf '%s\\n' 'not implemented: Demo' >&2\nexit 1\n",
    );
}

#[test]
fn a_script_that_is_there_is_extended() {
    let mut brief = brief(
        "a.sh",
        &[
            "prints `two`",
            "Without an argument it prints `usage: a X` to stderr and exits with status 2",
        ],
    );
    brief.deliverables[0].existing = Some("#!/bin/sh\nset -eu\n\necho one\nexit 0\n".to_owned());
    check_brief(
        &brief,
        "#!/bin/sh\nset -eu\n\nif [ \"$#\" -lt 1 ]; then\n    printf '%s\\n' 'usage: a X' >&2\n    exit 2\nfi\n\necho one\nprintf '%s\\n' 'two'\nexit 0\n",
    );
}
