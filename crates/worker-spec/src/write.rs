//! Plans as text: our own Markdown form, Mermaid, DOT.
//!
//! Equal plans give equal bytes, in time linear in the size of the plan.

mod dot;
mod markdown;
mod mermaid;

pub use dot::to_dot;
pub use markdown::to_markdown;
pub use mermaid::to_mermaid;
