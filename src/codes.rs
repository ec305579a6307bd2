//! Codes of the diagnostics that need more than one document to see.

use wavecrew_worker_spec::Code;

/// Declares the codes of the facade: a constant each, the list of all, and the page that explains each.
macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident = $text:literal;)*) => {
        $($(#[$doc])* pub const $name: Code = Code::new($text);)*

        /// Every code of the facade, in order.
        pub const ALL: &[Code] = &[$($name),*];

        /// The page that explains a code of the facade or of [`wavecrew_worker_spec`], in Markdown: what it means, an
        /// example that has it, and the same one mended.
        pub fn explanation(code: Code) -> Option<&'static str> {
            match code.as_str() {
                $($text => Some(include_str!(concat!("../docs/codes/", $text, ".md"))),)*
                _ => code.explanation(),
            }
        }
    };
}

codes! {
    /// The graph cannot be built for a reason that has no code of its own.
    GRAPH = "WC1000";
    /// Tasks wait for each other in a circle.
    CYCLE = "WC1001";
    /// A task is left out because it needs a deferred one.
    LEFT_OUT = "WC1002";
    /// A group states another number of tasks than it lists.
    GROUP_COUNT = "WC1101";
    /// Two tasks write one file, and no order between them is stated.
    UNORDERED_WRITERS = "WC1102";
    /// A dependency points to a task of the same group or of a later one.
    GROUP_ORDER = "WC1103";
    /// A test command's verdict says nothing about the work.
    WEAK_TEST = "WC1104";
    /// A stated length of the critical path is none that the dependencies come to.
    CRITICAL_PATH = "WC1105";
    /// The stated critical path is no chain of dependencies, or not the longest.
    CRITICAL_CHAIN = "WC1106";
    /// The stated work is not the sum of the estimates.
    WORK = "WC1107";
    /// The stated time from start to end is one that no schedule can meet.
    ELAPSED = "WC1108";
    /// A stated speed-up is more than work over the longest chain.
    SPEEDUP = "WC1109";
    /// More tasks are said to run at once than do not wait for each other.
    CONCURRENCY = "WC1110";
    /// The time that a group is given is shorter than its longest chain.
    WINDOW = "WC1111";
    /// Stated tokens are not the sum of the tasks' tokens.
    TOKENS = "WC1112";
    /// The stated number of tasks is not that of the document.
    TASK_COUNT = "WC1113";
    /// The stated number of groups is not that of the document.
    GROUP_TOTAL = "WC1114";
    /// A long series of ids leaves one or two out.
    MISSING_ID = "WC1115";
    /// Two statements contradict each other.
    CONTRADICTION = "WC1116";
    /// An equation does not hold.
    ARITHMETIC = "WC1117";
    /// A total is not the sum, or the product, of what it totals.
    TABLE_TOTAL = "WC1118";
    /// A stated saving is not what before and after give.
    SAVING = "WC1119";
    /// A table counts other tasks or tokens for a model than the tasks name.
    MODEL_COUNT = "WC1120";
    /// Tasks take longer than the timeout that stops them.
    TIMEOUT = "WC1121";
    /// A group lists more tasks than a group may have.
    GROUP_SIZE = "WC1122";
    /// A test aims at a file that nobody delivers.
    TEST_TARGET = "WC1123";
    /// Two documents list different tasks in one group.
    GROUP_MEMBERS = "WC1124";
    /// Tasks of a group that runs at once write one file.
    GROUP_WRITERS = "WC1125";
    /// A worker's tests run another file than the one that it delivers.
    OTHER_TEST = "WC1126";
    /// A task is to wait for longer than its own estimate.
    WAIT = "WC1127";
    /// A task is listed after one that it does not wait for.
    AFTER = "WC1128";
    /// A document names another path for a task's file than its spec.
    OTHER_FOLDER = "WC1129";
    /// The stated number of tests is that of the tasks, or not that of the specs.
    TEST_COUNT = "WC1130";
    /// Two ranges of a group hold the same task.
    LISTED_TWICE = "WC1131";
    /// A task is said to be on the critical path, and has time to spare.
    NOT_CRITICAL = "WC1132";
    /// A list of steps runs a task without one that it waits for.
    STEP_LEFT_OUT = "WC1133";
    /// A document says which sections every spec has, and some have others.
    SPEC_SECTIONS = "WC1134";
    /// A task delivers a document of the plan that it is part of.
    OWN_DOCUMENT = "WC1135";
    /// A worker spec scores less for its quality than is asked for.
    LOW_QUALITY = "WC1201";
    /// Tasks have no worker spec that could be scored.
    NOT_SCORED = "WC1202";
}
