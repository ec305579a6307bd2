//! `wavecrew run`

use wavecrew::providers::Spending;
use wavecrew::{Chances, PlanGraph, RunError, RunOptions, Session, simulate_run};

use crate::args::RunArgs;
use crate::command::providers::{self, Judge};
use crate::command::{crew, load, print, quality};
use crate::exit::Exit;
use crate::output::amount::counted;
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
    load::keep_apart(&loaded, &graph, &args.root)?;
    options.set_plan(&args.root, &args.plan.paths, &loaded.documents, &graph);
    if args.simulation.simulate {
        return Ok(simulate(args, &graph, &options));
    }
    // Asked with the settings of the run.
    let judge_model = args.gate.judge_model.clone();
    let judge_model = judge_model.or_else(|| options.model.clone());
    let judge = Judge {
        // Without a threshold nobody is judged.
        names: match args.gate.min_quality {
            Some(_) => &args.gate.judge,
            None => &[],
        },
        model: judge_model.as_deref(),
    };
    let chain = providers::chain(&graph, &options, &judge, Spending::default(), &args.root)?;
    // What the judge takes is lost with a run that cannot begin.
    Session::may_create(&args.root, args.run_id.as_deref()).map_err(|error| not_begun(&error))?;
    options.judged = quality::gate(&loaded, &args.gate, judge.model, &chain)?;
    let runtime = crew::runtime()?;
    let mut session = Session::create(&args.root, args.run_id.as_deref(), &graph, options)
        .map_err(|error| not_begun(&error))?;
    let isolation = session.isolation();
    let reach = match isolation.has_mounts() {
        true => "",
        false => "; it may write into `.wavecrew`, too",
    };
    print::talk(&format!(
        "run {} of {} in {}; test commands in {isolation}{reach}",
        session.folder().id(),
        counted(graph.dag.len() as u64, "task"),
        args.root.display(),
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

/// Tells why a run cannot begin.
fn not_begun(error: &RunError) -> Exit {
    print::failure(error);
    match error {
        RunError::BadId(_) => Exit::Usage,
        _ => Exit::Configuration,
    }
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
