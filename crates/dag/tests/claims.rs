//! Which claims overlap, and who may hold them when.

mod support;

use proptest::prelude::*;
use support::{any_keys, claims, overlap_naively};
use wavecrew_dag::{Claims, HeldClaims, NodeId};

fn check(a: &str, b: &str, expected: bool) {
    let [first, second] = nodes();
    let claims = Claims::new(2, [(first, a), (second, b)]);
    assert_eq!(claims.overlap(first, second), expected, "{a:?} and {b:?}");
    assert_eq!(claims.overlap(second, first), expected, "{b:?} and {a:?}");
}

fn check_normal_form(key: &str, expected: &str) {
    let [first, _] = nodes();
    let claims = Claims::new(1, [(first, key)]);
    assert_eq!(claims.of(first).collect::<Vec<_>>(), [expected]);
}

fn nodes() -> [NodeId; 2] {
    [0, 1].map(NodeId::from_index)
}

#[test]
fn a_folder_overlaps_what_is_in_it() {
    check("a/b/", "a/b/c.rs", true);
    check("a/b", "a/b/c.rs", true);
    check("a/b", "a/b/", true);
    check("a/b", "a/bc", false);
    check("a/b", "a/B", false);
    check("./a//b", "a/b", true);
    check(".", "anything/at/all", true);
    check("", "/absolute", true);
    check("/a", "a", false);
    check("a/../b", "b/c", true);
    check("../a", "a", false);
    check("src/*.rs", "src/deep/file.rs", true);
    check("src/**/*.rs", "source/file.rs", false);
    check("a b/c", "a b/c", true);
}

#[test]
fn keys_have_one_normal_form() {
    check_normal_form("./a//b/", "a/b");
    check_normal_form("/a/./b", "/a/b");
    check_normal_form("/..", "/");
    check_normal_form("../../a/..", "../..");
    check_normal_form("a/b*/c", "a");
    check_normal_form("", ".");
}

#[test]
fn a_key_below_another_of_the_same_node_adds_nothing() {
    let [first, second] = nodes();
    let claims = Claims::new(
        2,
        [(first, "a/b"), (first, "a"), (first, "c"), (first, "./a/")],
    );
    assert_eq!(claims.of(first).collect::<Vec<_>>(), ["a", "c"]);
    assert_eq!(claims.of(second).len(), 0);
    assert!(HeldClaims::new(&claims).try_acquire(first));
}

#[test]
fn a_node_without_claims_is_never_refused() {
    let [first, second] = nodes();
    let mut held = HeldClaims::new(&Claims::new(2, [(first, ".")]));
    assert!(held.try_acquire(first));
    assert!(held.try_acquire(second));
    assert!(held.try_acquire(second));
    assert!(!held.try_acquire(first), "it holds them already");
}

#[test]
fn releasing_what_is_not_held_does_nothing() {
    let [first, second] = nodes();
    let mut held = HeldClaims::new(&Claims::new(2, [(first, "a"), (second, "a")]));
    assert!(held.try_acquire(first));
    assert!(held.release(second).is_empty());
    assert!(!held.try_acquire(second));
}

#[test]
fn a_folder_waits_for_the_last_file_in_it() {
    let [folder, x, y] = [0, 1, 2].map(NodeId::from_index);
    let mut held = HeldClaims::new(&Claims::new(3, [(folder, "a"), (x, "a/x"), (y, "a/y")]));
    assert!(held.try_acquire(x) && held.try_acquire(y));
    assert!(!held.acquire_or_park(folder));
    assert_eq!(held.release(x), []);
    assert_eq!(held.release(y), [folder]);
    assert!(held.try_acquire(folder));
}

#[test]
fn a_node_that_is_no_longer_parked_is_not_woken() {
    let [first, second] = nodes();
    let mut held = HeldClaims::new(&Claims::new(2, [(first, "a"), (second, "a")]));
    assert!(held.try_acquire(first));
    assert!(!held.acquire_or_park(second));
    held.unpark(second);
    assert_eq!(held.release(first), []);
}

const NODES: usize = 6;

proptest! {
    #[test]
    fn overlap_agrees_with_comparing_texts(keys in any_keys(NODES)) {
        let claims = claims(NODES, &keys);
        for a in (0..NODES).map(NodeId::from_index) {
            for b in (0..NODES).map(NodeId::from_index) {
                prop_assert_eq!(claims.overlap(a, b), overlap_naively(&keys, a, b));
            }
        }
    }

    #[test]
    fn a_normal_form_is_its_own_normal_form(keys in any_keys(1)) {
        let claims = claims(1, &keys);
        let first = NodeId::from_index(0);
        let forms: Vec<String> = claims.of(first).collect();
        let again = Claims::new(1, forms.iter().map(|form| (first, form)));
        prop_assert_eq!(again.of(first).collect::<Vec<_>>(), forms);
    }

    /// Nodes acquire, wait and release in any order: what is refused overlaps a holder, and after
    /// every release nobody stays parked who could go on.
    #[test]
    fn holding_agrees_with_comparing_texts(
        keys in any_keys(NODES),
        steps in prop::collection::vec((0..NODES, any::<bool>()), 0..40),
    ) {
        let claims = claims(NODES, &keys);
        let mut held = HeldClaims::new(&claims);
        let mut holders: Vec<NodeId> = Vec::new();
        let mut parked: Vec<NodeId> = Vec::new();
        for (node, may_park) in steps {
            let node = NodeId::from_index(node);
            if let Some(place) = holders.iter().position(|&holder| holder == node) {
                holders.remove(place);
                let woken = held.release(node);
                prop_assert!(woken.iter().all(|woken| parked.contains(woken)));
                parked.retain(|parked| !woken.contains(parked));
                for &parked in &parked {
                    let is_held_up = |&holder: &NodeId| overlap_naively(&keys, parked, holder);
                    prop_assert!(holders.iter().any(is_held_up), "{parked} could go on");
                }
            } else if !parked.contains(&node) {
                let is_free =
                    !holders.iter().any(|&holder| overlap_naively(&keys, node, holder));
                let acquired =
                    if may_park { held.acquire_or_park(node) } else { held.try_acquire(node) };
                prop_assert_eq!(acquired, is_free);
                match acquired {
                    true => holders.push(node),
                    false if may_park => parked.push(node),
                    false => {}
                }
            }
        }
    }
}
