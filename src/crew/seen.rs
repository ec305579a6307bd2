//! What lies around a task in the root: what its dependencies delivered, files that its text names, and the names of others.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::json;
use wavecrew_exec::Context;
use wavecrew_sandbox::{Digest, RelPath, Root};
use wavecrew_worker_spec::Task;

use super::error::CrewError;
use super::output::TaskOutput;
use super::paths::deliverables;
use super::prompt::{told_header, told_sections};
use super::undo::Undo;
use super::walk::Walk;

/// The largest file that is shown, and all of them together, in bytes.
const LARGEST: u64 = 64 << 10;
const ALL: usize = 128 << 10;
/// So many paths are looked for and listed at the most.
const MOST: usize = 300;
/// So many entries of folders are looked at for that.
const ENTRIES: usize = 100_000;
/// Folders that tools fill.
pub(super) const FILLED: [&str; 5] = ["target", "node_modules", "__pycache__", "venv", "dist"];

/// What a task may see besides its own files.
#[derive(Debug, Default)]
pub(super) struct Seen {
    /// First what the tasks delivered that it waits for, then what its text names.
    pub(super) files: Vec<Around>,
    /// How many more there are, of which nothing is told.
    pub(super) more: usize,
    /// Paths of the project's files, sorted; only for a task whose plan names no file.
    pub(super) tree: Vec<String>,
    /// What was shown when the answer was asked for, by path: the digest. It is journaled, since other tasks go on
    /// writing meanwhile.
    shown: BTreeMap<String, String>,
}

/// A file around a task.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Around {
    pub(super) path: String,
    pub(super) content: Content,
}

/// What is told of a file.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Content {
    /// All that stands in it.
    Shown(String),
    /// Its name alone, and why.
    Left(String),
}

impl Seen {
    /// Looks around.
    pub(super) async fn of(
        task: &Task,
        cx: &Context<'_, TaskOutput>,
        undo: &Undo,
    ) -> Result<Self, CrewError> {
        let own = deliverables(task)?;
        let delivered = delivered(cx);
        let named = named_paths(task, cx.previous_failure());
        let open = own.is_empty();
        let mut seen = undo
            .in_root(move |root| {
                let (files, more) = look(root, &own, delivered, named);
                Ok(Self {
                    files,
                    more,
                    tree: if open { tree(root) } else { Vec::new() },
                    shown: BTreeMap::new(),
                })
            })
            .await?;
        if open {
            let digest = |text: &str| Digest::of(text.as_bytes()).to_string();
            let shown = seen.texts();
            let shown: BTreeMap<String, String> = shown
                .map(|(path, content)| (path.to_owned(), digest(content)))
                .collect();
            // That of the answer, where there is one already.
            let step = shown_step(cx);
            let known = cx.memo(&step, async { Err::<_, ()>(()) }).await;
            seen.shown = known.unwrap_or(shown);
        }
        Ok(seen)
    }

    /// The files that are shown.
    pub(super) fn texts(&self) -> impl Iterator<Item = (&str, &str)> {
        self.files.iter().filter_map(|file| match &file.content {
            Content::Shown(text) => Some((file.path.as_str(), text.as_str())),
            Content::Left(_) => None,
        })
    }

    /// Records what was shown, to be written down together with the answer to it.
    pub(super) fn note(&self, cx: &Context<'_, TaskOutput>) {
        if !self.shown.is_empty() {
            cx.note(&shown_step(cx), json!(self.shown));
        }
    }

    /// Whether this was what the one who answered saw in the file.
    pub(super) fn has_shown(&self, path: &str, content: &str) -> bool {
        let digest = Digest::of(content.as_bytes()).to_string();
        self.shown.get(path) == Some(&digest)
    }
}

fn shown_step(cx: &Context<'_, TaskOutput>) -> String {
    format!("shown {}", cx.attempt())
}

/// What the tasks delivered that this one waits for, in this session or one before.
fn delivered(cx: &Context<'_, TaskOutput>) -> Vec<RelPath> {
    let files = cx.upstream().flat_map(|(_, output)| &output.files);
    files
        .filter_map(|file| RelPath::new(&file.path).ok())
        .collect()
}

