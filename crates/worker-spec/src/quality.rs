//! How good a worker spec is, by rules: clarity, completeness, coherence and testability.
//!
//! [`rate`] scores one spec by the table [`RULES`], and takes a part of that for each of [`CONTRADICTIONS`] that it finds;
//! every point that is missing has a [`Reason`] with its places. The rules rest on structure, paths, code names and numbers,
//! never on the words of one language.

mod boundary;
mod checks;
mod clarity;
mod coherence;
mod completeness;
mod contradiction;
mod evidence;
mod fact;
mod rule;
mod score;
mod testability;
mod view;

pub use contradiction::{CONTRADICTIONS, Contradiction};
pub use evidence::{Evidence, TestWorth};
pub use rule::{RULES, Rule};
pub use score::{Aspect, Quality, Reason, SectionScore, rate};
