//! Test commands that say in words what their status should say.

use super::strength;
use crate::shell::{Join, Node, Simple, parse};

/// The command without the `|| echo …` at its end that swallows its failure.
///
/// `None` unless that is all that keeps it from being [`Real`](super::Strength::Real): what is left is a real test, the message says
/// in plain words that something failed, and none that is printed after success says so too. `grep -q TODO a.md && echo FAIL || echo
/// PASS` passes by its words when the command fails, so it is not for a rule to mend.
///
/// ```
/// use wavecrew_validate::unmasked;
///
/// assert_eq!(unmasked("pytest && echo PASS || echo FAIL"), Some("pytest && echo PASS"));
/// assert_eq!(unmasked("pytest || true"), None);
/// ```
///
/// # Complexity
///
/// Linear in the length of the command.
pub fn unmasked(command: &str) -> Option<&str> {
    let at = command.rfind("||")?;
    let head = command[..at].trim_end();
    if command[at..].contains(['\n', '#']) {
        return None;
    }
    let (left, message) = without_last(parse(command).ok()?)?;
    // The two bars may stand in quotes or in a group; then the head is not the command without its message.
    let is_whole = parse(head).is_ok_and(|node| node == left);
    let is_plain = message.redirects.is_empty() && message.assigns.is_empty();
    let says_so = says_failure(&message) && !says_success(&message);
    (is_whole && is_plain && says_so && !has_failure(&left) && strength(head).is_real())
        .then_some(head)
}

/// A list of commands without the last one, which runs after failure only.
fn without_last(node: Node) -> Option<(Node, Simple)> {
    match node {
        Node::Chain(first, mut rest) => {
            let Some((Join::Or, Node::Simple(message))) = rest.pop() else {
                return None;
            };
            let left = if rest.is_empty() {
                *first
            } else {
                Node::Chain(first, rest)
            };
            Some((left, message))
        }
        Node::Seq(mut items) => {
            let (left, message) = without_last(items.pop()?)?;
            items.push(left);
            Some((Node::Seq(items), message))
        }
        _ => None,
    }
}

/// Whether a message that is printed after success says that something failed.
fn has_failure(node: &Node) -> bool {
    match node {
        Node::Chain(_, rest) => rest
            .iter()
            .any(|(_, part)| matches!(part, Node::Simple(message) if says_failure(message))),
        Node::Seq(items) => items.last().is_some_and(has_failure),
        _ => false,
    }
}

/// The words that `echo` or `printf` prints, in lower case.
fn printed(message: &Simple) -> Vec<String> {
    match message.words.split_first() {
        Some((program, words)) if program.is("echo") || program.is("printf") => words
            .iter()
            .flat_map(|word| {
                word.text
                    .split(|c: char| !c.is_alphabetic() && !is_cross(c))
            })
            .filter(|word| !word.is_empty())
            .map(str::to_lowercase)
            .collect(),
        _ => Vec::new(),
    }
}

fn is_cross(c: char) -> bool {
    matches!(c, '✗' | '✘' | '❌')
}

fn says_failure(message: &Simple) -> bool {
    let words = printed(message);
    let begins = words.first().is_some_and(|word| word == "error");
    begins
        || words
            .iter()
            .any(|word| word.starts_with("fail") || word.contains(is_cross))
}

fn says_success(message: &Simple) -> bool {
    const WORDS: [&str; 8] = [
        "ok", "no", "not", "good", "clean", "without", "never", "zero",
    ];
    printed(message).iter().any(|word| {
        WORDS.contains(&word.as_str()) || word.starts_with("pass") || word.starts_with("success")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_left_of_a_command() {
        for (command, left) in [
            (
                "pytest && echo PASS || echo FAIL",
                Some("pytest && echo PASS"),
            ),
            (
                "cd app && make check || echo \"❌ check\"",
                Some("cd app && make check"),
            ),
            (
                "cd app; make check || printf 'failed: %s\\n' check",
                Some("cd app; make check"),
            ),
            ("test -s a.md || echo 'Error: a.md'", Some("test -s a.md")),
            ("pytest || { echo FAIL; }", None),
            ("pytest || echo FAIL > log", None),
            ("pytest || echo FAIL; make check", None),
            ("(pytest || echo FAIL)", None),
            ("bash -c 'pytest || echo FAIL'", None),
            ("if pytest || echo FAIL; then make; fi", None),
            ("pytest || echo FAIL # or not", None),
            ("pytest || true", None),
            ("pytest || echo done", None),
            ("grep -q TODO a.md && echo FAIL || echo PASS", None),
            (
                "grep -q TODO a.md && echo 'FAIL: left' || echo 'did not fail'",
                None,
            ),
            (
                "grep -q TODO a.md && echo FAILED || echo 'FAILED to find any'",
                None,
            ),
            ("curl http://localhost || echo FAIL", None),
            ("pytest || echo 'FAIL || no'", None),
            ("pytest || echo 'FAIL", None),
        ] {
            assert_eq!(unmasked(command), left, "{command}");
        }
    }
}
