//! What a statement can be about. One that stands below the last group may be about that group or about the whole plan,
//! and nothing is reported of it unless neither can be meant.

use std::collections::BTreeMap;

use wavecrew_worker_spec::{Group, Plan, Statement};

/// What a statement can be about.
#[derive(Clone, Copy, Debug)]
pub(super) enum Scope<'p> {
    Plan,
    Group(&'p Group),
}

/// The groups of a plan by their ids.
pub(super) struct Scopes<'p> {
    groups: BTreeMap<&'p str, &'p Group>,
}

impl<'p> Scopes<'p> {
    pub(super) fn new(plan: &'p Plan) -> Scopes<'p> {
        let groups = plan.groups.iter().map(|group| (group.id.as_str(), group));
        Scopes {
            groups: groups.collect(),
        }
    }

    /// All that a statement can be about, the likeliest first; nothing when it can be about a group of which no task is
    /// known.
    pub(super) fn of(&self, statement: &Statement) -> Vec<Scope<'p>> {
        let mut scopes = Vec::new();
        if let Some(id) = &statement.group {
            match self.groups.get(id.as_str()) {
                Some(group) if !group.tasks.is_empty() => scopes.push(Scope::Group(group)),
                _ => return Vec::new(),
            }
        }
        if statement.group.is_none() || statement.or_whole {
            scopes.push(Scope::Plan);
        }
        scopes
    }
}

/// What to add to a message about a group where the statement does not fit the whole plan either.
pub(super) fn nor_whole(scopes: &[Scope<'_>], whole: impl FnOnce() -> String) -> String {
    match scopes {
        [Scope::Group(_), Scope::Plan] => format!("; the whole plan has {}", whole()),
        _ => String::new(),
    }
}
