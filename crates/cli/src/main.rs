//! The `wavecrew` program: the layers wired together, and the only place that prints, reads the
//! environment and exits.

#![expect(
    unreachable_pub,
    reason = "in a program, `pub` means: for the other modules"
)]

mod args;
mod command;
mod exit;
mod output;

use std::process::ExitCode;

use clap::Parser;

use crate::args::{Cli, Command};

fn main() -> ExitCode {
    let command = Cli::parse().command;
    let exit = match &command {
        Command::Check(args) => command::check::run(args),
        Command::Doctor(args) => command::doctor::run(args),
        Command::Explain(args) => command::explain::run(args),
        Command::Fix(args) => command::fix::run(args),
        Command::Graph(args) => command::graph::run(args),
        Command::Init(args) => command::init::run(args),
        Command::Inspect(args) => command::inspect::run(args),
        Command::Plan(args) => command::plan::run(args),
        Command::Run(args) => command::run::run(args),
        Command::Report(args) => command::report::run(args),
        Command::Resume(args) => command::resume::run(args),
        Command::Status(args) => command::status::run(args),
    };
    if command.wants_json() {
        let is_stream = matches!(command, Command::Run(_) | Command::Resume(_));
        command::print::failed(command.name(), exit, is_stream);
    }
    command::print::ended(exit).into()
}
