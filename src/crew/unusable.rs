//! What in an answer has the look of work and cannot be taken, in words for whoever gave it.

use wavecrew_validate::{ExtractedFile, Report};

/// Tags by which some tools have files written.
const TAGS: [&str; 6] = [
    "<file ",
    "<file_content ",
    "<write_file",
    "<create_file",
    "<write_to_file",
    "<document ",
];

/// Files in which such tags are text like any other.
const MARKUP: [&str; 15] = [
    ".xml", ".html", ".htm", ".xhtml", ".svg", ".xlf", ".xliff", ".vue", ".jsx", ".tsx", ".svelte",
    ".astro", ".xsd", ".xsl", ".xslt",
];

/// Fails what a file holds in place of its content: a change to it, or the marks of another way to answer.
pub(super) fn check_contents(
    files: &[ExtractedFile],
    previous: &[(String, Option<String>)],
    report: &mut Report,
) {
    for (file, (_, previous)) in files.iter().zip(previous) {
        let is_one = |text: &str| in_place_of(&file.path, text);
        // Who keeps what was there before is not to blame for it.
        let before = previous.as_deref().and_then(is_one);
        if let Some(what) = is_one(&file.content).filter(|what| before != Some(*what)) {
            report.fail(
                format!("file `{}`", file.path),
                format!("the answer has {what} in place of the whole file"),
            );
        }
    }
}

/// What a text is that is no content of a file at this path.
fn in_place_of(path: &str, text: &str) -> Option<&'static str> {
    let name = path.to_lowercase();
    let ends = |ends: &[&str]| ends.iter().any(|end| name.ends_with(end));
    if ends(&[
        ".diff",
        ".patch",
        ".md",
        ".markdown",
        ".rst",
        ".txt",
        ".adoc",
    ]) {
        return None;
    }
    let begin = text.trim_start();
    // A file may hold such a block as a text of its own, as programs that read them do.
    if begin.starts_with("<<<<<<") && has_search_and_replace(text) {
        return Some("a SEARCH/REPLACE block");
    }
    if is_diff(begin) {
        return Some("a diff");
    }
    let tagged = TAGS.iter().any(|tag| begin.starts_with(tag));
    (tagged && !ends(&MARKUP)).then_some("a tag such as `<file path=…>`")
}

/// Tells of an answer that lacks files, or gives them not as they must be, what it has instead.
pub(super) fn tell(answer: &str, expected: &[&str], unexpected: &[String], report: &mut Report) {
    for path in unexpected {
        if let Some(why) = wrong_path(path, expected) {
            report.fail("answer", why);
        }
    }
    if declines(answer) {
        report.fail("answer", "the model declines to do it");
        return;
    }
    let lines = || answer.lines().map(str::trim_start);
    if has_search_and_replace(answer) {
        report.fail(
            "answer",
            "it has SEARCH/REPLACE blocks, which are not applied: give each file whole",
        );
    } else if lines().any(is_diff_fence) || has_diff(answer) {
        report.fail(
            "answer",
            "it has a diff, which is not applied: give each file whole",
        );
    }
    if lines().any(|line| TAGS.iter().any(|tag| line.starts_with(tag))) {
        report.fail(
            "answer",
            "it has tags such as `<file path=…>`, which are not read: give each file in a fence whose info string has its path",
        );
    }
}

/// How a model begins that will not do what it is asked.
const DECLINING: [&str; 21] = [
    "i'm sorry, but i can't",
    "i'm sorry, but i cannot",
    "i'm sorry, but i'm not able",
    "i'm sorry, but i am not able",
    "i'm sorry, but i'm unable",
    "i'm sorry, i can't",
    "i'm sorry, i cannot",
    "i'm sorry. i can't",
    "i am sorry, but i can't",
    "i am sorry, but i cannot",
    "sorry, but i can't",
    "sorry, i can't",
    "i can't help with",
    "i can't assist with",
    "i cannot help with",
    "i cannot assist with",
    "i cannot fulfill",
    "i'm unable to help",
    "i'm unable to assist",
    "i must decline",
    "i won't be able to help",
];

/// The longest text that is taken for a refusal: who explains at length has done something.
const SHORT: usize = 1_200;

/// Whether an answer is nothing but words of a model that will not do it.
pub(super) fn declines(answer: &str) -> bool {
    let begin = answer.trim_start();
    if begin.len() > SHORT || begin.contains("```") {
        return false;
    }
    let begin = begin.to_lowercase().replace('’', "'");
    DECLINING.iter().any(|words| begin.starts_with(words))
}

/// What is wrong with a path that may mean one of the files asked for.
fn wrong_path(path: &str, expected: &[&str]) -> Option<String> {
    let is_absolute = path.starts_with(['/', '~', '\\']) || path.as_bytes().get(1) == Some(&b':');
    let goes_up = path.split(['/', '\\']).any(|part| part == "..");
    let what = match (is_absolute, goes_up) {
        (true, _) => "is an absolute path",
        (_, true) => "has `..` in it",
        _ => return None,
    };
    let plain = path.replace('\\', "/");
    let meant = expected.iter().find(|wanted| {
        plain
            .strip_suffix(**wanted)
            .is_some_and(|rest| rest.ends_with('/'))
    });
    Some(match meant {
        Some(meant) => format!("`{path}` {what}: write `{meant}`"),
        None => format!("`{path}` {what}: write it from the top of the project"),
    })
}

