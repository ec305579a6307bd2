//! The forms in which `wavecrew check` prints, and `wavecrew explain`.

mod support;

use std::collections::BTreeSet;
use std::path::Path;

use serde_json::{Map, Value};
use support::wavecrew;
use tempfile::TempDir;

/// A plan with an unknown dependency, in a file whose name needs escapes.
fn plan() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let text = "# Plan\n\n| ID | Task | Depends on | Estimate |\n|---|---|---|---|\n| A-1 | Größe: 100 %, now | None | 1h |\n\
                | A-2 | Build | A-7 | 1h |\n";
    std::fs::write(folder.path().join("my plan,1.md"), text).unwrap();
    folder
}

fn check(format: &str) -> (support::Ran, TempDir) {
    let folder = plan();
    let file = folder.path().join("my plan,1.md");
    let ran = wavecrew(&["check", file.to_str().unwrap(), "--format", format]);
    assert_eq!(ran.code, Some(3), "{}", ran.stderr);
    (ran, folder)
}

#[test]
fn json_is_what_the_flag_of_that_name_prints() {
    let (ran, folder) = check("json");
    let file = folder.path().join("my plan,1.md");
    let flag = wavecrew(&["check", file.to_str().unwrap(), "--json"]);
    assert_eq!(ran.stdout, flag.stdout);
    let found = &ran.json()["diagnostics"];
    let unknown = found
        .as_array()
        .unwrap()
        .iter()
        .find(|d| d["code"] == "WC0201")
        .unwrap();
    assert_eq!(
        (&unknown["line"], &unknown["severity"]),
        (&6.into(), &"error".into())
    );
}

#[test]
fn sarif_has_every_rule_that_complains_and_exact_regions() {
    let (ran, _folder) = check("sarif");
    let log = ran.json();
    assert_eq!(log["version"], "2.1.0");
    let run = &log["runs"][0];
    let results = run["results"].as_array().unwrap();
    let result = results
        .iter()
        .find(|result| result["ruleId"] == "WC0201")
        .unwrap();
    assert_eq!(result["level"], "error");
    let rule = &run["tool"]["driver"]["rules"]
        [usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap()];
    assert_eq!(rule["id"], "WC0201");
    assert!(
        rule["help"]["markdown"]
            .as_str()
            .unwrap()
            .starts_with("# WC0201")
    );
    let place = &result["locations"][0]["physicalLocation"];
    let uri = place["artifactLocation"]["uri"].as_str().unwrap();
    assert!(
        uri.starts_with("file:///") && uri.ends_with("/my%20plan%2C1.md"),
        "{uri}"
    );
    let region = &place["region"];
    assert_eq!(
        (region["startLine"].as_u64(), region["endLine"].as_u64()),
        (Some(6), Some(6))
    );
    assert_eq!(
        region["endColumn"].as_u64().unwrap() - region["startColumn"].as_u64().unwrap(),
        3
    );
    assert_eq!(region["byteLength"], 3);
}

/// An object of the SARIF 2.1.0 schema: it has all of `required`, and nothing but these and `optional`.
fn object<'v>(value: &'v Value, required: &[&str], optional: &[&str]) -> &'v Map<String, Value> {
    let object = value.as_object().unwrap_or_else(|| panic!("{value}"));
    for name in required {
        assert!(object.contains_key(*name), "no {name}: {value}");
    }
    for name in object.keys() {
        let known = required.contains(&&**name) || optional.contains(&&**name);
        assert!(known, "{name}: {value}");
    }
    object
}

fn number(value: &Value, least: u64) -> u64 {
    let number = value.as_u64().unwrap_or_else(|| panic!("{value}"));
    assert!(number >= least, "{value}");
    number
}

fn text_of(message: &Value, optional: &[&str]) {
    let text = &object(message, &["text"], optional)["text"];
    assert!(!text.as_str().unwrap().is_empty());
}

fn place(location: &Value, optional: &[&str]) {
    let location = object(location, &["physicalLocation"], optional);
    let place = object(
        &location["physicalLocation"],
        &["artifactLocation", "region"],
        &[],
    );
    artifact(&place["artifactLocation"]);
    region(&place["region"]);
}

fn artifact(value: &Value) {
    let uri = object(value, &["uri"], &[])["uri"].as_str().unwrap();
    let allowed = |c: char| c.is_ascii_alphanumeric() || "-._~/%:".contains(c);
    assert!(!uri.is_empty() && uri.chars().all(allowed), "{uri}");
}