/// The files that a task may see, and how many more there are.
fn look(
    root: &Root,
    own: &[RelPath],
    delivered: Vec<RelPath>,
    named: Vec<RelPath>,
) -> (Vec<Around>, usize) {
    let mut room = ALL;
    let mut known: BTreeSet<RelPath> = own.iter().cloned().collect();
    let (mut files, mut more) = (Vec::new(), 0);
    let delivered = delivered.into_iter().map(|path| (path, true));
    let named = named.into_iter().map(|path| (path, false));
    for (path, must_be_there) in delivered.chain(named) {
        if !known.insert(path.clone()) {
            continue;
        }
        if files.len() == MOST {
            let is_there = root.path().join(path.as_str()).is_file();
            more += usize::from(must_be_there || is_there);
            continue;
        }
        let Some(content) = content(root, &path, room, must_be_there) else {
            continue;
        };
        if let Content::Shown(text) = &content {
            room -= text.len();
        }
        let path = path.to_string();
        files.push(Around { path, content });
    }
    (files, more)
}

/// What is told of a file; nothing of a path that only looks like one.
fn content(root: &Root, path: &RelPath, room: usize, must_be_there: bool) -> Option<Content> {
    let left = |why: String| Some(Content::Left(why));
    let about = match std::fs::symlink_metadata(root.path().join(path.as_str())) {
        Ok(about) if about.is_file() => about,
        Ok(about) if about.is_symlink() => return left("a link, which is not followed".to_owned()),
        Ok(_) => return None,
        Err(_) if must_be_there => {
            return left("it was delivered, and is not there any more".to_owned());
        }
        Err(_) => return None,
    };
    let size = about.len();
    if may_hold_secrets(path.file_name()) {
        return left(format!("{size} bytes; it may hold secrets"));
    }
    if size > LARGEST {
        return left(format!("{size} bytes; too large to be shown"));
    }
    // What cannot be read is not shown, and so will not be overwritten either.
    let Ok(Some(bytes)) = root.read(path) else {
        return left(format!("{size} bytes; it cannot be read"));
    };
    let size = bytes.len();
    match String::from_utf8(bytes) {
        Ok(text) if text.contains('\0') => left(format!("{size} bytes; it is no text")),
        Ok(text) if text.len() <= room => Some(Content::Shown(text)),
        Ok(_) => left(format!("{size} bytes; too much is shown already")),
        Err(_) => left(format!("{size} bytes; it is no text")),
    }
}

/// Whether files of this name hold keys and passwords, as a rule. What a plan says of such a file is no order to send it away.
fn may_hold_secrets(name: &str) -> bool {
    const NAMES: [&str; 15] = [
        ".dockercfg",
        ".envrc",
        ".git-credentials",
        ".htpasswd",
        ".netrc",
        ".npmrc",
        ".pgpass",
        ".pypirc",
        "credentials",
        "credentials.json",
        "kubeconfig",
        "secrets.json",
        "secrets.toml",
        "secrets.yaml",
        "secrets.yml",
    ];
    const ENDS: [&str; 10] = [
        ".jks",
        ".kdbx",
        ".key",
        ".keystore",
        ".p12",
        ".pem",
        ".pfx",
        ".tfstate",
        ".tfstate.backup",
        ".tfvars",
    ];
    const HARMLESS: [&str; 4] = ["example", "sample", "template", "dist"];
    const KEY_KINDS: [&str; 4] = ["rsa", "dsa", "ecdsa", "ed25519"];
    let name = name.to_lowercase();
    let ends = |ends: &[&str]| ends.iter().any(|end| name.ends_with(end));
    // `.env`, `.env.local`, and `prod.env`, as they lie beside a compose file.
    let is_environment = name.ends_with(".env") || name.contains(".env.");
    let is_harmless = name.split('.').any(|part| HARMLESS.contains(&part));
    let after_kind = name.strip_prefix("id_").and_then(|key| {
        let mut kinds = KEY_KINDS.iter();
        kinds.find_map(|kind| key.strip_prefix(kind))
    });
    let is_private_key =
        after_kind.is_some_and(|rest| !rest.starts_with(char::is_alphanumeric) && rest != ".pub");
    let is_account = ["service-account", "service_account", "serviceaccount"]
        .iter()
        .any(|start| name.starts_with(start));
    NAMES.contains(&name.as_str())
        || ends(&ENDS)
        || is_private_key
        || (is_account && name.ends_with(".json"))
        || (is_environment && !is_harmless)
}

