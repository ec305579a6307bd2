//! Test commands whose exit status says something else than they are to find out.

use wavecrew_worker_spec::{Diagnostic, Location};

use crate::codes;

/// A search of a log for errors that succeeds when it finds some, or a query whose result nothing looks at.
pub(super) fn check(command: &str, location: &Location) -> Option<Diagnostic> {
    let (why, help) = if finds_errors(command) {
        (
            "this test passes when the log holds errors, and fails when it holds none",
            "put `!` before the command",
        )
    } else if only_asks(command) {
        (
            "this test passes whatever the query finds: the client ends with 0 when there are no rows",
            "compare the result, for example with `| grep -q` or `test \"$(…)\" -gt 0`",
        )
    } else {
        return None;
    };
    Some(
        Diagnostic::warning(codes::WEAK_TEST, why)
            .at(location.clone())
            .help(help),
    )
}

/// `docker logs app | grep -i error` as all of a command.
fn finds_errors(command: &str) -> bool {
    const ERRORS: [&str; 12] = [
        "error",
        "errors",
        "error:",
        "fail",
        "failed",
        "failure",
        "exception",
        "panic",
        "fatal",
        "traceback",
        "critical",
        "warning",
    ];
    let Some((source, search)) = last_pipe(command.trim()) else {
        return false;
    };
    let mut source_words = source.split(|c: char| !c.is_alphanumeric());
    let is_log = source_words.any(|word| matches!(word, "log" | "logs" | "journalctl" | "dmesg"));
    if !is_log || source.trim_start().starts_with('!') || source.ends_with('|') {
        return false;
    }
    let mut words = search.split_whitespace();
    if !matches!(words.next(), Some("grep" | "egrep" | "rg")) {
        return false;
    }
    let rest: Vec<&str> = words.collect();
    let (options, patterns): (Vec<&str>, Vec<&str>) =
        rest.iter().partition(|word| word.starts_with('-'));
    let turned = options
        .iter()
        .any(|option| option.contains(['v', 'c', 'L']));
    let [pattern] = patterns.as_slice() else {
        return false;
    };
    let lower = pattern.trim_matches(['"', '\'']).to_lowercase();
    let mut names = lower.split("\\|").flat_map(|names| names.split('|'));
    !turned && names.all(|name| ERRORS.contains(&name))
}

/// What stands before and behind the last bar that is in no quotes.
fn last_pipe(command: &str) -> Option<(&str, &str)> {
    let mut quote: Option<char> = None;
    let mut last = None;
    for (at, c) in command.char_indices() {
        match (quote, c) {
            (Some(open), _) if c == open => quote = None,
            (None, '"' | '\'') => quote = Some(c),
            (None, '|') => last = Some(at),
            _ => {}
        }
    }
    last.map(|at| (&command[..at], &command[at + 1..]))
}

/// `psql -c 'SELECT COUNT(*) …'` whose output goes nowhere.
fn only_asks(command: &str) -> bool {
    let lower = command.to_lowercase();
    let mut words = lower.split(|c: char| c.is_whitespace() || c == '/');
    let is_client = words.any(|word| matches!(word, "psql" | "mysql" | "sqlite3" | "mariadb"));
    is_client && lower.contains("select count(") && !lower.contains(['|', '>', '$', '`', '&'])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn searches_that_are_turned_round() {
        for (command, expected) in [
            ("docker logs app | grep -i error", true),
            ("tail -100 app.log | grep -E 'error|fatal'", true),
            ("! docker logs app | grep -i error", false),
            ("docker logs app | grep -vi error", false),
            ("docker logs app | grep 'listening on'", false),
            ("./app --bad 2>&1 | grep -i error", false),
            ("test -f app.log || grep error app.log", false),
        ] {
            assert_eq!(finds_errors(command), expected, "{command}");
        }
    }

    #[test]
    fn queries_that_nobody_looks_at() {
        assert!(only_asks("psql -d db -c 'SELECT COUNT(*) FROM t'"));
        assert!(!only_asks(
            "psql -d db -tc 'SELECT COUNT(*) FROM t' | grep -q 3"
        ));
        assert!(!only_asks("psql -d db -f schema.sql"));
    }
}
