//! A plan of many small tasks, whose answers are known beforehand.

use std::fmt::Write;
use std::path::PathBuf;

/// So many tasks in layers of so many; every task waits for two of the layer above.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Crowd {
    pub(crate) tasks: usize,
    pub(crate) width: usize,
    /// Every how many tasks one has test commands.
    pub(crate) tested: usize,
}

impl Crowd {
    /// The plan, written into `folder`.
    pub(crate) fn write(self, folder: &std::path::Path) -> PathBuf {
        let path = folder.join("crowd.md");
        std::fs::write(&path, self.plan()).expect("there is room");
        path
    }

    fn plan(self) -> String {
        let mut text = String::from("---\nwavecrew: 1\n---\n\n# Crowd\n\n## Tasks\n");
        for task in 0..self.tasks {
            let id = id(task);
            let _ = write!(text, "\n### {id}: Note {task}\n\n- estimate: 1min\n");
            if let Some(above) = task.checked_sub(self.width) {
                let beside = above / self.width * self.width + (above + 1) % self.width;
                let _ = writeln!(
                    text,
                    "- depends on: {}, {}",
                    self::id(above),
                    self::id(beside)
                );
            }
            let file = file(&id);
            let _ = write!(text, "\n#### Deliverables\n\n- [ ] Create file: `{file}`\n");
            if task.is_multiple_of(self.tested) {
                let _ = write!(
                    text,
                    "\n#### Test process\n\n```sh\ngrep -q '^note of {id}$' {file}\n```\n"
                );
            }
        }
        text
    }
}

/// The right answer to a task.
pub(crate) fn answer(task: &str) -> String {
    let mut content = format!("note of {task}\n");
    let number: usize = task.trim_start_matches("T-").parse().expect("a number");
    // Some are too long for a line of the journal.
    let lines = if number.is_multiple_of(9) { 300 } else { 10 };
    for line in 0..lines {
        let _ = writeln!(content, "line {line} of {task}, as it was agreed");
    }
    format!("```text {}\n{content}```\n", file(task))
}

fn id(task: usize) -> String {
    format!("T-{task:03}")
}

fn file(id: &str) -> String {
    format!("notes/{}/{id}.txt", &id[..3])
}
