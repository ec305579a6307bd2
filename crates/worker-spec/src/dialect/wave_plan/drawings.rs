//! Order drawn with characters: trees, arrows, boxes, and chains such as `T1 → T2, T3`.

mod grid;
mod names;
pub(super) mod prose;
mod remarks;
mod sentences;
pub(super) mod task_lines;
mod tree;

use std::collections::HashSet;
use std::ops::Range;

use super::super::arrows;
use super::super::order_headings::of_order;
use super::super::waiting::may_chain_nothing;
use super::outline::{Outline, Place};
use super::rows::known_names;
use super::tail::Tail;
use crate::ids::is_id;
use crate::markdown::{Block, BlockKind};
use crate::{
    Diagnostic, Document, EdgeKind, EdgeMention, EdgeSource, Fragment, Group, GroupDependency,
    Reference, TaskMention, TaskMentionKind,
};

use grid::Grid;
use names::{Names, Node};

/// Whether the document holds a drawing that gives tasks.
pub(super) fn are_there(document: &Document, outline: &Outline) -> bool {
    let mut fragment = Fragment::default();
    define(document, outline, &mut fragment);
    !fragment.tasks.is_empty()
}

/// Reads all drawings of order. In a document without other tasks, drawings give them.
pub(super) fn read(
    document: &Document,
    outline: &Outline,
    fragment: &mut Fragment,
    diagnostics: &mut Vec<Diagnostic>,
) {
    if fragment.tasks.is_empty() {
        define(document, outline, fragment);
    }
    if fragment.tasks.is_empty() {
        return;
    }
    let all: Vec<usize> = (0..document.markdown().blocks.len()).collect();
    read_in(document, outline, &all, fragment, diagnostics);
}

/// Reads the drawings of order and the sentences in these blocks, between tasks that are known.
pub(super) fn read_in(
    document: &Document,
    outline: &Outline,
    blocks: &[usize],
    fragment: &mut Fragment,
    diagnostics: &mut Vec<Diagnostic>,
) {
    let known = known_names(&fragment.tasks);
    let defined: HashSet<usize> = fragment
        .tasks
        .iter()
        .map(|task| task.location.span.start)
        .collect();
    let mut reader = Reader {
        document,
        names: Names::new(&known),
        fragment,
        diagnostics,
        edges: 0,
        unread: Vec::new(),
    };
    let mut drawings = drawings(document, outline);
    drawings.retain(|drawing| blocks.binary_search(&drawing.block).is_ok());
    // What hangs on a group in a tree that gives the tasks is in it, and what it waits for is read with it.
    drawings.retain(|drawing| {
        let rows = match drawing.is_fence {
            true => task_lines::rows_of(outline, drawing),
            false => Vec::new(),
        };
        rows.is_empty() || !rows.iter().all(|row| defined.contains(&row.span.start))
    });
    let (claims, orders): (Vec<&Drawing<'_>>, Vec<&Drawing<'_>>) =
        drawings.iter().partition(|drawing| drawing.is_claim);
    for drawing in orders {
        reader.drawing(drawing);
    }
    sentences::read(document, outline, blocks, &mut reader);
    // What a critical path claims is no order, unless nothing else states one.
    if reader.fragment.edges.is_empty() {
        for drawing in claims {
            reader.drawing(drawing);
        }
    }
    reader.tell_unread();
}

/// More edges than any drawing in earnest.
const MOST_EDGES: usize = 100_000;

/// Bytes of a drawing that is read.
const LONGEST: usize = 200_000;

/// A text that may draw an order.
struct Drawing<'d> {
    text: &'d str,
    start: usize,
    /// The block that it stands in.
    block: usize,
    is_fence: bool,
    /// Whether the text around speaks of order, so that a tree is one.
    about_order: bool,
    /// Whether it is said to be a critical path or the like: a claim about the plan.
    is_claim: bool,
}

