//! Order that lists state by where they stand: `- T4: T2, T3` below "Dependencies", the numbers of an "Execution order".

use super::super::Reader;
use super::super::names::Node;
use crate::EdgeSource;

/// Whether the heading of a list says that the list is an order: "Execution order", "Sequence".
pub(super) fn orders(heading: &str) -> bool {
    let lower = heading.to_lowercase();
    let words: Vec<&str> = lower
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .collect();
    const ORDER: [&str; 8] = [
        "order",
        "sequence",
        "sequencing",
        "reihenfolge",
        "ordre",
        "orden",
        "ordem",
        "порядок",
    ];
    let is_order = words.len() <= 4 && words.iter().any(|word| ORDER.contains(word));
    let is_other = words
        .iter()
        .any(|word| matches!(*word, "merge" | "merging" | "review" | "reading"));
    is_order && !is_other
        || lower.contains("顺序")
        || lower.contains("順序")
        || lower.contains("순서")
}

/// Whether the heading of a list says that it tells dependencies.
pub(super) fn tells_dependencies(heading: &str) -> bool {
    let lower = heading.to_lowercase();
    let mut words = lower.split(|c: char| !c.is_alphanumeric());
    words.any(|word| {
        [
            "depend",
            "prerequisite",
            "abhängig",
            "dépend",
            "dipend",
            "afhankelijk",
            "зависи",
        ]
        .iter()
        .any(|start| word.starts_with(start))
    }) || ["依存", "依赖", "의존"]
        .iter()
        .any(|word| lower.contains(word))
}

pub(super) fn is_numbered(bullet: &str) -> bool {
    bullet
        .trim_start()
        .starts_with(|c: char| c.is_ascii_digit())
}

/// A numbered list whose every item is nothing but names: the steps of an order.
#[derive(Default)]
pub(super) struct Steps {
    nodes: Vec<Node>,
    last: Option<usize>,
    /// Whether an item says something else.
    mixed: bool,
}

impl Steps {
    pub(super) fn take(&mut self, reader: &mut Reader<'_>, block: usize, text: &str, base: usize) {
        if self.last.is_some_and(|last| last + 1 != block) {
            self.end(reader);
        }
        self.last = Some(block);
        match reader.only_names(text, base) {
            Some(node) => self.nodes.push(node),
            None => self.mixed = true,
        }
    }

    pub(super) fn end(&mut self, reader: &mut Reader<'_>) {
        let steps = std::mem::take(self);
        if !steps.mixed {
            for pair in steps.nodes.windows(2) {
                reader.join(&pair[0], &pair[1], EdgeSource::List);
            }
        }
    }
}

impl Reader<'_> {
    /// `- T4: T2, T3` below "Dependencies": what stands behind the colon comes first. Whether the item is such a one.
    pub(super) fn entry(&mut self, text: &str, base: usize, heading: &str) -> bool {
        let colon = text
            .find([':', '：'])
            .filter(|_| tells_dependencies(heading));
        let Some(colon) = colon else { return false };
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
