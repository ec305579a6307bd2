//! `wavecrew graph`

use std::collections::HashMap;

use wavecrew::worker_spec::{EdgeKind, Plan, write};

use crate::args::{GraphArgs, GraphFormat};
use crate::command::{load, print};
use crate::exit::Exit;

/// So many edges Mermaid draws unless it is told otherwise.
const MOST_MERMAID_EDGES: usize = 500;

pub fn run(args: &GraphArgs) -> Exit {
    let loaded = match load::load(&args.plan.paths) {
        Ok(loaded) => loaded,
        Err(exit) => return exit,
    };
    let plan = &loaded.plan;
    let format = match args.json {
        true => GraphFormat::Json,
        false => args.format,
    };
    match format {
        GraphFormat::Mermaid => {
            print::data(&write::to_mermaid(plan));
            if plan.edges.len() > MOST_MERMAID_EDGES {
                print::talk(&format!(
                    "note: {} edges; Mermaid draws more than {MOST_MERMAID_EDGES} only with a larger `maxEdges`",
                    plan.edges.len()
                ));
            }
        }
        GraphFormat::Dot => print::data(&write::to_dot(plan)),
        GraphFormat::Json => print::data(&write::to_json(plan)),
        GraphFormat::Text => print::text(&text(plan)),
    }
    if loaded.has_errors() {
        loaded.tell(loaded.errors());
        print::talk(&format!("{}; `wavecrew check` shows all", loaded.counts()));
        return Exit::InvalidPlan;
    }
    Exit::Fine
}

/// Every task, and below it those that it waits for.
fn text(plan: &Plan) -> String {
    let mut waits_for: HashMap<&str, Vec<String>> = HashMap::new();
    for edge in &plan.edges {
        let from = match edge.kind {
            EdgeKind::Soft => format!("{} (soft)", edge.from),
            _ => edge.from.clone(),
        };
        waits_for.entry(&edge.to).or_default().push(from);
    }
    let mut out = String::new();
    for task in &plan.tasks {
        out += &format!("{}  {}\n", task.id, task.title);
        let groups = task
            .depends_on_groups
            .iter()
            .map(|group| group.name.clone());
        let tasks = waits_for.remove(task.id.as_str()).unwrap_or_default();
        for name in tasks.into_iter().chain(groups) {
            out += &format!("  <- {name}\n");
        }
    }
    out
}
