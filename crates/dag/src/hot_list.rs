use crate::{Claims, NodeId};

/// Files that many tasks touch without saying so: lock files, and the manifests at a project's root.
///
/// Whoever changes a manifest changes the lock file beside it, and two who do so at the same time
/// get in each other's way although their claims do not overlap. A hot list is groups of such
/// files; [`Claims::with_hot_list`] lets at most one node at a time touch files of a group in a
/// folder.
///
/// ```
/// use wavecrew_dag::{Claims, HotList, NodeId};
///
/// let [add, bump] = [0, 1].map(NodeId::from_index);
/// let claims = Claims::new(2, [(add, "Cargo.toml"), (bump, "Cargo.lock")]);
/// assert!(!claims.overlap(add, bump));
/// assert!(claims.with_hot_list(&HotList::default()).overlap(add, bump));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct HotList {
    /// Each group as its files, at least one. A name without a slash (`Cargo.lock`) is a file of
    /// that name in any folder; one that begins with a slash (`/Cargo.toml`) is that path from the
    /// root only. Who touches any of them claims the file of the first name in the same folder too.
    pub groups: Vec<Vec<String>>,
}

const GROUPS: [&[&str]; 18] = [
    &["Cargo.lock", "/Cargo.toml"],
    &[
        "package-lock.json",
        "npm-shrinkwrap.json",
        "pnpm-lock.yaml",
        "yarn.lock",
        "bun.lock",
        "bun.lockb",
        "deno.lock",
        "/package.json",
        "/pnpm-workspace.yaml",
        "/deno.json",
    ],
    &["go.sum", "/go.mod"],
    &["go.work.sum", "/go.work"],
    &[
        "poetry.lock",
        "uv.lock",
        "pdm.lock",
        "pylock.toml",
        "Pipfile.lock",
        "/Pipfile",
        "/pyproject.toml",
        "/requirements.txt",
    ],
    &[
        "conda-lock.yml",
        "pixi.lock",
        "/environment.yml",
        "/pixi.toml",
    ],
    &["Gemfile.lock", "/Gemfile"],
    &["composer.lock", "/composer.json"],
    &["mix.lock", "/mix.exs"],
    &["rebar.lock", "/rebar.config"],
    &["pubspec.lock", "/pubspec.yaml"],
    &["Package.resolved", "/Package.swift"],
    &["Podfile.lock", "/Podfile"],
    &["packages.lock.json", "/Directory.Packages.props"],
    &["gradle.lockfile", "/build.gradle", "/build.gradle.kts"],
    &["flake.lock", "/flake.nix"],
    &["MODULE.bazel.lock", "/MODULE.bazel"],
    &[".terraform.lock.hcl"],
];

/// The lock files and root manifests of the common package managers. Add your own groups, or build
/// a list of nothing else.
impl Default for HotList {
    fn default() -> Self {
        let names = |group: &&[&str]| group.iter().map(|&name| name.to_owned()).collect();
        Self {
            groups: GROUPS.iter().map(names).collect(),
        }
    }
}

impl HotList {
    /// What else somebody claims who touches this file, as paths, for each group that it is in.
    fn claimed_with<'a>(&'a self, key: &'a str) -> impl Iterator<Item = String> + 'a {
        let (folder, name) = match key.rsplit_once('/') {
            Some((folder, name)) => (Some(folder), name),
            None => (None, key),
        };
        let is_member = move |member: &String| match member.strip_prefix('/') {
            Some(path) => path == key,
            None => member == name,
        };
        let touched = move |group: &&Vec<String>| group.iter().any(is_member);
        let firsts = self
            .groups
            .iter()
            .filter(touched)
            .filter_map(|group| group.first());
        firsts.map(move |first| {
            let first = first.trim_start_matches('/');
            folder.map_or_else(|| first.to_owned(), |folder| format!("{folder}/{first}"))
        })
    }
}

impl Claims {
    /// The same claims, and for each that is of the hot list also what all of its group claim.
    ///
    /// # Complexity
    ///
    /// As [`new`](Self::new), and O(names of the list) for each key.
    #[must_use]
    pub fn with_hot_list(&self, hot: &HotList) -> Self {
        let nodes = (0..self.len()).map(NodeId::from_index);
        let claims = nodes.flat_map(|node| {
            self.of(node).flat_map(move |key| {
                let more: Vec<String> = hot.claimed_with(&key).collect();
                let all = std::iter::once(key).chain(more);
                all.map(move |key| (node, key))
            })
        });
        Self::new(self.len(), claims)
    }
}
