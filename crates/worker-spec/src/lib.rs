#![doc = include_str!("../README.md")]

mod about_specs;
mod amount;
mod apply;
mod beginnings;
mod code;
mod deliverable_lines;
mod details;
mod diagnostic;
mod dialect;
mod document;
mod duration;
mod fence_places;
mod figures;
mod fragment;
mod front_matter;
mod group_edges;
mod group_kind;
mod groups;
mod ids;
mod json;
mod label;
mod line_ends;
mod location;
mod look_alike;
mod markdown;
mod marks;
mod merge;
mod path;
mod places;
mod plan;
mod plan_form;
mod points;
pub mod quality;
mod quoted;
mod read;
mod risk;
mod rule;
mod shell;
mod slip;
mod span;
mod status_words;
mod tokens;
mod worker_spec;
pub mod write;
mod yaml;

pub use amount::{Amount, Measure, Precision, Shown};
pub use apply::{Edited, apply_fixes};
pub use code::Code;
pub use deliverable_lines::unnamed_deliverables;
pub use diagnostic::{Diagnostic, Fix, Parsed, Related, Severity};
pub use dialect::mermaid;
pub use dialect::{Confidence, Dialect, dialects};
pub use document::Document;
pub use figures::{
    ColumnRole, Equation, Expression, FigureColumn, FigureRow, FigureTable, Figures, Operator,
    Saving, Term,
};
pub use fragment::{EdgeMention, Fragment, OrderField, Reference, TaskMention, TaskMentionKind};
pub use group_kind::GroupKind;
pub use location::Location;
pub use merge::merge;
pub use plan::{
    Checkpoint, Edge, EdgeKind, EdgeSource, Group, GroupDependency, Listing, Plan, Statement,
    Status, Subject, Task,
};
pub use read::{parse, read, recognised};
pub use risk::Risk;
pub use rule::Rule;
pub use worker_spec::{
    Action, Boundaries, Deliverable, Fence, HeaderField, Item, PathMention, Section, SpecForm,
    TestCommand, TestFence, WorkerSpec,
};
