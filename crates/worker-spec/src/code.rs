//! The stable names of complaints.

use std::fmt;

use serde::{Serialize, Serializer};

/// Declares the codes of this crate: a constant each, the list of all, and the page that explains each.
macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident = $text:literal;)*) => {
        impl Code {
            $($(#[$doc])* pub const $name: Code = Code($text);)*

            /// Every code of this crate, in order.
            pub const ALL: &[Code] = &[$(Code::$name),*];

            /// The page that explains the code, in Markdown: what it means, an example that has it, and the same one mended. `None`
            /// for a code of another crate.
            pub fn explanation(self) -> Option<&'static str> {
                match self.0 {
                    $($text => Some(include_str!(concat!("../codes/", $text, ".md"))),)*
                    _ => None,
                }
            }
        }
    };
}

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
}

codes! {
    /// The document is not UTF-8 text (bad bytes, UTF-16, a NUL byte).
    NOT_TEXT = "WC0001";
    /// The document holds no task and no worker spec.
    NO_TASK = "WC0002";
    /// None of the documents holds a task.
    NO_TASKS_AT_ALL = "WC0003";
    /// A code fence is never closed.
    UNCLOSED_FENCE = "WC0004";
    /// A diagram or a table cannot be read as what it seems to be.
    UNREADABLE_BLOCK = "WC0005";
    /// A Mermaid diagram holds something that Mermaid refuses, or takes otherwise than it is meant.
    MERMAID = "WC0006";
    /// A text that is meant as JSON breaks its rules.
    JSON = "WC0007";

    /// A task is defined twice.
    DUPLICATE_TASK = "WC0101";
    /// A task is mentioned in a second group; the first one counts.
    TASK_IN_TWO_GROUPS = "WC0102";
    /// Two ids differ only in case or in look.
    CONFUSABLE_IDS = "WC0103";
    /// An id holds characters that no id should hold, or is far too long.
    BAD_ID = "WC0104";
    /// One name stands for several tasks.
    AMBIGUOUS_NAME = "WC0105";
    /// Two documents or dialects disagree about a task.
    TASK_DISAGREEMENT = "WC0106";
    /// A number, a duration or another value of a task cannot be read.
    BAD_VALUE = "WC0107";
    /// A task states no estimate; it counts as zero.
    NO_ESTIMATE = "WC0108";
    /// A worker spec states no id, so its file's name gives it.
    ID_OF_FILE = "WC0109";

    /// A dependency names a task that no document holds.
    UNKNOWN_DEPENDENCY = "WC0201";
    /// A dependency in words names no task; it is kept out of the graph.
    UNRESOLVED_DEPENDENCY = "WC0202";
    /// A task depends on itself.
    SELF_DEPENDENCY = "WC0203";
    /// A dependency names a group that no document holds.
    UNKNOWN_GROUP = "WC0204";
    /// A range of ids runs backwards or is far too long.
    BAD_RANGE = "WC0205";
    /// Two places disagree about an edge.
    EDGE_DISAGREEMENT = "WC0206";
    /// What is said about an order can be taken in two ways.
    AMBIGUOUS_ORDER = "WC0207";
    /// A dependency is not plainly finish-to-start.
    OTHER_RELATION = "WC0208";
    /// A line about order names tasks, and no order is read from it.
    UNREAD_ORDER = "WC0209";

    /// A section that every worker spec needs is missing.
    MISSING_SECTION = "WC0301";
    /// A section is only announced, not written.
    PLACEHOLDER_SECTION = "WC0302";
    /// A section occurs twice.
    DUPLICATE_SECTION = "WC0303";
    /// A section is there and holds nothing.
    EMPTY_SECTION = "WC0304";
    /// A section's name looks like a misspelt known one.
    MISSPELT_SECTION = "WC0305";
    /// A header field's name looks like a misspelt known one.
    MISSPELT_FIELD = "WC0306";
    /// A header field occurs twice.
    DUPLICATE_FIELD = "WC0307";

    /// A deliverable's path leaves the root, or names what no task may write.
    FORBIDDEN_PATH = "WC0401";
    /// An absolute path was taken for a known path below the root.
    MAPPED_PATH = "WC0402";
    /// A bare file name fits several known paths.
    AMBIGUOUS_PATH = "WC0403";
    /// A worker spec names no path to deliver.
    NO_DELIVERABLE = "WC0404";
    /// A deliverable is a directory of another one.
    PATH_CONFLICT = "WC0405";
    /// A mapping gives a worker a deliverable that its spec does not name.
    UNNAMED_DELIVERABLE = "WC0406";
    /// A worker spec asks to delete a file, which no worker does.
    DELETION = "WC0407";
    /// A deliverable is a directory whose files are not named.
    DIRECTORY = "WC0408";

    /// A worker spec has no test command.
    NO_TEST = "WC0501";
    /// A test command is not complete: an open quote or an unfinished here-document.
    OPEN_COMMAND = "WC0502";
    /// A test command holds invisible or direction-changing characters.
    HIDDEN_CHARACTERS = "WC0503";

    /// A statement of the document cannot be read.
    BAD_STATEMENT = "WC0601";
    /// A line states a number of tasks that is not the number of ids on it.
    MISCOUNT = "WC0602";
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
