//! `1. **Lexer** (2h)`: ordered lists.

use std::collections::{HashMap, HashSet};

use super::super::super::lists::holds_work;
use super::super::outline::{Outline, heading};
use super::super::rows::Row;
use super::line::Line;
use super::{is_in_plan, is_like_a_title, items};
use crate::{Document, Reference};

/// What a list is in the plan that all lists make up.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    /// It is one by itself.
    Plan,
    /// It is one beside such a list, or beside others like it.
    Beside,
    /// It stands below "Tasks" in a group.
    Tasks,
    /// It is one below the heading of a group whose siblings are.
    Group,
    None,
}

/// The tasks of all ordered lists that are of a plan.
///
/// A plan may have a list in each of its groups, and a group may have one task: whether there are enough that state a time
/// or what they wait for is asked of all lists together.
pub(super) fn rows(document: &Document, outline: &Outline) -> Vec<Row> {
    let lists = lists(document, outline);
    let weights: Vec<usize> = lists.iter().map(|list| weight(list)).collect();
    let mut parts: Vec<Part> = lists
        .iter()
        .zip(&weights)
        .map(|(list, weight)| part(document, outline, list, *weight))
        .collect();
    // A list that begins where one of the plan ends is of the plan, and so is one that ends where one of the plan begins.
    let pairs = (1..lists.len()).map(|at| (at - 1, at));
    for (of_plan, at) in pairs
        .clone()
        .chain(pairs.rev().map(|(before, at)| (at, before)))
    {
        let goes_on = parts[of_plan] != Part::None
            && goes_on(&lists[of_plan.min(at)], &lists[of_plan.max(at)]);
        let is_weighed = weights[at] > 0 && weights[at] * 2 >= lists[at].len();
        if parts[at] == Part::None && goes_on && is_weighed {
            parts[at] = Part::Beside;
        }
    }
    let tasks = || {
        lists
            .iter()
            .zip(&parts)
            .filter(|(_, part)| **part == Part::Tasks)
    };
    // One such list may be a remark; where phases have theirs, these are the tasks. But boxes inside are smaller pieces.
    let are_tasks = tasks().nth(1).is_some() && !holds_work(document);
    let of_plan = |part: &Part| {
        matches!(part, Part::Plan | Part::Beside) || *part == Part::Tasks && are_tasks
    };
    let weighed: usize = parts
        .iter()
        .zip(&weights)
        .filter(|(part, _)| of_plan(part))
        .map(|(_, weight)| weight)
        .sum();
    if weighed < 2 && !are_tasks {
        return Vec::new();
    }
    let filled: HashSet<Option<usize>> = lists
        .iter()
        .zip(&parts)
        .filter(|(_, part)| of_plan(part))
        .map(|(list, _)| list[0].place.group)
        .collect();
    let any_group = filled.iter().any(Option::is_some);
    let lists = lists.into_iter().zip(parts).filter(|(list, part)| {
        let is_alone = any_group && !filled.contains(&list[0].place.group);
        of_plan(part) || *part == Part::Group && is_alone
    });
    named(
        document,
        outline,
        lists.map(|(list, _)| list).collect(),
        HashSet::new(),
    )
}

/// All ordered lists, each cut where its numbers begin again or another heading stands.
fn lists<'d>(document: &'d Document, outline: &'d Outline) -> Vec<Vec<Line<'d>>> {
    let mut lists: Vec<Vec<Line<'_>>> = Vec::new();
    for line in items(document, outline) {
        let Some(number) = line.number else { continue };
        let goes_on = lists
            .last()
            .and_then(|list| list.last())
            .is_some_and(|last| {
                // Markdown lets all numbers be 1.
                let counts = last
                    .number
                    .is_some_and(|before| number > before || number == 1 && before == 1);
                counts && last.place.heading == line.place.heading
            });
        match lists.last_mut().filter(|_| goes_on) {
            Some(list) => list.push(line),
            None => lists.push(vec![line]),
        }
    }
    lists
}

