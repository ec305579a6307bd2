//! Paths that only all documents together can place.

use std::cmp::Ordering;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use crate::path::{is_absolute, looks_like_file, normal_path};
use crate::{Action, Code, Deliverable, Diagnostic, Fragment, Location, Task, WorkerSpec};

/// Places absolute paths and bare names of files by the known paths, and says which cannot be placed.
pub(super) fn place_files(
    tasks: &mut [Task],
    fragments: &[Fragment],
    diagnostics: &mut Vec<Diagnostic>,
) {
    let unplaced: HashMap<&str, &[Deliverable]> = fragments
        .iter()
        .flat_map(|fragment| &fragment.tasks)
        .filter(|mention| !mention.unplaced.is_empty())
        .map(|mention| (mention.id.as_str(), mention.unplaced.as_slice()))
        .collect();
    let files = |task: &Task| unplaced.get(task.id.as_str()).copied().unwrap_or_default();
    let open = |task: &Task| match &task.spec {
        Some(spec) => !files(task).is_empty() || needs_placing(spec),
        None => false,
    };
    let known = if tasks.iter().any(open) {
        KnownPaths::new(tasks)
    } else {
        KnownPaths::default()
    };
    for task in tasks.iter_mut().filter(|task| open(task)) {
        let files = files(task);
        let Some(shared) = &mut task.spec else {
            continue;
        };
        let spec = Arc::make_mut(shared);
        place_absolute(spec, &known, diagnostics);
        place_bare(spec, files, &known, diagnostics);
        place_writable(spec, &known);
    }
    report_conflicts(tasks, diagnostics);
}

fn needs_placing(spec: &WorkerSpec) -> bool {
    let paths = spec.deliverables.iter().map(|file| &file.path);
    let paths = paths.chain(spec.result_files.iter().map(|file| &file.path));
    let bare = |path: &String| !path.contains('/');
    paths.clone().any(|path| is_absolute(path)) || spec.boundaries.writable.iter().any(bare)
}

/// The paths below the root that documents name.
#[derive(Default)]
struct KnownPaths {
    /// Deliverables and what BOUNDARIES lets workers change.
    owned: HashSet<String>,
    /// The same, by the name of the file.
    owned_by_name: HashMap<String, Vec<String>>,
    /// Paths in test commands, which say less.
    tested: HashSet<String>,
}

impl KnownPaths {
    fn new(tasks: &[Task]) -> Self {
        let specs = || tasks.iter().filter_map(|task| task.spec.as_deref());
        let mut known = KnownPaths::default();
        for spec in specs() {
            let deliverables = spec.deliverables.iter().map(|file| file.path.as_str());
            let writable = spec.boundaries.writable.iter().map(String::as_str);
            for path in deliverables.chain(writable.filter(|path| path.contains('/'))) {
                known.own(path);
            }
        }
        let any_absolute =
            specs().any(|spec| spec.deliverables.iter().any(|file| is_absolute(&file.path)));
        if any_absolute {
            for command in specs().flat_map(WorkerSpec::test_commands) {
                for word in command
                    .text
                    .split(|c: char| c.is_whitespace() || "\"'`;()=".contains(c))
                {
                    let path = word.split("::").next().unwrap_or_default();
                    if path.contains('/')
                        && looks_like_file(path)
                        && let Ok(path) = normal_path(path)
                    {
                        known.tested.insert(path);
                    }
                }
            }
        }
        known
    }

    fn own(&mut self, path: &str) {
        let Ok(path) = normal_path(path) else { return };
        let Some(name) = path.rsplit('/').next().filter(|name| !name.is_empty()) else {
            return;
        };
        if self.owned.insert(path.clone()) {
            let name = name.to_owned();
            self.owned_by_name.entry(name).or_default().push(path);
        }
    }

    /// The longest known path that an absolute one ends with.
    fn below_root(&self, absolute: &str) -> Option<&str> {
        /// More folders than any path in earnest.
        const MOST: usize = 64;
        let absolute = absolute.replace('\\', "/");
        let ends = || {
            let slashes = absolute.rmatch_indices('/').take(MOST);
            slashes.map(|(at, _)| &absolute[at + 1..])
        };
        [&self.owned, &self.tested].into_iter().find_map(|known| {
            let found = ends().filter_map(|end| known.get(end));
            found.last().map(String::as_str)
        })
    }

    /// The known paths of a file name.
    fn of_name(&self, name: &str) -> &[String] {
        self.owned_by_name.get(name).map_or(&[], Vec::as_slice)
    }
}

