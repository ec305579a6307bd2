//! Whatever happens, in whatever order, held to what must always be so.

use std::time::Duration;

use proptest::collection::vec;
use proptest::prelude::*;
use wavecrew_dag::{Claims, NodeId, Resources};
use wavecrew_exec::{
    Action, Event, FailureClass, Input, Limits, Matching, Measure, Request, Rule, RunState, Start,
    Threshold,
};

use super::{failed, limits, node, parts, succeeded};
use crate::support::{check_grammar, dag};

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
    /// One request is seen to; the others wait.
    SeeTo(usize),
    Sign(usize),
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
        5 => (0..4_usize).prop_map(Step::SeeTo),
        2 => (0..8_usize).prop_map(Step::Sign),
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
        keys in vec(0..6_usize, 8),
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
        // The last few share no key with anybody.
        let claimed = keys.iter().enumerate().take(tasks).filter(|(_, key)| **key < 3);
        let paths: Vec<(NodeId, String)> = claimed.map(|(task, key)| (node(task), format!("k{key}"))).collect();
        let claims = Claims::new(tasks, paths.iter().map(|(node, path)| (*node, path.as_str())));
        let mut limits = Limits {
            resources: Some(resources),
            claims: Some(claims),
            ..limits(workers)
        };
        let undone = Measure::new(Action::Retry).roll_back();
        limits.policy = limits.policy
            .rule(Rule::new(Matching::class(FailureClass::Transient)).then(undone))
            .threshold(Threshold::time(200 * second))
            .on(FailureClass::Panic, Action::Rerun)
            .on(FailureClass::Invalid, Action::Ask);
        if deadlines {
            limits.attempt_deadline = Some(40 * second);
            limits.task_deadline = Some(100 * second);
            limits.stall_after = Some(30 * second);
        }
        let mut driver = Driver::new(RunState::new(&dag, limits), workers, &keys);
        for step in steps {
            driver.step(step);
        }
        if cancels {
            driver.step(Step::Cancel);
        } else {
            driver.step(Step::Continue);
            for _ in 0..1000 {
                driver.step(Step::Succeed(0));
                driver.step(Step::SeeTo(0));
                driver.step(Step::Wait(60));
                // Whoever sleeps until then must wake up later than now.
                let due = driver.run.next_due();
                prop_assert!(due.is_none_or(|due| due > driver.now), "{due:?} is over");
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
    requests: Vec<Request>,
    /// What each task claims, or nothing from 3 on, and for whom: parts share the claim of their whole.
    keys: Vec<(usize, usize)>,
    now: Duration,
    events: Vec<Event>,
}

impl Driver {
    fn new(run: RunState, workers: usize, keys: &[usize]) -> Self {
        let mut driver = Self {
            keys: (0..run.tasks()).map(|task| (keys[task], task)).collect(),
            run,
            workers,
            running: Vec::new(),
            requests: Vec::new(),
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
            Step::SeeTo(which) if which < self.requests.len() => {
                let request = self.requests.remove(which);
                self.see_to(request);
            }
            Step::SeeTo(_) => {}
            Step::Sign(which) => {
                if let Some(&node) = self.running.get(which) {
                    self.run.apply(Input::Progress { node });
                }
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
            let undone = self.requests.iter().filter_map(|request| match request {
                Request::RollBack { node } => Some(*node),
                _ => None,
            });
            let (key, whole) = self.keys[node.index()];
            let is_rival = |other: &NodeId| {
                let (others, others_whole) = self.keys[other.index()];
                key < 3 && others == key && others_whole != whole
            };
            let rival = self.running.iter().copied().chain(undone).find(is_rival);
            assert_eq!(rival, None, "{node} is not alone");
            self.running.push(node);
        }
        assert!(self.running.len() <= self.workers);
        self.requests
            .extend(std::iter::from_fn(|| self.run.next_request()));
        let events = std::iter::from_fn(|| self.run.next_event());
        self.events.extend(events);
    }

    fn see_to(&mut self, request: Request) {
        let keys = match &request {
            Request::Split { node, .. } => self.keys[node.index()],
            _ => (0, 0),
        };
        let answer = match request {
            Request::RollBack { node } => Input::RolledBack { node, error: None },
            // Not for ever.
            Request::Split { node, reason } if self.run.tasks() > 20 => {
                Input::NotSplit { node, reason }
            }
            Request::Split { node, .. } => Input::Split {
                node,
                parts: parts(&[&[], &[0]]),
            },
            Request::Ask { about, .. } => Input::Answered {
                about,
                answer: None,
            },
            other => panic!("nobody asks for {other:?}"),
        };
        self.run.apply(answer);
        self.keys.resize(self.run.tasks(), keys);
    }
}
