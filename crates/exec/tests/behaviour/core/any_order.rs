//! Whatever happens, in whatever order, held to what must always be so.

use std::collections::BTreeMap;
use std::time::Duration;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use wavecrew_dag::{Claims, Dag, Money, NodeId, Resources};
use wavecrew_exec::{
    Action, Answer, AttemptFailure, Decision, Event, FailureClass, FailureKind, Input, Limits,
    Matching, Measure, Phase, Phases, Policy, Request, Rule, RunState, Start, Target, Threshold,
};

use super::{failed, limits, node, parts, succeeded};
use crate::support::{check_grammar, dag};

/// Something that happens to a run.
#[derive(Clone, Debug)]
enum Step {
    Succeed(usize),
    Fail(usize, FailureClass),
    CancelTask(usize),
    Suspend,
    Continue,
    Wait(u64),
    /// One request is seen to; the others wait.
    SeeTo(usize, Reply),
    Sign(usize),
    Spend(Option<u64>),
    Drain,
    Cancel,
}

impl Step {
    /// Whether nothing more starts after it.
    fn stops(&self) -> bool {
        match self {
            Self::Drain | Self::Cancel => true,
            Self::Fail(_, class) => {
                matches!(class, FailureClass::Fatal | FailureClass::OutOfBudget)
            }
            Self::SeeTo(_, reply) => matches!(reply.answer, None | Some(Answer::Abort)),
            _ => false,
        }
    }
}

/// What whoever is asked for something says.
#[derive(Clone, Debug)]
struct Reply {
    /// Whether it was done: undone, split, or checked and passed.
    is_done: bool,
    answer: Option<Answer>,
}

/// Where an earlier session left a task.
#[derive(Clone, Debug)]
enum Left {
    Done,
    Begun(u32),
    Asked,
    /// Each part of it done or not, or itself split in two of which the first is done.
    Split([Option<bool>; 2]),
}

fn step() -> impl Strategy<Value = Step> {
    let class = select(vec![
        FailureClass::Transient,
        FailureClass::Invalid,
        FailureClass::Timeout,
        FailureClass::Timeout,
        FailureClass::Stalled,
        FailureClass::RateLimited,
        FailureClass::Permanent,
        FailureClass::Panic,
        FailureClass::Fatal,
        FailureClass::OutOfBudget,
    ]);
    prop_oneof![
        8 => (0..8_usize).prop_map(Step::Succeed),
        8 => (0..8_usize, class).prop_map(|(which, class)| Step::Fail(which, class)),
        1 => (0..12_usize).prop_map(Step::CancelTask),
        1 => Just(Step::Suspend),
        2 => Just(Step::Continue),
        4 => (1..90_u64).prop_map(Step::Wait),
        6 => (0..4_usize, reply()).prop_map(|(which, reply)| Step::SeeTo(which, reply)),
        2 => (0..8_usize).prop_map(Step::Sign),
        1 => prop::option::weighted(0.8, 1..4_u64).prop_map(Step::Spend),
        1 => Just(Step::Drain),
        1 => Just(Step::Cancel),
    ]
}

fn reply() -> impl Strategy<Value = Reply> {
    let answer = select(vec![
        Some(Answer::Retry { directive: None }),
        Some(Answer::Retry { directive: None }),
        Some(Answer::Skip),
        Some(Answer::Later),
        Some(Answer::Fail),
        Some(Answer::Abort),
        None,
    ]);
    let is_done = prop::bool::weighted(0.8);
    (is_done, answer).prop_map(|(is_done, answer)| Reply { is_done, answer })
}

fn left() -> impl Strategy<Value = Option<Left>> {
    let part = || select(vec![None, Some(false), Some(true)]);
    let left = prop_oneof![
        Just(Left::Done),
        (1..3_u32).prop_map(Left::Begun),
        Just(Left::Asked),
        (part(), part()).prop_map(|(one, two)| Left::Split([one, two])),
    ];
    prop::option::weighted(0.4, left)
}

/// Three phases at most, none of which need pass easily.
fn phases() -> impl Strategy<Value = Option<(Vec<Phase>, Vec<usize>)>> {
    let rate = prop::option::of(select(vec![0, 34, 60]));
    let flags = (any::<bool>(), any::<bool>(), any::<bool>());
    let phase = (rate, flags).prop_map(|(error_rate, (checkpoint, roll_back, ask))| Phase {
        checkpoint,
        error_rate,
        roll_back,
        ask,
        ..Phase::named("phase")
    });
    prop::option::of((vec(phase, 3), vec(0..3_usize, 8)))
}

