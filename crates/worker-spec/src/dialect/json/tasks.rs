//! From lists of JSON objects to tasks and edges.

use std::collections::{HashMap, HashSet};

use super::amounts;
use super::beside;
use super::dependencies::{Names, Wait, waits};
use super::details::details;
use super::keys::{Key, Slips, key_of, letters};
use super::lists::{Entry, List, Lists, group_name};
use super::names::{has_bad_id, title, written_id};
use super::sub_tasks::{self, Parts};
use crate::dialect::wave_plan::KnownNames;
use crate::json::{Json, Kind, Member, Value};
use crate::{
    Amount, Code, Diagnostic, Document, EdgeKind, EdgeMention, EdgeSource, Fragment, Group,
    GroupDependency, Parsed, Reference, Statement, Subject, TaskMention, TaskMentionKind,
};

/// Reads all tasks of a document.
pub(in crate::dialect) fn read(document: &Document) -> Parsed<Fragment> {
    document
        .json()
        .map_or_else(Parsed::default, |json| read_lists(document, json))
}

/// Reads the tasks of lists that a document holds.
pub(in crate::dialect) fn read_lists(document: &Document, json: &Json) -> Parsed<Fragment> {
    let mut reader = Reader {
        document,
        fragment: Fragment::default(),
        diagnostics: Vec::new(),
        slips: Slips::default(),
        defined: HashSet::new(),
    };
    json.report(document, &mut reader.diagnostics);
    if let Some(lists) = Lists::find(json) {
        reader.document(json, &lists);
    }
    Parsed {
        value: reader.fragment,
        diagnostics: reader.diagnostics,
    }
}

struct Reader<'d> {
    document: &'d Document,
    fragment: Fragment,
    diagnostics: Vec<Diagnostic>,
    slips: Slips,
    /// The ids that have been read.
    defined: HashSet<String>,
}

/// The ids of one list.
struct Ids {
    /// The id in the plan of every entry.
    of_entry: Vec<String>,
    /// The id in the plan of an id as written.
    written: HashMap<String, String>,
    /// How the tag is written before an id: empty when the document has one list.
    prefix: String,
}

/// The ids of all lists.
struct Scopes<'i> {
    /// Ids carry their tag.
    scoped: bool,
    /// The list of every tag.
    tags: HashMap<&'i str, usize>,
    /// The ids in the plan.
    ids: HashSet<&'i str>,
    all: &'i [Ids],
}

impl<'d> Reader<'d> {
    fn document(&mut self, json: &'d Json, lists: &Lists<'d>) {
        if let [root] = json.roots.as_slice() {
            self.head(root);
        }
        for group in &lists.groups {
            let place = self
                .document
                .location(group.value.span.start..group.value.span.start + 1);
            let waits = group
                .value
                .members()
                .iter()
                .filter(|member| matches!(key_of(&member.key), Some(Key::After { .. })));
            let names = waits.flat_map(|member| match &member.value.kind {
                Kind::Array(items) => items.iter().filter_map(Value::name).collect(),
                _ => Vec::from_iter(member.value.name()),
            });
            self.fragment.groups.push(Group {
                title: group.title.clone(),
                tasks: group.tasks.clone(),
                prerequisites: names.map(|name| group_name(group.kind, name)).collect(),
                ..Group::new(&group.id, place)
            });
        }
        let scoped = lists.lists.len() > 1;
        let all: Vec<Ids> = lists
            .lists
            .iter()
            .map(|list| self.ids(list, scoped))
            .collect();
        let tags = lists.lists.iter().enumerate();
        let scopes = Scopes {
            scoped,
            tags: tags
                .filter_map(|(at, list)| Some((&*list.tag?.key, at)))
                .collect(),
            ids: all
                .iter()
                .flat_map(|ids| &ids.of_entry)
                .map(String::as_str)
                .collect(),
            all: &all,
        };
        for (list, own) in lists.lists.iter().zip(&all) {
            self.list(list, own, &scopes);
        }
        if let ([root], [own]) = (json.roots.as_slice(), all.as_slice()) {
            self.beside(root, own);
            ["plan", "project"]
                .into_iter()
                .filter_map(|key| root.get(key))
                .for_each(|inner| self.beside(inner, own));
        }
    }

