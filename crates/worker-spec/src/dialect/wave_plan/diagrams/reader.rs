//! From nodes and edges to mentions of tasks and edges.

use std::collections::{HashMap, HashSet};

use super::about::About;
use crate::dialect::mermaid::{Edge, Flowchart, Node, Order, plain_label};
use crate::dialect::wave_plan::dependencies::is_soft_remark;
use crate::dialect::wave_plan::group_heading::group_heading;
use crate::groups::{find_groups, group_id};
use crate::{
    Document, EdgeKind, EdgeMention, EdgeSource, Fragment, Group, OrderField, Reference,
    TaskMention, TaskMentionKind,
};

pub(super) struct Reader<'r> {
    pub(super) document: &'r Document,
    pub(super) chart: &'r Flowchart,
    /// The ids of nodes that the document calls otherwise.
    pub(super) ids: HashMap<String, String>,
    pub(super) fragment: &'r mut Fragment,
}

impl Reader<'_> {
    pub(super) fn nodes(&mut self) {
        let groups = self.groups();
        let ids: HashSet<&str> = self
            .chart
            .nodes
            .iter()
            .map(|node| node.id.as_str())
            .collect();
        // An empty comment is a node to Mermaid, but no task.
        let is_task = |node: &&Node| !node.id.starts_with("%%");
        for node in self.chart.nodes.iter().filter(is_task) {
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
            self.fragment.order_fields.push(OrderField {
                task: mention.id.clone(),
                feeds: false,
                stated_in: EdgeSource::Mermaid,
                location: mention.location.clone(),
            });
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
            let named = find_groups(&subgraph.key).next();
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
                title,
                stated_tasks,
                ..Group::new(id, self.document.location(subgraph.span.clone()))
            });
        }
        of_node
    }

    pub(super) fn edges(&mut self) {
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
    let soft = edge.label.as_deref().is_some_and(is_soft_remark);
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
