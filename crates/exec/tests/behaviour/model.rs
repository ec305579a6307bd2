//! Runs of random graphs against a slow, obvious model that steps through time.

use std::collections::BTreeMap;
use std::num::{NonZeroU32, NonZeroUsize};
use std::sync::atomic::Ordering;
use std::time::Duration;

use crate::support::{Call, Refusal, Script, Scripted, check_grammar, plain_policy};
use proptest::collection::vec;
use proptest::prelude::*;
use wavecrew_dag::{Claims, Dag, DagBuilder, NodeId, Resources};
use wavecrew_exec::{
    Control, Event, EventKind, Executor, FailureClass, Limits, Outcome, Pace, Phase, Phases,
};

#[derive(Clone, Debug)]
struct Case {
    scripts: Vec<Script>,
    edges: Vec<(usize, usize)>,
    claims: Vec<(usize, &'static str)>,
    ranks: Vec<u64>,
    concurrency: usize,
    /// What each task needs of one resource, and how much of it there is.
    needs: Vec<u64>,
    capacity: u64,
    /// How many starts within how many seconds.
    pace: Option<(u32, u64)>,
    /// The phase of each task, if there are phases.
    phases: Option<Vec<usize>>,
    despite_failures: bool,
    /// When the run is stopped (half a second later), and whether tasks are dropped.
    stop: Option<(u64, bool)>,
}

/// What happened to a task, as far as the model knows it, with the second.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Brief {
    Started,
    Paused,
    Retry,
    Failed,
    Succeeded,
    Skipped,
    Cancelled,
}

type Story = BTreeMap<usize, Vec<(u64, Brief)>>;

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn runs_are_as_the_model_says(case in cases()) {
        let dag = case.dag();
        let (events, outcomes, most_running) = run(&case, &dag);
        check_grammar(&dag, &events);
        prop_assert!(most_running <= case.concurrency);
        check_claims(&case, &events);
        check_outcomes(&events, &outcomes);
        check_causes(&dag, &outcomes);
        prop_assert_eq!(case.comparable(told(&events)), case.comparable(expected(&case)));
    }
}

fn cases() -> impl Strategy<Value = Case> {
    (1..9_usize).prop_flat_map(|nodes| {
        let pair = (0..nodes, 0..nodes);
        let key = prop::sample::select(vec!["a/", "a/b", "a/b/c", "d", "./d/", "e"]);
        (
            vec(script(), nodes),
            vec(pair, 0..2 * nodes),
            vec((0..nodes, key), 0..nodes),
            vec(0..3_u64, nodes),
            1..4_usize,
            (vec(0..4_u64, nodes), 3..6_u64),
            prop::option::weighted(0.3, (1..4_u32, 1..6_u64)),
            prop::option::weighted(0.3, vec(0..3_usize, nodes)),
            any::<bool>(),
            prop::option::weighted(0.3, (0..12_u64, any::<bool>())),
        )
            .prop_map(
                |(
                    scripts,
                    pairs,
                    claims,
                    ranks,
                    concurrency,
                    (needs, capacity),
                    pace,
                    phases,
                    despite_failures,
                    stop,
                )| {
                    let ascending = pairs.into_iter().filter(|(from, to)| from < to);
                    let edges: Vec<(usize, usize)> = ascending.collect();
                    Case {
                        scripts,
                        claims,
                        ranks,
                        concurrency,
                        needs,
                        capacity,
                        pace,
                        phases: phases.map(|phases| ascending_phases(phases, &edges)),
                        edges,
                        despite_failures,
                        stop,
                    }
                },
            )
    })
}

/// No task is of an earlier phase than what it depends on.
fn ascending_phases(mut phases: Vec<usize>, edges: &[(usize, usize)]) -> Vec<usize> {
    for task in 0..phases.len() {
        let before = edges.iter().filter(|(_, to)| *to == task);
        let least = before.map(|&(from, _)| phases[from]).max().unwrap_or(0);
        phases[task] = phases[task].max(least);
    }
    phases
}

fn script() -> impl Strategy<Value = Script> {
    let refusal = |class, retry_after: Option<u64>| {
        Call::Refuse(Refusal {
            class,
            reason: "no".to_owned(),
            retry_after: retry_after.map(Duration::from_secs),
        })
    };
    let call = prop_oneof![
        6 => Just(Call::Deliver),
        2 => Just(refusal(FailureClass::Transient, None)),
        1 => Just(refusal(FailureClass::Transient, Some(3))),
        1 => Just(refusal(FailureClass::Invalid, None)),
        2 => (1..4_u64).prop_map(move |wait| refusal(FailureClass::RateLimited, Some(wait))),
        1 => Just(refusal(FailureClass::Permanent, None)),
        1 => Just(refusal(FailureClass::Fatal, None)),
        1 => Just(Call::Panic),
    ];
    vec((1..4_u64, call), 0..5).prop_map(Script)
}

