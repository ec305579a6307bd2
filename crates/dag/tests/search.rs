//! Searched schedules, with everything that a workload may hold, against a checker that looks at every
//! tick, and against the true optimum.

mod support;

use std::num::NonZeroUsize;
use std::sync::atomic::{AtomicUsize, Ordering};

use proptest::prelude::*;
use support::{any_claimed_dag, claims, graph, overlap_naively};
use wavecrew_dag::{
    Claims, Dag, Entry, Lags, NodeId, Resources, Schedule, ScheduleError, Search, Workload,
    improve, lower_bound, schedule, search,
};

/// All that a workload borrows.
#[derive(Clone, Debug)]
struct Job {
    dag: Dag<u64>,
    slots: NonZeroUsize,
    keys: Vec<(NodeId, String)>,
    claims: Claims,
    resources: Resources,
    lags: Lags,
    releases: Vec<u64>,
}

impl Job {
    fn workload(&self) -> Workload<'_> {
        Workload {
            claims: Some(&self.claims),
            resources: Some(&self.resources),
            lags: Some(&self.lags),
            releases: Some(&self.releases),
            ..Workload::new(self.dag.payloads(), self.slots)
        }
    }

    /// Whether a node may run from a tick on, next to those that have been placed.
    fn fits(&self, placed: &[(NodeId, u64)], node: NodeId, start: u64) -> bool {
        let duration = |node: NodeId| *self.dag.payload(node);
        let is_waited_for = |&before: &NodeId| {
            let found = placed.iter().find(|(other, _)| *other == before);
            found.is_some_and(|&(_, begin)| {
                begin + duration(before) + self.lags.of(before, node) <= start
            })
        };
        let runs_at = |tick: u64| {
            placed
                .iter()
                .filter(move |&&(other, begin)| begin <= tick && tick < begin + duration(other))
        };
        let has_room_at = |tick: u64| {
            let running = || runs_at(tick).map(|(other, _)| *other).chain([node]);
            let needs = |node: NodeId, id| {
                let mut needed = self.resources.needed(node);
                needed.find(|need| need.0 == id).map_or(0, |need| need.1)
            };
            let mut ids = self.resources.ids();
            running().count() <= self.slots.get()
                && ids.all(|id| {
                    running().map(|node| needs(node, id)).sum::<u64>()
                        <= self.resources.capacity(id)
                })
                && !runs_at(tick).any(|(other, _)| overlap_naively(&self.keys, node, *other))
        };
        self.releases[node.index()] <= start
            && self.dag.predecessors(node).iter().all(is_waited_for)
            && (start..start + duration(node)).all(has_room_at)
    }

    /// Whether a schedule is right, one node and one tick at a time.
    fn allows(&self, schedule: &Schedule) -> bool {
        let mut entries = schedule.entries.clone();
        let position = |node: NodeId| self.dag.topological().iter().position(|&at| at == node);
        entries.sort_by_key(|entry| (entry.start, position(entry.node)));
        let mut placed = Vec::new();
        for entry in &entries {
            let is_right = entry.finish == entry.start + self.dag.payload(entry.node)
                && entry.slot < self.slots.get()
                && self.fits(&placed, entry.node, entry.start);
            let takes_time = |entry: &Entry| entry.start < entry.finish;
            let shares_slot = entries.iter().any(|other| {
                other.node != entry.node
                    && takes_time(entry)
                    && takes_time(other)
                    && other.slot == entry.slot
                    && entry.start < other.finish
                    && other.start < entry.finish
            });
            if !is_right || shares_slot {
                return false;
            }
            placed.push((entry.node, entry.start));
        }
        let last = entries.iter().map(|entry| entry.finish).max().unwrap_or(0);
        schedule.makespan == last && schedule.lower_bound <= last
    }

    /// The shortest makespan, by every order in which nodes can be placed.
    fn optimum(&self) -> u64 {
        let mut best = u64::MAX;
        let mut open: Vec<Vec<(NodeId, u64)>> = vec![Vec::new()];
        while let Some(placed) = open.pop() {
            if placed.len() == self.dag.len() {
                let ends = placed
                    .iter()
                    .map(|(node, start)| start + self.dag.payload(*node));
                best = best.min(ends.max().unwrap_or(0));
            }
            for node in self.dag.nodes() {
                let is_placed = |node: NodeId| placed.iter().any(|(other, _)| *other == node);
                let mut before = self.dag.predecessors(node).iter();
                if is_placed(node) || !before.all(|&before| is_placed(before)) {
                    continue;
                }
                let start = (0..).find(|&start| self.fits(&placed, node, start));
                let mut placed = placed.clone();
                placed.push((node, start.expect("everything ends some time")));
                open.push(placed);
            }
        }
        best
    }
}

