//! How many tasks there are, in groups and in all, as it is stated.

use std::collections::{BTreeMap, BTreeSet};

use wavecrew_worker_spec::{
    Amount, Diagnostic, FigureTable, Group, GroupKind, Listing, Location, Measure, Plan, Statement,
    Status, Subject,
};

use super::scope::{Scope, Scopes};
use super::words::counted;
use crate::codes;

pub(super) fn check(plan: &Plan, found: &mut Vec<Diagnostic>) {
    let scopes = Scopes::new(plan);
    let totals = Totals::new(plan);
    let mut told: BTreeSet<&str> = BTreeSet::new();
    for statement in &plan.statements {
        let (Subject::TaskCount, Some(amount)) = (statement.subject, statement.amount) else {
            continue;
        };
        if !statement.or_whole {
            told.extend(statement.group.as_deref());
        }
        let at = &statement.location;
        let scopes = scopes.of(statement);
        let is_right = scopes.iter().any(|scope| match scope {
            Scope::Group(group) => Listed::new(group, at).fits(&amount),
            Scope::Plan => totals.fit(plan, statement, &amount),
        });
        if is_right {
            continue;
        }
        match scopes.first() {
            Some(Scope::Group(group)) => {
                let whole = (scopes.len() > 1).then_some(plan.tasks.len());
                found.push(of_group(group, &amount, at, whole));
            }
            Some(Scope::Plan) => found.push(totals.report(plan, statement, &amount)),
            None => {}
        }
    }
    for group in plan
        .groups
        .iter()
        .filter(|group| !told.contains(group.id.as_str()))
    {
        let stated = group.stated_tasks.map(Amount::count);
        if let Some(amount) =
            stated.filter(|amount| !Listed::new(group, &group.location).fits(amount))
        {
            found.push(of_group(group, &amount, &group.location, None));
        }
    }
}

/// The tasks that a document lists in a group.
struct Listed<'p> {
    here: Vec<&'p Listing>,
    /// Each task once.
    tasks: usize,
    /// Each as often as it is mentioned.
    mentions: usize,
}

impl<'p> Listed<'p> {
    /// By the document of a place; a group that this document does not list is listed elsewhere.
    fn new(group: &'p Group, at: &Location) -> Listed<'p> {
        let listed = group.listed.iter();
        let here: Vec<&Listing> = listed
            .filter(|listing| listing.location.file == at.file)
            .collect();
        let mentions = || here.iter().flat_map(|listing| &listing.tasks);
        let distinct: BTreeSet<&String> = mentions().collect();
        let tasks = if here.is_empty() {
            group.tasks.len()
        } else {
            distinct.len()
        };
        Listed {
            tasks,
            mentions: mentions().count().max(tasks),
            here,
        }
    }

    fn fits(&self, amount: &Amount) -> bool {
        admits(amount, self.tasks) || admits(amount, self.mentions)
    }

    /// `18 + 6 + 6 = 30: correct the number, or the list`.
    fn help(&self) -> String {
        let lines = self.lines();
        let sum: usize = lines.iter().map(|(_, count)| count).sum();
        if lines.len() < 2 || lines.len() > 12 || sum != self.tasks {
            return "correct the number, or the list".to_owned();
        }
        let parts: Vec<String> = lines.iter().map(|(_, count)| count.to_string()).collect();
        format!(
            "{} = {sum}: correct the number, or the list",
            parts.join(" + ")
        )
    }

    /// The lines that list tasks with the number of tasks on each.
    fn lines(&self) -> Vec<(Location, usize)> {
        let mut lines: Vec<(Location, usize)> = Vec::new();
        for listing in &self.here {
            match lines.last_mut() {
                Some(last) if last.0.line == listing.location.line => last.1 += listing.tasks.len(),
                _ => lines.push((listing.location.clone(), listing.tasks.len())),
            }
        }
        lines
    }
}

fn admits(amount: &Amount, count: usize) -> bool {
    amount.admits(i128::from(Amount::count(count).low))
}

/// A number that is not what the group lists; `whole` when the plan does not hold so many either.
fn of_group(group: &Group, amount: &Amount, at: &Location, whole: Option<usize>) -> Diagnostic {
    let listed = Listed::new(group, at);
    let title = if group.title.is_empty() {
        &group.id
    } else {
        &group.title
    };
    let message = match whole {
        None => format!("{title} states {amount} tasks and lists {}", listed.tasks),
        Some(whole) => format!(
            "states {amount} tasks; {title} lists {}, and the plan holds {whole}",
            listed.tasks
        ),
    };
    let mut warning = Diagnostic::warning(codes::GROUP_COUNT, message)
        .at(at.clone())
        .help(listed.help());
    for (line, count) in listed.lines() {
        warning = warning.related(line, format!("{} here", counted(count, "task")));
    }
    warning
}

/// The numbers of tasks that a total of the whole plan may mean.
struct Totals {
    /// All tasks.
    all: usize,
    /// Those that are neither done nor deferred.
    open: usize,
    /// Those that are done or deferred, where some are deferred.
    put_off: Option<usize>,
    /// Those that stand in a group.
    in_groups: usize,
    /// How often the groups mention tasks, when some do so twice.
    mentions: Option<usize>,
}

impl Totals {
    fn new(plan: &Plan) -> Totals {
        let all = plan.tasks.len();
        let is_open = |status| !matches!(status, Status::Done | Status::Deferred);
        let open = plan
            .tasks
            .iter()
            .filter(|task| is_open(task.status))
            .count();
        let some_deferred = plan
            .tasks
            .iter()
            .any(|task| task.status == Status::Deferred);
        let in_groups: BTreeSet<&String> =
            plan.groups.iter().flat_map(|group| &group.tasks).collect();
        // A task that a phase and a story list is mentioned once in each kind.
        let mut by_kind: BTreeMap<GroupKind, usize> = BTreeMap::new();
        for group in &plan.groups {
            let listed = group.listed.iter().map(|listing| listing.tasks.len());
            *by_kind.entry(group.kind).or_default() += listed.sum::<usize>();
        }
        let mentions = by_kind.into_values().max().unwrap_or_default();
        Totals {
            all,
            open,
            put_off: some_deferred.then_some(all - open),
            in_groups: in_groups.len(),
            mentions: (mentions > all).then_some(mentions),
        }
    }