/// Paths of the project, without what is hidden and what tools make; the first of them, level by level.
fn tree(root: &Root) -> Vec<String> {
    let walk = Walk {
        passed_over: &FILLED,
        hidden_files: false,
        files: MOST,
        entries: ENTRIES,
    };
    let mut found = walk.files_below(root.path());
    found.sort();
    found
}

/// Whatever in the task's text, or in what was wrong with its last answer, may be a path; in the order of the text.
fn named_paths(task: &Task, refusal: Option<&str>) -> Vec<RelPath> {
    let header: Vec<String> = told_header(task).collect();
    let sections = told_sections(task).map(|section| section.text.as_str());
    let texts = [Some(task.title.as_str()), task.details.as_deref(), refusal];
    let texts = texts.into_iter().flatten();
    let texts = texts
        .chain(header.iter().map(String::as_str))
        .chain(sections);
    let mut seen = BTreeSet::new();
    let mut paths = Vec::new();
    for text in texts {
        let words = text.split(|c: char| c.is_whitespace() || "`\"'()[]<>,;|*=".contains(c));
        for word in words {
            let word = without_place(word.trim_end_matches(['.', ':', '!', '?']));
            let is_path = word.len() <= 256 && word.contains(['/', '.']) && !word.contains("://");
            if !is_path {
                continue;
            }
            if let Ok(path) = RelPath::new(word)
                && seen.insert(path.clone())
            {
                paths.push(path);
            }
        }
    }
    paths
}

