//! Dependencies that stand beside the tasks: `"dependencies": [{"from": "a", "to": "b"}]`, `"dependencies": {"b": ["a"]}`.

use super::keys::letters;
use super::relations::{Relation, stated};
use crate::EdgeKind;
use crate::json::{Kind, Member, Value};

/// Two names in a list of dependencies.
pub(super) struct Pair<'v> {
    /// What comes first.
    pub(super) first: &'v Value,
    /// What waits for it.
    pub(super) then: &'v Value,
    pub(super) kind: EdgeKind,
    /// Whether the two may also be meant the other way round, or as no order.
    pub(super) is_doubtful: bool,
}

/// The pairs of names in lists of dependencies of an object that holds tasks.
pub(super) fn pairs(root: &Value) -> Vec<Pair<'_>> {
    let lists = root.members().iter().filter(|member| is_list(&member.key));
    lists
        .flat_map(|member| of_list(&member.value, is_of_order(&member.key)))
        .collect()
}

/// The pairs of the keys of a map and what these wait for, by the key.
pub(super) fn entries(root: &Value) -> impl Iterator<Item = (&Member, &Value)> {
    let maps = root.members().iter().filter(|member| is_list(&member.key));
    let entries = maps.flat_map(|member| match &member.value.kind {
        Kind::Object(members) => members.as_slice(),
        _ => &[],
    });
    entries.flat_map(|member| values(&member.value).map(move |value| (member, value)))
}

fn is_list(key: &str) -> bool {
    matches!(
        &*letters(key),
        "dependencies"
            | "deps"
            | "edges"
            | "links"
            | "relations"
            | "relationships"
            | "dependencygraph"
            | "dependson"
    )
}

/// Whether the name of a list says that it is about order: `links` and `relations` may be about anything.
fn is_of_order(key: &str) -> bool {
    !matches!(&*letters(key), "links" | "relations" | "relationships")
}

fn of_list(list: &Value, is_of_order: bool) -> Vec<Pair<'_>> {
    let Kind::Array(items) = &list.kind else {
        return Vec::new();
    };
    let ends = items
        .iter()
        .filter_map(|item| between_ends(item, is_of_order));
    let waits = items.iter().flat_map(|item| {
        let own = field(item, &["task", "id", "taskid", "issue"]);
        let needs = field(
            item,
            &[
                "dependson",
                "needs",
                "requires",
                "blockedby",
                "waitsfor",
                "after",
            ],
        );
        let pairs = own.zip(needs).into_iter();
        pairs.flat_map(|(then, needs)| {
            values(needs).map(move |first| Pair {
                first,
                then,
                kind: EdgeKind::Hard,
                is_doubtful: false,
            })
        })
    });
    ends.chain(waits).collect()
}

/// `{"from": "a", "to": "b"}`, `{"source": "b", "target": "a", "type": "depends_on"}`.
fn between_ends(item: &Value, is_of_order: bool) -> Option<Pair<'_>> {
    // These say themselves which one comes first.
    let first = field(item, &["before", "predecessor", "prerequisite"]);
    let then = field(item, &["after", "successor"]);
    let from = field(item, &["from", "source", "src"]);
    let to = field(item, &["to", "target", "dst"]);
    let is_plain = first.is_none() && then.is_none();
    let (first, then) = (first.or(from)?, then.or(to)?);
    let pair = |first, then, kind| Pair {
        first,
        then,
        kind,
        is_doubtful: false,
    };
    let (relation, has_word) = stated(item);
    match relation {
        Some(Relation::Beside) => None,
        Some(Relation::After) if is_plain => Some(pair(then, first, EdgeKind::Hard)),
        Some(Relation::Before(kind)) => Some(pair(first, then, kind)),
        None if has_word && !is_of_order => None,
        _ => Some(Pair {
            is_doubtful: relation.is_none() && is_plain && !is_of_order,
            ..pair(first, then, EdgeKind::Hard)
        }),
    }
}

fn field<'v>(item: &'v Value, names: &[&str]) -> Option<&'v Value> {
    let members = item.members().iter();
    members
        .filter(|member| names.contains(&&*letters(&member.key)))
        .map(|member| &member.value)
        .next()
}

/// The values of a list, or the one value.
fn values(value: &Value) -> impl Iterator<Item = &Value> {
    match &value.kind {
        Kind::Array(items) => items.iter(),
        _ => std::slice::from_ref(value).iter(),
    }
}
