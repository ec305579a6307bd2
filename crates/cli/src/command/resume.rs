//! `wavecrew resume`

use wavecrew::Session;

use crate::args::ResumeArgs;
use crate::command::{crew, load, print};
use crate::exit::Exit;

pub fn run(args: &ResumeArgs) -> Exit {
    match prepare(args) {
        Ok(exit) | Err(exit) => exit,
    }
}

fn prepare(args: &ResumeArgs) -> Result<Exit, Exit> {
    let runtime = crew::runtime()?;
    let mut session = Session::open(&args.root, args.run_id.as_deref()).map_err(|error| {
        print::failure(&error);
        Exit::Configuration
    })?;
    if let Some(torn) = session.torn() {
        print::talk(&format!(
            "the journal ended in an unfinished line ({} bytes from line {}); it was cut off",
            torn.bytes, torn.line,
        ));
    }
    let mut options = session.options().clone();
    crew::apply(&args.how, &mut options);
    let mut loaded = match args.plan.is_empty() {
        true => load::again(&session)?,
        false => load::load(&args.plan)?,
    };
    loaded.audit(options.graph);
    let graph = load::graph_with(&loaded, options.graph)?;
    load::keep_apart(&loaded, &graph, session.root())?;
    if !args.plan.is_empty() {
        options.set_plan(session.root(), &args.plan, &loaded.documents, &graph);
    }
    let provider = crew::provider(&options)?;
    session.set_options(options);
    print::talk(&format!(
        "run {} of {} tasks in {}, taken up again",
        session.folder().id(),
        graph.dag.len(),
        args.root.display(),
    ));
    Ok(crew::work(
        runtime,
        &mut session,
        &graph,
        provider,
        args.judge,
        &args.tell,
        args.json,
    ))
}
