use proptest::prelude::*;
use serde_json::Value as Other;

use super::{Json, Kind, Value, is_json};

fn is_valid(json: &Json) -> bool {
    json.roots.len() == 1
        && json
            .problems
            .iter()
            .all(|problem| problem.severity != crate::Severity::Error)
}

/// The value as `serde_json` has it: of a repeated key the last one.
fn plain(value: &Value) -> Other {
    match &value.kind {
        Kind::Null => Other::Null,
        Kind::Bool(value) => Other::Bool(*value),
        Kind::Number(text) => serde_json::from_str(text).expect("a number"),
        Kind::String(text) => Other::String(text.to_string()),
        Kind::Array(items) => items.iter().map(plain).collect(),
        Kind::Object(members) => Other::Object(
            members
                .iter()
                .map(|member| (member.key.to_string(), plain(&member.value)))
                .collect(),
        ),
    }
}

/// Places lie in the text, inside the places around them, and a scalar's place is its text.
fn check_places(text: &str, value: &Value, within: &std::ops::Range<usize>) {
    let inside = |span: &std::ops::Range<usize>| {
        assert!(
            within.start <= span.start
                && span.end <= within.end
                && text.get(span.clone()).is_some()
        );
    };
    inside(&value.span);
    for member in value.members() {
        inside(&member.key_span);
        check_places(text, &member.value, &value.span);
    }
    for item in value.items() {
        check_places(text, item, &value.span);
    }
}

fn check(text: &str) -> Json {
    let json = Json::read(text);
    for root in &json.roots {
        check_places(text, root, &(0..text.len()));
    }
    for problem in &json.problems {
        assert!(text.get(problem.span.clone()).is_some(), "{problem:?}");
        assert!(!problem.help.is_empty());
    }
    match serde_json::from_str::<Other>(text.trim_start_matches('\u{feff}')) {
        Ok(other) => {
            assert!(is_valid(&json), "{text:?}: {:?}", json.problems);
            assert_eq!(plain(&json.roots[0]), other);
        }
        // A number of an exponent that no machine has is JSON by the letter.
        Err(error) if error.to_string().starts_with("number out of range") => {}
        Err(error) => assert!(!is_valid(&json), "{text:?}: {error}"),
    }
    json
}

fn messages(text: &str) -> Vec<String> {
    let json = check(text);
    let at = |problem: &super::Problem| {
        let before = &text[..problem.span.start];
        let line = before.matches('\n').count() + 1;
        format!("{line}: {} ({})", problem.message, problem.help)
    };
    json.problems.iter().map(at).collect()
}

#[test]
fn all_slips_of_a_text_are_told_and_the_rest_is_read() {
    let text = r#"{
  // the list
  "tasks": [
    {"id": 'A', title: "one" "depends_on": [],},
    {"id": 007, "done": True, "title": "two	words", "x": }
    {"id": "C\q", "status": pending, "status": "done"}
  ]
}"#;
    insta::assert_snapshot!(messages(text).join("\n"), @r#"
    2: JSON has no comments (leave it out)
    4: a string stands in single quotes (use double quotes)
    4: a key stands without quotes (put the key in double quotes)
    4: a comma is missing before this (put a `,` between the two)
    4: a comma stands after the last one (leave it out)
    5: `007` is no number of JSON (write digits such as 12 or 0.5, or put an id in double quotes)
    5: `True` is no value of JSON (write true)
    5: a tab stands in a string (write \t)
    5: this key has no value (write a value after the `:`, or leave the key out)
    6: a comma is missing before this (put a `,` between the two)
    6: `\q` is no escape of JSON (write \\ for a backslash)
    6: the word `pending` stands without quotes (write "pending")
    6: `status` is here twice; the last one counts (keep one of them)
    "#);
    let json = Json::read(text);
    let tasks = json.roots[0].get("tasks").expect("the list").items();
    assert_eq!(tasks.len(), 3);
    assert_eq!(tasks[0].get("id").and_then(Value::text), Some("A"));
    assert_eq!(tasks[1].get("id").and_then(Value::text), Some("007"));
    assert_eq!(tasks[2].get("status").and_then(Value::text), Some("done"));
}

#[test]
fn what_is_left_open_is_told_at_its_beginning() {
    for (text, expected) in [
        (
            "{\"a\": [1, 2}",
            "1: a `]` is missing before this (close what was opened last first)",
        ),
        (
            "{\n\"a\": [1,\n2",
            "2: this `[` is never closed (add a `]` where it ends)",
        ),
        (
            "{\"a\": \"b\n, \"c\": 1}",
            "1: this string is never closed (add a `\"` where it ends)",
        ),
        (
            "{\"a\": \"b\nc\"}",
            "1: a string goes over the end of the line (write \\n for the line break)",
        ),
        (
            "[1]]",
            "1: something follows the end of the value (JSON is one value; JSON Lines are one value on each line)",
        ),
        (
            "<<<<<<< HEAD\n[]",
            "1: a conflict of a merge was left here (keep one of the two versions)",
        ),
        (
            "[“a”]",
            "1: `“` can begin no value and no key (use plain double quotes)",
        ),
        (
            "{\"a\" 1}",
            "1: no `:` follows the key `a` (write \"key\": value)",
        ),
        ("[1,,2]", "1: a comma too many (leave it out)"),
        (
            "[\"\\ud800\"]",
            "1: half of a pair of surrogates, which is no character (write the character itself, or both halves)",
        ),
    ] {
        assert_eq!(
            messages(text).first().map(String::as_str),
            Some(expected),
            "{text}"
        );
    }
}

