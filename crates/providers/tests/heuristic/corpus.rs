//! Real worker specs, one after the other, on one tree of files. The reader here is a rough one: it
//! cuts a spec at its headings, which is enough to feed the rules.

use std::collections::BTreeMap;
use std::path::PathBuf;

use wavecrew_providers::heuristic::{Brief, BriefFile, Material};

use crate::python3::check_syntax;
use crate::reply::{again, files};

fn specs() -> Vec<String> {
    let shared = std::env::var_os("WAVECREW_SHARED").expect("WAVECREW_SHARED names the folder");
    let folder = PathBuf::from(shared).join("wingman-workers");
    let entries = std::fs::read_dir(folder).expect("the folder of specs can be read");
    let paths = entries.map(|entry| entry.expect("an entry can be read").path());
    let is_spec = |path: &PathBuf| {
        let name = path
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        name.starts_with("WORKER_") && name.ends_with(".md")
    };
    let mut paths: Vec<PathBuf> = paths.filter(is_spec).collect();
    paths.sort();
    let read = |path| String::from_utf8_lossy(&std::fs::read(path).expect("a spec")).into_owned();
    paths.into_iter().map(read).collect()
}

/// Section name and body, by headings of the second level outside fences.
fn sections(text: &str) -> Vec<(String, String)> {
    let mut sections = vec![(String::new(), String::new())];
    let mut in_fence = false;
    for line in text.lines() {
        in_fence ^= line.trim_start().starts_with("```");
        match line.strip_prefix("## ").filter(|_| !in_fence) {
            Some(name) => {
                let name = name.trim_start_matches(|sign: char| !sign.is_alphabetic());
                sections.push((name.to_owned(), String::new()));
            }
            None => {
                let body = &mut sections.last_mut().expect("there is a first section").1;
                body.push_str(line);
                body.push('\n');
            }
        }
    }
    sections
}

fn bullets(body: &str) -> Vec<String> {
    let mut in_fence = false;
    let mut found = Vec::new();
    for line in body.lines() {
        in_fence ^= line.trim_start().starts_with("```");
        let text = line.trim_start().strip_prefix("- ");
        if let Some(text) = text.filter(|_| !in_fence) {
            found.push(
                text.trim_start_matches("[ ] ")
                    .trim_start_matches("✅ ")
                    .to_owned(),
            );
        }
    }
    found
}

fn fences(body: &str) -> Vec<Material> {
    let mut found: Vec<Material> = Vec::new();
    let mut open = false;
    for line in body.lines() {
        if let Some(language) = line.strip_prefix("```") {
            open = !open;
            if open {
                let language = language.trim().to_owned();
                found.push(Material {
                    path: None,
                    language,
                    text: String::new(),
                });
            }
        } else if let Some(fence) = found.last_mut().filter(|_| open) {
            fence.text.push_str(line);
            fence.text.push('\n');
        }
    }
    found
}

fn brief(spec: &str) -> Brief {
    let mut brief = Brief {
        title: title(spec),
        ..Brief::default()
    };
    for (name, body) in sections(spec) {
        match name.as_str() {
            "DELIVERABLES" => {
                for bullet in bullets(&body) {
                    match path(&bullet) {
                        Some(path) if !path.contains("results/") => {
                            brief.deliverables.push(BriefFile::new(path));
                        }
                        Some(_) => {}
                        None => brief.notes.push(bullet),
                    }
                }
                brief.material.extend(fences(&body));
            }
            "SUCCESS_CRITERIA" => brief.criteria = bullets(&body),
            "BOUNDARIES" => brief.boundaries = bullets(&body),
            "TEST_PROCESS" => {
                brief.tests = fences(&body).into_iter().map(|fence| fence.text).collect()
            }
            "IMPLEMENTATION NOTES" => brief.material.extend(fences(&body)),
            _ => {}
        }
    }
    brief
}

fn title(spec: &str) -> String {
    let line = spec
        .lines()
        .find(|line| line.starts_with("# "))
        .unwrap_or_default();
    line.split_once(':')
        .map_or(line, |(_, title)| title)
        .trim()
        .to_owned()
}

/// The path of "Create file: `a.py`" or "**File:** `/x/a.py`".
fn path(bullet: &str) -> Option<String> {
    let label = bullet.split('`').next()?.to_lowercase();
    let text = bullet.split('`').nth(1)?;
    let is_file = label.trim_end_matches(['*', ' ']).ends_with("file:") && text.contains('.');
    let text = text.split("/wingman/wingman/").last().map(str::to_owned)?;
    is_file.then_some(text)
}

#[test]
#[ignore = "needs WAVECREW_SHARED"]
fn every_spec_gets_its_files_and_all_python_is_valid() {
    let specs = specs();
    assert_eq!(specs.len(), 226);
    let mut tree: BTreeMap<String, String> = BTreeMap::new();
    let mut all = Vec::new();
    for spec in &specs {
        let mut brief = brief(spec);
        for file in &mut brief.deliverables {
            file.existing = tree.get(&file.path).cloned();
        }
        if brief.deliverables.is_empty() {
            continue;
        }
        let written = files(&brief);
        assert_eq!(files(&again(&brief)), written, "{}", brief.title);
        tree.extend(written.iter().cloned());
        all.extend(written);
    }
    check_syntax(&all);
    assert!(tree.len() > 190, "{} files", tree.len());
}
