//! What was can be had back.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;

use proptest::prelude::*;
use wavecrew_sandbox::{FileErrorKind, RelPath, Root, Snapshot};

fn path(text: &str) -> RelPath {
    RelPath::new(text).unwrap()
}

/// Every name below a folder, with permissions and, for files, content.
fn tree(folder: &Path) -> BTreeMap<String, (u32, Option<Vec<u8>>)> {
    let mut tree = BTreeMap::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(inner) = folders.pop() {
        for entry in inner.read_dir().unwrap().map(Result::unwrap) {
            let metadata = entry.path().symlink_metadata().unwrap();
            let content = metadata.is_file().then(|| fs::read(entry.path()).unwrap());
            let name = entry
                .path()
                .strip_prefix(folder)
                .unwrap()
                .display()
                .to_string();
            tree.insert(name, (metadata.permissions().mode(), content));
            if metadata.is_dir() {
                folders.push(entry.path());
            }
        }
    }
    tree
}

#[test]
fn restore_puts_back_content_permissions_and_absence() {
    let folder = tempfile::tempdir().unwrap();
    let root = Root::open(folder.path()).unwrap();
    root.write(&path("kept/tool"), b"#!/bin/sh\n").unwrap();
    root.set_executable(&path("kept/tool"), true).unwrap();
    root.write(&path("kept/bytes"), &[0, 255, 254]).unwrap();
    let before = tree(folder.path());

    let paths = [
        "kept/tool",
        "kept/bytes",
        "new/deep/file",
        "new/deep/file",
        "kept/new",
    ]
    .map(path);
    let snapshot = root.snapshot(&paths).unwrap();
    assert_eq!(snapshot.paths().count(), 4);
    assert_eq!(
        snapshot.content(&path("kept/tool")),
        Some(Some(&b"#!/bin/sh\n"[..]))
    );
    assert_eq!(snapshot.content(&path("kept/new")), Some(None));
    assert_eq!(snapshot.content(&path("other")), None);

    for path in &paths {
        root.write(path, b"changed").unwrap();
    }
    root.set_executable(&path("kept/tool"), false).unwrap();
    root.remove(&path("kept/bytes")).unwrap();

    let stored = serde_json::to_string(&snapshot).unwrap();
    let snapshot: Snapshot = serde_json::from_str(&stored).unwrap();
    for _ in 0..3 {
        root.restore(&snapshot).unwrap();
        assert_eq!(tree(folder.path()), before);
    }
}

