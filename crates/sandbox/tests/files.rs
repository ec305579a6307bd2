//! Files below a root: whole or not at all, and never through a link.

use std::ffi::OsStr;
use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};
use std::path::Path;
use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};

use rustix::fs::{CWD, FileType, Mode, RenameFlags, mknodat, renameat_with};
use tempfile::TempDir;
use wavecrew_sandbox::{Digest, FileErrorKind, RelDir, RelPath, Root};

fn path(text: &str) -> RelPath {
    RelPath::new(text).unwrap()
}

fn root() -> (TempDir, Root) {
    let folder = tempfile::tempdir().unwrap();
    let root = Root::open(folder.path()).unwrap();
    (folder, root)
}

/// All names below a folder, sorted.
fn names(folder: &Path) -> Vec<String> {
    let mut names = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(inner) = folders.pop() {
        for entry in inner.read_dir().unwrap().map(Result::unwrap) {
            names.push(
                entry
                    .path()
                    .strip_prefix(folder)
                    .unwrap()
                    .display()
                    .to_string(),
            );
            if entry.file_type().unwrap().is_dir() {
                folders.push(entry.path());
            }
        }
    }
    names.sort();
    names
}

#[test]
fn write_read_digest_remove() {
    let (folder, root) = root();
    let file = path("a/b/c.txt");
    assert_eq!(root.read(&file).unwrap(), None);
    assert_eq!(root.digest(&file).unwrap(), None);
    root.remove(&file).unwrap();

    root.write(&file, b"one").unwrap();
    root.write(&file, b"two").unwrap();
    assert_eq!(root.read(&file).unwrap().unwrap(), b"two");
    assert_eq!(root.digest(&file).unwrap(), Some(Digest::of(b"two")));
    assert_eq!(names(folder.path()), ["a", "a/b", "a/b/c.txt"]);

    root.remove(&file).unwrap();
    root.remove(&file).unwrap();
    assert_eq!(names(folder.path()), ["a", "a/b"]);
}

#[test]
fn permissions_are_kept_and_can_be_executable() {
    let (folder, root) = root();
    let file = path("run.sh");
    let mode = || folder.path().join("run.sh").metadata().unwrap().mode() & 0o777;
    root.write(&file, b"#!/bin/sh\n").unwrap();
    assert_eq!(mode() & 0o111, 0);
    root.set_executable(&file, true).unwrap();
    assert_eq!(mode() & 0o111, (mode() & 0o444) >> 2);
    root.write(&file, b"#!/bin/sh\nexit 1\n").unwrap();
    assert_eq!(mode() & 0o111, (mode() & 0o444) >> 2);
    root.set_executable(&file, false).unwrap();
    assert_eq!(mode() & 0o111, 0);
    fs::set_permissions(
        folder.path().join("run.sh"),
        fs::Permissions::from_mode(0o640),
    )
    .unwrap();
    root.write(&file, b"x").unwrap();
    assert_eq!(mode(), 0o640);
    let error = root.set_executable(&path("none"), true).unwrap_err();
    assert_eq!(error.kind(), FileErrorKind::NotFound);
}

#[test]
fn hard_links_keep_what_they_had() {
    let (folder, root) = root();
    let outside = tempfile::NamedTempFile::new().unwrap();
    fs::write(outside.path(), "outside").unwrap();
    fs::hard_link(outside.path(), folder.path().join("inside")).unwrap();
    root.write(&path("inside"), b"new").unwrap();
    assert_eq!(fs::read_to_string(outside.path()).unwrap(), "outside");
}

/// Puts one thing in the way, tries every operation on a path, and checks that each is refused with this kind and leaves
/// everything as it was.
fn check(prepare: impl Fn(&Path, &Path), target: &str, kind: FileErrorKind) {
    let outside = tempfile::tempdir().unwrap();
    fs::write(outside.path().join("secret"), "secret").unwrap();
    let (folder, root) = root();
    prepare(folder.path(), outside.path());
    let before = names(folder.path());

    let target = path(target);
    for error in [
        root.read(&target).unwrap_err(),
        root.digest(&target).unwrap_err(),
        root.write(&target, b"x").unwrap_err(),
        root.remove(&target).unwrap_err(),
        root.set_executable(&target, true).unwrap_err(),
        root.snapshot(std::slice::from_ref(&target)).unwrap_err(),
    ] {
        assert_eq!(error.kind(), kind, "{error}");
        assert_eq!(error.path(), target.as_str());
        let message = error.to_string();
        assert!(message.contains(&format!("`{target}`")), "{message}");
        assert!(message.contains("os error"), "{message}");
    }
    assert_eq!(names(folder.path()), before);
    assert_eq!(names(outside.path()), ["secret"]);
    assert_eq!(
        fs::read_to_string(outside.path().join("secret")).unwrap(),
        "secret"
    );
}