    /// The edges between known tasks that are listed beside them.
    fn beside(&mut self, root: &Value, ids: &Ids) {
        let id = |name: &str| ids.written.get(name).cloned();
        let named = |value: &Value| value.name().and_then(id);
        let edge = |from: String, to: String, kind, place: &Value| EdgeMention {
            from,
            to,
            reference: Reference::Id,
            kind,
            stated_in: EdgeSource::Json,
            location: self.document.location(place.span.clone()),
        };
        let pairs = beside::pairs(root).into_iter();
        let pairs: Vec<_> = pairs
            .filter_map(|pair| Some((named(pair.first)?, named(pair.then)?, pair)))
            .collect();
        let stated = self.fragment.edges.iter();
        let stated: HashSet<(&str, &str)> = stated
            .map(|edge| (edge.from.as_str(), edge.to.as_str()))
            .collect();
        // Links that do not say which end waits are meant as the tasks say of the ends of some of them.
        let mut doubts = pairs.iter().filter(|(_, _, pair)| pair.is_doubtful);
        let fits = doubts
            .clone()
            .any(|(from, to, _)| stated.contains(&(from.as_str(), to.as_str())));
        let is_turned = !fits
            && doubts
                .clone()
                .any(|(from, to, _)| stated.contains(&(to.as_str(), from.as_str())));
        let doubtful = doubts.next().filter(|_| !fits && !is_turned);
        let doubtful = doubtful.map(|(from, to, pair)| (from.clone(), to.clone(), pair.first));
        let mut edges = Vec::new();
        for (from, to, pair) in pairs {
            let (from, to) = match pair.is_doubtful && is_turned {
                true => (to, from),
                false => (from, to),
            };
            edges.push(edge(from, to, pair.kind, pair.first));
        }
        for (own, first) in beside::entries(root) {
            if let (Some(from), Some(to)) = (named(first), id(&own.key)) {
                edges.push(edge(from, to, EdgeKind::Hard, first));
            }
        }
        if let Some((from, to, place)) = doubtful {
            let (from, to) = (from.escape_debug(), to.escape_debug());
            let message = format!(
                "this link does not say which task waits; it is read as {from} before {to}"
            );
            self.diagnostics.push(
                Diagnostic::warning(Code::AMBIGUOUS_ORDER, message)
                    .at(self.document.location(place.span.clone()))
                    .help("give each link a `type`: \"blocks\", \"depends_on\" or \"relates_to\""),
            );
        }
        self.fragment.edges.extend(edges);
    }

    /// What stands around the lists.
    fn head(&mut self, root: &Value) {
        let metadata = || {
            ["metadata", "meta", "project", "plan"]
                .into_iter()
                .filter_map(|key| root.get(key))
        };
        let name = |value: &Value| {
            let keys = [
                "title",
                "name",
                "project",
                "projectName",
                "project_name",
                "plan",
            ];
            keys.iter()
                .find_map(|key| value.get(key)?.text().map(str::to_owned))
        };
        self.fragment.title = name(root).or_else(|| metadata().find_map(name));
        for value in std::iter::once(root).chain(metadata()) {
            self.count(value, None);
        }
    }

    /// How many tasks the document says it has.
    fn count(&mut self, value: &Value, group: Option<String>) {
        let stated = |member: &&Member| {
            matches!(
                &*letters(&member.key),
                "totaltasks" | "taskcount" | "taskscount"
            )
        };
        for member in value.members().iter().filter(stated) {
            if let Kind::Number(number) = &member.value.kind {
                self.fragment.statements.push(Statement {
                    subject: Subject::TaskCount,
                    value: number.to_string(),
                    amount: number.parse().ok().map(Amount::count),
                    tasks: Vec::new(),
                    places: Vec::new(),
                    case: None,
                    group: group.clone(),
                    or_whole: false,
                    location: self.document.location(member.value.span.clone()),
                });
            }
        }
    }

    /// Finds the ids of a list, and tells entries without one.
    fn ids(&mut self, list: &List<'_>, scoped: bool) -> Ids {
        let prefix = match list.tag {
            Some(tag) if scoped => format!("{}-", tag.key),
            _ => String::new(),
        };
        let with_id = list
            .entries
            .iter()
            .filter(|entry| written_id(entry).is_some())
            .count();
        let mut ids = Ids {
            of_entry: Vec::new(),
            written: HashMap::new(),
            prefix,
        };
        for (place, entry) in list.entries.iter().enumerate() {
            let (written, span) = match written_id(entry) {
                Some((id, span)) if !id.is_empty() => (id.to_owned(), span),
                _ => {
                    let start = entry.value.span.start;
                    if with_id > 0 || has_bad_id(entry) {
                        let message = "this task has no id";
                        self.diagnostics.push(
                            Diagnostic::warning(Code::BAD_ID, message)
                                .at(self.document.location(start..start + 1))
                                .help("give it an `id` of its own, a string or a number"),
                        );
                    }
                    (format!("task-{}", place + 1), start..start + 1)
                }
            };
            let id = format!("{}{written}", ids.prefix);
            if ids.written.insert(written.clone(), id.clone()).is_some() {
                let message = format!(
                    "{} is the id of two tasks of one list",
                    written.escape_debug()
                );
                self.diagnostics.push(
                    Diagnostic::error(Code::DUPLICATE_TASK, message)
                        .at(self.document.location(span))
                        .help("give one of them another id"),
                );
            }
            ids.of_entry.push(id);
        }
        ids
    }