#[test]
fn stored_form() {
    let folder = tempfile::tempdir().unwrap();
    let root = Root::open(folder.path()).unwrap();
    fs::write(folder.path().join("text"), "a\n").unwrap();
    fs::write(folder.path().join("bytes"), [255]).unwrap();
    for name in ["text", "bytes"] {
        fs::set_permissions(folder.path().join(name), fs::Permissions::from_mode(0o644)).unwrap();
    }
    let snapshot = root
        .snapshot(&["text", "bytes", "d/e/f"].map(path))
        .unwrap();
    insta::assert_snapshot!(serde_json::to_string(&snapshot).unwrap(), @r#"{"files":[{"path":"text","file":{"mode":420,"content":{"text":"a\n"}}},{"path":"bytes","file":{"mode":420,"content":{"base64":"/w=="}}},{"path":"d/e/f","file":null}],"missing_directories":["d","d/e"]}"#);
}

#[test]
fn a_directory_with_other_files_in_it_stays() {
    let folder = tempfile::tempdir().unwrap();
    let root = Root::open(folder.path()).unwrap();
    let snapshot = root.snapshot(&[path("d/e/mine")]).unwrap();
    root.write(&path("d/e/mine"), b"x").unwrap();
    root.write(&path("d/theirs"), b"y").unwrap();
    root.restore(&snapshot).unwrap();
    assert_eq!(
        tree(folder.path()).into_keys().collect::<Vec<_>>(),
        ["d", "d/theirs"]
    );
}

#[test]
fn a_link_in_the_place_of_a_file_is_replaced_and_not_followed() {
    let outside = tempfile::NamedTempFile::new().unwrap();
    fs::write(outside.path(), "outside").unwrap();
    let folder = tempfile::tempdir().unwrap();
    let root = Root::open(folder.path()).unwrap();
    root.write(&path("was"), b"old").unwrap();
    let snapshot = root.snapshot(&["was", "was-not"].map(path)).unwrap();
    fs::remove_file(folder.path().join("was")).unwrap();
    for name in ["was", "was-not"] {
        symlink(outside.path(), folder.path().join(name)).unwrap();
    }
    root.restore(&snapshot).unwrap();
    assert_eq!(root.read(&path("was")).unwrap().unwrap(), b"old");
    assert_eq!(tree(folder.path()).len(), 1);
    assert_eq!(fs::read_to_string(outside.path()).unwrap(), "outside");
}

#[test]
fn one_file_that_cannot_be_restored_does_not_keep_the_others_from_it() {
    let folder = tempfile::tempdir().unwrap();
    let root = Root::open(folder.path()).unwrap();
    for name in ["a", "b"] {
        root.write(&path(name), b"old").unwrap();
    }
    let snapshot = root.snapshot(&["a", "b"].map(path)).unwrap();
    root.remove(&path("a")).unwrap();
    root.write(&path("a/in/the/way"), b"x").unwrap();
    root.write(&path("b"), b"new").unwrap();
    let error = root.restore(&snapshot).unwrap_err();
    assert_eq!((error.path(), error.kind()), ("a", FileErrorKind::NotAFile));
    assert_eq!(root.read(&path("b")).unwrap().unwrap(), b"old");
}

#[test]
fn a_stored_snapshot_cannot_lead_out() {
    let stored = r#"{"files":[{"path":"../x","file":{"mode":420,"content":{"text":"x"}}}],"missing_directories":[]}"#;
    serde_json::from_str::<Snapshot>(stored).unwrap_err();
    serde_json::from_str::<Snapshot>(&stored.replace("../x", "x")).unwrap();
}

#[derive(Clone, Debug)]
enum Change {
    Write(usize, Vec<u8>),
    Remove(usize),
    Executable(usize, bool),
}

const PATHS: [&str; 6] = ["a", "b/c", "b/d", "b/e/f", "g/h/i", "g/j"];

fn change() -> impl Strategy<Value = Change> {
    let index = 0..PATHS.len();
    prop_oneof![
        (index.clone(), proptest::collection::vec(any::<u8>(), 0..8))
            .prop_map(|(at, bytes)| Change::Write(at, bytes)),
        index.clone().prop_map(Change::Remove),
        (index, any::<bool>()).prop_map(|(at, on)| Change::Executable(at, on)),
    ]
}

fn apply(root: &Root, changes: &[Change]) {
    for change in changes {
        match change {
            Change::Write(at, bytes) => root.write(&path(PATHS[*at]), bytes).unwrap(),
            Change::Remove(at) => root.remove(&path(PATHS[*at])).unwrap(),
            Change::Executable(at, on) => {
                let file = path(PATHS[*at]);
                if root.read(&file).unwrap().is_some() {
                    root.set_executable(&file, *on).unwrap();
                }
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    #[test]
    fn any_changes_are_undone(
        before in proptest::collection::vec(change(), 0..6),
        after in proptest::collection::vec(change(), 0..6),
        interrupted in proptest::collection::vec(change(), 0..3),
    ) {
        let folder = tempfile::tempdir().unwrap();
        let root = Root::open(folder.path()).unwrap();
        apply(&root, &before);
        let tree_before = tree(folder.path());
        let snapshot = root.snapshot(&PATHS.map(path)).unwrap();
        apply(&root, &after);
        root.restore(&snapshot).unwrap();
        prop_assert_eq!(&tree(folder.path()), &tree_before);
        // A restore that was cut short leaves some files as they were and some not.
        apply(&root, &interrupted);
        root.restore(&snapshot).unwrap();
        prop_assert_eq!(&tree(folder.path()), &tree_before);
    }
}

/// The name of a draft, as the crate gives it: part of what the next version has to clean up after.
fn draft_of(name: &str) -> String {
    let digest = wavecrew_sandbox::Digest::of(name.as_bytes()).to_string();
    format!(".{}.wavecrew-draft", &digest[..16])
}

#[test]
fn a_draft_that_a_killed_write_left_goes_with_the_next_write_and_with_a_restore() {
    let folder = tempfile::tempdir().unwrap();
    let root = Root::open(folder.path()).unwrap();
    root.write(&path("sub/a.txt"), b"one").unwrap();
    let before = root.snapshot(&[path("sub/a.txt")]).unwrap();
    let draft = folder.path().join("sub").join(draft_of("a.txt"));
    let names = || fs::read_dir(folder.path().join("sub")).unwrap().count();

    fs::write(&draft, "half of tw").unwrap();
    root.write(&path("sub/a.txt"), b"two").unwrap();
    assert_eq!(root.read(&path("sub/a.txt")).unwrap().unwrap(), b"two");
    assert_eq!(names(), 1);

    fs::write(&draft, "half of thr").unwrap();
    root.restore(&before).unwrap();
    assert_eq!(root.read(&path("sub/a.txt")).unwrap().unwrap(), b"one");
    assert_eq!(names(), 1);
}

#[test]
fn writers_of_one_file_leave_it_whole_and_nothing_beside_it() {
    let folder = tempfile::tempdir().unwrap();
    let root = Root::open(folder.path()).unwrap();
    let contents: Vec<Vec<u8>> = (0..8_u8).map(|who| vec![b'a' + who; 40_000]).collect();
    std::thread::scope(|scope| {
        for content in &contents {
            scope.spawn(|| {
                for _ in 0..20 {
                    root.write(&path("a.txt"), content).unwrap();
                }
            });
        }
    });
    let last = root.read(&path("a.txt")).unwrap().unwrap();
    assert!(contents.contains(&last));
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
}
