//! Groups, who is in them, and who waits for them.

use std::collections::hash_map::Entry;
use std::collections::{BTreeMap, HashMap, HashSet};

use indexmap::{IndexMap, IndexSet};

use super::names::Names;
use super::tasks::Drafts;
use crate::groups::{find_groups, group_id};
use crate::{
    Code, Diagnostic, Fragment, Group, GroupDependency, Listing, Location, Plan, Reference, Task,
    TaskMentionKind,
};

/// The groups with their members, and the group of every draft.
#[derive(Debug)]
pub(super) struct Membership {
    pub(super) groups: Vec<Group>,
    pub(super) first_group: Vec<Option<String>>,
}

/// Joins groups of one id and puts every task into one group of each kind.
pub(super) fn merge_groups(
    fragments: &[Fragment],
    drafts: &Drafts<'_>,
    names: &Names<'_>,
    diagnostics: &mut Vec<Diagnostic>,
) -> Membership {
    let mut merger = Merger {
        names,
        groups: Vec::new(),
        known: HashMap::new(),
        places: HashMap::new(),
        first_group: vec![None; drafts.drafts.len()],
        parts: HashSet::new(),
        seconds: Vec::new(),
        named: HashMap::new(),
    };
    for group in fragments.iter().flat_map(|fragment| &fragment.groups) {
        merger.group(group);
    }
    // What a plan says about groups goes before what a spec says about itself.
    for specs in [false, true] {
        let mut order = 0;
        for fragment in fragments {
            for mention in &fragment.tasks {
                let draft = drafts.of_mention[order];
                order += 1;
                if (mention.kind == TaskMentionKind::Spec) == specs {
                    for group in &mention.groups {
                        merger.put(draft, group, &mention.location);
                    }
                }
            }
            if !specs {
                for group in &fragment.groups {
                    merger.put_named(group, diagnostics);
                }
            }
        }
    }
    merger.report_seconds(diagnostics);
    merger.prerequisites(diagnostics);
    let mut groups = merger.groups;
    for (at, named) in merger.named {
        order_as_named(&mut groups[at].tasks, named);
    }
    sort_parts(&mut groups);
    Membership {
        groups,
        first_group: merger.first_group,
    }
}

struct Merger<'m> {
    names: &'m Names<'m>,
    groups: Vec<Group>,
    known: HashMap<String, usize>,
    /// The group of a draft in each kind, and where that is said.
    places: HashMap<(usize, String), (usize, Location)>,
    first_group: Vec<Option<String>>,
    /// Drafts that are in a further group: a part or the whole of their own, or one that names them again.
    parts: HashSet<(usize, usize)>,
    /// Second mentions: the draft, its group, the other group, where.
    seconds: Vec<(usize, usize, String, Location)>,
    /// The ids that lists of members name, for each group.
    named: HashMap<usize, Vec<String>>,
}

