//! The audit of five real plans and their 226 worker specs, against what two people's reading and reckoning found
//! in them before there was any rule. `audit/findings.json` has their findings by document, line and kind (a finding
//! that can be argued about counts neither way), `audit/mends.json` what has to be written to make a plan right.

#![allow(clippy::print_stdout, reason = "the figures are what this test is for")]

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use serde_json::Value;
use wavecrew::worker_spec::{Diagnostic, Document, read};
use wavecrew::{GraphOptions, audit};

/// What is read together: a name, and the documents.
const SCENES: [(&str, &[&str]); 9] = [
    ("daw", &["daw-agent-plan.md"]),
    ("gadugi", &["gadugi-v03-plan.md"]),
    ("mah", &["mah-wave-plan.md"]),
    ("plan", &["wingman-parallel-plan.md"]),
    ("setup", &["wingman-setup.md"]),
    (
        "plan, setup",
        &["wingman-parallel-plan.md", "wingman-setup.md"],
    ),
    ("specs", &[SPECS]),
    ("plan, specs", &["wingman-parallel-plan.md", SPECS]),
    ("setup, specs", &["wingman-setup.md", SPECS]),
];

const SPECS: &str = "wingman-workers";

/// The codes that say what a kind of finding is about.
const KINDS: [(&str, &[&str]); 20] = [
    (
        "count",
        &[
            "WC1101", "WC1113", "WC1114", "WC1118", "WC1120", "WC0602", "WC1130",
        ],
    ),
    ("duplicate-id", &["WC0102", "WC0101", "WC1101"]),
    ("missing-id", &["WC1115", "WC1113", "WC1118"]),
    ("edge-in-group", &["WC1103"]),
    ("edge-backwards", &["WC1103"]),
    (
        "edge-disagreement",
        &["WC0206", "WC1106", "WC1116", "WC1128"],
    ),
    ("critical-path", &["WC1105", "WC1106", "WC1116", "WC1132"]),
    ("work", &["WC1107", "WC1116"]),
    ("makespan", &["WC1108", "WC1117", "WC1116"]),
    ("speedup", &["WC1109", "WC1108", "WC1116"]),
    ("concurrency", &["WC1110", "WC1122"]),
    ("window", &["WC1111", "WC1121", "WC1127"]),
    ("shared-file", &["WC1102", "WC1125"]),
    ("cost", &["WC1117", "WC1119", "WC1118", "WC1116"]),
    ("tokens", &["WC1112", "WC1120", "WC1116"]),
    ("weak-test", &["WC1104"]),
    ("orphan-test", &["WC1123", "WC1126"]),
    ("units", &["WC1117"]),
    ("rate", &["WC1117", "WC1116"]),
    ("percentage", &["WC1119", "WC1117"]),
];

/// The codes of statements and documents that contradict each other.
const CONTRADICTION: [&str; 15] = [
    "WC1116", "WC1124", "WC1121", "WC1106", "WC1117", "WC0106", "WC1129", "WC1131", "WC1132",
    "WC1133", "WC1103", "WC1101", "WC1120", "WC1126", "WC1134",
];

/// How many of the certain findings each document must at least be told.
const LEAST: [(&str, usize); 6] = [
    ("daw-agent-plan.md", 25),
    ("gadugi-v03-plan.md", 15),
    ("mah-wave-plan.md", 11),
    ("wingman-parallel-plan.md", 53),
    ("wingman-setup.md", 92),
    (SPECS, 104),
];

struct Finding {
    document: String,
    line: usize,
    kinds: Vec<String>,
    certain: bool,
}

fn findings() -> Vec<Finding> {
    json(include_str!("audit/findings.json"))
        .iter()
        .map(|finding| Finding {
            document: text_of(&finding["document"]).to_owned(),
            line: number_of(&finding["line"]),
            kinds: finding["kinds"]
                .as_array()
                .expect("a list")
                .iter()
                .map(|kind| text_of(kind).to_owned())
                .collect(),
            certain: finding["certain"] == true,
        })
        .collect()
}

fn json(text: &str) -> Vec<Value> {
    serde_json::from_str(text).expect("JSON")
}

fn text_of(value: &Value) -> &str {
    value.as_str().expect("a string")
}

fn number_of(value: &Value) -> usize {
    usize::try_from(value.as_u64().expect("a number")).expect("small")
}

fn shared() -> PathBuf {
    let shared = std::env::var_os("WAVECREW_SHARED")
        .expect("WAVECREW_SHARED names the folder of test documents");
    PathBuf::from(shared)
}

