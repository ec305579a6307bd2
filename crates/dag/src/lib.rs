#![doc = include_str!("../README.md")]
#![cfg_attr(docsrs, feature(doc_cfg))]

mod builder;
mod claims;
mod critical_path;
mod cycle;
mod dot;
mod frontier;
mod graph;
mod held_claims;
mod id_table;
mod justify;
mod list_schedule;
mod lower_bound;
mod mermaid;
mod min_set;
mod node_id;
#[cfg(feature = "petgraph")]
mod petgraph_conversion;
mod planner;
mod priority_rule;
mod schedule;
mod suggest;
mod topology;
mod verify;
mod waves;

pub use builder::{BuildError, DagBuilder, Problem};
pub use claims::Claims;
pub use critical_path::{CriticalPath, TimeError};
pub use cycle::Cycle;
pub use dot::to_dot;
pub use frontier::{Frontier, NodeState};
pub use graph::Dag;
pub use held_claims::HeldClaims;
pub use lower_bound::lower_bound;
pub use mermaid::to_mermaid;
pub use node_id::NodeId;
pub use planner::{CriticalPathFirst, PlanOrder, Planner};
pub use priority_rule::PriorityRule;
pub use schedule::{Entry, Schedule, ScheduleError, Workload, schedule};
pub use verify::Violation;
pub use waves::Waves;
