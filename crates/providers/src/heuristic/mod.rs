//! Work by rule: a provider that needs no model.

mod brief;
mod compose;
mod cues;
mod draft;
mod json;
mod keyed;
mod kind;
mod makefile;
mod markdown;
mod names;
mod page;
mod provider;
mod python;
mod reply;
mod shell;
mod statement;
mod text;
mod wants;
mod yaml;

pub use brief::{Brief, BriefFile, Material};
pub use provider::Heuristic;
