//! The stable names of complaints.

use std::fmt;

use serde::{Serialize, Serializer};

/// The stable name of a kind of complaint, such as `WC0201`.
///
/// The first two digits say what it is about: `00` the document, `01` tasks and ids, `02` edges and groups,
/// `03` sections, `04` deliverables and paths, `05` tests, `06` statements. Codes from `WC1000` on belong to the
/// users of this crate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Code(&'static str);

impl Code {
    /// A code of one's own.
    pub const fn new(name: &'static str) -> Code {
        Code(name)
    }

    /// The name.
    pub const fn as_str(self) -> &'static str {
        self.0
    }

    /// The document is not UTF-8 text (bad bytes, UTF-16, a NUL byte).
    pub const NOT_TEXT: Code = Code("WC0001");
    /// The document holds no task and no worker spec.
    pub const NO_TASK: Code = Code("WC0002");
    /// None of the documents holds a task.
    pub const NO_TASKS_AT_ALL: Code = Code("WC0003");
    /// A code fence is never closed.
    pub const UNCLOSED_FENCE: Code = Code("WC0004");
    /// A diagram or a table cannot be read as what it seems to be.
    pub const UNREADABLE_BLOCK: Code = Code("WC0005");
    /// A Mermaid diagram holds something that Mermaid refuses, or takes otherwise than it is meant.
    pub const MERMAID: Code = Code("WC0006");
    /// A text that is meant as JSON breaks its rules.
    pub const JSON: Code = Code("WC0007");

    /// A task is defined twice.
    pub const DUPLICATE_TASK: Code = Code("WC0101");
    /// A task is mentioned in a second group; the first one counts.
    pub const TASK_IN_TWO_GROUPS: Code = Code("WC0102");
    /// Two ids differ only in case or in look.
    pub const CONFUSABLE_IDS: Code = Code("WC0103");
    /// An id holds characters that no id should hold, or is far too long.
    pub const BAD_ID: Code = Code("WC0104");
    /// One name stands for several tasks.
    pub const AMBIGUOUS_NAME: Code = Code("WC0105");
    /// Two documents or dialects disagree about a task.
    pub const TASK_DISAGREEMENT: Code = Code("WC0106");
    /// A number, a duration or another value of a task cannot be read.
    pub const BAD_VALUE: Code = Code("WC0107");
    /// A task states no estimate; it counts as zero.
    pub const NO_ESTIMATE: Code = Code("WC0108");

    /// A dependency names a task that no document holds.
    pub const UNKNOWN_DEPENDENCY: Code = Code("WC0201");
    /// A dependency in words names no task; it is kept out of the graph.
    pub const UNRESOLVED_DEPENDENCY: Code = Code("WC0202");
    /// A task depends on itself.
    pub const SELF_DEPENDENCY: Code = Code("WC0203");
    /// A dependency names a group that no document holds.
    pub const UNKNOWN_GROUP: Code = Code("WC0204");
    /// A range of ids runs backwards or is far too long.
    pub const BAD_RANGE: Code = Code("WC0205");
    /// Two places disagree about an edge.
    pub const EDGE_DISAGREEMENT: Code = Code("WC0206");

    /// A section that every worker spec needs is missing.
    pub const MISSING_SECTION: Code = Code("WC0301");
    /// A section is only announced, not written.
    pub const PLACEHOLDER_SECTION: Code = Code("WC0302");
    /// A section occurs twice.
    pub const DUPLICATE_SECTION: Code = Code("WC0303");
    /// A section is there and holds nothing.
    pub const EMPTY_SECTION: Code = Code("WC0304");
    /// A section's name looks like a misspelt known one.
    pub const MISSPELT_SECTION: Code = Code("WC0305");
    /// A header field's name looks like a misspelt known one.
    pub const MISSPELT_FIELD: Code = Code("WC0306");
    /// A header field occurs twice.
    pub const DUPLICATE_FIELD: Code = Code("WC0307");

    /// A deliverable's path leaves the root, or names what no task may write.
    pub const FORBIDDEN_PATH: Code = Code("WC0401");
    /// An absolute path was taken for a known path below the root.
    pub const MAPPED_PATH: Code = Code("WC0402");
    /// A bare file name fits several known paths.
    pub const AMBIGUOUS_PATH: Code = Code("WC0403");
    /// A worker spec names no path to deliver.
    pub const NO_DELIVERABLE: Code = Code("WC0404");
    /// A deliverable is a directory of another one.
    pub const PATH_CONFLICT: Code = Code("WC0405");

    /// A worker spec has no test command.
    pub const NO_TEST: Code = Code("WC0501");
    /// A test command is not complete: an open quote or an unfinished here-document.
    pub const OPEN_COMMAND: Code = Code("WC0502");
    /// A test command holds invisible or direction-changing characters.
    pub const HIDDEN_CHARACTERS: Code = Code("WC0503");

    /// A statement of the document cannot be read.
    pub const BAD_STATEMENT: Code = Code("WC0601");
    /// A line states a number of tasks that is not the number of ids on it.
    pub const MISCOUNT: Code = Code("WC0602");
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

impl Serialize for Code {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.0)
    }
}
