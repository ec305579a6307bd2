//! Groups as edges between tasks.

use std::collections::{HashMap, HashSet};
use std::ops::Range;

use crate::{Edge, EdgeKind, EdgeSource, Group, GroupDependency, Location, Plan, Status, Task};

impl Plan {
    /// The task of an id or, failing that, of an alias.
    ///
    /// # Complexity
    ///
    /// O(tasks).
    pub fn task(&self, id: &str) -> Option<&Task> {
        let by_alias = || {
            self.tasks
                .iter()
                .find(|task| task.aliases.iter().any(|alias| alias == id))
        };
        self.tasks
            .iter()
            .find(|task| task.id == id)
            .or_else(by_alias)
    }

    /// The group of an id.
    ///
    /// # Complexity
    ///
    /// O(groups).
    pub fn group(&self, id: &str) -> Option<&Group> {
        self.groups.iter().find(|group| group.id == id)
    }

    /// The edges that follow from groups in tasks' own dependency fields: from every member of the group to the task,
    /// of kind [`EdgeKind::Group`], in the order of tasks, without repeats and without those that `edges` holds
    /// already as required.
    ///
    /// A task never waits for itself: when it names a group that it is in, it waits for those members that do not
    /// wait for it in turn.
    ///
    /// # Complexity
    ///
    /// O(edges given back), and for a task that names its own group O(tasks + edges).
    pub fn group_edges(&self) -> Vec<Edge> {
        let expansion = Expansion::new(self);
        let mut edges = Vec::new();
        for (to, task) in self.tasks.iter().enumerate() {
            let mut seen: HashSet<usize> = HashSet::new();
            for dependency in &task.depends_on_groups {
                for from in expansion.named(dependency, to) {
                    if expansion.holds(from, to)
                        && seen.insert(from)
                        && !expansion.hard.contains(&(from, to))
                    {
                        edges.push(self.edge(from, to, &dependency.location));
                    }
                }
            }
        }
        edges
    }

    /// The edges that follow from taking groups as barriers: every task of a group waits for every task of the
    /// nearest earlier group that has any. Groups count in the order of the plan, a task in its own group
    /// ([`Task::group`]) only. Kind [`EdgeKind::Group`].
    ///
    /// # Complexity
    ///
    /// O(tasks + edges given back).
    pub fn barrier_edges(&self) -> Vec<Edge> {
        let index: HashMap<&str, usize> = self
            .groups
            .iter()
            .enumerate()
            .map(|(at, group)| (group.id.as_str(), at))
            .collect();
        let mut members: Vec<Vec<usize>> = vec![Vec::new(); self.groups.len()];
        for (at, task) in self.tasks.iter().enumerate() {
            if let Some(&group) = task.group.as_deref().and_then(|group| index.get(group)) {
                members[group].push(at);
            }
        }
        let mut edges = Vec::new();
        let mut before: &[usize] = &[];
        for (group, tasks) in self.groups.iter().zip(&members) {
            for &to in tasks {
                edges.extend(
                    before
                        .iter()
                        .map(|&from| self.edge(from, to, &group.location)),
                );
            }
            if !tasks.is_empty() {
                before = tasks;
            }
        }
        edges
    }

    fn edge(&self, from: usize, to: usize, location: &Location) -> Edge {
        Edge {
            from: self.tasks[from].id.clone(),
            to: self.tasks[to].id.clone(),
            kind: EdgeKind::Group,
            stated_in: vec![EdgeSource::Group],
            locations: vec![location.clone()],
        }
    }
}

struct Expansion<'p> {
    plan: &'p Plan,
    members: HashMap<&'p str, Vec<usize>>,
    hard: HashSet<(usize, usize)>,
    /// Of every task that names a group it is in: the tasks that wait for it.
    waiting: HashMap<usize, HashSet<usize>>,
}