impl Case {
    fn dag(&self) -> Dag<Script> {
        let mut builder = DagBuilder::new();
        for (index, script) in self.scripts.iter().enumerate() {
            builder.node(format!("t{index}"), script.clone());
        }
        for (from, to) in &self.edges {
            builder.edge(format!("t{from}"), format!("t{to}"));
        }
        builder.build().expect("edges ascend")
    }

    fn claims(&self) -> Claims {
        let claims = self.claims.iter();
        let claims = claims.map(|&(node, key)| (NodeId::from_index(node), key));
        Claims::new(self.scripts.len(), claims)
    }

    fn limits(&self, dag: &Dag<Script>) -> Limits {
        let mut resources = Resources::new(self.needs.len());
        let seats = resources.add("seats", self.capacity);
        for (node, &needed) in self.needs.iter().enumerate() {
            resources.need(NodeId::from_index(node), seats, needed);
        }
        let phases = self.phases.as_ref().map(|of| {
            let phases = ["one", "two", "three"].map(Phase::named).to_vec();
            let of: Vec<Option<usize>> = of.iter().copied().map(Some).collect();
            Phases::new(dag, phases, &of).expect("phases ascend")
        });
        Limits {
            concurrency: NonZeroUsize::new(self.concurrency).expect("at least one"),
            ranks: Some(self.ranks.clone()),
            claims: Some(self.claims()),
            resources: Some(resources),
            pace: self.pace.map(|(starts, seconds)| Pace {
                starts: NonZeroU32::new(starts).expect("at least one"),
                per: Duration::from_secs(seconds),
            }),
            phases,
            policy: plain_policy(),
            despite_failures: self.despite_failures,
            ..Limits::default()
        }
    }

    /// Where a fatal failure and another one come at once, it is open whether what depends on the
    /// other is skipped or cancelled.
    fn comparable(&self, mut story: Story) -> Story {
        let mut calls = self.scripts.iter().flat_map(|script| &script.0);
        let is_fatal = |call: &Call| matches!(call, Call::Refuse(refusal) if refusal.class == FailureClass::Fatal);
        if calls.any(|(_, call)| is_fatal(call)) {
            for (_, brief) in story.values_mut().flatten() {
                if *brief == Brief::Skipped {
                    *brief = Brief::Cancelled;
                }
            }
        }
        story
    }
}

fn run(case: &Case, dag: &Dag<Script>) -> (Vec<Event>, Vec<Outcome<(), Refusal>>, usize) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build()
        .expect("a runtime without I/O");
    let control = Control::new();
    let executor = Executor::new(Scripted::default())
        .limits(case.limits(dag))
        .control(control.clone());
    let mut events = Vec::new();
    let outcomes = runtime.block_on(async {
        let stopping = async {
            let Some((second, at_once)) = case.stop else {
                return;
            };
            tokio::time::sleep(Duration::from_millis(1000 * second + 500)).await;
            if at_once {
                control.cancel()
            } else {
                control.drain()
            }
        };
        let running = executor.run(dag, |event| events.push(event.clone()));
        tokio::join!(running, stopping).0
    });
    let most_running = executor.worker().most_running.load(Ordering::Relaxed);
    (events, outcomes, most_running)
}

fn told(events: &[Event]) -> Story {
    let mut story = Story::new();
    for event in events {
        let Some(node) = event.node else {
            continue;
        };
        let brief = match event.kind {
            EventKind::Decided { .. } => continue,
            EventKind::Started { .. } => Brief::Started,
            EventKind::Paused { .. } => Brief::Paused,
            EventKind::Failed {
                will_retry: true, ..
            } => Brief::Retry,
            EventKind::Failed { .. } => Brief::Failed,
            EventKind::Succeeded { .. } => Brief::Succeeded,
            EventKind::Skipped { .. } => Brief::Skipped,
            EventKind::Cancelled => Brief::Cancelled,
            ref other => panic!("nothing tells {other:?}"),
        };
        let own = story.entry(node.index()).or_default();
        own.push((event.elapsed.as_secs(), brief));
    }
    story
}

