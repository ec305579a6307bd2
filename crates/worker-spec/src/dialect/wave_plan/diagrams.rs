//! Mermaid flowcharts that are the plan's dependency graph.

use std::collections::{BTreeSet, HashMap, HashSet};

use super::cells::{issue_numbers, leading_id, plain};
use super::group_heading::group_heading;
use super::outline::Outline;
use crate::dialect::mermaid::{Edge, Flowchart, Node, Order, parse_pieces, plain_label};
use crate::duration::parse_duration;
use crate::groups::group_id;
use crate::markdown::BlockKind;
use crate::{
    Document, EdgeKind, EdgeMention, EdgeSource, Fragment, Group, Parsed, Reference, TaskMention,
    TaskMentionKind,
};

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
    diagnostics: &mut Vec<crate::Diagnostic>,
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
        let ordered = chart.edges.iter().any(|edge| edge.order() != Order::None);
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
        parsed: parse_pieces(document, &[0..text.len()]),
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

fn speaks_of_plan(heading: &str) -> bool {
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
    ]
    .iter()
    .any(|word| words.contains(word))
        || heading.contains("依存")
        || heading.contains("計画")
}

/// Whether most nodes carry an id of their own, an issue or an estimate.
fn names_tasks(chart: &Flowchart) -> bool {
    let tasks = chart.nodes.iter().filter(|node| {
        let about = About::new(node);
        about.id.is_some() || about.issue.is_some() || about.estimate.is_some()
    });
    tasks.count() * 2 > chart.nodes.len()
}

/// Whether all nodes are groups: a diagram of phases orders groups, not tasks.
fn is_about_groups(chart: &Flowchart) -> bool {
    !chart.nodes.is_empty() && chart.nodes.iter().all(|node| group_of(node).is_some())
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
        let own = &ids[node.id.as_str()];
        let prerequisites: BTreeSet<&String> = before
            .filter_map(|edge| ids.get(edge.from.as_str()))
            .collect();
        groups.push(Group {
            id: own.clone(),
            title: plain_label(&node.label),
            stated_tasks: None,
            stated_duration: None,
            tasks: Vec::new(),
            prerequisites: prerequisites
                .into_iter()
                .filter(|id| *id != own)
                .cloned()
                .collect(),
            location: document.location(node.span.clone()),
        });
    }
    groups
}

/// So many names with one word in them are compared.
const MOST_OF_A_WORD: usize = 100;

/// The tasks that a document names so far.
#[derive(Default)]
struct KnownTasks {
    names: Vec<BTreeSet<String>>,
    by_word: HashMap<String, Vec<usize>>,
    /// For ids, titles and aliases of tasks that have ids, in letters and digits: whose they are, if only one's.
    by_key: HashMap<String, Option<String>>,
}

impl KnownTasks {
    fn add(&mut self, tasks: &[TaskMention]) {
        for task in tasks {
            let names = [Some(task.id.as_str()), task.title.as_deref()];
            let aliases = task.aliases.iter().map(String::as_str);
            for name in names.into_iter().flatten().chain(aliases) {
                if task.named_by == Reference::Id {
                    self.add_key(name, &task.id);
                }
                self.add_name(name);
            }
        }
    }

    fn add_name(&mut self, name: &str) {
        let words = words(name);
        for word in &words {
            let places = self.by_word.entry(word.clone()).or_default();
            // More of one word tell nothing more.
            if places.len() < MOST_OF_A_WORD {
                places.push(self.names.len());
            }
        }
        self.names.push(words);
    }

    fn is_empty(&self) -> bool {
        self.names.is_empty()
    }

    fn add_key(&mut self, name: &str, id: &str) {
        let owner = self
            .by_key
            .entry(key(name))
            .or_insert_with(|| Some(id.to_owned()));
        if owner.as_deref() != Some(id) {
            *owner = None;
        }
    }

