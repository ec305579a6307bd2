//! What each feature brings along, as cargo resolves it.

use std::collections::BTreeSet;
use std::process::Command;

/// All that a feature may bring along and that weighs something.
const HEAVY: [&str; 8] = [
    "aws-lc-sys",
    "bpe-openai",
    "hyper",
    "native-tls",
    "reqwest",
    "ring",
    "rustls",
    "rustls-platform-verifier",
];

/// Which of them this crate depends on with these features and no others.
fn brought_by(features: &str) -> BTreeSet<String> {
    let mut cargo = Command::new(env!("CARGO"));
    cargo
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .args([
            "tree",
            "--offline",
            "--locked",
            "--package",
            "wavecrew-providers",
        ])
        .args([
            "--edges",
            "normal",
            "--prefix",
            "none",
            "--no-default-features",
        ])
        .args(["--features", features]);
    let output = cargo.output().expect("cargo");
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{said}");
    let tree = String::from_utf8(output.stdout).expect("a tree");
    let packages: BTreeSet<&str> = tree
        .lines()
        .filter_map(|line| line.split(' ').next())
        .collect();
    assert!(packages.contains("tokio"), "{tree}");
    let heavy = HEAVY.into_iter().filter(|name| packages.contains(name));
    heavy.map(str::to_owned).collect()
}

#[test]
fn a_feature_brings_what_it_needs_and_no_more() {
    let client: &[&str] = &["hyper", "reqwest"];
    let rustls: &[&str] = &["hyper", "reqwest", "rustls", "rustls-platform-verifier"];
    let with = |some: &[&'static str], one| [some, &[one]].concat();
    for (features, expected) in [
        // The trait, the wrappers, and what needs no network.
        ("", Vec::new()),
        ("testing", Vec::new()),
        ("command", Vec::new()),
        ("tokenizer", vec!["bpe-openai"]),
        // A server on the same machine needs no TLS.
        ("openai", client.to_vec()),
        ("ollama", client.to_vec()),
        ("anthropic", client.to_vec()),
        ("generate", client.to_vec()),
        ("openai,rustls", with(rustls, "aws-lc-sys")),
        ("openai,rustls-ring", with(rustls, "ring")),
        ("openai,native-tls", with(client, "native-tls")),
    ] {
        let expected: BTreeSet<String> = expected.into_iter().map(str::to_owned).collect();
        assert_eq!(brought_by(features), expected, "features `{features}`");
    }
}
