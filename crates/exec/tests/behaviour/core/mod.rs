//! The core by itself, without a driver.

mod any_order;
mod earlier;
mod measures;
mod parts;
mod phases;
mod stops;

use std::num::NonZeroUsize;
use std::time::Duration;

use wavecrew_dag::{Dag, NodeId};
use wavecrew_exec::{Action, Event, FailureClass, Input, Limits, NewPart, Policy, RunState};

use crate::support::{log, plain_policy};

fn node(index: usize) -> NodeId {
    NodeId::from_index(index)
}

fn limits(workers: usize) -> Limits {
    Limits {
        concurrency: NonZeroUsize::new(workers).expect("at least one"),
        policy: plain_policy().on(FailureClass::Timeout, Action::Split),
        ..Limits::default()
    }
}

fn one_slot(policy: Policy) -> Limits {
    Limits {
        policy,
        ..limits(1)
    }
}

fn succeeded(node: NodeId) -> Input {
    let label = String::new();
    Input::Succeeded { node, label }
}

fn failed(node: NodeId, class: FailureClass) -> Input {
    Input::Failed {
        node,
        class,
        label: String::new(),
        reason: "no such luck".to_owned(),
        retry_after: None,
    }
}

fn starts(run: &mut RunState) -> Vec<usize> {
    let started = std::iter::from_fn(|| run.next_start());
    started.map(|start| start.node.index()).collect()
}

/// Parts that wait for these of those before them.
fn parts(waits_for: &[&[usize]]) -> Vec<NewPart> {
    let part = |(place, waits_for): (usize, &&[usize])| NewPart {
        id: format!("part{place}"),
        waits_for: waits_for.to_vec(),
    };
    waits_for.iter().enumerate().map(part).collect()
}

/// What was told so far.
fn told<T>(dag: &Dag<T>, run: &mut RunState) -> String {
    let events: Vec<Event> = std::iter::from_fn(|| run.next_event())
        .map(|event| Event {
            elapsed: Duration::ZERO,
            ..event
        })
        .collect();
    log(dag, &events).replace("0ns ", "")
}
