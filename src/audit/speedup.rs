//! Speed-ups, as they are stated, against work over the longest chain.

use std::collections::BTreeMap;

use wavecrew_worker_spec::{
    Amount, Diagnostic, Group, Measure, Plan, Precision, Shown, Statement, Subject,
};

use super::readings::{Readings, chain_text, chain_within, nodes_of, shown};
use super::scope::{Scope, Scopes};
use crate::codes;

pub(super) fn check(plan: &Plan, readings: &Readings<'_>, found: &mut Vec<Diagnostic>) {
    if readings.work == 0 || !readings.all_estimated {
        return;
    }
    let scopes = Scopes::new(plan);
    let mut same: BTreeMap<(Option<&str>, bool, i64, i64), Vec<&Statement>> = BTreeMap::new();
    for statement in plan
        .statements
        .iter()
        .filter(|statement| statement.subject == Subject::Speedup)
    {
        if let Some(amount) = statement.amount {
            let key = (
                statement.group.as_deref(),
                statement.or_whole,
                amount.low,
                amount.high,
            );
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
        let bounds = scopes
            .of(statements[0])
            .into_iter()
            .filter_map(|scope| match scope {
                Scope::Plan => Some(whole(readings)),
                Scope::Group(group) => of_group(readings, group),
            });
        if let Some(bound) = bounds.max_by(|one, other| one.most().cmp(&other.most())) {
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

impl Bound {
    /// The speed-up in millionths; nothing where no time is known.
    fn most(&self) -> Option<i128> {
        let work = i128::from(self.work) * i128::from(Amount::ONE);
        work.checked_div(i128::from(self.longest))
    }
}

fn whole(readings: &Readings<'_>) -> Bound {
    let shortest = readings.shortest();
    Bound {
        work: readings.work,
        longest: shortest.length,
        chain: shortest.chain.clone(),
    }
}

fn of_group(readings: &Readings<'_>, group: &Group) -> Option<Bound> {
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
    let (Some(first), Some(most)) = (statements.first(), bound.most()) else {
        return;
    };
    let Some(amount) = first.amount else {
        return;
    };
    if least(&amount) <= most {
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

/// The least that may be meant: rounded to the digits shown, but by no more than a twentieth. "2x" is no 1.8x.
fn least(amount: &Amount) -> i128 {
    let (least, _) = amount.meant();
    match amount.precision {
        Precision::Exact => least.max(i128::from(amount.low) - i128::from(amount.low) / 20),
        _ => least,
    }
}
