//! task-master's `tasks.json`.
//!
//! The older form is one list, `{"tasks": [...]}`; the newer one has a list under every tag, `{"master": {"tasks": [...]},
//! "feature-x": {...}}`, or is the tag's value itself. Ids begin anew under every tag: with one tag that holds tasks they stay as written, with several
//! task 3 of `feature-x` is `feature-x-3`, in the group `tag-feature-x`. Its sub-tasks are steps of a task, not tasks.

use super::json::{lists::Lists, tasks};
use crate::json::Json;
use crate::{Confidence, Dialect, Document, Fragment, Parsed};

/// A list, or lists under tags, of tasks with sub-tasks and test strategies.
#[derive(Debug)]
pub(super) struct TaskMaster;

impl Dialect for TaskMaster {
    fn name(&self) -> &'static str {
        "task-master"
    }

    fn recognise(&self, document: &Document) -> Confidence {
        match document.json().and_then(lists) {
            Some(_) => Confidence::Whole,
            None => Confidence::No,
        }
    }

    fn read(&self, document: &Document) -> Parsed<Fragment> {
        tasks::read(document)
    }

    fn reads_markdown(&self) -> bool {
        false
    }
}

fn lists(json: &Json) -> Option<Lists<'_>> {
    let lists = Lists::find(json)?;
    let own = |key: &str| key == "testStrategy" || key == "subtasks";
    let mut members = lists
        .lists
        .iter()
        .flat_map(|list| &list.entries)
        .flat_map(|entry| entry.value.members());
    (lists.tagged || members.any(|member| own(&member.key))).then_some(lists)
}