/// No two tasks whose claims overlap are between their first start and their end at once.
fn check_claims(case: &Case, events: &[Event]) {
    let claims = case.claims();
    let mut holders: Vec<NodeId> = Vec::new();
    for event in events {
        let Some(node) = event.node else {
            continue;
        };
        if event.kind.is_final() {
            holders.retain(|&holder| holder != node);
        } else if !holders.contains(&node) {
            let other = holders.iter().find(|&&holder| claims.overlap(holder, node));
            assert_eq!(other, None, "in the way of {node}");
            holders.push(node);
        }
    }
}

fn check_outcomes(events: &[Event], outcomes: &[Outcome<(), Refusal>]) {
    let last = events.iter().filter(|event| event.kind.is_final());
    for event in last {
        let node = event.node.expect("a final event is about a task");
        let outcome = &outcomes[node.index()];
        let agree = match (&event.kind, outcome) {
            (EventKind::Succeeded { attempts: a, .. }, Outcome::Succeeded { attempts: b, .. })
            | (EventKind::Failed { attempt: a, .. }, Outcome::Failed { attempts: b, .. }) => a == b,
            (EventKind::Skipped { because: a }, Outcome::Skipped { because: b }) => a == b,
            (EventKind::Cancelled, Outcome::Cancelled) => true,
            _ => false,
        };
        assert!(agree, "{event:?} is not {outcome:?}");
    }
}

/// Whatever is skipped is so because of something before it that failed.
fn check_causes(dag: &Dag<Script>, outcomes: &[Outcome<(), Refusal>]) {
    for node in dag.nodes() {
        if let Outcome::Skipped { because } = outcomes[node.index()] {
            assert!(matches!(outcomes[because.index()], Outcome::Failed { .. }));
            assert!(
                reaches(dag, because, node),
                "{because} is not before {node}"
            );
        }
    }
}

fn reaches(dag: &Dag<Script>, from: NodeId, to: NodeId) -> bool {
    from == to
        || dag
            .successors(from)
            .iter()
            .any(|&next| reaches(dag, next, to))
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Is {
    Waiting,
    Running {
        until: u64,
    },
    Paused {
        until: u64,
    },
    Between {
        until: u64,
    },
    /// Between attempts no longer, but without a slot.
    Due,
    Ended(Brief),
}

/// The model: second by second, everything looked at anew.
struct Model<'a> {
    case: &'a Case,
    claims: Claims,
    is: Vec<Is>,
    calls: Vec<usize>,
    attempts: Vec<u32>,
    story: Story,
    /// Tasks whose pause is over, in the order in which they go on.
    going_on: Vec<usize>,
    /// When attempts started.
    starts: Vec<u64>,
    now: u64,
    stopped: bool,
}

fn expected(case: &Case) -> Story {
    let nodes = case.scripts.len();
    let mut model = Model {
        case,
        claims: case.claims(),
        is: vec![Is::Waiting; nodes],
        calls: vec![0; nodes],
        attempts: vec![1; nodes],
        story: Story::new(),
        going_on: Vec::new(),
        starts: Vec::new(),
        now: 0,
        stopped: false,
    };
    for second in 0..10_000 {
        model.step(second);
        if model.is.iter().all(|is| matches!(is, Is::Ended(_))) {
            return model.story;
        }
        if let Some((stop, at_once)) = case.stop
            && stop == second
        {
            model.stop(second, at_once);
        }
    }
    panic!("the model does not end: {:?}", model.is);
}

