#![doc = include_str!("../README.md")]

mod builder;
mod claims;
mod cycle;
mod frontier;
mod graph;
mod held_claims;
mod id_table;
mod min_set;
mod node_id;
mod planner;
mod suggest;
mod topology;

pub use builder::{BuildError, DagBuilder, Problem};
pub use claims::Claims;
pub use cycle::Cycle;
pub use frontier::{Frontier, NodeState};
pub use graph::Dag;
pub use held_claims::HeldClaims;
pub use node_id::NodeId;
pub use planner::{CriticalPathFirst, PlanOrder, Planner};