/// What stops a run is left out of a calm one.
fn policy(calm: bool) -> Policy {
    let undone = Measure::new(Action::Retry).roll_back();
    let split = |class| Rule::new(Matching::class(class)).then(Measure::new(Action::Split));
    let share = Threshold::share(Matching::class(FailureClass::Invalid), 40, 3);
    let pico = Money::from_picos;
    let policy = if calm {
        super::limits(1).policy
    } else {
        super::limits(1)
            .policy
            .threshold(Threshold::time(Duration::from_secs(200)))
            .threshold(share.clone())
            .threshold(Threshold::cost(pico(8)))
    };
    policy
        .rule(Rule::new(Matching::class(FailureClass::Transient)).then(undone))
        .rule(split(FailureClass::Stalled).at_last(Action::Stop))
        .rule(split(FailureClass::Timeout).at_last(Action::Skip))
        .threshold(share.then(Action::Ask))
        .threshold(Threshold::cost(pico(6)).then(Action::Ask))
        .target(Target::Succeeded { at_least: 50 })
        .target(Target::FirstAttempt { at_least: 50 })
        .on(FailureClass::Panic, Action::Rerun)
        .on(FailureClass::Invalid, Action::Ask)
        .on(FailureClass::OutOfBudget, Action::Stop)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(800))]

    /// Whatever happens, in whatever order, from wherever earlier sessions left it: nothing runs twice at once,
    /// limits hold, every task and every part has one end, and the run can be brought to its own, by going on or
    /// by cancelling it.
    #[test]
    fn a_run_ends_whatever_happens(
        tasks in 1..8_usize,
        pairs in vec((0..8_usize, 0..8_usize), 0..12),
        needs in vec(0..3_u64, 8),
        workers in 1..4_usize,
        deadlines in any::<bool>(),
        keys in vec(0..6_usize, 8),
        phases in phases(),
        left in vec(left(), 8),
        steps in vec(step(), 0..60),
        patient in reply(),
        calm in prop::bool::weighted(0.6),
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
        let phases = phases.map(|(phases, of)| ascending(&dag, phases, &of));
        let mut limits = Limits {
            resources: Some(resources),
            claims: Some(claims),
            phases: phases.clone(),
            policy: policy(calm),
            ..limits(workers)
        };
        if deadlines {
            limits.attempt_deadline = Some(40 * second);
            limits.task_deadline = Some(100 * second);
            limits.stall_after = Some(30 * second);
        }
        let of = |task| Kin {
            key: keys[task],
            whole: task,
            phase: phases.as_ref().map_or(0, |phases| phases.phase(node(task))),
        };
        let mut driver = Driver::new(RunState::new(&dag, limits), workers, (0..tasks).map(of).collect());
        driver.take_over(left.into_iter().take(tasks));
        for step in steps {
            if !calm || !step.stops() {
                driver.step(step);
            }
        }
        if cancels {
            driver.step(Step::Cancel);
        } else {
            driver.step(Step::Continue);
            for _ in 0..1000 {
                driver.step(Step::Succeed(0));
                driver.step(Step::SeeTo(0, patient.clone()));
                driver.step(Step::Wait(60));
                if driver.run.is_done() {
                    break;
                }
                // Whoever sleeps until then must wake up later than now.
                let due = driver.run.next_due();
                prop_assert!(due.is_none_or(|due| due > driver.now), "{due:?} is over");
            }
        }
        prop_assert!(driver.run.is_done(), "{:?}", driver.run);
        check_grammar(&dag, &driver.events);
        for task in 0..driver.run.tasks() {
            let own = driver.events.iter().filter(|event| event.node == Some(node(task)));
            // Parts have their stories too.
            prop_assert_eq!(own.filter(|event| event.kind.is_final()).count(), 1, "{}", task);
        }
    }
}

/// No task is of an earlier phase than what it depends on.
fn ascending(dag: &Dag<()>, phases: Vec<Phase>, of: &[usize]) -> Phases {
    let mut of: Vec<usize> = of.iter().copied().take(dag.len()).collect();
    for &task in dag.topological() {
        let before = dag.predecessors(task).iter();
        let least = before.map(|before| of[before.index()]).max().unwrap_or(0);
        of[task.index()] = of[task.index()].max(least);
    }
    let of: Vec<Option<usize>> = of.into_iter().map(Some).collect();
    Phases::new(dag, phases, &of).expect("they ascend")
}

/// What a part has of its whole.
#[derive(Clone, Copy, Debug)]
struct Kin {
    /// What it claims, or nothing from 3 on.
    key: usize,
    /// For whom: parts share the claim of their whole.
    whole: usize,
    phase: usize,
}

/// Does what a driver does, and looks at it.
struct Driver {
    run: RunState,
    workers: usize,
    running: Vec<NodeId>,
    requests: Vec<Request>,
    /// Of each task.
    kin: Vec<Kin>,
    /// What earlier sessions made of the parts of tasks that they split.
    parts: BTreeMap<NodeId, [Option<bool>; 2]>,
    now: Duration,
    events: Vec<Event>,
}

impl Driver {
    fn new(run: RunState, workers: usize, kin: Vec<Kin>) -> Self {
        Self {
            kin,
            run,
            workers,
            running: Vec::new(),
            requests: Vec::new(),
            parts: BTreeMap::new(),
            now: Duration::ZERO,
            events: Vec::new(),
        }
    }