#[test]
fn symbolic_links_are_not_followed() {
    use FileErrorKind::Symlink;
    check(
        |root, out| symlink(out.join("secret"), root.join("f")).unwrap(),
        "f",
        Symlink,
    );
    check(
        |root, out| symlink(out, root.join("d")).unwrap(),
        "d/secret",
        Symlink,
    );
    check(
        |root, out| symlink(out, root.join("d")).unwrap(),
        "d/new/file",
        Symlink,
    );
    check(
        |root, out| symlink(out.join("none"), root.join("f")).unwrap(),
        "f",
        Symlink,
    );
    check(
        |root, out| symlink(out.join("none"), root.join("d")).unwrap(),
        "d/f",
        Symlink,
    );
    check(
        |root, _| symlink("f", root.join("f")).unwrap(),
        "f",
        Symlink,
    );
    check(
        |root, _| symlink("d", root.join("d")).unwrap(),
        "d/f",
        Symlink,
    );
    check(
        |root, _| symlink("/proc/self/root", root.join("d")).unwrap(),
        "d/etc/hostname",
        Symlink,
    );
    check(
        |root, _| symlink("..", root.join("d")).unwrap(),
        "d/f",
        Symlink,
    );
    check(
        |root, _| {
            fs::create_dir(root.join("real")).unwrap();
            symlink("real", root.join("d")).unwrap();
        },
        "d/f",
        Symlink,
    );
}

#[test]
fn only_regular_files_and_directories_will_do() {
    use FileErrorKind::{NotADirectory, NotAFile};
    check(
        |root, _| fs::create_dir(root.join("f")).unwrap(),
        "f",
        NotAFile,
    );
    check(
        |root, _| fs::write(root.join("d"), "x").unwrap(),
        "d/f",
        NotADirectory,
    );
    let fifo = |root: &Path, _: &Path| {
        mknodat(
            CWD,
            root.join("f"),
            FileType::Fifo,
            Mode::from_raw_mode(0o666),
            0,
        )
        .unwrap();
    };
    check(fifo, "f", NotAFile);
    check(fifo, "f/g", NotADirectory);
    let socket = |root: &Path, _: &Path| {
        std::os::unix::net::UnixListener::bind(root.join("f")).unwrap();
    };
    check(socket, "f", NotAFile);
}

#[test]
fn devices_are_not_opened() {
    let root = Root::open("/dev").unwrap();
    for error in [
        root.read(&path("null")).unwrap_err(),
        root.digest(&path("zero")).unwrap_err(),
    ] {
        assert_eq!(error.kind(), FileErrorKind::NotAFile);
        assert!(error.to_string().contains("it is a device"), "{error}");
    }
}

#[test]
fn message_says_what_is_in_the_way() {
    let (folder, root) = root();
    symlink("/etc", folder.path().join("d")).unwrap();
    let error = root.write(&path("d/sub/f"), b"x").unwrap_err();
    let message = error.to_string();
    let (message, _) = message.split_once(" (os error").unwrap();
    insta::assert_snapshot!(
        message,
        @"cannot write `d/sub/f`: `d` is a symbolic link: Too many levels of symbolic links"
    );
}

#[test]
fn a_link_that_comes_and_goes_is_never_followed() {
    // As many as it takes to meet the link and the directory, within reason.
    const ENOUGH: usize = 2000;
    const TOO_MANY: usize = 1_000_000;
    let outside = tempfile::tempdir().unwrap();
    let (folder, root) = root();
    let (real, link) = (folder.path().join("d"), folder.path().join("other"));
    fs::create_dir(&real).unwrap();
    symlink(outside.path(), &link).unwrap();

    let stop = AtomicBool::new(false);
    let (mut written, mut refused) = (0, 0);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            while !stop.load(Ordering::Relaxed) {
                renameat_with(CWD, &real, CWD, &link, RenameFlags::EXCHANGE).unwrap();
            }
        });
        let file = path("d/sub/f");
        for count in 0..TOO_MANY {
            if count >= ENOUGH && written > 0 && refused > 0 {
                break;
            }
            match root.write(&file, b"x").and_then(|()| root.remove(&file)) {
                Ok(()) => written += 1,
                Err(_) => refused += 1,
            }
        }
        stop.store(true, Ordering::Relaxed);
    });
    assert_eq!(names(outside.path()), [""; 0]);
    assert!(
        written > 0 && refused > 0,
        "no race: {written} written, {refused} refused"
    );
}