fn drawings<'d>(document: &'d Document, outline: &'d Outline) -> Vec<Drawing<'d>> {
    let text = document.text();
    let markdown = document.markdown();
    let title = outline.title.as_deref().unwrap_or_default();
    let mut before = "";
    let mut found = Vec::new();
    for (at, (block, place)) in markdown.blocks.iter().zip(&outline.places).enumerate() {
        let heading = heading_of(document, place);
        let last_line = |span: &Range<usize>| text[span.clone()].lines().last().unwrap_or_default();
        let may_draw = match &block.kind {
            BlockKind::Fence(_) => true,
            BlockKind::Paragraph { text: span } => may_point(&text[span.clone()]),
            BlockKind::Item(item) => may_point(&text[item.text.clone()]),
            _ => false,
        };
        // What stands around most blocks need not be looked at.
        let context = [title, heading, before];
        let about_order = may_draw
            && context
                .iter()
                .any(|words| of_order(words).announces_arrows());
        let is_claim = may_draw && (speaks_of_claim(heading) || speaks_of_claim(before));
        match &block.kind {
            BlockKind::Fence(fence) => {
                let info = text[fence.info.clone()].trim().to_lowercase();
                let plain = matches!(
                    info.as_str(),
                    "" | "text" | "txt" | "plain" | "plaintext" | "ascii" | "diagram" | "tree"
                );
                if plain && !place.example && !place.deferred {
                    let pieces = markdown.code_stretches(text, fence).into_iter();
                    for piece in pieces.filter(|piece| piece.len() <= LONGEST) {
                        found.push(Drawing {
                            start: piece.start,
                            text: &text[piece],
                            block: at,
                            is_fence: true,
                            about_order,
                            is_claim,
                        });
                    }
                }
            }
            BlockKind::Paragraph { text: span } => {
                if !(place.example || place.deferred) {
                    prose(text, span, at, about_order, is_claim, &mut found);
                }
                before = last_line(span);
            }
            BlockKind::Item(item) => {
                if !(place.example || place.deferred) {
                    prose(text, &item.text, at, about_order, is_claim, &mut found);
                }
                before = last_line(&item.text);
            }
            BlockKind::Heading { .. } => before = "",
            _ => {}
        }
    }
    found
}

/// Whether a text has a byte that an arrow has.
fn may_point(text: &str) -> bool {
    memchr::memchr3(b'>', b'<', 0xE2, text.as_bytes()).is_some()
}

/// The lines of a paragraph or an item that have arrows.
fn prose<'d>(
    text: &'d str,
    span: &Range<usize>,
    block: usize,
    about_order: bool,
    is_claim: bool,
    found: &mut Vec<Drawing<'d>>,
) {
    let mut start = span.start;
    for line in text[span.clone()].split_inclusive('\n') {
        let points = || chain(line).len() > 1 || !arrows::between_back(line).is_empty();
        if line.len() <= 2048
            && points()
            && (about_order || of_order(line).announces_arrows())
            && !may_chain_nothing(line)
        {
            found.push(Drawing {
                text: line.trim_end(),
                start,
                block,
                is_fence: false,
                about_order,
                is_claim: is_claim || speaks_of_claim(line),
            });
        }
        start += line.len();
    }
}

fn heading_of<'d>(document: &'d Document, place: &Place) -> &'d str {
    let blocks = &document.markdown().blocks;
    match place.heading.map(|at| &blocks[at]) {
        Some(Block {
            kind: BlockKind::Heading { text, .. },
            ..
        }) => &document.text()[text.clone()],
        _ => "",
    }
}

/// Whether a text announces what follows from the order: the critical path, a timeline, an order of merging.
fn speaks_of_claim(text: &str) -> bool {
    let lower = text.to_lowercase();
    let mut words = lower.split(|c: char| !c.is_alphanumeric());
    words.any(|word| {
        matches!(
            word,
            "critical" | "longest" | "timeline" | "merge" | "merging" | "gantt" | "bottleneck"
        )
    }) || ["クリティカル", "关键路径", "크리티컬"]
        .iter()
        .any(|word| lower.contains(word))
}

/// The parts of a line between arrows that point to the right; one part when there is none.
fn chain(line: &str) -> Vec<Range<usize>> {
    const ARROWS: [&str; 15] = [
        "──>",
        "─>",
        "──→",
        "──▶",
        "─→",
        "─▶",
        "-->",
        "==>",
        "->",
        "=>",
        "→",
        "➜",
        "➔",
        "⟶",
        "▶",
    ];
    let mut parts = Vec::new();
    let mut start = 0;
    let mut at = 0;
    // Most lines have no byte that an arrow has.
    if memchr::memchr2(b'>', 0xE2, line.as_bytes()).is_none() || arrows::points_both_ways(line) {
        at = line.len();
    }
    while at < line.len() {
        let arrow = ARROWS.iter().find(|arrow| line[at..].starts_with(**arrow));
        match arrow {
            Some(arrow) => {
                parts.push(start..at);
                at += arrow.len();
                start = at;
            }
            None => at += line[at..].chars().next().map_or(1, char::len_utf8),
        }
    }
    parts.push(start..line.len());
    // "T2 → depends on T1"
    if parts.len() > 1
        && (arrows::stand_before_phrases(line, &parts) || arrows::join_amounts(line, &parts))
    {
        return std::iter::once(0..line.len()).collect();
    }
    parts
}

