//! `wavecrew plan`

use crate::args::PlanArgs;
use crate::command::{load, print};
use crate::exit::Exit;
use crate::output::plan::{plan_json, plan_text};

pub fn run(args: &PlanArgs) -> Exit {
    let mut loaded = match load::load(&args.plan.paths) {
        Ok(loaded) => loaded,
        Err(exit) => return exit,
    };
    let graph = load::graph(&loaded, args.order);
    let selection = args.selection.selection();
    let graph = match graph.and_then(|graph| load::select(&loaded, graph, &selection)) {
        Ok(graph) => graph,
        Err(exit) => return exit,
    };
    let forecast = match wavecrew::forecast(&graph, args.workers) {
        Ok(forecast) => forecast,
        Err(error) => {
            print::failure(&error);
            return Exit::InvalidPlan;
        }
    };
    loaded.audit(load::options(args.order));
    if args.json {
        print::json(&plan_json(&graph, &forecast));
    } else {
        print::text(&plan_text(loaded.plan.title.as_deref(), &graph, &forecast));
    }
    let in_order = loaded
        .plan
        .groups
        .iter()
        .filter(|group| group.kind.is_in_order());
    let in_order = in_order.filter(|group| !group.tasks.is_empty()).count();
    if in_order > 1 && !args.order.barriers {
        print::talk(&format!(
            "the {in_order} groups that follow each other are only a view here; `--barriers` lets each wait for the one before"
        ));
    }
    print::talk(&format!(
        "{} in the documents and what they claim, which `wavecrew check` shows; next: `wavecrew run … --root DIR`",
        loaded.counts()
    ));
    Exit::Fine
}
