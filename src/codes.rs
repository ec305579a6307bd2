//! Codes of the diagnostics that need more than one document to see.

use wavecrew_worker_spec::Code;

/// The graph cannot be built for a reason that has no code of its own.
pub const GRAPH: Code = Code::new("WC1000");
/// Tasks wait for each other in a circle.
pub const CYCLE: Code = Code::new("WC1001");
/// A task is left out because it needs a deferred one.
pub const LEFT_OUT: Code = Code::new("WC1002");
/// A group states another number of tasks than it lists.
pub const GROUP_COUNT: Code = Code::new("WC1101");
/// Two tasks write one file, and no order between them is stated.
pub const UNORDERED_WRITERS: Code = Code::new("WC1102");
/// A dependency points to a task of the same group or of a later one.
pub const GROUP_ORDER: Code = Code::new("WC1103");
/// A test command's verdict says nothing about the work.
pub const WEAK_TEST: Code = Code::new("WC1104");
