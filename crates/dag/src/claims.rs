use std::collections::HashMap;
use std::sync::Arc;

use crate::NodeId;

/// For each node the paths that it needs for itself alone while it runs.
///
/// A key is a path of components between slashes, and it covers everything below it: `a/b/`
/// overlaps `a/b/c.rs` and `a`, but not `a/bc`. Keys are compared as written, except that
///
/// - empty and `.` components and a slash at the end mean nothing: `./a//b/` is `a/b`;
/// - `x/..` is nothing, so that `a/../b` is `b`;
/// - a component with a `*` and all that follows it is left out, as if the whole folder were
///   claimed: `src/*.rs` is `src`;
/// - a key of which nothing is left (`.`) covers every other key.
///
/// Case counts. A slash at the beginning counts too: `/a` and `a` do not overlap.
///
/// ```
/// use wavecrew_dag::{Claims, NodeId};
///
/// let [a, b, c] = [0, 1, 2].map(NodeId::from_index);
/// let claims = Claims::new(3, [(a, "src/"), (b, "src/lib.rs"), (c, "src-gen/lib.rs")]);
/// assert!(claims.overlap(a, b));
/// assert!(!claims.overlap(a, c));
/// ```
#[derive(Clone, Debug)]
pub struct Claims {
    keys: Arc<Keys>,
}

impl Claims {
    /// No claims for any of `nodes` nodes.
    #[must_use]
    pub fn none(nodes: usize) -> Self {
        Self::new(nodes, std::iter::empty::<(NodeId, &str)>())
    }

    /// The claims of a graph with `nodes` nodes, in any order. A key below another key of the
    /// same node adds nothing and is dropped.
    ///
    /// # Complexity
    ///
    /// O(nodes + keys × depth), where a key's depth is the number of its components.
    ///
    /// # Panics
    ///
    /// If a node is not below `nodes`.
    #[must_use]
    pub fn new<K: AsRef<str>>(nodes: usize, claims: impl IntoIterator<Item = (NodeId, K)>) -> Self {
        let mut tree = Tree::default();
        let mut by_node = vec![Vec::new(); nodes];
        for (node, key) in claims {
            let place = tree.place(key.as_ref());
            by_node[node.index()].push(place);
        }
        let mut keys = Keys {
            tree,
            starts: vec![0],
            places: Vec::new(),
        };
        for mut own in by_node {
            own.sort_unstable();
            own.dedup();
            let outermost = |&place: &Place| {
                let mut above = keys.tree.above(place);
                !above.any(|above| own.binary_search(&above).is_ok())
            };
            keys.places.extend(own.iter().copied().filter(outermost));
            keys.starts.push(keys.places.len());
        }
        Self {
            keys: Arc::new(keys),
        }
    }

    /// The number of nodes.
    #[must_use]
    pub fn len(&self) -> usize {
        self.keys.starts.len() - 1
    }

