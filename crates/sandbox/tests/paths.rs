//! Which paths are accepted, and what becomes of them.

use proptest::prelude::*;
use wavecrew_sandbox::{RelDir, RelPath, Root};

fn check(path: &str, expected: Result<&str, &str>) {
    let result = RelPath::new(path);
    let shown = match &result {
        Ok(path) => Ok(path.as_str()),
        Err(error) => Err(error.reason.to_string()),
    };
    assert_eq!(shown, expected.map_err(str::to_owned), "{path:?}");
}

#[test]
fn accepted() {
    for (path, normal) in [
        ("a", "a"),
        ("a/b.txt", "a/b.txt"),
        ("./a//b", "a/b"),
        ("a/./b", "a/b"),
        (".gitignore", ".gitignore"),
        (".github/workflows/ci.yml", ".github/workflows/ci.yml"),
        ("a.git/b", "a.git/b"),
        ("git~x", "git~x"),
        ("backup~", "backup~"),
        ("a/~b", "a/~b"),
        ("...a", "...a"),
        ("-rf", "-rf"),
        ("with space/ä ß 日本.md", "with space/ä ß 日本.md"),
        ("at 10:30/c:d", "at 10:30/c:d"),
        ("a$b;c|d&e'f\"g`h", "a$b;c|d&e'f\"g`h"),
    ] {
        check(path, Ok(normal));
    }
}

#[test]
fn refused() {
    let drops = "a component ends with a dot or a space";
    let parent = "it leaves the root by `..`";
    let slash = "it has a character that can be taken for `/`";
    let control = "it has a control character";
    let git = "it reaches into `.git`";
    let own = "it reaches into `.wavecrew`";
    let long_component = "x".repeat(256);
    let long = "x/".repeat(2048) + "x";
    for (path, reason) in [
        ("", "it names nothing"),
        (".", "it names nothing"),
        ("./.", "it names nothing"),
        ("a/", "it names a directory, not a file"),
        ("a/.", "it names a directory, not a file"),
        ("/", "it is absolute"),
        ("/etc/passwd", "it is absolute"),
        ("//a", "it is absolute"),
        ("..", parent),
        ("../x", parent),
        ("a/../../x", parent),
        ("a/..", parent),
        ("a/../b", parent),
        ("\u{2024}\u{2024}/x", parent),
        ("\u{2025}/x", parent),
        ("\u{FF0E}\u{FF0E}/x", parent),
        (".\u{200B}./x", parent),
        ("...", drops),
        ("~", "it starts with `~`"),
        ("~/x", "it starts with `~`"),
        ("~root/x", "it starts with `~`"),
        ("./~/x", "it starts with `~`"),
        ("a\\b", slash),
        ("..\\x", slash),
        ("a\u{2215}b", slash),
        ("..\u{FF0F}x", slash),
        ("C:", "it starts with a drive letter"),
        ("c:/x", "it starts with a drive letter"),
        ("C:x", "it starts with a drive letter"),
        ("a\0b", control),
        ("a\nb", control),
        ("a\u{1b}[2J", control),
        ("a\u{7f}", control),
        ("a\u{85}", control),
        ("invoice\u{202E}fdp.sh", control),
        ("a ", drops),
        ("a.", drops),
        ("a /b", drops),
        (".git", git),
        (".git/config", git),
        ("a/.git/hooks/post-commit", git),
        (".GIT/config", git),
        (".Git", git),
        ("git~1/config", git),
        ("GIT~2", git),
        (".g\u{200C}it/config", git),
        (".g\u{0131}t/config", git),
        ("\u{FF0E}git/config", git),
        (".git:x/config", git),
        (".git::$INDEX_ALLOCATION/config", git),
        (".git .:x/config", git),
        (".wavecrew", own),
        ("x/.WaveCrew/runs", own),
        ("wavecr~1/runs", own),
        (&long_component, "a component is longer than 255 bytes"),
        (&long, "it is longer than 4096 bytes"),
    ] {
        check(path, Err(reason));
    }
}

#[test]
fn error_names_the_path_without_its_control_characters() {
    let error = RelPath::new("a\u{1b}[2J/b").unwrap_err();
    insta::assert_snapshot!(error, @r"path `a\u{1b}[2J/b` is refused: it has a control character");
    let error = RelPath::new(&"../".repeat(10_000)).unwrap_err();
    assert!(error.to_string().len() < 400);
}

#[test]
fn directories_may_be_the_root_and_end_with_a_slash() {
    for (path, normal) in [("", ""), (".", ""), ("./", ""), ("a/b/", "a/b"), ("a", "a")] {
        assert_eq!(RelDir::new(path).unwrap().as_str(), normal);
    }
    for path in ["..", "/", "a/../b", ".git", "~"] {
        RelDir::new(path).unwrap_err();
    }
}

#[test]
fn a_path_that_was_stored_is_checked_again() {
    let path: RelPath = serde_json::from_str("\"./a//b\"").unwrap();
    assert_eq!(serde_json::to_string(&path).unwrap(), "\"a/b\"");
    serde_json::from_str::<RelPath>("\"../a\"").unwrap_err();
}

/// Paths of pieces that mean something to some system, and of any characters.
fn hostile() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        Just(".."),
        Just("."),
        Just("/"),
        Just("//"),
        Just("~"),
        Just("\\"),
        Just("C:"),
        Just(".git"),
        Just(" "),
        Just("\u{2024}"),
        Just("\u{FF0F}"),
        Just("\u{200B}"),
        Just("\0"),
        Just("a"),
        Just("b"),
        Just("é"),
        Just("e\u{301}"),
        Just("link"),
        Just("out"),
    ];
    prop_oneof![
        proptest::collection::vec(piece, 0..8).prop_map(|pieces| pieces.concat()),
        any::<String>()
    ]
}

proptest! {
    #[test]
    fn accepted_paths_stay_below_the_root(path in hostile()) {
        let Ok(accepted) = RelPath::new(&path) else { return Ok(()) };
        prop_assert_eq!(&RelPath::new(accepted.as_str()).unwrap(), &accepted);

        let outside = tempfile::tempdir().unwrap();
        let folder = tempfile::tempdir().unwrap();
        std::os::unix::fs::symlink(outside.path(), folder.path().join("link")).unwrap();
        std::os::unix::fs::symlink("..", folder.path().join("out")).unwrap();
        let root = Root::open(folder.path()).unwrap();
        match root.write(&accepted, b"x") {
            Ok(()) => {
                let real = root.path().join(accepted.as_str()).canonicalize().unwrap();
                prop_assert!(real.starts_with(root.path()), "{:?}", real);
                prop_assert_eq!(root.read(&accepted).unwrap().unwrap(), b"x");
            }
            Err(error) => {
                let first = accepted.components().next().unwrap();
                prop_assert!(first == "link" || first == "out", "{}", error);
            }
        }
        prop_assert_eq!(outside.path().read_dir().unwrap().count(), 0);
    }
}
