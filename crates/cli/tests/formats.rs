//! The forms in which `wavecrew check` prints, and `wavecrew explain`.

mod support;

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
