//! Rules give tasks what they do not state themselves.

use crate::{Rule, Task};

/// More comparisons than any plan in earnest needs; beyond them no rule is applied.
const MOST_COMPARISONS: usize = 10_000_000;

/// Gives every task without an agent or a model that of the first rule that fits its id.
pub(super) fn apply(rules: &[Rule], tasks: &mut [Task]) {
    if rules.len().saturating_mul(tasks.len()) > MOST_COMPARISONS {
        return;
    }
    for task in tasks {
        if task.agent.is_some() && task.model.is_some() {
            continue;
        }
        for rule in rules.iter().filter(|rule| rule.fits(&task.id)) {
            if task.agent.is_none() {
                task.agent.clone_from(&rule.agent);
            }
            if task.model.is_none() {
                task.model.clone_from(&rule.model);
            }
        }
    }
}
