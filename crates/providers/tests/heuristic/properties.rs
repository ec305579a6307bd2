//! What holds for every brief.

use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use wavecrew_providers::Request;
use wavecrew_providers::heuristic::{Brief, BriefFile, Material};

use crate::python3::check_syntax;
use crate::reply::{again, ask, files};

const PATHS: &[&str] = &[
    "a.py",
    "pkg/mod.py",
    "tests/test_mod.py",
    "bin/run.sh",
    "README.md",
    "data.json",
    "app.toml",
    "conf.yaml",
    "app.ini",
    ".env",
    "table.csv",
    "Makefile",
    "notes.txt",
    "src/lib.rs",
];

/// Statements of all the kinds that rules know, about the literals and names that are given.
const STATEMENTS: &[&str] = &[
    "contains the line `{x}`",
    "contains `{x}` and `{y}`",
    "has the heading `## {x}`",
    "The `## {x}` section lists `{y}`, `{x}`",
    "The first line is `{x}`",
    "ends with the line `{y}`",
    "does not contain `{y}`",
    "has a table with the columns `{x}`, `{y}` and a row `1`, `2`",
    "key `{x}` is `{y}`",
    "key `{x}.{y}` is `1`",
    "sets `{x}` to `{y}`",
    "`{x}` lists `a`, `{y}`",
    "in the table `[{x}]`, `{y}` is `true`",
    "prints `{x}`",
    "With `--{x}` it prints `{y}` and exits with status 3",
    "Without an argument it prints `{x}` to stderr and exits with status 2",
    "takes an argument `NAME` and prints `{x} NAME`",
    "runs `{x} {y}`",
    "defines the function `{x}` that prints `{y}`",
    "sets the variable `{x}` to `{y}`",
    "The target `{x}` depends on `{y}` and runs `{y}`",
    "Implement class `{X}` with `__init__` method",
    "Constructor accepts `{x}` parameter (string)",
    "the class `{X}` has the method `{x}({y}: int, z=\"q\") -> List[{X}]`",
    "`{x}({y}, *, z: Optional[str] = None) -> bool` returns `{y} + 1`",
    "`{x}({y})` raises `ValueError` when `{y}` is empty",
    "constant `{C}` is `{y}`",
    "constant `{C} = [1, 2]`",
    "imports `{x}` from `{y}`",
    "`test_{x}` asserts that `{y} == 1`",
    "Test 3: {x} {y}",
    "the dataclass `{X}` has the fields `{x}: int` and `{y}: str = \"\"`",
    "is sorted",
    "has exactly 3 lines",
];

fn word() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-z][a-z_]{0,6}",
        "[A-Za-z0-9 .:'\"$#\\\\|%é=-]{1,12}",
        Just("class".to_owned()),
        Just("```".to_owned()),
    ]
}

fn statement() -> impl Strategy<Value = String> {
    (
        proptest::sample::select(STATEMENTS),
        word(),
        word(),
        "[A-Z][a-z]{2,5}",
        "[A-Z_]{2,5}",
    )
        .prop_map(|(form, x, y, class, constant)| {
            let form = form.replace("{X}", &class).replace("{C}", &constant);
            form.replace("{x}", &x).replace("{y}", &y)
        })
}

fn brief_of(files: usize) -> impl Strategy<Value = Brief> {
    let paths = proptest::sample::subsequence(PATHS, 1..=files);
    let statements = || proptest::collection::vec(statement(), 0..6);
    (paths, statements(), statements()).prop_map(|(paths, notes, criteria)| Brief {
        title: "A title".to_owned(),
        deliverables: paths.into_iter().map(BriefFile::new).collect(),
        notes,
        criteria,
        ..Brief::default()
    })
}