    fn list(&mut self, list: &List<'d>, own: &Ids, scopes: &Scopes<'_>) {
        let scoped = scopes.scoped;
        let tag = list.tag.filter(|_| scoped);
        let group = tag.map(|tag| group_name("tag", &tag.key));
        if let (Some(tag), Some(group)) = (tag, &group) {
            let place = self.document.location(tag.key_span.clone());
            self.fragment.groups.push(Group {
                title: tag.key.to_string(),
                ..Group::new(group, place)
            });
        }
        if let Some(metadata) = list.tag.and_then(|tag| tag.value.get("metadata")) {
            self.count(metadata, group.clone());
        }
        let parts = Parts::new(list.entries.iter().zip(&own.of_entry).map(|(entry, id)| {
            let written = id.strip_prefix(&own.prefix).unwrap_or(id);
            (written.to_owned(), id.clone(), entry.value)
        }));
        let resolve = |name: &str| -> Option<String> {
            let here = |ids: &Ids, name: &str| ids.written.get(name).cloned();
            here(own, name).or_else(|| parts.owner(name)).or_else(|| {
                let (first, rest) = name
                    .split_once([':', '/', '#', '.', '-'])
                    .filter(|_| scoped)?;
                let other = scopes.tags.get(first);
                // A tag may hold a dash itself.
                let by_id = || scopes.ids.contains(name).then(|| name.to_owned());
                other
                    .and_then(|other| here(&scopes.all[*other], rest))
                    .or_else(by_id)
            })
        };
        let mut known = KnownNames::default();
        for entry in &list.entries {
            for name in written_id(entry)
                .map(|(id, _)| id)
                .into_iter()
                .chain(title(entry.value))
            {
                known.add(name);
            }
        }
        let names = Names {
            resolve: &resolve,
            known: &known,
        };
        for (entry, id) in list.entries.iter().zip(&own.of_entry) {
            self.entry(entry, id, group.as_deref(), own, &names);
        }
        sub_tasks::read(
            self.document,
            &parts,
            &names,
            &mut self.fragment,
            &mut self.diagnostics,
        );
    }

    fn entry(
        &mut self,
        entry: &Entry<'_>,
        id: &str,
        tag: Option<&str>,
        ids: &Ids,
        names: &Names<'_>,
    ) {
        let written = written_id(entry);
        let start = entry.value.span.start;
        let span = written.clone().map_or(start..start + 1, |(_, span)| span);
        // What stands twice has been told; the first counts.
        let kind = if self.defined.insert(id.to_owned()) {
            TaskMentionKind::Definition
        } else {
            TaskMentionKind::Mention
        };
        let mut task = TaskMention::new(id, kind, self.document.location(span));
        if !ids.prefix.is_empty()
            && let Some((bare, _)) = written
        {
            task.aliases.push(bare.to_owned());
        }
        task.title = title(entry.value)
            .filter(|title| *title != id)
            .map(str::to_owned);
        task.details = details(entry.value, task.title.as_deref());
        task.groups.clone_from(&entry.groups);
        let mut model: Option<(u8, String)> = None;
        let mut done = None;
        let mut groups = Vec::new();
        let mut last: HashSet<&str> = HashSet::new();
        // Of a repeated key the last one counts.
        for member in entry
            .value
            .members()
            .iter()
            .rev()
            .filter(|member| last.insert(&member.key))
        {
            let Some(key) = key_of(&member.key) else {
                self.slips
                    .look(self.document, member, &mut self.diagnostics);
                continue;
            };
            let value = &member.value;
            match key {
                Key::After { kind, loose } => self.after(value, kind, loose, &mut task, names),
                Key::Before => self.before(value, id, names),
                Key::Estimate(unit) => {
                    let read = amounts::estimate(self.document, value, unit, &mut self.diagnostics);
                    task.estimate = read.or(task.estimate);
                }
                Key::Tokens => {
                    task.tokens = amounts::tokens(self.document, value, &mut self.diagnostics)
                }
                Key::Model(rank) => {
                    let name = value.name().filter(|name| !name.is_empty());
                    if let Some(name) =
                        name.filter(|_| model.as_ref().is_none_or(|(other, _)| rank < *other))
                    {
                        model = Some((rank, name.to_owned()));
                    }
                }
                Key::Complexity => task.complexity = value.name().map(str::to_owned),
                Key::Status => {
                    task.status = amounts::status(self.document, value, &mut self.diagnostics)
                }
                Key::Done => done = amounts::status_of_flag(value),
                Key::Claims => task.claims.extend(amounts::paths(value)),
                Key::Group(kind) => {
                    groups.extend(self.group(kind, value).map(|group| (rank_of(kind), group)))
                }
                Key::Id(_) | Key::Title(_) | Key::SubTasks | Key::Other => {}
            }
        }
        task.model = model.map(|(_, name)| name);
        task.status = task.status.or(done);
        // In the order of kinds, not of keys: a wave says most about the order, an epic least.
        groups.sort_by_key(|(rank, _)| *rank);
        for (_, group) in groups {
            if !task.groups.contains(&group.id) {
                task.groups.push(group.id.clone());
            }
            self.fragment.groups.push(group);
        }
        task.groups.extend(tag.map(str::to_owned));
        self.fragment.tasks.push(task);
    }

