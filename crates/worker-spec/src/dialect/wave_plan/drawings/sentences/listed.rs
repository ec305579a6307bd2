//! Order that lists state by where they stand: `- T4: T2, T3` below "Dependencies", the numbers of an "Execution order".

use super::super::Reader;
use super::super::names::Node;
use crate::EdgeSource;

pub(super) fn is_numbered(bullet: &str) -> bool {
    bullet
        .trim_start()
        .starts_with(|c: char| c.is_ascii_digit())
}

/// A numbered list below a heading about order, whose items are its steps: nothing but names, each with its title or without.
#[derive(Default)]
pub(super) struct NumberedSteps {
    nodes: Vec<Node>,
    /// What the items name that say something else, too.
    mixed: Vec<Node>,
    /// The last block of the list so far.
    last: Option<usize>,
    depth: usize,
}

impl NumberedSteps {
    /// Takes up the item of a block.
    pub(super) fn take(
        &mut self,
        reader: &mut Reader<'_>,
        (block, depth): (usize, usize),
        text: &str,
        base: usize,
    ) {
        if self.last.is_some_and(|last| last + 1 != block) || depth != self.depth {
            self.end(reader);
        }
        (self.last, self.depth) = (Some(block), depth);
        match reader.step(text, base) {
            Some(node) => self.nodes.push(node),
            None => self.mixed.push(reader.names.leading(text, base)),
        }
    }

    /// Whether a block stands inside the last item: an item that is deeper, or a paragraph that does not begin its line.
    pub(super) fn is_inside(&self, block: usize, depth: Option<usize>) -> bool {
        depth.is_none_or(|depth| depth > self.depth)
            && self.last.is_some_and(|last| last + 1 == block)
    }

    /// Passes over a block inside the last item: a note below a step is no end of the steps.
    pub(super) fn pass(&mut self, block: usize, depth: Option<usize>) {
        if self.is_inside(block, depth) {
            self.last = Some(block);
        }
    }

    /// Joins the steps. Where some items say more than names, nothing is read, and that is told.
    pub(super) fn end(&mut self, reader: &mut Reader<'_>) {
        let mut steps = std::mem::take(self);
        if steps.mixed.is_empty() {
            for pair in steps.nodes.windows(2) {
                reader.join(&pair[0], &pair[1], EdgeSource::List);
            }
            return;
        }
        // A list of nothing but tasks with more to say of each is the plan itself.
        if steps.nodes.is_empty() {
            return;
        }
        steps.nodes.append(&mut steps.mixed);
        let mut tasks: Vec<_> = steps
            .nodes
            .into_iter()
            .flat_map(|node| node.tasks)
            .collect();
        tasks.sort_by_key(|(_, place)| place.start);
        reader.unread.push(Node {
            tasks,
            ..Node::default()
        });
    }
}

impl Reader<'_> {
    /// What a step names: names alone, or a task and its title: "T1: Schema".
    fn step(&self, text: &str, base: usize) -> Option<Node> {
        self.only_names(text, base).or_else(|| {
            let node = self.names.leading(text, base);
            let [(_, place)] = node.tasks.as_slice() else {
                return None;
            };
            let behind = text.get(place.end.checked_sub(base)?..)?;
            let title = behind.trim_matches(|c: char| {
                c.is_whitespace() || matches!(c, ':' | '：' | '-' | '–' | '—' | '*' | '`')
            });
            self.names.holds(title).then_some(node)
        })
    }

    /// `- T4: T2, T3` below "Dependencies": what stands behind the colon comes first. Whether the item is such a one.
    pub(super) fn entry(&mut self, text: &str, base: usize) -> bool {
        let Some(colon) = text.find([':', '：']) else {
            return false;
        };
        let mark = text[colon..].chars().next().map_or(1, char::len_utf8);
        let (own, others) = (&text[..colon], &text[colon + mark..]);
        let bare = own.trim_matches(['*', '`', ' ']);
        let own = self
            .only_names(own, base)
            .filter(|own| own.tasks.len() == 1 && bare.split_whitespace().count() < 3);
        let others = self.only_names(others, base + colon + mark);
        match (own, others) {
            (Some(own), Some(others)) if !others.tasks.is_empty() => {
                self.join(&others, &own, EdgeSource::List);
                true
            }
            _ => false,
        }
    }
}