fn place_absolute(spec: &mut WorkerSpec, known: &KnownPaths, diagnostics: &mut Vec<Diagnostic>) {
    let id = &spec.id;
    let mut place = |path: &mut String, location: &Location| {
        if !is_absolute(path) {
            return;
        }
        let shown = path.escape_debug().to_string();
        let diagnostic = match known.below_root(path) {
            Some(found) => {
                *path = found.to_owned();
                let message = format!("{id}: `{shown}` is taken for `{found}`");
                Diagnostic::note(Code::MAPPED_PATH, message)
                    .help("write paths relative to the root")
                    .fix(location.clone(), found)
            }
            None => {
                let message =
                    format!("{id}: deliverable `{shown}` is absolute, and no known path ends it");
                Diagnostic::error(Code::FORBIDDEN_PATH, message)
                    .help("write the path relative to the root")
            }
        };
        diagnostics.push(diagnostic.at(location.clone()));
    };
    for file in &mut spec.deliverables {
        place(&mut file.path, &file.location);
    }
    for file in &mut spec.result_files {
        place(&mut file.path, &file.location);
    }
    let mut seen = HashSet::new();
    spec.deliverables
        .retain(|file| seen.insert(file.path.clone()));
}

fn place_bare(
    spec: &mut WorkerSpec,
    files: &[Deliverable],
    known: &KnownPaths,
    diagnostics: &mut Vec<Diagnostic>,
) {
    if files.is_empty() {
        return;
    }
    let mut delivered: HashSet<String> = spec
        .deliverables
        .iter()
        .map(|file| name_of(&file.path).to_owned())
        .collect();
    for file in files {
        if delivered.contains(&file.path) {
            continue;
        }
        let message = match known.of_name(&file.path) {
            [path] => {
                let action = Action::Modify;
                delivered.insert(file.path.clone());
                spec.deliverables.push(Deliverable {
                    path: path.clone(),
                    action,
                    location: file.location.clone(),
                });
                continue;
            }
            [] => format!(
                "{} is to change `{}`, and no document says where that is",
                spec.id, file.path
            ),
            many => format!(
                "{} is to change `{}`, which may be any of {}",
                spec.id,
                file.path,
                shown(many)
            ),
        };
        diagnostics.push(
            Diagnostic::warning(Code::AMBIGUOUS_PATH, message)
                .at(file.location.clone())
                .help("write its whole path; a file in the root itself is `./name`"),
        );
    }
}

/// The first few of several paths.
fn shown(paths: &[String]) -> String {
    const FEW: usize = 5;
    match paths.len().checked_sub(FEW) {
        None | Some(0) => paths.join(", "),
        Some(more) => format!("{} and {more} more", paths[..FEW].join(", ")),
    }
}

fn place_writable(spec: &mut WorkerSpec, known: &KnownPaths) {
    let own: HashMap<&str, &String> = spec
        .deliverables
        .iter()
        .rev()
        .map(|file| (name_of(&file.path), &file.path))
        .collect();
    let bare = |path: &&mut String| !path.contains('/');
    for path in spec.boundaries.writable.iter_mut().filter(bare) {
        let found = own.get(path.as_str()).copied();
        let found = found.or(match known.of_name(path) {
            [one] => Some(one),
            _ => None,
        });
        if let Some(found) = found {
            path.clone_from(found);
        }
    }
}

fn name_of(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or_default()
}

/// A file cannot be a folder of another one.
fn report_conflicts(tasks: &[Task], diagnostics: &mut Vec<Diagnostic>) {
    let specs = tasks.iter().filter_map(|task| task.spec.as_deref());
    let mut files: Vec<(&WorkerSpec, &Deliverable)> = specs
        .flat_map(|spec| spec.deliverables.iter().map(move |file| (spec, file)))
        .collect();
    files.sort_by(|(_, first), (_, second)| as_paths(&first.path, &second.path));
    files.dedup_by(|second, first| second.1.path == first.1.path);
    for pair in files.windows(2) {
        let [(owner, folder), (spec, file)] = pair else {
            continue;
        };
        let below = file
            .path
            .strip_prefix(folder.path.as_str())
            .is_some_and(|rest| rest.starts_with('/'));
        if below {
            let message = format!(
                "{} delivers `{}`, but `{}` is a file of {}",
                spec.id, file.path, folder.path, owner.id
            );
            diagnostics.push(
                Diagnostic::error(Code::PATH_CONFLICT, message)
                    .at(file.location.clone())
                    .related(folder.location.clone(), "delivered here as a file")
                    .help("rename one of them: a file cannot be a folder, too"),
            );
        }
    }
}

/// The order of two paths with `/` before all other characters: a file stands right before what is below it.
fn as_paths(first: &str, second: &str) -> Ordering {
    let rank = |byte: u8| if byte == b'/' { 0 } else { byte };
    first.bytes().map(rank).cmp(second.bytes().map(rank))
}
