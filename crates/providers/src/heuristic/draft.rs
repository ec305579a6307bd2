use super::brief::Brief;
use super::kind::Kind;
use super::names::TestNames;
use super::statement::Clause;
use super::wants::{Want, What};

/// How the remark starts that stands in a file which nothing determines.
pub(super) const UNDETERMINED: &str = "TODO: nothing in the task determines this file";

/// All that is known about one file before it is written.
#[derive(Debug)]
pub(super) struct Draft<'a> {
    pub(super) brief: &'a Brief,
    pub(super) path: &'a str,
    pub(super) kind: Kind,
    /// What is there now, if it is more than white space.
    pub(super) existing: Option<&'a str>,
    pub(super) material: Vec<&'a str>,
    pub(super) wants: Vec<Want>,
    /// For Python files: each statement about the file, as written and cut into clauses.
    pub(super) statements: Vec<(&'a str, Vec<Clause>)>,
    pub(super) names: &'a TestNames,
}

impl Draft<'_> {
    /// The title of the task, fit for one line.
    pub(super) fn title(&self) -> String {
        let title = if self.brief.title.trim().is_empty() {
            &self.brief.task
        } else {
            &self.brief.title
        };
        title.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    /// True if a line of our own making may hold this text.
    pub(super) fn may_say(&self, text: &str) -> bool {
        !self.wants.iter().any(|want| match &want.what {
            What::Absent(absent) => text.contains(absent.as_str()),
            What::Bare(_) | What::First(_) => true,
            _ => false,
        })
    }

    /// True if a literal is to be kept out of the file.
    pub(super) fn forbids(&self, text: &str) -> bool {
        self.wants.iter().any(|want| match &want.what {
            What::Absent(absent) => text.contains(absent.as_str()),
            _ => false,
        })
    }

    /// What stands in a file that nothing in the brief determines.
    pub(super) fn placeholder(&self) -> String {
        format!("{UNDETERMINED} ({})", self.title())
    }

    /// The existing text, or the material as far as it is not there yet.
    pub(super) fn base_text(&self) -> String {
        let mut text = self.existing.unwrap_or_default().to_owned();
        for material in &self.material {
            if !text.contains(material.trim()) {
                if !text.is_empty() {
                    text = format!("{}\n\n", text.trim_end());
                }
                text.push_str(material);
            }
        }
        text
    }
}
