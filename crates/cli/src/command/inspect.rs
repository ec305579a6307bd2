//! `wavecrew inspect`

use std::path::Path;

use wavecrew::worker_spec::mermaid;
use wavecrew::worker_spec::{Edge, EdgeKind, Plan};

use crate::args::InspectArgs;
use crate::command::{load, print};
use crate::exit::Exit;
use crate::output::flowchart::flowchart_json;
use crate::output::inspect::InspectOut;

pub fn run(args: &InspectArgs) -> Exit {
    if let Some(file) = &args.flowchart {
        return flowchart(file);
    }
    let loaded = match load::load_or_complain(&args.paths) {
        Ok(loaded) => loaded,
        Err(exit) => return exit,
    };
    let group_edges = if args.expand_groups {
        expanded(&loaded.plan)
    } else {
        Vec::new()
    };
    if args.json {
        print::json(&InspectOut::new(
            &loaded.plan,
            &group_edges,
            &loaded.diagnostics,
        ));
    } else {
        loaded.tell(loaded.errors());
        print::text(&text(&loaded.plan, &group_edges));
        print::talk(&format!("{}; `wavecrew check` shows them", loaded.counts()));
    }
    if loaded.has_errors() {
        Exit::InvalidPlan
    } else {
        Exit::Fine
    }
}

/// Edges through groups that are not stated between the tasks themselves.
fn expanded(plan: &Plan) -> Vec<Edge> {
    let stated: std::collections::HashSet<(&str, &str)> = plan
        .edges
        .iter()
        .filter(|edge| edge.kind != EdgeKind::Soft)
        .map(|edge| (edge.from.as_str(), edge.to.as_str()))
        .collect();
    let mut edges = plan.group_edges();
    edges.retain(|edge| !stated.contains(&(edge.from.as_str(), edge.to.as_str())));
    edges
}

fn text(plan: &Plan, group_edges: &[Edge]) -> String {
    let mut out = format!("{}\n", plan.title.as_deref().unwrap_or("Plan"));
    let counted = |count: usize, noun: &str| match count {
        1 => format!("1 {noun}"),
        _ => format!("{count} {noun}s"),
    };
    out += &format!(
        "  {}, {}, {}\n\n",
        counted(plan.tasks.len(), "task"),
        counted(plan.edges.len() + group_edges.len(), "edge"),
        counted(plan.groups.len(), "group")
    );
    for task in &plan.tasks {
        let group = task.group.as_deref().unwrap_or("-");
        out += &format!("  {:<20} {:<12} {}\n", task.id, group, task.title);
    }
    out
}

fn flowchart(file: &Path) -> Exit {
    let documents = match wavecrew::read_documents(&[file.to_owned()]) {
        Ok(documents) => documents,
        Err(error) => {
            print::failure(&error);
            return Exit::InvalidPlan;
        }
    };
    let parsed = mermaid::parse_flowchart(&documents[0]);
    print::json(&flowchart_json(&parsed));
    match parsed.has_errors() {
        true => Exit::InvalidPlan,
        false => Exit::Fine,
    }
}