impl Merger<'_> {
    fn group(&mut self, group: &Group) -> usize {
        match self.known.entry(group.id.clone()) {
            Entry::Vacant(vacant) => {
                vacant.insert(self.groups.len());
                self.groups.push(Group {
                    tasks: Vec::new(),
                    ..group.clone()
                });
                self.groups.len() - 1
            }
            Entry::Occupied(at) => {
                let known = &mut self.groups[*at.get()];
                if known.title.is_empty() {
                    known.title.clone_from(&group.title);
                }
                known.stated_tasks = known.stated_tasks.or(group.stated_tasks);
                known.stated_duration = known.stated_duration.or(group.stated_duration);
                known.prerequisites.extend_from_slice(&group.prerequisites);
                *at.get()
            }
        }
    }

    fn put(&mut self, draft: usize, group: &str, location: &Location) {
        let at = match self.known.get(group) {
            Some(&at) => at,
            None => self.group(&Group::new(group, location.clone())),
        };
        self.list(draft, at, location);
        match self.places.entry((draft, kind_of(group).to_owned())) {
            Entry::Vacant(vacant) => {
                vacant.insert((at, location.clone()));
                self.groups[at].tasks.push(self.names.id(draft).to_owned());
                self.first_group[draft].get_or_insert_with(|| group.to_owned());
            }
            Entry::Occupied(first) => {
                let first = first.get().0;
                if self.groups[first].id == group {
                    return;
                }
                let known = &self.groups[first].id;
                if is_part_of(group, known) || is_part_of(known, group) {
                    // `phase-4` and `phase-4.1` agree: the task is in both.
                    if self.parts.insert((draft, at)) {
                        self.groups[at].tasks.push(self.names.id(draft).to_owned());
                    }
                } else {
                    if self.parts.insert((draft, at)) {
                        self.groups[at].tasks.push(self.names.id(draft).to_owned());
                    }
                    self.seconds
                        .push((draft, first, group.to_owned(), location.clone()));
                }
            }
        }
    }

    /// Keeps who is listed where; what one place lists comes in one go.
    fn list(&mut self, draft: usize, group: usize, location: &Location) {
        let id = self.names.id(draft).to_owned();
        let listed = &mut self.groups[group].listed;
        match listed.last_mut() {
            Some(last) if last.location == *location => last.tasks.push(id),
            _ => listed.push(Listing {
                tasks: vec![id],
                location: location.clone(),
            }),
        }
    }

    fn put_named(&mut self, group: &Group, diagnostics: &mut Vec<Diagnostic>) {
        for name in &group.tasks {
            match self.names.resolve(name, Reference::Words) {
                Some(draft) => {
                    self.put(draft, &group.id, &group.location);
                    let id = self.names.id(draft).to_owned();
                    self.named
                        .entry(self.known[&group.id])
                        .or_default()
                        .push(id);
                }
                None => {
                    let message = format!(
                        "group `{}` names `{}`, which no document holds",
                        group.id,
                        name.escape_debug()
                    );
                    let diagnostic = Diagnostic::error(Code::UNKNOWN_DEPENDENCY, message)
                        .at(group.location.clone());
                    diagnostics.push(match self.names.nearest(name) {
                        Some(id) => diagnostic.help(format!("did you mean `{id}`?")),
                        None => diagnostic
                            .help("correct the name, or give the document that holds it, too"),
                    });
                }
            }
        }
    }

    /// One warning for all tasks that one place names in a second group.
    fn report_seconds(&mut self, diagnostics: &mut Vec<Diagnostic>) {
        let mut seconds = std::mem::take(&mut self.seconds).into_iter().peekable();
        while let Some((draft, first, group, location)) = seconds.next() {
            let mut ids = vec![self.names.id(draft)];
            while let Some(next) =
                seconds.next_if(|next| next.1 == first && next.2 == group && next.3 == location)
            {
                ids.push(self.names.id(next.0));
            }
            let who = match ids.as_slice() {
                [one] => (*one).to_owned(),
                many => format!(
                    "{} tasks, {} to {},",
                    many.len(),
                    many[0],
                    many[many.len() - 1]
                ),
            };
            let verb = if ids.len() == 1 { "is" } else { "are" };
            let message = format!(
                "{who} {verb} in group `{}` and again in `{group}`; the first one counts",
                self.groups[first].id
            );
            let before = self
                .places
                .get(&(draft, kind_of(&group).to_owned()))
                .map(|(_, place)| place.clone());
            let diagnostic = Diagnostic::warning(Code::TASK_IN_TWO_GROUPS, message)
                .at(location)
                .help("name it in one of them only");
            diagnostics.push(match before {
                Some(before) => diagnostic.related(before, "first named here"),
                None => diagnostic,
            });
        }
    }

    /// Prerequisites by id or by name ("Batch 1 complete") become ids.
    fn prerequisites(&mut self, diagnostics: &mut Vec<Diagnostic>) {
        for at in 0..self.groups.len() {
            let names: IndexSet<String> = std::mem::take(&mut self.groups[at].prerequisites)
                .into_iter()
                .collect();
            let mut ids: IndexSet<String> = IndexSet::new();
            for name in names {
                let mut found = false;
                let named = find_groups(&name).flat_map(|group| {
                    group
                        .numbers()
                        .into_iter()
                        .map(move |number| group_id(group.kind, &number))
                });
                for id in std::iter::once(name.clone()).chain(named) {
                    if self.known.contains_key(&id) && id != self.groups[at].id {
                        found = true;
                        ids.insert(id);
                    }
                }
                if !found {
                    let message = format!(
                        "group `{}` comes after `{}`, which is no group",
                        self.groups[at].id,
                        name.escape_debug()
                    );
                    let place = self.groups[at].location.clone();
                    diagnostics.push(
                        Diagnostic::warning(Code::UNKNOWN_GROUP, message)
                            .at(place)
                            .help("name a group by its heading, such as `Phase 1`, or drop it"),
                    );
                }
            }
            self.groups[at].prerequisites = ids.into_iter().collect();
        }
    }
}

