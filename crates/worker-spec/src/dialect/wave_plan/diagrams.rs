//! Mermaid flowcharts that are the plan's dependency graph.

mod about;
mod known_tasks;
mod reader;

use std::collections::{BTreeSet, HashMap, HashSet};

use super::group_heading::group_heading;
use super::outline::Outline;
use crate::dialect::mermaid::{Flowchart, Node, Order, parse_pieces, plain_label};
use crate::markdown::BlockKind;
use crate::{Diagnostic, Document, Fragment, Group, Parsed, Severity};

use about::About;
use known_tasks::KnownTasks;
use reader::Reader;

/// Whether the document holds a flowchart that can be a plan.
pub(super) fn are_there(document: &Document, outline: &Outline) -> bool {
    diagrams(document, outline).any(|diagram| diagram.may_be_plan())
}

/// Reads the flowcharts about the tasks of the document. When it has no tasks yet, the first flowchart that can be
/// a plan gives them; others count only when they are about the same nodes.
pub(super) fn read(
    document: &Document,
    outline: &Outline,
    fragment: &mut Fragment,
    diagnostics: &mut Vec<Diagnostic>,
) {
    let mut known = KnownTasks::default();
    known.add(&fragment.tasks);
    for diagram in diagrams(document, outline) {
        let chart = &diagram.parsed.value;
        if chart.nodes.is_empty() || chart.other_diagram.is_some() {
            continue;
        }
        if is_about_groups(chart) {
            fragment.groups.extend(group_order(document, chart));
            continue;
        }
        let fits = if known.is_empty() {
            diagram.may_be_plan()
        } else {
            known.are_most_of(chart)
        };
        if !fits {
            continue;
        }
        diagnostics.extend(diagram.parsed.diagnostics.iter().cloned());
        let ids = known.ids_of(chart);
        let before = fragment.tasks.len();
        let mut reader = Reader {
            document,
            chart,
            ids,
            fragment: &mut *fragment,
        };
        reader.nodes();
        reader.edges();
        known.add(&fragment.tasks[before..]);
    }
}

/// A flowchart and what stands around it.
struct Diagram {
    parsed: Parsed<Flowchart>,
    example: bool,
    /// Whether the document is nothing but this diagram.
    is_all: bool,
    /// Whether the headings above it speak of a plan.
    under_plan: bool,
    has_header: bool,
}

impl Diagram {
    fn may_be_plan(&self) -> bool {
        let chart = &self.parsed.value;
        // Of edges that were left out, because they are too many, the user has to hear.
        let lost = self
            .parsed
            .diagnostics
            .iter()
            .any(|problem| problem.severity == Severity::Error);
        let ordered = lost || chart.edges.iter().any(|edge| edge.order() != Order::None);
        let plain = chart.nodes.len() >= 2 && ordered && self.has_header && !self.example;
        plain && !is_about_groups(chart) && (self.is_all || self.under_plan || names_tasks(chart))
    }
}

fn diagrams<'d>(
    document: &'d Document,
    outline: &'d Outline,
) -> impl Iterator<Item = Diagram> + 'd {
    let text = document.text();
    let whole = is_diagram(text).then(|| Diagram {
        parsed: parse_pieces(document, std::slice::from_ref(&(0..text.len()))),
        example: false,
        is_all: true,
        under_plan: true,
        has_header: true,
    });
    let blocks = if whole.is_some() {
        &[][..]
    } else {
        &document.markdown().blocks
    };
    let title = outline.title.as_deref().unwrap_or_default();
    let fences = blocks
        .iter()
        .zip(&outline.places)
        .filter_map(move |(block, place)| {
            let BlockKind::Fence(fence) = &block.kind else {
                return None;
            };
            let info = text[fence.info.clone()].trim();
            if !info
                .split([' ', '{', ','])
                .next()
                .is_some_and(|word| word.eq_ignore_ascii_case("mermaid"))
            {
                return None;
            }
            let heading =
                place
                    .heading
                    .map_or("", |index| match &document.markdown().blocks[index].kind {
                        BlockKind::Heading { text: span, .. } => &text[span.clone()],
                        _ => "",
                    });
            let pieces = document.markdown().code_pieces(fence);
            Some(Diagram {
                parsed: parse_pieces(document, pieces),
                example: place.example,
                is_all: false,
                under_plan: place.group.is_some()
                    || speaks_of_plan(heading)
                    || speaks_of_plan(title),
                has_header: is_diagram(&document.markdown().code(text, fence)),
            })
        });
    whole.into_iter().chain(fences)
}

