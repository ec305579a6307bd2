//! The ten-point worker spec, typed.

use serde::{Deserialize, Serialize};

use crate::Location;

/// One worker's instructions: what to deliver, how it is judged, what it may touch.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct WorkerSpec {
    /// The worker's id, as plans name it: `WORKER_001`.
    pub id: String,
    /// The title without the id.
    pub title: String,
    /// The `**Name:** value` lines above the first section.
    pub header: Vec<HeaderField>,
    /// Every section, in the order of the text; one heading that announces several sections gives none of them.
    pub sections: Vec<Section>,
    /// The files to deliver, in the order of the text, each path once.
    pub deliverables: Vec<Deliverable>,
    /// What DELIVERABLES asks for besides files.
    pub deliverable_notes: Vec<Item>,
    /// Files in which the worker is asked to record its own test results.
    pub result_files: Vec<PathMention>,
    /// The files that DEPENDENCIES says must be there.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub required_files: Vec<PathMention>,
    /// The success criteria.
    pub criteria: Vec<Item>,
    /// What the worker may and may not do.
    pub boundaries: Boundaries,
    /// What to do when something goes wrong.
    pub mitigation: Vec<Item>,
    /// The test commands, fence by fence.
    pub tests: Vec<TestFence>,
    /// The form in which results are to be reported.
    pub test_results_format: Option<Fence>,
    /// The stated kind of the task: `MECHANICAL`, ….
    pub classification: Option<String>,
    /// Code fences that are implementation material: all that stand outside TEST_PROCESS, TEST_RESULTS_FORMAT,
    /// MITIGATION, RETROSPECTIVE, PERFORMANCE_REQUIREMENTS and DEPENDENCIES.
    pub notes: Vec<Fence>,
    /// The form in which it is written.
    pub form: SpecForm,
    /// The spec's heading.
    pub location: Location,
}

/// The form in which a worker spec is written, and with it the sections that it is expected to have.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum SpecForm {
    /// A spec of its own with ten sections.
    #[default]
    TenPoint,
    /// Sections below a task of a plan in wavecrew's own form, which says what else there is in the task's fields.
    PlanTask,
}

impl WorkerSpec {
    /// The section of a canonical name.
    pub fn section(&self, name: &str) -> Option<&Section> {
        self.sections.iter().find(|section| section.name == name)
    }

    /// The value of a header field, by name without regard to case.
    pub fn header_field(&self, name: &str) -> Option<&HeaderField> {
        self.header
            .iter()
            .find(|field| field.name.eq_ignore_ascii_case(name))
    }

    /// All test commands, in the order of the text.
    pub fn test_commands(&self) -> impl Iterator<Item = &TestCommand> {
        self.tests.iter().flat_map(|fence| &fence.commands)
    }
}

/// A `**Name:** value` line above the first section.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct HeaderField {
    /// The name without asterisks and colon.
    pub name: String,
    /// The value, trimmed.
    pub value: String,
    /// The line.
    pub location: Location,
}

/// A section of a worker spec.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct Section {
    /// The canonical name: `DELIVERABLES`, `SUCCESS_CRITERIA`, …; other names in upper case.
    pub name: String,
    /// The heading as written, without the marks of a heading.
    pub heading: String,
    /// The body as written, with a line feed alone at the end of each line.
    pub text: String,
    /// The heading.
    pub location: Location,
}

/// A bullet, a checkbox or a bold line.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct Item {
    /// The text without its bullet and checkbox, inline marks as written.
    pub text: String,
    /// Whether its checkbox is ticked.
    pub done: bool,
    /// The text's place.
    pub location: Location,
}

/// A file that a worker must deliver.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct Deliverable {
    /// The path below the root, with `/`. As written when it leaves the root (an error says so).
    pub path: String,
    /// What is to be done with the file.
    pub action: Action,
    /// Where the path is named.
    pub location: Location,
}

/// What is to be done with a deliverable.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Action {
    /// The file is new.
    Create,
    /// The file is there and changes.
    Modify,
    /// Whichever applies.
    #[default]
    CreateOrModify,
}

/// A path and where it is named.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct PathMention {
    /// The path, as written.
    pub path: String,
    /// Where it is named.
    pub location: Location,
}

/// What a worker may and may not do.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct Boundaries {
    /// What it may do (`CAN modify: …`), without the `CAN`.
    pub can: Vec<Item>,
    /// What it must not do (`CANNOT modify: …`), without the `CANNOT`.
    pub cannot: Vec<Item>,
    /// All else that the section says.
    pub other: Vec<Item>,
    /// The paths that the `can` items name.
    pub writable: Vec<String>,
}

/// A fence of test commands: one shell.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct TestFence {
    /// The language of the fence, in lower case; may be empty.
    pub language: String,
    /// The commands, whole.
    pub commands: Vec<TestCommand>,
    /// The fence.
    pub location: Location,
}

/// One whole command, over as many lines as its quotes, here-documents and continuations take.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct TestCommand {
    /// The command as written, indentation kept, without comment lines between commands.
    pub text: String,
    /// Its place.
    pub location: Location,
}

/// A code fence.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct Fence {
    /// The first word of the info string, in lower case; may be empty.
    pub language: String,
    /// The whole info string.
    pub info: String,
    /// The file it belongs to: named in the info string, or in backticks on the line just before the fence.
    pub path: Option<String>,
    /// The code.
    pub text: String,
    /// The fence.
    pub location: Location,
}