fn region(value: &Value) {
    let names = [
        "startLine",
        "startColumn",
        "endLine",
        "endColumn",
        "byteOffset",
        "byteLength",
    ];
    let region = object(value, &names, &[]);
    let [line, column, end_line, end_column] =
        [0, 1, 2, 3].map(|index| number(&region[names[index]], 1));
    assert!((line, column) <= (end_line, end_column), "{value}");
    number(&region["byteOffset"], 0);
    number(&region["byteLength"], 0);
}

/// What the schema of SARIF 2.1.0 (OASIS) demands of the parts that are written.
fn assert_is_sarif(log: &Value) {
    let log = object(log, &["version", "runs"], &["$schema"]);
    assert_eq!(log["version"], "2.1.0");
    for run in log["runs"].as_array().unwrap() {
        let run = object(run, &["tool"], &["columnKind", "results"]);
        assert!(
            ["unicodeCodePoints", "utf16CodeUnits"].contains(&run["columnKind"].as_str().unwrap())
        );
        let driver = &object(&run["tool"], &["driver"], &[])["driver"];
        let driver = object(driver, &["name"], &["semanticVersion", "rules"]);
        let rules = driver["rules"].as_array().unwrap();
        let mut ids = BTreeSet::new();
        for rule in rules {
            let rule = object(rule, &["id"], &["shortDescription", "help"]);
            assert!(ids.insert(rule["id"].as_str().unwrap()));
            text_of(&rule["shortDescription"], &["markdown"]);
            text_of(&rule["help"], &["markdown"]);
        }
        for result in run["results"].as_array().unwrap() {
            let optional = [
                "ruleId",
                "ruleIndex",
                "level",
                "locations",
                "relatedLocations",
                "fixes",
            ];
            let result = object(result, &["message"], &optional);
            text_of(&result["message"], &[]);
            assert!(["error", "warning", "note"].contains(&result["level"].as_str().unwrap()));
            let rule = usize::try_from(number(&result["ruleIndex"], 0)).unwrap();
            assert_eq!(rules[rule]["id"], result["ruleId"]);
            for location in list(result, "locations") {
                place(location, &[]);
            }
            for location in list(result, "relatedLocations") {
                place(location, &["message"]);
                text_of(&location["message"], &[]);
            }
            for fix in list(result, "fixes") {
                let fix = object(fix, &["artifactChanges"], &["description"]);
                text_of(&fix["description"], &[]);
                for change in list(fix, "artifactChanges") {
                    let change = object(change, &["artifactLocation", "replacements"], &[]);
                    artifact(&change["artifactLocation"]);
                    for replacement in list(change, "replacements") {
                        let optional = ["insertedContent"];
                        let replacement = object(replacement, &["deletedRegion"], &optional);
                        region(&replacement["deletedRegion"]);
                        object(&replacement["insertedContent"], &["text"], &[]);
                    }
                }
            }
        }
    }
}

/// The items of a list, which has one at least if it is there.
fn list<'v>(object: &'v Map<String, Value>, name: &str) -> &'v [Value] {
    let items = object.get(name).map(|list| list.as_array().unwrap());
    assert!(items.is_none_or(|items| !items.is_empty()), "{name}");
    items.map_or(&[], |items| items.as_slice())
}

#[test]
fn a_log_has_what_the_schema_of_sarif_demands() {
    let folder = plan();
    let spec = "# WORKER_001: Grüße\n\n**Duratoin:** 1h\n\n## DELIVERABLES\n\n- [ ] Create file: `src\\a.py`\n\n\
                ## DELIVERABLES\n\n- [ ] Create file: `/tmp/x/a.py`\n\n## TEST_PROCES\n\n\
                ```sh\ntrue || echo FAIL\ncat\u{200b} a.py || echo FAIL\n```\n";
    std::fs::write(folder.path().join("ä #1.md"), spec).unwrap();
    let log = |path: &Path| {
        let ran = wavecrew(&["check", path.to_str().unwrap(), "--format", "sarif"]);
        assert!(ran.stdout.ends_with("}\n"), "{}", ran.stderr);
        ran.json()
    };
    let whole = log(folder.path());
    assert_is_sarif(&whole);
    let results = whole["runs"][0]["results"].as_array().unwrap();
    for part in ["locations", "relatedLocations", "fixes"] {
        assert!(
            results.iter().any(|result| result.get(part).is_some()),
            "{part}"
        );
    }
    // No complaint at all, and one without a place.
    let empty = tempfile::tempdir().unwrap();
    let file = empty.path().join("a.md");
    for text in ["", "- [ ] T1 Dig (2h)\n"] {
        std::fs::write(&file, text).unwrap();
        assert_is_sarif(&log(&file));
    }
}

