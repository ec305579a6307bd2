//! Reports, tests and what a task comes to.

use proptest::prelude::*;
use wavecrew_validate::{
    All, Check, Outcome, Report, TaskVerdict, TestRun, Validator, Verdict, judge_test, strength,
    tells_apart, verdict,
};

fn failed() -> Outcome {
    Outcome::Failed {
        how: "exit status 1".into(),
    }
}

fn not_run() -> Outcome {
    Outcome::NotRun {
        why: "pytest: not found".into(),
    }
}

fn run(command: &str, before: Option<Outcome>, after: Outcome) -> TestRun {
    TestRun {
        command: command.into(),
        before,
        after,
    }
}

fn good() -> TestRun {
    run("make check", Some(failed()), Outcome::Passed)
}

fn passed_report() -> Report {
    let mut report = Report::new();
    report.pass("content of `a.md`", "3 bytes");
    report
}

#[test]
fn one_test() {
    let shown = |run: TestRun| {
        let check = judge_test(&run);
        let detail = check.detail.as_ref();
        let detail = detail.map(|detail| format!(" ({detail})"));
        format!("{check}{}", detail.unwrap_or_default())
    };
    insta::assert_snapshot!(shown(good()), @"pass: test `make check`: passed (tells the work apart: failed on the tree before the task (exit status 1))");
    insta::assert_snapshot!(shown(run("make check", Some(Outcome::Passed), Outcome::Passed)), @"pass: test `make check`: passed (does not tell the work apart: passed on the tree before the task too)");
    insta::assert_snapshot!(shown(run("make check", None, Outcome::Passed)), @"pass: test `make check`: passed (not compared: not tried on the tree before the task)");
    insta::assert_snapshot!(shown(run("make check", Some(failed()), failed())), @"fail: test `make check`: failed: exit status 1");
    insta::assert_snapshot!(shown(run("pytest a", Some(not_run()), not_run())), @"not checked: test `pytest a`: not run: pytest: not found");
    insta::assert_snapshot!(shown(run("make check || true", None, Outcome::Passed)), @"not checked: test `make check || true`: passed, which says nothing: never fails: `|| true` turns every failure into success");
    insta::assert_snapshot!(shown(run("make list | wc -l", None, Outcome::Passed)), @"not checked: test `make list | wc -l`: passed, which says nothing: masked: the pipeline ends in `wc`, which accepts any input: end it in a check such as `grep -q`");
    insta::assert_snapshot!(shown(run("cd app", None, Outcome::Passed)), @"pass: test `cd app`: ran; `cd` prepares, it tests nothing");
    insta::assert_snapshot!(shown(run("cd app", None, failed())), @"not checked: test `cd app`: set-up failed: exit status 1; nothing was tested");
}

#[test]
fn telling_apart() {
    assert!(tells_apart(&good()));
    assert!(!tells_apart(&run("make check", None, Outcome::Passed)));
    assert!(!tells_apart(&run(
        "make check",
        Some(not_run()),
        Outcome::Passed
    )));
    assert!(!tells_apart(&run(
        "make check",
        Some(Outcome::Passed),
        Outcome::Passed
    )));
    assert!(!tells_apart(&run("make check", Some(failed()), failed())));
    assert!(!tells_apart(&run(
        "cd app",
        Some(failed()),
        Outcome::Passed
    )));
    assert!(!tells_apart(&run(
        "make list | wc -l",
        Some(failed()),
        Outcome::Passed
    )));
}

#[test]
fn a_task() {
    use TaskVerdict::{Failed, NotChecked, Verified};
    let not_checked = || {
        let mut report = passed_report();
        report.not_checked("criterion 2", "no rule covers it");
        report
    };
    let failing = || {
        let mut report = not_checked();
        report.fail("stubs in `a.py`", "line 1");
        report
    };
    let same = || run("test -d src", Some(Outcome::Passed), Outcome::Passed);
    for (report, tests, expected) in [
        (passed_report(), vec![good()], Verified),
        (
            passed_report(),
            vec![
                run("cd app", Some(failed()), Outcome::Passed),
                same(),
                good(),
            ],
            Verified,
        ),
        // No test told before from after.
        (passed_report(), vec![same()], NotChecked),
        (passed_report(), vec![], NotChecked),
        (Report::new(), vec![good()], NotChecked),
        // Something is open.
        (not_checked(), vec![good()], NotChecked),
        (
            passed_report(),
            vec![good(), run("pytest", None, not_run())],
            NotChecked,
        ),
        (
            passed_report(),
            vec![good(), run("make x || true", None, Outcome::Passed)],
            NotChecked,
        ),
        // Something failed, whatever else.
        (failing(), vec![good()], Failed),
        (failing(), vec![], Failed),
        (
            passed_report(),
            vec![good(), run("make x", None, failed())],
            Failed,
        ),
        (not_checked(), vec![run("make x", None, failed())], Failed),
    ] {
        assert_eq!(verdict(&report, &tests), expected, "{report:?} {tests:?}");
    }
}

