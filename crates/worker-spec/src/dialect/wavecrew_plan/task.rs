//! A task: its heading, its fields, and the worker spec in the sections below.

use std::cell::Cell;
use std::collections::HashSet;
use std::ops::Range;

use super::fields::{Known, Line, bad_value, fields};
use super::heading::{Heading, Name, numbered_group};
use super::spec;
use super::value::{self, Text};
use crate::dialect::ten_point;
use crate::duration::parse_duration;
use crate::groups::find_groups;
use crate::markdown::BlockKind;
use crate::plan_form::{TASK_FIELDS, TaskField};
use crate::status_words::status_of;
use crate::tokens::parse_tokens;
use crate::{
    Code, Diagnostic, Document, EdgeKind, EdgeMention, EdgeSource, Fragment, GroupDependency,
    Reference, TaskMention, TaskMentionKind,
};

const KNOWN: Known<TaskField> = Known {
    owner: "a task",
    fields: &TASK_FIELDS,
    synonym,
    repeated: &[],
};

/// Words for fields that people use elsewhere.
fn synonym(name: &str) -> Option<TaskField> {
    match name {
        "owns" | "claims" | "owned files" | "paths" => return Some(TaskField::Files),
        "assignee" | "owner" => return Some(TaskField::Agent),
        "alias" | "also known as" => return Some(TaskField::Aliases),
        "description" => return Some(TaskField::Details),
        _ => {}
    }
    match ten_point::field(name) {
        ten_point::Field::Estimate => Some(TaskField::Estimate),
        ten_point::Field::Tokens => Some(TaskField::Tokens),
        ten_point::Field::Group(_) => Some(TaskField::Group),
        ten_point::Field::Dependencies => Some(TaskField::DependsOn),
        ten_point::Field::Status => Some(TaskField::Status),
        ten_point::Field::Model => Some(TaskField::Model),
        ten_point::Field::Complexity => Some(TaskField::Complexity),
        ten_point::Field::Classification => Some(TaskField::Classification),
        _ => None,
    }
}

/// Where a task stands.
pub(super) struct Place<'p> {
    pub(super) document: &'p Document,
    /// The id of the group that it stands below.
    pub(super) group: Option<&'p str>,
    /// How many more groups ranges may expand to, so that a short text cannot become a huge plan.
    pub(super) budget: &'p Cell<usize>,
}

/// More groups than the tasks of any document in earnest wait for.
pub(super) const MOST_GROUPS: usize = 100_000;

/// Reads a task. `headings` are its own and those below it, `end` is the block behind its last one.
pub(super) fn read(
    place: &Place<'_>,
    name: Name,
    headings: &[Heading<'_>],
    end: usize,
    fragment: &mut Fragment,
    diagnostics: &mut Vec<Diagnostic>,
) {
    let document = place.document;
    let own = &headings[0];
    let body = own.block + 1..headings.get(1).map_or(end, |heading| heading.block);
    let location = document.location(own.span.clone());
    let mut task = TaskMention::new(&name.id, TaskMentionKind::Definition, location.clone());
    task.title = Some(name.title.clone()).filter(|title| !title.is_empty());
    task.groups.extend(place.group.map(str::to_owned));
    let mut reader = Reader {
        document,
        diagnostics,
        edges: &mut fragment.edges,
        classification: None,
        groups: HashSet::new(),
        budget: place.budget,
    };
    let lines = fields(document, body.clone(), &KNOWN, reader.diagnostics);
    for line in &lines {
        reader.field(line, &mut task);
    }
    let classification = reader.classification;
    let groups = reader.groups;
    let is_field = holds_fields(document, body.clone(), &lines);
    let spec = spec::read(document, &name, headings, body.clone(), end, &is_field);
    if task.details.is_none() {
        let header = spec.as_ref().map_or(&[][..], |spec| &spec.spec.header);
        // What stands below the fields and above the sections is for the worker to read, as it is.
        task.details = ten_point::prose(document, body, header, spec.is_some(), is_field);
    }
    let Some(mut found) = spec else {
        fragment.tasks.push(task);
        return;
    };
    let mut mention = TaskMention::new(&name.id, TaskMentionKind::Spec, location);
    diagnostics.append(&mut found.diagnostics);
    fragment.edges.append(&mut found.edges);
    let waits = found.groups.into_iter();
    task.depends_on_groups
        .extend(waits.filter(|group| !groups.contains(&group.name)));
    found.spec.classification = classification.or(found.spec.classification);
    mention.unplaced = found.unplaced;
    mention.claims = found.folders;
    mention.spec = Some(found.spec.into());
    fragment.tasks.extend([task, mention]);
}

/// Tells of a block of the body whether it is a field: the list at the head, and items that hold a field elsewhere.
fn holds_fields<'l>(
    document: &'l Document,
    body: Range<usize>,
    lines: &'l [Line<'_, TaskField>],
) -> impl Fn(usize) -> bool + 'l {
    let blocks = &document.markdown().blocks;
    let is_item = |at: usize| matches!(blocks[at].kind, BlockKind::Item(_));
    let lead = body.start + body.take_while(|at| is_item(*at)).count();
    move |at| {
        let span = &blocks[at].span;
        let holds_one = || lines.iter().any(|line| span.contains(&line.span.start));
        at < lead || is_item(at) && holds_one()
    }
}

