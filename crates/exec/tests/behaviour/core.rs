//! The core by itself: splitting, cancelling, and answers that come too late.

use std::num::NonZeroUsize;
use std::time::Duration;

use insta::assert_snapshot;
use proptest::collection::vec;
use proptest::prelude::*;
use wavecrew_dag::{Claims, Dag, NodeId, Resources};
use wavecrew_exec::{
    Action, Event, FailureClass, Input, Limits, NewPart, Policy, Request, RunState, Standing, Start,
};

use crate::support::{check_grammar, dag, log, plain_policy};

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

/// What was told so far.
fn told<T>(dag: &Dag<T>, run: &mut RunState) -> String {
    let events: Vec<Event> = std::iter::from_fn(|| run.next_event())
        .map(|(node, kind)| Event {
            elapsed: Duration::ZERO,
            node,
            kind,
        })
        .collect();
    log(dag, &events).replace("0ns ", "")
}

/// Parts that wait for these of those before them.
fn parts(waits_for: &[&[usize]]) -> Vec<NewPart> {
    let part = |(place, waits_for): (usize, &&[usize])| NewPart {
        id: format!("p{place}"),
        waits_for: waits_for.to_vec(),
    };
    waits_for.iter().enumerate().map(part).collect()
}

#[test]
fn parts_take_the_place_of_a_task_with_its_claims_and_resources() {
    let dag = dag(
        &[("before", ()), ("big", ()), ("after", ()), ("rival", ())],
        &[("before", "big"), ("big", "after"), ("before", "rival")],
    );
    let mut resources = Resources::new(4);
    let seats = resources.add("seats", 1);
    resources.need(node(1), seats, 1);
    let mut run = RunState::new(
        &dag,
        Limits {
            claims: Some(Claims::new(4, [(node(1), "src"), (node(3), "src/lib.rs")])),
            resources: Some(resources),
            ..limits(8)
        },
    );
    assert_eq!(starts(&mut run), [0]);
    run.apply(succeeded(node(0)));
    assert_eq!(starts(&mut run), [1], "`rival` waits for the claim");
    run.apply(failed(node(1), FailureClass::Timeout));
    let asked = run.next_request();
    assert!(matches!(asked, Some(Request::Split { .. })), "{asked:?}");
    run.apply(Input::Split {
        node: node(1),
        parts: parts(&[&[], &[], &[0]]),
    });
    assert_eq!(run.tasks(), 7);
    assert_eq!(run.standing(node(1)), Standing::Split);
    assert_eq!(
        starts(&mut run),
        [4],
        "one seat, and `rival` waits for all parts"
    );
    run.apply(succeeded(node(4)));
    assert_eq!(starts(&mut run), [5]);
    run.apply(succeeded(node(5)));
    assert_eq!(starts(&mut run), [6]);
    run.apply(succeeded(node(6)));
    assert_eq!(starts(&mut run), [2, 3]);
    run.apply(succeeded(node(2)));
    run.apply(succeeded(node(3)));
    assert!(run.is_done());
    assert_snapshot!(told(&dag, &mut run), @r"
    before started 1
    before succeeded 1
    big started 1
    big decided: attempt 1 of 3 failed (timeout), so smaller tasks are to take its place
    big split into p0, p1, p2
    p0 started 1
    p0 succeeded 1
    p1 started 1
    p1 succeeded 1
    p2 started 1
    p2 succeeded 1
    after started 1
    rival started 1
    after succeeded 1
    rival succeeded 1
    ");
}

#[test]
fn a_part_may_be_split_again_and_the_claims_are_held_until_the_last_part_ends() {
    let dag = dag(&[("big", ()), ("after", ())], &[("big", "after")]);
    let claims = Claims::new(2, [(node(0), "src"), (node(1), "src")]);
    let mut run = RunState::new(
        &dag,
        Limits {
            claims: Some(claims),
            despite_failures: true,
            ..limits(8)
        },
    );
    let split = |run: &mut RunState, whole: usize, parts: usize| {
        run.apply(failed(node(whole), FailureClass::Timeout));
        assert!(run.next_request().is_some());
        run.apply(Input::Split {
            node: node(whole),
            parts: self::parts(&vec![&[][..]; parts]),
        });
    };
    assert_eq!(starts(&mut run), [0]);
    split(&mut run, 0, 2);
    assert_eq!(starts(&mut run), [2, 3]);
    split(&mut run, 3, 2);
    assert_eq!(starts(&mut run), [4, 5]);
    run.apply(succeeded(node(2)));
    run.apply(failed(node(4), FailureClass::Permanent));
    assert_eq!(starts(&mut run), [0; 0], "a part still has the claims");
    run.apply(succeeded(node(5)));
    assert_eq!(starts(&mut run), [1]);
    run.apply(succeeded(node(1)));
    assert!(run.is_done());
}

#[test]
fn answers_that_come_too_late_are_ignored() {
    let dag = dag(&[("a", ())], &[]);
    let policy = Policy::default().on(FailureClass::Invalid, Action::Ask);
    let mut run = RunState::new(
        &dag,
        Limits {
            policy,
            ..Limits::default()
        },
    );
    assert_eq!(starts(&mut run), [0]);
    run.apply(failed(node(0), FailureClass::Invalid));
    assert_eq!(run.standing(node(0)), Standing::Asking);
    run.apply(Input::CancelTask { node: node(0) });
    run.apply(Input::Answered {
        node: Some(node(0)),
        answer: None,
    });
    run.apply(Input::Split {
        node: node(0),
        parts: parts(&[&[]]),
    });
    assert!(run.is_done());
    assert_snapshot!(told(&dag, &mut run), @r"
    a started 1
    a decided: attempt 1 of 3 failed (invalid), so a person is asked
    a asked: attempt 1 of 3 failed (invalid), so a person is asked: no such luck
    a decided: this task alone was cancelled from outside
    a cancelled
    ");
}

/// Something that happens to a run.
#[derive(Clone, Debug)]
enum Step {
    Succeed(usize),
    Fail(usize, FailureClass),
    Split(usize),
    CancelTask(usize),
    Suspend,
    Continue,
    Wait(u64),
    Drain,
    Cancel,
}

fn step() -> impl Strategy<Value = Step> {
    let class = prop::sample::select(vec![
        FailureClass::Transient,
        FailureClass::Invalid,
        FailureClass::Timeout,
        FailureClass::RateLimited,
        FailureClass::Permanent,
        FailureClass::Panic,
    ]);
    prop_oneof![
        8 => (0..8_usize).prop_map(Step::Succeed),
        6 => (0..8_usize, class).prop_map(|(which, class)| Step::Fail(which, class)),
        2 => (0..8_usize).prop_map(Step::Split),
        1 => (0..12_usize).prop_map(Step::CancelTask),
        1 => Just(Step::Suspend),
        2 => Just(Step::Continue),
        4 => (1..90_u64).prop_map(Step::Wait),
        1 => Just(Step::Drain),
        1 => Just(Step::Cancel),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    /// Whatever happens, in whatever order: nothing runs twice at once, limits hold, and the run can
    /// be brought to an end, by going on or by cancelling it.
    #[test]
    fn a_run_ends_whatever_happens(
        tasks in 1..8_usize,
        pairs in vec((0..8_usize, 0..8_usize), 0..12),
        needs in vec(0..3_u64, 8),
        workers in 1..4_usize,
        deadlines in any::<bool>(),
        steps in vec(step(), 0..60),
        cancels in any::<bool>(),
    ) {
        let names: Vec<String> = (0..tasks).map(|task| format!("t{task}")).collect();
        let nodes: Vec<(&str, ())> = names.iter().map(|name| (name.as_str(), ())).collect();
        let sound = pairs.iter().filter(|(from, to)| from < to && *to < tasks);
        let edges: Vec<(&str, &str)> = sound.map(|&(from, to)| (&*names[from], &*names[to])).collect();
        let dag = dag(&nodes, &edges);
        let mut resources = Resources::new(tasks);
        let seats = resources.add("seats", 2);
        for (task, needed) in needs.iter().enumerate().take(tasks) {
            resources.need(node(task), seats, *needed);
        }
        let second = Duration::from_secs(1);
        let mut limits = Limits { resources: Some(resources), ..limits(workers) };
        limits.policy = limits.policy
            .on(FailureClass::Panic, Action::Rerun)
            .on(FailureClass::Invalid, Action::Ask);
        if deadlines {
            limits.attempt_deadline = Some(40 * second);
            limits.task_deadline = Some(100 * second);
            limits.stall_after = Some(30 * second);
        }
        let mut driver = Driver::new(RunState::new(&dag, limits), workers);
        for step in steps {
            driver.step(step);
        }
        if cancels {
            driver.step(Step::Cancel);
        } else {
            driver.step(Step::Continue);
            for _ in 0..1000 {
                driver.step(Step::Succeed(0));
                driver.step(Step::Wait(60));
            }
        }
        prop_assert!(driver.run.is_done(), "{:?}", driver.run);
        check_grammar(&dag, &driver.events);
        // Parts have their stories too.
        let finals = driver.events.iter().filter(|event| event.kind.is_final());
        prop_assert_eq!(finals.count(), driver.run.tasks());
    }
}

/// Does what a driver does, and looks at it.
struct Driver {
    run: RunState,
    workers: usize,
    running: Vec<NodeId>,
    now: Duration,
    events: Vec<Event>,
}

impl Driver {
    fn new(run: RunState, workers: usize) -> Self {
        let mut driver = Self {
            run,
            workers,
            running: Vec::new(),
            now: Duration::ZERO,
            events: Vec::new(),
        };
        driver.settle();
        driver
    }

    fn step(&mut self, step: Step) {
        match step {
            Step::Succeed(which) => self.end(which, succeeded),
            Step::Fail(which, class) => self.end(which, |node| failed(node, class)),
            Step::Split(which) => self.end(which, |node| failed(node, FailureClass::Timeout)),
            Step::CancelTask(task) if task < self.run.tasks() => {
                let node = node(task);
                self.run.apply(Input::CancelTask { node });
            }
            Step::CancelTask(_) => {}
            Step::Suspend => self.run.apply(Input::Suspend),
            Step::Continue => self.run.apply(Input::Continue),
            Step::Wait(seconds) => {
                self.now += Duration::from_secs(seconds);
                self.run.advance(self.now);
            }
            Step::Drain => self.run.apply(Input::Drain),
            Step::Cancel => {
                self.run.apply(Input::Cancel);
                self.running.clear();
            }
        }
        self.settle();
    }

    fn end(&mut self, which: usize, input: impl Fn(NodeId) -> Input) {
        if which < self.running.len() {
            let node = self.running.remove(which);
            self.run.apply(input(node));
        }
    }

    fn settle(&mut self) {
        while let Some(stop) = self.run.next_stop() {
            self.running.retain(|&running| running != stop.node);
        }
        while let Some(Start { node, .. }) = self.run.next_start() {
            assert!(!self.running.contains(&node), "{node} runs twice");
            self.running.push(node);
        }
        assert!(self.running.len() <= self.workers);
        while let Some(request) = self.run.next_request() {
            self.run.apply(match request {
                Request::RollBack { node } => Input::RolledBack { node, error: None },
                // Not for ever.
                Request::Split { node, reason } if self.run.tasks() > 20 => {
                    Input::NotSplit { node, reason }
                }
                Request::Split { node, .. } => Input::Split {
                    node,
                    parts: parts(&[&[], &[0]]),
                },
                Request::Ask { node, .. } => Input::Answered { node, answer: None },
                other => panic!("nobody asks for {other:?}"),
            });
        }
        while let Some((node, kind)) = self.run.next_event() {
            self.events.push(Event {
                elapsed: self.now,
                node,
                kind,
            });
        }
    }
}