impl<'p> Expansion<'p> {
    fn new(plan: &'p Plan) -> Self {
        let index: HashMap<&str, usize> = plan
            .tasks
            .iter()
            .enumerate()
            .map(|(at, task)| (task.id.as_str(), at))
            .collect();
        let members = plan
            .groups
            .iter()
            .map(|group| {
                let tasks = group
                    .tasks
                    .iter()
                    .filter_map(|task| index.get(task.as_str()).copied());
                (group.id.as_str(), tasks.collect())
            })
            .collect();
        let hard = plan
            .edges
            .iter()
            .filter(|edge| edge.kind != EdgeKind::Soft)
            .filter_map(|edge| {
                Some((
                    *index.get(edge.from.as_str())?,
                    *index.get(edge.to.as_str())?,
                ))
            })
            .collect();
        let mut expansion = Expansion {
            plan,
            members,
            hard,
            waiting: HashMap::new(),
        };
        expansion.waiting = expansion.waiting_for_insiders();
        expansion
    }

    fn members(&self, group: &str) -> &[usize] {
        self.members.get(group).map_or(&[], Vec::as_slice)
    }

    /// The tasks that a dependency field of a task names by a group, or as all of the plan.
    fn named(&self, dependency: &GroupDependency, task: usize) -> Vec<usize> {
        let active = |range: Range<usize>| -> Vec<usize> {
            range
                .filter(|&at| self.plan.tasks[at].status != Status::Deferred)
                .collect()
        };
        let (group, except) = dependency.group_and_except();
        let mut named = match group {
            "all" => active(0..self.plan.tasks.len()),
            "all previous" => active(0..task),
            _ => {
                let groups = dependency.groups.iter();
                groups
                    .flat_map(|group| self.members(group))
                    .copied()
                    .collect()
            }
        };
        if !except.is_empty() {
            named.retain(|&at| {
                let Task { id, aliases, .. } = &self.plan.tasks[at];
                let mut names = std::iter::once(id).chain(aliases);
                !names.any(|name| except.iter().any(|gone| name.eq_ignore_ascii_case(gone)))
            });
        }
        named
    }

    fn names_own_group(&self, task: usize) -> bool {
        let mut dependencies = self.plan.tasks[task].depends_on_groups.iter();
        dependencies.any(|dependency| {
            dependency.group_and_except().0 == "all"
                || dependency
                    .groups
                    .iter()
                    .any(|group| self.members(group).contains(&task))
        })
    }

    /// Whether a task waits for a member of a group that it names.
    fn holds(&self, from: usize, to: usize) -> bool {
        let Some(waiting) = self.waiting.get(&to) else {
            return from != to;
        };
        // Two that both name the group they share would wait for each other.
        from != to && !waiting.contains(&from) && !self.waiting.contains_key(&from)
    }

    /// For every task that names a group it is in, all that waits for it by other edges.
    fn waiting_for_insiders(&self) -> HashMap<usize, HashSet<usize>> {
        let insiders: Vec<usize> = (0..self.plan.tasks.len())
            .filter(|&task| self.names_own_group(task))
            .collect();
        if insiders.is_empty() {
            return HashMap::new();
        }
        let mut next: HashMap<usize, Vec<usize>> = HashMap::new();
        for &(from, to) in &self.hard {
            next.entry(from).or_default().push(to);
        }
        for (to, task) in self.plan.tasks.iter().enumerate() {
            if insiders.contains(&to) {
                continue;
            }
            for dependency in &task.depends_on_groups {
                for from in self.named(dependency, to) {
                    next.entry(from).or_default().push(to);
                }
            }
        }
        let reach = |start: usize| {
            let mut seen = HashSet::from([start]);
            let mut open = vec![start];
            while let Some(task) = open.pop() {
                let after = next.get(&task).into_iter().flatten().copied();
                open.extend(after.filter(|&task| seen.insert(task)));
            }
            seen
        };
        insiders
            .into_iter()
            .map(|task| (task, reach(task)))
            .collect()
    }
}