/// Commands that hold a literal where commands hold them. `LIT` is a word, `NUM` a number.
const COMMANDS: &[&str] = &[
    "python3 -c \"from pkg.mod import Thing; t = Thing(key='LIT', other=NUM); assert t.run('LIT') == NUM\"",
    "python3 -c 'from a import Thing, go; go(\"LIT\", n=NUM); print(f\"LIT {Thing()}\")'",
    "cd pkg && python -c \"from mod import go; assert go(b'LIT', r\\\"LIT\\\") == '''LIT''' # LIT NUM\"",
    "python3 - <<'EOF'\nfrom a import Thing\nassert Thing().run() == \"LIT\" and {'LIT': NUM}\nEOF",
    "python3 - <<EOF\nfrom a import Thing\nx = '''\nfrom a import LIT\nLIT(LIT=1)\n'''\nEOF",
    "python3 -c \"from a import Thing; print('it'\"'\"'s LIT')\"",
    "python3 -c $'from a import Thing\\nThing(\\'LIT\\')'",
    "python3 -c \"from a import Thing; exec(\\\"Thing(LIT=NUM)\\\")\"",
    "python3 -c \"$(cat LIT) from a import Thing\"",
    "python3 -c 'from a import Thing; Thing(\"LIT",
    "grep -q 'LIT' README.md && grep -c NUM notes.txt",
    "grep -q LIT notes.txt # LIT",
    "test \"$(sh bin/run.sh LIT)\" = 'LIT NUM'",
    "pytest tests/test_mod.py::test_one[LIT-NUM] -k \"LIT\" -v",
    "echo \"python3 -c 'from a import LIT'\"",
    "sh -c 'python3 -c \"from a import LIT\"'",
    "jq -e '.LIT == NUM' data.json",
    "cat > LIT.txt <<'EOF'\nLIT NUM\nEOF",
];

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn equal_briefs_give_equal_bytes(brief in brief_of(4)) {
        let request = Request::new([]).with_brief(&brief);
        prop_assert_eq!(ask(&request).unwrap().text, ask(&request).unwrap().text);
    }

    #[test]
    fn every_deliverable_is_answered_once_and_in_order(brief in brief_of(6)) {
        let found: Vec<String> = files(&brief).into_iter().map(|(path, _)| path).collect();
        let asked: Vec<String> = brief.deliverables.iter().map(|file| file.path.clone()).collect();
        prop_assert_eq!(found, asked);
    }

    #[test]
    fn doing_it_once_more_changes_nothing(brief in brief_of(3)) {
        let first = files(&brief);
        prop_assert_eq!(files(&again(&brief)), first);
    }

    #[test]
    fn literals_of_tests_never_get_into_a_file(
        brief in brief_of(6),
        commands in proptest::collection::vec(proptest::sample::select(COMMANDS), 1..8),
        word in "[a-z]{2}Q[a-z]{6}q",
        number in 100_000_007_u64..999_999_999,
    ) {
        let number = number.to_string();
        let mut brief = brief;
        let fill = |form: &&str| form.replace("LIT", &word).replace("NUM", &number);
        brief.tests = commands.iter().map(fill).collect();
        let text = ask(&Request::new([]).with_brief(&brief)).unwrap().text;
        prop_assert!(!text.contains(&word), "{}", text);
        prop_assert!(!text.contains(&number), "{}", text);
        for command in &brief.tests {
            prop_assert!(!text.contains(command.as_str()), "{}", text);
        }
    }

    #[test]
    fn no_text_makes_it_panic(
        parts in proptest::collection::vec(any::<String>(), 6),
        path in proptest::sample::select(PATHS),
        existing in proptest::option::of(any::<String>()),
    ) {
        let brief = Brief {
            task: parts[0].clone(),
            title: parts[0].clone(),
            deliverables: vec![BriefFile { path: path.to_owned(), existing }],
            notes: vec![parts[1].clone(), format!("`{}` is `{}`", parts[1], parts[2])],
            criteria: vec![parts[2].clone()],
            boundaries: vec![parts[3].clone()],
            tests: vec![parts[4].clone(), format!("python3 -c '{}'", parts[4])],
            material: vec![Material { path: Some(path.to_owned()), language: String::new(), text: parts[5].clone() }],
        };
        prop_assert!(ask(&Request::new([]).with_brief(&brief)).is_ok());
    }
}

#[test]
fn all_python_is_valid() {
    let mut runner = TestRunner::deterministic();
    let mut all = Vec::new();
    for _ in 0..300 {
        let mut brief = brief_of(3)
            .new_tree(&mut runner)
            .expect("a brief")
            .current();
        brief.deliverables.push(BriefFile::new("pkg/extra.py"));
        all.extend(files(&brief));
        let brief = again(&brief);
        all.extend(files(&Brief {
            criteria: vec![
                "the class `Late` has the method `go(x: int) -> Late`".to_owned(),
                "`late(y: str)` returns `y`".to_owned(),
            ],
            ..brief
        }));
    }
    check_syntax(&all);
}
