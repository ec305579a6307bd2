//! Which files of a folder are read.

use std::path::{Path, PathBuf};

use wavecrew::worker_spec::{Code, read};
use wavecrew::{MAX_FOLDER_DEPTH, ReadError, read_documents};

const PLAN: &str = r#"[{"id": "A", "title": "One", "depends_on": []}]"#;
const TASKS: &str = "# Tasks\n\n- [ ] T001 Do it\n- [ ] T002 Do more\n";

/// A folder with files; names of folders in their paths are made.
fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
    let root = tempfile::tempdir().expect("a folder");
    for (name, text) in files {
        let path = root.path().join(name);
        std::fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
        std::fs::write(path, text).expect("a file");
    }
    root
}

/// The names of what is read, relative to the folder.
fn names(root: &Path, below: &str) -> Vec<String> {
    let documents = read_documents(&[root.join(below)]).expect("documents");
    let name = |path: &Path| {
        let inner = path.strip_prefix(root).expect("below the folder");
        inner.to_string_lossy().replace('\\', "/")
    };
    documents
        .iter()
        .map(|document| name(Path::new(document.name())))
        .collect()
}

#[test]
fn a_folder_is_its_documents_by_name() {
    let root = folder(&[
        ("b.md", TASKS),
        ("a.markdown", TASKS),
        ("c.mmd", "graph TD\n"),
        ("d.txt", TASKS),
        ("tasks.json", PLAN),
        ("notes/e.md", TASKS),
    ]);
    assert_eq!(
        names(root.path(), ""),
        ["a.markdown", "b.md", "c.mmd", "tasks.json"]
    );
}

#[test]
fn a_folder_without_documents_is_those_below_it() {
    let root = folder(&[
        ("recipes/pump/requirements.md", "# Pump Requirements\n"),
        (
            "recipes/pump/dependencies.json",
            "{\"internal\": [\"mast\"]}",
        ),
        ("recipes/mast/requirements.md", "# Mast Requirements\n"),
        ("recipes/mast/dependencies.json", "{\"internal\": []}"),
        ("recipes/mast/notes/more.md", TASKS),
        ("recipes/node_modules/x/tasks.md", TASKS),
        ("recipes/.git/tasks.md", TASKS),
        (
            "recipes/package.json",
            "{\"name\": \"x\", \"dependencies\": {\"y\": \"1\"}}",
        ),
    ]);
    assert_eq!(
        names(root.path(), "recipes"),
        [
            "recipes/mast/dependencies.json",
            "recipes/mast/requirements.md",
            "recipes/pump/dependencies.json",
            "recipes/pump/requirements.md",
        ]
    );
    let plan = read(&read_documents(&[root.path().to_owned()]).expect("documents")).value;
    assert_eq!((plan.tasks.len(), plan.edges.len()), (2, 1));
}

#[test]
fn a_hidden_folder_is_read_when_it_is_named() {
    let root = folder(&[
        (".taskmaster/tasks/tasks.json", PLAN),
        (".taskmaster/config.json", "{}"),
    ]);
    assert_eq!(
        names(root.path(), ".taskmaster"),
        [".taskmaster/tasks/tasks.json"]
    );
    assert_eq!(names(root.path(), ""), [".taskmaster/tasks/tasks.json"]);
    let root = folder(&[(".github/tasks.md", TASKS)]);
    let all = read_documents(&[root.path().to_owned()]);
    assert!(matches!(all, Err(ReadError::EmptyFolder { .. })));
}

#[test]
fn json_that_is_no_plan_is_passed_over_in_a_folder_and_told_when_it_is_named() {
    let files = [
        ("plan.md", TASKS),
        (
            "package.json",
            "{\"name\": \"x\", \"scripts\": {\"test\": \"true\"}}",
        ),
        ("results.json", "[{\"test\": \"a\", \"passed\": true}]"),
        ("broken.json", "{\"a\": "),
        ("words.json", "nothing of the kind"),
        (
            "log.jsonl",
            "{\"level\": \"info\", \"message\": \"A\"}\n{\"level\": \"info\", \"message\": \"B\"}\n",
        ),
    ];
    let root = folder(&files);
    assert_eq!(names(root.path(), ""), ["plan.md"]);
    for (name, _) in &files[1..] {
        let documents = read_documents(&[root.path().join(name)]).expect("a document");
        let told = read(&documents).diagnostics;
        assert!(
            told.iter().any(|told| told.code == Code::NO_TASK),
            "{name}: {told:?}"
        );
    }
}

#[test]
fn a_broken_task_list_in_a_folder_is_read() {
    let root = folder(&[(
        "tasks.json",
        "{\"tasks\": [{\"id\": 1, \"title\": \"A\"}, {\"id\": 2, \"title\": \"B\"},]}",
    )]);
    let documents = read_documents(&[root.path().to_owned()]).expect("documents");
    let read = read(&documents);
    assert_eq!(read.value.tasks.len(), 2);
    assert!(read.diagnostics.iter().any(|told| told.code == Code::JSON));
}

