//! All the processes that one program started.

use tokio::process::Child;

/// The variable that marks the processes of one tree.
pub(super) const MARK: &str = "WAVECREW_PROVIDER_COMMAND";

/// How often the processes are looked through for those that were started meanwhile.
#[cfg(target_os = "linux")]
const ROUNDS: usize = 20;

/// Ends a program and all that it started, at the latest when it is dropped.
///
/// The program leads a process group of its own, which is ended whole. On Linux that is not all: its descendants are
/// found by their parents and, when these are gone, by a variable that they inherited, so that what left the group is
/// ended too. What leaves the group *and* drops its variables *and* outlives its parent is not found, nor elsewhere
/// anything that leaves the group.
#[derive(Debug)]
pub(super) struct Tree {
    child: Child,
    /// The number of the process, which is the group's too.
    #[cfg_attr(not(unix), allow(dead_code))]
    leader: Option<u32>,
    #[cfg_attr(not(target_os = "linux"), allow(dead_code))]
    mark: String,
    ended: bool,
}

impl Tree {
    pub(super) fn new(child: Child, mark: String) -> Self {
        Self {
            leader: child.id(),
            child,
            mark,
            ended: false,
        }
    }

    pub(super) fn child(&mut self) -> &mut Child {
        &mut self.child
    }

    /// Asks the program and its group to end by themselves.
    pub(super) fn terminate(&mut self) {
        #[cfg(unix)]
        self.signal_group(rustix::process::Signal::TERM);
    }

    /// Ends everything now. What there is of it afterwards are processes that wait to be collected.
    pub(super) fn end(&mut self) {
        if std::mem::replace(&mut self.ended, true) {
            return;
        }
        #[cfg(unix)]
        self.signal_group(rustix::process::Signal::KILL);
        #[cfg(target_os = "linux")]
        for _ in 0..ROUNDS {
            let found = linux::members(self.child.id(), self.leader, &self.mark);
            if found.is_empty() {
                break;
            }
            for process in found {
                // It may have ended by itself.
                let _ = rustix::process::kill_process(process, rustix::process::Signal::KILL);
            }
        }
        // Where the group could not be asked; harmless when the process has ended.
        let _ = self.child.start_kill();
    }

    #[cfg(unix)]
    fn signal_group(&self, signal: rustix::process::Signal) {
        let leader = self.leader.and_then(|leader| i32::try_from(leader).ok());
        if let Some(group) = leader.and_then(rustix::process::Pid::from_raw) {
            let _ = rustix::process::kill_process_group(group, signal);
        }
    }
}

impl Drop for Tree {
    fn drop(&mut self) {
        self.end();
    }
}

#[cfg(target_os = "linux")]
mod linux {
    use std::collections::HashSet;
    use std::fs;

    use rustix::process::Pid;

    use super::MARK;

    struct Process {
        id: u32,
        parent: u32,
        group: u32,
        /// It has ended, and only waits to be collected.
        over: bool,
    }

    /// The processes that belong to a tree and still run: the marked ones, those of the group, and their descendants.
    pub(super) fn members(child: Option<u32>, group: Option<u32>, mark: &str) -> Vec<Pid> {
        let all = processes();
        let marked = format!("{MARK}={mark}");
        let mut tree: HashSet<u32> = all
            .iter()
            .filter(|process| {
                Some(process.id) == child
                    || Some(process.group) == group
                    || is_marked(process.id, marked.as_bytes())
            })
            .map(|process| process.id)
            .collect();
        // A child may come before its parent in the list.
        loop {
            let before = tree.len();
            let found = all.iter().filter(|process| tree.contains(&process.parent));
            let found: Vec<u32> = found.map(|process| process.id).collect();
            tree.extend(found);
            if tree.len() == before {
                break;
            }
        }
        let running = all
            .iter()
            .filter(|process| !process.over && tree.contains(&process.id));
        running
            .filter_map(|process| Pid::from_raw(i32::try_from(process.id).ok()?))
            .collect()
    }

    fn is_marked(process: u32, marked: &[u8]) -> bool {
        // Processes of other users cannot be read, and are none of ours.
        let variables = fs::read(format!("/proc/{process}/environ")).unwrap_or_default();
        variables
            .split(|byte| *byte == 0)
            .any(|variable| variable == marked)
    }

    fn processes() -> Vec<Process> {
        let Ok(entries) = fs::read_dir("/proc") else {
            return Vec::new();
        };
        entries
            .filter_map(|entry| {
                let id: u32 = entry.ok()?.file_name().to_str()?.parse().ok()?;
                let stat = fs::read_to_string(format!("/proc/{id}/stat")).ok()?;
                // The name before it may hold anything, blanks and brackets too.
                let mut fields = stat.rsplit_once(')')?.1.split_ascii_whitespace();
                let state = fields.next()?;
                Some(Process {
                    id,
                    parent: fields.next()?.parse().ok()?,
                    group: fields.next()?.parse().ok()?,
                    over: matches!(state, "Z" | "X"),
                })
            })
            .collect()
    }
}
