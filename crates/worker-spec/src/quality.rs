//! How good a worker spec is, by rules: clarity, completeness, coherence and testability.
//!
//! [`rate`] scores one spec by the table [`RULES`]; every point that is missing has a [`Reason`] with its places. The
//! rules rest on structure, paths, code names and numbers, never on the words of one language.

mod checks;
mod clarity;
mod coherence;
mod completeness;
mod evidence;
mod fact;
mod rule;
mod score;
mod testability;
mod view;

pub use evidence::{Evidence, TestWorth};
pub use rule::{RULES, Rule};
pub use score::{Aspect, Quality, Reason, SectionScore, rate};