#[test]
fn a_file_that_is_named_twice_is_read_once() {
    let root = folder(&[("a.md", TASKS), ("b.md", TASKS)]);
    let paths: Vec<PathBuf> = ["b.md", "", "a.md"]
        .iter()
        .map(|name| root.path().join(name))
        .collect();
    let documents = read_documents(&paths).expect("documents");
    let names: Vec<&str> = documents.iter().map(|document| document.name()).collect();
    assert!(
        names[0].ends_with("b.md") && names[1].ends_with("a.md"),
        "{names:?}"
    );
    assert_eq!(names.len(), 2);
}

#[test]
fn folders_far_below_are_not_searched() {
    let deep = |depth: usize| format!("{}tasks.md", "x/".repeat(depth));
    let near = folder(&[(&deep(MAX_FOLDER_DEPTH), TASKS)]);
    assert_eq!(names(near.path(), "").len(), 1);
    let far = folder(&[(&deep(MAX_FOLDER_DEPTH + 1), TASKS)]);
    let found = read_documents(&[far.path().to_owned()]);
    assert!(matches!(found, Err(ReadError::EmptyFolder { .. })));
}

#[cfg(unix)]
#[test]
fn links_to_folders_are_not_followed() {
    let root = folder(&[("sub/tasks.md", TASKS)]);
    std::os::unix::fs::symlink(root.path(), root.path().join("sub/again")).expect("a link");
    std::os::unix::fs::symlink(root.path(), root.path().join("loop")).expect("a link");
    assert_eq!(names(root.path(), ""), ["sub/tasks.md"]);
}

const ROADMAP: &str = "# Roadmap\n\n## Phase 1: Base\n**Goal**: floats\n**Depends on**: Nothing\n\nPlans:\n- [ ] 01-01-PLAN.md — Keel\n- [ ] 01-02-PLAN.md — Mast\n";
const GSD_PLAN: &str = "---\nphase: 01-base\nplan: 01\nwave: 1\ndepends_on: []\nfiles_modified: [a.rs]\n---\n\n# Keel\n";
const README: &str = "# Boat\n\nA boat.\n\n- [x] floats\n";

#[test]
fn the_plan_that_a_tool_keeps_is_found_in_the_folder_of_the_project() {
    for (file, text) in [
        (".planning/ROADMAP.md", ROADMAP),
        (".kiro/specs/boat/tasks.md", TASKS),
        (".taskmaster/tasks/tasks.json", PLAN),
        (
            ".beads/issues.jsonl",
            "{\"id\":\"b-1\",\"title\":\"One\",\"status\":\"open\",\"priority\":1,\"issue_type\":\"task\"}\n",
        ),
        (".specify/specs/001-boat/tasks.md", TASKS),
        ("openspec/changes/boat/tasks.md", TASKS),
        ("specs/001-boat/tasks.md", TASKS),
        (
            "backlog/tasks/task-1 - Boat.md",
            "---\nid: task-1\ntitle: Boat\nstatus: To Do\nassignee: []\nlabels: []\ndependencies: []\n---\n",
        ),
    ] {
        let root = folder(&[
            ("README.md", README),
            (file, text),
            (
                ".kiro/steering/product.md",
                "# Product\n\n- [ ] T001 no task\n",
            ),
            (".specify/templates/tasks-template.md", TASKS),
            (
                ".planning/REQUIREMENTS.md",
                "# Requirements\n\n- [ ] **R-01**: floats\n- [ ] **R-02**: sails\n",
            ),
            ("openspec/changes/archive/old/tasks.md", TASKS),
            (".git/tasks.md", TASKS),
        ]);
        assert_eq!(names(root.path(), ""), [file], "{file}");
    }
}

#[test]
fn a_plan_in_the_folder_of_the_project_goes_before_that_of_a_tool() {
    let root = folder(&[("PLAN.md", TASKS), (".kiro/specs/boat/tasks.md", TASKS)]);
    assert_eq!(names(root.path(), ""), ["PLAN.md"]);
    let root = folder(&[("README.md", README), (".kiro/settings.json", "{}")]);
    assert_eq!(names(root.path(), ""), ["README.md"]);
}

#[test]
fn the_folder_of_a_tool_is_its_plan_without_what_lies_beside_it() {
    let root = folder(&[
        (".planning/ROADMAP.md", ROADMAP),
        (".planning/STATE.md", "# State\n"),
        (".planning/phases/01-base/01-01-PLAN.md", GSD_PLAN),
        (".planning/phases/01-base/01-01-SUMMARY.md", GSD_PLAN),
        (".planning/phases/01-base/01-RESEARCH.md", TASKS),
    ]);
    let expected = [
        ".planning/ROADMAP.md",
        ".planning/phases/01-base/01-01-PLAN.md",
    ];
    assert_eq!(names(root.path(), ".planning"), expected);
    assert_eq!(names(root.path(), ""), expected);
}
