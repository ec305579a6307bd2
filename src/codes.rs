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
    /// A worker spec scores less for its quality than is asked for.
    LOW_QUALITY = "WC1201";
    /// Tasks have no worker spec that could be scored.
    NOT_SCORED = "WC1202";
}