    /// Whether a total is one of the numbers that it may mean, among them that of its own document. What a table breaks
    /// down is held against that table, and a document without tasks speaks of others.
    fn fit(&self, plan: &Plan, statement: &Statement, amount: &Amount) -> bool {
        let here = tasks_of_file(plan, statement).len();
        let meant = [
            Some(self.all),
            Some(self.open),
            self.put_off,
            Some(self.in_groups),
            Some(here),
        ];
        here == 0
            || meant
                .into_iter()
                .flatten()
                .any(|count| admits(amount, count))
            || is_broken_down(plan, statement)
    }

    fn report(&self, plan: &Plan, statement: &Statement, amount: &Amount) -> Diagnostic {
        let listed = tasks_of_file(plan, statement).len();
        let twice = self.mentions.map_or_else(String::new, |mentions| {
            format!("; the groups mention {mentions}, some of them twice")
        });
        Diagnostic::warning(
            codes::TASK_COUNT,
            format!("states {amount} tasks in all; the document holds {listed}{twice}"),
        )
        .at(statement.location.clone())
        .help("correct the number, or the lists")
    }
}

/// Whether a table breaks a number down: the number stands above it, or below others in one of its columns.
fn is_broken_down(plan: &Plan, statement: &Statement) -> bool {
    let at = &statement.location;
    plan.figures.tables.iter().any(|table| {
        let above = table
            .stated
            .as_ref()
            .is_some_and(|(_, stated)| stated == at);
        let in_row = |place: &Location| place.line == at.line && place.file == at.file;
        above || adds_up(table) && table.rows.iter().any(|row| in_row(&row.location))
    })
}

/// Whether a table has a column of counts only: one of measures has all kinds of things below each other.
fn adds_up(table: &FigureTable) -> bool {
    (0..table.columns.len()).any(|column| {
        let mut cells = table
            .rows
            .iter()
            .filter_map(|row| row.cells.get(column)?.as_ref());
        cells.all(|cell| cell.measure == Measure::Count)
    })
}

/// The tasks that the document of a statement lists or defines.
fn tasks_of_file<'p>(plan: &'p Plan, statement: &Statement) -> BTreeSet<&'p str> {
    let file = &statement.location.file;
    let listed = plan
        .groups
        .iter()
        .flat_map(|group| &group.listed)
        .filter(|listing| listing.location.file == *file);
    let mut tasks: BTreeSet<&str> = listed
        .flat_map(|listing| listing.tasks.iter().map(String::as_str))
        .collect();
    tasks.extend(
        plan.tasks
            .iter()
            .filter(|task| task.location.file == *file)
            .map(|task| task.id.as_str()),
    );
    tasks
}