    fn after(
        &mut self,
        value: &Value,
        kind: EdgeKind,
        loose: bool,
        task: &mut TaskMention,
        names: &Names<'_>,
    ) {
        let mut seen: HashSet<String> = HashSet::new();
        for wait in waits(
            self.document,
            value,
            kind,
            loose,
            names,
            &mut self.diagnostics,
        ) {
            let (name, reference, kind, span) = match wait {
                Wait::Task {
                    name,
                    reference,
                    kind,
                    span,
                    ..
                } => (name, reference, kind, span),
                Wait::Group { name, span } => {
                    task.depends_on_groups.push(GroupDependency {
                        name,
                        groups: Vec::new(),
                        location: self.document.location(span),
                    });
                    continue;
                }
            };
            // A task does not wait for its own sub-tasks: it ends when they do.
            if name == task.id && !self.is_name_of(&name, &span) {
                continue;
            }
            let location = self.document.location(span);
            if !seen.insert(name.clone()) {
                let message = format!("the dependency {} is listed twice", name.escape_debug());
                self.diagnostics.push(
                    Diagnostic::note(Code::DUPLICATE_FIELD, message)
                        .at(location)
                        .help("leave one of them out"),
                );
                continue;
            }
            self.fragment.edges.push(EdgeMention {
                from: name,
                to: task.id.clone(),
                reference,
                kind,
                stated_in: EdgeSource::Json,
                location,
            });
        }
    }

    /// Whether an id is written at a place, perhaps without its tag.
    fn is_name_of(&self, id: &str, span: &std::ops::Range<usize>) -> bool {
        let written = self.document.text().get(span.clone()).unwrap_or_default();
        id.ends_with(written.trim_matches(['"', '\'']).trim())
    }

    fn before(&mut self, value: &Value, id: &str, names: &Names<'_>) {
        for wait in waits(
            self.document,
            value,
            EdgeKind::Hard,
            false,
            names,
            &mut self.diagnostics,
        ) {
            if let Wait::Task {
                name,
                reference,
                kind,
                span,
                ..
            } = wait
            {
                self.fragment.edges.push(EdgeMention {
                    from: id.to_owned(),
                    to: name,
                    reference,
                    kind,
                    stated_in: EdgeSource::Json,
                    location: self.document.location(span),
                });
            }
        }
    }

    /// The group that a key of a task names.
    fn group(&mut self, kind: &'static str, value: &Value) -> Option<Group> {
        let inner = ["id", "number", "name", "title"]
            .iter()
            .find_map(|key| value.get(key));
        let written = inner
            .unwrap_or(value)
            .name()
            .filter(|name| !name.is_empty())?;
        let id = group_name(kind, written);
        let title = value
            .get("name")
            .or_else(|| value.get("title"))
            .and_then(Value::text);
        let words = title.unwrap_or(written);
        Some(Group {
            title: if words.contains(char::is_alphabetic) {
                words.to_owned()
            } else {
                String::new()
            },
            ..Group::new(id, self.document.location(value.span.clone()))
        })
    }
}

/// The place of a kind of group among those that a task is in.
fn rank_of(kind: &str) -> usize {
    const ORDER: [&str; 12] = [
        "wave",
        "batch",
        "round",
        "phase",
        "stage",
        "sprint",
        "iteration",
        "milestone",
        "track",
        "group",
        "story",
        "epic",
    ];
    ORDER
        .iter()
        .position(|known| *known == kind)
        .unwrap_or(ORDER.len())
}