/// Puts the counted parts of one group (`phase-5.wave-1`, `phase-5.wave-2`) into the order of their numbers: the files
/// that name them come in an order of their own.
fn sort_parts(groups: &mut [Group]) {
    let wholes: HashMap<&str, usize> = groups
        .iter()
        .enumerate()
        .map(|(at, group)| (group.id.as_str(), at))
        .collect();
    let part = |group: &Group| {
        let (whole, part) = group.id.rsplit_once('.')?;
        let (word, number) = part.split_once('-')?;
        let number: u64 = number.parse().ok()?;
        Some((*wholes.get(whole)?, word.to_owned(), number))
    };
    let keys: Vec<_> = groups.iter().map(part).collect();
    let places: Vec<usize> = (0..groups.len()).filter(|at| keys[*at].is_some()).collect();
    let mut sorted = places.clone();
    sorted.sort_by(|a, b| keys[*a].cmp(&keys[*b]));
    let parts: Vec<Group> = sorted.iter().map(|at| groups[*at].clone()).collect();
    for (at, group) in places.into_iter().zip(parts) {
        groups[at] = group;
    }
}

/// Whether a group is a numbered part of another one.
fn is_part_of(part: &str, whole: &str) -> bool {
    part.strip_prefix(whole)
        .is_some_and(|rest| rest.starts_with('.'))
}

fn kind_of(group: &str) -> &str {
    group.split_once('-').map_or(group, |(kind, _)| kind)
}

/// Puts the members that lists name into the order of these lists; where the others stand stays as it is.
fn order_as_named(members: &mut [String], named: Vec<String>) {
    let mut known: HashSet<String> = members.iter().cloned().collect();
    let named: Vec<String> = named.into_iter().filter(|id| known.remove(id)).collect();
    let places: HashSet<&String> = named.iter().collect();
    let places: Vec<usize> = (0..members.len())
        .filter(|&at| places.contains(&members[at]))
        .collect();
    for (at, id) in places.into_iter().zip(named) {
        members[at] = id;
    }
}

/// Finds the groups that tasks' own dependency fields mean.
pub(super) fn resolve_dependencies(plan: &mut Plan, diagnostics: &mut Vec<Diagnostic>) {
    name_by_id(&mut plan.tasks, diagnostics);
    gather_epics(plan);
    let Plan { tasks, groups, .. } = plan;
    let by_id: BTreeMap<&str, usize> = groups
        .iter()
        .enumerate()
        .map(|(at, group)| (group.id.as_str(), at))
        .collect();
    let mut known: HashMap<String, Vec<String>> = HashMap::new();
    let mut unknown: IndexMap<String, (Location, usize)> = IndexMap::new();
    let mut waits = 0;
    for task in tasks.iter_mut() {
        for dependency in &mut task.depends_on_groups {
            let meant = known.entry(dependency.name.clone()).or_insert_with(|| {
                let (group, _) = dependency.group_and_except();
                let covered = covered(group, &by_id).into_iter();
                covered.map(|at| groups[at].id.clone()).collect()
            });
            let (group, _) = dependency.group_and_except();
            if meant.is_empty() && !matches!(group, "all" | "all previous") {
                let told = unknown
                    .entry(dependency.name.clone())
                    .or_insert_with(|| (dependency.location.clone(), 0));
                told.1 += 1;
            }
            let before = waits;
            waits += meant.len();
            if waits <= MOST_WAITS {
                dependency.groups.clone_from(meant);
            } else if before <= MOST_WAITS {
                let message = format!(
                    "tasks wait for parts of groups more than {MOST_WAITS} times; what {} and those after it wait for \
                     is left out",
                    task.id
                );
                diagnostics.push(
                    Diagnostic::error(Code::BAD_RANGE, message)
                        .at(dependency.location.clone())
                        .help("name the last part only, which waits for the others"),
                );
            }
        }
    }
    for (name, (location, count)) in unknown {
        let who = if count == 1 {
            "1 task waits".to_owned()
        } else {
            format!("{count} tasks wait")
        };
        let message = format!("{who} for {name}, and no document holds a task of it");
        diagnostics.push(
            Diagnostic::warning(Code::UNKNOWN_GROUP, message)
                .at(location)
                .help("give all documents of the plan together; without them this dependency is not honoured"),
        );
    }
}

/// The stories `2.1`, `2.2` are those of epic 2, where a task waits for that and no heading names it.
fn gather_epics(plan: &mut Plan) {
    let known: HashSet<&str> = plan.groups.iter().map(|group| group.id.as_str()).collect();
    let mut missing: IndexMap<String, Group> = IndexMap::new();
    for task in &plan.tasks {
        for wait in &task.depends_on_groups {
            let number = wait.name.strip_prefix("epic ").unwrap_or_default();
            let is_number = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
            let id = group_id("epic", number);
            if is_number && !known.contains(id.as_str()) {
                let group = missing
                    .entry(number.to_owned())
                    .or_insert_with(|| Group::new(id, wait.location.clone()));
                group.title = format!("Epic {number}");
            }
        }
    }
    if missing.is_empty() {
        return;
    }
    for task in &plan.tasks {
        let number = match task.id.split_once(' ') {
            Some((word, number)) if word.eq_ignore_ascii_case("story") => number,
            _ => &task.id,
        };
        if let Some((epic, _)) = number.split_once('.')
            && let Some(group) = missing.get_mut(epic)
        {
            group.tasks.push(task.id.clone());
        }
    }
    missing.retain(|_, group| !group.tasks.is_empty());
    plan.groups.extend(missing.into_values());
}

