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

    // One of the same name in another place is new, and many old ones are no reason for new ones.
    let one = "struct A;\nimpl A {\n    fn run(&self) {\n        todo!()\n    }\n}\n";
    let two = format!(
        "{one}struct B;\n{}",
        one["struct A;\n".len()..].replace('A', "B")
    );
    check_stubs(one, &two, Verdict::Fail);
    let function = |name: usize, body: &str| format!("fn f{name}() {{\n    {body}\n}}\n");
    let skeleton: String = (0..60).map(|name| function(name, "todo!()")).collect();
    let begun: String = (0..60)
        .map(|name| function(name, if name < 15 { "work();" } else { "todo!()" }))
        .collect();
    check_stubs(&skeleton, &begun, Verdict::Pass);

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

fn check_stubs(before: &str, after: &str, expected: Verdict) {
    let mut report = Report::new();
    let changed = Candidate {
        path: "a.rs",
        content: after,
        previous: Some(before),
    };
    NoStub.validate(&changed, &mut report);
    assert_eq!(report.verdict(), expected, "{}", report.checks[0]);
}
