//! In which order the parts of a plan are written.

use std::collections::HashMap;

use crate::{Checkpoint, Group, Plan, Task};

/// The parts of a plan in the order in which they are written.
pub(super) struct Layout<'p> {
    pub(super) parts: Vec<Part<'p>>,
    /// Checkpoints that are written at the end, since they stand in no order of groups.
    pub(super) checkpoints: Vec<&'p Checkpoint>,
}

pub(super) enum Part<'p> {
    /// The heading above tasks without a group.
    Tasks,
    /// A group's heading, and the members that do not stand below it.
    Group(&'p Group, Vec<&'p String>),
    /// A task, and its group if that is not the heading above.
    Task(&'p Task, Option<String>),
    Checkpoint(&'p Checkpoint),
}

impl<'p> Layout<'p> {
    /// Tasks stand below their groups where that keeps their order; else all tasks come first, and the groups list
    /// their members.
    pub(super) fn new(plan: &'p Plan) -> Layout<'p> {
        let (by_group, checkpoints) = checkpoints_by_group(plan);
        let parts = nested(plan, &by_group).unwrap_or_else(|| flat(plan, &by_group));
        Layout { parts, checkpoints }
    }
}

/// The checkpoints of each group, when they stand in the order of the groups, and those to be written at the end.
fn checkpoints_by_group(plan: &Plan) -> (HashMap<&str, Vec<&Checkpoint>>, Vec<&Checkpoint>) {
    let order: HashMap<&str, usize> = plan
        .groups
        .iter()
        .enumerate()
        .map(|(at, group)| (group.id.as_str(), at))
        .collect();
    let place = |checkpoint: &Checkpoint| match &checkpoint.group {
        Some(group) => order.get(group.as_str()).copied(),
        None => Some(usize::MAX),
    };
    let places: Option<Vec<usize>> = plan.checkpoints.iter().map(place).collect();
    if !places.is_some_and(|places| places.is_sorted()) {
        return (HashMap::new(), plan.checkpoints.iter().collect());
    }
    let mut by_group: HashMap<&str, Vec<&Checkpoint>> = HashMap::new();
    let mut at_end = Vec::new();
    for checkpoint in &plan.checkpoints {
        match &checkpoint.group {
            Some(group) => by_group.entry(group).or_default().push(checkpoint),
            None => at_end.push(checkpoint),
        }
    }
    (by_group, at_end)
}

/// Tasks below their groups; `None` when the order of tasks, or of a group's members, would be another one then.
fn nested<'p>(
    plan: &'p Plan,
    checkpoints: &HashMap<&str, Vec<&'p Checkpoint>>,
) -> Option<Vec<Part<'p>>> {
    let mut parts = Vec::new();
    let mut tasks = plan.tasks.iter().peekable();
    let mut groups = plan.groups.iter().peekable();
    loop {
        if tasks.peek().is_some_and(|task| task.group.is_none()) {
            parts.push(Part::Tasks);
            while let Some(task) = tasks.next_if(|task| task.group.is_none()) {
                parts.push(Part::Task(task, None));
            }
        }
        let Some(group) = groups.next() else { break };
        let mut own: Vec<&'p Task> = Vec::new();
        while let Some(task) = tasks.next_if(|task| task.group.as_ref() == Some(&group.id)) {
            own.push(task);
        }
        let ids = own.iter().map(|task| &task.id);
        if group.tasks.len() < own.len() || !group.tasks.iter().zip(ids).all(|(a, b)| a == b) {
            return None;
        }
        let members = group.tasks[own.len()..].iter().collect();
        parts.push(Part::Group(group, members));
        parts.extend(own.into_iter().map(|task| Part::Task(task, None)));
        let gates = checkpoints.get(group.id.as_str()).into_iter().flatten();
        parts.extend(gates.map(|gate| Part::Checkpoint(gate)));
    }
    tasks.peek().is_none().then_some(parts)
}

/// All tasks, then all groups with their members.
fn flat<'p>(plan: &'p Plan, checkpoints: &HashMap<&str, Vec<&'p Checkpoint>>) -> Vec<Part<'p>> {
    let mut first: HashMap<&str, &str> = HashMap::new();
    for group in &plan.groups {
        for task in &group.tasks {
            first.entry(task).or_insert(&group.id);
        }
    }
    let mut parts = Vec::new();
    if !plan.tasks.is_empty() {
        parts.push(Part::Tasks);
    }
    for task in &plan.tasks {
        let listed = first.get(task.id.as_str()).copied();
        let own = task.group.clone().filter(|own| listed != Some(own));
        parts.push(Part::Task(task, own));
    }
    for group in &plan.groups {
        parts.push(Part::Group(group, group.tasks.iter().collect()));
        let gates = checkpoints.get(group.id.as_str()).into_iter().flatten();
        parts.extend(gates.map(|gate| Part::Checkpoint(gate)));
    }
    parts
}
