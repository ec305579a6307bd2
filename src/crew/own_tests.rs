//! The tests among the files of a task.

use wavecrew_validate::ExtractedFile;

/// The tests that a task wrote itself, if it wrote anything besides that they could be about: with them in place and the rest
/// taken away, they have to fail.
pub(super) fn own_tests(files: &[ExtractedFile]) -> Vec<ExtractedFile> {
    let (tests, work): (Vec<_>, Vec<_>) = files.iter().partition(|file| is_test(&file.path));
    match work.iter().all(|file| is_document(&file.path)) {
        true => Vec::new(),
        false => tests.into_iter().cloned().collect(),
    }
}

/// Whether a file is a test, or lies where tests do, by the usual names.
fn is_test(path: &str) -> bool {
    const FOLDERS: [&str; 4] = ["test", "tests", "__tests__", "spec"];
    let (folders, name) = path.rsplit_once('/').unwrap_or(("", path));
    let stem = name.split('.').next().unwrap_or(name);
    let is_marked = [".test.", ".spec."].iter().any(|mark| name.contains(mark));
    let is_of_tests = |folder: &str| {
        FOLDERS.contains(&&*folder.to_ascii_lowercase()) || folder.ends_with("Tests")
    };
    folders.split('/').any(is_of_tests)
        || ["Test", "Tests", "Spec"]
            .iter()
            .any(|end| stem.ends_with(end))
        || stem.starts_with("test_")
        || ["_test", "_tests", "_spec"]
            .iter()
            .any(|end| stem.ends_with(end))
        || is_marked
        || name == "conftest.py"
}

/// Whether a file is there to be read by people, and no test is about it.
fn is_document(path: &str) -> bool {
    [".md", ".rst", ".adoc"]
        .iter()
        .any(|end| path.ends_with(end))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tests_are_known_by_their_names_and_folders() {
        for path in [
            "tests/a.py",
            "a/__tests__/b.js",
            "test_a.py",
            "src/a_test.go",
            "a.test.ts",
            "a.spec.js",
            "spec/a_spec.rb",
            "tests/data.json",
            "conftest.py",
            "Tests/AppTests/ATests.swift",
            "src/FooTest.kt",
            "App.Tests/Foo.cs",
        ] {
            assert!(is_test(path), "{path}");
        }
        for path in [
            "src/a.py",
            "latest/a.py",
            "contest.py",
            "testing.py",
            "src/tester.rs",
        ] {
            assert!(!is_test(path), "{path}");
        }
    }
}