/// The marks that aider and others put around a change, each on a line of its own.
fn has_search_and_replace(text: &str) -> bool {
    let mut lines = text.lines().map(str::trim);
    let begins =
        |line: &str| line.starts_with("<<<<<<") && line.to_ascii_uppercase().ends_with("SEARCH");
    let ends =
        |line: &str| line.starts_with(">>>>>>") && line.to_ascii_uppercase().ends_with("REPLACE");
    lines.any(begins) && lines.any(ends)
}

fn is_diff_fence(line: &str) -> bool {
    let info = line.trim_start_matches(['`', '~']);
    let tag = info.split_whitespace().next();
    line.len() - info.len() >= 3 && matches!(tag, Some("diff" | "patch" | "udiff"))
}

/// A header of a unified diff on neighbouring lines, wherever it stands.
fn has_diff(text: &str) -> bool {
    let lines = text.lines().zip(text.lines().skip(1));
    lines
        .into_iter()
        .any(|(old, new)| old.starts_with("--- ") && new.starts_with("+++ "))
        || text.contains("*** Begin Patch")
}

/// Whether a text begins as a diff.
fn is_diff(begin: &str) -> bool {
    let starts = ["diff --git ", "--- ", "*** Begin Patch"];
    starts.iter().any(|start| begin.starts_with(start))
        && (has_diff(begin) || begin.starts_with("*** "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_model_that_declines_is_told_from_one_that_explains() {
        for text in [
            "I'm sorry, but I can't help with that.",
            "I’m sorry, but I cannot assist with this request.\n",
            "  I can't help with creating malware.",
        ] {
            assert!(declines(text), "{text}");
        }
        let work = "I'm sorry, but I can't find the old file.\n```python a.py\nx = 1\n```\n";
        let long = format!("I'm sorry, but I can't. {}", "First, do this. ".repeat(200));
        for text in [work, &long, "I can help with that: run `make`.", ""] {
            assert!(!declines(text), "{text}");
        }
    }

    fn told(answer: &str, unexpected: &[&str]) -> Vec<String> {
        let mut report = Report::new();
        let unexpected: Vec<String> = unexpected.iter().map(ToString::to_string).collect();
        tell(answer, &["pkg/greet.py"], &unexpected, &mut report);
        report
            .checks
            .into_iter()
            .map(|check| check.evidence)
            .collect()
    }

    #[test]
    fn what_cannot_be_used_is_told() {
        for (answer, unexpected, words) in [
            ("```diff\n--- a/x\n+++ b/x\n```", &[][..], "it has a diff"),
            ("  ~~~~patch\nx\n~~~~", &[], "it has a diff"),
            (
                "--- a/pkg/greet.py\n+++ b/pkg/greet.py\n@@ -1 +1 @@",
                &[],
                "it has a diff",
            ),
            (
                "*** Begin Patch\n*** Add File: x\n*** End Patch",
                &[],
                "it has a diff",
            ),
            (
                "<<<<<<< SEARCH\nx\n=======\ny\n>>>>>>> REPLACE",
                &[],
                "it has SEARCH/REPLACE",
            ),
            (
                "Here:\n<file path=\"pkg/greet.py\">\nx\n</file>",
                &[],
                "it has tags",
            ),
            (
                "x",
                &["/home/user/proj/pkg/greet.py"],
                "absolute path: write `pkg/greet.py`",
            ),
            (
                "x",
                &["~/pkg/greet.py"],
                "absolute path: write `pkg/greet.py`",
            ),
            (
                "x",
                &["C:\\proj\\pkg\\greet.py"],
                "absolute path: write `pkg/greet.py`",
            ),
            (
                "x",
                &["/etc/passwd"],
                "absolute path: write it from the top",
            ),
            (
                "x",
                &["pkg/../pkg/greet.py"],
                "has `..` in it: write `pkg/greet.py`",
            ),
        ] {
            let told = told(answer, unexpected);
            assert!(
                told.len() == 1 && told[0].contains(words),
                "{answer}: {told:?}"
            );
            assert!(!told[0].contains('\n'));
        }
        assert_eq!(
            told("```py other.py\nx\n```\n<<<<<<< HEAD", &["other.py"]),
            [""; 0]
        );
    }

    #[test]
    fn a_change_is_no_content_but_of_a_file_of_changes() {
        let search = "<<<<<<< SEARCH\nx\n=======\ny\n>>>>>>> REPLACE\n";
        let diff = "--- a/x\n+++ b/x\n@@ -1 +1 @@\n-x\n+y\n";
        let tag = "<file path=\"a.py\">\nx = 1\n</file>\n";
        for (path, content, is_refused) in [
            ("a.py", search, true),
            ("a.py", diff, true),
            ("a.py", tag, true),
            ("a.diff", diff, false),
            ("a.PATCH", diff, false),
            ("guide.md", search, false),
            ("a.xml", tag, false),
            ("a.tsx", "<document title=\"x\">\n</document>\n", false),
            ("blocks.py", &format!("SAMPLE = '''\n{search}'''\n"), false),
            ("blocks.py", &format!("\n\n{search}"), true),
            ("a.sql", "--- a comment\nSELECT 1;\n", false),
            ("a.yaml", "---\n+++ x\n", false),
            ("a.py", "x = 1 << 2\n", false),
        ] {
            let file = ExtractedFile {
                path: path.to_owned(),
                content: content.to_owned(),
                came_with_crlf: false,
            };
            let mut report = Report::new();
            let files = [file];
            check_contents(&files, &[(path.to_owned(), None)], &mut report);
            assert_eq!(!report.checks.is_empty(), is_refused, "{path}: {content}");
            // What stood there before may stay.
            let mut report = Report::new();
            let previous = [(path.to_owned(), Some(content.to_owned()))];
            check_contents(&files, &previous, &mut report);
            assert!(report.checks.is_empty());
        }
    }
}