/// Code, line and column of the first complaint about a file of these bytes.
fn first_place(bytes: &[u8]) -> (String, u64, u64) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("plan.md");
    std::fs::write(&file, bytes).unwrap();
    let ran = wavecrew(&["check", file.to_str().unwrap(), "--format", "json"]);
    assert_eq!(ran.code, Some(3), "{}", ran.stderr);
    let first = &ran.json()["diagnostics"][0];
    let number = |name: &str| first[name].as_u64().unwrap();
    (
        first["code"].as_str().unwrap().to_owned(),
        number("line"),
        number("column"),
    )
}

#[test]
fn places_are_those_of_an_editor_whatever_the_encoding() {
    let text = "# Größe\n\n| ID | Task | Depends on |\n|---|---|---|\n| A-1 | Größe 🚀 | A-7 |\n";
    let unknown = ("WC0201".to_owned(), 5, 19);
    let bom = |text: &str| format!("\u{feff}{text}").into_bytes();
    for end in ["\n", "\r\n", "\r"] {
        let text = text.replace('\n', end);
        assert_eq!(first_place(text.as_bytes()), unknown, "{end:?}");
        assert_eq!(first_place(&bom(&text)), unknown, "{end:?} after a mark");
    }
    // The mark is no character of the first line.
    let line = "- [ ] T001 Dig (depends on T009)\n- [ ] T002 Fill (depends on T001)\n";
    let expected = ("WC0201".to_owned(), 1, 28);
    assert_eq!(first_place(line.as_bytes()), expected);
    assert_eq!(first_place(&bom(line)), expected);

    let not_text = |line, column| ("WC0001".to_owned(), line, column);
    let utf16 = |mark: &[u8], bytes: fn(u16) -> [u8; 2]| {
        let units = text.encode_utf16().flat_map(bytes);
        mark.iter().copied().chain(units).collect::<Vec<u8>>()
    };
    assert_eq!(
        first_place(&utf16(&[0xff, 0xfe], u16::to_le_bytes)),
        not_text(1, 1)
    );
    assert_eq!(
        first_place(&utf16(&[0xfe, 0xff], u16::to_be_bytes)),
        not_text(1, 1)
    );
    let nul = text.replace("A-7", "A\0-7");
    assert_eq!(first_place(nul.as_bytes()), not_text(5, 20));
    let mut latin = text.as_bytes().to_vec();
    latin.truncate(latin.len() - 3);
    latin.push(0xfc);
    assert_eq!(first_place(&latin), not_text(5, 22));
}

#[test]
fn a_place_far_out_on_a_long_line_is_exact_and_its_picture_short() {
    let words = "größe ".repeat(40_000);
    let text = format!("| ID | Task | Depends on |\n|---|---|---|\n| A-1 | {words}| A-7 |\n");
    assert_eq!(
        first_place(text.as_bytes()),
        ("WC0201".to_owned(), 3, 240_011)
    );
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("plan.md");
    std::fs::write(&file, text).unwrap();
    let ran = wavecrew(&["check", file.to_str().unwrap()]);
    assert!(ran.stderr.contains(":3:240011"), "{}", ran.stderr.len());
    assert!(ran.stderr.len() < 10_000, "{}", ran.stderr.len());
}

#[test]
fn github_gets_one_line_a_complaint() {
    let (ran, _folder) = check("github");
    let line = ran
        .stdout
        .lines()
        .find(|line| line.contains("WC0201"))
        .unwrap();
    assert!(line.starts_with("::error file="), "{line}");
    assert!(line.contains("my plan%2C1.md,line=6,col="), "{line}");
    assert!(line.contains(",title=WC0201::"), "{line}");
    assert!(line.contains("%0Ahelp: "), "{line}");
    assert!(
        ran.stdout.lines().all(|line| line.starts_with("::")),
        "{}",
        ran.stdout
    );
}

#[test]
fn every_code_has_a_page_and_the_list_names_all() {
    let list = wavecrew(&["explain"]).stdout;
    assert!(list.lines().count() > 40, "{list}");
    for line in list.lines() {
        let code = line.split(':').next().unwrap();
        let page = wavecrew(&["explain", &code.to_lowercase()]);
        assert_eq!(page.code, Some(0));
        assert!(
            page.stdout.starts_with(&format!("# {code}: ")),
            "{}",
            page.stdout
        );
    }
}

#[test]
fn a_code_that_is_none_is_a_usage_error() {
    let ran = wavecrew(&["explain", "WC9999"]);
    assert_eq!(ran.code, Some(2));
    assert!(ran.stderr.contains("WC9999"), "{}", ran.stderr);
}
