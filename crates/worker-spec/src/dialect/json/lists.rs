//! Where in a JSON document the tasks are.

use std::collections::HashSet;

use super::amounts;
use super::keys::{Key, key_of, letters};
use crate::groups::{find_groups, group_id};
use crate::json::{Json, Kind, Member, Value};

/// The tasks of one list.
#[derive(Debug, Default)]
pub(in crate::dialect) struct List<'d> {
    /// The tag of a tagged document.
    pub(in crate::dialect) tag: Option<&'d Member>,
    pub(in crate::dialect) entries: Vec<Entry<'d>>,
}

/// One task.
#[derive(Debug)]
pub(in crate::dialect) struct Entry<'d> {
    /// The key that is its id, in a map of tasks.
    pub(in crate::dialect) key: Option<&'d Member>,
    pub(in crate::dialect) value: &'d Value,
    /// The groups around it.
    pub(in crate::dialect) groups: Vec<String>,
}

/// A group that holds tasks, or that tasks name.
#[derive(Debug)]
pub(in crate::dialect) struct Named<'d> {
    pub(in crate::dialect) kind: &'static str,
    pub(in crate::dialect) id: String,
    pub(in crate::dialect) title: String,
    pub(in crate::dialect) value: &'d Value,
    /// Tasks that it names by id only.
    pub(in crate::dialect) tasks: Vec<String>,
}

/// All that a document holds.
#[derive(Debug, Default)]
pub(in crate::dialect) struct Lists<'d> {
    pub(in crate::dialect) lists: Vec<List<'d>>,
    pub(in crate::dialect) groups: Vec<Named<'d>>,
    /// The lists stand below tags.
    pub(in crate::dialect) tagged: bool,
    /// The form alone says that these are tasks: a key `tasks`.
    sure: bool,
}

fn is_container(key: &str) -> bool {
    matches!(
        &*letters(key),
        "tasks"
            | "tasklist"
            | "issues"
            | "stories"
            | "userstories"
            | "workitems"
            | "items"
            | "todos"
            | "tickets"
    )
}

/// Whether a value has the fields that every task of task-master has, which little else has together.
fn is_task_with_dependencies(value: &Value) -> bool {
    let has = |wanted: &str| value.members().iter().any(|member| &*member.key == wanted);
    has("id") && has("title") && has("dependencies") && has("status")
}

fn group_kind(key: &str) -> Option<&'static str> {
    Some(match &*letters(key) {
        "waves" => "wave",
        "batches" => "batch",
        "rounds" => "round",
        "phases" => "phase",
        "stages" => "stage",
        "sprints" => "sprint",
        "iterations" => "iteration",
        "milestones" => "milestone",
        "tracks" | "workstreams" => "track",
        "epics" => "epic",
        "groups" | "parallelgroups" => "group",
        _ => return None,
    })
}

impl<'d> Lists<'d> {
    /// Finds the lists; `None` when the document holds no tasks.
    pub(in crate::dialect) fn find(json: &'d Json) -> Option<Lists<'d>> {
        let mut lists = Lists::default();
        match json.roots.as_slice() {
            [] => return None,
            [root] if root.is_array() => lists.add(None, root, &[]),
            [root] => lists.object(root),
            roots => lists.lists.push(List {
                tag: None,
                entries: roots
                    .iter()
                    .filter(|root| root.is_object())
                    .map(Entry::new)
                    .collect(),
            }),
        }
        for list in &mut lists.lists {
            list.leave_out_groups();
        }
        lists.lists.retain(|list| !list.entries.is_empty());
        lists.are_tasks().then_some(lists)
    }

    fn add(&mut self, tag: Option<&'d Member>, value: &'d Value, groups: &[String]) {
        let entries = match &value.kind {
            Kind::Array(items) => items
                .iter()
                .filter(|item| item.is_object())
                .map(Entry::new)
                .collect(),
            Kind::Object(members) if members.iter().all(|member| member.value.is_object()) => {
                let entry = |member: &'d Member| Entry {
                    key: Some(member),
                    ..Entry::new(&member.value)
                };
                members.iter().map(entry).collect()
            }
            _ => Vec::new(),
        };
        let mut entries: Vec<Entry<'d>> = entries;
        for entry in &mut entries {
            entry.groups = groups.to_vec();
        }
        // Groups do not tell lists apart: their tasks share one space of ids.
        match self.lists.last_mut() {
            Some(last) if tag.is_none() && last.tag.is_none() => last.entries.extend(entries),
            _ => self.lists.push(List { tag, entries }),
        }
    }

