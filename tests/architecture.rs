//! The arrows between the crates, as `docs/ARCHITECTURE.md` draws them, held against `cargo metadata`.

use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

/// Every crate of the workspace, and the crates of the workspace that it may know.
const ARROWS: &[(&str, &[&str])] = &[
    (
        "wavecrew",
        &[
            "wavecrew-dag",
            "wavecrew-exec",
            "wavecrew-providers",
            "wavecrew-sandbox",
            "wavecrew-validate",
            "wavecrew-worker-spec",
        ],
    ),
    ("wavecrew-cli", &["wavecrew"]),
    ("wavecrew-dag", &[]),
    ("wavecrew-exec", &["wavecrew-dag"]),
    ("wavecrew-providers", &[]),
    ("wavecrew-sandbox", &[]),
    ("wavecrew-validate", &[]),
    ("wavecrew-worker-spec", &[]),
];

fn metadata() -> serde_json::Value {
    let output = Command::new(env!("CARGO"))
        .args([
            "metadata",
            "--no-deps",
            "--format-version",
            "1",
            "--offline",
        ])
        .args([
            "--manifest-path",
            concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml"),
        ])
        .output()
        .expect("cargo runs the tests, so it can be started");
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    serde_json::from_slice(&output.stdout).expect("cargo metadata prints JSON")
}

/// Names of the dependencies of each package, `kinds` being `null` (normal), `dev` or `build`.
fn dependencies(kinds: &[Option<&str>]) -> BTreeMap<String, BTreeSet<String>> {
    let metadata = metadata();
    let packages = metadata["packages"]
        .as_array()
        .expect("packages are a list");
    packages
        .iter()
        .map(|package| {
            let names = package["dependencies"]
                .as_array()
                .expect("dependencies are a list")
                .iter()
                .filter(|dependency| kinds.contains(&dependency["kind"].as_str()))
                .map(|dependency| dependency["name"].as_str().expect("a name").to_owned())
                .collect();
            (package["name"].as_str().expect("a name").to_owned(), names)
        })
        .collect()
}

#[test]
fn every_crate_knows_only_those_below_it() {
    let found: BTreeMap<String, BTreeSet<String>> = dependencies(&[None, Some("build")])
        .into_iter()
        .map(|(name, all)| {
            (
                name,
                all.into_iter()
                    .filter(|name| name.starts_with("wavecrew"))
                    .collect(),
            )
        })
        .collect();
    let drawn: BTreeMap<String, BTreeSet<String>> = ARROWS
        .iter()
        .map(|(name, known)| {
            (
                (*name).to_owned(),
                known.iter().map(|name| (*name).to_owned()).collect(),
            )
        })
        .collect();
    assert_eq!(found, drawn);
}

#[test]
fn what_a_layer_has_never_heard_of_is_not_in_its_manifest() {
    let never: &[(&str, &[&str])] = &[
        (
            "wavecrew-dag",
            &["tokio", "futures", "reqwest", "pulldown-cmark"],
        ),
        ("wavecrew-worker-spec", &["tokio", "futures", "reqwest"]),
        (
            "wavecrew-validate",
            &["tokio", "futures", "reqwest", "pulldown-cmark"],
        ),
        ("wavecrew-exec", &["reqwest", "pulldown-cmark"]),
        ("wavecrew-providers", &["pulldown-cmark"]),
    ];
    let found = dependencies(&[None, Some("build")]);
    for (layer, strangers) in never {
        for stranger in *strangers {
            assert!(
                !found[*layer].contains(*stranger),
                "{layer} depends on {stranger}"
            );
        }
    }
}