/// A path without the place in the file that authors write behind it: `src/lib.rs:12`, `src/lib.rs:12:5`, `src/lib.rs#L12-L20`.
fn without_place(word: &str) -> &str {
    let is_number = |text: &str| text.starts_with(|c: char| c.is_ascii_digit());
    if let Some((path, place)) = word.split_once('#')
        && place.strip_prefix('L').is_some_and(is_number)
    {
        return path;
    }
    let place = word.match_indices(':').find(|(at, _)| {
        let place = &word[at + 1..];
        is_number(place)
            && place
                .chars()
                .all(|c| c.is_ascii_digit() || ":-–".contains(c))
    });
    place.map_or(word, |(at, _)| &word[..at])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn paths(paths: &[&str]) -> Vec<RelPath> {
        let paths = paths.iter().map(|path| RelPath::new(path).expect("a path"));
        paths.collect()
    }

    #[test]
    fn files_that_hold_secrets_are_told_by_their_names() {
        for name in [
            ".env",
            ".env.local",
            "prod.env",
            "Local.ENV",
            "prod.env.bak",
            ".envrc",
            "main.tfstate",
            "terraform.tfstate.backup",
            "prod.tfvars",
            "service-account-prod.json",
            "serviceAccount.json",
            "id_rsa",
            "id_rsa.bak",
            "id_ed25519-work",
            "server.key",
            "kubeconfig",
        ] {
            assert!(may_hold_secrets(name), "{name}");
        }
        for name in [
            ".env.example",
            "example.env",
            "prod.env.template",
            "env.py",
            "environment.ts",
            "id_rsa.pub",
            "id_rsakit.md",
            "service-account.md",
            "keys.rs",
            "monkey.txt",
        ] {
            assert!(!may_hold_secrets(name), "{name}");
        }
    }

    #[test]
    fn a_place_behind_a_path_is_no_part_of_it() {
        for (word, path) in [
            ("src/lib.rs:12", "src/lib.rs"),
            ("src/lib.rs:12:5", "src/lib.rs"),
            ("src/lib.rs:12-20", "src/lib.rs"),
            ("src/lib.rs#L12-L20", "src/lib.rs"),
            ("src/lib.rs#L3", "src/lib.rs"),
            ("a.md#part", "a.md#part"),
            ("a:b.md", "a:b.md"),
            ("a/2024-01-01T10:30.log", "a/2024-01-01T10:30.log"),
        ] {
            assert_eq!(without_place(word), path);
        }
    }

    #[test]
    fn paths_are_found_in_text() {
        let task = Task {
            title: "Extend `src/a.rs` (see docs/guide.md, http://x.org/y.z).".to_owned(),
            details: Some("Also ../secret, /etc/passwd and README.md: twice README.md".to_owned()),
            ..Task::default()
        };
        let found = named_paths(&task, Some("`b.py` was not shown"));
        let found: Vec<&str> = found.iter().map(RelPath::as_str).collect();
        assert_eq!(found, ["src/a.rs", "docs/guide.md", "README.md", "b.py"]);
    }

    #[test]
    fn files_are_shown_as_long_as_there_is_room_and_no_other_is_dropped_without_a_word() {
        let folder = tempfile::tempdir().expect("a folder");
        let write = |name: &str, bytes: &[u8]| {
            std::fs::write(folder.path().join(name), bytes).expect("written");
        };
        let large = usize::try_from(LARGEST).expect("small");
        write("dep.txt", b"dep\n");
        write("own.txt", b"own\n");
        write("image.png", &[0x89, b'P', 0xff, 0]);
        write("zeros.bin", &[0; 7]);
        write(".env", b"KEY=1\n");
        write(".env.example", b"KEY=\n");
        write("deploy.key", b"secret");
        write("huge.csv", &vec![b'x'; large + 1]);
        write("one.csv", &vec![b'x'; large]);
        write("two.csv", &vec![b'x'; large]);
        write("last.txt", b"last\n");
        std::fs::create_dir(folder.path().join("sub.d")).expect("made");
        let root = Root::open(folder.path()).expect("a root");
        let (files, more) = look(
            &root,
            &paths(&["own.txt"]),
            paths(&["dep.txt", "gone.txt", "own.txt"]),
            paths(&[
                "image.png",
                "zeros.bin",
                ".env",
                ".env.example",
                "deploy.key",
                "huge.csv",
                "one.csv",
                "two.csv",
                "last.txt",
                "sub.d",
                "e.g",
                "dep.txt",
                "own.txt",
            ]),
        );
        assert_eq!(more, 0);
        let told: Vec<(&str, &str)> = files
            .iter()
            .map(|file| match &file.content {
                Content::Shown(text) => (
                    file.path.as_str(),
                    text.get(..text.len().min(8)).expect("ascii"),
                ),
                Content::Left(why) => (file.path.as_str(), why.as_str()),
            })
            .collect();
        assert_eq!(
            told,
            [
                ("dep.txt", "dep\n"),
                ("gone.txt", "it was delivered, and is not there any more"),
                ("image.png", "4 bytes; it is no text"),
                ("zeros.bin", "7 bytes; it is no text"),
                (".env", "6 bytes; it may hold secrets"),
                (".env.example", "KEY=\n"),
                ("deploy.key", "6 bytes; it may hold secrets"),
                ("huge.csv", "65537 bytes; too large to be shown"),
                ("one.csv", "xxxxxxxx"),
                ("two.csv", "65536 bytes; too much is shown already"),
                ("last.txt", "last\n"),
            ]
        );
    }

    #[test]
    fn what_is_too_much_even_to_be_named_is_counted() {
        let folder = tempfile::tempdir().expect("a folder");
        let names: Vec<String> = (0..MOST + 5)
            .map(|number| format!("f{number}.txt"))
            .collect();
        for name in &names {
            std::fs::write(folder.path().join(name), "x").expect("written");
        }
        let root = Root::open(folder.path()).expect("a root");
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let (files, more) = look(&root, &[], Vec::new(), paths(&names));
        assert_eq!((files.len(), more), (MOST, 5));
    }

    #[test]
    fn the_tree_leaves_out_what_is_hidden_or_made() {
        let folder = tempfile::tempdir().expect("a folder");
        for path in [
            "a.txt",
            "src/b.rs",
            ".git/config",
            "target/x.o",
            "src/.hidden",
        ] {
            let path = folder.path().join(path);
            std::fs::create_dir_all(path.parent().expect("a folder")).expect("made");
            std::fs::write(path, "x").expect("written");
        }
        let root = Root::open(folder.path()).expect("a root");
        assert_eq!(tree(&root), ["a.txt", "src/b.rs"]);
    }
}
