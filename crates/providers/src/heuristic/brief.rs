use serde::{Deserialize, Serialize};

/// What a task asks for, in the parts that a rule can read.
///
/// A brief travels in the metadata of a request, under the key `brief`: see
/// [`Request::with_brief`](crate::Request::with_brief) and [`Brief::of`].
/// A provider that talks to a model ignores it; [`Heuristic`](super::Heuristic) reads nothing else.
///
/// All statements are Markdown as the author wrote it, one bullet each, without the bullet itself.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Brief {
    /// Id of the task.
    pub task: String,
    /// Title of the task: it heads new documents and documents new modules.
    pub title: String,
    /// The files to deliver, in order. The reply holds exactly one file for each.
    pub deliverables: Vec<BriefFile>,
    /// What the task says about its deliverables.
    pub notes: Vec<String>,
    /// What must be so when the task is done.
    pub criteria: Vec<String>,
    /// What the worker must or must not do. Only what files must not hold is read from them.
    pub boundaries: Vec<String>,
    /// The test commands. Names are read from them (imports, calls, keyword arguments, test ids);
    /// commands, strings and numbers never are.
    pub tests: Vec<String>,
    /// Code and text that the task gives for its files.
    pub material: Vec<Material>,
}

/// One file to deliver.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct BriefFile {
    /// The path, relative to the root of the run.
    pub path: String,
    /// The text that is there now, if there is a file: it is kept and extended.
    pub existing: Option<String>,
}

impl BriefFile {
    /// A file that does not exist yet.
    pub fn new(path: impl Into<String>) -> Self {
        Self {
            path: path.into(),
            existing: None,
        }
    }

    /// The same file with the text that is there now.
    #[must_use]
    pub fn existing(mut self, text: impl Into<String>) -> Self {
        self.existing = Some(text.into());
        self
    }
}

/// A fence of a task that holds content for a file.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Material {
    /// The file that it belongs to, when the task says so.
    pub path: Option<String>,
    /// The language of the fence as written, possibly empty.
    pub language: String,
    /// The text between the fences.
    pub text: String,
}
