#![cfg_attr(docsrs, feature(doc_cfg))]
#![doc = include_str!("../README.md")]

mod candidate;
mod criterion;
mod empty;
mod extract;
mod guide;
mod placeholder;
mod report;
mod shell;
mod source;
mod strength;
mod stub;
mod syntax;
mod test_run;
mod validator;

pub use candidate::{Candidate, file_checks};
pub use criterion::{Evidence, judge_criterion};
pub use empty::{NotEmpty, may_be_empty};
pub use extract::{ExtractedFile, Extraction, extract};
pub use guide::NotAGuide;
pub use placeholder::NoPlaceholder;
pub use report::{Check, Report, Verdict};
pub use strength::{Strength, strength, unmasked};
pub use stub::NoStub;
pub use syntax::Syntax;
pub use test_run::{Outcome, TaskVerdict, TestRun, judge_test, tells_apart, verdict};
pub use validator::{All, Validator};