    fn take_over(&mut self, left: impl Iterator<Item = Option<Left>>) {
        for (task, left) in left.enumerate() {
            let Some(left) = left else {
                continue;
            };
            if let Left::Split(parts) = left {
                for part in parts.into_iter().flatten() {
                    let kind = FailureKind {
                        class: FailureClass::Timeout,
                        label: String::new(),
                    };
                    let kinds = if part { vec![] } else { vec![kind] };
                    self.run.recall_part(part, &kinds);
                }
            }
            self.take_up(node(task), left);
        }
        let lasted = Duration::from_secs(10);
        self.run.recall_costs(Money::from_picos(1), false, lasted);
        self.settle();
    }

    fn take_up(&mut self, node: NodeId, left: Left) {
        let failure = |class| AttemptFailure {
            attempt: 1,
            class,
            label: String::new(),
            reason: "no such luck".to_owned(),
        };
        let class = match left {
            Left::Done => return self.run.replay(node, String::new(), 1, false),
            Left::Begun(_) => FailureClass::Panic,
            Left::Asked => FailureClass::Invalid,
            Left::Split(_) => FailureClass::Timeout,
        };
        let label = String::new();
        self.run
            .recall_failures(node, 1, &[FailureKind { class, label }]);
        match left {
            Left::Done => {}
            Left::Begun(attempt) => {
                let rerun = Decision::new(Action::Rerun, "it may be flaky");
                self.run.resume_at(node, attempt, &[rerun]);
            }
            Left::Asked => {
                let question = "what now?".to_owned();
                self.run.resume_asking(node, failure(class), question);
            }
            Left::Split(parts) => {
                self.run.resume_splitting(node, failure(class));
                self.parts.insert(node, parts);
            }
        }
    }

    fn step(&mut self, step: Step) {
        if self.run.is_done() && !matches!(step, Step::SeeTo(..)) {
            // Nothing but answers comes after the end.
            return;
        }
        match step {
            Step::Succeed(which) => self.end(which, succeeded),
            Step::Fail(which, class) => self.end(which, |node| failed(node, class)),
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
            Step::SeeTo(which, reply) if which < self.requests.len() => {
                let request = self.requests.remove(which);
                self.see_to(request, reply);
            }
            Step::SeeTo(..) => {}
            Step::Sign(which) => {
                if let Some(&node) = self.running.get(which) {
                    self.run.apply(Input::Progress { node });
                }
            }
            Step::Spend(amount) => {
                let amount = amount.map(|amount| Money::from_picos(amount.into()));
                self.run.apply(Input::Spent { amount });
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
            self.check_start(node);
            self.running.push(node);
        }
        assert!(self.running.len() <= self.workers);
        self.requests
            .extend(std::iter::from_fn(|| self.run.next_request()));
        let events = std::iter::from_fn(|| self.run.next_event());
        self.events.extend(events);
    }

    fn check_start(&self, node: NodeId) {
        assert!(!self.running.contains(&node), "{node} runs twice");
        let undone = self.requests.iter().filter_map(|request| match request {
            Request::RollBack { node } => Some(*node),
            _ => None,
        });
        let kin = self.kin[node.index()];
        let is_rival = |other: &NodeId| {
            let other = self.kin[other.index()];
            kin.key < 3 && other.key == kin.key && other.whole != kin.whole
        };
        let rival = self.running.iter().copied().chain(undone).find(is_rival);
        assert_eq!(rival, None, "{node} is not alone");
        for (other, before) in self.kin.iter().enumerate() {
            let has_ended = self.run.standing(super::node(other)).is_final();
            let is_before = before.phase < kin.phase;
            assert!(has_ended || !is_before, "{node} starts before {other}");
        }
    }

    fn see_to(&mut self, request: Request, reply: Reply) {
        let reason = "so it is".to_owned();
        let answer = match request {
            Request::RollBack { node } => {
                let error = (!reply.is_done).then_some(reason);
                Input::RolledBack { node, error }
            }
            Request::Split { node, .. } => return self.split(node, reply.is_done),
            Request::Ask { about, .. } => Input::Answered {
                about,
                answer: reply.answer,
            },
            Request::Check { .. } => Input::Checked {
                passed: reply.is_done,
                reason,
            },
            other => panic!("nobody asks for {other:?}"),
        };
        self.run.apply(answer);
    }

    fn split(&mut self, whole: NodeId, is_done: bool) {
        let known = self.parts.remove(&whole);
        // Not for ever.
        if !is_done || (known.is_none() && self.run.tasks() > 20) {
            let reason = "it is one piece".to_owned();
            return self.run.apply(Input::NotSplit {
                node: whole,
                reason,
            });
        }
        let first = self.run.tasks();
        self.run.apply(Input::Split {
            node: whole,
            parts: parts(&[&[], &[0]]),
        });
        self.kin.resize(self.run.tasks(), self.kin[whole.index()]);
        if self.run.tasks() == first {
            // It has ended meanwhile.
            return;
        }
        for (part, known) in known.into_iter().flatten().enumerate() {
            match known {
                None => {}
                Some(true) => self.take_up(node(first + part), Left::Done),
                Some(false) => self.take_up(node(first + part), Left::Split([Some(true), None])),
            }
        }
    }
}
