//! What a document reckons: equations, savings, tables with numbers.

pub(super) mod equations;
pub(super) mod savings;
pub(super) mod tables;
