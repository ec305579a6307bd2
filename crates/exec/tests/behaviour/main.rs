//! What the crate does, seen from outside.

mod journal;
mod model;
mod resume;
mod run;
mod support;
