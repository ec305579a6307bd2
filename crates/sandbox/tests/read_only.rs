//! Folders that commands may read and not write.

use std::fs::{create_dir_all, read_to_string, write};

use tempfile::TempDir;
use wavecrew_sandbox::{Exit, Isolation, Root, RunError, Runner, read_only_launcher};

fn isolations() -> Vec<Isolation> {
    [Isolation::PidNamespace, Isolation::UserPidNamespace]
        .into_iter()
        .filter(|isolation| isolation.works())
        .collect()
}

/// A root with a folder that is kept, in which new homes and temporary folders are made.
struct Place {
    folder: TempDir,
    runner: Runner,
}

impl Place {
    fn new(isolation: Isolation) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let kept = folder.path().canonicalize().unwrap().join("kept folder");
        create_dir_all(kept.join("runs/tmp")).unwrap();
        write(kept.join("runs/journal"), "whole\n").unwrap();
        let runner = Runner::new().isolated_by(isolation).read_only(&kept);
        Self {
            folder,
            runner: runner.temp(kept.join("runs/tmp")),
        }
    }

    fn root(&self) -> Root {
        Root::open(self.folder.path()).unwrap()
    }

    fn journal(&self) -> String {
        let journal = self.folder.path().join("kept folder/runs/journal");
        read_to_string(journal).unwrap_or_else(|error| error.to_string())
    }
}

#[tokio::test]
async fn no_command_writes_moves_or_removes_what_is_read_only() {
    for isolation in isolations() {
        let place = Place::new(isolation);
        let root = place.root();
        let mut shell = place.runner.shell(&root);
        for command in [
            "echo damaged > 'kept folder/runs/journal'",
            "echo damaged >> 'kept folder/runs/journal'",
            "rm -rf 'kept folder'",
            "mv 'kept folder' elsewhere",
            "rm -f 'kept folder/runs/journal'",
            "touch 'kept folder/new'",
            "chmod 777 'kept folder/runs/journal'",
            "ln 'kept folder/runs/journal' link && echo damaged > link",
            "cd 'kept folder/runs' && echo damaged > journal",
            "truncate -s 0 'kept folder/runs/journal'",
            "mount -o remount,bind,rw \"$PWD/kept folder\"",
            "umount -l \"$PWD/kept folder\"",
            "unshare --user --map-root-user --mount sh -c 'umount -l kept*; mount -o remount,bind,rw kept*; echo damaged > kept*/runs/journal'",
        ] {
            let finished = shell.run_from_start(command).await.unwrap();
            assert_ne!(finished.status, Exit::Code(0), "{isolation}: {command}");
            assert_eq!(place.journal(), "whole\n", "{isolation}: {command}");
        }
        assert_eq!(place.journal(), "whole\n");
    }
}

#[tokio::test]
async fn all_else_may_be_written_and_what_is_read_only_be_read() {
    for isolation in isolations() {
        let place = Place::new(isolation);
        let root = place.root();
        let mut shell = place.runner.shell(&root);
        for command in [
            "grep -q whole 'kept folder/runs/journal'",
            "echo made > made.txt && mkdir sub && mv made.txt sub",
            "echo x > \"$TMPDIR/x\" && test -s \"$TMPDIR/x\"",
            "echo x > \"$HOME/x\" && test -s \"$HOME/x\"",
            "name=value",
            "test $name = value",
        ] {
            let finished = shell.run(command).await.unwrap();
            let said = finished.stderr.text_lossy().into_owned();
            assert_eq!(
                finished.status,
                Exit::Code(0),
                "{isolation}: {command}: {said}"
            );
        }
        let made = root.path().join("sub/made.txt");
        assert_eq!(
            read_to_string(made).unwrap(),
            "made\n",
            "it is there afterwards"
        );
    }
}

#[tokio::test]
async fn a_folder_that_is_not_there_starts_nothing() {
    for isolation in isolations() {
        let folder = tempfile::tempdir().unwrap();
        let root = Root::open(folder.path()).unwrap();
        let runner = Runner::new().isolated_by(isolation);
        let runner = runner.read_only(folder.path().join("absent"));
        let started = runner.shell(&root).run("touch started").await;
        assert!(
            matches!(started, Err(RunError::Isolation { .. })),
            "{started:?}"
        );
        assert!(!folder.path().join("started").exists());
    }
}

#[test]
fn a_program_that_others_start_can_only_read_a_folder() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path().canonicalize().unwrap();
    let kept = folder.join("kept");
    create_dir_all(kept.join("runs")).unwrap();
    write(kept.join("runs/journal"), "whole\n").unwrap();
    let folders = [kept.clone(), folder.join("absent")];
    let Some(words) = read_only_launcher(&folders) else {
        assert!(
            isolations().is_empty(),
            "what commands have, programs have, too"
        );
        return;
    };
    let start = |script: &str| {
        let mut command = std::process::Command::new(&words[0]);
        command
            .args(&words[1..])
            .args(["sh", "-c", script, "sh", "an argument"]);
        command.current_dir(&folder).output().unwrap()
    };
    for script in [
        "echo damaged > kept/runs/journal",
        "rm -rf kept",
        "mv kept elsewhere",
        "umount -l \"$PWD/kept\"",
        "mount -o remount,bind,rw \"$PWD/kept\"",
        // By the eyes of the process that started it.
        "echo damaged > \"/proc/$PPID/root/$PWD/kept/runs/journal\"",
    ] {
        assert!(!start(script).status.success(), "{script}");
        assert_eq!(
            read_to_string(kept.join("runs/journal")).unwrap(),
            "whole\n",
            "{script}"
        );
    }
    let well = start("cat kept/runs/journal; echo \"$1\" > made; exit 7");
    assert_eq!(well.status.code(), Some(7));
    assert_eq!(well.stdout, b"whole\n");
    assert_eq!(
        read_to_string(folder.join("made")).unwrap(),
        "an argument\n"
    );
    assert!(!folder.join("absent").exists());
    let mut absent = std::process::Command::new(&words[0]);
    let absent = absent
        .args(&words[1..])
        .arg("no-such-program")
        .output()
        .unwrap();
    assert_eq!(absent.status.code(), Some(127));
}
