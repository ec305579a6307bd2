//! What the crate does, seen from outside.

mod core;
mod disk;
mod earlier;
mod history;
mod journal;
mod limits;
mod model;
mod policies;
mod resume;
mod run;
mod sessions;
mod split;
mod support;
mod versions;
