//! The `wavecrew` program.

fn main() {}
