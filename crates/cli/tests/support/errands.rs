//! Small plans in our own form that the rules can fulfil: every task writes one file.

use std::path::{Path, PathBuf};

/// A task that writes a file with one line in it, or several.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Errand<'a> {
    pub(crate) id: &'a str,
    pub(crate) file: &'a str,
    pub(crate) line: &'a str,
    /// Further fields of the task, as `- status: deferred`.
    pub(crate) fields: &'a [&'a str],
    /// Test commands besides the one that looks for the line.
    pub(crate) tests: &'a [&'a str],
}

impl<'a> Errand<'a> {
    pub(crate) fn new(id: &'a str, file: &'a str) -> Self {
        Self {
            id,
            file,
            line: "hello",
            fields: &[],
            tests: &[],
        }
    }

    pub(crate) fn line(self, line: &'a str) -> Self {
        Self { line, ..self }
    }

    pub(crate) fn fields(self, fields: &'a [&'a str]) -> Self {
        Self { fields, ..self }
    }

    pub(crate) fn tests(self, tests: &'a [&'a str]) -> Self {
        Self { tests, ..self }
    }

    fn text(&self) -> String {
        let Self { id, file, .. } = self;
        let mut text = format!("### {id}: Write {file}\n\n- estimate: 5min\n- files: `{file}`\n");
        for field in self.fields {
            text += &format!("{field}\n");
        }
        text += &format!("\n#### Deliverables\n\n- [ ] Create file: `{file}`\n");
        text += "\n#### Success criteria\n\n";
        for line in self.line.lines() {
            text += &format!("- [ ] `{file}` contains `{line}`\n");
        }
        text += "\n#### Test process\n\n```sh\n";
        for test in self.tests {
            text += &format!("{test}\n");
        }
        for line in self.line.lines() {
            text += &format!("grep -qF -e '{line}' {file}\n");
        }
        text + "```\n\n"
    }
}

/// A plan of these, all in one wave.
pub(crate) fn plan(errands: &[Errand<'_>]) -> String {
    let tasks: String = errands.iter().map(Errand::text).collect();
    format!("---\nwavecrew: 1\n---\n\n# Errands\n\n## Wave 1: All\n\n{tasks}")
}

/// Writes it as `plan.md` into a folder.
pub(crate) fn write(folder: &Path, errands: &[Errand<'_>]) -> PathBuf {
    let path = folder.join("plan.md");
    std::fs::write(&path, plan(errands)).expect("a plan can be written");
    path
}
