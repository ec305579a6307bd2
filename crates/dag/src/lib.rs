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
mod held_resources;
mod id_table;
mod justify;
mod lags;
mod list_schedule;
mod lower_bound;
mod mermaid;
mod min_set;
mod node_id;
#[cfg(feature = "petgraph")]
mod petgraph_conversion;
mod planner;
mod priority_rule;
mod random;
mod resources;
mod schedule;
mod search;
mod sense;
mod simulate;
mod speedup;
mod suggest;
mod topology;
mod verify;
mod waves;
mod workload;

pub use builder::{BuildError, DagBuilder, Problem};
pub use claims::Claims;
pub use critical_path::{CriticalPath, TimeError};
pub use cycle::Cycle;
pub use dot::to_dot;
pub use frontier::{Frontier, NodeState};
pub use graph::Dag;
pub use held_claims::HeldClaims;
pub use lags::{Lags, NoSuchEdge};
pub use lower_bound::lower_bound;
pub use mermaid::to_mermaid;
pub use node_id::NodeId;
pub use planner::{CriticalPathFirst, PlanOrder, Planner};
pub use priority_rule::PriorityRule;
pub use resources::{ResourceId, Resources};
pub use schedule::{Entry, Schedule, schedule};
pub use search::{Search, improve, search};
pub use simulate::{
    Attempts, Distribution, Estimate, NodeOutlook, Outlook, Risk, Simulation, SimulationError,
    simulate,
};
pub use speedup::{SpeedupCurve, SpeedupPoint, speedup_curve};
pub use verify::Violation;
pub use waves::Waves;
pub use workload::{ScheduleError, Workload};