#[test]
fn roots_that_do_not_serve() {
    let folder = tempfile::tempdir().unwrap();
    let missing = folder.path().join("none");
    let error = Root::open(&missing).unwrap_err();
    assert!(error.to_string().contains("none"), "{error}");
    fs::write(folder.path().join("file"), "x").unwrap();
    Root::open(folder.path().join("file")).unwrap_err();
    Root::create(folder.path().join("file")).unwrap_err();
    assert!(Root::create(&missing).unwrap().path().is_dir());
}

#[test]
fn root_may_be_named_by_a_link() {
    let (folder, _) = root();
    let link = folder.path().join("link");
    fs::create_dir(folder.path().join("real")).unwrap();
    symlink("real", &link).unwrap();
    let root = Root::open(&link).unwrap();
    assert!(root.path().ends_with("real"));
    root.write(&path("f"), b"x").unwrap();
    assert_eq!(fs::read(folder.path().join("real/f")).unwrap(), b"x");
}

#[test]
fn directories() {
    let (folder, root) = root();
    fs::create_dir_all(folder.path().join("a/b")).unwrap();
    symlink("a", folder.path().join("link")).unwrap();
    assert_eq!(root.directory(&RelDir::root()).unwrap(), root.path());
    assert_eq!(
        root.directory(&RelDir::new("a/b").unwrap()).unwrap(),
        root.path().join("a/b")
    );
    let kind = |text| {
        root.directory(&RelDir::new(text).unwrap())
            .unwrap_err()
            .kind()
    };
    assert_eq!(kind("none"), FileErrorKind::NotFound);
    assert_eq!(kind("link/b"), FileErrorKind::Symlink);
}

#[test]
fn a_write_that_fails_leaves_the_old_file_and_nothing_else() {
    if let Some(folder) = std::env::var_os("TEST_ROOT") {
        return write_too_much(&folder);
    }
    let (folder, root) = root();
    root.write(&path("f"), b"old").unwrap();
    // A limit on the size of files stands for a full disk; it holds for a process, so it is set for one of our own.
    let status = Command::new("sh")
        .args([
            "-c",
            "trap '' XFSZ; ulimit -f 8; exec \"$0\" --exact a_write_that_fails_leaves_the_old_file_and_nothing_else",
        ])
        .arg(std::env::current_exe().unwrap())
        .env("TEST_ROOT", folder.path())
        .output()
        .unwrap();
    assert!(status.status.success(), "{status:?}");
    assert_eq!(root.read(&path("f")).unwrap().unwrap(), b"old");
    assert_eq!(names(folder.path()), ["f"]);
}

/// The half that runs in a process with a limit.
fn write_too_much(folder: &OsStr) {
    let root = Root::open(folder).unwrap();
    let error = root.write(&path("f"), &[b'x'; 100_000]).unwrap_err();
    assert_eq!(error.kind(), FileErrorKind::NoSpace);
}

#[test]
fn a_write_survives_that_its_empty_directory_is_removed_meanwhile() {
    let (_folder, root) = root();
    while_another_removes(&root.clone(), || {
        root.write(&path("shared/own"), b"mine").unwrap();
        root.remove(&path("shared/own")).unwrap();
    });
}

#[test]
fn a_directory_that_another_process_removes_is_not_found_whatever_the_system_says() {
    let (folder, root) = root();
    // Roots that are opened apart know nothing of each other, as those of two processes.
    while_another_removes(&Root::open(folder.path()).unwrap(), || {
        match root.write(&path("shared/own"), b"mine") {
            Ok(()) => root.remove(&path("shared/own")).unwrap(),
            Err(error) => assert_eq!(error.kind(), FileErrorKind::NotFound, "{error}"),
        }
    });
}

fn while_another_removes(remover: &Root, mut write: impl FnMut()) {
    let other = remover.snapshot(&[path("shared/other")]).unwrap();
    std::thread::scope(|scope| {
        let remover = scope.spawn(|| {
            for _ in 0..2_000 {
                remover.restore(&other).unwrap();
            }
        });
        while !remover.is_finished() {
            write();
        }
    });
}