struct Reader<'r> {
    document: &'r Document,
    diagnostics: &'r mut Vec<Diagnostic>,
    edges: &'r mut Vec<EdgeMention>,
    classification: Option<String>,
    groups: HashSet<String>,
    budget: &'r Cell<usize>,
}

impl Reader<'_> {
    fn field(&mut self, line: &Line<'_, TaskField>, task: &mut TaskMention) {
        let text = value::text(line.value, line.at);
        let list = || value::list(line.value, line.at);
        let texts = || list().into_iter().map(|item| item.text);
        match line.field {
            TaskField::Aliases => task.aliases.extend(texts()),
            TaskField::Group => task.groups.extend(list().into_iter().map(group_id)),
            TaskField::DependsOn => self.depends_on(list(), task),
            TaskField::HelpedBy => self.edges(list(), task, EdgeKind::Soft),
            TaskField::ByGroup => self.edges(list(), task, EdgeKind::Group),
            TaskField::AfterGroups => {
                for item in list() {
                    self.after_groups(&item, task);
                }
            }
            TaskField::Estimate => {
                task.estimate = parse_duration(&text.text);
                if task.estimate.is_none() {
                    self.bad(
                        text,
                        "a duration",
                        "write it as `20min`, `1.5h` or `2 days`",
                    );
                }
            }
            TaskField::Tokens => {
                task.tokens = parse_tokens(&text.text);
                if task.tokens.is_none() {
                    self.bad(text, "an amount of tokens", "write it as `15K` or `15000`");
                }
            }
            TaskField::Agent => task.agent = text.stated(),
            TaskField::Model => task.model = text.stated(),
            TaskField::Complexity => task.complexity = text.stated(),
            TaskField::Status => {
                task.status = status_of(&text.text);
                if task.status.is_none() {
                    let help = "write pending, in progress, done, deferred or optional";
                    self.bad(text, "a status", help);
                }
            }
            TaskField::Parallel => match text.text.to_lowercase().as_str() {
                "yes" | "true" => task.parallel = true,
                "no" | "false" => {}
                _ => self.bad(
                    text,
                    "an answer to whether it may run beside others",
                    "write `yes`, or leave it out",
                ),
            },
            TaskField::Files => task.claims.extend(texts()),
            TaskField::Details => task.details = text.stated(),
            TaskField::Classification => self.classification = text.stated(),
        }
    }

    /// Tasks, and groups named in words: `CORE-001, wave 1`. In quotes it is always a task.
    fn depends_on(&mut self, items: Vec<Text>, task: &mut TaskMention) {
        let (groups, tasks): (Vec<Text>, Vec<Text>) = items
            .into_iter()
            .partition(|item| !item.quoted && names_groups(&item.text));
        self.edges(tasks, task, EdgeKind::Hard);
        for group in groups {
            self.after_groups(&group, task);
        }
    }

    fn edges(&mut self, items: Vec<Text>, task: &TaskMention, kind: EdgeKind) {
        for item in items {
            self.edges.push(EdgeMention {
                from: item.text,
                to: task.id.clone(),
                reference: Reference::Id,
                kind,
                stated_in: EdgeSource::List,
                location: self.document.location(item.span),
            });
        }
    }

    fn after_groups(&mut self, item: &Text, task: &mut TaskMention) {
        let location = self.document.location(item.span.clone());
        let mut names = if item.quoted {
            vec![item.text.clone()]
        } else {
            group_names(&item.text)
        };
        let left = self.budget.get();
        if names.len() > left {
            names.truncate(left);
            self.diagnostics.push(
                Diagnostic::error(
                    Code::BAD_RANGE,
                    format!("tasks wait for more than {MOST_GROUPS} groups"),
                )
                .at(location.clone())
                .help("let a task wait for the last group before it"),
            );
        }
        self.budget.set(left - names.len());
        for name in names {
            if self.groups.insert(name.clone()) {
                task.depends_on_groups.push(GroupDependency {
                    name,
                    groups: Vec::new(),
                    location: location.clone(),
                });
            }
        }
    }

    fn bad(&mut self, text: Text, what: &str, help: &str) {
        self.diagnostics
            .push(bad_value(self.document, text.span, what, help));
    }
}

/// Whether a whole text names groups and nothing else: `wave 1`, `Phases 1-2`, `batch-3 complete`.
pub(crate) fn names_groups(text: &str) -> bool {
    let mut end = None;
    let mut start = None;
    for group in find_groups(text) {
        start.get_or_insert(group.start);
        end = Some(group.end);
    }
    let rest = end.map_or(text, |end| text[end..].trim());
    let over = ["", "complete", "completed", "done"];
    start == Some(0) && over.iter().any(|word| word.eq_ignore_ascii_case(rest))
}

/// `Wave 2` is `wave-2`; anything else is an id already, and so is what stands in quotes.
fn group_id(name: Text) -> String {
    match numbered_group(&name.text) {
        Some(id) if !name.quoted && names_groups(&name.text) => id,
        _ => name.text,
    }
}

/// The names of the groups that an item without quotes means.
pub(crate) fn group_names(item: &str) -> Vec<String> {
    if names_groups(item) {
        return find_groups(item).flat_map(|group| group.names()).collect();
    }
    // `section-parser` is the id of a group; by name that is `section parser`.
    vec![item.to_lowercase().replacen('-', " ", 1)]
}