impl Model<'_> {
    fn step(&mut self, now: u64) {
        self.now = now;
        for node in 0..self.is.len() {
            match self.is[node] {
                Is::Paused { until } if until == now => self.going_on.push(node),
                Is::Between { until } if until == now => self.is[node] = Is::Due,
                _ => {}
            }
        }
        for node in 0..self.is.len() {
            if self.is[node] == (Is::Running { until: now }) {
                self.finish(node, now);
            }
        }
        while self.paces() && !self.going_on.is_empty() {
            let node = self.going_on.remove(0);
            if matches!(self.is[node], Is::Paused { .. }) {
                self.call(node, now);
            }
        }
        while let Some(node) = self.next() {
            self.tell(node, now, Brief::Started);
            self.call(node, now);
        }
    }

    fn finish(&mut self, node: usize, now: u64) {
        let script = &self.case.scripts[node].0;
        let call = script
            .get(self.calls[node])
            .map_or(Call::Deliver, |(_, call)| call.clone());
        self.calls[node] += 1;
        match call {
            Call::Deliver => self.end(node, now, Brief::Succeeded),
            Call::Refuse(refusal) => match refusal.class {
                FailureClass::RateLimited => {
                    let wait = refusal.retry_after.expect("scripted").as_secs();
                    self.is[node] = Is::Paused { until: now + wait };
                    self.tell(node, now, Brief::Paused);
                }
                FailureClass::Transient | FailureClass::Invalid if self.attempts[node] < 3 => {
                    self.attempts[node] += 1;
                    let wait = refusal.retry_after.map_or(1, |wait| wait.as_secs().max(1));
                    self.is[node] = Is::Between { until: now + wait };
                    self.tell(node, now, Brief::Retry);
                }
                class => {
                    self.fail(node, now);
                    if class == FailureClass::Fatal {
                        self.stop(now, false);
                    }
                }
            },
            Call::Panic => self.fail(node, now),
            Call::Hang => unreachable!("no case hangs"),
        }
        if self.stopped && !matches!(self.is[node], Is::Ended(_)) {
            self.end(node, now, Brief::Cancelled);
        }
    }

    fn fail(&mut self, node: usize, now: u64) {
        self.end(node, now, Brief::Failed);
        if !self.case.despite_failures {
            self.skip_after(node, now);
        }
    }

    fn skip_after(&mut self, node: usize, now: u64) {
        for next in self.successors(node) {
            if self.is[next] == Is::Waiting {
                self.end(next, now, Brief::Skipped);
                self.skip_after(next, now);
            }
        }
    }

    fn stop(&mut self, now: u64, at_once: bool) {
        self.stopped = true;
        for node in 0..self.is.len() {
            match self.is[node] {
                Is::Ended(_) => {}
                Is::Running { .. } if !at_once => {}
                _ => self.end(node, now, Brief::Cancelled),
            }
        }
    }

    /// The task to start now, if there is one.
    fn next(&self) -> Option<usize> {
        let has_slot = |is: &&Is| matches!(is, Is::Running { .. } | Is::Paused { .. });
        let used = self.is.iter().filter(has_slot).count();
        if self.stopped || used >= self.case.concurrency || !self.paces() {
            return None;
        }
        let startable = (0..self.is.len()).filter(|&node| match self.is[node] {
            Is::Due => true,
            Is::Waiting => {
                self.is_ready(node) && self.has_claims(node) && self.is_of_open_phase(node)
            }
            _ => false,
        });
        let startable = startable.filter(|&node| self.has_seats(node));
        startable.max_by_key(|&node| (self.case.ranks[node], std::cmp::Reverse(node)))
    }

    fn paces(&self) -> bool {
        self.case.pace.is_none_or(|(most, seconds)| {
            let late = |start: &&u64| **start + seconds > self.now;
            self.starts.iter().filter(late).count() < most as usize
        })
    }

    fn is_of_open_phase(&self, node: usize) -> bool {
        self.case.phases.as_ref().is_none_or(|phases| {
            let mut before = (0..self.is.len()).filter(|&other| phases[other] < phases[node]);
            before.all(|other| matches!(self.is[other], Is::Ended(_)))
        })
    }

    fn has_seats(&self, node: usize) -> bool {
        let seated = (0..self.is.len())
            .filter(|&other| matches!(self.is[other], Is::Running { .. } | Is::Paused { .. }));
        let taken: u64 = seated.map(|other| self.case.needs[other]).sum();
        taken + self.case.needs[node] <= self.case.capacity
    }

    fn is_ready(&self, node: usize) -> bool {
        let mut edges = self.case.edges.iter().filter(|(_, to)| *to == node);
        edges.all(|&(from, _)| matches!(self.is[from], Is::Ended(_)))
    }

    fn has_claims(&self, node: usize) -> bool {
        let id = NodeId::from_index;
        (0..self.is.len()).all(|other| {
            let holds = !matches!(self.is[other], Is::Waiting | Is::Ended(_));
            !holds || !self.claims.overlap(id(node), id(other))
        })
    }

    fn call(&mut self, node: usize, now: u64) {
        let script = &self.case.scripts[node].0;
        let takes = script
            .get(self.calls[node])
            .map_or(1, |(seconds, _)| *seconds);
        self.is[node] = Is::Running { until: now + takes };
        self.starts.push(now);
    }

    fn end(&mut self, node: usize, now: u64, how: Brief) {
        self.is[node] = Is::Ended(how);
        self.tell(node, now, how);
    }

    fn tell(&mut self, node: usize, now: u64, what: Brief) {
        self.story.entry(node).or_default().push((now, what));
    }

    fn successors(&self, node: usize) -> Vec<usize> {
        let edges = self.case.edges.iter().filter(|(from, _)| *from == node);
        edges.map(|&(_, to)| to).collect()
    }
}
