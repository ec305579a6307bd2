//! Task lists in JSON: what all of their dialects share.
//!
//! A list of tasks is an array of objects, or an object whose keys are the ids. What a key means is told by its words, whatever
//! joins them (`depends_on`, `dependsOn`, `Depends On`): [`keys`] is the whole list. A key that belongs to no tool's format and
//! looks like a known one is told; other keys are passed over.

pub(super) mod amounts;
mod beside;
pub(super) mod dependencies;
pub(super) mod details;
pub(super) mod keys;
pub(super) mod lists;
mod names;
mod relations;
pub(super) mod sub_tasks;
pub(super) mod tasks;