    fn object(&mut self, root: &'d Value) {
        self.level(root);
        if !self.lists.is_empty() || !self.groups.is_empty() {
            return;
        }
        for member in root.members() {
            let tasks = member
                .value
                .members()
                .iter()
                .find(|inner| is_container(&inner.key) && inner.value.is_array());
            if let Some(tasks) = tasks {
                self.sure = true;
                self.tagged = true;
                self.add(Some(member), &tasks.value, &[]);
            }
        }
        // `{"master": [...]}`: a tag is its list.
        if !self.tagged {
            let is_list = |member: &Member| {
                let items = member.value.items();
                !items.is_empty() && items.iter().all(is_task_with_dependencies)
            };
            for member in root.members().iter().filter(|member| is_list(member)) {
                self.tagged = true;
                self.add(Some(member), &member.value, &[]);
            }
            self.sure |= self.tagged;
        }
        // `{"plan": {"phases": [...]}}`
        if !self.tagged {
            for member in root.members() {
                self.level(&member.value);
            }
        }
        if self.lists.is_empty() && self.groups.is_empty() {
            self.add(None, root, &[]);
        }
    }

    /// The containers of an object, and those of the groups in it.
    fn level(&mut self, root: &'d Value) {
        let mut open: Vec<(&'d Value, Vec<String>)> = vec![(root, Vec::new())];
        while let Some((value, around)) = open.pop() {
            let mut inner = Vec::new();
            for member in value.members() {
                if let Some(kind) = group_kind(&member.key) {
                    for (place, (key, group)) in children(&member.value).enumerate() {
                        let mut around = around.clone();
                        around.extend(self.group(kind, place, key, group));
                        inner.push((group, around));
                    }
                } else if is_container(&member.key) {
                    self.sure |= letters(&member.key) == "tasks";
                    self.add(None, &member.value, &around);
                }
            }
            open.extend(inner.into_iter().rev());
        }
    }

    /// Takes down a group; gives its id.
    fn group(
        &mut self,
        kind: &'static str,
        place: usize,
        key: Option<&'d Member>,
        value: &'d Value,
    ) -> Option<String> {
        let text = |names: &[&str]| {
            let member = |name: &&str| {
                value
                    .members()
                    .iter()
                    .find(|member| letters(&member.key) == *name)
            };
            names.iter().find_map(member)?.value.name()
        };
        let written = text(&["id", "number", kind, "key"]).or(key.map(|member| &*member.key));
        let title = text(&["title", "name", "goal", "description"]);
        let number = (place + 1).to_string();
        let id = group_name(kind, written.or(title).unwrap_or(&number));
        let named = value
            .members()
            .iter()
            .filter(|member| is_container(&member.key));
        let tasks: Vec<String> = named
            .flat_map(|member| member.value.items())
            .filter_map(|item| item.name().map(str::to_owned))
            .collect();
        let holds = value
            .members()
            .iter()
            .any(|member| is_container(&member.key) || group_kind(&member.key).is_some());
        if !holds && written.is_none() && title.is_none() {
            return None;
        }
        self.groups.push(Named {
            kind,
            id: id.clone(),
            title: title.or(written).unwrap_or_default().to_owned(),
            value,
            tasks,
        });
        Some(id)
    }

    /// How many tasks there are.
    pub(in crate::dialect) fn tasks(&self) -> usize {
        self.entries().count()
    }

    fn entries(&self) -> impl Iterator<Item = &Entry<'d>> {
        self.lists.iter().flat_map(|list| &list.entries)
    }

