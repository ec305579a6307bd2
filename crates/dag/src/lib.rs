#![doc = include_str!("../README.md")]
#![cfg_attr(docsrs, feature(doc_cfg))]

mod builder;
mod claim_lines;
mod claims;
mod costs;
mod critical_path;
mod cycle;
mod dependents;
mod dominators;
mod dot;
mod frontier;
mod gantt;
mod graph;
mod held_claims;
mod held_resources;
mod hot_list;
mod id_table;
mod json;
mod justify;
mod lags;
mod lanes;
mod layout;
mod list_schedule;
mod lower_bound;
mod mermaid;
mod min_set;
mod money;
mod node_id;
mod path;
#[cfg(feature = "petgraph")]
mod petgraph_conversion;
mod planner;
mod priority_rule;
mod radix;
mod random;
mod redundant_edges;
mod resources;
mod schedule;
mod search;
mod sense;
mod simulate;
mod speedup;
mod subgraph;
mod suggest;
mod topology;
mod verify;
mod waves;
mod width;
mod workload;

pub use builder::{BuildError, DagBuilder, Problem};
pub use claim_lines::ClaimLines;
pub use claims::Claims;
pub use costs::{CostError, Costs, Spread, TokenUse};
pub use critical_path::{CriticalPath, TimeError};
pub use cycle::Cycle;
pub use dependents::Dependents;
pub use dominators::Dominators;
pub use dot::to_dot;
pub use frontier::{Frontier, GrowError, NodeState};
pub use gantt::{to_gantt_svg, to_gantt_text};
pub use graph::Dag;
pub use held_claims::HeldClaims;
pub use held_resources::HeldResources;
pub use hot_list::HotList;
pub use json::to_json;
pub use lags::{Lags, NoSuchEdge};
pub use lower_bound::lower_bound;
pub use mermaid::{MermaidLimits, to_mermaid, to_mermaid_within};
pub use money::Money;
pub use node_id::NodeId;
pub use planner::{CriticalPathFirst, PlanOrder, Planner};
pub use priority_rule::PriorityRule;
pub use redundant_edges::{RedundantEdge, redundant_edges};
pub use resources::{ResourceId, Resources};
pub use schedule::{Entry, Schedule, schedule};
pub use search::{Search, improve, search};
pub use simulate::{
    Attempts, Distribution, Estimate, NodeOutlook, Outlook, Risk, Simulation, SimulationError,
    simulate,
};
pub use speedup::{SpeedupCurve, SpeedupPoint, speedup_curve};
pub use subgraph::{Gaps, Subgraph, UnknownId, UnknownIds};
pub use verify::Violation;
pub use waves::{WaveLimits, Waves};
pub use width::Width;
pub use workload::{ScheduleError, Workload};
