//! The core by itself, without a driver.

mod any_order;
mod measures;
mod parts;
mod phases;
mod stops;

use std::num::NonZeroUsize;
use std::time::Duration;

use wavecrew_dag::{Dag, NodeId};
use wavecrew_exec::{Action, Event, FailureClass, Input, Limits, RunState};

use crate::support::{dag, log, plain_policy};

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

/// What was told so far, with parts under names of their own.
fn told<T: Clone + Default>(dag: &Dag<T>, run: &mut RunState) -> String {
    let events: Vec<Event> = std::iter::from_fn(|| run.next_event())
        .map(|(node, kind)| Event {
            elapsed: Duration::ZERO,
            node,
            kind,
        })
        .collect();
    let mut names: Vec<String> = dag.nodes().map(|node| dag.id(node).to_owned()).collect();
    names.extend((names.len()..run.tasks()).map(|part| format!("part{part}")));
    let tasks: Vec<(&str, T)> = names.iter().map(|id| (id.as_str(), T::default())).collect();
    log(&self::dag(&tasks, &[]), &events).replace("0ns ", "")
}
