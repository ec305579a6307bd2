//! One file a subcommand.

pub mod check;
pub mod crew;
pub mod doctor;
pub mod explain;
pub mod fix;
pub mod graph;
pub mod init;
pub mod inspect;
pub mod interrupts;
pub mod load;
pub mod plan;
pub mod print;
pub mod providers;
pub mod quality;
pub mod report;
pub mod resume;
pub mod run;
pub mod status;
