//! What was in a file before is not held against a change.

use wavecrew_validate::{Candidate, NoPlaceholder, NoStub, Report, Validator, Verdict};

#[test]
fn what_was_there_before_is_not_held_against_a_change() {
    let before = "# TODO: tidy\ndef f():\n    pass\n";
    let after = "# TODO: tidy\ndef f():\n    pass\n\n\ndef g():\n    return 1\n";
    let mut report = Report::new();
    let changed = Candidate {
        path: "a.py",
        content: after,
        previous: Some(before),
    };
    NoPlaceholder.validate(&changed, &mut report);
    NoStub.validate(&changed, &mut report);
    assert_eq!(report.verdict(), Verdict::Pass);
    assert!(
        report.checks[1].evidence.contains("`f`"),
        "{}",
        report.checks[1]
    );

    // Whoever changes nothing stands for all of it.
    let mut report = Report::new();
    let same = Candidate {
        path: "a.py",
        content: before,
        previous: Some(before),
    };
    NoPlaceholder.validate(&same, &mut report);
    NoStub.validate(&same, &mut report);
    assert_eq!(report.of(Verdict::Fail).count(), 2);

    // A new stub beside an old one is found.
    let worse = format!("{before}\n\ndef h():\n    pass\n");
    let mut report = Report::new();
    NoStub.validate(
        &Candidate {
            path: "a.py",
            content: &worse,
            previous: Some(before),
        },
        &mut report,
    );
    assert!(
        report.checks[0].evidence.contains("line 6"),
        "{}",
        report.checks[0]
    );
}