#[test]
fn validators_run_all_and_collect() {
    let short = |text: &str, report: &mut Report| {
        if text.len() < 3 {
            report.fail("length", "too short")
        } else {
            report.pass("length", "fine")
        }
    };
    let lower = |text: &str, report: &mut Report| {
        if text == text.to_lowercase() {
            report.pass("case", "lower")
        } else {
            report.fail("case", "not lower")
        }
    };
    let all: All<str> = All::new().with(short).with(lower);
    let mut report = Report::new();
    all.validate("A", &mut report);
    assert_eq!(report.of(Verdict::Fail).count(), 2);
    assert_eq!(report.verdict(), Verdict::Fail);
    assert_eq!(Report::new().verdict(), Verdict::NotChecked);
    fn _dyn_safe(_: &dyn Validator<str>) {}
}

#[cfg(feature = "json")]
#[test]
fn reports_as_json() {
    let mut report = passed_report();
    report.push(Check::new("test 1", Verdict::NotChecked, "not run").detail("more"));
    let text = serde_json::to_string(&report).unwrap();
    insta::assert_snapshot!(text, @r#"{"checks":[{"subject":"content of `a.md`","verdict":"pass","evidence":"3 bytes"},{"subject":"test 1","verdict":"not_checked","evidence":"not run","detail":"more"}]}"#);
    assert_eq!(serde_json::from_str::<Report>(&text).unwrap(), report);
    let run = run("make", Some(failed()), Outcome::Passed);
    let text = serde_json::to_string(&run).unwrap();
    insta::assert_snapshot!(text, @r#"{"command":"make","before":{"outcome":"failed","how":"exit status 1"},"after":{"outcome":"passed"}}"#);
    assert_eq!(serde_json::from_str::<TestRun>(&text).unwrap(), run);
}

proptest! {
    /// Reading a command never panics, and a swallowed failure is never real.
    #[test]
    fn any_command_is_read(command in "(make|echo a|true|false|cd x|test -f a|python3 -c|'|\"|\\$\\(|\\)|\\(|&&|\\|\\||\\||;|\n| |\\{|\\}|if|then|fi|<<E|E|!|&|>|\\[\\[|\\]\\]|#){0,24}") {
        let _ = strength(&command);
        let swallowed = strength(&format!("{{ {command}\n}} || true"));
        prop_assert!(!swallowed.is_real(), "{command:?}: {swallowed}");
    }

    /// A verdict is verified only with a test that tells apart, and never with a failure.
    #[test]
    fn verified_needs_a_test_that_tells_apart(
        commands in proptest::collection::vec((0usize..4, 0usize..4, 0usize..3), 0..5),
        checks in proptest::collection::vec(0usize..3, 0..4),
    ) {
        let before = [None, Some(Outcome::Passed), Some(failed()), Some(not_run())];
        let after = [Outcome::Passed, failed(), not_run()];
        let names = ["make check", "make check || true", "cd app", "make | cat"];
        let tests: Vec<TestRun> = (commands.into_iter())
            .map(|(name, b, a)| run(names[name], before[b].clone(), after[a].clone()))
            .collect();
        let verdicts = [Verdict::Pass, Verdict::Fail, Verdict::NotChecked];
        let mut report = Report::new();
        for check in checks {
            report.push(Check::new("x", verdicts[check], "y"));
        }
        let judged: Vec<Verdict> = tests.iter().map(|test| judge_test(test).verdict).collect();
        match verdict(&report, &tests) {
            TaskVerdict::Verified => {
                prop_assert!(tests.iter().any(tells_apart));
                prop_assert!(judged.iter().all(|verdict| *verdict == Verdict::Pass));
                prop_assert_eq!(report.verdict(), Verdict::Pass);
            }
            TaskVerdict::Failed => prop_assert!(
                judged.contains(&Verdict::Fail) || report.verdict() == Verdict::Fail
            ),
            TaskVerdict::NotChecked => {
                prop_assert!(!judged.contains(&Verdict::Fail));
                prop_assert!(report.verdict() != Verdict::Fail);
            }
        }
    }
}
