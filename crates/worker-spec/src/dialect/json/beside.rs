//! Dependencies that stand beside the tasks: `"dependencies": [{"from": "a", "to": "b"}]`, `"dependencies": {"b": ["a"]}`.

use super::keys::letters;
use crate::json::{Kind, Member, Value};

/// What comes first, and what waits for it.
pub(super) type Pair<'v> = (&'v Value, &'v Value);

/// The pairs of names in lists and maps of dependencies of an object that holds tasks.
pub(super) fn pairs(root: &Value) -> Vec<Pair<'_>> {
    let lists = root.members().iter().filter(|member| is_list(&member.key));
    lists.flat_map(|member| of_list(&member.value)).collect()
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
        "dependencies" | "deps" | "edges" | "links" | "relations" | "dependencygraph" | "dependson"
    )
}

fn of_list(list: &Value) -> Vec<Pair<'_>> {
    let Kind::Array(items) = &list.kind else {
        return Vec::new();
    };
    let pairs = items.iter().filter_map(|item| {
        let first = field(
            item,
            &[
                "from",
                "source",
                "src",
                "before",
                "predecessor",
                "prerequisite",
            ],
        )?;
        let then = field(item, &["to", "target", "dst", "after", "successor"])?;
        Some((first, then))
    });
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
        pairs.flat_map(|(own, needs)| values(needs).map(move |first| (first, own)))
    });
    pairs.chain(waits).collect()
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