    /// For each node that is a task with an id of its own, that id: the node is called by it, begins its text with
    /// it, or has its title or issue. No two nodes have one id.
    fn ids_of(&self, chart: &Flowchart) -> HashMap<String, String> {
        let mut ids: HashMap<String, String> = HashMap::new();
        let mut taken: HashSet<&str> = HashSet::new();
        for node in &chart.nodes {
            let about = About::new(node);
            let names = [
                Some(node.id.as_str()),
                about.id.as_deref(),
                Some(about.title.as_str()),
                about.issue.as_deref(),
            ];
            let id = names
                .into_iter()
                .flatten()
                .find_map(|name| self.by_key.get(&key(name))?.as_deref());
            if let Some(id) = id
                && taken.insert(id)
            {
                ids.insert(node.id.clone(), id.to_owned());
            }
        }
        ids
    }

    /// Whether at least half of a flowchart's nodes are tasks that are known.
    fn are_most_of(&self, chart: &Flowchart) -> bool {
        let known = chart.nodes.iter().filter(|node| {
            let about = About::new(node);
            let names = [
                Some(node.id.as_str()),
                about.id.as_deref(),
                Some(about.title.as_str()),
            ];
            let mut names = names.into_iter().flatten().chain(about.issue.as_deref());
            names.any(|name| self.has(name))
        });
        known.count() * 2 >= chart.nodes.len()
    }

    /// Whether a task has this name, or a name of which one is a part of the other.
    fn has(&self, name: &str) -> bool {
        let words = words(name);
        let Some(rarest) = words
            .iter()
            .filter_map(|word| self.by_word.get(word))
            .min_by_key(|places| places.len())
        else {
            return false;
        };
        rarest.iter().any(|&place| {
            let other = &self.names[place];
            words.is_subset(other) && words.len() * 2 >= other.len()
                || other.is_subset(&words) && other.len() * 2 >= words.len()
        })
    }
}

fn key(name: &str) -> String {
    name.chars()
        .filter(|c| c.is_alphanumeric() || *c == '#')
        .flat_map(char::to_lowercase)
        .collect()
}

fn words(name: &str) -> BTreeSet<String> {
    name.split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_lowercase)
        .collect()
}

/// What a node's text says about its task.
struct About {
    /// An id that the text begins with.
    id: Option<String>,
    title: String,
    issue: Option<String>,
    estimate: Option<std::time::Duration>,
}

impl About {
    fn new(node: &Node) -> About {
        let label = plain_label(&node.label);
        let label = plain(&label).into_owned();
        let mut issues = issue_numbers(&label);
        let issue = match (issues.next(), issues.next()) {
            (Some(issue), None) => Some(issue.to_owned()),
            _ => None,
        };
        let rest = match &issue {
            Some(issue) => label.replacen(issue.as_str(), "", 1),
            None => label.clone(),
        };
        let (rest, estimate) = without_estimate(&rest);
        let rest = rest.trim_matches(|c: char| {
            c.is_whitespace() || matches!(c, ':' | '-' | '–' | '—' | '(' | ')')
        });
        let (id, title) = match leading_id(rest) {
            Some((id, title)) => (Some(id.to_owned()), title),
            None => (None, rest),
        };
        About {
            id,
            title: title.to_owned(),
            issue,
            estimate,
        }
    }
}

/// A label without a duration at its end: "T1: scaffold 2h", "Build (30 min)".
fn without_estimate(label: &str) -> (&str, Option<std::time::Duration>) {
    let label = label.trim();
    if let Some(inner) = label.strip_suffix([')', ']'])
        && let Some(at) = inner.rfind(['(', '['])
        && let Some(duration) = parse_duration(&inner[at + 1..])
    {
        return (&label[..at], Some(duration));
    }
    let starts: Vec<usize> = label.match_indices(' ').map(|(at, _)| at + 1).collect();
    for &start in starts.iter().rev().take(2) {
        if let Some(duration) = parse_duration(&label[start..]) {
            return (&label[..start], Some(duration));
        }
    }
    (label, None)
}

struct Reader<'r> {
    document: &'r Document,
    chart: &'r Flowchart,
    /// The ids of nodes that the document calls otherwise.
    ids: HashMap<String, String>,
    fragment: &'r mut Fragment,
}

