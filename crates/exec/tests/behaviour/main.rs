//! What the crate does, seen from outside.

mod core;
mod earlier;
mod journal;
mod limits;
mod model;
mod policies;
mod resume;
mod run;
mod split;
mod support;
mod versions;