/// Jobs in which slots, resources, claims, lags and releases all get in the way.
fn any_job(nodes: usize) -> impl Strategy<Value = Job> {
    any_claimed_dag(nodes).prop_flat_map(|(dag, keys)| {
        let needs = prop::collection::vec((0_u64..4, 0_u64..3), dag.len());
        let lags = prop::collection::vec(prop_oneof![Just(0_u64), 0_u64..4], dag.edge_count());
        let releases = prop::collection::vec(prop_oneof![Just(0_u64), 0_u64..8], dag.len());
        let slots = 1_usize..4;
        (Just((dag, keys)), needs, lags, releases, slots, 3_u64..6).prop_map(
            |((dag, keys), needs, lags, releases, slots, capacity)| {
                let mut resources = Resources::new(dag.len());
                let memory = resources.add("memory", capacity);
                let licences = resources.add("licences", 2);
                for (node, (much, few)) in dag.nodes().zip(needs) {
                    resources.need(node, memory, much).need(node, licences, few);
                }
                let lags = dag
                    .edges()
                    .zip(lags)
                    .map(|((from, to), lag)| (from, to, lag));
                Job {
                    lags: Lags::new(&dag, lags).expect("these are the edges"),
                    claims: claims(dag.len(), &keys),
                    slots: NonZeroUsize::new(slots).expect("at least one slot"),
                    resources,
                    releases,
                    keys,
                    dag,
                }
            },
        )
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn whatever_is_found_is_allowed(job in any_job(14), seed in 0_u64..4, threads in 1_usize..3) {
        let workload = job.workload();
        let by_rule = schedule(&job.dag, &workload).unwrap();
        prop_assert!(job.allows(&by_rule), "{by_rule:?}");
        prop_assert_eq!(by_rule.verify(&job.dag, &workload), Ok(()));

        let budget = Search {
            seed,
            threads: NonZeroUsize::new(threads).unwrap(),
            ..Search::schedules(400)
        };
        let found = search(&job.dag, &workload, &budget).unwrap();
        prop_assert!(job.allows(&found), "{found:?}");
        prop_assert_eq!(found.verify(&job.dag, &workload), Ok(()));
        prop_assert!(found.makespan <= by_rule.makespan);
        prop_assert!(found.lower_bound >= lower_bound(&job.dag, &workload).unwrap());
    }

    /// Times in hours and amounts in millions go other ways inside, to the same end.
    #[test]
    fn large_numbers_change_nothing(job in any_job(12), seed in 0_u64..4) {
        let found = search(&job.dag, &job.workload(), &Search { seed, ..Search::schedules(250) });

        let mut large = job.clone();
        large.dag = job.dag.map(|_, ticks| ticks * 3_600_000 + 1);
        let by_rule = schedule(&large.dag, &large.workload()).unwrap();
        let long = search(&large.dag, &large.workload(), &Search::schedules(250)).unwrap();
        prop_assert_eq!(long.verify(&large.dag, &large.workload()), Ok(()));
        prop_assert!(long.makespan <= by_rule.makespan);

        let mut scarce = job.clone();
        scarce.resources = Resources::new(job.dag.len());
        for id in job.resources.ids() {
            scarce.resources.add(job.resources.name(id), job.resources.capacity(id) << 40);
        }
        for node in job.dag.nodes() {
            for (id, amount) in job.resources.needed(node) {
                scarce.resources.need(node, id, amount << 40);
            }
        }
        let other = search(&job.dag, &scarce.workload(), &Search { seed, ..Search::schedules(250) });
        prop_assert_eq!(found, other);
    }

    #[test]
    fn improving_never_makes_it_longer(job in any_job(14), ranks in prop::collection::vec(0_u64..9, 14), schedules in 0_u64..6) {
        let ranked = Workload { ranks: Some(&ranks[..job.dag.len()]), ..job.workload() };
        let given = schedule(&job.dag, &ranked).unwrap();
        let improved = improve(&job.dag, &ranked, &given, schedules).unwrap();
        prop_assert!(job.allows(&improved), "{improved:?}");
        prop_assert!(improved.makespan <= given.makespan);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn the_optimum_lies_between_bound_and_makespan(job in any_job(6)) {
        let optimum = job.optimum();
        let found = search(&job.dag, &job.workload(), &Search::schedules(2_000)).unwrap();
        prop_assert!(found.lower_bound <= optimum);
        prop_assert_eq!(found.makespan, optimum);
    }
}

/// Sixty nodes in layers, with two resources.
fn project() -> (Dag<u64>, Resources) {
    let nodes: Vec<String> = (0..60).map(|i| format!("{i}={}", i * 7 % 9 + 1)).collect();
    let edges: Vec<String> = (6..60)
        .flat_map(|i| [format!("{}>{i}", i - 6), format!("{}>{i}", i * 5 % (i - 4))])
        .collect();
    let dag = graph(&nodes.join(" "), &edges.join(" "));
    let mut resources = Resources::new(dag.len());
    let [red, blue] = ["red", "blue"].map(|name| resources.add(name, 10));
    for node in dag.nodes() {
        let number = node.index() as u64;
        resources.need(node, red, number * 3 % 7);
        resources.need(node, blue, number * 5 % 8);
    }
    (dag, resources)
}

/// Islands end their generations at different times; what one sends must suit the other all the same.
#[test]
fn what_several_threads_find_is_allowed() {
    let (dag, resources) = project();
    let workload = Workload {
        resources: Some(&resources),
        ..Workload::new(dag.payloads(), NonZeroUsize::new(7).unwrap())
    };
    for seed in 0..12_u64 {
        let asked = AtomicUsize::new(0);
        let stop = || asked.fetch_add(1, Ordering::Relaxed) > 900 + 37 * seed as usize;
        let budget = Search {
            seed,
            threads: NonZeroUsize::new(3).unwrap(),
            stop: &stop,
            ..Search::schedules(6_000)
        };
        let found = search(&dag, &workload, &budget).unwrap();
        assert_eq!(found.verify(&dag, &workload), Ok(()));
    }
}

#[test]
fn equal_seeds_find_the_same() {
    let (dag, resources) = project();
    let workload = Workload {
        resources: Some(&resources),
        ..Workload::new(dag.payloads(), NonZeroUsize::new(7).unwrap())
    };
    let find = |seed: u64, threads: usize| {
        let budget = Search {
            seed,
            threads: NonZeroUsize::new(threads).unwrap(),
            ..Search::schedules(500)
        };
        format!("{:?}", search(&dag, &workload, &budget).unwrap())
    };
    for threads in [1, 3] {
        let expected = find(5, threads);
        for _ in 0..25 {
            assert_eq!(find(5, threads), expected);
        }
    }
}

#[test]
fn a_search_finds_what_rules_do_not() {
    let (dag, resources) = project();
    let workload = Workload {
        resources: Some(&resources),
        ..Workload::new(dag.payloads(), NonZeroUsize::new(7).unwrap())
    };
    let by_rule = schedule(&dag, &workload).unwrap();
    let found = search(&dag, &workload, &Search::schedules(2_000)).unwrap();
    assert!(
        found.makespan < by_rule.makespan,
        "{} {}",
        found.makespan,
        by_rule.makespan
    );
    assert_eq!(found.rule, None);
    assert_eq!(found.verify(&dag, &workload), Ok(()));
}

#[test]
fn a_search_ends_when_told_to() {
    let (dag, resources) = project();
    let workload = Workload {
        resources: Some(&resources),
        ..Workload::new(dag.payloads(), NonZeroUsize::new(7).unwrap())
    };
    let asked = AtomicUsize::new(0);
    let budget = Search {
        stop: &|| asked.fetch_add(1, Ordering::Relaxed) >= 40,
        ..Search::schedules(u64::MAX)
    };
    let found = search(&dag, &workload, &budget).unwrap();
    assert_eq!(found.verify(&dag, &workload), Ok(()));
    assert!(asked.into_inner() < 60);
}

#[test]
fn what_can_never_start_is_named() {
    let dag = graph("small=1 large=2", "");
    let mut resources = Resources::new(2);
    let memory = resources.add("memory", 8);
    resources.need(NodeId::from_index(1), memory, 9);
    let workload = Workload {
        resources: Some(&resources),
        ..Workload::new(dag.payloads(), NonZeroUsize::MIN)
    };
    let error = schedule(&dag, &workload).unwrap_err();
    assert_eq!(
        error.to_string(),
        "`large` needs 9 of `memory`, of which there are 8"
    );
    assert!(matches!(error, ScheduleError::NeedsTooMuch { .. }));
}

#[test]
fn only_a_schedule_of_the_workload_is_improved() {
    let dag = graph("a=3 b=2", "a>b");
    let workload = Workload::new(dag.payloads(), NonZeroUsize::MIN);
    let plan = schedule(&dag, &workload).unwrap();

    let mut early = plan.clone();
    (early.entries[1].start, early.entries[1].finish) = (1, 3);
    let error = improve(&dag, &workload, &early, 9).unwrap_err();
    assert_eq!(
        error.to_string(),
        "the schedule to begin with breaks a rule: node 1 starts before node 0 finishes"
    );
    let mut short = plan.clone();
    short.entries.pop();
    assert!(matches!(
        improve(&dag, &workload, &short, 9),
        Err(ScheduleError::Given(_))
    ));
    let mut false_makespan = plan;
    false_makespan.makespan = 9;
    assert!(improve(&dag, &workload, &false_makespan, 9).is_err());
}

#[test]
fn times_that_do_not_fit_are_an_error() {
    let dag = graph("a=1 b=2", "a>b");
    let [a, b] = [0, 1].map(NodeId::from_index);
    let lags = Lags::new(&dag, [(a, b, u64::MAX - 2)]).unwrap();
    let waiting = Workload {
        lags: Some(&lags),
        ..Workload::new(dag.payloads(), NonZeroUsize::MIN)
    };
    assert!(schedule(&dag, &waiting).is_err());
    let late = Workload {
        releases: Some(&[0, u64::MAX - 1]),
        ..Workload::new(dag.payloads(), NonZeroUsize::MIN)
    };
    assert!(schedule(&dag, &late).is_err());
    let few = Workload {
        releases: Some(&[0]),
        ..Workload::new(dag.payloads(), NonZeroUsize::MIN)
    };
    let error = schedule(&dag, &few).unwrap_err();
    assert_eq!(
        error.to_string(),
        "releases: expected one per node, that is 2, but found 1"
    );
}

#[test]
fn a_lag_needs_an_edge() {
    let dag = graph("a b c", "a>b");
    let [a, b, c] = [0, 1, 2].map(NodeId::from_index);
    assert!(Lags::new(&dag, [(a, b, 3), (a, b, 2)]).unwrap().of(a, b) == 3);
    let error = Lags::new(&dag, [(b, c, 1)]).unwrap_err();
    assert_eq!(
        error.to_string(),
        "a lag is given from node 1 to node 2, and there is no such edge"
    );
}
