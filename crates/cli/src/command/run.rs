//! `wavecrew run`

use std::path::PathBuf;

use wavecrew::providers::Spending;
use wavecrew::{Chances, PlanGraph, RunOptions, Session, simulate_run};

use crate::args::RunArgs;
use crate::command::{crew, load, print, providers, quality};
use crate::exit::Exit;
use crate::output::simulation::{simulation_json, simulation_text};

pub fn run(args: &RunArgs) -> Exit {
    match prepare(args) {
        Ok(exit) | Err(exit) => exit,
    }
}

fn prepare(args: &RunArgs) -> Result<Exit, Exit> {
    let mut loaded = load::load(&args.plan.paths)?;
    loaded.audit(load::options(args.order));
    let graph = load::graph(&loaded, args.order)?;
    let selection = args.selection.selection();
    let graph = load::select(&loaded, graph, &selection)?;
    let mut options = RunOptions {
        paths: absolute(&args.plan.paths)?,
        graph: load::options(args.order),
        selection,
        ..RunOptions::default()
    };
    let config = providers::configure(
        args.how.providers.config.as_deref(),
        &args.root,
        &mut options,
    )?;
    crew::apply(&args.how, config.as_ref(), &mut options)?;
    if args.simulation.simulate {
        return Ok(simulate(args, &graph, &options));
    }
    let chain = providers::chain(&graph, &options, Spending::default())?;
    quality::gate(&loaded, &args.gate)?;
    let runtime = crew::runtime()?;
    let mut session = Session::create(&args.root, args.run_id.as_deref(), &graph, options)
        .map_err(|error| {
            print::failure(&error);
            Exit::Configuration
        })?;
    print::talk(&format!(
        "run {} of {} tasks in {}; test commands in {}",
        session.folder().id(),
        graph.dag.len(),
        args.root.display(),
        session.isolation(),
    ));
    Ok(crew::work(
        runtime,
        &mut session,
        &graph,
        &chain,
        args.judge,
        &args.tell,
        args.json,
    ))
}

/// Tells what the run would come to.
fn simulate(args: &RunArgs, graph: &PlanGraph, options: &RunOptions) -> Exit {
    let chances = Chances {
        refused: args.simulation.refused / 100.0,
        seed: args.simulation.seed,
    };
    let simulation = simulate_run(graph, options, &chances);
    if args.json {
        print::json(&simulation_json(graph, options, &simulation));
    } else {
        print::text(&simulation_text(graph, options, &simulation));
        print::talk("next: the same command without `--simulate`");
    }
    Exit::Fine
}

/// The paths as another working directory will find them.
fn absolute(paths: &[PathBuf]) -> Result<Vec<PathBuf>, Exit> {
    paths
        .iter()
        .map(|path| {
            if path.as_os_str() == wavecrew::STDIN {
                return Ok(path.clone());
            }
            std::path::absolute(path).map_err(|error| {
                print::failure(&error);
                Exit::InvalidPlan
            })
        })
        .collect()
}
