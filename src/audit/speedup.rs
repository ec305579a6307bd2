//! Speed-ups, as they are stated, against work over the longest chain.

use std::collections::BTreeMap;

use wavecrew_worker_spec::{Amount, Diagnostic, Measure, Plan, Shown, Statement, Subject};

use super::readings::{Readings, chain_text, chain_within, nodes_of, shown};
use crate::codes;

pub(super) fn check(plan: &Plan, readings: &Readings<'_>, found: &mut Vec<Diagnostic>) {
    if readings.work == 0 || !readings.all_estimated {
        return;
    }
    let mut same: BTreeMap<(Option<&str>, i64, i64), Vec<&Statement>> = BTreeMap::new();
    for statement in plan
        .statements
        .iter()
        .filter(|statement| statement.subject == Subject::Speedup)
    {
        if let Some(amount) = statement.amount {
            let key = (statement.group.as_deref(), amount.low, amount.high);
            same.entry(key).or_default().push(statement);
        }
    }
    let mut groups: Vec<_> = same.into_values().collect();
    groups.sort_by_key(|statements| {
        (
            statements[0].location.file.clone(),
            statements[0].location.span.start,
        )
    });
    for statements in groups {
        let bound = match &statements[0].group {
            None => whole(readings),
            Some(group) => of_group(plan, readings, group),
        };
        if let Some(bound) = bound {
            hold(&statements, &bound, found);
        }
    }
}

/// The most that can be gained.
struct Bound {
    work: u64,
    longest: u64,
    chain: Vec<String>,
}

fn whole(readings: &Readings<'_>) -> Option<Bound> {
    let shortest = readings.shortest();
    Some(Bound {
        work: readings.work,
        longest: shortest.length,
        chain: shortest.chain.clone(),
    })
}

fn of_group(plan: &Plan, readings: &Readings<'_>, group: &str) -> Option<Bound> {
    let group = plan.groups.iter().find(|other| other.id == group)?;
    let mut bound: Option<Bound> = None;
    for graph in readings.graphs() {
        let nodes = nodes_of(&graph.dag, &group.tasks);
        let (longest, chain) = chain_within(graph, &nodes);
        if bound.as_ref().is_none_or(|bound| longest < bound.longest) {
            bound = Some(Bound {
                work: nodes
                    .iter()
                    .map(|node| graph.durations[node.index()])
                    .fold(0, u64::saturating_add),
                longest,
                chain: chain
                    .iter()
                    .map(|node| graph.dag.id(*node).to_owned())
                    .collect(),
            });
        }
    }
    bound
}

/// Reports one claim with all the places that repeat it.
fn hold(statements: &[&Statement], bound: &Bound, found: &mut Vec<Diagnostic>) {
    let (Some(first), true) = (statements.first(), bound.longest > 0) else {
        return;
    };
    let Some(amount) = first.amount else {
        return;
    };
    let most = i128::from(bound.work) * i128::from(Amount::ONE) / i128::from(bound.longest);
    if amount.meant().0 <= most {
        return;
    }
    let mut warning = Diagnostic::warning(
        codes::SPEEDUP,
        format!(
            "states a speed-up of {amount}; at most {} is possible",
            Shown(Measure::Times, most)
        ),
    )
    .at(first.location.clone())
    .help(format!(
        "{} of work over a longest chain of {}: {}",
        shown(bound.work),
        shown(bound.longest),
        chain_text(&bound.chain)
    ));
    for other in statements.iter().skip(1).take(8) {
        warning = warning.related(other.location.clone(), "stated again");
    }
    found.push(warning);
}
