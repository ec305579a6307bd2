//! Whether a text is a command, or rather what a command prints.

/// Programs with which tests are run.
#[rustfmt::skip]
const PROGRAMS: [&str; 118] = [
    "actionlint", "ansible", "ansible-playbook", "ant", "awk", "bash", "bats", "bazel", "black", "bun", "bundle",
    "bunx", "cabal", "cargo", "cat", "cd", "clang", "cmake", "cmp", "composer", "coverage", "ctest", "curl",
    "cypress", "dart", "deno", "diff", "docker", "docker-compose", "dotnet", "echo", "egrep", "env", "eslint",
    "false", "find", "flake8", "flutter", "gcc", "gem", "ghc", "git", "go", "gofmt", "gradle", "grep", "head",
    "helm", "jest", "jq", "julia", "just", "kubectl", "lein", "ls", "lua", "make", "markdownlint", "meson", "mix",
    "mocha", "mvn", "mypy", "mysql", "ninja", "node", "nox", "npm", "npx", "openssl", "perl", "php", "phpunit",
    "pip", "playwright", "pnpm", "podman", "poetry", "prettier", "prove", "psql", "py.test", "pyright", "pytest",
    "python", "python3", "rake", "redis-cli", "rg", "rspec", "ruby", "ruff", "rustc", "rustfmt", "sbt", "sh",
    "shellcheck", "sqlite3", "stat", "swift", "task", "terraform", "test", "timeout", "tox", "tree-sitter", "true",
    "tsc", "uv", "vitest", "wavecrew", "wc", "wget", "yamllint", "yarn", "yq", "zig", "zsh",
];

/// Whether a text begins as a command of a known program, a script of the tree (`./check.sh`), or with a variable for one.
pub(super) fn is_surely_command(text: &str) -> bool {
    let text = without_variables(text);
    let (program, rest) = text.split_once(char::is_whitespace).unwrap_or((text, ""));
    let script = program.starts_with("./") && program.len() > 2
        || program.starts_with("[") && rest.ends_with(']');
    let known = PROGRAMS.binary_search(&program).is_ok();
    // `test` alone is a word; `make` alone is a command.
    let alone = [
        "make", "pytest", "tox", "nox", "rspec", "jest", "vitest", "just", "ctest",
    ];
    (known && (!rest.trim().is_empty() || alone.contains(&program))) || script
}

/// Whether a text may be a command: what stands first may be the name of a program.
pub(super) fn may_be_command(text: &str) -> bool {
    let text = without_variables(text);
    let program = text.split_whitespace().next().unwrap_or_default();
    let name = program.trim_start_matches("./");
    !name.is_empty()
        && (name.starts_with(|c: char| c.is_ascii_lowercase() || "[({!/~_".contains(c)))
        && name
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || "/._-+[({!~".contains(c))
        && !text.ends_with(['.', ':'])
}

/// A command behind the variables that it sets: `RUST_LOG=info cargo test`.
fn without_variables(text: &str) -> &str {
    let mut text = text.trim_start();
    while let Some((first, rest)) = text.split_once(' ') {
        let is_variable = first.split_once('=').is_some_and(|(name, _)| {
            !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
        });
        if !is_variable {
            break;
        }
        text = rest.trim_start();
    }
    text
}

/// Whether an untagged text holds what test programs print, or data.
pub(super) fn is_output(code: &str) -> bool {
    // What no command holds, and what a command may hold as words.
    const SURE: [&str; 10] = [
        " ... ok",
        " ... FAILED",
        "test result:",
        "Traceback",
        "=====",
        "✓",
        "●",
        "├",
        "└",
        "│",
    ];
    const WORDS: [&str; 11] = [
        " passed",
        " failed",
        "PASS",
        "FAIL",
        "-----",
        "error[",
        "Error:",
        "warning:",
        "✔",
        "OK (",
        "exit code",
    ];
    let first = code.trim_start();
    let data = first.starts_with(['{', '<', '"', '|']) && !first.starts_with("{ ");
    let any = |line: &str, marks: &[&str]| marks.iter().any(|mark| line.contains(mark));
    data || code.lines().map(str::trim).any(|line| {
        let says = line.starts_with("echo ") || line.contains(" echo ") || line.starts_with('#');
        !says && (any(line, &SURE) || any(line, &WORDS) && !is_surely_command(line))
    })
}

/// Whether the words before a fence say that it shows what is printed.
pub(super) fn announces_output(text: &str) -> bool {
    const WORDS: [&str; 10] = [
        "expected", "output", "outputs", "prints", "print", "returns", "response", "result",
        "looks", "shows",
    ];
    text.split(|c: char| !c.is_alphanumeric())
        .any(|word| WORDS.iter().any(|known| known.eq_ignore_ascii_case(word)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn programs_are_in_order() {
        assert!(PROGRAMS.is_sorted_by(|a, b| a < b));
    }

    #[test]
    fn commands_and_words() {
        for text in [
            "cargo test -p x",
            "make",
            "./check.sh",
            "CI=1 npm test",
            "[ -f a.py ]",
            "test -f a",
        ] {
            assert!(is_surely_command(text), "{text}");
        }
        for text in [
            "test",
            "cargo",
            "src/a.rs",
            "Parser::new()",
            "3 passed",
            "the tests",
            "A=1",
            "",
        ] {
            assert!(!is_surely_command(text), "{text}");
        }
        for text in ["b", "foo --bar", "target/debug/x run"] {
            assert!(may_be_command(text), "{text}");
        }
        for text in [
            "3 passed in 0.1s",
            "All good",
            "ok.",
            "result: 5",
            "{\"a\": 1}",
            "",
        ] {
            assert!(!may_be_command(text), "{text}");
        }
    }

    #[test]
    fn what_programs_print() {
        for text in [
            "running 2 tests\ntest a ... ok",
            "3 passed in 0.1s",
            "{\"a\": 1}",
            "==== 5 passed ====",
            "src\n├── a.rs",
        ] {
            assert!(is_output(text), "{text}");
        }
        for text in [
            "b",
            "# Test 1\npytest -q",
            "grep -q PASS out.txt",
            "make check || echo FAIL",
        ] {
            assert!(!is_output(text), "{text}");
        }
    }
}
