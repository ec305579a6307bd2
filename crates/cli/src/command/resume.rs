//! `wavecrew resume`

use tokio::runtime::Runtime;
use wavecrew::exec::Answer;
use wavecrew::{PlanGraph, RunFolder, Session};

use crate::args::ResumeArgs;
use crate::command::providers::{self, Judge};
use crate::command::{crew, load, print};
use crate::exit::Exit;
use crate::output::amount::counted;
use crate::output::diagnostic::visible;

pub fn run(args: &ResumeArgs) -> Exit {
    match prepare(args) {
        Ok(exit) | Err(exit) => exit,
    }
}

fn prepare(args: &ResumeArgs) -> Result<Exit, Exit> {
    let runtime = crew::runtime()?;
    let folder = RunFolder::find(&args.root, args.run_id.as_deref());
    if let Ok(folder) = folder.as_ref()
        && !args.adopt
        && !folder.began_here()
    {
        // It may have come with somebody else's project, like a configuration file that was only found.
        print::talk(&visible(&format!(
            "error: run `{}` did not begin in this folder of this machine, so that its journal may be somebody else's: what it says \
             would be run and asked without a word of yours; `--adopt` takes it up all the same, after a look at `wavecrew status`",
            folder.id(),
        )));
        return Err(Exit::Configuration);
    }
    let mut session = Session::open(&args.root, args.run_id.as_deref()).map_err(|error| {
        print::failure(&error);
        Exit::Configuration
    })?;
    if args.adopt && !session.folder().began_here() {
        session.folder().seal().map_err(|error| {
            print::failure(&error);
            Exit::Configuration
        })?;
    }
    if let Some(torn) = session.torn() {
        print::talk(&format!(
            "the journal ended in an unfinished line ({} bytes from line {}); it was cut off",
            torn.bytes, torn.line,
        ));
    }
    let mut options = session.options().clone();
    let config = match args.how.providers.config.as_deref() {
        Some(named) => providers::configure(Some(named), &args.root, &mut options)?,
        None => None,
    };
    crew::apply(&args.how, config.as_ref(), &mut options)?;
    let mut loaded = match args.plan.is_empty() {
        true => load::again(&session)?,
        false => load::load(&args.plan)?,
    };
    loaded.audit(options.graph);
    let graph = load::graph_with(&loaded, options.graph)?;
    let graph = load::select_again(&loaded, graph, &session)?;
    answers(&runtime, &mut session, &graph, &args.answer)?;
    load::keep_apart(&loaded, &graph, session.root())?;
    if !args.plan.is_empty() {
        options.set_plan(session.root(), &args.plan, &loaded.documents, &graph);
    }
    session.set_options(options.clone());
    let spent = session.spending_before(&graph, providers::variable);
    let spent = spent.map_err(|error| {
        print::failure(&error);
        Exit::Configuration
    })?;
    let chain = providers::chain(&graph, &options, &Judge::default(), spent, session.root())?;
    print::talk(&format!(
        "run {} of {} in {}, taken up again",
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

/// Takes what a person has decided, for tasks that wait for it and are still to be done.
fn answers(
    runtime: &Runtime,
    session: &mut Session,
    graph: &PlanGraph,
    given: &[(String, Answer)],
) -> Result<(), Exit> {
    if given.is_empty() {
        return Ok(());
    }
    let questions = runtime
        .block_on(session.questions(graph))
        .map_err(|error| {
            print::failure(&error);
            Exit::Configuration
        })?;
    let waiting: Vec<String> = questions.into_iter().filter_map(|open| open.task).collect();
    if let Some((task, _)) = given.iter().find(|(task, _)| !waiting.contains(task)) {
        let mut left_out = graph.left_out.iter();
        let left_out = left_out.find(|left_out| left_out.id == *task);
        let why = left_out.map_or_else(String::new, |task| format!(" any more ({})", task.reason));
        let others = match waiting.is_empty() {
            true => "no task does".to_owned(),
            false => format!("there are {}", waiting.join(", ")),
        };
        print::talk(&visible(&format!(
            "error: `{task}` does not wait for an answer{why}; {others}"
        )));
        return Err(Exit::Usage);
    }
    session.set_answers(given.iter().cloned().collect());
    Ok(())
}
