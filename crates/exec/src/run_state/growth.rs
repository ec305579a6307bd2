//! Smaller tasks in place of one: they wait for what it waited for, and what waited for it waits for
//! all of them. They are of its phase, need the resources that it needed, and share its claims, which
//! are held until the last of them has ended; which of them go one after the other is for the splitter
//! to say.

use wavecrew_dag::NodeId;

use super::{RunState, Standing};
use crate::{EventKind, NewPart, PartId};

impl RunState {
    /// # Panics
    ///
    /// If there are no parts, or one waits for itself or a later one.
    pub(super) fn split(&mut self, node: NodeId, parts: Vec<NewPart>) {
        let Some(pending) = self.take_pending(node, Standing::Splitting) else {
            return;
        };
        let replayed = pending.is_earlier;
        self.free_slot(node);
        let rank = self.frontier.rank(node);
        let ranks = vec![rank; parts.len()];
        let nodes = self.frontier.split(node, &ranks);
        let nodes = nodes.expect("a task that is split has not ended, and has parts");
        let whole = self.parts.get(&node).copied().unwrap_or(node);
        let open = self.open_parts.entry(whole).or_default();
        // A part that is split has ended itself.
        *open = *open + parts.len() as u32 - u32::from(whole != node);
        for &part in &nodes {
            self.parts.insert(part, whole);
            self.tasks.add();
            self.remaining += 1;
            if let Some(gates) = &mut self.gates {
                gates.add_like(node);
            }
            if let Some(resources) = &mut self.resources {
                resources.add_like(node);
            }
        }
        for (place, part) in parts.iter().enumerate() {
            for &before in &part.waits_for {
                assert!(before < place, "parts wait for parts before them");
                let edge = self.frontier.add_edge(nodes[before], nodes[place]);
                edge.expect("edges among new parts that ascend make no cycle");
            }
        }
        let ids = parts.into_iter().map(|part| part.id);
        let parts = nodes.into_iter().zip(ids);
        let parts = parts.map(|(node, id)| PartId { node, id }).collect();
        self.end(node, Standing::Split, EventKind::Split { parts, replayed });
    }

    /// A part ends without ever having started.
    pub(super) fn forget_part(&mut self, node: NodeId) {
        if self.parts.contains_key(&node) {
            self.release_claims(node);
        }
    }
}
