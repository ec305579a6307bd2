//! Plans as text: our own Markdown form, JSON, Mermaid, DOT.
//!
//! Equal plans give equal bytes, in time linear in the size of the plan.

mod dot;
mod json;
mod markdown;
mod mermaid;

pub use dot::to_dot;
pub use json::to_json;
pub use markdown::to_markdown;
pub use mermaid::to_mermaid;
