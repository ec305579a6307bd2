//! Mermaid.

use proptest::prelude::*;
use wavecrew_worker_spec::mermaid::{Stroke, parse_flowchart};
use wavecrew_worker_spec::{Document, EdgeKind, Plan, read, write};

use crate::arbitrary::plan;

/// What a chart has to show of a task: its id, and its title below.
fn label(id: &str, title: &str) -> String {
    let shown = |text: &str| {
        if text.is_empty() {
            " ".to_owned()
        } else {
            text.to_owned()
        }
    };
    match title {
        "" => shown(id),
        title => format!("{}<br>{title}", shown(id)),
    }
}

/// Checks the chart of a plan against the plan, as Mermaid would read it.
fn check(plan: &Plan) -> Result<(), TestCaseError> {
    let written = write::to_mermaid(plan);
    let parsed = parse_flowchart(&Document::new("plan.mmd", written.as_str()));
    prop_assert!(
        parsed.diagnostics.is_empty(),
        "{:#?}\n{}",
        parsed.diagnostics,
        written
    );
    let chart = parsed.value;
    prop_assert!(chart.accepted_by_mermaid);
    let mut labels: Vec<String> = chart.nodes.iter().map(|node| node.label.clone()).collect();
    let mut expected: Vec<String> = plan
        .tasks
        .iter()
        .map(|task| label(&task.id, &task.title))
        .collect();
    labels.sort();
    expected.sort();
    prop_assert_eq!(labels, expected, "{}", written);

    // Which node is which task: labels may be alike, the order of nodes is by group.
    let group_of = |id: &str| {
        let group = chart
            .subgraphs
            .iter()
            .find(|group| group.members.iter().any(|member| member == id));
        group.map(|group| group.title.clone())
    };
    let title_of = |id: &str| {
        plan.group(id).map(|group| match group.title.as_str() {
            "" => group.id.clone(),
            title => title.to_owned(),
        })
    };
    let mut shown: Vec<(String, Option<String>)> = chart
        .nodes
        .iter()
        .map(|node| (node.label.clone(), group_of(&node.id)))
        .collect();
    let mut stated: Vec<(String, Option<String>)> = plan
        .tasks
        .iter()
        .map(|task| {
            (
                label(&task.id, &task.title),
                task.group.as_deref().and_then(title_of),
            )
        })
        .collect();
    shown.sort();
    stated.sort();
    prop_assert_eq!(shown, stated, "{}", written);

    let label_of = |id: &str| {
        chart
            .nodes
            .iter()
            .find(|node| node.id == id)
            .map(|node| node.label.clone())
    };
    let mut arrows: Vec<(String, String, bool)> = chart
        .edges
        .iter()
        .filter_map(|edge| {
            Some((
                label_of(&edge.from)?,
                label_of(&edge.to)?,
                edge.stroke == Stroke::Dotted,
            ))
        })
        .collect();
    let of = |id: &str| {
        plan.task(id)
            .map(|task| label(&task.id, &task.title))
            .unwrap_or_default()
    };
    let mut edges: Vec<(String, String, bool)> = plan
        .edges
        .iter()
        .map(|edge| (of(&edge.from), of(&edge.to), edge.kind == EdgeKind::Soft))
        .collect();
    arrows.sort();
    edges.sort();
    prop_assert_eq!(arrows, edges, "{}", written);
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn any_plan_is_shown_as_it_is(plan in plan()) {
        check(&plan)?;
    }
}

#[test]
fn an_ordinary_plan_is_read_back_from_its_chart() {
    let text = "---\nwavecrew: 1\n---\n## Wave 1: Foundation\n### CORE-001: Lexer\n### CORE-002: Parser, part 2\n\
                - depends on: CORE-001\n## Wave 2: Use\n### APP-1: The app\n- depends on: CORE-002\n- helped by: CORE-001\n";
    let plan = read(&[Document::new("plan.md", text)]).value;
    let chart = write::to_mermaid(&plan);
    let again = read(&[Document::new("plan.mmd", chart.as_str())]).value;
    let facts = |plan: &Plan| {
        let plan = plan.without_places();
        let tasks: Vec<_> = plan
            .tasks
            .into_iter()
            .map(|task| (task.id, task.title, task.group))
            .collect();
        let edges: Vec<_> = plan
            .edges
            .into_iter()
            .map(|edge| (edge.from, edge.to, edge.kind))
            .collect();
        let groups: Vec<_> = plan
            .groups
            .into_iter()
            .map(|group| (group.id, group.title, group.tasks))
            .collect();
        (tasks, edges, groups)
    };
    assert_eq!(facts(&again), facts(&plan), "{chart}");
}