/// Takes tasks from drawings: lines of a tree that begin with an id, and chains of ids.
fn define(document: &Document, outline: &Outline, fragment: &mut Fragment) {
    for drawing in drawings(document, outline) {
        let mut tasks = Vec::new();
        if drawing.is_fence && tree::is_tree(drawing.text) {
            let branches = tree::branches(drawing.text);
            for branch in &branches {
                tasks.extend(entry(document, &drawing, branch.text.clone()));
            }
            let names_most = tasks.len() * 4 >= branches.len() * 3;
            if !names_most || !drawing.about_order {
                continue;
            }
        } else if drawing.is_fence || drawing.about_order {
            let mut at = 0;
            for line in drawing.text.split_inclusive('\n') {
                let mut parts = chain(line);
                if parts.len() < 2 {
                    parts = arrows::between_back(line);
                }
                if parts.len() > 1 {
                    for part in parts {
                        for name in names::ids_alone(&line[part.clone()]) {
                            let span = at + part.start + name.start..at + part.start + name.end;
                            tasks.push(mention(document, &drawing, span));
                        }
                    }
                }
                at += line.len();
            }
        }
        let distinct: HashSet<&str> = tasks.iter().map(|task| task.id.as_str()).collect();
        if distinct.len() > 2 {
            fragment.tasks.extend(tasks);
        }
    }
}

fn mention(document: &Document, drawing: &Drawing<'_>, span: Range<usize>) -> TaskMention {
    let id = &drawing.text[span.clone()];
    let location = document.location(drawing.start + span.start..drawing.start + span.end);
    TaskMention::new(id, TaskMentionKind::Mention, location)
}

/// `KIT-02 Stove controller (5h)`: the line of a tree as a task.
fn entry(document: &Document, drawing: &Drawing<'_>, span: Range<usize>) -> Option<TaskMention> {
    let line = &drawing.text[span.clone()];
    let id = names::leading_id(line)?;
    let rest = line[id.len()..].trim_start_matches([':', '-', '–', '—', ' ', '`', '*']);
    let tail = Tail::new(rest);
    let mut task = mention(document, drawing, span.start..span.start + id.len());
    task.title = (!tail.title.is_empty()).then_some(tail.title);
    task.estimate = tail.estimate;
    task.status = tail.status;
    task.parallel = tail.parallel;
    Some(task)
}

struct Reader<'r> {
    document: &'r Document,
    names: Names<'r>,
    fragment: &'r mut Fragment,
    diagnostics: &'r mut Vec<Diagnostic>,
    edges: usize,
    /// Sentences that should state an order and state none that is understood.
    unread: Vec<Node>,
}