impl Reader<'_> {
    fn nodes(&mut self) {
        let groups = self.groups();
        let ids: HashSet<&str> = self
            .chart
            .nodes
            .iter()
            .map(|node| node.id.as_str())
            .collect();
        for node in &self.chart.nodes {
            let about = About::new(node);
            let location = self.document.location(node.span.clone());
            let mut mention =
                TaskMention::new(self.id(&node.id), TaskMentionKind::Mention, location);
            if mention.id != node.id {
                mention.aliases.push(node.id.clone());
            }
            let label_id = about
                .id
                .filter(|id| *id != mention.id && !ids.contains(id.as_str()));
            if !about.title.is_empty() && about.title != node.id {
                mention.title = Some(about.title);
            }
            mention.aliases.extend(label_id);
            mention.aliases.extend(about.issue);
            mention.estimate = about.estimate;
            mention.groups.extend(groups.get(node.id.as_str()).cloned());
            self.fragment.tasks.push(mention);
        }
    }

    fn id(&self, node: &str) -> String {
        self.ids
            .get(node)
            .cloned()
            .unwrap_or_else(|| node.to_owned())
    }

    /// The groups that subgraphs stand for: those whose title names one.
    fn groups(&mut self) -> HashMap<String, String> {
        let mut of_node = HashMap::new();
        for subgraph in &self.chart.subgraphs {
            let title = plain_label(&subgraph.title);
            let heading = group_heading(&title);
            let named = crate::groups::find_groups(&subgraph.key).next();
            let Some((id, stated_tasks)) = heading
                .map(|heading| (heading.id, heading.stated_tasks))
                .or_else(|| named.map(|group| (group_id(group.kind, group.first), None)))
            else {
                continue;
            };
            for member in &subgraph.members {
                of_node.insert(member.clone(), id.clone());
            }
            self.fragment.groups.push(Group {
                id,
                title,
                stated_tasks,
                stated_duration: None,
                tasks: Vec::new(),
                prerequisites: Vec::new(),
                location: self.document.location(subgraph.span.clone()),
            });
        }
        of_node
    }

    fn edges(&mut self) {
        let members = members(self.chart);
        for edge in &self.chart.edges {
            let (order, location) = (edge.order(), self.document.location(edge.span.clone()));
            if order == Order::None {
                continue;
            }
            let ends = |id: &str| -> Vec<String> {
                let nodes = members
                    .get(id)
                    .cloned()
                    .unwrap_or_else(|| vec![id.to_owned()]);
                nodes.iter().map(|node| self.id(node)).collect()
            };
            let (from, to) = (ends(&edge.from), ends(&edge.to));
            let of_groups = members.contains_key(&edge.from) || members.contains_key(&edge.to);
            for before in &from {
                for after in &to {
                    let mut state = |from: &String, to: &String| {
                        self.fragment.edges.push(EdgeMention {
                            from: from.clone(),
                            to: to.clone(),
                            reference: Reference::Id,
                            kind: kind(edge, of_groups),
                            stated_in: EdgeSource::Mermaid,
                            location: location.clone(),
                        });
                    };
                    state(before, after);
                    if order == Order::Both {
                        state(after, before);
                    }
                }
            }
        }
    }
}

fn kind(edge: &Edge, of_groups: bool) -> EdgeKind {
    let label = edge.label.as_deref().unwrap_or_default().to_lowercase();
    let words: Vec<&str> = label.split(|c: char| !c.is_alphanumeric()).collect();
    let soft = ["optional", "soft", "partial", "recommended", "types"]
        .iter()
        .any(|word| words.contains(word));
    match (soft, of_groups) {
        (true, _) => EdgeKind::Soft,
        (false, true) => EdgeKind::Group,
        (false, false) => EdgeKind::Hard,
    }
}

/// For each subgraph the nodes in it, those of inner subgraphs too.
fn members(chart: &Flowchart) -> HashMap<String, Vec<String>> {
    let mut members: HashMap<String, Vec<String>> = HashMap::new();
    // Inner subgraphs come first.
    for subgraph in &chart.subgraphs {
        let mut all = Vec::new();
        for member in &subgraph.members {
            match members.get(member) {
                Some(inner) => all.extend(inner.iter().cloned()),
                None => all.push(member.clone()),
            }
        }
        members.insert(subgraph.key.clone(), all);
    }
    members
}