fn text(path: &Path) -> Vec<u8> {
    std::fs::read(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// A plan by its name, or all worker specs.
fn documents(name: &str) -> Vec<Document> {
    if name != SPECS {
        let bytes = text(&shared().join("seed-plans").join(name));
        return vec![Document::from_bytes(name, bytes).expect("text")];
    }
    let mut paths: Vec<PathBuf> = std::fs::read_dir(shared().join(SPECS))
        .expect("the folder can be read")
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.extension().is_some_and(|ending| ending == "md"))
        .collect();
    paths.sort();
    let document = |path: &PathBuf| {
        let name = path.file_name().expect("a name").to_string_lossy();
        Document::from_bytes(format!("{SPECS}/{name}"), text(path)).expect("text")
    };
    paths.iter().map(document).collect()
}

/// What reading and audit say that is about the plan as such.
fn complaints(documents: &[Document]) -> Vec<Diagnostic> {
    let parsed = read(documents);
    let of_reading = ["WC0101", "WC0102", "WC0106", "WC0206", "WC0602"];
    let mut found: Vec<Diagnostic> = parsed
        .diagnostics
        .into_iter()
        .filter(|diagnostic| of_reading.contains(&diagnostic.code.as_str()))
        .collect();
    found.extend(audit(&parsed.value, GraphOptions::default()));
    found
}

/// Every line that a diagnostic names.
fn lines(diagnostic: &Diagnostic) -> BTreeSet<(&str, usize)> {
    let related = diagnostic.related.iter().map(|related| &related.location);
    diagnostic
        .location
        .iter()
        .chain(related)
        .map(|at| (&*at.file, at.line))
        .collect()
}

fn tells(diagnostic: &Diagnostic, finding: &Finding) -> bool {
    let code = diagnostic.code.as_str();
    let is_of_kind = |kind: &String| match KINDS.iter().find(|(name, _)| name == kind) {
        Some((_, codes)) => codes.contains(&code),
        None => kind == "contradiction" && CONTRADICTION.contains(&code),
    };
    let here = |(file, line): &(&str, usize)| *line == finding.line && *file == finding.document;
    finding.kinds.iter().any(is_of_kind) && lines(diagnostic).iter().any(here)
}

fn shown(diagnostic: &Diagnostic) -> String {
    let at = diagnostic
        .location
        .as_ref()
        .map_or_else(String::new, |at| format!("{}:{}: ", at.file, at.line));
    format!("{at}{} {}", diagnostic.code, diagnostic.message)
}

#[test]
#[ignore = "needs WAVECREW_SHARED"]
fn what_is_wrong_is_told_and_nothing_else() {
    let findings = findings();
    let scenes: Vec<(&str, Vec<Diagnostic>)> = SCENES
        .iter()
        .map(|(name, documents_of)| {
            let all: Vec<Document> = documents_of
                .iter()
                .flat_map(|name| documents(name))
                .collect();
            (*name, complaints(&all))
        })
        .collect();
    let mut tally: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    for finding in findings.iter().filter(|finding| finding.certain) {
        let document = finding.document.split('/').next().expect("a first part");
        let (told, all) = tally.entry(document).or_default();
        *all += 1;
        if scenes
            .iter()
            .any(|(_, found)| found.iter().any(|one| tells(one, finding)))
        {
            *told += 1;
        } else {
            println!(
                "missed: {}:{}: {}",
                finding.document, finding.line, finding.kinds[0]
            );
        }
    }
    for (document, (told, all)) in &tally {
        println!("{told} of {all} findings of {document} are told");
    }
    // A document alone; of several together there is more to say than the findings have.
    let mut false_alarms = Vec::new();
    for (name, found) in scenes.iter().filter(|(name, _)| !name.contains(',')) {
        for one in found {
            if !findings.iter().any(|finding| tells(one, finding)) {
                false_alarms.push(format!("{name}: {}", shown(one)));
            }
        }
    }
    println!("{}", false_alarms.join("\n"));
    for (document, least) in LEAST {
        assert!(
            tally[document].0 >= least,
            "{document}: {:?}",
            tally[document]
        );
    }
    assert_eq!(false_alarms, [""; 0]);
}

/// The plans with all that is wrong put right.
fn mended(name: &str) -> Document {
    let bytes = text(&shared().join("seed-plans").join(name));
    let text = String::from_utf8(bytes).expect("text");
    let mut lines: Vec<String> = text.split('\n').map(str::to_owned).collect();
    let mends = json(include_str!("audit/mends.json"));
    // The last one first, so that the places of the others still hold.
    for mend in mends.iter().rev().filter(|mend| mend["document"] == name) {
        let line = &mut lines[number_of(&mend["line"]) - 1];
        let place = number_of(&mend["from"])..number_of(&mend["to"]);
        line.replace_range(place, text_of(&mend["new"]));
    }
    Document::new(name, lines.join("\n"))
}

#[test]
#[ignore = "needs WAVECREW_SHARED"]
fn nothing_is_told_of_plans_that_are_right() {
    // Mends shift lines, so what still stands is known by its message: files that several tasks write.
    let stands = |one: &&Diagnostic| {
        let order_within_a_wave = one.code.as_str() == "WC1103";
        let files_of_many = one.code.as_str() == "WC1102";
        !(order_within_a_wave || files_of_many)
    };
    let plans: [&[&str]; 6] = [
        &["daw-agent-plan.md"],
        &["gadugi-v03-plan.md"],
        &["mah-wave-plan.md"],
        &["wingman-parallel-plan.md"],
        &["wingman-setup.md"],
        &["wingman-parallel-plan.md", "wingman-setup.md"],
    ];
    for names in plans {
        let documents: Vec<Document> = names.iter().map(|name| mended(name)).collect();
        let found = complaints(&documents);
        let wrong: Vec<String> = found.iter().filter(stands).map(shown).collect();
        assert_eq!(wrong, [""; 0], "{names:?}");
    }
}

#[test]
fn nothing_is_told_of_our_own_examples() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/plans");
    let mut seen = 0;
    for entry in std::fs::read_dir(&folder).expect("the folder can be listed") {
        let path = entry.expect("an entry").path();
        let documents = wavecrew::read_documents(std::slice::from_ref(&path))
            .expect("the documents can be read");
        let found = complaints(&documents);
        let wrong: Vec<String> = found.iter().map(shown).collect();
        assert_eq!(wrong, [""; 0], "{}", path.display());
        seen += documents.len();
    }
    assert!(seen > 0, "no example");
}
