//! Many fragments, one plan.

mod blocks;
mod disagreements;
mod edges;
mod groups;
mod names;
mod paths;
mod rules;
mod tasks;

use std::collections::{HashMap, HashSet};

use crate::{
    Code, Diagnostic, Fragment, GroupDependency, Parsed, Plan, Reference, Statement, Task,
};

use edges::merge_edges;
use groups::merge_groups;
use names::Names;
use paths::place_files;
use tasks::Drafts;

/// Joins what dialects read from all documents into one plan.
///
/// - Tasks: mentions of one id are one task; a mention by words joins the task whose name it is. A worker spec wins
///   on title, estimate, tokens, model and complexity; a plan's row wins on status and group. Two specs of one id,
///   or two rows of one id with different titles, are an error; the first one counts. Places that state different
///   estimates or tokens are a warning.
/// - Edges: both ends are resolved by id, alias or title. An unknown id is an error with the nearest known one; an
///   edge stated twice is one edge with two sources; an edge from a task to itself is an error and left out. What names
///   no task and is the name of a group is a group dependency.
/// - Groups: a task is in one group of each kind (`wave-…`, `phase-…`); naming it in a second one is a warning.
///   Groups that a task's own dependency field names are resolved: `phase 1` is `phase-1`, `phase-1.1`, ….
/// - Rules: a task that states no agent or model of its own takes it from the first rule that fits its id.
/// - Files: an absolute path or a bare name is taken for the known path that ends with it.
///
/// # Complexity
///
/// Near linear in the number of mentions and edges; each unknown name costs one pass over the tasks.
pub fn merge(fragments: Vec<Fragment>) -> Parsed<Plan> {
    let mut diagnostics = Vec::new();
    let mut plan = Plan {
        title: fragments.iter().find_map(|fragment| fragment.title.clone()),
        ..Plan::default()
    };
    let drafts = Drafts::gather(&fragments, &mut diagnostics);
    let names = Names::new(&drafts);
    let waits = merge_edges(&fragments, &names, &drafts.not_counted(), &mut diagnostics);
    plan.edges = waits.edges;
    blocks::report(&fragments, &names, &plan.edges, &mut diagnostics);
    let membership = merge_groups(&fragments, &drafts, &names, &mut diagnostics);
    drafts.check_duplicates(&mut diagnostics);
    disagreements::report(&drafts, &mut diagnostics);
    drafts.check_ids(&mut diagnostics);
    plan.tasks = drafts.tasks(&names, &membership.first_group);
    let waits = waits.groups.into_iter();
    wait_for_groups(
        &mut plan.tasks,
        waits.map(|(at, wait)| (names.id(at), wait)),
    );
    plan.groups = membership.groups;
    groups::resolve_dependencies(&mut plan, &mut diagnostics);
    place_files(&mut plan.tasks, &fragments, &mut diagnostics);
    plan.statements = fragments
        .iter()
        .flat_map(|fragment| &fragment.statements)
        .map(|statement| Statement {
            tasks: ids_of(&statement.tasks, &names),
            ..statement.clone()
        })
        .collect();
    for fragment in fragments {
        plan.checkpoints.extend(fragment.checkpoints);
        plan.figures.append(fragment.figures);
        plan.rules.extend(fragment.rules);
        plan.risks.extend(fragment.risks);
    }
    rules::apply(&plan.rules, &mut plan.tasks);
    tasks::report_missing_estimates(&plan.tasks, &mut diagnostics);
    if plan.tasks.is_empty() {
        diagnostics.push(
            Diagnostic::error(Code::NO_TASKS_AT_ALL, "no document holds a task")
                .help("give a plan with tables, lists or a Mermaid flowchart, or worker specs with sections"),
        );
    }
    Parsed {
        value: plan,
        diagnostics,
    }
}

/// Adds groups that tasks wait for, by the ids of the tasks.
fn wait_for_groups<'i>(
    tasks: &mut [Task],
    waits: impl Iterator<Item = (&'i str, GroupDependency)>,
) {
    let mut waits = waits.peekable();
    if waits.peek().is_none() {
        return;
    }
    let places: HashMap<String, usize> = tasks
        .iter()
        .enumerate()
        .map(|(at, task)| (task.id.clone(), at))
        .collect();
    let own = tasks.iter().enumerate().flat_map(|(at, task)| {
        let own = task.depends_on_groups.iter();
        own.map(move |wait| (at, wait.name.clone()))
    });
    let mut told: HashSet<(usize, String)> = own.collect();
    for (id, wait) in waits {
        if let Some(&at) = places.get(id)
            && told.insert((at, wait.name.clone()))
        {
            tasks[at].depends_on_groups.push(wait);
        }
    }
}

/// The ids of tasks named in words; none when one of them is no task.
fn ids_of(named: &[String], names: &Names<'_>) -> Vec<String> {
    let ids = named
        .iter()
        .map(|name| Some(names.id(names.resolve(name, Reference::Words)?).to_owned()));
    ids.collect::<Option<_>>().unwrap_or_default()
}
