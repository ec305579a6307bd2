//! Code and text that the task gives for its files.

use wavecrew_providers::heuristic::{BriefFile, Material};

use crate::reply::{brief, check_brief, files};

fn material(path: Option<&str>, language: &str, text: &str) -> Material {
    let path = path.map(str::to_owned);
    Material {
        path,
        language: language.to_owned(),
        text: text.to_owned(),
    }
}

#[test]
fn a_fence_that_names_the_file_is_used_whole() {
    let mut brief = brief(
        "bin/a.sh",
        &["`bin/a.sh` starts with `#!/bin/sh`", "contains `b.txt`"],
    );
    let script = "#!/bin/sh\nset -eu\ncat b.txt\n";
    brief
        .material
        .push(material(Some("bin/a.sh"), "sh", script));
    brief
        .material
        .push(material(Some("other.sh"), "sh", "rm -r x\n"));
    check_brief(&brief, script);
}

#[test]
fn a_fence_without_a_path_goes_to_the_only_file_of_its_language() {
    let mut brief = brief("a.rs", &[]);
    brief.deliverables.push(BriefFile::new("b.toml"));
    brief
        .material
        .push(material(None, "rust", "fn main() {}\n"));
    brief.material.push(material(None, "toml", "a = 1\n"));
    brief.material.push(material(None, "", "a tree of files\n"));
    let found = files(&brief);
    assert_eq!(found[0].1, "fn main() {}\n");
    assert_eq!(found[1].1, "a = 1\n");
}

#[test]
fn a_fence_that_two_files_could_take_goes_to_neither() {
    let mut brief = brief("a.md", &["contains the line `x`"]);
    brief.deliverables.push(BriefFile::new("b.md"));
    brief
        .material
        .push(material(None, "markdown", "# Whose?\n"));
    for (_, text) in files(&brief) {
        assert!(!text.contains("Whose"), "{text}");
    }
}

#[test]
fn material_is_joined_with_what_is_there() {
    let mut toml = brief("a.toml", &["in the table `[b]`, `z` is `3`"]);
    toml.deliverables[0].existing = Some("x = 1\n\n[b]\ny = 2\n".to_owned());
    toml.material
        .push(material(None, "toml", "x = 5\n[b]\nw = [\n  1,\n]\n"));
    check_brief(&toml, "x = 5\n\n[b]\ny = 2\nw = [\n  1,\n]\nz = 3\n");

    let mut json = brief("a.json", &[]);
    json.deliverables[0].existing = Some("{\"a\": {\"b\": 1}}".to_owned());
    json.material
        .push(material(None, "json", "{\"a\": {\"c\": 2}}"));
    json.material
        .push(material(None, "json", "{ \"a\": 0-10, ...more... }"));
    check_brief(
        &json,
        "{\n  \"a\": {\n    \"b\": 1,\n    \"c\": 2\n  }\n}\n",
    );

    let mut yaml = brief("a.yaml", &[]);
    yaml.deliverables[0].existing = Some("a:\n  b: 1\nc: 2\n".to_owned());
    yaml.material
        .push(material(None, "yaml", "a:\n  b: 3\nd: 4\n"));
    check_brief(&yaml, "a:\n  b: 3\nc: 2\nd: 4\n");
}

#[test]
fn backticks_in_a_file_do_not_end_its_fence() {
    let mut brief = brief("a.md", &[]);
    let text = "# A\n\n````md\n```sh\nls\n```\n````\n";
    brief.material.push(material(None, "md", text));
    check_brief(&brief, text);
}
