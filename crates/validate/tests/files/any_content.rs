//! Files of any content: no check breaks, none takes long.

use proptest::prelude::*;

use super::support::all_checks;

#[test]
fn hostile_files_take_bounded_time() {
    let many = 100_000;
    for (path, content) in [
        ("a.py", "(".repeat(many)),
        ("a.py", "def f():\n".repeat(many / 3)),
        ("a.py", "class A:\n    pass\n".repeat(many / 10)),
        ("a.py", "'''".repeat(many + 1)),
        ("a.sh", "((".repeat(many)),
        ("a.sh", "$(".repeat(many)),
        ("a.sh", "a && ".repeat(many) + "a"),
        ("a.sh", "a() { :; }\n".repeat(many / 10)),
        (
            "a.sh",
            "if a; then b; el".repeat(many / 10) + "if a; then b; fi",
        ),
        ("a.sh", "! ".repeat(many) + "a"),
        ("a.js", "it(".repeat(many)),
        ("a.js", "=/[".repeat(many)),
        ("a.js", "throw new Error(\"".repeat(many / 10)),
        ("a.rs", "todo!() ".repeat(many / 10)),
        ("a.rs", "/*".repeat(many)),
        ("a.rs", "r#".repeat(many)),
        ("a.md", "<".repeat(many) + " here>"),
        ("a.md", "[".repeat(many) + " here]"),
        ("a.md", "`\"'".repeat(many)),
        ("a.md", "TODO ".repeat(many)),
        ("a.html", "<!--".repeat(many)),
        ("a.json", "[".repeat(many)),
        ("a.toml", "[".repeat(many)),
    ] {
        let start = std::time::Instant::now();
        all_checks(path, &content);
        let spent = start.elapsed().as_secs();
        assert!(spent < 20, "{path} {:?}… took {spent} s", &content[..20]);
    }
}

const PATHS: [&str; 14] = [
    "a.py",
    "test_a.py",
    "a.sh",
    "a.rs",
    "a.js",
    "a.go",
    "a.java",
    "a.rb",
    "a.sql",
    "a.md",
    "a.html",
    "a.toml",
    "a.yaml",
    "a.json",
];

proptest! {
    #[test]
    fn no_content_breaks_a_check(
        path in proptest::sample::select(&PATHS[..]),
        content in "(def f|class |pass|:|\n|    |\"\"\"|'|\"|`|\\(|\\)|\\{|\\}|#|//|/\\*|\\*/|<<EOF|EOF|TODO|\\$\\(|;|&&|\\||fi|then|if |é|\\\\|r#|/|<|>|\\[|\\]){0,60}",
    ) {
        let report = all_checks(path, &content);
        for check in &report.checks {
            prop_assert!(!check.evidence.is_empty());
        }
    }
}
