//! What the heuristic provider writes, through the public API.

mod corpus;
mod data;
mod documents;
mod materials;
mod phrases;
mod properties;
mod provider;
mod python;
mod python3;
mod reply;
mod shell;