impl Reader<'_> {
    fn drawing(&mut self, drawing: &Drawing<'_>) {
        if drawing.is_fence && tree::is_tree(drawing.text) {
            self.tree(drawing);
        } else if drawing.is_fence && is_drawn(drawing.text) {
            self.grid(drawing);
        } else {
            self.chains(drawing);
        }
    }

    fn tree(&mut self, drawing: &Drawing<'_>) {
        let branches = tree::branches(drawing.text);
        let nodes: Vec<Vec<Node>> = branches
            .iter()
            .map(|branch| {
                let line = &drawing.text[branch.text.clone()];
                let parts = chain(line);
                let base = drawing.start + branch.text.start;
                parts
                    .into_iter()
                    .map(|part| self.names.leading(&line[part.clone()], base + part.start))
                    .collect()
            })
            .collect();
        let named = nodes.iter().filter(|node| !node[0].is_empty()).count();
        let pointed = branches.iter().any(|branch| branch.pointed);
        if named * 2 < branches.len() || !(pointed || drawing.about_order) {
            return;
        }
        for (branch, node) in branches.iter().zip(&nodes) {
            let parent = branch.parent.and_then(|parent| nodes[parent].last());
            // A task below its wave is part of it, and does not wait for it.
            let parent =
                parent.filter(|parent| !parent.tasks.is_empty() || node[0].tasks.is_empty());
            if let Some(parent) = parent {
                self.join(parent, &node[0], EdgeSource::Tree);
            }
            for pair in node.windows(2) {
                self.join(&pair[0], &pair[1], EdgeSource::Tree);
            }
        }
    }

    fn grid(&mut self, drawing: &Drawing<'_>) {
        let grid = Grid::new(drawing.text);
        let node = |at: &usize| {
            let span = grid.labels[*at].clone();
            self.names
                .all(&drawing.text[span.clone()], drawing.start + span.start)
        };
        let nodes: Vec<Node> = (0..grid.labels.len()).map(|at| node(&at)).collect();
        // Lines without heads say what is joined; in a drawing of order they are read as one reads.
        let joints = match grid.joints.is_empty() && drawing.about_order {
            true => &grid.plain_joints,
            false => &grid.joints,
        };
        for (sources, targets) in joints {
            if sources.len().saturating_mul(targets.len()) > MOST_EDGES {
                continue;
            }
            for source in sources {
                for target in targets {
                    self.join(&nodes[*source], &nodes[*target], EdgeSource::Tree);
                }
            }
        }
    }

    /// Every line by itself, and lines joined by an arrow that points down between them.
    fn chains(&mut self, drawing: &Drawing<'_>) {
        let mut at = drawing.start;
        for line in drawing.text.split_inclusive('\n') {
            let mut parts = chain(line);
            let mut back = Vec::new();
            if parts.len() < 2 {
                back = arrows::between_back(line);
            }
            let is_back = !back.is_empty();
            if is_back {
                parts = back;
            }
            if parts.len() > 1 {
                let read = arrows::chains(line, parts, |part| {
                    let node = self.names.part(&line[part], 0);
                    node.tasks
                        .into_iter()
                        .chain(node.groups)
                        .map(|(name, _)| name)
                });
                let before = self.edges;
                for chain in &read.chains {
                    self.chain(line, at, chain, (drawing.is_fence, is_back));
                }
                if read.is_ambiguous && self.edges > before && !drawing.is_claim {
                    let place = at..at + line.trim_end().len();
                    let place = self.document.location(place);
                    self.diagnostics.push(arrows::ambiguous().at(place));
                }
            }
            at += line.len();
        }
    }

    /// The parts of a line between arrows, each before the next one; behind it where the arrows point back.
    fn chain(
        &mut self,
        line: &str,
        at: usize,
        parts: &[Range<usize>],
        (is_fence, is_back): (bool, bool),
    ) {
        let last = parts.len() - 1;
        let node = |(index, part): (usize, &Range<usize>)| {
            let (text, base) = (&line[part.clone()], at + part.start);
            match index {
                _ if is_fence => self.names.part(text, base),
                // In a sentence an arrow joins the names beside it.
                0 => self.names.trailing(text, base),
                _ if index == last => self.names.leading(text, base),
                _ => self.names.part(text, base),
            }
        };
        let nodes: Vec<Node> = parts.iter().enumerate().map(node).collect();
        let named = nodes.iter().filter(|node| !node.is_empty()).count();
        if named * 2 < nodes.len() {
            return;
        }
        let source = match is_fence {
            true => EdgeSource::Tree,
            false => EdgeSource::List,
        };
        for pair in nodes.windows(2) {
            match is_back {
                true => self.join(&pair[1], &pair[0], source),
                false => self.join(&pair[0], &pair[1], source),
            }
        }
    }

    /// Whether there are more edges than any document in earnest has.
    fn is_full(&self) -> bool {
        self.edges > MOST_EDGES
    }

    fn join(&mut self, first: &Node, then: &Node, stated_in: EdgeSource) {
        if self.is_full() {
            return;
        }
        for (from, _) in &first.tasks {
            for (to, span) in &then.tasks {
                // `1 → 1.1` in a tree says what is part of what.
                let is_part = to
                    .strip_prefix(from.as_str())
                    .is_some_and(|rest| rest.starts_with('.'));
                if from == to || is_part {
                    continue;
                }
                self.edges += 1;
                self.fragment.edges.push(EdgeMention {
                    from: from.clone(),
                    to: to.clone(),
                    // A drawing may call a task by its title.
                    reference: Reference::Words,
                    kind: EdgeKind::Hard,
                    stated_in,
                    location: self.document.location(span.clone()),
                });
            }
        }
        for (before, span) in &first.groups {
            for (to, _) in &then.tasks {
                self.edges += 1;
                let location = self.document.location(span.clone());
                let mut task = TaskMention::new(to, TaskMentionKind::Mention, location.clone());
                if !to.starts_with('#') && !is_id(to) {
                    task.named_by = Reference::Words;
                }
                task.depends_on_groups.push(GroupDependency {
                    name: before.clone(),
                    groups: Vec::new(),
                    location,
                });
                self.fragment.tasks.push(task);
            }
            for (group, own) in then.groups.iter().filter(|(group, _)| group != before) {
                if before.starts_with("all") || group.starts_with("all") {
                    continue;
                }
                self.edges += 1;
                let id = |name: &str| name.replacen(' ', "-", 1);
                self.fragment.groups.push(Group {
                    prerequisites: vec![id(before)],
                    ..Group::new(id(group), self.document.location(own.clone()))
                });
            }
        }
    }
}

/// Whether a text draws in two dimensions: arrows that point down or up, corners, crossings.
fn is_drawn(text: &str) -> bool {
    text.contains(|c: char| "│┃┌┐┘└┬┴┼↓▼↑▲".contains(c))
        || text.lines().any(|line| {
            let bare = line.trim();
            let is_line = |c| matches!(c, '|' | 'v' | 'V' | '/' | '\\' | ' ');
            line.contains("--+") || !bare.is_empty() && bare.chars().all(is_line)
        })
}