/// Whether a text begins as a flowchart does, after front matter and comments.
fn is_diagram(text: &str) -> bool {
    let mut lines = text.trim_start_matches('\u{feff}').lines().map(str::trim);
    let mut in_front_matter = false;
    let first = lines.find(|line| {
        if *line == "---" {
            in_front_matter = !in_front_matter;
            return false;
        }
        !in_front_matter && !line.is_empty() && !line.starts_with("%%")
    });
    first.is_some_and(|line| {
        let word = line
            .split(|c: char| c.is_whitespace() || c == ';')
            .next()
            .unwrap_or_default();
        let rest = line[word.len()..].trim_start();
        matches!(word, "graph" | "flowchart" | "flowchart-elk")
            && (rest.is_empty()
                || rest.starts_with([';', '<', '>', '^', 'v'])
                || ["TB", "TD", "BT", "LR", "RL"]
                    .iter()
                    .any(|direction| rest.starts_with(direction)))
    })
}

pub(in crate::dialect) fn speaks_of_plan(heading: &str) -> bool {
    let heading = heading.to_lowercase();
    let words: HashSet<&str> = heading.split(|c: char| !c.is_alphanumeric()).collect();
    [
        "dag",
        "dependencies",
        "dependency",
        "execution",
        "order",
        "plan",
        "roadmap",
        "schedule",
        "task",
        "tasks",
        "waves",
        "batches",
        "workplan",
        "backlog",
        "timeline",
        "ablauf",
        "ablaufplan",
        "aufgaben",
        "plano",
        "tareas",
        "tarefas",
        "zeitplan",
    ]
    .iter()
    .any(|word| words.contains(word))
        || heading.contains("依存")
        || ["計画", "计划", "任务", "タスク", "작업", "계획"]
            .iter()
            .any(|word| heading.contains(word))
}

/// Whether most nodes carry an id of their own, an issue or an estimate.
fn names_tasks(chart: &Flowchart) -> bool {
    let tasks = chart.nodes.iter().filter(|node| {
        let about = About::new(node);
        about.id.is_some() || about.issue.is_some() || about.estimate.is_some()
    });
    tasks.count() * 2 > chart.nodes.len()
}

/// Whether nearly all nodes are groups: a diagram of phases, with a milestone among them perhaps, orders groups, not
/// tasks.
fn is_about_groups(chart: &Flowchart) -> bool {
    let groups = chart.nodes.iter().filter(|node| group_of(node).is_some());
    let groups = groups.count();
    groups > 0 && groups * 4 > chart.nodes.len() * 3
}

fn group_of(node: &Node) -> Option<String> {
    let label = plain_label(&node.label);
    group_heading(&label).map(|heading| heading.id)
}

/// The groups of a diagram of groups, each with those that come before it.
fn group_order(document: &Document, chart: &Flowchart) -> Vec<Group> {
    let ids: HashMap<&str, String> = chart
        .nodes
        .iter()
        .filter_map(|node| Some((node.id.as_str(), group_of(node)?)))
        .collect();
    let mut groups: Vec<Group> = Vec::new();
    for node in &chart.nodes {
        let before = chart
            .edges
            .iter()
            .filter(|edge| edge.to == node.id && edge.order() == Order::Forward);
        let Some(own) = ids.get(node.id.as_str()) else {
            continue;
        };
        let prerequisites: BTreeSet<&String> = before
            .filter_map(|edge| ids.get(edge.from.as_str()))
            .collect();
        groups.push(Group {
            title: plain_label(&node.label),
            prerequisites: prerequisites
                .into_iter()
                .filter(|id| *id != own)
                .cloned()
                .collect(),
            ..Group::new(own.clone(), document.location(node.span.clone()))
        });
    }
    groups
}
