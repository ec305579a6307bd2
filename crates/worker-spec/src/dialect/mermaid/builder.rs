//! Nodes, edges and subgraphs as statements add to them.

use std::collections::HashSet;
use std::ops::Range;

use indexmap::IndexMap;

use super::flowchart::{Arrow, Direction, Edge, Flowchart, Node, Stroke, Subgraph};
use super::shape_data::ShapeData;

#[derive(Debug, Default)]
pub(super) struct Builder {
    pub(super) direction: Direction,
    nodes: IndexMap<String, Node>,
    edges: Vec<Edge>,
    edge_ids: HashSet<String>,
    subgraphs: Vec<Subgraph>,
    /// Members of subgraphs that are over.
    owned: HashSet<String>,
}

/// An edge's looks, before it is known what it joins.
#[derive(Clone, Debug)]
pub(super) struct Link {
    pub(super) arrow: Arrow,
    pub(super) stroke: Stroke,
    pub(super) length: u8,
    pub(super) label: Option<String>,
    pub(super) id: Option<String>,
    pub(super) span: Range<usize>,
}

impl Builder {
    /// Mentions a node, with its text and shape when the mention has them.
    pub(super) fn node(&mut self, id: &str, text: Option<(String, &str)>, span: Range<usize>) {
        // The name of an edge is no node.
        if id.trim().is_empty() || self.edge_ids.contains(id) {
            return;
        }
        let node = self.make_node(id, &span);
        if let Some((label, shape)) = text {
            node.label = label;
            node.shape = Some(shape.to_owned());
            node.span = span;
        }
    }

    fn make_node(&mut self, id: &str, span: &Range<usize>) -> &mut Node {
        self.nodes.entry(id.to_owned()).or_insert_with(|| Node {
            id: id.to_owned(),
            label: id.to_owned(),
            shape: None,
            classes: Vec::new(),
            span: span.clone(),
        })
    }

    pub(super) fn shape_data(&mut self, id: &str, data: ShapeData) {
        let Some(node) = self.nodes.get_mut(id) else {
            return;
        };
        let has_label = data.label.is_some();
        if let Some(shape) = data.shape {
            node.shape = Some(shape);
        }
        if let Some(label) = data.label {
            node.label = super::label::decode_entities(&label);
        }
        if data.has_picture && !has_label && node.label == node.id {
            node.label.clear();
        }
    }

    /// Gives a class to nodes, named with commas between them; a class makes no node.
    pub(super) fn class(&mut self, ids: &str, class: &str) {
        for id in ids.split(',') {
            if let Some(node) = self.nodes.get_mut(id) {
                node.classes.push(class.to_owned());
            }
        }
    }

    /// Joins every node of one list with every node of another.
    pub(super) fn link(&mut self, from: &[String], to: &[String], link: &Link) {
        // What an edge leads to is a node, even if an edge has its name.
        for id in from.iter().chain(to) {
            if self.edge_ids.contains(id) {
                self.make_node(id, &link.span);
            }
        }
        for start in from {
            for end in to {
                // Of a fan only one edge takes the id.
                let takes_id = Some(start) == from.last() && Some(end) == to.first();
                let id = link
                    .id
                    .clone()
                    .filter(|id| takes_id && self.edge_ids.insert(id.clone()));
                self.edges.push(Edge {
                    from: start.clone(),
                    to: end.clone(),
                    label: link.label.clone(),
                    arrow: link.arrow,
                    stroke: link.stroke,
                    length: link.length,
                    id,
                    span: link.span.clone(),
                });
            }
        }
    }

    pub(super) fn edge_count(&self) -> usize {
        self.edges.len()
    }

    /// Ends a subgraph and gives the key by which the subgraph around it lists it.
    pub(super) fn subgraph(
        &mut self,
        id: Option<String>,
        title: String,
        members: Vec<String>,
        span: Range<usize>,
    ) -> String {
        let key = id
            .clone()
            .unwrap_or_else(|| format!("subGraph{}", self.subgraphs.len()));
        let mut seen = HashSet::new();
        let members: Vec<String> = members
            .into_iter()
            .filter(|member| !self.owned.contains(member) && seen.insert(member.clone()))
            .collect();
        self.owned.extend(members.iter().cloned());
        self.subgraphs.push(Subgraph {
            id,
            key: key.clone(),
            title,
            members,
            span,
        });
        key
    }

    pub(super) fn finish(mut self, accepted_by_mermaid: bool) -> Flowchart {
        let keys: HashSet<&str> = self.subgraphs.iter().map(|s| s.key.as_str()).collect();
        self.nodes.retain(|id, _| !keys.contains(id.as_str()));
        Flowchart {
            other_diagram: None,
            accepted_by_mermaid,
            direction: self.direction,
            nodes: self.nodes.into_values().collect(),
            edges: self.edges,
            subgraphs: self.subgraphs,
        }
    }
}
