//! The Responses API.

mod answer;
mod body;
mod events;

pub(super) use answer::Item;
pub(super) use body::body;