    /// Whether there are no nodes.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The keys of a node in their normal form, none below another, each once, in the order in
    /// which they were first named by any node. The key that covers everything is `.`.
    ///
    /// # Panics
    ///
    /// If the node is not below [`len`](Self::len).
    pub fn of(&self, node: NodeId) -> impl ExactSizeIterator<Item = String> + '_ {
        let places = self.places(node).iter();
        places.map(|&place| self.keys.tree.text(place))
    }

    /// Whether the two nodes may not run at the same time: some key of one covers or equals some
    /// key of the other. A node with keys overlaps itself.
    ///
    /// # Complexity
    ///
    /// O(keys × depth × log keys), over the keys of both.
    ///
    /// # Panics
    ///
    /// If a node is not below [`len`](Self::len).
    #[must_use]
    pub fn overlap(&self, a: NodeId, b: NodeId) -> bool {
        let (a, b) = (self.places(a), self.places(b));
        self.covered_by(a, b) || self.covered_by(b, a)
    }

    /// Whether one of `inner` is one of `outer`, or below it.
    fn covered_by(&self, inner: &[Place], outer: &[Place]) -> bool {
        let upwards = |&place: &Place| self.keys.tree.upwards(place);
        let mut reached = inner.iter().flat_map(upwards);
        reached.any(|place| outer.binary_search(&place).is_ok())
    }

    /// Where a node's keys are in the tree; ascending, none below another.
    pub(crate) fn places(&self, node: NodeId) -> &[Place] {
        let keys = &self.keys;
        &keys.places[keys.starts[node.index()]..keys.starts[node.index() + 1]]
    }

    /// The number of places in the tree.
    pub(crate) fn place_count(&self) -> usize {
        self.keys.tree.parents.len()
    }

    /// Every place but the outermost with the one just above it, outer ones first.
    pub(crate) fn parents(&self) -> impl Iterator<Item = (Place, Place)> + '_ {
        (ROOT..).zip(self.keys.tree.parents.iter().copied()).skip(1)
    }

    /// The place and all those that cover it, inside out.
    pub(crate) fn upwards(&self, place: Place) -> impl Iterator<Item = Place> + '_ {
        self.keys.tree.upwards(place)
    }

    /// All places that cover this one, inside out.
    pub(crate) fn above(&self, place: Place) -> impl Iterator<Item = Place> + '_ {
        self.keys.tree.above(place)
    }
}

/// A component's index in the tree of all claimed paths.
pub(crate) type Place = u32;

const ROOT: Place = 0;

#[derive(Debug)]
struct Keys {
    tree: Tree,
    /// Where the places of each node start, and the end of the last.
    starts: Vec<usize>,
    places: Vec<Place>,
}

/// All claimed paths as a tree of components; a place is created after the one above it.
#[derive(Debug)]
struct Tree {
    parents: Vec<Place>,
    names: Vec<Arc<str>>,
    children: HashMap<(Place, Arc<str>), Place>,
}

impl Default for Tree {
    fn default() -> Self {
        Self {
            parents: vec![ROOT],
            names: vec![Arc::from(".")],
            children: HashMap::new(),
        }
    }
}

impl Tree {
    /// The place of a key, which is made if it is new.
    fn place(&mut self, key: &str) -> Place {
        let components = components(key).into_iter();
        components.fold(ROOT, |parent, name| self.child(parent, name))
    }

    fn child(&mut self, parent: Place, name: &str) -> Place {
        let name: Arc<str> = Arc::from(name);
        let next = u32::try_from(self.parents.len()).expect("fewer than 2^32 path components");
        let place = *self
            .children
            .entry((parent, Arc::clone(&name)))
            .or_insert(next);
        if place == next {
            self.parents.push(parent);
            self.names.push(name);
        }
        place
    }

    fn upwards(&self, place: Place) -> impl Iterator<Item = Place> + '_ {
        let parent = |&place: &Place| (place != ROOT).then(|| self.parents[place as usize]);
        std::iter::successors(Some(place), parent)
    }

    fn above(&self, place: Place) -> impl Iterator<Item = Place> + '_ {
        self.upwards(place).skip(1)
    }

    fn text(&self, place: Place) -> String {
        let below_root = self.upwards(place).filter(|&place| place != ROOT);
        let mut names: Vec<&str> = below_root
            .map(|place| &*self.names[place as usize])
            .collect();
        names.reverse();
        match names.first() {
            None => ".".to_owned(),
            Some(&"/") => format!("/{}", names[1..].join("/")),
            Some(_) => names.join("/"),
        }
    }
}

/// The components of a key in its normal form; `/` is the first of an absolute one.
fn components(key: &str) -> Vec<&str> {
    let mut components = Vec::new();
    if key.starts_with('/') {
        components.push("/");
    }
    for component in key.split('/') {
        match component {
            "" | "." => {}
            ".." if components.last().is_some_and(|last| *last != "..") => {
                if components.last() != Some(&"/") {
                    components.pop();
                }
            }
            wide if wide.contains('*') => break,
            name => components.push(name),
        }
    }
    components
}
