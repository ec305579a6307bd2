//! Sub-tasks: steps of one task.
//!
//! One worker does a task with all of its sub-tasks, in the order that they state, so they are no tasks of the plan; they
//! have no files and no test of their own that a schedule could keep apart. What a sub-task needs from *another* task is
//! an edge between the two tasks, and what names no sub-task is told.

mod interlock;

use std::collections::{HashMap, HashSet};

use self::interlock::{Lift, Steps};
use super::dependencies::{Names, Wait, waits};
use super::keys::{Key, key_of};
use crate::json::Value;
use crate::{Code, Diagnostic, Document, EdgeMention, EdgeSource, Fragment, Reference};

/// The sub-tasks of a list.
pub(super) struct Parts<'v> {
    tasks: Vec<Task<'v>>,
    /// The id in the plan of the task that a sub-task `1.2` is a part of.
    owners: HashMap<String, String>,
}

struct Task<'v> {
    written: String,
    id: String,
    parts: Vec<&'v Value>,
}

impl<'v> Parts<'v> {
    /// `tasks` are the id as written, the id in the plan, and the task.
    pub(super) fn new(tasks: impl Iterator<Item = (String, String, &'v Value)>) -> Self {
        let mut found = Parts {
            tasks: Vec::new(),
            owners: HashMap::new(),
        };
        for (written, id, value) in tasks {
            let holds = value
                .members()
                .iter()
                .filter(|member| key_of(&member.key) == Some(Key::SubTasks));
            let parts: Vec<&Value> = holds
                .flat_map(|member| member.value.items())
                .filter(|part| part.is_object())
                .collect();
            for part in &parts {
                if let Some(own) = part.get("id").and_then(Value::name) {
                    found.owners.insert(full(&written, own), id.clone());
                }
            }
            if !parts.is_empty() {
                found.tasks.push(Task { written, id, parts });
            }
        }
        found
    }

    /// The id in the plan of the task that a sub-task is a part of.
    pub(super) fn owner(&self, name: &str) -> Option<String> {
        self.owners.get(name).cloned()
    }
}

/// `2` of task `1` is `1.2`; it may be written so already.
fn full(task: &str, part: &str) -> String {
    let is_full = part
        .strip_prefix(task)
        .is_some_and(|rest| rest.starts_with('.'));
    if is_full {
        part.to_owned()
    } else {
        format!("{task}.{part}")
    }
}

/// Reads what sub-tasks depend on.
pub(super) fn read(
    document: &Document,
    parts: &Parts<'_>,
    names: &Names<'_>,
    fragment: &mut Fragment,
    diagnostics: &mut Vec<Diagnostic>,
) {
    let mut steps = Steps::default();
    let mut lifts = Vec::new();
    for task in &parts.tasks {
        let ids = task
            .parts
            .iter()
            .filter_map(|part| part.get("id").and_then(Value::name));
        for id in ids.clone() {
            steps.add(&task.id, full(&task.written, id));
        }
        let own: HashSet<String> = ids.map(|id| full(&task.written, id)).collect();
        for part in &task.parts {
            // A bare number is a sub-task of the same task, if there is one.
            let resolve = |name: &str| {
                if own.contains(&full(&task.written, name)) {
                    return Some(task.id.clone());
                }
                (names.resolve)(name)
            };
            let names = Names {
                resolve: &resolve,
                known: names.known,
            };
            let id = part.get("id").and_then(Value::name).unwrap_or("?");
            for member in part.members() {
                let Some(Key::After { kind, loose }) = key_of(&member.key) else {
                    continue;
                };
                for wait in waits(document, &member.value, kind, loose, &names, diagnostics) {
                    let Wait::Task {
                        name,
                        reference,
                        kind,
                        known,
                        span,
                    } = wait
                    else {
                        continue;
                    };
                    let location = document.location(span.clone());
                    let written = document.text().get(span).unwrap_or_default();
                    let written = written.trim_matches('"');
                    let step = full(&task.written, id);
                    if name == task.id {
                        let other = full(&task.written, written);
                        let itself = other == step;
                        steps.wait(other, step);
                        if itself {
                            let message =
                                format!("sub-task {} depends on itself", full(&task.written, id));
                            diagnostics.push(
                                Diagnostic::error(Code::SELF_DEPENDENCY, message)
                                    .at(location)
                                    .help("leave it out"),
                            );
                        }
                    } else if reference == Reference::Id && !known {
                        let message = format!(
                            "sub-task {} depends on {}, which is neither a sub-task of {} nor a task",
                            full(&task.written, id),
                            name.escape_debug(),
                            task.written
                        );
                        diagnostics.push(
                            Diagnostic::error(Code::UNKNOWN_DEPENDENCY, message)
                                .at(location)
                                .help("name a sub-task by its number, or a task by its id"),
                        );
                    } else {
                        // A sub-task of another task, or all of that.
                        match parts.owner(written).is_some() {
                            true => steps.wait(written.to_owned(), step.clone()),
                            false => steps.wait_for_task(&name, step.clone()),
                        }
                        let edge = EdgeMention {
                            from: name,
                            to: task.id.clone(),
                            reference,
                            kind,
                            stated_in: EdgeSource::Json,
                            location,
                        };
                        let needs = written.to_owned();
                        lifts.push(Lift { edge, step, needs });
                    }
                }
            }
        }
    }
    interlock::add(steps, lifts, fragment, diagnostics);
}
