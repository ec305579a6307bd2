//! One worker spec, as people write them.

mod commands;
mod deliverables;
mod dependencies;
mod other_commands;
mod other_deliverables;
mod other_dependencies;
mod other_sections;
mod sections;
mod support;