/// Names the tasks by id that are left out of groups: `all but Docs`.
fn name_by_id(tasks: &mut [Task], diagnostics: &mut Vec<Diagnostic>) {
    let dependencies = || tasks.iter().flat_map(|task| &task.depends_on_groups);
    if dependencies().all(|dependency| dependency.group_and_except().1.is_empty()) {
        return;
    }
    let mut ids: HashMap<String, String> = HashMap::new();
    let names = |task: &Task| {
        let aliases = task.aliases.iter().map(|alias| alias.to_lowercase());
        let all: Vec<String> = std::iter::once(task.id.to_lowercase())
            .chain(aliases)
            .collect();
        all
    };
    for task in tasks.iter() {
        for name in names(task) {
            ids.entry(name).or_insert_with(|| task.id.clone());
        }
    }
    for task in tasks.iter() {
        let title = task.title.to_lowercase();
        ids.entry(title).or_insert_with(|| task.id.clone());
    }
    for task in tasks.iter_mut() {
        for dependency in &mut task.depends_on_groups {
            let (group, except) = dependency.group_and_except();
            if except.is_empty() {
                continue;
            }
            let (known, unknown): (Vec<&str>, Vec<&str>) = except
                .iter()
                .copied()
                .partition(|name| ids.contains_key(&plain_name(name)));
            for name in unknown {
                let message = format!(
                    "{} waits for {group} but {name}, and no task is called so",
                    task.id
                );
                diagnostics.push(
                    Diagnostic::warning(Code::UNRESOLVED_DEPENDENCY, message)
                        .at(dependency.location.clone())
                        .help("name the task that is left out by its id"),
                );
            }
            let known: Vec<String> = known
                .into_iter()
                .map(|name| ids[&plain_name(name)].clone())
                .collect();
            dependency.name = match known.is_empty() {
                true => group.to_owned(),
                false => GroupDependency::name_without(group, &known),
            };
        }
    }
}

/// A name in lower case, without quotes around it.
fn plain_name(name: &str) -> String {
    name.trim_matches(['"', '“', '”', '„', '`', ' '])
        .to_lowercase()
}

/// More waits of tasks for groups than any plan in earnest: a group of many parts makes many of them.
const MOST_WAITS: usize = 1_000_000;

/// The groups that a name takes in, in the order of the plan.
fn covered(name: &str, groups: &BTreeMap<&str, usize>) -> Vec<usize> {
    let Some((kind, number)) = name.split_once(' ') else {
        return Vec::new();
    };
    let start = format!("{kind}-{number}");
    let mut found: Vec<usize> = groups
        .range(start.as_str()..)
        .take_while(|(id, _)| id.starts_with(&start))
        .filter(|(id, _)| covers(name, id))
        .map(|(_, at)| *at)
        .collect();
    found.sort_unstable();
    found
}

/// Whether a group by name takes in a group by id: `phase 4` takes in `phase-4`, `phase-4.1` and `phase-4a`, never
/// `phase-40`.
fn covers(name: &str, id: &str) -> bool {
    let Some((kind, number)) = name.split_once(' ') else {
        return false;
    };
    let Some(rest) = id
        .strip_prefix(kind)
        .and_then(|rest| rest.strip_prefix('-'))
    else {
        return false;
    };
    let Some(rest) = rest.strip_prefix(number) else {
        return false;
    };
    let letter = number.ends_with(|c: char| c.is_ascii_digit())
        && rest.starts_with(|c: char| c.is_ascii_alphabetic());
    rest.is_empty() || rest.starts_with('.') || letter
}

#[cfg(test)]
mod tests {
    use super::covers;

    #[test]
    fn what_a_group_takes_in() {
        for id in ["phase-4", "phase-4.1", "phase-4.10", "phase-4a"] {
            assert!(covers("phase 4", id), "{id}");
        }
        for id in ["phase-40", "phase-3", "wave-4", "phase-14"] {
            assert!(!covers("phase 4", id), "{id}");
        }
        assert!(!covers("phase 4.1", "phase-4.10"));
    }
}
