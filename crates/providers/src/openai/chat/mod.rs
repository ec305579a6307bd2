//! Chat completions.

mod answer;
mod body;
mod events;

pub(super) use answer::Completion;
pub(super) use body::body;