#[test]
fn lines_of_json_are_read_each_by_itself() {
    let json = Json::read("{\"id\": 1}\r\n\r\n{\"id\": 2\n{\"id\": 3} x\n{\"id\": 4}\n");
    let ids: Vec<_> = json
        .roots
        .iter()
        .filter_map(|root| root.get("id")?.name())
        .collect();
    assert_eq!(ids, ["1", "2", "3", "4"]);
    assert_eq!(json.problems.len(), 2, "{:?}", json.problems);
}

#[test]
fn numbers_keep_their_digits() {
    let json = check("[1.10, -0, 1e400, 123456789012345678901234567890]");
    let numbers: Vec<_> = json.roots[0]
        .items()
        .iter()
        .filter_map(Value::name)
        .collect();
    assert_eq!(
        numbers,
        ["1.10", "-0", "1e400", "123456789012345678901234567890"]
    );
}

#[test]
fn depth_is_bounded_where_serde_json_bounds_it() {
    for depth in [1, 126, 127, 128, 129, 100_000] {
        for (open, close) in [("[", "]"), ("{\"a\":", "}")] {
            let inner = if open == "[" { "" } else { "1" };
            check(&format!(
                "{}{inner}{}",
                open.repeat(depth),
                close.repeat(depth)
            ));
            check(&open.repeat(depth));
        }
    }
    let lines = "{\"a\":\n".repeat(100_000);
    assert!(!is_valid(&check(&lines)));
}

#[test]
fn what_is_meant_as_json() {
    for text in [
        "{}",
        " [ ]\n",
        "\u{feff}{\"a\": 1}",
        "// c\n/* d */ [{\"id\": 1}]",
        "{tasks: []}",
        "{'a': 1}",
        "{",
        "[\"a\"]",
        "{\n  \"a\"",
    ] {
        assert!(is_json(text), "{text}");
    }
    for text in [
        "",
        "# A",
        "[a](b)",
        "[ ] todo",
        "[x] done",
        "[1]: http://a",
        "{{name}}",
        "{% if %}",
        "[\"a\"](b)",
        "[[wiki]]",
        "- [ ] a",
        "[\"a\"]: b",
        "12",
        "\"a\"",
        "{#id}",
    ] {
        assert!(!is_json(text), "{text}");
    }
}

fn value() -> impl Strategy<Value = Other> {
    let leaf = prop_oneof![
        Just(Other::Null),
        any::<bool>().prop_map(Other::Bool),
        any::<i64>().prop_map(Other::from),
        (-1e300..1e300f64).prop_map(Other::from),
        any::<String>().prop_map(Other::String),
    ];
    leaf.prop_recursive(6, 64, 8, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..8).prop_map(Other::from),
            prop::collection::btree_map("[a-c]{0,2}|\\PC", inner, 0..8)
                .prop_map(|map| Other::Object(map.into_iter().collect())),
        ]
    })
}

fn pieces() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "{",
        "}",
        "[",
        "]",
        ",",
        ":",
        "\"",
        "'",
        "\\",
        "\\u",
        "d83d",
        "\\ude00",
        "\\n",
        "\n",
        "\r\n",
        " ",
        "\t",
        "true",
        "null",
        "None",
        "-",
        "1",
        "0",
        ".",
        "e",
        "+",
        "//",
        "/*",
        "*/",
        "#",
        "\"a\"",
        "\"id\": 1",
        "a b",
        "é",
        "\u{a0}",
        "\u{feff}",
        "“",
        "\0",
        "<<<<<<<",
        "{\"a\":",
        "\n{",
    ]);
    prop::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn valid_json_is_read_as_serde_json_reads_it(value in value(), pretty: bool) {
        let text = if pretty { serde_json::to_string_pretty(&value) } else { serde_json::to_string(&value) };
        check(&text.expect("a text"));
    }

    #[test]
    fn broken_json_is_refused_where_serde_json_refuses_it(text in pieces()) {
        check(&text);
    }

    #[test]
    fn a_changed_text_is_judged_alike(value in value(), at: prop::sample::Index, piece in pieces()) {
        let mut text = serde_json::to_string(&value).expect("a text");
        let mut at = at.index(text.len() + 1);
        while !text.is_char_boundary(at) {
            at -= 1;
        }
        text.insert_str(at, &piece);
        check(&text);
    }
}
