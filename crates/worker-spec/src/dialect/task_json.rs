//! Task lists in JSON that are of no tool's own format.
//!
//! An array of tasks, an object with one (`tasks`, `issues`, `stories`, …), tasks by their ids, groups that hold tasks
//! (`{"phases": [{"tasks": [...]}]}`), or one task on each line. To be taken for tasks, the objects of a list need names and an
//! order or a state; in a list that is called `tasks`, ids and titles are enough. So `package.json`, `tsconfig.json`, lists of
//! build commands and test results are none.

use super::json::{lists::Lists, tasks};
use crate::{Confidence, Dialect, Document, Fragment, Parsed};

/// A list of objects with ids, titles and dependencies.
#[derive(Debug)]
pub(super) struct TaskJson;

impl Dialect for TaskJson {
    fn name(&self) -> &'static str {
        "tasks in JSON"
    }

    fn recognise(&self, document: &Document) -> Confidence {
        match document.json().and_then(Lists::find) {
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
