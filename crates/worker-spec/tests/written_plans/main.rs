//! Plans are written and read back, whatever texts they hold.

mod arbitrary;
mod dot;
mod markdown;
mod mermaid;