/// How many items say something that only tasks say.
fn weight(list: &[Line<'_>]) -> usize {
    list.iter().filter(|line| line.is_weighed()).count()
}

fn part(document: &Document, outline: &Outline, list: &[Line<'_>], weight: usize) -> Part {
    let ordered = list.iter().any(Line::is_ordered);
    let in_plan = is_in_plan(document, outline, list[0].place);
    let in_group = in_plan && list[0].place.group.is_some();
    let is_weighed = weight > 0 && weight * 2 >= list.len();
    if is_weighed && weight > 1 && (ordered || in_plan) {
        Part::Plan
    } else if is_weighed && in_group {
        Part::Beside
    } else if in_group && is_called_tasks(heading(document, list[0].place)) {
        Part::Tasks
    } else if in_group && weight == 0 && list.iter().all(|line| is_like_a_title(line.text)) {
        Part::Group
    } else {
        Part::None
    }
}

/// "Tasks", "2.1 Tasks", "### 任务".
fn is_called_tasks(heading: &str) -> bool {
    const NAMES: [&str; 19] = [
        "tasks",
        "task list",
        "aufgaben",
        "aufgabenliste",
        "tâches",
        "tareas",
        "tarefas",
        "attività",
        "taken",
        "zadania",
        "задачи",
        "任务",
        "任务列表",
        "任务清单",
        "任務",
        "タスク",
        "タスク一覧",
        "작업",
        "작업 목록",
    ];
    let bare = heading.trim_start_matches(|c: char| !c.is_alphabetic());
    let bare = bare
        .trim_end_matches(|c: char| !c.is_alphanumeric())
        .to_lowercase();
    NAMES.contains(&bare.as_str())
}

/// Whether the numbers of a list go on where those of the one before it end.
fn goes_on(before: &[Line<'_>], list: &[Line<'_>]) -> bool {
    let last = before.last().and_then(|line| line.number);
    let first = list.first().and_then(|line| line.number);
    matches!((last, first), (Some(last), Some(first)) if last.checked_add(1) == Some(first))
}

/// Names the items of lists. The numbers are the ids, with the heading before those that are `known`, or with the group where
/// another list stands below such a heading.
pub(super) fn named(
    document: &Document,
    outline: &Outline,
    lists: Vec<Vec<Line<'_>>>,
    mut known: HashSet<String>,
) -> Vec<Row> {
    let mut rows = Vec::new();
    // How often each heading has been used.
    let mut used: HashMap<String, usize> = HashMap::new();
    for list in lists {
        let all_one = list.iter().all(|line| line.number == Some(1));
        let numbers = || (1..).zip(&list);
        let own = |at: usize, line: &Line<'_>| match all_one {
            true => at,
            false => line.number.unwrap_or_default() as usize,
        };
        let is_free = |prefix: &str| {
            let mut ids = numbers().map(|(at, line)| format!("{prefix}-{}", own(at, line)));
            ids.all(|id| !known.contains(&id))
        };
        let mut prefix = slug(heading(document, list[0].place));
        if let Some(group) = outline
            .group_id(list[0].place)
            .filter(|_| !is_free(&prefix))
        {
            group.clone_into(&mut prefix);
        }
        let bare = prefix.clone();
        let again = used.entry(bare.clone()).or_insert(1_usize);
        while !is_free(&prefix) {
            *again += 1;
            prefix = format!("{bare}-{again}");
        }
        for (at, line) in list.into_iter().enumerate() {
            let number = match all_one {
                true => at + 1,
                false => line.number.unwrap_or_default() as usize,
            };
            let step = format!("Step {number}");
            let (id, aliases) = if known.insert(number.to_string()) {
                (number.to_string(), vec![step])
            } else {
                let id = format!("{prefix}-{number}");
                known.insert(id.clone());
                (id, Vec::new())
            };
            let name = line.bold().unwrap_or(line.text.trim());
            let aliases = aliases.into_iter().chain(line.bold().map(str::to_owned));
            let aliases = aliases.collect();
            rows.push(line.row(id, Reference::Id, aliases, name));
        }
    }
    rows
}

/// The words of a heading, joined: `make-the-pots`.
fn slug(heading: &str) -> String {
    let words = heading.split(|c: char| !c.is_alphanumeric());
    let words: Vec<String> = words
        .filter(|word| !word.is_empty())
        .map(str::to_lowercase)
        .collect();
    if words.is_empty() {
        "list".to_owned()
    } else {
        words.join("-")
    }
}