    /// Whether these are tasks: they have names, and an order or a state; in a list that is called `tasks` names are enough.
    fn are_tasks(&self) -> bool {
        let (mut count, mut named, mut worded, mut ordered, mut stated) = (0, 0, 0, 0, 0);
        for entry in self.entries() {
            let keys = || {
                entry
                    .value
                    .members()
                    .iter()
                    .filter_map(|member| Some((key_of(&member.key)?, &member.value)))
            };
            let has_id = entry.key.is_some()
                || keys().any(|(key, value)| matches!(key, Key::Id(_)) && value.name().is_some());
            let has_state = keys().any(|(key, value)| {
                key == Key::Status && value.text().is_some_and(amounts::is_status)
            });
            // `content` or `label` is the title of a thing to do only where a state stands beside it.
            let has_title = keys().any(|(key, value)| match key {
                Key::Title(0 | 1 | 3) => value.text().is_some(),
                Key::Title(_) => has_state && value.text().is_some(),
                _ => false,
            });
            count += 1;
            named += usize::from(has_id);
            worded += usize::from(has_title);
            ordered += usize::from(keys().any(|(key, value)| match key {
                Key::After { .. } | Key::Before => {
                    let list = |value: &Value| {
                        value
                            .items()
                            .iter()
                            .all(|item| item.name().is_some() || item.is_object())
                    };
                    value.is_array() && list(value) || value.name().is_some() && entry.key.is_none()
                }
                _ => false,
            }));
            stated += usize::from(
                has_state
                    || keys().any(|(key, value)| match key {
                        Key::Done => matches!(value.kind, Kind::Bool(_)),
                        Key::Estimate(_) | Key::Tokens => value.name().is_some(),
                        _ => false,
                    }),
            );
        }
        let mostly = |part: usize| part * 2 >= count && part > 0;
        if self.sure {
            return mostly(worded) && (mostly(named) || ordered > 0 || mostly(stated));
        }
        let map = self.entries().any(|entry| entry.key.is_some());
        mostly(worded) && (ordered > 0 || !map && mostly(named) && mostly(stated))
    }
}

impl List<'_> {
    /// Leaves out the entries of a map that are groups of others: the `phase_2` that a task names with `"phase": "phase_2"`.
    fn leave_out_groups(&mut self) {
        const GROUPS: [&str; 8] = [
            "phase",
            "wave",
            "batch",
            "stage",
            "sprint",
            "milestone",
            "epic",
            "group",
        ];
        let entries = self.entries.iter();
        let members = entries.flat_map(|entry| entry.value.members());
        let named: HashSet<&str> = members
            .filter(|member| GROUPS.contains(&&*letters(&member.key)))
            .filter_map(|member| member.value.text())
            .collect();
        self.entries.retain(|entry| {
            let is_named = |key: &&Member| named.contains(&*key.key);
            entry.key.filter(is_named).is_none() || entry.value.get("id").is_some()
        });
    }
}

impl<'d> Entry<'d> {
    fn new(value: &'d Value) -> Self {
        Entry {
            key: None,
            value,
            groups: Vec::new(),
        }
    }
}

/// The objects in an array, or in an object by their keys.
fn children(value: &Value) -> impl Iterator<Item = (Option<&Member>, &Value)> {
    let items = value.items().iter().map(|item| (None, item));
    let members = value
        .members()
        .iter()
        .map(|member| (Some(member), &member.value));
    items.chain(members).filter(|(_, value)| value.is_object())
}

/// The id of a group that is named by a number or in words: `2`, `Phase 2: Build`, `phase-2`, `Setup`.
pub(in crate::dialect) fn group_name(kind: &str, written: &str) -> String {
    let written = written.trim();
    if let Some(group) = find_groups(written).next()
        && group.kind == kind
        && group.start == 0
        && group.last.is_none()
    {
        return group_id(kind, group.first);
    }
    let mut slug = String::new();
    for c in written.chars().flat_map(char::to_lowercase) {
        if c.is_alphanumeric() || c == '.' {
            slug.push(c);
        } else if !slug.ends_with('-') && !slug.is_empty() {
            slug.push('-');
        }
    }
    let slug = slug.trim_end_matches(['-', '.']);
    let own = slug
        .strip_prefix(kind)
        .map(|rest| rest.trim_start_matches('-'));
    format!(
        "{kind}-{}",
        own.filter(|rest| !rest.is_empty()).unwrap_or(slug)
    )
}

#[cfg(test)]
mod tests {
    use super::group_name;

    #[test]
    fn names_of_groups() {
        for (kind, written, id) in [
            ("phase", "2", "phase-2"),
            ("phase", "Phase 2: Build", "phase-2"),
            ("phase", "phase-2.1", "phase-2.1"),
            ("phase", "Set up", "phase-set-up"),
            (
                "epic",
                "Epic 13: User Interaction",
                "epic-13-user-interaction",
            ),
            ("epic", "E-4", "epic-e-4"),
            ("phase", "phase", "phase-phase"),
        ] {
            assert_eq!(group_name(kind, written), id, "{written}");
        }
    }
}
